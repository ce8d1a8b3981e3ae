import Foundation
import Testing

/// The document of `--json`, read by a strict parser.
struct Document {
  let root: [String: Any]

  init(_ outcome: Outcome) throws {
    let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    root = try #require(value as? [String: Any])
  }

  var sockets: [[String: Any]] { root["sockets"] as? [[String: Any]] ?? [] }
  var findings: [String] { (root["findings"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String } }
}

extension [String: Any] {
  /// A number, which `path` leads to through nested objects.
  func number(_ path: String...) -> Int? {
    var at: Any? = self
    for key in path { at = (at as? [String: Any])?[key] }
    return (at as? NSNumber)?.intValue
  }
}
