internal import Catalog
internal import SockDiag
internal import Snapshot

enum GiveUpPhrase: String, PhraseTable {
  static var room: String { "card.options" }
  case set = "the program set {list}"
  case none = "the program set none of {list}"
  case one = "the program set no {list}"
  case count = "{name} {count}"
  case time = "{name} {time}"
  case noFinWait2 = "{name} to a negative value: no FIN-WAIT-2, the close sends RST"
}

/// The socket options that change when the kernel gives up; inet_diag has none of them.
enum GiveUpOption: String {
  case synCount = "TCP_SYNCNT"
  case userTimeout = "TCP_USER_TIMEOUT"
  case keepIdle = "TCP_KEEPIDLE"
  case keepInterval = "TCP_KEEPINTVL"
  case keepCount = "TCP_KEEPCNT"
  case linger2 = "TCP_LINGER2"
}

extension GiveUp {
  /// The rules of one socket: those of its namespace, with what its program set where the side-car could read it.
  init(_ socket: InetSocket, _ evidence: Evidence) {
    self.init(evidence.now.sysctls)
    if let internals = evidence.internals(socket) {
      apply(internals)
    } else if socket.isMiniSocket, socket.state == .synRecv || socket.state == .newSynRecv {
      applyListeners(of: socket, evidence)
    }
  }

  /// A request has no options of its own, its listener's TCP_SYNCNT rules (reqsk_timer_handler()); of several listeners only what all have.
  private mutating func applyListeners(of request: InetSocket, _ evidence: Evidence) {
    let listeners = evidence.now.inet.listeners(for: request)
    let read = listeners.compactMap { evidence.internals($0).map { $0.synRetries ?? 0 } }
    guard let first = read.first, read.count == listeners.count, Set(read).count == 1 else { return }
    options = [:]
    guard first > 0 else { return }
    options = [.synCount: Int(first)]
    synAckRetries = Int(first)
  }

  /// Takes over what the program set.
  mutating func apply(_ internals: SocketInternals) {
    var found: [GiveUpOption: Int] = [:]
    found[.synCount] = internals.synRetries.map { Int($0) }
    found[.userTimeout] = internals.userTimeoutMilliseconds.map { Int($0) }
    found[.keepIdle] = internals.keepaliveIdleMilliseconds.map { Int(clamping: $0) }
    found[.keepInterval] = internals.keepaliveIntervalMilliseconds.map { Int(clamping: $0) }
    found[.keepCount] = internals.keepaliveProbes.map { Int($0) }
    found[.linger2] = internals.linger2Milliseconds.map { Int(clamping: $0) }
    options = found
    synRetries = found[.synCount] ?? synRetries
    synAckRetries = found[.synCount] ?? synAckRetries
    keepaliveTime = found[.keepIdle] ?? keepaliveTime
    keepaliveInterval = found[.keepInterval] ?? keepaliveInterval
    keepaliveProbes = found[.keepCount] ?? keepaliveProbes
    if let linger = found[.linger2], linger > 0 { finTimeout = linger }
    userTimeout = found[.userTimeout]
    // tcp_keepalive_timer(): then the time decides at each firing, once a probe is out, and no count.
    if let limit = userTimeout {
      keepaliveProbes = max(1, (limit - keepaliveTime + max(1, keepaliveInterval) - 1) / max(1, keepaliveInterval))
    }
  }

  /// Whether the options of this socket are known, so that nothing has to be said with "unless".
  var isExact: Bool { options != nil }

  /// What the program set of these; nothing where that is not known.
  func told(_ asked: GiveUpOption...) -> [Sentence] {
    guard let options else { return [] }
    let set = asked.compactMap { option in options[option].map { Self.words(option, $0) } }
    if !set.isEmpty { return [GiveUpPhrase.set.say(["list": Words.list(set)])] }
    return [(asked.count == 1 ? GiveUpPhrase.one : .none).say(["list": asked.map(\.rawValue).joined(separator: ", ")])]
  }

  /// The same for a card, whose options line names what is set.
  func untold(_ asked: GiveUpOption...) -> [Sentence] {
    guard let options, asked.allSatisfy({ options[$0] == nil }) else { return [] }
    return [(asked.count == 1 ? GiveUpPhrase.one : .none).say(["list": asked.map(\.rawValue).joined(separator: ", ")])]
  }

  private static func words(_ option: GiveUpOption, _ value: Int) -> Sentence {
    switch option {
    case .synCount, .keepCount: GiveUpPhrase.count.say(["name": option.rawValue, "count": value])
    case .linger2 where value < 0: GiveUpPhrase.noFinWait2.say(["name": option.rawValue])
    default: GiveUpPhrase.time.say(["name": option.rawValue, "time": Durations.words(milliseconds: value)])
    }
  }
}

extension Evidence {
  /// What the side-car read of a socket; nil of mini-sockets, which have none of it, and of rows without a cookie.
  func internals(_ socket: InetSocket) -> SocketInternals? {
    socket.cookie == 0 || socket.isMiniSocket ? nil : now.internals[socket.cookie]
  }
}
