import Foundation
import Testing

/// `sockexplain trace --json` in a namespace, and what it said.
final class LiveTrace {
  private let process = Process()
  private let file = FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID().uuidString)")

  /// Starts one and waits until it sees what happens.
  init(_ lab: Scenario, at host: String = "server", _ arguments: [String] = []) throws {
    try Data().write(to: file)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["nsenter", "--net=" + lab[host + "_ns"], Lab.products.appending(path: "sockexplain").path, "trace", "--json"] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: file)
    process.standardError = FileHandle.nullDevice
    try process.run()
    guard arguments.isEmpty else { return }
    _ = try eventually(
      {
        _ = try lab.run("bash", "-c", "echo > /dev/tcp/127.0.0.1/9", at: host)
        return try events()
      }, until: { !$0.isEmpty })
  }

  deinit { try? FileManager.default.removeItem(at: file) }

  /// The whole lines so far.
  func events() throws -> [[String: Any]] {
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let whole = text.hasSuffix("\n") ? text[...] : text[..<(text.lastIndex(of: "\n") ?? text.startIndex)]
    return try whole.split(separator: "\n").compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
  }

  /// Waits for an event.
  @discardableResult func until(_ isRight: @escaping ([String: Any]) -> Bool, sourceLocation: SourceLocation = #_sourceLocation) throws
    -> [String: Any]
  {
    let seen = try eventually(events, until: { $0.contains(where: isRight) })
    return try #require(seen.first(where: isRight), "seen: \(seen.compactMap { $0["text"] })", sourceLocation: sourceLocation)
  }

  /// Runs a command in its network namespace, which lives on with it.
  func run(_ command: String...) throws -> Outcome {
    try Lab.run(["nsenter", "--net=/proc/\(process.processIdentifier)/ns/net"] + command)
  }

  /// Ctrl-C; the last line.
  func end() throws -> (status: Int32, totals: [String: Any]) {
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    return (process.terminationStatus, try #require(try events().last))
  }
}

private func text(_ event: [String: Any]) -> String { event["text"] as? String ?? "" }
private func kind(_ event: [String: Any]) -> String { event["event"] as? String ?? "" }
private func end(_ event: [String: Any]) -> String { event["end"] as? String ?? "" }
private func name(_ event: [String: Any]) -> String {
  ((event["processes"] as? [[String: Any]])?.first?["name"] as? String) ?? ""
}

@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct TraceTests {
  static let talk = "exec 3<>/dev/tcp/10.0.0.1/8080; echo hello >&3; head -c6 <&3; sleep 0.4; exec 3>&-"

  @Test func bothSidesTellTheirHalf() throws {
    try Scenario.with("serving") { lab in
      let server = try LiveTrace(lab), client = try LiveTrace(lab, at: "client")
      _ = try lab.run("bash", "-c", Self.talk, at: "client")
      let connect = try client.until { kind($0) == "connect" && $0["peerPort"] as? Int == 8080 }
      #expect(name(connect) == "bash" && connect["localPort"] as? Int != 0)
      try client.until { kind($0) == "close" && text($0).contains("bash (pid ") && text($0).contains("closed first") }
      let last = try client.until { end($0) == "timeWait" && kind($0) == "state" }
      #expect(last["newState"] as? String == "TIME-WAIT")
      let bytes = try client.until { kind($0) == "end" }
      #expect(text(bytes).hasPrefix("end: 6 bytes sent, 6 bytes received"))

      let taken = try server.until { kind($0) == "handshake" && $0["localPort"] as? Int == 8080 }
      #expect(text(taken).contains("waits for accept() of server (pid "))
      let accepted = try server.until { kind($0) == "accepted" }
      #expect(name(accepted) == "server" && accepted["connection"] as? Int == taken["connection"] as? Int)
      try server.until { kind($0) == "peerClose" && text($0).contains("the peer closed first; server") }
      try server.until { end($0) == "closed" && text($0).contains("TIME-WAIT is on its side") }
      let result = try server.end()
      #expect(result.status == 0 && kind(result.totals) == "totals" && result.totals["handshakes"] as? Int == 1)
      #expect(result.totals["eventsLost"] as? Int == 0)
      #expect(try client.end().totals["resetsReceived"] as? Int ?? 0 > 0)
      // ss shows what the trace says.
      #expect(try lab.run("ss", "-tanH", "state", "time-wait", at: "client").output.contains("10.0.0.1:8080"))
    }
  }

  @Test func aRefusedConnectNamesBothResets() throws {
    try Scenario.with("serving") { lab in
      let trace = try LiveTrace(lab)
      let refused = try trace.until { end($0) == "refused" }
      #expect(refused["errno"] as? Int == 111 && name(refused) == "bash")
      let lone = try trace.until { kind($0) == "resetSent" && $0["connection"] == nil }
      #expect(lone["resetReason"] as? String == "NO_SOCKET" && lone["localPort"] as? Int == 9)
      _ = try trace.end()
    }
  }

  @Test func aKilledServerResetsItsQueue() throws {
    try Scenario.with("full-listener") { lab in
      let trace = try LiveTrace(lab)
      kill(Int32(lab["server"]) ?? 0, SIGKILL)
      let gone = try trace.until { kind($0) == "listenEnd" }
      #expect(text(gone).contains("stopped listening on 0.0.0.0:8080: RST to 6 connections in its accept queue"))
      #expect(name(gone) == "server")
      _ = try eventually({ try trace.events() }, until: { $0.filter { end($0) == "listenerClosed" && kind($0) == "resetSent" }.count == 6 })
      let reset = try trace.until { end($0) == "listenerClosed" }
      #expect(reset["oldState"] as? String == "CLOSE-WAIT" && text(reset).contains("10 bytes unread"))
      #expect(try trace.end().totals["resetsSent"] as? Int ?? 0 >= 6)
    }
  }

  @Test func aProcessThatEndsLeavesAMiniSocket() throws {
    try Scenario.with("established") { lab in
      let trace = try LiveTrace(lab)
      kill(Int32(lab["server"]) ?? 0, SIGKILL)
      try trace.until { kind($0) == "close" && text($0).contains("server (pid") && text($0).contains("closed first") }
      let mini = try trace.until { end($0) == "finWait2MiniSocket" }
      #expect(text(mini).contains("FIN-WAIT-2 → mini-socket"))
      #expect(try trace.run("ss", "-tanH", "state", "fin-wait-2").output.contains("10.0.0.1:8080"))
      _ = try trace.end()
    }
  }

  @Test func unreadDataMakesTheCloseAReset() throws {
    try Scenario.with("established", "bytes=66") { lab in
      let server = try LiveTrace(lab), client = try LiveTrace(lab, at: "client")
      kill(Int32(lab["server"]) ?? 0, SIGKILL)
      let sent = try server.until { kind($0) == "resetSent" && $0["connection"] != nil }
      #expect(text(sent).contains("server (pid") && text(sent).contains("closed with 66 bytes unread"))
      let received = try client.until { kind($0) == "resetReceived" && end($0) == "resetReceived" }
      #expect(text(received).contains("client (pid") && text(received).contains("ECONNRESET"))
      _ = (try server.end(), try client.end())
    }
  }

  @Test func retransmissionsNameTheirTimer() throws {
    try Scenario.with("black-hole") { lab in
      let traces = [try LiveTrace(lab), try LiveTrace(lab, at: "client")]
      let seen = try eventually({ try traces.flatMap { try $0.events() } }, until: { $0.contains { $0["timer"] as? String == "rto" } })
      let rto = try #require(seen.first { $0["timer"] as? String == "rto" })
      #expect(rto["bytes"] as? Int ?? 0 > 0 && text(rto).contains("in a row"))
      for trace in traces { _ = try trace.end() }
    }
    try Scenario.with("half-open") { lab in
      let trace = try LiveTrace(lab)
      let again = try trace.until { kind($0) == "synAckRetransmit" }
      #expect(again["timer"] as? String == "synAck" && text(again).contains("listener of server (pid "))
      _ = try trace.end()
    }
  }

  /// One segment lost among many: the peer's ACKs show the hole before any timer fires, though the RACK timer is armed meanwhile.
  @Test func aHoleThatAcksShowIsAFastRetransmit() throws {
    try Scenario.with("serving") { lab in
      let client = try LiveTrace(lab, at: "client")
      // Segments as they go over a wire, so that one of them can be lost.
      _ = try lab.run("ip", "link", "set", "wire", "gso_max_segs", "1", at: "client")
      let hole =
        "add table inet hole; add chain inet hole in { type filter hook prerouting priority 0; }; "
        + "add rule inet hole in tcp dport 8080 meta length > 1000 numgen inc mod 1000 3 drop"
      try #require(try lab.run("nft", hole, at: "server").status == 0)
      _ = try lab.run("bash", "-c", "exec 3<>/dev/tcp/10.0.0.1/8080; head -c 60000 /dev/zero >&3; sleep 0.3; exec 3>&-", at: "client")
      let again = try client.until { kind($0) == "retransmit" }
      #expect(again["timer"] as? String == "fast" && again["segments"] as? Int == 1, "\(text(again))")
      _ = try client.end()
    }
  }

  @Test func filtersNarrowAndTimeEndsIt() throws {
    try Scenario.with("serving") { lab in
      let narrow = try LiveTrace(lab, ["--for", "2s", "--owner", "server", "sport", "=", ":8080"])
      let none = try LiveTrace(lab, ["--for", "2s", "--summary", "dport", "=", ":1"])
      _ = try eventually(
        {
          _ = try lab.run("bash", "-c", Self.talk, at: "client")
          return try narrow.events()
        }, until: { $0.contains { kind($0) == "totals" } })
      let events = try narrow.events().filter { kind($0) != "totals" }
      #expect(!events.isEmpty && events.allSatisfy { $0["localPort"] as? Int == 8080 })
      let silent = try eventually(none.events, until: { !$0.isEmpty })
      #expect(silent.map(kind) == ["totals"])
    }
  }

  @Test func withoutTheSideCarItSaysSo() throws {
    try Scenario.with("serving") { lab in
      let place = FileManager.default.temporaryDirectory.appending(path: "alone-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(at: place) }
      let copy = place.appending(path: "sockexplain")
      try FileManager.default.copyItem(at: Lab.products.appending(path: "sockexplain"), to: copy)
      let outcome = try lab.run(copy.path, "trace", "--for", "1s")
      #expect(outcome.status == 2 && outcome.output.isEmpty)
      #expect(outcome.errors.contains("sockexplain-probe is not in") && outcome.errors.contains("make install"))
    }
  }
}
