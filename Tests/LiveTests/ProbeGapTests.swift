import Foundation
import Testing

/// What keeps the side-car from its work, each told as itself, with a remedy that helps there.
@Suite(.serialized, .enabled(if: Lab.canRun && Lab.path(of: "setpriv") != nil, Lab.why)) struct ProbeGapTests {
  /// Runs a command of the program behind others, beside a side-car that has its capabilities as `make install` gives them.
  private func run(_ lab: Scenario, behind prefix: [String], _ arguments: String...) throws -> Outcome {
    let place = FileManager.default.temporaryDirectory.appending(path: "gaps-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(at: place) }
    for name in ["sockexplain", "sockexplain-probe"] {
      try FileManager.default.copyItem(at: Lab.products.appending(path: name), to: place.appending(path: name))
    }
    let granted = try Lab.run(["setcap", "cap_bpf,cap_perfmon+ep", place.appending(path: "sockexplain-probe").path])
    try #require(granted.status == 0, "\(granted.errors)")
    return try lab.run("env", arguments: prefix + [place.appending(path: "sockexplain").path] + arguments)
  }

  private static let user = ["setpriv", "--reuid", "4242", "--regid", "4242", "--clear-groups", "--inh-caps=-all"]

  @Test(
    .enabled(if: Lab.path(of: "setcap") != nil, "needs setcap"),
    arguments: [
      (user + ["--no-new-privs"], "probe-denied", "no_new_privs"), (user + ["--bounding-set=-all"], "probe-not-allowed", "bounding set"),
      (["setpriv", "--bounding-set=-all", "--inh-caps=-all"], "probe-not-allowed", "bounding set"),
      (["unshare", "-Ur"], "probe-denied", "user namespace forbids"), (["prlimit", "--nofile=20:20"], "probe-file-limit", "ulimit"),
    ])
  func whatIsInTheWayIsNamed(_ prefix: [String], _ id: String, _ words: String) throws {
    try Scenario.with("established") { lab in
      for command in ["drops", "trace"] {
        let outcome = try run(lab, behind: prefix, command, "--for", "250ms", "--json")
        #expect(outcome.status == (command == "trace" ? 2 : 0))
        #expect(outcome.document["complete"] as? Bool == false)
        #expect(outcome.gapIDs.filter { $0.hasPrefix("probe-") } == [id], "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
      }
    }
  }

  @Test(.enabled(if: Lab.path(of: "setcap") != nil, "needs setcap")) func anotherUserTracesAndIsToldWhatIsKept() throws {
    try Scenario.with("established") { lab in
      let outcome = try run(lab, behind: Self.user, "trace", "--for", "250ms", "--json")
      #expect(outcome.status == 0 && outcome.gapIDs == ["probe-owners-own"], "\(outcome.errors)")
    }
  }

  /// The first thing opened would become standard output, and take the answer with status 0.
  @Test(arguments: ["-tan", "-l 8080", "drops --for 250ms", "trace --for 250ms", "--json"])
  func aClosedOutputIsAnError(_ command: String) throws {
    try Scenario.with("established") { lab in
      let program = Lab.products.appending(path: "sockexplain").path
      let outcome = try lab.run("sh", "-c", "exec \(program) \(command) >&-")
      #expect(outcome.status == 2 && outcome.errors.contains("write(stdout) failed"), "\(outcome.errors)")
    }
  }

  /// More events than are read: the side-car is late with every batch, and must hear all the same that it is enough.
  @Test func aTraceEndsUnderMoreThanItCanTell() throws {
    try Scenario.with("churn", "stable=10", "rate=20000") { lab in
      let begin = Date()
      let outcome = try lab.run(
        "timeout", "-s", "KILL", "100", Lab.products.appending(path: "sockexplain").path, "trace", "--for", "1s", "--json")
      #expect(Date().timeIntervalSince(begin) < 90 && outcome.status == 0, "status \(outcome.status)")
      #expect(outcome.lines.last?.hasPrefix("{\"event\":\"totals\"") == true)
    }
  }
}

extension Scenario {
  /// Runs a command with a list of words.
  fileprivate func run(_ command: String, arguments: [String]) throws -> Outcome {
    try Lab.run([Lab.path(of: "nsenter") ?? "nsenter", "--net=" + self["server_ns"], command] + arguments)
  }
}
