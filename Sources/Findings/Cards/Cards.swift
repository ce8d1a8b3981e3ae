internal import Catalog
public import SockDiag
internal import Snapshot

/// A socket, explained: one file a state (or close group) beside this one.
public enum Cards {
  /// The card of a TCP, UDP or raw socket.
  public static func card(for socket: InetSocket, _ evidence: Evidence) -> Card {
    switch socket.proto {
    case .tcp, .mptcp: tcp(socket, evidence)
    default: DatagramCard.card(socket, evidence)
    }
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
