internal import Catalog
internal import ProcFS
public import ProbeStream
public import SockDiag
internal import Snapshot

/// What the side-car told of kfree_skb within the window.
public struct DropWatch: Sendable {
  /// The rows of its table as they stood at the end.
  public var rows: [DropRecord]
  /// Names of enum skb_drop_reason by value, from this kernel's BTF.
  public var reasons: [UInt32: String]
  /// The tracepoint tells a reason (5.17 and later).
  public var tellsReasons: Bool
  /// The tracepoint tells the receiving socket (6.11 and later).
  public var tellsReceivers: Bool
  /// From the first packet that can be in the rows to the last, nanoseconds: a little longer than the counters' window; nil when that is not known.
  public var nanoseconds: UInt64?
  /// From the end of the first reading of counters to the beginning of the last, nanoseconds; nil when that is not known.
  public var nanosecondsRead: UInt64?
  /// How far the rows can be trusted.
  public var totals: ProbeTotals
  /// Functions of a stack by its id, innermost first.
  public var stacks: [UInt32: [String]]

  /// What was watched.
  public init(
    rows: [DropRecord], reasons: [UInt32: String], tellsReasons: Bool = true, tellsReceivers: Bool = true,
    totals: ProbeTotals = ProbeTotals(), nanoseconds: UInt64? = nil, nanosecondsRead: UInt64? = nil, stacks: [UInt32: [String]] = [:]
  ) {
    self.nanoseconds = nanoseconds
    self.nanosecondsRead = nanosecondsRead
    self.rows = rows
    self.reasons = reasons
    self.tellsReasons = tellsReasons
    self.tellsReceivers = tellsReceivers
    self.totals = totals
    self.stacks = stacks
  }
}

/// One window of time seen by three sources: counters and sockets before and after it, and the drop events within it.
public struct DropEvidence: Sendable {
  /// Sockets (with INET_DIAG_SKMEMINFO) and counters at both ends; the later one with owners.
  public var readings: Evidence
  /// The drop events; nil when nothing watched them.
  public var watch: DropWatch?
  /// Whose drops are asked for; nil for all. Asked of a socket, or of a packet put into a socket's form.
  public var isWanted: (@Sendable (InetSocket) -> Bool)?

  /// The evidence of one window.
  public init(_ readings: Evidence, watch: DropWatch?, isWanted: (@Sendable (InetSocket) -> Bool)? = nil) {
    self.readings = readings
    self.watch = watch
    self.isWanted = isWanted
  }
}

/// How many of the drops each source has told, and how many of them are explained by a row already: nothing is told twice.
struct DropLedger {
  let readings: Evidence
  private var spentCounters: [String: UInt64] = [:]
  private var spentDrops: [UInt64: UInt64] = [:]

  init(_ readings: Evidence) { self.readings = readings }

  /// How much a counter rose; nil when this kernel has none of that name. One that is new in the second reading stood at 0.
  func rise(_ key: String) -> UInt64? {
    guard let now = readings.now.counters[key] else { return nil }
    return now &- (readings.before?.counters[key] ?? now)
  }

  /// What of a counter's rise no row explains yet.
  func left(_ key: String) -> UInt64 {
    let rise = rise(key) ?? 0, spent = spentCounters[key] ?? 0
    return rise > spent ? rise - spent : 0
  }

  /// What rows explain of a counter already.
  func spent(_ key: String) -> UInt64 { spentCounters[key] ?? 0 }

  mutating func spend(_ key: String, _ count: UInt64) { spentCounters[key, default: 0] += count }

  /// How much sk_drops of a socket rose; all of it for a socket that is younger than the window.
  func socketRise(_ socket: InetSocket) -> UInt64 {
    guard let now = socket[.sk_drops] else { return 0 }
    guard readings.before != nil, !socket.isFromProc else { return 0 }
    let old = readings.previous(socket)?[.sk_drops] ?? 0
    // 32 bits wide.
    return now >= old ? now - old : 0
  }

  /// What of it no row explains yet.
  func socketLeft(_ socket: InetSocket) -> UInt64 {
    let rise = socketRise(socket), spent = spentDrops[socket.cookie] ?? 0
    return rise > spent ? rise - spent : 0
  }

  /// The same where a small rest beside explained drops is none: sockets, counters and events are not read in one instant.
  func socketOpen(_ socket: InetSocket) -> UInt64 {
    let left = socketLeft(socket)
    guard let spent = spentDrops[socket.cookie], spent > 0 else { return left }
    return left > 1 + socketRise(socket) / 20 ? left : 0
  }

  mutating func spend(_ socket: InetSocket, _ count: UInt64) { spendDrops(ofCookie: socket.cookie, count) }

  mutating func spendDrops(ofCookie cookie: UInt64, _ count: UInt64) {
    if cookie != 0 { spentDrops[cookie, default: 0] += count }
  }
}
