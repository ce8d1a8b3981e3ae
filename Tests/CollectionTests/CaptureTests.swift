import Catalog
import Foundation
import Netlink
import ProcFS
import Snapshot
import SockDiag
import TestSupport
import Testing
import Wire

@testable import Collection

@Suite struct CaptureTests {
  let scratch = Scratch()
  var path: String { scratch.file("c.nl") }

  static let listen = DiagRequest.inet(family: 2, proto: 6, states: 1 << 10, extensions: [.info])
  static let udp = DiagRequest.inet(family: 2, proto: 17, states: 0x82, extensions: [])
  static let exact = DiagRequest.exact(
    family: 2, proto: 6, identity: DiagIdentity(local: [127, 0, 0, 1], localPort: 1, peer: [127, 0, 0, 1], peerPort: 2), extensions: [])

  /// Records what `ask` asks of some sources and opens the replay.
  func replay(_ live: Sources, _ ask: (Sources) throws -> Void) throws -> Sources {
    let recording = try Sources.recording(live, to: path)
    try ask(recording)
    try recording.finishCapture()
    return try Sources.replay(path: path)
  }

  @Test("settings of other namespaces come back, and so does the reason why there are none")
  func settingsElsewhere() throws {
    final class Elsewhere: FakeHost {
      override func settings(_ names: [String], in place: NamespacePlace) -> NamespaceSettings {
        var found = NamespaceSettings()
        if place == .fresh { found.values = SysctlSet(["net.core.somaxconn": "4096", "net.ipv4.tcp_rmem": "1\t2\t3"]) }
        found.isSame = place == .initial
        return found
      }
    }
    let replayed = try replay(.fake(host: Elsewhere())) { live in
      for place in [NamespacePlace.fresh, .initial] { _ = live.host.settings(["net.core.somaxconn"], in: place) }
    }
    let fresh = replayed.host.settings([], in: .fresh)
    #expect(fresh.values["net.ipv4.tcp_rmem"] == "1\t2\t3" && fresh.values.names.count == 2 && !fresh.isSame && fresh.failure == 0)
    #expect(replayed.host.settings([], in: .initial).isSame)
    let refused = try replay(.fake()) { live in _ = live.host.settings(["net.core.somaxconn"], in: .fresh) }
    #expect(refused.host.settings([], in: .fresh).failure == 38)
    // Not asked at the time: a gap, not an answer.
    #expect(refused.host.settings([], in: .initial).failure != 0 && refused.captureGaps.contains { $0.id == "not-captured" })
  }

  @Test func everythingComesBackAsItWas() throws {
    let diag = FakeDiag([
      Self.listen: [([[1, 2, 3], [UInt8](repeating: 7, count: 100)], nil)],
      Self.udp: [([], .refused(code: 1, message: "only root"))],
    ])
    let files = ["/a": "text\0with NUL\n", "/empty": "", "/d": "one two", "/l": "target"]
    var moment: Moment?
    let replayed = try replay(.fake(diag, files: files)) { live in
      moment = live.host.moment()
      _ = try answer(live.diag, Self.listen)
      #expect(throws: NetlinkError.self) { try answer(live.diag, Self.udp) }
      #expect(throws: NetlinkError.self) { try answer(live.diag, Self.exact) }
      for path in ["/a", "/empty", "/gone", "/secret"] { _ = try? live.files.read(path) }
      _ = (try live.files.list("/d"), try live.files.link("/l"), try live.files.count("/d"), live.host.interfaceNames())
      _ = live.host.cgroupPaths()
      var table = OwnerTable()
      _ = live.host.walkOwners(wanted: nil, into: &table)
    }
    #expect(replayed.isReplay)
    #expect(try answer(replayed.diag, Self.listen) == [[1, 2, 3], [UInt8](repeating: 7, count: 100)])
    #expect(throws: NetlinkError.refused(code: 1, message: "only root")) { try answer(replayed.diag, Self.udp) }
    #expect(throws: NetlinkError.refused(code: 2, message: nil)) { try answer(replayed.diag, Self.exact) }
    #expect(try replayed.files.read("/a") == Array("text\0with NUL\n".utf8))
    #expect(try replayed.files.read("/empty") == [])
    #expect(throws: FileError(path: "/gone", code: 2)) { try replayed.files.read("/gone") }
    #expect(throws: FileError(path: "/secret", code: 13)) { try replayed.files.read("/secret") }
    #expect(try replayed.files.list("/d") == ["one", "two"])
    #expect(try replayed.files.link("/l") == Array("target".utf8))
    #expect(try replayed.files.count("/d") == 2)
    #expect(replayed.host.moment() == moment)
    #expect(replayed.host.interfaceNames() == FakeHost().interfaceNames())
    #expect(replayed.host.cgroupPaths() == FakeHost().cgroupPaths())
    #expect((replayed.host.kernelRelease, replayed.host.ticksPerSecond, replayed.host.effectiveUID) == ("6.18.44-test", 250, 1000))
    #expect(replayed.captureGaps.isEmpty)
  }

  @Test func ownersComeBackForWhatIsWanted() throws {
    var all = OwnerTable()
    var seen = OwnerWalkResult()
    let replayed = try replay(.fake()) { seen = $0.host.walkOwners(wanted: nil, into: &all) }
    var some = OwnerTable()
    #expect(replayed.host.walkOwners(wanted: InodeSet([503]), into: &some) == seen)
    #expect(some[503] == [Owner(pid: 11, fd: 3)])
    #expect(some[501].isEmpty)
    #expect(some.processes.keys.sorted() == [11])
    var every = OwnerTable()
    _ = replayed.host.walkOwners(wanted: nil, into: &every)
    #expect(every.processes == all.processes)
    #expect(every.count == 3)
  }

  @Test func ownersOfSomeDoNotAnswerForAll() throws {
    let replayed = try replay(.fake()) { live in
      var table = OwnerTable()
      _ = live.host.walkOwners(wanted: InodeSet([501]), into: &table)
    }
    var table = OwnerTable()
    #expect(replayed.host.walkOwners(wanted: nil, into: &table).failure?.code == CaptureError.missingCode)
    #expect(replayed.captureGaps.map(\.id) == ["not-captured"])
    #expect(replayed.host.walkOwners(wanted: InodeSet([501]), into: &table).failure == nil)
    #expect(table[501].count == 1)
  }

  @Test func aWaitTurnsToTheNextReading() throws {
    let diag = FakeDiag([Self.listen: [([[1]], nil), ([[2]], nil), ([[3]], nil)]])
    let files = FakeFiles(["/c": "first", "/once": "here"])
    let host = FakeHost()
    var moments: [Moment] = []
    let replayed = try replay(Sources(diag: diag, diagFailure: nil, files: files, host: host)) { live in
      moments.append(live.host.moment())
      _ = (try answer(live.diag, Self.listen), try answer(live.diag, Self.listen))
      _ = (try live.files.read("/c"), try live.files.read("/once"))
      live.host.wait(milliseconds: 250)
      files.texts = ["/c": "second", "/late": "here"]
      moments.append(live.host.moment())
      _ = (try answer(live.diag, Self.listen), try live.files.read("/c"), try live.files.read("/late"))
    }
    #expect(host.waited == [250])
    // Within a reading: in order, the last repeating.
    #expect(try (0..<4).map { _ in try answer(replayed.diag, Self.listen) } == [[[1]], [[2]], [[2]], [[2]]])
    #expect(try replayed.files.read("/c") == Array("first".utf8))
    #expect(try replayed.files.read("/late") == Array("here".utf8))
    #expect([replayed.host.moment(), replayed.host.moment()] == [moments[0], moments[0]])
    for _ in 0..<3 {
      replayed.host.wait(milliseconds: 3_600_000)
      #expect(try answer(replayed.diag, Self.listen) == [[3]])
      #expect(try replayed.files.read("/c") == Array("second".utf8))
      #expect(try replayed.files.read("/once") == Array("here".utf8))
      #expect(replayed.host.moment() == moments[1])
    }
  }

  @Test func whatWasNotAskedIsNamed() throws {
    let replayed = try replay(.fake(FakeDiag([:]))) { _ in }
    #expect(throws: NetlinkError.notCaptured(question: "udp sockets of family IPv4")) { try answer(replayed.diag, Self.udp) }
    #expect(throws: FileError(path: "/proc/net/snmp", code: CaptureError.missingCode)) { try replayed.files.read("/proc/net/snmp") }
    #expect(throws: FileError.self) { try replayed.files.count("/proc/1/fd") }
    let gap = try #require(replayed.captureGaps.first)
    #expect(gap.id == "not-captured")
    #expect(gap.what.description == "not in the capture: udp sockets of family IPv4, and 2 more")
    #expect(replayed.captureGaps.count == 1)
    #expect(replayed.host.interfaceNames().isEmpty)
    #expect(replayed.captureGaps.first?.what.description.hasSuffix("and 3 more") == true)
  }

  @Test func aTroubledTryGivesWayToTheGoodOne() throws {
    let diag = FakeDiag([Self.listen: [([[1]], .interrupted), ([[2]], nil)]])
    let replayed = try replay(.fake(diag)) { live in
      _ = try live.diag?.askAgain(Self.listen, { 0 }) { count, _, _ in count += 1 }
    }
    #expect(try answer(replayed.diag, Self.listen) == [[2]])
  }

  @Test func aReaderThatStopsDoesNotCutTheRecord() throws {
    struct Enough: Error {}
    let replayed = try replay(.fake(FakeDiag([Self.listen: [([[1], [2], [3]], nil)]]))) { live in
      #expect(throws: Enough.self) { try live.diag?.ask(Self.listen) { _, _ in throw Enough() } }
    }
    #expect(try answer(replayed.diag, Self.listen) == [[1], [2], [3]])
  }

  @Test(arguments: [
    NetlinkError.refused(code: 95, message: nil), .refused(code: 1, message: "a sentence"), .interrupted, .overrun, .unfinished,
    .datagramTruncated(length: 40000), .system(call: "recvmsg()", code: 105), .malformed(.truncated(at: 1, needed: 2, available: 3)),
    .malformed(.badLength(at: 4, length: 5)), .gaveUp(tries: 3, last: "trouble"), .notCaptured(question: "why"),
  ])
  func everyErrorComesBack(_ error: NetlinkError) throws {
    let replayed = try replay(.fake(FakeDiag([Self.listen: [([[1]], error)]]))) { live in
      #expect(throws: error) { try answer(live.diag, Self.listen) }
    }
    #expect(throws: error) { try answer(replayed.diag, Self.listen) }
  }

  @Test func anAbsentSockDiagStaysAbsent() throws {
    let replayed = try replay(.fake()) { _ in }
    #expect(replayed.diag == nil)
    #expect(replayed.diagFailure == .system(call: "socket()", code: 93))
  }

  @Test func theFileIsPrivateAndKnowsNoPersons() throws {
    let old = Data("old and longer than nothing".utf8)
    #expect(FileManager.default.createFile(atPath: path, contents: old, attributes: [.posixPermissions: 0o644]))
    let passwd = "root:x:0:0:The Boss:/root:/bin/bash\nbroken\nann:x:1000:1000:Ann Onymous,,,:/home/ann:/bin/zsh\n"
    let replayed = try replay(.fake(files: ["/etc/passwd": passwd])) { live in
      // The live run sees the file as it is.
      let seen = try live.files.read("/etc/passwd")
      #expect(seen == Array(passwd.utf8))
    }
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let content = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    for word in ["Boss", "Onymous", "/home/ann", "zsh", "broken", "old and longer"] { #expect(!content.contains(word)) }
    #expect(readUsers(from: replayed.files) == [0: Name("root"), 1000: Name("ann")])
  }

  @Test func aFileThatCannotBeWrittenIsAnError() {
    #expect(throws: CaptureError.system(step: "open", path: "/nowhere/c.nl", code: 2)) {
      try Sources.recording(.fake(), to: "/nowhere/c.nl")
    }
    #expect(throws: CaptureError.system(step: "write", path: "/dev/full", code: 28)) {
      try Sources.recording(.fake(), to: "/dev/full").finishCapture()
    }
  }

  @Test func otherFilesAreRefused() throws {
    for bytes: [UInt8] in [
      [], [1], Array("hello, this is a text file\n".utf8), [UInt8](repeating: 0, count: 64), [UInt8](repeating: 255, count: 64),
    ] {
      #expect(throws: CaptureError.notACapture(path: "x")) { try Capture(bytes, path: "x") }
    }
    #expect(throws: CaptureError.self) { try Sources.replay(path: scratch.file("absent")) }
    let newer = netlinkMessage(0x8000, CaptureType.magic + [2, 0, 0, 0])
    #expect(throws: CaptureError.version(2)) { try Capture(newer, path: "x") }
    #expect(throws: CaptureError.notACapture(path: "x")) {
      try Capture(netlinkMessage(0x8000, Array("sockexqq".utf8) + [1, 0, 0, 0]), path: "x")
    }
  }
}
