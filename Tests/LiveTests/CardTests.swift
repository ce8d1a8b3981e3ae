import Foundation
import Testing

/// What the program says about situations that are known, in the places where a reader looks for it.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct CardTests {
  /// A card as one line of words, so that no line break of the layout matters.
  func words(_ outcome: Outcome) -> String {
    outcome.output.split(whereSeparator: { " \n".contains($0) }).joined(separator: " ")
  }

  @Test func fullListener() throws {
    try Scenario.with("full-listener") { lab in
      let card = try lab.sockexplain("-l", "8080")
      let text = words(card)
      #expect(card.status == 0)
      #expect(text.contains("6 waiting, limit 5 FULL"))
      #expect(text.contains("6 connections, 60 bytes nobody has read, 6 already closed by their peers"))
      #expect(text.contains("server (pid \(lab["server"]), fd"))
      #expect(text.contains("sleeping in pause()"))
      // A wait of less than a second proves nothing yet.
      let advised = try eventually {
        try words(lab.sockexplain("-l", "8080"))
      } until: {
        $0.contains("does not accept()")
      }
      #expect(advised.contains("server does not accept(): it sleeps in pause()"))
      try #expect(Document(lab.sockexplain("--json")).findings.contains("accept-queue-full"))
    }
  }

  @Test func refusalsThatGoOnAreSaidToGoOn() throws {
    try Scenario.with("full-listener", "retry_ms=10") { lab in
      try #expect(words(lab.sockexplain("-l", "8080", "--for", "500ms")).contains("still happening"))
    }
  }

  @Test func aStoppedServerIsCalledStopped() throws {
    try Scenario.with("full-listener", "stopped=1") { lab in
      try #expect(words(lab.sockexplain("-l", "8080")).contains("stopped"))
    }
  }

  /// The settings 6 and 4 make ten retransmissions, not six.
  @Test func connectAttemptsCountLinearTimeouts() throws {
    try Scenario.with("syn-dropped") { lab in
      let text = try words(lab.sockexplain("8080", at: "client"))
      #expect(text.contains("of 10"))
      #expect(text.contains("2 min 11 s"))
    }
  }

  /// What is foretold is what happens: the kernel retransmits as often as the card says, then connect() fails.
  @Test func connectFailsAfterTheRetransmissionsForetold() throws {
    try Scenario.with("syn-dropped", "syn_retries=1", "linear=1") { lab in
      try #expect(words(lab.sockexplain("8080", at: "client")).contains("of 2"))
      #expect(lab.nextEvent() == "ended errno=\(ETIMEDOUT)")
      let snmp = try lab.run("cat", "/proc/net/snmp", at: "client").lines.filter { $0.hasPrefix("Tcp:") }.map { $0.split(separator: " ") }
      let column = try #require(snmp.first?.firstIndex(of: "RetransSegs"))
      #expect(snmp.last?[column] == "2")
    }
  }

  @Test func halfOpenWaitsForItsThirdPacket() throws {
    try Scenario.with("half-open") { lab in
      let text = try words(lab.sockexplain("8080"))
      #expect(text.contains("SYN-RECV"))
      #expect(text.contains("of 5"))
      // The side-car reads the listener's own count.
      #expect(text.contains("1 half-open, ") && text.contains("of them young, limit 128"))
    }
  }

  @Test func aFullServerSeenFromItsClient() throws {
    try Scenario.with("full-server-from-client") { lab in
      let text = try words(lab.sockexplain("8080", at: "client"))
      #expect(text.contains("the peer has acknowledged no data byte since the handshake"))
      try #expect(Document(lab.sockexplain("--json", at: "client")).findings.contains("peer-accept-queue-full"))
    }
  }

  /// 60 s are TIME-WAIT's whatever tcp_fin_timeout says, which rules FIN-WAIT-2 alone.
  @Test func timeWaitIsNotFinTimeout() throws {
    try Scenario.with("time-wait", "fin_timeout=5") { lab in
      let socket = try #require(try Document(lab.sockexplain("--json", "-tan", "state", "time-wait", at: "client")).sockets.first)
      try #expect(#require(socket.number("expires")) > 5_000)
    }
    try Scenario.with("peer-fin-dropped", "fin_timeout=5") { lab in
      let socket = try #require(try Document(lab.sockexplain("--json", "-tan", "state", "fin-wait-2", at: "client")).sockets.first)
      // At least 3.5 RTO, and a tick of rounding: the bound tells it from TIME-WAIT's 60 s, not from 5 s.
      try #expect(#require(socket.number("expires")) < 30_000)
    }
  }

  /// Above 60 s the kernel waits twice the excess: 65 means 5 s with a keepalive timer, then 5 s as a mini-socket.
  @Test func finTimeoutAboveAMinuteIsTwiceTheExcess() throws {
    try Scenario.with("peer-fin-dropped", "fin_timeout=65") { lab in
      let first = try #require(try Document(lab.sockexplain("--json", "-tan", "state", "fin-wait-2", at: "client")).sockets.first)
      #expect(first["timer"] as? String == "keepalive")
      try #expect(words(lab.sockexplain("8080", at: "client")).contains("FIN-WAIT-2"))
      let second = try eventually {
        try Document(lab.sockexplain("--json", "-tan", "state", "fin-wait-2", at: "client")).sockets.first
      } until: {
        $0?["timer"] as? String != "keepalive"
      }
      #expect(second?["timer"] as? String == "timewait")
      try #expect(#require(second?.number("expires")) <= 5_000)
    }
  }

  @Test func keepaliveIsComputedFromItsSettings() throws {
    try Scenario.with("keepalive") { lab in
      try #expect(words(lab.sockexplain("8080", at: "client")).contains("a dead peer is found 35 s after its last sign"))
    }
    try Scenario.with("keepalive", "time=1", "intvl=1", "probes=2") { lab in
      #expect(lab.nextEvent() == "ended errno=\(ETIMEDOUT)")
    }
  }

  @Test(arguments: [
    ("persist", "zero window"), ("fin-dropped", "no process holds it"), ("half-close", "FIN-WAIT-2"), ("black-hole", "given up in"),
  ])
  func clientCards(_ scenario: String, _ says: String) throws {
    try Scenario.with(scenario) { lab in
      try #expect(words(lab.sockexplain("8080", at: "client")).contains(says))
    }
  }

  @Test(arguments: [
    ("bound", "bound, but listen() was not called"), ("udp", "another protocol"), ("survivor", "connections outlive their listener"),
  ])
  func nothingListensButSomethingIsNear(_ key: String, _ says: String) throws {
    try Scenario.with("bound") { lab in
      let card = try lab.sockexplain("-l", lab[key])
      #expect(card.status == 1)
      #expect(words(card).contains("nothing listens on tcp port \(lab[key])"))
      #expect(words(card).contains(says))
    }
  }

  @Test(arguments: [
    ("all4", "all IPv4 addresses"), ("loopback4", "this host only"), ("dual", "all IPv6 and IPv4 addresses"), ("only6", "IPv6"),
    ("device", "lo"),
  ])
  func reach(_ key: String, _ says: String) throws {
    try Scenario.with("reaches") { lab in
      let first = try lab.sockexplain("-l", lab[key]).lines.first ?? ""
      #expect(first.contains(says), "\(first)")
    }
  }

  @Test func descriptorsThatRanOut() throws {
    try Scenario.with("emfile") { lab in
      try #expect(words(lab.sockexplain("-l", "8080")).contains("16 of 16 descriptors: none left"))
    }
  }

  @Test func somaxconnThatClipped() throws {
    try Scenario.with("clipped") { lab in
      try #expect(Document(lab.sockexplain("--json")).findings.contains("listener-clipped"))
    }
  }

  @Test func aReplayReadsLikeTheCapture() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "capture-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Scenario.with("full-listener") { lab in
      try #expect(lab.sockexplain("--capture", file, "-l", "8080").status == 0)
      let pid = lab["server"]
      let once = try Lab.run([Lab.products.appending(path: "sockexplain").path, "--replay", file, "-l", "8080"])
      #expect(words(once).contains("6 waiting, limit 5 FULL"))
      #expect(words(once).contains("server (pid \(pid)"))
      #expect(words(once).contains("sleeping in pause()"))
    }
  }
}
