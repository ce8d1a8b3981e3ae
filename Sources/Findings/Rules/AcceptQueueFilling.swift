internal import Catalog
internal import SockDiag
internal import Snapshot

enum AcceptQueueFillingPhrase: String, PhraseTable {
  static var room: String { "finding.accept-queue-filling" }
  case threshold = "at least {least} connections wait and fill {percent} % of what the accept queue admits (limit + 1)"
  case title = "accept queue {percent} % full at {listener}"
  case queue = "{waiting} waiting, limit {limit}, held by {owner}"
  case queueBefore = "{waiting} waiting, {before} of them or others {time} earlier, limit {limit}, held by {owner}"
  case cause = "connections arrive faster than {owner} accepts them; from the limit on they would be refused"
  case brief = "a burst: {waiting} were waiting {time} earlier, so {owner} does accept, only not as fast as they come"
  case advice =
    "give accept() more threads or processes; a larger listen() backlog (and net.core.somaxconn) absorbs bursts, not a lasting shortage"
}

/// A listener that is about to refuse.
enum AcceptQueueFilling: Rule {
  static let id = "accept-queue-filling"
  /// Percent of limit + 1.
  static let fill = 80
  /// Waiting connections below which a short queue says nothing.
  static let least = 4
  static var threshold: Sentence { AcceptQueueFillingPhrase.threshold.say(["least": least, "percent": fill]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    Spot.folded(evidence.now.inet.listeners.filter(isFilling)).findings { finding($0, $1, evidence) }
  }

  static func isFilling(_ listener: InetSocket) -> Bool {
    guard let limit = listener.acceptLimit else { return false }
    let waiting = listener.receiveQueue
    return waiting >= least && waiting <= limit && waiting * 100 >= (limit + 1) * fill
  }

  static func finding(_ spot: Spot, _ pile: Pile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = AcceptQueueFillingPhrase
    guard let listener = pile.sockets.first else { return nil }
    let owner = Who.holds(listener, evidence)
    let waiting = listener.receiveQueue
    var line = Phrase.queue.say(["waiting": waiting, "limit": listener.sendQueue, "owner": owner])
    var cause = Phrase.cause.say(["owner": owner])
    var severity = Severity.warning
    if let earlier = evidence.previous(listener), let interval = evidence.intervalMilliseconds {
      let time = Durations.words(milliseconds: interval)
      line = Phrase.queueBefore.say([
        "waiting": waiting, "before": earlier.receiveQueue, "time": time, "limit": listener.sendQueue, "owner": owner,
      ])
      if !isFilling(earlier), !AcceptQueueFull.isFull(earlier) {
        severity = .note
        cause = Phrase.brief.say(["waiting": earlier.receiveQueue, "time": time, "owner": owner])
      }
    }
    return Finding(
      id: id, severity: severity, sockets: pile.sockets, count: pile.worst.reduce(0) { $0 + $1.score },
      title: Phrase.title.say(["listener": spot.words, "percent": Counted.percent(waiting, of: listener.sendQueue + 1)]),
      evidence: [line] + ["TcpExt.ListenOverflows"].compactMap(evidence.rise), cause: cause,
      advice: ListenAdvice.sentences(ListenView(listener, evidence)).first ?? Phrase.advice.say(), next: Next.listener(listener.localPort))
  }
}
