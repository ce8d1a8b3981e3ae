internal import Catalog
public import Findings
internal import ProcFS
internal import Snapshot

enum AuditPagePhrase: String, PhraseTable {
  static var room: String { "audit.page" }
  case title = "{count} settings behind what {sockets} sockets show, kernel {kernel}, two readings {time} apart"
  case titleOne = "{count} settings behind what 1 socket shows, kernel {kernel}, two readings {time} apart"
  case titleNone = "{count} settings, no TCP or UDP socket here, kernel {kernel}, two readings {time} apart"
  case tallyFine = "nothing here speaks against any of them: all {ok} are fine here"
  case tally = "{levels}; fine here: {ok} of {count}"
  case critical = "{count} critical"
  case warning = "1 warning"
  case warnings = "{count} warnings"
  case note = "1 note"
  case notes = "{count} notes"
  case above = "{levels} at the top of this page: {names}"
  case aboveMore = "{levels} at the top of this page: {names}, …"
  case child = "a child network namespace: settings of the whole machine are the host's, and files of sysctl.d are not for it"
  case changed = "{value} ≠ {standard}"
  case problem = "{value} (default {standard})"
  case alone = "{value}"
  case follows = "WHAT FOLLOWS FROM THESE VALUES"
  case overrides = "A program's own TCP_SYNCNT, TCP_USER_TIMEOUT, TCP_KEEP*, TCP_LINGER2 override them; sockets do not show these."
  case columns = "SETTINGS: value (≠ the kernel's default), and what speaks for it here"
  case quiet = "fine here, at the default:"
  case quietRest = "fine here:"
  case named = "{name} {value}"
  case onHost = "on the host: {command}"
  case quietItem = "{name}={value}"
  case leftovers = "WITHOUT EFFECT IN SYSCTL.D"
  case place = "{file}:{line}"
  case differs = "DIFFERS FROM THE HOST"
  case differsRow = "{value} here, {host} there"
  case more = "sysctl-audit NAME explains one; sysctl-audit --fix prints what would change them"
  case moreFine = "sysctl-audit NAME explains one, with what people wrongly believe of it"
}

/// The settings as a page: troubles first, what follows from the values, then a line for each setting that the evidence bears on.
public enum AuditPage {
  /// The whole audit.
  public static func text(_ report: AuditReport, _ audit: AuditEvidence, style: PageStyle) -> String {
    var page = Page(style)
    head(report, audit, to: &page)
    for setting in troubles(report) { problem(setting, isChild: audit.reading.isChild, to: &page) }
    leftovers(report, to: &page)
    consequences(report, to: &page)
    differences(report, to: &page)
    page.blank()
    page.put(AuditPagePhrase.columns.rawValue, ink: .bold)
    for group in SettingFacts.Group.allCases {
      let settings = report.settings.filter { $0.entry.setting?.group == group && $0.value != nil }
      AuditTable.write(settings, heading: group.rawValue, to: &page)
    }
    page.blank()
    page.put((report.level == .ok ? AuditPagePhrase.moreFine : .more).rawValue, hang: 2, ink: .dim)
    last(report, to: &page)
    GlancePage.gaps(audit.reading.now.gaps, to: &page)
    return page.text
  }

  static func head(_ report: AuditReport, _ audit: AuditEvidence, to page: inout Page) {
    let now = audit.reading.now
    let settings = report.settings.filter { $0.value != nil }
    let time = Durations.words(milliseconds: audit.evidence.intervalMilliseconds ?? 0)
    let title: AuditPagePhrase =
      switch now.inet.sockets.count {
      case 0: .titleNone
      case 1: .titleOne
      default: .title
      }
    page.put(
      title.say([
        "count": settings.count, "sockets": now.inet.sockets.count, "kernel": now.kernel, "time": time,
      ]).description, hang: 2, ink: .bold)
    let isFine = report.settings.allSatisfy { $0.level == .ok }
    let tally = (isFine ? AuditPagePhrase.tallyFine : .tally).say([
      "levels": levels(report), "count": settings.count, "ok": settings.count { $0.level == .ok },
    ])
    page.put(tally.description, hang: 2, ink: isFine ? .green : .plain)
    if audit.reading.isChild { page.put(AuditPagePhrase.child.rawValue, hang: 2) }
  }

  /// `1 critical, 2 notes`: the levels above ok that occur.
  static func levels(_ report: AuditReport) -> String {
    let troubles = troubles(report)
    let words: [(AuditLevel, AuditPagePhrase, AuditPagePhrase)] = [
      (.critical, .critical, .critical), (.warn, .warning, .warnings), (.note, .note, .notes),
    ]
    return words.compactMap { level, one, many in
      let count = troubles.count { $0.level == level }
      return count == 0 ? nil : (count == 1 ? one : many).say(["count": count]).description
    }.joined(separator: ", ")
  }

  /// The verdict again, where a terminal stops: the page is longer than a screen, and its top has left it.
  static func last(_ report: AuditReport, to page: inout Page) {
    let troubles = troubles(report)
    guard let worst = troubles.first else {
      page.put(AuditPagePhrase.tallyFine.say(["ok": report.settings.count { $0.value != nil }]).description, hang: 2, ink: .green)
      return
    }
    let names = troubles.prefix(5).map(AuditTable.shortName).joined(separator: ", ")
    let phrase: AuditPagePhrase = troubles.count > 5 ? .aboveMore : .above
    page.put(phrase.say(["levels": levels(report), "names": names]).description, hang: 2, ink: ink(worst.level))
  }

  /// Settings above ok, the worst first, then in the order of the table.
  static func troubles(_ report: AuditReport) -> [AuditedSetting] {
    [AuditLevel.critical, .warn, .note].flatMap { level in report.settings.filter { $0.level == level } }
  }

  static func ink(_ level: AuditLevel) -> Page.Ink {
    switch level {
    case .ok: .green
    case .note: .cyan
    case .warn: .yellow
    case .critical: .red
    }
  }

  static func problem(_ setting: AuditedSetting, isChild: Bool, to page: inout Page) {
    page.blank()
    let value = (setting.isDefault == false ? AuditPagePhrase.problem : .alone).say([
      "value": oneLine(setting.value ?? ""), "standard": setting.standard ?? "",
    ])
    let title = AuditPagePhrase.named.say(["name": setting.name, "value": value])
    page.put(label: setting.level.name.uppercased(), title.description, indent: 0, column: 10, ink: .bold, labelInk: ink(setting.level))
    for judgement in setting.judgements where judgement.level > .ok {
      page.put(judgement.text.description, indent: 10)
      for line in judgement.evidence { page.put(line.description, indent: 12, hang: 14) }
    }
    if let fix = setting.fix {
      page.put("→ " + command(setting, fix, isChild: isChild).description, indent: 10, hang: 12, ink: .cyan)
      if let then = fix.then { page.put(then.description, indent: 12) }
    }
  }

  /// The command that changes a setting, and where it must be typed: one of the machine is the host's.
  static func command(_ setting: AuditedSetting, _ fix: SettingFix, isChild: Bool) -> Sentence {
    let command = FixPage.command(setting.name, fix)
    return isChild && setting.isOfMachine ? AuditPagePhrase.onHost.say(["command": command]) : command
  }

  static func leftovers(_ report: AuditReport, to page: inout Page) {
    guard !report.leftovers.isEmpty else { return }
    page.blank()
    page.put(AuditPagePhrase.leftovers.rawValue, ink: .bold)
    for leftover in report.leftovers {
      let place = AuditPagePhrase.place.say(["file": leftover.line.file, "line": leftover.line.line])
      page.put(label: AuditLevel.note.name.uppercased(), place.description, indent: 0, column: 10, labelInk: ink(.note))
      page.put(leftover.text.description, indent: 10)
    }
  }

  static func consequences(_ report: AuditReport, to page: inout Page) {
    guard !report.consequences.isEmpty else { return }
    page.blank()
    page.put(AuditPagePhrase.follows.rawValue, ink: .bold)
    let labels = report.consequences.map { displayWidth($0.label.description) }.max() ?? 0
    let values = report.consequences.map { displayWidth($0.value.description) }.max() ?? 0
    for each in report.consequences {
      let label = padded(each.label.description, labels) + "  " + padded(each.value.description, values)
      page.put(label: label, each.detail.description, indent: 2, column: 2 + labels + 2 + values + 2, labelInk: .plain)
    }
    page.put(AuditPagePhrase.overrides.rawValue, indent: 2, ink: .dim)
  }

  /// Where a child namespace is unlike the host: what was tuned there does not hold here.
  static func differences(_ report: AuditReport, to page: inout Page) {
    let settings = report.settings.filter { $0.hostValue != nil && $0.entry.setting?.isDisplay == false }
    guard !settings.isEmpty else { return }
    page.blank()
    page.put(AuditPagePhrase.differs.rawValue, ink: .bold)
    let width = min(30, settings.map { AuditTable.shortName($0).count }.max() ?? 0)
    for setting in settings {
      let row = AuditPagePhrase.differsRow.say(["value": oneLine(setting.value ?? ""), "host": oneLine(setting.hostValue ?? "")])
      page.put(label: AuditTable.shortName(setting), row.description, indent: 2, column: 2 + width + 2, labelInk: .plain)
    }
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - displayWidth(text)))
  }
}

extension AuditedSetting {
  /// One value for the whole machine: a child namespace cannot write it.
  var isOfMachine: Bool { scope != .namespace && scope != .copied }

  /// The change that the worst judgement asks for.
  var fix: SettingFix? { judgements.first { $0.level > .ok && $0.fix != nil }?.fix }
}

/// The table: a row for each setting that the evidence bears on or that was changed; the others by name and value.
enum AuditTable {
  static let nameLimit = 36
  static let valueLimit = 22

  static func write(_ settings: [AuditedSetting], heading: String, to page: inout Page) {
    guard !settings.isEmpty else { return }
    page.blank()
    page.put(heading, ink: .bold)
    let rows = settings.filter { $0.hasEvidence || $0.isDefault == false || isJudged($0) }
    let names = min(nameLimit, rows.map { shortName($0).count }.max() ?? 0)
    let values = min(valueLimit, rows.map { displayWidth(value($0)) }.max() ?? 0)
    for row in rows { write(row, names, values, to: &page) }
    let rest = settings.filter { setting in !rows.contains { $0.name == setting.name } }
    quiet(rest.filter { $0.isDefault == true }, .quiet, to: &page)
    quiet(rest.filter { $0.isDefault != true }, .quietRest, to: &page)
  }

  /// Whether a judge spoke of it, even if only to say that all is well.
  static func isJudged(_ setting: AuditedSetting) -> Bool { setting.judgements.contains(where: \.isOfJudge) }

  static func write(_ setting: AuditedSetting, _ names: Int, _ values: Int, to page: inout Page) {
    let level = AuditPage.padded(setting.level == .critical ? "crit" : setting.level.name, 5)
    let label = level + AuditPage.padded(shortName(setting), names) + "  " + AuditPage.padded(value(setting), values)
    let text = setting.judgements.first?.text.description ?? ""
    page.put(
      label: label, text, indent: 0, column: 5 + names + 2 + values + 2,
      labelInk: setting.level == .ok ? .plain : AuditPage.ink(setting.level))
  }

  /// The last part of the name where that says enough and finds it again, else the name without `net.`.
  static func shortName(_ setting: AuditedSetting) -> String {
    let parts = setting.name.split(separator: ".")
    let isUsual = parts.count == 3 && ["ipv4", "core", "netfilter"].contains(parts[1])
    guard isUsual, let short = setting.entry.setting?.shortName, Knowledge.setting(short)?.term == setting.name else {
      return String(setting.name.dropFirst(setting.name.hasPrefix("net.") ? 4 : 0))
    }
    return short
  }

  static func value(_ setting: AuditedSetting) -> String {
    let value = compact(setting.value ?? "", setting.entry.unit)
    guard setting.isDefault == false, let standard = setting.standard else { return value }
    return AuditPagePhrase.changed.say(["value": value, "standard": compact(standard, setting.entry.unit)]).description
  }

  /// Several numbers of bytes as `4K 128K 6M` where they are whole; anything else as it is.
  static func compact(_ value: String, _ unit: Unit) -> String {
    let words = value.split { $0 == " " || $0 == "\t" }
    guard unit == .bytes, words.count > 1 else { return value.isEmpty ? "-" : words.joined(separator: " ") }
    return words.map { word in
      guard let number = Int(word), number > 0 else { return String(word) }
      if number % (1 << 20) == 0 { return "\(number >> 20)M" }
      return number % 1024 == 0 ? "\(number >> 10)K" : String(word)
    }.joined(separator: " ")
  }

  static func quiet(_ settings: [AuditedSetting], _ label: AuditPagePhrase, to page: inout Page) {
    guard !settings.isEmpty else { return }
    let words = settings.map { AuditPagePhrase.quietItem.say(["name": shortName($0), "value": value($0)]).description }
    page.put("ok   " + label.rawValue + " " + words.joined(separator: ", "), hang: 5)
  }
}
