import Foundation
import Testing

/// Every kind of internet socket in one namespace, listed and filtered by `ss` and by the program at the same moment.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct CompareTests {
  /// A row's columns, and what stands behind them as `key: value`.
  struct Row: Hashable {
    var columns: [String]
    var extras: [String: String]
  }

  /// Rows of a list with -H; lines that begin with white space belong to the row before.
  func rows(_ outcome: Outcome, columns: Int) -> [Row] {
    var rows: [Row] = []
    for line in outcome.lines {
      var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      if line.first != " ", line.first != "\t" {
        rows.append(Row(columns: Array(words.prefix(columns)), extras: [:]))
        words.removeFirst(min(columns, words.count))
      }
      guard !rows.isEmpty else { continue }
      for word in words {
        guard let colon = word.firstIndex(of: ":") else { continue }
        rows[rows.count - 1].extras[String(word[..<colon])] = String(word[word.index(after: colon)...])
      }
    }
    return rows
  }

  /// ss asks for bound-inactive sockets with -B only; the program lists them with -a.
  func withoutBound(_ rows: [Row]) -> [Row] { rows.filter { !$0.columns.contains("127.0.0.1:5557") } }

  /// The program names protocols of raw sockets without being asked not to.
  func numbered(_ text: String) -> String {
    text.replacing(":ipv6-icmp", with: ":58").replacing(":icmp", with: ":1").replacing(":ospf", with: ":89")
  }

  @Test func columnsAreThoseOfSs() throws {
    try Scenario.with("rich") { lab in
      for (options, width) in [
        ("-tanH", 5), ("-tlnH", 5), ("-tnH", 5), ("-uanH", 5), ("-ulnH", 5), ("-wanH", 5), ("-tuwanH", 6), ("-4tanH", 5), ("-6tanH", 5),
        ("-4uanH", 5), ("-6uanH", 5), ("-tulpnH", 6), ("-tanpH", 5), ("-tanOH", 5), ("-taneH", 5), ("-tanmH", 5), ("-taniH", 5),
        ("-tanemoipH", 5),
      ] {
        let theirs = rows(try lab.run("ss", options), columns: width).map(\.columns)
        let ours = withoutBound(rows(try lab.sockexplain(options), columns: width)).map { $0.columns.map(numbered) }
        #expect(!theirs.isEmpty)
        #expect(Set(ours) == Set(theirs) && ours.count == theirs.count, "\(options): \(Set(ours).symmetricDifference(theirs))")
      }
    }
  }

  @Test func whatStandsBehindTheColumnsIsThatOfSs() throws {
    try Scenario.with("rich") { lab in
      let keys = [
        "users", "uid", "ino", "sk", "skmem", "cgroup", "v6only", "fwmark", "mss", "pmtu", "advmss", "cwnd", "bytes_sent", "segs_in",
      ]
      let theirs = rows(try lab.run("ss", "-tanemoipH"), columns: 5)
      let ours = withoutBound(rows(try lab.sockexplain("-tanemoipH"), columns: 5))
      let found = Dictionary(ours.map { ($0.columns, $0.extras) }, uniquingKeysWith: { first, _ in first })
      #expect(theirs.count == ours.count)
      var compared = 0
      for row in theirs {
        let extras = try #require(found[row.columns], "\(row.columns)")
        for key in keys {
          // A listener's tcp_info is the defaults: only ss prints it. ss leaves out a uid of 0.
          guard let expected = row.extras[key], row.columns[0] != "LISTEN" || !["mss", "pmtu", "advmss", "cwnd"].contains(key) else {
            continue
          }
          let value = extras[key].map { key == "uid" ? String($0.prefix { $0.isNumber }) : $0 }
          #expect(value == expected, "\(key) of \(row.columns)")
          compared += 1
        }
        // The time left moves on between the two; the kind does not.
        #expect(extras["timer"]?.prefix { $0 != "," } == row.extras["timer"]?.prefix { $0 != "," }, "\(row.columns)")
      }
      #expect(compared > 200)
    }
  }

  /// Expressions that ss understands; where a word binds differently ("or" beside "and") both write parentheses.
  static let filters = [
    "sport = :80", "sport = 80", "dport = :80", "sport = http", "dport != :80", "sport > :82", "sport >= :82", "sport < 83", "dport le 82",
    "sport gt 82 and dport lt 60000", "src 127.0.0.1", "dst 127.0.0.1", "src 127.0.0.0/8", "src 10.0.0.0/24", "src 127.0.0.1:80",
    "dst 127.0.0.1:83", "src :80", "dst [::1]", "src [::1]:82", "src fd00::/64", "src [fd00::1]:85", "src 0.0.0.0/0", "dev lo", "dev wire",
    "dev != lo", "fwmark = 7", "fwmark = 0x7/0xf", "autobound", "not sport = :80", "! sport = :80", "sport = :80 or sport = :81",
    "( sport = :80 or dport = :80 ) and src 127.0.0.1", "( sport = :80 or sport = :81 ) and not dst 10.0.0.1", "sport = :80 sport = :81",
    "sport = :80 dst 127.0.0.1", "src inet:127.0.0.1", "src inet6:*", "dst inet:*", "src 127.0.0.1 and ( sport < 82 or sport > 82 )",
    "sport eq 80", "sport ne 80", "sport neq 80", "dport = 0", "src 127.0.0.1/32", "sport = 5555 and dport = 83",
    "src 127.0.0.1:5555 dst 127.0.0.1:83", "src 127.0.0.1:5556 dst 127.0.0.1:83", "state established", "state listening",
    "exclude listening", "exclude established exclude listening", "state connected", "state synchronized", "state bucket", "state big",
    "state time-wait", "state close-wait dst 127.0.0.1", "state all sport = :83",
  ]

  @Test func filtersSelectWhatSsSelects() throws {
    try Scenario.with("rich") { lab in
      for filter in Self.filters {
        let command = "ss -tuanH \(filter.replacing("(", with: "\\(").replacing(")", with: "\\)").replacing("!", with: "\\!"))"
        let quoted = command.replacing(">", with: "\\>").replacing("<", with: "\\<")
        let program = Lab.products.appending(path: "sockexplain").path
        let theirs = try lab.run("sh", "-c", quoted)
        let ours = try lab.run("sh", "-c", program + quoted.dropFirst(2))
        // ss leaves the State column out when one state is asked for: the addresses and ports identify a row.
        let ends = { (outcome: Outcome) in outcome.lines.map { $0.split(separator: " ").suffix(2).joined(separator: " ") }.sorted() }
        #expect(theirs.errors.isEmpty, "ss does not know: \(filter)")
        #expect(
          ends(ours).filter { !$0.hasPrefix("127.0.0.1:5557 ") } == ends(theirs).filter { !$0.hasPrefix("127.0.0.1:5557 ") }, "\(filter)")
      }
    }
  }

  /// `or` beside `and`: the usual precedence, where ss 7.1 groups from the left against its own manual.
  @Test func andBindsTighterThanOr() throws {
    try Scenario.with("rich") { lab in
      let ends = { (filter: [String]) throws in
        try Lab.run(
          ["nsenter", "--net=" + lab["server_ns"], Lab.products.appending(path: "sockexplain").path, "-tanH"] + filter
        ).lines.map { $0.split(separator: " ").suffix(2).joined(separator: " ") }.sorted()
      }
      let plain = ["sport", "=", ":80", "or", "sport", "=", ":83", "and", "dst", "10.0.0.1"]
      let explicit = ["sport", "=", ":80", "or", "(", "sport", "=", ":83", "and", "dst", "10.0.0.1", ")"]
      let fromTheLeft = ["(", "sport", "=", ":80", "or", "sport", "=", ":83", ")", "and", "dst", "10.0.0.1"]
      try #expect(ends(plain) == ends(explicit))
      try #expect(ends(plain) != ends(fromTheLeft))
    }
  }

  /// An exact query by addresses does not find a socket that is bound to a device; a dump does.
  @Test func aDeviceBoundConnectionIsFoundByItsAddresses() throws {
    try Scenario.with("rich") { lab in
      let card = try lab.sockexplain("-t", "src", "127.0.0.1:5556", "dst", "127.0.0.1:83")
      #expect(card.status == 0 && card.output.hasPrefix("tcp ESTAB 127.0.0.1:5556"))
      #expect(try lab.sockexplain("-tH", "src", "127.0.0.1:5556", "dst", "127.0.0.1:83").lines.count == 1)
      #expect(try lab.sockexplain("-tH", "src", "127.0.0.1:5556", "dst", "127.0.0.1:84").status == 1)
      // The one answer of the kernel is held against the states asked for too.
      #expect(try lab.sockexplain("-tH", "state", "time-wait", "src", "127.0.0.1:5555", "dst", "127.0.0.1:83").output.isEmpty)
    }
  }
}
