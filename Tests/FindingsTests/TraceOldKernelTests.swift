import Catalog
@testable import Findings
import ProbeStream
import SockDiag
import Testing

/// Before Linux 5.12 events carry no cookie until somebody has dumped the socket.
@Suite("traces of Linux 5.10")
struct TraceOldKernelTests {
  private func set(_ event: inout EventRecord, _ port: UInt16, _ peerPort: UInt16, inode: UInt32) {
    (event.localPort, event.peerPort, event.inode) = (port, peerPort, inode)
  }

  /// Two programs connect to one service at once; connect() has no port at its first event.
  private func clients() -> TraceScript {
    var script = TraceScript()
    script.tellsReasons = false
    for (inode, port) in [(UInt32(70), UInt16(5000)), (71, 5001)] {
      script.state(.close, .synSent, at: Double(inode), cookie: 0, pid: inode) { set(&$0, 0, 80, inode: inode) }
      script.state(.synSent, .established, at: Double(inode) + 0.5, cookie: 0) { set(&$0, port, 80, inode: inode) }
    }
    return script
  }

  @Test("connections without cookies are told apart, and are one story each")
  func ports() {
    var script = clients()
    script.state(.established, .finWait1, at: 80, cookie: 0, pid: 70) {
      set(&$0, 5000, 80, inode: 70); $0.shutdown = 3
    }
    script.state(.finWait1, .finWait2, at: 81, cookie: 0) { set(&$0, 5000, 80, inode: 0) }
    script.state(.finWait2, .close, at: 82, cookie: 0) {
      set(&$0, 5000, 80, inode: 0); $0.unreadBytes = 1
    }
    script.add(.destroy, at: 82.1, cookie: 0) { set(&$0, 5000, 80, inode: 0) }
    #expect(script.lines.map(\.number) == [1, 1, 2, 2, 1, 1, 1, 1])
    #expect(script.text.hasPrefix("10.0.0.1:5000 → 10.0.0.2:80: curl (pid 70) connects\nSYN-SENT → ESTAB after 500 µs"))
    #expect(script.text.contains("10.0.0.1:5001 → 10.0.0.2:80: curl (pid 71) connects"))
    #expect(!script.text.contains("since before the trace"))
  }

  @Test("a SYN without an answer keeps its story while the port is known only later")
  func later() {
    var script = TraceScript()
    var engine = script.engine()
    var told: [TraceLine] = []
    for (inode, port) in [(UInt32(70), UInt16(5000)), (71, 5001)] {
      script.state(.close, .synSent, at: 0, cookie: 0, pid: inode) { set(&$0, 0, 80, inode: inode) }
      script.add(.retransmit, at: 1000, cookie: 0) {
        set(&$0, port, 80, inode: inode); ($0.oldState, $0.tcpFlags) = (2, 2)
      }
    }
    for event in script.events.sorted(by: { $0.monotonicNanoseconds < $1.monotonicNanoseconds }) {
      engine.take(event)
      told += engine.settle(until: nil)
    }
    // The port is told as soon as it is known.
    #expect(told.map(\.number) == [1, 2, 1, 1, 2, 2])
    #expect(told.map(\.ends.localPort) == [0, 0, 5000, 5000, 5001, 5001])
  }

  @Test("a cookie that a dump gives in the middle of a life splits no story")
  func cookie() throws {
    var script = clients()
    script.state(.established, .closeWait, at: 80, cookie: 12) { set(&$0, 5000, 80, inode: 70) }
    script.state(.closeWait, .lastAck, at: 81, cookie: 12, pid: 70) {
      set(&$0, 5000, 80, inode: 70); $0.shutdown = 3
    }
    script.state(.lastAck, .close, at: 82, cookie: 12) {
      set(&$0, 5000, 80, inode: 0); $0.unackedBytes = 0
    }
    script.add(.destroy, at: 82.1, cookie: 12) { set(&$0, 5000, 80, inode: 0) }
    #expect(script.lines.map(\.number) == [1, 1, 2, 2, 1, 1, 1, 1])
    var engine = script.engine()
    _ = engine.settle(until: nil)
    #expect(engine.finished.map(\.cookie) == [12] && engine.going.map(\.ends.localPort) == [5001])
  }

  @Test("a listener and its children, whose first event has the listener's addresses, stay apart")
  func children() throws {
    var script = TraceScript()
    let any = ProbeAddress(high: 0, low: 0, isIPv6: false)
    script.owners[90] = TraceProcess(pid: 3, name: Name("nginx"))
    script.state(.close, .listen, at: 0, cookie: 0) {
      set(&$0, 80, 0, inode: 90); $0.local = any; $0.peer = any
    }
    for port in [UInt16(6000), 6001] {
      script.state(.listen, .synRecv, at: Double(port), cookie: 0) {
        set(&$0, 80, 0, inode: 0); $0.local = any; $0.peer = any
      }
      script.state(.synRecv, .established, at: Double(port) + 0.1, cookie: 0) { set(&$0, 80, port, inode: 0) }
    }
    var engine = script.engine()
    let told = engine.settle(until: nil)
    #expect(told.map(\.number) == [1, 2, 3])
    #expect(told[1].text.description == "10.0.0.1:80 ← 10.0.0.2:6000: handshake done, waits for accept() of nginx (pid 3)")
    let waiting = try #require(engine.queued(limit: 5).last)
    #expect(waiting.ends.peerPort == 6000 && engine.totals.handshakes == 2)
    engine.noteAccepted(waiting, cookie: 44, inode: 91, at: 7_010_000_000)
    #expect(engine.queued(limit: 5).map(\.ends.peerPort) == [6001])
    // From now on its events have that cookie.
    script.events = []
    script.state(.established, .closeWait, at: 6020, cookie: 44) { set(&$0, 80, 6000, inode: 91) }
    for event in script.events { engine.take(event) }
    #expect(engine.settle(until: nil).map(\.number) == [2, 2])
  }

  @Test("up to 6.12 the event of a child's birth has a cookie that the child then loses")
  func lostCookie() {
    var script = TraceScript()
    script.state(.listen, .synRecv, at: 0, cookie: 40) { set(&$0, 80, 0, inode: 0) }
    script.state(.synRecv, .established, at: 0.1, cookie: 41) { set(&$0, 80, 6000, inode: 0) }
    script.state(.established, .closeWait, at: 5, cookie: 41) { set(&$0, 80, 6000, inode: 91) }
    script.state(.closeWait, .lastAck, at: 6, cookie: 41) {
      set(&$0, 80, 6000, inode: 91); $0.shutdown = 3
    }
    script.state(.lastAck, .close, at: 7, cookie: 41) { set(&$0, 80, 6000, inode: 0) }
    script.add(.destroy, at: 7.1, cookie: 41) { set(&$0, 80, 6000, inode: 0) }
    #expect(script.text.contains("lived 6.9 ms"))
    var engine = script.engine()
    _ = engine.settle(until: nil)
    #expect(engine.stories.isEmpty && engine.finished.map(\.cookie) == [41])
  }

  @Test("a refused connect ends its own story")
  func refused() {
    var script = TraceScript()
    script.state(.close, .synSent, at: 0, cookie: 0, pid: 9) { set(&$0, 0, 80, inode: 70) }
    script.add(.receiveReset, at: 1, cookie: 0) {
      set(&$0, 5000, 80, inode: 70); $0.oldState = 2
    }
    script.state(.synSent, .close, at: 1.01, cookie: 0) { set(&$0, 5000, 80, inode: 70) }
    script.add(.destroy, at: 1.1, cookie: 0) { set(&$0, 5000, 80, inode: 0) }
    #expect(script.text.hasSuffix("SYN-SENT → CLOSE after 1 ms: RST in answer to the SYN: refused (ECONNREFUSED)"))
    var engine = script.engine()
    _ = engine.settle(until: nil)
    #expect(engine.going.isEmpty && engine.totals.connects == 1 && engine.totals.failedConnects == 1)
  }
}

/// What was there before the trace began, on every kernel.
@Suite("connections older than the trace")
struct TraceOlderTests {
  @Test("one in an accept queue was called, and is its listener's")
  func queued() {
    var script = TraceScript()
    script.owners[90] = TraceProcess(pid: 3, name: Name("nginx"))
    script.state(.close, .listen, at: 0, cookie: 4) { ($0.peerPort, $0.localPort, $0.inode) = (0, 80, 90) }
    script.state(.established, .close, at: 50, cookie: 6) { ($0.localPort, $0.peerPort, $0.inode, $0.unreadBytes) = (80, 5000, 0, 10) }
    script.add(.sendReset, at: 50.1, cookie: 6) { ($0.localPort, $0.peerPort, $0.inode, $0.reason, $0.oldState) = (80, 5000, 0, 14, 7) }
    #expect(script.text.contains("10.0.0.1:80 ← 10.0.0.2:5000, nginx (pid 3), open since before the trace"))
    #expect(script.text.contains("ESTAB → CLOSE: RST sent: its listener was closed before accept() took it, 10 bytes unread"))
  }

  @Test("what happened while programs were still being attached is no part of the trace")
  func attaching() {
    var script = TraceScript()
    // tcp_receive_reset was not attached yet.
    script.state(.close, .synSent, at: 0, cookie: 8, pid: 9)
    script.state(.synSent, .close, at: 1, cookie: 8, pid: 9)
    script.state(.close, .synSent, at: 10, pid: 9)
    script.add(.receiveReset, at: 11) { $0.oldState = 2 }
    script.state(.synSent, .close, at: 11.1, pid: 9)
    var engine = TraceEngine(rules: GiveUp(script.sysctls))
    engine.began = 1_005_000_000
    for event in script.events { engine.take(event) }
    let told = engine.settle(until: nil).map(\.text.description)
    #expect(told.count == 2 && told.allSatisfy { !$0.contains("gave up") } && engine.totals.connects == 1)
  }

  @Test("a long accept queue is counted to its end, or said to be longer")
  func longQueue() {
    var script = TraceScript()
    script.state(.listen, .close, at: 0, cookie: 4) { ($0.peerPort, $0.localPort, $0.inode) = (0, 80, 90) }
    for number in 1...30 {
      script.state(.established, .close, at: Double(number) * 10, cookie: 100 + UInt64(number)) {
        ($0.localPort, $0.peerPort, $0.inode) = (80, UInt16(5000 + number), 0)
      }
    }
    #expect(script.text.contains("stopped listening on 10.0.0.1:80: RST to 30 connections"))
    var engine = script.engine()
    let early = engine.settle(until: 1_305_000_000).first?.text.description
    #expect(early?.contains("RST to at least 30 connections") == true)
  }

  @Test("a SYN that was sent before is not said to be 0 µs old")
  func syn() {
    var script = TraceScript()
    script.add(.retransmit, at: 1000) { ($0.oldState, $0.tcpFlags) = (2, 2) }
    #expect(script.text.hasSuffix("SYN sent again, 1 of 10"))
  }
}
