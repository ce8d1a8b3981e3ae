import Catalog
@testable import Findings
import SockDiag
import TestSupport
import Testing

@Suite struct RulesHandshakeTests {
  let listener = MakeSocket(.listen, "0.0.0.0", 80, inode: 700, receiveQueue: 0, sendQueue: 16)

  func requests(_ count: Int, retransmits: UInt8, expires: UInt32 = 800) -> [MakeSocket] {
    (0..<count).map {
      MakeSocket(
        .synRecv, "10.0.0.1", 80, peer: "192.0.2.\($0 % 200 + 1)", UInt16(20_000 + $0), cookie: UInt64($0 + 1), timer: .on,
        retransmits: retransmits, expires: expires)
    }
  }

  @Test func overTheLimitIsAPileAndSyncookiesDecideWhatItCosts() throws {
    let sockets = [listener] + requests(17, retransmits: 0)
    let cookies = try Scene(sockets).counters(["TcpExt.TCPReqQFullDoCookies": 3]).findings(HalfOpenPileUp.self)
    #expect(cookies.count == 1 && cookies[0].severity == .warning && cookies[0].count == 17)
    #expect(words(cookies[0]).contains("answered with a cookie") && words(cookies[0]).contains("TCPReqQFullDoCookies 3"))
    let none = try Scene(sockets, sysctls: sysctls(["net.ipv4.tcp_syncookies": "0"])).findings(HalfOpenPileUp.self)
    #expect(none.first?.severity == .critical)
    #expect(try Scene([listener] + requests(16, retransmits: 0)).findings(HalfOpenPileUp.self).isEmpty)
  }

  @Test func halfTheQueueCountsOnlyWhenItIsOld() throws {
    #expect(try Scene([listener] + requests(9, retransmits: 2)).findings(HalfOpenPileUp.self).count == 1)
    #expect(try Scene([listener] + requests(9, retransmits: 0)).findings(HalfOpenPileUp.self).isEmpty, "a busy moment, not a pile")
    #expect(try Scene([listener] + requests(8, retransmits: 2)).findings(HalfOpenPileUp.self).isEmpty)
  }

  @Test func deferredHandshakesLookLikeAFloodAndAreNone() throws {
    // Their timer has doubled although no SYN-ACK was resent: the ACK came, the listener waits for data.
    #expect(try Scene([listener] + requests(14, retransmits: 0, expires: 3500)).findings(HalfOpenPileUp.self).isEmpty)
    let full = try Scene([listener] + requests(17, retransmits: 0, expires: 3500)).findings(HalfOpenPileUp.self)
    #expect(words(try #require(full.first)).contains("TCP_DEFER_ACCEPT"))
    #expect(!words(try #require(full.first)).contains("SYN flood"))
  }

  @Test func synBacklogRulesOnlyWithoutSyncookies() throws {
    let wide = MakeSocket(.listen, "0.0.0.0", 80, inode: 700, receiveQueue: 0, sendQueue: 128)
    let small: KeyValuePairs = ["net.ipv4.tcp_syncookies": "0", "net.ipv4.tcp_max_syn_backlog": "8"]
    #expect(
      try Scene([wide] + requests(7, retransmits: 0), sysctls: sysctls(small)).findings(HalfOpenPileUp.self).first?.severity == .critical)
    #expect(try Scene([wide] + requests(6, retransmits: 0), sysctls: sysctls(small)).findings(HalfOpenPileUp.self).isEmpty)
    #expect(
      try Scene([wide] + requests(7, retransmits: 0), sysctls: sysctls(["net.ipv4.tcp_max_syn_backlog": "8"])).findings(HalfOpenPileUp.self)
        .isEmpty)
  }

  func attempt(_ port: UInt16, retransmits: UInt8, expires: UInt32 = 3000, peer: String = "192.0.2.1") -> MakeSocket {
    MakeSocket(
      .synSent, "10.0.0.1", port, peer: peer, 443, cookie: UInt64(port), inode: 900, timer: .on, retransmits: retransmits, expires: expires,
      sendQueue: 1)
  }

  @Test func oneResentSynIsUnanswered() throws {
    let scene = try Scene([attempt(40_000, retransmits: 6), attempt(40_001, retransmits: 1), attempt(40_002, retransmits: 0)])
      .owner("curl", pid: 12, of: [900])
    let found = scene.findings(ConnectUnanswered.self)
    #expect(found.count == 1 && found[0].count == 2 && found[0].severity == .warning)
    #expect(found[0].next == "sockexplain state syn-sent dst 192.0.2.1:443")
    let text = words(found[0])
    #expect(text.contains("curl (pid 12)") && text.contains("10 retransmissions") && text.contains("2 min 11 s in all"))
    #expect(text.contains("in 2 min 5 s"), "131 s - 11 s, timers being 2 % late, + the 3 s its timer has left")
    #expect(try Scene([attempt(40_002, retransmits: 0)]).findings(ConnectUnanswered.self).isEmpty)
  }

  @Test func tenToOneDestinationAreCritical() throws {
    let ten = (0..<10).map { attempt(40_000 + $0, retransmits: 1) }
    #expect(try Scene(ten).findings(ConnectUnanswered.self)[0].severity == .critical)
    let spread = (0..<10).map { attempt(40_000 + $0, retransmits: 1, peer: "192.0.2.\($0 % 2)") }
    #expect(try Scene(spread).findings(ConnectUnanswered.self).map(\.severity) == [.warning, .warning])
  }

  @Test func anOverrideIsClaimedOnlyWhenProven() throws {
    #expect(words(try Scene([attempt(40_000, retransmits: 11)]).findings(ConnectUnanswered.self)[0]).contains("set TCP_SYNCNT\n") == true)
    let last = words(try Scene([attempt(40_000, retransmits: 10, expires: 60_000)]).findings(ConnectUnanswered.self)[0])
    #expect(last.contains("retransmission 10 of 10 sent, ETIMEDOUT in 60 s"))
  }

  @Test func aFullListenerOnThisHostIsNamed() throws {
    let full = MakeSocket(.listen, "0.0.0.0", 443, inode: 1, receiveQueue: 6, sendQueue: 5)
    let found = try Scene([full, attempt(40_000, retransmits: 1, peer: "127.0.0.1")]).findings(ConnectUnanswered.self)
    #expect(found[0].next == "sockexplain -l 443" && words(found[0]).contains("holds 6 of 5"))
    // The same port elsewhere is another machine's.
    #expect(try Scene([full, attempt(40_000, retransmits: 1)]).findings(ConnectUnanswered.self)[0].next != "sockexplain -l 443")
  }

  func established(_ port: UInt16, acked: UInt64, retransmits: UInt8 = 3, received: UInt64 = 0) -> MakeSocket {
    MakeSocket(
      .established, "10.0.0.1", port, peer: "192.0.2.1", 8080, cookie: UInt64(port), inode: 900, timer: .on, retransmits: retransmits,
      expires: 308, sendQueue: 10
    ).with([.unacked: 1, .rto: 1_632_000, .bytes_acked: acked, .bytes_received: received, .last_ack_recv: 4832])
  }

  @Test func noAcknowledgedByteMeansThePeerDoesNotTakeIt() throws {
    // The numbers of a real client of a full server, read on 6.18.
    let found = try Scene([established(59_184, acked: 1)]).findings(PeerAcceptQueueFull.self)
    #expect(found.count == 1 && found[0].severity == .critical)
    #expect(words(found[0]).contains("tcpi_bytes_acked 1") && words(found[0]).contains("last heard of 4.8 s ago"))
    #expect(try Scene([established(59_184, acked: 2)]).findings(PeerAcceptQueueFull.self).isEmpty, "a data byte was taken")
    #expect(try Scene([established(59_184, acked: 1, retransmits: 0)]).findings(PeerAcceptQueueFull.self).isEmpty)
    #expect(try Scene([established(59_184, acked: 1, received: 5)]).findings(PeerAcceptQueueFull.self).isEmpty, "the peer's program spoke")
  }

  @Test func anAcceptedConnectionIsNotAPeersQueue() throws {
    let server = MakeSocket(.listen, "0.0.0.0", 59_184, inode: 1, sendQueue: 128)
    #expect(try Scene([server, established(59_184, acked: 0)]).findings(PeerAcceptQueueFull.self).isEmpty)
  }

  func closeWait(_ count: Int, silent: UInt64 = 60_000, unread: UInt32 = 0, inode: UInt32 = 500) -> [MakeSocket] {
    (0..<count).map {
      MakeSocket(
        .closeWait, "10.0.0.1", 80, peer: "192.0.2.1", UInt16(20_000 + $0), cookie: UInt64($0 + 1),
        inode: inode == 0 ? 0 : inode + UInt32($0),
        receiveQueue: unread
      ).with([.last_ack_recv: silent])
    }
  }

  @Test func tenSettledCloseWaitsOfOneProcessAreAPile() throws {
    let found = try Scene(closeWait(10)).owner("leaky", pid: 9, of: Array(500..<510)).findings(CloseWaitPileUp.self)
    #expect(found.count == 1 && found[0].count == 10 && found[0].severity == .warning)
    #expect(words(found[0]).contains("leaky (pid 9)") && words(found[0]).contains("descriptor leak"))
    #expect(try Scene(closeWait(9)).owner("leaky", pid: 9, of: Array(500..<509)).findings(CloseWaitPileUp.self).isEmpty)
    #expect(try Scene(closeWait(500)).findings(CloseWaitPileUp.self)[0].severity == .critical)
  }

  @Test func unreadCloseWaitsAreAStuckProgram() throws {
    let text = words(try Scene(closeWait(10, unread: 11)).findings(CloseWaitPileUp.self)[0])
    #expect(words(try Scene(closeWait(10, unread: 1)).findings(CloseWaitPileUp.self)[0]).contains("10 have nothing to read but the end"))
    #expect(text.contains("10 hold 100 bytes") && text.contains("not even read") && !text.contains("leak"))
  }

  @Test func youngOrUnacceptedCloseWaitsAreNoPile() throws {
    #expect(try Scene(closeWait(10, silent: 4999)).findings(CloseWaitPileUp.self).isEmpty)
    #expect(try Scene(closeWait(10, inode: 0)).findings(CloseWaitPileUp.self).isEmpty, "they wait in an accept queue")
    let split = try Scene(closeWait(18)).owner("a", pid: 1, of: Array(500..<509)).owner("b", pid: 2, of: Array(509..<518))
    #expect(split.findings(CloseWaitPileUp.self).isEmpty, "nine each of two processes")
  }
}
