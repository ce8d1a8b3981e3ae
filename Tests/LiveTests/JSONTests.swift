import Foundation
import Testing

/// What Docs/JSON.md promises, held against documents of real sockets.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct JSONTests {
  /// Every key of a value and of what it holds.
  func keys(_ value: Any) -> Set<String> {
    if let object = value as? [String: Any] { return object.reduce(into: Set(object.keys)) { $0.formUnion(keys($1.value)) } }
    return (value as? [Any] ?? []).reduce(into: []) { $0.formUnion(keys($1)) }
  }

  @Test(arguments: [
    ("full-listener", ["-l", "8080"]), ("full-listener", ["-tan"]), ("full-listener", []), ("unix", ["-xa"]), ("udp", ["-uwa"]),
    ("reaches", ["-tlnp"]), ("families", ["-tan"]), ("persist", ["-tan"]), ("hostile-name", ["-tlnp"]),
  ])
  func everyMemberIsOfTheCatalogOrDocumented(_ scenario: String, _ arguments: [String]) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "Docs/JSON.md"), encoding: .utf8)
    let documented = Set(text.matches(of: /[`"]([A-Za-z_]+)[`"]/).map { String($0.1) })
    try Scenario.with(scenario) { lab in
      let program = Lab.products.appending(path: "sockexplain").path
      let host = lab.values.keys.contains("server_ns") ? "server_ns" : "actor_ns"
      let enter = [Lab.path(of: "nsenter") ?? "nsenter", "--net=" + lab[host], program]
      let catalog = Set(try Lab.run([program, "--list-columns"]).lines.compactMap { $0.split(separator: " ").first.map(String.init) })
      let document = try Document(Lab.run(enter + ["--json"] + arguments))
      #expect(!document.sockets.isEmpty)
      #expect(keys(document.root).subtracting(catalog).subtracting(documented) == [])
      guard !arguments.isEmpty else { return }
      // A line is a socket of the document.
      let lines = try Lab.run(enter + ["--ndjson"] + arguments).lines
      for line in lines {
        let socket = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(keys(socket).subtracting(catalog).subtracting(documented) == [])
      }
      if !arguments.contains("8080") { #expect(lines.count == document.sockets.count) }
    }
  }

  @Test func codesHaveTheirNumbers() throws {
    try Scenario.with("full-listener") { lab in
      for socket in try Document(lab.sockexplain("--json", "-tan")).sockets {
        let isListener = socket["state"] as? String == "LISTEN"
        #expect(isListener || socket["state"] as? String == "CLOSE-WAIT")
        #expect(socket.number("stateCode") == (isListener ? 10 : 8))
        #expect(socket["family"] as? String == "inet" && socket.number("familyCode") == 2)
        #expect(socket["timer"] as? String == "off" && socket.number("timerCode") == 0)
      }
    }
  }

  @Test func whatProcDoesNotCarryIsAbsent() throws {
    try Scenario.with("full-listener") { lab in
      let denied = [Lab.products.appending(path: "makesockets").path, "deny-netlink", "1"]
      let sockets = try Document(lab.sockexplain(behind: denied, "--json", "-tan")).sockets
      #expect(sockets.count == 7)
      #expect(sockets.allSatisfy { $0["cookie"] == nil && $0["if"] == nil && $0["tcpInfo"] == nil })
      #expect(sockets.filter { $0["wqueue"] == nil }.map { $0.number("stateCode") } == [10])
    }
  }
}
