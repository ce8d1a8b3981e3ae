public import ProcFS

/// What the audit looks at beside two snapshots: the same settings elsewhere, and what will become of them.
public struct AuditReading: Sendable {
  /// The later snapshot: all sockets, counters, settings.
  public var now: Snapshot
  /// The earlier one: some sockets, and the counters whole.
  public var before: Snapshot
  /// What this kernel sets in a network namespace that was just made; nil when none could be made.
  public var fresh: SysctlSet?
  /// errno of making it.
  public var freshFailure: Int32 = 0
  /// Settings of the initial namespace when this is another one and it can be entered.
  public var host: SysctlSet?
  /// This is not the initial network namespace: the settings of the whole machine are absent here.
  public var isChild = false
  /// errno of the settings that could not be read.
  public var failures: [String: Int32] = [:]
  /// What sysctl.d will write at the next boot.
  public var boot = BootSettings()
  /// Two snapshots; the collector adds the rest.
  public init(now: Snapshot, before: Snapshot) {
    self.now = now
    self.before = before
  }
}
