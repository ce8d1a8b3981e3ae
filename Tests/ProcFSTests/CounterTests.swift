import Catalog
import Testing

@testable import ProcFS

@Suite struct CounterTests {
  let snmp = """
    Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens RetransSegs
    Tcp: 1 200 120000 -1 12 7
    Udp: InDatagrams NoPorts
    Udp: 34 18446744073709551615

    """

  @Test func pairsOfLines() {
    var counters = CounterSet()
    #expect(counters.add(pairs: Array(snmp.utf8)) == 0)
    #expect(counters["Tcp.RetransSegs"] == 7)
    #expect(counters["Tcp.MaxConn"] == nil)
    #expect(counters["Udp.NoPorts"] == .max)
    #expect(
      counters.names == [
        "Tcp.ActiveOpens", "Tcp.RetransSegs", "Tcp.RtoAlgorithm", "Tcp.RtoMax", "Tcp.RtoMin", "Udp.InDatagrams", "Udp.NoPorts",
      ])
  }

  @Test func aCutOffTextGivesNoWrongNumber() {
    let bytes = Array(snmp.utf8)
    var whole = CounterSet()
    whole.add(pairs: bytes)
    for length in bytes.indices {
      var part = CounterSet()
      part.add(pairs: Array(bytes.prefix(length)))
      #expect(part.names.allSatisfy { part[$0] == whole[$0] })
    }
  }

  @Test func unequalPairsAreCountedAndSkipped() {
    var counters = CounterSet()
    let text = "A: x y\nA: 1\nlonely\nB: z\nB: 2\nC: q\nC: 1x\nD: r\nD: 1 2\n"
    #expect(counters.add(pairs: Array(text.utf8)) == 7)
    #expect(counters.names == ["B.z"])
  }

  @Test func snmp6NamesAreSplit() {
    var counters = CounterSet()
    let text = "Ip6InReceives                   \t1\nIcmp6InMsgs \t2\nUdp6RcvbufErrors \t3\nUdpLite6InErrors \t4\nBogus 5\nIp6OutRequests\t"
    #expect(counters.add(snmp6: Array(text.utf8)) == 2)
    #expect(counters.names == ["Icmp6.InMsgs", "Ip6.InReceives", "Udp6.RcvbufErrors", "UdpLite6.InErrors"])
    #expect(counters["UdpLite6.InErrors"] == 4)
  }

  @Test func sockstat() {
    var counters = CounterSet()
    let text = "sockets: used 13\nTCP: inuse 7 orphan -1 tw 1 alloc 17 mem 208\nnonsense\nUDP: inuse\nTCP6: inuse 2\n"
    #expect(counters.add(sockstat: Array(text.utf8)) == 2)
    #expect(counters["TCP.mem"] == 208)
    #expect(counters["TCP.orphan"] == 0)
    #expect(counters["sockets.used"] == 13)
    #expect(counters["TCP6.inuse"] == 2)
    #expect(counters["UDP.inuse"] == nil)
  }

  @Test func theLiveCountersAreReadWhole() throws {
    let files = LiveFiles()
    var counters = CounterSet()
    for path in ["/proc/net/snmp", "/proc/net/netstat"] { #expect(counters.add(pairs: try files.read(path)) == 0) }
    for path in ["/proc/net/sockstat", "/proc/net/sockstat6"] {
      if let text = try? files.read(path) { #expect(counters.add(sockstat: text) == 0) }
    }
    if let text = try? files.read("/proc/net/snmp6") { #expect(counters.add(snmp6: text) == 0) }
    let read = readCounters([.snmp, .netstat], from: files)
    #expect(read.failures.isEmpty && read.malformed.isEmpty)
    #expect(read.counters["TcpExt.ListenOverflows"] != nil)
    #expect(read.counters["Tcp.RetransSegs"] != nil)
    #expect(read.counters["TCP.inuse"] == nil)
    #expect(readSockstat(from: files)["TCP.orphan"] != nil)
  }
}

@Suite struct SettingTests {
  @Test func onlyWhatExistsIsThere() throws {
    let tree = try Tree()
    try tree.write("/proc/sys/net/ipv4/tcp_mem", "10\t20\t30\n")
    try tree.write("/proc/sys/net/ipv4/tcp_congestion_control", "cubic\n")
    let set = readSysctls(SysctlSet.auditNames + ["net.ipv4.nothing"], from: LiveFiles(prefix: tree.root))
    #expect(set.names == ["net.ipv4.tcp_congestion_control", "net.ipv4.tcp_mem"])
    #expect(set.numbers("net.ipv4.tcp_mem") == [10, 20, 30])
    #expect(set["net.ipv4.tcp_congestion_control"] == "cubic")
  }

  @Test func theNamesAreDistinctAndMostExistHere() {
    #expect(Set(SysctlSet.auditNames).count == SysctlSet.auditNames.count)
    #expect(Set(SysctlSet.auditNames).isSuperset(of: CardSetting.names))
    let live = readSysctls(SysctlSet.auditNames, from: LiveFiles())
    #expect(live.number("net.core.somaxconn") != nil)
    #expect(live.number("net.ipv4.tcp_syn_retries") != nil)
    #expect(live.numbers("net.ipv4.ip_local_port_range").count == 2)
    // A misspelt name would hide for ever behind "absent": few may be.
    let absent = SysctlSet.auditNames.filter { live[$0] == nil }
    #expect(absent.count < 15, "\(absent)")
  }

  @Test func users() {
    let text =
      "root:x:0:0:root:/root:/bin/sh\n\nbad line\ntoor:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\nx:y:99999999999:1:\n:x:5:5:\nn:x:-1:5:\n"
    #expect(parseUsers(Array(text.utf8)) == [0: Name("root"), 1000: Name("app")])
    for length in text.utf8.indices { _ = parseUsers(Array(text.utf8[..<length])) }
    #expect(readUsers(from: LiveFiles())[0] == Name("root"))
  }

  static let id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

  @Test(
    arguments: [
      ("0::/system.slice/app.service\n", "app.service", nil), ("0::/\n", nil, nil),
      ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope\n", "app-x.scope", nil),
      ("0::/user.slice/user-0.slice/session-3.scope\n", "session-3.scope", nil),
      ("0::/system.slice/docker-\(id).scope\n", "docker-\(id).scope", "0123456789ab"), ("0::/docker/\(id)\n", nil, "0123456789ab"),
      ("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-\(id).scope\n", "cri-containerd-\(id).scope", "0123456789ab"),
      ("0::/kubepods/burstable/pod1/\(id)\n", nil, "0123456789ab"),
      ("0::/machine.slice/libpod-\(id).scope/container\n", "libpod-\(id).scope", "0123456789ab"),
      ("0::/kubepods.slice/crio-\(id).scope\n", "crio-\(id).scope", "0123456789ab"),
      ("0::/kubepods.slice:cri-containerd:\(id)\n", nil, "0123456789ab"), ("0::/docker/\(id)/init.scope\n", "init.scope", "0123456789ab"),
      ("0::/system.slice/app.service (deleted)\n", "app.service", nil), ("0::/system.slice/_cpu.service\n", "cpu.service", nil),
      ("4:memory:/a/b.service\n0::/\n2:cpu,cpuacct:/\n", "b.service", nil),
      ("4:memory:/longer/path/here\n0::/x.service\n", "x.service", nil),
      ("0::/system.slice/a:b.service\n", "a:b.service", nil), ("0::/.service\n", nil, nil),
      ("0::/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\n", nil, nil),
    ] as [(String, String?, String?)])
  func cgroups(_ text: String, _ unit: String?, _ container: String?) throws {
    let found = try #require(CgroupPath(Array(text.utf8)))
    #expect(found.unit == unit)
    #expect(found.container == container)
    for length in 0..<text.utf8.count { _ = CgroupPath(Array(text.utf8.prefix(length))) }
  }

  @Test func noCgroup() {
    #expect(CgroupPath([]) == nil)
    #expect(CgroupPath(Array("nonsense\n0:\n".utf8)) == nil)
    #expect(CgroupPath(Array("3:cpu:/a\n2:memory:/a/b\n".utf8))?.controllers == "memory")
  }
}
