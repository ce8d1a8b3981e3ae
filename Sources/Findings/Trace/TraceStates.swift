internal import Catalog
internal import ProbeStream
internal import SockDiag

/// What the kernel did around the end of a connection: read from the events beside it.
struct TraceCause {
  var sent: EventRecord?
  var isReceived = false
  var error: Int32 = 0
}

extension TraceEngine {
  /// inet_sock_set_state.
  mutating func change(_ story: inout TraceStory, _ event: EventRecord, _ index: Int) {
    let old = TCPState(rawValue: event.oldState), new = TCPState(rawValue: event.newState)
    // MPTCP closes a subflow that is closing already.
    guard old != new else { return }
    let now = event.monotonicNanoseconds
    let spent = story.since.map { now &- min($0, now) }
    if old == .closeWait || new == .closeWait || new == .closing { story.hasPeerFIN = true }
    defer {
      if old != .close && old != .listen { story.spans.append((old, spent)) }
      story.since = now
      if story.ended == nil { story.state = new }
    }
    story.state = new
    switch (old, new) {
    case (_, .synSent): opening(&story, event)
    case (_, .listen): listening(&story, event)
    // Told when the handshake is over.
    case (.listen, .synRecv): break
    case (.listen, .close): notListening(&story, event, index)
    case (.synSent, .established), (.synRecv, .established): established(&story, event, old, spent)
    case (_, .close): closed(&story, event, index, old, spent)
    default: closing(&story, event, old, new, spent)
    }
  }

  mutating func opening(_ story: inout TraceStory, _ event: EventRecord) {
    let who = Self.who(actor(event, story), story)
    let line = line(.connect, event, TracePhrase.connect.say(["ends": Self.words(story), "who": who]), from: .close, to: .synSent)
    if add(line, of: &story, names: true) { count { $0.connects += 1 } }
  }

  mutating func established(_ story: inout TraceStory, _ event: EventRecord, _ old: TCPState, _ spent: UInt64?) {
    if old == .synSent {
      let rtt = TraceWords.rtt(story.numbers)
      let text =
        spent.map { TracePhrase.established.say(["time": TraceWords.time($0), "rtt": rtt]) }
        ?? TracePhrase.establishedNoTime.say(["rtt": rtt])
      let line = line(.established, event, text, TraceLesson.established.say(), from: old, to: .established, after: spent)
      _ = add(line, of: &story)
      return
    }
    if story.side == .called {
      let line = line(
        .established, event, TracePhrase.crossedOpen.say(["time": TraceWords.time(spent ?? 0)]), from: old, to: .established, after: spent)
      _ = add(line, of: &story)
      return
    }
    let again = synAcks.removeValue(forKey: story.ends) ?? 0
    if again > 0 { story.retransmissions[.synAck] = again }
    let who = Self.who(owners(of: story), story)
    let text =
      again > 0
      ? TracePhrase.handshakeAgain.say(["ends": Self.words(story), "count": again, "who": who])
      : TracePhrase.handshake.say(["ends": Self.words(story), "who": who])
    let line = line(.handshake, event, text, TraceLesson.handshake.say(), from: .synRecv, to: .established)
    if add(line, of: &story, names: true) { count { $0.handshakes += 1 } }
  }

  mutating func listening(_ story: inout TraceStory, _ event: EventRecord) {
    story.side = .listener
    if story.inode != 0 { listeners[Self.place(story.ends.local, story.ends.localPort)] = story.inode }
    for owner in story.owners { know(owner: owner, of: story.inode) }
    let text = TracePhrase.listen.say([
      "who": Self.who(actor(event, story), story), "local": Who.endpoint(story.ends.local, story.ends.localPort),
    ])
    let line = line(.listen, event, text, from: .close, to: .listen)
    _ = add(line, of: &story, names: true)
  }

  mutating func notListening(_ story: inout TraceStory, _ event: EventRecord, _ index: Int) {
    // One after the other; a long queue takes its time, and may go on behind what is known by now.
    var queued = 0
    var last = event.monotonicNanoseconds
    for later in buffer[index...].dropFirst() {
      if later.monotonicNanoseconds > last + Self.burst { break }
      guard later.kind == .state, later.newState == TCPState.close.rawValue, later.inode == 0, later.localPort == event.localPort,
        later.oldState == TCPState.established.rawValue || later.oldState == TCPState.closeWait.rawValue
      else { continue }
      (queued, last) = (queued + 1, later.monotonicNanoseconds)
    }
    let isOpen = known.map { $0 < last + Self.burst / 2 } ?? false
    let who = Self.who(actor(event, story), story), local = Who.endpoint(story.ends.local, story.ends.localPort)
    let destroyer = story.destroyer.map { Self.who([$0]) }
    let text =
      destroyer.map { TracePhrase.listenDestroyed.say(["destroyer": $0, "local": local, "who": who]) }
      ?? (queued > 0
        ? (isOpen ? TracePhrase.listenEndQueuedOpen : .listenEndQueued).say([
          "who": who, "local": local, "count": Counted.connections(queued),
        ])
        : TracePhrase.listenEnd.say(["who": who, "local": local]))
    var line = line(.listenEnd, event, text, queued > 0 ? TraceLesson.listenerGone.say() : nil)
    (line.oldState, line.newState) = (.listen, .close)
    line.inState = story.since.map { event.monotonicNanoseconds &- $0 }
    _ = add(line, of: &story, names: true)
  }

  /// The steps between ESTAB and CLOSE.
  mutating func closing(_ story: inout TraceStory, _ event: EventRecord, _ old: TCPState, _ new: TCPState, _ spent: UInt64?) {
    // tcp_close() shuts both directions down before it changes the state, shutdown(SHUT_WR) only one.
    let isClose = event.shutdown == 3
    let who = Self.who(actor(event, story), story)
    let call = (story.ends.proto != 6 ? TracePhrase.subflow : isClose ? .close : .shutdown).say()
    var kind = TraceKind.state
    var what: Sentence?
    var lesson: Sentence?
    switch (old, new) {
    case (_, .finWait1):
      story.firstCloser = .us
      kind = .close
      let unacked = Int(event.unackedBytes)
      let phrase: TracePhrase = unacked == 0 ? .closedFirst : event.connection?.peerWindow == 0 ? .closedFirstStuck : .closedFirstData
      what = phrase.say(["who": who, "call": call, "bytes": Counted.bytes(unacked)])
      lesson = (isClose ? TraceLesson.closedFirst : .halfClosed).say()
    case (_, .closeWait):
      story.firstCloser = .peer
      kind = .peerClose
      what = story.side == .wasCalled && !story.isAccepted ? TracePhrase.peerClosedQueued.say() : TracePhrase.peerClosed.say(["who": who])
      lesson = TraceLesson.peerClosed.say()
    case (_, .lastAck):
      kind = .close
      what = TracePhrase.closedToo.say(["who": who, "call": call])
    case (.finWait1, .finWait2): what = TracePhrase.finAcked.say()
    case (_, .closing):
      story.firstCloser = .both
      kind = .peerClose
      what = TracePhrase.crossed.say()
    default: break
    }
    let line = line(kind, event, step(old, new, spent, what), lesson, from: old, to: new, after: spent)
    _ = add(line, of: &story)
  }

  func step(_ old: TCPState, _ new: TCPState, _ spent: UInt64?, _ what: Sentence?) -> Sentence {
    let step = stepTo(TraceWords.name(new), old, spent)
    return what.map { TracePhrase.line.say(["step": step, "what": $0]) } ?? step
  }

  func stepTo(_ new: String, _ old: TCPState, _ spent: UInt64?) -> Sentence {
    (spent == nil ? TracePhrase.stepNoTime : .step).say(["old": old.name, "new": new, "time": TraceWords.time(spent ?? 0)])
  }

  // MARK: the end

  /// A state became CLOSE: the end of the full socket, whatever is left of it.
  mutating func closed(_ story: inout TraceStory, _ event: EventRecord, _ index: Int, _ old: TCPState, _ spent: UInt64?) {
    var cause = cause(story, event, index)
    // A child that the kernel gave up before its handshake was done.
    if old == .synRecv, !story.isIntroduced, story.ends.peerPort == 0 { return }
    let (end, what, lesson) = ending(&story, event, old, cause)
    if cause.error == 0 { cause.error = Self.errno(end, old, event) }
    let new: TCPState = end == .timeWait ? .timeWait : end == .finWait2MiniSocket ? .finWait2 : .close
    (story.end, story.endWords, story.ended, story.state) = (end, what, event.monotonicNanoseconds, new)
    if end == .timeWait { story.hasPeerFIN = true }
    story = named(story)
    let isReset = cause.isReceived || cause.sent != nil
    let kind: TraceKind = isReset ? (cause.sent != nil ? .resetSent : .resetReceived) : .state
    let text = end == .finWait2MiniSocket ? TracePhrase.line.say(["step": miniStep(spent), "what": what]) : step(old, new, spent, what)
    var line = line(kind, event, text, lesson)
    (line.oldState, line.newState, line.inState, line.end) = (old, new, spent, end)
    line.error = cause.error
    line.reason = cause.sent.map { resetReasons[$0.reason] ?? "" } ?? ""
    guard add(line, of: &story) else { return }
    let isConnect = old == .synSent
    count { totals in
      totals.ended += 1
      if isConnect { totals.failedConnects += 1 }
      if cause.sent != nil { totals.resetsSent += 1 } else if cause.isReceived { totals.resetsReceived += 1 }
    }
    if !isConnect { tellEnd(&story, event, end) }
  }

  /// What the program gets where the event that says so is not here: tcp_reset().
  private static func errno(_ end: TraceEnd, _ old: TCPState, _ event: EventRecord) -> Int32 {
    switch end {
    case .refused: 111
    case .connectTimeout: 110
    case .resetReceived where event.inode != 0: old == .closeWait ? 32 : 104
    default: 0
    }
  }

  private func miniStep(_ spent: UInt64?) -> Sentence { stepTo(TracePhrase.miniSocket.rawValue, .finWait2, spent) }

  /// Bytes, round trip and life: the last line of a story.
  private mutating func tellEnd(_ story: inout TraceStory, _ event: EventRecord, _ end: TraceEnd) {
    guard story.numbers != nil else { return }
    let again = Int(story.numbers?.retransmissions ?? 0)
    let life = story.life(until: event.monotonicNanoseconds)
    let phrase: TracePhrase = life == nil ? .endSeen : again > 0 ? .endRetransmissions : .end
    let text = phrase.say([
      "sent": Counted.bytes(story.bytesSent), "received": Counted.bytes(story.bytesReceived), "count": TraceWords.segments(again),
      "rtt": TraceWords.rtt(story.numbers), "time": TraceWords.time(life ?? 0),
    ])
    var line = line(.end, event, text)
    (line.newState, line.end) = (story.state, end)
    _ = add(line, of: &story)
  }

  /// The resets and the errno that belong to an end: a received reset comes before it, the one we send and the errno mostly behind.
  mutating func cause(_ story: TraceStory, _ event: EventRecord, _ index: Int) -> TraceCause {
    var cause = TraceCause()
    if let last = story.lastReset, event.monotonicNanoseconds &- last.nanoseconds <= Self.together {
      if last.isOurs {
        var sent = event
        (sent.kind, sent.reason) = (.sendReset, last.reason)
        cause.sent = sent
      } else {
        cause.isReceived = true
      }
    }
    for next in buffer.indices[(index + 1)...] {
      let later = buffer[next]
      if later.monotonicNanoseconds > event.monotonicNanoseconds + Self.together { break }
      guard Self.isSame(later, event) else { continue }
      switch later.kind {
      case .sendReset:
        cause.sent = later
        isTold.insert(next)
      case .error:
        // tcp_disconnect() reports once more, with nothing.
        if cause.error == 0 { cause.error = later.error }
        isTold.insert(next)
      default: continue
      }
    }
    return cause
  }
}
