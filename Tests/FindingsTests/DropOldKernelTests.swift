import Catalog
import Findings
import ProbeStream
import SockDiag
import TestSupport
import Testing

/// Evidence as Debian's 5.10 and 6.1 gave it in a guest (Tests/Kernels): no reasons before 5.17, no receiving socket before 6.11.
@Suite("drops of older kernels")
struct DropOldKernelTests {
  static func listener(_ drops: UInt64, _ address: String = "0.0.0.0", cookie: UInt64 = 7, waiting: UInt32 = 6, limit: UInt32 = 5)
    -> MakeSocket
  {
    MakeSocket(.listen, address, 8080, cookie: cookie, inode: 200 + UInt32(cookie), receiveQueue: waiting, sendQueue: limit).with([
      .sk_drops: drops
    ])
  }

  static func scene(_ now: [MakeSocket], _ rises: KeyValuePairs<String, UInt64>, before: [MakeSocket]? = nil) throws -> DropScene {
    try DropScene(now, before: before).rising(rises)
  }

  @Test("the third ACK at a full queue is one row, also where events are counted longer than counters", arguments: [nil, "NOT_SPECIFIED"])
  func thirdACK(reason: String?) throws {
    var scene = try Self.scene(
      [Self.listener(870)], ["TcpExt.ListenOverflows": 435, "TcpExt.ListenDrops": 435], before: [Self.listener(0)]
    ).watched(drop(reason, "tcp_v4_rcv", 495), tellsReasons: reason != nil, tellsReceivers: false)
    // Counters of 1 s, events of 140 ms more.
    scene.watch?.nanoseconds = 1_140_000_000
    scene.watch?.nanosecondsRead = 1_000_000_000
    let report = scene.report
    #expect(report.rows.map(\.id) == ["accept-queue-full-ack"] && report.rows[0].count == 495)
    #expect(report.rows[0].victim?.attribution == .inferred && report.rows[0].reason == reason)
    // What the window cannot explain stays what it is.
    scene.watch?.nanosecondsRead = 1_140_000_000
    #expect(scene.report.rows.map(\.count) == [435, 60])
  }

  @Test("the ACK of a SYN cookie ends in tcp_v4_do_rcv(): it is no refused SYN", arguments: [nil, "NOT_SPECIFIED"])
  func cookieACK(reason: String?) throws {
    let scene = try Self.scene(
      [Self.listener(432)], ["TcpExt.ListenOverflows": 432, "TcpExt.ListenDrops": 432, "TcpExt.SyncookiesRecv": 432],
      before: [Self.listener(0)])
    let report = scene.watched(drop(reason, "tcp_v4_do_rcv", 440), tellsReasons: reason != nil, tellsReceivers: false).report
    #expect(report.rows.map(\.id) == ["accept-queue-full-cookie"] && report.hidden.isEmpty && report.notices.isEmpty)
    #expect(
      report.rows[0].meaning.description.contains("SYN cookie")
        && report.rows[0].details.allSatisfy { !$0.description.contains("misleads") })
    // Without the overflow it is an ACK that the listener does not know.
    let stray = try Self.scene([Self.listener(0)], ["TcpExt.ListenOverflows": 0, "Tcp.OutRsts": 12])
      .watched(drop(reason, "tcp_v4_do_rcv", 12), tellsReasons: reason != nil, tellsReceivers: false).report
    #expect(stray.rows.map(\.id) == ["tcp_flags"] && stray.rows[0].victim?.kind == .listener)
    let lost = try Self.scene([Self.listener(0)], ["TcpExt.TCPTimeWaitOverflow": 98, "Tcp.OutRsts": 12])
      .watched(drop(reason, "tcp_v4_do_rcv", 12, flags: 17), tellsReasons: reason != nil, tellsReceivers: false).report
    #expect(lost.rows[0].meaning.description.contains("TIME-WAIT socket was destroyed early"))
  }

  @Test("closed ports without a reason: nobody is blamed, and the reason is said to be concluded")
  func closedPorts() throws {
    let report = try Self.scene([Self.listener(0)], ["Udp.NoPorts": 141, "Tcp.OutRsts": 139]).watched(
      drop(nil, "tcp_v4_rcv", 141, 8081, flags: 2), drop(nil, "__udp4_lib_rcv", 140, proto: 17, 8080, flags: 0), tellsReasons: false,
      tellsReceivers: false
    ).report
    #expect(report.rows.map(\.id) == ["no_socket", "no_socket"] && report.rows.allSatisfy { $0.victim?.kind == .port })
    #expect(report.rows[0].meaning.description.contains("connection refused"))
    #expect(report.rows.allSatisfy { $0.details.map(\.description).contains { $0.contains("concluded") } })
  }

  @Test("a wrong checksum at an open port is no closed port, with TCP no repeated SYN")
  func checksum() throws {
    let sockets = [Self.listener(0, "127.0.0.1"), DropTests.udp(0, "127.0.0.1", port: 8080)]
    let report = try Self.scene(sockets, ["Udp.InCsumErrors": 148, "Udp.NoPorts": 0, "Tcp.InCsumErrors": 148]).watched(
      drop(nil, "tcp_v4_rcv", 150, local: "127.0.0.1", flags: 2, id: 1),
      drop(nil, "__udp4_lib_rcv", 150, proto: 17, local: "127.0.0.1", 8080, flags: 0, id: 2), tellsReasons: false, tellsReceivers: false
    ).report
    #expect(Set(report.rows.map(\.id)) == ["tcp_csum", "udp_csum"] && report.rows.map(\.count) == [150, 150] && report.hidden.isEmpty)
    #expect(report.rows.allSatisfy { $0.victim?.attribution == .inferred })
  }

  @Test("a counter that explains a few of a row's packets only explains none: drops without events raise it too")
  func weakProof() throws {
    let report = try Self.scene([DropTests.connection(0)], ["Tcp.InCsumErrors": 5])
      .watched(drop(nil, "tcp_v4_rcv", 100), tellsReasons: false, tellsReceivers: false).report
    #expect(report.rows.map(\.id) == ["no-reason", "Tcp.InCsumErrors"] && report.rows.map(\.count) == [100, 5])
  }

  @Test("what a raw socket does not take is not the datagram socket's, whose port it has")
  func rawCopies() throws {
    for reason in [nil, "SOCKET_RCVBUFF"] {
      let report = try Self.scene([DropTests.udp(0)], ["Udp.RcvbufErrors": 0])
        .watched(drop(reason, "raw_rcv", 9, proto: 17, 5353), tellsReasons: reason != nil, tellsReceivers: false).report
      #expect(report.rows.map(\.count) == [9] && report.rows[0].victim?.sockets.isEmpty == true)
      #expect(report.rows[0].meaning.description.contains("a raw socket") && report.rows[0].counters.isEmpty)
    }
  }

  @Test("the two tracepoints of a refused datagram may differ by the moment between their readings")
  func twoTracepoints() throws {
    var refused = drop(nil, "", 112, proto: 17, 5353, cookie: 9, source: .udpQueue, id: 2)
    refused.reason = 12
    func rows(_ count: UInt64) throws -> [DropRow] {
      let seen = drop(nil, "udp_queue_rcv_one_skb", count, proto: 17, 5353, flags: 0, id: 1)
      return try Self.scene([DropTests.udp(112)], ["Udp.RcvbufErrors": 108, "Udp.InErrors": 108], before: [DropTests.udp(0)])
        .watched(seen, refused, tellsReasons: false, tellsReceivers: false).report.rows
    }
    #expect(try rows(115).map(\.count) == [115] && rows(115)[0].functions == ["udp_queue_rcv_one_skb"])
    #expect(try rows(110).map(\.count) == [110])
    #expect(try rows(160).map(\.id) == ["socket_rcvbuff", "no-reason"])
  }

  @Test(
    "places that drop for one reason",
    arguments: [
      ("nf_hook_slow", "netfilter_drop", false), ("neigh_invalidate", "neigh_failed", true), ("kfree_skb_list", "qdisc_drop", true),
    ])
  func places(function: String, id: String, isSent: Bool) throws {
    let report = try DropScene().watched(drop(nil, function, 4, sent: isSent), tellsReasons: false, tellsReceivers: false).report
    #expect(report.rows.map(\.id) == [id])
  }

  @Test("what is thrown away after use is no loss: ICMPv6 that was read, queues of closed sockets", arguments: [nil, "NOT_SPECIFIED"])
  func benign(reason: String?) throws {
    let report = try Self.scene([Self.listener(0)], [:]).watched(
      drop(reason, "icmpv6_rcv", 2, proto: 58, local: "fd00::1", 0, peer: "fd00::2", 0, flags: 0),
      drop(reason, "sk_stream_kill_queues", 90),
      tellsReasons: reason != nil, tellsReceivers: false
    ).report
    #expect(report.rows.isEmpty && report.harmless == 92)
  }

  @Test("TCP's own drops have no event before 5.17: their counters are told, where later kernels' are events")
  func silentDrops() throws {
    let scene = try Self.scene([DropTests.connection(40)], ["TcpExt.OfoPruned": 40], before: [DropTests.connection(0)])
    #expect(scene.watched(tellsReasons: false, tellsReceivers: false).report.rows.map(\.id) == ["TcpExt.OfoPruned"])
    #expect(scene.watched().report.rows.isEmpty)
  }

  @Test("a counter that the kernel lacks is absent from the proof, not 0")
  func absentCounters() throws {
    let event = drop("TCP_INVALID_SEQUENCE", "tcp_validate_incoming", 9)
    let without = try Self.scene([DropTests.connection(9)], [:], before: [DropTests.connection(0)]).watched(event, tellsReceivers: false)
      .report
    #expect(without.rows[0].counters.isEmpty && without.rows[0].socketDrops == 9)
    let with = try Self.scene([DropTests.connection(9)], ["TcpExt.BeyondWindow": 0], before: [DropTests.connection(0)])
      .watched(event, tellsReceivers: false).report
    #expect(with.rows[0].counters.map(\.rise) == [0])
  }

  @Test("without a receiving socket the listener is looked up as the kernel does, and siblings of one port stay ambiguous")
  func lookup() throws {
    func victim(_ sockets: [MakeSocket], _ local: String) throws -> DropVictim? {
      let report = try DropScene(sockets).watched(
        drop("NETFILTER_DROP", "nft_do_chain", 3, local: local, peer: local.contains(":") ? "fd00::2" : "10.0.0.2", flags: 2),
        tellsReceivers: false
      ).report
      return report.rows.first?.victim
    }
    let wild = Self.listener(0), exact = Self.listener(0, "10.0.0.1", cookie: 8)
    let dual = Self.listener(0, "::", cookie: 9).with([.v6only: 0]), six = Self.listener(0, "::", cookie: 10).with([.v6only: 1])
    #expect(try victim([wild, exact], "10.0.0.1")?.sockets.map(\.cookie) == [8])
    #expect(try victim([wild, exact], "10.0.0.9")?.sockets.map(\.cookie) == [7])
    #expect(try victim([dual], "10.0.0.1")?.sockets.map(\.cookie) == [9] && victim([dual], "fd00::1")?.sockets.map(\.cookie) == [9])
    #expect(try victim([six], "10.0.0.1")?.sockets.isEmpty == true && victim([six], "fd00::1")?.sockets.map(\.cookie) == [10])
    #expect(try victim([wild, dual], "10.0.0.1")?.sockets.map(\.cookie) == [7])
    let siblings = try victim([wild, Self.listener(0, cookie: 12)], "10.0.0.1")
    #expect(siblings?.attribution == .ambiguous && siblings?.count == 2)
  }

  @Test("a SYN-ACK sent again is the server's that did not take the last ACK")
  func repeatedSynAck() throws {
    let report = try Self.scene([DropTests.connection(4)], ["TcpExt.TCPSYNChallenge": 4])
      .watched(drop("TCP_INVALID_SYN", "tcp_validate_incoming", 4, flags: 18), tellsReceivers: false).report
    #expect(report.rows.map(\.count) == [4] && report.rows[0].meaning.description.contains("sent its SYN-ACK again"))
    let syn = try Self.scene([DropTests.connection(4)], [:]).watched(drop("TCP_INVALID_SYN", "tcp_validate_incoming", 4, flags: 2)).report
    #expect(syn.rows[0].meaning.description.contains("a SYN came"))
  }
}
