internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum ProcessHaltedPhrase: String, PhraseTable {
  static var room: String { "finding.process-halted" }
  case threshold =
    "every process that holds a listener is stopped or its cgroup frozen, its queue not yet full; critical when connections wait"
  case title = "{owner} does not run: nobody serves {listeners}"
  case stopped = "stopped by a signal (state T in /proc/PID/stat); the fullest queue: {waiting} waiting at {listener}, limit {limit}"
  case traced = "held by a debugger (state t in /proc/PID/stat); the fullest queue: {waiting} waiting at {listener}, limit {limit}"
  case frozen = "its cgroup is frozen (cgroup.events); the fullest queue: {waiting} waiting at {listener}, limit {limit}"
  case ended = "it has ended (state Z in /proc/PID/stat); the fullest queue: {waiting} waiting at {listener}, limit {limit}"
  case cause = "the kernel still finishes handshakes for it, so clients connect and wait; once the accept queue is full they are refused"
  case advice = "see what stopped it before it goes on"
}

/// A listener nobody can serve.
enum ProcessHalted: Rule {
  static let id = "process-halted"
  static var threshold: Sentence { ProcessHaltedPhrase.threshold.say() }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var groups: [Holder: Pile] = [:]
    // A full queue is told by its own rule, with the same reason.
    for listener in evidence.now.inet.listeners where Serving.isHalted(listener, evidence) && !AcceptQueueFull.isFull(listener) {
      groups[Holder(listener, evidence), default: Pile()].add(listener, score: listener.receiveQueue)
    }
    return Folded(groups).findings(evidence) { finding($0, $1, evidence) }
  }

  static func finding(_ holder: Holder, _ pile: Pile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = ProcessHaltedPhrase
    guard let worst = pile.sockets.first, let process = Who.records(of: worst, evidence).first else { return nil }
    let serving = Serving.of(process)
    let phrase: Phrase =
      switch serving {
      case .traced: .traced
      case .frozen: .frozen
      case .zombie: .ended
      default: .stopped
      }
    return Finding(
      id: id, severity: worst.receiveQueue > 0 ? .critical : .warning, sockets: pile.sockets, count: pile.count,
      title: Phrase.title.say(["owner": holder.words(worst, evidence), "listeners": Counted.listeners(pile.count)]),
      evidence: [phrase.say(["waiting": worst.receiveQueue, "listener": Who.local(worst), "limit": worst.acceptLimitText])],
      cause: Phrase.cause.say(), advice: ListenAdvice.blocked(process, serving) ?? Phrase.advice.say(), next: Next.listener(worst.localPort)
    )
  }
}
