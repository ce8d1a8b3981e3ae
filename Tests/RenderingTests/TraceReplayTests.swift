import Catalog
@testable import Collection
import Findings
import Foundation
import ProbeStream
import ProcFS
import SockDiag
import Testing

/// A side-car that has said everything.
private final class SpokenProbe: ProbeSource, ProbeReading {
  private var pieces: [[UInt8]]

  init(_ bytes: [UInt8]) { pieces = stride(from: 0, to: bytes.count, by: 700).map { Array(bytes[$0..<min(bytes.count, $0 + 700)]) } }

  func start(_ request: ProbeRequest) throws(ProbeFailure) -> any ProbeReading {
    request.modes.contains(.trace) ? self : SpokenProbe([1, 2, 3])
  }
  func read(milliseconds: Int) -> ProbeChunk { pieces.isEmpty ? .ended(status: 0) : .bytes(pieces.removeFirst()) }
  func stop() {}
}

/// A recorded trace, whole and cut off everywhere.
@Suite struct TraceReplayTests {
  static let request = ProbeRequest(.trace, intervalMilliseconds: 100)

  /// Greeting, names, events of one connection and of a listener's child, totals, end.
  static func stream() -> [UInt8] {
    var writer = ProbeWriter()
    let hello = ProbeHello(
      modes: .trace, namespace: 1, callerUID: 0, attachedNanoseconds: 4_000_000_000, intervalMilliseconds: 100, capabilitiesKept: 0,
      kernel: "6.18.0")
    writer.write(.hello(hello))
    writer.write(.reason(ReasonName(kind: .reset, value: 1, name: "NO_SOCKET")))
    writer.write(.program(ProgramStatus(name: "inet_sock_set_state", state: .attached)))
    writer.write(.process(ProbedProcess(processID: 9, uid: 0, startNanoseconds: 1, name: Array("nginx".utf8))))
    writer.write(.descriptors([ProbedDescriptor(inode: 77, descriptor: 3)]))
    for event in TracePageTests.engineEvents { writer.write(.event(event)) }
    var child = EventRecord(kind: .state, monotonicNanoseconds: 6_000_000_000)
    (child.cookie, child.localPort, child.peerPort, child.oldState, child.newState) = (8, 80, 5000, 10, 3)
    writer.write(.event(child))
    child.monotonicNanoseconds += 1000
    (child.oldState, child.newState) = (3, 1)
    writer.write(.event(child))
    var totals = ProbeTotals()
    totals.monotonicNanoseconds = 7_000_000_000
    writer.write(.totals(totals))
    writer.write(.batchEnd(BatchEnd(mode: .trace, monotonicNanoseconds: 7_000_000_000)))
    writer.write(.end(.stopped))
    return writer.bytes
  }

  /// A capture of it, as the program writes one.
  static func capture() throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID().uuidString).nl")
    defer { try? FileManager.default.removeItem(at: file) }
    let writer = try CaptureWriter(path: file.path)
    let probe = RecordingProbe(SpokenProbe(stream()), writer)
    let reading = try probe.start(request)
    // Another session in between: records tell by their number whose they are.
    let other = try probe.start(ProbeRequest(.owners))
    _ = other.read(milliseconds: 1)
    while case .bytes = reading.read(milliseconds: 1) {}
    while case .bytes = other.read(milliseconds: 1) {}
    try writer.finish()
    return [UInt8](try Data(contentsOf: file))
  }

  /// The lines that a capture gives, and what it says is missing; nil when it does not open.
  static func replay(_ bytes: [UInt8]) throws -> (lines: [String], isWhole: Bool)? {
    let sources: Sources
    do {
      sources = Sources.replay(try Capture(bytes, path: "x"), fileTime: 0)
    } catch {
      return nil
    }
    var collector = Collector(sources)
    guard let session = collector.openProbe(request) else { return ([], collector.gaps.isEmpty) }
    _ = session.waitUntilAttached(milliseconds: 100)
    var engine = TraceEngine(rules: GiveUp(SysctlSet([:])))
    var steps = 0
    reading: while true {
      steps += 1
      try #require(steps < 1000)
      switch session.next(milliseconds: 1) {
      case .event(let event): engine.take(event)
      case .batch, .nothing: continue
      case .ended: break reading
      }
    }
    engine.resetReasons = session.resetReasons
    engine.tellsReasons = true
    collector.noteGaps(of: session)
    return (engine.settle(until: nil).map(\.text.description), collector.gaps.isEmpty)
  }

  @Test func aCaptureGivesTheSameLines() throws {
    let whole = try #require(try Self.replay(Self.capture()))
    #expect(whole.isWhole)
    var engine = TracePageTests.engine()
    #expect(whole.lines.starts(with: engine.settle(until: nil).map(\.text.description)))
    #expect(whole.lines.last?.contains("handshake done") == true)
  }

  @Test func aCaptureCutOffAnywhereSaysSo() throws {
    let bytes = try Self.capture()
    let whole = try #require(try Self.replay(bytes)).lines
    for length in 0..<bytes.count {
      guard let part = try Self.replay(Array(bytes.prefix(length))) else { continue }
      #expect(!part.isWhole, "at \(length)")
      #expect(part.lines.count <= whole.count)
      if length == bytes.count - 16 { #expect(part.lines == whole) }
    }
  }

  @Test func aDamagedStreamEndsTheTraceWithAGap() throws {
    let bytes = try Self.capture()
    for place in stride(from: 40, to: bytes.count, by: 3) {
      var damaged = bytes
      damaged[place] ^= 0xff
      // Whatever it makes of it: no trap, no loop.
      _ = try Self.replay(damaged)
    }
  }
}
