internal import Catalog

extension CounterSet {
  /// Adds /proc/net/stat/nf_conntrack, this namespace's counters by processor under the names of its first line, as sums: `nf_conntrack.drop`,
  /// `nf_conntrack.early_drop`, … (ct_cpu_seq_show(), net/netfilter/nf_conntrack_standalone.c). Its `entries` is no counter and is left out.
  public mutating func add(conntrack text: [UInt8]) {
    let rows = text.split(separator: 10).map { $0.split(separator: 32) }
    let names = rows.first?.map { "nf_conntrack." + String(decoding: $0, as: UTF8.self) } ?? []
    for row in rows.dropFirst() {
      for (name, word) in zip(names, row) where name != "nf_conntrack.entries" { self[name] = (self[name] ?? 0) &+ hexadecimal(word) }
    }
  }
}

private func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt64 { UInt64(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0 }

/// Settings by name with the errno of those that could not be read; 2 (ENOENT) where this kernel or namespace has none.
public func readSettings(_ names: [String], from files: some FileSource) -> (values: SysctlSet, failures: [String: Int32]) {
  var values = SysctlSet()
  var failures: [String: Int32] = [:]
  for name in names {
    do {
      values[name] = settingText(try files.read(settingFile(name)))
    } catch { failures[name] = error.code }
  }
  return (values, failures)
}

/// The file of a setting by its dotted name.
public func settingFile(_ name: String) -> String { "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 }) }

/// What a setting's file says, without its line end.
public func settingText(_ bytes: [UInt8]) -> String {
  String(decoding: bytes.last == 10 ? bytes.dropLast() : bytes[...], as: UTF8.self)
}

extension SysctlSet {
  /// Keys: never read, so that no page and no capture carries them.
  public static let secretNames: Set<String> = ["net.ipv4.tcp_fastopen_key"]

  /// Every setting that the audit reads: all that the catalog knows, but keys. `CardSetting` is among them.
  public static var auditNames: [String] { Knowledge.settings.map(\.term).filter { !secretNames.contains($0) } }
}

extension BootSettings {
  /// The settings that the audit reads, and those of the network that sysctl.d names: whether they exist is worth knowing.
  public var auditNames: [String] {
    var names = SysctlSet.auditNames
    for line in lines
    where !line.isGlob && line.path.hasPrefix("net/") && !names.contains(line.name) && !SysctlSet.secretNames.contains(line.name) {
      names.append(line.name)
    }
    return names
  }
}
