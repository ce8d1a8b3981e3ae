internal import Catalog
internal import SockDiag
internal import Snapshot

enum CloseJudgePhrase: String, PhraseTable {
  static var room: String { "audit.close" }
  case orphans = "{orphans} of {limit} on the whole machine ({percent} %)"
  case doubled =
    "{orphans} of {limit}: an orphan of a silent peer may count {factor}-fold when its timer fires, so that resets may have begun"
  case over = "{orphans} of {limit}: the kernel resets what is closed now, and orphans at their next time-out"
  case aborting = "connections are aborted for want of memory or for too many orphans, now"
  case counting =
    "tcp_out_of_resources() doubles the number for an orphan that sent no data for twice the longest time-out or has used up its patience, and again after an ICMP error"
  case retries = "a closed connection whose peer is silent is kept for at least {time}; {count} such here"
  case retriesIdle = "a closed connection whose peer is silent is kept for at least {time}; none here"
  case retriesMany = "{count} closed connections resend to silent peers, each for at least {time}"
  case zero = "0 acts as 8 as long as the time-out has not reached its maximum"
  case memory = "each may hold its whole send buffer until then"
  case hurried = "a closed connection is given up after {time}: a peer on a slow or lossy path loses the last data"
}

/// Closed connections that still have something to deliver: tcp_max_orphans, tcp_orphan_retries.
enum CloseJudge: Judge {
  static let limit = "net.ipv4.tcp_max_orphans"
  static let retries = "net.ipv4.tcp_orphan_retries"

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    [maxOrphans(audit), orphanRetries(audit)].compactMap { $0 }
  }

  static func maxOrphans(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = CloseJudgePhrase
    guard let limit = audit.number(self.limit), let orphans = audit.sockstat("TCP.orphan") else { return nil }
    let values: KeyValuePairs<String, any CustomStringConvertible> = [
      "orphans": orphans, "limit": limit, "percent": Counted.percent(orphans, of: limit), "factor": orphans * 2 > limit ? 2 : 4,
    ]
    let lines = audit.rises(["TcpExt.TCPAbortOnMemory"])
    let fix = SettingFix(max(limit, orphans) * 2)
    if orphans > limit {
      return Judgement(self.limit, .critical, Phrase.over.say(values), evidence: lines + [Phrase.memory.say()], fix: fix)
    }
    if orphans * Orphans.part > limit {
      return Judgement(
        self.limit, .warn, Phrase.doubled.say(values), evidence: lines + [Phrase.counting.say(), Phrase.memory.say()], fix: fix)
    }
    if audit.delta("TcpExt.TCPAbortOnMemory") > 0 { return Judgement(self.limit, .warn, Phrase.aborting.say(), evidence: lines) }
    return Judgement(self.limit, .ok, Phrase.orphans.say(values), evidence: lines)
  }

  static func orphanRetries(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = CloseJudgePhrase
    guard let value = audit.number(retries) else { return nil }
    let resending = [TCPState.finWait1, .lastAck, .closing].reduce(0) { sum, state in
      sum + audit.now.inet.tcp(state).count { $0.inode == 0 && $0.timerRetransmits >= Orphans.retries }
    }
    let time = Durations.words(milliseconds: audit.giveUp.orphanAtLeast)
    let values: KeyValuePairs<String, any CustomStringConvertible> = ["time": time, "count": resending]
    let lines = value == 0 ? [Phrase.zero.say()] : []
    if resending >= Orphans.least {
      return Judgement(
        retries, .warn, Phrase.retriesMany.say(values), evidence: lines + [Phrase.memory.say()],
        fix: value == 0 || value > 4 ? SettingFix(4) : nil)
    }
    if value > 0, value < 3 { return Judgement(retries, .note, Phrase.hurried.say(values), fix: SettingFix(0)) }
    return Judgement(retries, .ok, (resending > 0 ? Phrase.retries : .retriesIdle).say(values), evidence: resending > 0 ? lines : [])
  }
}
