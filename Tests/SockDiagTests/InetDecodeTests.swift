import Catalog
import SockDiag
import TestSupport
import Testing
import Wire

/// Real replies (Tests/Fixtures/make.py says of which sockets) and one written out byte by byte.
@Suite struct InetDecodeTests {
  func sockets(_ name: String, _ proto: InetProtocol = .tcp) throws -> [InetSocket] {
    try payloads(try fixture(name)).map { try InetSocket($0, proto: proto) }
  }

  @Test func listenerHoldsQueueAndLimit() throws {
    let found = try sockets("tcp-listen")
    let socket = try #require(found.first)
    #expect(found.count == 1)
    #expect(socket.state == .listen)
    #expect((socket.localAddress.description, socket.localPort) == ("127.0.0.1", 8080))
    #expect((socket.peerAddress.description, socket.peerPort) == ("0.0.0.0", 0))
    #expect(socket.receiveQueue == 1)
    #expect(socket.sendQueue == 5)
    // A listener's tcp_info repeats both: tcpi_unacked and tcpi_sacked.
    #expect(socket[.unacked] == 1)
    #expect(socket[.sacked] == 5)
    #expect(socket.inode != 0)
    #expect(!socket.isMiniSocket)
    #expect(socket.congestionControl != nil)
  }

  @Test func establishedPairTellsItsAcceptQueue() throws {
    let found = try sockets("tcp-estab")
    #expect(found.count == 2)
    let server = try #require(found.first { $0.localPort == 8080 })
    let client = try #require(found.first { $0.localPort == 40001 })
    #expect(server.peerPort == 40001)
    #expect(server.receiveQueue == 10)
    #expect(server.isNotYetAccepted)
    #expect(!server.isMiniSocket)
    #expect(!client.isNotYetAccepted)
    #expect(client.inode != 0)
    #expect(client[.bytes_acked] == 11)  // ten, and the SYN
    #expect(client[.sk_drops] == 0)
    #expect((client[.sk_rcvbuf] ?? 0) > 0)
    // A number above 15 would be the neighbour's bits.
    #expect(try #require(client[.snd_wscale]) <= 14)
    #expect(try #require(client[.rcv_wscale]) <= 14)
    #expect(client[.tcpi_state] == 1)
    #expect(client[.shutdown] == 0)
    #expect(client[.mark] == 0)
  }

  @Test func withoutExtensionsTheyAreAbsentNotZero() throws {
    let found = try sockets("tcp-v1")
    #expect(found.count == 3)
    for socket in found {
      for field in Field.tcpInfo + Field.skmeminfo + Field.meminfo { #expect(socket[field] == nil) }
      #expect(socket.congestionControl == nil)
      #expect(socket[.shutdown] != nil)  // unasked
    }
  }

  @Test func ipv6() throws {
    let found = try sockets("tcp6")
    let listener = try #require(found.first { $0.state == .listen })
    #expect(listener.isIPv6)
    #expect(listener.localAddress.description == "::1")
    #expect(listener[.v6only] == 1)
    #expect(found.count == 3)
    let client = try #require(found.first { $0.localPort == 40006 })
    #expect(client.peerPort == 8086)
    #expect(client[.tclass] == 0x20)
    #expect(client[.v6only] == nil)
  }

  @Test func miniSocketsHaveNoAttributes() throws {
    for (name, state) in [("tcp-finwait2-mini", TCPState.finWait2), ("tcp-timewait", .timeWait), ("tcp-synrecv", .synRecv)] {
      let socket = try #require(try sockets(name).first)
      #expect(socket.state == state)
      #expect(socket.isMiniSocket, "\(name)")
      #expect(socket.inode == 0)
      #expect(socket[.rtt] == nil)
      #expect(socket[.shutdown] == nil)
    }
    let timeWait = try #require(try sockets("tcp-timewait").first)
    #expect(timeWait.timer == .timewait)
    #expect((50_000...60_000).contains(timeWait.timerMilliseconds))
    let request = try #require(try sockets("tcp-synrecv").first)
    #expect((request.localPort, request.peerAddress.description, request.peerPort) == (8082, "10.9.0.2", 40004))
    #expect(request.timer == .on)
  }

  @Test func halfCloseIsAFullSocket() throws {
    let socket = try #require(try sockets("tcp-finwait2-half").first { $0.localPort == 40003 })
    #expect(socket.state == .finWait2)
    #expect(!socket.isMiniSocket)
    #expect(socket[.shutdownSend] == 1)
    #expect(socket[.shutdownReceive] == 0)
    #expect(try sockets("tcp-closewait").first?.receiveQueue == 1)  // the FIN
  }

  @Test func connectingAndBound() throws {
    let connecting = try #require(try sockets("tcp-synsent").first)
    #expect(connecting.state == .synSent)
    #expect(connecting.sendQueue == 1)  // the SYN
    #expect(connecting.timer == .on)
    let bound = try #require(try sockets("tcp-bound").first)
    #expect((bound.state, bound.localPort) == (.close, 7777))
  }

  @Test func datagrams() throws {
    let found = try sockets("udp", .udp)
    let server = try #require(found.first { $0.localPort == 5353 })
    #expect(server.state == .close)
    #expect(server.receiveQueue > 100)  // memory, not payload
    #expect(found.contains { $0.state == .established && $0.localPort == 40007 })
    #expect(try sockets("udp6", .udp).first?.isIPv6 == true)
    #expect(try sockets("udplite", .udplite).first?.localPort == 5355)
  }

  /// struct inet_diag_msg, field by field, and two attributes behind it.
  static let annotated: [UInt8] = [
    10, 1, 2, 3,  // idiag_family AF_INET6, idiag_state ESTABLISHED, idiag_timer keepalive, idiag_retrans
    0x1f, 0x90, 0x9c, 0x41,  // idiag_sport 8080, idiag_dport 40001
    0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,  // idiag_src 2001:db8::1
    0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,  // idiag_dst 2001:db8::2
    3, 0, 0, 0,  // idiag_if
    1, 2, 3, 4, 5, 6, 7, 8,  // idiag_cookie
    0x10, 0x27, 0, 0,  // idiag_expires 10000
    11, 0, 0, 0, 12, 0, 0, 0,  // idiag_rqueue, idiag_wqueue
    0xe8, 3, 0, 0,  // idiag_uid 1000
    0x39, 0x30, 0, 0,  // idiag_inode 12345
    5, 0, 10, 0, 58, 0, 0, 0,  // INET_DIAG_PROTOCOL: ICMPv6
    8, 0, 200, 0, 1, 2, 3, 4,  // a type nobody knows
  ]

  @Test func annotatedBytes() throws {
    let socket = try InetSocket(Self.annotated, proto: .raw)
    #expect((socket.isIPv6, socket.state, socket.timer, socket.timerRetransmits) == (true, .established, .keepalive, 3))
    #expect((socket.localPort, socket.peerPort) == (8080, 40001))
    #expect((socket.localAddress.description, socket.peerAddress.description) == ("2001:db8::1", "2001:db8::2"))
    #expect((socket.interface, socket.cookie, socket.timerMilliseconds) == (3, 0x0807_0605_0403_0201, 10_000))
    #expect((socket.receiveQueue, socket.sendQueue, socket.uid, socket.inode) == (11, 12, 1000, 12345))
    #expect(socket[.rawProtocol] == 58)
    #expect(socket.otherAttributes.map(\.type) == [200])
    #expect(socket.otherAttributes.map(\.bytes) == [[1, 2, 3, 4]])
  }
}
