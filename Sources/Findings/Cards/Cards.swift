public import SockDiag
internal import Catalog
internal import Snapshot

/// A socket, explained: one file a state beside this one.
public enum Cards {
  /// The card of a TCP, UDP or raw socket.
  public static func card(for socket: InetSocket, _ evidence: Evidence) -> Card {
    ListenCard.card(socket, evidence)
  }
}
