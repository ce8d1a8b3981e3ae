// Settings under /proc/sys that decide what sockets show. Adding one is one call of `sysctl` in the file of its group: reading, capture,
// explain, the audit and Docs/Sysctls.md follow.

extension Knowledge {
  /// Every sysctl entry, by group.
  static let sysctls: [Entry] =
    listeningSettings + connectingSettings + closingSettings + timeoutSettings + lossSettings + memorySettings + deviceSettings
    + udpSettings + featureSettings + pathSettings + conntrackSettings

  /// A sysctl entry with its facts: the short name and the /proc path become aliases.
  static func sysctl(
    _ name: String, _ unit: Unit, _ group: SettingFacts.Group, scope: [SettingFacts.Step<SettingFacts.Scope>] = .namespace,
    default value: [SettingFacts.Step<SettingFacts.Default>], since: Release? = nil, removed: Release? = nil, inert: Release? = nil,
    isDisplay: Bool = false, isSecret: Bool = false, needs: String? = nil, summary: String, meaning: String, belief: String? = nil,
    sideEffect: String? = nil, unseen: String? = nil, source: KernelSource, settings: [String] = [], advice: String? = nil
  ) -> Entry {
    let facts = SettingFacts(
      name: name, group: group, scopes: scope, defaults: value, since: since, removed: removed, inert: inert, isDisplay: isDisplay,
      isSecret: isSecret, needs: needs, sideEffect: sideEffect, unseen: unseen)
    return Entry(
      name, aliases: [facts.shortName, facts.path], topic: .sysctl, unit: unit, summary: summary, meaning: meaning, misreading: belief,
      source: source, settings: settings, advice: advice, setting: facts)
  }
}
