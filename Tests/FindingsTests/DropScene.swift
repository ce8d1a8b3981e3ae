import Catalog
import Findings
import ProbeStream
import ProcFS
import SockDiag
import Snapshot
import TestSupport

/// Reasons of a kernel 6.18, as the side-car names them; the numbers are of no meaning.
let dropReasonNames: [UInt32: String] = [
  2: "NOT_SPECIFIED", 3: "NO_SOCKET", 6: "SOCKET_RCVBUFF", 10: "TCP_CSUM", 11: "UDP_CSUM", 12: "NETFILTER_DROP", 16: "IP_RPFILTER",
  20: "PROTO_MEM", 30: "TCP_FLAGS", 36: "TCP_RFC7323_PAWS", 38: "TCP_RFC7323_TW_PAWS", 40: "TCP_LISTEN_OVERFLOW",
  42: "TCP_INVALID_SEQUENCE", 52: "TCP_OFO_QUEUE_PRUNE", 58: "NEIGH_FAILED", 64: "QDISC_DROP", 14: "SOCKET_FILTER", 70: "TCP_INVALID_SYN",
  104: "QUEUE_PURGE",
  300: "BRAND_NEW",
]

/// A window of `drops` written down in a test.
struct DropScene {
  var before: Scene
  var now: Scene
  var watch: DropWatch?
  var isWanted: (@Sendable (InetSocket) -> Bool)?

  /// Sockets before and after a second; the same unless told.
  init(_ now: [MakeSocket] = [], before: [MakeSocket]? = nil, sysctls: SysctlSet = standardSysctls) throws {
    self.before = try Scene(before ?? now, atMilliseconds: 10_000)
    self.now = try Scene(now, atMilliseconds: 11_000, sysctls: sysctls)
  }

  /// With counters that rose from 100.
  func rising(_ rises: KeyValuePairs<String, UInt64>) -> DropScene {
    var copy = self
    for (name, rise) in rises {
      copy.before.snapshot.counters[name] = 100
      copy.now.snapshot.counters[name] = 100 + rise
    }
    return copy
  }

  /// With a process that holds inodes.
  func owner(_ name: String, pid: Int32, of inodes: UInt32...) -> DropScene {
    var copy = self
    copy.now = copy.now.owner(name, pid: pid, of: inodes)
    return copy
  }

  /// With events; without any of them the side-car watched and saw nothing.
  func watched(_ rows: DropRecord..., tellsReasons: Bool = true, tellsReceivers: Bool = true) -> DropScene {
    var copy = self
    var totals = ProbeTotals()
    totals.drops = rows.filter { $0.source == .kfree }.reduce(0) { $0 + $1.count }
    copy.watch = DropWatch(
      rows: rows, reasons: dropReasonNames, tellsReasons: tellsReasons, tellsReceivers: tellsReceivers, totals: totals,
      stacks: [1: ["tcp_v4_rcv", "ip_local_deliver"]])
    return copy
  }

  /// For packets and sockets that a predicate wants.
  func wanting(_ isWanted: @escaping @Sendable (InetSocket) -> Bool) -> DropScene {
    var copy = self
    copy.isWanted = isWanted
    return copy
  }

  var report: DropReport {
    DropReport(DropEvidence(Evidence(now: now.snapshot, before: before.snapshot), watch: watch, isWanted: isWanted))
  }
}

/// A row of the side-car's table.
func drop(
  _ reason: String?, _ function: String, _ count: UInt64, proto: UInt8 = 6, local: String = "10.0.0.1", _ port: UInt16 = 8080,
  peer: String = "10.0.0.2", _ peerPort: UInt16 = 40000, cookie: UInt64 = 0, by attribution: DropRecord.Attribution? = nil,
  state: TCPState? = nil, flags: UInt8 = 16, sent: Bool = false, source: DropRecord.Source = .kfree, stack: UInt32 = 0, id: UInt32? = nil
) -> DropRecord {
  let number = dropReasonNames.first { $0.value == reason }?.key ?? 0
  var row = DropRecord(id: id ?? UInt32(truncatingIfNeeded: count &* 7919 &+ UInt64(port)), source: source, reason: number, count: count)
  row.function = function
  let address = IPAddress(local) ?? IPAddress(v4: 0), other = IPAddress(peer) ?? IPAddress(v4: 0)
  row.local = ProbeAddress(high: address.high, low: address.low, isIPv6: address.isIPv6)
  row.firstPeer = ProbeAddress(high: other.high, low: other.low, isIPv6: other.isIPv6)
  row.ethernetProtocol = address.isIPv6 ? 0x86dd : 0x0800
  row.proto = proto
  row.localPort = port
  row.firstPeerPort = peerPort
  row.cookie = cookie
  row.attribution = attribution ?? (cookie != 0 ? .receiver : .none)
  row.socketState = state?.rawValue ?? 0
  row.tcpFlags = flags
  row.direction = sent ? .sent : .received
  row.stack = stack
  return row
}
