/// A TCP socket from iter/tcp: what no inet_diag attribute carries. Join by `cookie`.
public struct ProbedSocket: Equatable, Sendable {
  /// As in inet_diag. 0 before Linux 5.12 when nobody asked for it yet: dump with inet_diag first.
  public var cookie: UInt64 = 0
  /// State, as inet_diag numbers them.
  public var state: UInt8 = 0
  /// AF_INET 2, AF_INET6 10.
  public var family: UInt8 = 0
  /// Local port.
  public var localPort: UInt16 = 0
  /// Queues of a listener; nil for others.
  public var listener: ListenerQueues?
  /// TCP_USER_TIMEOUT, milliseconds; 0: not set.
  public var userTimeoutMilliseconds: UInt32 = 0
  /// TCP_SYNCNT; 0: net.ipv4.tcp_syn_retries applies.
  public var synRetries: UInt8 = 0
  /// SO_KEEPALIVE.
  public var isKeepaliveOn = false
  /// TCP_KEEPIDLE, milliseconds; 0: the setting of the namespace applies; nil: see `ProbeProblem.Kind.noClockRate`.
  public var keepaliveIdleMilliseconds: UInt64?
  /// TCP_KEEPINTVL, milliseconds; 0 as above.
  public var keepaliveIntervalMilliseconds: UInt64?
  /// TCP_KEEPCNT; 0: the setting applies.
  public var keepaliveProbes: UInt8 = 0
  /// TCP_LINGER2, milliseconds: 0 tcp_fin_timeout applies, negative: no FIN-WAIT-2 at all.
  public var linger2Milliseconds: Int64?
  /// TCP_NODELAY.
  public var isNoDelay = false
  /// TCP_CORK.
  public var isCorked = false
  /// SO_LINGER is on.
  public var isLingerOn = false
  /// Its time, milliseconds; 0 means that close() sends RST.
  public var lingerMilliseconds: UInt64?
  /// TCP_NOTSENT_LOWAT, bytes; 0: net.ipv4.tcp_notsent_lowat applies.
  public var notSentLowWater: UInt32 = 0
  /// SO_RCVBUF was set (SOCK_RCVBUF_LOCK): the kernel does not tune the receive buffer.
  public var isReceiveBufferFixed = false
  /// SO_SNDBUF was set.
  public var isSendBufferFixed = false
  /// A socket of nothing yet.
  public init() {}
}

/// icsk_accept_queue and what stands beside it.
public struct ListenerQueues: Equatable, Sendable {
  /// Half-open requests: icsk_accept_queue.qlen, the depth of the SYN queue.
  public var synQueue: UInt32 = 0
  /// Of them, those whose SYN-ACK was not sent again yet: icsk_accept_queue.young.
  public var young: UInt32 = 0
  /// Handshakes done and not accepted: sk_ack_backlog.
  public var acceptQueue: UInt32 = 0
  /// Limit of both queues: sk_max_ack_backlog.
  public var limit: UInt32 = 0
  /// TCP_FASTOPEN: its queue's length and limit; limit 0 is off.
  public var fastOpenQueue: UInt32 = 0
  /// Limit of that queue.
  public var fastOpenLimit: UInt32 = 0
  /// TCP_DEFER_ACCEPT as retransmissions (rskq_defer_accept); 0 is off.
  public var deferAcceptRetries: UInt8 = 0
  /// The kernel logged "Possible SYN flooding" for it once (synflood_warned).
  public var isFloodWarned = false
  /// All zero.
  public init() {}
}

/// A process that holds sockets.
public struct ProbedProcess: Equatable, Sendable {
  /// tgid in the side-car's own pid namespace.
  public var processID: UInt32
  /// Effective uid.
  public var uid: UInt32
  /// start_boottime of the leader, nanoseconds: field 22 of /proc/PID/stat before its rounding to ticks.
  public var startNanoseconds: UInt64
  /// comm of the leader. Untrusted.
  public var name: [UInt8]
  /// A process.
  public init(processID: UInt32, uid: UInt32, startNanoseconds: UInt64, name: [UInt8]) {
    self.processID = processID
    self.uid = uid
    self.startNanoseconds = startNanoseconds
    self.name = name
  }
}

/// A descriptor that is a socket.
public struct ProbedDescriptor: Equatable, Sendable {
  /// Its inode, as in `socket:[N]`.
  public var inode: UInt32
  /// Its number.
  public var descriptor: UInt32
  /// A descriptor.
  public init(inode: UInt32, descriptor: UInt32) {
    self.inode = inode
    self.descriptor = descriptor
  }
}
