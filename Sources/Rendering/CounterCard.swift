internal import Catalog
internal import Findings

/// Everything about one counter: its numbers, then what the catalog knows.
enum CounterCard {
  static func write(_ row: CounterRow, of table: CounterTable, to page: inout Page) {
    page.put(
      CountersPhrase.title.say([
        "key": row.key, "kind": kind(row).rawValue, "file": row.file.rawValue,
        "scope": (row.scope ?? .namespace).rawValue,
      ]).description, hang: 2, ink: .bold)
    page.put(numbers(row, table), indent: 2, hang: 4, ink: row.change.isChange ? .cyan : .plain)
    if let worst = row.worst {
      page.put(CountersPhrase.worstCard.say(["processor": worst.processor, "count": worst.count]).description, indent: 2)
    }
    guard let entry = row.entry else {
      page.put(CountersPhrase.unexplained.rawValue, indent: 2)
      return
    }
    page.blank()
    ExplainPage.writeBody(entry, to: &page)
  }

  static func kind(_ row: CounterRow) -> CountersPhrase {
    switch row.kind {
    case .total: .kindTotal
    case .gauge: .kindGauge
    case .constant: .kindConstant
    case nil: .kindUnknown
    }
  }

  private static func numbers(_ row: CounterRow, _ table: CounterTable) -> String {
    if let absence = row.absence { return CounterWords.words(absence, row) }
    let value = CounterWords.value(row)
    if row.isUnlimited { return CountersPhrase.valueUnlimited.rawValue }
    guard let elapsed = table.elapsedNanoseconds, row.kind != .constant else { return total(row, value) }
    let time = CountersPage.timeWords(elapsed)
    switch row.change {
    case .none: return total(row, value)
    case .rose(0): return CountersPhrase.unchanged.say(["time": time, "value": value]).description
    case .rose(let delta):
      guard row.thousandthsPerSecond(over: elapsed) != nil else {
        return CountersPhrase.changeAlone.say(["delta": delta, "time": time, "value": value]).description
      }
      let rate = CounterWords.rate(row, elapsed)
      return CountersPhrase.changeRate.say(["delta": delta, "time": time, "rate": rate, "value": value]).description
    case .moved:
      return CountersPhrase.changeLevel.say(["value": value, "delta": CounterWords.change(row.change), "time": time]).description
    case .restarted: return CountersPhrase.changeAnew.say(["value": value]).description
    }
  }

  private static func total(_ row: CounterRow, _ value: String) -> String {
    if row.kind == .gauge || row.kind == .constant || row.kind == nil { return CountersPhrase.valueNow.say(["value": value]).description }
    return (row.scope == .namespace ? CountersPhrase.valueTotal : .valueMachine).say(["value": value]).description
  }
}
