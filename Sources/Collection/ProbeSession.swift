public import ProbeStream
public import Snapshot

/// What one look at a session brought.
public enum ProbeStep: Equatable, Sendable {
  /// An event of `trace`, or a dropped packet.
  case event(EventRecord)
  /// A batch is complete: `drops`, `sockets` or `owners` and `totals` agree with each other now.
  case batch(ProbeModes)
  /// The time is over, or a signal came.
  case nothing
  /// There is no more.
  case ended
}

/// A process and the sockets it holds.
public struct ProbedOwner: Equatable, Sendable {
  /// The process.
  public var process: ProbedProcess
  /// Its sockets.
  public var descriptors: [ProbedDescriptor]
  /// A process and its sockets.
  public init(process: ProbedProcess, descriptors: [ProbedDescriptor]) {
    self.process = process
    self.descriptors = descriptors
  }
}

/// A side-car at work: reads its records and keeps what they say.
///
///     while true {
///       switch session.next(milliseconds: 100) {
///       case .event(let event): …
///       case .batch, .nothing: if isEnough { session.stop() }
///       case .ended: return
///       }
///     }
public final class ProbeSession {
  private let reading: any ProbeReading
  private var decoder = ProbeDecoder()
  private var isOver = false
  private var problems: [ProbeProblem] = []
  private var damage: ProbeStreamError?
  private var status: Int32?
  private let request: ProbeRequest

  /// The greeting; nil until everything is attached.
  public private(set) var hello: ProbeHello?
  /// Names of enum skb_drop_reason in the running kernel, by value.
  public private(set) var dropReasons: [UInt32: String] = [:]
  /// Names of enum sk_rst_reason in the running kernel, by value.
  public private(set) var resetReasons: [UInt32: String] = [:]
  /// What became of each program, by the name of its tracepoint or iterator.
  public private(set) var programs: [String: ProgramStatus] = [:]
  /// The drop table so far, by the number of the row.
  public private(set) var drops: [UInt32: DropRecord] = [:]
  /// Functions of each stack, innermost first.
  public private(set) var stacks: [UInt32: [String]] = [:]
  /// Sockets of iter/tcp by cookie.
  public private(set) var sockets: [UInt64: ProbedSocket] = [:]
  /// Who holds sockets; with `.trace` rows are added as sockets appear, so a process may come more than once.
  public private(set) var owners: [ProbedOwner] = []
  /// The owners that came since this was asked last; a trace has no end, so they must not pile up.
  public func takeOwners() -> [ProbedOwner] {
    defer { owners.removeAll() }
    return owners
  }
  /// The latest totals.
  public private(set) var totals = ProbeTotals()
  /// How the side-car says that it ended; nil while it runs and when it was cut off.
  public private(set) var end: EndReason?

  /// A session over a stream.
  public init(_ reading: any ProbeReading, request: ProbeRequest) {
    self.reading = reading
    self.request = request
  }

  /// How long it was waited for in vain, milliseconds.
  private var waited: Int?

  /// Whether the stream is over.
  public var isEnded: Bool { isOver }

  /// Reads until all programs are attached; false when the side-car ended or the time was over before.
  public func waitUntilAttached(milliseconds: Int) -> Bool {
    var left = milliseconds
    while hello == nil, !isOver, left > 0 {
      if keep(nextRecord()) { continue }
      let step = min(left, 50)
      left -= fill(milliseconds: step) ? 0 : step
    }
    if hello == nil, !isOver { waited = milliseconds }
    return hello != nil && !problems.contains { $0.kind == .privileges }
  }

  /// The next thing worth a look, waiting at most so long for it.
  public func next(milliseconds: Int) -> ProbeStep {
    while true {
      while let record = nextRecord() {
        switch record {
        case .event(let event): return .event(event)
        case .batchEnd(let batch):
          return .batch(batch.mode)
        default: keep(record)
        }
      }
      if isOver { return .ended }
      if !fill(milliseconds: milliseconds) { return isOver ? .ended : .nothing }
    }
  }

  /// Asks for what is left; go on with `next` until `.ended`.
  public func stop() { reading.stop() }

  /// True when bytes came.
  private func fill(milliseconds: Int) -> Bool {
    switch reading.read(milliseconds: milliseconds) {
    case .bytes(let bytes):
      decoder.append(bytes)
      return true
    case .nothing: return false
    case .ended(let status):
      isOver = true
      self.status = status
      do throws(ProbeStreamError) { try decoder.finish() } catch { damage = damage ?? error }
      return false
    }
  }

  private func nextRecord() -> ProbeRecord? {
    guard damage == nil else { return nil }
    do {
      return try decoder.next()
    } catch {
      // Nothing behind a damaged record can be trusted.
      damage = error
      isOver = true
      return nil
    }
  }

  @discardableResult private func keep(_ record: ProbeRecord?) -> Bool {
    switch record {
    case nil: return false
    case .hello(let value): hello = value
    case .reason(let value):
      if value.kind == .drop { dropReasons[value.value] = value.name } else { resetReasons[value.value] = value.name }
    case .program(let value): programs[value.name] = value
    case .problem(let value): if !problems.contains(value) { problems.append(value) }
    case .drop(let value): drops[value.id] = value
    case .socket(let value): if value.cookie != 0 { sockets[value.cookie] = value }
    case .process(let value): owners.append(ProbedOwner(process: value, descriptors: []))
    case .descriptors(let values): if !owners.isEmpty { owners[owners.count - 1].descriptors += values }
    case .stack(let value): stacks[value.id] = value.frames
    case .totals(let value): totals = value
    case .end(let value): end = value
    case .event, .batchEnd, .unknown: break
    }
    return true
  }

  /// What this session could not see, each with the way to see it.
  public var gaps: [Gap] {
    var gaps = problems.map { Gap.probe($0, kernel: hello?.kernel ?? "") }
    if request.modes.contains(.trace), let uid = hello?.callerUID, uid != 0, programs.values.contains(where: { $0.state == .attached }) {
      gaps.append(.probeOwners(of: uid))
    }
    // What nothing could be loaded for is said once, above.
    if !problems.contains(where: { [.notPermitted, .noBTF, .noBPF, .memoryLimit].contains($0.kind) }) {
      gaps += programs.values.sorted { $0.name < $1.name }.filter { $0.state != .attached }.map { Gap.probe($0) }
    }
    if let waited { gaps.append(.probeTooSlow(milliseconds: waited)) }
    if let damage { gaps.append(.probeDamaged(damage)) }
    if isOver, end == nil, damage == nil { gaps.append(.probeCutOff(status: status)) }
    if totals.eventsLost > 0 { gaps.append(.probeLost(events: totals.eventsLost)) }
    if totals.dropsLost + totals.missed > 0 { gaps.append(.probeLost(drops: totals.dropsLost + totals.missed)) }
    return gaps
  }
}
