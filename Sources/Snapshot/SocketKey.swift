internal import Catalog
internal import ProcFS
public import SockDiag

/// What netlink and /proc/net both say about which socket they speak of: protocol, both ends, inode. Two sockets may share it (mini-sockets have
/// inode 0; those bound to different devices may have the same ends).
public struct SocketKey: Hashable, Sendable {
  /// Protocol and ends.
  public let ends: Ends
  /// The inode; 0 for mini-sockets, orphans and connections not accepted.
  public let inode: UInt64

  /// Both ends of a socket of one protocol, IPv4-mapped addresses as plain IPv4.
  public struct Ends: Hashable, Sendable {
    /// IPPROTO_*.
    public let proto: UInt16
    /// Both ports.
    public let ports: UInt32
    /// Local address.
    public let local: IPAddress
    /// Peer's address.
    public let peer: IPAddress
    /// A connection: no other socket has these ends.
    public var isConnection: Bool { proto == 6 && ports & 0xffff != 0 }

    init(_ proto: UInt16, _ local: IPAddress, _ localPort: UInt16, _ peer: IPAddress, _ peerPort: UInt16) {
      self.proto = proto
      self.local = local.unmapped
      self.peer = peer.unmapped
      // /proc prints no peer port of a raw socket: raw_sock_seq_show() has a constant 0 there.
      ports = UInt32(localPort) << 16 | UInt32(proto == 255 ? 0 : peerPort)
    }
  }

  /// The key of a netlink record.
  public init(_ socket: InetSocket) {
    ends = Ends(socket.proto.rawValue, socket.localAddress, socket.localPort, socket.peerAddress, socket.peerPort)
    inode = UInt64(socket.inode)
  }

  /// The key of a row of /proc/net.
  public init(_ row: TableRow) {
    ends = Ends(row.file.protocolNumber, row.localAddress, row.row.localPort, row.peerAddress, row.row.peerPort)
    inode = row.row.inode & 0xffff_ffff
  }
}
