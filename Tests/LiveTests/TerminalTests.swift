import Foundation
import Testing

/// Terminals of every width, full disks and readers that go away.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct TerminalTests {
  static let program = Lab.products.appending(path: "sockexplain").path

  @Test(arguments: [40, 80, 200])
  func noLineIsWiderThanTheTerminal(_ columns: Int) throws {
    try Scenario.with("full-listener") { lab in
      for arguments in [
        ["-tan"], ["-tap"], ["-tanpoe"], ["-tuwxa"], ["-tani"], [], ["-l", "8080"], ["explain", "rto"], ["-xap"],
        ["counters", "-a"], ["counters", "overflow"], ["-s"],
      ] {
        let enter = [Lab.path(of: "nsenter") ?? "nsenter", "--net=" + lab["server_ns"], Self.program]
        let outcome = try Lab.run(enter + arguments, environment: ["COLUMNS": String(columns)])
        let widest = outcome.lines.map(\.count).max() ?? 0
        #expect(widest <= columns && widest > 0, "\(arguments) at \(columns): \(outcome.lines.first { $0.count > columns } ?? "")")
      }
    }
  }

  /// The same words, whatever the width: nothing is cut off.
  @Test func foldingLosesNothing() throws {
    try Scenario.with("full-listener") { lab in
      let words = { (columns: String) in
        try lab.sockexplain("-tanpe", environment: ["COLUMNS": columns]).output.split(whereSeparator: \.isWhitespace).sorted()
      }
      try #expect(words("40") == words("200"))
      try #expect(words("20") == words("200"))
    }
  }

  @Test func aPlainListIsOneLineASocket() throws {
    try Scenario.with("full-listener") { lab in
      for options in ["-tanpeH", "-tanpeqO"] {
        let outcome = try lab.sockexplain(options, environment: ["COLUMNS": "40"])
        #expect(outcome.lines.count { $0.contains("CLOSE-WAIT") && $0.contains("10.0.0.2") } == 6, "\(options)")
      }
    }
  }

  @Test func queuesCanBeLeftOut() throws {
    try Scenario.with("established", "bytes=777") { lab in
      let row = try lab.sockexplain("-tanQH", "sport", "=", ":8080").output
      let table = try lab.sockexplain("-tanQ").output
      #expect(row.contains("ESTAB") && !row.contains("777"))
      #expect(table.hasPrefix("State  Local Address:Port"))
    }
  }

  @Test(arguments: [
    ["-tan"], ["-tanp"], ["-l", "8080"], [], ["--json"], ["--ndjson", "-a"], ["explain", "rto"], ["--help"], ["--version"],
    ["--list-columns"],
    ["--completions", "bash"], ["-xa"], ["counters"], ["counters", "--json"], ["-s"], ["-s", "-t"],
  ])
  func aFullDiskIsSaid(_ arguments: [String]) throws {
    let line = ([Self.program] + arguments).joined(separator: " ") + " > /dev/full"
    let outcome = try Lab.run(["sh", "-c", line])
    #expect(outcome.status == 2)
    #expect(outcome.errors.hasSuffix("sockexplain: write(stdout) failed: No space left on device\n"), "\(outcome.errors)")
  }
}
