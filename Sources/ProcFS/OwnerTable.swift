/// Who holds which socket: inode → descriptors. Sized to the data; several owners an inode are all kept.
public struct OwnerTable: Sendable {
  struct Row: Sendable {
    var inode: UInt32
    var next: Int32
    var owner: Owner
  }
  var slots: [Int32]
  var rows: [Row]
  /// The processes that appear in it, by pid.
  public var processes: [Int32: ProcessRecord]

  /// A table for about `expected` descriptors; it grows when there are more.
  public init(expected: Int = 16) {
    var size = 16
    while size < expected * 2 { size *= 2 }
    slots = [Int32](repeating: -1, count: size)
    rows = []
    rows.reserveCapacity(expected)
    processes = [:]
  }

  /// Number of descriptors in the table.
  public var count: Int { rows.count }

  func slot(_ inode: UInt32) -> Int {
    InodeSet.place(inode, slots.count)
  }

  /// Adds one descriptor of an inode.
  public mutating func add(inode: UInt32, owner: Owner) {
    if rows.count * 2 >= slots.count { grow() }
    let place = slot(inode)
    rows.append(Row(inode: inode, next: slots[place], owner: owner))
    slots[place] = Int32(rows.count - 1)
  }

  mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for index in rows.indices {
      let place = slot(rows[index].inode)
      rows[index].next = slots[place]
      slots[place] = Int32(index)
    }
  }

  /// All owners of an inode, lowest pid and fd first; empty when none is known.
  public subscript(inode: UInt32) -> [Owner] {
    var found: [Owner] = []
    owners(of: inode, into: &found)
    return found
  }

  /// The same into an array that is reused, for a list that asks once a row.
  public func owners(of inode: UInt32, into found: inout [Owner]) {
    found.removeAll(keepingCapacity: true)
    guard inode != 0 else { return }
    var index = slots[slot(inode)]
    while index >= 0 {
      if rows[Int(index)].inode == inode { found.append(rows[Int(index)].owner) }
      index = rows[Int(index)].next
    }
    if found.count > 1 { found.sort { ($0.pid, $0.fd) < ($1.pid, $1.fd) } }
  }

  /// Adds all rows and processes of another table.
  mutating func add(_ other: OwnerTable) {
    for row in other.rows { add(inode: row.inode, owner: row.owner) }
    processes.merge(other.processes) { first, _ in first }
  }

  /// Every row, in no order: inode and owner.
  public var all: [(inode: UInt32, owner: Owner)] { rows.map { ($0.inode, $0.owner) } }

  /// Drops what a predicate refuses (owners whose process changed during the walk).
  public mutating func keep(_ isKept: (Owner) -> Bool) {
    let kept = rows.filter { isKept($0.owner) }
    var table = OwnerTable(expected: kept.count)
    for row in kept { table.add(inode: row.inode, owner: row.owner) }
    table.processes = processes
    self = table
  }
}
