import Catalog
@testable import Rendering
import Testing

@Suite struct PageTests {
  static let prose = "the kernel admits one more than the limit and refuses whatever comes after it until somebody accepts"

  @Test("wrapping loses no word and keeps to the width", arguments: 16...100)
  func wrapping(width: Int) {
    let lines = wrapped(Self.prose, width: width)
    #expect(lines.joined(separator: " ") == Self.prose)
    #expect(lines.allSatisfy { $0.count <= width })
    // Greedy: the first word of a line would not have fitted on the line before.
    for (line, next) in zip(lines, lines.dropFirst()) {
      #expect(line.count + 1 + (next.split(separator: " ").first?.count ?? 0) > width)
    }
  }

  @Test("runs of spaces stay inside a line, and vanish where it breaks")
  func spaces() {
    #expect(wrapped("  12  ESTAB", width: 40) == ["  12  ESTAB"])
    #expect(wrapped("one   two", width: 5) == ["one", "two"])
    #expect(wrapped("", width: 5) == [""])
    #expect(wrapped("word ", width: 10) == ["word"])
  }

  @Test("a number stays with its unit, a name with its count")
  func gluing() {
    #expect(
      wrapped("in 12 ms", width: 6) == ["in", "12 ms"] && wrapped("of CLOSE-WAIT ×6, x", width: 14) == ["of", "CLOSE-WAIT ×6,", "x"])
    #expect(wrapped("port 80 is", width: 7) == ["port 80", "is"] && wrapped("a s", width: 2) == ["a", "s"])
  }

  @Test("a word that is too long has a line of its own")
  func longWord() {
    #expect(wrapped("a 0123456789 b", width: 5) == ["a", "0123456789", "b"])
  }

  @Test("wide characters take two columns, combining marks none")
  func wide() {
    #expect(displayWidth("日本") == 4 && displayWidth("e\u{301}") == 1 && displayWidth("abc") == 3 && displayWidth("→") == 1)
    #expect(wrapped("日本 日本 日本", width: 9) == ["日本 日本", "日本"])
    var page = Page(PageStyle(width: 60))
    page.put(label: "日本", "x", indent: 0, column: 10)
    page.put(label: "four", "x", indent: 0, column: 10)
    #expect(page.lines == ["日本      x", "four      x"])
  }

  @Test("labels stand left of their text, and above it on a narrow page")
  func labels() {
    var wide = Page(PageStyle(width: 60))
    wide.put(label: "queue", Self.prose, indent: 2, column: 12)
    #expect(wide.lines[0].hasPrefix("  queue     the kernel") && wide.lines.dropFirst().allSatisfy { $0.hasPrefix("            ") })
    #expect(wide.lines.allSatisfy { $0.count <= 60 })
    var narrow = Page(PageStyle(width: 40))
    narrow.put(label: "queue", Self.prose, indent: 2, column: 12)
    #expect(narrow.lines[0] == "  queue" && narrow.lines[1].hasPrefix("    the") && narrow.lines.allSatisfy { $0.count <= 40 })
    var long = Page(PageStyle(width: 80))
    long.put(label: "a label that is longer than its column", "x", indent: 2, column: 12)
    #expect(long.lines == ["  a label that is longer than its column", "    x"])
  }

  @Test("title and owner share a line where both fit")
  func leftAndRight() {
    var page = Page(PageStyle(width: 40))
    page.put(left: "title", right: "owner")
    page.put(left: "a title of twenty ch", right: "an owner of thirty characters")
    page.put(left: "alone", right: nil)
    #expect(page.lines == ["title      owner", "a title of twenty ch", "  an owner of thirty characters", "alone"])
  }

  @Test("two blank lines never meet, and no page begins with one")
  func blanks() {
    var page = Page(PageStyle())
    page.blank()
    page.put("a")
    page.blank()
    page.blank()
    page.put("b")
    #expect(page.text == "a\n\nb\n")
  }

  @Test("whatever is put is escaped, with and without colour", arguments: [true, false])
  func hostile(color: Bool) {
    var page = Page(PageStyle(width: 80, color: color))
    page.put("a\u{1b}[2J", ink: .red)
    page.put(label: "b\u{1b}[2J", "c\u{9b}2J\n", indent: 0, column: 10)
    page.put(left: "d\u{1b}", right: "e\u{7}")
    let bare = page.text.replacing(/\u{1b}\[[0-9]+m/, with: "")
    #expect(!bare.contains("\u{1b}") && !bare.contains("\u{9b}") && !bare.contains("\u{7}"))
    #expect(bare.split(separator: "\n").count == 3 && bare.contains("\\x1b[2J"))
    #expect(page.text.contains("\u{1b}[31m") == color)
  }

  @Test("colour changes no layout")
  func color() {
    var plain = Page(PageStyle(width: 50)), colored = Page(PageStyle(width: 50, color: true))
    plain.put(label: "queue", Self.prose, indent: 2, column: 12, ink: .red)
    colored.put(label: "queue", Self.prose, indent: 2, column: 12, ink: .red)
    #expect(colored.text.replacing(/\u{1b}\[[0-9]+m/, with: "") == plain.text)
  }

  @Test(
    "a bar is full only when the queue is", arguments: [(0, 0, ""), (0.01, 1, ""), (0.5, 5, ""), (1, 10, ""), (1.2, 10, "!"), (9, 10, "!")])
  func bars(fill: Double, cells: Int, end: String) {
    #expect(bar(fill) == "[" + String(repeating: "#", count: cells) + String(repeating: ".", count: 10 - cells) + end + "]")
  }
}
