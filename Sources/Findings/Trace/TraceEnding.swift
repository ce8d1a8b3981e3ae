internal import Catalog
internal import ProbeStream
internal import SockDiag

extension TraceEngine {
  typealias Ending = (TraceEnd, Sentence, Sentence?)

  /// Why a socket went to CLOSE. tcp_done(), tcp_close(), tcp_disconnect() and tcp_time_wait() all end there.
  func ending(_ story: inout TraceStory, _ event: EventRecord, _ old: TCPState, _ cause: TraceCause) -> Ending {
    if let destroyer = story.destroyer {
      let text = TracePhrase.destroyed.say(["destroyer": Self.who([destroyer]), "who": Self.who(owners(of: story), story)])
      return (.destroyed, text, TraceLesson.destroyed.say())
    }
    if old == .synSent { return connectEnding(story, event, cause) }
    if let sent = cause.sent { return resetEnding(story, event, sent, cause.error) }
    let who = Self.who(owners(of: story), story)
    if cause.isReceived {
      if story.side == .wasCalled, !story.isAccepted {
        return (.resetReceived, TracePhrase.resetReceivedQueued.say(), TraceLesson.resetReceived.say())
      }
      if event.inode == 0 { return (.resetReceived, TracePhrase.resetReceivedDead.say(), TraceLesson.resetReceived.say()) }
      let errno = cause.error != 0 ? cause.error : old == .closeWait ? 32 : 104
      return (
        .resetReceived, TracePhrase.resetReceived.say(["who": who, "errno": TraceWords.errno(errno)]), TraceLesson.resetReceived.say()
      )
    }
    if cause.error != 0 { return errorEnding(event, cause.error) }
    switch old {
    case .finWait2: return finWait2Ending(story, event)
    case .closing where event.unackedBytes == 0:
      return (
        .timeWait, TracePhrase.timeWaitBoth.say(), TraceLesson.timeWait.say(["old": old.name])
      )
    case .lastAck where event.unackedBytes == 0: return (.closed, TracePhrase.lastAck.say(), nil)
    case .finWait1, .lastAck, .closing:
      // Without a process nobody gets an errno. The FIN counts one.
      let data = Int(event.unackedBytes) - 1
      return (
        .timedOut, data > 0 ? TracePhrase.gaveUpDead.say(["bytes": Counted.bytes(data)]) : TracePhrase.gaveUpFIN.say(), nil
      )
    default: return (.unknown, TracePhrase.ended.say(), nil)
    }
  }

  /// tcp_time_wait() ends both: with the peer's FIN read in, one byte more was received than read; without it the state stays FIN-WAIT-2.
  private func finWait2Ending(_ story: TraceStory, _ event: EventRecord) -> Ending {
    if event.unreadBytes > 0 {
      return (.timeWait, TracePhrase.timeWait.say(), TraceLesson.timeWait.say(["old": TCPState.finWait2.name]))
    }
    let rto = story.numbers.map { Int($0.rttMicroseconds + 4 * max($0.rttVarianceMicroseconds, 50_000)) / 1000 } ?? GiveUp.rtoMin
    let whole = rules.finWait2(rto: rto)
    // Above 60 s a keepalive timer has run for the first half.
    let left = rules.finTimeout > GiveUp.timeWait ? whole / 2 : whole
    return (
      .finWait2MiniSocket, TracePhrase.mini.say(["time": Durations.words(milliseconds: left)]), TraceLesson.mini.say()
    )
  }

  private func connectEnding(_ story: TraceStory, _ event: EventRecord, _ cause: TraceCause) -> Ending {
    if cause.isReceived {
      return (
        .refused, TracePhrase.refused.say(["errno": TraceWords.errno(cause.error != 0 ? cause.error : 111)]), TraceLesson.refused.say()
      )
    }
    let isLate = (event.connection?.timeouts ?? 0) > 0
    if cause.error == 110 || cause.error == 0 && event.processID == 0 && isLate {
      return (.connectTimeout, TracePhrase.unanswered.say(["errno": TraceWords.errno(110)]), TraceLesson.unanswered.say())
    }
    if cause.error != 0 {
      let isUnreachable = cause.error == 101 || cause.error == 113
      return (
        .connectFailed, TracePhrase.connectFailed.say(["errno": TraceWords.errno(cause.error)]),
        isUnreachable ? TraceLesson.unreachable.say() : nil
      )
    }
    if event.processID != 0 {
      return (.connectAborted, TracePhrase.connectDropped.say(["who": Self.who(owners(of: story), story)]), nil)
    }
    return (.unknown, TracePhrase.ended.say(), nil)
  }

  private func errorEnding(_ event: EventRecord, _ error: Int32) -> Ending {
    let errno = TraceWords.errno(error)
    let timeouts = Int(event.connection?.timeouts ?? 0), probes = Int(event.connection?.probes ?? 0)
    if error == 110, timeouts > 0 { return (.timedOut, TracePhrase.gaveUp.say(["count": timeouts, "errno": errno]), nil) }
    if error == 110, probes > 0 { return (.timedOut, TracePhrase.gaveUpProbes.say(["errno": errno]), nil) }
    return (.failed, TracePhrase.failed.say(["errno": errno]), nil)
  }

  /// We sent RST: the kernel's reason, and what the socket itself shows where that says more.
  private func resetEnding(_ story: TraceStory, _ event: EventRecord, _ sent: EventRecord, _ error: Int32) -> Ending {
    let who = Self.who(owners(of: story), story)
    let unread = Int(event.unreadBytes) - (story.hasPeerFIN ? 1 : 0)
    let name = resetReasons[sent.reason] ?? ""
    if event.inode == 0, event.processID == 0, story.side != .called, !story.isAccepted || story.side == .unknown, !story.isOrphaned,
      name == "TCP_STATE" || name.isEmpty || name == "NOT_SPECIFIED"
    {
      let text = unread > 0 ? TracePhrase.listenerGoneUnread.say(["bytes": Counted.bytes(unread)]) : TracePhrase.listenerGone.say()
      return (.listenerClosed, text, TraceLesson.listenerGone.say())
    }
    let isNamed = tellsReasons && !name.isEmpty && name != "NOT_SPECIFIED"
    if name == "TCP_ABORT_ON_CLOSE" || !isNamed && event.processID != 0 && event.shutdown == 3 && unread > 0 {
      return (.resetSent, TracePhrase.resetSentUnread.say(["who": who, "bytes": Counted.bytes(max(unread, 1))]), TraceLesson.unread.say())
    }
    if event.processID != 0, event.abortsOnClose, event.shutdown == 3 {
      return (.resetSent, TracePhrase.resetSentLinger.say(["who": who]), TraceLesson.linger.say())
    }
    let errno = TraceWords.errno(error)
    // tcp_keepalive_timer(); a kernel that gives no reason has counted the probes.
    if name == "TCP_KEEPALIVE_TIMEOUT" || !isNamed && error == 110 && event.connection?.probes ?? 0 > 0 {
      return (.timedOut, TracePhrase.gaveUpKeepalive.say(["who": who, "errno": TraceWords.errno(110)]), nil)
    }
    let reason = words(ofReason: sent.reason)
    let phrase: TracePhrase = error == 0 ? .resetSent : .resetSentErrno
    return (.resetSent, phrase.say(["reason": reason, "who": who, "errno": errno]), nil)
  }

  func words(ofReason reason: UInt32) -> Sentence {
    guard tellsReasons else { return TraceResetPhrase.untold.say() }
    return TraceResetPhrase.words(resetReasons[reason] ?? "unknown(\(reason))")
  }
}

extension TraceStory {
  /// Its program has closed it, so its inode is gone for that reason.
  var isOrphaned: Bool { firstCloser == .us || spans.contains { $0.state == .finWait1 || $0.state == .lastAck } || inode != 0 }
}
