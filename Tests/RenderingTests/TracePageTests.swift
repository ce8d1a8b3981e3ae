import Catalog
import Findings
import Foundation
import ProbeStream
import ProcFS
@testable import Rendering
import Snapshot
import SockDiag
import Testing

/// The pages of `trace` from events written down.
@Suite struct TracePageTests {
  static func event(_ kind: EventRecord.Kind, _ old: TCPState, _ new: TCPState, at milliseconds: Double, pid: UInt32 = 0) -> EventRecord {
    var event = EventRecord(kind: kind, monotonicNanoseconds: 5_000_000_000 + UInt64(milliseconds * 1_000_000))
    (event.cookie, event.inode) = (5, 77)
    event.local = ProbeAddress(high: 0x0a00_0001 << 32, low: 0, isIPv6: false)
    event.peer = ProbeAddress(high: 0x0a00_0002 << 32, low: 0, isIPv6: false)
    (event.localPort, event.peerPort, event.oldState, event.newState) = (43_210, 80, old.rawValue, new.rawValue)
    (event.processID, event.processName) = (pid, pid == 0 ? [] : Array("a\u{1b}[2J".utf8))
    var numbers = ConnectionNumbers()
    (numbers.rttMicroseconds, numbers.bytesSent, numbers.bytesReceived) = (1234, 120, 3001)
    event.connection = numbers
    return event
  }

  static var engineEvents: [EventRecord] {
    var events: [EventRecord] = []
    events.append(event(.state, .close, .synSent, at: 0, pid: 9))
    events.append(event(.state, .synSent, .established, at: 1.5))
    var lost = event(.retransmit, .established, .established, at: 300)
    lost.sequence = 0
    lost.endSequence = 120
    lost.connection?.timeouts = 1
    lost.connection?.congestionState = 4
    lost.connection?.peerWindow = 65_535
    events.append(lost)
    var reset = event(.sendReset, .close, .close, at: 400)
    (reset.cookie, reset.localPort, reset.reason, reset.connection, reset.oldState) = (0, 9, 1, nil, 0)
    events.append(reset)
    var close = event(.state, .established, .finWait1, at: 900, pid: 9)
    close.shutdown = 3
    events.append(close)
    events.append(event(.state, .finWait1, .finWait2, at: 901))
    var last = event(.state, .finWait2, .close, at: 901.02)
    (last.unreadBytes, last.inode) = (1, 0)
    events.append(last)
    events.append(event(.destroy, .close, .close, at: 901.03))
    return events
  }

  static func engine() -> TraceEngine {
    var engine = TraceEngine(rules: GiveUp(SysctlSet([:])), keepsStories: true)
    engine.resetReasons = [1: "NO_SOCKET"]
    engine.tellsReasons = true
    for event in engineEvents { engine.take(event) }
    return engine
  }

  // 12:00:00 UTC at CLOCK_MONOTONIC 5 s.
  static let offset: Int64 = (12 * 3600 - 5) * 1_000_000_000

  @Test(arguments: [80, 40]) func liveLines(_ width: Int) throws {
    var engine = Self.engine()
    var page = TracePage(style: PageStyle(width: width), clockOffset: Self.offset)
    let text = page.text(engine.settle(until: nil)) + page.totals(engine.totals, milliseconds: 10_050, going: 0, lost: 2)
    #expect(!text.utf8.contains(0x1b))
    try compare(text, with: "Tests/Golden/trace-\(width).txt")
  }

  @Test func plainLinesTellNoMeaning() {
    var engine = Self.engine()
    let lines = engine.settle(until: nil)
    var page = TracePage(style: PageStyle(width: 200), clockOffset: Self.offset, isPlain: true)
    #expect(page.text(lines).split(separator: "\n").count == lines.count)
    var twice = TracePage(style: PageStyle(width: 200), clockOffset: Self.offset)
    let first = twice.text(lines), second = twice.text(lines)
    #expect(first.count > second.count && second.split(separator: "\n").count == lines.count)
  }

  @Test func summary() throws {
    var engine = Self.engine()
    _ = engine.settle(until: nil)
    let page = TracePage(style: PageStyle(width: 80), clockOffset: Self.offset)
    try compare(page.summary(engine.finished, forgotten: 3, now: 9_000_000_000), with: "Tests/Golden/trace-summary.txt")
    #expect(page.summary([], now: 9_000_000_000).hasPrefix("no connection matched"))
  }

  @Test func eachLineOfJSONIsAnObject() throws {
    var engine = Self.engine()
    let lines = engine.settle(until: nil)
    var out = JSONWriter(descriptor: -1)
    let json = TraceJSON(clockOffset: Self.offset)
    for line in lines { json.write(line, to: &out) }
    for story in engine.finished { json.write(story, now: 9_000_000_000, to: &out) }
    json.write(engine.totals, milliseconds: 10, going: 0, lost: 2, forgotten: 0, gaps: [], to: &out)
    let text = String(decoding: out.taken(), as: UTF8.self)
    let objects = try text.split(separator: "\n").map { try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
    #expect(objects.count == lines.count + 2)
    #expect(objects.first?["timeNanoseconds"] as? Int == 12 * 3600 * 1_000_000_000)
    #expect(objects.contains { $0["timer"] as? String == "rto" && $0["bytes"] as? Int == 120 })
    #expect(objects.contains { $0["resetReason"] as? String == "NO_SOCKET" && $0["connection"] == nil })
    #expect(objects.contains { $0["end"] as? String == "timeWait" && $0["newState"] as? String == "TIME-WAIT" })
    #expect(objects.last?["eventsLost"] as? Int == 2 && objects.last?["complete"] as? Bool == true)
    try compare(text, with: "Tests/Golden/trace.ndjson")
  }
}
