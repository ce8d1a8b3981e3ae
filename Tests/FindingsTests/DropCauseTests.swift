import Catalog
import Findings
import ProbeStream
import SockDiag
import TestSupport
import Testing

/// Reasons and counters that would mislead when they were taken at their word.
@Suite struct DropCauseTests {
  static func udp(_ drops: UInt64) -> MakeSocket {
    MakeSocket(.close, "0.0.0.0", 5353, proto: .udp, cookie: 9, inode: 209).with([.sk_drops: drops])
  }

  /// A reset that close() sent for data nobody had read.
  static func closing(_ port: UInt16, peer: UInt16, _ count: UInt64, pid: UInt32 = 0, id: UInt32) -> DropRecord {
    var row = drop(nil, "", count, port, peer: "10.0.0.2", peer, sent: true, source: .closedUnread, id: id)
    row.processID = pid
    row.processName = pid == 0 ? [] : Array("job".utf8)
    return row
  }

  @Test("a subsystem's reason is named by its range, with the subsystem's words")
  func subsystem() throws {
    var row = drop(nil, "ovs_dp_process_packet", 4, proto: 17, 53, id: 1)
    row.reason = 0x20003
    var scene = try DropScene().watched(row)
    // From the stream, where the running kernel names the range; else from the catalog, by the kernel's release.
    for names in [[0x20000: "SUBSYS_OPENVSWITCH"], [:]] as [[UInt32: String]] {
      scene.watch?.reasons = names
      let told = try #require(scene.report.rows.first)
      #expect(told.reason == "SUBSYS_OPENVSWITCH(3)" && told.id == "subsys_openvswitch_3")
      #expect(told.meaning.description == "an Open vSwitch flow ended in a drop" && told.harm == .refusal)
    }
    #expect(DropReasonName.text(0x70001, [:], on: "6.18") == "unknown(458753)")
  }

  @Test("what a filter turned down at a datagram socket is not told again by InErrors")
  func filtered() throws {
    let row = drop("SOCKET_FILTER", "udp_queue_rcv_one_skb", 74, proto: 17, 5353, cookie: 9, id: 1)
    let report = try DropScene([Self.udp(74)], before: [Self.udp(0)]).rising(["Udp.InErrors": 74]).watched(row).report
    #expect(report.rows.map(\.count) == [74] && report.rows[0].counters.map(\.key) == ["Udp.InErrors"])
    // A reason without any counter of its own as well.
    let other = drop("BRAND_NEW", "udp_queue_rcv_one_skb", 74, proto: 17, 5353, cookie: 9, id: 1)
    let second = try DropScene([Self.udp(74)], before: [Self.udp(0)]).rising(["Udp.InErrors": 74]).watched(other).report
    #expect(second.rows.map(\.count) == [74])
  }

  @Test("IPv6 calls a wrong checksum at a closed port NO_SOCKET; the counters tell the two apart")
  func checksumAtClosedPort() throws {
    func report(noPorts: UInt64, wrong: UInt64) throws -> DropReport {
      try DropScene().rising(["Udp6.NoPorts": noPorts, "Udp6.InCsumErrors": wrong, "Udp6.InErrors": wrong])
        .watched(drop("NO_SOCKET", "__udp6_lib_rcv", 50, proto: 17, local: "fd00::1", 8080, peer: "fd00::2", flags: 0, id: 1)).report
    }
    let wrong = try report(noPorts: 0, wrong: 49)
    #expect(wrong.rows.map(\.id) == ["udp_csum"] && wrong.rows[0].count == 50 && wrong.rows[0].reason == "NO_SOCKET")
    #expect(wrong.rows[0].details.map(\.id) == ["drops.misleadingChecksum"])
    #expect(try report(noPorts: 49, wrong: 0).rows.map(\.id) == ["no_socket"])
    let both = try report(noPorts: 30, wrong: 20)
    #expect(both.rows.map(\.id) == ["no_socket", "udp_csum"] && both.rows.map(\.count) == [30, 20])
  }

  @Test("connections closed with data unread are told by service, or by program and peer, and the rest is counted")
  func closedUnread() throws {
    let listener = MakeSocket(.listen, "0.0.0.0", 8080, cookie: 7, inode: 107)
    let scene = try DropScene([listener]).owner("server", pid: 5, of: 107).rising(["TcpExt.TCPAbortOnClose": 80]).watched(
      Self.closing(8080, peer: 40001, 40, pid: 6, id: 1), Self.closing(50001, peer: 443, 1, pid: 8, id: 2),
      Self.closing(50002, peer: 443, 1, pid: 8, id: 3))
    let report = scene.report
    #expect(report.rows.isEmpty && report.dropped == 0)
    #expect(report.notices.map(\.count) == [40, 38, 2])
    let texts = report.notices.map { $0.victim?.text.description }
    #expect(texts == ["connections of job (pid 6) with the clients of port 8080", nil, "connections of job (pid 8) with 10.0.0.2:443"])
    #expect(report.notices[2].victim?.process?.pid == 8)
    #expect(report.notices[1].details.map(\.id) == ["drops.abortUnnamed"])
    #expect(scene.wanting { $0.peerPort == 443 }.report.notices.map(\.count) == [2])
  }

  @Test("each row says how bad it is")
  func severities() throws {
    let report = try DropScene().rising(["TcpExt.TCPTimeWaitOverflow": 3, "TcpExt.ListenOverflows": 4, "TcpExt.ListenDrops": 4]).watched(
      drop("NETFILTER_DROP", "nft_do_chain", 2, id: 1), drop("SOCKET_RCVBUFF", "udp_queue_rcv_one_skb", 5, proto: 17, 5353, id: 2),
      drop("TCP_LISTEN_OVERFLOW", "tcp_v4_rcv", 4, cookie: 7, state: .listen, id: 3),
      drop("QUEUE_PURGE", "sk_stream_kill_queues", 9, cookie: 12, id: 4)
    ).report
    var found: [String: Severity] = [:]
    for row in report.rows + report.notices { found[row.id] = row.severity }
    #expect(found["netfilter_drop"] == .note && found["socket_rcvbuff"] == .warning && found["time-wait-overflow"] == .note)
    #expect(report.hidden.allSatisfy { $0.severity == nil } && !report.hidden.isEmpty)
  }

  @Test("multicast to a group that this host has not joined is no socket's loss, though one has the port")
  func unjoined() throws {
    let row = drop("NOT_SPECIFIED", "ip_rcv_finish_core", 8, proto: 17, local: "239.1.2.3", 5353, flags: 0, id: 1)
    let report = try DropScene([Self.udp(0)]).watched(row).report
    #expect(report.rows.isEmpty && report.hidden.map(\.count) == [8] && report.hidden[0].victim?.sockets.isEmpty == true)
    // A plain address that routing turns down is another matter.
    let plain = drop("NOT_SPECIFIED", "ip_rcv_finish_core", 8, proto: 17, 5353, flags: 0, id: 1)
    #expect(try DropScene([Self.udp(0)]).watched(plain).report.rows.map(\.count) == [8])
  }

  @Test("before 6.16 an old timestamp in TIME-WAIT has no reason: PAWSEstab tells it, once")
  func timeWaitPAWS() throws {
    let row = drop("NOT_SPECIFIED", "tcp_v4_rcv", 100, cookie: 9, state: .timeWait, id: 1)
    let old = try DropScene().rising(["TcpExt.PAWSEstab": 98]).watched(row).report
    #expect(old.rows.map(\.id) == ["tcp_rfc7323_tw_paws"] && old.rows.map(\.count) == [100] && old.hidden.isEmpty)
    // Without the counter it is the normal end of a packet.
    #expect(try DropScene().watched(row).report.hidden.map(\.count) == [100])
    let part = try DropScene().rising(["TcpExt.PAWSEstab": 40]).watched(row).report
    #expect(part.rows.map(\.count) == [40] && part.hidden.map(\.count) == [60])
  }
}
