internal import Catalog
public import Findings
public import ProbeStream
internal import ProcFS
public import Snapshot
internal import SockDiag

/// `drops --json`: one document.
public enum DropsJSON {
  /// Writes the document; harmless rows are always in it, apart.
  ///
  /// - Parameter events: single events, where they were asked for; `reasons` names their reasons.
  public static func write(
    _ report: DropReport, _ context: DropsContext, events: [EventRecord] = [], reasons: [UInt32: String] = [:], now: Snapshot,
    to json: inout JSONWriter
  ) {
    JSONDocument.begin("drops", now.moment, to: &json)
    json.text("kernel", context.kernel)
    json.number("windowMilliseconds", UInt64(max(0, context.milliseconds)))
    json.bool("complete", now.isComplete)
    JSONDocument.gaps(now.gaps, to: &json)
    json.bool("eventsWatched", context.watch != nil)
    if let watch = context.watch {
      json.bool("eventsTellReasons", watch.tellsReasons)
      json.bool("eventsTellReceivers", watch.tellsReceivers)
    }
    json.number("dropped", report.dropped)
    json.number("harmless", report.harmless)
    json.number("rowsFilteredOut", UInt64(report.filteredOut))
    if let totals = context.watch?.totals { write(totals, to: &json) }
    for (key, rows) in [("rows" as StaticString, report.rows), ("notices", report.notices), ("harmlessRows", report.hidden)] {
      json.open(key, 0x5b)
      for row in rows { write(row, now, to: &json) }
      json.close(0x5d)
    }
    if !events.isEmpty {
      json.open("events", 0x5b)
      for event in events { write(event, reasons, Release(context.kernel), to: &json) }
      json.close(0x5d)
    }
    JSONDocument.end(&json)
  }

  private static func write(_ event: EventRecord, _ reasons: [UInt32: String], _ kernel: Release, to json: inout JSONWriter) {
    json.open()
    json.number("monotonicNanoseconds", event.monotonicNanoseconds)
    json.text("reason", DropEventLine.reason(event, reasons, kernel))
    json.number("reasonCode", UInt64(event.reason))
    json.text("function", event.function)
    json.text("netid", InetProtocol(rawValue: event.proto).name)
    json.text("direction", event.direction == .sent ? "sent" : "received")
    json.text("local", DropEventLine.address(event.local).description)
    json.number("localPort", UInt64(event.localPort))
    json.text("peer", DropEventLine.address(event.peer).description)
    json.number("peerPort", UInt64(event.peerPort))
    if event.cookie != 0 { json.number("cookie", event.cookie) }
    if event.proto == 6 { json.number("tcpFlags", UInt64(event.tcpFlags)) }
    json.close()
  }

  private static func write(_ totals: ProbeTotals, to json: inout JSONWriter) {
    json.open("sideCar")
    json.number("drops", totals.drops)
    json.number("dropsSummarized", totals.dropsSummarized)
    json.number("dropsLost", totals.dropsLost)
    json.number("dropsUnplaced", totals.dropsUnplaced)
    json.number("events", totals.events)
    json.number("eventsLost", totals.eventsLost)
    json.number("missed", totals.missed)
    json.close()
  }

  private static func write(_ row: DropRow, _ now: Snapshot, to json: inout JSONWriter) {
    json.open()
    json.text("id", row.id)
    json.number("count", row.count)
    json.text("basis", row.basis.rawValue)
    json.text("harm", row.harm.rawValue)
    if let severity = row.severity { json.text("severity", severity.name) }
    if let reason = row.reason { json.text("reason", reason) }
    json.open("functions", 0x5b)
    for function in row.functions { json.element(function) }
    json.close(0x5d)
    json.text("meaning", row.meaning.description)
    json.text("meaningId", row.meaning.id)
    if let victim = row.victim { write(victim, now, to: &json) }
    json.open("counters")
    for counter in row.counters { json.number(label: Array(counter.key.utf8), counter.rise) }
    json.close()
    if let drops = row.socketDrops { json.number("socketDrops", drops) }
    if let capture = row.capture { json.bool("tcpdumpShows", capture == .shown) }
    JSONDocument.texts("details", row.details, to: &json)
    if let advice = row.advice { json.text("advice", advice.description) }
    if !row.stacks.isEmpty {
      json.open("stacks", 0x5b)
      for stack in row.stacks {
        json.open()
        json.number("count", stack.count)
        json.open("frames", 0x5b)
        for frame in stack.frames { json.element(frame) }
        json.close(0x5d)
        json.close()
      }
      json.close(0x5d)
    }
    json.close()
  }

  private static func write(_ victim: DropVictim, _ now: Snapshot, to json: inout JSONWriter) {
    json.open("victim")
    json.text("kind", victim.kind.rawValue)
    json.text("attribution", victim.attribution.rawValue)
    json.text("text", victim.text.description)
    json.number("count", UInt64(victim.count))
    if victim.port != 0 { json.number("port", UInt64(victim.port)) }
    if let process = victim.process {
      json.open("process")
      json.number("pid", UInt64(process.pid))
      json.text("name", process.name)
      json.close()
    }
    json.open("sockets", 0x5b)
    for socket in victim.sockets {
      json.open()
      json.text("netid", socket.proto.name)
      json.text("state", socket.state.name)
      json.number("cookie", socket.cookie)
      json.text("local", socket.localAddress.description)
      json.number("localPort", UInt64(socket.localPort))
      if socket.peerPort != 0 {
        json.text("peer", socket.peerAddress.description)
        json.number("peerPort", UInt64(socket.peerPort))
      }
      json.open("processes", 0x5b)
      var last: Int32 = -1
      for owner in now.owners[socket.inode] where owner.pid != last {
        last = owner.pid
        json.open()
        json.number("pid", UInt64(owner.pid))
        if let name = now.owners.processes[owner.pid]?.name { json.text("name", name) }
        json.close()
      }
      json.close(0x5d)
      json.close()
    }
    json.close(0x5d)
    json.close()
  }
}
