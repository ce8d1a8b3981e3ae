/// Breaks text at spaces into lines of at most `width` columns; a longer word keeps a line of its own. Runs of spaces inside a line
/// stay, for texts that are aligned; a number stays with its unit.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  var length = 0
  var isBegun = false
  for word in glued(text.split(separator: " ", omittingEmptySubsequences: false)) {
    let size = displayWidth(word)
    if isBegun, size > 0, length > 0, length + 1 + size > width {
      lines.append(withoutTrailingSpaces(line))
      line = ""
      length = 0
      isBegun = false
    } else if isBegun {
      line += " "
      length += 1
    }
    if !isBegun, size == 0, !lines.isEmpty { continue }
    line += word
    length += size
    isBegun = true
  }
  lines.append(withoutTrailingSpaces(line))
  return lines
}

/// What must not be torn apart becomes one word: `12 ms`, `CLOSE-WAIT ×6`.
private func glued(_ words: [Substring]) -> [String] {
  var out: [String] = []
  for word in words {
    let isUnit = units.contains(word.prefix { $0.isLetter || $0 == "%" })
    if let last = out.last, !last.isEmpty, word.hasPrefix("×") || isUnit && last.utf8.last.map({ (0x30...0x39).contains($0) }) == true {
      out[out.count - 1] = last + " " + word
    } else {
      out.append(String(word))
    }
  }
  return out
}

private let units: Set<Substring> = ["s", "ms", "min", "h", "d", "%", "bytes", "KiB", "MiB", "GiB"]

/// Padding of aligned columns is not written at a line's end.
func withoutTrailingSpaces(_ line: String) -> String {
  guard line.last == " " else { return line }
  return String(line[..<(line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex)])
}
