import Catalog
import ProcFS
import Snapshot
import Testing

@testable import Collection

/// Files of counters that are missing, refused, or of a form that nobody foresaw.
@Suite struct CounterGapTests {
  static let files = [
    "/proc/net/snmp": "Tcp: ActiveOpens\nTcp: 3\n", "/proc/net/netstat": "TcpExt: ListenDrops TCPFromTheFuture\nTcpExt: 5 6\n",
    "/proc/net/snmp6": "Ip6InReceives 7\n", "/proc/net/sockstat": "TCP: inuse 1\n", "/proc/net/sockstat6": "TCP6: inuse 2\n",
    "/proc/net/softnet_stat":
      "00000001 00000002 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000\n",
  ]

  func read(_ change: (inout [String: String]) -> Void = { _ in }) -> (reading: CounterReading, gaps: [Gap]) {
    var files = Self.files
    change(&files)
    var collector = Collector(Sources.fake(files: files))
    let reading = collector.everyCounter()
    return (reading, collector.gaps)
  }

  @Test func everythingIsRead() {
    let (reading, gaps) = read()
    #expect(gaps.isEmpty)
    #expect(reading.counters["TcpExt.TCPFromTheFuture"] == 6 && reading.counters["Ip6.InReceives"] == 7)
    #expect(reading.counters["TCP6.inuse"] == 2 && reading.counters["softnet.dropped"] == 2)
    #expect(reading.files["TcpExt"] == .netstat && reading.processors.count == 1)
    #expect(reading.monotonicNanoseconds > 0)
  }

  @Test func withoutIPv6NothingIsMissing() {
    let (reading, gaps) = read { files in
      files["/proc/net/snmp6"] = nil
      files["/proc/net/sockstat6"] = nil
    }
    #expect(gaps.isEmpty && reading.failures.count == 2)
  }

  @Test(arguments: ["/proc/net/snmp", "/proc/net/netstat", "/proc/net/sockstat", "/proc/net/softnet_stat"])
  func aMissingFileIsAGap(_ path: String) {
    let (reading, gaps) = read { $0[path] = nil }
    #expect(gaps.map(\.id) == ["counters-unreadable"])
    #expect(gaps.first?.what.description.hasPrefix(path + " cannot be read (errno 2)") == true)
    #expect(reading.failures.count == 1)
  }

  @Test func linesThatAreNotUnderstoodAreAGap() {
    let (reading, gaps) = read { $0["/proc/net/netstat"] = "TcpExt: A B\nTcpExt: 1\nIpExt: C\nIpExt: 4\n" }
    #expect(gaps.map(\.id) == ["counters-malformed"])
    #expect(reading.counters["IpExt.C"] == 4 && reading.counters["TcpExt.A"] == nil)
  }

  @Test func aReplayWithoutTheFileSaysSo() throws {
    let scratch = Scratch()
    let live = Sources.fake(files: ["/proc/net/snmp": "Tcp: ActiveOpens\nTcp: 3\n"])
    let recording = try Sources.recording(live, to: scratch.file("c.nl"))
    _ = try? recording.files.read("/proc/net/snmp")
    try recording.finishCapture()
    var collector = Collector(try Sources.replay(path: scratch.file("c.nl")))
    #expect(collector.everyCounter().counters["Tcp.ActiveOpens"] == 3)
    #expect(collector.gaps.contains { $0.id == "not-captured" } && !collector.gaps.contains { $0.id == "counters-unreadable" })
  }
}
