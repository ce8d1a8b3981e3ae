internal import Catalog

// A row that is wider than the terminal: the columns stay where they fit, what follows them wraps; where the columns themselves do not
// fit, local and peer address take lines of their own.

extension ListWriter {
  /// Lengths of a row's first three pieces, in bytes from its start.
  struct RowShape {
    /// Where the local address begins.
    var local: Int
    /// Where the peer's address begins.
    var peer: Int
    /// Where the columns end.
    var end: Int
  }

  /// Columns that base columns take.
  var baseWidth: Int {
    (options.showsNetid ? 6 : 0) + (options.showsState ? widths.state + 1 : 0)
      + (options.showsQueues ? widths.receive + widths.send + 2 : 0) + widths.local + 1 + widths.peer
  }

  /// Lays out anew what stands behind the mark. The common row never comes here.
  mutating func fold(_ shape: RowShape) {
    let row = out.takeRow()
    // A row so large that its beginning is written already stays as it is.
    guard shape.end <= row.count, let first = row.firstIndex(of: 0x0a) ?? Optional(row.count), shape.end <= first else {
      out.bytes(row)
      return
    }
    func text(_ range: Range<Int>) -> String { String(decoding: row[range], as: UTF8.self) }
    let rest = text(shape.end..<first)
    if isNarrow || displayWidth(text(0..<shape.end).trimmedEnd) > foldWidth {
      put(text(0..<shape.local).trimmedEnd)
      put("  " + text(shape.local..<shape.peer).trimmedEnd)
      wrap(text(shape.peer..<shape.end).trimmedEnd + rest, indent: 2, hang: 4)
    } else if displayWidth(text(0..<first)) <= foldWidth {
      put(text(0..<first))
    } else {
      put(text(0..<shape.end).trimmedEnd)
      wrap(rest, indent: 8, hang: 8)
    }
    // What begins lines of its own: notes, memory, tcp_info.
    for line in row[first...].split(separator: 0x0a) {
      let content = String(decoding: line, as: UTF8.self)
      let margin = content.prefix { $0 == " " || $0 == "\t" }.count
      wrap(content, indent: isNarrow ? 2 : content.hasPrefix("\t") ? 8 : margin, hang: isNarrow ? 4 : 8)
    }
    // The row's own line end follows.
    out.dropLast()
  }

  mutating func put(_ line: String) { out.text(line + "\n") }

  mutating func wrap(_ text: String, indent: Int, hang: Int) {
    var margin = indent
    var rest = text.drop { $0 == "\t" || $0 == " " }.description
    guard !rest.isEmpty else { return }
    while true {
      let pieces = wrapped(rest, width: max(12, foldWidth - margin))
      put(String(repeating: " ", count: margin) + pieces[0])
      if pieces.count == 1 { return }
      rest = pieces.dropFirst().joined(separator: " ")
      margin = hang
    }
  }
}

extension String {
  var trimmedEnd: String {
    var out = self
    while out.last == " " { out.removeLast() }
    return out
  }
}
