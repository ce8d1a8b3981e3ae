internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum PatienceJudgePhrase: String, PhraseTable {
  static var room: String { "audit.patience" }
  case idle = "no connection waits for an acknowledgement; one would be given up after {time} at least"
  case waiting = "{connections} resent unacknowledged data; given up after {time} at least"
  case longest = "the furthest: {connection}, {count} retransmissions in a row"
  case short = "a connection is given up after {time} without an acknowledgement; RFC 1122 asks for 100 s at least"
  case long = "a dead peer is noticed after {time} at the earliest, while it holds a socket and its buffers"
  case timeouts = "connections end by time-out, now"
  case ceiling = "time-outs double up to {time}"
  case ceilingLow = "time-outs double up to {time} only: {data} of patience with tcp_retries2 {retries} instead of {usual}"
  case floor = "no time-out is below {time}"
  case floorLow = "time-outs from {time} on: an acknowledgement that the peer delays by 40 ms or more is taken for a loss"
  case spurious = "time-outs prove needless, now"
}

/// How long the kernel tries: tcp_retries2, tcp_rto_max_ms, tcp_rto_min_us.
enum PatienceJudge: Judge {
  static let retries = "net.ipv4.tcp_retries2"
  static let ceiling = "net.ipv4.tcp_rto_max_ms"
  static let floor = "net.ipv4.tcp_rto_min_us"
  /// RFC 1122, 4.2.3.5: R2 should correspond to at least 100 s.
  static let least = 100_000
  /// What delayed acknowledgements of Linux peers take at least, in microseconds.
  static let delayed = 40_000

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    [retries2(audit), rtoMax(audit), rtoMin(audit)].compactMap { $0 }
  }

  static func retries2(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = PatienceJudgePhrase
    guard audit.number(retries) != nil else { return nil }
    let total = audit.giveUp.unacknowledgedAtLeast
    let time = Durations.words(milliseconds: total)
    var worst: InetSocket?
    var count = 0
    for state in [TCPState.established, .closeWait, .finWait1] {
      for socket in audit.now.inet.tcp(state) where socket.timer == .on && socket.timerRetransmits > 0 {
        count += 1
        if socket.timerRetransmits > (worst?.timerRetransmits ?? 0) { worst = socket }
      }
    }
    var lines: [Sentence] = []
    if let worst {
      lines.append(Phrase.longest.say(["connection": Words.connection(worst, audit.evidence), "count": worst.timerRetransmits]))
    }
    let isEnding = audit.delta("TcpExt.TCPAbortOnTimeout") > 0
    lines += audit.rises(["TcpExt.TCPAbortOnTimeout"])
    if total < least {
      return Judgement(retries, isEnding ? .warn : .note, Phrase.short.say(["time": time]), evidence: lines, fix: SettingFix(15))
    }
    if total > 3_600_000 { return Judgement(retries, .note, Phrase.long.say(["time": time]), evidence: lines, fix: SettingFix(15)) }
    if isEnding { return Judgement(retries, .note, Phrase.timeouts.say(), evidence: lines) }
    let text = count > 0 ? Phrase.waiting.say(["connections": Counted.connections(count), "time": time]) : Phrase.idle.say(["time": time])
    return Judgement(retries, .ok, text, evidence: lines)
  }

  static func rtoMax(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = PatienceJudgePhrase
    guard let value = audit.number(ceiling) else { return nil }
    let time = Durations.words(milliseconds: value)
    guard value < GiveUp.standardRTOMax, audit.giveUp.unacknowledgedAtLeast < least else {
      return Judgement(ceiling, .ok, Phrase.ceiling.say(["time": time]))
    }
    var usual = audit.now.sysctls
    usual[ceiling] = "\(GiveUp.standardRTOMax)"
    let before = Durations.words(milliseconds: GiveUp(usual).unacknowledgedAtLeast)
    return Judgement(
      ceiling, .note,
      Phrase.ceilingLow.say([
        "time": time, "data": Durations.words(milliseconds: audit.giveUp.unacknowledgedAtLeast), "retries": audit.giveUp.retries2,
        "usual": before,
      ]), fix: SettingFix(GiveUp.standardRTOMax))
  }

  static func rtoMin(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = PatienceJudgePhrase
    guard let value = audit.number(floor) else { return nil }
    let time = Durations.words(milliseconds: value / 1000)
    let lines = audit.rises(["TcpExt.TCPSpuriousRTOs"])
    if value < delayed { return Judgement(floor, .note, Phrase.floorLow.say(["time": time]), evidence: lines, fix: SettingFix(200_000)) }
    if value < 200_000, audit.delta("TcpExt.TCPSpuriousRTOs") > 0 {
      return Judgement(floor, .warn, Phrase.spurious.say(), evidence: lines, fix: SettingFix(200_000))
    }
    return Judgement(floor, .ok, Phrase.floor.say(["time": time]), evidence: lines)
  }
}
