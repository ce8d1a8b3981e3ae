internal import Catalog
internal import SockDiag
internal import Snapshot

enum ZeroWindowPhrase: String, PhraseTable {
  static var room: String { "finding.zero-window" }
  case threshold = "a connection's persist timer runs and at least {least} window probes found the peer's window closed"
  case title = "{connections} with {peer} may not send: the peer's window is closed"
  case held = "{bytes} wait to be sent; longest: {owner}, for at least {time} (tcpi_backoff {backoff})"
  case limited = "{time} of its life that connection was held up by the peer's window (tcpi_rwnd_limited)"
  case answered =
    "the peer answers the probes (unanswered: {unanswered}), so its kernel lives and this never times out by itself, unless the program set TCP_USER_TIMEOUT"
  case answeredKnown = "the peer answers the probes (unanswered: {unanswered}), so its kernel lives and this never times out by itself"
  case timeout =
    "the program set TCP_USER_TIMEOUT {time}: the connection ends in {left}, whether probes are answered or not (unanswered: {unanswered})"
  case orphan = "its program has closed it, so even answered probes end, in {left} (tcp_orphan_retries {retries}; 0 acts as 8)"
  case orphanTimeout =
    "its program has closed it and had set TCP_USER_TIMEOUT {time}: it ends in {left}, whether probes are answered or not"
  case unanswered =
    "{unanswered} probes in a row had no answer: the kernel gives up in {left} (tcp_retries2 {retries}), sooner by a TCP_USER_TIMEOUT"
  case unansweredKnown = "{unanswered} probes in a row had no answer: the kernel gives up in {left} (tcp_retries2 {retries})"
  case cause = "the peer's program does not read: its receive buffer is full, so its kernel offers window 0 and ours may only probe"
  case causeGone = "the peer closed its window and then fell silent: stuck, gone, or cut off"
  case advice = "look at the reader on the other side; on this side TCP_USER_TIMEOUT bounds the wait"
  case adviceBounded = "look at the reader on the other side"
}

/// Nothing may be sent: tcp_probe_timer(). Momentary closings are not worth a line: two probes are.
enum ZeroWindow: Rule {
  static let id = "zero-window"
  /// Probes sent since the window closed (icsk_backoff counts them).
  static let least: UInt64 = 2
  static var threshold: Sentence { ZeroWindowPhrase.threshold.say(["least": least]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var groups: [Endpoint: BytePile] = [:]
    for state in [TCPState.established, .closeWait, .finWait1, .closing, .lastAck] {
      for socket in evidence.now.inet.tcp(state) where socket.timer == .persist {
        guard (socket[.backoff] ?? UInt64(socket.timerRetransmits)) >= least else { continue }
        let endpoint = Endpoint(socket, evidence)
        var group = groups.removeValue(forKey: endpoint) ?? BytePile()
        group.pile.add(socket, score: closedFor(socket, GiveUp(socket, evidence)))
        group.bytes += socket.sendQueue
        groups[endpoint] = group
      }
    }
    return Folded(groups).findings { finding($0, $1, evidence) }
  }

  /// Milliseconds since the window closed, at least: the probe delays that have passed, each twice the one before.
  static func closedFor(_ socket: InetSocket, _ giveUp: GiveUp) -> Int {
    let rto = Int((socket[.rto] ?? 0) / 1000)
    let backoff = Int(socket[.backoff] ?? UInt64(socket.timerRetransmits))
    let passed = (0..<backoff).reduce(0) { $0 + giveUp.probeDelay(rto: rto, backoff: $1) }
    let waited = passed + max(0, giveUp.probeDelay(rto: rto, backoff: backoff) - socket.timerMilliseconds)
    // TCP_USER_TIMEOUT shortens the last delay, so that it fires when the time since the first probe is over.
    guard let limit = giveUp.userTimeout else { return waited }
    return min(waited, max(0, giveUp.probeDelay(rto: rto, backoff: 0) + limit - socket.timerMilliseconds))
  }

  static func finding(_ endpoint: Endpoint, _ group: BytePile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = ZeroWindowPhrase
    guard let longest = group.pile.worst.first else { return nil }
    let socket = longest.socket
    let backoff = Int(socket[.backoff] ?? 0)
    var lines = [
      Phrase.held.say([
        "bytes": Counted.bytes(group.bytes), "owner": Who.holds(socket, evidence), "time": Durations.words(milliseconds: longest.score),
        "backoff": backoff,
      ])
    ]
    if let limited = socket[.rwnd_limited], limited > 0 {
      lines.append(Phrase.limited.say(["time": Durations.words(milliseconds: Int(limited / 1000))]))
    }
    // One probe may be on its way; two in a row without an answer are silence.
    let isGone = socket.timerRetransmits >= 2
    let rules = GiveUp(socket, evidence)
    lines.append(end(socket, rules, backoff: backoff, isGone: isGone))
    return Finding(
      id: id, severity: .warning, sockets: group.pile.sockets, count: group.pile.count,
      title: Phrase.title.say(["peer": endpoint.words, "connections": Counted.connections(group.pile.count)]), evidence: lines,
      cause: (isGone ? Phrase.causeGone : .cause).say(), advice: (rules.userTimeout == nil ? Phrase.advice : .adviceBounded).say(),
      next: Next.state("connected", to: endpoint))
  }

  /// When the kernel ends the one that waits longest, and by what.
  private static func end(_ socket: InetSocket, _ rules: GiveUp, backoff: Int, isGone: Bool) -> Sentence {
    typealias Phrase = ZeroWindowPhrase
    let sent = socket.timerRetransmits, timer = socket.timerMilliseconds, rto = Int((socket[.rto] ?? 0) / 1000)
    let outlook = rules.persist(unanswered: sent, backoff: backoff, rto: rto, timer: timer)
    let orphan = socket.isOrphan ? rules.persistOrphan(unanswered: sent, backoff: backoff, rto: rto, timer: timer) : nil
    let byTime = rules.persistTimeout(backoff: backoff, rto: rto, timer: timer)
    let phrase: Phrase
    if let orphan {
      phrase = orphan.remaining == byTime ? .orphanTimeout : .orphan
    } else if let byTime, !isGone || byTime == outlook.remaining {
      phrase = .timeout
    } else {
      phrase = isGone ? rules.isExact ? .unansweredKnown : .unanswered : rules.isExact ? .answeredKnown : .answered
    }
    let left = orphan?.remaining ?? (phrase == .timeout ? byTime : nil) ?? outlook.remaining
    return phrase.say([
      "unanswered": sent, "left": Durations.words(milliseconds: left), "retries": orphan == nil ? rules.retries2 : rules.orphanRetries,
      "time": Durations.words(milliseconds: rules.userTimeout ?? 0),
    ])
  }
}
