internal import Catalog
internal import SockDiag
internal import Snapshot

/// The persist timer: a window that is too small, or a small write that the program holds back.
extension TimerLine {
  static func persist(_ socket: InetSocket, _ rules: GiveUp, _ evidence: Evidence) -> CardLine {
    if let held = heldBack(socket, evidence) { return held }
    let sent = socket[.probes].map { Int($0) } ?? socket.timerRetransmits
    let backoff = Int(socket[.backoff] ?? 0)
    let rto = rto(socket) ?? GiveUp.rtoMin, timer = socket.timerMilliseconds
    if socket.isOrphan {
      let outlook = rules.persistOrphan(unanswered: sent, backoff: backoff, rto: rto, timer: timer)
      let byTime = rules.persistTimeout(backoff: backoff, rto: rto, timer: timer)
      let isByTime = byTime != nil && byTime == outlook?.remaining
      let phrase: TimerPhrase =
        outlook == nil
        ? .persistOrphanEndless : isByTime ? .persistOrphanTimeout : sent == 0 ? .persistOrphan : .persistOrphanUnanswered
      let rule = phrase.say([
        "sent": sent, "remaining": Durations.words(milliseconds: outlook?.remaining ?? 0), "setting": rules.orphanRetries,
        "orphan": rules.orphanRetries, "retries": rules.retries2, "time": Durations.words(milliseconds: rules.userTimeout ?? 0),
      ])
      return persistLine(socket, .persist, [rule] + (isByTime ? [] : assumptions(rules, "tcp_orphan_retries")))
    }
    guard sent > 0 else { return persistLine(socket, .persist, [answered(rules, backoff: backoff, rto: rto, timer: timer)]) }
    let outlook = rules.persist(unanswered: sent, backoff: backoff, rto: rto, timer: timer)
    let remaining = Durations.words(milliseconds: outlook.remaining)
    let phrase: TimerPhrase =
      outlook.limit == nil ? .persistUnansweredTimeout : rules.isExact ? .persistUnansweredKnown : .persistUnanswered
    let rule = phrase.say([
      "sent": sent, "remaining": remaining, "setting": rules.retries2,
      "time": Durations.words(milliseconds: rules.userTimeout ?? 0),
    ])
    return persistLine(
      socket, outlook.remaining == timer ? .persistLast : .persist,
      [rule] + (outlook.limit == nil ? [] : rules.untold(.userTimeout) + assumptions(rules, "tcp_retries2")), sent: sent,
      remaining: remaining)
  }

  private static func persistLine(
    _ socket: InetSocket, _ phrase: TimerPhrase, _ details: [Sentence], sent: Int = 0, remaining: Sentence? = nil
  ) -> CardLine {
    let text = phrase.say(["time": left(socket), "sent": sent, "remaining": remaining ?? left(socket)])
    return CardLine(TimerPhrase.label.say(), text, details: details, emphasis: .warning)
  }

  private static func answered(_ rules: GiveUp, backoff: Int, rto: Int, timer: Int) -> Sentence {
    guard let limit = rules.userTimeout, let end = rules.persistTimeout(backoff: backoff, rto: rto, timer: timer) else {
      return (rules.isExact ? TimerPhrase.persistAnsweredKnown : .persistAnswered).say(["backoff": backoff])
    }
    return TimerPhrase.persistAnsweredTimeout.say([
      "backoff": backoff, "time": Durations.words(milliseconds: limit), "remaining": Durations.words(milliseconds: end),
    ])
  }

  /// Less than a segment, nothing in flight and room in the window: TCP_CORK or MSG_MORE holds it, and the first firing of the timer, which
  /// tcp_check_probe_timer() sets for anything that waits so, sends it.
  static func heldBack(_ socket: InetSocket, _ evidence: Evidence) -> CardLine? {
    guard isHeldBack(socket) else { return nil }
    let internals = evidence.internals(socket)
    let phrase: TimerPhrase = internals.map { $0.isCorked ? .corked : .corkedMore } ?? .corkedUnknown
    return CardLine(
      TimerPhrase.label.say(), phrase.say(["bytes": Counted.bytes(socket[.notsent_bytes] ?? 0), "time": left(socket)]))
  }

  static func isHeldBack(_ socket: InetSocket) -> Bool {
    guard socket.timer == .persist, let unsent = socket[.notsent_bytes], unsent > 0, let window = socket[.snd_wnd],
      let segment = socket[.snd_mss]
    else { return false }
    return socket[.unacked] == 0 && socket[.probes] == 0 && unsent < segment && unsent <= window
  }
}
