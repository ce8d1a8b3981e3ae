import Catalog
import SockDiag

/// The manual page, made from the same tables as the help. `Docs/sockexplain.1` is this text; a test compares.
enum Manual {
  /// roff with the man(7) macros.
  static var page: String {
    var out =
      ".TH SOCKEXPLAIN 1 \"\" \"sockexplain \(Version.number)\"\n" + section(.nameHeading) + "sockexplain \\- " + text(HelpPhrase.name)
      + "\n"
    out += section(.synopsisHeading)
    out += Help.usage.map { ".B " + escaped($0.0) + "\n" }.joined(separator: ".br\n")
    out += section(.descriptionHeading) + text(HelpPhrase.manDescription) + "\n.PP\n" + text(HelpPhrase.manDefaults) + "\n"
    out += section(.optionsHeading)
    for group in OptionGroup.allCases where group != .later {
      out += ".SS " + text(group) + "\n" + FlagTable.offered.filter { $0.group == group }.map(option).joined()
    }
    out += filter
    out += section(.examplesHeading) + Help.examples.map { tagged($0.0, $0.1) }.joined()
    out += section(.manStatusHeading) + tagged("0", .statusFine) + tagged("1", .statusNothing) + tagged("2", .statusUsage)
    out += ".PP\n" + text(HelpPhrase.manStatusPrivilege) + "\n"
    out += section(.manEnvironmentHeading) + tagged("NO_COLOR", .environmentColor) + tagged("COLUMNS", .environmentColumns)
    return out + section(.manSeeHeading) + ".BR ss (8),\n.BR netstat (8),\n.BR sock_diag (7),\n.BR tcp (7),\n.BR proc (5)\n"
  }

  private static var filter: String {
    let states = HelpPhrase.manStates.say(["names": FilterStates.names.joined(separator: ", ")]).description
    let paragraphs = [
      text(HelpPhrase.manPrecedence), text(HelpPhrase.manAddresses), escaped(states), text(HelpPhrase.manPaths), text(HelpPhrase.manBare),
    ]
    return section(.filterHeading) + Help.filter.map { tagged($0.0, $0.1) }.joined() + paragraphs.map { ".PP\n" + $0 + "\n" }.joined()
  }

  private static func option(_ flag: Flag) -> String {
    let names = [flag.short.map { "-\($0)" }, flag.long.map { "--\($0)" }, flag.alias.map { "--\($0)" }].compactMap { $0 }
    var out = ".TP\n\\fB" + names.map(escaped).joined(separator: "\\fR, \\fB") + "\\fR"
    if let placeholder = flag.argument.placeholder { out += " \\fI" + placeholder + "\\fR" }
    out += "\n" + text(flag.option) + ".\n"
    if let detail = flag.detail { out += text(detail) + "\n" }
    return out
  }

  private static func section(_ heading: HelpPhrase) -> String { ".SH " + text(heading).uppercased() + "\n" }
  private static func tagged(_ tag: String, _ phrase: HelpPhrase) -> String {
    let line = text(phrase)
    return ".TP\n.B " + escaped(tag) + "\n" + line + (line.hasSuffix("?") ? "\n" : ".\n")
  }
  private static func text(_ phrase: some PhraseTable) -> String { escaped(phrase.say().description) }

  /// A hyphen that is typed must stay one; a line must not begin like a macro.
  private static func escaped(_ text: String) -> String {
    var out = ""
    for character in text {
      switch character {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      case "'": out += "\\(aq"
      case "…": out += "..."
      default: out.append(character)
      }
    }
    return out.hasPrefix(".") ? "\\&" + out : out
  }
}
