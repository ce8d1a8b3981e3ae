import Catalog
@testable import Findings
import ProbeStream
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

/// Cards and findings with what only the side-car reads.
@Suite struct InternalsTests {
  func internals(_ change: (inout ProbedSocket) -> Void) -> SocketInternals {
    var socket = ProbedSocket()
    // What the side-car sends when the program set nothing.
    (socket.keepaliveIdleMilliseconds, socket.keepaliveIntervalMilliseconds, socket.linger2Milliseconds) = (0, 0, 0)
    change(&socket)
    return SocketInternals(socket)
  }

  func card(_ socket: InetSocket, _ internals: SocketInternals?, with others: [InetSocket] = [], syncookies: Int = 1) -> Card {
    var scene = CardScene([socket] + others, sysctls: sysctls(["net.ipv4.tcp_syncookies": "\(syncookies)"]))
    if let internals { scene.snapshot.internals[socket.cookie] = internals }
    return Cards.card(for: socket, scene.evidence)
  }

  static func listener(_ limit: UInt32 = 16) throws -> InetSocket {
    try MakeSocket(.listen, "0.0.0.0", 80, cookie: 70, inode: 5, sendQueue: limit).socket
  }

  @Test func aListenersDepthIsTheKernels() throws {
    let listener = try Self.listener()
    let requests = try (0..<3).map {
      try MakeSocket(
        .synRecv, "10.0.0.1", 80, peer: "10.0.0.9", 5000 + UInt16($0), cookie: 90 + UInt64($0), inode: 0, timer: .on, expires: 900
      ).socket
    }
    let known = internals { $0.listener = ListenerQueues.of(syn: 17, young: 4) }
    let card = card(listener, known, with: requests)
    #expect(card.said("SYN queue").hasPrefix("17 half-open, 4 of them young, limit 16 (syncookies 1: overflow is answered with a cookie)"))
    #expect(card.said("SYN queue").contains("icsk_accept_queue: qlen 17, young 4"))
    #expect(card.emphasis("SYN queue") == .warning)
    #expect(self.card(listener, known, syncookies: 0).emphasis("SYN queue") == .bad)
    // Without the side-car the requests in the list are counted.
    #expect(self.card(listener, nil, with: requests).said("SYN queue").hasPrefix("3 half-open, limit 16"))
  }

  @Test func aListenersFlagsAreTold() throws {
    let card = card(
      try Self.listener(),
      internals {
        $0.listener = ListenerQueues.of(syn: 0, young: 0)
        $0.listener?.isFloodWarned = true
        $0.listener?.deferAcceptRetries = 3
        $0.listener?.fastOpenLimit = 8
        $0.listener?.fastOpenQueue = 2
      })
    #expect(card.said("SYN queue").contains("Possible SYN flooding"))
    // The kernel keeps 10 s as four time-outs: 1 + 2 + 4 + 8.
    #expect(card.said("SYN queue").contains("TCP_DEFER_ACCEPT 7 s"))
    #expect(card.said("SYN queue").contains("TCP Fast Open: 2 pending, limit 8"))
    #expect(!card.said("SYN queue").contains("qlen"))
  }

  static func connecting(_ retransmits: UInt8 = 1) throws -> InetSocket {
    try MakeSocket(
      .synSent, "10.0.0.1", 40_000, peer: "10.0.0.2", 80, cookie: 71, inode: 7, timer: .on, retransmits: retransmits, expires: 500
    ).socket
  }

  @Test func connectEndsWhenTheProgramSaid() throws {
    let usual = try card(Self.connecting(), internals { _ in }).said("connect")
    #expect(usual.contains("tcp_syn_retries 6 and tcp_syn_linear_timeouts 4: 10 retransmissions, about 2 min 11 s in all"))
    #expect(usual.contains("the program set none of TCP_SYNCNT, TCP_USER_TIMEOUT") && !usual.contains("unless"))
    let counted = try card(Self.connecting(), internals { $0.synRetries = 1 }).said("connect")
    // The time of one doubling ends it, not the count.
    #expect(counted.contains("TCP_SYNCNT 1 and net.ipv4.tcp_syn_linear_timeouts 4: 2 retransmissions, about 3 s in all"))
    #expect(try card(Self.connecting(), internals { $0.synRetries = 1 }).said("options") == "TCP_SYNCNT 1")
    let timed = try card(Self.connecting(), internals { $0.userTimeoutMilliseconds = 2500 }).said("connect")
    #expect(timed.contains("TCP_USER_TIMEOUT ends it: 2 retransmissions, about 2.5 s in all"))
    #expect(try card(Self.connecting(), nil).said("connect").contains("unless the program set TCP_SYNCNT or TCP_USER_TIMEOUT"))
  }

  static func established(
    _ timer: TimerKind, _ retransmits: UInt8 = 0, expires: UInt32 = 1000, _ values: KeyValuePairs<Field, UInt64> = [:]
  ) throws
    -> InetSocket
  {
    try MakeSocket(
      .established, "10.0.0.1", 40_000, peer: "10.0.0.2", 80, cookie: 72, inode: 7, timer: timer, retransmits: retransmits,
      expires: expires,
      sendQueue: timer == .on ? 100 : 0
    ).with(.tcpInfo, size: 280).with([.rto: 400_000, .rtt: 20_000, .snd_mss: 1448, .snd_cwnd: 1, .snd_wnd: 65_536]).with(values).socket
  }

  @Test func keepaliveIsThatOfTheProgram() throws {
    let socket = try Self.established(.keepalive, expires: 9000, [.last_data_recv: 1000, .last_ack_recv: 1000])
    let own = internals {
      ($0.keepaliveIdleMilliseconds, $0.keepaliveIntervalMilliseconds, $0.keepaliveProbes) = (10_000, 5000, 3)
    }
    let told = card(socket, own).said("timer")
    #expect(told.contains("a dead peer is found 25 s after its last sign: 10 s + 5 s × 3"))
    #expect(!told.contains("unless the program"))
    // tcp_keepalive_timer() asks the time alone then: 10 s + 2 × 5 s reach 18 s.
    let timed = internals {
      ($0.keepaliveIdleMilliseconds, $0.keepaliveIntervalMilliseconds, $0.userTimeoutMilliseconds) = (10_000, 5000, 18_000)
    }
    #expect(card(socket, timed).said("timer").contains("found 20 s after its last sign: 10 s + 5 s × 2"))
    let failing = try Self.established(.keepalive, 2, expires: 3000, [.last_data_recv: 22_000, .last_ack_recv: 22_000])
    #expect(card(failing, own).said("timer").contains("reset in 8.1 s (ETIMEDOUT)"))
  }

  @Test func unacknowledgedDataEndsByUserTimeout() throws {
    let socket = try Self.established(.on, 1, expires: 300, [.retransmits: 1])
    let own = card(socket, internals { $0.userTimeoutMilliseconds = 5000 }).said("timer")
    #expect(own.contains("by its TCP_USER_TIMEOUT 5 s") && own.contains("given up in 4."))
    let none = card(socket, internals { _ in }).said("timer")
    #expect(
      none.contains("the program set no TCP_USER_TIMEOUT") && none.contains("at least 15 min 24 s") && !none.contains("unless it set"))
  }

  @Test func aZeroWindowCanLastOrNot() throws {
    let socket = try Self.established(.persist, 0, [.probes: 0, .backoff: 3])
    #expect(card(socket, internals { _ in }).said("timer").contains("this can last for ever"))
    #expect(!card(socket, internals { _ in }).said("timer").contains("unless the program set"))
    #expect(
      card(socket, internals { $0.userTimeoutMilliseconds = 30_000 }).said("timer").contains("but its TCP_USER_TIMEOUT 30 s ends it in"))
  }

  @Test func aHalfOpenPileUpUsesTheRealDepth() throws {
    let listener = try Self.listener(4)
    let requests = try (0..<3).map {
      try MakeSocket(
        .synRecv, "10.0.0.1", 80, peer: "10.0.0.9", 5000 + UInt16($0), cookie: 90 + UInt64($0), inode: 0, timer: .on, expires: 900
      ).socket
    }
    var scene = CardScene([listener] + requests)
    #expect(HalfOpenPileUp.findings(scene.evidence).isEmpty)
    scene.snapshot.internals[70] = internals { $0.listener = ListenerQueues.of(syn: 5, young: 2) }
    let finding = try #require(HalfOpenPileUp.findings(scene.evidence).first)
    #expect(finding.evidence.first?.description.hasPrefix("5 in the SYN queue (icsk_accept_queue.qlen), 2 young, limit 4") == true)
  }
}

extension ListenerQueues {
  static func of(syn: UInt32, young: UInt32) -> ListenerQueues {
    var queues = ListenerQueues()
    (queues.synQueue, queues.young) = (syn, young)
    return queues
  }
}
