import Catalog
@testable import Collection
@testable import Findings
import Foundation
@testable import Rendering
@testable import SockDiag
import Testing
@testable import sockexplain
@testable import sockexplain_probe

/// Every table of phrases in the program: what Docs/phrases.tsv lists and a translation has to cover.
private var tables: [any PhraseTable.Type] {
  [
    AcceptJudgePhrase.self, AuditGapPhrase.self, AuditPagePhrase.self, AuditPhrase.self, CloseJudgePhrase.self, ConntrackJudgePhrase.self,
    ConsequencePhrase.self, DeviceJudgePhrase.self, FeatureJudgePhrase.self, FixPagePhrase.self, KeepaliveJudgePhrase.self,
    LeftoverPhrase.self, MemoryJudgePhrase.self, PatienceJudgePhrase.self, PortJudgePhrase.self, SettingPagePhrase.self,
    SynQueueJudgePhrase.self, TimeWaitJudgePhrase.self, UDPJudgePhrase.self,
    CapturePhrase.self, GapPhrase.self, ProbePhrase.self, ProbeUsagePhrase.self,
    AcceptQueueBurstPhrase.self, AcceptQueueFillingPhrase.self, AcceptQueueFullPhrase.self, AcceptStalledPhrase.self, AlikePhrase.self,
    CloseWaitPhrase.self, ClosingPhrase.self, ConnectUnansweredPhrase.self, CountPhrase.self, DatagramPhrase.self,
    DescriptorsPhrase.self, DurationPhrase.self, EndpointPhrase.self, EstablishedPhrase.self, FinWait2Phrase.self, FoldPhrase.self,
    HalfOpenPhrase.self, HolderPhrase.self, KeepaliveFailingPhrase.self, ListenAdvicePhrase.self, ListenPhrase.self,
    ListenTrafficPhrase.self, ListenerClippedPhrase.self, NothingPhrase.self, OpeningPhrase.self, OrphansPhrase.self,
    OwnerPhrase.self, PathPhrase.self, PeerQueuePhrase.self, ProcessHaltedPhrase.self, ProcessPhrase.self, QueuesPhrase.self,
    ReachPhrase.self, ReceiveUnreadPhrase.self, RetransmissionRatePhrase.self, RisePhrase.self, SendStuckPhrase.self,
    ServingPhrase.self, SpotPhrase.self, TimeWaitBucketsPhrase.self, TimeWaitPortsPhrase.self, TimerPhrase.self, UDPDropsPhrase.self,
    UnboundPhrase.self, UnixPhrase.self, WhoPhrase.self, WhoRange.self, WordsPhrase.self, ZeroWindowPhrase.self,
    ComparePhrase.self, SpellingPhrase.self, ComparePagePhrase.self,
    DocumentPhrase.self, ExplainPhrase.self, LegendPhrase.self, NotePhrase.self, PagePhrase.self, TopicPhrase.self,
    CountersPhrase.self, SummaryPhrase.self, sockexplain.WaitPhrase.self,
    GiveUpPhrase.self, OptionsPhrase.self, OwnOptionsPhrase.self, TraceLesson.self, TracePagePhrase.self, TracePhrase.self,
    TraceResetPhrase.self, TraceWordPhrase.self,
    DropFactsPhrase.self, DropsPagePhrase.self, DropsPhrase.self, DropVictimPhrase.self,
    FilterPhrase.self,
    sockexplain.HelpPhrase.self, sockexplain.Option.self, sockexplain.OptionDetail.self, sockexplain.OptionGroup.self,
    sockexplain.UsagePhrase.self,
  ]
}

/// One phrase of a table.
private struct Phrase {
  let table: String
  let id: String
  let text: String
}

private var everyPhrase: [Phrase] {
  func open<Table: PhraseTable>(_ table: Table.Type) -> [Phrase] {
    table.allCases.map { Phrase(table: String(describing: table), id: $0.id, text: $0.rawValue) }
  }
  return tables.flatMap { open($0) }
}

/// The Swift files below Sources, by path.
private func sources() throws -> [(path: String, text: String)] {
  let root = repository.appending(path: "Sources")
  let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)).compactMap { $0 as? URL }
  return try files.filter { $0.pathExtension == "swift" }.map {
    (String($0.path.dropFirst(root.path.count + 1)), try String(contentsOf: $0, encoding: .utf8))
  }
}

@Suite struct PhraseTests {
  @Test("no table is missing from the list")
  func complete() throws {
    var found: Set<String> = []
    for (path, text) in try sources() where path != "Catalog/Phrase.swift" {
      for match in text.matches(of: /enum (\w+): [^{]*PhraseTable/) { found.insert(String(match.1)) }
    }
    #expect(found.count > 50)
    #expect(found.symmetricDifference(tables.map { String(describing: $0) }).isEmpty)
  }

  @Test("ids are unique, and of words and dots")
  func ids() {
    let ids = everyPhrase.map(\.id)
    let twice = Dictionary(grouping: ids) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(twice.isEmpty, "\(twice.sorted())")
    for id in ids { #expect(id.wholeMatch(of: /[A-Za-z][A-Za-z0-9]*([.-][A-Za-z0-9]+)+/) != nil, "\(id)") }
  }

  @Test("placeholders are words, and no brace stands alone")
  func placeholders() {
    for phrase in everyPhrase {
      let rest = phrase.text.replacing(/\{[a-z][A-Za-z0-9]*\}/, with: "")
      #expect(!rest.contains("{") && !rest.contains("}"), "\(phrase.id): \(phrase.text)")
      #expect(!phrase.text.isEmpty && !phrase.text.contains("\t") && !phrase.text.contains("\n"), "\(phrase.id)")
    }
  }

  @Test("every phrase is said somewhere")
  func used() throws {
    let text = try sources().map(\.text).joined(separator: "\n")
    let members = Set(text.matches(of: /\.([a-z]\w*)|\b([a-z]\w*)\.(?:rawValue|say)\b/).map { String($0.1 ?? $0.2 ?? "") })
    for phrase in everyPhrase {
      let name = String(phrase.id[phrase.id.index(after: phrase.id.lastIndex(of: ".") ?? phrase.id.startIndex)...])
      #expect(members.contains(name) || iterated.contains(phrase.table), "\(phrase.table).\(name) is never said")
    }
  }

  /// Tables that are read through `allCases`.
  private var iterated: Set<String> { ["Option", "OptionDetail", "OptionGroup", "NotePhrase"] }

  @Test("Docs/phrases.tsv is what the tables say")
  func document() throws {
    let lines = everyPhrase.sorted { $0.id < $1.id }.map { "\($0.id)\t\($0.text)" }
    try compare("id\tenglish\n" + lines.joined(separator: "\n") + "\n", with: "Docs/phrases.tsv")
  }

  // Words that are joined cannot be translated: only punctuation, keys and commands may stand beside a `+` or around an interpolation.
  @Test("no sentence is put together outside the tables", arguments: ["Rendering", "Findings", "Collection", "sockexplain"])
  func concatenation(target: String) throws {
    for (path, text) in try sources() where path.hasPrefix(target + "/") && !isWordless(path) {
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//"), !code.hasPrefix("case "), !code.contains("sockexplain ") else { continue }
        for match in code.matches(of: /"((?:[^"\\]|\\.)*)"/) {
          let words = String(match.1).replacing(/\\\([^"]*\)/, with: "{}")
          let isJoined = words.contains("{}") || code.contains("\" +") || code.contains("+ \"")
          #expect(!(isJoined && words.contains(/[A-Za-z]{2,} [A-Za-z]{2,}/)), "\(path):\(number + 1): \(match.1)")
        }
      }
    }
  }

  /// Shell and troff, which have words but no sentences.
  private func isWordless(_ path: String) -> Bool { path.hasSuffix("Completions.swift") || path.hasSuffix("Manual.swift") }
}
