internal import Catalog
internal import SockDiag
internal import Snapshot

enum SynQueueJudgePhrase: String, PhraseTable {
  static var room: String { "audit.syn" }
  case quiet = "{handshakes}, no SYN queue beyond its limit"
  case cookies = "SYN queues run over and are answered with cookies: the protection works, and its cause should be found"
  case full = "the SYN queue of {listener} is full: a further SYN gets a cookie"
  case queue = "{listener}: {count} in SYN-RECV, limit {limit}"
  case cookiePrice = "a connection made by a cookie keeps window scaling and SACK only with timestamps, and its SYN-ACK is never sent again"
  case dropping = "without cookies a full SYN queue drops every SYN, and that happens now"
  case droppingSoon = "the SYN queue of {listener} is full, and without cookies the next SYN is dropped in silence"
  case off = "nothing presses now, but a full SYN queue would drop every SYN in silence: a flood needs a few packets a second"
  case always = "every SYN is answered with a cookie and nothing is stored: meant for tests; SyncookiesSent proves nothing then"
  case unread = "not read while tcp_syncookies is {cookies}; the limit of a SYN queue is that of its listener's accept queue"
  case enough = "{most} half-open at the fullest listener; with more than {share} it admits only peers that it remembers"
  case scarce = "{listener} has less than a quarter of it left: SYNs of peers that are not known are dropped"
  case attempts = "connect() without an answer fails after {time}; {count} under way"
  case attemptsAged = "connect() without an answer fails after {time}; {aged} of {count} under way had to repeat the SYN"
  case impatient = "connect() fails after {time} without an answer: one burst of loss is enough"
  case patient = "connect() waits {time} for an answer; programs with a time limit of their own do not notice"
  case synAck = "a handshake without its last ACK is kept for {time}; {count} now"
  case synAckOnce = "the SYN-ACK is never sent again: one lost packet and the client must begin anew"
  case synAckLong = "a handshake without its last ACK is kept for {time}: forged SYNs fill the queue for as long"
}

/// Handshakes: tcp_syncookies, tcp_max_syn_backlog, tcp_syn_retries, tcp_synack_retries.
enum SynQueueJudge: Judge {
  static let cookies = "net.ipv4.tcp_syncookies"
  static let backlog = "net.ipv4.tcp_max_syn_backlog"
  static let retries = "net.ipv4.tcp_syn_retries"
  static let answers = "net.ipv4.tcp_synack_retries"

  struct Queue {
    let listener: InetSocket
    let limit: Int
    var count = 0
  }

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    let queues = queues(audit)
    return [syncookies(queues, audit), maxSynBacklog(queues, audit), synRetries(audit), synAckRetries(audit)].compactMap { $0 }
  }

  /// Half-open handshakes by listener, the fullest first; those of SO_REUSEPORT siblings together under their limits together.
  static func queues(_ audit: AuditEvidence) -> [Queue] {
    var found: [Spot: Queue] = [:]
    for request in audit.now.inet.tcp(.synRecv) where request.isMiniSocket {
      let listeners = audit.now.inet.listeners(for: request)
      guard let first = listeners.first, first.acceptLimit != nil else { continue }
      found[Spot(first), default: Queue(listener: first, limit: listeners.reduce(0) { $0 + $1.sendQueue })].count += 1
      // The kernel's own depth, where the side-car read it of all of them.
      let depths = listeners.compactMap { audit.evidence.internals($0)?.synQueue }
      if depths.count == listeners.count { found[Spot(first)]?.count = depths.reduce(0) { $0 + Int($1) } }
    }
    return found.values.sorted { ($0.count, $1.listener.localPort) > ($1.count, $0.listener.localPort) }
  }

  static func syncookies(_ queues: [Queue], _ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = SynQueueJudgePhrase
    guard let value = audit.number(cookies) else { return nil }
    let full = queues.filter { $0.count > $0.limit }
    let lines = full.prefix(3).map {
      Phrase.queue.say(["listener": Who.local($0.listener), "count": $0.count, "limit": $0.limit])
    }
    let half = Counted.handshakes(audit.now.inet.tcp(.synRecv).count)
    switch value {
    case 0:
      let isNow = audit.delta("TcpExt.TCPReqQFullDrop") > 0
      let more = audit.rises(["TcpExt.TCPReqQFullDrop", "TcpExt.ListenDrops"])
      let soon = full.first.map { Phrase.droppingSoon.say(["listener": Who.local($0.listener)]) }
      return Judgement(
        cookies, isNow ? .critical : full.isEmpty ? .note : .warn, isNow ? Phrase.dropping.say() : soon ?? Phrase.off.say(),
        evidence: lines + more, fix: SettingFix(1))
    case 1:
      let isNow = audit.delta("TcpExt.TCPReqQFullDoCookies") > 0
      let more = audit.rises(["TcpExt.TCPReqQFullDoCookies", "TcpExt.SyncookiesFailed"])
      if isNow { return Judgement(cookies, .warn, Phrase.cookies.say(), evidence: lines + more + [Phrase.cookiePrice.say()]) }
      if let worst = full.first {
        return Judgement(cookies, .note, Phrase.full.say(["listener": Who.local(worst.listener)]), evidence: lines + more)
      }
      return Judgement(cookies, .ok, Phrase.quiet.say(["handshakes": half]), evidence: more)
    default:
      return Judgement(
        cookies, .note, Phrase.always.say(), evidence: audit.rises(["TcpExt.SyncookiesSent"]) + [Phrase.cookiePrice.say()],
        fix: SettingFix(1))
    }
  }

  /// tcp_conn_request(): without cookies, fewer than a quarter left and a peer that no metric knows.
  static func maxSynBacklog(_ queues: [Queue], _ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = SynQueueJudgePhrase
    guard let value = audit.number(backlog) else { return nil }
    if let cookies = audit.number(cookies), cookies != 0 {
      return Judgement(backlog, .ok, Phrase.unread.say(["cookies": cookies]))
    }
    let most = queues.first
    guard let most, value - most.count < value >> 2 else {
      return Judgement(backlog, .ok, Phrase.enough.say(["most": most?.count ?? 0, "share": value - value / 4]))
    }
    let isNow = audit.delta("TcpExt.ListenDrops") > 0
    return Judgement(
      backlog, isNow ? .critical : .warn, Phrase.scarce.say(["listener": Who.local(most.listener)]),
      evidence: [Phrase.queue.say(["listener": Who.local(most.listener), "count": most.count, "limit": most.limit])]
        + audit.rises(["TcpExt.ListenDrops"]), fix: SettingFix(max(value * 2, 1024)))
  }

  static func synRetries(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = SynQueueJudgePhrase
    guard let value = audit.number(retries) else { return nil }
    let total = audit.giveUp.synSchedule.last ?? 0
    let time = Durations.words(milliseconds: total)
    let waiting = audit.now.inet.tcp(.synSent)
    let aged = waiting.count { $0.timerRetransmits > 0 }
    if total < 10_000 { return Judgement(retries, .note, Phrase.impatient.say(["time": time]), fix: SettingFix(6)) }
    if value > 8 { return Judgement(retries, .note, Phrase.patient.say(["time": time]), fix: SettingFix(6)) }
    let values: KeyValuePairs<String, any CustomStringConvertible> = ["time": time, "count": waiting.count, "aged": aged]
    return Judgement(
      retries, .ok, (aged > 0 ? Phrase.attemptsAged : .attempts).say(values),
      evidence: aged > 0 ? audit.rises(["TcpExt.TCPSynRetrans"]) : [])
  }

  static func synAckRetries(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = SynQueueJudgePhrase
    guard let value = audit.number(answers) else { return nil }
    let time = Durations.words(milliseconds: audit.giveUp.synAckSchedule.last ?? 0)
    if value == 0 { return Judgement(answers, .note, Phrase.synAckOnce.say(), fix: SettingFix(5)) }
    if value > 7 { return Judgement(answers, .note, Phrase.synAckLong.say(["time": time]), fix: SettingFix(5)) }
    return Judgement(answers, .ok, Phrase.synAck.say(["time": time, "count": audit.now.inet.tcp(.synRecv).count]))
  }
}
