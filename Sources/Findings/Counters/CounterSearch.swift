internal import Catalog

/// How well a counter answers a pattern, the best first.
public enum CounterMatch: Int, Sendable, Comparable {
  /// It bears this name.
  case exact
  /// Its name contains every word.
  case name
  /// netstat's phrase does.
  case phrase
  /// The first line of its explanation does.
  case summary
  /// The explanation does, together with its name and phrase.
  case meaning

  /// The better match is less.
  public static func < (left: CounterMatch, right: CounterMatch) -> Bool { left.rawValue < right.rawValue }
}

/// The words of a pattern, looked for in any order and without regard to case.
///
/// In a name they may stand anywhere (`overflow` finds ListenOverflows), in a sentence at the beginning of a word (`rst` is not in `first`).
public struct CounterSearch: Sendable {
  let whole: [UInt8]
  let words: [[UInt8]]

  /// A pattern as it was typed; an empty one finds everything.
  public init(_ pattern: String) {
    words = pattern.split(whereSeparator: \.isWhitespace).map { lowered(String($0)) }
    whole = Array(words.joined(separator: [0x20]))
  }

  /// Whether nothing is asked for.
  public var isEmpty: Bool { words.isEmpty }

  /// The one group that bears the pattern's name, unless others begin alike: TcpExt, but not Ip, which IpExt and Ip6 would miss.
  func group(among rows: [CounterRow]) -> String? {
    let alike = Set(rows.map(\.group)).filter { lowered($0).starts(with: whole) }
    guard !isEmpty, alike.count == 1, let group = alike.first, lowered(group) == whole else { return nil }
    return group
  }

  /// How well a counter answers; nil when it does not.
  public func match(_ row: CounterRow) -> CounterMatch? {
    let key = lowered(row.key)
    // TcpExtListenDrops is how nstat spells it.
    if whole == key || whole == lowered(row.name) || whole == lowered(row.group + row.name) { return .exact }
    if words.allSatisfy({ contains(key, $0) }) { return .name }
    guard let entry = row.entry else { return nil }
    let phrase = lowered(entry.counter?.phrase ?? "")
    if words.allSatisfy({ contains(phrase, $0, atWordStart: true) }) { return .phrase }
    let summary = lowered(entry.summary)
    if words.allSatisfy({ contains(summary, $0, atWordStart: true) }) { return .summary }
    let meaning = lowered(entry.meaning)
    let isFound = words.allSatisfy { word in
      contains(key, word) || [phrase, summary, meaning].contains { contains($0, word, atWordStart: true) }
    }
    return isFound ? .meaning : nil
  }

  /// Up to five keys that somebody may have meant by a pattern that finds nothing.
  public static func near(_ pattern: String, in rows: [CounterRow]) -> [String] {
    let search = CounterSearch(pattern)
    var scored: [(score: Int, order: Int, key: String)] = []
    for (order, row) in rows.enumerated() {
      // Some of the words are better than a name that merely looks alike.
      let found = search.words.count { word in CounterSearch(word: word).match(row) != nil }
      let edits = [row.name, row.key, row.group + row.name].map { editDistance(search.whole, lowered($0)) }.min() ?? .max
      let inside = editDistance(search.whole, lowered(row.name), anywhere: true)
      if edits <= max(2, search.whole.count / 3) {
        scored.append((2 * edits, order, row.key))
      } else if inside <= search.whole.count / 4 {
        scored.append((2 * inside + 1, order, row.key))
      } else if found > 0 {
        scored.append((100 * (search.words.count - found) + 10, order, row.key))
      }
    }
    return scored.sorted { ($0.score, $0.order) < ($1.score, $1.order) }.prefix(5).map(\.key)
  }

  private init(word: [UInt8]) { (whole, words) = (word, [word]) }

  /// Whether a text holds a word; with `atWordStart` only where a word begins.
  private func contains(_ text: [UInt8], _ word: [UInt8], atWordStart: Bool = false) -> Bool {
    guard text.count >= word.count else { return false }
    var at = 0
    while at <= text.count - word.count {
      var matched = 0
      while matched < word.count, text[at + matched] == word[matched] { matched += 1 }
      if matched == word.count, !atWordStart || at == 0 || !isWordByte(text[at - 1]) { return true }
      at += 1
    }
    return false
  }
}

private func isWordByte(_ byte: UInt8) -> Bool {
  (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5f || byte >= 0x80
}

/// ASCII letters in their small form; other bytes as they are.
private func lowered(_ text: String) -> [UInt8] {
  text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
}
