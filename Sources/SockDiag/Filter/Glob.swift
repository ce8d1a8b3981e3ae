/// fnmatch(3) with FNM_CASEFOLD on bytes: `*`, `?`, `[a-z]`, `[!a]`, backslash; `*` crosses `/`. Never worse than pattern × text steps.
public enum Glob {
  /// Whether the whole text matches the pattern.
  public static func matches(_ pattern: [UInt8], _ text: some Collection<UInt8>) -> Bool {
    let text = Array(text)
    var place = 0, index = 0
    var star = -1, resume = 0
    while index < text.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = place
        resume = index
        place += 1
      } else if let next = step(pattern, place, text[index]) {
        place = next
        index += 1
      } else if star >= 0 {
        resume += 1
        index = resume
        place = star + 1
      } else {
        return false
      }
    }
    while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
    return place == pattern.count
  }

  /// The place behind the pattern element at `place` if that element matches the byte.
  static func step(_ pattern: [UInt8], _ place: Int, _ byte: UInt8) -> Int? {
    guard place < pattern.count else { return nil }
    switch pattern[place] {
    case UInt8(ascii: "?"): return place + 1
    case UInt8(ascii: "["):
      guard let (found, next) = bracket(pattern, place, folded(byte)) else {
        return byte == UInt8(ascii: "[") ? place + 1 : nil
      }
      return found ? next : nil
    case UInt8(ascii: "\\") where place + 1 < pattern.count:
      return folded(pattern[place + 1]) == folded(byte) ? place + 2 : nil
    default: return folded(pattern[place]) == folded(byte) ? place + 1 : nil
    }
  }

  /// Whether a bracket expression holds the byte, and the place behind it; nil when it is not closed and so is a plain `[`.
  static func bracket(_ pattern: [UInt8], _ start: Int, _ byte: UInt8) -> (Bool, Int)? {
    var place = start + 1
    let negated = place < pattern.count && (pattern[place] == UInt8(ascii: "!") || pattern[place] == UInt8(ascii: "^"))
    if negated { place += 1 }
    let first = place
    var found = false
    while place < pattern.count {
      if pattern[place] == UInt8(ascii: "]"), place > first { return (found != negated, place + 1) }
      if pattern[place] == UInt8(ascii: "\\"), place + 1 < pattern.count { place += 1 }
      let low = folded(pattern[place])
      if place + 2 < pattern.count, pattern[place + 1] == UInt8(ascii: "-"), pattern[place + 2] != UInt8(ascii: "]") {
        if low <= byte, byte <= folded(pattern[place + 2]) { found = true }
        place += 3
      } else {
        if low == byte { found = true }
        place += 1
      }
    }
    return nil
  }

  static func folded(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte | 32 : byte }
}
