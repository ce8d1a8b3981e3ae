public import Catalog
public import Netlink
public import ProcFS
public import Snapshot

/// What is neither a file nor a netlink reply: time, identity, names by system call, the owner walk. Injected, so that captures replay.
public protocol Host: AnyObject {
  /// Both clocks, now.
  func moment() -> Moment
  /// uname -r.
  var kernelRelease: String { get }
  /// CLK_TCK.
  var ticksPerSecond: Int { get }
  /// The effective user.
  var effectiveUID: UInt32 { get }
  /// Interface names by index, in this network namespace.
  func interfaceNames() -> [UInt32: Name]
  /// Paths of the cgroups by id, for INET_DIAG_CGROUP_ID; empty where cgroup2 is not mounted.
  func cgroupPaths() -> [UInt64: Name]
  /// Waits between two readings.
  func wait(milliseconds: Int)
  /// Whether another reading can tell anything new: a replay has only so many.
  var hasAnotherReading: Bool { get }
  /// Who holds which of the wanted sockets (all when nil).
  func walkOwners(wanted: InodeSet?, into table: inout OwnerTable) -> OwnerWalkResult
  /// Settings as another network namespace has them.
  func settings(_ names: [String], in place: NamespacePlace) -> NamespaceSettings
}

extension Host {
  /// The living machine always has.
  public var hasAnotherReading: Bool { true }
}

/// A network namespace other than the caller's.
public enum NamespacePlace: UInt32, Sendable {
  /// One that is made for the question and gone after it: what this kernel sets by default.
  case fresh = 0
  /// That of process 1.
  case initial = 1
}

/// Settings of another network namespace.
public struct NamespaceSettings: Sendable, Equatable {
  /// What could be read there.
  public var values = SysctlSet()
  /// errno of getting there; 0 when it worked.
  public var failure: Int32 = 0
  /// It is the caller's own.
  public var isSame = false

  /// Nothing yet.
  public init() {}
}

/// Everything a collection reads from.
public struct Sources {
  /// sock_diag; nil when the socket could not be opened.
  public var diag: (any DiagSource)?
  /// Why `diag` is nil.
  public var diagFailure: NetlinkError?
  /// /proc and /sys.
  public var files: any FileSource
  /// Clocks, names, owners.
  public var host: any Host
  /// The side-car's eBPF programs; nil when nobody may start them.
  public var probe: (any ProbeSource)?
  /// True when everything comes from a capture: nothing is waited for, gaps of the recording machine stay.
  public var isReplay = false
  /// What a replay answers from.
  var capture: Capture?
  /// Where a recording goes.
  var writer: CaptureWriter?

  /// Sources of any kind.
  public init(diag: (any DiagSource)?, diagFailure: NetlinkError?, files: any FileSource, host: any Host) {
    self.diag = diag
    self.diagFailure = diagFailure
    self.files = files
    self.host = host
  }

  /// This machine, in the network namespace of the calling process.
  ///
  /// - Parameter withDiag: false to count sockets without one of our own among them; `openDiag` opens it later.
  public static func live(withDiag: Bool = true) -> Sources {
    let files = LiveFiles()
    let host = LiveHost(files: files)
    var sources = Sources(diag: nil, diagFailure: nil, files: files, host: host)
    sources.probe = LiveProbe()
    if withDiag { sources.openDiag() }
    return sources
  }

  /// Opens sock_diag, where it is not open yet and nothing else stands for it.
  public mutating func openDiag() {
    guard !isReplay, diag == nil, diagFailure == nil else { return }
    do { diag = try LiveDiag() } catch { diagFailure = error }
  }
}
