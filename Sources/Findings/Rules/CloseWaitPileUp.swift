internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum CloseWaitPhrase: String, PhraseTable {
  static var room: String { "finding.close-wait-pile-up" }
  case threshold = "a process holds at least {least} sockets in CLOSE-WAIT that heard nothing for {seconds} s; critical from {many}"
  case title = "{sockets} in CLOSE-WAIT, not closed by {owner}"
  case read = "{count} were read to the end (idiag_rqueue 0) and not closed"
  case unread = "{count} hold {bytes} that nobody has read (idiag_rqueue, less one each for the peer's FIN)"
  case unreadEnd = "{count} have nothing to read but the end (idiag_rqueue 1: the peer's FIN), and that was not read"
  case oldest = "the longest for at least {time} (tcpi_last_ack_recv: the peer's FIN came no later)"
  case descriptors = "{open} of {limit} descriptors of the process are open"
  case leak =
    "the peers closed, everything up to that was read, and close() was not called: a descriptor leak; CLOSE-WAIT has no time-out"
  case stuck =
    "the peers closed, and these sockets are not even read: their program is stuck or no longer watches them; CLOSE-WAIT has no time-out"
  case advice =
    "mend the program: close() on every path where read() returns 0 or an error; no sysctl ends CLOSE-WAIT, restarting the program does"
}

/// Sockets whose peer has closed and whose program has not.
enum CloseWaitPileUp: Rule {
  static let id = "close-wait-pile-up"
  /// Sockets of one process from which it is a pile.
  static let least = 10
  /// Sockets from which it is critical: the usual RLIMIT_NOFILE is near.
  static let many = 500
  /// Milliseconds of silence below which the program may just be about to close.
  static let settled: UInt64 = 5000
  static var threshold: Sentence { CloseWaitPhrase.threshold.say(["least": least, "seconds": settled / 1000, "many": many]) }

  struct Group: Piled {
    var pile = Pile()
    var unread = 0
    var bytes = 0

    mutating func absorb(_ other: Group) {
      pile.absorb(other.pile)
      unread += other.unread
      bytes += other.bytes
    }
  }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var groups: [Holder: Group] = [:]
    // Without an inode it is still in an accept queue: the listener's finding, not the process's.
    for socket in evidence.now.inet.tcp(.closeWait) where socket.inode != 0 {
      let silent = socket[.last_ack_recv]
      if let silent, silent < settled { continue }
      let holder = Holder(socket, evidence)
      var group = groups.removeValue(forKey: holder) ?? Group()
      group.pile.add(socket, score: Int(silent ?? 0))
      group.unread += socket.receiveQueue > 0 ? 1 : 0
      group.bytes += ReceiveQueue.payload(socket)
      groups[holder] = group
    }
    return Folded(groups.filter { $0.value.pile.count >= least }).findings(evidence) { finding($0, $1, evidence) }
  }

  static func finding(_ holder: Holder, _ group: Group, _ evidence: Evidence) -> Finding? {
    typealias Phrase = CloseWaitPhrase
    guard let oldest = group.pile.sockets.first else { return nil }
    let count = group.pile.count
    let owner = holder.words(oldest, evidence)
    var lines: [Sentence] = []
    if group.unread < count { lines.append(Phrase.read.say(["count": count - group.unread])) }
    if group.unread > 0 {
      lines.append((group.bytes > 0 ? Phrase.unread : .unreadEnd).say(["count": group.unread, "bytes": Counted.bytes(group.bytes)]))
    }
    if let silent = oldest[.last_ack_recv] { lines.append(Phrase.oldest.say(["time": Durations.words(milliseconds: Int(silent))])) }
    if let detail = holder.record(evidence)?.detail, let open = detail.openDescriptors, let limit = detail.descriptorLimit {
      lines.append(Phrase.descriptors.say(["open": open, "limit": limit]))
    }
    return Finding(
      id: id, severity: count >= many ? .critical : .warning, sockets: group.pile.sockets, count: count,
      title: Phrase.title.say(["owner": owner, "sockets": Counted.sockets(count)]), evidence: lines,
      cause: (group.unread * 2 > count ? Phrase.stuck : .leak).say(), advice: Phrase.advice.say(),
      next: "sockexplain -p state close-wait")
  }
}
