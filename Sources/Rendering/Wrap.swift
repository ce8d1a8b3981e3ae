/// Breaks text at spaces into lines of at most `width` columns; a longer word keeps a line of its own. Runs of spaces inside a line
/// stay, for texts that are aligned.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  var length = 0
  var isBegun = false
  for word in text.split(separator: " ", omittingEmptySubsequences: false) {
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

private func withoutTrailingSpaces(_ line: String) -> String {
  guard line.last == " " else { return line }
  return String(line[..<(line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex)])
}
