import Catalog
@testable import Findings
import ProcFS
import SockDiag
import Snapshot
import TestSupport

/// A snapshot written down in a test: sockets, and whatever else the rule looks at.
struct Scene {
  var snapshot: Snapshot

  init(_ sockets: [MakeSocket], atMilliseconds: Int = 10_000, sysctls: SysctlSet = standardSysctls) throws {
    let nanoseconds = Int64(atMilliseconds) * 1_000_000
    snapshot = Snapshot(
      moment: Moment(realtimeNanoseconds: nanoseconds, monotonicNanoseconds: nanoseconds), kernel: KernelVersion("6.18.0"),
      inet: try sockets.map { try $0.socket }, consistency: .oneDump)
    snapshot.sysctls = sysctls
  }

  /// The same with counters.
  func counters(_ values: KeyValuePairs<String, UInt64>) -> Scene {
    var copy = self
    for (name, value) in values { copy.snapshot.counters[name] = value }
    return copy
  }

  /// The same with sockstat values.
  func sockstat(_ values: KeyValuePairs<String, UInt64>) -> Scene {
    var copy = self
    for (name, value) in values { copy.snapshot.sockstat[name] = value }
    return copy
  }

  /// The same with a process that holds inodes.
  func owner(_ name: String, pid: Int32, of inodes: [UInt32], detail: ProcessDetail? = nil) -> Scene {
    var copy = self
    for (fd, inode) in inodes.enumerated() { copy.snapshot.owners.add(inode: inode, owner: Owner(pid: pid, fd: Int32(fd + 3))) }
    var record = ProcessRecord(pid: pid, startTicks: 1, name: Name(name), uid: 1000)
    record.detail = detail
    copy.snapshot.owners.processes[pid] = record
    return copy
  }

  /// What a rule says of it, after an earlier scene if there is one.
  func findings(_ rule: any Rule.Type, after before: Scene? = nil) -> [Finding] {
    rule.findings(Evidence(now: snapshot, before: before?.snapshot))
  }
}

/// A process's second look.
func processDetail(state: Character = "S", open: Int? = nil, limit: UInt64? = nil, frozen: Bool? = nil) -> ProcessDetail {
  var detail = ProcessDetail(state: state.asciiValue ?? 0, threads: [], threadCount: 1)
  detail.openDescriptors = open
  detail.descriptorLimit = limit
  detail.cgroupFrozen = frozen
  return detail
}

/// Everything a finding says, for looking at its words.
func words(_ finding: Finding) -> String {
  ([finding.title] + finding.evidence + [finding.cause, finding.advice]).map(\.description).joined(separator: "\n")
}
