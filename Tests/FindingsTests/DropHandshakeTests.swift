import Catalog
import Findings
import ProbeStream
import ProcFS
import SockDiag
import TestSupport
import Testing

/// Refused handshakes: the rows of the table of situations that differ only in who counts what.
@Suite struct DropHandshakeTests {
  /// A listener on :8080 of `server`, cookie 7, whose sk_drops rose from 10.
  static func listener(
    _ waiting: UInt32 = 6, limit: UInt32 = 5, drops: UInt64, port: UInt16 = 8080, cookie: UInt64 = 7, address: String = "0.0.0.0"
  )
    -> MakeSocket
  {
    MakeSocket(.listen, address, port, cookie: cookie, inode: UInt32(cookie) + 100, receiveQueue: waiting, sendQueue: limit).with([
      .sk_drops: drops
    ])
  }

  static func scene(
    _ drops: UInt64, waiting: UInt32 = 6, limit: UInt32 = 5, others: [MakeSocket] = [], sysctls: SysctlSet = standardSysctls
  ) throws
    -> DropScene
  {
    try DropScene(
      [listener(waiting, limit: limit, drops: 10 + drops)] + others, before: [listener(waiting, limit: limit, drops: 10)] + others,
      sysctls: sysctls
    ).owner("server", pid: 2774, of: 107)
  }

  @Test("a SYN that a full accept queue refuses has no event, and is told all the same", arguments: ["0.0.0.0", "::"])
  func synRefused(address: String) throws {
    let report = try DropScene(
      [Self.listener(drops: 14, address: address)], before: [Self.listener(drops: 10, address: address)]
    ).owner("server", pid: 2774, of: 107).rising(["TcpExt.ListenOverflows": 4, "TcpExt.ListenDrops": 4]).watched().report
    let row = try #require(report.rows.first)
    #expect(report.rows.count == 1 && row.id == "accept-queue-full-syn" && row.count == 4)
    #expect(
      row.meaning.description
        == "4 SYNs refused: accept queue of :8080 (server) full; the kernel consumes these without a drop event, so tcpdrop and friends show nothing"
    )
    #expect(row.victim?.sockets.first?.cookie == 7 && row.victim?.kind == .listener && row.capture == .shown)
    #expect(row.socketDrops == 4 && row.counters.first == CounterRise(key: "TcpExt.ListenOverflows", rise: 4, isExact: true))
    #expect(row.details.first?.description == "the queue now: 6 waiting, limit 5")
  }

  @Test func oneSynIsNotSeveral() throws {
    let text = try Self.scene(1).rising(["TcpExt.ListenOverflows": 1, "TcpExt.ListenDrops": 1]).watched().report.rows[0].meaning.description
    #expect(text.hasPrefix("1 SYN refused:") && text.contains("consumes it without"))
  }

  @Test("the third ACK at a full queue: its event explains the counters, sk_drops counts it twice")
  func thirdACK() throws {
    let event = drop("TCP_LISTEN_OVERFLOW", "tcp_v4_rcv", 3, cookie: 7, state: .listen)
    let counted = try Self.scene(6).rising(["TcpExt.ListenOverflows": 3, "TcpExt.ListenDrops": 3])
    let report = counted.watched(event).report
    #expect(report.rows.map(\.id) == ["accept-queue-full-ack"] && report.hidden.isEmpty)
    let row = report.rows[0]
    #expect(row.count == 3 && row.socketDrops == 6 && row.socketDropsAreExact && row.victim?.attribution == .exact)
    #expect(row.meaning.description.contains("believes that it is connected"))
    // Two of five overflows are SYNs then.
    let both = try Self.scene(8).rising(["TcpExt.ListenOverflows": 5, "TcpExt.ListenDrops": 5]).watched(event).report
    #expect(both.rows.map(\.id) == ["accept-queue-full-ack", "accept-queue-full-syn"] && both.rows.map(\.count) == [3, 2])
    #expect(both.hidden.isEmpty)
  }

  @Test func abortOnOverflowIsSaid() throws {
    let report = try Self.scene(2, sysctls: sysctls(["net.ipv4.tcp_abort_on_overflow": "1"]))
      .rising(["TcpExt.ListenOverflows": 1, "TcpExt.ListenDrops": 1, "TcpExt.EmbryonicRsts": 1])
      .watched(drop("TCP_LISTEN_OVERFLOW", "tcp_v4_rcv", 1, cookie: 7, state: .listen)).report
    #expect(report.rows[0].meaning.description.contains("answered with a reset"))
    #expect(report.rows[0].counters.contains { $0.key == "TcpExt.EmbryonicRsts" && !$0.isExact })
  }

  @Test("before 6.13 the same event has no reason: ListenOverflows tells it from what is harmless")
  func thirdACKWithoutReason() throws {
    let event = drop("NOT_SPECIFIED", "tcp_v4_rcv", 3, cookie: 7, state: .listen)
    let overflowing = try Self.scene(6).rising(["TcpExt.ListenOverflows": 3, "TcpExt.ListenDrops": 3]).watched(event).report
    #expect(overflowing.rows.map(\.id) == ["accept-queue-full-ack"])
    // Bare ACKs that TCP_DEFER_ACCEPT ignores look the same and raise another counter.
    let deferring = try Self.scene(3, waiting: 0).rising(["TcpExt.ListenOverflows": 0, "TcpExt.TCPDeferAcceptDrop": 3]).watched(event)
      .report
    #expect(deferring.rows.isEmpty && deferring.hidden.map(\.count) == [3])
    // Before 6.11 there is no socket either: address and port lead to the listener, over the half-open request that the packet belongs to.
    let nameless = drop("NOT_SPECIFIED", "tcp_v4_rcv", 3)
    let request = MakeSocket(.synRecv, "10.0.0.1", 8080, peer: "10.0.0.2", 40000, timer: .on)
    let inferred = try Self.scene(6, others: [request]).rising(["TcpExt.ListenOverflows": 3, "TcpExt.ListenDrops": 3])
      .watched(nameless, tellsReceivers: false).report
    #expect(inferred.rows.map(\.id) == ["accept-queue-full-ack"] && inferred.rows[0].victim?.attribution == .inferred)
  }

  @Test("a cookie's ACK at a full queue: NO_SOCKET misleads", arguments: ["cookie_v4_check", "cookie_v6_check"])
  func cookieACK(function: String) throws {
    let report = try Self.scene(3).rising(["TcpExt.ListenOverflows": 3, "TcpExt.ListenDrops": 3, "TcpExt.SyncookiesRecv": 3])
      .watched(drop("NO_SOCKET", function, 3, cookie: 7, state: .listen)).report
    #expect(report.rows.map(\.id) == ["accept-queue-full-cookie"])
    #expect(report.rows[0].victim?.kind == .listener && report.rows[0].socketDropsAreExact)
    #expect(report.rows[0].details.contains { $0.description.contains("misleads") })
  }

  @Test("what a rule drops before the listener is not in its sk_drops")
  func filterBesideFullQueue() throws {
    let report = try Self.scene(69, waiting: 0, limit: 16, sysctls: sysctls(["net.ipv4.tcp_syncookies": "0"]))
      .rising(["TcpExt.ListenDrops": 69, "TcpExt.TCPReqQFullDrop": 69]).watched(drop("NETFILTER_DROP", "nft_do_chain", 34, flags: 16))
      .report
    #expect(report.rows.map(\.id) == ["syn-queue-full", "netfilter_drop"] && report.rows.map(\.count) == [69, 34])
    #expect(report.rows[0].socketDrops == 69 && report.rows[1].socketDrops == nil)
  }

  @Test("a full SYN queue without cookies is neither ListenOverflows nor a full accept queue")
  func synQueueFull() throws {
    let requests = (0..<17).map { MakeSocket(.synRecv, "10.0.0.1", 8080, peer: "10.0.0.2", 1000 + UInt16($0), timer: .on) }
    let report = try Self.scene(47, waiting: 0, limit: 16, others: requests, sysctls: sysctls(["net.ipv4.tcp_syncookies": "0"]))
      .rising(["TcpExt.ListenOverflows": 0, "TcpExt.ListenDrops": 47, "TcpExt.TCPReqQFullDrop": 47]).watched().report
    #expect(report.rows.map(\.id) == ["syn-queue-full"] && report.rows[0].count == 47)
    #expect(report.rows[0].details.map(\.description) == ["half-open now: 17, limit 16"])
    #expect(report.rows[0].victim?.attribution == .socketDrops)
  }

  @Test("with cookies nothing is dropped, and that is what is said")
  func cookiesSent() throws {
    let requests = (0..<17).map { MakeSocket(.synRecv, "10.0.0.1", 8080, peer: "10.0.0.2", 1000 + UInt16($0), timer: .on) }
    let counted = try Self.scene(0, waiting: 0, limit: 16, others: requests)
      .rising(["TcpExt.TCPReqQFullDoCookies": 47, "TcpExt.SyncookiesSent": 47])
    let report = counted.watched().report
    #expect(report.rows.isEmpty && report.dropped == 0 && report.notices.map(\.id) == ["syn-cookies-sent"])
    #expect(report.notices[0].victim?.sockets.first?.cookie == 7)
    // tcp_syncookies 2 sends one for every SYN: that says nothing of the queue.
    let always = try Self.scene(0, sysctls: sysctls(["net.ipv4.tcp_syncookies": "2"]))
      .rising(["TcpExt.TCPReqQFullDoCookies": 47, "TcpExt.SyncookiesSent": 47]).watched().report
    #expect(always.notices.isEmpty)
  }

  @Test("tcp_max_syn_backlog raises ListenDrops alone, and only without cookies")
  func maxSynBacklog() throws {
    let settings = sysctls(["net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_max_syn_backlog": "8"])
    let report = try Self.scene(57, waiting: 0, limit: 128, sysctls: settings).rising([
      "TcpExt.ListenOverflows": 0, "TcpExt.ListenDrops": 57,
    ])
    .watched().report
    #expect(report.rows.map(\.id) == ["max-syn-backlog"])
    #expect(report.rows[0].meaning.description.contains("tcp_max_syn_backlog (8)"))
    let cookies = try Self.scene(57, waiting: 0, limit: 128).rising(["TcpExt.ListenOverflows": 0, "TcpExt.ListenDrops": 57]).watched()
      .report
    #expect(cookies.rows.map(\.id) == ["listen-drop"])
  }

  @Test("of two listeners the one whose sk_drops rose is named; both when both did")
  func whichListener() throws {
    let rises: KeyValuePairs<String, UInt64> = ["TcpExt.ListenOverflows": 9, "TcpExt.ListenDrops": 9]
    let quiet = Self.listener(0, limit: 128, drops: 3, port: 9090, cookie: 8)
    let one = try Self.scene(9, others: [quiet]).rising(rises).watched().report
    #expect(one.rows.map { $0.victim?.port } == [8080])
    let both = try DropScene(
      [Self.listener(drops: 14), Self.listener(drops: 8, port: 9090, cookie: 8)],
      before: [Self.listener(drops: 10), Self.listener(drops: 3, port: 9090, cookie: 8)]
    ).rising(rises).watched().report
    #expect(both.rows.map(\.count) == [5, 4] && both.rows.map { $0.victim?.port } == [9090, 8080])
  }

  @Test("without events a SYN and a third ACK cannot be told apart, and that is said")
  func withoutEvents() throws {
    let report = try Self.scene(7).rising(["TcpExt.ListenOverflows": 5, "TcpExt.ListenDrops": 5]).report
    #expect(report.rows.map(\.id) == ["accept-queue-full"] && report.rows[0].count == 5)
    #expect(report.rows[0].meaning.description.contains("only drop events tell"))
    #expect(report.hidden.isEmpty, "the two that count twice are explained")
  }

  @Test("a listener's sk_drops alone is no loss")
  func socketDropsAlone() throws {
    let report = try Self.scene(5, waiting: 0).rising(["TcpExt.ListenOverflows": 0, "TcpExt.ListenDrops": 0]).watched().report
    #expect(report.rows.isEmpty && report.hidden.map(\.id) == ["sk-drops"])
  }

  @Test("an ACK that the listener does not know: lost TIME-WAIT, bad cookie or neither, by the counters")
  func strayACK() throws {
    let event = drop("TCP_FLAGS", "tcp_v4_do_rcv", 4, cookie: 7, state: .listen, flags: 17)
    let lost = try Self.scene(0, waiting: 0).rising(["TcpExt.TCPTimeWaitOverflow": 4, "Tcp.OutRsts": 4]).watched(event).report
    #expect(lost.rows.map(\.id) == ["tcp_flags"] && lost.rows[0].meaning.description.contains("TCPTimeWaitOverflow +4"))
    #expect(lost.notices.map(\.id) == ["time-wait-overflow"])
    let forged = try Self.scene(0, waiting: 0).rising(["TcpExt.SyncookiesFailed": 4, "Tcp.OutRsts": 4]).watched(event).report
    #expect(forged.rows[0].meaning.description.contains("SyncookiesFailed +4") && forged.notices.isEmpty)
    let plain = try Self.scene(0, waiting: 0).rising(["Tcp.OutRsts": 4]).watched(event).report
    #expect(plain.rows[0].meaning.description.contains("does not know"))
    #expect(plain.hidden.isEmpty, "tcp_v4_do_rcv() raises no sk_drops")
  }
}
