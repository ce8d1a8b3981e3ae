import Foundation
import Testing

/// `sysctl-audit` beside known sockets and known settings.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct AuditTests {
  /// One setting of the document.
  struct Row {
    let level: String
    let value: String
    let standard: String
    let source: String
    let isDefault: Bool
    /// Every sentence of its judgements.
    let text: String

    init(_ setting: [String: Any]) {
      level = setting["level"] as? String ?? ""
      value = setting["value"] as? String ?? ""
      standard = setting["default"] as? String ?? ""
      source = setting["defaultSource"] as? String ?? ""
      isDefault = setting["isDefault"] as? Bool ?? true
      let judgements = setting["judgements"] as? [[String: Any]] ?? []
      let sentences = judgements.flatMap { each -> [String] in
        [each["text"] as? String ?? ""] + (each["evidence"] as? [String] ?? [])
      }
      text = sentences.joined(separator: "\n")
    }
  }

  /// The settings of a scenario's namespace.
  struct Found {
    let rows: [String: Row]
    subscript(name: String) -> Row { rows[name] ?? Row([:]) }
  }

  func audit(_ lab: Scenario, at host: String = "server") throws -> Found {
    let outcome = try lab.sockexplain("sysctl-audit", "--json", "--for", "500ms", at: host)
    let settings = try Document(outcome).root["settings"] as? [[String: Any]] ?? []
    return Found(rows: Dictionary(uniqueKeysWithValues: settings.map { ($0["name"] as? String ?? "", Row($0)) }))
  }

  @Test func clippedListener() throws {
    try Scenario.with("clipped") { lab in
      let found = try audit(lab)["net.core.somaxconn"]
      #expect(found.level == "note" && found.value == "16" && found.isDefault == false)
      #expect(found.text.contains("1 listener probably cut to it"))
      let status = try lab.sockexplain("sysctl-audit", "somaxconn", "--for", "1ms", "--fail-on", "note").status
      #expect(status == 1)
      #expect(try lab.sockexplain("sysctl-audit", "somaxconn", "--for", "1ms", "--fail-on", "warn").status == 0)
      let fix = try lab.sockexplain("sysctl-audit", "--fix", "--for", "1ms").output
      #expect(fix.contains("\nsysctl -w net.core.somaxconn=4096\n") && fix.contains("listen() again"))
      // Printed, not applied.
      #expect(try lab.run("sysctl", "-n", "net.core.somaxconn").output == "16\n")
    }
  }

  @Test func refusing() throws {
    try Scenario.with("full-listener", "backlog=5", "retry_ms=20") { lab in
      let found = try audit(lab)
      #expect(found["net.core.somaxconn"].level == "ok")
      #expect(found["net.core.somaxconn"].text.contains("raising it does not help"))
      #expect(found["net.ipv4.tcp_abort_on_overflow"].level == "ok")
    }
  }

  @Test func portsInTimeWait() throws {
    try Scenario.with("time-wait", "count=90", "ports=100") { lab in
      let found = try audit(lab, at: "client")
      #expect(found["net.ipv4.ip_local_port_range"].level == "critical")
      #expect(found["net.ipv4.ip_local_port_range"].text.contains("90 of 100 ports (90 %), 90 of them in TIME-WAIT"))
      #expect(found["net.ipv4.tcp_tw_reuse"].level == "critical")
      #expect(found["net.ipv4.tcp_fin_timeout"].level == "ok")
      // The server's side of the same connections blocks nothing.
      let server = try audit(lab)
      #expect(server["net.ipv4.ip_local_port_range"].level == "ok")
      _ = try lab.run("sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1", at: "client")
      let reused = try audit(lab, at: "client")
      #expect(reused["net.ipv4.ip_local_port_range"].level == "ok")
    }
  }

  @Test func udpOverflow() throws {
    try Scenario.with("udp-drops", "buffer=0", "count=2000", "again_ms=20") { lab in
      let found = try audit(lab)["net.core.rmem_default"]
      #expect(found.level == "warn", "\(found.text)")
      #expect(found.text.contains("drops in the last"))
    }
    // The same losses in a buffer that the program chose are not this setting's.
    try Scenario.with("udp-drops", "again_ms=20") { lab in
      let found = try audit(lab)["net.core.rmem_default"]
      #expect(found.level == "ok" && found.text.contains("sizes that the programs chose"))
    }
    // And losses of the past are none of now.
    try Scenario.with("udp-drops", "buffer=0", "count=2000") { lab in
      let found = try audit(lab)["net.core.rmem_default"]
      #expect(found.level == "ok")
    }
  }

  @Test func changedAndChild() throws {
    try Scenario.with("established") { lab in
      _ = try lab.run("sysctl", "-qw", "net.ipv4.tcp_fin_timeout=65", "net.ipv4.tcp_syncookies=0", "net.ipv4.tcp_keepalive_intvl=70")
      let found = try audit(lab)
      #expect(found["net.ipv4.tcp_fin_timeout"].text.contains("65 lasts 10 s"))
      #expect(found["net.ipv4.tcp_fin_timeout"].standard == "60")
      #expect(found["net.ipv4.tcp_fin_timeout"].source == "kernel")
      #expect(found["net.ipv4.tcp_syncookies"].level == "note")
      #expect(found["net.ipv4.tcp_keepalive_intvl"].level == "ok" && found["net.ipv4.tcp_keepalive_intvl"].isDefault == false)
      let page = try lab.sockexplain("sysctl-audit", "--for", "1ms", environment: ["COLUMNS": "80"])
      #expect(page.output.contains("a child network namespace") && page.status == 0)
      #expect(page.lines.allSatisfy { $0.count <= 80 }, "\(page.lines.filter { $0.count > 80 })")
    }
  }

  @Test func namesThatAreNone() throws {
    let program = Lab.products.appending(path: "sockexplain").path
    let near = try Lab.run([program, "sysctl-audit", "tcp_fin_timeot"])
    #expect(near.status == 2 && near.output.isEmpty && near.errors.contains("tcp_fin_timeout"))
    let part = try Lab.run([program, "sysctl-audit", "rmem"])
    #expect(part.status == 2 && part.errors.contains("net.ipv4.tcp_rmem") && part.errors.contains("net.core.rmem_max"))
    #expect(try Lab.run([program, "sysctl-audit", "--for", "1ms", "tcp_tw_recycle"]).status == 0)
    #expect(try Lab.run([program, "sysctl-audit", "--for", "1ms", "tcp_tw_recycle"]).output.contains("removed in 4.12"))
  }

  @Test("a capture gives the same judgements")
  func replay() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString).nl").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Scenario.with("clipped") { lab in
      let live = try lab.sockexplain("sysctl-audit", "--capture", file, "--for", "50ms")
      let again = try Lab.run([Lab.products.appending(path: "sockexplain").path, "--replay", file, "sysctl-audit"])
      #expect(live.output == again.output && !again.errors.contains("not in the capture"), "\(again.errors)")
      #expect(again.output.contains("net.core.somaxconn"))
    }
  }
}
