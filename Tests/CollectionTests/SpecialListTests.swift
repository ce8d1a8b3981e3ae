import Catalog
import Netlink
import Snapshot
import SockDiag
import TestSupport
import Testing

@testable import Collection

/// Lists in which one answer decides what is asked or shown next.
@Suite struct SpecialListTests {
  /// The kernel reports an MPTCP listener as TCP and as MPTCP: the same inode, shown once.
  @Test func anMPTCPListenerIsShownOnce() throws {
    let states = TCPStateSet.all
    var questions = Questions(protocols: [.tcp, .mptcp], states: states)
    questions.wantsIPv6 = false
    let tcp = [
      MakeSocket(.listen, "0.0.0.0", 80, inode: 1).payload, MakeSocket(.listen, "0.0.0.0", 81, inode: 2).payload,
      MakeSocket(.established, "10.0.0.1", 80, inode: 1).payload,
    ]
    let mptcp = [MakeSocket(.listen, "0.0.0.0", 80, proto: .mptcp, cookie: 77, inode: 1).payload]
    var answers: [DiagRequest: [(payloads: [[UInt8]], error: NetlinkError?)]] = [:]
    for (request, proto) in questions.requests { answers[request] = [(proto == .tcp ? tcp : mptcp, nil)] }
    var listening = questions
    (listening.protocols, listening.states) = ([.mptcp], .init(.listen))
    for (request, _) in listening.requests { answers[request] = [(mptcp, nil)] }
    var collector = Collector(.fake(FakeDiag(answers)))
    let found = try collector.sockets(questions, filter: nil).records
    #expect(found.map(\.proto) == [.tcp, .tcp, .mptcp])
    #expect(found.map(\.inode) == [2, 1, 1])
    #expect(found.map(\.state) == [.listen, .established, .listen])
    #expect(collector.gaps.isEmpty)
  }

  /// ENOENT of an exact query is no proof of absence: a dump of the port follows.
  @Test func aDumpFollowsAnExactQueryInVain() throws {
    var questions = Questions(protocols: [.tcp], states: .all)
    let here = try #require(IPAddress("10.0.0.1")), there = try #require(IPAddress("10.0.0.2"))
    questions.exact = .init(local: here, localPort: 80, peer: there, peerPort: 4000)
    let bound = MakeSocket(.established, "10.0.0.1", 80, peer: "10.0.0.2", 4000, interface: 3).payload
    let other = MakeSocket(.established, "10.0.0.1", 80, peer: "10.0.0.2", 4001).payload
    var dump = questions
    (dump.exact, dump.localPort) = (nil, 80)
    let diag = FakeDiag([dump.requests[0].request: [([bound, other], nil)]])
    var collector = Collector(.fake(diag))
    let filter = try Filter.parse(["src", "10.0.0.1:80", "dst", "10.0.0.2:4000"], context: FilterContext())
    #expect(try collector.sockets(questions, filter: filter).records.map(\.interface) == [3])
    #expect(diag.asked == [questions.requests[0].request, dump.requests[0].request])
    #expect(collector.gaps.isEmpty)
  }

  /// The exact query ignores the states asked for; a listener may answer for a connection that is not there.
  @Test func anExactAnswerIsHeldAgainstTheStates() throws {
    var questions = Questions(protocols: [.tcp], states: .init(.timeWait))
    let here = try #require(IPAddress("10.0.0.1"))
    questions.exact = .init(local: here, localPort: 80, peer: here, peerPort: 4000)
    var dump = questions
    (dump.exact, dump.localPort) = (nil, 80)
    let answer = MakeSocket(.established, "10.0.0.1", 80, peer: "10.0.0.1", 4000).payload
    var collector = Collector(.fake(FakeDiag([questions.requests[0].request: [([answer], nil)], dump.requests[0].request: [([], nil)]])))
    #expect(try collector.sockets(questions, filter: nil).records.isEmpty)
  }

  /// One gap a protocol, whatever the number of families and readings.
  @Test func aRefusalIsNotedOnceForBothFamilies() throws {
    let questions = Questions(protocols: [.udp], states: .all)
    var collector = Collector(.fake(FakeDiag([:]), files: ["/proc/net/udp": ""]))
    for _ in 0..<2 { #expect(try collector.sockets(questions, filter: nil).records.isEmpty) }
    #expect(collector.gaps.map(\.id) == ["protocol-refused"])
    #expect(collector.gaps[0].remedy.description.contains("udp_diag"))
  }
}
