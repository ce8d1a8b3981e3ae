/// A set of socket inode numbers, for asking "is this one wanted?" a million times: open addressing over plain words, 8 to 16 bytes a member.
public struct InodeSet: Sendable {
  /// 0 marks a free slot: no socket has inode 0 (sock_i_ino() of a socket without a file).
  var slots: [UInt32]
  /// Number of members.
  public private(set) var count = 0

  /// A set for about `expected` members; it grows when there are more.
  public init(expected: Int = 16) {
    var size = 32
    while size < expected * 2 { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
  }

  /// A set of these members.
  public init(_ inodes: some Sequence<UInt32>) {
    self.init(expected: inodes.underestimatedCount)
    for inode in inodes { insert(inode) }
  }

  @inline(__always)
  static func place(_ inode: UInt32, _ slots: Int) -> Int {
    // The high half of the product: neighbours, as the kernel hands inodes out, spread over the table.
    Int(truncatingIfNeeded: (UInt64(inode) &* 0x9E37_79B9_7F4A_7C15) >> 32) & (slots &- 1)
  }

  /// Adds an inode; 0 is ignored, it is no inode.
  public mutating func insert(_ inode: UInt32) {
    guard inode != 0 else { return }
    if (count + 1) * 2 > slots.count {
      let old = slots
      slots = [UInt32](repeating: 0, count: old.count * 2)
      for member in old where member != 0 { put(member) }
    }
    if put(inode) { count += 1 }
  }

  @discardableResult
  private mutating func put(_ inode: UInt32) -> Bool {
    var place = Self.place(inode, slots.count)
    while slots[place] != 0 {
      if slots[place] == inode { return false }
      place = (place + 1) & (slots.count - 1)
    }
    slots[place] = inode
    return true
  }

  /// Whether an inode is a member.
  @inline(__always)
  public func contains(_ inode: UInt32) -> Bool {
    guard inode != 0 else { return false }
    var place = Self.place(inode, slots.count)
    while slots[place] != 0 {
      if slots[place] == inode { return true }
      place = (place &+ 1) & (slots.count &- 1)
    }
    return false
  }
}
