import Foundation
import ProbeStream
import Testing

/// What the side-car may do, what it gives up, and how it ends.
@Suite(.serialized, .enabled(if: Lab.canRun && Lab.path(of: "setpriv") != nil, Lab.why)) struct ProbeRightsTests {
  /// A copy that every user may run: this checkout may be private.
  func withCopy(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(at: directory) }
    let copy = directory.appending(path: "sockexplain-probe")
    try FileManager.default.copyItem(at: ProbeRun.program, to: copy)
    try body(copy)
  }

  /// Words that become a plain user with some capabilities and no others.
  func user(_ capabilities: [String], _ lab: Scenario) -> [String] {
    let list = capabilities.isEmpty ? "-all" : "-all," + capabilities.map { "+\($0)" }.joined(separator: ",")
    return [
      "nsenter", "--net=" + lab["server_ns"], "setpriv", "--reuid", "4242", "--regid", "4242", "--clear-groups", "--inh-caps", list,
      "--ambient-caps", list, "--bounding-set", list,
    ]
  }

  /// A side-car whose input and output are the test's: nsenter becomes it.
  func piped(_ lab: Scenario, _ arguments: String...) throws -> (process: Process, input: Pipe, output: Pipe) {
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/nsenter")
    process.arguments = ["--net=" + lab["server_ns"], ProbeRun.program.path] + arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    return (process, input, output)
  }

  func status(_ pid: Int32, _ key: String) throws -> String {
    let text = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    return text.split(separator: "\n").first { $0.hasPrefix(key + ":") }.map {
      $0.dropFirst(key.count + 1).split(separator: "\t").joined(separator: " ")
    } ?? ""
  }

  @Test(arguments: [
    (["bpf", "perfmon"], nil as String?), (["bpf"], "cap_perfmon"), (["perfmon"], "cap_bpf"), ([], "cap_bpf,cap_perfmon"),
  ])
  func capabilitiesThatSufficeAndThatDoNot(_ capabilities: [String], _ missing: String?) throws {
    try Scenario.with("established") { lab in
      try withCopy { copy in
        let run = try ProbeRun(["--drops", "--trace", "--owners", "--queues"], prefix: user(capabilities, lab), program: copy)
        try run.attached()
        if missing == nil {
          try run.until { $0.programs.count > 3 }
          #expect(try status(run.pid, "CapEff") == "0000000000000000" && status(run.pid, "CapPrm") == "0000000000000000")
          #expect(try status(run.pid, "NoNewPrivs") == "1" && status(run.pid, "Uid").hasPrefix("4242"))
        }
        let records = try run.stop()
        #expect(records.hello?.callerUID == 4242)
        if let missing {
          #expect(records.problems == [ProbeProblem(kind: .notPermitted, error: 1, detail: missing)])
          #expect(records.last == .end(.failed))
        } else {
          #expect(records.problems.isEmpty && records.programs.allSatisfy { $0.state == .attached })
          // The server is root's.
          #expect(!records.contains { if case .process(let process) = $0 { process.uid != 4242 } else { false } })
          #expect(!records.events.contains { $0.processID != 0 })
          #expect(records.sockets.contains { $0.state == 10 })
        }
      }
    }
  }

  @Test func rootBecomesNobodyAndKeepsNothing() throws {
    try Scenario.with("established") { lab in
      let run = try ProbeRun(["--drops", "--trace"], prefix: ["nsenter", "--net=" + lab["server_ns"]])
      try run.until { !$0.programs.isEmpty }
      #expect(
        try status(run.pid, "Uid") == "65534 65534 65534 65534" && status(run.pid, "Groups").trimmingCharacters(in: .whitespaces) == "")
      #expect(try status(run.pid, "CapEff") == "0000000000000000" && status(run.pid, "CapBnd") == "0000000000000000")
      #expect(try status(run.pid, "NoNewPrivs") == "1")
      // It still counts.
      _ = try lab.run("bash", "-c", "echo > /dev/tcp/127.0.0.1/9")
      try run.until { $0.drops.contains { $0.localPort == 9 } }
      #expect(try run.stop().last == .end(.stopped))
    }
  }

  @Test func onlyTheOwnNamespaceIsSeen() throws {
    try Scenario.with("established") { lab in
      try Scenario.with("established") { other in
        let records = try ProbeRun.watch(["--drops", "--trace"], lab) {
          _ = try other.run("bash", "-c", "echo > /dev/tcp/127.0.0.1/9")
          _ = try lab.run("bash", "-c", "echo > /dev/tcp/127.0.0.1/11")
        }
        #expect(records.drops.contains { $0.localPort == 11 } && !records.drops.contains { $0.localPort == 9 })
        #expect(Set(records.events.map(\.namespace)) == Set([records.hello?.namespace]))
      }
    }
  }

  @Test func anotherNamespaceIsRootsToName() throws {
    try Scenario.with("established") { lab in
      let root = try ProbeRun(["--queues", "--netns", lab["server_ns"]])
      #expect(try root.stop().sockets.contains { $0.state == 10 && $0.localPort == 8080 })
      try withCopy { copy in
        let user = try ProbeRun(["--queues", "--netns", lab["server_ns"]], prefix: user(["bpf", "perfmon"], lab), program: copy)
        #expect(try user.stop().problems == [ProbeProblem(kind: .usage, error: 0, detail: "--netns")])
      }
    }
  }

  /// The ids of programs and links that a process holds.
  func held(_ pid: Int32) throws -> Set<String> {
    let directory = "/proc/\(pid)/fdinfo"
    var ids: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
      let text = (try? String(contentsOfFile: directory + "/" + name, encoding: .utf8)) ?? ""
      for line in text.split(separator: "\n") where line.hasPrefix("prog_id:") {
        ids.insert(line.split(separator: "\t").last.map(String.init) ?? "")
      }
    }
    return ids
  }

  func isLoaded(_ id: String) throws -> Bool { try Lab.run(["bpftool", "prog", "show", "id", id]).status == 0 }

  @Test(.enabled(if: Lab.path(of: "bpftool") != nil, "bpftool lists programs"))
  func killingTheSideCarLeavesNothingLoaded() throws {
    try Scenario.with("established") { lab in
      let run = try ProbeRun(["--drops", "--trace"], prefix: ["nsenter", "--net=" + lab["server_ns"]])
      try run.until { !$0.programs.isEmpty }
      let ids = try held(run.pid)
      #expect(ids.count >= 3)
      for id in ids { #expect(try isLoaded(id)) }
      run.kill(SIGKILL)
      for id in ids { #expect(try !eventually({ try isLoaded(id) }, until: { !$0 })) }
      #expect(try run.records().last != .end(.stopped))
    }
  }

  @Test func theSideCarEndsWithItsReader() throws {
    try Scenario.with("established") { lab in
      // So seldom that no write of the side-car would find out.
      let (process, input, output) = try piped(lab, "--trace", "--interval", "60000")
      _ = try eventually({ try status(process.processIdentifier, "NoNewPrivs") }, until: { $0 == "1" })
      // The kernel does the same to the pipe of a reader that is killed.
      try output.fileHandleForReading.close()
      let isRunning = eventually({ process.isRunning }, until: { !$0 })
      #expect(!isRunning)
      if isRunning { kill(process.processIdentifier, SIGKILL) }
      // Kept until here: its end would end the side-car too.
      try input.fileHandleForWriting.close()
    }
  }

  @Test func everyDropIsReportedOrCountedAsLost() throws {
    // More ports than the table has rows.
    for ports in [16, 20000] {
      try Scenario.with("flood", "count=40000", "rate=100000", "ports=\(ports)") { lab in
        var sent: UInt64 = 0
        let records = try ProbeRun.watch(["--drops"], lab) {
          try Data().write(to: URL(filePath: lab["start"]))
          let words = lab.nextEvent()?.split(separator: " ").first?.split(separator: "=") ?? []
          sent = words.last.flatMap { UInt64($0) } ?? 0
        }
        let totals = records.totals
        let reported = records.drops.filter { $0.source == .kfree }.reduce(0) { $0 + $1.count }
        #expect(sent == 40000)
        #expect(reported + totals.dropsLost == totals.drops)
        #expect(totals.drops + totals.missed >= sent && totals.drops <= sent + 10, "\(totals)")
        #expect((totals.dropsSummarized > 0) == (ports > 16384))
        #expect(records.drops.filter(\.isSummary).reduce(0) { $0 + $1.count } == totals.dropsSummarized)
      }
    }
  }

  @Test func aReaderThatStallsLosesEventsAndIsToldHowMany() throws {
    try Scenario.with("flood", "count=100000", "rate=100000") { lab in
      let (process, input, output) = try piped(lab, "--drops", "--events")
      _ = try eventually({ try status(process.processIdentifier, "NoNewPrivs") }, until: { $0 == "1" })
      try Data().write(to: URL(filePath: lab["start"]))
      // All were sent, and none of the stream was read.
      #expect(lab.nextEvent()?.hasPrefix("sent=100000") == true)
      try input.fileHandleForWriting.close()
      var decoder = ProbeDecoder()
      decoder.append(try output.fileHandleForReading.readToEnd() ?? Data())
      process.waitUntilExit()
      var records: [ProbeRecord] = []
      while let record = try decoder.next() { records.append(record) }
      try decoder.finish()
      let totals = records.totals
      #expect(totals.eventsLost > 0)
      #expect(UInt64(records.events.count) == totals.events)
      #expect(totals.events + totals.eventsLost == totals.drops)
      #expect(records.drops.filter { $0.source == .kfree }.reduce(0) { $0 + $1.count } == totals.drops - totals.dropsLost)
      #expect(records.last == .end(.stopped))
    }
  }

  /// Events come faster than they are read, so that the side-car never has to wait for one: it notices the stop all the same.
  @Test func aReaderThatIsTooSlowCanStopIt() throws {
    try Scenario.with("churn", "stable=1", "rate=20000") { lab in
      let (process, input, output) = try piped(lab, "--trace", "--interval", "10")
      defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
      var total = 0
      var isStopped = false
      var isAtEnd = false
      while total < 1 << 25, !isAtEnd {
        let piece = try output.fileHandleForReading.read(upToCount: 1 << 12) ?? Data()
        isAtEnd = piece.isEmpty
        total += piece.count
        usleep(1000)
        if !isStopped, total > 1 << 19 {
          try input.fileHandleForWriting.close()
          isStopped = true
        }
      }
      #expect(isAtEnd && isStopped)
    }
  }
}
