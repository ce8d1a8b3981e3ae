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

/// Captures that were cut off, damaged, or written by ss.
@Suite struct BrokenCaptureTests {
  static let files = [
    "/proc/net/snmp": "Tcp: RetransSegs\nTcp: 5\n", "/proc/sys/net/core/somaxconn": "4096\n", "/etc/passwd": "root:x:0:0:r:/:/bin/sh\n",
  ]

  /// A small whole capture, with two readings.
  static func capture() throws -> [UInt8] {
    let scratch = Scratch()
    let diag = FakeDiag([
      ReplayFilterTests.everyTCP: [(try payloads(try fixture("tcp-listen")), nil)],
      .inet(family: 2, proto: 17, states: TCPStateSet.all.rawValue, extensions: .card): [([], .refused(code: 1, message: "no"))],
    ])
    let live = try Sources.recording(.fake(diag, files: files), to: scratch.file("c.nl"))
    for _ in 0..<2 {
      _ = live.host.moment()
      for request in diag.answers.keys { _ = try? answer(live.diag, request) }
      for path in files.keys { _ = try live.files.read(path) }
      var table = OwnerTable()
      _ = live.host.walkOwners(wanted: nil, into: &table)
      _ = live.host.interfaceNames()
      live.host.wait(milliseconds: 1)
    }
    try live.finishCapture()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.file("c.nl"))))
  }

  /// Asks everything of a capture, twice; how many questions got an answer.
  @discardableResult
  func askAll(_ sources: Sources) -> Int {
    var answered = 0
    for _ in 0..<2 {
      for request in [
        ReplayFilterTests.everyTCP, ReplayFilterTests.dump(1 << 10), ReplayFilterTests.dump(2, family: 10),
        .inet(family: 2, proto: 17, states: 0x82, extensions: []), .unix(states: 1, show: 1),
      ] {
        if let found = try? answer(sources.diag, request) {
          answered += 1
          for payload in found { _ = (try? InetSocket(payload))?.congestionControl }
        }
      }
      for path in Self.files.keys where (try? sources.files.read(path)) != nil { answered += 1 }
      _ = (try? sources.files.list("/"), try? sources.files.link("/"), try? sources.files.count("/"))
      var table = OwnerTable()
      _ = sources.host.walkOwners(wanted: nil, into: &table)
      _ = (sources.host.moment(), sources.host.interfaceNames(), sources.host.kernelRelease, sources.captureGaps.count)
      sources.host.wait(milliseconds: 1)
    }
    return answered
  }

  @Test func everyTruncationSaysSo() throws {
    let whole = try Self.capture()
    #expect(askAll(.replay(try Capture(whole, path: "x"), fileTime: 0)) == 12)
    #expect(try Capture(whole, path: "x").gaps.isEmpty)
    for length in 0..<whole.count {
      do {
        let capture = try Capture(Array(whole.prefix(length)), path: "x")
        #expect(capture.gaps.map(\.id) == ["capture-cut-off"], "\(length) bytes")
        askAll(.replay(capture, fileTime: 0))
      } catch {
        // Only a file too short for its own header is none.
        #expect(length < 28, "\(length) bytes: \(error)")
        #expect(error == .notACapture(path: "x"))
      }
    }
  }

  @Test func anAnswerCutOffInTheMiddleIsUsedOnlyWhenThereIsNoOther() throws {
    func capture(_ records: [[UInt8]]) throws -> Sources {
      let head = netlinkMessage(0x8000, CaptureType.magic + [1, 0, 0, 0])
      return .replay(try Capture(head + records.flatMap { $0 }, path: "x"), fileTime: 0)
    }
    let asked = netlinkMessage(CaptureType.request, ReplayFilterTests.everyTCP.encoded(sequence: 0))
    let reply = netlinkMessage(18, MakeSocket(.listen, "0.0.0.0", 80).payload)
    let end = netlinkMessage(CaptureType.replyEnd, NetlinkError.recorded(nil))
    let turn = netlinkMessage(CaptureType.reading, [1, 0, 0, 0, 0, 0, 0, 0])
    let alone = try capture([asked, reply])
    #expect(try answer(alone.diag, ReplayFilterTests.everyTCP).count == 1)
    #expect(alone.captureGaps.map(\.id) == ["capture-cut-off"])
    let second = try capture([asked, reply, reply, end, turn, asked, reply])
    second.host.wait(milliseconds: 1)
    #expect(try answer(second.diag, ReplayFilterTests.everyTCP).count == 2)
  }

  @Test func everyRecordShortenedIsAnErrorOrALoss() throws {
    let whole = try Self.capture()
    var at = 0
    while at < whole.count {
      let length = Int(whole[at]) | Int(whole[at + 1]) << 8
      for claim in [0, 1, 15, 16, 17, length - 1, length - 4, length + 1, length + 64] where claim >= 0 {
        var bytes = whole
        bytes[at] = UInt8(claim & 255)
        bytes[at + 1] = UInt8(claim >> 8)
        if let capture = try? Capture(bytes, path: "x") { askAll(.replay(capture, fileTime: 0)) }
        if claim < 16 { #expect(throws: CaptureError.self) { try Capture(bytes, path: "x") } }
      }
      at += (length + 3) & ~3
    }
  }

  @Test func aDamagedRecordNamesItsPlace() throws {
    let head = netlinkMessage(0x8000, CaptureType.magic + [1, 0, 0, 0])
    let broken = netlinkMessage(CaptureType.moment, [1, 2, 3, 4])
    #expect(throws: CaptureError.malformed(at: 28, type: 0x8020)) { try Capture(head + broken, path: "x") }
    // A text longer than its record.
    let file = netlinkMessage(CaptureType.file, [0, 0, 0, 0, 200, 0, 0, 0, 47])
    #expect(throws: CaptureError.malformed(at: 28, type: 0x8010)) { try Capture(head + file, path: "x") }
    // A type of a later program is passed over.
    let later = netlinkMessage(0x80aa, [1, 2, 3]) + netlinkMessage(CaptureType.end, [])
    #expect(try Capture(head + later, path: "x").gaps.isEmpty)
  }

  @Test func mutatedCapturesNeverTrap() throws {
    var random = SeededRandom(seed: 815)
    let originals = [try Self.capture(), try fixture("tcp-estab") + fixture("tcp6")]
    var opened = 0
    for round in 0..<4_000 {
      guard let capture = try? Capture(mutated(originals[round % 2], &random), path: "x") else { continue }
      opened += 1
      askAll(.replay(capture, fileTime: 0))
    }
    #expect(opened > 1_000)
  }

  @Test func aFileOfSSIsTCP() throws {
    let scratch = Scratch()
    let names = ["tcp-listen", "tcp-estab", "tcp6", "tcp-timewait"]
    let bytes = try names.flatMap { try fixture($0) }
    try Data(bytes).write(to: URL(fileURLWithPath: scratch.file("ss")))
    let sources = try Sources.replay(path: scratch.file("ss"))
    let expected = try payloads(bytes)
    #expect(try answer(sources.diag, ReplayFilterTests.everyTCP) == expected)
    #expect(try answer(sources.diag, ReplayFilterTests.dump(1 << 10)).count == 1)
    #expect(try answer(sources.diag, ReplayFilterTests.dump(1 << 10, family: 10)).count == 1)
    #expect(try answer(sources.diag, ReplayFilterTests.dump(1 << 6)).count == 1)
    #expect(throws: NetlinkError.self) { try answer(sources.diag, .inet(family: 2, proto: 17, states: 0x82, extensions: [])) }
    #expect(throws: FileError(path: "/proc/net/snmp", code: CaptureError.missingCode)) { try sources.files.read("/proc/net/snmp") }
    #expect(sources.captureGaps.map(\.id) == ["replay-ss", "replay-lacks"])
    // The best there is for the time: when the file was written.
    #expect(sources.host.moment().realtimeNanoseconds > 1_500_000_000_000_000_000)
    var table = OwnerTable()
    #expect(sources.host.walkOwners(wanted: nil, into: &table).failure != nil)
  }

  @Test func otherMessagesInAFileOfSSAreCounted() throws {
    let sources = Sources.replay(try Capture(try fixture("tcp-listen") + fixture("unix"), path: "x"), fileTime: 0)
    #expect(try answer(sources.diag, ReplayFilterTests.everyTCP).count == 1)
    let unix = try payloads(try fixture("unix")).count
    #expect(sources.captureGaps.map(\.id) == ["replay-ss", "replay-lacks", "replay-foreign"])
    #expect(sources.captureGaps.last?.what.description.hasPrefix("\(unix) messages") == true)
  }

  @Test func everyTruncationOfAFileOfSS() throws {
    let whole = try fixture("tcp-listen") + fixture("tcp-timewait")
    var boundaries: Set<Int> = []
    var walk = MessageWalk()
    let span = whole.span
    while try unsafe walk.next(in: span.bytes) != nil { boundaries.insert(walk.offset) }
    for length in 16..<whole.count {
      guard let capture = try? Capture(Array(whole.prefix(length)), path: "x") else {
        // Not even one message.
        #expect(boundaries.allSatisfy { $0 > length })
        continue
      }
      // Between two messages nothing tells that more should follow.
      #expect(capture.isCutOff == !boundaries.contains(length), "\(length) bytes")
      let sockets = try payloads(Array(whole.prefix(boundaries.filter { $0 <= length }.max() ?? 0)))
      #expect(try answer(Sources.replay(capture, fileTime: 0).diag, ReplayFilterTests.everyTCP) == sockets)
    }
  }
}
