internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum AcceptQueueFullPhrase: String, PhraseTable {
  static var room: String { "finding.accept-queue-full" }
  case threshold = "a listener's accept queue holds more than its limit (sk_ack_backlog > sk_max_ack_backlog)"
  case title = "accept queue of {listener} is full: new connections are refused"
  case queue = "{waiting} waiting, limit {limit} (sk_ack_backlog, sk_max_ack_backlog: the kernel admits one more than the limit)"
  case before = "{waiting} were waiting {time} earlier"
  case owner = "held by {owner}"
  case cause =
    "handshakes finish faster than {owner} takes them with accept(); a full queue drops the SYN in silence, so clients wait and retry"
  case stopped = "{owner} is stopped (state {state} in /proc/PID/stat): it does nothing, accept() included, before SIGCONT"
  case frozen = "the cgroup of {owner} is frozen (cgroup.events): none of its threads runs"
  case descriptors = "{owner} has {open} of {limit} descriptors open: accept() fails with EMFILE and the queue stays"
  case advice = "find out why the program does not accept(): threads busy, blocked or stuck; a larger backlog only delays a full queue"
  case adviceStopped = "let it run again (kill -CONT, or thaw the cgroup)"
  case adviceDescriptors = "raise RLIMIT_NOFILE (LimitNOFILE=) or find the descriptors that leak"
}

/// A listener that refuses: tcp_conn_request() and tcp_v4_syn_recv_sock() ask sk_acceptq_is_full().
enum AcceptQueueFull: Rule {
  static let id = "accept-queue-full"
  static var threshold: Sentence { AcceptQueueFullPhrase.threshold.say() }

  static func findings(_ evidence: Evidence) -> [Finding] {
    evidence.now.inet.listeners.filter(isFull).map { finding($0, evidence) }.sorted { $0.count > $1.count }
  }

  /// sk_acceptq_is_full(): more than the limit, not as many as the limit.
  static func isFull(_ listener: InetSocket) -> Bool { listener.isAcceptQueueFull }

  static func finding(_ listener: InetSocket, _ evidence: Evidence) -> Finding {
    typealias Phrase = AcceptQueueFullPhrase
    let owner = Who.holds(listener, evidence)
    var lines = [Phrase.queue.say(["waiting": listener.receiveQueue, "limit": listener.acceptLimitText])]
    let earlier = evidence.previous(listener)
    if let earlier, let time = evidence.intervalMilliseconds {
      lines.append(Phrase.before.say(["waiting": earlier.receiveQueue, "time": Durations.words(milliseconds: time)]))
    }
    lines += ["TcpExt.ListenOverflows", "TcpExt.ListenDrops"].compactMap(evidence.rise)
    let (cause, advice) = reason(listener, evidence) ?? (Phrase.cause.say(["owner": owner]), Phrase.advice.say())
    return Finding(
      id: id, severity: .critical, sockets: [listener], count: listener.receiveQueue,
      title: Phrase.title.say(["listener": Who.local(listener)]), evidence: lines + [Phrase.owner.say(["owner": owner])], cause: cause,
      advice: advice, next: Next.listener(listener.localPort))
  }

  /// Why the program cannot accept(), where its second look proves it; every sharer must be held up.
  static func reason(_ listener: InetSocket, _ evidence: Evidence) -> (cause: Sentence, advice: Sentence)? {
    typealias Phrase = AcceptQueueFullPhrase
    let records = Who.records(of: listener, evidence)
    let obstacles = records.compactMap { Obstacle($0) }
    guard let first = obstacles.first, obstacles.count == records.count else { return nil }
    let owner = Who.holds(listener, evidence)
    switch first {
    case .stopped(let state): return (Phrase.stopped.say(["owner": owner, "state": state]), Phrase.adviceStopped.say())
    case .frozen: return (Phrase.frozen.say(["owner": owner]), Phrase.adviceStopped.say())
    case .descriptors(let open, let limit):
      return (Phrase.descriptors.say(["owner": owner, "open": open, "limit": limit]), Phrase.adviceDescriptors.say())
    }
  }
}

/// What keeps a process from taking connections, as far as /proc proves it.
enum Obstacle: Equatable {
  case stopped(String)
  case frozen
  case descriptors(open: Int, limit: UInt64)

  init?(_ process: ProcessRecord) {
    guard let detail = process.detail else { return nil }
    if detail.state == UInt8(ascii: "T") || detail.state == UInt8(ascii: "t") {
      self = .stopped(String(UnicodeScalar(detail.state)))
    } else if detail.cgroupFrozen == true {
      self = .frozen
    } else if let open = detail.openDescriptors, let limit = detail.descriptorLimit, UInt64(open) >= limit {
      self = .descriptors(open: open, limit: limit)
    } else {
      return nil
    }
  }

  /// Whether every process that holds a socket is stopped or frozen, so that nothing reads it.
  static func halts(_ socket: InetSocket, _ evidence: Evidence) -> Bool {
    let records = Who.records(of: socket, evidence)
    return !records.isEmpty
      && records.allSatisfy {
        switch Obstacle($0) {
        case .stopped, .frozen: true
        default: false
        }
      }
  }
}
