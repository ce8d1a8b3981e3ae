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
  case retransmits = "retransmission {next} in {time}; unless an ACK comes, given up in {remaining}"
  case retransmitsRule =
    "timeouts in a row: {retransmits}, RTO now {rto}; the program then gets ETIMEDOUT (net.ipv4.tcp_retries2 {setting}: at least {total}), unless it set TCP_USER_TIMEOUT"
  case orphanRule =
    "no process waits for the outcome: net.ipv4.tcp_orphan_retries {setting} (0 acts as 8) rules, at least {total}; then it vanishes"
  case keepalive = "keepalive: idle, the first probe in {time} unless the peer is heard before"
  case keepaliveRule =
    "a dead peer is found {total} after its last sign: tcp_keepalive_time + intvl × probes, unless the program set TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT"
  case keepaliveFailing =
    "keepalive: probes without an answer: {sent}, the next in {time}; reset in {remaining} (ETIMEDOUT) unless one is answered"
  case keepaliveFailingRule =
    "net.ipv4.tcp_keepalive_probes {probes}, each {interval} apart, unless the program set TCP_KEEPINTVL, TCP_KEEPCNT or TCP_USER_TIMEOUT"
  case keepaliveLonger =
    "the program set TCP_KEEPIDLE: {time} is more than net.ipv4.tcp_keepalive_time {setting} (or that was lowered since)"
  case keepaliveEarlier =
    "the program set TCP_KEEPIDLE: it probes after {idle} of silence, net.ipv4.tcp_keepalive_time is {setting} (or was raised since)"
  case keepaliveCount = "the program set TCP_KEEPCNT: {sent} unanswered probes are more than net.ipv4.tcp_keepalive_probes {probes}"
  case persist = "zero window: the peer's program does not read. The next window probe in {time}"
  case persistAnswered =
    "each probe is answered (0 unanswered, backoff {backoff}): this can last for ever, unless the program set TCP_USER_TIMEOUT"
  case persistUnanswered =
    "probes unanswered: {sent}; given up in {remaining} (ETIMEDOUT, net.ipv4.tcp_retries2 {setting}) unless one is answered"
  case persistOrphan =
    "no process any more, so even answered probes end: given up in {remaining} (net.ipv4.tcp_orphan_retries {setting}; 0 acts as 8)"
  case persistOrphanEndless =
    "no process any more: net.ipv4.tcp_orphan_retries {setting} is more than the probes' doublings, so nothing ends it"
  case delack = "a delayed ACK leaves in {time} unless data goes out first"
  case unknown = "{kind}, {time} left"
  case assumed = "{name} was not readable: the kernel's default was taken"
}

/// The pending timer in words: what happens when it fires, and when the kernel gives up.
enum TimerLine {
  static func line(_ socket: InetSocket, _ evidence: Evidence) -> CardLine {
    let rules = GiveUp(evidence.now.sysctls)
    switch socket.timer {
    case .off: return CardLine(TimerPhrase.label.say(), (hasFullLife(socket) ? TimerPhrase.off : .offClosing).say())
    case .on: return retransmission(socket, rules)
    case .keepalive: return keepalive(socket, rules)
    case .persist: return persist(socket, rules)
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
      return CardLine(TimerPhrase.label.say(), TimerPhrase.shrunk.say(["time": left(socket)]), emphasis: .warning)
    }
    if count == 0, !socket.isOrphan {
      return CardLine(
        TimerPhrase.label.say(), TimerPhrase.armed.say(["time": left(socket), "rto": Durations.words(milliseconds: rto)]))
    }
    let outlook = rules.unacknowledged(retransmits: count, rto: rto, timer: socket.timerMilliseconds, isOrphan: socket.isOrphan)
    let text = TimerPhrase.retransmits.say([
      "next": count + 1, "time": left(socket), "remaining": Durations.words(milliseconds: outlook.remaining),
    ])
    let rule =
      socket.isOrphan
      ? TimerPhrase.orphanRule.say(["setting": rules.orphanRetries, "total": Durations.words(milliseconds: rules.orphanAtLeast)])
      : TimerPhrase.retransmitsRule.say([
        "retransmits": count, "rto": Durations.words(milliseconds: rto), "setting": rules.retries2,
        "total": Durations.words(milliseconds: rules.unacknowledgedAtLeast),
      ])
    return CardLine(
      TimerPhrase.label.say(), text, details: [rule] + assumptions(rules, socket.isOrphan ? "tcp_orphan_retries" : "tcp_retries2"),
      emphasis: count > 0 ? .warning : .plain)
  }

  static func keepalive(_ socket: InetSocket, _ rules: GiveUp) -> CardLine {
    let sent = socket.timerRetransmits, timer = socket.timerMilliseconds
    let outlook = rules.keepalive(unanswered: sent, timer: timer)
    let time = Durations.words(milliseconds: rules.keepaliveTime)
    let missing = assumptions(rules, "tcp_keepalive_time", "tcp_keepalive_intvl", "tcp_keepalive_probes")
    guard sent > 0 else {
      let rule =
        timer > rules.keepaliveTime
        ? TimerPhrase.keepaliveLonger.say(["time": left(socket), "setting": time])
        : TimerPhrase.keepaliveRule.say(["total": Durations.words(milliseconds: outlook.total)])
      return CardLine(TimerPhrase.label.say(), TimerPhrase.keepalive.say(["time": left(socket)]), details: [rule] + missing)
    }
    let text = TimerPhrase.keepaliveFailing.say([
      "sent": sent, "time": left(socket), "remaining": Durations.words(milliseconds: outlook.remaining),
    ])
    // keepalive_time_elapsed(): the younger of the last data and the last ACK heard.
    let idle = [socket[.last_data_recv], socket[.last_ack_recv]].compactMap { $0 }.min().map { Int($0) }
    let rule: Sentence
    if let idle, idle < rules.keepaliveTime {
      rule = TimerPhrase.keepaliveEarlier.say(["idle": Durations.words(milliseconds: idle), "setting": time])
    } else if outlook.isOverridden {
      rule = TimerPhrase.keepaliveCount.say(["sent": sent, "probes": rules.keepaliveProbes])
    } else {
      rule = TimerPhrase.keepaliveFailingRule.say([
        "probes": rules.keepaliveProbes, "interval": Durations.words(milliseconds: rules.keepaliveInterval),
      ])
    }
    return CardLine(TimerPhrase.label.say(), text, details: [rule] + missing, emphasis: .warning)
  }

  static func persist(_ socket: InetSocket, _ rules: GiveUp) -> CardLine {
    let sent = socket[.probes].map { Int($0) } ?? socket.timerRetransmits
    let backoff = Int(socket[.backoff] ?? 0)
    var details: [Sentence] = []
    if socket.isOrphan {
      let outlook = rules.persistOrphan(
        unanswered: sent, backoff: backoff, rto: rto(socket) ?? GiveUp.rtoMin, timer: socket.timerMilliseconds)
      details.append(
        (outlook == nil ? TimerPhrase.persistOrphanEndless : .persistOrphan).say([
          "remaining": Durations.words(milliseconds: outlook?.remaining ?? 0), "setting": rules.orphanRetries,
        ]))
      details += assumptions(rules, "tcp_orphan_retries")
    } else if sent == 0 {
      details.append(TimerPhrase.persistAnswered.say(["backoff": backoff]))
    } else if let rto = rto(socket) {
      let outlook = rules.persist(unanswered: sent, backoff: backoff, rto: rto, timer: socket.timerMilliseconds)
      details.append(
        TimerPhrase.persistUnanswered.say([
          "sent": sent, "remaining": Durations.words(milliseconds: outlook.remaining), "setting": rules.retries2,
        ]))
      details += assumptions(rules, "tcp_retries2")
    }
    return CardLine(TimerPhrase.label.say(), TimerPhrase.persist.say(["time": left(socket)]), details: details, emphasis: .warning)
  }
}
