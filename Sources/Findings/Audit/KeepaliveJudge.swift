internal import Catalog
internal import SockDiag
internal import Snapshot

enum KeepaliveJudgePhrase: String, PhraseTable {
  static var room: String { "audit.keepalive" }
  case detection = "a peer that dies in silence is noticed after {time} of it, where SO_KEEPALIVE is set: {with} of {all} idle connections"
  case none = "no idle connection here; a dead peer would be noticed after {time}, where SO_KEEPALIVE is set"
  case without = "{connections} without a keepalive timer: a dead peer stays unnoticed there until something is sent"
  case failing = "{connections} whose probes get no answer"
  case hasty = "{probes} probes {interval} apart: a pause of {time} in the network ends every idle connection that has SO_KEEPALIVE"
  case firewall = "the firewall of this machine forgets an idle connection after {conntrack}, the first probe comes after {time}"
  case interval = "{probes} probes {interval} apart"
  case overridden = "some timers are further away than the settings allow: those programs set TCP_KEEPIDLE or TCP_KEEPINTVL"
}

/// Dead peers of idle connections: tcp_keepalive_time, tcp_keepalive_intvl, tcp_keepalive_probes.
enum KeepaliveJudge: Judge {
  static let time = "net.ipv4.tcp_keepalive_time"
  static let interval = "net.ipv4.tcp_keepalive_intvl"
  static let probes = "net.ipv4.tcp_keepalive_probes"
  static let conntrack = "net.netfilter.nf_conntrack_tcp_timeout_established"

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    guard audit.number(time) != nil, audit.number(interval) != nil, audit.number(probes) != nil else { return [] }
    return [silence(audit), pace(interval, audit), pace(probes, audit)]
  }

  static func silence(_ audit: AuditEvidence) -> Judgement {
    typealias Phrase = KeepaliveJudgePhrase
    let give = audit.giveUp
    let total = Durations.words(milliseconds: give.keepaliveTime + give.keepaliveInterval * give.keepaliveProbes)
    var with = 0, without = 0, failing = 0
    var isOverridden = false
    for state in [TCPState.established, .closeWait] {
      for socket in audit.now.inet.tcp(state) where socket.inode != 0 {
        if socket.timer == .keepalive {
          with += 1
          failing += socket.timerRetransmits > 0 ? 1 : 0
          // Where the options are known they have a line of their own.
          let isKnown = audit.evidence.internals(socket) != nil
          isOverridden = isOverridden || !isKnown && socket.timerMilliseconds > max(give.keepaliveTime, give.keepaliveInterval) + 10_000
        } else if socket.timer == .off {
          without += 1
        }
      }
    }
    var lines: [Sentence] = []
    if without > 0 { lines.append(Phrase.without.say(["connections": Counted.connections(without)])) }
    if failing > 0 { lines.append(Phrase.failing.say(["connections": Counted.connections(failing)])) }
    if isOverridden { lines.append(Phrase.overridden.say()) }
    let text =
      with + without > 0
      ? Phrase.detection.say(["time": total, "with": with, "all": with + without]) : Phrase.none.say(["time": total])
    if with > 0, let forgets = audit.number(conntrack), forgets * 1000 < give.keepaliveTime, (audit.number(ConntrackJudge.count) ?? 0) > 0 {
      let words = Phrase.firewall.say([
        "conntrack": Durations.words(seconds: forgets), "time": Durations.words(milliseconds: give.keepaliveTime),
      ])
      return Judgement(time, .note, words, evidence: [text] + lines, fix: SettingFix(max(60, forgets / 2)))
    }
    return Judgement(time, .ok, text, evidence: lines)
  }

  static func pace(_ setting: String, _ audit: AuditEvidence) -> Judgement {
    typealias Phrase = KeepaliveJudgePhrase
    let give = audit.giveUp
    let total = give.keepaliveInterval * give.keepaliveProbes
    let values: KeyValuePairs<String, any CustomStringConvertible> = [
      "probes": give.keepaliveProbes, "interval": Durations.words(milliseconds: give.keepaliveInterval),
      "time": Durations.words(milliseconds: total),
    ]
    guard total < 10_000 else { return Judgement(setting, .ok, Phrase.interval.say(values)) }
    return Judgement(setting, .note, Phrase.hasty.say(values), fix: SettingFix(setting == interval ? 75 : 9))
  }
}
