import Catalog
@testable import Findings
import ProcFS
import SockDiag
import Snapshot
import Testing

/// Evidence put together by a test: sockets, processes, counters, settings.
struct CardScene {
  var snapshot: Snapshot
  var earlier: Snapshot?

  init(_ sockets: [InetSocket], at milliseconds: Int64 = 0, sysctls: SysctlSet = standardSysctls) {
    snapshot = Snapshot(
      moment: Moment(realtimeNanoseconds: 0, monotonicNanoseconds: milliseconds * 1_000_000), kernel: KernelVersion("6.18.44"),
      inet: sockets,
      consistency: .oneDump)
    snapshot.sysctls = sysctls
  }

  /// The same scene with a process that holds an inode.
  func held(_ inode: UInt32, by name: String, pid: Int32, fd: Int32 = 3, detail: ProcessDetail? = nil) -> CardScene {
    var copy = self
    var process = ProcessRecord(pid: pid, startTicks: 1, name: Name(name), uid: 1000)
    process.detail = detail
    copy.snapshot.owners.add(inode: inode, owner: Owner(pid: pid, fd: fd))
    copy.snapshot.owners.processes[pid] = process
    return copy
  }

  func counting(_ counters: [String: UInt64]) -> CardScene {
    var copy = self
    copy.snapshot.counters = CounterSet(counters)
    return copy
  }

  /// The same scene 250 ms after another one.
  func after(_ before: CardScene) -> CardScene {
    var copy = self
    copy.earlier = before.snapshot
    copy.snapshot.moment.monotonicNanoseconds = before.snapshot.moment.monotonicNanoseconds + 250_000_000
    return copy
  }

  var evidence: Evidence { Evidence(now: snapshot, before: earlier) }

  /// The card of the first socket in a state.
  func card(_ state: TCPState) throws -> Card {
    Cards.card(for: try #require(snapshot.inet.sockets.first { $0.state == state }), evidence)
  }
}

extension ProcessDetail {
  /// One or more threads asleep in these system calls.
  static func sleeping(in calls: String..., open: Int? = 4, limit: UInt64? = 1024) -> ProcessDetail {
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

extension Card {
  /// The lines of a label, details included, as text.
  func said(_ label: String) -> String {
    lines.filter { $0.label.description == label }.map { ([$0.text] + $0.details).map(\.description).joined(separator: "\n") }
      .joined(separator: "\n")
  }

  func emphasis(_ label: String) -> Emphasis? { lines.first { $0.label.description == label }?.emphasis }

  var advised: String { advice.map(\.description).joined(separator: "\n") }

  /// All of it, to look at and to search for placeholders without a value.
  var text: String {
    var out = ["\(title)", owner.map { "    \($0)" } ?? ""]
    for line in lines {
      out.append("  \(line.label): \(line.text)")
      out += line.details.map { "      \($0)" }
    }
    return (out + advice.map { "  → \($0)" }).joined(separator: "\n")
  }
}
