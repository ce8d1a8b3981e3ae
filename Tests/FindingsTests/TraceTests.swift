import Catalog
@testable import Findings
import ProbeStream
import ProcFS
import SockDiag
import TestSupport
import Testing

/// Events written down, told as a trace tells them.
struct TraceScript {
  var events: [EventRecord] = []
  var filter = TraceFilter()
  var names: [UInt32: String] = [11: "TCP_ABORT_ON_CLOSE", 14: "TCP_STATE", 1: "NO_SOCKET", 15: "TCP_KEEPALIVE_TIMEOUT"]
  var tellsReasons = true
  var owners: [UInt32: TraceProcess] = [:]
  var sysctls = standardSysctls

  static func address(_ last: UInt64) -> ProbeAddress { ProbeAddress(high: (0x0a00_0000 + last) << 32, low: 0, isIPv6: false) }

  /// One event, `milliseconds` after the start.
  mutating func add(_ kind: EventRecord.Kind, at milliseconds: Double, cookie: UInt64 = 5, _ change: (inout EventRecord) -> Void = { _ in })
  {
    var event = EventRecord(kind: kind, monotonicNanoseconds: 1_000_000_000 + UInt64(milliseconds * 1_000_000))
    event.cookie = cookie
    (event.local, event.localPort, event.peer, event.peerPort) = (Self.address(1), 43_210, Self.address(2), 80)
    event.connection = ConnectionNumbers()
    event.inode = 77
    change(&event)
    events.append(event)
  }

  mutating func state(
    _ old: TCPState, _ new: TCPState, at milliseconds: Double, cookie: UInt64 = 5, pid: UInt32 = 0,
    _ change: (inout EventRecord) -> Void = { _ in }
  ) {
    add(.state, at: milliseconds, cookie: cookie) { event in
      (event.oldState, event.newState, event.processID) = (old.rawValue, new.rawValue, pid)
      if pid != 0 { event.processName = Array("curl".utf8) }
      change(&event)
    }
  }

  func engine() -> TraceEngine {
    var engine = TraceEngine(rules: GiveUp(sysctls), filter: filter, keepsStories: true)
    engine.resetReasons = names
    engine.tellsReasons = tellsReasons
    for (inode, process) in owners { engine.know(owner: process, of: inode) }
    for event in events { engine.take(event) }
    return engine
  }

  var lines: [TraceLine] {
    var engine = engine()
    return engine.settle(until: nil)
  }
  var text: String { lines.map(\.text.description).joined(separator: "\n") }
}

@Suite struct TraceTests {
  /// A client that connects, closes first and gets the peer's FIN.
  static func client(peerFIN: Bool = true) -> TraceScript {
    var script = TraceScript()
    script.state(.close, .synSent, at: 0, pid: 9) { $0.localPort = 0 }
    script.state(.synSent, .established, at: 2) { $0.connection?.rttMicroseconds = 1900 }
    script.state(.established, .finWait1, at: 500, pid: 9) { $0.shutdown = 3 }
    script.state(.finWait1, .finWait2, at: 502) { $0.inode = 0 }
    script.state(.finWait2, .close, at: 502.01) {
      ($0.inode, $0.unreadBytes) = (0, peerFIN ? 1 : 0)
      $0.connection?.bytesSent = 120
      $0.connection?.bytesReceived = 3001
      $0.connection?.bytesRetransmitted = 20
      $0.connection?.retransmissions = 1
    }
    script.add(.destroy, at: 502.02) { ($0.oldState, $0.inode) = (7, 0) }
    return script
  }

  @Test func anActiveCloserKeepsTimeWait() throws {
    let script = Self.client()
    #expect(
      script.text == """
        10.0.0.1:43210 → 10.0.0.2:80: curl (pid 9) connects
        SYN-SENT → ESTAB after 2 ms: connected, RTT 1.9 ms
        ESTAB → FIN-WAIT-1 after 498 ms: curl (pid 9) closed first (close() or exit)
        FIN-WAIT-1 → FIN-WAIT-2 after 2 ms: the peer has our FIN, its own is awaited
        FIN-WAIT-2 → TIME-WAIT after 10 µs: the peer's FIN is here; kept 60 s, for this side closed first
        end: 100 bytes sent, 3000 bytes received, 1 segment sent again, RTT unknown, lived 502 ms
        """)
    let last = try #require(script.lines.first { $0.end == .timeWait })
    #expect(last.newState == .timeWait && last.lesson?.description.contains("FIN-WAIT-2 → CLOSE") == true)
    var engine = script.engine()
    _ = engine.settle(until: nil)
    let story = try #require(engine.finished.first)
    #expect(
      story.firstCloser == .us && story.end == .timeWait && story.spans.map(\.state) == [.synSent, .established, .finWait1, .finWait2])
    #expect(engine.totals.connects == 1 && engine.totals.ended == 1 && engine.totals.failedConnects == 0)
  }

  @Test func withoutThePeersFINAMiniSocketIsLeft() throws {
    var script = Self.client(peerFIN: false)
    #expect(script.text.contains("FIN-WAIT-2 → mini-socket after 10 µs: no process reads any more; it awaits the peer's FIN for 60 s"))
    #expect(script.lines.contains { $0.end == .finWait2MiniSocket && $0.newState == .finWait2 })
    // Above 60 s half of the time has passed as a full socket.
    script.sysctls = sysctls(["net.ipv4.tcp_fin_timeout": "65"])
    #expect(script.text.contains("awaits the peer's FIN for 5 s"))
  }

  @Test func aRefusedAndAnUnansweredConnectDiffer() {
    var refused = TraceScript()
    refused.state(.close, .synSent, at: 0, pid: 9)
    refused.add(.receiveReset, at: 1) { $0.oldState = 2 }
    refused.state(.synSent, .close, at: 1.01)
    refused.add(.error, at: 1.02) { $0.error = 111 }
    // tcp_disconnect() reports nothing.
    refused.add(.error, at: 1.03)
    #expect(refused.text.hasSuffix("SYN-SENT → CLOSE after 1 ms: RST in answer to the SYN: refused (ECONNREFUSED)"))
    #expect(refused.lines.count == 2 && refused.lines.last?.error == 111)

    var silent = TraceScript()
    silent.state(.close, .synSent, at: 0, pid: 9)
    silent.add(.retransmit, at: 1000) {
      ($0.oldState, $0.tcpFlags, $0.sequence, $0.endSequence) = (2, 2, 10, 11)
      $0.connection?.timeouts = 1
    }
    silent.state(.synSent, .close, at: 3000) { $0.connection?.timeouts = 1 }
    silent.add(.error, at: 3000.1) { $0.error = 110 }
    #expect(silent.text.contains("SYN sent again, 1 of 10: no answer for 1 s"))
    #expect(silent.text.hasSuffix("SYN-SENT → CLOSE after 3 s: no answer to any SYN: connect() fails (ETIMEDOUT)"))
  }

  /// A connection that a listener took.
  static func child(_ script: inout TraceScript, cookie: UInt64 = 6, at start: Double = 0) {
    script.state(.listen, .synRecv, at: start, cookie: cookie) { ($0.inode, $0.peerPort, $0.localPort) = (0, 0, 80) }
    script.state(.synRecv, .established, at: start + 0.1, cookie: cookie) { ($0.inode, $0.peerPort, $0.localPort) = (0, 5000, 80) }
  }

  @Test func aKilledServersQueueIsToldAsThat() throws {
    var script = TraceScript()
    script.owners[77] = TraceProcess(pid: 3, name: Name("nginx"))
    script.state(.close, .listen, at: 0, cookie: 4, pid: 3) { ($0.localPort, $0.peerPort, $0.processName) = (80, 0, Array("nginx".utf8)) }
    for (index, cookie) in [UInt64(6), 7].enumerated() { Self.child(&script, cookie: cookie, at: 10 + Double(index)) }
    script.state(.established, .closeWait, at: 20, cookie: 7) { ($0.inode, $0.localPort, $0.peerPort) = (0, 80, 5000) }
    script.state(.listen, .close, at: 100, cookie: 4, pid: 3) { ($0.localPort, $0.peerPort, $0.processName) = (80, 0, Array("nginx".utf8)) }
    for (cookie, state, unread) in [(UInt64(6), TCPState.established, UInt32(66)), (7, .closeWait, 1)] {
      script.state(state, .close, at: 100.1, cookie: cookie) {
        ($0.inode, $0.localPort, $0.peerPort, $0.unreadBytes) = (0, 80, 5000, unread)
        $0.connection?.bytesReceived = state == .closeWait ? 67 : 66
      }
      script.add(.sendReset, at: 100.12, cookie: cookie) { ($0.inode, $0.localPort, $0.peerPort, $0.reason) = (0, 80, 5000, 14) }
      script.add(.destroy, at: 100.13, cookie: cookie) { $0.inode = 0 }
    }
    let text = script.text
    #expect(text.contains("10.0.0.1:80 ← 10.0.0.2:5000: handshake done, waits for accept() of nginx (pid 3)"))
    #expect(text.contains("the peer closed; nobody has accepted the connection yet"))
    #expect(text.contains("nginx (pid 3) stopped listening on 10.0.0.1:80: RST to 2 connections in its accept queue"))
    #expect(text.contains("ESTAB → CLOSE after 90 ms: RST sent: its listener was closed before accept() took it, 66 bytes unread"))
    #expect(text.contains("CLOSE-WAIT → CLOSE after 80 ms: RST sent: its listener was closed before accept() took it\n"))
    #expect(script.lines.filter { $0.end == .listenerClosed && $0.kind == .resetSent }.count == 2)
    // The last look at the socket has no numbers any more, and no listener.
    var engine = script.engine()
    _ = engine.settle(until: nil)
    #expect(engine.finished.map(\.bytesReceived) == [66, 66] && engine.finished.allSatisfy { $0.owners.first?.pid == 3 })
  }

  @Test func whoeverClosesWithUnreadDataIsNamed() {
    for tells in [true, false] {
      var script = TraceScript()
      script.tellsReasons = tells
      script.state(.established, .close, at: 0, pid: 9) { ($0.unreadBytes, $0.shutdown) = (11, 3) }
      script.add(.sendReset, at: 0.01) { ($0.reason, $0.processID) = (tells ? 11 : 0, 9) }
      #expect(script.text.contains("ESTAB → CLOSE: RST sent: curl (pid 9) closed with 11 bytes unread"))
      #expect(script.text.hasPrefix("10.0.0.1:43210 → 10.0.0.2:80, curl (pid 9), open since before the trace"))
    }
    var linger = TraceScript()
    linger.state(.established, .close, at: 0, pid: 9) { ($0.abortsOnClose, $0.shutdown) = (true, 3) }
    linger.add(.sendReset, at: 0.01) { $0.reason = 14 }
    #expect(linger.text.contains("closed with SO_LINGER 0"))
  }

  @Test func aPeersResetSaysWhatTheProgramGets() {
    for (state, errno, name) in [(TCPState.established, Int32(104), "ECONNRESET"), (.closeWait, 32, "EPIPE")] {
      var script = TraceScript()
      script.owners[77] = TraceProcess(pid: 8, name: Name("app"))
      script.add(.receiveReset, at: 0) { $0.oldState = state.rawValue }
      script.state(state, .close, at: 0.01)
      script.add(.error, at: 0.02) { $0.error = errno }
      #expect(script.text.contains("RST from the peer; app (pid 8) gets \(name)"))
      #expect(script.lines.filter { $0.kind == .error || $0.kind == .resetReceived }.count == 1)
    }
  }

  @Test func thePassiveCloserLeavesTimeWaitToItsPeer() {
    var script = TraceScript()
    script.state(.established, .closeWait, at: 0)
    script.state(.closeWait, .lastAck, at: 5, pid: 9) { $0.shutdown = 3 }
    script.state(.lastAck, .close, at: 6) { $0.inode = 0 }
    #expect(script.text.contains("CLOSE-WAIT → LAST-ACK after 5 ms: curl (pid 9) closed too (close() or exit)"))
    #expect(script.text.contains("the peer has our FIN; it closed first, so TIME-WAIT is on its side"))
    var crossed = TraceScript()
    crossed.state(.finWait1, .closing, at: 0)
    crossed.state(.closing, .close, at: 1) { $0.unreadBytes = 1 }
    #expect(crossed.text.contains("CLOSING → TIME-WAIT after 1 ms: our FIN is acknowledged; both sides keep 60 s"))
    // Never acknowledged: no TIME-WAIT.
    var lost = TraceScript()
    lost.state(.closeWait, .lastAck, at: 0, pid: 9) { $0.shutdown = 3 }
    lost.state(.lastAck, .close, at: 9000) { ($0.inode, $0.unackedBytes) = (0, 101) }
    #expect(lost.text.contains("given up: the peer has not acknowledged 100 bytes"))
  }

  @Test func subflowsAndCrossedOpensAreTold() {
    var script = TraceScript()
    script.state(.close, .synSent, at: 0, pid: 9) { $0.connection?.isSubflow = true }
    script.state(.synSent, .synRecv, at: 1)
    script.state(.synRecv, .established, at: 2)
    script.state(.established, .finWait1, at: 3, pid: 9) { ($0.shutdown, $0.unackedBytes) = (3, 500) }
    // MPTCP closes once more.
    script.state(.finWait1, .finWait1, at: 3.1)
    let text = script.text
    #expect(text.contains("SYN-RECV → ESTAB after 1 ms: connected; both sides called connect() at once"))
    #expect(
      text.hasSuffix(
        "curl (pid 9) closed first (a subflow of MPTCP), 500 bytes not acknowledged yet: the peer's window is 0, its program does not read")
    )
    #expect(script.lines.last?.ends.proto == 262)
  }

  @Test func whatWasThereBeforeIsRecognised() {
    var script = TraceScript()
    script.owners[90] = TraceProcess(pid: 3, name: Name("nginx"))
    script.add(.retransmit, at: 0) { ($0.oldState, $0.inode, $0.endSequence) = (5, 0, 1) }
    #expect(script.text.hasPrefix("10.0.0.1:43210 → 10.0.0.2:80, no process, open since before the trace"))
    // No file before close(): it waits in the queue.
    var queued = TraceScript()
    queued.state(.established, .closeWait, at: 0) { $0.inode = 0 }
    #expect(queued.text.hasPrefix("10.0.0.1:43210 ← 10.0.0.2:80"))
    #expect(queued.text.contains("the peer closed; nobody has accepted the connection yet"))
  }

  @Test func whoDestroysASocketIsNotItsOwner() {
    var script = TraceScript()
    script.state(.close, .synSent, at: 0, pid: 9)
    script.state(.synSent, .established, at: 1)
    script.state(.established, .close, at: 50, pid: 66) { $0.processName = Array("ss".utf8) }
    script.add(.error, at: 50.01) { ($0.error, $0.processID, $0.processName) = (103, 66, Array("ss".utf8)) }
    script.add(.sendReset, at: 50.02) { ($0.reason, $0.processID) = (14, 66) }
    #expect(script.text.contains("ESTAB → CLOSE after 49 ms: ss (pid 66) destroyed it from outside; curl (pid 9) gets ECONNABORTED"))
    #expect(script.lines.allSatisfy { $0.owners.map(\.pid) == [9] } && script.lines.contains { $0.end == .destroyed })
    var listener = TraceScript()
    listener.state(.close, .listen, at: 0, pid: 9) { ($0.localPort, $0.peerPort) = (80, 0) }
    listener.state(.listen, .close, at: 9, pid: 66) { ($0.localPort, $0.peerPort, $0.processName) = (80, 0, Array("ss".utf8)) }
    listener.add(.error, at: 9.1) { ($0.error, $0.processID, $0.peerPort) = (103, 66, 0) }
    #expect(listener.text.hasSuffix("ss (pid 66) destroyed the listener at 10.0.0.1:80 from outside; curl (pid 9) gets ECONNABORTED"))
  }

  @Test func keepaliveEndsAreToldWithAndWithoutAReason() {
    for tells in [true, false] {
      var script = TraceScript()
      script.tellsReasons = tells
      script.owners[77] = TraceProcess(pid: 8, name: Name("app"))
      script.state(.established, .close, at: 0) { $0.connection?.probes = 2 }
      script.add(.sendReset, at: 0.01) { $0.reason = tells ? 15 : 0 }
      script.add(.error, at: 0.02) { $0.error = 110 }
      #expect(script.text.contains("no answer to any keepalive probe: RST sent, app (pid 8) gets ETIMEDOUT"))
      #expect(script.lines.contains { $0.end == .timedOut })
    }
  }

  @Test func acceptIsSeenByTheInode() throws {
    var script = TraceScript()
    script.owners[90] = TraceProcess(pid: 3, name: Name("nginx"))
    Self.child(&script)
    var engine = script.engine()
    _ = engine.settle(until: nil)
    let waiting = try #require(engine.queued(limit: 5).first)
    #expect(waiting.cookie == 6)
    engine.noteAccepted(waiting, cookie: 6, inode: 90, at: 1_050_000_000)
    #expect(engine.queued(limit: 5).isEmpty)
    let told = engine.settle(until: nil)
    #expect(told.map(\.text.description) == ["accepted by nginx (pid 3), at most 49 ms after the handshake"])
    // Once is enough.
    engine.noteAccepted(waiting, cookie: 6, inode: 90, at: 1_060_000_000)
    #expect(engine.settle(until: nil).isEmpty)
    // Workers share the listener: which one took it is not known before it is seen with the file.
    var shared = TraceScript()
    shared.state(.close, .listen, at: 0, cookie: 4, pid: 3) { ($0.localPort, $0.peerPort, $0.processName) = (80, 0, Array("nginx".utf8)) }
    shared.owners[77] = TraceProcess(pid: 4, name: Name("nginx"))
    Self.child(&shared, at: 1)
    var workers = shared.engine()
    _ = workers.settle(until: nil)
    workers.noteAccepted(workers.queued(limit: 5).first, cookie: 6, inode: 90, at: 1_050_000_000)
    let line = try #require(workers.settle(until: nil).first)
    #expect(
      line.text.description.hasPrefix("accepted by one of nginx (pid ") && line.text.description.contains("and 1 more), at most 48 ms"))
    var closed = EventRecord(kind: .state, monotonicNanoseconds: 1_090_000_000)
    (closed.cookie, closed.localPort, closed.peerPort, closed.oldState, closed.newState, closed.inode) = (6, 80, 5000, 1, 8, 90)
    workers.take(closed)
    #expect(workers.settle(until: nil).first?.text.description.contains("the peer closed first; one of nginx (pid ") == true)
    #expect(workers.going.contains { TraceDescription.title($0).description.contains("one of nginx (pid ") })
    // Seen with the file: that one, alone.
    workers.know(owner: TraceProcess(pid: 4, name: Name("nginx")), of: 90)
    (closed.oldState, closed.newState, closed.monotonicNanoseconds) = (8, 9, 1_095_000_000)
    workers.take(closed)
    #expect(workers.settle(until: nil).first?.text.description.contains("nginx (pid 4) closed too") == true)
  }

  @Test func filtersTakeEndsStatesAndProcesses() throws {
    var script = Self.client()
    let context = FilterContext()
    func lines(_ words: String, process: String? = nil) throws -> Int {
      let filter = try Filter.parse([words], context: context)
      script.filter = TraceFilter()
      if filter.expression != nil { script.filter.matches = { filter.matches($0) } }
      script.filter.states = filter.states
      script.filter.process = process
      return script.lines.count
    }
    #expect(try lines("dport = :80") == 6)
    // The port that connect() had not chosen at the first event.
    #expect(try lines("sport = :43210") == 6)
    #expect(try lines("dst 10.0.0.0/24 and not dport = :80") == 0)
    #expect(try lines("*", process: "curl") == 6)
    #expect(try lines("*", process: "9") == 6)
    #expect(try lines("*", process: "cur") == 0)
    // The connection is introduced by a line of its own.
    let states = try lines("state time-wait")
    #expect(states == 3)
  }

  @Test func eventsWaitForWhatBelongsToThem() {
    var script = TraceScript()
    script.state(.established, .close, at: 0, pid: 9) { ($0.unreadBytes, $0.shutdown) = (11, 3) }
    var engine = script.engine()
    #expect(engine.settle(until: 1_002_000_000).isEmpty)
    var later = TraceScript()
    later.add(.sendReset, at: 0.5) { ($0.reason, $0.processID) = (11, 9) }
    engine.take(later.events[0])
    #expect(engine.settle(until: 1_100_000_000).contains { $0.kind == .resetSent && $0.reason == "TCP_ABORT_ON_CLOSE" })
    #expect(engine.totals.resetsSent == 1 && engine.totals.events == 2)
  }

  @Test func everyResetReasonOfTheKernelHasWords() {
    let names = [
      "NO_SOCKET", "TCP_INVALID_ACK_SEQUENCE", "TCP_RFC7323_PAWS", "TCP_TOO_OLD_ACK", "TCP_ACK_UNSENT_DATA", "TCP_FLAGS", "TCP_OLD_ACK",
      "TCP_ABORT_ON_DATA", "TCP_TIMEWAIT_SOCKET", "INVALID_SYN", "TCP_ABORT_ON_CLOSE", "TCP_ABORT_ON_LINGER", "TCP_ABORT_ON_MEMORY",
      "TCP_STATE", "TCP_KEEPALIVE_TIMEOUT", "TCP_DISCONNECT_WITH_DATA", "MPTCP_RST_EUNSPEC", "MPTCP_RST_EMPTCP", "MPTCP_RST_ERESOURCE",
      "MPTCP_RST_EPROHIBIT", "MPTCP_RST_EWQ2BIG", "MPTCP_RST_EBADPERF", "MPTCP_RST_EMIDDLEBOX", "ERROR",
    ]
    for name in names { #expect(TraceResetPhrase.words(name).description != name) }
    #expect(TraceResetPhrase.words("OF_TOMORROW").description == "OF_TOMORROW")
    #expect(TraceResetPhrase.words("unknown(99)").description == "unknown(99)")
    #expect(TraceResetPhrase.words("NOT_SPECIFIED").description.contains("gives no cause"))
  }
}
