internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum OpeningPhrase: String, PhraseTable {
  static var room: String { "card.opening" }
  case connectLabel = "connect"
  case connect = "no answer to the SYN: {sent} of {limit} retransmissions sent, the next in {time}, connect() fails in {remaining}"
  case connectFirst = "the SYN is out, not answered yet: retransmission 1 of {limit} in {time}"
  case connectLast = "no answer to the SYN: {limit} of {limit} retransmissions sent, connect() fails in {remaining} with ETIMEDOUT"
  case connectBeyond =
    "no answer to the SYN: {sent} retransmissions sent, more than the {limit} of the settings: the program set TCP_SYNCNT"
  case connectNoTimer = "no SYN is being retransmitted: it waits for its first data (TCP_FASTOPEN_CONNECT) or is just being sent"
  case connectRule =
    "net.ipv4.tcp_syn_retries {retries} + tcp_syn_linear_timeouts {linear} = {limit}, about {total} in all, unless the program set TCP_SYNCNT or TCP_USER_TIMEOUT"
  case connectRuleOld = "net.ipv4.tcp_syn_retries {retries}, about {total} in all, unless the program set TCP_SYNCNT or TCP_USER_TIMEOUT"
  case connectRuleKnown =
    "net.ipv4.tcp_syn_retries {retries} and tcp_syn_linear_timeouts {linear}: {limit} retransmissions, about {total} in all"
  case connectRuleOwn = "TCP_SYNCNT {retries} and net.ipv4.tcp_syn_linear_timeouts {linear}: {limit} retransmissions, about {total} in all"
  case connectRuleTimeout = "TCP_USER_TIMEOUT ends it: {limit} retransmissions, about {total} in all"
  case connectOthers = "others waiting for {peer} like this one: {count}"
  case causeLabel = "why"
  case causeSilence =
    "a closed port would have answered RST at once: the SYN or its answer is dropped. A full accept queue, a firewall, a wrong route or address"
  case causeFull =
    "its listener is on this host and FULL: {listener} has {waiting} waiting, limit {limit}; such a SYN is dropped in silence"
  case causeHere = "its listener is on this host: {listener} has {waiting} waiting, limit {limit}"
  case adviceFull = "sockexplain -l {port} shows why nobody accepts"
  case adviceFar = "on the server: sockexplain -l {port}; on the way: does tcpdump there see the SYN arrive?"
  case handshakeLabel = "handshake"
  case handshake = "SYN-ACK retransmitted {sent} of {limit} times, no ACK accepted; the next in {time}, forgotten in {remaining}"
  case handshakeFirst = "SYN-ACK sent, the peer's ACK is due; retransmission 1 of {limit} in {time}"
  case handshakeDeferred = "the peer's ACK came; TCP_DEFER_ACCEPT keeps the connection here until its first data"
  case handshakeDeferredRule =
    "its timer has fired and no SYN-ACK was sent again; the next firing in {time}. A client that says nothing is let in or forgotten when the time of TCP_DEFER_ACCEPT is over"
  case handshakeDeferredKnown =
    "TCP_DEFER_ACCEPT of its listener: {total} after the SYN the SYN-ACK is sent once more, and the client's answer to it lets it in, with data or without"
  case handshakeLast = "SYN-ACK retransmitted {limit} times, no ACK accepted; forgotten in {remaining}, in silence"
  case handshakeBeyond = "SYN-ACK retransmitted {sent} times, more than net.ipv4.tcp_synack_retries {limit}: the program set TCP_SYNCNT"
  case handshakeRule =
    "net.ipv4.tcp_synack_retries {limit}: {total} in all; fewer while old requests fill half of the SYN queue, or if the program set TCP_SYNCNT"
  case handshakePruned =
    "cut from net.ipv4.tcp_synack_retries {setting} to {limit} while requests fill more than half of the SYN queue: {queued} of {backlog}, {young} of them new"
  case handshakeRuleKnown =
    "net.ipv4.tcp_synack_retries {limit}: {total} in all; fewer while old requests fill half of the SYN queue"
  case handshakeRuleOwn = "TCP_SYNCNT {limit} of its listener: {total} in all; fewer while old requests fill half of the SYN queue"
  case handshakePrunedOwn =
    "cut from its listener's TCP_SYNCNT {setting} to {limit} while requests fill more than half of the SYN queue: {queued} of {backlog}, {young} of them new"
  case handshakeFull = "a full socket in SYN-RECV: TCP Fast Open (its data may be accepted already) or both ends sent a SYN at once"
  case listenerLabel = "listener"
  case listener = "{listener}: {waiting} waiting to be accepted, limit {limit}"
  case listenerFull = "{listener}: {waiting} waiting, limit {limit}, FULL: the ACK that would finish this handshake is refused"
  case listenerGone = "none on this port: it was closed, the request ends at its next timer"
  case causeNoACK = "the SYN-ACK or the ACK is lost, or the peer's address was forged; TCP_DEFER_ACCEPT looks the same until data comes"
  case adviceListener = "nothing is wrong with the peer: sockexplain -l {port} shows why the queue is full"
}

/// The cards of connections that are still being made.
enum OpeningCards {
  // MARK: SYN-SENT

  static func synSent(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    var lines = [connect(socket, GiveUp(socket, evidence), evidence)]
    let listener = evidence.ownListeners(of: socket).first
    let isFull = listener.map { $0.isAcceptQueueFull } ?? false
    let numbers: KeyValuePairs<String, any CustomStringConvertible> = [
      "listener": listener.map { OwnerWords.listenerName($0, evidence) } ?? Who.peer(socket), "waiting": listener?.receiveQueue ?? 0,
      "limit": listener?.acceptLimitText ?? "0",
    ]
    var advice: [Sentence] = []
    if socket.timerRetransmits > 0 {
      let cause: OpeningPhrase = listener == nil ? .causeSilence : isFull ? .causeFull : .causeHere
      lines.append(CardLine(OpeningPhrase.causeLabel.say(), cause.say(numbers), emphasis: isFull ? .bad : .plain))
      advice.append((isFull ? OpeningPhrase.adviceFull : .adviceFar).say(["port": socket.peerPort]))
    }
    if let options = OptionsLine.line(socket, evidence) { lines.append(options) }
    return Card(
      socket: socket, title: EstablishedCard.title(socket, evidence), owner: OwnerWords.sentence(socket, evidence), lines: lines,
      advice: advice)
  }

  static func connect(_ socket: InetSocket, _ rules: GiveUp, _ evidence: Evidence) -> CardLine {
    let label = OpeningPhrase.connectLabel.say()
    guard socket.timer == .on else { return CardLine(label, OpeningPhrase.connectNoTimer.say()) }
    let outlook = rules.synSent(retransmits: socket.timerRetransmits, timer: socket.timerMilliseconds)
    let sent = outlook.sent, limit = outlook.limit ?? 0
    let phrase: OpeningPhrase =
      outlook.isOverridden ? .connectBeyond : sent == 0 && limit > 0 ? .connectFirst : sent == limit ? .connectLast : .connect
    let text = phrase.say([
      "sent": sent, "limit": limit, "time": TimerLine.left(socket), "remaining": Durations.words(milliseconds: outlook.remaining),
    ])
    let rule: OpeningPhrase =
      rules.userTimeout != nil
      ? .connectRuleTimeout
      : !rules.isExact
        ? rules.synLinearTimeouts > 0 ? .connectRule : .connectRuleOld
        : rules.options?[.synCount] == nil ? .connectRuleKnown : .connectRuleOwn
    var details = [
      rule.say([
        "retries": rules.synRetries, "linear": rules.synLinearTimeouts, "limit": limit,
        "total": Durations.words(milliseconds: outlook.total),
      ])
    ]
    details += rules.untold(.synCount, .userTimeout)
    let others = evidence.now.inet.tcp(.synSent).filter {
      $0.peerPort == socket.peerPort && $0.peerAddress == socket.peerAddress && $0.cookie != socket.cookie
    }
    if !others.isEmpty { details.append(OpeningPhrase.connectOthers.say(["count": others.count, "peer": Who.peer(socket)])) }
    return CardLine(label, text, details: details + TimerLine.assumptions(rules, "tcp_syn_retries"), emphasis: sent > 0 ? .warning : .plain)
  }

  // MARK: SYN-RECV

  static func synRecv(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    let rules = GiveUp(socket, evidence)
    let queue = queue(of: socket, rules, evidence)
    let outlook = rules.synRecv(
      retransmits: socket.timerRetransmits, timer: socket.timerMilliseconds, limit: queue.map { max($0.limit, socket.timerRetransmits) })
    let sent = outlook.sent, limit = outlook.limit ?? 0
    let isDeferred = isDeferred(socket, of: listenerInternals(socket, evidence))
    let phrase: OpeningPhrase =
      isDeferred
      ? .handshakeDeferred
      : outlook.isOverridden ? .handshakeBeyond : sent == 0 && limit > 0 ? .handshakeFirst : sent == limit ? .handshakeLast : .handshake
    let text = phrase.say([
      "sent": sent, "limit": limit, "time": TimerLine.left(socket), "remaining": Durations.words(milliseconds: outlook.remaining),
    ])
    var details: [Sentence] = []
    if !socket.isMiniSocket { details.append(OpeningPhrase.handshakeFull.say()) }
    let isOwn = rules.options?[.synCount] != nil
    if isDeferred {
      details.append(deferred(socket, evidence))
    } else if let queue {
      details.append(
        (isOwn ? OpeningPhrase.handshakePrunedOwn : .handshakePruned).say([
          "setting": rules.synAckRetries, "limit": queue.limit, "queued": queue.queued, "young": queue.young, "backlog": queue.backlog,
        ]))
    } else {
      let rule: OpeningPhrase = isOwn ? .handshakeRuleOwn : rules.isExact ? .handshakeRuleKnown : .handshakeRule
      details.append(rule.say(["limit": limit, "total": Durations.words(milliseconds: outlook.total)]))
    }
    details += TimerLine.assumptions(rules, "tcp_synack_retries")
    var lines = [CardLine(OpeningPhrase.handshakeLabel.say(), text, details: details, emphasis: sent > 0 ? .warning : .plain)]
    let listener = evidence.now.inet.listeners(for: socket).first
    let isFull = listener.map { $0.isAcceptQueueFull } ?? false
    lines.append(belongs(to: listener, evidence))
    if sent > 0, !isFull { lines.append(CardLine(OpeningPhrase.causeLabel.say(), OpeningPhrase.causeNoACK.say())) }
    return Card(
      socket: socket, title: EstablishedCard.title(socket, evidence), owner: OwnerWords.sentence(socket, evidence), lines: lines,
      advice: isFull ? [OpeningPhrase.adviceListener.say(["port": socket.localPort])] : [])
  }

  /// How long TCP_DEFER_ACCEPT keeps a request, where its listener's is known: its last time-out sends the SYN-ACK again (syn_ack_recalc()), and
  /// tcp_check_req() takes the ACK that follows.
  static func deferred(_ socket: InetSocket, _ evidence: Evidence) -> Sentence {
    guard let count = listenerInternals(socket, evidence)?.deferAcceptRetries else {
      return OpeningPhrase.handshakeDeferredRule.say(["time": TimerLine.left(socket)])
    }
    return OpeningPhrase.handshakeDeferredKnown.say(["total": Durations.words(milliseconds: GiveUp.deferral(Int(count)))])
  }

  /// Whether the peer's ACK has come and was set aside (syn_ack_recalc() with rskq_defer_accept): the timer fired and no SYN-ACK was sent again.
  /// A first timer lasts 1 s (TCP_TIMEOUT_INIT), so a longer one has fired; where the listener's queue is known, all have if none is young.
  static func isDeferred(_ socket: InetSocket, of listener: SocketInternals? = nil) -> Bool {
    guard socket.isMiniSocket, socket.timerRetransmits == 0 else { return false }
    return socket.timerMilliseconds > GiveUp.initialRTO + 100 || (listener?.deferAcceptRetries != nil && listener?.synQueueYoung == 0)
  }

  /// What was read of the one listener that a request belongs to; nil where several share the address.
  static func listenerInternals(_ request: InetSocket, _ evidence: Evidence) -> SocketInternals? {
    let listeners = evidence.now.inet.listeners(for: request)
    return listeners.count == 1 ? evidence.internals(listeners[0]) : nil
  }

  /// The SYN queue of its listener, where old requests fill so much of it that each gets fewer retransmissions. With several
  /// listeners (SO_REUSEPORT) nobody can tell whose a request is.
  static func queue(
    of socket: InetSocket, _ rules: GiveUp, _ evidence: Evidence
  ) -> (limit: Int, queued: Int, young: Int, backlog: Int)? {
    let listeners = evidence.now.inet.listeners(for: socket)
    guard socket.isMiniSocket, socket.timerRetransmits <= rules.synAckRetries, listeners.count == 1 else { return nil }
    let requests = evidence.now.inet.children(of: listeners[0]).filter { $0.state == .synRecv && $0.isMiniSocket }
    let internals = evidence.internals(listeners[0])
    let queued = internals?.synQueue.map { Int($0) } ?? requests.count
    let young =
      internals?.synQueueYoung.map { Int($0) } ?? requests.filter { $0.timerRetransmits == 0 && !isDeferred($0) }.count
    let limit = rules.synAckLimit(queued: queued, young: young, backlog: listeners[0].sendQueue)
    return limit < rules.synAckRetries ? (limit, queued, young, listeners[0].sendQueue) : nil
  }

  static func belongs(to listener: InetSocket?, _ evidence: Evidence) -> CardLine {
    let label = OpeningPhrase.listenerLabel.say()
    guard let listener else { return CardLine(label, OpeningPhrase.listenerGone.say()) }
    let isFull = listener.isAcceptQueueFull
    return CardLine(
      label,
      (isFull ? OpeningPhrase.listenerFull : .listener).say([
        "listener": OwnerWords.listenerName(listener, evidence), "waiting": listener.receiveQueue, "limit": listener.acceptLimitText,
      ]), fill: listener.acceptLimit.map { Double(listener.receiveQueue) / Double(max(1, $0)) }, emphasis: isFull ? .bad : .plain)
  }
}
