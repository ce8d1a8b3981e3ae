internal import Catalog
public import Findings
internal import ProcFS
internal import Snapshot

/// The JSON document of `sysctl-audit --json`.
public enum AuditDocument {
  /// Writes the whole document.
  public static func write(_ report: AuditReport, _ audit: AuditEvidence, to json: inout JSONWriter) {
    let now = audit.reading.now
    JSONDocument.begin("sysctl-audit", now.moment, to: &json)
    json.number("intervalMilliseconds", UInt64(max(0, audit.evidence.intervalMilliseconds ?? 0)))
    json.text("kernel", now.kernel.release)
    json.bool("complete", now.isComplete)
    json.bool("childNamespace", audit.reading.isChild)
    json.text("level", report.level.name)
    JSONDocument.gaps(now.gaps, to: &json)
    json.open("settings", 0x5b)
    for setting in report.settings { write(setting, to: &json) }
    json.close(0x5d)
    json.open("consequences", 0x5b)
    for each in report.consequences { write(each, to: &json) }
    json.close(0x5d)
    json.open("withoutEffect", 0x5b)
    for each in report.leftovers {
      json.open()
      place(each.line, to: &json)
      json.text("name", each.line.name)
      json.text("id", each.text.id)
      json.text("text", each.text.description)
      json.close()
    }
    json.close(0x5d)
    JSONDocument.end(&json)
  }

  static func place(_ line: BootLine, to json: inout JSONWriter) {
    json.text("file", line.file)
    json.number("line", UInt64(max(0, line.line)))
    if let value = line.value { json.text("value", value) }
  }

  static func write(_ setting: AuditedSetting, to json: inout JSONWriter) {
    let facts = setting.entry.setting
    json.open()
    json.text("name", setting.name)
    if let facts { json.text("group", facts.group.rawValue) }
    if let value = setting.value {
      json.text("level", setting.level.name)
      json.text("value", oneLine(value))
      if setting.isOfHost { json.bool("valueIsOfHost", true) }
    } else {
      absence(setting, to: &json)
    }
    if let standard = setting.standard {
      json.text("default", standard)
      json.text("defaultSource", setting.standardIsLive ? "kernel" : "documentation")
    }
    if let rule = setting.rule { json.text("defaultRule", rule) }
    if let isDefault = setting.isDefault { json.bool("isDefault", isDefault) }
    json.text("scope", setting.scope.rawValue)
    json.text("unit", setting.entry.unit.rawValue)
    json.text("summary", setting.entry.summary)
    if let belief = setting.entry.misreading { json.text("believed", belief) }
    if !setting.isUnseenRead, let unseen = facts?.unseen { json.text("cannotTell", unseen) }
    if let host = setting.hostValue { json.text("hostValue", oneLine(host)) }
    if let boot = setting.boot {
      json.open("boot")
      place(boot, to: &json)
      json.close()
    }
    judgements(setting, to: &json)
    json.close()
  }

  static func absence(_ setting: AuditedSetting, to json: inout JSONWriter) {
    switch setting.absence {
    case .kernel?: json.text("absent", "kernel")
    case .secret?: json.text("absent", "secret")
    case .namespace?: json.text("absent", "namespace")
    case .unreadable(let code)?:
      json.text("absent", "unreadable")
      json.number("errno", UInt64(max(0, code)))
    case nil: break
    }
    json.text("why", SettingPage.absence(setting))
  }

  static func judgements(_ setting: AuditedSetting, to json: inout JSONWriter) {
    json.open("judgements", 0x5b)
    for judgement in setting.judgements {
      json.open()
      json.text("id", judgement.text.id)
      json.text("level", judgement.level.name)
      json.text("text", judgement.text.description)
      JSONDocument.texts("evidence", judgement.evidence, to: &json)
      if let fix = judgement.fix {
        json.open("fix")
        json.text("value", fix.value)
        json.text("command", FixPage.command(setting.name, fix).description)
        if let effect = setting.entry.setting?.sideEffect { json.text("sideEffect", effect) }
        if let then = fix.then { json.text("then", then.description) }
        json.close()
      }
      json.close()
    }
    json.close(0x5d)
  }

  static func write(_ each: Consequence, to json: inout JSONWriter) {
    json.open()
    json.text("id", each.id)
    json.text("label", each.label.description)
    if each.isRate {
      json.thousandths("perSecond", UInt64(max(0, each.number)))
    } else {
      json.number("milliseconds", UInt64(max(0, each.number)))
    }
    json.text("value", each.value.description)
    json.text("text", each.detail.description)
    json.open("settings", 0x5b)
    for name in each.settings { json.element(name) }
    json.close(0x5d)
    json.close()
  }
}
