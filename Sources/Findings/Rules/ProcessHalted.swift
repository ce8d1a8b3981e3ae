internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum ProcessHaltedPhrase: String, PhraseTable {
  static var room: String { "finding.process-halted" }
  case threshold = "every process that holds a listener is stopped or its cgroup frozen; critical when connections wait"
  case title = "{owner} does not run, and {listeners} depend on it"
  case stopped = "state {state} in /proc/PID/stat: {meaning}"
  case stoppedMeaning = "stopped by a signal"
  case tracedMeaning = "held by a debugger"
  case frozen = "cgroup.events says frozen 1"
  case waiting = "{listener}: {waiting} waiting, limit {limit}"
  case cause = "the kernel still finishes handshakes for it, so clients connect and wait; once the accept queue is full they are refused"
  case advice = "let it run again: kill -CONT PID, leave the debugger, or thaw the cgroup (echo 0 > cgroup.freeze)"
}

/// A listener nobody can serve.
enum ProcessHalted: Rule {
  static let id = "process-halted"
  static var threshold: Sentence { ProcessHaltedPhrase.threshold.say() }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var listeners: [Int32: Pile] = [:]
    for listener in evidence.now.inet.listeners where Obstacle.halts(listener, evidence) {
      guard let pid = Who.pids(of: listener, evidence).first else { continue }
      listeners[pid, default: Pile()].add(listener, score: listener.receiveQueue)
    }
    return listeners.compactMap { finding($0.key, $0.value, evidence) }.sorted { ($0.severity, $0.count) > ($1.severity, $1.count) }
  }

  static func finding(_ pid: Int32, _ pile: Pile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = ProcessHaltedPhrase
    guard let process = evidence.now.owners.processes[pid], let obstacle = Obstacle(process) else { return nil }
    var lines: [Sentence] = []
    if case .stopped(let state) = obstacle {
      lines.append(Phrase.stopped.say(["state": state, "meaning": (state == "t" ? Phrase.tracedMeaning : .stoppedMeaning).say()]))
    } else {
      lines.append(Phrase.frozen.say())
    }
    lines += pile.sockets.prefix(3).map {
      Phrase.waiting.say(["listener": Who.local($0), "waiting": $0.receiveQueue, "limit": $0.acceptLimitText])
    }
    return Finding(
      id: id, severity: (pile.worst.first?.score ?? 0) > 0 ? .critical : .warning, sockets: pile.sockets, count: pile.count,
      title: Phrase.title.say(["owner": Who.process(pid, evidence), "listeners": Counted.listeners(pile.count)]), evidence: lines,
      cause: Phrase.cause.say(), advice: Phrase.advice.say(), next: pile.sockets.first.map { Next.listener($0.localPort) })
  }
}
