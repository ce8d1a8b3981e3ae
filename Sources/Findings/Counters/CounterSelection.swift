internal import Catalog

/// Which rows of a table are shown, in which order, and what of them is left out.
public struct CounterSelection: Sendable {
  /// Rows that stand together.
  public struct Section: Sendable {
    /// What they have in common.
    public let heading: Heading
    /// The rows to show.
    public let rows: [CounterRow]
    /// How many counters of this kernel the heading covers, shown or not.
    public let count: Int
    /// How many of these are not 0, or moved.
    public let active: Int
  }

  /// What rows of a section have in common.
  public enum Heading: Sendable, Equatable {
    /// The group of the kernel's file.
    case group(String)
    /// How they answer the pattern.
    case match(CounterMatch)
  }

  /// The rows of which everything is told.
  public let explained: [CounterRow]
  /// The rest, a line or two each.
  public let sections: [Section]
  /// Counters that are 0, or did not move, and are left out for it.
  public let folded: Int
  /// Counters that the catalog knows and this kernel lacks, left out for it.
  public let lacking: Int
  /// Whether there is anything to show or to fold.
  public let isEmpty: Bool

  /// At most so many counters are explained in full.
  static let explainedLimit = 3

  /// Chooses from a table: everything that is not 0 or moved, everything that answers a pattern, or simply everything.
  public init(_ table: CounterTable, pattern: String, showsAll: Bool) {
    let search = CounterSearch(pattern)
    if search.isEmpty {
      let shown = table.rows.filter { $0.absence == nil && (showsAll || table.isActive($0)) || showsAll && $0.absence == .notInKernel }
      explained = []
      sections = Self.byGroup(shown, table)
      folded = table.rows.count { $0.absence == nil } - shown.count { $0.absence == nil }
      lacking = table.rows.count { $0.absence == .notInKernel } - shown.count { $0.absence == .notInKernel }
      isEmpty = table.rows.allSatisfy { $0.absence != nil }
      return
    }
    if let group = search.group(among: table.rows) {
      explained = []
      sections = Self.byGroup(table.rows.filter { $0.group == group }, table)
      (folded, lacking, isEmpty) = (0, 0, false)
      return
    }
    let found = table.rows.compactMap { row in search.match(row).map { (row: row, match: $0) } }
    folded = 0
    lacking = 0
    isEmpty = found.isEmpty
    let exact = found.filter { $0.match == .exact }.map(\.row)
    if exact.isEmpty, found.count <= Self.explainedLimit {
      explained = found.sorted { $0.match < $1.match }.map(\.row)
      sections = []
      return
    }
    explained = exact.count <= Self.explainedLimit ? exact : []
    let rest = explained.isEmpty ? found : found.filter { $0.match != .exact }
    if rest.allSatisfy({ $0.match <= .name }), Set(rest.map(\.row.group)).count == 1 {
      sections = Self.byGroup(rest.map(\.row), table)
      return
    }
    // An explanation's first line and its rest are one thing to a reader.
    let matches: [(CounterMatch, ClosedRange<Int>)] = [(.name, 0...1), (.phrase, 2...2), (.meaning, 3...4)]
    sections = matches.compactMap { heading, ranks in
      let rows = rest.filter { ranks.contains($0.match.rawValue) }.sorted { $0.match < $1.match }.map(\.row)
      return rows.isEmpty ? nil : Self.section(.match(heading), rows, of: rows, table)
    }
  }

  private static func byGroup(_ shown: [CounterRow], _ table: CounterTable) -> [Section] {
    var sections: [Section] = []
    for row in shown where sections.last?.heading != .group(row.group) {
      let all = table.rows.filter { $0.group == row.group && $0.absence == nil }
      sections.append(section(.group(row.group), shown.filter { $0.group == row.group }, of: all, table))
    }
    return sections
  }

  private static func section(_ heading: Heading, _ rows: [CounterRow], of all: [CounterRow], _ table: CounterTable) -> Section {
    let busy = rows.filter { table.isActive($0) }
    let idle = rows.filter { !table.isActive($0) && $0.absence == nil }
    let absent = rows.filter { $0.absence != nil }
    return Section(heading: heading, rows: busy + idle + absent, count: all.count, active: all.count { table.isActive($0) })
  }
}

extension CounterTable {
  /// Whether a row is worth a line of its own: it moved, or with one reading is not 0.
  public func isActive(_ row: CounterRow) -> Bool {
    elapsedNanoseconds == nil ? row.isNonzero : row.change.isChange
  }
}
