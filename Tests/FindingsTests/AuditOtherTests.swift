import Catalog
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

@testable import Findings

@Suite struct AuditOtherTests {
  @Test("a firewall's table")
  func conntrack() throws {
    func scene(_ used: Int, _ limit: Int = 100) throws -> AuditScene {
      try AuditScene([], [ConntrackJudge.count: "\(used)", ConntrackJudge.max: "\(limit)", ConntrackJudge.timeWait: "120"])
    }
    #expect(try scene(79).level(ConntrackJudge.self, ConntrackJudge.max) == .ok)
    #expect(try scene(80).level(ConntrackJudge.self, ConntrackJudge.max) == .warn)
    #expect(try scene(95).level(ConntrackJudge.self, ConntrackJudge.max) == .critical)
    #expect(try scene(90).counting("nf_conntrack.drop", 1, 2).level(ConntrackJudge.self, ConntrackJudge.max) == .critical)
    #expect(try scene(10).counting("nf_conntrack.drop", 1, 2).level(ConntrackJudge.self, ConntrackJudge.max) == .ok)
    #expect(try scene(80).level(ConntrackJudge.self, ConntrackJudge.timeWait) == .note)
    #expect(try scene(79).level(ConntrackJudge.self, ConntrackJudge.timeWait) == .ok)
    #expect(try AuditScene().judge(ConntrackJudge.self, ConntrackJudge.max) == nil)
  }

  @Test("packets that meet a full processor queue")
  func softnet() throws {
    #expect(try AuditScene().counting("softnet.dropped", 5, 5).level(DeviceJudge.self, DeviceJudge.backlog) == .ok)
    #expect(try AuditScene().counting("softnet.dropped", 5, 6).level(DeviceJudge.self, DeviceJudge.backlog) == .warn)
    #expect(try AuditScene().judge(DeviceJudge.self, DeviceJudge.backlog) == nil, "an unreadable file is no evidence")
  }

  func idle(_ timer: TimerKind, expires: UInt32 = 0, retransmits: UInt8 = 0, port: UInt16 = 4000) -> MakeSocket {
    MakeSocket(
      .established, "10.0.0.1", 80, peer: "10.0.0.2", port, inode: 5, timer: timer, retransmits: retransmits, expires: expires)
  }

  @Test("keepalive: detection time, who has it, and a firewall that forgets earlier")
  func keepalive() throws {
    let found = try AuditScene([idle(.keepalive, expires: 5000), idle(.off, port: 4001)]).judge(KeepaliveJudge.self, KeepaliveJudge.time)
    #expect(found?.level == .ok && words(found).contains("after 2 h 11 min") && words(found).contains("1 of 2 idle connections"))
    #expect(words(found).contains("1 connection without a keepalive timer"))
    let forgetful = try AuditScene(
      [idle(.keepalive, expires: 5000)], [KeepaliveJudge.conntrack: "3600", ConntrackJudge.count: "5", ConntrackJudge.max: "100"])
    #expect(forgetful.level(KeepaliveJudge.self, KeepaliveJudge.time) == .note)
    #expect(forgetful.level(ConntrackJudge.self, KeepaliveJudge.conntrack) == .note)
    // The default of five days is no trouble.
    let patient = try AuditScene(
      [idle(.keepalive, expires: 5000)], [KeepaliveJudge.conntrack: "432000", ConntrackJudge.count: "5", ConntrackJudge.max: "100"])
    #expect(patient.level(KeepaliveJudge.self, KeepaliveJudge.time) == .ok)
    #expect(try AuditScene([], [KeepaliveJudge.interval: "1"]).level(KeepaliveJudge.self, KeepaliveJudge.interval) == .note)
    #expect(try AuditScene([], [KeepaliveJudge.interval: "2"]).level(KeepaliveJudge.self, KeepaliveJudge.interval) == .ok)
  }

  @Test("retries2: RFC 1122 asks for 100 s")
  func retries() throws {
    let setting = PatienceJudge.retries
    #expect(try words(AuditScene().judge(PatienceJudge.self, setting)).contains("15 min 24 s"))
    #expect(try AuditScene([], [setting: "8"]).level(PatienceJudge.self, setting) == .ok)
    #expect(try AuditScene([], [setting: "7"]).level(PatienceJudge.self, setting) == .note)
    #expect(try AuditScene().counting("TcpExt.TCPAbortOnTimeout", 1, 2).level(PatienceJudge.self, setting) == .note)
    let ceiling = try AuditScene([], [PatienceJudge.ceiling: "1000"]).judge(PatienceJudge.self, PatienceJudge.ceiling)
    #expect(ceiling?.level == .note && words(ceiling).contains("instead of 15 min 24 s"))
    #expect(try AuditScene([], [PatienceJudge.ceiling: "60000"]).level(PatienceJudge.self, PatienceJudge.ceiling) == .ok)
    #expect(try AuditScene([], [PatienceJudge.floor: "5000"]).level(PatienceJudge.self, PatienceJudge.floor) == .note)
  }

  @Test("switches that are better left on")
  func features() throws {
    let quiet = try AuditScene([], [FeatureJudge.sack: "0"])
    #expect(quiet.counting("Tcp.RetransSegs", 9, 9).level(FeatureJudge.self, FeatureJudge.sack) == .note)
    #expect(quiet.counting("Tcp.RetransSegs", 9, 12).level(FeatureJudge.self, FeatureJudge.sack) == .warn)
    #expect(try AuditScene().level(FeatureJudge.self, FeatureJudge.sack) == .ok)
    #expect(try AuditScene([], ["net.ipv4.tcp_early_retrans": "0"]).level(FeatureJudge.self, "net.ipv4.tcp_early_retrans") == .note)
    #expect(try AuditScene([], ["net.ipv4.tcp_early_retrans": "3"]).judge(FeatureJudge.self, "net.ipv4.tcp_early_retrans") == nil)
  }

  @Test("consequences follow the live values")
  func consequences() throws {
    func number(_ id: String, _ changes: KeyValuePairs<String, String> = [:]) throws -> Int? {
      Consequences.all(try AuditScene([], changes).evidence).first { $0.id == id }?.number
    }
    #expect(try number("connect-gives-up") == 131_000)
    #expect(try number("connect-gives-up", ["net.ipv4.tcp_syn_retries": "1", "net.ipv4.tcp_syn_linear_timeouts": "0"]) == 3_000)
    #expect(try number("syn-ack-gives-up") == 63_000)
    #expect(try number("data-gives-up") == 924_600)
    #expect(try number("orphan-gives-up") == 102_200)
    #expect(try number("dead-peer-noticed", ["net.ipv4.tcp_keepalive_time": "60"]) == 735_000)
    #expect(try number("fin-wait-2-ends", ["net.ipv4.tcp_fin_timeout": "65"]) == 10_000)
    #expect(try number("connections-per-second") == 470_533)
    #expect(try number("connections-per-second", ["net.ipv4.tcp_tw_reuse": "1"]) == 28_232_000)
    #expect(try number("connections-per-second", ["net.ipv4.tcp_tw_reuse": "1", "net.ipv4.tcp_timestamps": "0"]) == 470_533)
    #expect(try number("tracked-flows-per-second") == nil)
  }

  @Test("values are compared as the kernel reads them")
  func same() {
    #expect(sameValue("4096\t131072 6291456", "4096 131072  6291456") && sameValue("0x10", "16") && sameValue("020", "16"))
    #expect(!sameValue("1 2", "1") && !sameValue("cubic", "bbr") && sameValue("", " "))
  }

  @Test("what consequences say matches the schedule they count")
  func consequenceWords() throws {
    func detail(_ id: String, _ changes: KeyValuePairs<String, String> = [:]) throws -> String? {
      Consequences.all(try AuditScene([], changes).evidence).first { $0.id == id }.map { "\($0.value); \($0.detail)" }
    }
    // 1, 2, 3, 4, 5, then 7, 11, 19, 35 and 67 s (seen on 6.18).
    #expect(try detail("connect-gives-up")?.contains("10 more SYNs: 5 at steps of 1 s") == true)
    #expect(try detail("connect-gives-up", ["net.ipv4.tcp_syn_retries": "1"])?.contains("then each wait") == false)
    #expect(try detail("syn-ack-gives-up", ["net.ipv4.tcp_synack_retries": "0"])?.contains("SYN-ACKs sent again: 0") == true)
    #expect(try detail("connections-per-second", ["net.ipv4.ip_local_port_range": "40000 40010"])?.hasPrefix("0.18/s") == true)
    #expect(try detail("connections-per-second", ["net.ipv4.ip_local_port_range": "40000 40099"])?.hasPrefix("1.66/s") == true)
  }

  @Test("a line without a directory is told what it means")
  func bareName() throws {
    let scene = try AuditScene().with {
      $0.boot = BootSettings(lines: [
        BootLine(path: "tcp_syn_retries", value: "3", file: "/etc/sysctl.d/a.conf", line: 1),
        BootLine(path: "nothing", value: "3", file: "/etc/sysctl.d/a.conf", line: 2),
      ])
    }
    let found = Audit.leftovers(scene.evidence)
    #expect(found.map(\.line.line) == [1] && found.first?.text.description.contains("net.ipv4.tcp_syn_retries is meant") == true)
  }

  @Test("clearing RACK's bit is a matter only where something else could take its place")
  func rack() throws {
    let scene = try AuditScene([], ["net.ipv4.tcp_recovery": "0"])
    #expect(scene.judge(FeatureJudge.self, "net.ipv4.tcp_recovery") == nil)
    let older = scene.with { $0.now.kernel = KernelVersion("6.12.1") }
    #expect(older.level(FeatureJudge.self, "net.ipv4.tcp_recovery") == .note)
  }

  @Test("values in the wrong order can be mended")
  func backwards() throws {
    let send = try AuditScene([], ["net.ipv4.tcp_wmem": "4096\t8192\t7000"]).judge(BufferJudge.self, "net.ipv4.tcp_wmem")
    #expect(send?.level == .warn && send?.fix?.value == "4096 8192 4194304")
    let mended = try AuditScene([], ["net.ipv4.tcp_wmem": "4096 8192 4194304"]).level(BufferJudge.self, "net.ipv4.tcp_wmem")
    #expect(mended == .ok)
  }

  @Test("the next boot, defaults, hosts and leftovers")
  func around() throws {
    let setting = "net.core.somaxconn"
    let boot = BootSettings(lines: [
      BootLine(path: "net/core/somaxconn", value: "128", file: "/etc/sysctl.d/a.conf", line: 3),
      BootLine(path: "net/ipv4/tcp_nothing", value: "1", file: "/etc/sysctl.d/a.conf", line: 4),
      BootLine(path: "vm/swappiness", value: "1", file: "/etc/sysctl.d/a.conf", line: 5),
    ])
    let scene = try AuditScene().with {
      $0.boot = boot
      $0.failures = ["net.ipv4.tcp_nothing": 2]
    }
    let report = Audit.run(scene.evidence, only: [setting])
    #expect(report.settings.first?.level == .note && report.settings.first?.standardIsLive == true)
    let said = words(report.settings.first?.judgements.first as Judgement?)
    #expect(said.contains("the next boot sets it to 128") && said.contains("/etc/sysctl.d/a.conf:3"))
    #expect(Audit.leftovers(scene.evidence).map(\.line.line) == [4])
    #expect(!said.contains("systemd-sysctl"))
    // Read by one of the two programs that apply settings at boot.
    let plain = scene.with {
      $0.boot = BootSettings(lines: [BootLine(path: "net/core/somaxconn", value: "128", file: "/etc/sysctl.conf", line: 1)])
    }
    let doubt = Audit.run(plain.evidence, only: [setting]).settings.first?.judgements.first
    #expect(words(doubt).contains("systemd-sysctl does not read /etc/sysctl.conf"))
    // In a child namespace the files are not for it, and the host's value is told where it differs.
    let child = scene.with {
      $0.isChild = true
      $0.host = SysctlSet([setting: "1024", "net.ipv4.tcp_mem": "1 2 3"])
    }
    let there = Audit.run(child.evidence, only: [setting]).settings.first
    #expect(there?.level == .ok && there?.boot == nil && there?.hostValue == "1024")
    #expect(Audit.leftovers(child.evidence).isEmpty)
  }

  @Test("a changed value that nothing speaks against is fine, and says what a boot brings")
  func changed() throws {
    let report = Audit.run(try AuditScene([], ["net.core.somaxconn": "8192"]).evidence, only: ["net.core.somaxconn"])
    let setting = report.settings.first
    #expect(setting?.isDefault == false && setting?.level == .ok && setting?.standard == "4096")
    #expect(setting?.judgements.contains { $0.text.description.contains("the next boot brings 4096 back") } == true)
  }

  @Test("without a new namespace the documented default stands, marked so")
  func documented() throws {
    let scene = try AuditScene().with { $0.fresh = nil }
    let setting = Audit.run(scene.evidence, only: ["net.core.somaxconn"]).settings.first
    #expect(setting?.standard == "4096" && setting?.standardIsLive == false)
  }

  @Test("a hash of its own makes a new namespace's size-bound defaults meaningless")
  func childHash() throws {
    let usual = try AuditScene().evidence, own = try AuditScene([], ["net.ipv4.tcp_child_ehash_entries": "1024"]).evidence
    #expect(Standard.isTold("net.ipv4.tcp_max_tw_buckets", usual) && !Standard.isTold("net.ipv4.tcp_max_tw_buckets", own))
    #expect(Standard.isTold("net.ipv4.tcp_sack", own) && !Standard.isTold("net.ipv4.conf.all.rp_filter", usual))
  }
}
