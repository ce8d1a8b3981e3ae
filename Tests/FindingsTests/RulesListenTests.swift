import Catalog
@testable import Findings
import SockDiag
import TestSupport
import Testing

@Suite struct RulesListenTests {
  func listener(_ waiting: UInt32, of limit: UInt32, port: UInt16 = 8080) -> MakeSocket {
    MakeSocket(.listen, "0.0.0.0", port, inode: 700, receiveQueue: waiting, sendQueue: limit)
  }

  @Test func fullIsMoreThanTheLimit() throws {
    let scene = try Scene([listener(6, of: 5)]).counters(["TcpExt.ListenOverflows": 4]).owner("server", pid: 2774, of: [700])
    let found = scene.findings(AcceptQueueFull.self)
    let finding = try #require(found.first)
    #expect(finding.severity == .critical && finding.count == 6 && finding.next == "sockexplain -l 8080")
    #expect(words(finding).contains("6 waiting, limit 5"))
    #expect(words(finding).contains("ListenOverflows 4 since boot (one reading"))
    #expect(words(finding).contains("server (pid 2774)"))
    // As many as the limit is not full: the kernel takes one more.
    #expect(try Scene([listener(5, of: 5)]).findings(AcceptQueueFull.self).isEmpty)
  }

  @Test func refusalsAreStillHappeningOnlyWhenTheCounterMoved() throws {
    let before = try Scene([listener(6, of: 5)], atMilliseconds: 0).counters(["TcpExt.ListenOverflows": 4])
    let quiet = try Scene([listener(6, of: 5)], atMilliseconds: 250).counters(["TcpExt.ListenOverflows": 4])
    let busy = try Scene([listener(6, of: 5)], atMilliseconds: 250).counters(["TcpExt.ListenOverflows": 6])
    #expect(words(quiet.findings(AcceptQueueFull.self, after: before)[0]).contains("none in the last 250 ms"))
    #expect(words(busy.findings(AcceptQueueFull.self, after: before)[0]).contains("+2 in the last 250 ms: still happening"))
  }

  @Test func absentCountersAreNotZero() throws {
    #expect(!words(try Scene([listener(6, of: 5)]).findings(AcceptQueueFull.self)[0]).contains("ListenOverflows"))
  }

  @Test func theReasonIsTheProcessWhereProcProvesIt() throws {
    let full = [listener(6, of: 5)]
    let stopped = try Scene(full).owner("server", pid: 7, of: [700], detail: processDetail(state: "T"))
    #expect(words(stopped.findings(AcceptQueueFull.self)[0]).contains("kill -CONT 7"))
    let frozen = try Scene(full).owner("server", pid: 7, of: [700], detail: processDetail(frozen: true))
    #expect(words(frozen.findings(AcceptQueueFull.self)[0]).contains("frozen"))
    let out = try Scene(full).owner("server", pid: 7, of: [700], detail: processDetail(open: 1024, limit: 1024))
    #expect(words(out.findings(AcceptQueueFull.self)[0]).contains("EMFILE"))
    // A sibling that runs could accept: the stopped one is no reason.
    let sibling = stopped.owner("server", pid: 8, of: [700], detail: processDetail())
    #expect(!words(sibling.findings(AcceptQueueFull.self)[0]).contains("kill -CONT"))
  }

  @Test func fillingStartsAtFourFifths() throws {
    #expect(try Scene([listener(104, of: 128)]).findings(AcceptQueueFilling.self).first?.severity == .warning)
    #expect(try Scene([listener(103, of: 128)]).findings(AcceptQueueFilling.self).isEmpty)
    #expect(try Scene([listener(129, of: 128)]).findings(AcceptQueueFilling.self).isEmpty, "full is the other rule's")
    #expect(try Scene([listener(3, of: 2)]).findings(AcceptQueueFilling.self).isEmpty)
    #expect(try Scene([listener(1, of: 1)]).findings(AcceptQueueFilling.self).isEmpty, "a queue of one says nothing")
  }

  @Test func aBurstIsANote() throws {
    let before = try Scene([listener(0, of: 128)], atMilliseconds: 0)
    let finding = try Scene([listener(110, of: 128)], atMilliseconds: 250).findings(AcceptQueueFilling.self, after: before)[0]
    #expect(finding.severity == .note && words(finding).contains("0 were waiting 250 ms earlier"))
    let full = try Scene([listener(129, of: 128)], atMilliseconds: 0)
    #expect(try Scene([listener(110, of: 128)], atMilliseconds: 250).findings(AcceptQueueFilling.self, after: full)[0].severity == .warning)
  }

  @Test func clippedWhenTheLimitIsTheCeiling() throws {
    let low = sysctls(["net.core.somaxconn": "128"])
    let found = try Scene([listener(0, of: 128), listener(0, of: 128, port: 443), listener(0, of: 100, port: 22)], sysctls: low)
      .findings(ListenerClipped.self)
    #expect(found.count == 1 && found[0].count == 2 && found[0].severity == .note)
    #expect(words(found[0]).contains("net.core.somaxconn 128"))
    #expect(try Scene([listener(64, of: 128)], sysctls: low).findings(ListenerClipped.self)[0].severity == .warning)
  }

  @Test func aProgramThatAsksForTheDefaultCeilingIsFine() throws {
    #expect(try Scene([listener(0, of: 4096)]).findings(ListenerClipped.self).isEmpty)
    #expect(try Scene([listener(2047, of: 4096)]).findings(ListenerClipped.self).isEmpty)
    #expect(try Scene([listener(2048, of: 4096)]).findings(ListenerClipped.self).count == 1)
    #expect(try Scene([listener(0, of: 127)], sysctls: sysctls(["net.core.somaxconn": "128"])).findings(ListenerClipped.self).isEmpty)
  }

  @Test func findingsAreRankedBySeverityThenRule() throws {
    let scene = try Scene(
      [listener(6, of: 5), listener(128, of: 128, port: 443), listener(60, of: 50, port: 90)],
      sysctls: sysctls(["net.core.somaxconn": "128"]))
    let ranked = Rules.run(Evidence(now: scene.snapshot))
    #expect(ranked.prefix(3).map(\.id) == [AcceptQueueFull.id, AcceptQueueFull.id, AcceptQueueFilling.id])
    #expect(ranked.prefix(3).map(\.count) == [60, 6, 128], "the longest queue of a rule first")
    #expect(ranked.map(\.severity) == ranked.map(\.severity).sorted(by: >))
  }
}
