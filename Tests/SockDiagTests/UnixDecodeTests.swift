import Catalog
import SockDiag
import TestSupport
import Testing
import Wire

@Suite struct UnixDecodeTests {
  func sockets() throws -> [UnixSocket] { try payloads(try fixture("unix")).map { try UnixSocket($0) } }

  @Test func listenerNamesTheClientsThatWait() throws {
    let found = try sockets()
    let listener = try #require(found.first { $0.state == .listen })
    #expect(listener.path?.description == "/tmp/sockexplain-fixture.sock")
    #expect(listener.receiveQueue == 2)
    #expect(listener.sendQueue == 3)
    #expect(listener.pending.count == 2)
    // One client is still there, the other has closed.
    #expect(listener.pending.contains(0))
    let client = try #require(found.first { listener.pending.contains($0.inode) })
    #expect((client.state, client.peerInode, client.path) == (.established, 0, nil))
    #expect(listener.vfs != nil)
    #expect(listener.memory?.count == 9)
  }

  @Test func abstractNamesKeepEveryByte() throws {
    let datagram = try #require(try sockets().first { $0.type == 2 })
    #expect(datagram.path?.bytes == Array("\0abstract\0name\0".utf8))
    #expect(datagram.netid == "u_dgr")
    #expect(datagram.vfs == nil)
  }

  @Test func pairIsHalfShut() throws {
    let pair = try sockets().filter { $0.netid == "u_seq" }
    #expect(pair.count == 2)
    #expect(pair[0].peerInode == pair[1].inode && pair[1].peerInode == pair[0].inode)
    #expect(Set(pair.map(\.shutdown)) == [1, 2])
    #expect(pair.contains { $0.receiveQueue == 100 })
    let lone = try #require(try sockets().first { $0.state == .close && $0.type == 1 })
    #expect(lone.peerInode == nil)
  }

  /// struct unix_diag_msg and every attribute.
  static let annotated: [UInt8] = [
    1, 1, 10, 0,  // udiag_family, udiag_type SOCK_STREAM, udiag_state LISTEN, pad
    0x39, 0x30, 0, 0,  // udiag_ino 12345
    1, 0, 0, 0, 2, 0, 0, 0,  // udiag_cookie
    8, 0, 0, 0, 0x2f, 0x61, 0, 0,  // UNIX_DIAG_NAME "/a", NUL and one more
    12, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0xe0, 0x0f,  // UNIX_DIAG_VFS: inode 7, device 254:0
    8, 0, 2, 0, 9, 0, 0, 0,  // UNIX_DIAG_PEER
    12, 0, 3, 0, 21, 0, 0, 0, 22, 0, 0, 0,  // UNIX_DIAG_ICONS
    12, 0, 4, 0, 2, 0, 0, 0, 5, 0, 0, 0,  // UNIX_DIAG_RQLEN
    12, 0, 5, 0, 1, 0, 0, 0, 2, 0, 0, 0,  // UNIX_DIAG_MEMINFO of an old kernel
    5, 0, 6, 0, 3, 0, 0, 0,  // UNIX_DIAG_SHUTDOWN
    8, 0, 7, 0, 0xe8, 3, 0, 0,  // UNIX_DIAG_UID
  ]

  @Test func annotatedBytes() throws {
    let socket = try UnixSocket(Self.annotated)
    #expect((socket.type, socket.state, socket.inode, socket.cookie) == (1, .listen, 12345, 0x2_0000_0001))
    #expect(socket.path == Name("/a"))
    #expect(socket.vfs?.inode == 7)
    #expect(socket.vfs?.device == 0x0fe0_0000)
    #expect((socket.peerInode, socket.receiveQueue, socket.sendQueue) == (9, 2, 5))
    #expect(socket.pending == [21, 22])
    #expect(socket.memory == [1, 2])
    #expect((socket.shutdown, socket.uid) == (3, 1000))
  }

  @Test func whatIsNotSentIsNil() throws {
    let socket = try UnixSocket(Array(Self.annotated.prefix(16)))
    #expect(socket.path == nil && socket.peerInode == nil && socket.receiveQueue == nil && socket.shutdown == nil && socket.uid == nil)
    #expect(socket.memory == nil && socket.vfs == nil && socket.pending.isEmpty)
  }
}
