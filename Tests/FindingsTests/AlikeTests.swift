import Catalog
@testable import Findings
import ProcFS
import SockDiag
import TestSupport
import Testing

/// Cards that would say the same are told once; and a card knows which side it is on.
@Suite struct AlikeTests {
  let listener = MakeSocket(.listen, "0.0.0.0", 80, cookie: 1, inode: 9, sendQueue: 128)

  func closeWait(_ port: UInt16, unread: UInt32 = 1, peer: String = "10.0.0.2", inode: UInt32 = 20) -> MakeSocket {
    MakeSocket(.closeWait, "10.0.0.1", 80, peer: peer, port, cookie: UInt64(port), inode: inode, receiveQueue: unread)
      .with([.last_ack_recv: 90_000])
  }

  func cards(_ sockets: [MakeSocket], limit: Int = 20) throws -> [Card] {
    let all = try sockets.map { try $0.socket }
    let scene = CardScene([try listener.socket] + all).held(20, by: "app", pid: 3).held(21, by: "other", pid: 4)
    return Cards.cards(for: all, limit: limit, scene.evidence)
  }

  @Test func theSameWordsAreSaidOnce() throws {
    let all = try cards((0..<8).map { closeWait(5000 + $0) })
    #expect(all.count == 1 && all[0].title.description.hasSuffix("10.0.0.2:5000"))
    #expect(all[0].said("alike") == "7 more like this one, from peer ports 5001, 5002, 5003, 5004, 5005 and 2 more")
    #expect(all[0].place?.way.to == .lastAck)
  }

  @Test func whatDiffersStaysApart() throws {
    #expect(try cards([closeWait(5000), closeWait(5001, unread: 11)]).count == 2, "unread data")
    #expect(try cards([closeWait(5000), closeWait(5001, peer: "10.0.0.3")]).count == 2, "another peer")
    #expect(try cards([closeWait(5000), closeWait(5001, inode: 21)]).count == 2, "another process")
    #expect(try cards([closeWait(5000), closeWait(5001)]).count == 1)
    #expect(try cards([closeWait(5000)])[0].said("alike").isEmpty)
  }

  @Test func clientsAreToldByTheirOwnPorts() throws {
    let attempts = (0..<3).map {
      MakeSocket(
        .synSent, "10.0.0.1", UInt16(40_000 + $0), peer: "10.0.0.2", 443, cookie: UInt64($0 + 1), inode: 20, timer: .on, retransmits: 2,
        expires: 500, sendQueue: 1)
    }
    let all = try cards(attempts)
    #expect(all.count == 1 && all[0].said("alike") == "2 more like this one, from local ports 40001, 40002")
  }

  @Test func listenersAndTheLimit() throws {
    let listeners = (0..<3).map { MakeSocket(.listen, "0.0.0.0", UInt16(90 + $0), cookie: UInt64($0 + 50), inode: 9, sendQueue: 5) }
    #expect(try cards(listeners).count == 3)
    #expect(try cards(listeners, limit: 2).count == 2)
  }

  @Test func theSideDecidesThePlace() throws {
    func place(_ make: MakeSocket) throws -> StatePlace? {
      let socket = try make.socket
      return Cards.card(for: socket, CardScene([try listener.socket, socket]).evidence).place
    }
    #expect(try place(MakeSocket(.established, "10.0.0.1", 80, peer: "10.0.0.2", 5000, inode: 20))?.from == .synRecv)
    #expect(try place(MakeSocket(.established, "10.0.0.1", 5000, peer: "10.0.0.2", 443, inode: 20))?.from == .synSent)
    #expect(try place(MakeSocket(.finWait1, "10.0.0.1", 5000, peer: "10.0.0.2", 443, inode: 0, timer: .on))?.from == .established)
    let mini = try place(MakeSocket(.finWait2, "10.0.0.1", 5000, peer: "10.0.0.2", 443, timer: .timewait, expires: 5000))
    #expect(mini?.way.event.contains("mini-socket") == true && mini?.from == .finWait1)
    let held = try place(MakeSocket(.finWait2, "10.0.0.1", 5000, peer: "10.0.0.2", 443, inode: 20))
    #expect(held?.way.event.contains("owner") == true)
    #expect(try place(listener)?.from == .close)
  }
}
