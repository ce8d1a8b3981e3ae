internal import Catalog
public import Findings
internal import ProbeStream
internal import Snapshot

/// What the page of `drops` tells around its rows.
public struct DropsContext: Sendable {
  /// The window, milliseconds.
  public var milliseconds: Int
  /// uname -r.
  public var kernel: String
  /// Harmless rows are shown too.
  public var showsAll: Bool
  /// A filter was given.
  public var isFiltered: Bool
  /// What the side-car says of itself; nil without one.
  public var watch: DropWatch?

  /// The surroundings of a report.
  public init(milliseconds: Int, kernel: String, showsAll: Bool, isFiltered: Bool, watch: DropWatch?) {
    self.milliseconds = milliseconds
    self.kernel = kernel
    self.showsAll = showsAll
    self.isFiltered = isFiltered
    self.watch = watch
  }
}

/// What was dropped, why, and whose it was.
public enum DropsPage {
  static let column = 17
  static let indent = 7
  /// Functions named of one row; counters likewise.
  static let named = 4

  /// The page of a report.
  public static func text(_ report: DropReport, _ context: DropsContext, style: PageStyle) -> String {
    var page = Page(style)
    head(report, context, to: &page)
    for row in report.rows { write(row, to: &page) }
    if !report.notices.isEmpty {
      page.blank()
      page.put(DropsPagePhrase.notices.rawValue, ink: .bold)
      for row in report.notices { write(row, to: &page) }
    }
    if context.showsAll, !report.hidden.isEmpty {
      page.blank()
      page.put(DropsPagePhrase.harmless.rawValue, ink: .bold)
      for row in report.hidden { write(row, to: &page) }
    }
    foot(report, context, to: &page)
    return page.text
  }

  /// The line that stands on the terminal while the window is open.
  public static func progress(elapsed: Int, of total: Int, drops: UInt64?) -> String {
    let elapsed = Durations.words(milliseconds: elapsed / 1000 * 1000), time = Durations.words(milliseconds: total)
    guard let drops else { return DropsPagePhrase.progress.say(["elapsed": elapsed, "time": time]).description }
    return DropsPagePhrase.progressSeen.say(["elapsed": elapsed, "time": time, "drops": drops]).description
  }

  private static func head(_ report: DropReport, _ context: DropsContext, to page: inout Page) {
    let phrase: DropsPagePhrase =
      !report.rows.isEmpty ? .dropped : context.isFiltered ? .noneWanted : context.watch == nil ? .noneSeen : .none
    page.put(
      phrase.say([
        "packets": packets(report.dropped), "time": Durations.words(milliseconds: context.milliseconds),
        "causes": causes(report.rows.count), "kernel": context.kernel,
      ]).description, hang: 2, ink: .bold)
  }

  private static func foot(_ report: DropReport, _ context: DropsContext, to page: inout Page) {
    page.blank()
    if !context.showsAll, !report.hidden.isEmpty {
      page.put(
        DropsPagePhrase.hidden.say(["packets": packets(report.harmless), "causes": causes(report.hidden.count)]).description, hang: 2)
    }
    if report.filteredOut > 0 {
      page.put(DropsPagePhrase.filtered.say(["causes": causes(report.filteredOut)]).description, hang: 2)
    }
    let watch = context.watch
    let sources: DropsPagePhrase = watch == nil ? .withoutEvents : .withEvents
    page.put(label: DropsPagePhrase.sources.rawValue, sources.rawValue, indent: 0, column: 10)
    guard let totals = watch?.totals else { return }
    page.put(
      label: DropsPagePhrase.sidecar.rawValue,
      DropsPagePhrase.seen.say([
        "drops": totals.drops, "benign": report.harmless, "summarized": totals.dropsSummarized, "lost": totals.dropsLost,
      ]).description, indent: 0, column: 10)
    if watch?.tellsReasons == false { page.put(DropsPagePhrase.noReasons.rawValue, indent: 10) }
    if watch?.tellsReceivers == false { page.put(DropsPagePhrase.noReceivers.rawValue, indent: 10) }
    if totals.dropsUnplaced > 0 {
      page.put(DropsPagePhrase.unplaced.say(["count": totals.dropsUnplaced]).description, indent: 10)
    }
    if totals.events + totals.eventsLost > 0 {
      page.put(DropsPagePhrase.seenEvents.say(["events": totals.events, "lost": totals.eventsLost]).description, indent: 10)
    }
  }

  private static func write(_ row: DropRow, to page: inout Page) {
    page.blank()
    let count = String(row.count)
    let victim = row.victim.map(words) ?? (row.isDrop ? DropsPagePhrase.unknown : .somewhere).rawValue
    let isMarked = row.isDrop && row.harm == .loss
    page.put(
      label: count, victim, indent: 0, column: max(indent, count.count + 1), ink: .bold, labelInk: isMarked ? .red : .bold)
    page.put(row.meaning.description, indent: indent)
    for detail in row.details { page.put(detail.description, indent: indent) }
    let functions = row.functions.prefix(named).map { DropsPagePhrase.function.say(["name": $0]).description }
      .joined(separator: ", ")
    if let reason = row.reason {
      let text = functions.isEmpty ? reason : DropsPagePhrase.reasonAt.say(["reason": reason, "functions": functions]).description
      line(.reason, text, to: &page)
    } else if !functions.isEmpty {
      line(.reason, DropsPagePhrase.noReason.say(["functions": functions]).description, to: &page)
    }
    line(.proof, proof(row), to: &page)
    switch row.capture {
    case .shown: line(.tcpdump, DropsPagePhrase.shown.rawValue, to: &page)
    case .hidden: line(.tcpdump, DropsPagePhrase.hiddenThere.rawValue, to: &page)
    case .receivedOnly, nil: break
    }
    for stack in row.stacks {
      line(
        .stack,
        DropsPagePhrase.stackCount.say(["packets": packets(stack.count), "frames": stack.frames.joined(separator: " < ")]).description,
        to: &page)
    }
    if let advice = row.advice {
      page.put(DropsPagePhrase.advice.say(["text": advice]).description, indent: indent, hang: indent + 2, ink: .cyan)
    }
  }

  private static func line(_ label: DropsPagePhrase, _ text: String, to page: inout Page) {
    page.put(label: label.rawValue, text, indent: indent, column: column, labelInk: .dim)
  }

  /// Whom it hurt, and how sure that is.
  static func words(_ victim: DropVictim) -> String {
    switch victim.attribution {
    case .inferred: DropsPagePhrase.inferred.say(["victim": victim.text]).description
    case .ambiguous: DropsPagePhrase.ambiguous.say(["victim": victim.text, "count": victim.count]).description
    case .exact, .socketDrops, .none: victim.text.description
    }
  }

  /// Counters and sk_drops that rose with it; a counter that should have and did not is shown with +0.
  private static func proof(_ row: DropRow) -> String {
    var parts = row.counters.prefix(named).map {
      ($0.isExact && $0.rise <= row.count + row.count / 10 + 1 ? DropsPagePhrase.rise : .riseInAll).say([
        "key": short($0.key), "rise": $0.rise,
      ]).description
    }
    if let drops = row.socketDrops {
      parts.append((row.socketDropsAreExact ? DropsPagePhrase.socketDrops : .socketDropsInAll).say(["rise": drops]).description)
    }
    if parts.isEmpty { return (row.isSummary ? DropsPagePhrase.unkeptCounter : .noCounter).rawValue }
    return parts.joined(separator: ", ")
  }

  /// TcpExt's names are unique and known by themselves.
  private static func short(_ key: String) -> String {
    key.hasPrefix("TcpExt.") ? String(key.dropFirst(7)) : key
  }

  static func packets(_ count: UInt64) -> Sentence {
    count == 1 ? DropsPagePhrase.packet.say() : DropsPagePhrase.packets.say(["count": count])
  }

  static func causes(_ count: Int) -> Sentence {
    count == 1 ? DropsPagePhrase.cause.say() : DropsPagePhrase.causes.say(["count": count])
  }
}
