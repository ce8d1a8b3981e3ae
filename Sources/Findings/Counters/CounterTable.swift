internal import Catalog
public import ProcFS

/// Every counter of one reading, or of two with what happened in between, each with what the catalog knows.
public struct CounterTable: Sendable {
  /// In reading order: the catalog's, with what it does not know at the end of its group.
  public let rows: [CounterRow]
  /// Between the two readings; nil when there was one.
  public let elapsedNanoseconds: Int64?
  /// The counters of the namespace began anew between the readings, so that no difference of them means anything.
  public let isRestarted: Bool
  /// How many processors softnet_stat sums up.
  public let processorCount: Int

  /// Joins readings with the catalog. Without `before` there are totals and no changes.
  public init(now: CounterReading, before: CounterReading?) {
    elapsedNanoseconds = before.map { max(0, now.monotonicNanoseconds - $0.monotonicNanoseconds) }
    processorCount = now.processors.count
    var maker = RowMaker(now: now, before: before)
    var known: [String: [CounterRow]] = [:]
    for entry in Knowledge.counters {
      // ICMP types have one entry for all their numbers, which is no counter itself.
      guard let facts = entry.counter, !(RowMaker.isWrittenWhenSeen(facts.group, facts.name) && facts.name.hasSuffix("N")) else { continue }
      known[facts.group, default: []].append(maker.row(facts.group, facts.name, facts.file, entry))
    }
    for key in Self.everyName(now, before) where !maker.seen.contains(key) {
      let group = String(key.prefix { $0 != "." })
      let file = now.files[group] ?? before?.files[group] ?? .netstat
      known[group, default: []].append(maker.row(group, String(key.dropFirst(group.count + 1)), file, Knowledge.counter(key)))
    }
    let groups = known.keys.sorted { (Self.place($0), $0) < (Self.place($1), $1) }
    let rows = groups.flatMap { known[$0] ?? [] }
    // One that falls may be misunderstood; several mean that they all count anew.
    isRestarted = rows.count { $0.change == .restarted && $0.scope == .namespace } > 1
    self.rows = isRestarted ? rows.map { $0.kind != .constant && $0.scope == .namespace && $0.isNonzero ? $0.restarted : $0 } : rows
  }

  /// Names of both readings, sorted: a type of ICMP message has a line only once it was seen.
  private static func everyName(_ now: CounterReading, _ before: CounterReading?) -> [String] {
    let names = Set(now.counters.names).union(before?.counters.names ?? []).union(now.counters.unlimited)
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The protocols people ask about first.
  private static let order = [
    "Tcp", "TcpExt", "Udp", "UdpLite", "MPTcpExt", "Ip", "IpExt", "Icmp", "IcmpMsg", "Ip6", "Icmp6", "Udp6", "UdpLite6",
  ]
  private static let last = [
    "sockets", "TCP", "UDP", "UDPLITE", "RAW", "FRAG", "TCP6", "UDP6", "UDPLITE6", "RAW6", "FRAG6", "softnet",
  ]

  private static func place(_ group: String) -> Int {
    order.firstIndex(of: group) ?? last.firstIndex(of: group).map { $0 + order.count + 1 } ?? order.count
  }
}

/// Makes rows of two readings.
private struct RowMaker {
  let now: CounterReading
  let before: CounterReading?
  var seen: Set<String> = []

  init(now: CounterReading, before: CounterReading?) {
    self.now = now
    self.before = before
  }

  mutating func row(_ group: String, _ name: String, _ file: CounterFacts.File, _ entry: Entry?) -> CounterRow {
    let key = group + "." + name
    seen.insert(key)
    let isUnlimited = now.counters.unlimited.contains(key)
    let isWritten = now.files[group] != nil
    // The kernel writes a line for a type of ICMP message only when one was seen.
    let zero: UInt64? = isWritten && Self.isWrittenWhenSeen(group, name) ? 0 : nil
    let value = now.counters[key] ?? zero
    let first = before.flatMap { reading in reading.counters[key] ?? (reading.files[group] != nil ? zero : nil) }
    var change = CounterChange.none
    var worst: CounterRow.Share?
    if file == .softnet {
      (change, worst) = softnet(name, entry?.counter?.kind)
    } else if let value, let first {
      change = .between(first, value, kind: entry?.counter?.kind)
    }
    var absence: CounterAbsence?
    if value == nil, !isUnlimited {
      switch now.failures[file] {
      case nil: absence = .notInKernel
      case Self.noSuchFile where file == .snmp6 || file == .sockstat6: absence = .noIPv6
      default: absence = .unread
      }
    }
    return CounterRow(
      group: group, name: name, file: file, entry: entry, value: value, before: first, change: change, absence: absence,
      isUnlimited: isUnlimited, worst: worst)
  }

  private static let noSuchFile: Int32 = 2

  static func isWrittenWhenSeen(_ group: String, _ name: String) -> Bool {
    (group == "IcmpMsg" || group == "Icmp6") && (name.hasPrefix("InType") || name.hasPrefix("OutType"))
  }

  /// Each processor by itself: its counters have 32 bits, and a processor that goes offline takes its row along.
  private func softnet(_ name: String, _ kind: CounterFacts.Kind?) -> (CounterChange, CounterRow.Share?) {
    var rose: UInt64 = 0
    var moved: Int64 = 0
    var shares: [CounterRow.Share] = []
    for row in now.processors {
      guard let value = row[name] else { continue }
      let processor = row.processor
      guard let before else {
        shares.append(.init(processor: processor, count: UInt64(value)))
        continue
      }
      guard let first = before.processors.first(where: { $0.processor == processor })?[name] else { continue }
      switch CounterChange.between(UInt64(first), UInt64(value), kind: kind) {
      case .rose(let delta):
        rose &+= delta
        shares.append(.init(processor: processor, count: delta))
      case .moved(let delta):
        moved &+= delta
        shares.append(.init(processor: processor, count: UInt64(value)))
      // It came back online and counts anew.
      case .restarted: shares.append(.init(processor: processor, count: 0))
      case .none: break
      }
    }
    let worst = shares.count > 1 ? shares.max { ($0.count, $1.processor) < ($1.count, $0.processor) } : nil
    let change: CounterChange = before == nil ? .none : kind == .gauge ? .moved(moved) : .rose(rose)
    return (change, worst?.count == 0 ? nil : worst)
  }
}

extension CounterRow {
  /// The same row, its difference given up.
  var restarted: CounterRow {
    CounterRow(
      group: group, name: name, file: file, entry: entry, value: value, before: before, change: .restarted, absence: absence,
      isUnlimited: isUnlimited, worst: worst)
  }
}

extension CounterChange {
  /// The difference of two values of one counter.
  ///
  /// A total that is lower than before has wrapped at 32 or 64 bits if it was in the last quarter before the end and is in the first now;
  /// otherwise it counts anew. If the catalog does not know what it is, its fall tells: a level.
  static func between(_ before: UInt64, _ now: UInt64, kind: CounterFacts.Kind?) -> CounterChange {
    let difference = now >= before ? Int64(clamping: now - before) : -Int64(clamping: before - now)
    if kind == .constant { return difference == 0 ? .none : .moved(difference) }
    if kind == .gauge { return .moved(difference) }
    if now >= before { return .rose(now - before) }
    let end: UInt64 = 1 << 32
    if before < end, before >= end / 4 * 3, now < end / 4 { return .rose(end - before + now) }
    if before >= UInt64.max / 4 * 3, now < UInt64.max / 4 { return .rose(now &- before) }
    return kind == nil ? .moved(difference) : .restarted
  }
}
