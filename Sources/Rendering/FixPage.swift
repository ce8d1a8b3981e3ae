internal import Catalog
public import Findings
internal import ProcFS
internal import Snapshot

enum FixPagePhrase: String, PhraseTable {
  static var room: String { "audit.fix" }
  case nothing = "Nothing to change: no setting that was judged stands against what the sockets show."
  case unchanged = "Nothing was changed. As root, in this network namespace, these lines would change it now:"
  case host = "These are settings of the whole machine: on the host, as root:"
  case keep = "To keep it at the next boot:"
  case child = "sysctl.d does not reach a child namespace: give the values to what makes it, such as docker run --sysctl NAME=VALUE."
  case because = "{name}: {value} now; {text}"
  case price = "{name}: {effect}"
  case remove = "{file}:{line}: take the line out; {text}"
  case decide = "{file}:{line} sets {name} to {written} at the next boot, {value} now: keep one of the two"
  case elsewhere = "{file}:{line} sets {name} too: change it there, or the file that comes last wins"
  case effects = "What else it does, and what it needs:"
  case command = "sysctl -w {name}={value}"
  case commandQuoted = "sysctl -w {name}=\"{value}\""
  case assignment = "{name} = {value}"
}

/// What `--fix` prints: lines for a shell and for sysctl.d, everything else as comments. Nothing is applied.
public enum FixPage {
  static let file = "/etc/sysctl.d/90-sockexplain.conf"

  /// The commands of a report, and their price.
  public static func text(_ report: AuditReport, _ audit: AuditEvidence, style: PageStyle) -> String {
    var page = Page(style)
    let fixes = AuditPage.troubles(report).compactMap { setting in setting.fix.map { (setting, $0) } }
    let moves = report.settings.filter { changesAtBoot($0) }
    if fixes.isEmpty, moves.isEmpty, report.leftovers.isEmpty {
      comment(.nothing, to: &page)
      return page.text
    }
    let isHosts: (AuditedSetting) -> Bool = { audit.reading.isChild && $0.isOfMachine }
    let here = fixes.filter { !isHosts($0.0) }, there = fixes.filter { isHosts($0.0) }
    commands(.unchanged, here, to: &page)
    commands(.host, there, to: &page)
    effects(fixes, to: &page)
    if !fixes.isEmpty { keep(audit.reading.isChild ? there : fixes, isChild: audit.reading.isChild && !here.isEmpty, to: &page) }
    for setting in moves {
      guard let boot = setting.boot else { continue }
      comment(
        FixPagePhrase.decide.say([
          "file": boot.file, "line": boot.line, "name": setting.name, "written": boot.value ?? "", "value": oneLine(setting.value ?? ""),
        ]), to: &page)
    }
    for leftover in report.leftovers {
      comment(
        FixPagePhrase.remove.say(["file": leftover.line.file, "line": leftover.line.line, "text": leftover.text]), to: &page)
    }
    return page.text
  }

  static func command(_ name: String, _ fix: SettingFix) -> Sentence {
    let isPlain = fix.value.allSatisfy { $0.isNumber || $0.isLetter || $0 == "-" }
    return (isPlain ? FixPagePhrase.command : .commandQuoted).say(["name": name, "value": fix.value])
  }

  static func changesAtBoot(_ setting: AuditedSetting) -> Bool {
    setting.judgements.contains { $0.level > .ok && $0.text.id == Judgement.bootID }
  }

  private static func commands(_ head: FixPagePhrase, _ fixes: [(AuditedSetting, SettingFix)], to page: inout Page) {
    guard !fixes.isEmpty else { return }
    comment(head, to: &page)
    for (setting, fix) in fixes { page.raw(escaped(command(setting.name, fix).description)) }
    page.blank()
  }

  private static func effects(_ fixes: [(AuditedSetting, SettingFix)], to page: inout Page) {
    guard !fixes.isEmpty else { return }
    comment(.effects, to: &page)
    for (setting, fix) in fixes {
      if let judgement = setting.judgements.first(where: { $0.fix == fix }) {
        let value = oneLine(setting.value ?? "")
        comment(FixPagePhrase.because.say(["name": setting.name, "value": value, "text": judgement.text]), to: &page)
      }
      for text in [setting.entry.setting?.sideEffect, fix.then?.description] {
        if let text { comment(FixPagePhrase.price.say(["name": setting.name, "effect": text]), to: &page) }
      }
    }
    page.blank()
  }

  private static func keep(_ fixes: [(AuditedSetting, SettingFix)], isChild: Bool, to page: inout Page) {
    if isChild { comment(.child, to: &page) }
    guard !fixes.isEmpty else { return }
    comment(.keep, to: &page)
    page.raw("cat >\(file) <<'END'")
    for (setting, fix) in fixes {
      page.raw(escaped(FixPagePhrase.assignment.say(["name": setting.name, "value": fix.value]).description))
    }
    page.raw("END")
    for (setting, _) in fixes {
      guard let boot = setting.boot, boot.file != file else { continue }
      comment(FixPagePhrase.elsewhere.say(["file": boot.file, "line": boot.line, "name": setting.name]), to: &page)
    }
    page.blank()
  }

  private static func comment(_ phrase: FixPagePhrase, to page: inout Page) { comment(phrase.say(), to: &page) }

  private static func comment(_ sentence: Sentence, to page: inout Page) {
    for line in wrapped(escaped(sentence.description), width: max(20, page.style.width - 2)) { page.raw("# " + line) }
  }
}
