import Catalog
import ProcFS
import Testing

@testable import Findings

/// Readings made of texts, as the files hold them.
private func reading(_ texts: [CounterFacts.File: String], at seconds: Double = 0) -> CounterReading {
  var reading = CounterReading()
  for (file, text) in texts { reading.add(Array(text.utf8), of: file) }
  reading.monotonicNanoseconds = Int64(seconds * 1e9)
  return reading
}

private func netstat(_ pairs: KeyValuePairs<String, UInt64>) -> String {
  "TcpExt: " + pairs.map(\.key).joined(separator: " ") + "\nTcpExt: " + pairs.map { String($0.value) }.joined(separator: " ") + "\n"
}

private func changes(_ before: [CounterFacts.File: String], _ now: [CounterFacts.File: String], over seconds: Double = 5) -> CounterTable {
  CounterTable(now: reading(now, at: 100 + seconds), before: reading(before, at: 100))
}

extension CounterTable {
  fileprivate func row(_ key: String) throws -> CounterRow { try #require(rows.first { $0.key == key }) }
}

@Suite struct CounterChangeTests {
  @Test func aTotalRisesWithARate() throws {
    let table = changes([.netstat: netstat(["ListenDrops": 7])], [.netstat: netstat(["ListenDrops": 19])])
    let row = try table.row("TcpExt.ListenDrops")
    #expect(row.change == .rose(12) && row.before == 7 && row.value == 19)
    #expect(row.thousandthsPerSecond(over: table.elapsedNanoseconds) == 2400)
    #expect(row.thousandthsPerSecond(over: 0) == nil)
    #expect(row.thousandthsPerSecond(over: nil) == nil)
  }

  @Test(
    arguments: [
      (0, 0, .rose(0)), (5, 5, .rose(0)), (5, 4, .restarted), (4_294_967_290, 4, .rose(10)), (3_000_000_000, 4, .restarted),
      (.max - 1, 3, .rose(5)), (.max / 2, 3, .restarted), (4_294_967_290, 3_221_225_471, .restarted), (1 << 40, 1 << 39, .restarted),
    ] as [(UInt64, UInt64, CounterChange)]) func totals(_ before: UInt64, _ now: UInt64, _ expected: CounterChange)
  {
    #expect(CounterChange.between(before, now, kind: .total) == expected)
  }

  @Test func aLevelMovesBothWaysAndHasNoRate() throws {
    func text(_ value: Int) -> [CounterFacts.File: String] { [.sockstat: "TCP: inuse \(value) orphan 0 tw 0 alloc 1 mem 2\n"] }
    #expect(CounterChange.between(9, 2, kind: .gauge) == .moved(-7))
    #expect(CounterChange.between(.max, 0, kind: .gauge) == .moved(-.max))
    #expect(CounterChange.between(2, 9, kind: nil) == .rose(7))
    #expect(CounterChange.between(9, 2, kind: nil) == .moved(-7))
    #expect(CounterChange.between(9, 9, kind: .constant) == .none)
    let row = try changes(text(9), text(2)).row("TCP.inuse")
    #expect(row.change == .moved(-7))
    #expect(row.thousandthsPerSecond(over: 1_000_000_000) == nil)
  }

  @Test func aNamespaceMadeAgainHasNoDifferences() throws {
    let before = [CounterFacts.File.netstat: netstat(["ListenDrops": 700, "ListenOverflows": 600, "TCPTimeouts": 1, "SyncookiesSent": 0])]
    let now = [CounterFacts.File.netstat: netstat(["ListenDrops": 2, "ListenOverflows": 1, "TCPTimeouts": 50, "SyncookiesSent": 0])]
    let table = changes(before, now)
    #expect(table.isRestarted)
    // The one that rose did not rise by 49: it counts anew as well.
    #expect(try table.row("TcpExt.TCPTimeouts").change == .restarted)
    #expect(try table.row("TcpExt.SyncookiesSent").change == .rose(0))
    #expect(table.rows.allSatisfy { $0.thousandthsPerSecond(over: table.elapsedNanoseconds) ?? 0 == 0 })
    let one = changes(
      [.netstat: netstat(["ListenDrops": 7, "TCPTimeouts": 1])], [.netstat: netstat(["ListenDrops": 2, "TCPTimeouts": 4])])
    #expect(!one.isRestarted)
    #expect(try one.row("TcpExt.ListenDrops").change == .restarted && one.row("TcpExt.TCPTimeouts").change == .rose(3))
  }

  /// Each processor by itself: 32 bits wide, and gone with its processor.
  @Test func softnetIsSummedByProcessor() throws {
    func line(_ processed: UInt32, _ dropped: UInt32, _ cpu: Int) -> String {
      let columns = [processed, dropped, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt32(cpu), 0, 0]
      return columns.map { String(repeating: "0", count: 8 - String($0, radix: 16).count) + String($0, radix: 16) }.joined(separator: " ")
        + "\n"
    }
    let before = line(.max - 9, 1, 0) + line(500, 40, 1) + line(9000, 1000, 2)
    let now = line(10, 3, 0) + line(530, 47, 1)
    let moved = changes([.softnet: before], [.softnet: now])
    #expect(try moved.row("softnet.processed").change == .rose(20 + 30))
    #expect(try moved.row("softnet.dropped").change == .rose(2 + 7))
    #expect(try moved.row("softnet.dropped").worst == .init(processor: 1, count: 7))
    #expect(moved.processorCount == 2)
    let once = CounterTable(now: reading([.softnet: before]), before: nil)
    #expect(try once.row("softnet.dropped").value == 1041)
    #expect(try once.row("softnet.dropped").worst == .init(processor: 2, count: 1000))
  }

  /// The kernel writes a type of ICMP message once it was seen.
  @Test func anICMPTypeThatAppearsRoseFromZero() throws {
    let table = changes([.snmp: "IcmpMsg: InType3\nIcmpMsg: 2\n"], [.snmp: "IcmpMsg: InType3 OutType8\nIcmpMsg: 2 5\n"])
    #expect(try table.row("IcmpMsg.OutType8").change == .rose(5))
    #expect(try table.row("IcmpMsg.InType3").change == .rose(0))
  }

  @Test func whatHasNoValueSaysWhy() throws {
    var now = reading([.netstat: netstat(["ListenDrops": 1])])
    now.failures = [.snmp6: 2, .snmp: 13]
    let table = CounterTable(now: now, before: nil)
    #expect(try table.row("TcpExt.ListenOverflows").absence == .notInKernel)
    #expect(try table.row("Tcp.ActiveOpens").absence == .unread)
    #expect(table.rows.first { $0.group == "Udp6" }.map { $0.absence == .noIPv6 } ?? true)
    let unlimited = CounterTable(now: reading([.snmp: "Tcp: MaxConn ActiveOpens\nTcp: -1 4\n"]), before: nil)
    #expect(try unlimited.row("Tcp.MaxConn").isUnlimited && unlimited.row("Tcp.MaxConn").absence == nil)
  }

  @Test func anUnknownCounterIsARowOfItsGroup() throws {
    let texts: [CounterFacts.File: String] = [
      .netstat: netstat(["ListenDrops": 1, "TCPFromTheFuture": 3]) + "NewExt: Thing\nNewExt: 9\n", .snmp6: "Sctp6InPackets 4\n",
    ]
    let table = CounterTable(now: reading(texts), before: nil)
    let row = try table.row("TcpExt.TCPFromTheFuture")
    #expect(row.entry == nil && row.value == 3 && row.file == .netstat)
    #expect(try table.row("NewExt.Thing").value == 9)
    #expect(try table.row("Sctp6.InPackets").file == .snmp6)
    let groups = table.rows.map(\.group)
    #expect(groups.firstIndex(of: "TcpExt").map { groups[$0...].prefix { $0 == "TcpExt" }.count } == groups.count { $0 == "TcpExt" })
  }
}

@Suite struct CounterSearchTests {
  let table = CounterTable(
    now: reading([
      .netstat: netstat([
        "ListenOverflows": 3, "ListenDrops": 4, "TCPTimeWaitOverflow": 0, "TCPTimeouts": 8, "EmbryonicRsts": 1, "TCPFromTheFuture": 1,
      ]), .snmp: "Tcp: ActiveOpens EstabResets OutRsts\nTcp: 12 3 3\n",
    ]), before: nil)

  private func match(_ pattern: String, _ key: String) throws -> CounterMatch? { CounterSearch(pattern).match(try table.row(key)) }

  @Test func ranks() throws {
    #expect(try match("listendrops", "TcpExt.ListenDrops") == .exact)
    #expect(try match("TcpExt.ListenDrops", "TcpExt.ListenDrops") == .exact)
    #expect(try match("TcpExtListenDrops", "TcpExt.ListenDrops") == .exact)
    #expect(try match("overflow", "TcpExt.ListenOverflows") == .name)
    #expect(try match("tcpext drops", "TcpExt.ListenDrops") == .name)
    #expect(try match("queue  LISTEN", "TcpExt.ListenOverflows") == .phrase)
    #expect(try match("accept queue full", "TcpExt.ListenOverflows") == .summary)
    #expect(try match("future", "TcpExt.TCPFromTheFuture") == .name)
    #expect(try match("nothing like that", "TcpExt.ListenDrops") == nil)
  }

  /// In a sentence a word is found where it begins: `rst` is not in `first`.
  @Test func wordsBeginWhereTheyBegin() throws {
    #expect(try match("rst", "TcpExt.ListenOverflows") == nil)
    #expect(try match("rsts", "TcpExt.EmbryonicRsts") == .name)
    #expect(try match("overf", "TcpExt.ListenOverflows") == .name)
  }

  @Test func namesComeBeforePhrasesBeforeMeanings() {
    let selection = CounterSelection(table, pattern: "overflow", showsAll: false)
    let headings = selection.sections.map(\.heading)
    #expect(headings.first == .match(.name))
    #expect(headings == headings.sorted { "\($0)".contains("name") && !"\($1)".contains("name") })
    // What is not 0 comes first, whatever the kernel's order.
    #expect(selection.sections.first?.rows.first?.name == "ListenOverflows")
    #expect(selection.folded == 0)
  }

  @Test(arguments: ["TcpExt", "tcpext"]) func aGroupsNameMeansThatGroup(_ pattern: String) {
    let sections = CounterSelection(table, pattern: pattern, showsAll: false).sections
    #expect(sections.map(\.heading) == [.group("TcpExt")] && sections[0].rows.contains { $0.name == "TCPFromTheFuture" })
    // Zeros too, and what this kernel lacks at the end.
    #expect(sections[0].rows.contains { $0.name == "TCPTimeWaitOverflow" } && sections[0].rows.last?.absence == .notInKernel)
    let several = CounterSelection(table, pattern: "tcp", showsAll: false).sections.flatMap(\.rows).map(\.group)
    #expect(Set(several).isSuperset(of: ["Tcp", "TcpExt"]))
  }

  @Test func anExactNameIsExplainedAndItsMentionsListed() {
    let selection = CounterSelection(table, pattern: "ListenDrops", showsAll: false)
    #expect(selection.explained.map(\.key) == ["TcpExt.ListenDrops"])
    #expect(selection.sections.flatMap(\.rows).contains { $0.name == "ListenOverflows" })
  }

  @Test func withoutAPatternZerosAreFolded() {
    let selection = CounterSelection(table, pattern: " ", showsAll: false)
    #expect(selection.sections.map(\.heading) == [.group("Tcp"), .group("TcpExt")])
    #expect(selection.sections.flatMap(\.rows).allSatisfy { $0.isNonzero })
    #expect(selection.folded == 1)
    #expect(selection.sections[1].active == 5 && selection.sections[1].count == 6)
    let everything = CounterSelection(table, pattern: "", showsAll: true)
    #expect(everything.folded == 0 && everything.lacking == 0)
    #expect(everything.sections.flatMap(\.rows).contains { $0.name == "TCPTimeWaitOverflow" })
  }

  @Test(arguments: [
    ("ListenDrop5", "TcpExt.ListenDrops"), ("overfow", "TcpExt.ListenOverflows"), ("tcptimeouts zzz", "TcpExt.TCPTimeouts"),
    ("EstabReset5", "Tcp.EstabResets"),
  ]) func nearOnes(_ pattern: String, _ expected: String) {
    #expect(CounterSelection(table, pattern: pattern, showsAll: false).isEmpty)
    #expect(CounterSearch.near(pattern, in: table.rows).first == expected)
  }

  @Test func nothingIsNearToNonsense() {
    #expect(CounterSearch.near("qqqqqqqqqqqqqqqqq", in: table.rows).isEmpty)
  }
}

@Suite struct SocketSummaryTests {
  let sockstat = "sockets: used 100\nTCP: inuse 7 orphan 2 tw 5 alloc 30 mem 9\nUDP: inuse 3 mem 1\nRAW: inuse 1\nFRAG: inuse 0 memory 0\n"

  @Test func theNumbersOfSS() {
    var made = reading([
      .sockstat: sockstat, .sockstat6: "TCP6: inuse 4\nUDP6: inuse 2\nRAW6: inuse 0\nFRAG6: inuse 6 memory 0\n",
      .snmp: "Tcp: CurrEstab\nTcp: 8\n",
    ])
    let summary = SocketSummary(made)
    #expect(summary.tcp == 35 && summary.closed == 30 - (7 + 4 - 5) && summary.established == 8 && summary.sockets == 100)
    #expect(summary.transports.map(\.name) == ["RAW", "UDP", "TCP", "INET", "FRAG"])
    #expect(summary.transports.map(\.total) == [1, 5, 11, 17, 6])
    #expect(summary.transports.map(\.ipv6) == [0, 2, 4, 6, 6])
    // Without IPv6 there are none of it; where the file is refused nobody knows.
    made = reading([.sockstat: sockstat])
    made.failures = [.sockstat6: 2]
    #expect(SocketSummary(made).transports.map(\.ipv6) == [0, 0, 0, 0, 0])
    made.failures = [.sockstat6: 13]
    #expect(SocketSummary(made).transports[2].total == nil && SocketSummary(made).closed == nil)
  }
}
