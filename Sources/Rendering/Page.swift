internal import Catalog

/// How a page is laid out: width, colour, whether box-drawing marks may be used. Injected, so that pages can be tested.
public struct PageStyle: Sendable {
  /// Columns to wrap at.
  public var width: Int
  /// ANSI colour; never the only carrier of meaning.
  public var color: Bool
  /// A page 100 columns wide without colour: what a pipe gets.
  public init(width: Int = 100, color: Bool = false) {
    self.width = max(30, width)
    self.color = color
  }
}

/// Text that grows line by line; every piece that comes from outside is escaped on its way in.
public struct Page {
  /// The layout.
  public let style: PageStyle
  /// The lines so far, without line ends.
  public private(set) var lines: [String] = []

  /// An empty page.
  public init(_ style: PageStyle) { self.style = style }

  /// The text with line ends.
  public var text: String { lines.map { $0 + "\n" }.joined() }

  /// ANSI codes of the few colours that are used.
  enum Ink: String {
    case plain = "", bold = "1", dim = "2", red = "31", yellow = "33", green = "32", cyan = "36"
  }

  func ink(_ text: String, _ ink: Ink) -> String {
    style.color && ink != .plain && !text.isEmpty ? "\u{1b}[\(ink.rawValue)m\(text)\u{1b}[0m" : text
  }

  /// An empty line, unless the last one is.
  mutating func blank() {
    if let last = lines.last, !last.isEmpty { lines.append("") }
  }

  /// Text from column `indent`, wrapped, continued at `hang`.
  mutating func put(_ text: String, indent: Int = 0, hang: Int? = nil, ink color: Ink = .plain) {
    let hang = hang ?? indent
    let clean = escaped(text)
    var first = true
    var rest = clean
    while true {
      let margin = first ? indent : hang
      let pieces = wrapped(rest, width: max(16, style.width - margin))
      lines.append(String(repeating: " ", count: margin) + ink(pieces[0], color))
      if pieces.count == 1 { return }
      rest = pieces.dropFirst().joined(separator: " ")
      first = false
    }
  }

  /// A label in the left column and text in the right one; the text moves below the label when the page is narrow.
  mutating func put(label: String, _ text: String, indent: Int, column: Int, ink color: Ink = .plain, labelInk: Ink = .bold) {
    let label = escaped(label)
    let used = indent + displayWidth(label)
    if style.width < 60 || used >= column {
      lines.append(String(repeating: " ", count: indent) + ink(withoutTrailingSpaces(label), labelInk))
      put(text, indent: indent + 2, ink: color)
      return
    }
    let pieces = wrapped(escaped(text), width: max(16, style.width - column))
    lines.append(
      String(repeating: " ", count: indent) + ink(label, labelInk) + String(repeating: " ", count: column - used) + ink(pieces[0], color))
    for piece in pieces.dropFirst() { lines.append(String(repeating: " ", count: column) + ink(piece, color)) }
  }

  /// Two texts on one line, the second at the right where both fit, below otherwise.
  mutating func put(left: String, right: String?, ink color: Ink = .bold) {
    let left = escaped(left)
    guard let right = right.map({ escaped($0) }) else {
      put(left, hang: 2, ink: color)
      return
    }
    let free = style.width - displayWidth(left) - displayWidth(right)
    if free >= 2 {
      lines.append(ink(left, color) + String(repeating: " ", count: min(free, 6)) + right)
    } else {
      put(left, hang: 2, ink: color)
      put(right, indent: 2, hang: 4)
    }
  }

  /// A line that is already laid out and escaped.
  mutating func raw(_ line: String) { lines.append(line) }
}

/// Columns a text takes on a terminal: wide characters two, combining ones none.
func displayWidth(_ text: some StringProtocol) -> Int {
  if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
  return text.unicodeScalars.reduce(0) { $0 + scalarWidth($1.value) }
}

/// The blocks that East Asian terminals draw two columns wide, and combining marks; wcwidth() without its locale.
func scalarWidth(_ scalar: UInt32) -> Int {
  switch scalar {
  case 0x300...0x36f, 0x483...0x489, 0x591...0x5bd, 0x610...0x61a, 0x64b...0x65f, 0x1ab0...0x1aff, 0x1dc0...0x1dff, 0x20d0...0x20ff,
    0xfe00...0xfe0f, 0xfe20...0xfe2f:
    0
  case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf, 0xac00...0xd7a3,
    0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
    2
  default: 1
  }
}

/// A queue's fill as ten cells: `[#####.....]`; more than full shows `!` at the end.
func bar(_ fill: Double) -> String {
  let cells = 10
  let full = max(0, min(cells, Int((fill * Double(cells)).rounded(.up))))
  return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: cells - full) + (fill > 1 ? "!" : "") + "]"
}
