import Catalog
@testable import Findings
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

@Suite struct DatagramCardTests {
  func resolver(drops: UInt64, used: UInt64, peer: String? = nil) throws -> InetSocket {
    try MakeSocket(.close, "0.0.0.0", 53, peer: peer, peer == nil ? 0 : 9, proto: .udp, cookie: 5, inode: 7, receiveQueue: UInt32(used))
      .with([.sk_rmem_alloc: used, .sk_rcvbuf: 212_992, .sk_drops: drops]).socket
  }

  func scene(_ socket: InetSocket, _ call: String = "recvmsg") -> CardScene {
    var settings = standardSysctls
    settings["net.core.rmem_max"] = "212992"
    return CardScene([socket], sysctls: settings).held(7, by: "named", pid: 53, detail: .sleeping(in: call))
  }

  @Test func aFullBufferThatDropsNow() throws {
    let now = try resolver(drops: 12, used: 213_500)
    let card = Cards.card(for: now, scene(now, "futex").after(scene(try resolver(drops: 2, used: 0))).evidence)
    #expect(card.title.description == "udp 0.0.0.0:53 (all IPv4 addresses)")
    #expect(card.said("receive queue").hasPrefix("208 KiB of memory in use, limit 208 KiB   FULL"))
    #expect(card.said("drops").hasPrefix("12 since this socket was opened (sk_drops), +10 in the last 250 ms: still happening"))
    #expect(card.advised == "named does not read: 1 thread, sleeping in futex()")
  }

  @Test func aReaderThatIsOnlyTooSlow() throws {
    let now = try resolver(drops: 12, used: 100_000)
    let card = Cards.card(for: now, scene(now, "epoll_wait").after(scene(try resolver(drops: 2, used: 0))).evidence)
    #expect(card.advised.contains("reads more slowly than datagrams arrive"))
    let quiet = Cards.card(for: now, scene(now).after(scene(now)).evidence)
    #expect(quiet.said("drops").contains("none in the last 250 ms"))
    #expect(quiet.advice.isEmpty)
  }

  @Test func connectedOrNot() throws {
    let connected = try resolver(drops: 0, used: 0, peer: "10.0.0.9")
    let card = Cards.card(for: connected, scene(connected).evidence)
    #expect(card.title.description == "udp 0.0.0.0:53 → 10.0.0.9:9 (connected)")
    #expect(card.said("peer").hasPrefix("10.0.0.9:9 only"))
    #expect(card.said("drops").hasPrefix("none"))
    let open = try resolver(drops: 0, used: 0)
    #expect(Cards.card(for: open, scene(open).evidence).said("peer").hasPrefix("any: not connected"))
  }

  @Test func severalOnOnePort() throws {
    let one = try resolver(drops: 0, used: 0)
    let two = try MakeSocket(.close, "0.0.0.0", 53, proto: .udp, cookie: 6, uid: 12).socket
    #expect(
      Cards.card(for: one, CardScene([one, two]).evidence).said("same port").hasPrefix("other unconnected sockets on this address: 1."))
  }

  @Test func rawNamesItsProtocol() throws {
    let socket = try MakeSocket(.close, "0.0.0.0", 1, proto: .raw, inode: 7).with([.rawProtocol: 1]).socket
    #expect(Cards.card(for: socket, CardScene([socket]).evidence).title.description == "raw 0.0.0.0, IP protocol 1 (all IPv4 addresses)")
  }
}

@Suite struct UnixCardTests {
  func listener(waiting: UInt32, limit: UInt32 = 5) -> UnixSocket {
    var socket = UnixSocket(type: 1, state: .listen, inode: 7, cookie: 1)
    socket.path = Name("/run/app.sock")
    socket.receiveQueue = waiting
    socket.sendQueue = limit
    socket.pending = [70, 71]
    return socket
  }

  @Test func aFullListenerNamesWhoWaits() {
    let scene = CardScene([]).held(7, by: "app", pid: 3, detail: .sleeping(in: "pause")).held(70, by: "client", pid: 9)
    let card = Cards.card(for: listener(waiting: 6), scene.evidence)
    #expect(card.title.description == "u_str LISTEN /run/app.sock")
    #expect(card.said("accept queue").hasPrefix("6 waiting, limit 5   FULL: the next connect() blocks"))
    #expect(card.said("accept queue").contains("a process not seen ×1, client (pid 9) ×1"))
    #expect(card.advised.hasPrefix("app does not accept(): it sleeps in pause()"))
    #expect(Cards.card(for: listener(waiting: 5), scene.evidence).advice.isEmpty, "limit + 1 fit")
  }

  @Test func abstractNamesAndPeers() {
    var socket = UnixSocket(type: 1, state: .established, inode: 7, cookie: 1)
    socket.path = Name([0, 0x58, 0x31])
    socket.peerInode = 70
    socket.receiveQueue = 12
    var peer = UnixSocket(type: 1, state: .established, inode: 70, cookie: 2)
    peer.path = Name("/tmp/x")
    var scene = CardScene([]).held(7, by: "X", pid: 3, detail: .sleeping(in: "futex")).held(70, by: "client", pid: 9)
    scene.snapshot.unix = [peer]
    let card = Cards.card(for: socket, scene.evidence)
    #expect(card.title.description.hasPrefix("u_str ESTAB @X1 (abstract"))
    #expect(card.said("peer") == "client (pid 9), inode 70, /tmp/x")
    #expect(card.said("receive queue") == "12 bytes the program has not read")
    #expect(card.advised.contains("X does not read from it"))
  }

  @Test func aPeerThatHasClosed() {
    var socket = UnixSocket(type: 1, state: .established, inode: 7, cookie: 1)
    socket.shutdown = 3
    #expect(Cards.card(for: socket, CardScene([]).evidence).said("peer").hasPrefix("closed: a read returns 0"))
  }
}

@Suite struct NothingCardTests {
  func card(_ sockets: [InetSocket], port: UInt16 = 8080, proto: InetProtocol = .tcp) -> Card {
    Cards.nothingListens(port: port, proto: proto, CardScene(sockets).held(7, by: "app", pid: 3).evidence)
  }

  @Test func anEmptyPortSaysSo() {
    let card = card([])
    #expect(card.title.description == "nothing listens on tcp port 8080 in this network namespace")
    #expect(card.said("in use") == "nothing of this namespace uses the port")
    #expect(card.said("a client sees").contains("ECONNREFUSED"))
  }

  @Test func anotherFamilyAddressOrProtocol() throws {
    let sockets = [
      try MakeSocket(.listen, "127.0.0.1", 8080, inode: 7, sendQueue: 5).socket,
      try MakeSocket(.listen, "::", 8080, inode: 7, sendQueue: 5).with([.v6only: 1]).socket,
      try MakeSocket(.close, "0.0.0.0", 8080, proto: .udp, inode: 7).socket,
    ]
    let said = card(sockets).said("listens near")
    #expect(said.contains("tcp 127.0.0.1:8080 (this host only), app (pid 3): other hosts cannot reach it"))
    #expect(said.contains("app (pid 3): IPv4 clients cannot reach it"))
    #expect(said.contains("udp 0.0.0.0:8080 (all IPv4 addresses), app (pid 3): another protocol"))
  }

  @Test func boundAndLeftOver() throws {
    let sockets = [
      try MakeSocket(.close, "0.0.0.0", 8080, inode: 7).socket,
      try MakeSocket(.established, "10.0.0.1", 8080, peer: "10.0.0.2", 5, inode: 9).socket,
      try MakeSocket(.timeWait, "10.0.0.1", 8080, peer: "10.0.0.2", 6, timer: .timewait, expires: 30_000).socket,
    ]
    let card = card(sockets)
    #expect(card.said("bound").contains("0.0.0.0:8080, app (pid 3): bound, but listen() was not called"))
    #expect(card.said("connections").hasPrefix("left with this local port: ESTAB ×1"))
    #expect(card.said("time-wait").contains("the last for 30 s more"))
  }

  @Test func aTypingSlipIsPointedOut() throws {
    let listener = try MakeSocket(.listen, "0.0.0.0", 8081, inode: 7, sendQueue: 5).socket
    #expect(card([listener]).said("near ports") == "8081 (app (pid 3))")
    #expect(card([listener], port: 9999).said("near ports").isEmpty)
  }
}
