import Catalog
@testable import Findings
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

/// However many destinations, processes or listeners: a rule says few things.
@Suite struct FoldTests {
  func attempt(_ index: Int, to target: Int) -> MakeSocket {
    MakeSocket(
      .synSent, "10.0.0.1", UInt16(20_000 + index), peer: "192.0.\(target / 250).\(target % 250 + 1)", 443, cookie: UInt64(index + 1),
      inode: 900, timer: .on, retransmits: UInt8(index % 5 + 1), expires: 500, sendQueue: 1)
  }

  @Test func aScannerIsOneFinding() throws {
    let found = try Scene((0..<4000).map { attempt($0, to: $0) }).findings(ConnectUnanswered.self)
    #expect(found.count == 1 && found[0].count == 4000 && found[0].sockets.count == 5)
    #expect(found[0].title.description == "4000 connect()s to 4000 destinations without an answer")
    #expect(found[0].severity == .warning, "no destination has ten")
    #expect(found[0].next == "sockexplain -p state syn-sent")
    #expect(words(found[0]).contains("most of them at 192.0."))
  }

  @Test func aDestinationWithATenthStandsAlone() throws {
    let scan = (0..<90).map { attempt($0, to: $0) }
    let alone = try Scene(scan + (0..<10).map { attempt(100 + $0, to: 999) }).findings(ConnectUnanswered.self)
    #expect(alone.map(\.count) == [10, 90] && alone[0].title.description.contains("192.0.3.250:443"))
    #expect(alone[0].severity == .critical && alone[1].title.description.contains("90 other destinations"))
    let small = try Scene(scan + (0..<9).map { attempt(100 + $0, to: 999) }).findings(ConnectUnanswered.self)
    #expect(small.map(\.count) == [99])
    #expect(words(small[0]).contains("most of them at 192.0.3.250:443"), "the largest is named first")
  }

  @Test func upToFourGroupsStayApart() throws {
    #expect(try Scene((0..<3).map { attempt($0, to: $0) }).findings(ConnectUnanswered.self).count == 3)
    #expect(
      try Scene((0..<4).map { attempt($0, to: $0) }).findings(ConnectUnanswered.self).map(\.count) == [1, 1, 1, 1], "no \"1 others\"")
    #expect(try Scene((0..<5).map { attempt($0, to: $0) }).findings(ConnectUnanswered.self).map(\.count) == [1, 1, 1, 2])
  }

  @Test func theOrderIsTheSameEachTime() throws {
    let scene = try Scene((0..<200).map { attempt($0, to: $0 / 2) })
    let texts = (0..<4).map { _ in scene.findings(ConnectUnanswered.self).map(words) }
    #expect(Set(texts).count == 1)
  }

  @Test func fullListenersOfOneAddressAreOneFinding() throws {
    let siblings = (0..<8).map {
      MakeSocket(.listen, "0.0.0.0", 80, cookie: UInt64($0 + 1), inode: 700, receiveQueue: UInt32(6 + $0), sendQueue: 5)
    }
    let found = try Scene(siblings).findings(AcceptQueueFull.self)
    #expect(found.count == 1 && words(found[0]).contains("13 waiting, limit 5") && words(found[0]).contains("8 full listeners in all"))
    let many = (0..<300).map {
      MakeSocket(.listen, "0.0.0.0", UInt16(1000 + $0), cookie: UInt64($0 + 1), inode: 700, receiveQueue: 6, sendQueue: 5)
    }
    #expect(
      try Scene(many).findings(AcceptQueueFull.self).map(\.title.description) == [
        "accept queue full at 300 addresses: new connections are refused"
      ])
  }

  @Test func processesFoldToo() throws {
    let sockets: [MakeSocket] = (0..<400).map { index in
      let socket = MakeSocket(
        .closeWait, "10.0.0.1", 80, peer: "192.0.2.1", UInt16(20_000 + index), cookie: UInt64(index + 1), inode: UInt32(500 + index))
      return socket.with([.last_ack_recv: 60_000])
    }
    var scene = try Scene(sockets)
    for worker in 0..<40 {
      let inodes: [UInt32] = (0..<10).map { UInt32(500 + worker * 10 + $0) }
      scene = scene.owner("worker", pid: Int32(worker + 1), of: inodes)
    }
    let found: [Finding] = scene.findings(CloseWaitPileUp.self)
    #expect(found.map(\.title.description) == ["400 sockets in CLOSE-WAIT, not closed by 40 processes"])
    #expect(words(found[0]).contains("most of them at worker (pid"))
  }

  @Test func descriptorsOfManyProcessesAreThree() throws {
    var scene = try Scene([])
    for pid in 1...9 { scene = scene.owner("p", pid: Int32(pid), of: [], detail: processDetail(open: 16, limit: 16)) }
    let found = scene.findings(DescriptorsExhausted.self)
    #expect(found.count == 3 && words(found[2]).contains("and 6 more processes") && !words(found[1]).contains("more processes"))
  }
}

@Suite struct AcceptStalledTests {
  func scene(age: UInt64, waiting: UInt32 = 1, limit: UInt32 = 128, inode: UInt32 = 0, state: TCPState = .established) throws -> Scene {
    try Scene([
      MakeSocket(.listen, "0.0.0.0", 80, cookie: 1, inode: 8, receiveQueue: waiting, sendQueue: limit),
      MakeSocket(
        state, "10.0.0.1", 80, peer: "192.0.2.1", 5000, cookie: 2, inode: inode, receiveQueue: state == .closeWait ? 11 : 10
      ).with([.last_data_sent: age, .last_data_recv: 5, .last_ack_recv: 5]),
    ])
  }

  @Test func threeSecondsInTheQueueAreTooLong() throws {
    let found = try scene(age: 3000).owner("app", pid: 4, of: [8]).findings(AcceptStalled.self)
    #expect(found.map(\.severity) == [.warning] && found[0].next == "sockexplain -l 80")
    #expect(found[0].title.description == "nobody accepts at 0.0.0.0:80: 1 connection in the queue, the oldest for 3 s")
    #expect(words(found[0]).contains("held by app (pid 4)"))
    #expect(words(found[0]).contains("10 bytes of theirs unread, 0 already closed"))
    #expect(try scene(age: 2999).findings(AcceptStalled.self).isEmpty)
    #expect(try scene(age: 9000, inode: 5).findings(AcceptStalled.self).isEmpty, "accepted")
    #expect(words(try scene(age: 9000, state: .closeWait).findings(AcceptStalled.self)[0]).contains("10 bytes of theirs unread, 1 already"))
  }

  @Test func otherRulesSpeakOfFullAndFillingQueues() throws {
    #expect(try scene(age: 9000, waiting: 6, limit: 5).findings(AcceptStalled.self).isEmpty)
    #expect(try scene(age: 9000, waiting: 5, limit: 5).findings(AcceptStalled.self).isEmpty)
    #expect(try scene(age: 9000, waiting: 3, limit: 5).findings(AcceptStalled.self).count == 1)
    #expect(
      try scene(age: 9000).owner("app", pid: 4, of: [8], detail: processDetail(state: "T")).findings(AcceptStalled.self).isEmpty,
      "process-halted names it")
  }

  @Test func aProcessOutOfDescriptorsIsTheReason() throws {
    let found = try scene(age: 9000).owner("app", pid: 4, of: [8], detail: processDetail(open: 16, limit: 16)).findings(AcceptStalled.self)
    #expect(found[0].severity == .critical && found[0].advice.description.contains("EMFILE"))
  }
}
