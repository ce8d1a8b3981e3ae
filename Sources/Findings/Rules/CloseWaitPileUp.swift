internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum CloseWaitPhrase: String, PhraseTable {
  static var room: String { "finding.close-wait-pile-up" }
  case threshold = "a process holds at least {least} sockets in CLOSE-WAIT that heard nothing for {seconds} s; critical from {many}"
  case title = "{owner} keeps {sockets} in CLOSE-WAIT"
  case read = "{count} were read to the end (idiag_rqueue 0) and not closed"
  case unread = "{count} hold {bytes} nobody has read yet, their end counted as one each (idiag_rqueue)"
  case oldest = "the longest for at least {time} (tcpi_last_ack_recv: the peer's FIN came no later)"
  case descriptors = "{open} of {limit} descriptors of the process are open"
  case leak =
    "the peers closed, {owner} has read everything up to that, and does not call close(): a descriptor leak; CLOSE-WAIT has no time-out"
  case stuck =
    "the peers closed, and {owner} does not even read these sockets: it is stuck or no longer watches them; CLOSE-WAIT has no time-out"
  case advice =
    "mend the program: close() on every path where read() returns 0 or an error; no sysctl ends CLOSE-WAIT, restarting the program does"
}

/// Who holds sockets: a process where it is visible, else the user.
enum Holder: Hashable {
  case process(Int32)
  case user(UInt32)

  init(_ socket: InetSocket, _ evidence: Evidence) {
    self = Who.pids(of: socket, evidence).first.map(Holder.process) ?? .user(socket.uid)
  }

  func record(_ evidence: Evidence) -> ProcessRecord? {
    if case .process(let pid) = self { return evidence.now.owners.processes[pid] }
    return nil
  }
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

  struct Group {
    var pile = Pile()
    var unread = 0
    var bytes = 0
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
      group.bytes += socket.receiveQueue
      groups[holder] = group
    }
    return groups.filter { $0.value.pile.count >= least }.compactMap { finding($0.key, $0.value, evidence) }.sorted { $0.count > $1.count }
  }

  static func finding(_ holder: Holder, _ group: Group, _ evidence: Evidence) -> Finding? {
    typealias Phrase = CloseWaitPhrase
    guard let oldest = group.pile.sockets.first else { return nil }
    let count = group.pile.count
    let owner = Who.holds(oldest, evidence)
    var lines: [Sentence] = []
    if group.unread < count { lines.append(Phrase.read.say(["count": count - group.unread])) }
    if group.unread > 0 { lines.append(Phrase.unread.say(["count": group.unread, "bytes": Counted.bytes(group.bytes)])) }
    if let silent = oldest[.last_ack_recv] { lines.append(Phrase.oldest.say(["time": Durations.words(milliseconds: Int(silent))])) }
    if let detail = holder.record(evidence)?.detail, let open = detail.openDescriptors, let limit = detail.descriptorLimit {
      lines.append(Phrase.descriptors.say(["open": open, "limit": limit]))
    }
    return Finding(
      id: id, severity: count >= many ? .critical : .warning, sockets: group.pile.sockets, count: count,
      title: Phrase.title.say(["owner": owner, "sockets": Counted.sockets(count)]), evidence: lines,
      cause: (group.unread * 2 > count ? Phrase.stuck : .leak).say(["owner": owner]), advice: Phrase.advice.say(),
      next: "sockexplain -p state close-wait")
  }
}
