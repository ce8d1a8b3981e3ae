/// The knowledge base as one list, and how a person's word finds its entries.
///
/// Everything here is read on demand: a command that explains nothing pays nothing.
public enum Knowledge {
  /// Every entry, fields first.
  public static var all: [Entry] { everything }

  /// The spellings of each entry, its term first; made once, for a find compares with all of them.
  private static let spellings: [[Spelling]] = everything.map { entry in ([entry.term] + entry.aliases).map { Spelling($0) } }

  private static let everything: [Entry] = Array(
    [fields, concepts, states, timers, counters, sysctls, dropReasons, resetReasons, errnos, messages].joined())

  /// The entries of the numbers that the kernel sends for a socket.
  static var fields: [Entry] { Field.all.map(\.entry) + Entry.handDecoded + ProbedField.allCases.map(\.entry) }

  /// All entries that a term means, the most exact first; empty when nothing fits.
  ///
  /// Takes a term or alias in any case and punctuation (`CLOSE_WAIT`, `tcpi_rtt`, `tcp_mem`), what ss prints (`rto:204`), the text of
  /// an errno inside a message, and a sentence of `netstat -s` with its number.
  public static func find(_ term: String) -> [Entry] {
    let asked = Spelling(term)
    guard !asked.text.isEmpty else { return [] }
    // Counters named by a number are made when asked for.
    let typed = icmpTypeCounters(named: asked.key)
    if !typed.isEmpty { return typed }
    var found: [(rank: Int, order: Int, entry: Entry)] = []
    for (order, entry) in everything.enumerated() {
      if let rank = rank(of: spellings[order], for: asked) { found.append((rank, order, entry)) }
    }
    // A phrase inside a sentence counts only when nothing bears the name itself.
    let best = found.map(\.rank).min() ?? 0
    let limit = best < sentenceRank ? sentenceRank : Int.max
    return found.filter { $0.rank < limit }.sorted { ($0.rank, $0.order) < ($1.rank, $1.order) }.map(\.entry)
  }

  /// Up to five terms like the one asked for, nearest first.
  public static func near(_ term: String) -> [String] {
    let asked = Spelling(term)
    guard !asked.key.isEmpty else { return [] }
    var scored: [(score: Int, order: Int, term: String)] = []
    for (order, entry) in everything.enumerated() {
      let score = spellings[order].compactMap { distance(asked.key, $0.key) }.min()
      if let score { scored.append((score, order, entry.term)) }
    }
    var terms: [String] = []
    for each in scored.sorted(by: { ($0.score, $0.order) < ($1.score, $1.order) }) where !terms.contains(each.term) {
      terms.append(each.term)
      if terms.count == 5 { break }
    }
    return terms
  }

  /// Ranks from here on are matches inside a sentence.
  private static let sentenceRank = 10
  /// The rank of a phrase of which only a part was given.
  private static let partRank = 10_000

  private static func rank(of names: [Spelling], for asked: Spelling) -> Int? {
    let term = names[0]
    if term.text == asked.text { return 0 }
    if term.lower == asked.lower { return 1 }
    if names.contains(where: { $0.lower == asked.lower }) { return 2 }
    if names.contains(where: { !$0.key.isEmpty && $0.key == asked.key }) { return 3 }
    if names.contains(where: { !$0.bare.isEmpty && $0.bare == asked.bare }) { return 4 }
    if let head = asked.head, names.contains(where: { $0.lower == head }) { return 5 }
    // A phrase must have two words to be looked for inside others, else "on" would be found everywhere.
    let phrases = names.filter { $0.words.count > 1 && $0.key.utf8.count >= 8 }
    if let place = phrases.firstIndex(where: { asked.contains($0) }) {
      // A longer phrase is the better match: one label of netstat is the beginning of another.
      return sentenceRank + (phrases[place] == term ? 0 : 1) + 4 * max(0, asked.words.count - phrases[place].words.count)
    }
    if asked.words.count > 1, asked.key.utf8.count >= 8, phrases.contains(where: { $0.contains(asked) }) { return partRank }
    return nil
  }

  /// A small number for words that look alike; nil for words that do not.
  private static func distance(_ asked: String, _ known: String) -> Int? {
    let a = Array(asked.utf8)
    let b = Array(known.utf8)
    guard !b.isEmpty else { return nil }
    let edits = editDistance(a, b)
    var score: Int?
    if edits <= max(1, min(a.count, b.count) / 3) { score = edits * 3 }
    if a.count >= 2, b.starts(with: a) { score = min(score ?? .max, 6 + (b.count - a.count) / 4) }
    if b.count >= 3, a.starts(with: b) { score = min(score ?? .max, 9 + (a.count - b.count) / 4) }
    if score == nil, a.count >= 4, b.indices.contains(where: { b[$0...].starts(with: a) }) { score = 12 + abs(a.count - b.count) / 4 }
    return score
  }
}

/// A term in the forms in which it is compared.
private struct Spelling: Equatable {
  /// As given, without surrounding blanks.
  let text: String
  /// In small letters.
  let lower: String
  /// Small letters and digits only.
  let key: String
  /// The key without `tcpi`, `idiag` or `tcp` in front.
  let bare: String
  /// What stands before the first colon or bracket, as in `rto:204`.
  let head: String?
  /// The words without those that are only a number, so that `27 times the …` and `times the …` are equal.
  let words: [String]

  init(_ term: String) {
    text = term.trimmed
    lower = text.lowercased()
    key = String(lower.unicodeScalars.filter { $0.isLetterOrDigit || !$0.isASCII })
    let loose = key
    bare =
      ["tcpi", "idiag", "tcp"].first { loose.hasPrefix($0) && loose.utf8.count > $0.utf8.count + 1 }.map {
        String(loose.dropFirst($0.count))
      } ?? loose
    let small = lower
    let cut = small.firstIndex { $0 == ":" || $0 == "(" || $0 == "=" }
    head = cut.map { String(small[..<$0]) }.flatMap { $0.isEmpty || $0.contains(" ") ? nil : $0 }
    words = lower.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }.map(String.init).filter { word in
      !word.allSatisfy { $0.isNumber || $0 == "." }
    }
  }

  /// Whether the words of `other` stand in this one, together and in order.
  func contains(_ other: Spelling) -> Bool {
    let count = other.words.count
    guard count > 0, words.count >= count else { return false }
    return (0...(words.count - count)).contains { Array(words[$0..<($0 + count)]) == other.words }
  }
}

extension Unicode.Scalar {
  fileprivate var isLetterOrDigit: Bool { ("a"..."z").contains(self) || ("0"..."9").contains(self) }
}

extension String {
  fileprivate var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
