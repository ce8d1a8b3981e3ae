public import Catalog
internal import ProcFS
public import SockDiag
public import Snapshot

/// How bad a finding is; `--fail-on` takes its names.
public enum Severity: Int, Sendable, Comparable, CaseIterable {
  /// Worth knowing, nothing is lost.
  case note = 1
  /// Something is lost or will be.
  case warning = 2
  /// Users are being refused or stuck now.
  case critical = 3

  /// Orders by how bad it is.
  public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
  /// A severity by its name; `warn` is `warning`.
  public init?(named name: String) {
    guard let found = Self.allCases.first(where: { $0.name == (name == "warn" ? "warning" : name) }) else { return nil }
    self = found
  }

  /// `note`, `warning`, `critical`.
  public var name: String {
    switch self {
    case .note: "note"
    case .warning: "warning"
    case .critical: "critical"
    }
  }
}

/// What a rule concluded: numbers first, then the cause, then what to do.
public struct Finding: Sendable {
  /// The rule's stable id: `accept-queue-full`.
  public let id: String
  /// How bad it is.
  public let severity: Severity
  /// The sockets it is about, the worst first (may be empty, may be capped).
  public let sockets: [InetSocket]
  /// How many sockets in all.
  public let count: Int
  /// One line.
  public let title: Sentence
  /// The numbers that prove it, with the kernel fields they came from.
  public internal(set) var evidence: [Sentence]
  /// Why it happens.
  public let cause: Sentence
  /// What to change.
  public let advice: Sentence
  /// The next command to type: `sockexplain -l 8080`; nil when there is none.
  public let next: String?

  /// A finding of a rule.
  public init(
    id: String, severity: Severity, sockets: [InetSocket], count: Int, title: Sentence, evidence: [Sentence], cause: Sentence,
    advice: Sentence, next: String? = nil
  ) {
    self.id = id
    self.severity = severity
    self.sockets = sockets
    self.count = count
    self.title = title
    self.evidence = evidence
    self.cause = cause
    self.advice = advice
    self.next = next
  }
}

/// What rules and cards may look at: now, and an earlier reading of the same namespace where there is one.
public struct Evidence: Sendable {
  /// The later reading.
  public var now: Snapshot
  /// The earlier reading; its sockets may be only those of interest, its counters are whole.
  public let before: Snapshot?
  /// Where each socket of the earlier reading stands in it, by cookie.
  let places: [UInt64: Int32]

  /// One or two readings.
  public init(now: Snapshot, before: Snapshot? = nil) {
    self.now = now
    self.before = before
    var places: [UInt64: Int32] = [:]
    // Rows of /proc have no cookie: nothing tells them apart for sure.
    for (index, socket) in (before?.inet.sockets ?? []).enumerated() where socket.cookie != 0 { places[socket.cookie] = Int32(index) }
    self.places = places
  }

  /// The same socket in the earlier reading.
  func previous(_ socket: InetSocket) -> InetSocket? { places[socket.cookie].flatMap { before?.inet.sockets[Int($0)] } }

  /// Milliseconds between the readings; nil when there was one.
  public var intervalMilliseconds: Int? {
    before.map { Int((now.moment.monotonicNanoseconds - $0.moment.monotonicNanoseconds) / 1_000_000) }
  }

  /// How much a counter rose between the readings; nil without a second reading or such a counter.
  public func delta(_ counter: String) -> UInt64? {
    guard let before, let old = before.counters[counter], let new = now.counters[counter] else { return nil }
    return new &- old
  }
}

/// A pure judgement. One file a rule under Rules/; the list in `Rules.all` is what runs.
public protocol Rule {
  /// Stable id, also of its findings.
  static var id: String { get }
  /// When it fires, in words with the numbers.
  static var threshold: Sentence { get }
  /// The findings of the evidence, worst first; empty when nothing is wrong.
  static func findings(_ evidence: Evidence) -> [Finding]
}
