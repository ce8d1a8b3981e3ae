internal import Catalog
internal import ProbeStream
internal import SockDiag

extension TraceEngine {
  /// What made the kernel send a segment again. A timer's handler runs with its timer disarmed: tcp_write_timer_handler() clears icsk_pending before
  /// tcp_retransmit_timer() and leaves it for the other two. Else an ACK did it: RTO has put the connection into Loss (4), a hole in the ACKs into
  /// Recovery (3). Loss without an RTO is a smaller path MTU (tcp_simple_retransmit()).
  static func timer(_ event: EventRecord, _ story: TraceStory) -> TraceTimer {
    guard let numbers = event.connection else { return .other }
    if event.oldState == TCPState.synSent.rawValue { return .syn }
    switch numbers.pendingTimer {
    case 0: return numbers.congestionState == 4 && numbers.peerWindow == 0 ? .window : .rto
    case 5 where numbers.isTimerAtWork: return .tlp
    case 6 where numbers.isTimerAtWork: return .rack
    default: break
    }
    if numbers.congestionState == 3 { return .fast }
    guard numbers.congestionState == 4 else { return .other }
    return story.opened == nil || story.retransmissions[.rto] != nil || story.retransmissions[.window] != nil ? .loss : .mtu
  }

  /// Payload of a segment: SYN and FIN count one each in its sequence numbers.
  static func payload(_ event: EventRecord) -> Int {
    let length = Int(event.endSequence &- event.sequence)
    return max(0, length - (event.tcpFlags & 1 != 0 ? 1 : 0) - (event.tcpFlags & 2 != 0 ? 1 : 0))
  }

  mutating func retransmission(_ story: inout TraceStory, _ event: EventRecord, _ index: Int) {
    let timer = Self.timer(event, story)
    var last = event
    var segments = 1
    var bytes = Self.payload(event)
    // A burst is one line.
    for next in buffer.indices[(index + 1)...] {
      let later = buffer[next]
      if later.monotonicNanoseconds > last.monotonicNanoseconds + Self.burst { break }
      guard Self.isSame(later, event) else { continue }
      guard later.kind == .retransmit, Self.timer(later, story) == timer, timer != .rto, timer != .syn, later.error == event.error else {
        break
      }
      isTold.insert(next)
      (last, segments, bytes) = (later, segments + 1, bytes + Self.payload(later))
    }
    // What did not leave this host was not sent; before 6.18 the kernel tells nothing of it.
    if event.error == 0 { story.retransmissions[timer, default: 0] += segments }
    var text = words(timer, story, last, segments, bytes)
    let isBusy = abs(event.error) == 16
    if event.error != 0 {
      text = (isBusy ? TracePhrase.notSentBusy : .notSent).say(["line": text, "error": TraceWords.errno(abs(event.error))])
    }
    var line = line(.retransmit, event, text, isBusy ? TraceLesson.busy.say() : lesson(timer, event))
    (line.timer, line.segments, line.bytes, line.error) = (timer, segments, bytes, abs(event.error))
    if add(line, of: &story), event.error == 0 { count { $0.retransmissions[timer, default: 0] += segments } }
  }

  private func words(_ timer: TraceTimer, _ story: TraceStory, _ event: EventRecord, _ segments: Int, _ bytes: Int) -> Sentence {
    let count = Int(event.connection?.timeouts ?? 0)
    if timer == .syn {
      let limit = rules(event).synSchedule.count - 1
      let sent = max(count, story.retransmissions[.syn] ?? 1)
      guard let since = story.since else {
        return (sent <= limit ? TracePhrase.synOld : .synOldNoLimit).say(["count": sent, "limit": limit])
      }
      let time = TraceWords.time(event.monotonicNanoseconds &- since)
      return (sent <= limit ? TracePhrase.syn : .synNoLimit).say(["count": sent, "limit": limit, "time": time])
    }
    let phrase: TracePhrase =
      switch timer {
      case .rto: .rto
      case .tlp: .tlp
      case .fast: .fast
      case .rack: .rack
      case .loss: .loss
      case .window: .window
      case .mtu: .mtu
      default: .other
      }
    let what: Sentence =
      segments > 1
      ? TracePhrase.segments.say(["count": segments, "bytes": Counted.bytes(bytes)])
      : bytes > 0 ? Counted.bytes(bytes) : (event.tcpFlags & 2 != 0 ? TracePhrase.synWord : .fin).say()
    return phrase.say(["what": what, "count": max(count, 1)])
  }

  /// The limits of a socket whose program set its own.
  private func rules(_ event: EventRecord) -> GiveUp {
    var own = rules
    if let retries = event.connection?.synRetries, retries != 0 { own.synRetries = Int(retries) }
    if let time = event.connection?.userTimeoutMilliseconds, time != 0 { own.userTimeout = Int(time) }
    return own
  }

  private func lesson(_ timer: TraceTimer, _ event: EventRecord) -> Sentence? {
    switch timer {
    case .syn: TraceLesson.syn.say(["total": Durations.words(milliseconds: rules(event).synSchedule.last ?? 0)])
    case .synAck: TraceLesson.synAck.say()
    case .rto: TraceLesson.rto.say()
    case .tlp: TraceLesson.tlp.say()
    case .fast: TraceLesson.fast.say()
    case .rack: TraceLesson.rack.say()
    case .loss: TraceLesson.loss.say()
    case .window: TraceLesson.window.say()
    case .mtu: TraceLesson.mtu.say()
    case .other: nil
    }
  }

  /// A half-open request has no cookie of its own: the event's is its listener's.
  mutating func synAck(_ event: EventRecord) {
    let ends = TraceEnds(event)
    synAcks[ends, default: 0] += 1
    // A flood must not fill the memory; who is forgotten here is counted from 1 again.
    if synAcks.count > 65_536 { synAcks.removeAll() }
    var story = TraceStory(event, side: .wasCalled, opened: nil)
    (story.state, story.cookie) = (.synRecv, 0)
    let owners = owners(ofListenerAt: ends)
    guard filter.wants(story, [.synRecv], owners) else { return }
    let text = TracePhrase.synAck.say([
      "local": Who.endpoint(ends.local, ends.localPort), "peer": Who.endpoint(ends.peer, ends.peerPort),
      "count": max(Int(event.retransmits), synAcks[ends] ?? 1), "limit": rules.synAckRetries, "who": Self.who(owners),
    ])
    var line = line(.synAckRetransmit, event, text, lesson(.synAck, event))
    (line.cookie, line.owners, line.timer, line.segments, line.newState) = (0, owners, .synAck, 1, .synRecv)
    lines.append(line)
    count { $0.retransmissions[.synAck, default: 0] += 1 }
  }
}
