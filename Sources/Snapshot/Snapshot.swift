public import Catalog
public import ProcFS
public import SockDiag

/// When something was read.
public struct Moment: Sendable, Equatable {
  /// CLOCK_REALTIME, nanoseconds since 1970.
  public var realtimeNanoseconds: Int64
  /// CLOCK_MONOTONIC, nanoseconds.
  public var monotonicNanoseconds: Int64
  /// A moment on both clocks.
  public init(realtimeNanoseconds: Int64, monotonicNanoseconds: Int64) {
    self.realtimeNanoseconds = realtimeNanoseconds
    self.monotonicNanoseconds = monotonicNanoseconds
  }
}

/// A kernel version that can be compared.
public struct KernelVersion: Sendable, Comparable, CustomStringConvertible {
  /// uname -r as it is.
  public let release: String
  let parts: [Int]
  /// Reads `6.18.44-fc` as 6, 18, 44.
  public init(_ release: String) {
    self.release = release
    let numbers = release.prefix { $0.isNumber || $0 == "." }
    parts = numbers.split(separator: ".").prefix(3).compactMap { Int($0) }
  }
  /// Orders by major, minor, patch.
  public static func < (left: KernelVersion, right: KernelVersion) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
  /// Equal when the numbers are.
  public static func == (left: KernelVersion, right: KernelVersion) -> Bool { left.parts == right.parts }
  /// The release text.
  public var description: String { release }
}

/// Everything that was seen at one time in one network namespace, joined but not judged.
public struct Snapshot: Sendable {
  /// When the sockets were read.
  public var moment: Moment
  /// The running (or captured) kernel.
  public var kernel: KernelVersion
  /// All sockets of INET_DIAG: TCP, and UDP, UDP-Lite, raw where they were asked for.
  public var inet: InetIndex
  /// Unix sockets, where they were asked for.
  public var unix: [UnixSocket]
  /// Who holds them.
  public var owners: OwnerTable
  /// What only eBPF tells of TCP sockets, by cookie; empty without the side-car.
  public var internals: [UInt64: SocketInternals]
  /// Counters of this network namespace.
  public var counters: CounterSet
  /// /proc/net/sockstat and sockstat6: `TCP.orphan`, `TCP.tw`, `TCP.alloc`, `TCP.mem`, `sockets.used`.
  public var sockstat: CounterSet
  /// Settings of this network namespace.
  public var sysctls: SysctlSet
  /// Names of interfaces by index.
  public var interfaces: [UInt32: Name]
  /// User names by uid.
  public var users: [UInt32: Name]
  /// What could not be seen.
  public var gaps: [Gap]
  /// How the list was made.
  public var consistency: Consistency
  /// Clock ticks a second (CLK_TCK).
  public var ticksPerSecond: Int

  /// A snapshot of the sockets alone; the collector adds the rest.
  public init(moment: Moment, kernel: KernelVersion, inet: [InetSocket], consistency: Consistency) {
    self.moment = moment
    self.kernel = kernel
    self.inet = InetIndex(inet)
    self.consistency = consistency
    unix = []
    owners = OwnerTable()
    internals = [:]
    counters = CounterSet()
    sockstat = CounterSet()
    sysctls = SysctlSet()
    interfaces = [:]
    users = [:]
    gaps = []
    ticksPerSecond = 100
  }

  /// False when a gap hides something.
  public var isComplete: Bool { gaps.isEmpty }
}
