internal import Catalog
internal import SockDiag
internal import Snapshot

enum ConntrackJudgePhrase: String, PhraseTable {
  static var room: String { "audit.conntrack" }
  case fine = "{count} of {max} flows ({percent} %)"
  case near = "{count} of {max} flows ({percent} %): when the table is full new connections are dropped"
  case dropping = "the table of flows is full and packets are dropped, now ({count} of {max})"
  case unlimited = "0: the table has no limit; {count} flows"
  case log = "the kernel's log says \"nf_conntrack: table full, dropping packet\"; no TCP counter moves"
  case clock = "conntrack keeps a closed connection {time}, TCP 60 s: its entries are the price, {percent} % of the table is used"
  case clockFull = "conntrack keeps a closed connection {time} in a table that is {percent} % full, twice as long as TCP does or more"
  case sustains = "{max} flows and {time} each: {rate} new short connections a second fill the table"
  case forgotten = "an idle connection is forgotten after {time}, before keepalive would speak: its next packet may be dropped"
  case remembered = "idle connections are remembered for {time}"
  case empty = "no flow is tracked here"
}

/// The firewall's memory: nf_conntrack_max and its clocks.
enum ConntrackJudge: Judge {
  static let count = "net.netfilter.nf_conntrack_count"
  static let max = "net.netfilter.nf_conntrack_max"
  static let timeWait = "net.netfilter.nf_conntrack_tcp_timeout_time_wait"
  static let established = "net.netfilter.nf_conntrack_tcp_timeout_established"
  /// Percent of the table from which it is near its end, and from which it is there.
  static let warning = 80
  static let critical = 95

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    guard let used = audit.number(count), let limit = audit.number(max) else { return [] }
    return [table(used, limit, audit), clock(used, limit, audit), memory(used, audit)].compactMap { $0 }
  }

  static func table(_ used: Int, _ limit: Int, _ audit: AuditEvidence) -> Judgement {
    typealias Phrase = ConntrackJudgePhrase
    let percent = Counted.percent(used, of: limit)
    let values: KeyValuePairs<String, any CustomStringConvertible> = ["count": used, "max": limit, "percent": percent]
    let lines = audit.rises(["nf_conntrack.drop", "nf_conntrack.early_drop", "nf_conntrack.insert_failed"])
    if limit == 0 { return Judgement(max, .ok, Phrase.unlimited.say(values), evidence: lines) }
    let fix = SettingFix(limit * 2)
    if audit.delta("nf_conntrack.drop") > 0, percent >= warning {
      return Judgement(max, .critical, Phrase.dropping.say(values), evidence: lines + [Phrase.log.say()], fix: fix)
    }
    if percent >= warning {
      return Judgement(
        max, percent >= critical ? .critical : .warn, Phrase.near.say(values), evidence: lines + [Phrase.log.say()], fix: fix)
    }
    return Judgement(max, .ok, (used == 0 ? Phrase.empty : .fine).say(values), evidence: lines)
  }

  static func clock(_ used: Int, _ limit: Int, _ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = ConntrackJudgePhrase
    guard let seconds = audit.number(timeWait) else { return nil }
    if used == 0 { return Judgement(timeWait, .ok, Phrase.empty.say()) }
    let values: KeyValuePairs<String, any CustomStringConvertible> = [
      "time": Durations.words(seconds: seconds), "percent": Counted.percent(used, of: limit), "max": limit,
      "rate": Counted.rate(limit, milliseconds: Swift.max(1, seconds) * 1000),
    ]
    let isPressed = limit > 0 && Counted.percent(used, of: limit) >= warning && seconds >= 120
    return Judgement(
      timeWait, isPressed ? .note : .ok, (isPressed ? Phrase.clockFull : .clock).say(values), evidence: [Phrase.sustains.say(values)],
      fix: isPressed ? SettingFix(60) : nil)
  }

  static func memory(_ used: Int, _ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = ConntrackJudgePhrase
    guard let seconds = audit.number(established) else { return nil }
    if used == 0 { return Judgement(established, .ok, Phrase.empty.say()) }
    let time = Durations.words(seconds: seconds)
    guard seconds * 1000 < audit.giveUp.keepaliveTime, !audit.now.inet.tcp(.established).isEmpty else {
      return Judgement(established, .ok, Phrase.remembered.say(["time": time]))
    }
    return Judgement(established, .note, Phrase.forgotten.say(["time": time]), fix: SettingFix(432_000))
  }
}
