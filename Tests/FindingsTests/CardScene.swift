import Catalog
@testable import Findings
import SockDiag
import Snapshot
import TestSupport
import Testing

extension CardScene {
  /// The card of the first socket in a state.
  func card(_ state: TCPState) throws -> Card {
    Cards.card(for: try #require(snapshot.inet.sockets.first { $0.state == state }), evidence)
  }
}

extension Card {
  /// The lines of a label, details included, as text.
  func said(_ label: String) -> String {
    lines.filter { $0.label.description == label }.map { ([$0.text] + $0.details).map(\.description).joined(separator: "\n") }
      .joined(separator: "\n")
  }

  func emphasis(_ label: String) -> Emphasis? { lines.first { $0.label.description == label }?.emphasis }

  var advised: String { advice.map(\.description).joined(separator: "\n") }

  /// All of it, to look at and to search for placeholders without a value.
  var text: String {
    var out = ["\(title)", owner.map { "    \($0)" } ?? ""]
    for line in lines {
      out.append("  \(line.label): \(line.text)")
      out += line.details.map { "      \($0)" }
    }
    return (out + advice.map { "  → \($0)" }).joined(separator: "\n")
  }
}
