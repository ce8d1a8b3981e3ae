internal import Catalog
internal import SockDiag
internal import Snapshot

enum SendStuckPhrase: String, PhraseTable {
  static var room: String { "finding.send-stuck" }
  case threshold = "an open connection retransmitted {least} times in a row without an acknowledgement; critical from {many} to one peer"
  case title = "nothing is acknowledged by {peer} on {connections}"
  case held = "{bytes} in the send queues; worst: {owner}, time-outs in a row: {retransmits} (icsk_retransmits)"
  case silent = "nothing was heard from that peer for {time} (tcpi_last_ack_recv)"
  case giveUp =
    "the kernel gives up in about {left} (tcp_retries2 {retries}: at least {least}, unless TCP_USER_TIMEOUT is set); the program sees ETIMEDOUT"
  case giveUpKnown = "the kernel gives up in about {left} (tcp_retries2 {retries}: at least {least}); the program sees ETIMEDOUT"
  case giveUpTimeout = "the kernel gives up in about {left} (TCP_USER_TIMEOUT {least}); the program sees ETIMEDOUT"
  case cause =
    "packets or their acknowledgements are lost all the time: the peer is gone, the way is cut, or a firewall, NAT or balancer forgot the connection"
  case advice =
    "ping the peer and compare with its own view of the connection (none there: it was forgotten); TCP_USER_TIMEOUT shortens the wait, SO_KEEPALIVE finds idle ones"
}

/// Data on its way without an answer: tcp_retransmit_timer().
enum SendStuck: Rule {
  static let id = "send-stuck"
  /// Retransmissions in a row: about 1.4 s at the least RTO.
  static let least = 3
  /// Connections to one peer from which it is critical.
  static let many = 10
  static var threshold: Sentence { SendStuckPhrase.threshold.say(["least": least, "many": many]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var groups: [Endpoint: BytePile] = [:]
    for state in [TCPState.established, .closeWait] {
      for socket in evidence.now.inet.tcp(state) where socket.timer == .on && socket.timerRetransmits >= least && socket.sendQueue > 0 {
        // Nothing acknowledged since the handshake is another rule's.
        if PeerAcceptQueueFull.matches(socket, evidence) { continue }
        let endpoint = Endpoint(socket, evidence)
        var group = groups.removeValue(forKey: endpoint) ?? BytePile()
        group.pile.add(socket, score: socket.timerRetransmits)
        group.bytes += socket.sendQueue
        groups[endpoint] = group
      }
    }
    return Folded(groups).findings { finding($0, $1, evidence) }
  }

  static func finding(_ endpoint: Endpoint, _ group: BytePile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = SendStuckPhrase
    guard let worst = group.pile.sockets.first else { return nil }
    var lines = [
      Phrase.held.say([
        "bytes": Counted.bytes(group.bytes), "owner": Who.holds(worst, evidence), "retransmits": worst.timerRetransmits,
      ])
    ]
    if let silent = worst[.last_ack_recv] { lines.append(Phrase.silent.say(["time": Durations.words(milliseconds: Int(silent))])) }
    // A window that shrank to 0 with data in flight is retransmitted into, and tcp_rtx_probe0_timed_out() rules instead of tcp_retries2.
    if let rto = worst[.rto], worst[.snd_wnd] != 0 {
      let giveUp = GiveUp(worst, evidence)
      let outlook = giveUp.unacknowledged(retransmits: worst.timerRetransmits, rto: Int(rto / 1000), timer: worst.timerMilliseconds)
      lines.append(
        (giveUp.userTimeout != nil ? Phrase.giveUpTimeout : giveUp.isExact ? .giveUpKnown : .giveUp).say([
          "left": Durations.words(milliseconds: outlook.remaining), "retries": giveUp.retries2,
          "least": Durations.words(milliseconds: giveUp.userTimeout ?? giveUp.unacknowledgedAtLeast),
        ]))
    }
    return Finding(
      id: id, severity: group.pile.count >= many && endpoint.isOne ? .critical : .warning, sockets: group.pile.sockets,
      count: group.pile.count,
      title: Phrase.title.say(["peer": endpoint.words, "connections": Counted.connections(group.pile.count)]), evidence: lines,
      cause: Phrase.cause.say(), advice: Phrase.advice.say(), next: Next.state("connected", to: endpoint))
  }
}
