internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum ListenAdvicePhrase: String, PhraseTable {
  static var room: String { "card.listen.advice" }
  case stopped = "{name} is stopped: nothing is accepted until it goes on: kill -CONT {pid}"
  case traced = "{name} is held by a debugger: nothing is accepted until it lets go"
  case zombie = "{name} has ended and is held only by its table entry: its parent must reap it, and the service be started again"
  case frozen = "{name} is in a frozen cgroup: nothing is accepted until it is thawed (systemctl thaw, docker unpause)"
  case outOfDescriptors =
    "{name} has no descriptor left of {limit}: accept() fails with EMFILE. Look for descriptors it leaks; if it needs more, LimitNOFILE= or ulimit -n"
  case uninterruptible = "{name} is stuck in the kernel in {place}: usually a disk or a network file system that does not answer"
  case elsewhere = "{name} does not accept(): it sleeps in {place}. A larger backlog would only delay this"
  case onePeer = "{name} does not accept(): it waits for one peer in {place}. Serve several at a time, or give that wait a time-out"
  case allBlocked = "none of the {count} processes accepts; the first: {advice}"
  case events =
    "{name} waits for events in {place} while the same connections ({waiting}) wait: it is not watching this listener (a connection limit, a paused loop)"
  case slow = "it accepts, but more slowly than clients connect: more workers, or less work between two accept()s"
  case clipped =
    "if the bursts are short, a longer queue helps: raise net.core.somaxconn (now {limit}), then let the program listen() again"
  case backlog = "if the bursts are short, a longer queue helps: a listen() backlog above {limit} (net.core.somaxconn allows {somaxconn})"
  case uneven = "other listeners of this address have room: SO_REUSEPORT spreads by hash, so one slow worker refuses its share"
  case cookies = "SYNs are refused because the SYN queue is full: net.ipv4.tcp_syncookies=1 answers them without storing anything"
}

/// What to do about a listener, derived from its queues and what its processes are doing.
enum ListenAdvice {
  /// From this long on, a wait is not the moment between two rounds of a loop.
  static let longWait = 1000

  static func sentences(_ view: ListenView) -> [Sentence] {
    var advice: [Sentence] = []
    if view.isFull || (view.waiting > 0 && (view.oldestMilliseconds ?? 0) >= longWait) { advice += accepting(view) }
    if view.halfOpen.count > max(view.limit, 1), view.evidence.now.sysctls.number(.synCookies) == 0 {
      advice.append(ListenAdvicePhrase.cookies.say())
    }
    return advice
  }

  static func accepting(_ view: ListenView) -> [Sentence] {
    let judged = view.processes.map { ($0, Serving.of($0)) }
    if let first = judged.first, judged.allSatisfy({ $0.1.isBlocked && !isPassing($0.1, view) }), let sentence = blocked(first.0, first.1) {
      return [judged.count == 1 ? sentence : ListenAdvicePhrase.allBlocked.say(["count": judged.count, "advice": sentence])]
    }
    if let same = sameQueueAsBefore(view), let watcher = judged.first(where: { if case .events = $0.1 { true } else { false } }),
      case .events(let place) = watcher.1, judged.allSatisfy({ $0.1 != .running })
    {
      return [ListenAdvicePhrase.events.say(["name": watcher.0.name, "place": place, "waiting": same])]
    }
    guard view.isFull else { return [] }
    var advice: [Sentence] = []
    if view.siblings.contains(where: { $0.receiveQueue * 2 < $0.sendQueue }) { advice.append(ListenAdvicePhrase.uneven.say()) }
    guard !judged.isEmpty, view.hasAccepted || judged.contains(where: { !$0.1.isBlocked && $0.1 != .unknown }) else { return advice }
    advice.append(ListenAdvicePhrase.slow.say())
    if let somaxconn = view.somaxconn {
      advice.append((somaxconn <= view.limit ? ListenAdvicePhrase.clipped : .backlog).say(["limit": view.limit, "somaxconn": somaxconn]))
    }
    return advice
  }

  /// A sleep that may be over in a moment proves nothing about a queue that moves: one was accepted between the readings, or all are new.
  static func isPassing(_ serving: Serving, _ view: ListenView) -> Bool {
    switch serving {
    case .elsewhere, .onePeer, .uninterruptible:
      view.hasAccepted || ((view.oldestMilliseconds ?? longWait) < longWait && sameQueueAsBefore(view) == nil)
    default: false
    }
  }

  /// The number waiting when both readings show the very same connections in the queue.
  static func sameQueueAsBefore(_ view: ListenView) -> Int? {
    guard view.evidence.before != nil, !view.queued.isEmpty, view.queued.allSatisfy({ view.evidence.previous($0)?.inode == 0 }) else {
      return nil
    }
    return view.queued.count
  }

  static func blocked(_ process: ProcessRecord, _ serving: Serving) -> Sentence? {
    let name = process.name
    switch serving {
    case .stopped: return ListenAdvicePhrase.stopped.say(["name": name, "pid": process.pid])
    case .traced: return ListenAdvicePhrase.traced.say(["name": name])
    case .zombie: return ListenAdvicePhrase.zombie.say(["name": name])
    case .frozen: return ListenAdvicePhrase.frozen.say(["name": name])
    case .outOfDescriptors(let limit): return ListenAdvicePhrase.outOfDescriptors.say(["name": name, "limit": limit])
    case .uninterruptible(let place): return ListenAdvicePhrase.uninterruptible.say(["name": name, "place": place])
    case .elsewhere(let place): return ListenAdvicePhrase.elsewhere.say(["name": name, "place": place])
    case .onePeer(let place): return ListenAdvicePhrase.onePeer.say(["name": name, "place": place])
    case .accepting, .events, .running, .unknown: return nil
    }
  }
}
