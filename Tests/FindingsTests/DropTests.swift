import Catalog
import Findings
import ProbeStream
import SockDiag
import TestSupport
import Testing

/// Drops beyond handshakes: each cause with its victim and proof, and nothing told twice.
@Suite struct DropTests {
  static func udp(_ drops: UInt64, _ address: String = "0.0.0.0", port: UInt16 = 5353, cookie: UInt64 = 9) -> MakeSocket {
    MakeSocket(.close, address, port, proto: .udp, cookie: cookie, inode: 209).with([.sk_drops: drops])
  }

  static func connection(_ drops: UInt64, cookie: UInt64 = 11, port: UInt16 = 8080, peerPort: UInt16 = 40000) -> MakeSocket {
    MakeSocket(.established, "10.0.0.1", port, peer: "10.0.0.2", peerPort, cookie: cookie, inode: 211).with([.sk_drops: drops])
  }

  @Test("one full UDP buffer is one row: event, counter and sk_drops are the same 54 datagrams")
  func bufferFull() throws {
    let scene = try DropScene([Self.udp(54)], before: [Self.udp(0)]).owner("dnsd", pid: 12, of: 209)
      .rising(["Udp.RcvbufErrors": 54, "Udp.InErrors": 54])
    let report = scene.watched(
      drop("SOCKET_RCVBUFF", "udp_queue_rcv_one_skb", 54, proto: 17, 5353, cookie: 9),
      drop("SOCKET_RCVBUFF", "udp_queue_rcv_one_skb", 54, proto: 17, 5353, cookie: 9, source: .udpQueue)
    ).report
    #expect(report.rows.count == 1 && report.dropped == 54 && report.hidden.isEmpty && report.notices.isEmpty)
    let row = report.rows[0]
    #expect(row.victim?.text.description == "udp 0.0.0.0:5353 of dnsd (pid 12)" && row.victim?.attribution == .exact)
    #expect(row.socketDrops == 54 && row.socketDropsAreExact && row.counters.allSatisfy { $0.rise == 54 })
    // Without the side-car the same from two sources.
    let less = scene.report
    #expect(less.rows.map(\.id) == ["Udp.RcvbufErrors"] && less.rows[0].count == 54)
    #expect(
      less.rows[0].victim?.text.description == "udp 0.0.0.0:5353 of dnsd (pid 12)" && less.rows[0].victim?.attribution == .socketDrops)
  }

  @Test("IPv6 datagrams are proven by the counters of IPv6")
  func familyOfCounters() throws {
    let report = try DropScene([Self.udp(5, "::")], before: [Self.udp(0, "::")])
      .rising(["Udp6.RcvbufErrors": 5, "Udp6.InErrors": 5, "Udp.RcvbufErrors": 0, "Udp.InErrors": 0])
      .watched(drop("SOCKET_RCVBUFF", "udpv6_queue_rcv_one_skb", 5, proto: 17, local: "fd00::1", 5353, peer: "fd00::2", cookie: 9)).report
    #expect(report.rows[0].counters.map(\.key) == ["Udp6.RcvbufErrors", "Udp6.InErrors"])
  }

  @Test("before 6.11 udp_fail_queue_rcv_skb names the socket, and its packets are not told twice")
  func otherTracepoint() throws {
    let scene = try DropScene([Self.udp(5)], before: [Self.udp(0)]).rising(["Udp.RcvbufErrors": 5, "Udp.InErrors": 5])
    var refused = drop(nil, "udp_queue_rcv_one_skb", 5, proto: 17, 5353, cookie: 9, source: .udpQueue, id: 2)
    refused.reason = 12
    let known = drop("SOCKET_RCVBUFF", "udp_queue_rcv_one_skb", 5, proto: 17, 5353, id: 1)
    let report = scene.watched(known, refused, tellsReceivers: false).report
    #expect(report.rows.map(\.count) == [5] && report.rows[0].victim?.attribution == .exact)
    // Before 5.17 neither has a reason; the errno is one.
    let nameless = drop(nil, "udp_queue_rcv_one_skb", 5, proto: 17, 5353, id: 1)
    let old = scene.watched(nameless, refused, tellsReasons: false, tellsReceivers: false).report
    #expect(old.rows.map(\.count) == [5] && old.rows[0].reason == "SOCKET_RCVBUFF")
  }

  @Test("a wrong checksum is told once although two tracepoints tell it")
  func checksum() throws {
    var again = drop(nil, "", 5, source: .badChecksum, id: 2)
    again.reason = 0
    let scene = try DropScene([Self.connection(0)]).rising(["Tcp.InCsumErrors": 5, "Tcp.InErrs": 5])
    let report = scene.watched(drop("TCP_CSUM", "tcp_v4_rcv", 5, id: 1), again).report
    #expect(report.rows.map(\.count) == [5] && report.rows[0].id == "tcp_csum")
    #expect(report.rows[0].victim?.kind == .connection && report.rows[0].victim?.attribution == .inferred)
    let old = scene.watched(drop(nil, "tcp_v4_rcv", 5, id: 1), again, tellsReasons: false, tellsReceivers: false).report
    #expect(old.rows.map(\.count) == [5] && old.rows[0].reason == "TCP_CSUM")
  }

  @Test(
    "what a connection refuses, by reason and proof",
    arguments: [
      ("TCP_RFC7323_PAWS", "tcp_validate_incoming", "TcpExt.PAWSEstab"),
      ("TCP_INVALID_SEQUENCE", "tcp_validate_incoming", "TcpExt.BeyondWindow"),
      ("PROTO_MEM", "tcp_data_queue_ofo", "TcpExt.TCPOFODrop"),
    ])
  func connectionRefuses(reason: String, function: String, counter: String) throws {
    let scene = try DropScene([Self.connection(6)], before: [Self.connection(1)]).owner("server", pid: 5, of: 211)
      .rising([counter: 5])
    let report = scene.watched(drop(reason, function, 5, cookie: 11, state: .established)).report
    #expect(report.rows.map(\.reason) == [reason] && report.rows[0].counters.first?.key == counter)
    #expect(report.rows[0].victim?.text.description == "tcp 10.0.0.1:8080 → 10.0.0.2:40000 of server (pid 5)")
    #expect(report.hidden.isEmpty)
    // The counter and sk_drops alone lead to the same connection.
    let less = scene.report
    #expect(less.rows.map(\.id) == [counter] && less.rows[0].victim?.sockets.first?.cookie == 11)
  }

  @Test("two counters of connections: whose sk_drops it was cannot be told, so it is not")
  func rivals() throws {
    let report = try DropScene([Self.connection(6)], before: [Self.connection(0)])
      .rising(["TcpExt.PAWSEstab": 3, "TcpExt.BeyondWindow": 3]).report
    let rows = report.rows.filter { $0.id.hasPrefix("TcpExt") }
    #expect(rows.count == 2 && rows.allSatisfy { $0.victim == nil && $0.details.first?.description.contains("10.0.0.1:8080 (+6)") == true })
  }

  @Test("closed ports: no socket that shares the number is blamed, and a scan is one row")
  func closedPorts() throws {
    let scene = try DropScene([Self.udp(0, "127.0.0.1", port: 9999)]).rising(["Udp.NoPorts": 5, "Tcp.OutRsts": 3])
    let report = scene.watched(
      drop("NO_SOCKET", "__udp4_lib_rcv", 5, proto: 17, 9999, flags: 0), drop("NO_SOCKET", "tcp_v4_rcv", 3, 9998, flags: 2)
    ).report
    #expect(report.rows.map { $0.victim?.kind } == [.port, .port] && report.rows.map { $0.victim?.port } == [9999, 9998])
    #expect(report.rows.allSatisfy { $0.victim?.sockets.isEmpty == true && $0.harm == .refusal })
    var scan = try DropScene().rising(["Tcp.OutRsts": 50])
    scan.watch = DropWatch(
      rows: (0..<50).map { drop("NO_SOCKET", "tcp_v4_rcv", 1, 2000 + $0, flags: 2, id: UInt32($0)) }, reasons: dropReasonNames)
    #expect(scan.report.rows.count == 1 && scan.report.dropped == 50)
    #expect(scan.report.rows[0].victim?.text.description.hasPrefix("50 ports: ") == true)
    #expect(scan.report.rows[0].victim?.text.description.hasSuffix("; first from 10.0.0.2") == true)
    #expect(scan.report.rows[0].advice?.description.contains("scan") == true)
    // What stands out keeps its row.
    scan.watch?.rows[7].count = 30
    #expect(scan.report.rows.map(\.count) == [49, 30])
    #expect(scan.report.rows[0].victim?.text.description.hasPrefix("49 other ports: ") == true)
    // Without events the counter remains, and no port.
    #expect(scene.report.rows.map(\.id) == ["Udp.NoPorts"] && scene.report.notices.map(\.id) == ["resets-sent"])
  }

  @Test("netfilter: on the way in tcpdump saw the packet, on the way out it did not")
  func netfilter() throws {
    let listener = MakeSocket(.listen, "0.0.0.0", 8080, cookie: 7)
    let report = try DropScene([listener, Self.udp(0, port: 6666)]).rising(["Ip.OutDiscards": 7]).watched(
      drop("NETFILTER_DROP", "nft_do_chain", 3, flags: 2),
      drop("NETFILTER_DROP", "nft_do_chain", 7, proto: 17, 6666, 7777, cookie: 9, by: .sender, flags: 0, sent: true)
    ).report
    #expect(report.rows.map(\.count) == [7, 3])
    #expect(
      report.rows[0].capture == .hidden && report.rows[0].victim?.kind == .sender && report.rows[0].counters.map(\.isExact) == [false])
    #expect(report.rows[1].capture == .shown && report.rows[1].victim?.kind == .listener && report.rows[1].victim?.attribution == .inferred)
  }

  @Test("where the host drops, the host or the sender is the victim", arguments: ["IP_RPFILTER", "NEIGH_FAILED", "QDISC_DROP"])
  func host(reason: String) throws {
    let isSent = reason != "IP_RPFILTER"
    let report = try DropScene().rising([isSent ? "Ip.OutDiscards" : "TcpExt.IPReversePathFilter": 4])
      .watched(drop(reason, "f", 4, proto: 17, 53, flags: 0, sent: isSent)).report
    #expect(report.rows.map(\.reason) == [reason] && report.rows[0].victim?.kind == (isSent ? .sender : .host))
    #expect(report.rows[0].capture == (isSent ? .hidden : .shown))
  }

  @Test("benign noise is hidden with its number: purged queues, the last FIN, discovery")
  func noise() throws {
    var discovery = drop("NOT_SPECIFIED", "ip6_pkt_discard", 2, proto: 58, local: "ff02::2", 0, peer: "fe80::1", 0, flags: 0)
    discovery.ethernetProtocol = 0x86dd
    let report = try DropScene().watched(
      drop("QUEUE_PURGE", "sk_stream_kill_queues", 5, 1),
      drop("NOT_SPECIFIED", "tcp_v4_rcv", 3, 2, cookie: 99, state: .timeWait, flags: 17),
      discovery
    ).report
    #expect(report.rows.isEmpty && report.harmless == 10 && report.hidden.count == 3)
    // The same function and reason for a socket that is no TIME-WAIT is shown.
    let near = try DropScene().watched(drop("NOT_SPECIFIED", "tcp_v4_rcv", 3, cookie: 99, state: .established)).report
    #expect(near.rows.count == 1)
  }

  @Test("a reason that the catalog does not know is told by its name")
  func unknownReason() throws {
    let report = try DropScene().watched(drop("BRAND_NEW", "some_function", 2)).report
    #expect(report.rows.map(\.reason) == ["BRAND_NEW"] && report.rows[0].meaning.description.contains("BRAND_NEW"))
  }

  @Test("connections of one service with one cause are one row")
  func folded() throws {
    let sockets = (0..<30).map { Self.connection(1, cookie: 500 + UInt64($0), peerPort: 40000 + UInt16($0)) }
    let listener = MakeSocket(.listen, "0.0.0.0", 8080, cookie: 7)
    var scene = try DropScene(sockets + [listener]).rising(["TcpExt.PAWSEstab": 30])
    scene.watch = DropWatch(
      rows: (0..<30).map { drop("TCP_RFC7323_PAWS", "tcp_validate_incoming", 1, cookie: 500 + UInt64($0), id: UInt32($0)) },
      reasons: dropReasonNames)
    #expect(scene.report.rows.map(\.count) == [30])
    #expect(scene.report.rows[0].victim?.text.description.hasPrefix("tcp, 30 connections of the clients of port 8080") == true)
  }

  @Test("a counter that rose further than the events is told for the rest; a small rest is the edge of the window")
  func remainder() throws {
    let event = drop("SOCKET_RCVBUFF", "udp_queue_rcv_one_skb", 60, proto: 17, 5353, cookie: 9)
    let lost = try DropScene([Self.udp(100)], before: [Self.udp(0)]).rising(["Udp.RcvbufErrors": 100, "Udp.InErrors": 100]).watched(event)
      .report
    #expect(lost.rows.map(\.count) == [60, 40] && lost.dropped == 100)
    let edge = try DropScene([Self.udp(61)], before: [Self.udp(0)]).rising(["Udp.RcvbufErrors": 61, "Udp.InErrors": 61]).watched(event)
      .report
    #expect(edge.dropped == 60)
  }

  @Test("a SYN-ACK that nobody waits for belongs to the connection, a SYN to the listener; InErrs, which rises too, is not told")
  func challenged() throws {
    let listener = MakeSocket(.listen, "0.0.0.0", 8080, cookie: 7)
    let scene = try DropScene([listener, Self.connection(0)]).rising(["Tcp.InErrs": 2, "TcpExt.TCPSYNChallenge": 2])
    func victim(_ flags: UInt8) -> DropVictim.Kind? {
      let report = scene.watched(drop("BRAND_NEW", "tcp_validate_incoming", 2, flags: flags), tellsReceivers: false).report
      return report.rows.first { $0.reason == "BRAND_NEW" }?.victim?.kind
    }
    #expect(victim(18) == .connection && victim(2) == .listener)
    #expect(!scene.report.rows.contains { $0.id == "Tcp.InErrs" })
  }

  @Test("a counter is not told again when its reason was seen at another function")
  func otherFunction() throws {
    let event = drop("SOCKET_RCVBUFF", "packet_rcv", 5, proto: 17, 5353)
    let report = try DropScene().rising(["Udp.RcvbufErrors": 5, "Udp.InErrors": 5]).watched(event).report
    #expect(report.dropped + report.harmless == 5)
  }

  @Test("closing with unread data drops nothing and is told")
  func closedWithUnreadData() throws {
    let waiting = MakeSocket(.established, "10.0.0.1", 8080, peer: "10.0.0.2", 40000, cookie: 11, receiveQueue: 10)
    let listener = MakeSocket(.listen, "0.0.0.0", 8080, cookie: 7, inode: 107)
    let report = try DropScene([listener], before: [listener, waiting]).owner("server", pid: 5, of: 107)
      .rising(["TcpExt.TCPAbortOnClose": 1]).watched().report
    #expect(report.rows.isEmpty && report.notices.map(\.id) == ["closed-with-unread-data"])
    #expect(report.notices[0].victim?.text.description == "clients of port 8080 (server (pid 5))")
    #expect(report.notices[0].victim?.attribution == .inferred)
  }

  @Test("FILTER chooses by socket and by packet; the rest is counted")
  func filtered() throws {
    let scene = try DropScene([Self.udp(5)], before: [Self.udp(0)]).rising(["Udp.RcvbufErrors": 5, "Udp.NoPorts": 2]).watched(
      drop("SOCKET_RCVBUFF", "udp_queue_rcv_one_skb", 5, proto: 17, 5353, cookie: 9),
      drop("NO_SOCKET", "__udp4_lib_rcv", 2, proto: 17, 9999, flags: 0))
    let one = scene.wanting { $0.localPort == 5353 }.report
    #expect(one.rows.map(\.count) == [5] && one.filteredOut == 1)
    let other = scene.wanting { $0.localPort == 9999 }.report
    #expect(other.rows.map(\.count) == [2] && other.filteredOut == 1)
  }

  @Test func stacksComeWithTheirRow() throws {
    let report = try DropScene().watched(drop("NO_SOCKET", "tcp_v4_rcv", 3, flags: 2, stack: 1)).report
    #expect(report.rows[0].stacks.map(\.frames) == [["tcp_v4_rcv", "ip_local_deliver"]] && report.rows[0].stacks[0].count == 3)
  }

  @Test func nothingAtAll() throws {
    let report = try DropScene([Self.udp(7)]).rising(["Udp.RcvbufErrors": 0]).watched().report
    #expect(report.rows.isEmpty && report.notices.isEmpty && report.hidden.isEmpty && report.dropped == 0)
  }
}
