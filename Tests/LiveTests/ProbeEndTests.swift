import Foundation
import Testing

/// A program that uses the side-car, in a namespace of a scenario, with its own end of the streams.
private final class Command {
  let process = Process()
  private let place = FileManager.default.temporaryDirectory.appending(path: "ends-\(UUID().uuidString)")

  init(_ lab: Scenario, _ arguments: [String], output: Any? = nil) throws {
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
    for name in ["out", "err"] { try Data().write(to: place.appending(path: name)) }
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["nsenter", "--net=" + lab["server_ns"], Lab.products.appending(path: "sockexplain").path] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try output ?? FileHandle(forWritingTo: place.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: place.appending(path: "err"))
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: place)
  }

  var output: String { (try? String(contentsOf: place.appending(path: "out"), encoding: .utf8)) ?? "" }
  var errors: String { (try? String(contentsOf: place.appending(path: "err"), encoding: .utf8)) ?? "" }

  /// The side-car, once everything is attached and it has said so.
  func sideCar() throws -> Int32 {
    let parent = process.processIdentifier
    let found = eventually(
      { () -> Int32? in
        let children = (try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)) ?? ""
        guard let pid = children.split(separator: " ").first.flatMap({ Int32($0) }) else { return nil }
        // It has greeted: a program whose side-car never did goes on without one.
        let io = (try? String(contentsOfFile: "/proc/\(pid)/io", encoding: .utf8)) ?? ""
        return io.contains("wchar: ") && !io.contains("wchar: 0\n") ? pid : nil
      }, until: { $0 != nil })
    return try #require(found)
  }

  static func line(_ key: String, of pid: Int32) -> String? {
    let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    return text?.split(separator: "\n").first { $0.hasPrefix(key + ":") }
      .map { $0.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces) }
  }

  /// Seconds until it ended; what does not end is killed.
  func end(within seconds: Double) -> Double {
    let start = Date()
    while process.isRunning, Date().timeIntervalSince(start) < seconds { usleep(20_000) }
    return Date().timeIntervalSince(start)
  }
}

/// kill -9 of either side, and a reader that stalls.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct ProbeEndTests {
  static func isAlive(_ pid: Int32) -> Bool {
    guard let state = Command.line("State", of: pid) else { return false }
    return !state.hasPrefix("Z")
  }

  /// The ids of tracing programs in the kernel.
  func loaded() throws -> Set<Substring> {
    Set(try Lab.run(["bpftool", "prog", "list"]).lines.filter { $0.contains(": tracing ") }.compactMap { $0.split(separator: ":").first })
  }

  @Test(.enabled(if: Lab.path(of: "bpftool") != nil, "bpftool lists programs"), arguments: [["trace"], ["drops", "--for", "60s"]])
  func killingTheProgramEndsTheSideCarToo(_ arguments: [String]) throws {
    try Scenario.with("established") { lab in
      let before = try loaded()
      let command = try Command(lab, arguments)
      let sideCar = try command.sideCar()
      let ours = try loaded().subtracting(before)
      #expect(!ours.isEmpty)
      kill(command.process.processIdentifier, SIGKILL)
      #expect(!eventually({ Self.isAlive(sideCar) }, until: { !$0 }))
      #expect(try eventually({ try loaded().intersection(ours) }, until: { $0.isEmpty }).isEmpty)
    }
  }

  @Test(arguments: [["trace", "--json"], ["drops", "--for", "60s", "--json"]])
  func aKilledSideCarIsAGapAndEndsTheCommand(_ arguments: [String]) throws {
    try Scenario.with("established") { lab in
      let command = try Command(lab, arguments)
      kill(try command.sideCar(), SIGKILL)
      #expect(command.end(within: 20) < 15)
      #expect(!command.process.isRunning && command.process.terminationStatus == (arguments[0] == "trace" ? 2 : 0))
      let last = try #require(command.output.split(separator: "\n").last)
      let document = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
      #expect(document["complete"] as? Bool == false)
      let gaps = document["gaps"] as? [[String: Any]] ?? []
      #expect(gaps.contains { $0["id"] as? String == "probe-ended" && ($0["what"] as? String)?.contains("killed by signal 9") == true })
      #expect(command.errors.contains("what happened since then was not seen"))
    }
  }

  /// Nobody reads the program's output while thousands of connections come and go: events are lost, counted, and no memory grows.
  @Test func aReaderThatStallsIsToldWhatItMissed() throws {
    try Scenario.with("serving") { lab in
      let pipe = Pipe()
      let command = try Command(lab, ["trace", "--json"], output: pipe)
      let sideCar = try command.sideCar()
      let loop = "for i in {1..14000}; do exec 3<>/dev/tcp/10.0.0.1/9; done 2>/dev/null"
      _ = try lab.run("bash", "-c", loop, at: "server")
      for pid in [sideCar, command.process.processIdentifier] {
        let peak = Command.line("VmHWM", of: pid)?.split(separator: " ").first.flatMap { Int($0) } ?? .max
        #expect(peak < 100_000, "kB")
      }
      kill(command.process.processIdentifier, SIGINT)
      let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      command.process.waitUntilExit()
      let last = try #require(text.split(separator: "\n").last)
      let totals = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
      #expect(totals["event"] as? String == "totals" && totals["eventsLost"] as? Int ?? 0 > 0 && totals["complete"] as? Bool == false)
      #expect(totals["failedConnects"] as? Int ?? 0 > 0)
      #expect(command.errors.contains("events were lost"))
    }
  }

  /// What a capture holds of a trace is what was shown.
  @Test func aCapturedTraceReplaysAsItWas() throws {
    try Scenario.with("serving") { lab in
      let file = FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID().uuidString).nl")
      defer { try? FileManager.default.removeItem(at: file) }
      let command = try Command(lab, ["trace", "--capture", file.path])
      _ = try command.sideCar()
      _ = try eventually(
        {
          _ = try lab.run("bash", "-c", TraceTests.talk, at: "client")
          return command.output
        }, until: { $0.contains("end: 6 bytes sent") && $0.contains("at most") })
      kill(command.process.processIdentifier, SIGTERM)
      #expect(command.end(within: 10) < 10 && command.process.terminationStatus == 0)
      let program = Lab.products.appending(path: "sockexplain").path
      let replayed = try Lab.run([program, "trace", "--replay", file.path], environment: ["COLUMNS": ""])
      #expect(replayed.status == 0 && replayed.errors.isEmpty)
      #expect(replayed.output == command.output)
      #expect(
        try Lab.run([program, "trace", "--summary", "--replay", file.path, "sport", "=", ":1"]).output.contains("no connection matched"))
      // Another command's capture has no events, and says so.
      let other = FileManager.default.temporaryDirectory.appending(path: "other-\(UUID().uuidString).nl")
      defer { try? FileManager.default.removeItem(at: other) }
      _ = try lab.run(program, "--capture", other.path)
      let without = try Lab.run([program, "trace", "--replay", other.path])
      #expect(without.status == 2 && without.errors.contains("not in the capture; capture with this very command"))
    }
  }
}
