internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum UnboundPhrase: String, PhraseTable {
  static var room: String { "card.unbound" }
  case title = "{proto} {state} {endpoint}"
  case label = "state"
  case bound = "bound to {endpoint}, but neither listening nor connecting: peers get a reset (connection refused)"
  case unbound = "not bound, not connected: nothing can reach it"
  case advice = "its program has not called listen() on it, or the listen() failed"
  case other = "a state this program does not know: {state}"
}

/// TCP sockets that are neither listening nor connected.
enum UnboundCard {
  static func card(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    let isBound = socket.localPort != 0
    let endpoint = Who.local(socket)
    let isKnown = socket.state == .close || socket.state == .boundInactive
    let text =
      !isKnown
      ? UnboundPhrase.other.say(["state": socket.state.name])
      : isBound ? UnboundPhrase.bound.say(["endpoint": endpoint]) : UnboundPhrase.unbound.say()
    let state = isBound && isKnown ? TCPState.boundInactive : socket.state
    return Card(
      socket: socket,
      title: UnboundPhrase.title.say(["proto": socket.proto.name, "state": state.name, "endpoint": endpoint]),
      owner: OwnerWords.sentence(socket, evidence),
      lines: [CardLine(UnboundPhrase.label.say(), text)] + ProcessLines.lines(Who.records(of: socket, evidence), evidence),
      advice: isBound && isKnown ? [UnboundPhrase.advice.say()] : [])
  }
}
