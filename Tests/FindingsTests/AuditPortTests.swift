import Catalog
import SockDiag
import TestSupport
import Testing

@testable import Findings

@Suite struct AuditPortTests {
  /// Connections from one address to one destination, out of 100 ports.
  func clients(_ count: Int, _ state: TCPState = .timeWait, to peer: String = "10.0.0.9", from first: UInt16 = 40000) -> [MakeSocket] {
    (0..<count).map { MakeSocket(state, "10.0.0.1", first + UInt16($0), peer: peer, 80, cookie: UInt64(first) * 1000 + UInt64($0)) }
  }

  func scene(_ sockets: [MakeSocket], reuse: String = "2", stamps: String = "1", reserved: String = "") throws -> AuditScene {
    try AuditScene(
      sockets,
      [
        "net.ipv4.ip_local_port_range": "40000\t40099", "net.ipv4.tcp_tw_reuse": reuse, "net.ipv4.tcp_timestamps": stamps,
        "net.ipv4.ip_local_reserved_ports": reserved,
      ])
  }

  @Test("ninety of a hundred ports in TIME-WAIT are critical, fifty a warning, forty-nine fine")
  func share() throws {
    let found = try scene(clients(90)).judge(PortJudge.self, PortJudge.range)
    #expect(found?.level == .critical)
    #expect(words(found).contains("10.0.0.9:80 uses 90 of 100 ports (90 %), 90 of them in TIME-WAIT"))
    #expect(words(found).contains("sustains 1.66/s"))
    #expect(found?.fix?.value == "32768 60999")
    #expect(try scene(clients(50)).level(PortJudge.self, PortJudge.range) == .warn)
    #expect(try scene(clients(49)).level(PortJudge.self, PortJudge.range) == .ok)
  }

  @Test("each destination has the whole range: two with forty-nine each are fine")
  func tuples() throws {
    let two = clients(49) + clients(49, to: "10.0.0.8", from: 40050)
    #expect(try scene(two).level(PortJudge.self, PortJudge.range) == .ok)
  }

  @Test("a server's connections take no port of the range")
  func servers() throws {
    let listener = MakeSocket(.listen, "0.0.0.0", 40000, sendQueue: 128)
    let served = (0..<90).map { MakeSocket(.timeWait, "10.0.0.1", 40000, peer: "10.0.0.9", UInt16(2000 + $0), cookie: UInt64(5000 + $0)) }
    let found = try scene([listener] + served)
    #expect(found.level(PortJudge.self, PortJudge.range) == .ok)
    #expect(words(found.judge(PortJudge.self, PortJudge.reserved)).contains("1 listener in the range"))
  }

  @Test("reserved ports shrink the range")
  func reserved() throws {
    let found = try scene(clients(45), reserved: "40050-40099").judge(PortJudge.self, PortJudge.range)
    #expect(found?.level == .critical && words(found).contains("45 of 50 ports") && words(found).contains("takes 50 ports"))
    #expect(try scene([], reserved: "40000-40099").level(PortJudge.self, PortJudge.range) == .critical)
  }

  @Test("TIME-WAIT that connect() may take over does not block; open connections do")
  func reuse() throws {
    #expect(try scene(clients(90), reuse: "1").level(PortJudge.self, PortJudge.range) == .ok)
    #expect(try scene(clients(90), reuse: "1", stamps: "0").level(PortJudge.self, PortJudge.range) == .critical)
    #expect(try scene(clients(90, .established), reuse: "1").level(PortJudge.self, PortJudge.range) == .critical)
    // 2 takes over on loopback only.
    let loopback = (0..<90).map { MakeSocket(.timeWait, "127.0.0.1", UInt16(40000 + $0), peer: "127.0.0.1", 80, cookie: UInt64(100 + $0)) }
    #expect(try scene(loopback).level(PortJudge.self, PortJudge.range) == .ok)
  }

  @Test("tcp_tw_reuse is advised where TIME-WAIT is what blocks")
  func advice() throws {
    let found = try scene(clients(90), reuse: "0").judge(PortJudge.self, PortJudge.reuse)
    #expect(found?.level == .critical && found?.fix?.value == "1" && words(found).contains("a server's TIME-WAIT blocks no client"))
    #expect(try scene(clients(90, .established), reuse: "0").level(PortJudge.self, PortJudge.reuse) == .ok)
    #expect(try scene(clients(10), reuse: "0").level(PortJudge.self, PortJudge.reuse) == .ok)
    #expect(try scene([], reuse: "1", stamps: "0").level(PortJudge.self, PortJudge.reuse) == .note)
    #expect(try scene([], reuse: "1").level(PortJudge.self, PortJudge.reuse) == .ok)
  }

  @Test("TIME-WAIT buckets")
  func buckets() throws {
    let setting = TimeWaitJudge.buckets
    let limited = try AuditScene([], [setting: "100"])
    #expect(limited.sockstat("TCP.tw", 89).level(TimeWaitJudge.self, setting) == .ok)
    #expect(limited.sockstat("TCP.tw", 90).level(TimeWaitJudge.self, setting) == .warn)
    let over = limited.sockstat("TCP.tw", 10)
    #expect(over.counting("TcpExt.TCPTimeWaitOverflow", 5, 6).level(TimeWaitJudge.self, setting) == .warn)
    #expect(over.counting("TcpExt.TCPTimeWaitOverflow", 6, 6).level(TimeWaitJudge.self, setting) == .ok)
  }

  @Test("fin_timeout: what is above 60 s counts twice, and TIME-WAIT is not its matter")
  func finTimeout() throws {
    let setting = TimeWaitJudge.fin
    let odd = try AuditScene([], [setting: "65"]).judge(TimeWaitJudge.self, setting)
    #expect(odd?.level == .note && words(odd).contains("65 lasts 10 s"))
    #expect(try AuditScene([], [setting: "120"]).level(TimeWaitJudge.self, setting) == .ok)
    let lowered = try AuditScene(clients(3), [setting: "30"]).judge(TimeWaitJudge.self, setting)
    #expect(lowered?.level == .ok && words(lowered).contains("3 in TIME-WAIT: they last 60 s whatever this value is"))
    #expect(!words(try AuditScene(clients(3)).judge(TimeWaitJudge.self, setting)).contains("whatever this value"))
    #expect(try AuditScene([], [setting: "2"]).level(TimeWaitJudge.self, setting) == .note)
  }

  @Test("timestamps off make tw_reuse dead; rejections are told while they happen")
  func timestamps() throws {
    let setting = TimeWaitJudge.stamps
    #expect(
      try words(AuditScene([], [setting: "0", "net.ipv4.tcp_tw_reuse": "1"]).judge(TimeWaitJudge.self, setting)).contains(
        "tcp_tw_reuse 1 has no effect"))
    #expect(try AuditScene().counting("TcpExt.PAWSEstab", 7, 8).level(TimeWaitJudge.self, setting) == .note)
    #expect(try AuditScene().counting("TcpExt.PAWSEstab", 8, 8).level(TimeWaitJudge.self, setting) == .ok)
  }
}
