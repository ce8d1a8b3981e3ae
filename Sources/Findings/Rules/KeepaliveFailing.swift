internal import Catalog
internal import SockDiag
internal import Snapshot

enum KeepaliveFailingPhrase: String, PhraseTable {
  static var room: String { "finding.keepalive-failing" }
  case threshold = "{several} keepalive probes in a row are unanswered, or one at two readings further apart than two round trips"
  case title = "keepalive probes to {peer} stay unanswered on {connections}"
  case probes = "worst: {owner}, unanswered in a row: {sent} (icsk_probes_out), the next probe in {next}"
  case silent = "nothing was heard from that peer for {time} (tcpi_last_ack_recv)"
  case giveUp =
    "the connection is reset in {left}: {limit} probes (tcp_keepalive_probes), one each {interval} (tcp_keepalive_intvl), unless TCP_KEEPCNT, TCP_KEEPINTVL or TCP_USER_TIMEOUT are set"
  case giveUpKnown = "the connection is reset in {left}: {limit} probes, one each {interval}"
  case overridden = "more than the {limit} probes of tcp_keepalive_probes: the program set TCP_KEEPCNT or TCP_USER_TIMEOUT"
  case cause =
    "the peer is gone without closing (power, network, suspended machine), or a firewall, NAT or balancer forgot the idle connection and drops its packets"
  case advice =
    "let the kernel clear it; where idle connections are forgotten on the way, set tcp_keepalive_time (or TCP_KEEPIDLE) below that device's time-out"
}

/// An idle connection whose peer is silent: tcp_keepalive_timer().
enum KeepaliveFailing: Rule {
  static let id = "keepalive-failing"
  /// Unanswered probes that prove it whatever the round trip.
  static let several = 2
  static var threshold: Sentence { KeepaliveFailingPhrase.threshold.say(["several": several]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var groups: [Endpoint: Pile] = [:]
    for state in [TCPState.established, .closeWait, .finWait2] {
      for socket in evidence.now.inet.tcp(state) where socket.timer == .keepalive && socket.timerRetransmits >= 1 {
        guard socket.timerRetransmits >= several || isOverdue(socket, evidence) else { continue }
        groups[Endpoint(socket, evidence), default: Pile()].add(socket, score: socket.timerRetransmits)
      }
    }
    return Folded(groups).findings { finding($0, $1, evidence) }
  }

  /// A probe counts as unanswered from the moment it leaves, also towards a healthy peer. When it left cannot be read (the interval may be a
  /// socket option), but one that is out at both readings has outlived its round trip.
  static func isOverdue(_ socket: InetSocket, _ evidence: Evidence) -> Bool {
    guard let earlier = evidence.previous(socket), earlier.timer == .keepalive, earlier.timerRetransmits >= 1,
      earlier.timerMilliseconds >= socket.timerMilliseconds, let interval = evidence.intervalMilliseconds
    else { return false }
    return interval * 1000 > 2 * Int(clamping: socket[.rtt] ?? 0)
  }

  static func finding(_ endpoint: Endpoint, _ pile: Pile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = KeepaliveFailingPhrase
    guard let worst = pile.sockets.first else { return nil }
    let giveUp = GiveUp(worst, evidence)
    let outlook = giveUp.keepalive(unanswered: worst.timerRetransmits, timer: worst.timerMilliseconds)
    var lines = [
      Phrase.probes.say([
        "owner": Who.holds(worst, evidence), "sent": outlook.sent, "next": Durations.words(milliseconds: worst.timerMilliseconds),
      ])
    ]
    if let silent = worst[.last_ack_recv] { lines.append(Phrase.silent.say(["time": Durations.words(milliseconds: Int(silent))])) }
    lines.append(
      outlook.isOverridden
        ? Phrase.overridden.say(["limit": giveUp.keepaliveProbes])
        : (giveUp.isExact ? Phrase.giveUpKnown : .giveUp).say([
          "left": Durations.words(milliseconds: outlook.remaining), "limit": giveUp.keepaliveProbes,
          "interval": Durations.words(milliseconds: giveUp.keepaliveInterval),
        ]))
    lines += giveUp.told(.keepIdle, .keepInterval, .keepCount, .userTimeout)
    return Finding(
      id: id, severity: .warning, sockets: pile.sockets, count: pile.count,
      title: Phrase.title.say(["peer": endpoint.words, "connections": Counted.connections(pile.count)]), evidence: lines,
      cause: Phrase.cause.say(), advice: Phrase.advice.say(), next: Next.state("connected", to: endpoint))
  }
}
