import Catalog
import Foundation
import Testing

/// The catalog against what this kernel prints of IP, ICMP, MPTCP, UDP over IPv6, sockets in use and the receive path.
@Suite struct CounterCoverage {
  static let groups = [
    "Ip", "IpExt", "Icmp", "IcmpMsg", "MPTcpExt", "Ip6", "Icmp6", "Udp6", "UdpLite6", "sockets", "TCP", "UDP", "UDPLITE", "RAW", "FRAG",
    "TCP6",
    "UDP6", "UDPLITE6", "RAW6", "FRAG6",
  ]

  /// The names of a group as the running kernel prints them, in its order.
  static func printed(_ group: String) -> [String] {
    func words(_ path: String) -> [[Substring]] {
      ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }
    }
    let heads = (words("/proc/net/snmp") + words("/proc/net/netstat")).filter {
      $0[0] == group + ":" && $0.dropFirst().first?.first?.isLetter == true
    }
    if !heads.isEmpty { return heads.flatMap { $0.dropFirst().map(String.init) } }
    let use = (words("/proc/net/sockstat") + words("/proc/net/sockstat6")).filter { $0[0] == group + ":" }
    if !use.isEmpty { return use.flatMap { $0.dropFirst().enumerated().filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) } } }
    let v6 = ["UdpLite6", "Icmp6", "Udp6", "Ip6"]
    return words("/proc/net/snmp6").map { String($0[0]) }.filter { name in v6.first { name.hasPrefix($0) } == group }
      .map { String($0.dropFirst(group.count)) }
  }

  @Test("the catalog knows every counter of the group", arguments: groups)
  func covers(group: String) {
    let names = Self.printed(group)
    let unknown = names.filter { Knowledge.counter("\(group).\($0)") == nil }
    print("\(group): covers \(names.count - unknown.count) of \(names.count)")
    #expect(unknown.isEmpty, "\(group): \(unknown)")
  }

  /// Counters that older kernels print and this one does not, or that need a device.
  static let elsewhere: Set<String> = ["MPTcpExt.RcvPruned"]

  @Test("every entry of the group stands in this kernel's file", arguments: groups)
  func exists(group: String) {
    let names = Set(Self.printed(group))
    // No group on a kernel without IPv6, MPTCP or UDP-Lite.
    guard !names.isEmpty else { return }
    for entry in Knowledge.counters(group) {
      guard let facts = entry.counter, !facts.name.hasSuffix("TypeN"), !Self.elsewhere.contains(facts.key) else { continue }
      #expect(names.contains(facts.name) || facts.since != nil, "\(facts.key)")
    }
  }

  @Test("a counter named by an ICMP type is found by its number, with the type's name")
  func icmpTypes() throws {
    let ping = try #require(Knowledge.counter("IcmpMsg.OutType8"))
    #expect(ping.counter?.key == "IcmpMsg.OutType8")
    #expect(ping.summary.contains("ping") && ping.summary.contains("sent"))
    #expect(Knowledge.counter("Icmp6.InType135")?.summary.contains("neighbour solicitation") == true)
    #expect(Knowledge.counter("IcmpMsg.InType255")?.counter?.name == "InType255")
    for wrong in ["IcmpMsg.InType256", "IcmpMsg.InType", "IcmpMsg.InType03", "IcmpMsg.InType+3", "Icmp.InType3", "Ip6.InType3"] {
      #expect(Knowledge.counter(wrong) == nil, "\(wrong)")
    }
  }

  @Test("asking for a type tells what it is, in the protocol that uses it")
  func askedByType() {
    #expect(Knowledge.find("IcmpMsgInType3").map(\.term) == ["IcmpMsg InType3"])
    #expect(Knowledge.find("Icmp6.InType3").first?.summary.contains("time exceeded") == true)
    #expect(Knowledge.find("intype3").map(\.term) == ["IcmpMsg InType3", "Icmp6 InType3"])
    #expect(Knowledge.find("OutType143").map(\.term) == ["Icmp6 OutType143"])
    #expect(Knowledge.find("InType200").map(\.term) == ["IcmpMsg InType200", "Icmp6 InType200"])
    #expect(Knowledge.find("InTypeN").count == 2)
    #expect(Knowledge.find("InType300").isEmpty)
  }

  @Test("what is of the whole machine, what moves both ways, and what counts pages")
  func scopes() {
    let machine: Set = ["TCP.orphan", "TCP.alloc", "TCP.mem", "UDP.mem"]
    for entry in Self.groups.flatMap({ Knowledge.counters($0) }) {
      guard let facts = entry.counter else { continue }
      #expect((facts.scope == .machine) == machine.contains(facts.key), "\(facts.key)")
      let isUse = facts.file == .sockstat || facts.file == .sockstat6
      let isLevel = isUse || ["MPTcpExt.MPCurrEstab", "Ip.Forwarding", "Ip.DefaultTTL"].contains(facts.key)
      #expect((facts.kind == .gauge) == isLevel, "\(facts.key)")
      #expect((entry.unit == .pages) == ["TCP.mem", "UDP.mem"].contains(facts.key), "\(facts.key)")
    }
    #expect(Knowledge.counters("softnet").count == 8)
    #expect(Knowledge.counters("softnet").allSatisfy { $0.counter?.scope == .processor && $0.counter?.file == .softnet })
  }

  @Test("netstat's phrase stands beside the counter, with the option that prints it")
  func phrases() {
    #expect(Knowledge.counter("Ip.ReasmTimeout")?.netstat == "-s: \"fragments dropped after timeout\"")
    #expect(Knowledge.counter("Ip6.ReasmTimeout")?.netstat == "-6 -s: \"fragments dropped after timeout\"")
    #expect(Knowledge.counter("Ip6.InOctets")?.netstat == "-6 -s: InOctets, by that name")
    #expect(Knowledge.counter("TCP.mem")?.netstat == "not printed")
    #expect(Knowledge.counter("Icmp.InErrors")?.counter?.phrase == "input ICMP message failed")
  }

  static let netstat = "/usr/bin/netstat"

  @Test(
    "every line that netstat prints of these groups is a phrase or a name of the catalog",
    .enabled(if: FileManager.default.isExecutableFile(atPath: netstat), "net-tools is not installed"), arguments: [["-s"], ["-6", "-s"]])
  func netstatsOwnWords(options: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: Self.netstat)
    process.arguments = options
    process.environment = ["LC_ALL": "C"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var group = ""
    var compared = 0
    for line in text.split(separator: "\n") {
      if line.first != " " { group = String(line.dropLast()) }
      guard Self.groups.contains(group), line.first == " ", !line.hasSuffix(":") else { continue }
      let words = line.split { $0 == " " || $0 == ":" }.filter { Int($0) == nil }.joined(separator: " ")
      // netstat writes Ip6's names with the group in front where it has no phrase.
      let name = words.hasPrefix(group) ? String(words.dropFirst(group.count)) : words
      let isKnown = Knowledge.counters(group).contains { $0.counter?.phrase == words } || Knowledge.counter(group + "." + name) != nil
      #expect(isKnown, "\(group): \(line)")
      compared += 1
    }
    // Zeros of most counters are left out.
    #expect(compared >= 10, "\(text)")
  }
}
