internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

/// Small parts of sentences that every card uses.
enum WordsPhrase: String, PhraseTable {
  static var room: String { "card.words" }
  case device = "{endpoint} on {device}"
  case interfaceNumber = "interface {index}"
  case connection = "{local} → {peer}"
  case andMore = "{list} and {more} more"
  case times = "{what} ×{count}"
  case percent = "{number} %"
  case more = "{count} more"
  case list = "{list}"
  case name = "{name}"
}

enum Words {
  /// `10.0.0.1:4000 → 10.0.0.2:80`, with the device where the socket is bound to one.
  static func connection(_ socket: InetSocket, _ evidence: Evidence) -> Sentence {
    let pair = WordsPhrase.connection.say(["local": Who.local(socket), "peer": Who.peer(socket)])
    return device(socket, evidence).map { WordsPhrase.device.say(["endpoint": pair, "device": $0]) } ?? pair
  }

  /// The name of the device a socket is bound to; nil for none.
  static func device(_ socket: InetSocket, _ evidence: Evidence) -> Sentence? {
    guard socket.interface != 0 else { return nil }
    guard let name = evidence.now.interfaces[socket.interface] else { return WordsPhrase.interfaceNumber.say(["index": socket.interface]) }
    return WordsPhrase.name.say(["name": name])
  }

  /// `a, b, c and 4 more`.
  static func list(_ items: [Sentence], most: Int = 5, separator: String = ", ") -> String {
    let shown = items.prefix(most).map(\.description).joined(separator: separator)
    guard items.count > most else { return shown }
    return WordsPhrase.andMore.say(["list": shown, "more": items.count - most]).description
  }

  /// `count / unit` with one decimal, without it when it is 0.
  static func tenths(_ count: Int, _ unit: Int) -> String {
    let scaled = (count * 10 + unit / 2) / unit
    return scaled % 10 == 0 ? "\(scaled / 10)" : "\(scaled / 10).\(scaled % 10)"
  }

  /// `12.5 %`; below 0.1 `< 0.1 %` only when the part is not 0.
  static func percent(_ part: UInt64, of whole: UInt64) -> Sentence {
    guard whole > 0 else { return WordsPhrase.percent.say(["number": 0]) }
    let tenth = Int((Double(part) * 1000 / Double(whole)).rounded())
    if tenth == 0, part > 0 { return WordsPhrase.percent.say(["number": "< 0.1"]) }
    return WordsPhrase.percent.say(["number": tenths(tenth, 10)])
  }

  /// `10.0.0.1 ×8, 10.0.0.2 ×4`, the most frequent first.
  static func ranking(_ names: some Sequence<String>, most: Int = 3) -> String {
    var counts: [String: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return list(ranked.map { WordsPhrase.times.say(["what": $0.key, "count": $0.value]) }, most: most)
  }
}
