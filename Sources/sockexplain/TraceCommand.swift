import Catalog
import Collection
import Findings
import Glibc
import Netlink
import ProbeStream
import Rendering
import Snapshot
import SockDiag

extension Session {
  /// Milliseconds between two batches of the side-car: so much later a line appears, with all that belongs to it.
  private static let traceInterval = 100
  private static let attachMilliseconds = 10_000

  /// What happens to TCP connections, as it happens. Nothing but the side-car sees it: without one the gap says how to get it, and the status is 2.
  mutating func trace(_ options: TraceOptions) throws -> Int32 {
    let isLive = !collector.sources.isReplay
    if isLive { noteInterrupts() }
    defer { if isLive { forgetInterrupts() } }
    guard let probe = collector.openProbe(ProbeRequest(.trace, intervalMilliseconds: Self.traceInterval)) else { return try tellNoTrace() }
    guard probe.waitUntilAttached(milliseconds: Self.attachMilliseconds), canTrace(probe) else {
      probe.stop()
      collector.noteGaps(of: probe)
      return try tellNoTrace()
    }
    let start = try collector.snapshot(
      Questions(protocols: [.tcp], states: .init(.listen), extensions: []), filter: nil, depth: .context)
    var engine = TraceEngine(rules: GiveUp(start.sysctls), filter: traceFilter(options), keepsStories: options.isSummary)
    engine.know(listeners: start.inet.sockets)
    let moment = collector.sources.host.moment()
    var run = TraceRun(
      probe: probe, engine: engine, style: PageStyle(width: outputWidth() ?? 100, color: usesColor(invocation.color)),
      clockOffset: moment.realtimeNanoseconds - moment.monotonicNanoseconds, isJSON: invocation.form == .json || invocation.form == .ndjson,
      isSummary: options.isSummary, isPlain: invocation.form == .plain)
    if isLive, isErrorTerminal(), invocation.form != .plain { warn(TracePage.head(milliseconds: invocation.intervalMilliseconds) + "\n") }
    watch(&run)
    collector.noteGaps(of: probe)
    try run.finish(until: collector.sources.host.moment().monotonicNanoseconds, gaps: collector.gaps)
    tellCollectedGaps()
    try collector.sources.finishCapture()
    // Without a word of its end the side-car was killed: nothing was seen since.
    return probe.end == nil || probe.end == .failed ? 2 : 0
  }

  /// Whether state changes come at all; the rest of the events is worth having only with them.
  private func canTrace(_ probe: ProbeSession) -> Bool {
    // The side-car sends its programs right behind the greeting.
    for _ in 0..<20 where probe.programs["inet_sock_set_state"] == nil && !probe.isEnded { _ = probe.next(milliseconds: 10) }
    return probe.programs["inet_sock_set_state"]?.state == .attached
  }

  private mutating func tellNoTrace() throws -> Int32 {
    if invocation.form == .json || invocation.form == .ndjson {
      // The last line is due all the same: who reads it must not take silence for an idle machine.
      var out = JSONWriter()
      TraceJSON(clockOffset: 0).write(
        TraceTotals(), milliseconds: 0, going: 0, lost: 0, seesLoneResets: false, forgotten: 0, gaps: collector.gaps, to: &out)
      out.flush()
      try checkOutput(out.failure)
    }
    tellCollectedGaps()
    try collector.sources.finishCapture()
    return 2
  }

  private func traceFilter(_ options: TraceOptions) -> TraceFilter {
    var out = TraceFilter()
    let filter = self.filter
    let families = invocation.families
    let protocols = invocation.tablesWereChosen ? Set(tables.protocols) : nil
    out.process = options.process
    out.states = filter.states
    if filter.expression != nil || families != .both || protocols != nil {
      out.matches = { socket in
        // A subflow of MPTCP is a TCP connection, too.
        if let protocols, !protocols.contains(socket.proto), !protocols.contains(.tcp) { return false }
        if families != .both, families != (socket.isIPv6 ? .ipv6 : .ipv4) { return false }
        return filter.matches(socket)
      }
    }
    return out
  }

  /// Reads until the time is over, somebody ends it, or nobody reads any more.
  private mutating func watch(_ run: inout TraceRun) {
    let isLive = !collector.sources.isReplay
    let begin = monotonicMilliseconds()
    var isStopped = false
    var silence = 0
    while true {
      switch run.probe.next(milliseconds: Self.traceInterval) {
      case .event(let event): run.engine.take(event)
      case .batch(let modes):
        silence = 0
        if modes.contains(.trace) { batch(&run) }
      case .nothing:
        silence += 1
        if isStopped, silence > 50 { return }
      case .ended: return
      }
      guard isLive, !isStopped else { continue }
      let gone = monotonicMilliseconds() - begin
      let isOver = invocation.intervalMilliseconds.map { gone >= $0 } ?? false
      if isOver || wasInterrupted() || run.isBroken || isReaderGone() {
        isStopped = true
        silence = 0
        run.probe.stop()
      }
    }
  }

  /// Everything up to now is here: told, once the processes are known.
  private mutating func batch(_ run: inout TraceRun) {
    run.settle()
    let queued = run.engine.queued(limit: 16)
    let waiting = queued.map { story in
      let ends = story.ends
      return (story.cookie, Questions.FourTuple(local: ends.local, localPort: ends.localPort, peer: ends.peer, peerPort: ends.peerPort))
    }
    for one in collector.acceptances(of: waiting, batch: run.probe.totals.monotonicNanoseconds) {
      run.engine.noteAccepted(
        one.index.map { queued[$0] }, cookie: one.cookie, inode: one.inode, at: one.monotonicNanoseconds)
    }
  }
}

/// A trace at work: where its events come from, what was made of them, where its lines go.
struct TraceRun {
  let probe: ProbeSession
  var engine: TraceEngine
  var page: TracePage
  let json: TraceJSON
  let isJSON: Bool
  let isSummary: Bool
  private var began: UInt64
  /// errno of a write that failed.
  private var failure: Int32 = 0

  init(probe: ProbeSession, engine: TraceEngine, style: PageStyle, clockOffset: Int64, isJSON: Bool, isSummary: Bool, isPlain: Bool) {
    self.probe = probe
    self.engine = engine
    page = TracePage(style: style, clockOffset: clockOffset, isPlain: isPlain)
    json = TraceJSON(clockOffset: clockOffset)
    self.isJSON = isJSON
    self.isSummary = isSummary
    began = probe.hello?.attachedNanoseconds ?? 0
    self.engine.began = began
    self.engine.resetReasons = probe.resetReasons
    self.engine.tellsReasons = probe.programs["tcp_send_reset"]?.details.contains("reason") ?? false
  }

  var isBroken: Bool { failure != 0 }

  /// Tells what is complete.
  mutating func settle(all: Bool = false) {
    engine.resetReasons = probe.resetReasons
    for owner in probe.takeOwners() {
      let process = TraceProcess(pid: owner.process.processID, name: Name(owner.process.name))
      for descriptor in owner.descriptors { engine.know(owner: process, of: descriptor.inode) }
    }
    let lines = engine.settle(until: all ? nil : probe.totals.monotonicNanoseconds)
    if !isSummary, !lines.isEmpty { show(lines) }
  }

  private mutating func show(_ lines: [TraceLine]) {
    if isJSON {
      var out = JSONWriter()
      for line in lines { json.write(line, to: &out) }
      out.flush()
      if out.failure != 0 { failure = out.failure }
    } else {
      put(page.text(lines))
    }
  }

  private mutating func put(_ text: String) {
    var out = ByteWriter(descriptor: 1)
    out.text(text)
    out.flush()
    if out.failure != 0 { failure = out.failure }
  }

  /// The rest, the summary where it was asked for, and the totals.
  mutating func finish(until now: Int64, gaps: [Gap]) throws {
    settle(all: true)
    let end = probe.totals.monotonicNanoseconds > 0 ? probe.totals.monotonicNanoseconds : UInt64(max(0, now))
    let milliseconds = Int((end &- min(began, end)) / 1_000_000)
    let going = engine.going.filter { $0.side != .listener }
    let stories = (engine.finished + engine.stopped + going).sorted { ($0.number ?? 0) < ($1.number ?? 0) }
    if isJSON {
      var out = JSONWriter()
      if isSummary { for story in stories { json.write(story, now: end, to: &out) } }
      json.write(
        engine.totals, milliseconds: milliseconds, going: going.count, lost: probe.totals.eventsLost + probe.totals.missed,
        seesLoneResets: engine.tellsReasons,
        forgotten: engine.forgotten, gaps: gaps, to: &out)
      out.flush()
      if out.failure != 0 { failure = out.failure }
    } else {
      if isSummary { put(page.summary(stories, forgotten: engine.forgotten, now: end)) }
      put(
        page.totals(
          engine.totals, milliseconds: milliseconds, going: going.count, lost: probe.totals.eventsLost + probe.totals.missed,
          seesLoneResets: engine.tellsReasons))
    }
    try checkOutput(failure)
  }
}
