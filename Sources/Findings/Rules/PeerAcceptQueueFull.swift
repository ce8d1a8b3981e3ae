internal import Catalog
internal import SockDiag
internal import Snapshot

enum PeerQueuePhrase: String, PhraseTable {
  static var room: String { "finding.peer-accept-queue-full" }
  case threshold =
    "a connection we opened is ESTABLISHED, retransmits, and the peer has acknowledged no byte after our SYN (tcpi_bytes_acked ≤ 1) and sent none"
  case title = "{connections} to {peer} established here only: no data byte was acknowledged"
  case oldest = "worst: {owner}, {bytes} unacknowledged, time-outs in a row: {retransmits} (tcpi_retransmits)"
  case acked = "tcpi_bytes_acked {acked}: the 1 is our SYN; tcpi_bytes_received 0; last heard of {silent} ago (tcpi_last_ack_recv)"
  case full = "the listener is on this host: {waiting} wait in its accept queue, limit {limit}"
  case cause =
    "the peer answered the SYN but does not take the data: its accept queue is probably full, so it ignored our final ACK and everything after it; a firewall that lets only handshakes through looks the same"
  case advice =
    "on the peer, look at the listener: sockexplain -l {port}; here the program will see ETIMEDOUT in about {left} unless it stops first or set TCP_USER_TIMEOUT"
  case adviceKnown =
    "on the peer, look at the listener: sockexplain -l {port}; here the program will see ETIMEDOUT in about {left} unless it stops first"
}

/// The client's view of a full server: the third ACK and the data are dropped by tcp_v4_syn_recv_sock() over there.
enum PeerAcceptQueueFull: Rule {
  static let id = "peer-accept-queue-full"
  static var threshold: Sentence { PeerQueuePhrase.threshold.say() }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var destinations: [Endpoint: Pile] = [:]
    for socket in evidence.now.inet.tcp(.established) where matches(socket, evidence) {
      destinations[.peer(socket.peerAddress.unmapped, socket.peerPort), default: Pile()].add(socket, score: socket.timerRetransmits)
    }
    return Folded(destinations).findings { finding($0, $1, evidence) }
  }

  /// Header first: the attributes are read only where we wait and retransmit. tcp_snd_una_update() counts the acknowledged SYN as a byte
  /// on the side that called connect(); on the accepting side nothing of the kind can happen.
  static func matches(_ socket: InetSocket, _ evidence: Evidence) -> Bool {
    guard socket.state == .established, socket.timer == .on, socket.timerRetransmits >= 1, socket.sendQueue > 0, socket.inode != 0 else {
      return false
    }
    guard let acked = socket[.bytes_acked], acked <= 1 else { return false }
    return (socket[.bytes_received] ?? 0) == 0 && !evidence.now.inet.isServerSide(socket)
  }

  static func finding(_ endpoint: Endpoint, _ pile: Pile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = PeerQueuePhrase
    guard let worst = pile.sockets.first else { return nil }
    let rules = GiveUp(worst, evidence)
    let outlook = rules.unacknowledged(
      retransmits: worst.timerRetransmits, rto: Int((worst[.rto] ?? 0) / 1000), timer: worst.timerMilliseconds)
    var lines = [
      Phrase.oldest.say([
        "owner": Who.holds(worst, evidence), "bytes": Counted.bytes(worst.sendQueue), "retransmits": worst.timerRetransmits,
      ])
    ]
    if let acked = worst[.bytes_acked], let silent = worst[.last_ack_recv] {
      lines.append(Phrase.acked.say(["acked": acked, "silent": Durations.words(milliseconds: Int(silent))]))
    }
    let listener = evidence.ownListeners(of: worst).first(where: AcceptQueueFull.isFull)
    if let listener { lines.append(Phrase.full.say(["waiting": listener.receiveQueue, "limit": listener.acceptLimitText])) }
    return Finding(
      id: id, severity: .critical, sockets: pile.sockets, count: pile.count,
      title: Phrase.title.say(["connections": Counted.connections(pile.count), "peer": endpoint.words]), evidence: lines,
      cause: Phrase.cause.say(),
      advice: (rules.isExact ? Phrase.adviceKnown : .advice).say([
        "port": worst.peerPort, "left": Durations.words(milliseconds: outlook.remaining),
      ]),
      next: Next.state("established", to: endpoint))
  }
}
