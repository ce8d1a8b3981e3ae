import Catalog
@testable import Findings
import ProbeStream
import ProcFS
import SockDiag
import TestSupport
import Testing

/// What a trace says of segments that are sent again, and of answers that do not come.
@Suite struct TraceLossTests {
  @Test(arguments: [
    (UInt8(0), true, UInt8(4), UInt32(5000), TraceTimer.rto), (0, true, 4, 0, .window), (5, true, 0, 5000, .tlp),
    (1, false, 3, 5000, .fast),
    (6, true, 3, 5000, .rack), (1, false, 4, 5000, .loss), (1, false, 0, 5000, .other),
    // The timer is armed and an ACK came before it.
    (6, false, 3, 5000, .fast), (5, false, 3, 5000, .fast), (5, false, 4, 5000, .loss),
  ]) func theTimerIsTold(_ pending: UInt8, _ isAtWork: Bool, _ congestion: UInt8, _ window: UInt32, _ timer: TraceTimer) {
    var script = TraceScript()
    script.add(.retransmit, at: 0) {
      ($0.oldState, $0.newState, $0.sequence, $0.endSequence) = (1, 1, .max - 99, 1348)
      $0.connection?.pendingTimer = pending
      $0.connection?.isTimerAtWork = isAtWork
      $0.connection?.congestionState = congestion
      $0.connection?.peerWindow = window
      $0.connection?.timeouts = 2
    }
    let line = script.lines.last
    #expect(line?.timer == timer && line?.bytes == 1448 && line?.kind == .retransmit)
    #expect(line?.text.description.contains("1448 bytes sent again") == true)
    #expect(timer != .rto || line?.text.description.contains("2 in a row") == true)
  }

  @Test func lossWithoutATimeoutIsTheMTUOrOlder() {
    var script = TraceScript()
    script.state(.close, .synSent, at: 0, pid: 9)
    script.state(.synSent, .established, at: 1)
    script.add(.retransmit, at: 100) {
      ($0.oldState, $0.sequence, $0.endSequence) = (1, 0, 1000)
      $0.connection?.pendingTimer = 1
      $0.connection?.congestionState = 4
    }
    #expect(script.lines.last?.timer == .mtu)
    // What did not leave this host was not sent.
    script.add(.retransmit, at: 200) {
      ($0.oldState, $0.sequence, $0.endSequence, $0.error) = (1, 0, 1000, -11)
      $0.connection?.pendingTimer = 5
      $0.connection?.isTimerAtWork = true
    }
    #expect(script.text.contains("tail loss probe: 1000 bytes sent again; it did not leave this host (EAGAIN)"))
    var engine = script.engine()
    _ = engine.settle(until: nil)
    #expect(engine.totals.retransmissions == [.mtu: 1])
  }

  @Test func aSocketsOwnLimitsCount() {
    var script = TraceScript()
    script.state(.close, .synSent, at: 0, pid: 9) { $0.localPort = 0 }
    script.add(.retransmit, at: 1000) {
      ($0.oldState, $0.tcpFlags, $0.sequence, $0.endSequence) = (2, 2, 10, 11)
      $0.connection?.timeouts = 1
      $0.connection?.synRetries = 1
    }
    // In another batch, so that the first line could not know the port.
    var engine = script.engine()
    engine.know(owner: TraceProcess(pid: 10, name: Name("child")), of: 77)
    var lines: [TraceLine] = []
    for moment in [1_500_000_000 as UInt64, 3_000_000_000] { lines += engine.settle(until: moment) }
    #expect(lines.map(\.text.description).contains("SYN sent again, 1 of 2: no answer for 1 s"))
    // Whoever called is named alone, though another holds the socket, too.
    #expect(lines.first?.text.description.hasSuffix("→ 10.0.0.2:80: curl (pid 9) connects") == true)
  }

  @Test func anUnansweredNeighbourIsNoSilentPeer() {
    var script = TraceScript()
    script.state(.close, .synSent, at: 0, pid: 9)
    script.add(.retransmit, at: 1000) {
      ($0.oldState, $0.tcpFlags, $0.sequence, $0.endSequence, $0.error) = (2, 2, 10, 11, -16)
      $0.connection?.timeouts = 1
    }
    script.state(.synSent, .close, at: 3000)
    script.add(.error, at: 3000.1) { $0.error = 113 }
    #expect(script.text.contains("no answer for 1 s; not sent: the copy before has not left this host"))
    #expect(script.lines.contains { $0.lesson?.description.contains("ARP") == true && $0.kind == .retransmit })
    #expect(script.lines.last?.end == .connectFailed && script.lines.last?.lesson?.description.contains("ARP") == true)
  }

  @Test func aBurstIsOneLineAndTimeoutsAreNot() {
    var script = TraceScript()
    for index in 0..<3 {
      script.add(.retransmit, at: Double(index)) {
        ($0.oldState, $0.sequence, $0.endSequence) = (1, 0, 1000)
        $0.connection?.pendingTimer = 1
        $0.connection?.congestionState = 3
      }
    }
    #expect(script.text.contains("fast retransmit: 3 segments, 3000 bytes sent again"))
    var timeouts = TraceScript()
    for index in 0..<2 {
      timeouts.add(.retransmit, at: Double(index)) {
        $0.oldState = 1
        $0.sequence = 0
        $0.endSequence = 1000
        $0.connection?.peerWindow = 9
        $0.connection?.congestionState = 4
      }
    }
    #expect(timeouts.lines.filter { $0.timer == .rto }.count == 2)
  }

  @Test func synAcksAndLoneResetsHaveNoConnection() {
    var script = TraceScript()
    for count in 1...2 {
      script.add(.retransmitSynAck, at: Double(count) * 1000, cookie: 4) { event in
        (event.connection, event.oldState, event.localPort, event.peerPort, event.retransmits) = (nil, 12, 80, 5000, UInt8(count))
      }
    }
    script.add(.sendReset, at: 2500, cookie: 0) { ($0.localPort, $0.reason, $0.oldState, $0.inode) = (9, 1, 0, 0) }
    TraceTests.child(&script, at: 3000)
    #expect(script.text.contains("SYN-ACK sent again, 2 of 5"))
    #expect(script.text.contains("RST to 10.0.0.2:80 from 10.0.0.1:9: no connection and no listener has these"))
    #expect(script.text.contains("handshake done, SYN-ACK sent again 2×"))
    #expect(script.lines.filter { $0.number == nil }.count == 3)
  }
}
