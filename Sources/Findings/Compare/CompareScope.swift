public import Catalog
internal import ProcFS
internal import Snapshot
public import SockDiag

/// Which sockets a comparison is about.
public struct CompareScope: Sendable {
  /// The filter's expression; its states are in `states`.
  public var filter: Filter
  /// States wanted, in TCP's numbers for every protocol.
  public var states: TCPStateSet
  /// Types of unix sockets wanted (SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_SEQPACKET 5); nil for all.
  public var unixTypes: Set<UInt8>?

  /// A scope.
  public init(filter: Filter = Filter(), states: TCPStateSet = FilterStates.everything, unixTypes: Set<UInt8>? = nil) {
    self.filter = filter
    self.states = states
    self.unixTypes = unixTypes
  }

  /// Whether a socket is meant: by what either side says of it, as its state may have changed between the two.
  public func wants(_ socket: ComparedSocket) -> Bool {
    if filter.expression == nil, states == FilterStates.everything, unixTypes == nil { return true }
    let shown = [socket.inet, socket.row.flatMap(Self.record)].compactMap { $0 }
    if !shown.isEmpty { return shown.contains { states.wants($0) && filter.matches($0) } }
    let ends = [socket.unix, socket.unixRow.map(Self.record)].compactMap { $0 }
    return ends.contains { unix in
      states.has(unix.state.rawValue) && unixTypes?.contains(unix.type) ?? true && filter.matches(unix)
    }
  }

  private static func record(_ row: TableRow) -> InetSocket? {
    try? InetSocket(diagPayload(row.row), proto: InetProtocol(rawValue: row.file.protocolNumber))
  }

  private static func record(_ row: ProcUnixRow) -> UnixSocket {
    var made = UnixSocket(
      type: UInt8(truncatingIfNeeded: row.type), state: row.tcpState, inode: UInt32(truncatingIfNeeded: row.inode), cookie: 0)
    // As netlink has it: an abstract name begins with NUL.
    made.path = row.path.map { name in name.bytes.first == UInt8(ascii: "@") ? Name([0] + name.bytes.dropFirst()) : name }
    return made
  }
}

extension TCPStateSet {
  /// A bound-inactive TCP socket is reported as CLOSE and asked for by a bit of its own.
  func wants(_ socket: InetSocket) -> Bool {
    if socket.proto == .tcp, socket.state == .close { return has(TCPState.boundInactive.rawValue) }
    return has(socket.state.rawValue)
  }
}
