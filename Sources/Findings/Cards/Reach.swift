internal import Catalog
internal import SockDiag
internal import Snapshot

enum ReachPhrase: String, PhraseTable {
  static var room: String { "card.reach" }
  case allIPv4 = "all IPv4 addresses"
  case allIPv6 = "all IPv6 addresses, not IPv4: IPV6_V6ONLY"
  case dualStack = "all IPv6 and IPv4 addresses"
  case allIPv6Unknown = "all IPv6 addresses"
  case loopback = "this host only"
  case linkLocal = "one address, its own link only"
  case multicast = "a multicast group"
  case oneAddress = "one address"
  case device = "{reach}, only through {device}"
}

enum Reach {
  /// From where a bound socket can be reached.
  static func words(_ socket: InetSocket, _ evidence: Evidence) -> Sentence {
    let phrase = address(socket).say()
    return Words.device(socket, evidence).map { ReachPhrase.device.say(["reach": phrase, "device": $0]) } ?? phrase
  }

  static func address(_ socket: InetSocket) -> ReachPhrase {
    let address = socket.localAddress
    if address.isAny {
      guard socket.isIPv6 else { return .allIPv4 }
      switch socket[.v6only] {
      case 1: return .allIPv6
      case 0: return .dualStack
      default: return .allIPv6Unknown
      }
    }
    if address.isLoopback { return .loopback }
    if address.isMulticast { return .multicast }
    return address.isLinkLocal ? .linkLocal : .oneAddress
  }
}
