internal import Catalog
internal import Findings

/// Where the numbers and the words of a table of counters stand: numbers end in one column, words begin in another.
struct CounterLayout {
  let isTimed: Bool
  let elapsed: Int64?
  let widths: [Int]
  let margin: Int
  let width: Int

  init(_ rows: [CounterRow], _ table: CounterTable, _ style: PageStyle, margin: Int = 2) {
    elapsed = table.elapsedNanoseconds
    isTimed = elapsed != nil
    self.margin = margin
    width = style.width
    let rate: CountersPhrase = margin == 0 ? .plainRate : .columnRate
    let heads = isTimed ? [CountersPhrase.columnChange, rate, .columnNow] : [.columnValue]
    var widths = heads.map { displayWidth($0.rawValue) }
    for row in rows {
      for (column, cell) in Self.cells(row, elapsed).enumerated() { widths[column] = max(widths[column], cell.utf8.count) }
    }
    self.widths = widths
  }

  /// The column where the words begin.
  var column: Int { margin + widths.reduce(0, +) + 2 * (widths.count - 1) + 2 }

  /// The line over the numbers; nil where they need none.
  var head: String? {
    isTimed ? aligned([CountersPhrase.columnChange.rawValue, CountersPhrase.columnRate.rawValue, CountersPhrase.columnNow.rawValue]) : nil
  }

  /// The same over a plain table, in capitals as in lists of this kind.
  var plainHead: String {
    let heads: [CountersPhrase] = isTimed ? [.columnChange, .plainRate, .columnNow] : [.columnValue]
    return aligned(heads.map { $0.rawValue.uppercased() }) + " " + CountersPhrase.columnName.rawValue.uppercased()
  }

  /// A row's numbers, each at its column's right.
  func numbers(_ row: CounterRow) -> String { aligned(Self.cells(row, elapsed)) }

  private func aligned(_ cells: [String]) -> String {
    let padded = zip(cells, widths).map { cell, width in String(repeating: " ", count: max(0, width - displayWidth(cell))) + cell }
    return String(repeating: " ", count: margin) + padded.joined(separator: "  ")
  }

  private static func cells(_ row: CounterRow, _ elapsed: Int64?) -> [String] {
    let value = CounterWords.value(row)
    return elapsed == nil ? [value] : [CounterWords.change(row.change), CounterWords.rate(row, elapsed), value]
  }

  /// Numbers, name and phrase; below them what the counter means.
  func write(_ row: CounterRow, isNamedByGroup: Bool, scope: CounterFacts.Scope?, to page: inout Page) {
    let name = escaped(isNamedByGroup ? row.name : row.key)
    var head = name
    if let phrase = row.entry?.counter?.phrase { head += "  " + CountersPhrase.quoted.say(["phrase": phrase]).description }
    let pieces = wrapped(escaped(head), width: max(16, width - column))
    let first = pieces[0]
    let rest = String(first.dropFirst(name.count))
    if column + displayWidth(name) > width {
      // A narrow page: the name takes a line of its own.
      page.raw(numbers(row))
      page.raw("  " + page.ink(name, .bold))
      if !rest.isEmpty { page.raw(String(repeating: " ", count: column) + rest.drop { $0 == " " }) }
    } else {
      page.raw(numbers(row) + "  " + page.ink(name, .bold) + rest)
    }
    for piece in pieces.dropFirst() { page.raw(String(repeating: " ", count: column) + piece) }
    let indent = width - column >= 40 ? column : 6
    page.put(CounterWords.summary(row, scope: scope), indent: indent)
  }
}

/// A counter's numbers and state in words.
enum CounterWords {
  static func value(_ row: CounterRow) -> String {
    row.value.map(String.init) ?? (row.isUnlimited ? CountersPhrase.noLimit.rawValue : "-")
  }

  static func change(_ change: CounterChange) -> String {
    switch change {
    case .none: "-"
    case .rose(let delta): delta == 0 ? "0" : "+" + String(delta)
    case .moved(let delta): delta > 0 ? "+" + String(delta) : String(delta)
    case .restarted: CountersPhrase.again.rawValue
    }
  }

  static func rate(_ row: CounterRow, _ elapsed: Int64?) -> String {
    if row.kind == .gauge { return CountersPhrase.level.rawValue }
    return row.thousandthsPerSecond(over: elapsed).map(rate) ?? "-"
  }

  /// One decimal below 100, none above; what is less than a tenth says so.
  static func rate(_ thousandths: UInt64) -> String {
    if thousandths == 0 { return "0" }
    if thousandths < 100 { return "<0.1" }
    if thousandths >= 100_000 { return String((thousandths + 500) / 1000) }
    let tenths = (thousandths + 50) / 100
    return String(tenths / 10) + "." + String(tenths % 10)
  }

  /// The one line of a table: what it counts, and what the group's heading does not say of it.
  static func summary(_ row: CounterRow, scope: CounterFacts.Scope?) -> String {
    if let absence = row.absence { return words(absence, row) }
    guard let entry = row.entry else { return CountersPhrase.unexplained.rawValue }
    var text = entry.summary
    if scope == nil, row.scope != .namespace { text = CountersPhrase.machine.say(["text": text]).description }
    if let worst = row.worst {
      text = CountersPhrase.worst.say(["text": text, "processor": worst.processor, "count": worst.count]).description
    }
    return text
  }

  static func words(_ absence: CounterAbsence, _ row: CounterRow) -> String {
    switch absence {
    case .noIPv6: return CountersPhrase.noIPv6.rawValue
    case .unread: return CountersPhrase.unread.say(["file": row.file.rawValue]).description
    case .notInKernel:
      if let since = row.entry?.counter?.since { return CountersPhrase.notInKernelSince.say(["version": since]).description }
      return CountersPhrase.notInKernel.rawValue
    }
  }
}
