import Catalog
import Findings
import ProbeStream
import SockDiag
import TestSupport
import Testing

/// Rows of the side-car that hold packets of several peers: what only their first packet tells is not said of all.
@Suite struct DropSharingTests {
  static let server = [
    MakeSocket(.listen, "0.0.0.0", 8080, cookie: 1, inode: 201), DropTests.connection(0),
    DropTests.connection(0, cookie: 12, peerPort: 40001),
  ]

  @Test("packets dropped before the lookup are not blamed on the connection of the first one")
  func manyConnections() throws {
    let row = try DropScene(Self.server).owner("web", pid: 7, of: 201, 211).watched(drop("NETFILTER_DROP", "nft_do_chain", 30)).report.rows[
      0]
    #expect(row.victim?.text.description == "tcp 10.0.0.1:8080 of web (pid 7), with 10.0.0.2:40000 and perhaps others")
    #expect(row.victim?.attribution == .inferred && row.victim?.kind == .connection)
    // One packet has one peer, and so have many of the only connection.
    for (sockets, count) in [(Self.server, UInt64(1)), (Array(Self.server.prefix(2)), 30)] {
      let row = try DropScene(sockets).owner("web", pid: 7, of: 201, 211).watched(drop("NETFILTER_DROP", "nft_do_chain", count)).report
        .rows[0]
      #expect(row.victim?.text.description == "tcp 10.0.0.1:8080 → 10.0.0.2:40000 of web (pid 7)")
    }
  }

  @Test("before 6.11 sk_drops tell which connection refused segments, and are not told a second time")
  func withoutReceivers() throws {
    func report(_ first: UInt64, _ second: UInt64) throws -> DropReport {
      let connections = [DropTests.connection(first), DropTests.connection(second, cookie: 12, peerPort: 40001)]
      return try DropScene([Self.server[0]] + connections, before: Self.server).owner("web", pid: 7, of: 201, 211)
        .watched(drop("TCP_INVALID_SEQUENCE", "tcp_validate_incoming", 30), tellsReceivers: false).report
    }
    let one = try report(0, 30), both = try report(10, 20)
    #expect(one.rows[0].victim?.text.description == "tcp 10.0.0.1:8080 → 10.0.0.2:40001 of web (pid 7)")
    #expect(one.rows.map(\.count) == [30] && one.hidden.isEmpty && one.rows[0].socketDrops == 30)
    #expect(both.rows[0].victim?.text.description.hasSuffix("and perhaps others") == true)
    #expect(both.rows.map(\.count) == [30] && both.hidden.isEmpty)
  }

  @Test("nor on the one that is left of many that came and went")
  func shortConnections() throws {
    let report = try DropScene(Array(Self.server.prefix(2))).owner("web", pid: 7, of: 201, 211).rising(["Tcp.PassiveOpens": 300])
      .watched(drop("QUEUE_PURGE", "sk_stream_kill_queues", 300)).report
    #expect(report.hidden[0].victim?.text.description.contains("perhaps others") == true)
  }

  @Test("a connected datagram socket does not answer for the unconnected one of its port")
  func datagramSockets() throws {
    let connected = MakeSocket(.established, "10.0.0.1", 5353, peer: "10.0.0.2", 40000, proto: .udp, cookie: 10, inode: 209)
    let row = try DropScene([DropTests.udp(0), connected]).owner("dnsd", pid: 12, of: 209)
      .watched(drop("NETFILTER_DROP", "nft_do_chain", 25, proto: 17, 5353)).report.rows[0]
    #expect(row.victim?.text.description == "udp 10.0.0.1:5353 of dnsd (pid 12), with 10.0.0.2:40000 and perhaps others")
    #expect(row.victim?.kind == .receiver)
  }

  @Test("an unconnected socket's row names a peer")
  func peers() throws {
    let scene = try DropScene([DropTests.udp(0)])
    let sent = scene.watched(drop("NEIGH_FAILED", "neigh_invalidate", 7, proto: 17, 5353, peer: "10.0.0.99", 4004, sent: true)).report.rows[
      0]
    #expect(sent.details.map(\.description) == ["the first was for 10.0.0.99:4004"])
    let received = scene.watched(drop("NETFILTER_DROP", "nft_do_chain", 1, proto: 17, 5353)).report.rows[0]
    #expect(received.details.map(\.description) == ["it came from 10.0.0.2:40000"])
  }

  @Test("packets to several addresses are not said to be for the first")
  func addresses() throws {
    let rows = ["10.50.0.1", "10.52.0.1"].enumerated().map { index, address in
      drop("NETFILTER_DROP", "nft_do_chain", UInt64(3 + index), proto: 17, local: address, 4004)
    }
    let report = try DropScene().watched(rows[0], rows[1]).report
    #expect(report.rows.map(\.count) == [7])
    let text = report.rows[0].victim?.text.description ?? ""
    #expect(text.hasPrefix("udp packets to port 4004 of 2 addresses, first from 10.0.0.2:40000 to 10.5"))
  }

  @Test("sk_drops proves only what is counted there: a checksum found wrong before the lookup, and a rule, are not")
  func socketDrops() throws {
    let report = try DropScene([DropTests.connection(6)], before: [DropTests.connection(0)]).watched(
      drop("TCP_CSUM", "tcp_v4_rcv", 4, cookie: 11, by: .earlyDemux, state: .established),
      drop("NETFILTER_DROP", "nft_do_chain", 5, cookie: 11, by: .earlyDemux, state: .established),
      drop("TCP_INVALID_SEQUENCE", "tcp_validate_incoming", 6, cookie: 11, by: .receiver, state: .established)
    ).report
    #expect(report.rows.map(\.socketDrops) == [6, nil, nil] && report.rows[0].socketDropsAreExact && report.hidden.isEmpty)
  }

  @Test("a SYN that was to get a cookie and met a full accept queue got none")
  func cookiesNotSent() throws {
    let report = try DropScene().rising(["TcpExt.TCPReqQFullDoCookies": 12, "TcpExt.SyncookiesSent": 2]).watched().report
    #expect(report.notices.map(\.count) == [2])
  }

  @Test("a forwarded packet was shown as it came in, one that is sent from here not")
  func forwarded() throws {
    for isSent in [false, true] {
      let drops = drop("NEIGH_FAILED", "neigh_invalidate", 7, proto: 17, local: "10.10.0.77", 4303, sent: isSent)
      #expect(try DropScene().watched(drops).report.rows[0].capture == (isSent ? .hidden : .shown))
    }
  }

  @Test("requests that nobody had accepted as their listener ended are no noise")
  func listenerEnds() throws {
    let report = try DropScene().rising(["Tcp.EstabResets": 4]).watched(drop("QUEUE_PURGE", "tcp_disconnect", 4)).report
    #expect(report.dropped == 4 && report.hidden.isEmpty && report.rows[0].counters.map(\.key) == ["Tcp.EstabResets"])
  }

  @Test("a route that turns packets down is told by the place")
  func routes() throws {
    let report = try DropScene().watched(drop("NOT_SPECIFIED", "ip_error", 8, proto: 17, local: "10.50.0.1", 4004)).report
    #expect(report.rows[0].meaning.description.contains("blackhole, unreachable or prohibit route") && report.rows[0].harm == .refusal)
  }
}
