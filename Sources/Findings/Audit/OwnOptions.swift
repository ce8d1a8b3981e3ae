internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum OwnOptionsPhrase: String, PhraseTable {
  static var room: String { "audit.own" }
  case count = "it does not rule {sockets} whose program set {option}: {list}"
  case value = "{value} ({owner})"
}

/// Sockets on which a program replaced a setting by an option of its own; known where the side-car could read them.
enum OwnOptions {
  /// An option and the sockets on which it counts.
  struct Option {
    let field: ProbedField
    let isMeant: (InetSocket, SocketInternals) -> Bool

    init(_ field: ProbedField, _ isMeant: @escaping (InetSocket, SocketInternals) -> Bool) {
      self.field = field
      self.isMeant = isMeant
    }
  }

  private static func isIdle(_ socket: InetSocket) -> Bool { [.established, .closeWait, .finWait2].contains(socket.state) }
  private static func isClosing(_ socket: InetSocket) -> Bool {
    [.finWait1, .lastAck, .closing].contains(socket.state) && socket.inode == 0
  }

  /// The options that replace a setting; empty for one that none does.
  static func replacing(_ setting: String) -> [Option] {
    switch setting {
    case "net.ipv4.tcp_syn_retries":
      [Option(.synRetries) { socket, _ in socket.state == .synSent }, Option(.userTimeout) { socket, _ in socket.state == .synSent }]
    case "net.ipv4.tcp_synack_retries": [Option(.synRetries) { socket, _ in socket.state == .listen }]
    case "net.ipv4.tcp_retries2": [Option(.userTimeout) { socket, _ in isIdle(socket) || socket.state == .finWait1 && socket.inode != 0 }]
    case "net.ipv4.tcp_orphan_retries": [Option(.userTimeout) { socket, _ in isClosing(socket) }]
    case "net.ipv4.tcp_keepalive_time": [Option(.keepaliveTime) { socket, internals in isIdle(socket) && internals.isKeepaliveOn }]
    case "net.ipv4.tcp_keepalive_intvl": [Option(.keepaliveInterval) { socket, internals in isIdle(socket) && internals.isKeepaliveOn }]
    case "net.ipv4.tcp_keepalive_probes":
      [
        Option(.keepaliveProbes) { socket, internals in
          isIdle(socket) && internals.isKeepaliveOn && internals.userTimeoutMilliseconds == nil
        },
        Option(.userTimeout) { socket, internals in isIdle(socket) && internals.isKeepaliveOn },
      ]
    case "net.ipv4.tcp_fin_timeout": [Option(.linger2) { socket, _ in isIdle(socket) || isClosing(socket) }]
    case "net.ipv4.tcp_notsent_lowat": [Option(.notSentLowWater) { socket, _ in isIdle(socket) }]
    case "net.ipv4.tcp_rmem": [Option(.receiveBufferLock) { _, internals in internals.isReceiveBufferFixed }]
    case "net.ipv4.tcp_wmem": [Option(.sendBufferLock) { _, internals in internals.isSendBufferFixed }]
    default: []
    }
  }

  /// Whether the options that replace a setting were read, so that nothing about them is hidden.
  static func isKnown(_ setting: String, _ audit: AuditEvidence) -> Bool {
    // A program's own time limit for connect() is in no socket.
    !audit.now.internals.isEmpty && !replacing(setting).isEmpty && setting != SynQueueJudge.retries
  }

  /// One sentence an option that somebody set.
  static func lines(_ setting: String, _ audit: AuditEvidence) -> [Sentence] {
    guard !audit.now.internals.isEmpty else { return [] }
    return replacing(setting).compactMap { option in
      var names: [String] = []
      for socket in audit.now.inet.sockets where socket.proto == .tcp {
        guard let internals = audit.evidence.internals(socket), let value = internals[option.field], option.isMeant(socket, internals)
        else {
          continue
        }
        names.append(
          OwnOptionsPhrase.value.say(["value": words(value, option.field, socket), "owner": owner(socket, audit)]).description)
      }
      guard !names.isEmpty else { return nil }
      return OwnOptionsPhrase.count.say([
        "sockets": Counted.sockets(names.count), "option": option.field.entry.term, "list": Words.ranking(names),
      ])
    }
  }

  private static func owner(_ socket: InetSocket, _ audit: AuditEvidence) -> Sentence {
    let record = Who.records(of: socket, audit.evidence).first
    return record.map { WordsPhrase.name.say(["name": $0.name]) } ?? ListenTrafficPhrase.none.say()
  }

  private static func words(_ value: Int64, _ field: ProbedField, _ socket: InetSocket) -> Sentence {
    switch field {
    case .receiveBufferLock: Counted.bytes(socket[.sk_rcvbuf] ?? 0)
    case .sendBufferLock: Counted.bytes(socket[.sk_sndbuf] ?? 0)
    case .notSentLowWater: Counted.bytes(UInt64(clamping: value))
    case .linger2 where value < 0: WordsPhrase.name.say(["name": value])
    default:
      field.entry.unit == .milliseconds
        ? Durations.words(milliseconds: Int(clamping: value)) : WordsPhrase.name.say(["name": value])
    }
  }
}
