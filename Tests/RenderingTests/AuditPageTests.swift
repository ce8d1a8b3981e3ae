import Catalog
import Foundation
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

@testable import Findings
@testable import Rendering

/// The audit's pages from one made reading: a listener cut by somaxconn, ports in TIME-WAIT, a file of sysctl.d.
@Suite struct AuditPageTests {
  func audit(isChild: Bool = false) throws -> AuditEvidence {
    var sockets = [try MakeSocket(.listen, "0.0.0.0", 8080, inode: 7, receiveQueue: 129, sendQueue: 128).socket]
    for port in UInt16(0)..<90 {
      sockets.append(
        try MakeSocket(.timeWait, "10.0.0.1", 40000 + port, peer: "10.0.0.9", 443, cookie: UInt64(port) + 1, timer: .timewait).socket)
    }
    func snapshot(_ sockets: [InetSocket], at seconds: Int64, overflows: UInt64) -> Snapshot {
      var snapshot = Snapshot(
        moment: Moment(realtimeNanoseconds: seconds * 1_000_000_000, monotonicNanoseconds: seconds * 1_000_000_000),
        kernel: KernelVersion("6.18.44"), inet: sockets, consistency: .oneDump)
      snapshot.counters = CounterSet(["TcpExt.ListenOverflows": overflows, "TcpExt.ListenDrops": overflows, "softnet.dropped": 0])
      snapshot.sockstat = CounterSet(["TCP.tw": 90, "TCP.orphan": 0, "TCP.mem": 12, "UDP.mem": 0])
      snapshot.sysctls = sysctls([
        "net.core.somaxconn": "128", "net.ipv4.ip_local_port_range": "40000\t40099", "net.ipv4.ip_local_reserved_ports": "",
        "net.ipv4.tcp_timestamps": "1", "net.ipv4.tcp_max_tw_buckets": "131072", "net.ipv4.tcp_sack": "1",
        "net.ipv4.tcp_mem": isChild ? "" : "90000\t120000\t180000", "net.ipv4.tcp_rmem": "4096\t131072\t33554432",
        "net.ipv4.tcp_frto": "2", "net.ipv4.tcp_fack": "0", "net.core.netdev_max_backlog": "1000",
      ])
      return snapshot
    }
    var reading = AuditReading(now: snapshot(sockets, at: 2, overflows: 14), before: snapshot([], at: 1, overflows: 4))
    reading.fresh = sysctls([
      "net.ipv4.ip_local_reserved_ports": "", "net.ipv4.tcp_timestamps": "1", "net.ipv4.tcp_max_tw_buckets": "131072",
      "net.ipv4.tcp_sack": "1", "net.ipv4.tcp_frto": "2",
    ])
    reading.isChild = isChild
    reading.host = isChild ? sysctls(["net.core.somaxconn": "65535"]) : nil
    reading.boot = BootSettings(lines: [
      BootLine(path: "net/ipv4/tcp_fin_timeout", value: "30", file: "/etc/sysctl.d/99-tuning.conf", line: 4),
      BootLine(path: "net/ipv4/tcp_tw_recycle", value: "1", file: "/etc/sysctl.d/99-tuning.conf", line: 5),
      BootLine(path: "net/ipv4/tcp_fack", value: "1", file: "/etc/sysctl.d/99-tuning.conf", line: 6),
    ])
    reading.failures = ["net.ipv4.tcp_tw_recycle": 2]
    return AuditEvidence(reading)
  }

  let style = PageStyle(width: 80)

  @Test func page() throws {
    let audit = try audit()
    let text = AuditPage.text(Audit.run(audit), audit, style: style)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    try compare(text, with: "Tests/Golden/audit.txt")
  }

  @Test("the title and the tally count in words that fit, and the verdict stands at the end too")
  func words() throws {
    let audit = try audit()
    let one = AuditPage.text(Audit.run(audit, only: ["net.ipv4.ip_local_port_range"]), audit, style: style)
    #expect(one.contains("1 critical; fine here: 0 of 1") && !one.contains("0 warn") && !one.contains("0 note"))
    #expect(one.split(separator: "\n").last == "1 critical at the top of this page: ip_local_port_range")
    var reading = audit.reading
    reading.now.inet = InetIndex([])
    let none = AuditEvidence(reading)
    #expect(AuditPage.text(Audit.run(none), none, style: style).contains("no TCP or UDP socket here"))
  }

  @Test("a listener must listen again: said where the command is")
  func afterwards() throws {
    let audit = try audit()
    let report = Audit.run(audit, only: ["net.core.somaxconn"])
    #expect(AuditPage.text(report, audit, style: style).contains("must call listen() again"))
    #expect(SettingPage.text(report, audit, style: style).contains("must call listen() again"))
    let child = try self.audit(isChild: true)
    var reading = child.reading
    reading.now.counters["softnet.dropped"] = 5
    let dropping = AuditEvidence(reading)
    let machine = SettingPage.text(Audit.run(dropping, only: ["net.core.netdev_max_backlog"]), dropping, style: style)
    #expect(machine.contains("on the host: sysctl -w net.core.netdev_max_backlog=2000"))
  }

  @Test func childPage() throws {
    let audit = try audit(isChild: true)
    let text = AuditPage.text(Audit.run(audit), audit, style: style)
    #expect(text.contains("DIFFERS FROM THE HOST") && text.contains("128 here, 65535 there") && !text.contains("the next boot"))
  }

  @Test func fix() throws {
    let audit = try audit()
    try compare(FixPage.text(Audit.run(audit), audit, style: style), with: "Tests/Golden/audit-fix.txt")
  }

  @Test func nothingToFix() throws {
    let audit = try audit()
    let report = Audit.run(audit, only: ["net.ipv4.tcp_sack"])
    #expect(FixPage.text(report, audit, style: style).hasPrefix("# Nothing to change"))
  }

  @Test func oneSetting() throws {
    let audit = try audit()
    let report = Audit.run(audit, only: ["net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_tw_recycle"])
    let text = SettingPage.text(report, audit, style: style)
    #expect(text.contains("not in this kernel: removed in 4.12") && text.contains("the next boot sets it to 30"))
    try compare(text, with: "Tests/Golden/audit-setting.txt")
  }

  @Test("keys of the document that others rely on")
  func json() throws {
    let audit = try audit()
    var json = JSONWriter(descriptor: -1)
    AuditDocument.write(Audit.run(audit), audit, to: &json)
    let root = try #require(try JSONSerialization.jsonObject(with: Data(json.taken())) as? [String: Any])
    #expect(root["level"] as? String == "critical" && root["childNamespace"] as? Bool == false)
    let settings = try #require(root["settings"] as? [[String: Any]])
    let range = try #require(settings.first { $0["name"] as? String == "net.ipv4.ip_local_port_range" })
    #expect(range["level"] as? String == "critical" && range["value"] as? String == "40000 40099")
    #expect(range["default"] as? String == "32768 60999" && range["defaultSource"] as? String == "kernel")
    let fix = (range["judgements"] as? [[String: Any]])?.first?["fix"] as? [String: Any]
    #expect(fix?["command"] as? String == "sysctl -w net.ipv4.ip_local_port_range=\"32768 60999\"")
    let boot = settings.first { $0["name"] as? String == "net.ipv4.tcp_fin_timeout" }?["boot"] as? [String: Any]
    #expect(boot?["file"] as? String == "/etc/sysctl.d/99-tuning.conf" && boot?["line"] as? Int == 4 && boot?["value"] as? String == "30")
    #expect((root["withoutEffect"] as? [[String: Any]])?.count == 2)
    let consequences = root["consequences"] as? [[String: Any]] ?? []
    #expect(consequences.first { $0["id"] as? String == "connect-gives-up" }?["milliseconds"] as? Int == 131_000)
    #expect(consequences.first { $0["id"] as? String == "connections-per-second" }?["perSecond"] as? Double == 1.666)
  }

  @Test("a key is named, never shown")
  func secret() throws {
    #expect(!SysctlSet.auditNames.contains("net.ipv4.tcp_fastopen_key"))
    let audit = try audit()
    let text = SettingPage.text(Audit.run(audit, only: ["net.ipv4.tcp_fastopen_key"]), audit, style: style)
    #expect(text.isEmpty || text.contains("a key: it is not read"))
  }
}
