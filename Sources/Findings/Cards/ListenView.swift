internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

/// What the lines of a listener's card look at, joined once.
struct ListenView {
  let socket: InetSocket
  let evidence: Evidence
  /// Listeners of the same address, port and device, itself included: SO_REUSEPORT when there is more than one.
  let siblings: [InetSocket]
  /// Listeners of the same port on other addresses, families or devices.
  let beside: [InetSocket]
  /// Connections and requests that belong to it (or to one of its siblings).
  let children: [InetSocket]
  /// The processes that hold it.
  let processes: [ProcessRecord]

  init(_ socket: InetSocket, _ evidence: Evidence) {
    self.socket = socket
    self.evidence = evidence
    let listeners = evidence.now.inet.onPort(socket.localPort, socket.proto).filter { $0.state == .listen }
    siblings = listeners.filter { Self.isSame($0, socket) }
    beside = listeners.filter { !Self.isSame($0, socket) }
    children = evidence.now.inet.children(of: socket)
    processes = Who.records(of: socket, evidence)
  }

  static func isSame(_ left: InetSocket, _ right: InetSocket) -> Bool {
    left.localAddress == right.localAddress && left.interface == right.interface
  }

  /// sk_ack_backlog.
  var waiting: Int { socket.receiveQueue }
  /// sk_max_ack_backlog; where it is not known, so large that nothing follows from it (see `knowsLimit`).
  var limit: Int { socket.acceptLimit ?? Int(Int32.max) }
  var knowsLimit: Bool { socket.acceptLimit != nil }
  /// sk_acceptq_is_full(): limit+1 were admitted.
  var isFull: Bool { waiting > limit }
  var waitingTogether: Int { siblings.reduce(0) { $0 + $1.receiveQueue } }
  var somaxconn: Int? { evidence.now.sysctls.number(.somaxconn) }
  /// Requests: handshakes the peer has not finished.
  var halfOpen: [InetSocket] { children.filter { ($0.state == .synRecv || $0.state == .newSynRecv) && $0.isMiniSocket } }
  /// What only the side-car reads; nil without it.
  var internals: SocketInternals? { evidence.internals(socket) }
  /// How many handshakes are half-open: the kernel's own count where it can be read, else the requests that are listed.
  var synDepth: Int { internals?.synQueue.map { Int($0) } ?? halfOpen.count }
  /// How many requests of unproven peers fit where net.ipv4.tcp_max_syn_backlog is the narrower limit: tcp_conn_request() of 6.12 and 6.18
  /// reads it only with syncookies 0, and refuses when fewer than a quarter is left. Nil where the accept limit is met first.
  var synShare: Int? {
    guard evidence.now.sysctls.number(.synCookies) == 0, let backlog = evidence.now.sysctls.number(.maxSynBacklog) else { return nil }
    let share = max(0, backlog - (backlog >> 2) + 1)
    return share <= limit ? share : nil
  }

  /// In the accept queue: no inode yet. A TFO child is there before its handshake is done.
  var queued: [InetSocket] { children.filter { $0.isNotYetAccepted || ($0.state == .synRecv && !$0.isMiniSocket && $0.inode == 0) } }
  /// Listeners of this namespace, others than this one and its siblings, whose queue is full.
  var fullElsewhere: Int {
    evidence.now.inet.listeners.filter { $0.isAcceptQueueFull && !($0.localPort == socket.localPort && Self.isSame($0, socket)) }
      .count
  }
  var overflowsDelta: UInt64? { evidence.delta("TcpExt.ListenOverflows") }
  var dropsDelta: UInt64? { evidence.delta("TcpExt.ListenDrops") }

  /// The time between the readings, in words; nil when there was one.
  var interval: Sentence? { evidence.intervalMilliseconds.map { Durations.words(milliseconds: $0) } }
  /// tcp_listendrop() raises sk_drops with the counter: where it did not move, the refusals were another listener's.
  var isRefusingElsewhere: Bool {
    if socket[.sk_drops] == 0 { return true }
    guard let now = socket[.sk_drops], let old = evidence.previous(socket)?[.sk_drops] else { return false }
    return now == old
  }
  /// Refused in the interval, and not provably elsewhere.
  var isRefusing: Bool { ((overflowsDelta ?? 0) > 0 || (dropsDelta ?? 0) > 0) && !isRefusingElsewhere }

  /// A connection that waited at the earlier reading has a descriptor now.
  var hasAccepted: Bool { children.contains { $0.inode != 0 && evidence.previous($0)?.isNotYetAccepted == true } }

  /// The longest wait that can be shown.
  var oldestMilliseconds: Int? { queued.compactMap(Self.waited).max() }

  /// How long a connection has been in the accept queue: lsndtime is set when the handshake ends (tcp_rcv_state_process() of 6.12) and
  /// nobody has sent since.
  static func waited(_ child: InetSocket) -> Int? {
    // A child of TCP Fast Open is queued before its handshake is done: its times count from nothing yet.
    if child.state == .synRecv { return nil }
    return [child[.last_data_sent], child[.last_data_recv], child[.last_ack_recv]].compactMap { $0 }.max().map { Int($0) }
  }
}

enum ReceiveQueue {
  /// Unread bytes of a connection: rcv_nxt - copied_seq counts a FIN that was not read yet as one.
  static func payload(_ socket: InetSocket) -> Int {
    switch socket.state {
    case .closeWait, .lastAck, .closing: max(0, socket.receiveQueue - 1)
    default: socket.receiveQueue
    }
  }
}
