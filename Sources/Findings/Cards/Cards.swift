internal import Catalog
public import SockDiag
internal import Snapshot

/// A socket, explained: one file a state (or close group) beside this one.
public enum Cards {
  /// The card of a TCP, UDP or raw socket.
  public static func card(for socket: InetSocket, _ evidence: Evidence) -> Card {
    guard socket.proto == .tcp || socket.proto == .mptcp else { return DatagramCard.card(socket, evidence) }
    var card = tcp(socket, evidence)
    card.place = place(of: socket, evidence)
    return card
  }

  static func place(of socket: InetSocket, _ evidence: Evidence) -> StatePlace? {
    var ways = Transitions.leaving(from: socket.state)
    // A FIN finds a mini-socket, or a socket that has a process.
    if socket.state == .finWait2, socket.inode == 0 { ways = ways.filter { $0.to == .timeWait }.suffix(1) }
    guard let way = ways.first else { return nil }
    var before = Transitions.leading(to: socket.state).map(\.from)
    // Who called whom is known here; and the usual way to a FIN is that of an open connection.
    let usual: [TCPState] = evidence.now.inet.isServerSide(socket) ? [.established, .synRecv] : [.established, .synSent]
    if let better = usual.first(where: before.contains) { before = [better] }
    return StatePlace(from: socket.state == .close || socket.state == .boundInactive ? nil : before.first, way: way)
  }

  static func tcp(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    switch socket.state {
    case .listen: ListenCard.card(socket, evidence)
    case .established: EstablishedCard.card(socket, evidence)
    case .synSent: OpeningCards.synSent(socket, evidence)
    case .synRecv, .newSynRecv: OpeningCards.synRecv(socket, evidence)
    case .finWait1: ClosingCards.finWait1(socket, evidence)
    case .finWait2: ClosingCards.finWait2(socket, evidence)
    case .closing: ClosingCards.closing(socket, evidence)
    case .lastAck: ClosingCards.lastAck(socket, evidence)
    case .timeWait: ClosingCards.timeWait(socket, evidence)
    case .closeWait: ClosingCards.closeWait(socket, evidence)
    default: UnboundCard.card(socket, evidence)
    }
  }

  /// The card of a unix-domain socket.
  public static func card(for socket: UnixSocket, _ evidence: Evidence) -> Card { UnixCard.card(socket, evidence) }
}
