internal import Catalog
public import Findings
internal import SockDiag

enum TracePagePhrase: String, PhraseTable {
  static var room: String { "page.trace" }
  case head = "tracing TCP of this network namespace; times are UTC; Ctrl-C ends it"
  case headTime = "tracing TCP of this network namespace for {time}; times are UTC; Ctrl-C ends it now"
  case total = "{time}: connect() {connects}, of them failed {failed}; handshakes taken {handshakes}; ended {ended}"
  case again = "sent again: {count} ({list})"
  case noneAgain = "sent again: none"
  case timer = "{timer} {count}"
  case resets = "RST: {sent} sent, {received} received"
  case resetsOfSockets = "RST: {sent} sent by sockets (this kernel does not tell of others), {received} received"
  case events = "{count} events, {lost} lost"
  case eventsCounted = "{count} events of the kernel, {lost} lost, so some of this may be missing"
  case open = "still open: {count}"
  case forgotten = "{count} more connections ended; the summary keeps the first {kept}"
  case nothing = "no connection matched"

  case began = "began {clock}, lived {time}"
  case beganOpen = "began {clock}, open for {time}"
  case beganBefore = "older than the trace"
  case states = "{list}"
  case state = "{state} {time}"
  case now = "now {state}"
  case stateUnknown = "{state}"
  case closedByUs = "this side closed first: TIME-WAIT is on this side"
  case closedByUsMini = "this side closed first: FIN-WAIT-2 here until the peer's FIN, then TIME-WAIT"
  case closedByPeer = "the peer closed first: TIME-WAIT is on its side"
  case closedByBoth = "both closed at once: both keep TIME-WAIT"
  case bytes = "{sent} sent, {received} received, RTT {rtt}"
  case who = "{ends}, {who}"
  case last = "end: {what}"

  case timerSYN = "SYN"
  case timerSYNACK = "SYN-ACK"
  case timerRTO = "RTO"
  case timerTLP = "tail loss probe"
  case timerFast = "fast retransmit"
  case timerRACK = "RACK"
  case timerLoss = "after RTO"
  case timerWindow = "window probe"
  case timerMTU = "path MTU"
  case timerOther = "other"

  init(_ timer: TraceTimer) {
    self =
      switch timer {
      case .syn: .timerSYN
      case .synAck: .timerSYNACK
      case .rto: .timerRTO
      case .tlp: .timerTLP
      case .fast: .timerFast
      case .rack: .timerRACK
      case .loss: .timerLoss
      case .window: .timerWindow
      case .mtu: .timerMTU
      case .other: .timerOther
      }
  }
}

/// Lines of a trace as text: live ones, the summary of each connection, the totals.
public struct TracePage {
  /// The layout.
  public let style: PageStyle
  /// What to add to CLOCK_MONOTONIC for the time of day, nanoseconds.
  public let clockOffset: Int64
  private let isPlain: Bool
  /// Ids of the explanations that were given already.
  private var told: Set<String> = []
  /// Columns of the time.
  static let timeWidth = 13

  /// A page of nothing yet.
  ///
  /// - Parameter isPlain: leave out what the events mean.
  public init(style: PageStyle, clockOffset: Int64, isPlain: Bool = false) {
    self.style = style
    self.isPlain = isPlain
    self.clockOffset = clockOffset
  }

  /// What is said before the first line.
  public static func head(milliseconds: Int?) -> String {
    milliseconds.map { TracePagePhrase.headTime.say(["time": Durations.words(milliseconds: $0)]) }?.description
      ?? TracePagePhrase.head.say().description
  }

  /// Lines as they come. What a kind of event means is said the first time.
  public mutating func text(_ lines: [TraceLine]) -> String {
    var page = Page(style)
    for line in lines {
      let number = line.number.map { "#\($0)" } ?? "-"
      let head = clock(line.nanoseconds) + " " + number + String(repeating: " ", count: max(1, 4 - number.utf8.count))
      page.put(head + line.text.description, hang: displayWidth(head), ink: Self.ink(line))
      guard !isPlain, let lesson = line.lesson, told.insert(lesson.id).inserted else { continue }
      page.put(lesson.description, indent: displayWidth(head) + 2, ink: .dim)
    }
    return page.text
  }

  private static func ink(_ line: TraceLine) -> Page.Ink {
    switch line.kind {
    case .known, .connect, .handshake, .listen, .listenEnd: .bold
    case .retransmit, .synAckRetransmit: .yellow
    case .resetSent, .resetReceived, .error: .red
    default: line.end.map { [.connectTimeout, .connectFailed, .timedOut, .failed, .destroyed].contains($0) } ?? false ? .red : .plain
    }
  }

  /// A paragraph a connection.
  ///
  /// - Parameter now: CLOCK_MONOTONIC of the end of the trace, nanoseconds.
  public func summary(_ stories: [TraceStory], forgotten: Int = 0, now: UInt64) -> String {
    var page = Page(style)
    if stories.isEmpty { page.put(TracePagePhrase.nothing.say().description) }
    for story in stories { write(story, now, to: &page) }
    if forgotten > 0 {
      page.blank()
      page.put(TracePagePhrase.forgotten.say(["count": forgotten, "kept": stories.count]).description)
    }
    page.blank()
    return page.text
  }

  private func write(_ story: TraceStory, _ now: UInt64, to page: inout Page) {
    page.blank()
    let number = "#\(story.number ?? 0)"
    let head = number + String(repeating: " ", count: max(1, 4 - number.utf8.count))
    let hang = displayWidth(head)
    page.put(head + TraceDescription.title(story).description, hang: hang, ink: .bold)
    if let opened = story.opened, let life = story.life(until: now) {
      let phrase: TracePagePhrase = story.ended == nil ? .beganOpen : .began
      page.put(phrase.say(["clock": clock(opened), "time": TraceDescription.time(life)]).description, indent: hang)
    } else {
      page.put(TracePagePhrase.beganBefore.say().description, indent: hang)
    }
    var states = story.spans.map { span in
      span.nanoseconds.map { TracePagePhrase.state.say(["state": span.state.name, "time": TraceDescription.time($0)]) }
        ?? TracePagePhrase.stateUnknown.say(["state": span.state.name])
    }
    if story.ended == nil { states.append(TracePagePhrase.now.say(["state": story.state.name])) }
    page.put(TracePagePhrase.states.say(["list": states.map(\.description).joined(separator: " → ")]).description, indent: hang)
    // A reset leaves no TIME-WAIT on either side.
    let isOrderly = story.end.map { [.timeWait, .closed, .finWait2MiniSocket].contains($0) } ?? true
    switch isOrderly ? story.firstCloser : nil {
    case .us: page.put((story.end == .finWait2MiniSocket ? TracePagePhrase.closedByUsMini : .closedByUs).say().description, indent: hang)
    case .peer: page.put(TracePagePhrase.closedByPeer.say().description, indent: hang)
    case .both: page.put(TracePagePhrase.closedByBoth.say().description, indent: hang)
    case nil: break
    }
    if let words = story.endWords { page.put(TracePagePhrase.last.say(["what": words]).description, indent: hang) }
    if !story.retransmissions.isEmpty {
      page.put(Self.again(story.retransmissions).description, indent: hang, ink: .yellow)
    }
    if story.numbers != nil {
      let text = TracePagePhrase.bytes.say([
        "sent": TraceDescription.bytes(story.bytesSent), "received": TraceDescription.bytes(story.bytesReceived),
        "rtt": TraceDescription.roundTrip(story),
      ])
      page.put(text.description, indent: hang)
    }
  }

  /// The last lines: what was counted, and how far it can be trusted.
  ///
  /// - Parameter seesLoneResets: the kernel tells of resets that belong to no socket.
  public func totals(_ totals: TraceTotals, milliseconds: Int, going: Int, lost: UInt64, seesLoneResets: Bool = true) -> String {
    var page = Page(style)
    let first = TracePagePhrase.total.say([
      "time": Durations.words(milliseconds: milliseconds), "connects": totals.connects, "failed": totals.failedConnects,
      "handshakes": totals.handshakes, "ended": totals.ended,
    ])
    page.put(first.description, hang: 2, ink: .bold)
    let rest = [
      Self.again(totals.retransmissions),
      (seesLoneResets ? TracePagePhrase.resets : .resetsOfSockets).say(["sent": totals.resetsSent, "received": totals.resetsReceived]),
      TracePagePhrase.open.say(["count": going]),
      (lost > 0 ? TracePagePhrase.eventsCounted : .events).say(["count": totals.events, "lost": lost]),
    ]
    page.put(rest.map(\.description).joined(separator: "; "), indent: 2)
    return page.text
  }

  private static func again(_ counts: [TraceTimer: Int]) -> Sentence {
    let all = counts.values.reduce(0, +)
    guard all > 0 else { return TracePagePhrase.noneAgain.say() }
    let list = TraceTimer.allCases.compactMap { timer in
      counts[timer].map { TracePagePhrase.timer.say(["timer": TracePagePhrase(timer).say(), "count": $0]).description }
    }
    return TracePagePhrase.again.say(["count": all, "list": list.joined(separator: ", ")])
  }

  /// Hours, minutes, seconds, milliseconds of the day, UTC.
  func clock(_ monotonic: UInt64) -> String {
    let day: Int64 = 86_400_000
    let milli = ((Int64(bitPattern: monotonic) + clockOffset) / 1_000_000 % day + day) % day
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let seconds = milli / 1000
    return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(String(1000 + milli % 1000).dropFirst())"
  }
}
