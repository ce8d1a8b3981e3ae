internal import Catalog
internal import ProcFS
internal import Snapshot

enum TimeWaitBucketsPhrase: String, PhraseTable {
  static var room: String { "finding.time-wait-buckets" }
  case threshold = "TIME-WAIT reaches {percent} % of net.ipv4.tcp_max_tw_buckets, or TcpExt.TCPTimeWaitOverflow rises"
  case title = "TIME-WAIT is at {percent} % of what this namespace may keep"
  case overflow = "connections end without TIME-WAIT: their number is limited"
  case used = "TCP tw {used} (sockstat, FIN-WAIT-2 mini-sockets included), net.ipv4.tcp_max_tw_buckets {limit}"
  case cause =
    "beyond the limit inet_twsk_alloc() refuses and the socket goes straight to CLOSE: late segments of the old connection then meet a RST or its successor; the same counter rises when memory is short"
  case advice =
    "raise net.ipv4.tcp_max_tw_buckets (a few hundred bytes each); a server's TIME-WAIT blocks no client and is no fault in itself"
}

/// The ceiling on TIME-WAIT in a namespace: inet_twsk_alloc(), net/ipv4/inet_timewait_sock.c.
enum TimeWaitBuckets: Rule {
  static let id = "time-wait-buckets"
  /// Percent of the limit.
  static let fill = 90
  static var threshold: Sentence { TimeWaitBucketsPhrase.threshold.say(["percent": fill]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    typealias Phrase = TimeWaitBucketsPhrase
    let rising = (evidence.delta("TcpExt.TCPTimeWaitOverflow") ?? 0) > 0
    let used = evidence.now.sockstat["TCP.tw"].map { Int(clamping: $0) }
    let limit = evidence.now.sysctls.number(.maxTimeWaits)
    let percent = used.flatMap { used in limit.map { Counted.percent(used, of: $0) } }
    guard rising || (percent ?? 0) >= fill else { return [] }
    var lines: [Sentence] = []
    if let used, let limit { lines.append(Phrase.used.say(["used": used, "limit": limit])) }
    lines += ["TcpExt.TCPTimeWaitOverflow"].compactMap(evidence.rise)
    return [
      Finding(
        id: id, severity: .warning, sockets: [], count: used ?? 0,
        title: percent.map { $0 >= fill ? Phrase.title.say(["percent": $0]) : Phrase.overflow.say() } ?? Phrase.overflow.say(),
        evidence: lines,
        cause: Phrase.cause.say(), advice: Phrase.advice.say(), next: "sockexplain state time-wait")
    ]
  }
}
