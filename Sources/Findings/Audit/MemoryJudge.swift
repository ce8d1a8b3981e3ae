internal import Catalog
internal import SockDiag
internal import Snapshot

enum MemoryJudgePhrase: String, PhraseTable {
  static var room: String { "audit.memory" }
  case fine = "{used} of {limit} pages in use by all TCP sockets of the machine ({percent} %)"
  case above = "{used} pages in use, above the first value {limit}: if pressure has begun, it lasts until use falls below this"
  case pressure = "{used} pages in use, above the second value {limit}: buffers stop growing and receive windows shrink"
  case over = "{used} pages in use, above the third value {limit}: memory is refused to TCP sockets"
  case pressed = "TCP was under memory pressure, now"
  case order = "the values do not rise: {values}; the second is meant to be between the others"
  case unit = "values are pages (usually 4 KiB), not bytes"
  case small = "the third value allows {size} to all TCP sockets of the machine: a few connections with full buffers are enough"
  case receive = "nothing was cut from a receive buffer in the last {time}"
  case pruned = "received data is thrown away for want of buffer, now"
  case backwards = "the values do not rise: {values}"
  case maxLow = "autotuning ends at {size}: at 100 ms of round trip that is {rate} Mbit/s at most for one connection"
  case send = "no connection was held back by its send buffer for a tenth of its busy time"
  case sendLimited = "{count} of {all} busy connections were held back by their send buffers for a tenth of their busy time or more"
  case sendAtMost = "{connection}: buffer {size}, held back {share} of its busy time (sndbuf_limited)"
  case fixed = "a buffer far below the last value was set by the program (SO_SNDBUF), or has not needed to grow"
  case noTuning = "receive buffers stay at {size}, the second value of tcp_rmem: long paths are slow"
  case tuning = "receive buffers grow as needed"
}

/// Memory of all TCP sockets together: net.ipv4.tcp_mem.
enum TCPMemoryJudge: Judge {
  static let memory = "net.ipv4.tcp_mem"
  static let counters = ["TcpExt.TCPMemoryPressures", "TcpExt.TCPAbortOnMemory", "TcpExt.PruneCalled"]
  /// 4 MiB in pages of 4 KiB: less than one connection's largest buffers.
  static let small = 1024

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    typealias Phrase = MemoryJudgePhrase
    let limits = audit.numbers(memory)
    guard limits.count == 3, let used = audit.sockstat("TCP.mem") else { return [] }
    let lines = audit.rises(counters)
    func words(_ phrase: Phrase, _ limit: Int) -> Sentence {
      phrase.say(["used": used, "limit": limits[limit], "percent": Counted.percent(used, of: limits[limit])])
    }
    if limits[0] > limits[1] || limits[1] > limits[2] {
      let values = limits.map(String.init).joined(separator: " ")
      return [Judgement(memory, .warn, Phrase.order.say(["values": values]), evidence: [words(.fine, 2), Phrase.unit.say()] + lines)]
    }
    let raised = SettingFix(limits.map { String($0 * 2) }.joined(separator: " "))
    if used > limits[2] { return [Judgement(memory, .critical, words(.over, 2), evidence: [Phrase.unit.say()] + lines, fix: raised)] }
    if used > limits[1] { return [Judgement(memory, .warn, words(.pressure, 1), evidence: [Phrase.unit.say()] + lines, fix: raised)] }
    if audit.delta("TcpExt.TCPMemoryPressures") > 0 {
      return [Judgement(memory, .warn, Phrase.pressed.say(), evidence: [words(.fine, 2)] + lines, fix: raised)]
    }
    if limits[2] < small {
      let size = Phrase.small.say(["size": Counted.bytes(limits[2] * 4096)])
      return [Judgement(memory, .warn, size, evidence: [words(.fine, 2), Phrase.unit.say()] + lines)]
    }
    if used > limits[0] { return [Judgement(memory, .note, words(.above, 0), evidence: lines)] }
    return [Judgement(memory, .ok, words(.fine, 2), evidence: lines)]
  }
}

/// Buffers of single TCP sockets: tcp_rmem, tcp_wmem, tcp_moderate_rcvbuf.
enum BufferJudge: Judge {
  static let receive = "net.ipv4.tcp_rmem"
  static let send = "net.ipv4.tcp_wmem"
  static let moderate = "net.ipv4.tcp_moderate_rcvbuf"
  static let counters = ["TcpExt.RcvPruned", "TcpExt.OfoPruned", "TcpExt.TCPRcvQDrop", "TcpExt.TCPOFODrop"]
  /// Where autotuning ends too early for a long path: a fifth of the oldest default.
  static let low = 1 << 20

  static func judge(_ audit: AuditEvidence) -> [Judgement] { [receiving(audit), sending(audit), tuning(audit)].compactMap { $0 } }

  static func receiving(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = MemoryJudgePhrase
    let values = audit.numbers(receive)
    guard values.count == 3 else { return nil }
    let lines = audit.rises(counters)
    let bad = shape(receive, values, lines)
    if bad?.level == .warn { return bad }
    if counters.contains(where: { audit.delta($0) > 0 }) {
      return Judgement(receive, .warn, Phrase.pruned.say(), evidence: lines, fix: bad?.fix)
    }
    return bad ?? Judgement(receive, .ok, Phrase.receive.say(["time": audit.interval]), evidence: lines)
  }

  /// Values in the wrong order, or a ceiling that no long path can live with.
  static func shape(_ name: String, _ values: [Int], _ lines: [Sentence]) -> Judgement? {
    typealias Phrase = MemoryJudgePhrase
    let most = name == receive ? 6_291_456 : 4_194_304
    if values[0] > values[1] || values[1] > values[2] {
      let text = values.map(String.init).joined(separator: " ")
      let second = max(values[0], values[1])
      return Judgement(
        name, .warn, Phrase.backwards.say(["values": text]), evidence: lines,
        fix: SettingFix("\(values[0]) \(second) \(max(second, values[2] < low ? most : values[2]))"))
    }
    guard values[2] < low else { return nil }
    // Half of a buffer is window: 100 ms of round trip are ten windows a second, in Mbit/s.
    let rate = max(1, values[2] / 2 * 10 * 8 / 1_000_000)
    return Judgement(
      name, .note, Phrase.maxLow.say(["size": Counted.bytes(values[2]), "rate": rate]), evidence: lines,
      fix: SettingFix("\(values[0]) \(values[1]) \(most)"))
  }

  static func sending(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = MemoryJudgePhrase
    let values = audit.numbers(send)
    guard values.count == 3 else { return nil }
    let bad = shape(send, values, [])
    var busy = 0
    var held: [(share: UInt64, socket: InetSocket)] = []
    for socket in audit.now.inet.tcp(.established) {
      guard let total = socket[.busy_time], total >= 100_000, let waited = socket[.sndbuf_limited] else { continue }
      busy += 1
      if waited * 10 >= total { held.append((waited * 1000 / total, socket)) }
    }
    guard let worst = held.max(by: { $0.share < $1.share }) else { return bad ?? Judgement(send, .ok, Phrase.send.say()) }
    let line = Phrase.sendAtMost.say([
      "connection": Words.connection(worst.socket, audit.evidence), "size": Counted.bytes(worst.socket[.sk_sndbuf] ?? 0),
      "share": Words.percent(worst.socket[.sndbuf_limited] ?? 0, of: worst.socket[.busy_time] ?? 1),
    ])
    // Only a buffer that has grown to the ceiling is the ceiling's fault.
    let isAtMost = held.contains { Int(clamping: $0.socket[.sk_sndbuf] ?? 0) >= values[2] }
    // Connections that are held back say more than a small number does.
    if let bad, !isAtMost || bad.level == .warn { return bad }
    return Judgement(
      send, isAtMost ? .warn : .ok, Phrase.sendLimited.say(["count": held.count, "all": busy]),
      evidence: [line] + (isAtMost ? [] : [Phrase.fixed.say()]),
      fix: isAtMost ? bad?.fix ?? SettingFix("\(values[0]) \(values[1]) \(values[2] * 2)") : nil)
  }

  static func tuning(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = MemoryJudgePhrase
    guard let value = audit.number(moderate) else { return nil }
    guard value == 0 else { return Judgement(moderate, .ok, Phrase.tuning.say()) }
    let size = audit.numbers(receive).dropFirst().first ?? 131072
    return Judgement(moderate, .note, Phrase.noTuning.say(["size": Counted.bytes(size)]), fix: SettingFix(1))
  }
}
