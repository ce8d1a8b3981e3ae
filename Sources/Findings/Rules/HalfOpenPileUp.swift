internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum HalfOpenPhrase: String, PhraseTable {
  static var room: String { "finding.half-open-pile-up" }
  case threshold =
    "half-open handshakes exceed a listener's limit, or exceed half of max({floor}, limit) and half of them had to resend the SYN-ACK"
  case title = "{handshakes} pile up at {listener}"
  case queue = "{count} in SYN-RECV, SYN queue limit {limit} (sk_max_ack_backlog), the SYN-ACK of {aged} sent again"
  case depth =
    "{count} in the SYN queue (icsk_accept_queue.qlen), {young} young, limit {limit} (sk_max_ack_backlog), the SYN-ACK of {aged} sent again"
  case aged = "the oldest was sent again {most}× (num_retrans); it is dropped in {left} at the latest"
  case deferred = "{count} finished the handshake and wait for data: their timer doubled without a resent SYN-ACK (TCP_DEFER_ACCEPT)"
  case peer = "{count} of them from {peer}"
  case cookies = "tcp_syncookies 1: past the limit a SYN is answered with a cookie and nothing is stored"
  case noCookies = "tcp_syncookies 0: past the limit a SYN is dropped in silence"
  case backlog =
    "tcp_syncookies 0 and less than a quarter of tcp_max_syn_backlog {backlog} left: SYNs of peers without a proven address are dropped"
  case cause =
    "the SYN-ACK goes out and no ACK comes back: it is lost on the way, the client is gone, or the source address is forged (SYN flood)"
  case full = "the accept queue is full too, so the final ACK of each handshake is dropped and the request stays"
  case deferCause = "TCP_DEFER_ACCEPT keeps connections here until their first data; clients that connect and say nothing fill the queue"
  case advice =
    "check the way back to the clients first; against a flood keep tcp_syncookies at 1; more room is min(listen() backlog, net.core.somaxconn)"
  case adviceFull = "settle the accept queue first: these go with it"
  case adviceDefer = "shorten TCP_DEFER_ACCEPT or give listen() a larger backlog"
}

/// A SYN queue that fills: inet_csk_reqsk_queue_is_full() and reqsk_timer_handler().
enum HalfOpenPileUp: Rule {
  static let id = "half-open-pile-up"
  /// The floor reqsk_timer_handler() sets under the limit before it cuts the retries of old requests.
  static let floor = 8
  static var threshold: Sentence { HalfOpenPhrase.threshold.say(["floor": floor]) }

  struct Queue: Piled {
    var listeners: [InetSocket]
    var pile = Pile()
    var aged = 0
    var deferred = 0
    var peers: [IPAddress: Int] = [:]
    /// Limits of other queues that were taken over.
    var more = 0
    /// The kernel's own count and its young requests, where the side-car read them of every listener here.
    var known: (depth: Int, young: Int)?
    var limit: Int { listeners.reduce(more) { $0 + $1.sendQueue } }
    var depth: Int { known?.depth ?? pile.count }
    var isFull: Bool { depth > limit }

    init(listeners: [InetSocket], _ evidence: Evidence) {
      self.listeners = listeners
      let read = listeners.compactMap { evidence.internals($0) }
      guard read.count == listeners.count else { return }
      known = read.reduce((0, 0)) { ($0.0 + Int($1.synQueue ?? 0), $0.1 + Int($1.synQueueYoung ?? 0)) }
    }

    mutating func absorb(_ other: Queue) {
      pile.absorb(other.pile)
      aged += other.aged
      deferred += other.deferred
      more += other.limit
      known = known.flatMap { mine in other.known.map { (mine.depth + $0.depth, mine.young + $0.young) } }
      peers.merge(other.peers, uniquingKeysWith: +)
    }
  }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var queues: [Spot: Queue] = [:]
    for request in evidence.now.inet.tcp(.synRecv) where request.isMiniSocket {
      let listeners = evidence.now.inet.listeners(for: request)
      guard let first = listeners.first, first.acceptLimit != nil else { continue }
      var queue = queues.removeValue(forKey: Spot(first)) ?? Queue(listeners: listeners, evidence)
      queue.pile.add(request, score: request.timerRetransmits)
      if request.timerRetransmits > 0 {
        queue.aged += 1
      } else if OpeningCards.isDeferred(request, of: listeners.count == 1 ? evidence.internals(first) : nil) {
        queue.deferred += 1
      }
      queue.peers[request.peerAddress, default: 0] += 1
      queues[Spot(first)] = queue
    }
    return Folded(queues.filter { isPile($0.value, evidence) }).findings { finding($0, $1, evidence) }
  }

  /// Fewer than a quarter of tcp_max_syn_backlog left: tcp_conn_request() then wants a proven peer, without syncookies only.
  static func isShort(_ queue: Queue, _ evidence: Evidence) -> Int? {
    guard evidence.now.sysctls.number(.synCookies) == 0,
      let backlog = evidence.now.sysctls.number(.maxSynBacklog), backlog - queue.depth < backlog >> 2
    else { return nil }
    return backlog
  }

  static func isPile(_ queue: Queue, _ evidence: Evidence) -> Bool {
    let half = queue.pile.count - queue.deferred
    return queue.isFull || isShort(queue, evidence) != nil || (half * 2 > max(floor, queue.limit) && queue.aged * 2 >= half)
  }

  static func finding(_ spot: Spot, _ queue: Queue, _ evidence: Evidence) -> Finding? {
    typealias Phrase = HalfOpenPhrase
    let short = isShort(queue, evidence)
    let cookies = evidence.now.sysctls.number(.synCookies)
    var lines = [
      queue.known.map { Phrase.depth.say(["count": $0.depth, "young": $0.young, "limit": queue.limit, "aged": queue.aged]) }
        ?? Phrase.queue.say(["count": queue.pile.count, "limit": queue.limit, "aged": queue.aged])
    ]
    if queue.aged > 0, let oldest = queue.pile.worst.first?.socket {
      let outlook = GiveUp(oldest, evidence).synRecv(retransmits: oldest.timerRetransmits, timer: oldest.timerMilliseconds)
      let left = Durations.words(milliseconds: outlook.remaining)
      lines.append(Phrase.aged.say(["most": oldest.timerRetransmits, "left": left]))
    }
    if queue.deferred > 0 { lines.append(Phrase.deferred.say(["count": queue.deferred])) }
    if let peer = queue.peers.max(by: { $0.value < $1.value }), peer.value * 2 > queue.pile.count {
      lines.append(Phrase.peer.say(["count": peer.value, "peer": peer.key]))
    }
    if cookies == 1 { lines.append(Phrase.cookies.say()) }
    if cookies == 0 { lines.append(Phrase.noCookies.say()) }
    if let short { lines.append(Phrase.backlog.say(["backlog": short])) }
    let counters = cookies == 0 ? ["TcpExt.TCPReqQFullDrop", "TcpExt.ListenDrops"] : ["TcpExt.TCPReqQFullDoCookies"]
    lines += counters.compactMap(evidence.rise)
    let isRefusing = cookies == 0 && (queue.isFull || short != nil)
    let (cause, advice): (Phrase, Phrase) =
      queue.deferred * 2 >= queue.pile.count
      ? (.deferCause, .adviceDefer)
      : queue.listeners.allSatisfy(AcceptQueueFull.isFull) ? (.full, .adviceFull) : (.cause, .advice)
    return Finding(
      id: id, severity: isRefusing ? .critical : .warning, sockets: queue.pile.sockets, count: queue.pile.count,
      title: Phrase.title.say(["handshakes": Counted.handshakes(queue.pile.count), "listener": spot.words]),
      evidence: lines, cause: cause.say(), advice: advice.say(), next: Next.listener(queue.listeners[0].localPort))
  }
}
