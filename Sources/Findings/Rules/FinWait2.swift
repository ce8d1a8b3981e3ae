internal import Catalog
internal import SockDiag
internal import Snapshot

enum FinWait2Phrase: String, PhraseTable {
  static var room: String { "finding.fin-wait-2" }
  case threshold =
    "a process holds {least} half-closed sockets (FIN-WAIT-2) silent for {seconds} s, or {many} without a process wait for their peers' FIN"
  case heldTitle = "{sockets} half-closed in FIN-WAIT-2, held by {owner}"
  case held = "{count} with a descriptor still open; the longest silent for {time} (tcpi_last_ack_recv)"
  case heldCause =
    "shutdown() ended our sending side and the peers do not close; with a descriptor open FIN-WAIT-2 has no time-out (tcp_fin_timeout is for closed sockets)"
  case heldAdvice = "close() the socket instead of waiting for ever, or read with a time-out; SO_KEEPALIVE finds peers that are gone"
  case orphanTitle = "{sockets} in FIN-WAIT-2 wait for {peer} to close"
  case orphan =
    "{count} without a process; the last of them ends in {left} (net.ipv4.tcp_fin_timeout {time}, at least 3.5 RTO, or TCP_LINGER2 of the program)"
  case orphanCause = "we closed, the peers acknowledged it and do not close their end: their programs sit in CLOSE-WAIT"
  case orphanAdvice = "mend the peer's program; here they cost little memory, but each keeps its port until it ends"
}

/// Our side has finished, the peer has not.
enum FinWait2: Rule {
  static let id = "fin-wait-2"
  /// Half-closed sockets of one process.
  static let least = 10
  /// Milliseconds of silence from which a half-closed socket is waiting for nothing.
  static let silent: UInt64 = 60_000
  /// Sockets without a process.
  static let many = 1000
  static var threshold: Sentence { FinWait2Phrase.threshold.say(["least": least, "seconds": silent / 1000, "many": many]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    var held: [Holder: Pile] = [:]
    var orphans: [Endpoint: Pile] = [:]
    for socket in evidence.now.inet.tcp(.finWait2) {
      if socket.inode == 0 {
        orphans[Endpoint(socket, evidence), default: Pile()].add(socket, score: left(socket, evidence))
      } else if let ack = socket[.last_ack_recv], ack >= silent, (socket[.last_data_recv] ?? ack) >= silent {
        held[Holder(socket, evidence), default: Pile()].add(socket, score: Int(ack))
      }
    }
    return Folded(held.filter { $0.value.count >= least }).findings(evidence) { heldFinding($0, $1, evidence) }
      + Folded(orphans.filter { $0.value.count >= many }).findings { orphanFinding($0, $1, evidence) }
  }

  /// Milliseconds until it ends: a mini-socket's timer says so; a full socket, whose time is above 60 s, has one more to run.
  static func left(_ socket: InetSocket, _ evidence: Evidence) -> Int {
    if socket.isMiniSocket { return socket.timerMilliseconds }
    return GiveUp(socket, evidence).finWait2Remaining(
      isMiniSocket: false, timer: socket.timerMilliseconds, rto: TimerLine.rto(socket) ?? GiveUp.rtoMin)
  }

  static func heldFinding(_ holder: Holder, _ pile: Pile, _ evidence: Evidence) -> Finding? {
    typealias Phrase = FinWait2Phrase
    guard let longest = pile.worst.first else { return nil }
    let owner = holder.words(longest.socket, evidence)
    return Finding(
      id: id, severity: .warning, sockets: pile.sockets, count: pile.count,
      title: Phrase.heldTitle.say(["owner": owner, "sockets": Counted.sockets(pile.count)]),
      evidence: [Phrase.held.say(["count": pile.count, "time": Durations.words(milliseconds: longest.score)])],
      cause: Phrase.heldCause.say(), advice: Phrase.heldAdvice.say(), next: "sockexplain -p state fin-wait-2")
  }

  static func orphanFinding(_ endpoint: Endpoint, _ pile: Pile, _ evidence: Evidence) -> Finding {
    typealias Phrase = FinWait2Phrase
    let time = Durations.words(milliseconds: GiveUp(evidence.now.sysctls).finWait2())
    let left = Durations.words(milliseconds: pile.worst.first?.score ?? 0)
    return Finding(
      id: id, severity: .note, sockets: pile.sockets, count: pile.count,
      title: Phrase.orphanTitle.say(["sockets": Counted.sockets(pile.count), "peer": endpoint.words]),
      evidence: [Phrase.orphan.say(["count": pile.count, "time": time, "left": left])], cause: Phrase.orphanCause.say(),
      advice: Phrase.orphanAdvice.say(),
      next: Next.state("fin-wait-2", to: endpoint))
  }
}
