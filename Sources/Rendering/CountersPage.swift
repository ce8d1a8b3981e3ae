internal import Catalog
public import Findings

/// The page of `counters`: what counted, or what moved between two readings, with its meaning.
public enum CountersPage {
  /// The page, or with `isPlain` nothing but the table, of a selection that is not empty.
  public static func text(
    _ selection: CounterSelection, of table: CounterTable, pattern: String, isPlain: Bool = false, showsHeader: Bool = true,
    style: PageStyle
  ) -> String {
    var page = Page(style)
    if isPlain {
      plain(selection, table, showsHeader: showsHeader, to: &page)
      return page.text
    }
    if table.isRestarted { page.put(CountersPhrase.restarted.rawValue, hang: 2, ink: .yellow) }
    if !selection.sections.isEmpty || selection.explained.isEmpty { heading(selection, table, pattern, to: &page) }
    for row in selection.explained {
      page.blank()
      CounterCard.write(row, of: table, to: &page)
    }
    let layout = CounterLayout(selection.sections.flatMap(\.rows), table, style)
    for (index, section) in selection.sections.enumerated() {
      page.blank()
      page.put(title(section, table), hang: 2, ink: .bold)
      if index == 0, let head = layout.head { page.raw(page.ink(head, .dim)) }
      for row in section.rows { layout.write(row, isNamedByGroup: section.isGroup, scope: scope(section, table), to: &page) }
    }
    footer(selection, table, to: &page)
    return page.text
  }

  /// What is said on stderr when nothing answers a pattern.
  public static func nothing(_ pattern: String, near: [String]) -> String {
    near.isEmpty
      ? CountersPhrase.none.say(["pattern": pattern]).description
      : CountersPhrase.noneNear.say(["pattern": pattern, "near": near.joined(separator: ", ")]).description
  }

  /// One line a counter: numbers, then its full name.
  private static func plain(_ selection: CounterSelection, _ table: CounterTable, showsHeader: Bool, to page: inout Page) {
    let rows = selection.explained + selection.sections.flatMap(\.rows)
    let layout = CounterLayout(rows, table, page.style, margin: 0)
    if showsHeader { page.raw(layout.plainHead) }
    for row in rows { page.raw(layout.numbers(row) + " " + escaped(row.key)) }
  }

  private static func heading(_ selection: CounterSelection, _ table: CounterTable, _ pattern: String, to page: inout Page) {
    let shown = selection.explained.count + selection.sections.reduce(0) { $0 + $1.rows.count }
    let count = table.rows.count { $0.absence == nil }
    let active = table.rows.count { $0.absence == nil && table.isActive($0) }
    let time = table.elapsedNanoseconds.map(timeWords)
    let sentence: Sentence
    // The gaps on the standard error say why.
    if count == 0 {
      page.put(CountersPhrase.nothingRead.rawValue, hang: 2)
      return
    }
    switch (pattern.allSatisfy(\.isWhitespace), time) {
    case (false, nil): sentence = CountersPhrase.found.say(["count": shown, "pattern": pattern])
    case (false, let time?): sentence = CountersPhrase.foundOver.say(["count": shown, "pattern": pattern, "time": time])
    case (true, let time?):
      sentence =
        active == 0
        ? CountersPhrase.nothingMoved.say(["count": count, "time": time])
        : CountersPhrase.moved.say(["shown": active, "count": count, "time": time])
    case (true, nil):
      sentence =
        active == 0 ? CountersPhrase.nothingCounted.say(["count": count]) : CountersPhrase.totals.say(["shown": active, "count": count])
    }
    page.put(sentence.description, hang: 2)
  }

  static func timeWords(_ nanoseconds: Int64) -> String { Durations.words(milliseconds: Int(nanoseconds / 1_000_000)).description }

  private static func title(_ section: CounterSelection.Section, _ table: CounterTable) -> String {
    switch section.heading {
    case .group(let group):
      let file = section.rows.first?.file.rawValue ?? ""
      let phrase = table.elapsedNanoseconds == nil ? CountersPhrase.group : .groupMoved
      return phrase.say([
        "group": group, "file": file, "scope": scopeWords(section, table), "active": section.active, "count": section.count,
      ]).description
    case .match(.phrase): return CountersPhrase.byPhrase.rawValue
    case .match(.summary), .match(.meaning): return CountersPhrase.byMeaning.rawValue
    case .match: return CountersPhrase.byName.rawValue
    }
  }

  /// The one scope of a group's counters; nil when they differ, or are not of one group.
  private static func scope(_ section: CounterSelection.Section, _ table: CounterTable) -> CounterFacts.Scope? {
    guard case .group(let group) = section.heading else { return nil }
    let scopes = Set(table.rows.filter { $0.group == group }.map { $0.scope ?? .namespace })
    return scopes.count == 1 ? scopes.first : nil
  }

  private static func scopeWords(_ section: CounterSelection.Section, _ table: CounterTable) -> String {
    switch scope(section, table) {
    case nil: CountersPhrase.mixedScope.rawValue
    case .processor:
      table.processorCount > 1
        ? CountersPhrase.processors.say(["count": table.processorCount]).description : CountersPhrase.oneProcessor.rawValue
    case let scope?: scope.rawValue
    }
  }

  private static func footer(_ selection: CounterSelection, _ table: CounterTable, to page: inout Page) {
    guard !selection.sections.isEmpty || selection.folded > 0 else { return }
    page.blank()
    let isTimed = table.elapsedNanoseconds != nil
    if selection.folded > 0 {
      page.put((isTimed ? CountersPhrase.foldedStill : .folded).say(["count": selection.folded]).description, hang: 2)
    }
    if selection.lacking > 0 { page.put(CountersPhrase.lacking.say(["count": selection.lacking]).description, hang: 2) }
    guard !selection.sections.isEmpty else { return }
    page.put(CountersPhrase.legend.rawValue, hang: 2)
    if isTimed, selection.sections.contains(where: { $0.rows.contains { $0.kind == .gauge } }) {
      page.put(CountersPhrase.legendLevel.rawValue, hang: 2)
    }
  }
}

extension CounterSelection.Section {
  var isGroup: Bool { if case .group = heading { true } else { false } }
}
