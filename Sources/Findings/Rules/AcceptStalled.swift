internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum AcceptStalledPhrase: String, PhraseTable {
  static var room: String { "finding.accept-stalled" }
  case threshold =
    "a connection has waited {seconds} s or more to be accepted, its queue not yet filled; critical where the processes that should accept provably cannot"
  case title = "nobody accepts at {listener}: {connections} in the queue, the oldest for {time}"
  case queue = "{waiting} waiting, limit {limit}, held by {owner}"
  case age = "age from tcpi_last_data_sent: nobody has sent on it, so it counts from the handshake"
  case unread = "{bytes} of theirs unread, {closed} already closed by their peers (CLOSE-WAIT)"
  case cause = "the kernel finished these handshakes, so the clients believe to be served; their requests lie unread until accept()"
  case advice = "see what the threads of {owner} wait for; a larger backlog would only let more clients wait"
}

/// Clients that are connected and not served, long before the queue is full.
enum AcceptStalled: Rule {
  static let id = "accept-stalled"
  /// Milliseconds in the queue.
  static let longest = 3000
  static var threshold: Sentence { AcceptStalledPhrase.threshold.say(["seconds": longest / 1000]) }

  struct Queue: Piled {
    var pile = Pile()
    var listener: InetSocket
    var bytes = 0
    var closed = 0

    mutating func absorb(_ other: Queue) {
      pile.absorb(other.pile)
      bytes += other.bytes
      closed += other.closed
    }
  }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var queues: [Spot: Queue] = [:]
    for state in [TCPState.established, .closeWait] {
      for socket in evidence.now.inet.tcp(state) where socket.isNotYetAccepted {
        guard let age = ListenView.waited(socket), age >= longest, let listener = evidence.now.inet.listeners(for: socket).first else {
          continue
        }
        var queue = queues.removeValue(forKey: Spot(listener)) ?? Queue(listener: listener)
        queue.pile.add(socket, score: age)
        queue.bytes += ReceiveQueue.payload(socket)
        queue.closed += state == .closeWait ? 1 : 0
        queues[Spot(listener)] = queue
      }
    }
    // What is full, about to be, or held by a process that does not run is told by those rules.
    queues = queues.filter {
      !AcceptQueueFull.isFull($0.value.listener) && !AcceptQueueFilling.isFilling($0.value.listener)
        && !Serving.isHalted($0.value.listener, evidence)
    }
    return Folded(queues).findings { finding($0, $1, evidence) }
  }

  static func finding(_ spot: Spot, _ queue: Queue, _ evidence: Evidence) -> Finding? {
    typealias Phrase = AcceptStalledPhrase
    guard let oldest = queue.pile.worst.first else { return nil }
    let owner = Who.holds(queue.listener, evidence)
    let view = ListenView(queue.listener, evidence)
    var lines = [
      Phrase.queue.say(["waiting": queue.listener.receiveQueue, "limit": queue.listener.acceptLimitText, "owner": owner]), Phrase.age.say(),
    ]
    if queue.bytes > 0 || queue.closed > 0 {
      lines.append(Phrase.unread.say(["bytes": Counted.bytes(queue.bytes), "closed": queue.closed]))
    }
    let isBlocked = !view.processes.isEmpty && view.processes.allSatisfy { Serving.of($0).isCertain }
    return Finding(
      id: id, severity: isBlocked ? .critical : .warning, sockets: queue.pile.sockets, count: queue.pile.count,
      title: Phrase.title.say([
        "listener": spot.words, "connections": Counted.connections(queue.pile.count), "time": Durations.words(milliseconds: oldest.score),
      ]), evidence: lines, cause: Phrase.cause.say(),
      advice: ListenAdvice.sentences(view).first ?? Phrase.advice.say(["owner": owner]), next: Next.listener(queue.listener.localPort))
  }
}
