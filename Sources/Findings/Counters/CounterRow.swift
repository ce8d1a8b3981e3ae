public import Catalog

/// What happened to a counter between two readings.
public enum CounterChange: Sendable, Equatable {
  /// It was read once, or one of the readings lacks it.
  case none
  /// Events counted in between.
  case rose(UInt64)
  /// A level that went up or down.
  case moved(Int64)
  /// It is lower than before and did not wrap: it counts from zero again, so there is no difference to tell.
  case restarted

  /// Whether there is something to show.
  public var isChange: Bool {
    switch self {
    case .none: false
    case .rose(let delta): delta != 0
    case .moved(let delta): delta != 0
    case .restarted: true
    }
  }
}

/// Why a row has no value.
public enum CounterAbsence: Sendable, Equatable {
  /// The catalog knows it, and this kernel's file does not have it.
  case notInKernel
  /// Its file could not be read.
  case unread
  /// Its file exists only with IPv6.
  case noIPv6
}

/// One counter as it was read, with what is known of it.
public struct CounterRow: Sendable {
  /// `TcpExt`.
  public let group: String
  /// `ListenOverflows`.
  public let name: String
  /// The file it stands in.
  public let file: CounterFacts.File
  /// What the catalog knows; nil for a counter of a newer kernel.
  public let entry: Entry?
  /// The number, in the entry's unit; nil when there is none (see `absence`, `isUnlimited`).
  public let value: UInt64?
  /// The same at the first of two readings.
  public let before: UInt64?
  /// What happened in between.
  public let change: CounterChange
  /// Why there is no value.
  public let absence: CounterAbsence?
  /// The file says -1: no limit.
  public let isUnlimited: Bool
  /// Of softnet_stat: the processor with the largest share of the change, or of the total when read once.
  public let worst: Share?

  /// One processor's part of a sum.
  public struct Share: Sendable, Equatable {
    /// Its number, as the kernel counts processors.
    public let processor: UInt32
    /// Its part.
    public let count: UInt64
  }

  /// `TcpExt.ListenOverflows`.
  public var key: String { group + "." + name }
  /// How it moves; nil when the catalog does not know.
  public var kind: CounterFacts.Kind? { entry?.counter?.kind }
  /// Whose events it counts; nil when the catalog does not know.
  public var scope: CounterFacts.Scope? { entry?.counter?.scope ?? (file == .softnet ? .processor : nil) }
  /// Whether the number is one and not 0.
  public var isNonzero: Bool { value ?? 0 != 0 || isUnlimited }

  /// Events per second, in thousandths; nil for what is no count of events, and without a time to divide by.
  public func thousandthsPerSecond(over nanoseconds: Int64?) -> UInt64? {
    guard case .rose(let delta) = change, let nanoseconds, nanoseconds >= 1_000_000 else { return nil }
    return UInt64(min((Double(delta) * 1e12 / Double(nanoseconds)).rounded(), 1e18))
  }
}
