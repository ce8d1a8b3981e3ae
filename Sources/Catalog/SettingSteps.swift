extension [SettingFacts.Step<SettingFacts.Default>] {
  /// A constant, and what it became with later releases.
  static func value(_ text: String, then changes: (Release, String)...) -> Self {
    [Element(since: nil, value: .value(text))] + changes.map { Element(since: $0.0, value: .value($0.1)) }
  }

  /// Not a constant; the text says how it comes about.
  static func computed(_ rule: String) -> Self { [Element(since: nil, value: .computed(rule))] }

  /// Another default from a release on.
  func then(_ release: Release, _ value: SettingFacts.Default) -> Self { self + [Element(since: release, value: value)] }
}

extension [SettingFacts.Step<SettingFacts.Scope>] {
  static var namespace: Self { only(.namespace) }
  static var copied: Self { only(.copied) }
  static var readOnlyInChild: Self { only(.readOnlyInChild) }
  static var absentInChild: Self { only(.absentInChild) }
  static var machine: Self { only(.machine) }

  /// Another scope from a release on.
  func then(_ release: Release, _ scope: SettingFacts.Scope) -> Self { self + [Element(since: release, value: scope)] }

  private static func only(_ scope: SettingFacts.Scope) -> Self { [Element(since: nil, value: scope)] }
}
