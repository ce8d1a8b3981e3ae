import Catalog
import Netlink
import SockDiag
import TestSupport
import Testing
import Wire

@testable import Collection

/// Questions that were not asked as such: answered from a wider dump, as the kernel would have.
@Suite struct ReplayFilterTests {
  static let all = TCPStateSet.all.union(.init(.boundInactive)).rawValue
  static let everyTCP = DiagRequest.tcpBothFamilies(states: all, extensions: .card)

  static func sockets() -> [MakeSocket] {
    [
      MakeSocket(.listen, "0.0.0.0", 8080), MakeSocket(.listen, "::", 8080), MakeSocket(.listen, "127.0.0.1", 22),
      MakeSocket(.established, "10.0.0.1", 8080, peer: "10.0.0.2", 40001, cookie: 77).with([.rto: 200, .tos: 16, .sk_drops: 0, .classID: 1]
      ),
      MakeSocket(.established, "::ffff:10.0.0.1", 8080, peer: "::ffff:10.0.0.3", 40002),
      MakeSocket(.timeWait, "10.0.0.1", 8080, peer: "10.0.0.4", 40003), MakeSocket(.synRecv, "10.0.0.1", 8080, peer: "10.0.0.5", 40004),
      MakeSocket(.close, "127.0.0.1", 7777),
    ]
  }

  func sources(_ recorded: [(DiagRequest, [MakeSocket])]) throws -> Sources {
    let scratch = Scratch()
    let diag = FakeDiag(Dictionary(uniqueKeysWithValues: recorded.map { ($0.0, [($0.1.map(\.payload), nil)]) }))
    let live = try Sources.recording(.fake(diag), to: scratch.file("c.nl"))
    for (request, _) in recorded { _ = try answer(live.diag, request) }
    try live.finishCapture()
    return try Sources.replay(path: scratch.file("c.nl"))
  }

  /// State and ports of what a question brings.
  func found(_ sources: Sources, _ request: DiagRequest) throws -> [String] {
    try answer(sources.diag, request).map { try InetSocket($0) }.map {
      "\($0.state.name) \($0.localAddress) \($0.localPort) \($0.peerPort)"
    }
  }

  static func dump(_ states: UInt32, family: UInt8 = 2, port: UInt16 = 0) -> DiagRequest {
    .inet(family: family, proto: 6, states: states, extensions: [], localPort: port)
  }

  @Test func statesFamilyAndPortAreFiltered() throws {
    let sources = try sources([(Self.everyTCP, Self.sockets())])
    #expect(try found(sources, Self.dump(1 << 10)) == ["LISTEN 0.0.0.0 8080 0", "LISTEN 127.0.0.1 22 0"])
    #expect(try found(sources, Self.dump(1 << 10, family: 10)) == ["LISTEN :: 8080 0"])
    #expect(try found(sources, Self.dump(1 << 10, port: 22)) == ["LISTEN 127.0.0.1 22 0"])
    // Either number of SYN-RECV brings the request sockets.
    for bit in [UInt32(3), 12] { #expect(try found(sources, Self.dump(1 << bit)) == ["SYN-RECV 10.0.0.1 8080 40004"]) }
    // CLOSE alone is in no table; the bit of bound-inactive brings it.
    #expect(try found(sources, Self.dump(1 << 7)) == [])
    #expect(try found(sources, Self.dump(1 << 13)) == ["UNCONN 127.0.0.1 7777 0"])
    #expect(try found(sources, .tcpBothFamilies(states: Self.all, extensions: [], localPort: 8080)).count == 6)
    #expect(sources.captureGaps.isEmpty)
  }

  @Test func halvesShareNoSocketAndMissNone() throws {
    let sources = try sources([(Self.everyTCP, Self.sockets())])
    let low = try found(sources, .tcpBothFamilies(states: Self.all, extensions: [], half: .low(upTo: 40001)))
    let high = try found(sources, .tcpBothFamilies(states: Self.all, extensions: [], half: .high(above: 40001)))
    #expect(low.count == 5 && high.count == 3)
    #expect(Set(low + high).count == 8)
    // A half is no whole: it answers for itself alone.
    let part = try self.sources([(.tcpBothFamilies(states: Self.all, extensions: .card, half: .low(upTo: 40001)), Self.sockets())])
    #expect(throws: NetlinkError.self) { try found(part, Self.dump(2)) }
  }

  @Test func attributesNotAskedForAreLeftOut() throws {
    let sources = try sources([(Self.everyTCP, Self.sockets())])
    func record(_ extensions: DiagExtensions) throws -> InetSocket {
      let payloads = try answer(sources.diag, .inet(family: 2, proto: 6, states: 2, extensions: extensions))
      return try InetSocket(try #require(payloads.first))
    }
    let bare = try record([])
    #expect(bare[.rto] == nil && bare[.tos] == nil && bare[.sk_drops] == nil && bare[.classID] == nil)
    #expect(bare.peerPort == 40001)
    let info = try record([.info])
    #expect(info[.rto] == 200 && info[.tos] == nil)
    let rest = try record([.tos, .tclass, .skmeminfo])
    #expect(rest[.rto] == nil && rest[.tos] == 16 && rest[.classID] == 1 && rest[.sk_drops] == 0)
  }

  @Test func anExactQueryIsAnsweredFromADump() throws {
    let sources = try sources([(Self.everyTCP, Self.sockets())])
    func exact(_ family: UInt8, _ local: String, _ peer: String, _ peerPort: UInt16, cookie: UInt64? = nil) -> DiagRequest {
      let bytes = [local, peer].map { IPAddress($0)?.networkBytes ?? [] }
      return .exact(
        family: family, proto: 6,
        identity: DiagIdentity(local: bytes[0], localPort: 8080, peer: bytes[1], peerPort: peerPort, cookie: cookie), extensions: [.info])
    }
    #expect(try found(sources, exact(2, "10.0.0.1", "10.0.0.2", 40001)) == ["ESTAB 10.0.0.1 8080 40001"])
    #expect(try found(sources, exact(2, "10.0.0.1", "10.0.0.2", 40001, cookie: 77)).count == 1)
    #expect(throws: NetlinkError.refused(code: 2, message: nil)) { try found(sources, exact(2, "10.0.0.1", "10.0.0.2", 40001, cookie: 78)) }
    #expect(throws: NetlinkError.refused(code: 2, message: nil)) { try found(sources, exact(2, "10.0.0.9", "10.0.0.2", 40001)) }
    // The IPv4 connection of a dual-stack socket, by either form.
    #expect(try found(sources, exact(2, "10.0.0.1", "10.0.0.3", 40002)).count == 1)
    #expect(try found(sources, exact(10, "::ffff:10.0.0.1", "::ffff:10.0.0.3", 40002)).count == 1)
    // A dump of listeners knows nothing about connections.
    let listeners = try self.sources([(Self.dump(1 << 10), [])])
    #expect(throws: NetlinkError.notCaptured(question: "one tcp socket by its addresses")) {
      try found(
        listeners, .exact(family: 2, proto: 6, identity: DiagIdentity(local: [], localPort: 1, peer: [], peerPort: 2), extensions: []))
    }
  }

  @Test func bothFamiliesFromTwoDumps() throws {
    let four = MakeSocket(.listen, "0.0.0.0", 80), six = MakeSocket(.listen, "::", 80)
    let sources = try sources([(Self.dump(1 << 10), [four]), (Self.dump(1 << 10, family: 10), [six])])
    #expect(try found(sources, .tcpBothFamilies(states: 1 << 10, extensions: [])) == ["LISTEN 0.0.0.0 80 0", "LISTEN :: 80 0"])
    let half = try self.sources([(Self.dump(1 << 10), [four])])
    #expect(throws: NetlinkError.notCaptured(question: "tcp sockets of both families")) {
      try found(half, .tcpBothFamilies(states: 1 << 10, extensions: []))
    }
  }

  @Test func aNarrowerDumpDoesNotAnswerAWiderQuestion() throws {
    let sources = try sources([(Self.dump(1 << 10, port: 80), [MakeSocket(.listen, "0.0.0.0", 80)])])
    for request in [Self.dump(1 << 10), Self.dump(1 << 10 | 2, port: 80), Self.dump(1 << 10, family: 10, port: 80)] {
      #expect(throws: NetlinkError.self) { try found(sources, request) }
    }
    #expect(throws: NetlinkError.self) {
      try found(sources, .inet(family: 2, proto: 6, states: 1 << 10, extensions: [.info], localPort: 80))
    }
  }

  @Test func datagramStatesAreTwo() throws {
    let recorded = DiagRequest.inet(family: 2, proto: 17, states: 0x82, extensions: .card)
    let sources = try sources([
      (recorded, [MakeSocket(.close, "0.0.0.0", 53), MakeSocket(.established, "127.0.0.1", 5000, peer: "127.0.0.1", 53)])
    ])
    let asked = DiagRequest.inet(family: 2, proto: 17, states: TCPStateSet.all.rawValue, extensions: [])
    #expect(try answer(sources.diag, asked).count == 2)
    #expect(try found(sources, .inet(family: 2, proto: 17, states: 1 << 7, extensions: [])) == ["UNCONN 0.0.0.0 53 0"])
  }

  @Test func unixStatesAreFiltered() throws {
    let scratch = Scratch()
    let request = DiagRequest.unix(states: TCPStateSet.unix.rawValue, show: UnixSocket.Show.all)
    let replies = try payloads(try fixture("unix"))
    let live = try Sources.recording(.fake(FakeDiag([request: [(replies, nil)]])), to: scratch.file("u.nl"))
    #expect(try live.diag?.unixSockets().count == replies.count)
    try live.finishCapture()
    let replayed = try Sources.replay(path: scratch.file("u.nl"))
    #expect(try replayed.diag?.unixSockets().map(\.inode) == replies.map { try UnixSocket($0).inode })
    let listening = try replayed.diag?.unixSockets(states: .init(.listen)) ?? []
    #expect(listening.map(\.state) == [.listen])
  }

  @Test func requestsAreReadBackAsTheyWere() {
    let identity = DiagIdentity(
      local: [UInt8](1...16), localPort: 8080, peer: [UInt8](17...32), peerPort: 9, interface: 4, cookie: 0x0102_0304_0506_0708)
    let requests: [DiagRequest] = [
      Self.everyTCP, .tcpBothFamilies(states: 2, extensions: [.info], localPort: 8080), Self.dump(1 << 10, family: 10, port: 22),
      .inet(family: 2, proto: 262, states: 0xfff, extensions: .card), .inet(family: 2, proto: 255, states: 0x82, extensions: []),
      .unix(states: 0x482, show: 0x7f), .exact(family: 10, proto: 6, identity: identity, extensions: [.info]),
      .exact(family: 10, proto: 262, identity: identity, extensions: []),
    ]
    for request in requests {
      let bytes = request.encoded(sequence: 0)
      #expect(DiagRequest(encoded: bytes) == request)
      for length in 0..<bytes.count { #expect(DiagRequest(encoded: Array(bytes.prefix(length))) != request) }
    }
  }
}
