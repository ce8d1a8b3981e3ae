internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum OrphansPhrase: String, PhraseTable {
  static var room: String { "finding.orphans" }
  case threshold =
    "orphans reach a {part}th of net.ipv4.tcp_max_orphans (where the kernel may begin to reset them), or {least} of them here resend what nobody acknowledges"
  case title = "{sockets} closed by their programs, not by their peers"
  case states =
    "here: {finWait1} FIN-WAIT-1, {lastAck} LAST-ACK, {closing} CLOSING without a process; {retrying} of them resent {least} times or more"
  case bytes = "{bytes} still to be acknowledged (idiag_wqueue)"
  case limit = "TCP orphan {orphans} of net.ipv4.tcp_max_orphans {limit} (all namespaces): {percent} %"
  case oldest = "the most patient ends in about {left} (tcp_orphan_retries {retries}; 0 acts as 8), or by its TCP_USER_TIMEOUT"
  case oldestKnown = "the most patient ends in about {left} (tcp_orphan_retries {retries}; 0 acts as 8)"
  case oldestTimeout = "the most patient ends in about {left} (TCP_USER_TIMEOUT {time}, which its program had set)"
  case cause =
    "the programs closed while data or the FIN was unacknowledged; the peers are gone, or their windows closed, and the kernel alone keeps trying"
  case over =
    "the kernel resets orphans at their next time-out once the number, doubled or quadrupled for silent peers, exceeds tcp_max_orphans"
  case advice =
    "look where they lead (a firewall or balancer that forgets connections?); lower net.ipv4.tcp_orphan_retries to end them sooner; each may hold its send buffer until then"
}

/// Sockets without a process that still have something to deliver.
enum Orphans: Rule {
  static let id = "orphans"
  /// Orphans of this namespace that retransmit.
  static let least = 100
  /// Retransmissions from which the peer counts as silent.
  static let retries = 2
  /// tcp_out_of_resources() shifts the count by up to 2: a quarter of the limit may be enough.
  static let part = 4
  static var threshold: Sentence { OrphansPhrase.threshold.say(["part": part, "least": least]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    typealias Phrase = OrphansPhrase
    var counts: [TCPState: Int] = [:]
    var pile = Pile()
    var bytes = 0
    for state in [TCPState.finWait1, .lastAck, .closing] {
      for socket in evidence.now.inet.tcp(state) where socket.inode == 0 {
        counts[state, default: 0] += 1
        bytes += socket.sendQueue
        if socket.timerRetransmits >= retries { pile.add(socket, score: socket.timerRetransmits) }
      }
    }
    let limit = evidence.now.sysctls.number(.maxOrphans)
    let known = evidence.now.sockstat["TCP.orphan"].map { Int(clamping: $0) }
    let isNear = known.flatMap { orphans in limit.map { orphans > 0 && orphans * part > $0 } } ?? false
    guard isNear || pile.count >= least else { return [] }
    let here = counts.values.reduce(0, +)
    var lines = [
      Phrase.states.say([
        "finWait1": counts[.finWait1] ?? 0, "lastAck": counts[.lastAck] ?? 0, "closing": counts[.closing] ?? 0, "retrying": pile.count,
        "least": retries,
      ]), Phrase.bytes.say(["bytes": Counted.bytes(bytes)]),
    ]
    if let known, let limit {
      lines.append(Phrase.limit.say(["orphans": known, "limit": limit, "percent": Counted.percent(known, of: limit)]))
    }
    if let last = patience(pile, evidence) { lines.append(last) }
    lines += ["TcpExt.TCPAbortOnMemory"].compactMap(evidence.rise)
    let isOver = known.flatMap { orphans in limit.map { orphans > $0 } } ?? false
    return [
      Finding(
        id: id, severity: isOver ? .critical : .warning, sockets: pile.sockets, count: max(here, isNear ? known ?? 0 : 0),
        title: Phrase.title.say(["sockets": Counted.sockets(max(here, isNear ? known ?? 0 : 0))]), evidence: lines,
        cause: (isNear ? Phrase.over : .cause).say(), advice: Phrase.advice.say(),
        next: here > 0 ? "sockexplain state fin-wait-1 state last-ack state closing" : nil)
    ]
  }

  /// When the last of those that resend is given up. The one with the fewest retransmissions waits longest, unless its program
  /// limited the time.
  private static func patience(_ pile: Pile, _ evidence: Evidence) -> Sentence? {
    let ends = pile.sockets.compactMap { socket -> (left: Int, rules: GiveUp)? in
      guard socket.timer == .on, let rto = TimerLine.rto(socket) else { return nil }
      let rules = GiveUp(socket, evidence)
      let outlook = rules.unacknowledged(
        retransmits: socket.timerRetransmits, rto: rto, timer: socket.timerMilliseconds, isOrphan: true)
      return (outlook.remaining, rules)
    }
    guard let last = ends.max(by: { $0.left < $1.left }) else { return nil }
    let phrase: OrphansPhrase = last.rules.userTimeout != nil ? .oldestTimeout : last.rules.isExact ? .oldestKnown : .oldest
    return phrase.say([
      "left": Durations.words(milliseconds: last.left), "retries": last.rules.orphanRetries,
      "time": Durations.words(milliseconds: last.rules.userTimeout ?? 0),
    ])
  }
}
