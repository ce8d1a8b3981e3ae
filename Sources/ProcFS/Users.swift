public import Catalog

/// The users of /etc/passwd by uid; of several with one uid the first, as getpwuid() does. Malformed lines are passed over.
public func parseUsers(_ text: [UInt8]) -> [UInt32: Name] {
  var users: [UInt32: Name] = [:]
  for line in lines(text) {
    let parts = text[line].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count >= 4, !parts[0].isEmpty, let number = parseNumber(text, parts[2].indices), let uid = UInt32(exactly: number),
      users[uid] == nil
    else { continue }
    users[uid] = Name(Array(parts[0]))
  }
  return users
}

/// The users of this machine's own file. Directory services (NSS) are not asked: that would load foreign code and may block on a network.
public func readUsers(from files: some FileSource) -> [UInt32: Name] {
  (try? files.read("/etc/passwd")).map(parseUsers) ?? [:]
}

/// Port names of /etc/services, by protocol number << 16 | port; the first name of a port counts.
public func readServices(from files: any FileSource) -> [UInt32: Name] {
  guard let text = try? files.read("/etc/services") else { return [:] }
  var out: [UInt32: Name] = [:]
  for line in text.split(separator: 10) {
    let words = line.prefix { $0 != 35 }.split { $0 == 32 || $0 == 9 }
    guard words.count >= 2 else { continue }
    let parts = words[1].split(separator: 47)
    guard parts.count == 2, let port = UInt16(String(decoding: parts[0], as: UTF8.self)) else { continue }
    let protocols: [UInt32] =
      switch String(decoding: parts[1], as: UTF8.self) {
      case "tcp": [6, 262]
      case "udp": [17, 136]
      default: []
      }
    for proto in protocols where out[proto << 16 | UInt32(port)] == nil { out[proto << 16 | UInt32(port)] = Name(Array(words[0])) }
  }
  return out
}
