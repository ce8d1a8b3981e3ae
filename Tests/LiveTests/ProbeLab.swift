import Foundation
import ProbeStream
import Testing

/// A side-car in a namespace, and what it said.
final class ProbeRun {
  private let process = Process()
  private let input = Pipe()
  private let file: URL

  static var program: URL { Lab.products.appending(path: "sockexplain-probe") }

  /// Starts one; `prefix` are the words before the program's name, which may enter namespaces and drop rights.
  init(_ arguments: [String], prefix: [String] = [], program: URL = ProbeRun.program) throws {
    file = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString)")
    try Data().write(to: file)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = prefix + [program.path] + arguments
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: file)
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(at: file) }

  /// The process that is the side-car in the end: every word before it executes the next.
  var pid: Int32 { process.processIdentifier }

  /// The records so far.
  func records() throws -> [ProbeRecord] {
    var decoder = ProbeDecoder()
    decoder.append(try Data(contentsOf: file))
    var found: [ProbeRecord] = []
    while let record = try decoder.next() { found.append(record) }
    return found
  }

  /// Waits until records show something.
  @discardableResult func until(_ isRight: ([ProbeRecord]) -> Bool) throws -> [ProbeRecord] { try eventually(records, until: isRight) }

  /// Waits for the greeting: everything is attached, or nothing will be.
  func attached() throws { try until { $0.count > 1 } }

  /// Closes the input, which ends it, and gives everything it said.
  func stop() throws -> [ProbeRecord] {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    return try records()
  }

  func kill(_ signal: Int32) {
    Foundation.kill(pid, signal)
    process.waitUntilExit()
  }

  /// Watches a namespace of a scenario while `body` runs.
  static func watch(_ arguments: [String], _ lab: Scenario, at host: String = "server", _ body: () throws -> Void) throws -> [ProbeRecord] {
    let run = try ProbeRun(arguments, prefix: ["nsenter", "--net=" + lab[host + "_ns"]])
    try run.attached()
    try body()
    return try run.stop()
  }
}

extension [ProbeRecord] {
  /// The latest row of each number.
  var drops: [DropRecord] {
    var rows: [UInt32: DropRecord] = [:]
    for case .drop(let row) in self { rows[row.id] = row }
    return rows.values.sorted { $0.id < $1.id }
  }
  var events: [EventRecord] { compactMap { if case .event(let event) = $0 { event } else { nil } } }
  var sockets: [ProbedSocket] { compactMap { if case .socket(let socket) = $0 { socket } else { nil } } }
  var problems: [ProbeProblem] { compactMap { if case .problem(let problem) = $0 { problem } else { nil } } }
  var programs: [ProgramStatus] { compactMap { if case .program(let program) = $0 { program } else { nil } } }
  var hello: ProbeHello? { lazy.compactMap { if case .hello(let hello) = $0 { hello } else { nil } }.first }
  var totals: ProbeTotals {
    last { if case .totals = $0 { true } else { false } }.flatMap { if case .totals(let all) = $0 { all } else { nil } } ?? .init()
  }

  /// The name of a reason.
  func reason(_ value: UInt32, _ kind: ReasonName.Kind = .drop) -> String {
    for case .reason(let name) in self where name.kind == kind && name.value == value { return name.name }
    return "unknown(\(value))"
  }
}
