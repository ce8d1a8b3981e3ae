internal import Catalog
internal import ProcFS
internal import Snapshot
internal import SockDiag

/// A later reading, ready to be asked for single sockets.
struct LookIndex {
  let reading: TableReading
  private var byCookie: [UInt64: Int] = [:]
  private var unixByCookie: [UInt64: Int] = [:]
  private var records: Chains<SocketKey>
  private var rows: Chains<SocketKey>
  private var recordEnds: Chains<SocketKey.Ends>
  private var rowEnds: Chains<SocketKey.Ends>
  private var rowInodes: Chains<Join.Inode>
  private var unixRecords: Chains<UInt64>
  private var unixRows: Chains<UInt64>

  init(_ reading: TableReading) {
    self.reading = reading
    records = Chains(reading.inet.count)
    recordEnds = Chains(reading.inet.count)
    for (place, record) in reading.inet.enumerated() {
      let key = SocketKey(record)
      records.add(key, place)
      if key.ends.isConnection { recordEnds.add(key.ends, place) }
      if record.cookie != 0 { byCookie[record.cookie] = place }
    }
    rows = Chains(reading.rows.count)
    rowEnds = Chains(reading.rows.count)
    rowInodes = Chains(reading.rows.count)
    for (place, row) in reading.rows.enumerated() {
      let key = SocketKey(row)
      rows.add(key, place)
      if key.inode != 0 { rowInodes.add(Join.Inode(proto: key.ends.proto, number: key.inode), place) }
      if key.ends.isConnection { rowEnds.add(key.ends, place) }
    }
    unixRecords = Chains(reading.unix.count)
    for (place, record) in reading.unix.enumerated() {
      unixRecords.add(UInt64(record.inode), place)
      if record.cookie != 0 { unixByCookie[record.cookie] = place }
    }
    unixRows = Chains(reading.unixRows.count)
    for (place, row) in reading.unixRows.enumerated() where row.inode != 0 { unixRows.add(row.inode, place) }
  }

  /// The same socket: cookies are not given twice.
  func same(_ record: InetSocket) -> InetSocket? { byCookie[record.cookie].map { reading.inet[$0] } }
  func same(_ record: UnixSocket) -> UnixSocket? { unixByCookie[record.cookie].map { reading.unix[$0] } }

  /// Whether netlink shows what a row speaks of.
  func hasRecord(of row: TableRow) -> Bool {
    let key = SocketKey(row)
    return !records[key].isEmpty || key.ends.isConnection && !recordEnds[key.ends].isEmpty
  }

  func hasRecord(of row: ProcUnixRow) -> Bool { !unixRecords[row.inode].isEmpty }

  /// The row of a record, by its key or as a connection by its ends.
  func row(of record: InetSocket) -> TableRow? {
    let key = SocketKey(record)
    let place = rows[key].first ?? (key.ends.isConnection ? rowEnds[key.ends].first : nil)
    return place.map { reading.rows[$0] }
  }

  /// The row of a socket's inode, whatever ends it claims; nil when several have it.
  func row(byInodeOf record: InetSocket) -> TableRow? {
    guard record.inode != 0 else { return nil }
    let found = rowInodes[Join.Inode(proto: record.proto.rawValue, number: UInt64(record.inode))]
    return found.count == 1 ? reading.rows[found[0]] : nil
  }

  func row(of record: UnixSocket) -> ProcUnixRow? {
    let found = unixRows[UInt64(record.inode)].map { reading.unixRows[$0] }
    return found.first { $0.path == UnixName(record.path).inProc } ?? found.first
  }

  /// Whether a row is still there. Its kernel address tells one mini-socket from the next with the same ends, where the kernel shows it.
  func keeps(_ row: TableRow) -> Bool {
    let key = SocketKey(row)
    let found = rows[key] + (key.ends.isConnection ? rowEnds[key.ends] : [])
    return found.contains { place in
      let other = reading.rows[place].row.pointer
      return other == row.row.pointer || other == 0 || row.row.pointer == 0
    }
  }

  func keeps(_ row: ProcUnixRow) -> Bool { !unixRows[row.inode].isEmpty }
}

extension ComparedSocket {
  /// Holds a later reading against what is open.
  mutating func settle(_ index: LookIndex, _ clock: TickClock) {
    // A source that has ceased to answer settles nothing, and proves nothing.
    guard index.reading.hasBoth(table) else {
      for place in differences.indices where differences[place].isOpen { differences[place].settle(ComparePhrase.lost.say(), .unavailable) }
      return
    }
    if isInNetlink && isInProc {
      settleFields(index, clock)
      return
    }
    let isBack: Bool, isThere: Bool
    if let inet {
      let now = index.same(inet)
      isBack = index.row(of: now ?? inet) != nil
      isThere = now != nil
    } else if let unix {
      isBack = index.row(of: unix) != nil
      isThere = index.same(unix) != nil
    } else if let row {
      isBack = index.hasRecord(of: row)
      isThere = index.keeps(row)
    } else if let unixRow {
      isBack = index.hasRecord(of: unixRow)
      isThere = index.keeps(unixRow)
    } else {
      return
    }
    let sides: [ComparePhrase] = isInNetlink ? [.netlink, .proc] : [.proc, .netlink]
    if isBack {
      close(.came, sides)
    } else if !isThere {
      close(.went, sides)
    }
  }

  private mutating func close(_ phrase: ComparePhrase, _ sides: [ComparePhrase]) {
    let reason =
      phrase == .came
      ? phrase.say(["present": sides[0].rawValue]) : phrase.say(["present": sides[0].rawValue, "absent": sides[1].rawValue])
    for place in differences.indices where differences[place].isOpen { differences[place].settle(reason) }
  }

  /// A value that moved is a value that moves: only what stands still on both sides, and differs, stays open.
  private mutating func settleFields(_ index: LookIndex, _ clock: TickClock) {
    var later: [Difference]?
    if let inet, let now = index.same(inet), let row = index.row(of: now) ?? index.row(byInodeOf: now) {
      later = NetstatComparison.fields(now, row, clock)
    }
    if let unix, let now = index.same(unix), let row = index.row(of: now) { later = NetstatComparison.fields(now, row) }
    for place in differences.indices where differences[place].isOpen {
      let first = differences[place]
      let again = later?.first { $0.field == first.field && $0.isOpen }
      if again == nil || again?.netlink != first.netlink || again?.proc != first.proc {
        differences[place].settle(ComparePhrase.moved.say())
      }
    }
  }

  /// No look could settle it.
  mutating func giveUp(looks: Int) {
    for place in differences.indices where differences[place].isOpen {
      differences[place].isOpen = false
      // A queue that fills and empties all the time may show the same two numbers in every look.
      if differences[place].field == .receiveQueue || differences[place].field == .sendQueue {
        differences[place].settle(ComparePhrase.restless.say(["looks": looks]))
        continue
      }
      differences[place].reason = verdict(differences[place].field, looks)
    }
  }

  private func verdict(_ field: ComparedField, _ looks: Int) -> Sentence {
    guard field == .row else { return ComparePhrase.stable.say(["looks": looks]) }
    let path = table.path
    if inet != nil { return ComparePhrase.hiddenFromProc.say(["looks": looks, "path": path]) }
    if row != nil { return ComparePhrase.hiddenFromNetlink.say(["looks": looks, "path": path]) }
    if unix != nil { return ComparePhrase.hiddenUnixFromProc.say(["looks": looks, "path": path]) }
    return ComparePhrase.hiddenUnixFromNetlink.say(["looks": looks, "path": path])
  }
}

extension Difference {
  mutating func settle(_ sentence: Sentence, _ verdict: DifferenceClass = .racing) {
    isOpen = false
    kind = verdict
    reason = sentence
  }
}
