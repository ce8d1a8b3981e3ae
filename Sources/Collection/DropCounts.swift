public import ProbeStream

/// What a side-car had counted at a moment, so that a window can begin later than its programs did.
public struct DropCounts: Sendable {
  private var rows: [UInt32: UInt64] = [:]
  private var totals = ProbeTotals()

  /// Nothing was counted.
  public init() {}

  /// The rows of the drop table and the totals as they stood.
  public init(_ rows: some Sequence<DropRecord>, _ totals: ProbeTotals) {
    self.totals = totals
    // Rows are read a moment before the totals, while drops go on: what is in no row yet belongs to the time after.
    self.totals.drops = totals.dropsLost
    for row in rows {
      self.rows[row.id] = row.count
      if row.source == .kfree { self.totals.drops += row.count }
    }
  }

  /// The moment, CLOCK_MONOTONIC nanoseconds; 0 for nothing counted.
  public var nanoseconds: UInt64 { totals.monotonicNanoseconds }

  /// What a row counted since; nil for nothing.
  public func since(_ row: DropRecord) -> DropRecord? {
    var row = row
    row.count -= min(row.count, rows[row.id] ?? 0)
    return row.count > 0 ? row : nil
  }

  /// What was counted since. Events that were lost stay: their gap names all of them.
  public func since(_ later: ProbeTotals) -> ProbeTotals {
    var out = later
    out.drops -= min(out.drops, totals.drops)
    out.dropsSummarized -= min(out.dropsSummarized, totals.dropsSummarized)
    out.dropsLost -= min(out.dropsLost, totals.dropsLost)
    out.dropsUnplaced -= min(out.dropsUnplaced, totals.dropsUnplaced)
    out.events -= min(out.events, totals.events)
    return out
  }
}
