import Foundation
import Testing

/// `counters` and `-s` beside /proc and ss, in namespaces of their own.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct CountersTests {
  static let program = Lab.products.appending(path: "sockexplain").path

  /// `TcpExt.NAME` of the namespace, from the file itself.
  func tcpExt(_ name: String, _ lab: Scenario) throws -> Int {
    let lines = try lab.run("cat", "/proc/net/netstat").lines.filter { $0.hasPrefix("TcpExt:") }.map { $0.split(separator: " ") }
    let column = try #require(lines.first?.firstIndex { $0 == name })
    return try #require(Int(lines[1][column]))
  }

  /// Refused connections while the program waits; Ctrl-C ends it. What it says must lie between what /proc said inside and outside of its readings.
  @Test func refusedConnectionsAreNamedWithTheirNumber() throws {
    try Scenario.with("full-listener") { lab in
      let outerBefore = try tcpExt("ListenOverflows", lab)
      let process = Process()
      process.executableURL = URL(filePath: Lab.path(of: "nsenter") ?? "nsenter")
      process.arguments = ["--net=" + lab["server_ns"], Self.program, "counters", "--for", "1m", "--json"]
      // A file: the document is larger than a pipe holds.
      let place = FileManager.default.temporaryDirectory.appending(path: "counters-\(UUID().uuidString).json")
      try Data().write(to: place)
      defer { try? FileManager.default.removeItem(at: place) }
      process.standardOutput = try FileHandle(forWritingTo: place)
      try process.run()
      defer { process.terminate() }
      // nsenter became the program; asleep, it has its first reading.
      let stat = { (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/wchan", encoding: .utf8)) ?? "" }
      let isWaiting = { (text: String) in text.contains("nanosleep") }
      try #require(isWaiting(eventually(stat, until: isWaiting)))
      let innerBefore = try tcpExt("ListenOverflows", lab)
      for _ in 0..<5 {
        // One SYN each: the next would come after a second.
        _ = try lab.run("timeout", "-s", "KILL", "0.3", "bash", "-c", "exec 3<>/dev/tcp/10.0.0.1/\(lab["port"])", at: "client")
      }
      let innerAfter = try tcpExt("ListenOverflows", lab)
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      let text = try Data(contentsOf: place)
      let outerAfter = try tcpExt("ListenOverflows", lab)

      #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
      let document = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
      let rows = try #require(document["counters"] as? [[String: Any]])
      let row = try #require(rows.first { $0["name"] as? String == "ListenOverflows" })
      let delta = try #require(row["delta"] as? Int)
      #expect(innerAfter - innerBefore >= 5)
      #expect(delta >= innerAfter - innerBefore && delta <= outerAfter - outerBefore)
      let seconds = Double(try #require(document["elapsedNanoseconds"] as? Int)) / 1e9
      #expect(seconds < 50)
      #expect(abs(try #require(row["ratePerSecond"] as? Double) - Double(delta) / seconds) < 0.01)
    }
  }

  /// Every name and number of the files is shown, whatever the catalog knows.
  @Test func everyCounterOfTheFilesIsThere() throws {
    try Scenario.with("established") { lab in
      var expected: [String: String] = [:]
      for file in ["snmp", "netstat"] {
        let lines = try lab.run("cat", "/proc/net/\(file)").lines.map { $0.split(separator: " ").map(String.init) }
        for pair in stride(from: 0, to: lines.count - 1, by: 2) {
          for (name, value) in zip(lines[pair], lines[pair + 1]).dropFirst() { expected[lines[pair][0].dropLast() + "." + name] = value }
        }
      }
      let rows = try lab.sockexplain("counters", "-aqH").lines.map { $0.split(separator: " ").map(String.init) }
      let shown = Dictionary(rows.map { ($0[1], $0[0]) }) { first, _ in first }
      #expect(rows.count == shown.count)
      for (key, value) in expected { #expect(shown[key] == value, "\(key)") }
      for key in ["sockets.used", "TCP.alloc", "FRAG6.memory", "Ip6.InReceives", "softnet.dropped"] { #expect(shown[key] != nil, "\(key)") }
    }
  }

  @Test(arguments: ["established", "full-listener", "time-wait"]) func theSummaryIsThatOfSS(_ scenario: String) throws {
    try Scenario.with(scenario) { lab in
      let words = { (text: String) in text.split(whereSeparator: \.isWhitespace).map(String.init) }
      // alloc and orphans are of the whole machine: one quiet moment is enough to compare.
      let (before, ours, after) = try eventually {
        try (lab.run("ss", "-s").output, lab.sockexplain("-s", "-q").output, lab.run("ss", "-s").output)
      } until: {
        words($0.0) == words($0.1) && words($0.0) == words($0.2)
      }
      #expect(words(ours) == words(before) && words(before) == words(after))
      let explained = try lab.sockexplain("-s")
      #expect(explained.status == 0 && explained.output.contains("what they count"))
    }
  }

  @Test func aListFollowsTheSummary() throws {
    try Scenario.with("full-listener") { lab in
      let both = try lab.sockexplain("-s", "-tl")
      #expect(both.output.hasPrefix("Total: ") && both.output.contains("\nState ") && both.output.contains("LISTEN"))
      #expect(try lab.sockexplain("-s", "sport", "=", ":1").status == 1)
      let document = try lab.sockexplain("-s", "-tl", "--json").document
      #expect((document["summary"] as? [String: Any])?["tcp"] != nil && (document["sockets"] as? [Any])?.isEmpty == false)
    }
  }

  @Test func captureAndReplaySayTheSame() throws {
    try Scenario.with("full-listener") { lab in
      let file = FileManager.default.temporaryDirectory.appending(path: "counters-\(UUID().uuidString).cap").path
      defer { try? FileManager.default.removeItem(atPath: file) }
      let lines = [
        ["counters", "-a"], ["counters", "--for", "300ms", "-a"], ["counters", "ListenDrops", "--json"], ["-s"], ["-s", "-tl"],
      ]
      for arguments in lines {
        let enter = [Lab.path(of: "nsenter") ?? "nsenter", "--net=" + lab["server_ns"], Self.program]
        let live = try Lab.run(enter + ["--capture", file] + arguments)
        let replayed = try Lab.run([Self.program, "--replay", file] + arguments)
        #expect(live.status == 0 && live.output == replayed.output && !live.output.isEmpty, "\(arguments)")
        #expect(live.errors == replayed.errors)
      }
    }
  }

  @Test func mistakesEndWithStatusTwo() throws {
    let missing = try Lab.run([Self.program, "counters", "ListenDorps"])
    #expect(missing.status == 2 && missing.output.isEmpty && missing.errors.contains("near it: TcpExt.ListenDrops"))
    #expect(try Lab.run([Self.program, "counters", "listen queue"]).status == 0)
    #expect(try Lab.run([Self.program, "counters", "TcpExt.ListenDrops"]).output.hasPrefix("counters that answer") == false)
  }
}
