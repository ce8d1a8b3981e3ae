internal import Catalog
internal import SockDiag
internal import Snapshot

enum ConnectUnansweredPhrase: String, PhraseTable {
  static var room: String { "finding.connect-unanswered" }
  case threshold = "a connection in SYN-SENT has sent its SYN again; critical from {many} to one destination"
  case title = "{attempts} to {peer} without an answer"
  case oldest = "oldest: {owner}, retransmission {sent} of {limit} sent, ETIMEDOUT in {left}"
  case oldestBeyond = "oldest: {owner}, retransmission {sent} sent, the next in {next}"
  case giveUp =
    "{limit} retransmissions: tcp_syn_retries {retries} + tcp_syn_linear_timeouts {linear}, {total} in all, unless the program set TCP_SYNCNT or its own time-out"
  case giveUpKnown = "{limit} retransmissions, {total} in all (tcp_syn_linear_timeouts {linear} of them 1 s apart)"
  case overridden = "more than the {limit} retransmissions the settings allow: the program set TCP_SYNCNT"
  case full = "the listener is on this host: its accept queue holds {waiting} of {queueLimit}, so its SYNs are dropped in silence"
  case cause =
    "nothing came back, neither SYN-ACK nor RST: a firewall drops the SYN or the answer, the host is down, or its accept queue is full (a closed port would refuse at once)"
  case causeFull = "the listener's accept queue is full; the kernel then drops SYNs without a word"
  case advice =
    "look at the other end: is the SYN seen there (tcpdump), is its accept queue full, does a firewall drop; ping says whether the host is up"
  case adviceFull = "see why the listener does not accept()"
}

/// connect() that waits: tcp_retransmit_timer() in SYN-SENT.
enum ConnectUnanswered: Rule {
  static let id = "connect-unanswered"
  /// Attempts to one destination from which it is critical.
  static let many = 10
  static var threshold: Sentence { ConnectUnansweredPhrase.threshold.say(["many": many]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var destinations: [Endpoint: Pile] = [:]
    for socket in evidence.now.inet.tcp(.synSent) where socket.timerRetransmits >= 1 {
      destinations[.peer(socket.peerAddress.unmapped, socket.peerPort), default: Pile()].add(socket, score: socket.timerRetransmits)
    }
    return Folded(destinations).findings { finding($0, $1, evidence) }
  }

  static func finding(_ endpoint: Endpoint, _ pile: Pile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = ConnectUnansweredPhrase
    guard let oldest = pile.sockets.first else { return nil }
    let giveUp = GiveUp(oldest, evidence)
    let outlook = giveUp.synSent(retransmits: oldest.timerRetransmits, timer: oldest.timerMilliseconds)
    let left = Durations.words(milliseconds: outlook.remaining)
    let total = Durations.words(milliseconds: outlook.total)
    let limit = outlook.limit ?? 0
    var lines: [Sentence] = []
    lines.append(
      (outlook.isOverridden ? Phrase.oldestBeyond : .oldest).say([
        "owner": Who.holds(oldest, evidence), "sent": outlook.sent, "limit": limit, "left": left,
        "next": Durations.words(milliseconds: oldest.timerMilliseconds),
      ]))
    lines.append(
      (outlook.isOverridden ? Phrase.overridden : giveUp.isExact ? .giveUpKnown : .giveUp).say([
        "limit": limit, "retries": giveUp.synRetries, "linear": giveUp.synLinearTimeouts, "total": total,
      ]))
    lines += giveUp.told(.synCount, .userTimeout)
    let local = evidence.ownListeners(of: oldest).first(where: AcceptQueueFull.isFull)
    if let local { lines.append(Phrase.full.say(["waiting": local.receiveQueue, "queueLimit": local.acceptLimitText])) }
    lines += ["TcpExt.TCPSynRetrans"].compactMap(evidence.rise)
    return Finding(
      id: id, severity: pile.count >= many && endpoint.isOne ? .critical : .warning, sockets: pile.sockets, count: pile.count,
      title: Phrase.title.say(["attempts": Counted.attempts(pile.count), "peer": endpoint.words]), evidence: lines,
      cause: (local == nil ? Phrase.cause : .causeFull).say(), advice: (local == nil ? Phrase.advice : .adviceFull).say(),
      next: local.map { Next.listener($0.localPort) } ?? Next.state("syn-sent", to: endpoint))
  }
}
