import Testing

/// The socket maker makes what it says: judged by `ss`, so that a later failure beside it is the program's.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct MakeSocketsTests {
  /// Rows of `ss` as words: state, Recv-Q, Send-Q, local, peer, the rest.
  func rows(_ lab: Scenario, _ options: String = "-tanoH", at host: String = "server") throws -> [[Substring]] {
    try lab.run("ss", options, at: host).lines.map { $0.split(separator: " ") }
  }

  @Test func fullListener() throws {
    try Scenario.with("full-listener") { lab in
      let server = try rows(lab)
      #expect(server.filter { $0[0] == "LISTEN" }.map { $0[1...2].joined(separator: "/") } == ["6/5"])
      #expect(server.filter { $0[0] == "CLOSE-WAIT" && $0[1] == "11" }.count == 6)
      let client = try rows(lab, at: "client")
      #expect(client.filter { $0[0] == "SYN-SENT" }.count == 4)
    }
  }

  @Test(arguments: [
    ("syn-dropped", "client", "SYN-SENT", "timer:(on"), ("half-open", "server", "SYN-RECV", "timer:(on"),
    ("fin-dropped", "client", "FIN-WAIT-1", "timer:(on"), ("peer-fin-dropped", "client", "FIN-WAIT-2", "timer:(timewait"),
    ("peer-fin-dropped", "server", "LAST-ACK", "timer:(on"), ("closing", "server", "CLOSING", "timer:(on"),
    ("time-wait", "client", "TIME-WAIT", "timer:(timewait"), ("keepalive", "client", "ESTAB", "timer:(keepalive"),
    ("persist", "client", "ESTAB", "timer:(persist"), ("black-hole", "client", "ESTAB", "timer:(on"),
    ("full-server-from-client", "client", "ESTAB", "timer:(on"), ("half-close", "client", "FIN-WAIT-2", ""),
    ("close-wait", "server", "CLOSE-WAIT", ""), ("defer-accept", "server", "SYN-RECV", ""),
  ])
  func state(_ name: String, _ host: String, _ state: String, _ timer: String) throws {
    try Scenario.with(name) { lab in
      // A timer that fires is off for a moment.
      let isThere = { (rows: [[Substring]]) in rows.contains { $0[0] == state && (timer.isEmpty || $0.last?.hasPrefix(timer) == true) } }
      let seen = try eventually {
        try rows(lab, at: host)
      } until: {
        isThere($0)
      }
      #expect(isThere(seen), "\(seen)")
    }
  }

  @Test func endsWithItsInput() throws {
    var pid = ""
    try Scenario.with("established", "count=3") { lab in
      pid = lab["server"]
      let open = try rows(lab).filter { $0[0] == "ESTAB" }
      #expect(open.count == 3)
    }
    // It was killed; it is gone as soon as init has collected it.
    let state = try eventually {
      try Lab.run(["ps", "-o", "stat=", "-p", pid]).output
    } until: {
      $0.isEmpty || $0.hasPrefix("Z")
    }
    #expect(state.isEmpty || state.hasPrefix("Z"))
  }
}
