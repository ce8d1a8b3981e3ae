public import Catalog
internal import ProcFS
internal import Snapshot
internal import SockDiag

/// The words netstat 2.10 has for what /proc/net says in numbers.
public enum NetstatWords {
  /// A TCP state by its number.
  public static func tcp(_ state: UInt8) -> String {
    let names = [
      "", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN",
      "CLOSING",
    ]
    return Int(state) < names.count ? names[Int(state)] : String(state)
  }

  /// The state column of a row of any internet table: words for TCP and UDP, the number for raw sockets.
  public static func state(_ state: UInt8, proto: InetProtocol) -> String {
    switch proto {
    case .tcp: tcp(state)
    case .raw: String(state)
    default: state == 1 ? "ESTABLISHED" : state == 7 ? "" : "UNKNOWN"
    }
  }

  /// The state column of /proc/net/unix.
  public static func unix(_ state: UInt8, isListening: Bool) -> String {
    switch state {
    case 0: "FREE"
    case 1: isListening ? "LISTENING" : ""
    case 2: "CONNECTING"
    case 3: "CONNECTED"
    case 4: "DISCONNECTING"
    default: "UNKNOWN"
    }
  }
}

/// What ss and netstat write differently although they mean the same: told once, and no difference between sockets.
public enum SpellingPhrase: String, PhraseTable {
  /// The first part of every id.
  public static var room: String { "compare.spelling" }
  /// ESTAB and ESTABLISHED.
  case states = "states have other words: {pairs}"
  /// IPv4 on an IPv6 socket.
  case mapped = "IPv4 on an IPv6 socket: ss writes [::ffff:a.b.c.d], netstat tcp6 and a.b.c.d ({count})"
  /// `*` and `[::]` are both `:::`.
  case dualStack =
    "all IPv6 addresses: ss writes * where IPv4 is taken too and [::] where it is not, netstat ::: for both, as /proc does not tell them apart ({count})"
  /// A device.
  case device = "bound to a device: %device is in netlink only ({count})"
  /// Columns that /proc/net/unix lacks.
  case unixQueues = "unix sockets: /proc has neither queues nor peers; netstat shows RefCnt and Flags in their place ({count})"
  /// Two names of one process.
  case program =
    "programs: ss writes the name of the process (comm), netstat the first word of its command line, 19 characters with the pid ({count})"
  /// `ESTAB = ESTABLISHED`
  case pair = "{ss} = {netstat}"
  /// An empty column.
  case nothing = "(nothing)"
}

extension NetstatComparison {
  /// What both sides write differently and mean alike, as it occurs.
  ///
  /// - Parameter differentPrograms: how many sockets have an owner whose two names differ.
  public func spellings(differentPrograms: Int = 0) -> [Sentence] {
    var pairs: [String: Int] = [:]
    var order: [String] = []
    var mapped = 0, dual = 0, device = 0, unix = 0
    for socket in sockets where socket.isInNetlink && socket.isInProc {
      let words = Self.stateWords(socket)
      if let words, words.ss.uppercased() != words.netstat {
        let netstat = words.netstat.isEmpty ? SpellingPhrase.nothing.rawValue : words.netstat
        let text = SpellingPhrase.pair.say(["ss": words.ss, "netstat": netstat]).description
        if pairs.updateValue(1, forKey: text) == nil { order.append(text) }
      }
      if socket.unix != nil { unix += 1 }
      guard let inet = socket.inet else { continue }
      if inet.localAddress.isV4Mapped || inet.peerAddress.isV4Mapped { mapped += 1 }
      if inet.isIPv6, inet.localAddress.isAny { dual += 1 }
      if inet.interface != 0 { device += 1 }
    }
    var out: [Sentence] = []
    if !order.isEmpty { out.append(SpellingPhrase.states.say(["pairs": order.sorted().joined(separator: ", ")])) }
    let counted: [(SpellingPhrase, Int)] = [
      (.mapped, mapped), (.dualStack, dual), (.device, device), (.unixQueues, unix), (.program, differentPrograms),
    ]
    for (phrase, count) in counted where count > 0 { out.append(phrase.say(["count": count])) }
    return out
  }

  private static func stateWords(_ socket: ComparedSocket) -> (ss: String, netstat: String)? {
    if let inet = socket.inet, let row = socket.row, inet.state.rawValue == row.row.state {
      return (inet.state.name, NetstatWords.state(row.row.state, proto: inet.proto))
    }
    if let unix = socket.unix, let row = socket.unixRow, unix.state == row.tcpState {
      return (unix.state.name, NetstatWords.unix(row.socketState, isListening: row.isListening))
    }
    return nil
  }
}
