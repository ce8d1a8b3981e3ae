import Catalog
@testable import Findings
import ProbeStream
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

/// Ends, queues and lines that depend on what a program set, with the side-car and without.
@Suite struct OptionCardTests {
  static func internals(_ change: (inout ProbedSocket) -> Void) -> SocketInternals { InternalsTests().internals(change) }

  func card(_ socket: InetSocket, _ internals: SocketInternals?, changes: KeyValuePairs<String, String> = [:]) -> Card {
    var scene = CardScene([socket], sysctls: sysctls(changes))
    scene.snapshot.internals[socket.cookie] = internals
    return Cards.card(for: socket, scene.evidence)
  }

  static func socket(
    _ state: TCPState, _ timer: TimerKind, inode: UInt32 = 7, retransmits: UInt8 = 0, expires: UInt32 = 1000, sendQueue: UInt32 = 0,
    _ values: KeyValuePairs<Field, UInt64> = [:]
  ) throws -> InetSocket {
    try MakeSocket(
      state, "10.0.0.1", 40_000, peer: "10.0.0.2", 80, cookie: 72, inode: inode, timer: timer, retransmits: retransmits, expires: expires,
      sendQueue: sendQueue
    ).with(.tcpInfo, size: 280).with(.skmeminfo, size: 36).with([
      .rto: 204_000, .rtt: 20_000, .snd_mss: 1448, .snd_cwnd: 10, .snd_wnd: 65_536,
    ]).with(values).socket
  }

  @Test func optionsThatDifferAreListed() throws {
    let socket = try Self.socket(.established, .off, [.sk_rcvbuf: 200_000])
    let set = Self.internals {
      ($0.isNoDelay, $0.isKeepaliveOn, $0.isReceiveBufferFixed, $0.userTimeoutMilliseconds) = (true, true, true, 30_000)
      ($0.keepaliveIdleMilliseconds, $0.linger2Milliseconds, $0.isLingerOn, $0.lingerMilliseconds) = (10_000, -1, true, 0)
    }
    #expect(
      card(socket, set).said("options")
        == "TCP_NODELAY, keepalive 10 s, then each 75 s until the user timeout, user timeout 30 s, SO_LINGER 0: close() sends RST, "
        + "TCP_LINGER2 negative: no FIN-WAIT-2, SO_RCVBUF: fixed at 195 KiB")
    #expect(card(socket, Self.internals { $0.isKeepaliveOn = true }).said("options") == "keepalive 2 h + 9 × 75 s")
    let idle = Self.internals { $0.keepaliveProbes = 3 }
    #expect(card(socket, idle).said("options") == "TCP_KEEP* without SO_KEEPALIVE: no effect")
    // Nothing set, or nothing known: no line.
    #expect(card(socket, Self.internals { _ in }).said("options").isEmpty)
    #expect(card(socket, nil).said("options").isEmpty)
  }

  @Test func finWait2EndsByItsOwnTime() throws {
    let held = try Self.socket(.finWait2, .off)
    #expect(card(held, Self.internals { $0.linger2Milliseconds = 20_000 }).said("closing").contains("a close() would let it wait for 20 s"))
    #expect(card(held, Self.internals { $0.linger2Milliseconds = -1 }).said("closing").contains("a close() would send RST"))
    #expect(card(held, Self.internals { _ in }).said("closing").contains("wait for 60 s more\nnet.ipv4.tcp_fin_timeout 60 s"))
    #expect(!card(held, nil).said("closing").contains("would"))
    // Above 60 s: a keepalive timer, then a mini-socket.
    let orphan = try Self.socket(.finWait2, .keepalive, inode: 0, expires: 25_000)
    let told = card(orphan, Self.internals { $0.linger2Milliseconds = 90_000 }).said("closing")
    #expect(told.contains("awaited for 55 s more") && told.contains("TCP_LINGER2 90 s, which the program set"))
    #expect(card(orphan, nil).said("closing").contains("unless the program set TCP_LINGER2"))
  }

  @Test func finWait1SaysWhatFollows() throws {
    let socket = try Self.socket(.finWait1, .on, inode: 0, sendQueue: 1)
    #expect(
      card(socket, Self.internals { $0.linger2Milliseconds = -1 }).said("closing").contains("once the FIN is acknowledged it is reset"))
    #expect(card(socket, Self.internals { $0.linger2Milliseconds = 5_000 }).said("closing").contains("waits for the peer's for 5 s"))
    #expect(!card(socket, Self.internals { _ in }).said("closing").contains("once the FIN"))
  }

  @Test func anOrphanEndsByUserTimeout() throws {
    let socket = try Self.socket(.lastAck, .on, inode: 0, retransmits: 1, expires: 300, sendQueue: 10, [.retransmits: 1])
    let own = card(socket, Self.internals { $0.userTimeoutMilliseconds = 5000 }).said("timer")
    #expect(own.contains("its TCP_USER_TIMEOUT 5 s rules") && own.contains("given up in 5"))
    #expect(card(socket, Self.internals { _ in }).said("timer").contains("(0 acts as 8) rules, at least 102 s; then it vanishes"))
    #expect(card(socket, nil).said("timer").contains("unless the program set TCP_USER_TIMEOUT; then it vanishes"))
  }

  @Test func zeroWindowsEndByTheEarlierOfTimeAndCount() throws {
    let silent = try Self.socket(.established, .persist, retransmits: 2, sendQueue: 100, [.probes: 2, .backoff: 2, .snd_wnd: 0])
    #expect(card(silent, Self.internals { $0.userTimeoutMilliseconds = 8000 }).said("timer").contains("by its TCP_USER_TIMEOUT 8 s"))
    #expect(card(silent, Self.internals { _ in }).said("timer").contains("tcp_retries2 15) unless one is answered\n"))
    #expect(card(silent, nil).said("timer").contains("sooner if the program set TCP_USER_TIMEOUT"))
    // A time that is longer than all probes changes nothing.
    #expect(card(silent, Self.internals { $0.userTimeoutMilliseconds = 9_000_000 }).said("timer").contains("tcp_retries2 15"))
    let orphan = try Self.socket(.finWait1, .persist, inode: 0, sendQueue: 100, [.backoff: 3, .snd_wnd: 0])
    let ended = card(orphan, Self.internals { $0.userTimeoutMilliseconds = 12_000 }).said("timer")
    #expect(ended.contains("(its TCP_USER_TIMEOUT 12 s)") && ended.contains("vanishes in 10 s"))
    let shrunk = try Self.socket(.established, .on, retransmits: 0, sendQueue: 100, [.snd_wnd: 0])
    #expect(card(shrunk, Self.internals { $0.userTimeoutMilliseconds = 9000 }).said("timer").contains("TCP_USER_TIMEOUT: 9 s after"))
    #expect(card(shrunk, nil).said("timer").contains("may have set TCP_USER_TIMEOUT"))
    #expect(!card(shrunk, Self.internals { _ in }).said("timer").contains("TCP_USER_TIMEOUT"))
  }

  @Test func aCorkIsNoZeroWindow() throws {
    let socket = try Self.socket(.established, .persist, expires: 120, sendQueue: 5, [.notsent_bytes: 5])
    #expect(card(socket, Self.internals { $0.isCorked = true }).said("timer").hasPrefix("5 bytes are held back by TCP_CORK until"))
    #expect(card(socket, Self.internals { _ in }).said("timer").hasPrefix("5 bytes are held back by MSG_MORE until"))
    #expect(card(socket, nil).said("timer").hasPrefix("5 bytes are held back by TCP_CORK or MSG_MORE until"))
    #expect(card(socket, nil).advice.isEmpty)
    let closed = try Self.socket(.established, .persist, expires: 120, sendQueue: 5, [.notsent_bytes: 5, .snd_wnd: 0])
    #expect(card(closed, nil).said("timer").hasPrefix("zero window"))
  }

  @Test func naglesAlgorithmIsNamed() throws {
    let values: KeyValuePairs<Field, UInt64> = [.notsent_bytes: 4, .unacked: 1]
    let socket = try Self.socket(.established, .on, sendQueue: 8, values)
    #expect(card(socket, Self.internals { _ in }).said("send queue").contains("Nagle's algorithm, as TCP_NODELAY is not set"))
    #expect(!card(socket, Self.internals { $0.isNoDelay = true }).said("send queue").contains("Nagle"))
    #expect(card(socket, Self.internals { $0.isCorked = true }).said("send queue").contains("TCP_CORK holds it"))
    #expect(card(socket, nil).said("send queue").contains("Nagle's algorithm (no TCP_NODELAY) or TCP_CORK"))
    // A full window of the path, or of the peer, is reason enough.
    for full: KeyValuePairs<Field, UInt64> in [
      [.notsent_bytes: 4, .unacked: 10], [.notsent_bytes: 4, .unacked: 1, .snd_wnd: 4], [.notsent_bytes: 2000, .unacked: 1],
    ] {
      let other = try Self.socket(.established, .on, sendQueue: 2004, full)
      #expect(!card(other, Self.internals { _ in }).said("send queue").contains("Nagle"))
    }
  }

  @Test func buffersAreFixedOrTuned() throws {
    let socket = try Self.socket(
      .established, .on, sendQueue: 8, [.sk_wmem_queued: 100, .sk_sndbuf: 5000, .busy_time: 2_000_000, .sndbuf_limited: 1_500_000])
    let fixed = card(socket, Self.internals { $0.isSendBufferFixed = true })
    #expect(fixed.said("send queue").contains("the program fixed it (SO_SNDBUF)"))
    #expect(fixed.advice.contains { $0.description.contains("without SO_SNDBUF the kernel would let it grow") })
    let tuned = card(socket, Self.internals { _ in })
    #expect(tuned.said("send queue").contains("which the kernel tunes"))
    #expect(tuned.advice.contains { $0.description.contains("raise the maximum of net.ipv4.tcp_wmem") })
  }

  @Test func aLingeringCloseIsSeen() throws {
    let socket = try Self.socket(.finWait1, .on, sendQueue: 51)
    let linger = Self.internals { ($0.isLingerOn, $0.lingerMilliseconds) = (true, 6000) }
    #expect(card(socket, linger).said("closing").contains("probably a close() waits in it, for 6 s at most (SO_LINGER)"))
    // shutdown() of a descriptor that is still open, and a close() that does not wait.
    var scene = CardScene([socket]).held(7, by: "app", pid: 3)
    scene.snapshot.internals[socket.cookie] = linger
    #expect(!Cards.card(for: socket, scene.evidence).said("closing").contains("SO_LINGER"))
    #expect(!card(socket, Self.internals { ($0.isLingerOn, $0.lingerMilliseconds) = (true, 0) }).said("closing").contains("SO_LINGER"))
  }

  @Test func differentOptionsAreNotAlike() throws {
    let sockets = try (0..<3).map {
      try MakeSocket(.established, "10.0.0.1", UInt16(40_000 + $0), peer: "10.0.0.2", 80, cookie: UInt64($0 + 1), inode: 7).socket
    }
    var scene = CardScene(sockets).held(7, by: "app", pid: 3)
    scene.snapshot.internals = [
      1: Self.internals { $0.isNoDelay = true }, 2: Self.internals { $0.isCorked = true }, 3: Self.internals { $0.isNoDelay = true },
    ]
    #expect(Cards.cards(for: sockets, limit: 9, scene.evidence).map { $0.said("options") } == ["TCP_NODELAY", "TCP_CORK"])
  }

  // MARK: listeners and their requests

  func request(_ listener: SocketInternals?, deferred: Bool = false) throws -> Card {
    let socket = try MakeSocket(
      .synRecv, "10.0.0.1", 80, peer: "10.0.0.9", 5000, cookie: 90, inode: 0, timer: .on, expires: deferred ? 3000 : 900
    ).socket
    var scene = CardScene([try InternalsTests.listener(), socket])
    scene.snapshot.internals[70] = listener
    return Cards.card(for: socket, scene.evidence)
  }

  @Test func aRequestFollowsItsListener() throws {
    #expect(try request(nil).said("handshake").contains("or if the program set TCP_SYNCNT"))
    #expect(try request(Self.internals { _ in }).said("handshake").contains("net.ipv4.tcp_synack_retries 5: 63 s in all; fewer while"))
    let own = try request(Self.internals { $0.synRetries = 2 }).said("handshake")
    #expect(own.contains("retransmission 1 of 2") && own.contains("TCP_SYNCNT 2 of its listener: 7 s in all"))
    let listener = Self.internals {
      $0.listener = ListenerQueues.of(syn: 1, young: 0)
      $0.listener?.deferAcceptRetries = 4
    }
    #expect(try request(listener, deferred: true).said("handshake").contains("15 s after the SYN the SYN-ACK is sent once more"))
    // Its timer runs its last second: none of the queue is young, so it has fired before.
    #expect(try request(listener).said("handshake").contains("keeps the connection here until its first data"))
    #expect(try request(nil, deferred: true).said("handshake").contains("when the time of TCP_DEFER_ACCEPT is over"))
  }

  @Test func theNarrowerLimitOfTheSynQueueIsTold() throws {
    let listener = try InternalsTests.listener(64)
    func line(_ changes: KeyValuePairs<String, String>, syn: UInt32) -> CardLine? {
      card(listener, Self.internals { $0.listener = ListenerQueues.of(syn: syn, young: syn) }, changes: changes).lines
        .first { $0.label.description == "SYN queue" }
    }
    // 8 admits 7 (measured on 6.18).
    let small: KeyValuePairs<String, String> = ["net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_max_syn_backlog": "8"]
    let full = try #require(line(small, syn: 7))
    #expect(full.text.description == "7 half-open, 7 of them young, limit 7 (syncookies 0: overflow is refused)")
    #expect(
      full.emphasis == .bad && full.details.contains { $0.description.hasPrefix("new peers find room for 7: then less than a quarter") })
    #expect(line(small, syn: 6)?.emphasis == .plain)
    // With room there, or with cookies, the backlog of listen() counts.
    #expect(line(["net.ipv4.tcp_syncookies": "0"], syn: 64)?.text.description.contains("limit 64") == true)
    #expect(line(["net.ipv4.tcp_max_syn_backlog": "8"], syn: 7)?.text.description.contains("limit 64 (syncookies 1") == true)
  }

  @Test func aFastOpenChildHasNoAgeYet() throws {
    let child = try MakeSocket(
      .synRecv, "10.0.0.1", 80, peer: "10.0.0.9", 5000, cookie: 90, inode: 0, timer: .on, expires: 900, receiveQueue: 3
    ).with(.tcpInfo, size: 280).with(.shutdown, size: 1).with([.last_data_sent: 24_000_000]).socket
    let listener = try MakeSocket(.listen, "0.0.0.0", 80, cookie: 70, inode: 5, receiveQueue: 1, sendQueue: 16).socket
    let waiting = Cards.card(for: listener, CardScene([listener, child]).evidence).said("waiting")
    #expect(waiting.contains("3 bytes nobody has read") && !waiting.contains("the oldest"))
  }

  // MARK: findings

  @Test func findingsKnowTheOptions() throws {
    func found(_ rule: any Rule.Type, _ sockets: [MakeSocket], _ internals: SocketInternals?) throws -> String {
      var scene = try Scene(sockets)
      for socket in scene.snapshot.inet.sockets { scene.snapshot.internals[socket.cookie] = internals }
      return try words(#require(scene.findings(rule).first))
    }
    let closed = MakeSocket(
      .established, "10.0.0.1", 40_000, peer: "192.0.2.1", 80, cookie: 5, inode: 9, timer: .persist, expires: 1000, sendQueue: 4000
    ).with(.tcpInfo, size: 280).with([.rto: 204_000, .backoff: 3])
    #expect(try found(ZeroWindow.self, [closed], nil).contains("never times out by itself, unless the program set TCP_USER_TIMEOUT"))
    #expect(try found(ZeroWindow.self, [closed], Self.internals { _ in }).contains("never times out by itself\n"))
    let bounded = try found(ZeroWindow.self, [closed], Self.internals { $0.userTimeoutMilliseconds = 12_000 })
    #expect(bounded.contains("TCP_USER_TIMEOUT 12 s: the connection ends in") && !bounded.contains("TCP_USER_TIMEOUT bounds the wait"))
    let orphans = (0..<100).map {
      MakeSocket(
        .finWait1, "10.0.0.1", UInt16(1000 + $0), peer: "192.0.2.1", 80, cookie: UInt64($0 + 1), inode: 0, timer: .on, retransmits: 3,
        expires: 500, sendQueue: 2
      ).with(.tcpInfo, size: 280).with([.rto: 1_632_000])
    }
    #expect(try found(Orphans.self, orphans, nil).contains("or by its TCP_USER_TIMEOUT"))
    #expect(try found(Orphans.self, orphans, Self.internals { _ in }).contains("0 acts as 8)\n"))
    #expect(try found(Orphans.self, orphans, Self.internals { $0.userTimeoutMilliseconds = 9000 }).contains("(TCP_USER_TIMEOUT 9 s"))
  }

  @Test func theAuditCountsWhereASettingDoesNotRule() throws {
    var scene = try AuditScene([
      MakeSocket(.established, "10.0.0.1", 40_000, peer: "10.0.0.2", 80, cookie: 5, inode: 9, timer: .keepalive, expires: 9000),
      MakeSocket(.listen, "0.0.0.0", 80, cookie: 6, inode: 10, sendQueue: 16),
    ])
    func judged(_ name: String) -> (words: String, isRead: Bool) {
      let setting = Audit.run(scene.evidence).settings.first { $0.name == name }
      let lines = setting?.judgements.flatMap(\.evidence).map(\.description) ?? []
      return (lines.joined(separator: "\n"), setting?.isUnseenRead ?? false)
    }
    #expect(!judged("net.ipv4.tcp_keepalive_time").isRead)
    scene.reading.now.internals = [
      5: Self.internals {
        ($0.isKeepaliveOn, $0.keepaliveIdleMilliseconds, $0.userTimeoutMilliseconds) = (true, 30_000, 9_000)
      },
      6: Self.internals { $0.synRetries = 2 },
    ]
    #expect(judged("net.ipv4.tcp_keepalive_time").words.contains("it does not rule 1 socket whose program set TCP_KEEPIDLE: 30 s"))
    #expect(judged("net.ipv4.tcp_keepalive_time").isRead)
    #expect(judged("net.ipv4.tcp_retries2").words.contains("whose program set TCP_USER_TIMEOUT: 9 s"))
    #expect(judged("net.ipv4.tcp_synack_retries").words.contains("1 socket whose program set TCP_SYNCNT: 2"))
    #expect(!judged("net.ipv4.tcp_fin_timeout").words.contains("does not rule"))
  }
}
