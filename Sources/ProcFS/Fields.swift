/// A walk over the words of a text: the places between blanks, and numbers in them. Never reads outside `from..<to`.
struct Fields {
  let text: [UInt8]
  let end: Int
  var at: Int

  init(_ text: [UInt8], from: Int = 0, to: Int? = nil) {
    self.text = text
    end = min(to ?? text.count, text.count)
    at = max(0, from)
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 }

  /// The place of the next word; nil at the end.
  mutating func next() -> Range<Int>? {
    while at < end, Self.isBlank(text[at]) { at += 1 }
    guard at < end else { return nil }
    let start = at
    while at < end, !Self.isBlank(text[at]) { at += 1 }
    return start..<at
  }

  /// The next word as a number of a base; nil when it is none.
  mutating func number(_ base: UInt64 = 10) -> UInt64? {
    next().flatMap { parseNumber(text, $0, base) }
  }

  /// The next word as a signed decimal number.
  mutating func signed() -> Int64? {
    guard let word = next() else { return nil }
    if text[word.lowerBound] == UInt8(ascii: "-") {
      return parseNumber(text, word.dropFirst()).flatMap { $0 <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- $0) : nil }
    }
    return parseNumber(text, word).flatMap { Int64(exactly: $0) }
  }

  /// The next word as text.
  mutating func word() -> String? {
    next().map { String(decoding: text[$0], as: UTF8.self) }
  }
}

extension Range<Int> {
  /// The same place without its first byte.
  func dropFirst() -> Range<Int> { Swift.min(lowerBound + 1, upperBound)..<upperBound }
}

/// An unsigned number of base 10 or 16 that fills the range; nil when a byte is no digit, the range is empty or the value overflows.
func parseNumber(_ text: [UInt8], _ range: Range<Int>, _ base: UInt64 = 10) -> UInt64? {
  guard !range.isEmpty, range.upperBound <= text.count else { return nil }
  var value: UInt64 = 0
  for index in range {
    let byte = text[index]
    let digit: UInt64
    switch byte {
    case 48...57: digit = UInt64(byte - 48)
    case 97...102 where base == 16: digit = UInt64(byte - 87)
    case 65...70 where base == 16: digit = UInt64(byte - 55)
    default: return nil
    }
    let (product, overflow) = value.multipliedReportingOverflow(by: base)
    let (sum, carry) = product.addingReportingOverflow(digit)
    if overflow || carry { return nil }
    value = sum
  }
  return value
}

/// The lines of a text without their newline; an unfinished last line counts as one.
func lines(_ text: [UInt8]) -> [Range<Int>] {
  var found: [Range<Int>] = []
  var start = 0
  for index in text.indices where text[index] == 10 {
    found.append(start..<index)
    start = index + 1
  }
  if start < text.count { found.append(start..<text.count) }
  return found
}
