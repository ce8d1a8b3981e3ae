internal import Catalog
internal import SockDiag
internal import Snapshot

enum AcceptQueueFillingPhrase: String, PhraseTable {
  static var room: String { "finding.accept-queue-filling" }
  case threshold = "at least {least} connections wait and fill {percent} % of what the accept queue admits (limit + 1)"
  case title = "accept queue of {listener} is {percent} % full"
  case queue = "{waiting} waiting, limit {limit} (sk_ack_backlog, sk_max_ack_backlog)"
  case before = "{waiting} were waiting {time} earlier"
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
    evidence.now.inet.listeners.filter(isFilling).map { finding($0, evidence) }.sorted { $0.count > $1.count }
  }

  static func isFilling(_ listener: InetSocket) -> Bool {
    guard let limit = listener.acceptLimit else { return false }
    let waiting = listener.receiveQueue
    return waiting >= least && waiting <= limit && waiting * 100 >= (limit + 1) * fill
  }

  static func finding(_ listener: InetSocket, _ evidence: Evidence) -> Finding {
    typealias Phrase = AcceptQueueFillingPhrase
    let owner = Who.holds(listener, evidence)
    let waiting = listener.receiveQueue
    var lines = [Phrase.queue.say(["waiting": waiting, "limit": listener.sendQueue])]
    var cause = Phrase.cause.say(["owner": owner])
    var severity = Severity.warning
    if let earlier = evidence.previous(listener), let interval = evidence.intervalMilliseconds {
      let time = Durations.words(milliseconds: interval)
      lines.append(Phrase.before.say(["waiting": earlier.receiveQueue, "time": time]))
      if !isFilling(earlier), !AcceptQueueFull.isFull(earlier) {
        severity = .note
        cause = Phrase.brief.say(["waiting": earlier.receiveQueue, "time": time, "owner": owner])
      }
    }
    lines += ["TcpExt.ListenOverflows"].compactMap(evidence.rise)
    let reason = AcceptQueueFull.reason(listener, evidence)
    return Finding(
      id: id, severity: severity, sockets: [listener], count: waiting,
      title: Phrase.title.say(["listener": Who.local(listener), "percent": Counted.percent(waiting, of: listener.sendQueue + 1)]),
      evidence: lines, cause: reason?.cause ?? cause, advice: reason?.advice ?? Phrase.advice.say(), next: Next.listener(listener.localPort)
    )
  }
}
