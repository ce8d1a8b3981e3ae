/// One assignment of a sysctl.d file.
public struct BootLine: Sendable, Equatable {
  /// The path below /proc/sys: `net/ipv4/tcp_fin_timeout`; may hold `*`, `?` and `[…]`.
  public let path: String
  /// What is written there; nil for `-path` alone, which takes the setting out of what globs set.
  public let value: String?
  /// The file and the line in it, from 1.
  public let file: String
  /// The line in it, from 1.
  public let line: Int

  /// An assignment at its place.
  public init(path: String, value: String?, file: String, line: Int) {
    self.path = path
    self.value = value
    self.file = file
    self.line = line
  }

  /// Whether `path` is a pattern (string_is_glob() of systemd).
  public var isGlob: Bool { path.contains { $0 == "*" || $0 == "?" || $0 == "[" } }

  /// The dotted name: `net.ipv4.tcp_fin_timeout`.
  public var name: String { String(path.map { $0 == "/" ? "." : $0 }) }
}

/// What the files of sysctl.d will write at the next boot, in the order they are applied.
public struct BootSettings: Sendable, Equatable {
  /// Assignments in the order of their files and lines.
  public var lines: [BootLine]
  /// Files that are there and could not be read.
  public var failures: [FileError]

  /// Assignments, and what could not be read.
  public init(lines: [BootLine] = [], failures: [FileError] = []) {
    self.lines = lines
    self.failures = failures
  }

  /// The assignment that decides a setting at boot. A name wins over every pattern wherever it stands, the last of its kind wins over the others
  /// (systemd-sysctl's apply_all()); nil when no file sets it.
  public func decisive(for name: String) -> BootLine? {
    let path = String(name.map { $0 == "." ? "/" : $0 })
    if let exact = lines.last(where: { $0.path == path }) { return exact.value == nil ? nil : exact }
    return lines.last { $0.isGlob && $0.value != nil && globMatches($0.path[...], path[...]) }
  }
}

/// The directories of sysctl.d, the strongest first: of files with the same name only the first counts (sysctl.d(5)).
public let bootDirectories = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"]

/// Reads sysctl.d as systemd-sysctl does: all `.conf` files by their names whatever their directory, then /etc/sysctl.conf, which
/// `sysctl --system` of procps reads last and which Debian links into /etc/sysctl.d.
public func readBootSettings(from files: some FileSource) -> BootSettings {
  var places: [(name: String, path: String)] = []
  var found = BootSettings()
  for directory in bootDirectories {
    do {
      for name in try files.list(directory) where name.hasSuffix(".conf") && !places.contains(where: { $0.name == name }) {
        places.append((name, directory + "/" + name))
      }
    } catch  where error.code != absent { found.failures.append(error) } catch {}
  }
  var texts: [[UInt8]] = []
  for (_, path) in places.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
    do {
      let text = try files.read(path)
      texts.append(text)
      found.lines += parseBootSettings(text, file: path)
    } catch { found.failures.append(error) }
  }
  do {
    let text = try files.read("/etc/sysctl.conf")
    // The link 99-sysctl.conf has brought the same lines already.
    if !texts.contains(text) { found.lines += parseBootSettings(text, file: "/etc/sysctl.conf") }
  } catch  where error.code != absent { found.failures.append(error) } catch {}
  return found
}

/// ENOENT.
private let absent: Int32 = 2

/// The assignments of one file: `key = value`, `-key = value` (failures do not matter), `-key`; `#` and `;` begin comments. Lines that
/// are none of these are passed over, as systemd-sysctl does after a warning.
public func parseBootSettings(_ text: [UInt8], file: String) -> [BootLine] {
  var out: [BootLine] = []
  for (index, bytes) in text.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
    let line = trimmed(String(decoding: bytes, as: UTF8.self)[...])
    guard let first = line.first, first != "#", first != ";" else { continue }
    let equals = line.firstIndex(of: "=")
    let isLenient = first == "-"
    var key = trimmed(line[..<(equals ?? line.endIndex)])
    if isLenient { key = trimmed(key.dropFirst()) }
    guard !key.isEmpty, equals != nil || isLenient else { continue }
    let value = equals.map { String(trimmed(line[line.index(after: $0)...])) }
    out.append(BootLine(path: settingPath(key), value: value, file: file, line: index + 1))
  }
  return out
}

/// The path below /proc/sys. When the first separator is a dot, dots and slashes change places, so that a device's own dot can be written as a
/// slash; when it is a slash everything stays (sysctl_normalize() of systemd).
func settingPath(_ key: Substring) -> String {
  let key = key.drop { $0 == "/" }
  guard let separator = key.first(where: { $0 == "." || $0 == "/" }), separator == "." else { return String(key) }
  return String(key.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
}

private func trimmed(_ text: Substring) -> Substring {
  var text = text.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
  while let last = text.last, last == " " || last == "\t" || last == "\r" || last == "\r\n" { text.removeLast() }
  return text
}

/// glob(7) on a path: `*` and `?` do not match a slash, `[a-z]` and `[!a-z]` are classes.
func globMatches(_ pattern: Substring, _ text: Substring) -> Bool {
  guard let head = pattern.first else { return text.isEmpty }
  let rest = pattern.dropFirst()
  switch head {
  case "*":
    var tail = text
    while true {
      if globMatches(rest, tail) { return true }
      guard let next = tail.first, next != "/" else { return false }
      tail.removeFirst()
    }
  case "[":
    guard let end = rest.dropFirst().firstIndex(of: "]"), let scalar = text.first, scalar != "/" else { return false }
    return classContains(rest[..<end], scalar) && globMatches(rest[rest.index(after: end)...], text.dropFirst())
  default:
    guard let first = text.first, first == head || (head == "?" && first != "/") else { return false }
    return globMatches(rest, text.dropFirst())
  }
}

private func classContains(_ body: Substring, _ wanted: Character) -> Bool {
  let isNegated = body.first == "!" || body.first == "^"
  let members = Array(isNegated ? body.dropFirst() : body)
  var isMember = false
  var index = 0
  while index < members.count {
    if index + 2 < members.count, members[index + 1] == "-" {
      isMember = isMember || (members[index] <= wanted && wanted <= members[index + 2])
      index += 3
    } else {
      isMember = isMember || members[index] == wanted
      index += 1
    }
  }
  return isMember != isNegated
}
