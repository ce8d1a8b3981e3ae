import Catalog
import ProbeStream
import Snapshot
import Testing

@testable import Collection

/// A side-car that says what it is told to, in small pieces.
private final class FakeProbe: ProbeSource, ProbeReading {
  var bytes: ArraySlice<UInt8>
  let status: Int32?
  var isStopped = false

  init(_ records: [ProbeRecord], status: Int32? = 0, cutTo length: Int? = nil) {
    var writer = ProbeWriter()
    for record in records { writer.write(record) }
    bytes = writer.bytes.prefix(length ?? .max)
    self.status = status
  }

  func start(_ request: ProbeRequest) throws(ProbeFailure) -> any ProbeReading { self }
  func read(milliseconds: Int) -> ProbeChunk {
    guard !bytes.isEmpty else { return .ended(status: status) }
    defer { bytes = bytes.dropFirst(11) }
    return .bytes(Array(bytes.prefix(11)))
  }
  func stop() { isStopped = true }
}

/// A side-car that never says a word.
private final class SilentProbe: ProbeReading {
  func read(milliseconds: Int) -> ProbeChunk { .nothing }
  func stop() {}
}

/// A side-car that cannot be started.
private final class FailingProbe: ProbeSource {
  let failure: ProbeFailure
  init(_ failure: ProbeFailure) { self.failure = failure }
  func start(_ request: ProbeRequest) throws(ProbeFailure) -> any ProbeReading { throw failure }
}

private let hello = ProbeRecord.hello(
  ProbeHello(
    modes: .drops, namespace: 1, callerUID: 0, attachedNanoseconds: 1, intervalMilliseconds: 200, capabilitiesKept: 0, kernel: "6.18.0"))

private let whole: [ProbeRecord] = [
  hello, .reason(ReasonName(kind: .drop, value: 3, name: "NO_SOCKET")), .program(ProgramStatus(name: "kfree_skb", state: .attached)),
  .event(EventRecord(kind: .destroy, monotonicNanoseconds: 5)), .drop(DropRecord(id: 0, source: .kfree, reason: 3, count: 1)),
  .batchEnd(BatchEnd(mode: .drops, monotonicNanoseconds: 6)), .drop(DropRecord(id: 0, source: .kfree, reason: 3, count: 4)), .end(.stopped),
]

private func steps(_ session: ProbeSession) -> [ProbeStep] {
  var steps: [ProbeStep] = []
  repeat { steps.append(session.next(milliseconds: 1)) } while steps.last != .ended && steps.count < 100
  return steps
}

private func opened(_ probe: FakeProbe) -> ProbeSession { ProbeSession(probe, request: ProbeRequest(.drops)) }

@Suite struct ProbeSessionTests {
  @Test("a stream is read to its end; a later row replaces the earlier one")
  func read() {
    let session = opened(FakeProbe(whole))
    #expect(session.waitUntilAttached(milliseconds: 1000))
    #expect(steps(session) == [.event(EventRecord(kind: .destroy, monotonicNanoseconds: 5)), .batch(.drops), .ended])
    #expect(session.dropReasons == [3: "NO_SOCKET"] && session.drops[0]?.count == 4 && session.end == .stopped)
    #expect(session.gaps.isEmpty)
  }

  @Test("a side-car that is not ready in time is a gap, one that only comes late is not")
  func tooSlow() {
    let silent = ProbeSession(SilentProbe(), request: ProbeRequest(.drops))
    #expect(!silent.waitUntilAttached(milliseconds: 2000) && silent.gaps.map(\.id) == ["probe-too-slow"])
    #expect(silent.gaps.first?.what.description.hasSuffix("not ready after 2 s") == true)
    let session = opened(FakeProbe(whole))
    #expect(session.waitUntilAttached(milliseconds: 2000) && session.gaps.isEmpty)
  }

  @Test("a side-car that ends early leaves a gap that says how", arguments: [(Int32(-9), "signal 9"), (1, "status 1")])
  func early(_ status: Int32, _ words: String) {
    let session = opened(FakeProbe(Array(whole.dropLast()), status: status))
    _ = steps(session)
    #expect(session.gaps.map(\.id) == ["probe-ended"])
    #expect(session.gaps.first?.what.description.contains(words) == true)
    // What it said before stays.
    #expect(session.drops[0]?.count == 4)
  }

  @Test("a stream cut inside a record is damage, wherever")
  func cut() {
    var writer = ProbeWriter()
    var ends: Set<Int> = [0]
    for record in whole {
      writer.write(record)
      ends.insert(writer.bytes.count)
    }
    for length in 1..<writer.bytes.count {
      let session = opened(FakeProbe(whole, cutTo: length))
      _ = steps(session)
      #expect(session.gaps.map(\.id) == [ends.contains(length) ? "probe-ended" : "probe-damaged"], "cut to \(length)")
    }
  }

  @Test(
    "each refusal is one gap, with a remedy of its own",
    arguments: [
      ProbeProblem(kind: .notPermitted, error: 1, detail: "cap_bpf,cap_perfmon"), ProbeProblem(kind: .notPermitted, error: 1),
      ProbeProblem(kind: .notPermitted, error: 1, detail: "lockdown"), ProbeProblem(kind: .noBTF, error: 2),
      ProbeProblem(kind: .noBPF, error: 38), ProbeProblem(kind: .memoryLimit, error: 1),
      ProbeProblem(kind: .noBTF, error: 2, detail: "sysfs"),
    ])
  func refused(_ problem: ProbeProblem) {
    let refused = ProgramStatus(name: "kfree_skb", state: .refused, error: problem.error)
    let session = opened(FakeProbe([hello, .program(refused), .problem(problem), .end(.failed)], status: 1))
    _ = steps(session)
    #expect(session.gaps.count == 1 && !session.gaps[0].remedy.description.isEmpty)
    #expect(!session.gaps[0].remedy.description.contains("MEMLOCK"))
    if problem.detail == "cap_bpf,cap_perfmon" { #expect(session.gaps[0].what.description.contains("CAP_BPF, CAP_PERFMON")) }
  }

  @Test("a missing tracepoint, lost events and lost drops are gaps beside what was seen")
  func partial() {
    var totals = ProbeTotals()
    totals.eventsLost = 7
    totals.dropsLost = 2
    totals.missed = 1
    let absent = ProgramStatus(name: "tcp_bad_csum", state: .absent)
    let session = opened(FakeProbe([hello, .program(absent), .totals(totals), .end(.done)]))
    _ = steps(session)
    #expect(session.gaps.map(\.id) == ["probe-program-absent", "probe-events-lost", "probe-drops-lost"])
    #expect(session.gaps[1].what.description.hasPrefix("7 ") && session.gaps[2].what.description.hasPrefix("3 "))
  }

  @Test(
    "a side-car that is not there, or may not run, is a gap",
    arguments: [
      (ProbeFailure.absent(directory: "/usr/bin"), "probe-absent"), (.notAllowed(path: "/x"), "probe-not-allowed"),
      (.system(call: "posix_spawn", code: 12), "probe-failed"), (.absent(directory: ""), "probe-absent"),
    ])
  func notStarted(_ failure: ProbeFailure, _ id: String) {
    var sources = Sources.live()
    sources.probe = FailingProbe(failure)
    var collector = Collector(sources)
    #expect(collector.openProbe(ProbeRequest(.drops)) == nil)
    #expect(collector.gaps.map(\.id) == [id])
  }

  @Test(
    "why it may not be executed decides the remedy",
    arguments: [
      (Int32(1), "bounding set", "--cap-add BPF"), (13, "may not be executed", "noexec"), (8, "no program", "make install"),
      (2, "no program", "make install"), (11, "could not be started", "short of processes"),
    ])
  func notExecuted(_ code: Int32, _ what: String, _ remedy: String) {
    var sources = Sources.live()
    sources.probe = FailingProbe(.system(call: "posix_spawn", code: code))
    var collector = Collector(sources)
    #expect(collector.openProbe(ProbeRequest(.drops)) == nil)
    #expect(collector.gaps.count == 1 && collector.gaps[0].what.description.contains(what))
    #expect(collector.gaps[0].remedy.description.contains(remedy) && !collector.gaps[0].remedy.description.contains("sudo"))
  }

  @Test(
    "what keeps capabilities away decides the remedy",
    arguments: [
      ("cap_bpf,cap_perfmon", "run it as root"), ("cap_bpf,cap_perfmon;root", "--cap-add BPF"),
      ("cap_bpf;no_new_privs", "NoNewPrivileges="),
      ("cap_perfmon;nosuid", "nosuid voids"),
    ])
  func lacking(_ detail: String, _ remedy: String) {
    let problem = ProbeProblem(kind: .notPermitted, error: 1, detail: detail)
    let session = opened(FakeProbe([hello, .problem(problem), .end(.failed)], status: 1))
    _ = steps(session)
    #expect(session.gaps.map(\.id) == ["probe-denied"] && session.gaps[0].remedy.description.contains(remedy))
    #expect(session.gaps[0].what.description.contains("CAP_") && !session.gaps[0].what.description.contains(";"))
  }

  @Test(
    "a trace by another than root says that owners are this user's alone",
    arguments: [UInt32(0), 4242])
  func ownOwners(_ uid: UInt32) {
    let greeting = ProbeHello(
      modes: .trace, namespace: 1, callerUID: uid, attachedNanoseconds: 1, intervalMilliseconds: 100, capabilitiesKept: 0, kernel: "6.18.0")
    let attached = ProgramStatus(name: "inet_sock_set_state", state: .attached)
    let session = ProbeSession(FakeProbe([.hello(greeting), .program(attached), .end(.stopped)]), request: ProbeRequest(.trace))
    _ = steps(session)
    #expect(session.gaps.map(\.id) == (uid == 0 ? [] : ["probe-owners-own"]))
  }

  @Test("no file beside the program is told as absent")
  func absent() {
    #expect(throws: ProbeFailure.absent(directory: "/nowhere")) { try LiveProbe(directory: "/nowhere").start(ProbeRequest(.drops)) }
  }

  @Test("a capture gives the stream again, and the reason why there was none")
  func replay() throws {
    let scratch = Scratch()
    let path = scratch.file("probe.capture")
    var live = Sources.live()
    live.probe = FakeProbe(whole, status: 3)
    let recording = try Sources.recording(live, to: path)
    let first = ProbeSession(try #require(recording.probe).start(ProbeRequest(.drops)), request: ProbeRequest(.drops))
    let lived = steps(first)
    recording.host.wait(milliseconds: 0)
    let failing = RecordingProbe(FailingProbe(.notAllowed(path: "/x")), try #require(recording.writer))
    #expect(throws: ProbeFailure.notAllowed(path: "/x")) { try failing.start(ProbeRequest(.trace)) }
    try recording.finishCapture()
    let replayed = try #require(try Sources.replay(path: path).probe)
    let second = ProbeSession(try replayed.start(ProbeRequest(.drops)), request: ProbeRequest(.drops))
    #expect(steps(second) == lived && second.drops == first.drops && second.end == .stopped)
    #expect(throws: ProbeFailure.notAllowed(path: "/x")) { try replayed.start(ProbeRequest(.trace)) }
    #expect(throws: ProbeFailure.notCaptured) { try replayed.start(ProbeRequest(.owners)) }
  }
}
