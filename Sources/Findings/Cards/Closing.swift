internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum ClosingPhrase: String, PhraseTable {
  static var room: String { "card.closing" }
  case label = "closing"
  case finWait1 = "this side closed first; its FIN is not acknowledged yet, nor are {bytes} of data before it"
  case finWait1Empty = "this side closed first; its FIN is not acknowledged yet"
  case finWait1Stuck = "this side closed first; the FIN waits behind {bytes} that the peer has no window for"
  case halfClosed = "this side shut down its sending and still reads; the peer acknowledged that and has not closed"
  case halfClosedEnd = "no time limit while a process holds it; it ends when the peer closes, resets, or keepalive finds it dead"
  case finWait2 = "this side closed and the peer acknowledged it; the peer's FIN is awaited for {time} more, then it is forgotten"
  case lingering =
    "no descriptor of it is found: probably a close() waits in it, for {time} at most (SO_LINGER); then no process holds it, and tcp_orphan_retries rules"
  case halfClosedLinger = "a close() would let it wait for {time} more"
  case halfClosedReset = "a close() would send RST: the program set TCP_LINGER2 to a negative value"
  case finWait1Linger = "once the FIN is acknowledged it waits for the peer's for {time}: TCP_LINGER2, which the program set"
  case finWait1Reset =
    "once the FIN is acknowledged it is reset: the program set TCP_LINGER2 to a negative value, so that no FIN-WAIT-2 follows"
  case finWait2Rule = "net.ipv4.tcp_fin_timeout {setting}, or the program's TCP_LINGER2: a mini-socket does not keep which"
  case finWait2RuleLinger =
    "longer than net.ipv4.tcp_fin_timeout {setting}: the program set TCP_LINGER2, or the setting was lowered since"
  case finWait2RuleUnknown = "net.ipv4.tcp_fin_timeout {setting}, unless the program set TCP_LINGER2"
  case finWait2RuleKnown = "net.ipv4.tcp_fin_timeout {setting}"
  case finWait2RuleOwn = "TCP_LINGER2 {setting}, which the program set"
  case finWait2Two = "a timeout above 60 s runs as T-60 twice: a keepalive timer, then a mini-socket; together {total}"
  case finWait2Peer = "the peer is in CLOSE-WAIT: its program has not closed (or its FIN is lost on the way)"
  case closing = "both sides closed at once: the peer's FIN is here, the ACK of ours is due"
  case lastAck = "both sides closed, the peer first; the ACK of our FIN is due"
  case lastAckData = "both sides closed, the peer first; our FIN and {bytes} before it are not acknowledged"
  case orphanLabel = "orphan"
  case orphan = "no process holds it: nobody learns whether the last bytes arrived"
  case orphanCount = "{count} of {limit} orphans (net.ipv4.tcp_max_orphans); under load it bites at a half or a quarter"
  case adviceHalfClosed = "look at the peer: its program got the end of the stream and has not closed"
  case adviceSilent = "the peer does not answer: it is gone, or a firewall forgot the connection; the kernel clears this up by itself"

  case timeWaitLabel = "time-wait"
  case timeWait = "this side closed first (or both at once) and keeps the pair of addresses for {time} more, of 60 s"
  case timeWaitConstant = "the 60 s are a constant of the kernel (TCP_TIMEWAIT_LEN): tcp_fin_timeout does not change them"
  case timeWaitReset = "ends before: a newer SYN reopens it, an RST ends it; an ACK from the peer starts the 60 s again"
  case timeWaitRFC1337 =
    "ends before: a newer SYN reopens it; an RST does not (tcp_rfc1337 {setting}); an ACK from the peer starts the 60 s again"
  case timeWaitServer = "local port {port} is a listener's: the server closes first. That does not keep its clients from coming back"
  case timeWaitClient = "{count} in TIME-WAIT to {peer}, of {ports} local ports for one destination"
  case timeWaitReuse = "net.ipv4.tcp_tw_reuse {setting}: {meaning}"
  case reuseOff = "connect() does not take such a port again"
  case reuseOn = "connect() may take it again after 1 s, if timestamps were on"
  case reuseLoopback = "connect() may take it again after 1 s, if timestamps were on, only over loopback"
  case reuseUnknown = "a value this program does not know"

  case closeWaitLabel = "close-wait"
  case closeWait = "the peer closed at least {age} ago; this program has not"
  case closeWaitNoAge = "the peer closed; this program has not"
  case closeWaitEndless = "no timer runs: it stays until the program closes it or ends"
  case closeWaitCount = "{name} holds {count} sockets in CLOSE-WAIT"
  case adviceCloseWait =
    "{name} must close() it: a read there returns 0 (the end). A restart clears it, fixing the missing close() cures it"
  case adviceCloseWaitUnread = "{name} must read on to the end and close(): {bytes} and the peer's FIN wait unread"
}

/// The cards of connections that are ending.
enum ClosingCards {
  static func base(
    _ socket: InetSocket, _ evidence: Evidence, _ first: [CardLine], timer: Bool = true, process: Bool = false, advice: [Sentence] = []
  ) -> Card {
    var lines = first
    // In FIN-WAIT-2 everything has arrived.
    if socket.isOrphan, socket.state != .finWait2 { lines.append(orphan(evidence)) }
    if !socket.isMiniSocket {
      lines += Queues.lines(socket, evidence)
      if timer { lines.append(TimerLine.line(socket, evidence)) }
      if let traffic = Queues.traffic(socket) { lines.append(traffic) }
      lines += [PathLines.roundTrip(socket), PathLines.losses(socket)].compactMap { $0 }
      if socket.inode != 0, let options = OptionsLine.line(socket, evidence) { lines.append(options) }
    }
    if process { lines += ProcessLines.lines(Who.records(of: socket, evidence), evidence) }
    return Card(
      socket: socket, title: EstablishedCard.title(socket, evidence), owner: OwnerWords.sentence(socket, evidence), lines: lines,
      advice: advice)
  }

  static func line(_ text: Sentence, _ details: [Sentence] = [], _ emphasis: Emphasis = .plain) -> CardLine {
    CardLine(ClosingPhrase.label.say(), text, details: details, emphasis: emphasis)
  }

  static func orphan(_ evidence: Evidence) -> CardLine {
    var details: [Sentence] = []
    if let count = evidence.now.sockstat["TCP.orphan"], let limit = evidence.now.sysctls.number(.maxOrphans) {
      details.append(ClosingPhrase.orphanCount.say(["count": count, "limit": limit]))
    }
    return CardLine(ClosingPhrase.orphanLabel.say(), ClosingPhrase.orphan.say(), details: details)
  }

  /// SO_LINGER with a time: close() gives the descriptor back at once and waits inside the kernel (inet_release(), sk_stream_wait_close()), so that
  /// the socket still has its inode and nobody holds it.
  static func lingering(_ socket: InetSocket, _ evidence: Evidence) -> [Sentence] {
    guard socket.inode != 0, evidence.now.owners[socket.inode].isEmpty, let time = evidence.internals(socket)?.lingerMilliseconds, time > 0
    else { return [] }
    return [ClosingPhrase.lingering.say(["time": Durations.words(milliseconds: Int(clamping: time))])]
  }

  static func silentPeer(_ socket: InetSocket) -> [Sentence] {
    (socket[.retransmits] ?? UInt64(socket.timerRetransmits)) >= 3 && socket.timer == .on ? [ClosingPhrase.adviceSilent.say()] : []
  }

  static func finWait1(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    // The FIN counts one.
    let data = Counted.bytes(max(0, socket.sendQueue - 1))
    let phrase: ClosingPhrase = socket.timer == .persist ? .finWait1Stuck : socket.sendQueue > 1 ? .finWait1 : .finWait1Empty
    let rules = GiveUp(socket, evidence)
    var details = lingering(socket, evidence)
    if let linger = rules.options?[.linger2], socket.isOrphan {
      let rto = TimerLine.rto(socket) ?? GiveUp.rtoMin
      details.append(
        (linger < 0 ? ClosingPhrase.finWait1Reset : .finWait1Linger).say(["time": Durations.words(milliseconds: rules.finWait2(rto: rto))]))
    }
    return base(socket, evidence, [line(phrase.say(["bytes": data]), details)], advice: silentPeer(socket))
  }

  static func finWait2(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    let rules = GiveUp(socket, evidence)
    // The RTO of an idle connection may be that of its last retransmission; a mini-socket has none.
    let rto = TimerLine.rto(socket) ?? GiveUp.rtoMin
    let linger = rules.options?[.linger2]
    if socket.inode != 0 {
      var details = [ClosingPhrase.halfClosedEnd.say(), ClosingPhrase.finWait2Peer.say()]
      if rules.isExact {
        let isReset = linger.map { $0 < 0 } ?? false
        details.append(
          (isReset ? ClosingPhrase.halfClosedReset : .halfClosedLinger).say([
            "time": Durations.words(milliseconds: rules.finWait2(rto: rto))
          ]))
        if !isReset { details.append(finWait2Rule(socket, rules)) }
      }
      return base(socket, evidence, [line(ClosingPhrase.halfClosed.say(), details)], advice: [ClosingPhrase.adviceHalfClosed.say()])
    }
    let left = rules.finWait2Remaining(isMiniSocket: socket.isMiniSocket, timer: socket.timerMilliseconds, rto: rto)
    var details = [ClosingPhrase.finWait2Peer.say(), finWait2Rule(socket, rules)]
    if rules.finTimeout > GiveUp.timeWait {
      details.append(ClosingPhrase.finWait2Two.say(["total": Durations.words(milliseconds: rules.finWait2(rto: rto))]))
    }
    details += TimerLine.assumptions(rules, "tcp_fin_timeout")
    return base(
      socket, evidence, [line(ClosingPhrase.finWait2.say(["time": Durations.words(milliseconds: left)]), details)], timer: false)
  }

  /// Which of the two decides how long FIN-WAIT-2 lasts.
  static func finWait2Rule(_ socket: InetSocket, _ rules: GiveUp) -> Sentence {
    let phrase: ClosingPhrase =
      socket.isMiniSocket
      ? socket.timerMilliseconds > rules.finTimeout + 1000 ? .finWait2RuleLinger : .finWait2Rule
      : rules.options?[.linger2] != nil ? .finWait2RuleOwn : rules.isExact ? .finWait2RuleKnown : .finWait2RuleUnknown
    return phrase.say(["setting": Durations.words(milliseconds: rules.finTimeout)])
  }

  static func closing(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    base(socket, evidence, [line(ClosingPhrase.closing.say(), lingering(socket, evidence))], advice: silentPeer(socket))
  }

  static func lastAck(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    let text =
      socket.sendQueue > 1
      ? ClosingPhrase.lastAckData.say(["bytes": Counted.bytes(socket.sendQueue - 1)]) : ClosingPhrase.lastAck.say()
    return base(socket, evidence, [line(text, lingering(socket, evidence))], advice: silentPeer(socket))
  }

  static func timeWait(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    let sysctls = evidence.now.sysctls
    var details = [ClosingPhrase.timeWaitConstant.say()]
    let rfc1337 = sysctls.number(.rfc1337) ?? 0
    details.append((rfc1337 == 0 ? ClosingPhrase.timeWaitReset : .timeWaitRFC1337).say(["setting": rfc1337]))
    if evidence.now.inet.isServerSide(socket) {
      details.append(ClosingPhrase.timeWaitServer.say(["port": socket.localPort]))
    } else {
      details += clientPorts(socket, evidence)
    }
    let text = ClosingPhrase.timeWait.say(["time": TimerLine.left(socket)])
    return base(socket, evidence, [CardLine(ClosingPhrase.timeWaitLabel.say(), text, details: details)])
  }

  /// What a client's TIME-WAIT costs: a local port for that destination.
  static func clientPorts(_ socket: InetSocket, _ evidence: Evidence) -> [Sentence] {
    let sysctls = evidence.now.sysctls
    var details: [Sentence] = []
    let same = evidence.now.inet.tcp(.timeWait).filter { $0.peerPort == socket.peerPort && $0.peerAddress == socket.peerAddress }.count
    let range = sysctls.numbers(.localPorts)
    if range.count == 2, range[1] >= range[0] {
      details.append(
        ClosingPhrase.timeWaitClient.say(["count": same, "peer": Who.peer(socket), "ports": range[1] - range[0] + 1]))
    }
    if let reuse = sysctls.number(.timeWaitReuse) {
      let meaning: ClosingPhrase =
        switch reuse {
        case 0: .reuseOff
        case 1: .reuseOn
        case 2: .reuseLoopback
        default: .reuseUnknown
        }
      details.append(ClosingPhrase.timeWaitReuse.say(["setting": reuse, "meaning": meaning.say()]))
    }
    return details
  }

  static func closeWait(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    if socket.isNotYetAccepted { return EstablishedCard.card(socket, evidence) }
    let holders = Who.records(of: socket, evidence)
    let isEndless = socket.timer == .off
    var details = isEndless ? [ClosingPhrase.closeWaitEndless.say()] : []
    var advice: [Sentence] = []
    if let holder = holders.first {
      let waiting = evidence.now.inet.tcp(.closeWait)
      let count = waiting.filter { $0.inode != 0 && evidence.now.owners[$0.inode].contains { $0.pid == holder.pid } }.count
      if count > 1 { details.append(ClosingPhrase.closeWaitCount.say(["name": Who.process(holder.pid, evidence), "count": count])) }
      let unread = ReceiveQueue.payload(socket)
      advice.append(
        unread > 0
          ? ClosingPhrase.adviceCloseWaitUnread.say(["name": holder.name, "bytes": Counted.bytes(unread)])
          : ClosingPhrase.adviceCloseWait.say(["name": holder.name]))
    }
    // The FIN came no later than the last ACK heard: it carries one (tcp_ack() sets rcv_tstamp).
    let text =
      socket[.last_ack_recv].map { ClosingPhrase.closeWait.say(["age": Durations.words(milliseconds: Int($0))]) }
      ?? ClosingPhrase.closeWaitNoAge.say()
    let isOld = (socket[.last_ack_recv] ?? 0) >= 1000
    return base(
      socket, evidence,
      [CardLine(ClosingPhrase.closeWaitLabel.say(), text, details: details, emphasis: isOld ? .warning : .plain)], timer: !isEndless,
      process: true,
      advice: isOld ? advice : [])
  }
}
