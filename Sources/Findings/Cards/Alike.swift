internal import Catalog
public import SockDiag
internal import Snapshot

enum AlikePhrase: String, PhraseTable {
  static var room: String { "card.alike" }
  case label = "alike"
  case fromPeerPorts = "{count} more like this one, from peer ports {list}"
  case fromLocalPorts = "{count} more like this one, from local ports {list}"
}

extension Cards {
  /// Cards of many sockets in the order given; those that would say the same words about the same process and peer share the card of the
  /// first, which counts them.
  ///
  /// - Parameters:
  ///   - sockets: the worst first.
  ///   - limit: how many cards at most.
  public static func cards(for sockets: [InetSocket], limit: Int, _ evidence: Evidence) -> [Card] {
    var kinds: [(card: Card, others: [InetSocket])] = []
    var places: [String: Int] = [:]
    // A card costs more than a row: beyond these the sockets are only counted by their groups.
    for socket in sockets.prefix(max(limit, 1) * 16) {
      let card = card(for: socket, evidence)
      let signature = Alike.signature(card, socket, evidence)
      if let place = places[signature] {
        kinds[place].others.append(socket)
      } else {
        places[signature] = kinds.count
        kinds.append((card, []))
      }
    }
    return kinds.prefix(limit).map { $0.others.isEmpty ? $0.card : Alike.counted($0.card, $0.others) }
  }
}

enum Alike {
  /// What two cards have in common when only their numbers differ. A listener or a datagram socket is always told on its own.
  static func signature(_ card: Card, _ socket: InetSocket, _ evidence: Evidence) -> String {
    guard socket.peerPort != 0 else { return "\(socket.cookie) \(card.title)" }
    var out = "\(socket.proto.rawValue) \(socket.state.rawValue) \(socket.peerAddress) \(Who.pids(of: socket, evidence))"
    // The service is the same; the other end's port is what tells connections apart.
    out += evidence.now.inet.isServerSide(socket) || socket.localPort < socket.peerPort ? " :\(socket.localPort)" : " \(socket.peerPort)"
    for line in card.lines { out += " \(line.label.id) \(line.text.id) \(line.emphasis)" }
    // Its words are one list: what is on it makes the difference.
    for line in card.lines where line.label.id == OptionsPhrase.label.id { out += " \(line.text)" }
    for line in card.advice { out += " \(line.id)" }
    return out
  }

  static func counted(_ card: Card, _ others: [InetSocket]) -> Card {
    let isServer = others.allSatisfy { $0.localPort == card.socket?.localPort }
    let ports = others.map { WordsPhrase.name.say(["name": isServer ? $0.peerPort : $0.localPort]) }
    let text = (isServer ? AlikePhrase.fromPeerPorts : .fromLocalPorts).say(["count": others.count, "list": Words.list(ports)])
    var out = Card(
      socket: card.socket, title: card.title, owner: card.owner, lines: card.lines + [CardLine(AlikePhrase.label.say(), text)],
      advice: card.advice)
    out.place = card.place
    return out
  }
}
