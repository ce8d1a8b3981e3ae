internal import Catalog

/// The words of the generated documents.
enum DocumentPhrase: String, PhraseTable {
  static var room: String { "document" }
  case generated = "Generated from the tables in Sources/Catalog by `RECORD_SNAPSHOTS=1 swift test --filter Documents`; do not edit."
  case fields = "Fields"
  case fieldsIntro = "Every number of a socket that sockexplain reads, with its unit and the kernel function that makes it."
  case counters = "Counters"
  case countersIntro =
    "Every counter of /proc/net that `sockexplain counters` explains, by file and group, under the kernel's name, with the words of `netstat -s` that stand for it."
  case contents = "Contents"
  case contentsFile = "- {file}: {groups}"
  case contentsGroup = "[{group}](#{anchor}) ({count})"
  case contentsMessages = "- [{title}](#{anchor}) ({count})"
  case groupHeading = "{group} ({file})"
  case groupTable = "| counter | what it is | netstat -s prints |"
  case groupRow = "| [{name}](#{anchor}) | {summary} | {phrase} |"
  case counterFacts = "Unit: {unit}. Kind: {kind}. Scope: {scope}."
  case counterBenign = "It rises in normal life: its movement alone is no alarm."
  case counterSince = "Since Linux {version}."
  case sysctls = "Settings"
  case sysctlsIntro = "Settings under /proc/sys that decide what sockets show."
  case drops = "Drop reasons"
  case dropsIntro =
    "Reasons for which the kernel drops a packet (`enum skb_drop_reason`), what they mean where, and what proves them; then those for which it sends a reset (`enum sk_rst_reason`)."
  case unit = "Unit: {unit}."
  case item = "- {label}: {text}"
}

/// Docs/Fields.md, Docs/Counters.md, Docs/Sysctls.md and Docs/DropReasons.md, from the same entries that `explain` prints.
public enum KnowledgeDocuments {
  /// File name below Docs and its text.
  public static var all: [(name: String, text: String)] {
    [
      ("Fields.md", document(.fields, .fieldsIntro, [.field])),
      ("Counters.md", counters),
      ("Sysctls.md", document(.sysctls, .sysctlsIntro, [.sysctl])),
      ("DropReasons.md", document(.drops, .dropsIntro, [.dropReason, .resetReason])),
    ]
  }

  static func document(_ title: DocumentPhrase, _ intro: DocumentPhrase, _ topics: [Topic]) -> String {
    var lines = ["# " + title.rawValue, "", intro.rawValue, DocumentPhrase.generated.rawValue]
    for topic in topics {
      if topics.count > 1 { lines += ["", "## " + TopicPhrase.several(topic)] }
      for entry in Knowledge.all where entry.topic == topic { lines += section(entry, level: topics.count > 1 ? "### " : "## ") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func section(_ entry: Entry, level: String) -> [String] {
    let counter = entry.counter
    var lines = ["", level + plain(counter?.key ?? entry.term), "", plain(entry.summary), ""]
    lines += wrapped(plain(entry.meaning), width: 120)
    lines += ["", counter.map { facts($0, entry.unit) } ?? DocumentPhrase.unit.say(["unit": entry.unit.rawValue]).description, ""]
    item(ExplainPage.misreadingLabel(entry.topic), entry.misreading, to: &lines)
    item(.formula, entry.formula, to: &lines)
    for (label, text) in ExplainPage.facts(entry.setting) { item(label, text, to: &lines) }
    for (label, text) in DropFacts.rows(entry.dropReason) { item(label, text, to: &lines) }
    item(.ss, entry.ss, to: &lines)
    item(.netstat, entry.netstat, to: &lines)
    item(.kernel, ExplainPage.source(entry.source), to: &lines)
    item(.settings, entry.settings.isEmpty ? nil : entry.settings.joined(separator: ", "), to: &lines)
    item(.advice, entry.advice, to: &lines)
    return lines
  }

  private static func item(_ label: ExplainPhrase, _ text: String?, to lines: inout [String]) {
    guard let text else { return }
    lines.append(DocumentPhrase.item.say(["label": label.rawValue, "text": plain(text)]).description)
  }

  /// Markdown reads `*`, `_`, `<` and `|` as its own.
  static func plain(_ text: String) -> String {
    var out = ""
    for character in text {
      if "*_<>|`".contains(character) { out.append("\\") }
      out.append(character)
    }
    return out
  }
}
