internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum TimeWaitJudgePhrase: String, PhraseTable {
  static var room: String { "audit.time-wait" }
  case buckets = "{used} kept of {limit} ({percent} %)"
  case near = "{used} kept of {limit}: soon connections will end without TIME-WAIT"
  case overflow = "connections end without TIME-WAIT, because their number is limited or memory is short"
  case counted = "TCP tw of sockstat counts TIME-WAIT and the FIN-WAIT-2 that no process holds"
  case price = "each takes a few hundred bytes; a late segment of a connection without TIME-WAIT meets a RST or its successor"
  case stamps = "sent and used"
  case stampsFlat = "on, without the random offset that hides how long the machine has been up"
  case stampsOff = "off: no protection against old segments (PAWS), round-trip times from fewer segments, no take-over of TIME-WAIT ports"
  case stampsOffReuse = "off, so that tcp_tw_reuse {reuse} has no effect"
  case rejected =
    "segments were refused as older than what came before (PAWS), now: late duplicates; towards TIME-WAIT also clients behind one address (NAT) whose clocks differ"
  case finLinger = "{count} FIN-WAIT-2 without a process: each goes after {time}"
  case finIdle = "no FIN-WAIT-2 without a process"
  case finOdd = "what is above 60 s counts twice and the rest not at all: {value} lasts {time}"
  case finShort = "a peer that needs longer than {value} s for its own FIN finds the connection gone and gets RST"
  case finNoTimeWait = "{count} in TIME-WAIT: they last 60 s whatever this value is (TCP_TIMEWAIT_LEN)"
}

/// What is left of closed connections: tcp_max_tw_buckets, tcp_timestamps, tcp_fin_timeout.
enum TimeWaitJudge: Judge {
  static let buckets = "net.ipv4.tcp_max_tw_buckets"
  static let stamps = "net.ipv4.tcp_timestamps"
  static let fin = "net.ipv4.tcp_fin_timeout"

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    [maxBuckets(audit), timestamps(audit), finTimeout(audit)].compactMap { $0 }
  }

  static func maxBuckets(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = TimeWaitJudgePhrase
    guard let limit = audit.number(buckets), let used = audit.sockstat("TCP.tw") else { return nil }
    let counters = audit.rises(["TcpExt.TCPTimeWaitOverflow"])
    let isNow = audit.delta("TcpExt.TCPTimeWaitOverflow") > 0
    let percent = limit > 0 ? Counted.percent(used, of: limit) : 100
    let values: KeyValuePairs<String, any CustomStringConvertible> = ["used": used, "limit": limit, "percent": percent]
    guard isNow || percent >= TimeWaitBuckets.fill else {
      return Judgement(buckets, .ok, Phrase.buckets.say(values), evidence: counters)
    }
    return Judgement(
      buckets, .warn, (isNow ? Phrase.overflow : .near).say(values), evidence: counters + [Phrase.counted.say(), Phrase.price.say()],
      fix: percent >= 50 ? SettingFix(max(limit * 2, 4096, audit.reading.fresh?.number(buckets) ?? 0)) : nil)
  }

  static func timestamps(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = TimeWaitJudgePhrase
    guard let value = audit.number(stamps) else { return nil }
    if value == 0 {
      let reuse = audit.ipv4("tcp_tw_reuse") ?? 0
      let text = reuse == 1 ? Phrase.stampsOffReuse.say(["reuse": reuse]) : Phrase.stampsOff.say()
      return Judgement(stamps, .note, text, fix: SettingFix(1))
    }
    let lines = audit.rises(["TcpExt.PAWSActive", "TcpExt.PAWSEstab", "TcpExt.PAWSTimewait"])
    let isNow = audit.delta("TcpExt.PAWSEstab") + audit.delta("TcpExt.PAWSTimewait") > 0
    return Judgement(
      stamps, isNow ? .note : .ok, (isNow ? Phrase.rejected : value == 2 ? .stampsFlat : .stamps).say(), evidence: lines)
  }

  static func finTimeout(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = TimeWaitJudgePhrase
    guard let value = audit.number(fin) else { return nil }
    let left = audit.now.inet.tcp(.finWait2).count { $0.inode == 0 }
    let timeWait = audit.now.inet.tcp(.timeWait).count
    let time = Durations.words(milliseconds: audit.giveUp.finWait2())
    // People lower it for the sake of TIME-WAIT, which it does not touch.
    let lines = value != 60 && timeWait > 0 ? [Phrase.finNoTimeWait.say(["count": timeWait])] : []
    let lived = left > 0 ? Phrase.finLinger.say(["count": left, "time": time]) : Phrase.finIdle.say()
    if value > 60, value < 120 {
      return Judgement(fin, .note, Phrase.finOdd.say(["value": value, "time": time]), evidence: [lived] + lines, fix: SettingFix(60))
    }
    if value < 5 { return Judgement(fin, .note, Phrase.finShort.say(["value": value]), evidence: [lived] + lines, fix: SettingFix(60)) }
    return Judgement(fin, .ok, lived, evidence: lines)
  }
}
