public import Catalog
public import ProcFS

/// How a setting stands to what the sockets show.
public enum AuditLevel: Int, Sendable, Comparable, CaseIterable {
  /// Nothing here speaks against it.
  case ok = 0
  /// Worth knowing; nothing is lost.
  case note = 1
  /// Something is lost or will be.
  case warn = 2
  /// Somebody is being refused now.
  case critical = 3

  /// Orders by how bad it is.
  public static func < (left: AuditLevel, right: AuditLevel) -> Bool { left.rawValue < right.rawValue }

  /// `ok`, `note`, `warn`, `critical`.
  public var name: String {
    switch self {
    case .ok: "ok"
    case .note: "note"
    case .warn: "warn"
    case .critical: "critical"
    }
  }

  /// Whether it is at least as bad as what `--fail-on` names.
  public func reaches(_ severity: Severity) -> Bool { rawValue >= severity.rawValue }
}

/// A change that would answer a judgement. It is printed, never made.
public struct SettingFix: Sendable, Equatable {
  /// What to write.
  public let value: String
  /// What else must happen for it to take effect, beside the setting's general side effect.
  public let then: Sentence?

  /// A value, and what must follow.
  public init(_ value: some CustomStringConvertible, then: Sentence? = nil) {
    self.value = value.description
    self.then = then
  }
}

/// One thing that the evidence says of one setting.
public struct Judgement: Sendable, Equatable {
  /// The full name: `net.core.somaxconn`.
  public let setting: String
  /// How bad it is.
  public let level: AuditLevel
  /// One sentence.
  public let text: Sentence
  /// The numbers behind it.
  public let evidence: [Sentence]
  /// What would change it; nil when no setting does.
  public let fix: SettingFix?

  /// The id of the sentence that says sysctl.d will change the value.
  public static let bootID = AuditPhrase.bootChanges.id
  /// A judge made it, from what the sockets show; the others say where the value stands.
  public var isOfJudge: Bool { !text.id.hasPrefix(AuditPhrase.room + ".") || text.id.split(separator: ".").count > 2 }

  init(_ setting: String, _ level: AuditLevel, _ text: Sentence, evidence: [Sentence] = [], fix: SettingFix? = nil) {
    self.setting = setting
    self.level = level
    self.text = text
    self.evidence = evidence
    self.fix = fix
  }

  /// The same with more to show for it.
  func adding(_ lines: [Sentence]) -> Judgement { Judgement(setting, level, text, evidence: evidence + lines, fix: fix) }
}

/// Why a setting has no value here.
public enum Absence: Sendable, Equatable {
  /// The kernel does not have it, or has it no longer.
  case kernel(Sentence)
  /// It is a key, and is never read.
  case secret
  /// It belongs to the whole machine and stands in the first namespace alone.
  case namespace
  /// Its file could not be read: errno.
  case unreadable(Int32)
}

/// One setting: what it is, here and elsewhere, and what is to be said of it.
public struct AuditedSetting: Sendable {
  /// The full name.
  public let name: String
  /// What the catalog knows of it.
  public let entry: Entry
  /// The text of its file; for a setting of the machine, read in a child namespace, that of the host.
  public let value: String?
  /// `value` was read in the first namespace.
  public let isOfHost: Bool
  /// Why `value` is nil.
  public let absence: Absence?
  /// This kernel's default; nil when none is known.
  public let standard: String?
  /// The default was read from this kernel, not from its documentation.
  public let standardIsLive: Bool
  /// The rule by which the kernel computes the default, where it is no constant.
  public let rule: String?
  /// Whether the value is the default; nil when that cannot be told.
  public let isDefault: Bool?
  /// Where the setting holds.
  public let scope: SettingFacts.Scope
  /// The first namespace's value where this one's differs.
  public let hostValue: String?
  /// The assignment of sysctl.d that changes the value at the next boot, or that made it what it is.
  public let boot: BootLine?
  /// The socket options that replace it were read: `SettingFacts.unseen` does not hold.
  public let isUnseenRead: Bool
  /// Judgements, the worst first; never empty unless the setting is absent.
  public let judgements: [Judgement]

  /// The worst of the judgements.
  public var level: AuditLevel { judgements.first?.level ?? .ok }
  /// Whether anything was judged by what the sockets show: then it has a line of its own in the table.
  public var hasEvidence: Bool { judgements.contains { !$0.evidence.isEmpty || $0.level > .ok } }
}

/// An assignment of sysctl.d that does nothing, or less than it says.
public struct Leftover: Sendable {
  /// Where it stands.
  public let line: BootLine
  /// What is wrong with it.
  public let text: Sentence
}

/// Something that follows from several settings together.
public struct Consequence: Sendable {
  /// Stable id for JSON: `connect-gives-up`.
  public let id: String
  /// What it is about.
  public let label: Sentence
  /// A time or a rate in words.
  public let value: Sentence
  /// From which settings, and what limits it.
  public let detail: Sentence
  /// Milliseconds, or thousandths of connections a second.
  public let number: Int
  /// The settings that decide it.
  public let settings: [String]
  /// `number` is a rate, else a time.
  public var isRate: Bool { id.hasSuffix("-per-second") }
}

/// What the audit found.
public struct AuditReport: Sendable {
  /// Settings in the catalog's order.
  public let settings: [AuditedSetting]
  /// Consequences of several settings.
  public let consequences: [Consequence]
  /// Lines of sysctl.d without effect.
  public let leftovers: [Leftover]

  /// The worst level of all; a leftover is a note.
  public var level: AuditLevel {
    max(settings.map(\.level).max() ?? .ok, leftovers.isEmpty ? .ok : .note)
  }
}
