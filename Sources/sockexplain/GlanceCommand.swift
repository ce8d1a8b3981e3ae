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
    collector.readDetails(of: processesToLookAt(now), into: &now)
    // Half-open handshakes are judged by the depth the kernel knows, ends by what programs set; a document has it of all.
    let subjects = now.inet.sockets.filter(Rules.needsInternals)
    if !subjects.isEmpty { collector.readInternals(into: &now, of: invocation.form == .json ? [] : subjects) }
    return Evidence(now: now, before: before)
  }

  /// Those behind the longest accept queues, and those that hold the most sockets: a few, because a look at each reads many files.
  func processesToLookAt(_ now: Snapshot) -> [Int32] {
    let longest = now.inet.listeners.sorted { ($0.receiveQueue, $1.localPort) > ($1.receiveQueue, $0.localPort) }
    var pids = Set(longest.prefix(20).flatMap { now.owners[$0.inode].prefix(8).map(\.pid) })
    var held: [Int32: Int] = [:]
    for socket in now.inet.sockets where socket.inode != 0 {
      for owner in now.owners[socket.inode] { held[owner.pid, default: 0] += 1 }
    }
    pids.formUnion(held.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(8).map(\.key))
    return pids.sorted()
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
    // On a terminal the page has told them a moment ago.
    if invocation.form == .json || !isTerminal() { tellGaps() }
    return status(of: findings)
  }

  /// Names for JSON, from a snapshot.
  func jsonOptions(_ now: Snapshot) -> ListOptions {
    var options = ListOptions()
    options.owners = now.owners
    let interfaces = now.interfaces
    options.interfaceName = { interfaces[$0] }
    options.users = now.users
    options.internals = now.internals
    return options
  }
}
