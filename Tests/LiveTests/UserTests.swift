import Foundation
import Testing

/// The edges that a new user meets: wrong words, narrow terminals, closed pipes, missing privilege, hostile names.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct UserTests {
  /// Bytes that would reach a terminal as commands: everything below space but line feed, and 0x7f.
  func controls(_ outcome: Outcome) -> [UInt8] {
    (outcome.output + outcome.errors).utf8.filter { ($0 < 0x20 && $0 != 0x0a) || $0 == 0x7f }
  }

  @Test(arguments: [["--nope"], ["-l", "99999"], ["explain", "no such thing at all"], ["sport", "="]])
  func whatCannotBeUnderstoodEndsWith2(_ arguments: [String]) throws {
    let outcome = try Lab.run([Lab.products.appending(path: "sockexplain").path] + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty || arguments[0] == "explain")
    #expect(!outcome.errors.isEmpty || arguments[0] == "explain")
  }

  @Test func emptyPortEndsWith1() throws {
    try Scenario.with("bound") { lab in try #expect(lab.sockexplain("-l", "7").status == 1) }
  }

  @Test(arguments: [["-l", "8080"], ["-tlnp"], ["--json"], ["--json", "-tlnp"], ["--ndjson", "-tlnp"], [], ["-q", "-tlnp"]])
  func aHostileProcessNameIsEscaped(_ arguments: [String]) throws {
    try Scenario.with("hostile-name") { lab in
      let outcome = try Lab.run(
        ["nsenter", "--net=" + lab["actor_ns"], Lab.products.appending(path: "sockexplain").path] + arguments)
      #expect(outcome.status == 0)
      #expect(controls(outcome) == [])
      #expect(outcome.output.contains("[2J"))
      if arguments.first == "--json" {
        let owners = try Document(outcome).sockets.first?["owners"] as? [[String: Any]]
        #expect(owners?.first?["name"] as? String == "a\"\u{1b}[2J")
      }
    }
  }

  @Test(arguments: [["-xa"], ["--json", "-xa"], ["--ndjson", "-xa"]])
  func aHostilePathIsEscaped(_ arguments: [String]) throws {
    try Scenario.with("unix") { lab in
      let outcome = try Lab.run(["nsenter", "--net=" + lab["server_ns"], Lab.products.appending(path: "sockexplain").path] + arguments)
      #expect(controls(outcome) == [])
      #expect(outcome.output.contains("[31m"))
      if arguments.first == "--json" { try #expect(!Document(outcome).sockets.isEmpty) }
      if arguments.first == "--ndjson" {
        for line in outcome.lines { #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "\(line)") }
      }
    }
  }

  @Test func cardsFitInFortyColumns() throws {
    try Scenario.with("full-listener") { lab in
      let card = try lab.sockexplain("-l", "8080", environment: ["COLUMNS": "40"])
      #expect(card.lines.map(\.count).max() ?? 0 <= 40)
      #expect(card.output.contains("FULL"))
    }
  }

  @Test func aReaderThatGoesAwayIsNoError() throws {
    try Scenario.with("established", "count=2000") { lab in
      let program = Lab.products.appending(path: "sockexplain").path
      let outcome = try lab.run("bash", "-c", "\(program) -tan | head -1; echo ${PIPESTATUS[0]}")
      #expect(outcome.lines.last == "0")
      #expect(outcome.errors == "")
    }
  }

  @Test(.enabled(if: Lab.path(of: "setpriv") != nil, "setpriv becomes nobody"))
  func whatNobodyCannotSeeIsNamed() throws {
    try Scenario.with("full-listener") { lab in
      // Nobody may not read this checkout, so that the program is taken elsewhere.
      let copy = FileManager.default.temporaryDirectory.appending(path: "sockexplain-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: copy) }
      try FileManager.default.copyItem(at: Lab.products.appending(path: "sockexplain"), to: copy)
      let nobody = ["nsenter", "--net=" + lab["server_ns"], "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", copy.path]
      let list = try Lab.run(nobody + ["-tanp"])
      #expect(list.status == 0)
      #expect(list.output.contains("LISTEN"))
      #expect(list.errors.contains("owners are not shown for") && list.errors.contains("sudo"))
      let document = try Document(Lab.run(nobody + ["--json", "-tanp"]))
      #expect(document.root["complete"] as? Bool == false)
      #expect((document.root["gaps"] as? [Any])?.isEmpty == false)
    }
  }
}
