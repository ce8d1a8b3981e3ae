internal import Catalog

/// Numbers with their noun: one enumeration, so that no sentence says "1 connections".
enum CountPhrase: String, PhraseTable {
  static var room: String { "count" }
  case connection = "1 connection"
  case connections = "{count} connections"
  case socket = "1 socket"
  case sockets = "{count} sockets"
  case listener = "1 listener"
  case listeners = "{count} listeners"
  case attempt = "1 connect()"
  case attempts = "{count} connect()s"
  case handshake = "1 half-open handshake"
  case handshakes = "{count} half-open handshakes"
  case datagram = "1 datagram"
  case datagrams = "{count} datagrams"
  case byte = "1 byte"
  case bytes = "{count} bytes"
  case kibibytes = "{count} KiB"
  case mebibytes = "{count} MiB"
  case gibibytes = "{count} GiB"
}

/// A number and what is counted.
enum Counted {
  static func connections(_ count: Int) -> Sentence { say(count, .connection, .connections) }
  static func sockets(_ count: Int) -> Sentence { say(count, .socket, .sockets) }
  static func listeners(_ count: Int) -> Sentence { say(count, .listener, .listeners) }
  static func attempts(_ count: Int) -> Sentence { say(count, .attempt, .attempts) }
  static func handshakes(_ count: Int) -> Sentence { say(count, .handshake, .handshakes) }
  static func datagrams(_ count: UInt64) -> Sentence { say(Int(clamping: count), .datagram, .datagrams) }

  /// Bytes to the size a person compares: exact below 10 KiB, cut above.
  static func bytes(_ count: UInt64) -> Sentence {
    switch count {
    case ..<(10 << 10): say(Int(count), .byte, .bytes)
    case ..<(10 << 20): CountPhrase.kibibytes.say(["count": count >> 10])
    case ..<(10 << 30): CountPhrase.mebibytes.say(["count": count >> 20])
    default: CountPhrase.gibibytes.say(["count": count >> 30])
    }
  }

  /// So many in so many milliseconds as a number a second: whole from 10 on, with two decimals below, cut.
  static func rate(_ count: Int, milliseconds: Int) -> String {
    let hundredths = milliseconds > 0 ? count * 100_000 / milliseconds : 0
    guard hundredths < 1000 else { return "\(hundredths / 100)" }
    let rest = hundredths % 100
    return rest == 0 ? "\(hundredths / 100)" : "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  static func bytes(_ count: Int) -> Sentence { bytes(UInt64(max(0, count))) }

  static func say(_ count: Int, _ one: CountPhrase, _ many: CountPhrase) -> Sentence {
    count == 1 ? one.say() : many.say(["count": count])
  }

  /// A share in whole percent, cut: 99.9 % reads 99.
  static func percent(_ part: Int, of whole: Int) -> Int { whole > 0 ? part * 100 / whole : 0 }
}
