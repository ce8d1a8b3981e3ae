/// The state of a TCP (or UDP) socket. The corresponding C enumeration is in include/net/tcp_states.h.
@frozen public struct TCPState: RawRepresentable, Hashable, Sendable {
  /// idiag_state as the kernel sent it.
  public let rawValue: UInt8
  /// A state by its number; numbers the catalog does not know are kept.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// TCP_ESTABLISHED; for UDP: connected.
  public static let established = TCPState(rawValue: 1)
  /// TCP_SYN_SENT.
  public static let synSent = TCPState(rawValue: 2)
  /// TCP_SYN_RECV: request sockets are reported with it too.
  public static let synRecv = TCPState(rawValue: 3)
  /// TCP_FIN_WAIT1.
  public static let finWait1 = TCPState(rawValue: 4)
  /// TCP_FIN_WAIT2: a half-close, or an orphan's mini-socket.
  public static let finWait2 = TCPState(rawValue: 5)
  /// TCP_TIME_WAIT.
  public static let timeWait = TCPState(rawValue: 6)
  /// TCP_CLOSE: unconnected; for UDP: bound, not connected; for a bound-inactive TCP socket too.
  public static let close = TCPState(rawValue: 7)
  /// TCP_CLOSE_WAIT.
  public static let closeWait = TCPState(rawValue: 8)
  /// TCP_LAST_ACK.
  public static let lastAck = TCPState(rawValue: 9)
  /// TCP_LISTEN.
  public static let listen = TCPState(rawValue: 10)
  /// TCP_CLOSING.
  public static let closing = TCPState(rawValue: 11)
  /// TCP_NEW_SYN_RECV; inet_diag reports it as SYN-RECV.
  public static let newSynRecv = TCPState(rawValue: 12)
  /// TCP_BOUND_INACTIVE: a request bit only; the reply says TCP_CLOSE.
  public static let boundInactive = TCPState(rawValue: 13)

  /// The word ss prints; `unknown(77)` for a number without a name.
  public var name: String {
    switch rawValue {
    case 1: "ESTAB"
    case 2: "SYN-SENT"
    case 3, 12: "SYN-RECV"
    case 4: "FIN-WAIT-1"
    case 5: "FIN-WAIT-2"
    case 6: "TIME-WAIT"
    case 7: "UNCONN"
    case 8: "CLOSE-WAIT"
    case 9: "LAST-ACK"
    case 10: "LISTEN"
    case 11: "CLOSING"
    case 13: "BOUND"
    default: "unknown(\(rawValue))"
    }
  }
}

/// A set of states as the request carries it (TCPF_*): bit n is state n.
@frozen public struct TCPStateSet: OptionSet, Hashable, Sendable {
  /// idiag_states.
  public let rawValue: UInt32
  /// A set by its bits.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The set of one state.
  @inlinable public init(_ state: TCPState) { rawValue = 1 << UInt32(state.rawValue) }

  /// Every state but bound-inactive.
  public static let all = TCPStateSet(rawValue: 0x1ffe)
  /// What ss shows without -a or -l: all but LISTEN, UNCONN, TIME-WAIT and SYN-RECV.
  public static let connected = all.subtracting([.init(.listen), .init(.close), .init(.timeWait), .init(.synRecv), .init(.newSynRecv)])
  /// TIME-WAIT and SYN-RECV: kept as mini-sockets.
  public static let bucket: TCPStateSet = [.init(.timeWait), .init(.synRecv), .init(.newSynRecv)]

  /// Whether a state is in the set.
  @inlinable @inline(__always)
  public func has(_ state: UInt8) -> Bool { state < 32 && rawValue & (1 << UInt32(state)) != 0 }
}

/// Which timer is pending (`idiag_timer`). The values are set in inet_sk_diag_fill(), net/ipv4/inet_diag.c.
@frozen public struct TimerKind: RawRepresentable, Hashable, Sendable {
  /// idiag_timer as the kernel sent it.
  public let rawValue: UInt8
  /// A kind by its number; numbers the catalog does not know are kept.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// No timer.
  public static let off = TimerKind(rawValue: 0)
  /// Retransmission (RTO), tail loss probe or RACK reordering timer.
  public static let on = TimerKind(rawValue: 1)
  /// Keepalive, or a FIN-WAIT-2 socket's first period.
  public static let keepalive = TimerKind(rawValue: 2)
  /// TIME-WAIT or FIN-WAIT-2 mini-socket.
  public static let timewait = TimerKind(rawValue: 3)
  /// Zero-window probe.
  public static let persist = TimerKind(rawValue: 4)
  /// Delayed acknowledgement (newest kernels).
  public static let delack = TimerKind(rawValue: 5)

  /// The word ss prints.
  public var name: String {
    switch rawValue {
    case 0: "off"
    case 1: "on"
    case 2: "keepalive"
    case 3: "timewait"
    case 4: "persist"
    case 5: "delack"
    default: "unknown(\(rawValue))"
    }
  }
}

/// The families and protocols this program asks about.
@frozen public struct InetProtocol: RawRepresentable, Hashable, Sendable {
  /// IPPROTO_* number.
  public let rawValue: UInt16
  /// A protocol by its number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// IPPROTO_TCP.
  public static let tcp = InetProtocol(rawValue: 6)
  /// IPPROTO_UDP.
  public static let udp = InetProtocol(rawValue: 17)
  /// IPPROTO_UDPLITE.
  public static let udplite = InetProtocol(rawValue: 136)
  /// IPPROTO_RAW: asks for all raw sockets.
  public static let raw = InetProtocol(rawValue: 255)
  /// IPPROTO_MPTCP.
  public static let mptcp = InetProtocol(rawValue: 262)

  /// The Netid ss prints.
  public var name: String {
    switch rawValue {
    case 6: "tcp"
    case 17: "udp"
    case 136: "udpl"
    case 255: "raw"
    case 262: "mptcp"
    default: "proto(\(rawValue))"
    }
  }
}
