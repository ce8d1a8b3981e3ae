internal import Catalog

/// The settings of a list that exist and can be read, through the namespace of the reading process; the others are absent.
public func readSysctls(_ names: [String], from files: some FileSource) -> SysctlSet {
  var found = SysctlSet()
  for name in names {
    let path = "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 })
    guard let text = try? files.read(path) else { continue }
    found[name] = String(decoding: text.last == 10 ? text.dropLast() : text[...], as: UTF8.self)
  }
  return found
}

extension SysctlSet {
  /// Every setting that a card, a rule or the audit may ask for: those of the catalog but secrets. Some exist only on older or newer kernels:
  /// absence is a fact too.
  public static let usedNames: [String] = Knowledge.settings.filter { $0.setting?.isSecret == false }.map(\.term)
}

/// The numbers of one setting, read in place: no table is made for a single question. Empty when it cannot be read; signs are kept.
public func sysctlNumbers(_ path: StaticString, from files: any FileSource) -> [Int] {
  guard let text = try? files.read(path.description) else { return [] }
  var out: [Int] = []
  var value: Int?
  var isNegative = false
  for byte in text {
    if byte >= 48, byte <= 57 {
      value = min(value ?? 0, 1 << 40) * 10 + Int(byte - 48)
      continue
    }
    if let number = value { out.append(isNegative ? -number : number) }
    value = nil
    isNegative = byte == 45
  }
  if let number = value { out.append(isNegative ? -number : number) }
  return out
}
