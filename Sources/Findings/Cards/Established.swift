internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum EstablishedPhrase: String, PhraseTable {
  static var room: String { "card.established" }
  case title = "{proto} {state} {connection}"
  case acceptLabel = "not accepted"
  case accept = "in the accept queue of {listener} for {age}: {waiting} waiting, limit {limit}"
  case acceptNoAge = "in the accept queue of {listener}: {waiting} waiting, limit {limit}"
  case acceptAlone = "the handshake is done, but no process has accept()ed it"
  case silentLabel = "no progress"
  case silent = "connected, but the peer has acknowledged no data byte since the handshake, {bytes} sent in vain"
  case silentMeaning =
    "its accept queue is probably full: it answered the SYN, refused the ACK, and drops the data (tcpi_bytes_acked {acked}, retransmissions {count})"
  case adviceSilent = "look at the server: sockexplain -l {port} there. Its program probably does not accept()"
  case adviceAccept = "see the listener: sockexplain -l {port}"
  case adviceReader = "{name} does not read: {doing}"
  case adviceWindow = "the peer's program does not read: look at the other end; nothing on this side moves it"
  case adviceTimeouts = "the peer or the path to it has been silent for {age}: check it with ping or a route look-up before the program"
  case adviceSendBuffer = "the own send buffer holds it back: let autotuning work (no SO_SNDBUF), or raise the maximum of net.ipv4.tcp_wmem"
  case adviceSendBufferFixed = "the own send buffer holds it back: the program fixed it; without SO_SNDBUF the kernel would let it grow"
  case adviceSendBufferTuned = "the own send buffer holds it back, although the kernel tunes it: raise the maximum of net.ipv4.tcp_wmem"
}

/// The card of a connection, and what the cards of its later states share with it.
enum EstablishedCard {
  static func title(_ socket: InetSocket, _ evidence: Evidence) -> Sentence {
    EstablishedPhrase.title.say([
      "proto": socket.proto.name, "state": socket.state.name, "connection": Words.connection(socket, evidence),
    ])
  }

  static func card(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    var lines: [CardLine] = []
    if socket.isNotYetAccepted { lines.append(notAccepted(socket, evidence)) }
    if let silent = silent(socket, evidence) { lines.append(silent) }
    lines += Queues.lines(socket, evidence)
    if socket.isNotYetAccepted {
      if socket.timer != .off { lines.append(TimerLine.line(socket, evidence)) }
      lines += [PathLines.roundTrip(socket), PathLines.options(socket)].compactMap { $0 }
    } else {
      lines.append(TimerLine.line(socket, evidence))
      if let traffic = Queues.traffic(socket) { lines.append(traffic) }
      lines += PathLines.lines(socket)
    }
    if let options = OptionsLine.line(socket, evidence) { lines.append(options) }
    if doesNotRead(socket) { lines += ProcessLines.lines(Who.records(of: socket, evidence), evidence) }
    return Card(
      socket: socket, title: title(socket, evidence), owner: OwnerWords.sentence(socket, evidence), lines: lines,
      advice: advice(socket, evidence))
  }

  static func notAccepted(_ socket: InetSocket, _ evidence: Evidence) -> CardLine {
    let label = EstablishedPhrase.acceptLabel.say()
    let listeners = evidence.now.inet.listeners(for: socket)
    guard let listener = listeners.first else { return CardLine(label, EstablishedPhrase.acceptAlone.say(), emphasis: .warning) }
    let shared = listeners.count > 1 ? [ListenPhrase.waitingShared.say(["count": listeners.count])] : []
    let name = OwnerWords.listenerName(listener, evidence)
    let fill = listener.acceptLimit.map { Double(listener.receiveQueue) / Double(max(1, $0)) }
    guard let age = socket[.last_data_sent] else {
      return CardLine(
        label,
        EstablishedPhrase.acceptNoAge.say(["listener": name, "waiting": listener.receiveQueue, "limit": listener.acceptLimitText]),
        details: shared, fill: fill, emphasis: .warning)
    }
    let text = EstablishedPhrase.accept.say([
      "listener": name, "age": Durations.words(milliseconds: Int(age)), "waiting": listener.receiveQueue, "limit": listener.acceptLimitText,
    ])
    return CardLine(label, text, details: [ListenPhrase.waitingAge.say()] + shared, fill: fill, emphasis: .warning)
  }

  static func silent(_ socket: InetSocket, _ evidence: Evidence) -> CardLine? {
    guard PeerAcceptQueueFull.matches(socket, evidence) else { return nil }
    return CardLine(
      EstablishedPhrase.silentLabel.say(), EstablishedPhrase.silent.say(["bytes": Counted.bytes(socket.sendQueue)]),
      details: [EstablishedPhrase.silentMeaning.say(["acked": socket[.bytes_acked] ?? 0, "count": socket[.total_retrans] ?? 0])],
      emphasis: .bad)
  }

  static func doesNotRead(_ socket: InetSocket) -> Bool {
    socket.inode != 0 && ReceiveQueue.payload(socket) > 0 && (socket[.last_data_recv] ?? 0) >= 1000
  }

  static func advice(_ socket: InetSocket, _ evidence: Evidence) -> [Sentence] {
    if socket.isNotYetAccepted { return [EstablishedPhrase.adviceAccept.say(["port": socket.localPort])] }
    if PeerAcceptQueueFull.matches(socket, evidence) { return [EstablishedPhrase.adviceSilent.say(["port": socket.peerPort])] }
    var advice: [Sentence] = []
    if doesNotRead(socket), let reader = Who.records(of: socket, evidence).first(where: { $0.detail != nil }) {
      advice.append(EstablishedPhrase.adviceReader.say(["name": reader.name, "doing": ProcessLines.doing(reader)]))
    }
    if socket.timer == .persist, !TimerLine.isHeldBack(socket) { advice.append(EstablishedPhrase.adviceWindow.say()) }
    if (socket[.retransmits] ?? 0) >= 3, socket[.snd_wnd] != 0 {
      let age = min(socket[.last_ack_recv] ?? 0, socket[.last_data_recv] ?? 0)
      advice.append(EstablishedPhrase.adviceTimeouts.say(["age": Durations.words(milliseconds: Int(age))]))
    }
    if let busy = socket[.busy_time], busy >= 1_000_000, (socket[.sndbuf_limited] ?? 0) * 2 > busy {
      let phrase: EstablishedPhrase =
        evidence.internals(socket).map { $0.isSendBufferFixed ? .adviceSendBufferFixed : .adviceSendBufferTuned } ?? .adviceSendBuffer
      advice.append(phrase.say())
    }
    return advice
  }
}
