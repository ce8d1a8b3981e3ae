import Foundation
import Testing

/// What a program left behind: its status and everything it wrote.
struct Outcome {
  let status: Int32
  let output: String
  let errors: String

  var lines: [Substring] { output.split(separator: "\n") }
}

/// Why live tests can or cannot run here: they make network namespaces, which needs root, and read them with other tools.
enum Lab {
  static let isRoot = geteuid() == 0
  static let hasTools = ["ip", "nft", "ss", "nsenter"].allSatisfy { tool in path(of: tool) != nil }
  static let canRun = isRoot && hasTools
  static let why: Comment = "live tests make network namespaces: they need root, ip, nft, ss and nsenter (make test-deps)"

  /// Where SwiftPM puts the programs: beside the test bundle that runs.
  static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  static func path(of tool: String) -> String? {
    ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"].map { $0 + tool }.first(where: FileManager.default.isExecutableFile)
  }

  /// Runs a program to its end. `directory` is where a bare name is looked for first.
  static func run(_ command: [String], environment: [String: String] = [:]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8", "COLUMNS": "200"]) { $1 }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: neither stream can fill up while the other is read.
    let place = FileManager.default.temporaryDirectory.appending(path: "live-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: place) }
    let streams = try ["out", "err"].map { name in
      let file = place.appending(path: name)
      try Data().write(to: file)
      return try FileHandle(forUpdating: file)
    }
    process.standardOutput = streams[0]
    process.standardError = streams[1]
    try process.run()
    process.waitUntilExit()
    let texts = try streams.map { stream in
      try stream.seek(toOffset: 0)
      return String(decoding: try stream.readToEnd() ?? Data(), as: UTF8.self)
    }
    return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
  }
}

/// Known sockets, made by `makesockets` in namespaces of their own; everything is gone when `stop` returns.
final class Scenario {
  /// The keys of the READY line: pids, `…_ns` paths, ports. Nil when this kernel cannot make the scenario.
  private(set) var values: [String: String] = [:]
  let skipped: String?
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var pending = ""

  private init(_ arguments: [String]) throws {
    process.executableURL = Lab.products.appending(path: "makesockets")
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line = Scenario.nextLine(&pending, output)
    // Something may happen (an EVENT) before everything is ready.
    while let early = line, early.hasPrefix("EVENT ") {
      events.append(String(early.dropFirst(6)))
      line = Scenario.nextLine(&pending, output)
    }
    let words = (line ?? "").split(separator: " ")
    skipped = words.first == "SKIP" ? words.dropFirst().joined(separator: " ") : nil
    guard skipped == nil else { return }
    try #require(words.first == "READY", "makesockets \(arguments.joined(separator: " ")) said: \(line ?? "nothing")")
    for word in words.dropFirst() {
      if let equals = word.firstIndex(of: "=") { values[String(word[..<equals])] = String(word[word.index(after: equals)...]) }
    }
  }

  private var events: [String] = []

  /// Runs `body` beside the scenario's sockets; nothing happens where the kernel cannot make them.
  static func with(_ name: String, _ parameters: String..., body: (Scenario) throws -> Void) throws {
    try with([name] + parameters, body: body)
  }

  static func with(_ arguments: [String], body: (Scenario) throws -> Void) throws {
    let scenario = try Scenario(arguments)
    defer { scenario.stop() }
    if scenario.skipped == nil { try body(scenario) }
  }

  /// A value of the READY line.
  subscript(key: String) -> String { values[key] ?? "no \(key) in \(values)" }

  /// Runs a command in the network namespace of one of the scenario's processes.
  func run(_ command: String..., at host: String = "server", environment: [String: String] = [:]) throws -> Outcome {
    try Lab.run([Lab.path(of: "nsenter") ?? "nsenter", "--net=" + self[host + "_ns"]] + command, environment: environment)
  }

  /// Runs the program under test in the network namespace of one of the scenario's processes.
  func sockexplain(_ arguments: String..., at host: String = "server", environment: [String: String] = [:]) throws -> Outcome {
    try Lab.run(
      [Lab.path(of: "nsenter") ?? "nsenter", "--net=" + self[host + "_ns"], Lab.products.appending(path: "sockexplain").path] + arguments,
      environment: environment)
  }

  /// Waits for the next EVENT line; nil when the scenario ended without one.
  func nextEvent() -> String? {
    if !events.isEmpty { return events.removeFirst() }
    return Scenario.nextLine(&pending, output).map { String($0.dropFirst(6)) }
  }

  /// Closes the input, which ends the scenario, and waits for it.
  func stop() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  private static func nextLine(_ pending: inout String, _ pipe: Pipe) -> String? {
    while true {
      if let end = pending.firstIndex(of: "\n") {
        let line = String(pending[..<end])
        pending.removeSubrange(...end)
        return line
      }
      let data = pipe.fileHandleForReading.availableData
      if data.isEmpty { return nil }
      pending += String(decoding: data, as: UTF8.self)
    }
  }
}

/// Asks again until the answer is right, at most a bounded number of times; the last answer either way.
func eventually<Answer>(_ ask: () throws -> Answer, until right: (Answer) -> Bool) rethrows -> Answer {
  var answer = try ask()
  for _ in 0..<200 where !right(answer) {
    usleep(50_000)
    answer = try ask()
  }
  return answer
}
