import Testing

@testable import ProcFS

/// A tree of files that a test writes down.
private final class SettingFiles: FileSource {
  let texts: [String: String]
  init(_ texts: [String: String]) { self.texts = texts }

  func read(_ path: String) throws(FileError) -> [UInt8] {
    guard let text = texts[path] else { throw FileError(path: path, code: 2) }
    if text == "secret" { throw FileError(path: path, code: 13) }
    return Array(text.utf8)
  }

  func list(_ path: String) throws(FileError) -> [String] {
    let names = texts.keys.filter { $0.hasPrefix(path + "/") }.map { String($0.dropFirst(path.count + 1)) }
    if names.isEmpty { throw FileError(path: path, code: 2) }
    return names.sorted(by: >)
  }

  func link(_ path: String) throws(FileError) -> [UInt8] { throw FileError(path: path, code: 22) }
}

@Suite struct BootSettingsTests {
  func parse(_ text: String) -> [BootLine] { parseBootSettings(Array(text.utf8), file: "f") }

  @Test("comments, blanks, dashes and lines that are nothing")
  func lines() {
    let found = parse("# net.a = 1\n; net.a = 1\n\n  net.core.somaxconn=128  \n-net.b = x = y \r\nnet.c\n-net.d\n= 5\nnet.e =\n")
    #expect(
      found == [
        BootLine(path: "net/core/somaxconn", value: "128", file: "f", line: 4), BootLine(path: "net/b", value: "x = y", file: "f", line: 5),
        BootLine(path: "net/d", value: nil, file: "f", line: 7), BootLine(path: "net/e", value: "", file: "f", line: 9),
      ])
    #expect(parse("").isEmpty && parse("\u{0}\u{0}").isEmpty)
  }

  @Test(
    "the first separator decides what dots and slashes mean",
    arguments: [
      ("net.ipv4.tcp_sack", "net/ipv4/tcp_sack"), ("net/ipv4/conf/eth0.100/rp_filter", "net/ipv4/conf/eth0.100/rp_filter"),
      ("net.ipv4.conf.eth0/100.rp_filter", "net/ipv4/conf/eth0.100/rp_filter"), ("/net/ipv4/tcp_sack", "net/ipv4/tcp_sack"),
      ("vm", "vm"),
    ])
  func separators(key: String, path: String) {
    #expect(settingPath(key[...]) == path)
  }

  @Test("files go by their names, whatever their directory; a stronger directory hides a weaker one's file")
  func order() {
    let tree = SettingFiles([
      "/usr/lib/sysctl.d/50-a.conf": "net.ipv4.tcp_sack = 1\nnet.ipv4.tcp_frto = 0", "/etc/sysctl.d/10-b.conf": "net.ipv4.tcp_sack = 0",
      "/etc/sysctl.d/60-c.conf": "net.ipv4.tcp_fin_timeout = 30", "/usr/lib/sysctl.d/60-c.conf": "net.ipv4.tcp_fin_timeout = 10",
      "/run/sysctl.d/README": "net.ipv4.tcp_sack = 7", "/etc/sysctl.conf": "net.core.somaxconn = 99",
    ])
    let boot = readBootSettings(from: tree)
    #expect(boot.decisive(for: "net.ipv4.tcp_sack")?.file == "/usr/lib/sysctl.d/50-a.conf")
    #expect(boot.decisive(for: "net.ipv4.tcp_fin_timeout")?.value == "30")
    #expect(
      boot.decisive(for: "net.core.somaxconn") == BootLine(path: "net/core/somaxconn", value: "99", file: "/etc/sysctl.conf", line: 1))
    #expect(boot.decisive(for: "net.ipv4.tcp_recovery") == nil)
    #expect(boot.failures.isEmpty)
    #expect(boot.auditNames.contains("net.ipv4.tcp_frto"))
  }

  @Test("the link that Debian makes does not count twice")
  func linked() {
    let tree = SettingFiles(["/etc/sysctl.d/99-sysctl.conf": "net.core.somaxconn = 99\n", "/etc/sysctl.conf": "net.core.somaxconn = 99\n"])
    #expect(readBootSettings(from: tree).lines.map(\.file) == ["/etc/sysctl.d/99-sysctl.conf"])
  }

  @Test("a name wins over a pattern, and a dash takes it out of the pattern")
  func patterns() {
    let boot = BootSettings(
      lines: parse("net.ipv4.conf.all.rp_filter = 2\nnet.ipv4.conf.*.rp_filter = 1\n-net.ipv4.conf.lo.rp_filter\nnet.ipv4.tcp_s?ck = 0"))
    #expect(boot.decisive(for: "net.ipv4.conf.all.rp_filter")?.value == "2")
    #expect(boot.decisive(for: "net.ipv4.conf.eth0.rp_filter")?.value == "1")
    #expect(boot.decisive(for: "net.ipv4.conf.lo.rp_filter") == nil)
    #expect(boot.decisive(for: "net.ipv4.tcp_sack")?.line == 4)
  }

  @Test(
    "glob(7)",
    arguments: [
      ("a*c", "abbc", true), ("a*c", "a/c", false), ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true),
      ("[!a-c]x", "bx", false),
      ("[", "[", false), ("*", "", true), ("a", "ab", false),
    ])
  func globs(pattern: String, text: String, isMatch: Bool) {
    #expect(globMatches(pattern[...], text[...]) == isMatch)
  }

  @Test("a file that may not be read is told, one that is not there is not")
  func unreadable() {
    let boot = readBootSettings(from: SettingFiles(["/etc/sysctl.d/10-a.conf": "secret"]))
    #expect(boot.failures == [FileError(path: "/etc/sysctl.d/10-a.conf", code: 13)] && boot.lines.isEmpty)
  }

  @Test("conntrack's counters are sums over processors, its entries no counter")
  func conntrack() {
    var counters = CounterSet()
    counters.add(
      conntrack: Array(
        "entries  clashres found drop early_drop\n0000000a  00000000 00000001 00000010 00000000\n0000000a  00000000 00000001 00000001 000000ff\n"
          .utf8))
    #expect(counters["nf_conntrack.drop"] == 17 && counters["nf_conntrack.early_drop"] == 255 && counters["nf_conntrack.entries"] == nil)
    counters.add(conntrack: [])
  }

  @Test("an unreadable setting is not an absent one")
  func failures() {
    let (values, failures) = readSettings(
      ["net.core.somaxconn", "net.ipv4.tcp_x", "net.ipv4.tcp_y"],
      from: SettingFiles(["/proc/sys/net/core/somaxconn": "4096\n", "/proc/sys/net/ipv4/tcp_x": "secret"]))
    #expect(values["net.core.somaxconn"] == "4096")
    #expect(failures == ["net.ipv4.tcp_x": 13, "net.ipv4.tcp_y": 2])
  }
}
