import Catalog
@testable import Findings
import SockDiag
import TestSupport
import Testing

@Suite struct RulesFlowTests {
  func closed(backoff: UInt64, unanswered: UInt8 = 0, port: UInt16 = 5000, timer: TimerKind = .persist) -> MakeSocket {
    MakeSocket(
      .established, "10.0.0.1", port, peer: "192.0.2.1", 443, cookie: UInt64(port), inode: 8, timer: timer, retransmits: unanswered,
      expires: 400, sendQueue: 70_000
    ).with([.backoff: backoff, .rto: 204_000])
  }

  @Test func aWindowClosedForTwoProbesIsZero() throws {
    let found = try Scene([closed(backoff: 2)]).owner("sender", pid: 4, of: [8]).findings(ZeroWindow.self)
    #expect(found.count == 1 && found[0].next == "sockexplain state connected dst 192.0.2.1:443")
    // 204 + 408 ms of delays, and 416 of the third one's 816.
    #expect(words(found[0]).contains("for at least 1 s (tcpi_backoff 2)") && words(found[0]).contains("never times out"))
    #expect(try Scene([closed(backoff: 1)]).findings(ZeroWindow.self).isEmpty)
    #expect(try Scene([closed(backoff: 5, timer: .on)]).findings(ZeroWindow.self).isEmpty, "that backoff is an RTO's")
  }

  @Test func unansweredProbesHaveAnEnd() throws {
    let text = words(try Scene([closed(backoff: 3, unanswered: 3)]).findings(ZeroWindow.self)[0])
    #expect(text.contains("3 probes in a row had no answer") && text.contains("tcp_retries2 15") && !text.contains("never times out"))
    #expect(
      !words(try Scene([closed(backoff: 3, unanswered: 1)]).findings(ZeroWindow.self)[0]).contains("in a row"),
      "its answer may be on the way")
  }

  @Test func oneDestinationIsOneFinding() throws {
    let found = try Scene((0..<20).map { closed(backoff: 3, port: 5000 + $0) }).findings(ZeroWindow.self)
    #expect(found.count == 1 && found[0].count == 20 && found[0].sockets.count == 5)
  }

  func unread(_ bytes: UInt32, age: UInt64 = 1000, received: UInt64 = 100_000, inode: UInt32 = 8, state: TCPState = .established)
    -> MakeSocket
  {
    MakeSocket(state, "10.0.0.1", 80, peer: "192.0.2.1", 5000, cookie: 77, inode: inode, receiveQueue: bytes)
      .with([.last_data_recv: age, .bytes_received: received])
  }

  @Test func dataThatLiesForASecondIsUnread() throws {
    let found = try Scene([unread(16384)]).owner("slow", pid: 4, of: [8]).findings(ReceiveUnread.self)
    #expect(found.count == 1 && words(found[0]).contains("slow (pid 4)") && words(found[0]).contains("16 KiB unread"))
    #expect(try Scene([unread(16383)]).findings(ReceiveUnread.self).isEmpty)
    #expect(try Scene([unread(16384, age: 999)]).findings(ReceiveUnread.self).isEmpty, "a stream in motion")
    #expect(try Scene([unread(16384, inode: 0)]).findings(ReceiveUnread.self).isEmpty, "not accepted yet: the listener's matter")
    #expect(try Scene([unread(16384, state: .closeWait)]).findings(ReceiveUnread.self).isEmpty)
  }

  @Test func aProgramThatReadBetweenTheReadingsIsReading() throws {
    let before = try Scene([unread(50_000, received: 100_000)], atMilliseconds: 0)
    #expect(try Scene([unread(20_000, received: 100_000)]).findings(ReceiveUnread.self, after: before).isEmpty)
    let still = try Scene([unread(60_000, received: 110_000)], atMilliseconds: 250).findings(ReceiveUnread.self, after: before)
    #expect(still.count == 1 && words(still[0]).contains("in the last 250 ms"))
  }

  @Test func aStoppedReaderIsNamed() throws {
    let scene = try Scene([unread(16384)]).owner("slow", pid: 4, of: [8], detail: processDetail(state: "T"))
    #expect(words(scene.findings(ReceiveUnread.self)[0]).contains("kill -CONT 4"))
    let full = try Scene([unread(16384)]).owner("slow", pid: 4, of: [8], detail: processDetail(open: 10, limit: 10))
    #expect(!words(full.findings(ReceiveUnread.self)[0]).contains("EMFILE"), "reading needs no new descriptor")
  }
}
