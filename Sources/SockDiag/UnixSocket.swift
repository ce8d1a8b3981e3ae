public import Catalog

/// One unix-domain socket as UNIX_DIAG described it.
public struct UnixSocket: Sendable {
  /// udiag_type: SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_SEQPACKET 5.
  public var type: UInt8
  /// udiag_state, in TCP's numbers: 1 established, 7 unconnected, 10 listening.
  public var state: TCPState
  /// udiag_ino.
  public var inode: UInt32
  /// udiag_cookie.
  public var cookie: UInt64
  /// UNIX_DIAG_NAME: a leading NUL is an abstract name; nil when unbound.
  public var path: Name?
  /// UNIX_DIAG_PEER: the peer's inode; nil when not connected, 0 while the connection waits in a listener's queue.
  public var peerInode: UInt32?
  /// UNIX_DIAG_RQLEN, first member: bytes unread, or for a listener connections waiting.
  public var receiveQueue: UInt32?
  /// UNIX_DIAG_RQLEN, second member: *memory* of what was sent and not read by the peer (unix_outq_len(): sk_wmem_alloc, so 5 bytes
  /// count 768), or for a listener its backlog.
  public var sendQueue: UInt32?
  /// UNIX_DIAG_SHUTDOWN.
  public var shutdown: UInt8?
  /// UNIX_DIAG_UID (5.3 and newer).
  public var uid: UInt32?
  /// UNIX_DIAG_MEMINFO: the nine SK_MEMINFO_* values.
  public var memory: [UInt32]?
  /// UNIX_DIAG_VFS: inode and device of the path. The device is the kernel's own dev_t (major in the upper 12 bits, minor in the lower
  /// 20), which `ss` takes for user space's and prints wrong.
  public var vfs: (inode: UInt32, device: UInt32)?
  /// UNIX_DIAG_ICONS, listeners only: inodes of the *clients'* ends of the connections waiting to be accepted; 0 where a client has closed.
  public var pending: [UInt32]

  /// A socket with nothing but its identity; the decoder fills the rest.
  public init(type: UInt8, state: TCPState, inode: UInt32, cookie: UInt64) {
    self.type = type
    self.state = state
    self.inode = inode
    self.cookie = cookie
    pending = []
  }

  /// The Netid ss prints: u_str, u_dgr, u_seq.
  public var netid: String {
    switch type {
    case 1: "u_str"
    case 2: "u_dgr"
    case 5: "u_seq"
    default: "u_\(type)"
    }
  }
}
