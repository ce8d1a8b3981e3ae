internal import Catalog
public import Findings
public import Snapshot

extension JSONDocument {
  /// The document of `counters --json`: every counter that answers, as the kernel counts it.
  public static func write(
    _ selection: CounterSelection, of table: CounterTable, moment: Moment, kernel: KernelVersion, gaps: [Gap], to json: inout JSONWriter
  ) {
    begin("counters", moment, kernel, gaps, to: &json)
    if let elapsed = table.elapsedNanoseconds {
      json.number("elapsedNanoseconds", UInt64(elapsed))
      json.bool("restarted", table.isRestarted)
    }
    json.open("counters", 0x5b)
    for row in selection.explained + selection.sections.flatMap(\.rows) { write(row, table, to: &json) }
    json.close(0x5d)
    end(&json)
  }

  /// The document of `-s --json`.
  public static func write(_ summary: SocketSummary, moment: Moment, kernel: KernelVersion, gaps: [Gap], to json: inout JSONWriter) {
    begin("summary", moment, kernel, gaps, to: &json)
    write(summary, to: &json)
    end(&json)
  }

  private static func begin(_ command: String, _ moment: Moment, _ kernel: KernelVersion, _ gaps: [Gap], to json: inout JSONWriter) {
    begin(command, moment, to: &json)
    json.text("kernel", kernel.release)
    json.bool("complete", gaps.isEmpty)
    self.gaps(gaps, to: &json)
  }

  private static func write(_ row: CounterRow, _ table: CounterTable, to json: inout JSONWriter) {
    json.open()
    json.text("group", row.group)
    json.text("name", row.name)
    json.bool("present", row.absence == nil)
    if let value = row.value { json.number("value", value) }
    if row.isUnlimited { json.signed("value", -1) }
    if let before = row.before { json.number("before", before) }
    switch row.change {
    case .none: break
    case .rose(let delta): json.number("delta", delta)
    case .moved(let delta): json.signed("delta", delta)
    case .restarted: json.bool("restarted", true)
    }
    if row.kind != .gauge, let rate = row.thousandthsPerSecond(over: table.elapsedNanoseconds) {
      json.thousandths("ratePerSecond", rate)
    }
    json.text("file", row.file.rawValue)
    if let entry = row.entry, let facts = entry.counter {
      json.text("unit", entry.unit.rawValue)
      json.text("kind", facts.kind.rawValue)
      json.text("scope", scope(facts.scope))
      if let phrase = facts.phrase { json.text("phrase", phrase) }
      json.text("summary", entry.summary)
      json.text("meaning", entry.meaning)
      if let misreading = entry.misreading { json.text("misreading", misreading) }
    } else {
      json.text("kind", "unknown")
    }
    if let worst = row.worst {
      json.number("worstProcessor", UInt64(worst.processor))
      json.number("worstProcessorCount", worst.count)
    }
    json.close()
  }

  /// Stable words, for what is a sentence in the catalog.
  private static func scope(_ scope: CounterFacts.Scope) -> String {
    switch scope {
    case .namespace: "namespace"
    case .machine: "machine"
    case .processor: "processors"
    }
  }

  /// The member `summary`, also of a document of sockets.
  static func write(_ summary: SocketSummary, to json: inout JSONWriter) {
    func number(_ key: StaticString, _ value: UInt64?) { if let value { json.number(key, value) } }
    json.open("summary")
    number("total", summary.sockets)
    json.open("tcp")
    number("total", summary.tcp)
    number("estab", summary.established)
    if let closed = summary.closed { json.signed("closed", closed) }
    number("orphaned", summary.orphans)
    number("timewait", summary.timeWait)
    number("alloc", summary.allocated)
    number("inuse", summary.inUse)
    number("memoryPages", summary.tcpPages)
    json.close()
    number("udpMemoryPages", summary.udpPages)
    json.open("transports", 0x5b)
    for transport in summary.transports {
      json.open()
      json.text("name", transport.name)
      number("total", transport.total)
      number("ipv4", transport.ipv4)
      number("ipv6", transport.ipv6)
      json.close()
    }
    json.close(0x5d)
    json.close()
  }
}

extension JSONWriter {
  /// A number that may be below zero.
  mutating func signed(_ key: StaticString, _ value: Int64) {
    separate()
    name(key)
    if value < 0 { out.byte(0x2d) }
    out.decimal(value.magnitude)
  }

  /// A number with three decimals.
  mutating func thousandths(_ key: StaticString, _ value: UInt64) {
    separate()
    name(key)
    out.decimal(value / 1000)
    out.byte(0x2e)
    let rest = value % 1000
    if rest < 100 { out.byte(0x30) }
    if rest < 10 { out.byte(0x30) }
    out.decimal(rest)
  }
}
