import Catalog
@testable import Findings
import ProcFS
import SockDiag
import TestSupport
import Testing

@Suite struct RulesClosingTests {
  func orphans(_ count: Int, retransmits: UInt8) -> [MakeSocket] {
    (0..<count).map {
      MakeSocket(
        .finWait1, "10.0.0.1", 80, peer: "192.0.2.1", UInt16(20_000 + $0), cookie: UInt64($0 + 1), timer: .on, retransmits: retransmits,
        expires: 1000, sendQueue: 100
      ).with([.rto: 1_632_000])
    }
  }

  @Test func orphansThatResendAreCounted() throws {
    let found = try Scene(orphans(100, retransmits: 2)).findings(Orphans.self)
    #expect(found.count == 1 && found[0].count == 100 && found[0].severity == .warning)
    #expect(words(found[0]).contains("100 FIN-WAIT-1, 0 LAST-ACK"))
    #expect(try Scene(orphans(99, retransmits: 2)).findings(Orphans.self).isEmpty)
    #expect(try Scene(orphans(200, retransmits: 1)).findings(Orphans.self).isEmpty, "peers that are merely slow")
  }

  @Test func orphansNearTheLimitOfTheHost() throws {
    let limit = sysctls(["net.ipv4.tcp_max_orphans": "4096"])
    #expect(try Scene([], sysctls: limit).sockstat(["TCP.orphan": 1025]).findings(Orphans.self).first?.severity == .warning)
    #expect(try Scene([], sysctls: limit).sockstat(["TCP.orphan": 1024]).findings(Orphans.self).isEmpty)
    #expect(try Scene([], sysctls: limit).sockstat(["TCP.orphan": 4097]).findings(Orphans.self).first?.severity == .critical)
    // A child namespace does not have the setting: no claim.
    #expect(try Scene([]).sockstat(["TCP.orphan": 60_000]).findings(Orphans.self).isEmpty)
  }

  func finWait2(_ count: Int, inode: UInt32, silent: UInt64 = 60_000, data: UInt64 = 60_000) -> [MakeSocket] {
    (0..<count).map {
      let socket = MakeSocket(
        .finWait2, "10.0.0.1", UInt16(1000 + $0), peer: "192.0.2.1", 80, cookie: UInt64($0 + 1), inode: inode,
        timer: inode == 0 ? .timewait : .off, expires: inode == 0 ? 30_000 : 0)
      return inode == 0 ? socket : socket.with([.last_ack_recv: silent, .last_data_recv: data])
    }
  }

  @Test func halfClosedSocketsOfAProcessHaveNoTimeout() throws {
    let found = try Scene(finWait2(10, inode: 5)).owner("half", pid: 3, of: [5]).findings(FinWait2.self)
    #expect(found.count == 1 && words(found[0]).contains("half (pid 3)") && words(found[0]).contains("no time-out"))
    #expect(try Scene(finWait2(9, inode: 5)).findings(FinWait2.self).isEmpty)
    #expect(try Scene(finWait2(10, inode: 5, silent: 59_999)).findings(FinWait2.self).isEmpty)
    #expect(try Scene(finWait2(10, inode: 5, data: 10)).findings(FinWait2.self).isEmpty, "a half-close that still receives is in use")
  }

  @Test func manyMiniSocketsAreANote() throws {
    let found = try Scene(finWait2(1000, inode: 0), sysctls: sysctls(["net.ipv4.tcp_fin_timeout": "65"])).findings(FinWait2.self)
    #expect(found.count == 1 && found[0].severity == .note && words(found[0]).contains("(net.ipv4.tcp_fin_timeout 10 s"))
    #expect(try Scene(finWait2(999, inode: 0)).findings(FinWait2.self).isEmpty)
  }

  /// A range of 100 ports.
  func hundredPorts(_ more: KeyValuePairs<String, String> = [:]) -> SysctlSet {
    var set = sysctls(more)
    set["net.ipv4.ip_local_port_range"] = "40000\t40099"
    return set
  }

  func timeWait(_ count: Int, from first: UInt16 = 40_000, local: String = "10.0.0.1", peer: String = "192.0.2.1") -> [MakeSocket] {
    (0..<count).map {
      MakeSocket(
        .timeWait, local, first + UInt16($0), peer: peer, 443, cookie: UInt64(first) * 1000 + UInt64($0), timer: .timewait, expires: 30_000)
    }
  }

  @Test func portsToOneDestinationRunOut() throws {
    let range = hundredPorts()
    let half = try Scene(timeWait(50), sysctls: range).findings(TimeWaitPorts.self)
    #expect(half.count == 1 && half[0].severity == .warning && half[0].count == 50)
    #expect(words(half[0]).contains("50 of 100 ports") && words(half[0]).contains("does not change TIME-WAIT"))
    #expect(try Scene(timeWait(49), sysctls: range).findings(TimeWaitPorts.self).isEmpty)
    #expect(try Scene(timeWait(90), sysctls: range).findings(TimeWaitPorts.self)[0].severity == .critical)
  }

  @Test func otherDestinationsAndServersUseOtherTuples() throws {
    let range = hundredPorts()
    let spread = timeWait(40) + timeWait(40, from: 40_040, peer: "192.0.2.2")
    #expect(try Scene(spread, sysctls: range).findings(TimeWaitPorts.self).isEmpty)
    let elsewhere = timeWait(40) + timeWait(40, from: 40_040, local: "10.0.0.2")
    #expect(try Scene(elsewhere, sysctls: range).findings(TimeWaitPorts.self).isEmpty)
    // A service whose port lies in the range is not a client.
    let server = MakeSocket(.listen, "0.0.0.0", 40_000, inode: 9, sendQueue: 128)
    let clients = (0..<60).map {
      MakeSocket(.timeWait, "10.0.0.1", 40_000, peer: "192.0.2.1", UInt16(1000 + $0), cookie: UInt64($0 + 1), timer: .timewait, expires: 1)
    }
    #expect(try Scene([server] + clients, sysctls: range).findings(TimeWaitPorts.self).isEmpty)
  }

  @Test func otherStatesUsePortsTooButMustNotDominate() throws {
    let range = hundredPorts()
    func open(_ count: Int) -> [MakeSocket] {
      (0..<count).map {
        MakeSocket(.established, "10.0.0.1", UInt16(40_060 + $0), peer: "192.0.2.1", 443, cookie: UInt64($0 + 1), inode: 4)
      }
    }
    #expect(try Scene(timeWait(30) + open(30), sysctls: range).findings(TimeWaitPorts.self).first?.count == 60)
    #expect(try Scene(timeWait(30) + open(31), sysctls: range).findings(TimeWaitPorts.self).isEmpty)
  }

  @Test func openConnectionsAloneUseUpThePorts() throws {
    func open(_ count: Int) -> [MakeSocket] {
      (0..<count).map {
        MakeSocket(.established, "10.0.0.1", UInt16(40_000 + $0), peer: "192.0.2.1", 443, cookie: UInt64($0 + 1), inode: 4)
      }
    }
    let found = try Scene(open(90), sysctls: hundredPorts()).findings(TimeWaitPorts.self)
    #expect(found.count == 1 && found[0].severity == .critical && words(found[0]).contains("90 of 100 ports of 10.0.0.1, 0 of them"))
    #expect(words(found[0]).contains("EADDRNOTAVAIL") && !words(found[0]).contains("60 s"))
    #expect(try Scene(open(89), sysctls: hundredPorts()).findings(TimeWaitPorts.self).isEmpty)
    // What tcp_tw_reuse may take over is not in the way.
    let mixed = open(60) + timeWait(39, from: 40_060)
    #expect(try Scene(mixed, sysctls: hundredPorts()).findings(TimeWaitPorts.self).count == 1)
    #expect(try Scene(mixed, sysctls: hundredPorts(["net.ipv4.tcp_tw_reuse": "1"])).findings(TimeWaitPorts.self).isEmpty)
  }

  @Test func reservedPortsAreNoPorts() throws {
    let range = hundredPorts(["net.ipv4.ip_local_reserved_ports": "40080-40099,22"])
    let found = try Scene(timeWait(40), sysctls: range).findings(TimeWaitPorts.self)
    #expect(words(try #require(found.first)).contains("40 of 80 ports"))
  }

  @Test func reuseMakesItANote() throws {
    let always = hundredPorts(["net.ipv4.tcp_tw_reuse": "1"])
    #expect(try Scene(timeWait(95), sysctls: always).findings(TimeWaitPorts.self)[0].severity == .note)
    let without = hundredPorts(["net.ipv4.tcp_tw_reuse": "1", "net.ipv4.tcp_timestamps": "0"])
    #expect(try Scene(timeWait(95), sysctls: without).findings(TimeWaitPorts.self)[0].severity == .critical)
    // 2, the default, means loopback only.
    let loopback = timeWait(95, local: "127.0.0.1", peer: "127.0.0.1")
    #expect(try Scene(loopback, sysctls: hundredPorts()).findings(TimeWaitPorts.self)[0].severity == .note)
  }

  @Test func timeWaitAgainstItsCeiling() throws {
    let limit = sysctls(["net.ipv4.tcp_max_tw_buckets": "1000"])
    #expect(try Scene([], sysctls: limit).sockstat(["TCP.tw": 900]).findings(TimeWaitBuckets.self).count == 1)
    #expect(try Scene([], sysctls: limit).sockstat(["TCP.tw": 899]).findings(TimeWaitBuckets.self).isEmpty)
    let before = try Scene([], atMilliseconds: 0, sysctls: limit).counters(["TcpExt.TCPTimeWaitOverflow": 7])
    let same = try Scene([], sysctls: limit).counters(["TcpExt.TCPTimeWaitOverflow": 7])
    #expect(same.findings(TimeWaitBuckets.self, after: before).isEmpty, "an old overflow is history")
    #expect(same.counters(["TcpExt.TCPTimeWaitOverflow": 8]).findings(TimeWaitBuckets.self, after: before).count == 1)
  }
}
