internal import ProcFS
import Catalog
import Collection
import Findings
import Netlink
import Rendering
import Snapshot
import SockDiag

extension Session {
  /// Both readings of the whole namespace: listeners and counters first, then everything.
  mutating func glanceEvidence() throws -> Evidence {
    let before = try collector.reading(protocols: [.tcp, .udp], states: [.init(.listen), .init(.close)], extensions: [.skmeminfo])
    collector.sources.host.wait(milliseconds: invocation.intervalMilliseconds ?? 250)
    let questions = Questions(protocols: [.tcp, .udp], states: .all, extensions: [.info, .skmeminfo])
    var now = try collector.snapshot(questions, filter: nil, depth: [.owners, .context])
    let listening = now.inet.listeners.filter { $0.receiveQueue * 2 > $0.sendQueue }
    let pids = Set(listening.prefix(20).flatMap { now.owners[$0.inode].map(\.pid) })
    collector.readDetails(of: pids.sorted(), into: &now)
    return Evidence(now: now, before: before)
  }

  /// This machine on one screen.
  mutating func glance() throws -> Int32 {
    var evidence = try glanceEvidence()
    noteMarks()
    evidence.now.gaps = collector.gaps
    let findings = Rules.run(evidence)
    if invocation.form == .json {
      var json = JSONWriter()
      JSONDocument.write(
        evidence, sockets: evidence.now.inet.sockets, unix: [], cards: [], findings: findings, options: jsonOptions(evidence.now), to: &json
      )
      try checkOutput(json.failure)
    } else {
      let style = PageStyle(width: outputWidth() ?? 100, color: usesColor(invocation.color))
      if !say(GlancePage.text(evidence, findings: findings, style: style)) { return 2 }
    }
    tellGaps()
    return status(of: findings)
  }

  /// Names for JSON, from a snapshot.
  func jsonOptions(_ now: Snapshot) -> ListOptions {
    var options = ListOptions()
    options.owners = now.owners
    let interfaces = now.interfaces
    options.interfaceName = { interfaces[$0] }
    options.users = now.users
    return options
  }
}
