internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

/// Small parts of sentences that every card uses.
enum WordsPhrase: String, PhraseTable {
  static var room: String { "card.words" }
  case endpoint4 = "{address}:{port}"
  case endpoint6 = "[{address}]:{port}"
  case device = "{endpoint} on {device}"
  case interfaceNumber = "interface {index}"
  case connection = "{local} → {peer}"
  case andMore = "{list} and {more} more"
  case times = "{what} ×{count}"
  case percent = "{number} %"
  case kibibytes = "{number} KiB"
  case mebibytes = "{number} MiB"
  case bytes = "{number} bytes"
  case oneByte = "1 byte"
  case more = "{count} more"
}

enum Words {
  /// `127.0.0.1:80`, `[::1]:80`.
  static func endpoint(_ address: IPAddress, _ port: UInt16) -> Sentence {
    (address.isIPv6 ? WordsPhrase.endpoint6 : .endpoint4).say(["address": address, "port": port])
  }

  static func local(_ socket: InetSocket) -> Sentence { endpoint(socket.localAddress, socket.localPort) }
  static func peer(_ socket: InetSocket) -> Sentence { endpoint(socket.peerAddress, socket.peerPort) }

  /// `10.0.0.1:4000 → 10.0.0.2:80`, with the device where the socket is bound to one.
  static func connection(_ socket: InetSocket, _ evidence: Evidence) -> Sentence {
    let pair = WordsPhrase.connection.say(["local": local(socket), "peer": peer(socket)])
    return device(socket, evidence).map { WordsPhrase.device.say(["endpoint": pair, "device": $0]) } ?? pair
  }

  /// The name of the device a socket is bound to; nil for none.
  static func device(_ socket: InetSocket, _ evidence: Evidence) -> Sentence? {
    guard socket.interface != 0 else { return nil }
    guard let name = evidence.now.interfaces[socket.interface] else { return WordsPhrase.interfaceNumber.say(["index": socket.interface]) }
    return Sentence(id: "card.words.name", template: "{name}", arguments: [("name", name.description)])
  }

  /// `a, b, c and 4 more`.
  static func list(_ items: [Sentence], most: Int = 5, separator: String = ", ") -> String {
    let shown = items.prefix(most).map(\.description).joined(separator: separator)
    guard items.count > most else { return shown }
    return WordsPhrase.andMore.say(["list": shown, "more": items.count - most]).description
  }

  /// `10 bytes`, `128 KiB`, `6 MiB`: whole numbers only where they are exact, else one decimal.
  static func bytes(_ count: Int) -> Sentence {
    switch count {
    case 1: WordsPhrase.oneByte.say()
    case ..<10240: WordsPhrase.bytes.say(["number": count])
    case ..<(10 << 20): WordsPhrase.kibibytes.say(["number": tenths(count, 1024)])
    default: WordsPhrase.mebibytes.say(["number": tenths(count, 1 << 20)])
    }
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

extension Evidence {
  /// The same socket in the earlier reading.
  func earlier(_ socket: InetSocket) -> InetSocket? {
    before?.inet.onPort(socket.localPort, socket.proto).first { $0.cookie == socket.cookie }
  }

  /// The processes that hold an inode, each once, lowest pid first.
  func processes(of inode: UInt32) -> [ProcessRecord] {
    var seen: Set<Int32> = []
    return now.owners[inode].compactMap { seen.insert($0.pid).inserted ? now.owners.processes[$0.pid] : nil }
  }
}
