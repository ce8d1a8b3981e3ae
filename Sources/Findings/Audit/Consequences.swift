internal import Catalog
internal import SockDiag
internal import Snapshot

enum ConsequencePhrase: String, PhraseTable {
  static var room: String { "audit.consequence" }
  case connect = "connect() unanswered"
  case connectDetail =
    "{count} more SYNs: {linear} at steps of 1 s (one more than tcp_syn_linear_timeouts), then each wait twice the last (tcp_syn_retries {retries})"
  case connectDetailLinear = "{count} more SYNs at steps of 1 s (tcp_syn_retries {retries}, tcp_syn_linear_timeouts)"
  case connectDetailOld = "{count} more SYNs, each wait twice the last (tcp_syn_retries)"
  case synAck = "SYN-ACK unanswered"
  case synAckDetail = "{count} more SYN-ACKs (tcp_synack_retries); fewer while old requests fill half of the queue"
  case synAckDetailFew = "SYN-ACKs sent again: {count} (tcp_synack_retries)"
  case data = "data unacknowledged"
  case dataDetail = "at least, from the first retransmission on (tcp_retries2 {retries}: from 200 ms doubling up to {most})"
  case orphan = "the same, closed"
  case orphanDetail = "at least, once no process holds it (tcp_orphan_retries {retries})"
  case orphanDetailZero = "at least, once no process holds it (tcp_orphan_retries 0, which acts as 8)"
  case idle = "idle, peer dead"
  case idleDetail = "with SO_KEEPALIVE only: {time} of silence, then {probes} probes {interval} apart (tcp_keepalive_*)"
  case fin = "FIN-WAIT-2, closed"
  case finDetail = "tcp_fin_timeout; no limit while a process holds it"
  case finDetailOdd = "tcp_fin_timeout {value}: the part above 60 s counts twice, the rest not at all"
  case timeWait = "TIME-WAIT"
  case timeWaitDetail = "a constant (TCP_TIMEWAIT_LEN): no setting changes it"
  case rate = "new connections"
  case rateValue = "{rate}/s"
  case rateDetail =
    "to one destination (address and port) from one address: {ports} ports, each held for {time} where this side closes first"
  case rateReuse = "to one destination (address and port) from one address: {ports} ports, free again after {time} (tcp_tw_reuse 1)"
  case rateLoopback =
    "to one destination (address and port) from one address: {ports} ports, each held for {time} where this side closes first; more over loopback (tcp_tw_reuse 2)"
  case tracked = "tracked flows"
  case trackedDetail = "new short connections a second that fill nf_conntrack_max {max}, each remembered {time} after its end"
}

/// What several settings make together: the same arithmetic as the cards' predictions.
enum Consequences {
  static func all(_ audit: AuditEvidence) -> [Consequence] {
    guard audit.text("net.ipv4.tcp_syn_retries") != nil else { return [] }
    return [
      connect(audit), synAck(audit), data(audit), orphan(audit), idle(audit), fin(audit), timeWait(), rate(audit), tracked(audit),
    ].compactMap { $0 }
  }

  private static func consequence(
    _ id: String, _ label: ConsequencePhrase, milliseconds: Int, _ detail: Sentence, _ settings: [String]
  ) -> Consequence {
    Consequence(
      id: id, label: label.say(), value: Durations.words(milliseconds: milliseconds), detail: detail, number: milliseconds,
      settings: settings.map { "net.ipv4." + $0 })
  }

  static func connect(_ audit: AuditEvidence) -> Consequence {
    let give = audit.giveUp
    let schedule = give.synSchedule
    let values: KeyValuePairs<String, any CustomStringConvertible> = [
      "count": schedule.count - 1, "linear": give.synLinearTimeouts + 1, "retries": give.synRetries,
    ]
    // The first time-out is a second whatever is set: n linear ones make n + 1 steps of it.
    let isAllLinear = schedule.count - 1 <= give.synLinearTimeouts + 1
    let detail: ConsequencePhrase = give.synLinearTimeouts == 0 ? .connectDetailOld : isAllLinear ? .connectDetailLinear : .connectDetail
    return consequence(
      "connect-gives-up", .connect, milliseconds: schedule.last ?? 0, detail.say(values),
      ["tcp_syn_retries", "tcp_syn_linear_timeouts", "tcp_rto_max_ms"])
  }

  static func synAck(_ audit: AuditEvidence) -> Consequence {
    consequence(
      "syn-ack-gives-up", .synAck, milliseconds: audit.giveUp.synAckSchedule.last ?? 0,
      (audit.giveUp.synAckRetries > 2 ? ConsequencePhrase.synAckDetail : .synAckDetailFew).say(["count": audit.giveUp.synAckRetries]),
      ["tcp_synack_retries"])
  }

  static func data(_ audit: AuditEvidence) -> Consequence {
    let give = audit.giveUp
    return consequence(
      "data-gives-up", .data, milliseconds: give.unacknowledgedAtLeast,
      ConsequencePhrase.dataDetail.say(["retries": give.retries2, "most": Durations.words(milliseconds: give.rtoMax)]),
      ["tcp_retries2", "tcp_rto_max_ms", "tcp_rto_min_us"])
  }

  static func orphan(_ audit: AuditEvidence) -> Consequence {
    let retries = audit.giveUp.orphanRetries
    return consequence(
      "orphan-gives-up", .orphan, milliseconds: audit.giveUp.orphanAtLeast,
      (retries == 0 ? ConsequencePhrase.orphanDetailZero : .orphanDetail).say(["retries": retries]),
      ["tcp_orphan_retries", "tcp_rto_max_ms"])
  }

  static func idle(_ audit: AuditEvidence) -> Consequence {
    let give = audit.giveUp
    let detail = ConsequencePhrase.idleDetail.say([
      "time": Durations.words(milliseconds: give.keepaliveTime), "probes": give.keepaliveProbes,
      "interval": Durations.words(milliseconds: give.keepaliveInterval),
    ])
    return consequence(
      "dead-peer-noticed", .idle, milliseconds: give.keepaliveTime + give.keepaliveInterval * give.keepaliveProbes, detail,
      ["tcp_keepalive_time", "tcp_keepalive_intvl", "tcp_keepalive_probes"])
  }

  static func fin(_ audit: AuditEvidence) -> Consequence {
    let value = audit.giveUp.finTimeout / 1000
    let detail: ConsequencePhrase = value > 60 ? .finDetailOdd : .finDetail
    return consequence(
      "fin-wait-2-ends", .fin, milliseconds: audit.giveUp.finWait2(), detail.say(["value": value]),
      ["tcp_fin_timeout"])
  }

  static func timeWait() -> Consequence {
    consequence("time-wait-ends", .timeWait, milliseconds: GiveUp.timeWait, ConsequencePhrase.timeWaitDetail.say(), ["tcp_fin_timeout"])
  }

  /// Ports a second towards one destination: with tcp_tw_reuse a port is free again after tcp_tw_reuse_delay, else after TIME-WAIT.
  static func rate(_ audit: AuditEvidence) -> Consequence? {
    guard let ports = TimeWaitPorts.Ports(audit.now.sysctls)?.count else { return nil }
    let reuse = audit.ipv4("tcp_timestamps") == 0 ? 0 : audit.ipv4("tcp_tw_reuse") ?? 0
    // A take-over compares whole seconds: at least one must lie between.
    let delay = max(audit.ipv4("tcp_tw_reuse_delay") ?? 1000, 1)
    let held = reuse == 1 ? delay : GiveUp.timeWait
    let phrase: ConsequencePhrase = reuse == 1 ? .rateReuse : reuse == 2 ? .rateLoopback : .rateDetail
    let detail = phrase.say(["ports": ports, "time": Durations.words(milliseconds: held)])
    return Consequence(
      id: "connections-per-second", label: ConsequencePhrase.rate.say(),
      value: ConsequencePhrase.rateValue.say(["rate": Counted.rate(ports, milliseconds: held)]),
      detail: detail,
      number: ports * 1_000_000 / held,
      settings: ["ip_local_port_range", "ip_local_reserved_ports", "tcp_tw_reuse", "tcp_tw_reuse_delay", "tcp_timestamps"].map {
        "net.ipv4." + $0
      })
  }

  static func tracked(_ audit: AuditEvidence) -> Consequence? {
    guard let used = audit.number(ConntrackJudge.count), used > 0, let max = audit.number(ConntrackJudge.max), max > 0,
      let seconds = audit.number(ConntrackJudge.timeWait), seconds > 0
    else { return nil }
    return Consequence(
      id: "tracked-flows-per-second", label: ConsequencePhrase.tracked.say(),
      value: ConsequencePhrase.rateValue.say(["rate": Counted.rate(max, milliseconds: seconds * 1000)]),
      detail: ConsequencePhrase.trackedDetail.say(["max": max, "time": Durations.words(seconds: seconds)]), number: max * 1000 / seconds,
      settings: [ConntrackJudge.max, ConntrackJudge.timeWait])
  }
}
