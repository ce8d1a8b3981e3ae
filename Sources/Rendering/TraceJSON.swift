internal import Catalog
public import Findings
internal import ProbeStream
public import Snapshot
internal import SockDiag

/// `trace --json`: an object a line, because a trace has no end until somebody ends it.
public struct TraceJSON {
  private let clockOffset: Int64

  /// - Parameter clockOffset: what to add to CLOCK_MONOTONIC for the time of day, nanoseconds.
  public init(clockOffset: Int64) { self.clockOffset = clockOffset }

  private func time(_ monotonic: UInt64) -> UInt64 { UInt64(max(0, Int64(bitPattern: monotonic) + clockOffset)) }

  /// One event.
  public func write(_ line: TraceLine, to json: inout JSONWriter) {
    json.open()
    json.text("event", line.kind.rawValue)
    json.number("timeNanoseconds", time(line.nanoseconds))
    if let number = line.number { json.number("connection", UInt64(number)) }
    write(line.ends, cookie: line.cookie, line.owners, to: &json)
    if let old = line.oldState {
      json.text("oldState", old.name)
      json.number("oldStateCode", UInt64(old.rawValue))
    }
    if let new = line.newState {
      json.text("newState", new.name)
      json.number("newStateCode", UInt64(new.rawValue))
    }
    if let time = line.inState { json.number("inOldStateNanoseconds", time) }
    if let timer = line.timer {
      json.text("timer", timer.rawValue)
      json.number("segments", UInt64(line.segments))
      json.number("bytes", UInt64(line.bytes))
    }
    if !line.reason.isEmpty { json.text("resetReason", line.reason) }
    if line.error != 0 { json.number("errno", UInt64(line.error)) }
    if let end = line.end { json.text("end", end.rawValue) }
    json.text("text", line.text.description)
    if let lesson = line.lesson { json.text("meaning", lesson.description) }
    json.close()
    json.endLine()
  }

  private func write(_ ends: TraceEnds, cookie: UInt64, _ owners: [TraceProcess], to json: inout JSONWriter) {
    json.text("netid", InetProtocol(rawValue: ends.proto).name)
    json.text("local", ends.local.description)
    json.number("localPort", UInt64(ends.localPort))
    json.text("peer", ends.peer.description)
    json.number("peerPort", UInt64(ends.peerPort))
    if cookie != 0 { json.number("cookie", cookie) }
    json.open("processes", 0x5b)
    for owner in owners {
      json.open()
      json.number("pid", UInt64(owner.pid))
      json.text("name", owner.name)
      json.close()
    }
    json.close(0x5d)
  }

  /// One connection, for `--summary`.
  public func write(_ story: TraceStory, now: UInt64, to json: inout JSONWriter) {
    json.open()
    json.text("event", "connection")
    json.number("connection", UInt64(story.number ?? 0))
    write(story.ends, cookie: story.cookie, story.owners, to: &json)
    if let uid = story.uid { json.number("uid", UInt64(uid)) }
    json.text("side", story.side.rawValue)
    if let opened = story.opened { json.number("beganNanoseconds", time(opened)) }
    if let ended = story.ended { json.number("endedNanoseconds", time(ended)) }
    if let life = story.life(until: now) { json.number("lifeNanoseconds", life) }
    json.text("state", story.state.name)
    json.number("stateCode", UInt64(story.state.rawValue))
    json.open("states", 0x5b)
    for span in story.spans {
      json.open()
      json.text("state", span.state.name)
      if let nanoseconds = span.nanoseconds { json.number("nanoseconds", nanoseconds) }
      json.close()
    }
    json.close(0x5d)
    if let closer = story.firstCloser { json.text("closedFirst", closer.rawValue) }
    if let end = story.end { json.text("end", end.rawValue) }
    if let words = story.endWords { json.text("text", words.description) }
    write(story.retransmissions, to: &json)
    if let numbers = story.numbers {
      json.number("bytesSent", story.bytesSent)
      json.number("bytesReceived", story.bytesReceived)
      json.number("rttMicroseconds", UInt64(numbers.rttMicroseconds))
      json.number("rttVarianceMicroseconds", UInt64(numbers.rttVarianceMicroseconds))
      json.number("segmentsIn", UInt64(numbers.segmentsIn))
      json.number("segmentsOut", UInt64(numbers.segmentsOut))
    }
    json.close()
    json.endLine()
  }

  private func write(_ counts: [TraceTimer: Int], to json: inout JSONWriter) {
    json.open("retransmissions")
    for timer in TraceTimer.allCases {
      if let count = counts[timer] { json.number(label: Array(timer.rawValue.utf8), UInt64(count)) }
    }
    json.close()
  }

  /// The last line: totals, and what could not be seen.
  ///
  /// - Parameter seesLoneResets: the kernel tells of resets that belong to no socket.
  public func write(
    _ totals: TraceTotals, milliseconds: Int, going: Int, lost: UInt64, seesLoneResets: Bool = true, forgotten: Int, gaps: [Gap],
    to json: inout JSONWriter
  ) {
    json.open()
    json.text("event", "totals")
    json.number("version", JSONDocument.version)
    json.number("milliseconds", UInt64(max(0, milliseconds)))
    json.number("connects", UInt64(totals.connects))
    json.number("failedConnects", UInt64(totals.failedConnects))
    json.number("handshakes", UInt64(totals.handshakes))
    json.number("ended", UInt64(totals.ended))
    json.number("open", UInt64(going))
    json.number("notKept", UInt64(forgotten))
    write(totals.retransmissions, to: &json)
    json.number("resetsSent", UInt64(totals.resetsSent))
    json.bool("resetsWithoutSocketSeen", seesLoneResets)
    json.number("resetsReceived", UInt64(totals.resetsReceived))
    json.number("events", UInt64(totals.events))
    json.number("eventsLost", lost)
    json.bool("complete", gaps.isEmpty)
    JSONDocument.gaps(gaps, to: &json)
    json.close()
    json.endLine()
  }
}
