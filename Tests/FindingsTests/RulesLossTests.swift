import Catalog
@testable import Findings
import SockDiag
import TestSupport
import Testing

@Suite struct RulesLossTests {
  func waiting(_ retransmits: UInt8, port: UInt16 = 5000, timer: TimerKind = .on, acked: UInt64 = 5000, state: TCPState = .established)
    -> MakeSocket
  {
    MakeSocket(
      state, "10.0.0.1", port, peer: "192.0.2.1", 443, cookie: UInt64(port), inode: 8, timer: timer, retransmits: retransmits,
      expires: 1632,
      sendQueue: 2000
    ).with([.unacked: 2, .rto: 1_632_000, .bytes_acked: acked, .bytes_received: 0, .last_ack_recv: 2900, .snd_wnd: 65_000])
  }

  @Test func threeRetransmissionsInARowAreStuck() throws {
    let found = try Scene([waiting(3)]).owner("push", pid: 4, of: [8]).findings(SendStuck.self)
    #expect(found.count == 1 && found[0].severity == .warning)
    #expect(
      words(found[0]).contains("push (pid 4)") && words(found[0]).contains("for 2.9 s") && words(found[0]).contains("at least 15 min 24 s"))
    #expect(try Scene([waiting(2)]).findings(SendStuck.self).isEmpty)
    #expect(try Scene([waiting(5, timer: .persist)]).findings(SendStuck.self).isEmpty, "a closed window is another rule's")
    #expect(try Scene([waiting(3, acked: 1)]).findings(SendStuck.self).isEmpty, "and so is a peer that never took a byte")
    #expect(try Scene((0..<10).map { waiting(3, port: 5000 + $0) }).findings(SendStuck.self).first?.severity == .critical)
  }

  @Test func aShrunkWindowHasNoRetriesTwoEnd() throws {
    let shrunk = waiting(3).with([.snd_wnd: 0])
    #expect(!words(try Scene([shrunk]).findings(SendStuck.self)[0]).contains("tcp_retries2"))
  }

  func flow(_ sent: UInt64, again: UInt64, port: UInt16 = 5000, dups: UInt64 = 0) -> MakeSocket {
    MakeSocket(.established, "10.0.0.1", port, peer: "192.0.2.1", 443, cookie: UInt64(port), inode: 8)
      .with([.bytes_sent: sent, .bytes_retrans: again, .total_retrans: again / 1000, .dsack_dups: dups])
  }

  @Test func twoPercentOfAMebibyteIsLoss() throws {
    let found = try Scene([flow(1_048_576, again: 20_972)]).findings(RetransmissionRate.self)
    #expect(found.count == 1 && found[0].severity == .warning)
    #expect(try Scene([flow(1_048_576, again: 20_971)]).findings(RetransmissionRate.self).isEmpty)
    #expect(try Scene([flow(1_048_575, again: 500_000)]).findings(RetransmissionRate.self).isEmpty, "too little was sent to say")
    #expect(try Scene([flow(2_000_000, again: 200_000)]).findings(RetransmissionRate.self)[0].severity == .critical)
  }

  @Test func cleanConnectionsToThePeerCountToo() throws {
    #expect(try Scene([flow(1_048_576, again: 30_000), flow(1_048_576, again: 0, port: 5001)]).findings(RetransmissionRate.self).isEmpty)
  }

  @Test func duplicatesAtThePeerMeanThatNothingWasLost() throws {
    let found = try Scene([flow(2_000_000, again: 100_000, dups: 50)]).findings(RetransmissionRate.self)
    #expect(words(found[0]).contains("reorders or delays") && words(found[0]).contains("50 of 100 retransmissions"))
    #expect(words(try Scene([flow(2_000_000, again: 100_000, dups: 49)]).findings(RetransmissionRate.self)[0]).contains("lost on the way"))
  }

  @Test func theCountersSayWhetherItIsHappeningNow() throws {
    func scene(_ again: UInt64, _ sent: UInt64, at time: Int) throws -> Scene {
      try Scene([], atMilliseconds: time).counters(["Tcp.RetransSegs": again, "Tcp.OutSegs": sent])
    }
    let before = try scene(1_000_000, 2_000_000, at: 0)
    let found = try scene(1_000_020, 2_000_980, at: 1000).findings(RetransmissionRate.self, after: before)
    #expect(found.count == 1 && words(found[0]).contains("Tcp.RetransSegs +20 beside Tcp.OutSegs +980 in the last 1 s"))
    #expect(try scene(1_000_019, 2_000_980, at: 1000).findings(RetransmissionRate.self, after: before).isEmpty, "999 segments")
    #expect(try scene(1_000_019, 2_000_981, at: 1000).findings(RetransmissionRate.self, after: before).isEmpty, "1.9 %")
    #expect(before.findings(RetransmissionRate.self).isEmpty, "a bad past is not said to be present")
  }

  func probed(_ unanswered: UInt8, timer: TimerKind = .keepalive, expires: UInt32 = 74_900) -> MakeSocket {
    MakeSocket(
      .established, "10.0.0.1", 5000, peer: "192.0.2.1", 443, cookie: 5, inode: 8, timer: timer, retransmits: unanswered, expires: expires
    ).with([.rtt: 120_000, .last_ack_recv: 7_275_100])
  }

  @Test func twoUnansweredProbesAreASilentPeer() throws {
    let found = try Scene([probed(2)]).findings(KeepaliveFailing.self)
    // 74.9 s of the timer and seven intervals.
    #expect(found.count == 1 && words(found[0]).contains("reset in 10 min"))
    #expect(words(try Scene([probed(10)]).findings(KeepaliveFailing.self)[0]).contains("TCP_KEEPCNT"))
    #expect(try Scene([probed(2, timer: .on)]).findings(KeepaliveFailing.self).isEmpty)
  }

  @Test func oneProbeMayBeOnItsWay() throws {
    #expect(try Scene([probed(1)]).findings(KeepaliveFailing.self).isEmpty)
    let before = try Scene([probed(1)], atMilliseconds: 0)
    let late = try Scene([probed(1, expires: 74_650)], atMilliseconds: 250)
    #expect(late.findings(KeepaliveFailing.self, after: before).count == 1)
    let soon = try Scene([probed(1, expires: 74_660)], atMilliseconds: 240)
    #expect(soon.findings(KeepaliveFailing.self, after: before).isEmpty, "240 ms is two round trips, not more")
    let next = try Scene([probed(1, expires: 75_000)], atMilliseconds: 75_000)
    #expect(next.findings(KeepaliveFailing.self, after: before).isEmpty, "a later probe")
  }

  func udp(_ drops: UInt64, cookie: UInt64 = 3) -> MakeSocket {
    MakeSocket(.close, "0.0.0.0", 53, proto: .udp, cookie: cookie, inode: 8).with([
      .sk_drops: drops, .sk_rmem_alloc: 212_000, .sk_rcvbuf: 212_992,
    ])
  }

  @Test func udpDropsThatRiseAreAWarning() throws {
    let before = try Scene([udp(40)], atMilliseconds: 0)
    let found = try Scene([udp(47)], atMilliseconds: 250).owner("dns", pid: 6, of: [8]).findings(UDPDrops.self, after: before)
    #expect(found.map(\.severity) == [.warning] && found[0].count == 7 && found[0].next == "sockexplain -uapm sport = :53")
    #expect(words(found[0]).contains("+7 in the last 250 ms: still happening") && words(found[0]).contains("dns (pid 6)"))
  }

  @Test func udpDropsOfThePastAreANote() throws {
    let before = try Scene([udp(40)], atMilliseconds: 0)
    #expect(try Scene([udp(40)], atMilliseconds: 250).findings(UDPDrops.self, after: before).map(\.severity) == [.note])
    #expect(try Scene([udp(40), udp(2, cookie: 4)]).findings(UDPDrops.self).map(\.count) == [2])
    #expect(
      try Scene([udp(40, cookie: 9)], atMilliseconds: 250).findings(UDPDrops.self, after: before)[0].severity == .note, "another socket")
    #expect(try Scene([udp(0)]).findings(UDPDrops.self).isEmpty)
    let tcp = MakeSocket(.listen, "0.0.0.0", 53, inode: 8).with([.sk_drops: 9])
    #expect(try Scene([tcp]).findings(UDPDrops.self).isEmpty)
  }

  @Test func descriptorsRunOutFromNinetyFivePercentOn() throws {
    func scene(_ open: Int?, _ limit: UInt64?) throws -> [Finding] {
      try Scene([]).owner("p", pid: 1, of: [], detail: processDetail(open: open, limit: limit)).findings(DescriptorsExhausted.self)
    }
    #expect(try scene(973, 1024).first?.severity == .warning)
    #expect(try scene(972, 1024).isEmpty)
    #expect(try scene(1024, 1024).first?.severity == .critical)
    #expect(try scene(1024, nil).isEmpty)
    #expect(try scene(nil, 1024).isEmpty)
    #expect(try scene(5, .max).isEmpty)
  }

  @Test func aHaltedProcessBehindAListener() throws {
    func listener(_ waiting: UInt32) -> MakeSocket { MakeSocket(.listen, "0.0.0.0", 80, inode: 8, receiveQueue: waiting, sendQueue: 128) }
    let stopped = processDetail(state: "T")
    #expect(
      try Scene([listener(0)]).owner("p", pid: 1, of: [8], detail: stopped).findings(ProcessHalted.self).map(\.severity) == [.warning])
    #expect(
      try Scene([listener(1)]).owner("p", pid: 1, of: [8], detail: stopped).findings(ProcessHalted.self).map(\.severity) == [.critical])
    let frozen = try Scene([listener(1)]).owner("p", pid: 1, of: [8], detail: processDetail(frozen: true))
    #expect(words(frozen.findings(ProcessHalted.self)[0]).contains("its cgroup is frozen"))
    #expect(try Scene([listener(9)]).owner("p", pid: 1, of: [8], detail: processDetail()).findings(ProcessHalted.self).isEmpty)
    let shared = try Scene([listener(9)]).owner("p", pid: 1, of: [8], detail: stopped).owner("q", pid: 2, of: [8], detail: processDetail())
    #expect(shared.findings(ProcessHalted.self).isEmpty, "another process can accept")
    let unseen = try Scene([listener(9)]).owner("p", pid: 1, of: [8], detail: stopped).owner("q", pid: 2, of: [8])
    #expect(unseen.findings(ProcessHalted.self).isEmpty, "a sharer that was not looked at may run")
  }

  @Test func refusalsWithoutAFullQueueAreABurst() throws {
    func scene(_ overflows: UInt64, drops: UInt64, waiting: UInt32, at time: Int) throws -> Scene {
      try Scene(
        [MakeSocket(.listen, "0.0.0.0", 80, cookie: 1, inode: 8, receiveQueue: waiting, sendQueue: 5).with([.sk_drops: drops])],
        atMilliseconds: time
      ).counters(["TcpExt.ListenOverflows": overflows])
    }
    let before = try scene(10, drops: 10, waiting: 0, at: 0)
    let found = try scene(14, drops: 14, waiting: 2, at: 250).findings(AcceptQueueBurst.self, after: before)
    #expect(found.count == 1 && found[0].count == 4 && words(found[0]).contains("0.0.0.0:80") && words(found[0]).contains("rose by 4"))
    #expect(
      try scene(10, drops: 14, waiting: 2, at: 250).findings(AcceptQueueBurst.self, after: before).isEmpty, "sk_drops alone proves nothing")
    #expect(try scene(14, drops: 14, waiting: 6, at: 250).findings(AcceptQueueBurst.self, after: before).isEmpty, "full is full")
    #expect(try scene(14, drops: 14, waiting: 2, at: 250).findings(AcceptQueueBurst.self).isEmpty)
  }

  @Test func everyRuleStatesItsThreshold() {
    #expect(Set(Rules.all.map { $0.id }).count == Rules.all.count)
    for rule in Rules.all { #expect(!rule.threshold.description.contains("{"), "\(rule.id): a placeholder is not filled") }
  }
}
