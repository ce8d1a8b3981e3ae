/// Breaks text at spaces into lines of at most `width` characters; a longer word keeps a line of its own.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  var length = 0
  for word in text.split(separator: " ") {
    let size = word.count
    if length > 0, length + 1 + size > width {
      lines.append(line)
      line = ""
      length = 0
    }
    if length > 0 {
      line += " "
      length += 1
    }
    line += word
    length += size
  }
  if length > 0 || lines.isEmpty { lines.append(line) }
  return lines
}
