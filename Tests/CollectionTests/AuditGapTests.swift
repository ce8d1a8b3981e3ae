import Catalog
import ProcFS
import Snapshot
import Testing

@testable import Collection

/// Settings that cannot be read are named as gaps, never passed over.
@Suite struct AuditGapTests {
  func gaps(_ files: [String: String]) -> [Gap] {
    var collector = Collector(Sources.fake(files: files))
    let none = Snapshot(
      moment: Moment(realtimeNanoseconds: 1, monotonicNanoseconds: 1), kernel: KernelVersion("6.18.44"), inet: [], consistency: .oneDump)
    var reading = AuditReading(now: none, before: none)
    collector.readSettings(into: &reading)
    return collector.gaps
  }

  @Test("a machine's file limits are no settings of the network")
  func withoutNetwork() {
    let found = gaps(["/proc/sys/fs/file-max": "100\n"])
    #expect(found.map(\.id) == ["settings-unreadable"])
    #expect(found.first?.what.description.contains("/proc/sys/net cannot be read") == true)
  }

  @Test("a kernel without most of them is no gap")
  func few() { #expect(gaps(["/proc/sys/net/ipv4/tcp_sack": "1\n"]).isEmpty) }
}
