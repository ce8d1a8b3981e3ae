public import Catalog
internal import ProbeStream
public import SockDiag

/// A process that holds a traced socket.
public struct TraceProcess: Hashable, Sendable {
  /// Its pid, in the side-car's pid namespace.
  public var pid: UInt32
  /// Its name (comm); untrusted.
  public var name: Name
  /// A process.
  public init(pid: UInt32, name: Name) {
    self.pid = pid
    self.name = name
  }
}

/// Both ends of a traced socket; our own first.
public struct TraceEnds: Hashable, Sendable {
  /// Our address.
  public var local: IPAddress
  /// Our port; 0 while connect() has not chosen one.
  public var localPort: UInt16
  /// The other address.
  public var peer: IPAddress
  /// Its port; 0 for a listener.
  public var peerPort: UInt16
  /// IPPROTO_: 6, or 262 for a subflow of MPTCP.
  public var proto: UInt16

  /// Both ends.
  public init(local: IPAddress, localPort: UInt16, peer: IPAddress, peerPort: UInt16, proto: UInt16 = 6) {
    self.local = local
    self.localPort = localPort
    self.peer = peer
    self.peerPort = peerPort
    self.proto = proto
  }

  init(_ event: EventRecord) {
    self.init(
      local: IPAddress(event.local), localPort: event.localPort, peer: IPAddress(event.peer), peerPort: event.peerPort,
      proto: event.connection?.isSubflow ?? false ? 262 : event.proto)
  }
}

/// What made the kernel send a segment again.
public enum TraceTimer: String, Sendable, CaseIterable {
  /// A SYN without an answer.
  case syn
  /// A SYN-ACK without an answer, of a half-open request.
  case synAck
  /// The retransmission timer.
  case rto
  /// The tail loss probe.
  case tlp
  /// ACKs that showed a hole (recovery).
  case fast
  /// The reordering timer of RACK.
  case rack
  /// What follows a timeout as ACKs come in.
  case loss
  /// The retransmission timer beside a window that the peer closed over data in flight.
  case window
  /// A smaller path MTU: segments that were too large go out again, smaller.
  case mtu
  /// None of these can be told.
  case other
}

/// Who closed first and so keeps TIME-WAIT.
public enum TraceCloser: String, Sendable {
  /// This side: the active closer.
  case us
  /// The other side; this is the passive closer.
  case peer
  /// Both at once: both keep TIME-WAIT.
  case both
}

/// How a connection ended.
public enum TraceEnd: String, Sendable {
  case timeWait, finWait2MiniSocket, closed, refused, connectTimeout, connectFailed, connectAborted, resetReceived, resetSent
  case listenerClosed, timedOut, failed, destroyed, unknown
}

/// What a line tells.
public enum TraceKind: String, Sendable {
  /// First words about a connection whose beginning was not shown.
  case known
  case connect, established, handshake, accepted, state, close, peerClose, end, listen, listenEnd
  case retransmit, synAckRetransmit, resetSent, resetReceived, error
}

/// One explained event.
public struct TraceLine: Sendable {
  /// What it tells.
  public var kind: TraceKind
  /// CLOCK_MONOTONIC, nanoseconds.
  public var nanoseconds: UInt64
  /// Number of the connection in this trace; nil for packets that belong to none.
  public var number: Int?
  /// Both ends.
  public var ends: TraceEnds
  /// The socket as inet_diag names it; 0 without one.
  public var cookie: UInt64
  /// Who holds it; empty when nobody is known to.
  public var owners: [TraceProcess]
  /// State before; nil where the state is not the matter.
  public var oldState: TCPState?
  /// State after. TIME-WAIT and FIN-WAIT-2 where the kernel's event says CLOSE and a mini-socket is left.
  public var newState: TCPState?
  /// Nanoseconds in the state before; nil when its beginning was not seen.
  public var inState: UInt64?
  /// In words.
  public var text: Sentence
  /// What it means; a reader shows it once for each id.
  public var lesson: Sentence?
  /// The timer, for retransmissions.
  public var timer: TraceTimer?
  /// Segments, for retransmissions.
  public var segments: Int = 0
  /// Payload of those segments, bytes.
  public var bytes: Int = 0
  /// The kernel's name of the reason, for resets sent; empty when it gives none.
  public var reason = ""
  /// errno for the program, 0 for none.
  public var error: Int32 = 0
  /// How it ended; nil while it goes on.
  public var end: TraceEnd?
}

/// What the trace counted over all connections it showed.
public struct TraceTotals: Sendable, Equatable {
  /// connect() calls.
  public var connects = 0
  /// Handshakes done by listeners.
  public var handshakes = 0
  /// Connections that ended, however.
  public var ended = 0
  /// Of those connect() calls, how many failed.
  public var failedConnects = 0
  /// Segments sent again, by what made the kernel do it.
  public var retransmissions: [TraceTimer: Int] = [:]
  /// Resets sent, those without a socket included.
  public var resetsSent = 0
  /// Resets received.
  public var resetsReceived = 0
  /// Events of the side-car that were looked at.
  public var events = 0
  /// Nothing yet.
  public init() {}
}
