internal import Catalog
public import ProcFS
public import Snapshot
public import SockDiag

/// netlink beside /proc/net: joined, each difference with a class. Pure; further looks at the sources settle what the first leaves open.
public struct NetstatComparison: Sendable {
  /// Every socket of either side, netlink's order first.
  public private(set) var sockets: [ComparedSocket] = []
  /// How often both sources were read.
  public private(set) var looks = 1
  let clock: TickClock

  /// Joins the two sides of one reading and classifies what differs.
  ///
  /// - Parameters:
  ///   - ticksPerSecond: CLK_TCK, the unit of /proc's times.
  ///   - isWanted: which sockets are compared; all are joined.
  public init(_ reading: TableReading, ticksPerSecond: Int, isWanted: (ComparedSocket) -> Bool = { _ in true }) {
    // An old capture does not say how long the reading took.
    let elapsed = reading.nanoseconds > 0 ? Int(reading.nanoseconds / 1_000_000) : 2000
    clock = TickClock(milliseconds: 1000 / max(1, ticksPerSecond), elapsed: elapsed)
    for socket in Join.sockets(of: reading) where isWanted(socket) {
      var socket = socket
      socket.differences = Self.differences(of: socket, reading, clock)
      sockets.append(socket)
    }
    Self.explainForged(&sockets, reading)
  }

  /// Whether another look could tell more.
  public var isOpen: Bool { sockets.contains(where: \.isOpen) }
  /// Sockets that only netlink has shown so far.
  public var openRecords: [InetSocket] { sockets.lazy.filter { $0.isOpen && $0.row == nil }.compactMap(\.inet) }
  /// Rows that only /proc has shown so far.
  public var openRows: [TableRow] { sockets.lazy.filter { $0.isOpen && $0.inet == nil }.compactMap(\.row) }
  /// Inodes of unix sockets that only one side has shown so far.
  public var openUnixInodes: [UInt32] {
    sockets.lazy.filter { $0.isOpen && $0.table == .unix && $0.isInNetlink != $0.isInProc }.map(\.inode)
  }

  /// Settles what another reading can settle.
  public mutating func look(_ again: TableReading) {
    looks += 1
    let index = LookIndex(again)
    for place in sockets.indices where sockets[place].isOpen { sockets[place].settle(index, clock) }
  }

  /// What is still open is suspicious: says how long it was looked for.
  public mutating func finish() {
    for place in sockets.indices where sockets[place].isOpen { sockets[place].giveUp(looks: looks) }
  }

  static func differences(of socket: ComparedSocket, _ reading: TableReading, _ clock: TickClock) -> [Difference] {
    if let inet = socket.inet, let row = socket.row { return fields(inet, row, clock) }
    if let unix = socket.unix, let row = socket.unixRow { return fields(unix, row) }
    return [oneSided(socket, reading)]
  }

  /// A socket that one side lacks.
  private static func oneSided(_ socket: ComparedSocket, _ reading: TableReading) -> Difference {
    let netlink = socket.isInNetlink ? ComparePhrase.netlink.rawValue : nil
    let proc = socket.isInProc ? ComparePhrase.proc.rawValue : nil
    func closed(_ kind: DifferenceClass, _ reason: Sentence) -> Difference { Difference(.row, netlink, proc, kind, reason) }
    if socket.isInProc, let error = reading.refused[socket.table] {
      return closed(.unavailable, ComparePhrase.refused.say(["error": error]))
    }
    if socket.isInNetlink, reading.unreadable[socket.table] != nil {
      return closed(.unavailable, ComparePhrase.unreadable.say(["path": socket.table.path]))
    }
    if let inet = socket.inet, inet.proto == .tcp, inet.state == .close { return closed(.expected, ComparePhrase.bound.say()) }
    if let row = socket.unixRow, row.inode == 0 { return closed(.expected, ComparePhrase.unixNoInode.say()) }
    return .open(.row, netlink, proc)
  }

  /// A line break in a name lets its owner write rows of his own into /proc/net/unix.
  private static func explainForged(_ sockets: inout [ComparedSocket], _ reading: TableReading) {
    var forged: Set<ProcUnixRow> = []
    for unix in reading.unix {
      guard let bytes = unix.path?.bytes, let end = bytes.firstIndex(of: 10) else { continue }
      let rest = bytes[(end + 1)...].map { $0 == 0 ? UInt8(ascii: "@") : $0 }
      forged.formUnion(parseUnixTable(rest + [10]).rows)
    }
    guard !forged.isEmpty else { return }
    for place in sockets.indices where sockets[place].unix == nil {
      guard let row = sockets[place].unixRow, forged.contains(row) else { continue }
      sockets[place].differences = [
        Difference(.row, nil, ComparePhrase.proc.rawValue, .expected, ComparePhrase.unixForged.say())
      ]
    }
  }

  /// Adds what ss -p and netstat -p tell differently: sockets of several processes.
  public mutating func addOwners(_ owners: OwnerTable) {
    var found: [Owner] = []
    for place in sockets.indices where sockets[place].isInNetlink && sockets[place].isInProc {
      owners.owners(of: sockets[place].inode, into: &found)
      guard let first = found.first, found.contains(where: { $0.pid != first.pid }) else { continue }
      var pids = found.map(\.pid)
      pids = pids.indices.filter { $0 == 0 || pids[$0] != pids[$0 - 1] }.map { pids[$0] }
      sockets[place].differences.append(
        Difference(
          .owner, pids.map(String.init).joined(separator: " "), String(first.pid), .expected,
          ComparePhrase.owners.say(["count": pids.count])))
    }
  }

  /// How the sockets divide among the classes.
  public var tally: CompareTally {
    var tally = CompareTally()
    for socket in sockets {
      switch socket.kind {
      case nil: tally.equal += 1
      case .expected: tally.explained += 1
      case .racing: tally.racing += 1
      case .suspicious: tally.suspicious += 1
      case .unavailable: tally.unavailable += 1
      }
    }
    return tally
  }
}

/// How many sockets are of which class; a socket counts by the worst of its differences.
public struct CompareTally: Equatable, Sendable {
  /// The same on both sides.
  public var equal = 0
  /// Different as they are meant to be.
  public var explained = 0
  /// Changed between the readings.
  public var racing = 0
  /// Different without a known cause.
  public var suspicious = 0
  /// On one side only, because the other could not be asked.
  public var unavailable = 0
  /// All that could be compared.
  public var compared: Int { equal + explained + racing + suspicious }
}
