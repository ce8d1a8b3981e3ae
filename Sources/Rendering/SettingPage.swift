internal import Catalog
public import Findings
internal import ProcFS
internal import Snapshot

enum SettingPagePhrase: String, PhraseTable {
  static var room: String { "audit.setting" }
  case title = "{name}  {level}"
  case value = "value"
  case ofHost = "{value} (the host's: a setting of the whole machine)"
  case standard = "default"
  case live = "{value} (this kernel's, read in a network namespace that was just made)"
  case documented = "{value} (documented; it could not be asked of this kernel)"
  case copied = "{value} (documented; a namespace copies the host's, so that a new one tells nothing)"
  case scope = "scope"
  case host = "host"
  case belief = "believed"
  case judged = "judged"
  case fine = "fine here: {text}"
  case follows = "follows"
  case consequence = "{label}: {value}; {detail}"
  case boot = "next boot"
  case bootRow = "{value}, from {file}:{line}"
  case unseen = "cannot tell"
  case change = "to change it"
  case effect = "its price"
  case kernel = "kernel"
  case absent = "here"
  case absentHere = "not seen from a child namespace: a setting of the whole machine, which only the host shows"
  case secret = "a key: it is not read"
  case unreadable = "{path} cannot be read (errno {code})"
}

/// `sysctl-audit NAME`: one setting, all of it.
public enum SettingPage {
  static let column = 16

  /// The pages of the settings of a report.
  public static func text(_ report: AuditReport, _ audit: AuditEvidence, style: PageStyle) -> String {
    var page = Page(style)
    for setting in report.settings {
      page.blank()
      write(setting, report, isChild: audit.reading.isChild, to: &page)
    }
    AuditPage.leftovers(report, to: &page)
    GlancePage.gaps(audit.reading.now.gaps, to: &page)
    return page.text
  }

  static func write(_ setting: AuditedSetting, _ report: AuditReport, isChild: Bool, to page: inout Page) {
    typealias Phrase = SettingPagePhrase
    let facts = setting.entry.setting
    let title = setting.value == nil ? setting.name : Phrase.title.say(["name": setting.name, "level": setting.level.name]).description
    page.put(title, ink: .bold)
    page.put(setting.entry.summary, indent: 2)
    page.blank()
    if let value = setting.value {
      row(.value, (setting.isOfHost ? Phrase.ofHost.say(["value": oneLine(value)]).description : oneLine(value)), to: &page)
    } else {
      row(.absent, absence(setting), to: &page)
    }
    row(.standard, standard(setting), to: &page)
    row(.scope, setting.scope.rawValue, to: &page)
    row(.host, setting.hostValue.map(oneLine), to: &page)
    if setting.value != nil, let boot = setting.boot, let value = boot.value {
      row(.boot, Phrase.bootRow.say(["value": value, "file": boot.file, "line": boot.line]).description, to: &page)
    }
    page.blank()
    page.put(setting.entry.meaning, indent: 2)
    page.blank()
    row(.belief, setting.entry.misreading, to: &page)
    for judgement in setting.judgements { judged(judgement, to: &page) }
    for each in report.consequences where each.settings.contains(setting.name) {
      row(.follows, Phrase.consequence.say(["label": each.label, "value": each.value, "detail": each.detail]).description, to: &page)
    }
    row(.unseen, setting.isUnseenRead ? nil : facts?.unseen, to: &page)
    if let fix = setting.fix { row(.change, AuditPage.command(setting, fix, isChild: isChild).description, ink: .cyan, to: &page) }
    row(.change, setting.fix?.then?.description, to: &page)
    row(.effect, facts?.sideEffect, to: &page)
    row(.kernel, ExplainPage.source(setting.entry.source), to: &page)
  }

  static func standard(_ setting: AuditedSetting) -> String? {
    typealias Phrase = SettingPagePhrase
    guard let text = setting.standard else { return setting.rule }
    let value = text.isEmpty ? "-" : text
    let phrase: Phrase = setting.standardIsLive ? .live : setting.scope == .copied ? .copied : .documented
    return phrase.say(["value": value]).description
  }

  static func absence(_ setting: AuditedSetting) -> String {
    switch setting.absence {
    case .kernel(let sentence)?: sentence.description
    case .secret?: SettingPagePhrase.secret.rawValue
    case .namespace?: SettingPagePhrase.absentHere.rawValue
    case .unreadable(let code)?:
      SettingPagePhrase.unreadable.say(["path": setting.entry.setting?.path ?? setting.name, "code": code]).description
    case nil: ""
    }
  }

  private static func judged(_ judgement: Judgement, to page: inout Page) {
    typealias Phrase = SettingPagePhrase
    let text = judgement.level == .ok ? Phrase.fine.say(["text": judgement.text]).description : judgement.text.description
    page.put(
      label: Phrase.judged.rawValue, text, indent: 2, column: column, ink: judgement.level == .ok ? .plain : AuditPage.ink(judgement.level),
      labelInk: .bold)
    for line in judgement.evidence { page.put(line.description, indent: column, hang: column + 2) }
  }

  private static func row(_ label: SettingPagePhrase, _ text: String?, ink: Page.Ink = .plain, to page: inout Page) {
    guard let text else { return }
    page.put(label: label.rawValue, text, indent: 2, column: column, ink: ink)
  }
}
