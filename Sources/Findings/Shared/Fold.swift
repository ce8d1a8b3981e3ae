internal import Catalog
internal import SockDiag
internal import Snapshot

/// Sockets counted together under a key of a rule.
protocol Piled {
  var pile: Pile { get }
  /// Takes over what another group counted.
  mutating func absorb(_ other: Self)
}

extension Pile: Piled {
  var pile: Pile { self }

  mutating func absorb(_ other: Pile) {
    count += other.count
    worst = Array((worst + other.worst).sorted { ($0.score, $1.socket.cookie) > ($1.score, $0.socket.cookie) }.prefix(Self.kept))
  }
}

/// Sockets and the bytes that wait in them.
struct BytePile: Piled {
  var pile = Pile()
  var bytes = 0

  mutating func absorb(_ other: BytePile) {
    pile.absorb(other.pile)
    bytes += other.bytes
  }
}

enum FoldPhrase: String, PhraseTable {
  static var room: String { "fold" }
  case among = "most of them at {list}"
}

/// A rule's groups, few enough to read: a scanner with 4,000 unanswered targets has one trouble, not 4,000.
struct Folded<Key: Hashable, Group: Piled> {
  /// Groups that get a finding of their own; one more where a single one would be left.
  static var most: Int { 3 }
  /// The largest groups, each a finding of its own.
  var own: [(key: Key, group: Group)] = []
  /// All others as one, how many they are and the first of them; nil when none is left.
  var rest: (count: Int, group: Group, first: [Key])?

  /// Up to three groups stand alone; of more, only those that hold a tenth of all.
  ///
  /// - Parameters:
  ///   - size: what makes a group large; the number of its sockets unless told.
  init(_ groups: [Key: Group], size: (Group) -> Int = { $0.pile.count }) {
    // The first socket's cookie settles ties: a dictionary's order differs from run to run.
    let sorted = groups.map { (size: size($1), cookie: $1.pile.worst.first?.socket.cookie ?? 0, key: $0, group: $1) }
      .sorted { ($0.size, $1.cookie) > ($1.size, $0.cookie) }
    let total = sorted.reduce(0) { $0 + $1.size }
    var alone = sorted.count <= Self.most ? sorted.count : sorted.prefix(Self.most).prefix { $0.size * 10 >= total }.count
    if alone + 1 == sorted.count { alone += 1 }
    own = sorted.prefix(alone).map { ($0.key, $0.group) }
    guard alone < sorted.count else { return }
    var merged = sorted[alone].group
    for other in sorted[(alone + 1)...] { merged.absorb(other.group) }
    rest = (sorted.count - alone, merged, sorted[alone...].prefix(3).map(\.key))
  }

  /// A finding for each group, and one for the rest.
  ///
  /// - Parameters:
  ///   - several: the key that stands for so many groups; whether others stand beside them.
  ///   - words: a key in words.
  func findings(several: (Int, Bool) -> Key, words: (Key) -> Sentence, _ make: (Key, Group) -> Finding?) -> [Finding] {
    var out = own.compactMap { make($0.key, $0.group) }
    guard let rest, var finding = make(several(rest.count, !own.isEmpty), rest.group) else { return out }
    finding.evidence.append(FoldPhrase.among.say(["list": Words.list(rest.first.map(words))]))
    out.append(finding)
    return out
  }
}

extension Folded where Key == Endpoint {
  func findings(_ make: (Key, Group) -> Finding?) -> [Finding] {
    findings(several: { .several($0, beside: $1) }, words: { $0.words }, make)
  }
}

extension Folded where Key == Holder {
  func findings(_ evidence: Evidence, _ make: (Key, Group) -> Finding?) -> [Finding] {
    findings(several: { .several($0, beside: $1) }, words: { $0.name(evidence) }, make)
  }
}

extension Folded where Key == Spot {
  func findings(_ make: (Key, Group) -> Finding?) -> [Finding] {
    findings(several: { .several($0, beside: $1) }, words: { $0.words }, make)
  }
}
