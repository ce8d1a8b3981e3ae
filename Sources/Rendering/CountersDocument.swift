internal import Catalog

// Docs/Counters.md: hundreds of counters, so it begins with a table of contents, and each group with one of its own.

extension KnowledgeDocuments {
  static var counters: String {
    var lines = [
      "# " + DocumentPhrase.counters.rawValue, "", DocumentPhrase.countersIntro.rawValue, DocumentPhrase.generated.rawValue, "",
      "## " + DocumentPhrase.contents.rawValue, "",
    ]
    let groups = CounterFacts.File.allCases.map { file in (file: file, groups: Self.groups(of: file)) }
    for (file, names) in groups where !names.isEmpty {
      let links = names.map { name in
        DocumentPhrase.contentsGroup.say([
          "group": name, "anchor": anchor(heading(name, file)), "count": Knowledge.counters(name).count,
        ]).description
      }
      lines.append(DocumentPhrase.contentsFile.say(["file": plain(file.rawValue), "groups": links.joined(separator: ", ")]).description)
    }
    let messages = Knowledge.all.filter { $0.topic == .message }
    let title = TopicPhrase.several(.message)
    if !messages.isEmpty {
      lines.append(DocumentPhrase.contentsMessages.say(["title": title, "anchor": anchor(title), "count": messages.count]).description)
    }
    for (file, names) in groups { for name in names { lines += group(name, file) } }
    if !messages.isEmpty { lines += ["", "## " + title] }
    for message in messages { lines += section(message, level: "### ") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The groups of a file, in the catalog's order.
  private static func groups(of file: CounterFacts.File) -> [String] {
    var names: [String] = []
    for entry in Knowledge.counters {
      if let facts = entry.counter, facts.file == file, !names.contains(facts.group) { names.append(facts.group) }
    }
    return names
  }

  private static func heading(_ group: String, _ file: CounterFacts.File) -> String {
    DocumentPhrase.groupHeading.say(["group": group, "file": file.rawValue]).description
  }

  /// A table that links to the counters, then all about each.
  private static func group(_ name: String, _ file: CounterFacts.File) -> [String] {
    let entries = Knowledge.counters(name)
    var lines = ["", "## " + plain(heading(name, file)), "", DocumentPhrase.groupTable.rawValue, "|---|---|---|"]
    for entry in entries {
      guard let facts = entry.counter else { continue }
      lines.append(
        DocumentPhrase.groupRow.say([
          "name": plain(facts.name), "anchor": anchor(facts.key), "summary": plain(entry.summary), "phrase": plain(facts.phrase ?? ""),
        ]).description)
    }
    for entry in entries { lines += section(entry, level: "### ") }
    return lines
  }

  /// The line under a counter's explanation.
  static func facts(_ facts: CounterFacts, _ unit: Unit) -> String {
    var line = DocumentPhrase.counterFacts.say(["unit": unit.rawValue, "kind": facts.kind.rawValue, "scope": facts.scope.rawValue])
      .description
    if let version = facts.since { line += " " + DocumentPhrase.counterSince.say(["version": version]).description }
    if facts.isBenign { line += " " + DocumentPhrase.counterBenign.rawValue }
    return line
  }

  /// The fragment that GitHub gives a heading: small letters, digits, `-` and `_`; blanks become `-`, the rest goes.
  static func anchor(_ heading: String) -> String {
    var out = ""
    for character in heading.lowercased() {
      if character == " " {
        out.append("-")
      } else if character.isLetter || character.isNumber || character == "-" || character == "_" {
        out.append(character)
      }
    }
    return out
  }
}
