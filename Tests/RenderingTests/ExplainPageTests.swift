import Catalog
import Rendering
import Testing

@Suite struct ExplainPageTests {
  @Test("pages as recorded", arguments: [("CLOSE-WAIT", "explain-close-wait"), ("Send-Q", "explain-send-q")])
  func golden(term: String, file: String) throws {
    let result = ExplainCommand.run(terms: [term], width: 80)
    #expect(result.status == 0 && result.errors.isEmpty)
    try compare(result.text, with: "Tests/Golden/\(file).txt")
  }

  @Test(
    "what the issue asks is answered",
    arguments: [
      ["rto"], ["CLOSE-WAIT"], ["Send-Q"], ["timer"], ["ECONNREFUSED"], ["Cannot assign requested address"],
      ["Cannot", "assign", "requested", "address"], ["times the listen queue of a socket overflowed"],
    ])
  func examples(terms: [String]) {
    let result = ExplainCommand.run(terms: terms, width: 80)
    #expect(result.status == 0 && result.errors.isEmpty)
    #expect(result.text.contains("kernel") && result.text.contains("6.1"))
  }

  @Test("an unknown term names near ones in one line, exits 2, and lets no escape byte through")
  func unknown() {
    let near = ExplainCommand.run(terms: ["CLOSE-WIAT"], width: 80)
    #expect(near.status == 2 && near.text.isEmpty)
    #expect(near.errors.contains("CLOSE-WAIT") && near.errors.filter { $0 == "\n" }.count == 1)
    let hostile = ExplainCommand.run(terms: ["a\u{1b}[2Jzzzzqqqq"], width: 80)
    #expect(hostile.status == 2 && !hostile.errors.contains("\u{1b}") && hostile.errors.contains("zzzzqqqq"))
  }

  @Test("without a term every topic is listed with its number of entries")
  func overview() {
    let result = ExplainCommand.run(terms: [], width: 80)
    #expect(result.status == 0)
    for topic in Topic.allCases {
      #expect(result.text.contains("\(Knowledge.all.count { $0.topic == topic }) "))
    }
  }

  @Test("every page keeps to the width, but for words that are longer", arguments: [40, 80, 132])
  func width(width: Int) {
    for entry in Knowledge.all {
      for line in ExplainPage.lines(for: entry, width: width) {
        let longest = line.split(separator: " ").map(\.count).max() ?? 0
        #expect(line.count <= width || longest > width - 20, "\(entry.term): \(line)")
      }
    }
  }

  @Test("a state's page shows where it stands and both lists of arrows", arguments: (1...11).map { TCPState(rawValue: $0) })
  func states(state: TCPState) {
    let text = ExplainCommand.run(terms: [state.name], width: 80).text
    #expect(text.contains(">>\(state.name)<<"))
    for way in Transitions.leaving(from: state) + Transitions.leading(to: state) {
      let start = way.event.split(separator: " ").prefix(3).joined(separator: " ")
      #expect(text.contains(start), "\(start)")
    }
    #expect(!ExplainCommand.run(terms: [state.name], width: 60).text.contains(">>"))
  }

  @Test("many matches are named, not printed whole")
  func many() {
    let found = Knowledge.find("because of")
    #expect(found.count > 4)
    let text = ExplainCommand.run(terms: ["because of"], width: 80).text
    #expect(text.contains("\nmore\n") && found.allSatisfy { text.contains($0.term.prefix(30)) })
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("  kernel ") }.count == 4)
  }

  @Test("colour only where it is asked for")
  func color() {
    #expect(!ExplainCommand.run(terms: ["rto"], width: 80).text.contains("\u{1b}"))
    let colored = ExplainCommand.run(terms: ["rto"], width: 80, color: true)
    #expect(colored.text.contains("\u{1b}[1m"))
  }
}

@Suite struct Documents {
  @Test("Docs are what the tables say", arguments: ["Fields.md", "Counters.md", "Sysctls.md", "DropReasons.md"])
  func current(name: String) throws {
    let document = try #require(KnowledgeDocuments.all.first { $0.name == name })
    try compare(document.text, with: "Docs/\(name)")
  }
}
