public import Catalog
internal import ProbeStream
internal import SockDiag

extension TraceEngine {
  /// Whether the same call of the kernel ends the socket: then the end tells the reset.
  private func endsNow(_ event: EventRecord, _ index: Int) -> Bool {
    buffer[(index + 1)...].prefix { $0.monotonicNanoseconds <= event.monotonicNanoseconds + Self.together }.contains {
      $0.kind == .state && $0.newState == TCPState.close.rawValue && Self.isSame($0, event)
    }
  }

  mutating func sentReset(_ story: inout TraceStory, _ event: EventRecord, _ index: Int) {
    story.lastReset = (event.monotonicNanoseconds, true, event.reason)
    if endsNow(event, index) { return }
    let text = TracePhrase.keptReset.say(["state": TCPState(rawValue: event.oldState).name, "reason": words(ofReason: event.reason)])
    var line = line(.resetSent, event, text)
    line.reason = resetReasons[event.reason] ?? ""
    if add(line, of: &story) { count { $0.resetsSent += 1 } }
  }

  mutating func receivedReset(_ story: inout TraceStory, _ event: EventRecord, _ index: Int) {
    story.lastReset = (event.monotonicNanoseconds, false, 0)
    // tcp_reset() ignores it in CLOSE.
    if endsNow(event, index) || event.oldState == TCPState.close.rawValue { return }
    let text = TracePhrase.strayReset.say(["state": TCPState(rawValue: event.oldState).name])
    if add(line(.resetReceived, event, text), of: &story) { count { $0.resetsReceived += 1 } }
  }

  /// A reset for a packet that fits no connection.
  mutating func loneReset(_ event: EventRecord) {
    let ends = TraceEnds(event)
    var story = TraceStory(event, side: .unknown, opened: nil)
    story.cookie = 0
    let state = TCPState(rawValue: event.oldState)
    let owners = state == .listen ? owners(ofListenerAt: ends) : []
    guard filter.wants(story, [state], owners) else { return }
    let text = TracePhrase.loneReset.say([
      "local": Who.endpoint(ends.local, ends.localPort), "peer": Who.endpoint(ends.peer, ends.peerPort),
      "reason": words(ofReason: event.reason),
    ])
    var line = line(.resetSent, event, text, state == .listen ? nil : TraceLesson.loneReset.say())
    (line.cookie, line.owners, line.reason) = (0, owners, resetReasons[event.reason] ?? "")
    lines.append(line)
    count { $0.resetsSent += 1 }
  }

  /// An errno that does not end the connection (an ICMP error with IP_RECVERR), or whose end was told already.
  mutating func error(_ story: inout TraceStory, _ event: EventRecord) {
    guard story.ended == nil, event.error != 0, story.destroyer == nil else { return }
    let text = TracePhrase.error.say(["errno": TraceWords.errno(event.error), "who": Self.who(owners(of: story), story)])
    var line = line(.error, event, text)
    line.error = event.error
    _ = add(line, of: &story)
  }
}

enum TraceWordPhrase: String, PhraseTable {
  static var room: String { "trace.word" }
  case milliseconds = "{count} ms"
  case microseconds = "{count} µs"
  case errno = "errno {number}"
  case name = "{name}"
  case segment = "1 segment"
  case segments = "{count} segments"
}

enum TraceWords {
  /// Nanoseconds in words, finer than `Durations` below 10 ms: `85 µs`, `4.2 ms`, `120 ms`.
  static func time(_ nanoseconds: UInt64) -> Sentence {
    let micro = Int(clamping: nanoseconds / 1000)
    if micro < 1000 { return TraceWordPhrase.microseconds.say(["count": micro]) }
    if micro < 10_000 { return TraceWordPhrase.milliseconds.say(["count": Words.tenths(micro, 1000)]) }
    return Durations.words(milliseconds: micro / 1000)
  }

  static func rtt(_ numbers: ConnectionNumbers?) -> Sentence {
    guard let numbers, numbers.rttMicroseconds > 0 else { return TracePhrase.noRTT.say() }
    return time(UInt64(numbers.rttMicroseconds) * 1000)
  }

  static func segments(_ count: Int) -> Sentence {
    count == 1 ? TraceWordPhrase.segment.say() : TraceWordPhrase.segments.say(["count": count])
  }

  /// The state's name; CLOSE where ss prints UNCONN, which it is only for sockets that stay.
  static func name(_ state: TCPState) -> String { state == .close ? "CLOSE" : state.name }

  static func errno(_ number: Int32) -> Sentence {
    let names: [Int32: String] = [
      1: "EPERM", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 16: "EBUSY", 22: "EINVAL", 32: "EPIPE", 71: "EPROTO", 90: "EMSGSIZE",
      92: "ENOPROTOOPT",
      99: "EADDRNOTAVAIL", 100: "ENETDOWN", 101: "ENETUNREACH", 103: "ECONNABORTED", 104: "ECONNRESET", 105: "ENOBUFS", 110: "ETIMEDOUT",
      111: "ECONNREFUSED", 112: "EHOSTDOWN", 113: "EHOSTUNREACH",
    ]
    return names[number].map { TraceWordPhrase.name.say(["name": $0]) } ?? TraceWordPhrase.errno.say(["number": number])
  }
}

/// What the renderers say of a whole story.
public enum TraceDescription {
  /// Both ends and who holds it.
  public static func title(_ story: TraceStory) -> Sentence {
    TracePhrase.known.say(["ends": TraceEngine.words(story), "who": TraceEngine.who(story.owners, story)])
  }
  /// Nanoseconds in words.
  public static func time(_ nanoseconds: UInt64) -> Sentence { TraceWords.time(nanoseconds) }
  /// Bytes in words.
  public static func bytes(_ count: UInt64) -> Sentence { Counted.bytes(count) }
  /// The smoothed round trip in words.
  public static func roundTrip(_ story: TraceStory) -> Sentence { TraceWords.rtt(story.numbers) }
}
