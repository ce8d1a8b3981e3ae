import Catalog
import Collection
import Findings
import Netlink
import ProcFS
import Rendering
import Snapshot
import SockDiag

extension Session {
  /// Pauses before another look, ms: rows that come and go are told apart at the first; what stays doubtful gets time to move.
  static let pauses = [5, 30, 100, 250, 500]

  /// netlink beside /proc/net. Looks again until every difference is settled, or for a second.
  mutating func compareNetstat() throws -> Int32 {
    let wanted = pairedTables
    let moment = collector.sources.host.moment()
    let first = try collector.tableReading(of: wanted)
    let scope = compareScope
    var comparison = NetstatComparison(first, ticksPerSecond: collector.sources.host.ticksPerSecond) { scope.wants($0) }
    for pause in Self.pauses where comparison.isOpen && collector.sources.host.hasAnotherReading {
      comparison.look(
        try collector.lookAgain(
          at: wanted, records: comparison.openRecords, rows: comparison.openRows, unixInodes: comparison.openUnixInodes, after: pause))
    }
    comparison.finish()
    let names = compareNames(&comparison)
    let missing = collector.comparisonGaps(first, wantsMPTCP: invocation.tablesWereChosen && tables.contains(.mptcp))
    return try show(comparison, names, moment, missing, isAnswered: wanted.isEmpty || wanted.contains { first.hasBoth($0) })
  }

  /// The tables asked for; without a choice all that both sides have.
  var pairedTables: Set<PairedTable> {
    let chosen =
      invocation.tablesWereChosen ? tables : filter.namesUnix ? tables : filter.namesInet ? .inet : SocketTables.inet.union(.unix)
    var out: Set<PairedTable> = []
    for file in ProcInetFile.allCases {
      let table = PairedTable.inet(file)
      let isIPv6 = file.rawValue.hasSuffix("6")
      guard invocation.families.contains(isIPv6 ? .ipv6 : .ipv4) else { continue }
      if chosen.protocols.contains(where: { $0.rawValue == file.protocolNumber }) { out.insert(table) }
    }
    if !chosen.isDisjoint(with: .unix), invocation.families == .both || invocation.tablesWereChosen { out.insert(.unix) }
    return out
  }

  /// Every state unless -l, -B or the filter's words choose.
  var compareScope: CompareScope {
    let pairs: [(SocketTables, UInt8)] = [(.unixStream, 1), (.unixDatagram, 2), (.unixSeqpacket, 5)]
    let types = pairs.filter { tables.contains($0.0) }.map(\.1)
    return CompareScope(
      filter: filter, states: filter.states ?? invocation.states ?? FilterStates.everything,
      unixTypes: !invocation.tablesWereChosen || types.count == pairs.count ? nil : Set(types))
  }

  /// Owners and names, for the rows and for what ss and netstat say of several owners.
  mutating func compareNames(_ comparison: inout NetstatComparison) -> CompareNames {
    var names = CompareNames()
    // Not of what is gone, nor of what /proc alone has and is explained: rows that a name has forged.
    let held = comparison.sockets.filter { $0.inode != 0 && !$0.isGone && ($0.isInNetlink || $0.kind != .expected) }
    names.owners = collector.owners(of: InodeSet(held.map(\.inode)))
    names.programs = collector.programs(of: names.owners.processes.keys.sorted())
    names.interfaces = collector.sources.host.interfaceNames()
    names.ticksPerSecond = collector.sources.host.ticksPerSecond
    comparison.addOwners(names.owners)
    return names
  }

  /// Page or document, then the status.
  mutating func show(
    _ comparison: NetstatComparison, _ names: CompareNames, _ moment: Moment, _ missing: [Gap], isAnswered: Bool
  ) throws -> Int32 {
    let kernel = collector.sources.host.kernelRelease
    let showsEqual = invocation.states == FilterStates.everything
    if invocation.form == .json {
      for gap in missing { collector.note(gap) }
      var json = JSONWriter()
      CompareJSON.write(
        comparison, names: names, moment: moment, kernel: kernel, gaps: collector.gaps, showsEqual: showsEqual, to: &json)
      try checkOutput(json.failure)
    } else {
      let style = PageStyle(width: outputWidth() ?? 100, color: usesColor(invocation.color))
      var page = ComparePage(comparison, names: names, style: style)
      if !say(page.text(kernel: kernel, gaps: missing, showsEqual: showsEqual, isNarrowed: filter.isNarrow)) { return 2 }
    }
    for gap in collector.gaps { complain("\(gap.what); \(gap.remedy)") }
    return status(of: comparison, isAnswered: isAnswered)
  }

  /// 1 for what `--fail-on suspicious` asks about, and for a narrow filter that nothing matches; 2 when the question has no answer, because
  /// one of the sources was not to be had at all.
  func status(of comparison: NetstatComparison, isAnswered: Bool) -> Int32 {
    let tally = comparison.tally
    if invocation.failOn == .suspicious {
      if tally.suspicious > 0 { return 1 }
      if tally.compared == 0, tally.unavailable > 0 || !isAnswered { return 2 }
    }
    return comparison.sockets.isEmpty && filter.isNarrow ? 1 : 0
  }
}
