public import ProcFS
public import SockDiag

/// A table of sockets that netlink and /proc/net both have.
public enum PairedTable: Hashable, Sendable {
  /// One of the internet tables, of one family.
  case inet(ProcInetFile)
  /// Unix sockets.
  case unix

  /// All of them, in the order they are read.
  public static let all = ProcInetFile.allCases.map(PairedTable.inet) + [.unix]

  /// `/proc/net/tcp6`, `/proc/net/unix`
  public var path: String {
    switch self {
    case .inet(let file): file.path
    case .unix: "/proc/net/unix"
    }
  }

  /// The word netstat prints in front of its rows: `tcp6`, `udpl`, `unix`.
  public var netstatName: String {
    switch self {
    case .inet(.udplite): "udpl"
    case .inet(.udplite6): "udpl6"
    case .inet(let file): file.rawValue
    case .unix: "unix"
    }
  }
}

/// A row of /proc/net and the table it stood in.
public struct TableRow: Sendable {
  /// The table.
  public let file: ProcInetFile
  /// Its columns.
  public let row: ProcInetRow

  /// A row of a table.
  public init(_ row: ProcInetRow, in file: ProcInetFile) {
    self.file = file
    self.row = row
  }

  /// The local address as netlink would carry it.
  public var localAddress: IPAddress { IPAddress(high: row.local.high, low: row.local.low, isIPv6: row.isIPv6) }
  /// The peer's address as netlink would carry it.
  public var peerAddress: IPAddress { IPAddress(high: row.peer.high, low: row.peer.low, isIPv6: row.isIPv6) }
}

/// One look at both sources: netlink's tables, and /proc/net's right after them.
public struct TableReading: Sendable {
  /// Nanoseconds (CLOCK_MONOTONIC) from the first question to the last file; 0 where that is not known.
  public var nanoseconds: Int64 = 0
  /// Internet sockets by netlink.
  public var inet: [InetSocket] = []
  /// Internet sockets by /proc/net.
  public var rows: [TableRow] = []
  /// Unix sockets by netlink.
  public var unix: [UnixSocket] = []
  /// Unix sockets by /proc/net/unix.
  public var unixRows: [ProcUnixRow] = []
  /// What netlink would not answer, with its error as one line.
  public var refused: [PairedTable: String] = [:]
  /// Of these the ones whose answer a capture lacks, which the replay says by itself.
  public var uncaptured: Set<PairedTable> = []
  /// Tables of /proc/net that could not be read, with errno.
  public var unreadable: [PairedTable: Int32] = [:]

  /// A reading of nothing.
  public init() {}

  /// Whether both sources answered for a table.
  public func hasBoth(_ table: PairedTable) -> Bool { refused[table] == nil && unreadable[table] == nil }
}
