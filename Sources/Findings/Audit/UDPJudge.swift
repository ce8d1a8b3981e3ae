internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum UDPJudgePhrase: String, PhraseTable {
  static var room: String { "audit.udp" }
  case fine = "{used} of {limit} pages in use by all UDP sockets of the machine ({percent} %)"
  case low =
    "{used} pages in use, above the first value {limit}: a UDP socket that holds udp_rmem_min bytes gets no more, its datagrams are dropped"
  case dropped = "datagrams are dropped for want of UDP memory, now"
  case noSocket = "no UDP socket is open here"
  case loss = "datagrams are dropped for full receive buffers of this size, now"
  case lossOther = "datagrams are dropped for full receive buffers, now, but of sizes that the programs chose"
  case socket = "{socket} of {owner}: buffer {size}, +{drops} drops in the last {time}"
  case grown =
    "UDP has no autotuning: a program that never sets SO_RCVBUF keeps this size, and a datagram counts with its overhead (a small one about 700 bytes)"
  case slow = "a larger buffer outlasts a longer burst; a program that is too slow on average loses as much as before"
  case then = "new sockets start with it: restart the program"
  case thenAsk = "the program must ask again: restart it"
  case clipped = "datagrams are dropped now at {sockets} that probably asked for more with SO_RCVBUF"
  case clippedQuiet = "{sockets} with exactly twice this size, probably cut to it by SO_RCVBUF; none loses anything now"
  case unclipped = "no socket's buffer ends at it"
  case clippedSend = "{sockets} with exactly twice this size, probably cut to it by SO_SNDBUF"
  case double = "the kernel doubles what SO_RCVBUF and SO_SNDBUF ask for, after the cut: a buffer of {size} means the limit was met"
  case standard = "what UDP, raw and unix sockets start with; no datagram was dropped for it in the last {time}"
  case standardSend = "{errors}"
  case sendErrors = "datagrams are refused at send(), for full send buffers or queues, now"
  case noErrors = "no datagram was refused at send() in the last {time}"
}

/// UDP: udp_mem, rmem_default, rmem_max, wmem_default, wmem_max.
enum UDPJudge: Judge {
  static let memory = "net.ipv4.udp_mem"
  static let rmemDefault = "net.core.rmem_default"
  static let rmemMax = "net.core.rmem_max"
  static let wmemDefault = "net.core.wmem_default"
  static let wmemMax = "net.core.wmem_max"
  static let receiveErrors = ["Udp.RcvbufErrors", "Udp6.RcvbufErrors"]
  static let sendErrors = ["Udp.SndbufErrors", "Udp6.SndbufErrors"]
  static let memoryErrors = ["Udp.MemErrors", "Udp6.MemErrors"]

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    let losing = losses(audit)
    return [udpMem(audit), buffer(losing, audit), ceiling(losing, audit), sending(audit), sendCeiling(audit)].compactMap { $0 }
  }

  struct Loss {
    let socket: InetSocket
    let drops: Int
    var size: Int { Int(clamping: socket[.sk_rcvbuf] ?? 0) }
  }

  /// UDP sockets that dropped between the readings while their buffer was the matter, the most first.
  static func losses(_ audit: AuditEvidence) -> [Loss] {
    guard receiveErrors.contains(where: { audit.delta($0) > 0 }) else { return [] }
    return audit.now.inet.sockets.compactMap { socket -> Loss? in
      guard socket.proto == .udp, let drops = socket[.sk_drops], let before = audit.evidence.previous(socket)?[.sk_drops], drops > before
      else { return nil }
      return Loss(socket: socket, drops: Int(drops - before))
    }.sorted { ($0.drops, $1.socket.cookie) > ($1.drops, $0.socket.cookie) }
  }

  static func words(_ loss: Loss, _ audit: AuditEvidence) -> Sentence {
    UDPJudgePhrase.socket.say([
      "socket": Who.local(loss.socket), "owner": Who.holds(loss.socket, audit.evidence), "size": Counted.bytes(loss.size),
      "drops": loss.drops, "time": audit.interval,
    ])
  }

  static func udpMem(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = UDPJudgePhrase
    let limits = audit.numbers(memory)
    guard limits.count == 3, let used = audit.sockstat("UDP.mem") else { return nil }
    let lines = audit.rises(memoryErrors)
    let raised = SettingFix(limits.map { String($0 * 2) }.joined(separator: " "))
    func say(_ phrase: Phrase, _ limit: Int) -> Sentence {
      phrase.say(["used": used, "limit": limits[limit], "percent": Counted.percent(used, of: limits[limit])])
    }
    if memoryErrors.contains(where: { audit.delta($0) > 0 }) {
      return Judgement(memory, .critical, Phrase.dropped.say(), evidence: [say(.fine, 2)] + lines, fix: raised)
    }
    if used > limits[0] { return Judgement(memory, .warn, say(.low, 0), evidence: lines, fix: raised) }
    return Judgement(memory, .ok, say(.fine, 0), evidence: lines)
  }

  /// The size that sockets have which never asked for one.
  static func buffer(_ losing: [Loss], _ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = UDPJudgePhrase
    guard let size = audit.number(rmemDefault) else { return nil }
    let history = audit.rises(receiveErrors)
    guard audit.now.inet.sockets.contains(where: { $0.proto == .udp }) else {
      return Judgement(rmemDefault, .ok, Phrase.noSocket.say(), evidence: history)
    }
    let usual = losing.filter { $0.size == size }
    let isLosing = receiveErrors.contains { audit.delta($0) > 0 }
    guard !usual.isEmpty else {
      let text = isLosing ? Phrase.lossOther.say() : Phrase.standard.say(["time": audit.interval])
      return Judgement(rmemDefault, .ok, text, evidence: losing.prefix(3).map { words($0, audit) } + history)
    }
    return Judgement(
      rmemDefault, .warn, Phrase.loss.say(),
      evidence: usual.prefix(3).map { words($0, audit) } + history + [Phrase.grown.say(), Phrase.slow.say()],
      fix: SettingFix(min(size * 4, 16 << 20), then: Phrase.then.say()))
  }

  /// sk_setsockopt(): the request is cut to rmem_max, then doubled.
  static func ceiling(_ losing: [Loss], _ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = UDPJudgePhrase
    guard let limit = audit.number(rmemMax), limit > 0 else { return nil }
    let twice = limit * 2
    let cut = audit.now.inet.sockets.filter { Int(clamping: $0[.sk_rcvbuf] ?? 0) == twice }
    guard !cut.isEmpty else { return Judgement(rmemMax, .ok, Phrase.unclipped.say()) }
    let lost = losing.filter { $0.size == twice }
    let note = Phrase.double.say(["size": Counted.bytes(twice)])
    guard !lost.isEmpty else {
      return Judgement(rmemMax, .ok, Phrase.clippedQuiet.say(["sockets": Counted.sockets(cut.count)]), evidence: [note])
    }
    return Judgement(
      rmemMax, .warn, Phrase.clipped.say(["sockets": Counted.sockets(lost.count)]),
      evidence: lost.prefix(3).map { words($0, audit) } + [note, Phrase.slow.say()], fix: SettingFix(limit * 4, then: Phrase.thenAsk.say()))
  }

  static func sending(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = UDPJudgePhrase
    guard audit.number(wmemDefault) != nil else { return nil }
    let isNow = sendErrors.contains { audit.delta($0) > 0 }
    let quiet = Phrase.standardSend.say(["errors": Phrase.noErrors.say(["time": audit.interval])])
    return Judgement(wmemDefault, isNow ? .note : .ok, isNow ? Phrase.sendErrors.say() : quiet, evidence: audit.rises(sendErrors))
  }

  static func sendCeiling(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = UDPJudgePhrase
    guard let limit = audit.number(wmemMax), limit > 0 else { return nil }
    let cut = audit.now.inet.sockets.count { Int(clamping: $0[.sk_sndbuf] ?? 0) == limit * 2 }
    guard cut > 0 else { return Judgement(wmemMax, .ok, Phrase.unclipped.say()) }
    return Judgement(
      wmemMax, .ok, Phrase.clippedSend.say(["sockets": Counted.sockets(cut)]),
      evidence: [Phrase.double.say(["size": Counted.bytes(limit * 2)])])
  }
}
