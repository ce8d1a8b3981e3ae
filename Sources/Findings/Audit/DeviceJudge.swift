internal import Catalog
internal import ProcFS
internal import Snapshot

enum DeviceJudgePhrase: String, PhraseTable {
  static var room: String { "audit.device" }
  case fine = "no packet found a processor's queue full in the last {time}"
  case dropping = "packets are dropped before they reach any socket, now"
  case source =
    "the second column of /proc/net/softnet_stat, of the whole machine; it counts loopback, veth and steered packets, not those that a card itself dropped"
  case squeezed = "rounds of receiving end with packets left over, now: more work a round trades latency of other work for fewer rounds"
  case budget = "hardly a round of receiving ended with packets left over in the last {time}"
  case filtered = "packets whose source does not lead back are dropped, now"
  case passes = "no packet was dropped by it in the last {time}"
  case asymmetric = "where routes back differ on purpose, 2 (loose) lets them in"
}

/// Before the sockets: netdev_max_backlog, netdev_budget, rp_filter.
enum DeviceJudge: Judge {
  static let backlog = "net.core.netdev_max_backlog"
  static let budget = "net.core.netdev_budget"
  static let filter = "net.ipv4.conf.all.rp_filter"

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    [queue(audit), rounds(audit), reversePath(audit)].compactMap { $0 }
  }

  static func queue(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = DeviceJudgePhrase
    guard let value = audit.number(backlog), audit.now.counters["softnet.dropped"] != nil else { return nil }
    let lines = audit.rises(["softnet.dropped"])
    guard audit.delta("softnet.dropped") > 0 else {
      return Judgement(backlog, .ok, Phrase.fine.say(["time": audit.interval]), evidence: lines)
    }
    return Judgement(backlog, .warn, Phrase.dropping.say(), evidence: lines + [Phrase.source.say()], fix: SettingFix(max(value * 2, 2000)))
  }

  static func rounds(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = DeviceJudgePhrase
    guard let value = audit.number(budget), audit.now.counters["softnet.time_squeeze"] != nil else { return nil }
    let lines = audit.rises(["softnet.time_squeeze"])
    let milliseconds = max(1, audit.evidence.intervalMilliseconds ?? 1)
    // A few are usual on any busy machine.
    let isMany = audit.delta("softnet.time_squeeze") * 1000 / milliseconds >= 10
    guard isMany else { return Judgement(budget, .ok, Phrase.budget.say(["time": audit.interval]), evidence: lines) }
    return Judgement(budget, .note, Phrase.squeezed.say(), evidence: lines, fix: SettingFix(value * 2))
  }

  static func reversePath(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = DeviceJudgePhrase
    guard let value = audit.number(filter) else { return nil }
    let lines = audit.rises(["TcpExt.IPReversePathFilter"])
    guard audit.delta("TcpExt.IPReversePathFilter") > 0 else {
      return Judgement(filter, .ok, Phrase.passes.say(["time": audit.interval]), evidence: lines)
    }
    return Judgement(
      filter, .note, Phrase.filtered.say(), evidence: lines + [Phrase.asymmetric.say()], fix: value == 1 ? SettingFix(2) : nil)
  }
}
