import Catalog
import TestSupport
import Testing

@testable import SockDiag

/// What the tests' machine knows: two devices and some services.
func testContext(local: Bool = false, family: FilterFamily? = nil, protocols: [String] = ["tcp", "udp"]) -> FilterContext {
  FilterContext(
    bareNumberIsLocal: local, family: family, protocols: protocols, interfaceIndex: { ["lo": 1, "eth0": 2][$0] },
    serviceNumber: { name, proto in
      ["ssh/tcp": 22, "http/tcp": 80, "https/tcp": 443, "https/udp": 443, "odd/tcp": 7, "odd/udp": 9]["\(name)/\(proto)"]
    })
}

func parsed(_ text: String, local: Bool = false, family: FilterFamily? = nil) throws -> Filter {
  try Filter.parse(text.split(separator: " ").map(String.init), context: testContext(local: local, family: family))
}

@Suite struct FilterMatchTests {
  let v4 = MakeSocket(.established, "10.0.0.1", 22, peer: "192.168.7.9", 50000, interface: 2)
  let v6 = MakeSocket(.established, "fe80::1", 443, peer: "fe80::2", 40000)
  let mapped = MakeSocket(.established, "::ffff:10.0.0.1", 22, peer: "::ffff:192.168.7.9", 50001)
  let listener = MakeSocket(.listen, "0.0.0.0", 8080)

  /// Which of v4, v6, mapped, listener match.
  func hits(_ filter: Filter) throws -> String {
    try zip("46ml", [v4, v6, mapped, listener]).map { name, make in filter.matches(try make.socket) ? String(name) : "" }.joined()
  }

  @Test(arguments: [
    ("", "46ml"), ("*", "46ml"), ("src *", "46ml"), ("not *", ""),
    ("22", "4m"), (":22", "4m"), ("*:22", "4m"), ("50000", "4"), ("ssh", "4m"), (":https", "6"), ("0x16", "4m"),
    ("sport = :22", "4m"), ("sport = 22", "4m"), ("sport=22", "4m"), ("sport == :22", "4m"), ("sport eq 22", "4m"), ("sport :22", "4m"),
    ("sport 22", "4m"), ("sport = :ssh", "4m"), ("sport != 22", "6l"), ("sport!=:22", "6l"), ("sport ne 22", "6l"), ("sport neq 22", "6l"),
    ("sport < 443", "4m"), ("sport lt :443", "4m"), ("sport <= 443", "46m"), ("sport<=443", "46m"), ("sport leq 443", "46m"),
    ("sport > 443", "l"), ("sport>:443", "l"), ("sport gt 443", "l"), ("sport >= :443", "6l"), ("sport ge 443", "6l"),
    ("sport geq 443", "6l"),
    ("sport > 65535", ""), ("sport < 0", ""), ("sport <= 65535", "46ml"), ("sport >= 0", "46ml"),
    ("dport = 50000", "4"), ("dport 0", "l"), ("dport = *", "46ml"), ("dport != *", ""), ("dport 22", ""),
    ("sport = inet:22", "4"), ("sport = inet6:22", "m"),
    ("src 10.0.0.1", "4m"), ("src = 10.0.0.1", "4m"), ("src eq 10.0.0.1", "4m"), ("src != 10.0.0.1", "6l"), ("src=10.0.0.1", "4m"),
    ("src 10.0.0.0/8", "4m"), ("src 10/8", "4m"), ("src 10.0/16", "4m"), ("src 10.0.0.1/0", "4ml"), ("src 10.0.0.1:22", "4m"),
    ("src 10.0.0.1:*", "4m"), ("src 10.0.0.1:", "4m"), ("src 10.0.0.1:23", ""), ("src 10.0.0.0/8:22", "4m"), ("src 10.0.0.1:ssh", "4m"),
    ("src inet:10.0.0.1", "4"), ("src inet6:*", "6m"), ("src inet:*:22", "4"), ("dst 10.0.0.1", ""), ("10.0.0.1", "4m"),
    ("src fe80::1", "6"), ("src [fe80::1]", "6"), ("src [fe80::1]:443", "6"), ("src [fe80::1]:22", ""), ("src fe80::/10", "6"),
    ("src [fe80::/10]:443", "6"), ("src [fe80::]/10:443", "6"), ("src fe80::/10:443", "6"), ("dst fe80::/127", ""), ("dst fe80::/126", "6"),
    ("fe80::2", "6"), ("[fe80::2]:40000", "6"), ("src ::ffff:10.0.0.1", "m"), ("src ::/0", "6m"), ("src :::22", ""), ("src 0.0.0.0", "l"),
    ("192.168.7.9:50000", "4"), ("10.0.0.1:50000", ""), ("0.0.0.0:8080", "l"),
    ("dev eth0", "4"), ("dev = eth0", "4"), ("dev=2", "4"), ("dev != eth0", "6ml"), ("dev lo", ""), ("src 10.0.0.1%eth0", "4"),
    ("src 10.0.0.1%eth0:22", "4"), ("src *%eth0:22", "4"), ("src [fe80::1]%eth0:443", ""), ("src fe80::1%eth0", ""),
    ("autobound", ""), ("not autobound", "46ml"), ("src unix:*", ""), ("/run/x", ""),
    ("src 10.0.0.1 dport 50001", "m"), ("src 10.0.0.1 and dport 50001", "m"), ("src 10.0.0.1 && dport 50001", "m"),
    ("src 10.0.0.1 & dport 50001", "m"), ("443 or 8080", "6l"), ("443 | 8080", "6l"), ("443|8080", "6l"), ("443 || 8080", "6l"),
    ("not 22", "6l"), ("! 22", "6l"), ("!22", "6l"), ("not not 22", "4m"), ("!!22", "4m"), ("!(22)", "6l"),
    ("( sport = :22 or sport = :443 ) dport > 45000", "4m"), ("(sport=22 or sport=443) and !dev eth0", "6m"), ("((22))", "4m"),
    // not before and before or, whatever ss does.
    ("443 or 22 and 50000", "46"), ("50000 and 22 or 443", "46"), ("not 22 and 443", "6"), ("not 22 or 50000", "46l"),
    ("not ( 22 or 443 )", "l"),
  ]) func selects(_ text: String, _ expected: String) throws {
    #expect(try hits(try parsed(text)) == expected)
    // One word that holds them all, as a quoted filter does.
    #expect(try hits(try Filter.parse(text.isEmpty ? [] : [text], context: testContext())) == expected)
  }

  @Test func bareNumberIsTheLocalPortForListeners() throws {
    #expect(try hits(try parsed("50000", local: true)) == "")
    #expect(try hits(try parsed("22", local: true)) == "4m")
    // A listener's peer is 0.0.0.0 too: with -l an address means its own.
    let v4 = try MakeSocket(.listen, "10.0.0.1", 80).socket
    #expect(try !parsed("0.0.0.0", local: true).matches(v4))
    #expect(try parsed("0.0.0.0").matches(v4))
  }

  @Test func autoboundIsThePortRange() throws {
    let client = try MakeSocket(.established, "10.0.0.1", 32768, peer: "10.0.0.2", 80).socket
    #expect(try parsed("autobound").matches(client))
    #expect(try !parsed("autobound").matches(MakeSocket(.established, "10.0.0.1", 61000).socket))
  }

  @Test(arguments: [
    ("fwmark 0x13", true), ("fwmark = 19", true), ("fwmark = 0x3/0xf", true), ("fwmark 0x3", false), ("fwmark != 0x3/0xf", false),
    ("fwmark 0x13/0xf", false), ("fwmark=0x13", true),
  ]) func marks(_ text: String, _ expected: Bool) throws {
    let filter = try parsed(text)
    #expect(filter.usesMark)
    let mark = Field("mark", label: nil, Layout(.mark, at: 0, width: 4), .code, Field.family.entry)
    #expect(filter.matches(try v4.with([mark: 0x13]).socket) == expected)
    // Without the attribute (no CAP_NET_ADMIN) the mark is unknown, not 0.
    #expect(try !parsed("fwmark 0").matches(v4.socket))
  }

  @Test func readsTheRecordAtItsOffset() throws {
    let bytes = [UInt8](repeating: 0xff, count: 8) + v4.payload + v6.payload
    let span = bytes.span
    let filter = try parsed("sport 443")
    #expect(unsafe !filter.matches(in: span.bytes, header: 8))
    #expect(unsafe filter.matches(in: span.bytes, header: 8 + v4.payload.count))
    // A header that is cut off matches nothing that looks at it, and does not trap.
    #expect(unsafe !filter.matches(in: span.bytes, header: bytes.count - 3))
    #expect(unsafe !filter.matches(in: span.bytes, header: Int.max - 4))
  }
}

@Suite struct FilterUnixTests {
  func socket(_ path: String?) -> UnixSocket {
    var unix = UnixSocket(type: 1, state: .established, inode: 7, cookie: 1)
    unix.path = path.map { Name($0) }
    return unix
  }

  @Test(arguments: [
    ("src unix:/run/*", true), ("src /run/*", true), ("/run/app/s.sock", true), ("src /RUN/app/S.sock", true), ("src /run/*.sock", true),
    ("src /run", false), ("src /run/app/?.sock", true), ("src /run/[a-c]pp/*", true), ("src /run/[!a]pp/*", false), ("dst /run/*", false),
    ("src != /run/*", false), ("(src /run/*)", true), ("src /x or src /run/*", true), ("sport 22", false), ("*", true),
    ("autobound", false),
  ]) func globs(_ text: String, _ expected: Bool) throws {
    #expect(try parsed(text).matches(socket("/run/app/s.sock")) == expected)
  }

  @Test func abstractNamesBeginWithAt() throws {
    #expect(try parsed("src @/tmp/.X11-unix/*").matches(socket("\0/tmp/.X11-unix/X0")))
    #expect(try parsed("autobound").matches(socket("\00002a")))
    #expect(try parsed("autobound").matches(socket(nil)))
    #expect(try !parsed("autobound").matches(socket("\00002A")))
  }

  @Test func peerPathIsTheCallersToFind() throws {
    let filter = try parsed("dst /run/d*")
    #expect(filter.usesPeerPath && filter.namesUnix && !filter.namesInet)
    #expect(filter.matches(socket(nil), peer: Name("/run/dbus")))
    #expect(!filter.matches(socket("/run/dbus")))
  }

  @Test func withUnixFamilyEveryHostIsAGlob() throws {
    let filter = try parsed("src *(old)* or dst a=b", family: .unix)
    #expect(filter.matches(socket("x(old)y")))
    #expect(filter.matches(socket(nil), peer: Name("a=b")))
    #expect(!filter.matches(socket("old")))
    let escaped = try Filter.parse(["src", "/my\\ app"], context: testContext())
    #expect(escaped.matches(socket("/my app")))
  }

  @Test func globOfManyStarsIsNotExponential() {
    let pattern = Array(String(repeating: "*a", count: 200).utf8) + [UInt8(ascii: "b")]
    #expect(!Glob.matches(pattern, [UInt8](repeating: UInt8(ascii: "a"), count: 4000)))
    #expect(Glob.matches(Array("[]x]".utf8), Array("]".utf8)))
    #expect(Glob.matches(Array("[x".utf8), Array("[X".utf8)))
    #expect(Glob.matches(Array("a\\*".utf8), Array("a*".utf8)))
    #expect(!Glob.matches(Array("a\\*".utf8), Array("ab".utf8)))
  }
}

@Suite struct FilterStateTests {
  static let allButListen = FilterStates.everything.subtracting(.init(.listen))

  @Test(
    arguments: [
      ("", nil), ("22", nil), ("state established", TCPStateSet(.established)), ("state ESTAB", TCPStateSet(.established)),
      ("state time_wait", TCPStateSet(.timeWait)), ("state fin-wait-1 state FIN_WAIT2", [.init(.finWait1), .init(.finWait2)]),
      ("exclude listening", allButListen), ("excl listen", allButListen), ("state bucket", .bucket),
      ("state all exclude listening", allButListen), ("state listening exclude listening", []),
      ("state connected", allButListen.subtracting(.init(.close))),
      ("state synchronized", allButListen.subtracting(.init(.close)).subtracting(.init(.synSent))),
      ("state big", FilterStates.everything.subtracting(.bucket)), ("state closed", TCPStateSet(.close)),
      ("state unconnected", TCPStateSet(.close)),
      ("state bound-inactive", TCPStateSet(.boundInactive)), ("state syn-rcv", [.init(.synRecv), .init(.newSynRecv)]),
      ("sport 22 state close-wait", TCPStateSet(.closeWait)), ("sport 22 and state close-wait and dport 80", TCPStateSet(.closeWait)),
    ] as [(String, TCPStateSet?)]) func states(_ text: String, _ expected: TCPStateSet?) throws
  {
    #expect(try parsed(text).states == expected)
  }

  @Test func everyNameOfTheManualIsAState() {
    for name in FilterStates.names { #expect(FilterStates.named(name) != nil, "\(name)") }
  }

  @Test func stateAppliesToTheWholeExpression() throws {
    let filter = try parsed("state established sport 22 or dport 22")
    #expect(filter.states == TCPStateSet(.established))
    #expect(try filter.matches(MakeSocket(.established, "10.0.0.1", 9, peer: "10.0.0.2", 22).socket))
  }
}

@Suite struct FilterConclusionTests {
  @Test(arguments: [
    ("src 10.0.0.1:22 dst 10.0.0.2:5000", true), ("dst 10.0.0.2 src 10.0.0.1 sport 22 dport = 5000", true),
    ("src [fe80::1]:22 dst [fe80::2]:5000", true), ("src 10.0.0.1:22 dst 10.0.0.2:5000 dev eth0", true),
    ("src 10.0.0.1:22 dst 10.0.0.2", false), ("src 10.0.0.0/8:22 dst 10.0.0.2:5000", false),
    ("src 10.0.0.1:22 or dst 10.0.0.2:5000", false),
    ("src 10.0.0.1:22 not dst 10.0.0.2:5000", false), ("src 10.0.0.1:22 dst 10.0.0.2 dport >= 5000", false),
    ("10.0.0.1:22 10.0.0.2:5000", false),
    ("src [fe80::1]:22 dst 10.0.0.2:5000", false),
  ]) func exactTuple(_ text: String, _ expected: Bool) throws {
    let tuple = try parsed(text).exactTuple
    #expect((tuple != nil) == expected)
    if let tuple { #expect(tuple.localPort == 22 && tuple.peerPort == 5000) }
  }

  @Test(arguments: [
    ("8080", true), ("src 10.0.0.1", true), ("dev eth0", true), ("sport 22 or dport 22", true), ("sport > 1024 dst 10.0.0.1", true),
    ("", false), ("*", false), ("sport > 1024", false), ("not sport 22", false), ("sport 22 or sport > 9000", false),
    ("src 0.0.0.0/0", false),
    ("state established", false), ("fwmark 1", false), ("src inet6:*", false), ("src /run/x", true),
  ]) func isNarrow(_ text: String, _ expected: Bool) throws {
    #expect(try parsed(text).isNarrow == expected)
  }

  @Test func portOnly() throws {
    #expect(try parsed("8080", local: true).localPortOnly == 8080)
    #expect(try parsed("sport = :8080").localPortOnly == 8080)
    #expect(try parsed("8080").localPortOnly == nil)
    #expect(try parsed("8080").portOnly?.port == 8080)
    #expect(try parsed("sport != 8080").portOnly == nil)
    #expect(try parsed("src 10.0.0.1:8080").portOnly == nil)
    #expect(try parsed("sport 1 sport 2").portOnly == nil)
  }
}

@Suite struct FilterErrorTests {
  @Test(arguments: [
    (["99999"], "port 99999: a port is a number 0 … 65535"), (["sport", "=", ":65536"], "port 65536: a port is a number 0 … 65535"),
    (["18446744073709551616"], "port 18446744073709551616: a port is a number 0 … 65535"), (["sport", "-1"], "port -1: a port is"),
    (["sport", "=", "nosuch"], "port nosuch: neither"), (["sport", "odd"], "port odd: the name means different ports"),
    (["8000-8080"], "8000-8080: a range of ports is written '( sport >= :8000 and sport <= :8080 )'"),
    (["sprot", "22"], "sprot: not a word of the filter language; did you mean sport?"), (["zzzzzzzz"], "zzzzzzzz: not a word"),
    (["AND"], "AND: not a word of the filter language; did you mean and?"),
    (["state", "estabished"], "state estabished: no such state; did you mean established?"),
    (["state", "xyzzy"], "state xyzzy: no such state; there are"),
    (["state"], "state: a state must follow"), (["exclude"], "exclude: a state must follow"),
    (["listening"], "listening: a state follows the word state"),
    (["(", "state", "all", ")"], "state: states select before"), (["not", "state", "all"], "state: states select before"),
    (["22", "or", "state", "all"], "state: states select before"), (["22", "state", "all", "or", "23"], "state: states select before"),
    (["state", "all", "or", "23"], "or: a condition must stand on both sides"),
    (["(", "22"], "(: the matching ) is missing"), (["22", ")"], "): there is no ( before it"), ([")"], "): there is no ("),
    (["(", ")"], "( ): a condition"),
    (["and"], "and: a condition must stand on both sides"), (["22", "and"], "and: a condition"),
    (["22", "and", "or", "23"], "and: a condition"),
    (["22", "&&", "&&", "23"], "&&: a condition"), (["or", "22"], "or: a condition"), (["22", "|"], "|: a condition"),
    (["not"], "not: a condition must follow"),
    (["(", "not", ")"], "not: a condition must follow"), (["="], "=: a comparison follows"),
    (["22", "<", "23"], "<: a comparison follows"),
    (["sport"], "sport: a port must follow"), (["sport", "="], "sport: a port must follow"),
    (["sport", "=", ")"], "sport: a port must follow"),
    (["sport", "<", "*"], "sport < *: any port has no order"), (["src"], "src: an address or :port must follow"),
    (["src", "22"], "src 22: an address is expected; for a port write src :22"), (["src", "<", "10.0.0.1"], "src <: src takes = or !="),
    (["src", "example.org"], "example.org: names are not looked up"), (["dst", "localhost"], "localhost: names are not looked up"),
    (["src", "10.0.0.256"], "10.0.0.256: not an IPv4 or IPv6 address"), (["src", "10.0.0"], "10.0.0: an IPv4 address has four numbers"),
    (["src", "10.0.0.0/33"], "10.0.0.0/33: a prefix length is 0 … 32"), (["src", "[::1]/129"], "[::1]/129: a prefix length is 0 … 128"),
    (["src", "10.0.0.0/"], "10.0.0.0/: a prefix length"), (["src", "[::1"], "[::1: the ] behind"), (["src", "[]"], "[]: not an"),
    (["src", "[::1]x"], "[::1]x: not an"),
    (["src", "1:2:3"], "1:2:3: not an IPv4 or IPv6"), (["src", "inet:::1"], "inet:::1: an IPv4 address is expected"),
    (["src", "inet6:10.0.0.1"], "inet6:10.0.0.1: an IPv6 address is expected"),
    (["src", "link:eth0"], "link:eth0: link sockets come later"),
    (["dev"], "dev: a device must follow"), (["dev", "eth9"], "dev eth9: no such device"), (["dev", "<", "lo"], "dev <: dev and fwmark"),
    (["fwmark"], "fwmark: a mark must follow"), (["fwmark", "x"], "fwmark x: a mark is"), (["fwmark", "1/2/3"], "fwmark 1/2/3: a mark is"),
    (["fwmark", "0x1ffffffff"], "fwmark 0x1ffffffff: a mark is"), (["cgroup", "/system.slice"], "cgroup: selecting by cgroup comes later"),
    ([""], "'': an empty word"), (["sport", ""], "'': an empty word"), (["sport", "unix:22"], "sport: unix"),
    (["-5"], "port -5: a port is"), (["12ab"], "port 12ab: neither"),
  ]) func saysWhatIsWrong(_ words: [String], _ expected: String) {
    let error = #expect(throws: FilterError.self) { try Filter.parse(words, context: testContext()) }
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "no error")")
    #expect(error?.description.contains("\n") == false)
  }

  @Test func deepNestingIsAnErrorNotACrash() {
    for words in [
      [String](repeating: "(", count: 10_000) + ["22"] + [String](repeating: ")", count: 10_000), [String(repeating: "(", count: 100_000)],
      [String](repeating: "(", count: 65) + ["22"] + [String](repeating: ")", count: 65),
    ] {
      let error = #expect(throws: FilterError.self) { try Filter.parse(words, context: testContext()) }
      #expect(error?.description == "(: more than 64 levels of parentheses")
    }
  }

  @Test func longButFlatIsFine() throws {
    let socket = try MakeSocket(.established, "10.0.0.1", 22).socket
    let deep = [String](repeating: "(", count: 64) + ["22"] + [String](repeating: ")", count: 64)
    #expect(try Filter.parse(deep, context: testContext()).matches(socket))
    #expect(try Filter.parse([String](repeating: "not", count: 10_000) + ["22"], context: testContext()).matches(socket))
    let many = (0..<10_000).flatMap { ["or", "sport", "\($0 + 23)"] }.dropFirst()
    #expect(try !Filter.parse(Array(many), context: testContext()).matches(socket))
    #expect(try Filter.parse(many + ["or", "sport", "22"], context: testContext()).matches(socket))
  }

  @Test func anyBytesGiveAFilterOrAnError() {
    var random = Generator(seed: 7)
    let pieces = [
      "(", ")", "!", "not ", "and", " or ", "|", "&", "=", "<=", ">", "sport", "dport", "src", "dst", "dev", "state", "fwmark", "22",
      "99999", ":", "*", "[", "]",
      "::1", "10.0.0.0", "/8", "%", "eth0", "unix:", "inet:", "\\", "\0", "é", "/run/x", " ", "@", "all", "-", ".",
    ]
    var accepted = 0
    for _ in 0..<20_000 {
      let text = (0...Int.random(in: 0..<8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      if let filter = try? Filter.parse([text], context: testContext()) {
        accepted += 1
        _ = filter.description
      }
    }
    #expect(accepted > 100)
  }
}
