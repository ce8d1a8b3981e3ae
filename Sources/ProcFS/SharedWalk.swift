// Reading a descriptor's link costs microseconds in the kernel; two threads that take the next process in turn halve the wait.

/// The processes of one owner walk, handed out one by one.
final class SharedWalk: @unchecked Sendable {
  let processes: [Int32]
  let root: String
  let wanted: InodeSet?
  private let next = SharedCounter()

  init(_ processes: [Int32], root: String, wanted: InodeSet?) {
    self.processes = processes
    self.root = root
    self.wanted = wanted
  }

  /// Walks processes until none is left.
  func run(_ walk: inout OwnerWalk, into table: inout OwnerTable) {
    guard let proc = Descriptor.open(root, directoryFlags) else { return }
    while true {
      let index = next.take()
      guard index < processes.count else { return }
      walk.process(processes[index], of: proc, into: &table, nil)
    }
  }

  /// The second thread, with tables of its own; read again after `join`.
  final class Helper: @unchecked Sendable {
    let shared: SharedWalk
    var walk: OwnerWalk
    var table: OwnerTable
    private var thread: UInt?

    init(_ shared: SharedWalk) {
      self.shared = shared
      walk = OwnerWalk(wanted: shared.wanted)
      table = OwnerTable(expected: 1024)
    }

    func start() { thread = Self.launch(self) }

    /// Waits for the thread; walks here when none could be had.
    func join() {
      if let thread { Self.wait(thread) } else { shared.run(&walk, into: &table) }
    }
  }
}
