internal import Catalog
internal import SockDiag
internal import Snapshot

enum OptionsPhrase: String, PhraseTable {
  static var room: String { "card.set-options" }
  case label = "options"
  case list = "{list}"
  case noDelay = "TCP_NODELAY"
  case cork = "TCP_CORK"
  case keepalive = "keepalive {idle} + {probes} × {interval}"
  case keepaliveUntil = "keepalive {idle}, then each {interval} until the user timeout"
  case keepaliveOff = "TCP_KEEP* without SO_KEEPALIVE: no effect"
  case userTimeout = "user timeout {time}"
  case synRetries = "TCP_SYNCNT {count}"
  case linger = "SO_LINGER {time}"
  case lingerNone = "SO_LINGER 0: close() sends RST"
  case linger2 = "TCP_LINGER2 {time}"
  case linger2None = "TCP_LINGER2 negative: no FIN-WAIT-2"
  case notSent = "TCP_NOTSENT_LOWAT {bytes}"
  case receiveBuffer = "SO_RCVBUF: fixed at {bytes}"
  case receiveBufferPlain = "SO_RCVBUF: fixed"
  case sendBuffer = "SO_SNDBUF: fixed at {bytes}"
  case sendBufferPlain = "SO_SNDBUF: fixed"
  case inherited = "the connections it accepts begin with them"
}

/// What the program set on a socket, where the side-car could read it and it differs from what a new socket has.
enum OptionsLine {
  static func line(_ socket: InetSocket, _ evidence: Evidence) -> CardLine? {
    typealias Phrase = OptionsPhrase
    guard let internals = evidence.internals(socket) else { return nil }
    let set = sending(internals) + times(internals, socket, evidence) + buffers(internals, socket)
    guard !set.isEmpty else { return nil }
    return CardLine(
      Phrase.label.say(), Phrase.list.say(["list": Words.list(set, most: set.count)]),
      details: socket.state == .listen ? [Phrase.inherited.say()] : [])
  }

  private static func sending(_ internals: SocketInternals) -> [Sentence] {
    typealias Phrase = OptionsPhrase
    var set: [Sentence] = []
    if internals.isNoDelay { set.append(Phrase.noDelay.say()) }
    if internals.isCorked { set.append(Phrase.cork.say()) }
    if let bytes = internals.notSentLowWater { set.append(Phrase.notSent.say(["bytes": Counted.bytes(UInt64(bytes))])) }
    return set
  }

  private static func times(_ internals: SocketInternals, _ socket: InetSocket, _ evidence: Evidence) -> [Sentence] {
    typealias Phrase = OptionsPhrase
    func time(_ milliseconds: Int) -> Sentence { Durations.words(milliseconds: milliseconds) }
    var set: [Sentence] = []
    let isOwn =
      internals.keepaliveIdleMilliseconds ?? internals.keepaliveIntervalMilliseconds ?? internals.keepaliveProbes.map { UInt64($0) } != nil
    if internals.isKeepaliveOn {
      let rules = GiveUp(evidence.now.sysctls)
      set.append(
        (internals.userTimeoutMilliseconds == nil ? Phrase.keepalive : .keepaliveUntil).say([
          "idle": time(internals.keepaliveIdleMilliseconds.map { Int(clamping: $0) } ?? rules.keepaliveTime),
          "interval": time(internals.keepaliveIntervalMilliseconds.map { Int(clamping: $0) } ?? rules.keepaliveInterval),
          "probes": internals.keepaliveProbes.map { Int($0) } ?? rules.keepaliveProbes,
        ]))
    } else if isOwn {
      set.append(Phrase.keepaliveOff.say())
    }
    if let limit = internals.userTimeoutMilliseconds { set.append(Phrase.userTimeout.say(["time": time(Int(limit))])) }
    // Of no effect once the handshake is over, but for what a listener does with its SYN-ACKs.
    if let count = internals.synRetries, socket.state == .synSent || socket.state == .listen || socket.state == .close {
      set.append(Phrase.synRetries.say(["count": count]))
    }
    if let linger = internals.lingerMilliseconds {
      set.append((linger == 0 ? Phrase.lingerNone : .linger).say(["time": time(Int(clamping: linger))]))
    }
    if let linger = internals.linger2Milliseconds {
      set.append((linger < 0 ? Phrase.linger2None : .linger2).say(["time": time(Int(clamping: linger))]))
    }
    return set
  }

  private static func buffers(_ internals: SocketInternals, _ socket: InetSocket) -> [Sentence] {
    typealias Phrase = OptionsPhrase
    func words(_ size: UInt64?, _ phrase: Phrase, _ plain: Phrase) -> Sentence {
      size.map { phrase.say(["bytes": Counted.bytes($0)]) } ?? plain.say()
    }
    var set: [Sentence] = []
    if internals.isReceiveBufferFixed { set.append(words(socket[.sk_rcvbuf], .receiveBuffer, .receiveBufferPlain)) }
    if internals.isSendBufferFixed { set.append(words(socket[.sk_sndbuf], .sendBuffer, .sendBufferPlain)) }
    return set
  }
}
