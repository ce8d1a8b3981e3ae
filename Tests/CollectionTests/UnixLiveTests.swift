import Catalog
import Collection
import Foundation
import Netlink
import SockDiag
import Testing

/// sock_diag may be denied where tests run (seccomp, gVisor).
let diagWorks = (try? LiveDiag()).map { (try? $0.unixSockets()) != nil } ?? false

@Suite struct UnixLiveTests {
  struct Pair: ~Copyable {
    let ends: (Int32, Int32)
    init() {
      var made: [Int32] = [-1, -1]
      _ = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &made)
      ends = (made[0], made[1])
    }
    static func inode(_ descriptor: Int32) -> UInt32 {
      var status = stat()
      _ = unsafe fstat(descriptor, &status)
      return UInt32(truncatingIfNeeded: status.st_ino)
    }
    deinit {
      _ = close(ends.0)
      _ = close(ends.1)
    }
  }

  @Test(.enabled(if: diagWorks)) func aPairNamesEachOtherAndCountsUnreadBytes() throws {
    let pair = Pair()
    let inodes = (Pair.inode(pair.ends.0), Pair.inode(pair.ends.1))
    #expect(unsafe send(pair.ends.0, [1, 2, 3, 4, 5], 5, 0) == 5)
    let sockets = try LiveDiag().unixSockets()
    let reader = try #require(sockets.first { $0.inode == inodes.1 })
    #expect(reader.netid == "u_str")
    #expect(reader.state == .established)
    #expect(reader.peerInode == inodes.0)
    #expect(reader.receiveQueue == 5)
    #expect(reader.path == nil)
    #expect(reader.shutdown == 0)
    #expect(reader.memory?.count == 9)
    // Sent and unread: memory, so more than the five bytes.
    let writer = try #require(sockets.first { $0.inode == inodes.0 })
    #expect((writer.sendQueue ?? 0) >= 5)
    #expect(try LiveDiag().unixSockets(states: .init(.listen)).allSatisfy { $0.state == .listen })
  }
}
