import Catalog
@testable import Findings
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

@Suite struct ConnectionCardTests {
  func connection(
    _ state: TCPState = .established, inode: UInt32 = 7, timer: TimerKind = .off, retransmits: UInt8 = 0, expires: UInt32 = 0,
    receive: UInt32 = 0, send: UInt32 = 0, _ values: KeyValuePairs<Field, UInt64> = [:]
  ) throws -> InetSocket {
    try MakeSocket(
      state, "10.0.0.1", 40000, peer: "10.0.0.2", 8080, inode: inode, timer: timer, retransmits: retransmits, expires: expires,
      receiveQueue: receive, sendQueue: send
    ).with(.tcpInfo, size: 280).with([
      .rto: 204_000, .rtt: 20_000, .snd_mss: 1448, .snd_cwnd: 10, .options: 7, .snd_ssthresh: 0x7fff_ffff, .snd_wnd: 65536,
    ])
    .with(values).socket
  }

  func card(_ socket: InetSocket, _ changes: KeyValuePairs<String, String> = [:], with others: [InetSocket] = []) throws -> Card {
    let scene = CardScene([socket] + others, sysctls: sysctls(changes)).held(7, by: "app", pid: 3, detail: .sleeping(in: "nanosleep"))
    return Cards.card(for: socket, scene.evidence)
  }

  @Test func aFullServerSeenFromItsClient() throws {
    let socket = try connection(
      timer: .on, retransmits: 4, expires: 2000, send: 10,
      [.bytes_acked: 1, .bytes_sent: 50, .retransmits: 4, .total_retrans: 4, .rto: 6_400_000])
    let card = try card(socket)
    #expect(card.said("no progress").contains("acknowledged no data byte since the handshake"))
    #expect(card.emphasis("no progress") == .bad)
    #expect(card.advised == "look at the server: sockexplain -l 8080 there. Its program probably does not accept()")
  }

  @Test func oneAcknowledgedByteIsProgress() throws {
    let socket = try connection(timer: .on, retransmits: 4, expires: 2000, send: 10, [.bytes_acked: 2, .bytes_sent: 50, .total_retrans: 4])
    #expect(try card(socket).said("no progress").isEmpty)
    // The server's side of a connection: the peer has no accept queue.
    let silent = try connection(timer: .on, retransmits: 4, expires: 2000, send: 10, [.bytes_acked: 1, .bytes_sent: 50, .total_retrans: 4])
    let listener = try MakeSocket(.listen, "0.0.0.0", 40000, sendQueue: 5).socket
    #expect(try card(silent, with: [listener]).said("no progress").isEmpty)
  }

  @Test func unsentIsToldFromUnacknowledged() throws {
    let card = try card(connection(timer: .on, expires: 100, send: 5000, [.notsent_bytes: 2000]))
    #expect(card.said("send queue").hasPrefix("5000 bytes: 3000 bytes sent and not acknowledged, 2000 bytes not sent yet"))
  }

  @Test func unreadDataNamesTheReader() throws {
    let card = try card(connection(receive: 400, [.last_data_recv: 12_000]))
    #expect(card.said("receive queue").hasPrefix("400 bytes the program has not read; the last data came 12 s ago"))
    #expect(card.advised == "app does not read: 1 thread, sleeping in nanosleep()")
    #expect(try self.card(connection(receive: 400, [.last_data_recv: 20])).advice.isEmpty)
  }

  @Test func idleWithoutKeepaliveSaysSo() throws {
    let card = try card(connection())
    #expect(card.said("queues") == "both empty")
    #expect(card.said("timer").contains("SO_KEEPALIVE is not set"))
  }

  @Test func retransmissionSaysWhenTheKernelGivesUp() throws {
    // Three timeouts, RTO 1.6 s: 924.6 s after the first retransmission at the earliest.
    let outlook = GiveUp(standardSysctls).unacknowledged(retransmits: 3, rto: 1632, timer: 1000)
    let card = try card(
      connection(timer: .on, retransmits: 3, expires: 1000, send: 10, [.retransmits: 3, .rto: 1_632_000, .bytes_acked: 9]))
    #expect(
      card.said("timer").hasPrefix(
        "retransmission 4 in 1 s; unless an ACK comes, given up in \(Durations.words(milliseconds: outlook.remaining))"))
    #expect(card.said("timer").contains("TCP_USER_TIMEOUT"))
  }

  @Test func keepaliveClaimsAnOverrideOnlyWhereNumbersProveIt() throws {
    let usual = try card(connection(timer: .keepalive, expires: 7_100_000))
    #expect(usual.said("timer").contains("unless the program set TCP_KEEPIDLE"))
    #expect(usual.said("timer").contains("2 h 11 min after its last sign"))
    let longer = try card(connection(timer: .keepalive, expires: 7_300_000))
    #expect(longer.said("timer").contains("the program set TCP_KEEPIDLE: "))
    let earlier = try card(
      connection(timer: .keepalive, retransmits: 2, expires: 3000, [.last_data_recv: 25_000, .last_ack_recv: 25_000]))
    #expect(earlier.said("timer").contains("TCP_KEEPIDLE: it probes already, 25 s after the peer's last sign"))
    // Two probes and the next one fit into 28 s: they cannot be 75 s apart.
    #expect(earlier.said("timer").contains("2 in 25 s means 14 s apart at most"))
    #expect(earlier.said("timer").hasPrefix("keepalive: probes without an answer: 2, the next in 3 s; reset within 101 s"))
    let failing = try card(
      connection(timer: .keepalive, retransmits: 1, expires: 3000, [.last_data_recv: 12_000, .last_ack_recv: 12_000]),
      ["net.ipv4.tcp_keepalive_time": "10", "net.ipv4.tcp_keepalive_intvl": "5", "net.ipv4.tcp_keepalive_probes": "5"])
    #expect(failing.said("timer").hasPrefix("keepalive: probes without an answer: 1, the next in 3 s; reset in 23 s"))
    #expect(!failing.said("timer").contains("the program set TCP_KEEPIDLE"))
    // The sixth probe has no place in a count of five: when it ends is not known.
    let beyond = try card(
      connection(timer: .keepalive, retransmits: 6, expires: 3000, [.last_data_recv: 42_000, .last_ack_recv: 42_000]),
      ["net.ipv4.tcp_keepalive_time": "10", "net.ipv4.tcp_keepalive_intvl": "5", "net.ipv4.tcp_keepalive_probes": "5"])
    #expect(beyond.said("timer").contains("in 3 s the next, or the reset") && beyond.said("timer").contains("TCP_KEEPCNT"))
  }

  @Test func aKeepaliveTimerIsNotYetAProbe() throws {
    // Seen on a connection with TCP_KEEPIDLE 15; one that was opened 7185 s ago and is still in use looks the same.
    let card = try card(connection(timer: .keepalive, expires: 14_600, [.last_data_recv: 400, .last_ack_recv: 400]))
    #expect(card.said("timer").hasPrefix("keepalive: the peer was heard 400 ms ago; in 14 s the timer looks"))
    #expect(card.said("timer").contains("TCP_KEEPIDLE to 15 s or less"))
    #expect(card.said("timer").contains("the first probe is 119 min 59 s away"))
  }

  @Test func aTimerShorterThanTheRTOProvesAUserTimeout() throws {
    // Seen with TCP_USER_TIMEOUT 10 s: the sixth timer was armed for 3.6 s, not 6.5; ETIMEDOUT when it fired.
    let values: KeyValuePairs<Field, UInt64> = [
      .ca_state: 4, .retransmits: 5, .rto: 6_528_000, .last_data_sent: 2300, .last_ack_recv: 9100, .snd_wnd: 65_536,
    ]
    let card = try card(connection(timer: .on, retransmits: 5, expires: 1300, send: 5, values))
    #expect(card.said("timer").hasPrefix("the program set TCP_USER_TIMEOUT: given up in 1.3 s"))
    // Armed for the whole RTO, it proves nothing.
    let usual = try self.card(connection(timer: .on, retransmits: 5, expires: 4300, send: 5, values))
    #expect(usual.said("timer").hasPrefix("retransmission 6 in 4.3 s"))
  }

  @Test func theLastTimerSaysThatNoRetransmissionFollows() throws {
    let card = try card(
      connection(timer: .on, retransmits: 6, expires: 1200, send: 5, [.retransmits: 6, .rto: 13_056_000, .snd_wnd: 9]),
      ["net.ipv4.tcp_retries2": "5"])
    #expect(card.said("timer").hasPrefix("6 retransmissions had no ACK, no more follow: unless one comes, given up in 1.2 s"))
  }

  @Test func persistTellsAnsweredFromUnanswered() throws {
    let answered = try card(connection(timer: .persist, expires: 3000, send: 900, [.backoff: 4, .notsent_bytes: 900, .snd_wnd: 0]))
    #expect(answered.said("timer").contains("this can last for ever"))
    let orphan = try card(
      connection(.finWait1, inode: 0, timer: .persist, expires: 16_000, send: 900, [.backoff: 8, .rto: 204_000, .snd_wnd: 0]))
    #expect(orphan.said("timer").contains("it vanishes in 4 min 4 s, answered or not"))
    #expect(answered.advised.contains("the peer's program does not read"))
    let dead = try card(connection(timer: .persist, expires: 3000, send: 900, [.backoff: 4, .probes: 4, .notsent_bytes: 900, .snd_wnd: 0]))
    #expect(dead.said("timer").contains("probes unanswered: 4; given up in"))
  }

  @Test func aShrunkWindowIsNotAnEndingConnection() throws {
    let card = try card(connection(timer: .on, expires: 3000, send: 900, [.snd_wnd: 0]))
    #expect(card.said("timer").contains("closed its window over data in flight"))
    #expect(!card.said("timer").contains("given up"))
  }

  @Test func sharesOfTheBusyTime() throws {
    let card = try card(
      connection(timer: .on, expires: 9, send: 10, [.busy_time: 10_000_000, .rwnd_limited: 8_000_000, .sndbuf_limited: 1_000_000]))
    #expect(card.said("limited by").hasPrefix("of 10 s with data to send: 80 % the peer's window, 10 % the own send buffer, 10 % network"))
    #expect(card.emphasis("limited by") == .warning)
  }

  @Test func bbrHasNoSlowStartThreshold() throws {
    var make = MakeSocket(.established, "10.0.0.1", 1, peer: "10.0.0.2", 2, inode: 7).with(.tcpInfo, size: 280).with([
      .snd_ssthresh: 0x7fff_ffff
    ])
    #expect(try card(make.socket).said("window").contains("slow start, no loss seen yet"))
    make = make.with([Field("c", label: nil, Layout(Part(rawValue: 4), at: 0, width: 4), .code, Field.rto.entry): 0x0072_6262])
    #expect(
      try card(make.socket).said("window").hasSuffix("paced by its own model of the path, bbr\nthe peer's window is 0 bytes"))
  }

  @Test func missingOptionsSayWhatIsLost() throws {
    let card = try card(connection(.established, [.options: 0, .rtt: 100_000]))
    #expect(card.said("negotiated").contains("no SACK"))
    #expect(card.said("negotiated").contains("no timestamps"))
    #expect(card.said("negotiated").contains("639 KiB/s at this RTT"))
    #expect(try self.card(connection(.established, [.snd_wscale: 7])).said("negotiated").contains("SACK, timestamps, window scale 7/0"))
  }

  @Test func notAcceptedNamesItsListener() throws {
    let socket = try MakeSocket(.established, "10.0.0.1", 80, peer: "10.0.0.2", 999).with([.last_data_sent: 40_000]).socket
    let listener = try MakeSocket(.listen, "0.0.0.0", 80, inode: 7, receiveQueue: 6, sendQueue: 5).socket
    let card = try card(socket, with: [listener])
    #expect(card.owner?.description == "no process yet: it waits in the accept queue of app (pid 3)")
    #expect(card.said("not accepted").hasPrefix("in the accept queue of app (pid 3) for 40 s: 6 waiting, limit 5"))
  }

  @Test func ownerThatCannotBeIsExplained() throws {
    let socket = try connection(inode: 99)
    #expect(try card(socket).owner?.description.contains("an io_uring fixed file") == true)
    var scene = CardScene([socket])
    scene.snapshot.gaps = [Gap(id: "owners-denied", what: WordsPhrase.name.say(["name": "x"]), remedy: WordsPhrase.name.say(["name": "y"]))]
    #expect(Cards.card(for: socket, scene.evidence).owner?.description.contains("of another process than those this user may read") == true)
    #expect(Cards.card(for: socket, CardScene([socket]).evidence).owner == nil, "owners were not looked for")
  }

  @Test func aConnectSaysWhichSynAndWhenItFails() throws {
    let card = try card(connection(.synSent, timer: .on, retransmits: 6, expires: 3000, send: 1))
    #expect(
      card.said("connect").hasPrefix("no answer to the SYN: 6 of 10 retransmissions sent, the next in 3 s, connect() fails in 2 min 5 s"))
    #expect(card.said("why").contains("a closed port would have answered RST"))
    let beyond = try self.card(connection(.synSent, timer: .on, retransmits: 12, expires: 3000, send: 1))
    #expect(beyond.said("connect").contains("the program set TCP_SYNCNT"))
    #expect(try self.card(connection(.synSent, timer: .on, retransmits: 0, expires: 900, send: 1)).advice.isEmpty)
  }

  @Test func aConnectToAFullListenerOfThisHostNamesIt() throws {
    let socket = try MakeSocket(.synSent, "127.0.0.1", 4000, peer: "127.0.0.1", 80, inode: 9, timer: .on, retransmits: 2, expires: 100)
      .socket
    let listener = try MakeSocket(.listen, "0.0.0.0", 80, inode: 7, receiveQueue: 6, sendQueue: 5).socket
    #expect(try card(socket, with: [listener]).said("why").contains("on this host and FULL: app (pid 3) has 6 waiting, limit 5"))
    let far = try MakeSocket(.synSent, "10.0.0.1", 4000, peer: "10.0.0.9", 80, inode: 9, timer: .on, retransmits: 2, expires: 100).socket
    #expect(try card(far, with: [listener]).said("why").contains("RST"), "another host's port 80 is not this listener's")
  }

  @Test func aHandshakeSaysWhenItIsForgotten() throws {
    let socket = try MakeSocket(.synRecv, "10.0.0.1", 80, peer: "10.0.0.2", 999, timer: .on, retransmits: 2, expires: 4000).socket
    let listener = try MakeSocket(.listen, "0.0.0.0", 80, inode: 7, receiveQueue: 6, sendQueue: 5).socket
    let card = try card(socket, with: [listener])
    #expect(card.said("handshake").hasPrefix("SYN-ACK retransmitted 2 of 5 times, no ACK accepted; the next in 4 s, forgotten in 61 s"))
    #expect(card.said("listener").contains("FULL"))
    #expect(card.advised.contains("sockexplain -l 80"))
    #expect(try self.card(socket).said("listener").hasPrefix("none on this port"))
  }

  @Test func finWait2HasTwoKinds() throws {
    let mini = try card(MakeSocket(.finWait2, "10.0.0.1", 80, peer: "10.0.0.2", 9, timer: .timewait, expires: 42_000).socket)
    #expect(mini.said("closing").contains("awaited for 42 s more"))
    #expect(mini.owner?.description.hasPrefix("no process any more") == true)
    let half = try card(connection(.finWait2))
    #expect(half.said("closing").contains("no time limit while a process holds it"))
    // 65 s: 5 s as a keepalive timer, then 5 s as a mini-socket.
    let first = try card(connection(.finWait2, inode: 0, timer: .keepalive, expires: 3000), ["net.ipv4.tcp_fin_timeout": "65"])
    #expect(first.said("closing").contains("awaited for 8 s more"))
    #expect(first.said("closing").contains("together 10 s"))
  }

  @Test func orphansFollowOrphanRetries() throws {
    let card = try card(
      connection(.finWait1, inode: 0, timer: .on, retransmits: 3, expires: 1000, send: 11, [.retransmits: 3, .rto: 1_632_000]))
    #expect(card.said("closing").contains("10 bytes of data before it"))
    #expect(card.said("timer").contains("net.ipv4.tcp_orphan_retries 0 (0 acts as 8) rules, at least 102 s"))
    #expect(card.said("orphan").contains("no process holds it"))
  }

  @Test func aBareFINIsSaidOnce() throws {
    let alone = try card(connection(.lastAck, inode: 0, timer: .on, expires: 1000, receive: 1, send: 1))
    #expect(alone.said("send queue").isEmpty && alone.said("receive queue").isEmpty)
    #expect(try card(connection(.lastAck, inode: 0, timer: .on, expires: 1000, send: 2)).said("send queue").contains("the FIN counts one"))
    #expect(try card(connection(.closeWait, receive: 1)).said("receive queue").contains("has not read the end"), "here somebody can")
    let half = try card(connection(.finWait2, inode: 0, timer: .keepalive, expires: 3000), ["net.ipv4.tcp_fin_timeout": "65"])
    #expect(half.said("orphan").isEmpty, "all its bytes arrived")
  }

  @Test func aClosedWindowEndsForAnOrphan() throws {
    let card = try card(
      connection(.finWait1, inode: 0, timer: .persist, expires: 3008, send: 5000, [.backoff: 4, .rto: 208_000, .probes: 0]))
    #expect(card.said("timer").contains("it vanishes in 5 min 35 s, answered or not"))
    let set = try self.card(
      connection(.finWait1, inode: 0, timer: .persist, expires: 3008, send: 5000, [.backoff: 4, .rto: 208_000, .probes: 0]),
      ["net.ipv4.tcp_orphan_retries": "30"])
    #expect(set.said("timer").contains("nothing ends that"))
  }

  @Test func aDoubledTimerWithoutARetransmissionIsDeferAccept() throws {
    func request(_ expires: UInt32) throws -> InetSocket {
      try MakeSocket(.synRecv, "10.0.0.1", 80, peer: "10.0.0.2", 999, timer: .on, expires: expires).socket
    }
    #expect(try card(request(1400)).said("handshake").contains("TCP_DEFER_ACCEPT keeps the connection here"))
    #expect(try card(request(1000)).said("handshake").contains("the peer's ACK is due"))
    let listener = try MakeSocket(.listen, "0.0.0.0", 80, inode: 7, sendQueue: 5).socket
    #expect(try card(listener, with: [request(1400)]).said("SYN queue").contains("1 of them finished the handshake"))
    #expect(try !card(listener, with: [request(1000)]).said("SYN queue").contains("DEFER"))
  }

  @Test func timeWaitIsAConstant() throws {
    let socket = try MakeSocket(.timeWait, "10.0.0.1", 40000, peer: "10.0.0.2", 80, timer: .timewait, expires: 31_000).socket
    let card = try card(socket, ["net.ipv4.tcp_fin_timeout": "10"])
    #expect(card.said("time-wait").contains("for 31 s more, of 60 s"))
    #expect(card.said("time-wait").contains("1 in TIME-WAIT to 10.0.0.2:80, of 28232 local ports"))
    #expect(card.said("time-wait").contains("only over loopback"))
    let listener = try MakeSocket(.listen, "0.0.0.0", 40000, sendQueue: 5).socket
    #expect(try self.card(socket, with: [listener]).said("time-wait").contains("is a listener's: the server closes first"))
  }

  @Test func closeWaitIsTheProgramsToEnd() throws {
    let card = try card(connection(.closeWait, receive: 11, [.last_ack_recv: 90_000]), with: [connection(.closeWait)])
    #expect(card.said("close-wait").hasPrefix("the peer closed at least 90 s ago; this program has not"))
    #expect(card.said("close-wait").contains("app (pid 3) holds 2 sockets in CLOSE-WAIT"))
    #expect(card.said("receive queue").contains("10 bytes and the FIN, which counts one"))
    #expect(card.advised.contains("10 bytes and the peer's FIN wait unread"))
    let keepalive = try self.card(connection(.closeWait, timer: .keepalive, expires: 1000, [.last_ack_recv: 90_000]))
    #expect(!keepalive.said("close-wait").contains("no timer runs"))
    #expect(keepalive.advised.contains("app must close() it"))
  }

  @Test func aBoundSocketThatNeverListened() throws {
    let card = try card(MakeSocket(.close, "0.0.0.0", 8080, inode: 7).socket)
    #expect(card.title.description == "tcp BOUND 0.0.0.0:8080")
    #expect(card.said("state").contains("neither listening nor connecting"))
  }
}
