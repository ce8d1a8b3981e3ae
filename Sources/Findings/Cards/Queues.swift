internal import Catalog
internal import SockDiag
internal import Snapshot

enum QueuesPhrase: String, PhraseTable {
  static var room: String { "card.queues" }
  case label = "queues"
  case empty = "both empty"
  case receiveLabel = "receive queue"
  case receive = "{bytes} the program has not read; the last data came {age} ago"
  case receiveNoAge = "{bytes} the program has not read"
  case receiveFIN = "empty but for the peer's FIN: the program has not read the end"
  case receiveMeaning = "Recv-Q {queue} = rcv_nxt - copied_seq"
  case receiveMeaningFIN = "Recv-Q {queue} = rcv_nxt - copied_seq: {bytes} and the FIN, which counts one"
  case receiveMemory = "{used} of memory, SO_RCVBUF limit {limit}"
  case memoryTuned = "{used} of memory, limit {limit}, which the kernel tunes"
  case receiveMemoryFixed = "{used} of memory, limit {limit}: the program fixed it (SO_RCVBUF), the kernel does not tune it"
  case receiveClosed = "the window offered last is 0: the peer may send nothing until the program reads"
  case sendLabel = "send queue"
  case send = "{total}: {flight} sent and not acknowledged, {unsent} not sent yet"
  case sendFlight = "{total} sent and not acknowledged"
  case sendUnsent = "{total} not sent yet"
  case sendTotal = "{total} not acknowledged or not sent"
  case sendMeaning = "Send-Q {queue} = write_seq - snd_una; tcpi_notsent_bytes {unsent}"
  case sendFIN = "the FIN counts one of them"
  case sendMemory = "{used} of memory, SO_SNDBUF limit {limit}"
  case sendMemoryFixed = "{used} of memory, limit {limit}: the program fixed it (SO_SNDBUF), the kernel does not tune it"
  case nagle =
    "less than a segment waits for the ACK of an earlier small write: Nagle's algorithm, as TCP_NODELAY is not set. A peer that delays its ACKs costs 40 ms each time"
  case nagleCork = "less than a segment waits: TCP_CORK holds it until it is full or the program lets go"
  case nagleUnknown =
    "less than a segment waits for the ACK of an earlier small write: Nagle's algorithm (no TCP_NODELAY) or TCP_CORK holds it"
  case trafficLabel = "traffic"
  case sent = "sent {bytes}, the last {age} ago"
  case sentNothing = "nothing sent"
  case received = "received {bytes}, the last {age} ago"
  case receivedNothing = "nothing received"
  case acknowledged = "last ACK {age} ago"
}

/// What waits in a connection's queues, and what went through it.
enum Queues {
  static func lines(_ socket: InetSocket, _ evidence: Evidence) -> [CardLine] {
    if socket.receiveQueue == 0, socket.sendQueue == 0 { return [CardLine(QueuesPhrase.label.say(), QueuesPhrase.empty.say())] }
    return [receive(socket, evidence), send(socket, evidence)].compactMap { $0 }
  }

  static func receive(_ socket: InetSocket, _ evidence: Evidence) -> CardLine? {
    let unread = ReceiveQueue.payload(socket)
    // Nobody is left to read the FIN of a closed connection.
    guard socket.receiveQueue > 0, unread > 0 || socket.inode != 0 else { return nil }
    let hasFIN = unread != socket.receiveQueue
    let text: Sentence
    if unread == 0 {
      text = QueuesPhrase.receiveFIN.say()
    } else if let age = socket[.last_data_recv] {
      text = QueuesPhrase.receive.say(["bytes": Counted.bytes(unread), "age": Durations.words(milliseconds: Int(age))])
    } else {
      text = QueuesPhrase.receiveNoAge.say(["bytes": Counted.bytes(unread)])
    }
    let queue = socket.receiveQueue
    var details = [
      hasFIN
        ? QueuesPhrase.receiveMeaningFIN.say(["queue": queue, "bytes": Counted.bytes(unread)])
        : QueuesPhrase.receiveMeaning.say(["queue": queue])
    ]
    var fill: Double?
    if let used = socket[.sk_rmem_alloc], let limit = socket[.sk_rcvbuf], limit > 0 {
      let phrase: QueuesPhrase =
        evidence.internals(socket).map { $0.isReceiveBufferFixed ? .receiveMemoryFixed : .memoryTuned } ?? .receiveMemory
      details.append(phrase.say(["used": Counted.bytes(Int(used)), "limit": Counted.bytes(Int(limit))]))
      fill = Double(used) / Double(limit)
    }
    let isClosed = socket[.rcv_wnd] == 0 && socket.state == .established
    if isClosed { details.append(QueuesPhrase.receiveClosed.say()) }
    let isStale = unread > 0 && (socket[.last_data_recv] ?? 0) >= 1000
    return CardLine(
      QueuesPhrase.receiveLabel.say(), text, details: details, fill: fill, emphasis: isClosed || isStale ? .warning : .plain)
  }

  static func send(_ socket: InetSocket, _ evidence: Evidence) -> CardLine? {
    let queue = socket.sendQueue
    let isClosing = [.finWait1, .lastAck, .closing].contains(socket.state)
    // The first line of the card has said that the FIN is on its way.
    guard queue > (isClosing ? 1 : 0) else { return nil }
    let total = Counted.bytes(queue)
    var details: [Sentence] = []
    let text: Sentence
    if let notsent = socket[.notsent_bytes] {
      let unsent = min(Int(notsent), queue)
      if unsent == 0 {
        text = QueuesPhrase.sendFlight.say(["total": total])
      } else if unsent == queue {
        text = QueuesPhrase.sendUnsent.say(["total": total])
      } else {
        text = QueuesPhrase.send.say(["total": total, "flight": Counted.bytes(queue - unsent), "unsent": Counted.bytes(unsent)])
      }
      details.append(QueuesPhrase.sendMeaning.say(["queue": queue, "unsent": unsent]))
      if !isClosing, let nagle = nagle(socket, unsent: unsent, evidence) { details.append(nagle) }
    } else {
      text = QueuesPhrase.sendTotal.say(["total": total])
    }
    if isClosing { details.append(QueuesPhrase.sendFIN.say()) }
    var fill: Double?
    if let used = socket[.sk_wmem_queued], let limit = socket[.sk_sndbuf], limit > 0 {
      let phrase: QueuesPhrase =
        evidence.internals(socket).map { $0.isSendBufferFixed ? .sendMemoryFixed : .memoryTuned } ?? .sendMemory
      details.append(phrase.say(["used": Counted.bytes(Int(used)), "limit": Counted.bytes(Int(limit))]))
      fill = Double(used) / Double(limit)
    }
    return CardLine(QueuesPhrase.sendLabel.say(), text, details: details, fill: fill)
  }

  /// Why a small write has not left although windows have room: tcp_nagle_check().
  static func nagle(_ socket: InetSocket, unsent: Int, _ evidence: Evidence) -> Sentence? {
    guard unsent > 0, let segment = socket[.snd_mss], unsent < Int(segment), let flight = socket[.unacked], flight > 0,
      let cwnd = socket[.snd_cwnd], flight < cwnd, let window = socket[.snd_wnd], socket.sendQueue <= Int(window), socket[.ca_state] == 0
    else { return nil }
    guard let internals = evidence.internals(socket) else { return QueuesPhrase.nagleUnknown.say() }
    return internals.isCorked ? QueuesPhrase.nagleCork.say() : internals.isNoDelay ? nil : QueuesPhrase.nagle.say()
  }

  /// What went over it in its life; nil without tcp_info.
  static func traffic(_ socket: InetSocket) -> CardLine? {
    guard let sent = socket[.bytes_sent], let received = socket[.bytes_received] else { return nil }
    func age(_ field: Field) -> Sentence { Durations.words(milliseconds: Int(socket[field] ?? 0)) }
    // bytes_received counts a FIN too: ReceiveQueue's rule.
    let hasFIN = [TCPState.closeWait, .lastAck, .closing].contains(socket.state)
    let data = received - min(received, hasFIN ? 1 : 0)
    var parts = [
      sent > 0
        ? QueuesPhrase.sent.say(["bytes": Counted.bytes(Int(sent)), "age": age(.last_data_sent)]) : QueuesPhrase.sentNothing.say(),
      data > 0
        ? QueuesPhrase.received.say(["bytes": Counted.bytes(Int(data)), "age": age(.last_data_recv)]) : QueuesPhrase.receivedNothing.say(),
    ]
    if socket[.last_ack_recv] != nil { parts.append(QueuesPhrase.acknowledged.say(["age": age(.last_ack_recv)])) }
    return CardLine(QueuesPhrase.trafficLabel.say(), WordsPhrase.list.say(["list": Words.list(parts)]))
  }
}
