public import Catalog
public import ProbeStream

/// What the kernel knows of a TCP socket and tells only to eBPF; from the side-car, joined by cookie.
public struct SocketInternals: Sendable {
  /// Half-open requests of a listener (icsk_accept_queue.qlen); nil for other sockets.
  public var synQueue: UInt32?
  /// Of them, those whose SYN-ACK was sent only once (icsk_accept_queue.young); nil for other sockets.
  public var synQueueYoung: UInt32?
  /// Length and limit of a listener's TCP_FASTOPEN queue; nil when it has none.
  public var fastOpen: (queue: UInt32, limit: UInt32)?
  /// TCP_DEFER_ACCEPT of a listener, as retransmissions of the SYN-ACK; nil when it is off.
  public var deferAcceptRetries: UInt8?
  /// The kernel logged "Possible SYN flooding" for this listener.
  public var isFloodWarned: Bool
  /// TCP_USER_TIMEOUT, milliseconds; nil when the program did not set it.
  public var userTimeoutMilliseconds: UInt32?
  /// TCP_SYNCNT; nil when net.ipv4.tcp_syn_retries applies.
  public var synRetries: UInt8?
  /// SO_KEEPALIVE.
  public var isKeepaliveOn: Bool
  /// TCP_KEEPIDLE, milliseconds; nil when the setting of the namespace applies.
  public var keepaliveIdleMilliseconds: UInt64?
  /// TCP_KEEPINTVL, milliseconds; nil when the setting of the namespace applies.
  public var keepaliveIntervalMilliseconds: UInt64?
  /// TCP_KEEPCNT; nil when the setting of the namespace applies.
  public var keepaliveProbes: UInt8?
  /// TCP_LINGER2, milliseconds, negative for "no FIN-WAIT-2"; nil when tcp_fin_timeout applies.
  public var linger2Milliseconds: Int64?
  /// TCP_NODELAY.
  public var isNoDelay: Bool
  /// TCP_CORK.
  public var isCorked: Bool
  /// SO_LINGER's time, milliseconds (0: close() sends RST); nil when it is off.
  public var lingerMilliseconds: UInt64?
  /// TCP_NOTSENT_LOWAT, bytes; nil when the setting of the namespace applies.
  public var notSentLowWater: UInt32?
  /// SO_RCVBUF was set: the receive buffer is not tuned.
  public var isReceiveBufferFixed: Bool
  /// SO_SNDBUF was set: the send buffer is not tuned.
  public var isSendBufferFixed: Bool

  /// What the side-car read.
  public init(_ socket: ProbedSocket) {
    func set<T: FixedWidthInteger>(_ value: T?) -> T? { value == 0 ? nil : value }
    synQueue = socket.listener?.synQueue
    synQueueYoung = socket.listener?.young
    fastOpen = socket.listener.flatMap { $0.fastOpenLimit > 0 ? ($0.fastOpenQueue, $0.fastOpenLimit) : nil }
    deferAcceptRetries = set(socket.listener?.deferAcceptRetries)
    isFloodWarned = socket.listener?.isFloodWarned ?? false
    userTimeoutMilliseconds = set(socket.userTimeoutMilliseconds)
    synRetries = set(socket.synRetries)
    isKeepaliveOn = socket.isKeepaliveOn
    keepaliveIdleMilliseconds = set(socket.keepaliveIdleMilliseconds)
    keepaliveIntervalMilliseconds = set(socket.keepaliveIntervalMilliseconds)
    keepaliveProbes = set(socket.keepaliveProbes)
    linger2Milliseconds = set(socket.linger2Milliseconds)
    isNoDelay = socket.isNoDelay
    isCorked = socket.isCorked
    lingerMilliseconds = socket.isLingerOn ? socket.lingerMilliseconds : nil
    notSentLowWater = set(socket.notSentLowWater)
    isReceiveBufferFixed = socket.isReceiveBufferFixed
    isSendBufferFixed = socket.isSendBufferFixed
  }

  /// A number by its catalog entry, in the entry's unit, flags as 0 or 1; nil where the socket has no such thing or the program did not set it.
  public subscript(field: ProbedField) -> Int64? {
    func flag(_ isSet: Bool) -> Int64 { isSet ? 1 : 0 }
    switch field {
    case .synQueue: return synQueue.map { Int64($0) }
    case .synQueueYoung: return synQueueYoung.map { Int64($0) }
    case .fastOpenQueue: return fastOpen.map { Int64($0.queue) }
    case .fastOpenLimit: return fastOpen.map { Int64($0.limit) }
    case .deferAccept: return deferAcceptRetries.map { Int64($0) }
    case .floodWarned: return synQueue.map { _ in flag(isFloodWarned) }
    case .noDelay: return flag(isNoDelay)
    case .cork: return flag(isCorked)
    case .keepalive: return flag(isKeepaliveOn)
    case .keepaliveTime: return keepaliveIdleMilliseconds.map { Int64(clamping: $0) }
    case .keepaliveInterval: return keepaliveIntervalMilliseconds.map { Int64(clamping: $0) }
    case .keepaliveProbes: return keepaliveProbes.map { Int64($0) }
    case .userTimeout: return userTimeoutMilliseconds.map { Int64($0) }
    case .synRetries: return synRetries.map { Int64($0) }
    case .linger: return lingerMilliseconds.map { Int64(clamping: $0) }
    case .linger2: return linger2Milliseconds
    case .notSentLowWater: return notSentLowWater.map { Int64($0) }
    case .receiveBufferLock: return flag(isReceiveBufferFixed)
    case .sendBufferLock: return flag(isSendBufferFixed)
    }
  }
}
