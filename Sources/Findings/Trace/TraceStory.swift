public import Catalog
public import ProbeStream
public import SockDiag

/// One connection, or one listener, as far as it was seen.
public struct TraceStory: Sendable {
  /// Who began.
  public enum Side: String, Sendable {
    /// This side called connect().
    case called
    /// A listener of this side took it.
    case wasCalled
    /// A listener itself.
    case listener
    /// It was there before the trace began.
    case unknown
  }
  /// Its number, from 1, in order of appearance; nil until it is shown.
  public internal(set) var number: Int?
  /// The socket as inet_diag names it; 0 where the kernel gives none.
  public internal(set) var cookie: UInt64
  /// Both ends.
  public internal(set) var ends: TraceEnds
  /// Who began.
  public internal(set) var side: Side
  /// CLOCK_MONOTONIC when it began, nanoseconds; nil when that was before the trace.
  public internal(set) var opened: UInt64?
  /// CLOCK_MONOTONIC when it ended, nanoseconds; nil while it goes on.
  public internal(set) var ended: UInt64?
  /// How it ended.
  public internal(set) var end: TraceEnd?
  /// Why, in words; nil while it goes on.
  public internal(set) var endWords: Sentence?
  /// The state it is in.
  public internal(set) var state: TCPState
  /// Since when, CLOCK_MONOTONIC nanoseconds; nil when that was before the trace.
  public internal(set) var since: UInt64?
  /// States it left, with the nanoseconds spent there where both ends were seen.
  public internal(set) var spans: [(state: TCPState, nanoseconds: UInt64?)] = []
  /// Who closed first.
  public internal(set) var firstCloser: TraceCloser?
  /// The latest numbers of the connection.
  public internal(set) var numbers: ConnectionNumbers?
  /// Segments sent again, by what made the kernel do it.
  public internal(set) var retransmissions: [TraceTimer: Int] = [:]
  /// Who holds it, the one that was seen working on it first.
  public internal(set) var owners: [TraceProcess] = []
  /// uid of the socket.
  public internal(set) var uid: UInt32?
  /// Its file's inode, the last that was seen; 0 before accept().
  var inode: UInt32 = 0
  /// A program has it: it connected, or accept() was seen to have happened.
  public internal(set) var isAccepted: Bool
  /// The peer's FIN is among the bytes received.
  var hasPeerFIN = false
  var isIntroduced = false
  /// The owners are those of its listener, of which one accepted it.
  var areCandidates = false
  /// Another process, which destroyed it from outside (tcp_abort()); it holds nothing of it.
  var destroyer: TraceProcess?
  /// The peer called, as far as can be told.
  var isInbound: Bool
  /// What the trace last saw of a reset: when, and whether ours.
  var lastReset: (nanoseconds: UInt64, isOurs: Bool, reason: UInt32)?

  init(_ event: EventRecord, side: Side, opened: UInt64?) {
    cookie = event.cookie
    ends = TraceEnds(event)
    self.side = side
    self.opened = opened
    state = TCPState(rawValue: event.oldState)
    since = opened
    isAccepted = side == .called || event.inode != 0
    isInbound = side == .wasCalled
  }

  /// Payload sent, retransmissions not counted, bytes.
  public var bytesSent: UInt64 { numbers.map { $0.bytesSent &- min($0.bytesSent, $0.bytesRetransmitted) } ?? 0 }
  /// Payload received: the kernel counts the FIN as one.
  public var bytesReceived: UInt64 { numbers.map { $0.bytesReceived &- (hasPeerFIN && $0.bytesReceived > 0 ? 1 : 0) } ?? 0 }
  /// From its beginning to its end, or to a moment; nil when it is older than the trace.
  public func life(until now: UInt64) -> UInt64? { opened.map { (ended ?? now) &- min($0, ended ?? now) } }
}

/// Which connections are told of.
public struct TraceFilter: Sendable {
  /// A condition on both ends; nil takes all.
  public var matches: (@Sendable (InetSocket) -> Bool)?
  /// States: an event is told when the state before or after it is one of them; nil takes all.
  public var states: TCPStateSet?
  /// A process, by its name or its pid; nil takes all.
  public var process: String?
  /// Everything.
  public init() {}

  func wants(_ story: TraceStory, _ states: [TCPState], _ owners: [TraceProcess]) -> Bool {
    if let process, !owners.contains(where: { "\($0.pid)" == process || $0.name.description == process }) { return false }
    if let wanted = self.states, !states.contains(where: { wanted.has($0.rawValue) }) { return false }
    guard let matches else { return true }
    let ends = story.ends
    let form = InetSocket.packet(
      proto: ends.proto, local: ends.local, localPort: ends.localPort, peer: ends.peer, peerPort: ends.peerPort, state: story.state,
      cookie: story.cookie)
    return form.map(matches) ?? false
  }
}
