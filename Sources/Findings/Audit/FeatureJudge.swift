internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum FeatureJudgePhrase: String, PhraseTable {
  static var room: String { "audit.feature" }
  case on = "on"
  case noSack = "off: of several losses in a round trip one is repaired at a time, and RACK and tail loss probes do not work"
  case noSackLoss = "off, while segments are being resent: of several losses in a round trip one is repaired at a time"
  case noScaling = "off: no window above 64 KiB, so at 50 ms of round trip at most 10 Mbit/s a connection"
  case noScalingMany = "off: {connections} without it, with windows of 64 KiB at most"
  case noProbes = "off: the loss of a last segment always costs a whole time-out"
  case noRack = "off: a lost retransmission is found by time-out alone"
  case lowLimit =
    "few challenge ACKs for the whole namespace: attackers can learn from the shared limit whether a connection exists (CVE-2016-5696)"
  case shrink = "an offered window may be taken back: peers resend what no longer fits"
}

/// Switches of TCP that are better left on, and a few that leak or surprise.
enum FeatureJudge: Judge {
  static let sack = "net.ipv4.tcp_sack"
  static let scaling = "net.ipv4.tcp_window_scaling"

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    [
      selective(audit), windowScaling(audit), simple("net.ipv4.tcp_early_retrans", audit, bad: { $0 == 0 }, .noProbes, fix: 3),
      simple("net.ipv4.tcp_recovery", audit, bad: { $0 & 1 == 0 && audit.release < "6.17" }, .noRack, fix: 1),
      simple("net.ipv4.tcp_challenge_ack_limit", audit, bad: { $0 <= 1000 && audit.release >= "4.7" }, .lowLimit, fix: Int(Int32.max)),
      simple("net.ipv4.tcp_shrink_window", audit, bad: { $0 != 0 }, .shrink, fix: 0),
    ].compactMap { $0 }
  }

  /// A note for a value that is seldom meant; nothing otherwise, the default's own words then do.
  static func simple(_ name: String, _ audit: AuditEvidence, bad: (Int) -> Bool, _ phrase: FeatureJudgePhrase, fix: Int) -> Judgement? {
    guard let value = audit.number(name), bad(value) else { return nil }
    // A value that is this kernel's own default is nobody's mistake.
    if audit.reading.fresh?.number(name) == value { return nil }
    return Judgement(name, .note, phrase.say(), fix: SettingFix(fix))
  }

  static func selective(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = FeatureJudgePhrase
    guard let value = audit.number(sack) else { return nil }
    guard value == 0 else { return Judgement(sack, .ok, Phrase.on.say()) }
    let isLosing = audit.delta("Tcp.RetransSegs") > 0
    return Judgement(
      sack, isLosing ? .warn : .note, (isLosing ? Phrase.noSackLoss : .noSack).say(), evidence: audit.rises(["Tcp.RetransSegs"]),
      fix: SettingFix(1))
  }

  static func windowScaling(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = FeatureJudgePhrase
    guard let value = audit.number(scaling) else { return nil }
    guard value == 0 else { return Judgement(scaling, .ok, Phrase.on.say()) }
    // tcpi_options, TCPI_OPT_WSCALE: negotiated at the handshake.
    let without = audit.now.inet.tcp(.established).count { socket in socket[.options].map { $0 & 4 == 0 } ?? false }
    let text = without > 0 ? Phrase.noScalingMany.say(["connections": Counted.connections(without)]) : Phrase.noScaling.say()
    return Judgement(scaling, .note, text, fix: SettingFix(1))
  }
}
