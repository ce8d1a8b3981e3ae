import Catalog
@testable import Findings
import Foundation
import ProcFS
@testable import Rendering
import Snapshot
import Testing

/// The pages of `counters` and `-s` from fixed texts.
@Suite struct CountersPageTests {
  static func reading(_ drops: Int, resets: Int, established: Int, softnet: Int, at seconds: Int64) -> CounterReading {
    var reading = CounterReading()
    let texts: [(CounterFacts.File, String)] = [
      (.netstat, "TcpExt: ListenOverflows ListenDrops TCPTimeouts TCPFromTheFuture\nTcpExt: \(drops - 4) \(drops) 0 3\n"),
      (.snmp, "Tcp: MaxConn ActiveOpens EstabResets CurrEstab\nTcp: -1 12 \(resets) \(established)\n"),
      (
        .sockstat,
        "sockets: used 100\nTCP: inuse 7 orphan 2 tw 5 alloc 30 mem 9\nUDP: inuse 3 mem 1\nRAW: inuse 1\nFRAG: inuse 0 memory 0\n"
      ),
      (.sockstat6, "TCP6: inuse 4\nUDP6: inuse 2\nRAW6: inuse 0\nFRAG6: inuse 6 memory 0\n"),
      (.softnet, softnet == 0 ? "" : line(softnet, 0) + line(9, 1)),
    ]
    for (file, text) in texts { reading.add(Array(text.utf8), of: file) }
    reading.monotonicNanoseconds = seconds * 1_000_000_000
    return reading
  }

  static func line(_ dropped: Int, _ processor: Int) -> String {
    "00000010 " + String(repeating: "0", count: 8 - String(dropped, radix: 16).count) + String(dropped, radix: 16)
      + String(repeating: " 00000000", count: 10) + " 0000000\(processor) 00000000 00000000\n"
  }

  static let before = reading(12, resets: 7, established: 9, softnet: 90, at: 0)
  static let now = reading(316, resets: 7, established: 2, softnet: 100, at: 5)

  func page(_ table: CounterTable, _ pattern: String = "", all: Bool = false, plain: Bool = false, width: Int = 80) -> String {
    CountersPage.text(
      CounterSelection(table, pattern: pattern, showsAll: all), of: table, pattern: pattern, isPlain: plain, style: PageStyle(width: width))
  }

  @Test func totals() throws {
    try compare(page(CounterTable(now: Self.now, before: nil)), with: "Tests/Golden/counters.txt")
  }

  @Test func changes() throws {
    try compare(page(CounterTable(now: Self.now, before: Self.before)), with: "Tests/Golden/counters-for.txt")
  }

  @Test func oneCounter() throws {
    try compare(page(CounterTable(now: Self.now, before: Self.before), "ListenDrops"), with: "Tests/Golden/counters-one.txt")
  }

  @Test func summary() throws {
    try compare(SummaryPage.text(SocketSummary(Self.now), style: PageStyle(width: 80)), with: "Tests/Golden/summary.txt")
  }

  @Test func json() throws {
    let table = CounterTable(now: Self.now, before: Self.before)
    var json = JSONWriter(descriptor: -1)
    let selection = CounterSelection(table, pattern: "listen", showsAll: true)
    let moment = Moment(realtimeNanoseconds: 1, monotonicNanoseconds: 2)
    JSONDocument.write(selection, of: table, moment: moment, kernel: KernelVersion("6.18"), gaps: [], to: &json)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.taken())) as? [String: Any])
    let rows = try #require(object["counters"] as? [[String: Any]])
    let row = try #require(rows.first { $0["name"] as? String == "ListenDrops" })
    #expect(row["group"] as? String == "TcpExt" && row["value"] as? Int == 316 && row["before"] as? Int == 12)
    #expect(row["delta"] as? Int == 304 && row["ratePerSecond"] as? Double == 60.8 && row["kind"] as? String == "total")
    #expect(row["scope"] as? String == "namespace" && row["unit"] as? String == "times" && row["present"] as? Bool == true)
    #expect(row["phrase"] as? String == "SYNs to LISTEN sockets dropped")
    #expect((row["meaning"] as? String)?.isEmpty == false)
    #expect(object["elapsedNanoseconds"] as? Int == 5_000_000_000 && object["complete"] as? Bool == true)
  }

  @Test func plainIsATableForPipes() {
    let lines = page(CounterTable(now: Self.now, before: Self.before), plain: true).split(separator: "\n").map { line in
      line.split(separator: " ").map(String.init)
    }
    #expect(lines.first == ["CHANGE", "PER-SECOND", "NOW", "COUNTER"])
    #expect(lines.contains(["+304", "60.8", "316", "TcpExt.ListenDrops"]))
    #expect(lines.allSatisfy { $0.count == 4 })
    let totals = page(CounterTable(now: Self.now, before: nil), all: true, plain: true).split(separator: "\n")
    #expect(totals.contains { $0.split(separator: " ") == ["0", "TcpExt.TCPTimeouts"] })
  }

  @Test("no line is wider than the page", arguments: [40, 80, 100]) func widths(_ width: Int) {
    for table in [CounterTable(now: Self.now, before: Self.before), CounterTable(now: Self.now, before: nil)] {
      for pattern in ["", "tcp", "overflow", "ListenDrops"] {
        let text = page(table, pattern, all: true, width: width)
        let widest = text.split(separator: "\n").max { displayWidth($0) < displayWidth($1) } ?? ""
        #expect(displayWidth(widest) <= width, "\(widest)")
      }
    }
    let summary = SummaryPage.text(SocketSummary(Self.now), style: PageStyle(width: width))
    #expect(summary.split(separator: "\n").allSatisfy { displayWidth($0) <= width })
  }

  @Test func namesFromOutsideAreEscaped() {
    var reading = CounterReading()
    reading.add(Array("Bad\u{1b}[2J: A\u{7}B\nBad\u{1b}[2J: 4\n".utf8), of: .netstat)
    let table = CounterTable(now: reading, before: nil)
    for isPlain in [true, false] { #expect(!page(table, plain: isPlain).contains("\u{1b}") && page(table).contains("A\\x07B")) }
  }

  @Test(arguments: [
    (0, "0"), (4, "<0.1"), (99, "<0.1"), (100, "0.1"), (2449, "2.4"), (99_960, "100.0"), (100_500, "101"), (7_000_000, "7000"),
  ])
  func rates(_ thousandths: UInt64, _ expected: String) { #expect(CounterWords.rate(thousandths) == expected) }

  @Test func readingsOfDifferentNamespacesShowNoRate() {
    let table = CounterTable(now: Self.before, before: Self.now)
    #expect(table.isRestarted)
    let text = page(table)
    #expect(text.hasPrefix("the counters of this network namespace count anew"))
    #expect(text.contains("anew") && !text.contains("+"))
  }

  /// The links of the generated document lead somewhere, each to one place.
  @Test func theDocumentsLinksLeadSomewhere() throws {
    let text = KnowledgeDocuments.counters
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
      KnowledgeDocuments.anchor(String(line.drop { $0 == "#" || $0 == " " }).replacing("\\", with: ""))
    }
    #expect(Set(headings).count == headings.count, "\(Dictionary(grouping: headings) { $0 }.filter { $0.value.count > 1 }.keys)")
    let links = text.matches(of: /\]\(#([^)]+)\)/).map { String($0.1) }
    #expect(links.count > 50)
    for link in links { #expect(headings.contains(link), "\(link)") }
  }
}
