internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum TimerPhrase: String, PhraseTable {
  static var room: String { "card.timer" }
  case label = "timer"
  case off = "none: nothing is in flight, and SO_KEEPALIVE is not set: a peer that vanishes is never noticed"
  case offClosing = "none is pending"
  case armed = "in {time} a tail loss probe or a retransmission, unless the ACK comes first (RTO {rto})"
  case shrunk =
    "the peer closed its window over data in flight: in {time} a retransmission serves as a window probe; while it answers, no end"
  case shrunkUnless = "the program may have set TCP_USER_TIMEOUT: that ends it, answered or not"
  case shrunkTimeout = "but by its TCP_USER_TIMEOUT: {time} after the first retransmission it is given up, answered or not"
  case retransmits = "retransmission {next} in {time}; unless an ACK comes, given up in {remaining}"
  case retransmitsLast = "{sent} retransmissions had no ACK, no more follow: unless one comes, given up in {remaining}"
  case retransmitsUserTimeout =
    "the program set TCP_USER_TIMEOUT: given up in {remaining} unless an ACK comes. The timer would otherwise run for the RTO, {rto}"
  case retransmitsOutlived =
    "the program set a TCP_USER_TIMEOUT longer than net.ipv4.tcp_retries2 {setting} ({total}), or that was lowered since"
  case retransmitsRule =
    "RTO now {rto}, it doubles each time; the program then gets ETIMEDOUT (net.ipv4.tcp_retries2 {setting}: at least {total}), unless it set TCP_USER_TIMEOUT"
  case retransmitsRuleKnown =
    "RTO now {rto}, it doubles each time; the program then gets ETIMEDOUT (net.ipv4.tcp_retries2 {setting}: at least {total})"
  case retransmitsRuleTimeout = "RTO now {rto}, it doubles each time; the program then gets ETIMEDOUT, by its TCP_USER_TIMEOUT {total}"
  case orphanRuleTimeout = "no process waits for the outcome: its TCP_USER_TIMEOUT {total} rules, as it did before; then it vanishes"
  case orphanRuleKnown =
    "no process waits for the outcome: net.ipv4.tcp_orphan_retries {setting} (0 acts as 8) rules, at least {total}; then it vanishes"
  case orphanRule =
    "no process waits for the outcome: net.ipv4.tcp_orphan_retries {setting} (0 acts as 8) rules, at least {total}, unless the program set TCP_USER_TIMEOUT; then it vanishes"
  case keepalive = "keepalive: idle, the first probe in {time} unless the peer is heard before"
  case keepaliveCheck = "keepalive: the peer was heard {idle} ago; in {time} the timer looks whether that is long enough for a probe"
  case keepaliveCheckRule =
    "it is, if the program set TCP_KEEPIDLE to {sum} or less; by net.ipv4.tcp_keepalive_time {setting} the first probe is {probe} away"
  case keepaliveRule =
    "a dead peer is found {total} after its last sign: tcp_keepalive_time + intvl × probes, unless the program set TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT or TCP_USER_TIMEOUT"
  case keepaliveRuleKnown = "a dead peer is found {total} after its last sign: {idle} + {interval} × {probes}"
  case keepaliveFailing =
    "keepalive: probes without an answer: {sent}, the next in {time}; reset in {remaining} (ETIMEDOUT) unless one is answered"
  case keepaliveLast = "keepalive: {sent} probes had no answer, no more follow; reset in {remaining} (ETIMEDOUT) unless the peer is heard"
  case keepaliveBeyond = "keepalive: probes without an answer: {sent}; in {time} the next, or the reset (ETIMEDOUT)"
  case keepaliveWithin =
    "keepalive: probes without an answer: {sent}, the next in {time}; reset within {remaining} (ETIMEDOUT) unless one is answered"
  case keepaliveInterval =
    "the program set TCP_KEEPINTVL: {sent} in {idle} means {interval} apart at most, net.ipv4.tcp_keepalive_intvl is {setting}"
  case keepaliveFailingRule =
    "net.ipv4.tcp_keepalive_probes {probes}, each {interval} apart, unless the program set TCP_KEEPINTVL, TCP_KEEPCNT or TCP_USER_TIMEOUT"
  case keepaliveFailingRuleKnown = "{probes} probes, each {interval} apart"
  case keepaliveLonger =
    "the program set TCP_KEEPIDLE: {time} is more than net.ipv4.tcp_keepalive_time {setting} (or that was lowered since)"
  case keepaliveEarlier =
    "the program set TCP_KEEPIDLE: it probes already, {idle} after the peer's last sign; net.ipv4.tcp_keepalive_time is {setting} (or was raised since)"
  case keepaliveCount = "the program set TCP_KEEPCNT: {sent} unanswered probes are more than net.ipv4.tcp_keepalive_probes {probes}"
  case persist = "zero window: the peer's program does not read. The next window probe in {time}"
  case persistAnswered =
    "each probe is answered (0 unanswered, backoff {backoff}): this can last for ever, unless the program set TCP_USER_TIMEOUT"
  case persistAnsweredKnown = "each probe is answered (0 unanswered, backoff {backoff}): this can last for ever"
  case persistAnsweredTimeout =
    "each probe is answered (0 unanswered, backoff {backoff}), but its TCP_USER_TIMEOUT {time} ends it in {remaining} (ETIMEDOUT)"
  case persistUnanswered =
    "probes unanswered: {sent}; given up in {remaining} (ETIMEDOUT, net.ipv4.tcp_retries2 {setting}) unless one is answered; sooner if the program set TCP_USER_TIMEOUT"
  case persistUnansweredKnown =
    "probes unanswered: {sent}; given up in {remaining} (ETIMEDOUT, net.ipv4.tcp_retries2 {setting}) unless one is answered"
  case persistUnansweredTimeout =
    "probes unanswered: {sent}; given up in {remaining} (ETIMEDOUT), answered or not, by its TCP_USER_TIMEOUT {time}"
  case persistLast = "zero window, {sent} probes unanswered, no more follow: given up in {remaining} (ETIMEDOUT) unless the peer is heard"
  case persistOrphan =
    "no process any more: it vanishes in {remaining}, answered or not, unless the window opens (net.ipv4.tcp_orphan_retries {setting})"
  case persistOrphanUnanswered =
    "probes unanswered: {sent}, and no process any more: it vanishes in {remaining} unless one is answered (net.ipv4.tcp_orphan_retries {setting}; 0 acts as 8)"
  case persistOrphanTimeout =
    "no process any more: it vanishes in {remaining}, answered or not, unless the window opens (its TCP_USER_TIMEOUT {time})"
  case persistOrphanEndless =
    "no process any more, but each probe is answered, and with net.ipv4.tcp_orphan_retries {orphan} and tcp_retries2 {retries} nothing ends that"
  case corked = "{bytes} are held back by TCP_CORK until a segment is full or the program lets go; in {time} they leave all the same"
  case corkedMore = "{bytes} are held back by MSG_MORE until more is written; in {time} they leave all the same"
  case corkedUnknown = "{bytes} are held back by TCP_CORK or MSG_MORE until a segment is full; in {time} they leave all the same"
  case delack = "a delayed ACK leaves in {time} unless data goes out first"
  case unknown = "{kind}, {time} left"
  case assumed = "{name} was not readable: the kernel's default was taken"
}

/// The pending timer in words: what happens when it fires, and when the kernel gives up.
enum TimerLine {
  static func line(_ socket: InetSocket, _ evidence: Evidence) -> CardLine {
    let rules = GiveUp(socket, evidence)
    switch socket.timer {
    case .off: return CardLine(TimerPhrase.label.say(), (hasFullLife(socket) ? TimerPhrase.off : .offClosing).say())
    case .on: return retransmission(socket, rules)
    case .keepalive: return keepalive(socket, rules)
    case .persist: return persist(socket, rules, evidence)
    case .delack: return CardLine(TimerPhrase.label.say(), TimerPhrase.delack.say(["time": left(socket)]))
    default: return CardLine(TimerPhrase.label.say(), TimerPhrase.unknown.say(["kind": socket.timer.name, "time": left(socket)]))
    }
  }

  static func left(_ socket: InetSocket) -> Sentence { Durations.words(milliseconds: socket.timerMilliseconds) }
  static func rto(_ socket: InetSocket) -> Int? { socket[.rto].map { Int($0 / 1000) } }

  static func hasFullLife(_ socket: InetSocket) -> Bool {
    socket.sendQueue == 0
      && (socket.state == .established || socket.state == .closeWait || (socket.state == .finWait2 && socket.inode != 0))
  }

  /// A note for each of these settings that could not be read.
  static func assumptions(_ rules: GiveUp, _ names: String...) -> [Sentence] {
    names.map { "net.ipv4.\($0)" }.filter(rules.assumed.contains).map { TimerPhrase.assumed.say(["name": $0]) }
  }

  static func retransmission(_ socket: InetSocket, _ rules: GiveUp) -> CardLine {
    let count = socket[.retransmits].map { Int($0) } ?? socket.timerRetransmits
    guard let rto = rto(socket) else {
      return CardLine(TimerPhrase.label.say(), TimerPhrase.unknown.say(["kind": socket.timer.name, "time": left(socket)]))
    }
    if socket[.snd_wnd] == 0, !socket.isOrphan, socket.state != .synSent {
      // tcp_retransmit_timer(): no count rises and only a peer silent for 2 × TCP_RTO_MAX, or TCP_USER_TIMEOUT, ends it.
      let limit = rules.userTimeout.map { TimerPhrase.shrunkTimeout.say(["time": Durations.words(milliseconds: $0)]) }
      return CardLine(
        TimerPhrase.label.say(), TimerPhrase.shrunk.say(["time": left(socket)]),
        details: limit.map { [$0] } ?? (rules.isExact ? [] : [TimerPhrase.shrunkUnless.say()]), emphasis: .warning)
    }
    if count == 0, !socket.isOrphan {
      return CardLine(
        TimerPhrase.label.say(), TimerPhrase.armed.say(["time": left(socket), "rto": Durations.words(milliseconds: rto)]))
    }
    let outlook = rules.unacknowledged(retransmits: count, rto: rto, timer: socket.timerMilliseconds, isOrphan: socket.isOrphan)
    let isOutlived = !socket.isOrphan && !rules.isExact && rules.hasOutlived(retransmits: count, rto: rto, timer: socket.timerMilliseconds)
    if !rules.isExact, hasUserTimeout(socket, rto: rto) {
      let text = TimerPhrase.retransmitsUserTimeout.say(["remaining": left(socket), "rto": Durations.words(milliseconds: rto)])
      return CardLine(TimerPhrase.label.say(), text, emphasis: .warning)
    }
    let text = (outlook.remaining > socket.timerMilliseconds || isOutlived ? TimerPhrase.retransmits : .retransmitsLast).say([
      "sent": count, "next": count + 1, "time": left(socket), "remaining": Durations.words(milliseconds: outlook.remaining),
    ])
    let rule =
      isOutlived
      ? TimerPhrase.retransmitsOutlived.say([
        "setting": rules.retries2, "total": Durations.words(milliseconds: rules.unacknowledgedAtLeast),
      ])
      : socket.isOrphan
        ? orphanRule(rules).say([
          "setting": rules.orphanRetries, "total": Durations.words(milliseconds: rules.userTimeout ?? rules.orphanAtLeast),
        ])
        : ownRule(rules).say([
          "rto": Durations.words(milliseconds: rto), "setting": rules.retries2,
          "total": Durations.words(milliseconds: rules.userTimeout ?? rules.unacknowledgedAtLeast),
        ])
    return CardLine(
      TimerPhrase.label.say(), text,
      details: [rule] + rules.untold(.userTimeout) + assumptions(rules, socket.isOrphan ? "tcp_orphan_retries" : "tcp_retries2"),
      emphasis: count > 0 ? .warning : .plain)
  }

  private static func ownRule(_ rules: GiveUp) -> TimerPhrase {
    rules.userTimeout != nil ? .retransmitsRuleTimeout : rules.isExact ? .retransmitsRuleKnown : .retransmitsRule
  }

  private static func orphanRule(_ rules: GiveUp) -> TimerPhrase {
    rules.userTimeout != nil ? .orphanRuleTimeout : rules.isExact ? .orphanRuleKnown : .orphanRule
  }

  /// Whether the timer was armed for less than the RTO: only tcp_clamp_rto_to_user_timeout() does that, and it then fires when TCP_USER_TIMEOUT
  /// is over. The arming is the last transmission, provided the peer has been silent since; half a second is
  /// TCP_RESOURCE_PROBE_INTERVAL, a retransmission that the local host could not send.
  static func hasUserTimeout(_ socket: InetSocket, rto: Int) -> Bool {
    guard let retransmits = socket[.retransmits], retransmits > 0, socket[.ca_state] == 4 else { return false }
    guard let sent = socket[.last_data_sent].map({ Int($0) }), let heard = socket[.last_ack_recv].map({ Int($0) }) else { return false }
    let armed = sent + socket.timerMilliseconds
    return heard > sent + 200 && armed > 600 && armed + armed / 8 < rto
  }

  static func keepalive(_ socket: InetSocket, _ rules: GiveUp) -> CardLine {
    let sent = socket.timerRetransmits, timer = socket.timerMilliseconds
    let outlook = rules.keepalive(unanswered: sent, timer: timer)
    let time = Durations.words(milliseconds: rules.keepaliveTime)
    let missing = assumptions(rules, "tcp_keepalive_time", "tcp_keepalive_intvl", "tcp_keepalive_probes")
    // keepalive_time_elapsed(): the younger of the last data and the last ACK heard.
    let idle = [socket[.last_data_recv], socket[.last_ack_recv]].compactMap { $0 }.min().map { Int($0) }
    guard sent > 0 else { return waiting(socket, rules, idle: idle, missing) }
    let interval = idle.flatMap { rules.provenInterval(unanswered: sent, idle: $0, timer: timer) }
    let within = timer + max(0, rules.keepaliveProbes - sent) * (interval ?? rules.keepaliveInterval)
    let phrase: TimerPhrase =
      outlook.isOverridden
      ? .keepaliveBeyond : sent == rules.keepaliveProbes ? .keepaliveLast : interval != nil ? .keepaliveWithin : .keepaliveFailing
    let text = phrase.say([
      "sent": sent, "time": left(socket), "remaining": Durations.words(milliseconds: interval == nil ? outlook.remaining : within),
    ])
    var details: [Sentence] = []
    if let idle, idle < rules.keepaliveTime {
      details.append(TimerPhrase.keepaliveEarlier.say(["idle": Durations.words(milliseconds: idle), "setting": time]))
    }
    if let interval, let idle {
      details.append(
        TimerPhrase.keepaliveInterval.say([
          "sent": sent, "idle": Durations.words(milliseconds: idle), "interval": Durations.words(milliseconds: interval),
          "setting": Durations.words(milliseconds: rules.keepaliveInterval),
        ]))
    }
    if outlook.isOverridden {
      details.append(TimerPhrase.keepaliveCount.say(["sent": sent, "probes": rules.keepaliveProbes]))
    } else if interval == nil {
      details.append(
        (rules.isExact ? TimerPhrase.keepaliveFailingRuleKnown : .keepaliveFailingRule).say([
          "probes": rules.keepaliveProbes, "interval": Durations.words(milliseconds: rules.keepaliveInterval),
        ]))
    }
    details += rules.untold(.keepIdle, .keepInterval, .keepCount, .userTimeout)
    return CardLine(TimerPhrase.label.say(), text, details: details + missing, emphasis: .warning)
  }

  /// No probe is out. The timer is not moved when the peer is heard: when it fires, tcp_keepalive_timer() sets it again for the rest.
  static func waiting(_ socket: InetSocket, _ rules: GiveUp, idle: Int?, _ missing: [Sentence]) -> CardLine {
    let timer = socket.timerMilliseconds
    let setting = Durations.words(milliseconds: rules.keepaliveTime)
    if let idle, idle + timer < rules.keepaliveTime - max(1000, rules.keepaliveTime / 50) {
      let rule = TimerPhrase.keepaliveCheckRule.say([
        "sum": Durations.words(milliseconds: idle + timer), "setting": setting,
        "probe": Durations.words(milliseconds: rules.keepaliveTime - idle),
      ])
      let text = TimerPhrase.keepaliveCheck.say(["idle": Durations.words(milliseconds: idle), "time": left(socket)])
      return CardLine(TimerPhrase.label.say(), text, details: [rule] + missing)
    }
    let total = Durations.words(milliseconds: rules.keepaliveTime + rules.keepaliveProbes * rules.keepaliveInterval)
    let known = TimerPhrase.keepaliveRuleKnown.say([
      "total": total, "idle": setting, "interval": Durations.words(milliseconds: rules.keepaliveInterval), "probes": rules.keepaliveProbes,
    ])
    let rule =
      rules.isExact
      ? known
      : timer > rules.keepaliveTime
        ? TimerPhrase.keepaliveLonger.say(["time": left(socket), "setting": setting]) : TimerPhrase.keepaliveRule.say(["total": total])
    return CardLine(
      TimerPhrase.label.say(), TimerPhrase.keepalive.say(["time": left(socket)]),
      details: [rule] + rules.untold(.keepIdle, .keepInterval, .keepCount, .userTimeout) + missing)
  }
}
