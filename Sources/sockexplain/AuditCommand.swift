import Catalog
import Collection
import Findings
import Rendering
import Snapshot

extension Session {
  /// Between the two readings unless --for says otherwise: a rate needs a moment.
  static let auditMilliseconds = 1000

  /// The settings, judged: all of them, or those that are named.
  mutating func auditSysctls(_ names: [String]) throws -> Int32 {
    let wanted = names.filter { !$0.isEmpty }
    let found = wanted.map { Knowledge.setting($0) }
    for (name, entry) in zip(wanted, found) where entry == nil { complain(Self.unknownSetting(name).description) }
    guard found.allSatisfy({ $0 != nil }) else { return 2 }
    let audit = AuditEvidence(try collector.audit(waiting: invocation.intervalMilliseconds ?? Self.auditMilliseconds))
    let report = Audit.run(audit, only: wanted.isEmpty ? nil : found.compactMap { $0?.term })
    if invocation.form == .json {
      var json = JSONWriter()
      AuditDocument.write(report, audit, to: &json)
      try checkOutput(json.failure)
    } else {
      let style = PageStyle(width: outputWidth() ?? 100, color: usesColor(invocation.color))
      let text: String
      if invocation.printsFix {
        text = FixPage.text(report, audit, style: style)
      } else {
        text = wanted.isEmpty ? AuditPage.text(report, audit, style: style) : SettingPage.text(report, audit, style: style)
      }
      if !say(text) { return 2 }
    }
    // On a terminal the page has told them a moment ago.
    if invocation.form == .json || invocation.printsFix || !isTerminal() { tellGaps() }
    guard case .severity(let limit) = invocation.failOn else { return 0 }
    return report.level.reaches(limit) ? 1 : 0
  }

  private static func holds(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    text.count >= part.count && (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
  }

  /// What is said of a name that is no setting, with the nearest that are.
  static func unknownSetting(_ name: String) -> UsageError {
    var near = Knowledge.near(name).filter { Knowledge.setting($0) != nil }
    // A part of a name is the usual question: `rmem`, `keepalive`.
    let part = name.utf8.map { $0 == 47 ? 46 : $0 }
    if near.isEmpty, part.count > 2 {
      near = Knowledge.settings.map(\.term).filter { term in holds(Array(term.utf8), part) }
      near = Array(near.prefix(6))
    }
    return near.isEmpty
      ? UsageError(.unknownSetting, ["word": name]) : UsageError(.unknownSettingNear, ["word": name, "near": near.joined(separator: ", ")])
  }
}
