import Catalog
@testable import Rendering
import Testing

@Suite struct EscapeTests {
  @Test("no control, escape, direction or invisible character gets through")
  func dangerous() {
    let ranges: [ClosedRange<UInt32>] = [0...0x1f, 0x7f...0x9f, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff...0xfeff]
    for value in ranges.joined() {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let shown = escaped("a" + String(Character(scalar)) + "b")
      #expect(shown.hasPrefix("a\\") && shown.hasSuffix("b") && shown.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }, "\(value)")
    }
    #expect(escaped("\u{1b}[2J") == "\\x1b[2J" && escaped("\n") == "\\x0a" && escaped("\u{202e}") == "\\u{202e}")
    // Two controls that Swift takes for one character.
    #expect(escaped("\r\n") == "\\x0d\\x0a")
  }

  @Test("what people can read stays", arguments: ["nginx: worker process", "größe", "データベース", "a\\b", "🦆", "e\u{301}"])
  func harmless(text: String) {
    #expect(escaped(text) == text)
  }

  @Test("a name that is not UTF-8 shows its bytes")
  func names() {
    #expect(escaped(Name([0x61, 0xff, 0x1b, 0x62])) == "a\\xff\\x1bb")
    #expect(escaped(Name([0xc3, 0xa9])) == "é")
  }
}
