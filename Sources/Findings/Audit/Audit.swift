internal import Catalog
internal import ProcFS
internal import Snapshot

enum AuditPhrase: String, PhraseTable {
  static var room: String { "audit" }
  case standard = "this kernel's default, and nothing here bears on it"
  case unknownStandard = "nothing here bears on it"
  case changed = "not the default {standard}; nothing here speaks against it"
  case inert = "has no effect since kernel {release}"
  case inertChanged = "was changed, and has no effect since kernel {release}: what it was meant for does not happen"
  case since = "not in this kernel: since {release}"
  case removed = "not in this kernel: removed in {release}"
  case needs = "not in this kernel as it runs: needs {needs}"
  case missing = "not in this kernel"
  case bootChanges = "the next boot sets it to {value}"
  case bootPlace = "{file}:{line} says {name} = {value}"
  case bootConf =
    "systemd-sysctl does not read /etc/sysctl.conf, unless a link in /etc/sysctl.d brings it; sysctl --system does, after all other files"
  case bootLost = "no file of sysctl.d sets it: the next boot brings {standard} back, unless a program sets it"
  case hostDiffers = "the host has {value}; a namespace starts from the kernel's defaults, not from the host's values"
  case hostDiffersCopied = "the host has {value} now; this one was copied when the namespace was made, or set here"
}

enum LeftoverPhrase: String, PhraseTable {
  static var room: String { "audit.leftover" }
  case removed = "{name} was removed in kernel {release}: the line fails at every boot and changes nothing"
  case inert = "{name} has no effect since kernel {release}"
  case since = "{name} comes with kernel {release}: this one has no such setting"
  case unknown = "{name} does not exist in this kernel as it runs: the line fails, unless a module that brings it is loaded before"
  case bare = "{name} names no directory: there is no /proc/sys/{name}, and the line fails; {full} is meant"
  case display = "{name} only shows something: it cannot be written"
}

/// Every judge, and how their words become a report.
public enum Audit {
  static var judges: [any Judge.Type] {
    [
      AcceptJudge.self, SynQueueJudge.self, PortJudge.self, TimeWaitJudge.self, CloseJudge.self, PatienceJudge.self, KeepaliveJudge.self,
      TCPMemoryJudge.self, BufferJudge.self, UDPJudge.self, DeviceJudge.self, FeatureJudge.self, ConntrackJudge.self,
    ]
  }

  /// Judges all settings, or those named, on some evidence.
  public static func run(_ audit: AuditEvidence, only names: [String]? = nil) -> AuditReport {
    var judged: [String: [Judgement]] = [:]
    for judge in judges {
      for judgement in judge.judge(audit) { judged[judgement.setting, default: []].append(judgement) }
    }
    let entries = Knowledge.settings.filter { names?.contains($0.term) ?? true }
    let settings = entries.compactMap { entry in entry.setting.map { setting(entry, $0, judged[entry.term] ?? [], audit) } }
    let shown = names.map(Set.init)
    return AuditReport(
      settings: settings.filter { shown != nil || $0.value != nil || isWorthNaming($0) },
      consequences: Consequences.all(audit).filter { consequence in shown.map { !$0.isDisjoint(with: consequence.settings) } ?? true },
      leftovers: leftovers(audit).filter { leftover in shown?.contains(leftover.line.name) ?? true })
  }

  /// A setting without a value is left out of the whole table, unless it should have one.
  private static func isWorthNaming(_ setting: AuditedSetting) -> Bool {
    if case .unreadable = setting.absence { return true }
    return false
  }

  static func setting(_ entry: Entry, _ facts: SettingFacts, _ found: [Judgement], _ audit: AuditEvidence) -> AuditedSetting {
    let here = audit.now.sysctls[entry.term]
    let value = here ?? audit.reading.host?[entry.term]
    let standard = Standard(facts, audit)
    let isDefault = facts.isDisplay ? nil : value.flatMap { value in standard.text.map { sameValue(value, $0) } }
    let scope = facts.scope(on: audit.release)
    let isChild = audit.reading.isChild
    let hostValue = isChild && here != nil ? audit.reading.host?[entry.term].flatMap { sameValue($0, value ?? "") ? nil : $0 } : nil
    let boot = isChild ? nil : audit.reading.boot.decisive(for: entry.term)
    var judgements = value == nil ? [] : found
    if value != nil, judgements.isEmpty { judgements.append(plain(entry.term, facts, isDefault, standard, audit)) }
    if let value, let judgement = atBoot(entry.term, value, facts, boot, isDefault, standard, audit) { judgements.append(judgement) }
    if let hostValue, !facts.isDisplay {
      let phrase: AuditPhrase = scope == .copied ? .hostDiffersCopied : .hostDiffers
      judgements.append(Judgement(entry.term, .ok, phrase.say(["value": oneLine(hostValue)])))
    }
    if !judgements.isEmpty { judgements[0] = judgements[0].adding(OwnOptions.lines(entry.term, audit)) }
    return AuditedSetting(
      name: entry.term, entry: entry, value: value, isOfHost: here == nil && value != nil,
      absence: value == nil ? absence(entry.term, facts, scope, audit) : nil, standard: standard.text, standardIsLive: standard.isLive,
      rule: standard.rule, isDefault: isDefault, scope: scope, hostValue: hostValue, boot: boot,
      isUnseenRead: OwnOptions.isKnown(entry.term, audit),
      judgements: AuditLevel.allCases.reversed().flatMap { level in judgements.filter { $0.level == level } })
  }

  /// Nothing that sockets show bears on it.
  static func plain(_ name: String, _ facts: SettingFacts, _ isDefault: Bool?, _ standard: Standard, _ audit: AuditEvidence) -> Judgement {
    if facts.isInert(on: audit.release), let release = facts.inert {
      let isChanged = isDefault == false
      return Judgement(name, isChanged ? .note : .ok, (isChanged ? AuditPhrase.inertChanged : .inert).say(["release": release]))
    }
    guard isDefault == false, let text = standard.text, !facts.isDisplay else {
      return Judgement(name, .ok, (isDefault == true ? AuditPhrase.standard : .unknownStandard).say())
    }
    return Judgement(name, .ok, AuditPhrase.changed.say(["standard": text]))
  }

  /// What sysctl.d makes of it at the next boot.
  static func atBoot(
    _ name: String, _ value: String, _ facts: SettingFacts, _ boot: BootLine?, _ isDefault: Bool?, _ standard: Standard,
    _ audit: AuditEvidence
  ) -> Judgement? {
    if let boot, let written = boot.value {
      guard !sameValue(written, value), !facts.isDisplay, !facts.isInert(on: audit.release) else { return nil }
      return Judgement(
        name, .note, AuditPhrase.bootChanges.say(["value": written]),
        evidence: [AuditPhrase.bootPlace.say(["file": boot.file, "line": boot.line, "name": boot.name, "value": written])]
          + (boot.file == "/etc/sysctl.conf" ? [AuditPhrase.bootConf.say()] : []))
    }
    guard isDefault == false, !audit.reading.isChild, !facts.isDisplay, !facts.isInert(on: audit.release), let text = standard.text,
      audit.reading.boot.failures.isEmpty
    else { return nil }
    return Judgement(name, .ok, AuditPhrase.bootLost.say(["standard": text]))
  }

  static func absence(_ name: String, _ facts: SettingFacts, _ scope: SettingFacts.Scope, _ audit: AuditEvidence) -> Absence {
    if SysctlSet.secretNames.contains(name) { return .secret }
    if let code = audit.reading.failures[name], code != 2 { return .unreadable(code) }
    if audit.reading.isChild, scope == .absentInChild { return .namespace }
    if let removed = facts.removed, audit.release >= removed { return .kernel(AuditPhrase.removed.say(["release": removed])) }
    if let since = facts.since, audit.release < since { return .kernel(AuditPhrase.since.say(["release": since])) }
    if let needs = facts.needs { return .kernel(AuditPhrase.needs.say(["needs": needs])) }
    return .kernel(AuditPhrase.missing.say())
  }

  /// Lines of sysctl.d that do nothing on this kernel.
  static func leftovers(_ audit: AuditEvidence) -> [Leftover] {
    audit.reading.boot.lines.compactMap { line in
      guard line.value != nil, !line.isGlob else { return nil }
      if !line.path.utf8.contains(47), let meant = Knowledge.setting(line.path) {
        return Leftover(line: line, text: LeftoverPhrase.bare.say(["name": line.name, "full": meant.term]))
      }
      guard line.path.hasPrefix("net/") else { return nil }
      return leftover(line, audit).map { Leftover(line: line, text: $0) }
    }
  }

  private static func leftover(_ line: BootLine, _ audit: AuditEvidence) -> Sentence? {
    let isThere = audit.text(line.name) != nil
    let facts = Knowledge.setting(line.path)?.setting
    if let facts, facts.isInert(on: audit.release), let release = facts.inert, isThere {
      return LeftoverPhrase.inert.say(["name": line.name, "release": release])
    }
    if let facts, facts.isDisplay { return LeftoverPhrase.display.say(["name": line.name]) }
    // A value that is not readable may be there; one of the machine is not seen from a child namespace.
    guard !isThere, audit.reading.failures[line.name] == 2, !audit.reading.isChild else { return nil }
    if let removed = facts?.removed, audit.release >= removed {
      return LeftoverPhrase.removed.say(["name": line.name, "release": removed])
    }
    if let since = facts?.since, audit.release < since { return LeftoverPhrase.since.say(["name": line.name, "release": since]) }
    return LeftoverPhrase.unknown.say(["name": line.name])
  }
}

/// What a setting is when nobody has touched it.
struct Standard {
  var text: String?
  var isLive = false
  var rule: String?

  /// The value of a new namespace where that says something, else what is documented.
  init(_ facts: SettingFacts, _ audit: AuditEvidence) {
    let documented = facts.documentedDefault(on: audit.release)
    if case .computed(let words) = documented { rule = words }
    guard !facts.isDisplay else { return }
    if facts.scope(on: audit.release) == .namespace, Self.isTold(facts.name, audit), let fresh = audit.reading.fresh?[facts.name] {
      text = oneLine(fresh)
      isLive = true
    } else if case .value(let value) = documented {
      text = value
    }
  }

  /// A new namespace starts from this kernel's default. Not so the settings of devices, which are copied from the first namespace, and the two that
  /// follow the size of a hash table, where a table of its own is asked for (tcp_set_hashinfo(), net/ipv4/tcp_ipv4.c).
  static func isTold(_ name: String, _ audit: AuditEvidence) -> Bool {
    if name.hasPrefix("net.ipv4.conf.") || name.hasPrefix("net.ipv6.conf.") { return false }
    let isSized = name == "net.ipv4.tcp_max_tw_buckets" || name == "net.ipv4.tcp_max_syn_backlog"
    return !isSized || (audit.ipv4("tcp_child_ehash_entries") ?? 0) == 0
  }
}

/// Tabs and runs of blanks as one blank.
public func oneLine(_ value: String) -> String {
  value.split { $0 == " " || $0 == "\t" || $0 == "\n" }.joined(separator: " ")
}

/// Whether two texts are the same value: blanks do not count, and numbers compare as numbers (the kernel reads 0x10 and 020 too).
func sameValue(_ left: String, _ right: String) -> Bool {
  func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\t" || $0 == "\n" } }
  func number(_ word: Substring) -> Int? {
    if word.hasPrefix("0x") { return Int(word.dropFirst(2), radix: 16) }
    if word.hasPrefix("0"), word.count > 1 { return Int(word.dropFirst(), radix: 8) }
    return Int(word)
  }
  let (left, right) = (words(left), words(right))
  return left.count == right.count
    && zip(left, right).allSatisfy { pair in
      if let first = number(pair.0), let second = number(pair.1) { return first == second }
      return pair.0 == pair.1
    }
}
