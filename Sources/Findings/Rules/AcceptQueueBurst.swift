internal import Catalog
internal import SockDiag
internal import Snapshot

enum AcceptQueueBurstPhrase: String, PhraseTable {
  static var room: String { "finding.accept-queue-burst" }
  case threshold = "TcpExt.ListenOverflows rose between two readings although no accept queue was full at the second"
  case title = "connections are refused in bursts: an accept queue is full for moments only"
  case suspect = "{listener} of {owner}: sk_drops rose by {drops} in the same time, {waiting} waiting, limit {limit}"
  case cause =
    "between two rounds of accept() more connections arrive than the queue holds; a reading now and then does not catch it, the counter does"
  case advice = "here a larger listen() backlog (and net.core.somaxconn) does help; so does accepting in a loop until EAGAIN"
}

/// A queue that overflows and is empty again by the time one looks.
enum AcceptQueueBurst: Rule {
  static let id = "accept-queue-burst"
  static var threshold: Sentence { AcceptQueueBurstPhrase.threshold.say() }

  static func findings(_ evidence: Evidence) -> [Finding] {
    typealias Phrase = AcceptQueueBurstPhrase
    guard let refused = evidence.delta("TcpExt.ListenOverflows"), refused > 0, Int64(bitPattern: refused) > 0,
      !evidence.now.inet.listeners.contains(where: AcceptQueueFull.isFull)
    else { return [] }
    let suspects = evidence.now.inet.listeners.compactMap { listener -> (socket: InetSocket, drops: UInt64)? in
      guard let old = evidence.previous(listener)?[.sk_drops], let new = listener[.sk_drops], new > old else { return nil }
      return (listener, new - old)
    }.sorted { $0.drops > $1.drops }
    let lines = suspects.prefix(3).map {
      Phrase.suspect.say([
        "listener": Who.local($0.socket), "owner": Who.holds($0.socket, evidence), "drops": $0.drops, "waiting": $0.socket.receiveQueue,
        "limit": $0.socket.acceptLimitText,
      ])
    }
    return [
      Finding(
        id: id, severity: .warning, sockets: suspects.prefix(Pile.kept).map(\.socket), count: Int(clamping: refused),
        title: Phrase.title.say(),
        evidence: ["TcpExt.ListenOverflows", "TcpExt.ListenDrops"].compactMap(evidence.rise) + lines, cause: Phrase.cause.say(),
        advice: Phrase.advice.say(), next: suspects.first.map { Next.listener($0.socket.localPort) } ?? "sockexplain -l")
    ]
  }
}
