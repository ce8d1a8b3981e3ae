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
