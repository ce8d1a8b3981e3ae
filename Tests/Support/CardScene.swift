internal import Catalog
public import Findings
public import ProcFS
public import SockDiag
public import Snapshot

/// The settings of a kernel 6.18 nobody has touched.
public let standardSysctls = SysctlSet([
  "net.ipv4.tcp_syn_retries": "6", "net.ipv4.tcp_syn_linear_timeouts": "4", "net.ipv4.tcp_synack_retries": "5",
  "net.ipv4.tcp_retries2": "15", "net.ipv4.tcp_orphan_retries": "0", "net.ipv4.tcp_keepalive_time": "7200",
  "net.ipv4.tcp_keepalive_intvl": "75", "net.ipv4.tcp_keepalive_probes": "9", "net.ipv4.tcp_fin_timeout": "60",
  "net.ipv4.tcp_rto_max_ms": "120000", "net.ipv4.tcp_max_syn_backlog": "4096", "net.ipv4.tcp_syncookies": "1",
  "net.core.somaxconn": "4096", "net.ipv4.ip_local_port_range": "32768\t60999", "net.ipv4.tcp_tw_reuse": "2",
])

/// The same with some changed.
public func sysctls(_ changes: KeyValuePairs<String, String>) -> SysctlSet {
  var set = standardSysctls
  for (name, value) in changes { set[name] = value }
  return set
}

/// Evidence put together by a test: sockets, processes, counters, settings.
public struct CardScene {
  /// The later reading.
  public var snapshot: Snapshot
  /// The earlier one, if there is one.
  public var earlier: Snapshot?

  /// A scene of sockets alone.
  public init(_ sockets: [InetSocket], at milliseconds: Int64 = 0, sysctls: SysctlSet = standardSysctls) {
    snapshot = Snapshot(
      moment: Moment(realtimeNanoseconds: 0, monotonicNanoseconds: milliseconds * 1_000_000), kernel: KernelVersion("6.18.44"),
      inet: sockets,
      consistency: .oneDump)
    snapshot.sysctls = sysctls
  }

  /// The same scene with a process that holds an inode.
  public func held(_ inode: UInt32, by name: String, pid: Int32, fd: Int32 = 3, detail: ProcessDetail? = nil) -> CardScene {
    var copy = self
    var process = ProcessRecord(pid: pid, startTicks: 1, name: Name(name), uid: 1000)
    process.detail = detail
    copy.snapshot.owners.add(inode: inode, owner: Owner(pid: pid, fd: fd))
    copy.snapshot.owners.processes[pid] = process
    return copy
  }

  /// The same scene with counters.
  public func counting(_ counters: [String: UInt64]) -> CardScene {
    var copy = self
    copy.snapshot.counters = CounterSet(counters)
    return copy
  }

  /// The same scene 250 ms after another one.
  public func after(_ before: CardScene) -> CardScene {
    var copy = self
    copy.earlier = before.snapshot
    copy.snapshot.moment.monotonicNanoseconds = before.snapshot.moment.monotonicNanoseconds + 250_000_000
    return copy
  }

  /// What rules and cards look at.
  public var evidence: Evidence { Evidence(now: snapshot, before: earlier) }
}

extension ProcessDetail {
  /// One or more threads asleep in these system calls.
  public static func sleeping(in calls: String..., open: Int? = 4, limit: UInt64? = 1024) -> ProcessDetail {
    var detail = ProcessDetail(
      state: UInt8(ascii: "S"),
      threads: calls.enumerated().map {
        ThreadRecord(tid: Int32($0.offset), name: Name("t"), state: UInt8(ascii: "S"), systemCall: $0.element)
      },
      threadCount: calls.count)
    detail.openDescriptors = open
    detail.descriptorLimit = limit
    return detail
  }
}
