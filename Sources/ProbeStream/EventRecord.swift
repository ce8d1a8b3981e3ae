/// One event of a TCP socket, or one dropped packet.
public struct EventRecord: Equatable, Sendable {
  /// What happened.
  public enum Kind: UInt8, Sendable {
    /// sock:inet_sock_set_state: `oldState` → `newState`. Opens, accepts and closes are state changes.
    case state = 1
    /// tcp:tcp_retransmit_skb: the segment `sequence` ..< `endSequence`. `error` is tcp_transmit_skb()'s result (6.18; else 0).
    case retransmit = 2
    /// tcp:tcp_retransmit_synack: a listener answers a half-open peer again; `retransmits` is how often so far.
    case retransmitSynAck = 3
    /// tcp:tcp_send_reset: `reason` names enum sk_rst_reason from 6.12, else 0. Without a socket `cookie` is 0 and addresses come from the packet.
    case sendReset = 4
    /// tcp:tcp_receive_reset.
    case receiveReset = 5
    /// tcp:tcp_destroy_sock: the last look at a full socket; its numbers are final. A mini-socket (TIME-WAIT) may live on.
    case destroy = 6
    /// sock:inet_sk_error_report: `error` is sk_err, an errno that the application gets.
    case error = 7
    /// skb:kfree_skb, only with `events`: `reason` is of enum skb_drop_reason. `function`, `stack`, `tcpFlags`, `direction` as in DropRecord.
    case drop = 8
  }
  /// What happened.
  public var kind: Kind
  /// CLOCK_MONOTONIC, nanoseconds.
  public var monotonicNanoseconds: UInt64
  /// Inode of the network namespace.
  public var namespace: UInt32
  /// The socket as inet_diag names it; 0 when there is none, or on kernels before 5.12 when nobody asked for its cookie yet.
  public var cookie: UInt64
  /// Inode of the socket's file, as in /proc/PID/fd; 0 when no file holds it: not accepted yet, or orphaned.
  public var inode: UInt32
  /// Uid of the socket (sk_uid); nil without a socket.
  public var uid: UInt32?
  /// IPPROTO_: 6 for all but drops.
  public var proto: UInt16
  /// Our end.
  public var local: ProbeAddress
  /// Our port.
  public var localPort: UInt16
  /// The other end.
  public var peer: ProbeAddress
  /// Its port.
  public var peerPort: UInt16
  /// State before (inet_diag's numbers); of events that change none, the state now.
  public var oldState: UInt8
  /// State after.
  public var newState: UInt8
  /// Reason, by kind.
  public var reason: UInt32
  /// errno, by kind.
  public var error: Int32
  /// The process that was working on the socket (it held the socket's lock): so it is one that holds it. 0 when a packet or timer caused the event.
  public var processID: UInt32
  /// Its name, bytes of comm; empty when processID is 0. Untrusted.
  public var processName: [UInt8]
  /// sk_shutdown: 1 receiving, 2 sending is closed.
  public var shutdown: UInt8
  /// SO_LINGER with time 0 was set: a close sends RST.
  public var abortsOnClose: Bool
  /// Bytes received in order and not yet read by the program (rcv_nxt - copied_seq).
  public var unreadBytes: UInt32
  /// Bytes not yet acknowledged by the peer, unsent ones included (write_seq - snd_una).
  public var unackedBytes: UInt32
  /// Numbers of the connection; nil for listeners, half-open requests and packets without a socket.
  public var connection: ConnectionNumbers?
  /// First sequence number of the segment (retransmit), else 0.
  public var sequence: UInt32
  /// Behind its last, SYN and FIN counting one each.
  public var endSequence: UInt32
  /// TCP flags of the segment or packet, where there is one.
  public var tcpFlags: UInt8
  /// `retransmits` of a half-open request.
  public var retransmits: UInt8
  /// Drops: which way the packet went.
  public var direction: DropRecord.Direction
  /// Drops: the function; empty when it cannot be named.
  public var function: String
  /// Drops: id of a `ProbedStack`; 0 without.
  public var stack: UInt32

  /// An event of nothing yet.
  public init(kind: Kind, monotonicNanoseconds: UInt64) {
    self.kind = kind
    self.monotonicNanoseconds = monotonicNanoseconds
    namespace = 0
    cookie = 0
    inode = 0
    proto = 6
    local = ProbeAddress(high: 0, low: 0, isIPv6: false)
    localPort = 0
    peer = local
    peerPort = 0
    oldState = 0
    newState = 0
    reason = 0
    error = 0
    processID = 0
    processName = []
    shutdown = 0
    abortsOnClose = false
    unreadBytes = 0
    unackedBytes = 0
    sequence = 0
    endSequence = 0
    tcpFlags = 0
    retransmits = 0
    direction = .received
    function = ""
    stack = 0
  }
}

/// What tcp_sock counted up to an event.
public struct ConnectionNumbers: Equatable, Sendable {
  /// Smoothed round trip, microseconds (srtt_us >> 3).
  public var rttMicroseconds: UInt32 = 0
  /// Its mean deviation, microseconds (mdev_us >> 2).
  public var rttVarianceMicroseconds: UInt32 = 0
  /// tp->bytes_acked: counts the SYN as one.
  public var bytesAcked: UInt64 = 0
  /// tp->bytes_received.
  public var bytesReceived: UInt64 = 0
  /// tp->bytes_sent, retransmissions included.
  public var bytesSent: UInt64 = 0
  /// tp->bytes_retrans.
  public var bytesRetransmitted: UInt64 = 0
  /// tp->segs_in.
  public var segmentsIn: UInt32 = 0
  /// tp->segs_out.
  public var segmentsOut: UInt32 = 0
  /// tp->total_retrans.
  public var retransmissions: UInt32 = 0
  /// tp->snd_cwnd, segments.
  public var congestionWindow: UInt32 = 0
  /// tp->snd_wnd, bytes: what the peer offers.
  public var peerWindow: UInt32 = 0
  /// icsk_ca_state: 0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss.
  public var congestionState: UInt8 = 0
  /// icsk_pending: 1 retransmission, 3 zero-window probe, 5 tail-loss probe, 6 reordering; 0 while the RTO handler itself runs.
  public var pendingTimer: UInt8 = 0
  /// icsk_retransmits: unanswered RTOs.
  public var timeouts: UInt8 = 0
  /// icsk_backoff.
  public var backoff: UInt8 = 0
  /// icsk_probes_out.
  public var probes: UInt8 = 0
  /// The timer of `pendingTimer` is not armed any more: its handler caused the event. False when an ACK did.
  public var isTimerAtWork = false
  /// A subflow of an MPTCP connection.
  public var isSubflow = false
  /// TCP_SYNCNT (icsk_syn_retries); 0 when the program did not set it.
  public var synRetries: UInt8 = 0
  /// TCP_USER_TIMEOUT, milliseconds; 0 when the program did not set it.
  public var userTimeoutMilliseconds: UInt32 = 0
  /// All zero.
  public init() {}
}
