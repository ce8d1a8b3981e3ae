import Foundation
import Testing

/// `--compare-netstat` on known sockets: its two columns are those of `ss` and `netstat`, and nothing that is as it should be is suspected.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct NetstatTests {
  static let hasNetstat = Lab.canRun && Lab.path(of: "netstat") != nil

  /// Kinds of difference by `netid STATE field`, for a whole document.
  func kinds(_ document: Document) -> [String: Set<String>] {
    var out: [String: Set<String>] = [:]
    for socket in document.sockets {
      for difference in socket["differences"] as? [[String: Any]] ?? [] {
        let key = [socket["netid"], socket["state"], difference["field"]].map { $0 as? String ?? "" }.joined(separator: " ")
        out[key, default: []].insert(difference["reasonId"] as? String ?? "")
      }
    }
    return out
  }

  func cells(_ socket: [String: Any], _ tool: String, _ keys: [String]) -> [String]? {
    guard let row = socket[tool] as? [String: Any] else { return nil }
    return keys.compactMap { row[$0] as? String }.filter { !$0.isEmpty }
  }

  /// A running timer moves on between two commands: its seconds are left out.
  func withoutSeconds(_ words: [String]) -> String {
    words.joined(separator: " ").replacing(/(on|keepalive|timewait|probe) \([0-9.]+\//) { "\($0.output.1) (_/" }
      .replacing(/timer:\((\w+),[^,]*,/) { "timer:(\($0.output.1),_," }
  }

  static let scenarios = ["zoo", "rich", "full-listener", "half-open", "keepalive", "mptcp", "prefork", "unix", "udp"]

  @Test(.enabled(if: hasNetstat, "needs netstat"), arguments: scenarios) func oneColumnIsThatOfNetstat(_ name: String) throws {
    try Scenario.with(name) { lab in
      let document = try Document(try lab.sockexplain("--compare-netstat", "-a", "--json"))
      let inet = ["proto", "recvQ", "sendQ", "local", "foreign", "state", "user", "inode", "program", "timer"]
      let unix = ["proto", "refCnt", "flags", "type", "state", "inode", "program", "path"]
      let ours = document.sockets.compactMap { cells($0, "netstat", ($0["table"] as? String) == "/proc/net/unix" ? unix : inet) }
      let theirs = try lab.run("netstat", "-tuUwxanpoeW").lines.filter { line in
        ["tcp", "udp", "raw", "unix"].contains { line.hasPrefix($0) }
      }
      let expected = theirs.map { withoutSeconds($0.split(separator: " ").map(String.init)) }
      let found = ours.map { withoutSeconds($0.joined(separator: " ").split(separator: " ").map(String.init)) }
      // Bytes that are no text: netstat writes them to the terminal as they are.
      let texts = { (rows: [String]) in rows.filter { !$0.contains("\u{fffd}") && !$0.contains("\\x") }.sorted() }
      #expect(!found.isEmpty && found.count == expected.count)
      #expect(texts(found) == texts(expected), "\(Set(found).symmetricDifference(expected))")
    }
  }

  @Test(arguments: scenarios.filter { $0 != "unix" }) func theOtherColumnIsThatOfSs(_ name: String) throws {
    try Scenario.with(name) { lab in
      let document = try Document(try lab.sockexplain("--compare-netstat", "-a", "--json", "-t", "-u"))
      let keys = ["netid", "state", "recvQ", "sendQ", "local", "peer", "process", "timer", "uid", "ino"]
      let ours = document.sockets.compactMap { cells($0, "ss", keys) }.map { sorted($0.joined(separator: " ")) }
        // ss has bound-inactive sockets with -B only, which older ones do not know.
        .filter { !$0.hasPrefix("tcp UNCONN") }
      let theirs = try lab.run("ss", "-tuanpoeOH").lines.map { line in
        let words = line.split(separator: " ").map(String.init)
        return sorted(words.prefix { !$0.hasPrefix("sk:") }.filter { !$0.hasPrefix("fwmark") }.joined(separator: " "))
      }
      #expect(!ours.isEmpty && Set(ours) == Set(theirs), "\(Set(ours).symmetricDifference(theirs))")
    }
  }

  /// ss names several owners in an order of its own.
  func sorted(_ line: String) -> String {
    withoutSeconds([
      line.replacing(/users:\((\(.*?\))\)(?: |$)/) { match in
        "users:" + match.output.1.replacing("),(", with: ")|(").split(separator: "|").sorted().joined(separator: ",") + " "
      }
    ]).trimmingCharacters(in: .whitespaces)
  }

  @Test func everyStateIsEqualOrExplained() throws {
    for name in Self.scenarios + [
      "time-wait", "persist", "peer-fin-dropped", "closing", "half-close", "black-hole", "defer-accept", "reuseport",
    ] {
      try Scenario.with(name) { lab in
        for host in ["server", "client"] where lab.values[host + "_ns"] != nil {
          let outcome = try lab.sockexplain("--compare-netstat", "--json", "--fail-on", "suspicious", at: host)
          let document = try Document(outcome)
          #expect(outcome.status == 0 && document.root.number("verdict", "suspicious") == 0, "\(name): \(outcome.output)")
          let verdict = ["equal", "explained", "racing"].compactMap { document.root.number("verdict", $0) }.reduce(0, +)
          #expect(document.root.number("verdict", "compared") == verdict)
        }
      }
    }
  }

  @Test func theReasonsAreTheRightOnes() throws {
    try Scenario.with("zoo") { lab in
      let kinds = kinds(try Document(try lab.sockexplain("--compare-netstat", "--json")))
      let expected: [String: String] = [
        "tcp LISTEN sendQ": "compare.listenLimit", "tcp UNCONN row": "compare.bound", "tcp TIME-WAIT timerTime": "compare.timerTime",
        "tcp LISTEN owner": "compare.owners", "u_dgr UNCONN path": "compare.unixNewline", "u_str LISTEN path": "compare.unixBlank",
        "u_str LISTEN row": "compare.unixForged",
      ]
      for (key, reason) in expected { #expect(kinds[key]?.contains(reason) == true, "\(key): \(kinds)") }
      // Un-accepted children, unread data and a user's listener are the same on both sides.
      for key in ["tcp ESTAB recvQ", "udp UNCONN recvQ", "tcp LISTEN uid", "tcp LISTEN recvQ"] { #expect(kinds[key] == nil) }
    }
    try Scenario.with("unix") { lab in
      let kinds = kinds(try Document(try lab.sockexplain("--compare-netstat", "--json", "-x")))
      #expect(kinds["u_str ESTAB row"] == ["compare.unixNoInode"])
    }
  }

  @Test func aFilterNarrowsBothSides() throws {
    try Scenario.with("zoo") { lab in
      let one = try lab.sockexplain("--compare-netstat", "-t", "sport", "=", ":8082")
      #expect(one.status == 0 && one.output.contains("sockets compared: 1 (0 equal, 1 explained"), "\(one.output)")
      let siblings = try Document(try lab.sockexplain("--compare-netstat", "--json", "sport", "=", ":8083"))
      #expect(siblings.sockets.count == 2 && siblings.root.number("verdict", "compared") == 2)
      let paths = try lab.sockexplain("--compare-netstat", "src", lab["directory"] + "/*")
      #expect(paths.output.contains("two words") && !paths.output.contains("LISTEN 0 9"))
      let none = try lab.sockexplain("--compare-netstat", "-t", "sport", "=", ":9999")
      #expect(none.status == 1 && none.output.contains("matches none on either side") && !none.output.contains("equal"))
      let mapped = try Document(
        try lab.sockexplain("--compare-netstat", "--json", "-a", "state", "established", "dst", "127.0.0.1", "sport", "=", ":8080"))
      #expect(mapped.sockets.count == 3)
    }
  }

  /// Connections that live for microseconds are in one reading of two, or in neither.
  @Test func churnIsNeverSuspicious() throws {
    try Scenario.with("churn", "stable=200", "rate=20000") { lab in
      var racing = 0
      for _ in 0..<8 {
        let outcome = try lab.sockexplain("--compare-netstat", "--json", "--fail-on", "suspicious")
        let document = try Document(outcome)
        #expect(outcome.status == 0 && document.root.number("verdict", "suspicious") == 0, "\(outcome.output)")
        #expect(document.root.number("verdict", "equal") ?? 0 >= 400)
        racing += document.root.number("verdict", "racing") ?? 0
      }
      #expect(racing > 0)
    }
  }

  @Test func whatIsRefusedIsSaidAndNotSuspected() throws {
    let makesockets = Lab.products.appending(path: "makesockets").path
    try Scenario.with("zoo") { lab in
      let denied = try lab.sockexplain(behind: [makesockets, "deny-netlink", "1"], "--compare-netstat")
      #expect(denied.status == 0 && denied.output.contains("0 suspicious); ") && denied.output.contains("nothing can be compared"))
      #expect(try lab.sockexplain(behind: [makesockets, "deny-netlink", "1"], "--compare-netstat", "--fail-on", "suspicious").status == 2)
      let json = try Document(try lab.sockexplain(behind: [makesockets, "deny-netlink", "1"], "--compare-netstat", "--json"))
      #expect(json.root["complete"] as? Bool == false && json.root.number("verdict", "compared") == 0)
      let blind = try behindProc("mount -t tmpfs none /proc/$$/net", lab)
      #expect(blind.status == 0 && blind.output.contains("0 suspicious); "), "\(blind.output)")
      #expect(blind.output.contains("/proc/net/tcp cannot be read") && blind.output.contains("/proc/net/unix cannot be read"))
    }
  }

  /// Runs the program in a mount namespace where a shell has changed the /proc/net of its own process, which the program then is.
  func behindProc(_ change: String, _ lab: Scenario, _ arguments: String = "") throws -> Outcome {
    let program = Lab.products.appending(path: "sockexplain").path
    return try lab.run("unshare", "-m", "sh", "-c", "\(change) && exec \(program) --compare-netstat \(arguments)")
  }

  /// As a kernel module would that filters the file.
  @Test func aLiveRowThatIsHiddenIsSuspicious() throws {
    try Scenario.with("zoo") { lab in
      for (word, table) in [("0100007F:1F94", "tcp"), ("0100007F:2328 00000000", "udp"), ("two words", "unix")] {
        let change = """
          D=$(mktemp -d) && mount -t tmpfs none $D && cd /proc/$$/net && cp tcp tcp6 udp udp6 udplite udplite6 raw raw6 unix $D && cd / &&
          grep -v '\(word)' $D/\(table) > $D/new; mv $D/new $D/\(table) && mount --bind $D /proc/$$/net
          """
        let outcome = try behindProc(change, lab, "--json --fail-on suspicious")
        let document = try Document(outcome)
        #expect(outcome.status == 1 && document.root.number("verdict", "suspicious") == 1, "\(table): \(outcome.output)")
        let hidden = try #require(document.sockets.first { $0["class"] as? String == "suspicious" })
        #expect(hidden["netstat"] == nil && hidden["table"] as? String == "/proc/net/\(table)")
        // Asked for again and again before it is called so.
        #expect(document.root.number("verdict", "looks") == 6)
      }
    }
  }

  // MARK: captures

  /// One record of a capture: its type, its payload.
  typealias Record = (type: UInt16, payload: Data)

  func records(of data: Data) -> [Record] {
    var out: [Record] = []
    var at = 0
    while at + 16 <= data.count {
      let length = Int(data[at]) | Int(data[at + 1]) << 8 | Int(data[at + 2]) << 16 | Int(data[at + 3]) << 24
      out.append((UInt16(data[at + 4]) | UInt16(data[at + 5]) << 8, data.subdata(in: at..<(at + length))))
      at += (length + 3) & ~3
    }
    return out
  }

  func file(of records: [Data]) -> Data {
    var out = Data()
    for record in records {
      out += record
      while out.count % 4 != 0 { out.append(0) }
    }
    return out
  }

  /// The text of a file record without the lines that hold a word.
  func without(_ word: String, _ path: String, _ record: Record) -> Data {
    guard record.type == 0x8010, let range = record.payload.range(of: Data(path.utf8)), range.lowerBound == 24,
      record.payload[20] == UInt8(path.utf8.count)
    else { return record.payload }
    let start = (range.upperBound + 3) & ~3
    let lines = String(decoding: record.payload[start...], as: UTF8.self).split(separator: "\n").filter { !$0.contains(word) }
    var out = record.payload.prefix(start) + Data((lines.joined(separator: "\n") + "\n").utf8)
    for index in 0..<4 { out[index] = UInt8(out.count >> (8 * index) & 255) }
    return Data(out)
  }

  func replayed(_ data: Data, _ arguments: String...) throws -> Outcome {
    let path = FileManager.default.temporaryDirectory.appending(path: "compare-\(UUID().uuidString)")
    try data.write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    return try Lab.run([Lab.products.appending(path: "sockexplain").path, "--replay", path.path, "--compare-netstat"] + arguments)
  }

  func captured(_ lab: Scenario) throws -> Data {
    let path = FileManager.default.temporaryDirectory.appending(path: "compare-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: path) }
    _ = try lab.sockexplain("--capture", path.path, "-q")
    return try Data(contentsOf: path)
  }

  @Test func aReplayComparesAsTheMachineDid() throws {
    try Scenario.with("zoo") { lab in
      let data = try captured(lab)
      let replay = try Document(try replayed(data, "--json", "-a")),
        live = try Document(try lab.sockexplain("--compare-netstat", "--json", "-a"))
      #expect(kinds(replay) == kinds(live))
      for key in ["compared", "equal", "explained", "suspicious"] {
        #expect(replay.root.number("verdict", key) == live.root.number("verdict", key), "\(key)")
      }
      // The arguments of a program are nobody's business.
      #expect(data.range(of: Data("makesockets\0zoo".utf8)) == nil)
    }
  }

  @Test func aRowTakenOutOfProcIsSuspicious() throws {
    try Scenario.with("zoo") { lab in
      let records = records(of: try captured(lab))
      // 1F94 is port 8084; 2328 is 9000, of a datagram socket; 1F91 that of a TIME-WAIT socket among others.
      for (word, path, count) in [
        ("0100007F:1F94", "/proc/net/tcp", 1), ("0100007F:2328 00000000", "/proc/net/udp", 1), ("two words", "/proc/net/unix", 1),
      ] {
        let outcome = try replayed(file(of: records.map { without(word, path, $0) }), "--json", "--fail-on", "suspicious")
        let document = try Document(outcome)
        #expect(outcome.status == 1 && document.root.number("verdict", "suspicious") == count, "\(word): \(outcome.output)")
        let hidden = try #require(document.sockets.first { $0["class"] as? String == "suspicious" })
        #expect(hidden["netstat"] == nil && hidden["ss"] != nil && hidden["table"] as? String == path)
      }
      let page = try replayed(file(of: records.map { without("0100007F:1F94", "/proc/net/tcp", $0) }))
      #expect(page.output.contains("1 suspicious") && page.output.contains("127.0.0.1:8084") && page.output.contains("netstat  no row"))
    }
  }

  @Test func aSocketTakenOutOfNetlinkIsSuspicious() throws {
    try Scenario.with("zoo") { lab in
      let records = records(of: try captured(lab))
      // The reply of the listener on 8084: idiag_sport at byte 4 of the message.
      let left = records.filter { record in
        !(record.type == 18 && record.payload.count > 24 && record.payload[20] == 0x1f && record.payload[21] == 0x94)
      }
      #expect(left.count < records.count)
      let outcome = try replayed(file(of: left.map(\.payload)), "--json", "--fail-on", "suspicious")
      let document = try Document(outcome)
      #expect(outcome.status == 1 && document.root.number("verdict", "suspicious") == 1, "\(outcome.output)")
      let hidden = try #require(document.sockets.first { $0["class"] as? String == "suspicious" })
      #expect(hidden["ss"] == nil && (hidden["netstat"] as? [String: Any])?["local"] as? String == "127.0.0.1:8084")
    }
  }

  /// What a file of ss -D lacks is said once, and no module is missing for it.
  @Test func aFileOfSSHasNothingToCompareWith() throws {
    try Scenario.with("zoo") { lab in
      let path = FileManager.default.temporaryDirectory.appending(path: "compare-\(UUID().uuidString)").path
      defer { try? FileManager.default.removeItem(atPath: path) }
      _ = try lab.run("ss", "-tanD", path)
      let outcome = try lab.sockexplain("--compare-netstat", "-D", path, "--fail-on", "suspicious")
      #expect(outcome.status == 2 && outcome.errors.contains("it lacks owners, /proc"), "\(outcome.errors)")
      #expect(!(outcome.output + outcome.errors).contains("modprobe"), "\(outcome.output)")
    }
  }

  @Test func anOldCaptureWithoutTablesIsAGap() throws {
    try Scenario.with("zoo") { lab in
      let left = records(of: try captured(lab)).filter { $0.type != 0x8010 || $0.payload.range(of: Data("/proc/net/".utf8)) == nil }
      let outcome = try replayed(file(of: left.map(\.payload)), "--fail-on", "suspicious")
      #expect(outcome.status == 2 && outcome.errors.contains("not in the capture: /proc/net/tcp"), "\(outcome.errors)")
      #expect(outcome.output.contains("sockets compared: 0 ("))
    }
  }
}
