internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum ReceiveUnreadPhrase: String, PhraseTable {
  static var room: String { "finding.receive-unread" }
  case threshold =
    "an ESTABLISHED connection has {bytes} unread of which the newest byte has waited {seconds} s or more, and nothing was read between two readings"
  case title = "received data left unread by {owner} on {connections}"
  case held = "{bytes} unread in all (idiag_rqueue); the most on one connection: {most}"
  case oldest = "nothing new came for up to {time} (tcpi_last_data_recv), so all of it is older than that"
  case buffer = "the fullest: {used} of a receive buffer of {limit} (SK_MEMINFO_RMEM_ALLOC, RCVBUF; memory, not payload)"
  case still = "not one byte of it was read in the last {time}"
  case cause =
    "nobody reads: busy, blocked, waiting for something else, or holding back on purpose; the window closes and the peers stop sending"
  case causeHalted = "{owner} does not run at all; the window closes and the peers stop sending"
  case advice = "see what its threads wait for; a larger receive buffer only takes longer to fill"
}

/// Data the kernel has and the program does not fetch.
enum ReceiveUnread: Rule {
  static let id = "receive-unread"
  /// Unread bytes on one connection: more than programs leave for a moment.
  static let least = 16 << 10
  /// Milliseconds since the last data came.
  static let waited: UInt64 = 1000
  static var threshold: Sentence {
    ReceiveUnreadPhrase.threshold.say(["bytes": Counted.bytes(least), "seconds": waited / 1000])
  }

  struct Group: Piled {
    var pile = Pile()
    var bytes = 0
    var longest: UInt64 = 0

    mutating func absorb(_ other: Group) {
      pile.absorb(other.pile)
      bytes += other.bytes
      longest = max(longest, other.longest)
    }
  }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var groups: [Holder: Group] = [:]
    for socket in evidence.now.inet.tcp(.established) where socket.receiveQueue >= least && socket.inode != 0 {
      guard let age = socket[.last_data_recv], age >= waited, !wasRead(socket, evidence) else { continue }
      let holder = Holder(socket, evidence)
      var group = groups.removeValue(forKey: holder) ?? Group()
      group.pile.add(socket, score: socket.receiveQueue)
      group.bytes += socket.receiveQueue
      group.longest = max(group.longest, age)
      groups[holder] = group
    }
    return Folded(groups).findings(evidence) { finding($0, $1, evidence) }
  }

  /// Whether the program read between the readings: what it took is tcpi_bytes_received - idiag_rqueue.
  static func wasRead(_ socket: InetSocket, _ evidence: Evidence) -> Bool {
    guard let earlier = evidence.previous(socket), let old = earlier[.bytes_received], let new = socket[.bytes_received] else {
      return false
    }
    return Int(new) - socket.receiveQueue > Int(old) - earlier.receiveQueue
  }

  static func finding(_ holder: Holder, _ group: Group, _ evidence: Evidence) -> Finding? {
    typealias Phrase = ReceiveUnreadPhrase
    guard let worst = group.pile.sockets.first else { return nil }
    let owner = holder.words(worst, evidence)
    var lines = [
      Phrase.held.say(["bytes": Counted.bytes(group.bytes), "most": Counted.bytes(worst.receiveQueue)]),
      Phrase.oldest.say(["time": Durations.words(milliseconds: Int(group.longest))]),
    ]
    if let used = worst[.sk_rmem_alloc], let limit = worst[.sk_rcvbuf], limit > 0 {
      lines.append(Phrase.buffer.say(["used": Counted.bytes(used), "limit": Counted.bytes(limit)]))
    }
    if evidence.previous(worst) != nil, let interval = evidence.intervalMilliseconds {
      lines.append(Phrase.still.say(["time": Durations.words(milliseconds: interval)]))
    }
    let halted = Serving.isHalted(worst, evidence) ? Who.records(of: worst, evidence).first : nil
    return Finding(
      id: id, severity: .warning, sockets: group.pile.sockets, count: group.pile.count,
      title: Phrase.title.say(["owner": owner, "connections": Counted.connections(group.pile.count)]), evidence: lines,
      cause: (halted == nil ? Phrase.cause : .causeHalted).say(["owner": owner]),
      advice: halted.flatMap { ListenAdvice.blocked($0, Serving.of($0)) } ?? Phrase.advice.say(),
      next: "sockexplain -p state established sport = :\(worst.localPort) dport = :\(worst.peerPort)")
  }
}
