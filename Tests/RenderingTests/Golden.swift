import Foundation
import Testing

/// The root of the repository.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// Compares with a file of the repository; `RECORD_SNAPSHOTS=1` writes it and fails, so that a recording is never mistaken for a pass.
func compare(_ text: String, with path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let file = repository.appending(path: path)
  if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
    if let before = try? String(contentsOf: file, encoding: .utf8), before == text { return }
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    Issue.record("recorded \(path)", sourceLocation: sourceLocation)
    return
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  guard text != expected else { return }
  let now = text.components(separatedBy: "\n"), recorded = expected.components(separatedBy: "\n")
  let line = zip(now, recorded).enumerated().first { $0.element.0 != $0.element.1 }
  let difference = line.map { "line \($0.offset + 1): now <\($0.element.0)>, recorded <\($0.element.1)>" }
  Issue.record(
    "\(path) differs: \(difference ?? "\(now.count) lines, recorded \(recorded.count)"); RECORD_SNAPSHOTS=1 records",
    sourceLocation: sourceLocation)
}
