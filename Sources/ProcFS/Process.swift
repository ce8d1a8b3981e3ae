public import Catalog

/// What holds a socket open: one descriptor of one process.
public struct Owner: Hashable, Sendable {
  /// Process id, as this /proc shows it.
  public let pid: Int32
  /// The descriptor's number in that process.
  public let fd: Int32
  /// A descriptor of a process.
  public init(pid: Int32, fd: Int32) {
    self.pid = pid
    self.fd = fd
  }
}

/// One thread of a process and what it waits for; nil where this user may not read it.
public struct ThreadRecord: Sendable, Equatable {
  /// Thread id.
  public var tid: Int32
  /// The thread's own name.
  public var name: Name
  /// State letter of /proc/PID/task/TID/stat: R, S, D, T, t, Z, I.
  public var state: UInt8
  /// /proc/PID/task/TID/wchan: the kernel function it sleeps in; nil when unreadable or "0".
  public var waitChannel: String?
  /// System call name (or `syscall 999`) from /proc/PID/task/TID/syscall; "running" when it is on a processor, "none" when it sleeps in no
  /// call (a page fault); nil when unreadable.
  public var systemCall: String?
  /// The descriptor that call was given as its first argument (`accept4`, `read`, `epoll_wait`, …); nil when it takes none.
  public var systemCallDescriptor: Int32?
  /// A thread of a process.
  public init(
    tid: Int32, name: Name, state: UInt8, waitChannel: String? = nil, systemCall: String? = nil, systemCallDescriptor: Int32? = nil
  ) {
    self.tid = tid
    self.name = name
    self.state = state
    self.waitChannel = waitChannel
    self.systemCall = systemCall
    self.systemCallDescriptor = systemCallDescriptor
  }
}

/// A process as /proc shows it. The plain part is read for every owner, `detail` only where a card needs it.
public struct ProcessRecord: Sendable, Equatable {
  /// Process id.
  public var pid: Int32
  /// Field 22 of /proc/PID/stat, in clock ticks since boot; the same before and after the descriptor walk.
  public var startTicks: UInt64
  /// /proc/PID/comm.
  public var name: Name
  /// Effective uid (owner of /proc/PID).
  public var uid: UInt32
  /// The user's name from /etc/passwd; nil when there is none.
  public var userName: Name?
  /// The cgroup v2 path (`0::` line of /proc/PID/cgroup), or the longest v1 path.
  public var cgroup: Name?
  /// The systemd unit in the cgroup's path: `app.service`, `session-3.scope`.
  public var unit: String?
  /// The container id in the cgroup's path, first 12 hex digits.
  public var container: String?
  /// What is read only for a card.
  public var detail: ProcessDetail?
  /// A process with its identity.
  public init(pid: Int32, startTicks: UInt64, name: Name, uid: UInt32) {
    self.pid = pid
    self.startTicks = startTicks
    self.name = name
    self.uid = uid
  }
}

/// The second look at a process: why it may not be serving its sockets.
public struct ProcessDetail: Sendable, Equatable {
  /// State letter of the main thread: R, S, D, T, t, Z.
  public var state: UInt8
  /// All threads, at most 64.
  public var threads: [ThreadRecord]
  /// Number of threads the process has.
  public var threadCount: Int
  /// Open descriptors; nil when /proc/PID/fd is unreadable.
  public var openDescriptors: Int?
  /// RLIMIT_NOFILE soft limit; nil when unreadable or unlimited.
  public var descriptorLimit: UInt64?
  /// cgroup.freeze / frozen in cgroup.events; nil when unreadable.
  public var cgroupFrozen: Bool?
  /// nr_throttled of cpu.stat, of the group or the ancestor that was braked most; nil when unreadable.
  public var throttledPeriods: UInt64?
  /// throttled_usec of cpu.stat, in microseconds.
  public var throttledMicroseconds: UInt64?
  /// A detail of the main thread's state.
  public init(state: UInt8, threads: [ThreadRecord], threadCount: Int) {
    self.state = state
    self.threads = threads
    self.threadCount = threadCount
  }
}
