import Catalog
import SockDiag

/// The texts of -h and --help, made from the option table.
enum Help {
  /// Command lines and what they do. The lines are typed, so they are not translated.
  static let usage: [(String, HelpPhrase)] = [
    ("sockexplain", .usageGlance), ("sockexplain [OPTIONS] [FILTER]", .usageList), ("sockexplain explain TERM...", .usageExplain),
    ("sockexplain sysctl-audit [NAME]", .usageAudit), ("sockexplain counters [PATTERN]", .usageCounters),
    ("sockexplain drops [--for 10s] [FILTER]", .usageDrops),
    ("sockexplain trace [FILTER]", .usageTrace),
  ]
  static let filter: [(String, HelpPhrase)] = [
    ("PORT, ADDRESS[:PORT]", .filterPort), ("src HOST, dst HOST", .filterHost), ("sport OP PORT, dport OP PORT", .filterCompare),
    ("state NAME, exclude NAME", .filterState), ("dev NAME, fwmark VALUE/MASK", .filterDevice), ("autobound", .filterAutobound),
    ("and, or, not, ( )", .filterCombine),
  ]
  static let examples: [(String, HelpPhrase)] = [
    ("sockexplain -l 8080", .exampleListener), ("sockexplain -tp state close-wait", .exampleState),
    ("sockexplain dst 10.0.0.7:443", .exampleEnds), ("sockexplain -ti 'dport :443 or sport :443'", .exampleExpression),
    ("sockexplain -tanH", .examplePlain),
  ]
  static let common: [Option] = [.tcp, .udp, .unix, .all, .listening, .processes, .info, .plain, .json, .interval]

  /// What -h prints: one screen.
  static var brief: String {
    var out = HelpPhrase.title.say().description + "\n\n" + list(Array(usage.prefix(3)), width: 31) + "\n"
    out += rows(FlagTable.offered.filter { common.contains($0.option) })
    return out + "\n" + list(examples, width: 43) + "\n" + HelpPhrase.more.say().description + "\n"
  }

  /// What --help prints.
  static var full: String {
    var out = HelpPhrase.title.say().description + "\n\n" + list(usage, width: 31)
    for group in OptionGroup.allCases where group != .later {
      out += "\n" + group.say().description + ":\n" + rows(FlagTable.offered.filter { $0.group == group })
    }
    out += "\n" + HelpPhrase.filterHeading.say().description + ":\n" + list(filter, width: 30)
    return out + "\n" + HelpPhrase.examplesHeading.say().description + ":\n" + list(examples, width: 43)
  }

  static func rows(_ flags: [Flag]) -> String {
    flags.map { flag in "  " + pad(flag.synopsis, 25) + " " + flag.option.say().description + "\n" }.joined()
  }

  /// Two columns; where they do not fit beside each other in 80, the text takes a line of its own.
  static func list(_ rows: [(String, HelpPhrase)], width: Int) -> String {
    rows.map { left, phrase in
      let text = phrase.say().description
      let fits = left.count <= width && 3 + width + text.count <= 80
      return fits ? "  " + pad(left, width) + " " + text + "\n" : "  " + left + "\n      " + text + "\n"
    }.joined()
  }

  static func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

  /// What --list-columns prints: every field's key, unit and summary.
  static var columns: String {
    let fields = Field.all.map { ($0.key, $0.entry) } + ProbedField.allCases.map { ($0.rawValue, $0.entry) }
    let width = fields.map(\.0.count).max() ?? 0
    let unitWidth = fields.map(\.1.unit.rawValue.count).max() ?? 0
    return fields.map { key, entry in
      pad(key, width) + "  " + pad(entry.unit.rawValue, unitWidth) + "  " + entry.summary + "\n"
    }.joined()
  }
}
