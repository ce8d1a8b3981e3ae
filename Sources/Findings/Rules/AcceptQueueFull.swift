internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum AcceptQueueFullPhrase: String, PhraseTable {
  static var room: String { "finding.accept-queue-full" }
  case threshold = "a listener's accept queue holds more than its limit (sk_ack_backlog > sk_max_ack_backlog)"
  case title = "accept queue full at {listener}: new connections are refused"
  case queue = "{waiting} waiting, limit {limit}, held by {owner}"
  case queueRefusing = "{waiting} waiting, limit {limit}, held by {owner}; {delta} refused in the last {time}: still happening"
  case siblings = "{count} full listeners in all, this one the fullest"
  case before = "{waiting} were waiting {time} earlier"
  case cause =
    "handshakes finish faster than {owner} takes them with accept(); a full queue drops the SYN in silence, so clients wait and retry"
  case advice = "find out why the program does not accept(): threads busy, blocked or stuck; a larger backlog only delays a full queue"
}

/// A listener that refuses: tcp_conn_request() and tcp_v4_syn_recv_sock() ask sk_acceptq_is_full().
enum AcceptQueueFull: Rule {
  static let id = "accept-queue-full"
  static var threshold: Sentence { AcceptQueueFullPhrase.threshold.say() }

  static func findings(_ evidence: Evidence) -> [Finding] {
    Spot.folded(evidence.now.inet.listeners.filter(isFull)).findings { spot, pile in finding(spot, pile, evidence) }
  }

  /// sk_acceptq_is_full(): more than the limit, not as many as the limit.
  static func isFull(_ listener: InetSocket) -> Bool { listener.isAcceptQueueFull }

  static func finding(_ spot: Spot, _ pile: Pile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = AcceptQueueFullPhrase
    guard let listener = pile.sockets.first else { return nil }
    let owner = Who.holds(listener, evidence)
    let view = ListenView(listener, evidence)
    var lines = [
      (view.isRefusing ? Phrase.queueRefusing : .queue).say([
        "waiting": listener.receiveQueue, "limit": listener.acceptLimitText, "owner": owner, "delta": view.overflowsDelta ?? 0,
        "time": view.interval?.description ?? "",
      ])
    ]
    if pile.count > 1 { lines.append(Phrase.siblings.say(["count": pile.count])) }
    if let earlier = evidence.previous(listener), let time = view.interval {
      lines.append(Phrase.before.say(["waiting": earlier.receiveQueue, "time": time]))
    }
    lines += ["TcpExt.ListenOverflows", "TcpExt.ListenDrops"].compactMap(evidence.rise)
    return Finding(
      id: id, severity: .critical, sockets: pile.sockets, count: pile.worst.reduce(0) { $0 + $1.score },
      title: Phrase.title.say(["listener": spot.words]), evidence: lines, cause: Phrase.cause.say(["owner": owner]),
      advice: ListenAdvice.sentences(view).first ?? Phrase.advice.say(), next: Next.listener(listener.localPort))
  }
}
