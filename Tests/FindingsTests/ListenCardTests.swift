import Catalog
@testable import Findings
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

@Suite struct ListenCardTests {
  /// listen(5), nobody accepts, ten clients connected, sent ten bytes and closed.
  func scene(waiting: UInt32 = 6, limit: UInt32 = 5, age: UInt64 = 40_000, drops: UInt64 = 4, sysctls: SysctlSet = standardSysctls) throws
    -> CardScene
  {
    var sockets = [
      try MakeSocket(.listen, "0.0.0.0", 8080, inode: 77, receiveQueue: waiting, sendQueue: limit).with([.sk_drops: drops]).socket
    ]
    for index in 0..<UInt16(waiting) {
      sockets.append(
        try MakeSocket(.closeWait, "127.0.0.1", 8080, peer: "127.0.0.1", 40000 + index, receiveQueue: 11)
          .with([.last_data_sent: age - UInt64(index), .last_data_recv: age - 100]).socket)
    }
    return CardScene(sockets, sysctls: sysctls).counting(["TcpExt.ListenOverflows": 4, "TcpExt.ListenDrops": 4])
  }

  @Test func fullQueueOfAProcessThatSleepsElsewhere() throws {
    let before = try scene(drops: 2).counting(["TcpExt.ListenOverflows": 2, "TcpExt.ListenDrops": 2])
    let card = try scene().held(77, by: "server", pid: 2774, detail: .sleeping(in: "pause")).after(before).card(.listen)
    #expect(card.title.description == "tcp LISTEN 0.0.0.0:8080 (all IPv4 addresses)")
    #expect(card.owner?.description == "server (pid 2774, fd 3, uid 1000)")
    #expect(card.said("accept queue").hasPrefix("6 waiting, limit 5   FULL"))
    #expect(card.said("accept queue").contains("the program asked for 5"))
    #expect(card.emphasis("accept queue") == .bad)
    #expect(card.lines.first?.fill == 1.2)
    #expect(card.said("refused").contains("+2 in the last 250 ms: still happening"))
    #expect(card.said("refused").contains("sk_drops 4 since this listener was opened, +2"))
    #expect(card.emphasis("refused") == .bad)
    #expect(
      card.said("waiting").hasPrefix(
        "6 connections, 60 bytes nobody has read, 6 already closed by their peers (CLOSE-WAIT), the oldest ≥ 40 s"))
    #expect(card.said("waiting").contains("adds up to 66:"))
    #expect(card.said("process") == "server: 1 thread, sleeping in pause(); 4 of 1024 descriptors")
    #expect(card.advised == "server does not accept(): it sleeps in pause(). A larger backlog would only delay this")
    #expect(!card.text.contains("{"))
  }

  @Test func refusalsOfAnotherListenerAreNotPinnedOnThisOne() throws {
    let before = try scene(waiting: 0).counting(["TcpExt.ListenOverflows": 2, "TcpExt.ListenDrops": 2])
    let card = try scene(waiting: 0).after(before).card(.listen)
    #expect(card.said("refused").contains("not here: sk_drops of this listener stayed at 4"))
    #expect(card.emphasis("refused") == .plain)
    #expect(card.advice.isEmpty)
  }

  @Test func aListenerWithoutDropsRefusedNobody() throws {
    let card = try scene(waiting: 0, drops: 0).card(.listen)
    #expect(card.said("refused").contains("none of them here: sk_drops of this listener is 0"))
  }

  @Test func oneReadingClaimsNothingAboutNow() throws {
    let said = try scene().card(.listen).said("refused")
    #expect(said.hasPrefix("4 ListenOverflows in this namespace since boot\n"))
    #expect(!said.contains("still"))
  }

  @Test func quietAfterOldRefusals() throws {
    #expect(try scene(waiting: 0).after(scene(waiting: 0)).card(.listen).said("refused").contains("none in the last 250 ms"))
  }

  @Test(arguments: [
    ("4096", "100", "the program asked for 100"), ("4096", "4096", "clipped by it"), ("512", "600", "was lowered to 512"),
    ("4096", "128", "was 128 at its listen()"),
  ])
  func limitSaysWhatSetIt(somaxconn: String, limit: String, words: String) throws {
    let card = try scene(waiting: 0, limit: #require(UInt32(limit)), sysctls: sysctls(["net.core.somaxconn": somaxconn])).card(.listen)
    #expect(card.said("accept queue").contains(words))
    #expect(card.emphasis("accept queue") == .plain)
  }

  @Test func connectionsResetInTheQueueAreCounted() throws {
    var sockets = try scene().snapshot.inet.sockets
    sockets.removeLast(2)
    #expect(try CardScene(sockets).card(.listen).said("waiting").contains("2 more in the queue but in no list: reset by their peers"))
  }

  @Test func queueAtItsLimitIsNotFull() throws {
    let card = try scene(waiting: 5).card(.listen)
    #expect(card.said("accept queue").contains("room for one more"))
    #expect(card.emphasis("accept queue") == .warning)
  }

  func detail(_ state: Character, frozen: Bool? = nil) -> ProcessDetail {
    var detail = ProcessDetail.sleeping(in: "epoll_wait")
    detail.state = state.asciiValue ?? 0
    detail.cgroupFrozen = frozen
    return detail
  }

  @Test func eachObstacleHasItsOwnAdvice() throws {
    func advice(_ detail: ProcessDetail) throws -> String { try scene().held(77, by: "app", pid: 9, detail: detail).card(.listen).advised }
    #expect(try advice(detail("T")).contains("kill -CONT 9"))
    #expect(try advice(detail("t")).contains("debugger"))
    #expect(try advice(detail("S", frozen: true)).contains("frozen"))
    #expect(try advice(.sleeping(in: "accept", open: 1024)).contains("EMFILE"))
    #expect(try advice(.sleeping(in: "recvfrom")).contains("waits for one peer in recvfrom()"))
    #expect(try advice(.sleeping(in: "futex", "epoll_wait")).contains("more slowly than clients connect"))
  }

  @Test func aYoungQueueProvesNothing() throws {
    // The oldest has waited 300 ms only: a thread seen in write() may be back at accept() by now, or never.
    let young = try scene(age: 300).held(77, by: "app", pid: 9, detail: .sleeping(in: "write"))
    let advised = try young.card(.listen).advised
    #expect(!advised.contains("more slowly than clients connect"))
    #expect(!advised.contains("does not accept"))
    // The same connections in both readings, though, and nobody has come for them.
    #expect(try young.after(young).card(.listen).advised.contains("does not accept"))
    #expect(try scene(waiting: 1, age: 300).held(77, by: "app", pid: 9, detail: .sleeping(in: "write")).card(.listen).advice.isEmpty)
  }

  @Test func anEventLoopThatLeavesTheSameConnectionsWaiting() throws {
    let scene = try scene().held(77, by: "app", pid: 9, detail: .sleeping(in: "epoll_wait"))
    #expect(try scene.after(scene).card(.listen).advised.contains("not watching this listener"))
  }

  @Test func threadsNotAllSeenAreNotJudged() throws {
    var detail = ProcessDetail.sleeping(in: "futex")
    detail.threadCount = 200
    #expect(try !scene().held(77, by: "app", pid: 9, detail: detail).card(.listen).advised.contains("does not accept"))
  }

  @Test func workersShareOneQueue() throws {
    var sockets = try scene(waiting: 0).snapshot.inet.sockets
    for index in 0..<UInt16(3) {
      sockets.append(try MakeSocket(.established, "127.0.0.1", 8080, peer: "10.0.0.7", 5000 + index, inode: 100 + UInt32(index)).socket)
    }
    let scene = CardScene(sockets).held(77, by: "w", pid: 1, detail: .sleeping(in: "accept4"))
      .held(77, by: "w", pid: 2, detail: .sleeping(in: "accept4")).held(100, by: "w", pid: 2, detail: .sleeping(in: "accept4"))
      .held(101, by: "w", pid: 2, detail: .sleeping(in: "accept4")).held(102, by: "w", pid: 1, detail: .sleeping(in: "accept4"))
    let card = try scene.card(.listen)
    #expect(card.owner?.description == "2 processes: w (pid 1, fd 3, uid 1000), w (pid 2, fd 3, uid 1000)")
    #expect(card.said("shared by").contains("w (pid 2) ×2, w (pid 1) ×1"))
    #expect(card.said("connections") == "3 here: ESTAB ×3; top peers 10.0.0.7 ×3")
    #expect(card.said("process").hasPrefix("2 × w: 1 thread, sleeping in accept4()"))
  }

  @Test func reuseportSiblingsShowTheirQueues() throws {
    let sockets = try [(1, 129, 7), (2, 0, 8)].map { cookie, waiting, inode in
      try MakeSocket(
        .listen, "::", 443, cookie: UInt64(cookie), inode: UInt32(inode), receiveQueue: UInt32(waiting), sendQueue: 128
      ).with([.v6only: 0]).socket
    }
    let card = try CardScene(sockets).held(7, by: "a", pid: 1, detail: .sleeping(in: "accept")).held(8, by: "b", pid: 2).card(.listen)
    #expect(card.title.description == "tcp LISTEN [::]:443 (all IPv6 and IPv4 addresses)")
    #expect(card.said("SO_REUSEPORT").contains("this one, a (pid 1): 129 waiting, limit 128, FULL\nb (pid 2): 0 waiting, limit 128"))
    #expect(card.advised.contains("other listeners of this address have room"))
  }

  @Test func anotherAddressOfThePortIsShown() throws {
    let sockets = try [("0.0.0.0", 1), ("127.0.0.1", 2)].map { try MakeSocket(.listen, $0, 80, inode: UInt32($1), sendQueue: 5).socket }
    #expect(try CardScene(sockets).card(.listen).said("same port").contains("127.0.0.1:80 (this host only), nobody known: more specific"))
  }

  @Test func synQueueWithoutCookiesRefuses() throws {
    var sockets = [try MakeSocket(.listen, "::", 80, inode: 1, sendQueue: 5).with([.v6only: 1]).socket]
    for index in 0..<UInt16(6) {
      sockets.append(try MakeSocket(.synRecv, "::1", 80, peer: "::1", 900 + index, timer: .on, retransmits: 2, expires: 100).socket)
    }
    let card = try CardScene(sockets, sysctls: sysctls(["net.ipv4.tcp_syncookies": "0"])).card(.listen)
    #expect(card.title.description == "tcp LISTEN [::]:80 (all IPv6 addresses, not IPv4: IPV6_V6ONLY)")
    #expect(card.said("SYN queue").hasPrefix("6 half-open, limit 5 (syncookies 0: overflow is refused)"))
    #expect(card.said("SYN queue").contains("6 of them had their SYN-ACK retransmitted: no answer from the peer"))
    #expect(card.advised.contains("tcp_syncookies=1"))
    #expect(try CardScene(sockets).card(.listen).advice.isEmpty, "with cookies nothing is refused")
  }
}
