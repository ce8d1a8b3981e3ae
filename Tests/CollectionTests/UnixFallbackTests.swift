import Catalog
import Netlink
import Snapshot
import SockDiag
import Testing

@testable import Collection

/// Where sock_diag does not answer for unix sockets.
@Suite struct UnixFallbackTests {
  static let table = """
    Num       RefCount Protocol Flags    Type St Inode Path
    0000000000000000: 00000002 00000000 00010000 0001 01 501 /run/a b.sock
    0000000000000000: 00000003 00000000 00000000 0001 03 502 /run/a b.sock
    0000000000000000: 00000003 00000000 00000000 0001 02     0 /run/a b.sock
    0000000000000000: 00000002 00000000 00000000 0002 01 503 @abs@

    """

  @Test func theTableStandsInAndSaysWhatItLacks() throws {
    for (diag, id) in [(nil, "netlink-absent"), (FakeDiag([:]), "protocol-refused")] {
      var collector = Collector(.fake(diag, files: ["/proc/net/unix": Self.table]))
      let found = try collector.unixSockets()
      #expect(found.map(\.inode) == [501, 502, 503])
      #expect(found.map(\.state) == [.listen, .established, .close])
      #expect(found[0].path == Name("/run/a b.sock"))
      #expect(found[2].path?.bytes.first == 0)
      #expect(found.allSatisfy { $0.receiveQueue == nil && $0.peerInode == nil })
      #expect(try collector.unixSockets(states: .init(.listen)).count == 1)
      #expect(collector.gaps.map(\.id) == [id])
      #expect(collector.gaps[0].what.description.contains("shown instead"))
    }
  }

  @Test func withoutTheTableTheyAreNotShown() throws {
    var collector = Collector(.fake(FakeDiag([:])))
    #expect(try collector.unixSockets().isEmpty)
    #expect(collector.gaps[0].what.description.hasSuffix("they are not shown"))
  }

  @Test func aReplayNamesTheQuestionOnce() throws {
    let scratch = Scratch()
    try Sources.recording(.fake(FakeDiag([:])), to: scratch.file("c.nl")).finishCapture()
    var collector = Collector(try Sources.replay(path: scratch.file("c.nl")))
    #expect(try collector.unixSockets().isEmpty)
    #expect(collector.gaps.map(\.what.description) == ["not in the capture: unix sockets"])
  }
}
