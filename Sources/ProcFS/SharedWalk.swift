// Reading a descriptor's link costs microseconds in the kernel. Two threads list the same processes and each reads half of the links: the split
// is by descriptor, because one server may hold nearly all of them.

/// The second half of an owner walk, with tables of its own; read again after `join`.
final class HalfOwnerWalk: @unchecked Sendable {
  private let processes: [Int32]
  private let root: String
  private(set) var walk: OwnerWalk
  private(set) var table = OwnerTable(expected: 1024)
  private var thread: UInt?

  init(_ processes: [Int32], root: String, wanted: InodeSet?) {
    self.processes = processes
    self.root = root
    walk = OwnerWalk(wanted: wanted)
    walk.isOdd = true
  }

  /// Begins on a thread of its own; false when none can be had.
  func start() -> Bool {
    thread = Self.launch(self)
    return thread != nil
  }

  /// Waits for the thread.
  func join() {
    if let thread { Self.wait(thread) }
  }

  /// Walks every process on the calling thread.
  func run() {
    guard let proc = Descriptor.open(root, directoryFlags) else { return }
    for pid in processes { walk.process(pid, of: proc, into: &table, nil) }
  }
}
