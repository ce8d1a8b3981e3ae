import Catalog
import Netlink
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

@testable import Collection

/// What a comparison asks of netlink and /proc.
@Suite struct TableReadingTests {
  static let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
  static let row =
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5 1 0000000000000001 100 0 0 10 0\n"
  static let tcp = Sources.everyState(of: [.tcp])[0]
  static let listener = MakeSocket(.listen, "127.0.0.1", 8080, cookie: 77, inode: 5, sendQueue: 9)

  func collector(_ answers: [DiagRequest: [(payloads: [[UInt8]], error: NetlinkError?)]], files: [String: String]) -> (Collector, FakeDiag)
  {
    let diag = FakeDiag(answers)
    return (Collector(.fake(diag, files: files)), diag)
  }

  @Test func bothSidesAreRead() throws {
    var (collector, _) = collector(
      [Self.tcp: [([Self.listener.payload], nil)]], files: ["/proc/net/tcp": Self.head + Self.row, "/proc/net/tcp6": Self.head])
    let reading = try collector.tableReading(of: [.inet(.tcp), .inet(.tcp6)])
    #expect(reading.inet.count == 1 && reading.rows.count == 1 && reading.refused.isEmpty && reading.unreadable.isEmpty)
    #expect(collector.comparisonGaps(reading).isEmpty)
  }

  @Test func withoutIPv6NothingIsMissing() throws {
    var (collector, _) = collector([Self.tcp: [([Self.listener.payload], nil)]], files: ["/proc/net/tcp": Self.head + Self.row])
    let reading = try collector.tableReading(of: [.inet(.tcp), .inet(.tcp6)])
    #expect(reading.unreadable == [.inet(.tcp6): 2])
    #expect(collector.comparisonGaps(reading).isEmpty)
    // But not if netlink shows an IPv6 socket.
    let six = MakeSocket(.listen, "::1", 8080, cookie: 78, inode: 6)
    var (other, _) = self.collector([Self.tcp: [([six.payload], nil)]], files: ["/proc/net/tcp": Self.head])
    #expect(other.comparisonGaps(try other.tableReading(of: [.inet(.tcp), .inet(.tcp6)])).map(\.id) == ["table-unreadable"])
  }

  @Test func aRefusedProtocolIsOneGapWithItsModule() throws {
    var (collector, _) = collector([:], files: ["/proc/net/raw": Self.head, "/proc/net/raw6": Self.head])
    let reading = try collector.tableReading(of: [.inet(.raw), .inet(.raw6)])
    #expect(Set(reading.refused.keys) == [.inet(.raw), .inet(.raw6)])
    let gaps = collector.comparisonGaps(reading)
    #expect(gaps.count == 1 && gaps.first?.remedy.description.contains("raw_diag") == true)
  }

  @Test func noNetlinkIsOneGap() throws {
    var collector = Collector(.fake(files: ["/proc/net/tcp": Self.head + Self.row, "/proc/net/unix": "Num\n"]))
    let gaps = collector.comparisonGaps(try collector.tableReading(of: [.inet(.tcp), .unix]))
    #expect(gaps.map(\.id) == ["netlink-absent"])
  }

  @Test func whatADumpMissedIsAskedForExactly() throws {
    let record = try Self.listener.socket
    let exact = DiagRequest.exact(family: 2, proto: 6, identity: DiagIdentity(of: record), extensions: [])
    var (collector, diag) = collector(
      [Self.tcp: [([], nil)], exact: [([Self.listener.payload], nil)]], files: ["/proc/net/tcp": Self.head, "/proc/net/tcp6": Self.head])
    let found = try collector.lookAgain(at: [.inet(.tcp), .inet(.tcp6)], records: [record], rows: [], after: 5)
    #expect(found.inet.map(\.cookie) == [77] && diag.asked.contains(exact))
    // A socket that the kernel no longer finds is gone.
    var (empty, _) = self.collector([Self.tcp: [([], nil)]], files: ["/proc/net/tcp": Self.head])
    #expect(try empty.lookAgain(at: [.inet(.tcp)], records: [record], rows: [], after: 5).inet.isEmpty)
  }

  @Test func aRowWithoutARecordIsAskedForByItsAddressAndPort() throws {
    let identity = DiagIdentity(local: [127, 0, 0, 1], localPort: 8080, peer: [0, 0, 0, 0], peerPort: 0)
    let exact = DiagRequest.exact(family: 2, proto: 6, identity: identity, extensions: [])
    let row = TableRow(try #require(parseInetTable(Array(Self.row.utf8)).rows.first), in: .tcp)
    var (collector, diag) = collector([Self.tcp: [([], nil)]], files: ["/proc/net/tcp": Self.head + Self.row])
    let found = try collector.lookAgain(at: [.inet(.tcp)], records: [], rows: [row], after: 5)
    #expect(found.inet.isEmpty && diag.asked.contains(exact))
    #expect(diag.asked.contains { if case .inet(2, 6, _, _, 8080) = $0 { true } else { false } })
    // Not if the row is gone by now.
    var (gone, other) = self.collector([Self.tcp: [([], nil)]], files: ["/proc/net/tcp": Self.head])
    _ = try gone.lookAgain(at: [.inet(.tcp)], records: [], rows: [row], after: 5)
    #expect(other.asked == [Self.tcp])
  }

  @Test func aUnixSocketIsAskedForByItsInode() throws {
    // struct unix_diag_msg: family, type, state, pad, inode, cookie.
    let reply: [UInt8] = [1, 1, 10, 0, 9, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]
    let dump = DiagRequest.unix(states: TCPStateSet.unix.rawValue, show: UnixSocket.Show.all)
    var (collector, diag) = collector(
      [dump: [([], nil)], .unixExact(inode: 9, show: UnixSocket.Show.all): [([reply], nil)]], files: ["/proc/net/unix": "Num\n"])
    let found = try collector.lookAgain(at: [.unix], records: [], rows: [], unixInodes: [9, 10], after: 5)
    #expect(found.unix.map(\.inode) == [9] && diag.asked.last == .unixExact(inode: 10, show: UnixSocket.Show.all))
    #expect(DiagRequest(encoded: DiagRequest.unixExact(inode: 9, show: 3).encoded(sequence: 0)) == .unixExact(inode: 9, show: 3))
    // A replay answers from the dump that it holds.
    let scratch = Scratch()
    let recording = try Sources.recording(.fake(FakeDiag([dump: [([reply], nil)]])), to: scratch.file("u.nl"))
    _ = try recording.diag?.unixSockets()
    try recording.finishCapture()
    let replayed = try Sources.replay(path: scratch.file("u.nl"))
    #expect(try replayed.diag?.unixSockets(inode: 9).count == 1)
    #expect(try replayed.diag?.unixSockets(inode: 10).isEmpty == true)
  }

  @Test(.enabled(if: diagWorks)) func theKernelFindsAUnixSocketByItsInode() throws {
    let pair = UnixLiveTests.Pair()
    let inode = UnixLiveTests.Pair.inode(pair.ends.0)
    #expect(try LiveDiag().unixSockets(inode: inode).map(\.inode) == [inode])
    #expect(try LiveDiag().unixSockets(inode: .max).isEmpty)
  }

  @Test func aProgramIsTheFirstWordOfItsCommandLine() {
    let (collector, _) = collector([:], files: ["/proc/5/cmdline": "/usr/sbin/x\0--password\0secret\0", "/proc/6/cmdline": ""])
    #expect(collector.programs(of: [5, 6, 7]) == [5: Name("/usr/sbin/x"), 6: Name("")])
  }

  @Test func aCaptureKeepsTheTablesAndNoArguments() throws {
    let scratch = Scratch()
    // An inode of the fake machine's process 11.
    let held = MakeSocket(.listen, "127.0.0.1", 8080, cookie: 77, inode: 503, sendQueue: 9)
    let diag = FakeDiag([Sources.everything[0].request: [([held.payload], nil)]])
    let files = ["/proc/net/tcp": Self.head + Self.row, "/proc/11/cmdline": "server\0--token=hush\0"]
    let live = Sources.fake(diag, files: files)
    let replayed = try Sources.capture(live, to: scratch.file("c.nl"), waiting: 1)
    var collector = Collector(replayed)
    let reading = try collector.tableReading(of: [.inet(.tcp), .inet(.tcp6)])
    #expect(reading.inet.map(\.cookie) == [77] && reading.rows.count == 1 && reading.nanoseconds > 0)
    #expect(collector.programs(of: [11]) == [11: Name("server")])
    #expect(try replayed.files.read("/proc/11/cmdline") == Array("server".utf8))
  }
}
