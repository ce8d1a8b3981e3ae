internal import Catalog
internal import ProcFS
internal import Snapshot
internal import SockDiag

/// The join of one reading: by ends and inode, then by the ends of a connection whose inode changed, then by an inode whose ends did.
enum Join {
  static func sockets(of reading: TableReading) -> [ComparedSocket] { inet(reading) + unix(reading) }

  private static func inet(_ reading: TableReading) -> [ComparedSocket] {
    var partner = [Int32](repeating: -1, count: reading.inet.count)
    var isTaken = [Bool](repeating: false, count: reading.rows.count)
    let recordKeys = reading.inet.map(SocketKey.init), rowKeys = reading.rows.map(SocketKey.init)
    func take(_ record: Int, _ row: Int) {
      partner[record] = Int32(row)
      isTaken[row] = true
    }
    // Rows of one key, chained: duplicates are rare and must not cost an array each.
    var rows = Chains<SocketKey>(rowKeys.count)
    for (place, key) in rowKeys.enumerated() { rows.add(key, place) }
    for (place, key) in recordKeys.enumerated() {
      let free = rows[key].filter { !isTaken[$0] }
      // Of several with one key the one in the same state and family.
      let best = free.first { alike(reading.inet[place], reading.rows[$0]) } ?? free.first
      if let best { take(place, best) }
    }
    var ends = Chains<SocketKey.Ends>(16), inodes = Chains<Inode>(16)
    for (place, key) in rowKeys.enumerated() where !isTaken[place] {
      if key.ends.isConnection { ends.add(key.ends, place) }
      if key.inode != 0 { inodes.add(Inode(proto: key.ends.proto, number: key.inode), place) }
    }
    for (place, key) in recordKeys.enumerated() where partner[place] < 0 {
      if key.ends.isConnection, let row = ends[key.ends].first(where: { !isTaken[$0] }) {
        take(place, row)
      } else if key.inode != 0 {
        // One socket that was bound or connected in between; several with one inode are MPTCP's subflows, which are not mixed up.
        let same = inodes[Inode(proto: key.ends.proto, number: key.inode)].filter { !isTaken[$0] }
        if same.count == 1, let row = same.first { take(place, row) }
      }
    }
    var out: [ComparedSocket] = []
    out.reserveCapacity(reading.inet.count)
    for (place, record) in reading.inet.enumerated() {
      out.append(ComparedSocket(inet: record, row: partner[place] < 0 ? nil : reading.rows[Int(partner[place])]))
    }
    for (place, row) in reading.rows.enumerated() where !isTaken[place] { out.append(ComparedSocket(row: row)) }
    return out
  }

  private static func alike(_ record: InetSocket, _ row: TableRow) -> Bool {
    record.state.rawValue == row.row.state && record.isIPv6 == row.row.isIPv6
  }

  struct Inode: Hashable {
    let proto: UInt16
    let number: UInt64
  }

  /// Unix sockets have their inode for a name. A row that a name forged may carry another socket's: the path tells them apart.
  private static func unix(_ reading: TableReading) -> [ComparedSocket] {
    var isTaken = [Bool](repeating: false, count: reading.unixRows.count)
    var rows = Chains<UInt64>(reading.unixRows.count)
    for (place, row) in reading.unixRows.enumerated() where row.inode != 0 { rows.add(row.inode, place) }
    var out: [ComparedSocket] = []
    for record in reading.unix {
      let free = rows[UInt64(record.inode)].filter { !isTaken[$0] }
      let best = free.first { reading.unixRows[$0].path == UnixName(record.path).inProc } ?? free.first
      if let best { isTaken[best] = true }
      out.append(ComparedSocket(unix: record, unixRow: best.map { reading.unixRows[$0] }))
    }
    for (place, row) in reading.unixRows.enumerated() where !isTaken[place] { out.append(ComparedSocket(unixRow: row)) }
    return out
  }
}

/// Places by key, in the order they were added, without an array for each key.
struct Chains<Key: Hashable> {
  private var ends: [Key: (first: Int32, last: Int32)] = [:]
  private var next: [Int32: Int32] = [:]

  init(_ expected: Int) { ends.reserveCapacity(expected) }

  mutating func add(_ key: Key, _ place: Int) {
    if let known = ends[key] {
      next[known.last] = Int32(place)
      ends[key] = (known.first, Int32(place))
    } else {
      ends[key] = (Int32(place), Int32(place))
    }
  }

  subscript(key: Key) -> [Int] {
    guard let known = ends[key] else { return [] }
    var places = [Int(known.first)]
    var at = known.first
    while at != known.last, let following = next[at] {
      places.append(Int(following))
      at = following
    }
    return places
  }
}
