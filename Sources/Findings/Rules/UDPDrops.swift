internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum UDPDropsPhrase: String, PhraseTable {
  static var room: String { "finding.udp-drops" }
  case threshold = "sk_drops of a UDP socket rises between two readings; drops of the past alone are a note"
  case title = "UDP datagrams lost at {socket}: {drops} in the last {time}"
  case pastTitle = "{drops} were lost by {sockets} since opened, none of them just now"
  case total = "sk_drops {total} since opened, +{delta} in the last {time}: still happening; read by {owner}"
  case past = "{socket} of {owner}: sk_drops {total}"
  case buffer = "receive queue {used} of {limit} (SK_MEMINFO_RMEM_ALLOC, RCVBUF: memory, not payload)"
  case cause =
    "datagrams come faster than {owner} reads them and the receive buffer is full; checksum errors and socket filters count here too"
  case pastCause =
    "a full receive buffer (a burst, or a program that was busy), a wrong checksum or a socket filter; sk_drops does not say when"
  case advice = "read faster or from several sockets (SO_REUSEPORT); for bursts set a larger SO_RCVBUF, up to net.core.rmem_max"
}

/// Datagrams that reached the socket and not the program: udp_queue_rcv_one_skb().
enum UDPDrops: Rule {
  static let id = "udp-drops"
  static var threshold: Sentence { UDPDropsPhrase.threshold.say() }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var current: [Spot: Losses] = [:]
    var past = Pile()
    var lost: UInt64 = 0
    for socket in evidence.now.inet.sockets where socket.proto == .udp || socket.proto == .udplite {
      guard let drops = socket[.sk_drops], drops > 0 else { continue }
      if let earlier = evidence.previous(socket)?[.sk_drops], earlier < drops {
        current[Spot(socket), default: Losses()].add(socket, drops, drops - earlier)
      } else {
        past.add(socket, score: Int(clamping: drops))
        lost += drops
      }
    }
    let rising = Folded(current) { Int(clamping: $0.delta) }.findings { finding($0, $1, evidence) }
    return past.count == 0 ? rising : rising + [pastFinding(past, lost, evidence)]
  }

  struct Losses: Piled {
    var pile = Pile()
    var total: UInt64 = 0
    var delta: UInt64 = 0

    mutating func add(_ socket: InetSocket, _ total: UInt64, _ delta: UInt64) {
      pile.add(socket, score: Int(clamping: delta))
      self.total += total
      self.delta += delta
    }

    mutating func absorb(_ other: Losses) {
      pile.absorb(other.pile)
      total += other.total
      delta += other.delta
    }
  }

  static func finding(_ spot: Spot, _ losses: Losses, _ evidence: Evidence) -> Finding? {
    typealias Phrase = UDPDropsPhrase
    guard let socket = losses.pile.sockets.first else { return nil }
    let total = losses.total, delta = losses.delta
    let time = Durations.words(milliseconds: evidence.intervalMilliseconds ?? 0)
    var lines = [Phrase.total.say(["total": total, "delta": delta, "time": time, "owner": Who.holds(socket, evidence)])]
    if let used = socket[.sk_rmem_alloc], let limit = socket[.sk_rcvbuf] {
      lines.append(Phrase.buffer.say(["used": Counted.bytes(used), "limit": Counted.bytes(limit)]))
    }
    lines += ["Udp.RcvbufErrors", "Udp.InCsumErrors"].compactMap(evidence.rise)
    return Finding(
      id: id, severity: .warning, sockets: losses.pile.sockets, count: Int(clamping: delta),
      title: Phrase.title.say(["socket": spot.words, "drops": Counted.datagrams(delta), "time": time]), evidence: lines,
      cause: Phrase.cause.say(["owner": Who.holds(socket, evidence)]), advice: Phrase.advice.say(),
      next: "sockexplain -uapm sport = :\(socket.localPort)")
  }

  static func pastFinding(_ pile: Pile, _ lost: UInt64, _ evidence: Evidence) -> Finding {
    typealias Phrase = UDPDropsPhrase
    let lines = pile.worst.prefix(3).map {
      Phrase.past.say(["socket": Who.local($0.socket), "owner": Who.holds($0.socket, evidence), "total": $0.score])
    }
    return Finding(
      id: id, severity: .note, sockets: pile.sockets, count: pile.count,
      title: Phrase.pastTitle.say(["sockets": Counted.sockets(pile.count), "drops": Counted.datagrams(lost)]),
      evidence: lines + ["Udp.RcvbufErrors"].compactMap(evidence.rise), cause: Phrase.pastCause.say(), advice: Phrase.advice.say(),
      next: "sockexplain -uapm")
  }
}
