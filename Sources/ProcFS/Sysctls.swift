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
