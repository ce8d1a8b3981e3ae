import Catalog
import SockDiag
import TestSupport
import Testing

@testable import Findings

@Suite struct AuditQueueTests {
  func listener(_ limit: UInt32, _ waiting: UInt32 = 0, port: UInt16 = 8080) -> MakeSocket {
    MakeSocket(.listen, "0.0.0.0", port, inode: 7, receiveQueue: waiting, sendQueue: limit)
  }

  func half(_ count: Int) -> [MakeSocket] {
    (0..<count).map { MakeSocket(.synRecv, "10.0.0.1", 8080, peer: "10.9.0.1", UInt16(2000 + $0), cookie: UInt64(9000 + $0), timer: .on) }
  }

  @Test("a listener whose limit is somaxconn was probably cut; one below it was not")
  func clipped() throws {
    let cut = try AuditScene([listener(128)], ["net.core.somaxconn": "128"]).judge(AcceptJudge.self, AcceptJudge.somaxconn)
    #expect(cut?.level == .note && cut?.fix?.value == "4096")
    #expect(words(cut).contains("1 listener probably cut") && words(cut).contains("a program that asked for exactly 128 looks the same"))
    let free = try AuditScene([listener(127)], ["net.core.somaxconn": "128"]).judge(AcceptJudge.self, AcceptJudge.somaxconn)
    #expect(free?.level == .ok && free?.fix == nil && words(free).contains("none limited by it"))
  }

  @Test("a large ceiling is a matter only when its queue fills")
  func large() throws {
    #expect(try AuditScene([listener(4096)]).level(AcceptJudge.self, AcceptJudge.somaxconn) == .ok)
    #expect(try AuditScene([listener(4096, 2047)]).level(AcceptJudge.self, AcceptJudge.somaxconn) == .ok)
    let filling = try AuditScene([listener(4096, 2048)]).judge(AcceptJudge.self, AcceptJudge.somaxconn)
    #expect(filling?.level == .warn && filling?.fix?.value == "8192")
  }

  @Test("full and refusing now is critical, refusals of the past are not")
  func refusing() throws {
    let full = try AuditScene([listener(128, 129)], ["net.core.somaxconn": "128"])
    #expect(full.counting("TcpExt.ListenOverflows", 4, 9).level(AcceptJudge.self, AcceptJudge.somaxconn) == .critical)
    let past = full.counting("TcpExt.ListenOverflows", 9, 9).judge(AcceptJudge.self, AcceptJudge.somaxconn)
    #expect(past?.level == .warn && words(past).contains("none in the last 1 s"))
  }

  @Test("refusals by a listener's own backlog are not somaxconn's")
  func ownBacklog() throws {
    let scene = try AuditScene([listener(5, 6)]).counting("TcpExt.ListenOverflows", 0, 3)
    let found = scene.judge(AcceptJudge.self, AcceptJudge.somaxconn)
    #expect(found?.level == .ok && words(found).contains("raising it does not help"))
    #expect(scene.level(AcceptJudge.self, AcceptJudge.abort) == .ok)
  }

  @Test("refusals of the past are said where no listener is left or limited")
  func history() throws {
    for sockets in [[], [listener(5)]] {
      let found = try AuditScene(sockets).counting("TcpExt.ListenOverflows", 21, 21).judge(AcceptJudge.self, AcceptJudge.somaxconn)
      #expect(found?.level == .ok && words(found).contains("TcpExt.ListenOverflows 21 since boot, none in the last 1 s"))
    }
  }

  @Test("a limit above the ceiling is an older listener's")
  func older() throws {
    let found = try AuditScene([listener(512)], ["net.core.somaxconn": "128"]).judge(AcceptJudge.self, AcceptJudge.somaxconn)
    #expect(found?.level == .ok && words(found).contains("listened before it was lowered"))
  }

  @Test("abort_on_overflow is a note when set, a warning when it bites")
  func abort() throws {
    let set = try AuditScene([listener(5)], ["net.ipv4.tcp_abort_on_overflow": "1"])
    #expect(set.counting("TcpExt.ListenOverflows", 4, 4).level(AcceptJudge.self, AcceptJudge.abort) == .note)
    // A refused SYN counts as an overflow and gets no RST.
    #expect(set.counting("TcpExt.ListenOverflows", 4, 5).level(AcceptJudge.self, AcceptJudge.abort) == .note)
    let bites = set.counting("TcpExt.ListenOverflows", 4, 5).counting("TcpExt.EmbryonicRsts", 0, 1).judge(
      AcceptJudge.self, AcceptJudge.abort)
    #expect(bites?.level == .warn && bites?.fix?.value == "0")
  }

  @Test("without syncookies a full queue drops; with them it costs")
  func cookies() throws {
    let setting = SynQueueJudge.cookies
    let calm = try AuditScene([listener(5)] + half(5), [setting: "0"])
    #expect(calm.level(SynQueueJudge.self, setting) == .note)
    #expect(try AuditScene([listener(5)] + half(6), [setting: "0"]).level(SynQueueJudge.self, setting) == .warn)
    #expect(calm.counting("TcpExt.TCPReqQFullDrop", 0, 1).level(SynQueueJudge.self, setting) == .critical)
    let on = try AuditScene([listener(5)] + half(5))
    #expect(on.level(SynQueueJudge.self, setting) == .ok)
    #expect(try AuditScene([listener(5)] + half(6)).level(SynQueueJudge.self, setting) == .note)
    let now = on.counting("TcpExt.TCPReqQFullDoCookies", 2, 3).judge(SynQueueJudge.self, setting)
    #expect(now?.level == .warn && words(now).contains("+1 in the last 1 s"))
    #expect(on.counting("TcpExt.TCPReqQFullDoCookies", 3, 3).level(SynQueueJudge.self, setting) == .ok)
    #expect(try AuditScene([], [setting: "2"]).level(SynQueueJudge.self, setting) == .note)
  }

  @Test("max_syn_backlog is read without cookies only, and bites at a quarter")
  func backlog() throws {
    let setting = SynQueueJudge.backlog
    let unread = try AuditScene([listener(128)] + half(100), [setting: "8"]).judge(SynQueueJudge.self, setting)
    #expect(unread?.level == .ok && words(unread).contains("not read while tcp_syncookies is 1"))
    // 8 admits 7: with 7 in the queue one is left, fewer than a quarter of 8.
    #expect(
      try AuditScene([listener(128)] + half(6), [setting: "8", SynQueueJudge.cookies: "0"]).level(SynQueueJudge.self, setting) == .ok)
    let scarce = try AuditScene([listener(128)] + half(7), [setting: "8", SynQueueJudge.cookies: "0"])
    #expect(scarce.level(SynQueueJudge.self, setting) == .warn)
    #expect(scarce.counting("TcpExt.ListenDrops", 1, 2).level(SynQueueJudge.self, setting) == .critical)
  }

  @Test("give-up times are computed with the linear time-outs")
  func retries() throws {
    let usual = try AuditScene().judge(SynQueueJudge.self, SynQueueJudge.retries)
    #expect(usual?.level == .ok && words(usual).contains("2 min 11 s"))
    #expect(try AuditScene([], [SynQueueJudge.retries: "1"]).level(SynQueueJudge.self, SynQueueJudge.retries) == .note)
    // The total is then 7 s of linear time-outs and doublings.
    #expect(try AuditScene([], [SynQueueJudge.retries: "4"]).level(SynQueueJudge.self, SynQueueJudge.retries) == .ok)
    #expect(try AuditScene([], [SynQueueJudge.retries: "9"]).level(SynQueueJudge.self, SynQueueJudge.retries) == .note)
    #expect(try AuditScene([], [SynQueueJudge.answers: "0"]).level(SynQueueJudge.self, SynQueueJudge.answers) == .note)
    #expect(try words(AuditScene(half(2)).judge(SynQueueJudge.self, SynQueueJudge.answers)).contains("63 s; 2 now"))
  }
}
