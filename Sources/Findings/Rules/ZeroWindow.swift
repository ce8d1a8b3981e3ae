internal import Catalog
internal import SockDiag
internal import Snapshot

enum ZeroWindowPhrase: String, PhraseTable {
  static var room: String { "finding.zero-window" }
  case threshold = "a connection's persist timer runs and at least {least} window probes found the peer's window closed"
  case title = "{connections} with {peer} may not send: the peer's window is closed"
  case held = "{bytes} wait to be sent; longest: {owner}, for at least {time} (tcpi_backoff {backoff})"
  case limited = "{time} of its life that connection was held up by the peer's window (tcpi_rwnd_limited)"
  case answered = "the peer answers the probes (unanswered: {unanswered}), so its kernel lives and this never times out by itself"
  case orphan = "its program has closed it, so even answered probes end, in {left} (tcp_orphan_retries {retries}; 0 acts as 8)"
  case unanswered = "{unanswered} probes in a row had no answer: the kernel gives up in {left} (tcp_retries2 {retries})"
  case cause = "the peer's program does not read: its receive buffer is full, so its kernel offers window 0 and ours may only probe"
  case causeGone = "the peer closed its window and then fell silent: stuck, gone, or cut off"
  case advice = "look at the reader on the other side; on this side TCP_USER_TIMEOUT bounds the wait"
}

/// Nothing may be sent: tcp_probe_timer(). Momentary closings are not worth a line: two probes are.
enum ZeroWindow: Rule {
  static let id = "zero-window"
  /// Probes sent since the window closed (icsk_backoff counts them).
  static let least: UInt64 = 2
  static var threshold: Sentence { ZeroWindowPhrase.threshold.say(["least": least]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    let giveUp = GiveUp(evidence.now.sysctls)
    var groups: [Endpoint: BytePile] = [:]
    for state in [TCPState.established, .closeWait, .finWait1, .closing, .lastAck] {
      for socket in evidence.now.inet.tcp(state) where socket.timer == .persist {
        guard (socket[.backoff] ?? UInt64(socket.timerRetransmits)) >= least else { continue }
        let endpoint = Endpoint(socket, evidence)
        var group = groups.removeValue(forKey: endpoint) ?? BytePile()
        group.pile.add(socket, score: closedFor(socket, giveUp))
        group.bytes += socket.sendQueue
        groups[endpoint] = group
      }
    }
    return Folded(groups).findings { finding($0, $1, giveUp, evidence) }
  }

  /// Milliseconds since the window closed, at least: the probe delays that have passed, each twice the one before.
  static func closedFor(_ socket: InetSocket, _ giveUp: GiveUp) -> Int {
    let rto = Int((socket[.rto] ?? 0) / 1000)
    let backoff = Int(socket[.backoff] ?? UInt64(socket.timerRetransmits))
    let passed = (0..<backoff).reduce(0) { $0 + giveUp.probeDelay(rto: rto, backoff: $1) }
    return passed + max(0, giveUp.probeDelay(rto: rto, backoff: backoff) - socket.timerMilliseconds)
  }

  static func finding(_ endpoint: Endpoint, _ group: BytePile, _ giveUp: GiveUp, _ evidence: Evidence) -> Finding? {
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
    let rto = Int((socket[.rto] ?? 0) / 1000)
    let outlook = giveUp.persist(unanswered: socket.timerRetransmits, backoff: backoff, rto: rto, timer: socket.timerMilliseconds)
    let orphan =
      socket.isOrphan
      ? giveUp.persistOrphan(unanswered: socket.timerRetransmits, backoff: backoff, rto: rto, timer: socket.timerMilliseconds) : nil
    // One probe may be on its way; two in a row without an answer are silence.
    let isGone = outlook.sent >= 2
    lines.append(
      orphan.map { Phrase.orphan.say(["left": Durations.words(milliseconds: $0.remaining), "retries": giveUp.orphanRetries]) }
        ?? (isGone
          ? Phrase.unanswered.say([
            "unanswered": outlook.sent, "left": Durations.words(milliseconds: outlook.remaining), "retries": giveUp.retries2,
          ])
          : Phrase.answered.say(["unanswered": outlook.sent])))
    return Finding(
      id: id, severity: .warning, sockets: group.pile.sockets, count: group.pile.count,
      title: Phrase.title.say(["peer": endpoint.words, "connections": Counted.connections(group.pile.count)]), evidence: lines,
      cause: (isGone ? Phrase.causeGone : .cause).say(), advice: Phrase.advice.say(), next: Next.state("connected", to: endpoint))
  }
}
