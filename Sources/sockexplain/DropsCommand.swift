import Catalog
import Collection
import Findings
import Netlink
import ProbeStream
import ProcFS
import Rendering
import Snapshot
import SockDiag

extension Session {
  /// How long `drops` watches unless told.
  static let dropsMilliseconds = 10_000
  /// The side-car loads its programs within a second; after that the window opens without it.
  private static let attachMilliseconds = 10_000

  /// What was dropped within a window, why, and whose it was: from counters, sk_drops and, where the side-car can run, drop events.
  mutating func drops(_ options: DropsOptions) throws -> Int32 {
    // From the start: Ctrl-C while the side-car loads its programs is no reason to end without an answer.
    if !collector.sources.isReplay { noteInterrupts() }
    var watcher = DropWatcher(openDropProbe(options))
    if watcher.session?.waitUntilAttached(milliseconds: Self.attachMilliseconds) == false { watcher.giveUp() }
    watcher.waitForBatch()
    // One that may not load anything says so and ends at once; the window stays open without it. A killed one says nothing.
    if !collector.sources.isReplay, let session = watcher.session, session.isEnded, session.end != nil { watcher.giveUp() }
    let before = try collector.dropReading(of: dropProtocols, isLast: false)
    watcher.beginWindow(at: before.moment.monotonicNanoseconds)
    let begun = collector.sources.host.moment()
    waitForDrops(&watcher)
    var now = try collector.dropReading(of: dropProtocols, isLast: true)
    let told = watcher.events.count
    let watch = watcher.finish(nanosecondsRead: now.moment.monotonicNanoseconds - begun.monotonicNanoseconds)
    for event in watcher.events.dropFirst(told) { tell(event, watcher) }
    if let session = watcher.opened { collector.noteGaps(of: session) }
    let named = Set((watch?.rows ?? []).map(\.cookie)), ports = Set((watch?.rows ?? []).map(\.localPort))
    collector.addDropOwners(to: &now, since: before) { named.contains($0.cookie) || $0.localPort != 0 && ports.contains($0.localPort) }
    now.gaps = collector.gaps
    let evidence = DropEvidence(Evidence(now: now, before: before), watch: watch, isWanted: dropFilter)
    return try show(DropReport(evidence), watcher, now, milliseconds: milliseconds(from: before.moment, to: now.moment), watch)
  }

  /// TCP is always asked: the sockets of a port explain drops of another protocol there.
  private var dropProtocols: [InetProtocol] {
    var out: [InetProtocol] = [.tcp, .udp]
    for proto in tables.protocols where !out.contains(proto) { out.append(proto) }
    return out
  }

  private mutating func openDropProbe(_ options: DropsOptions) -> ProbeSession? {
    var modes: ProbeModes = .drops
    if options.contains(.events) { modes.insert(.events) }
    if options.contains(.stacks) { modes.insert(.stacks) }
    return collector.openProbe(ProbeRequest(modes))
  }

  private func milliseconds(from first: Moment, to last: Moment) -> Int {
    Int((last.monotonicNanoseconds - first.monotonicNanoseconds) / 1_000_000)
  }

  /// The window. A replay has it behind itself; a live one shows how far it is, and Ctrl-C closes it.
  private func waitForDrops(_ watcher: inout DropWatcher) {
    let total = invocation.intervalMilliseconds ?? Self.dropsMilliseconds
    let host = collector.sources.host
    // Marks the second reading, for a capture; what has to be waited for is waited for here.
    defer { host.wait(milliseconds: 0) }
    guard !collector.sources.isReplay else { return }
    defer { forgetInterrupts() }
    let showsProgress = isErrorTerminal() && total >= 2000
    let start = host.moment()
    var shown = -1
    while !wasInterrupted() {
      let elapsed = milliseconds(from: start, to: host.moment())
      if elapsed >= total { break }
      // A side-car that was killed: what comes now would be told by half of the sources, as if it were by all.
      if watcher.session?.isEnded == true { break }
      if showsProgress, elapsed / 1000 != shown {
        shown = elapsed / 1000
        warn("\r\u{1b}[K" + DropsPage.progress(elapsed: elapsed, of: total, drops: watcher.drops))
      }
      let slice = min(100, total - elapsed)
      if let event = watcher.wait(milliseconds: slice) {
        if showsProgress { warn("\r\u{1b}[K") }
        shown = -1
        tell(event, watcher)
      }
    }
    if showsProgress { warn("\r\u{1b}[K") }
  }

  /// `--events`: a line a dropped packet, as it happens; a document has them all at its end.
  private func tell(_ event: EventRecord, _ watcher: DropWatcher) {
    guard invocation.form != .json else { return }
    guard let form = DropEventLine.socket(event), dropFilter?(form) ?? true else { return }
    _ = say(
      DropEventLine.text(
        event, reasons: watcher.opened?.dropReasons ?? [:], kernel: Release(collector.sources.host.kernelRelease),
        offset: watcher.clockOffset(collector.sources.host)) + "\n")
  }

  /// FILTER, tables and families as one question; nil when nothing narrows.
  private var dropFilter: (@Sendable (InetSocket) -> Bool)? {
    let filter = self.filter
    let families = invocation.families
    let protocols = invocation.tablesWereChosen ? Set(tables.protocols) : nil
    guard filter.expression != nil || filter.states != nil || families != .both || protocols != nil else { return nil }
    return { socket in
      if let protocols, !protocols.contains(socket.proto) { return false }
      if families != .both, families != (socket.isIPv6 ? .ipv6 : .ipv4) { return false }
      // A packet has no state.
      if let states = filter.states, socket.cookie != 0, !states.has(socket.state.rawValue) { return false }
      return filter.matches(socket)
    }
  }

  private mutating func show(_ report: DropReport, _ watcher: DropWatcher, _ now: Snapshot, milliseconds: Int, _ watch: DropWatch?) throws
    -> Int32
  {
    let context = DropsContext(
      milliseconds: milliseconds, kernel: collector.sources.host.kernelRelease, showsAll: invocation.states == FilterStates.everything,
      isFiltered: dropFilter != nil, watch: watch)
    if invocation.form == .json {
      let events = watcher.events.filter { event in
        DropEventLine.socket(event).map { dropFilter?($0) ?? true } ?? false
      }
      var json = JSONWriter()
      DropsJSON.write(report, context, events: events, reasons: watch?.reasons ?? [:], now: now, to: &json)
      try checkOutput(json.failure)
    } else {
      let style = PageStyle(width: outputWidth() ?? 100, color: usesColor(invocation.color))
      if !say(DropsPage.text(report, context, style: style)) { return 2 }
    }
    for gap in collector.gaps { complain("\(gap.what); \(gap.remedy)") }
    try collector.sources.finishCapture()
    guard case .severity(let limit) = invocation.failOn else { return 0 }
    return (report.rows + report.notices).contains { ($0.severity ?? .note) >= limit } ? 1 : 0
  }
}

/// A side-car that watches drops, and what it told so far.
struct DropWatcher {
  /// The session while it works.
  private(set) var session: ProbeSession?
  /// The session that was opened, working or not.
  let opened: ProbeSession?
  /// Single events, the first ones, for a document.
  private(set) var events: [EventRecord] = []
  private static let eventLimit = 10_000
  /// What had been counted when the window began.
  private var earlier = DropCounts()
  /// How long the first numbers are waited for, milliseconds: the side-car sends some every 200 ms.
  private static let batchMilliseconds = 1000
  /// How long the end of the stream is waited for.
  private static let drainSteps = 50

  init(_ session: ProbeSession?) { (self.session, opened) = (session, session) }

  /// It did not attach: the gap says why.
  mutating func giveUp() {
    session?.stop()
    session = nil
  }

  /// Drops of the window so far; nil when nothing watches.
  var drops: UInt64? { session.map { earlier.since($0.totals).drops } }

  /// Waits until the side-car has told what it counted while it made itself ready. Before 5.13 it reads /proc/kallsyms then, which takes time.
  mutating func waitForBatch() {
    guard let session else { return }
    var waits = Self.batchMilliseconds / 100
    while waits > 0 {
      switch session.next(milliseconds: 100) {
      case .batch(let modes) where modes.contains(.drops):
        earlier = DropCounts(session.drops.values, session.totals)
        return
      case .batch, .event: continue
      case .nothing: waits -= 1
      case .ended: return
      }
    }
  }

  /// The counters' window begins: what was told before belongs to none of their rises.
  mutating func beginWindow(at nanoseconds: Int64) {
    // A capture may hold a side-car that told nothing until later.
    if earlier.nanoseconds > UInt64(max(0, nanoseconds)) { earlier = DropCounts() }
  }

  /// Waits at most so long; an event that came.
  mutating func wait(milliseconds: Int) -> EventRecord? {
    guard let session, !session.isEnded else {
      pause(milliseconds: milliseconds)
      return nil
    }
    if case .event(let event) = session.next(milliseconds: milliseconds) {
      keep(event)
      return event
    }
    return nil
  }

  private mutating func keep(_ event: EventRecord) {
    if event.kind == .drop, events.count < Self.eventLimit { events.append(event) }
  }

  /// Reads the rest; nil when kfree_skb was not watched.
  ///
  /// - Parameter nanosecondsRead: from the end of the first reading of counters to the beginning of the last.
  mutating func finish(nanosecondsRead: Int64) -> DropWatch? {
    guard let session else { return nil }
    session.stop()
    var steps = 0
    drain: while steps < Self.drainSteps {
      switch session.next(milliseconds: 100) {
      case .event(let event): keep(event)
      case .batch: continue
      case .nothing: steps += 1
      case .ended: break drain
      }
    }
    guard let program = session.programs["kfree_skb"], program.state == .attached else { return nil }
    let since = earlier.nanoseconds > 0 ? earlier.nanoseconds : session.hello?.attachedNanoseconds ?? 0
    let last = session.totals.monotonicNanoseconds
    return DropWatch(
      rows: session.drops.values.sorted { $0.id < $1.id }.compactMap(earlier.since), reasons: session.dropReasons,
      tellsReasons: program.details.contains("reason"), tellsReceivers: program.details.contains("rx_sk"),
      totals: earlier.since(session.totals), nanoseconds: last > since ? last - since : nil,
      nanosecondsRead: UInt64(max(0, nanosecondsRead)), stacks: session.stacks)
  }

  /// What to add to CLOCK_MONOTONIC for the time of day, nanoseconds.
  func clockOffset(_ host: any Host) -> Int64 {
    let moment = host.moment()
    return moment.realtimeNanoseconds - moment.monotonicNanoseconds
  }
}
