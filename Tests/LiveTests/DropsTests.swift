import Foundation
import Testing

/// What is dropped while the program watches, beside what the kernel's own counters say of the same window.
@Suite(.serialized, .enabled(if: DropLab.hasEvents, DropLab.why)) struct DropsTests: DropTesting {
  @Test("the SYN that a full accept queue refuses has no event and is told")
  func synRefused() throws {
    try Scenario.with("full-listener", "retry_ms=20") { lab in
      let row = try #require(drops(lab).first { $0.id == "accept-queue-full-syn" })
      agree(row, "TcpExt.ListenOverflows")
      let meaning = row.root["meaning"] as? String ?? ""
      #expect(meaning.contains("SYNs refused: accept queue of :8080 (server) full; the kernel consumes these without a drop event"))
      #expect(row.process.number("pid") == Int(lab["server"]) && row.tcpdumpShows == true)
    }
  }

  @Test("the end of a handshake at a full accept queue, kept and by cookie", arguments: ["4", "6"], ["1", "2"])
  func lateACK(family: String, cookies: String) throws {
    try Scenario.with("drop-late-ack", "family=" + family, "syncookies=" + cookies) { lab in
      let isCookie = cookies == "2"
      let rows = try drops(lab)
      let row = try #require(rows.first { $0.id == (isCookie ? "accept-queue-full-cookie" : "accept-queue-full-ack") })
      agree(row, "TcpExt.ListenOverflows")
      #expect(row.functions == [isCookie ? "cookie_v\(family)_check" : "tcp_v\(family)_rcv"])
      #expect(row.process.number("pid") == Int(lab["server"]) && row.attribution == "exact")
      #expect(!rows.contains { $0.id == "accept-queue-full-syn" || $0.id == "no_socket" })
    }
  }

  @Test("a SYN queue that overflows", arguments: ["4", "6"])
  func synQueue(family: String) throws {
    try Scenario.with("drop-syn-queue", "family=" + family) { lab in
      let row = try #require(drops(lab).first { $0.id == "syn-queue-full" })
      agree(row, "TcpExt.TCPReqQFullDrop")
      #expect(row.process.number("pid") == Int(lab["server"]))
    }
    try Scenario.with("drop-syn-queue", "family=" + family, "syncookies=1") { lab in
      let row = try #require(drops(lab, key: "notices").first { $0.id == "syn-cookies-sent" })
      agree(row, "TcpExt.TCPReqQFullDoCookies")
    }
    try Scenario.with("drop-syn-queue", "family=" + family, "backlog=128", "max_syn_backlog=8") { lab in
      let rows = try drops(lab)
      let row = try #require(rows.first { $0.id == "max-syn-backlog" })
      agree(row, "TcpExt.ListenDrops")
      #expect(!rows.contains { $0.id == "syn-queue-full" || $0.id.hasPrefix("accept-queue") })
    }
  }

  @Test("closed ports, and a filter before an open one", arguments: ["4", "6"])
  func ports(family: String) throws {
    try Scenario.with("drop-ports", "family=" + family) { lab in
      let rows = try drops(lab)
      let udp = try #require(rows.first { $0.victim.number("port") == 8080 })
      #expect(udp.reason == "NO_SOCKET" && udp.functions == ["__udp\(family)_lib_rcv"])
      agree(udp, family == "6" ? "Udp6.NoPorts" : "Udp.NoPorts")
      let tcp = try #require(rows.first { $0.victim.number("port") == 8081 })
      #expect(tcp.reason == "NO_SOCKET" && tcp.functions == ["tcp_v\(family)_rcv"] && tcp.victim["kind"] as? String == "port")
      let filtered = try #require(rows.first { $0.victim.number("port") == 8082 })
      #expect(filtered.reason == "NETFILTER_DROP" && filtered.attribution == "inferred" && filtered.tcpdumpShows == true)
      #expect(filtered.process.number("pid") == Int(lab["server"]))
      // FILTER keeps the one asked for, by port and by family.
      try #expect(drops(lab, "8081").map { $0.victim.number("port") } == [8081])
      try #expect(drops(lab, family == "6" ? "-4" : "-6").isEmpty)
      try #expect(drops(lab, "-u").map(\.reason) == ["NO_SOCKET"])
    }
  }

  @Test("a full UDP buffer is one row of three sources", arguments: ["4", "6"])
  func datagrams(family: String) throws {
    try Scenario.with("drop-datagrams", "family=" + family) { lab in
      let rows = try drops(lab)
      let row = try #require(rows.first { $0.reason == "SOCKET_RCVBUFF" })
      agree(row, family == "6" ? "Udp6.RcvbufErrors" : "Udp.RcvbufErrors")
      #expect(rows.count == 1 && row.attribution == "exact" && row.process.number("pid") == Int(lab["server"]))
      #expect(abs((row.root.number("socketDrops") ?? 0) - row.count) <= row.count / 5 + 1)
    }
  }

  @Test(
    "segments that a connection must not take", arguments: ["4", "6"],
    [
      ("0", "TCP_CSUM", "Tcp.InCsumErrors"), ("1", "TCP_RFC7323_PAWS", "TcpExt.PAWSEstab"),
      ("2", "TCP_INVALID_SEQUENCE", "TcpExt.BeyondWindow"),
    ])
  func segments(family: String, each: (kind: String, reason: String, counter: String)) throws {
    try Scenario.with("drop-segments", "family=" + family, "kind=" + each.kind) { lab in
      let row = try #require(drops(lab).first { $0.reason == each.reason })
      if row.counters[each.counter] != nil { agree(row, each.counter) }
      #expect(row.victim["kind"] as? String == "connection" && row.process.number("pid") == Int(lab["server"]))
    }
  }

  @Test("a pruned receive queue", arguments: ["4", "6"])
  func prunedQueue(family: String) throws {
    try Scenario.with("drop-segments", "kind=3", "family=" + family) { lab in
      let row = try #require(drops(lab).first { $0.reason == "TCP_OFO_QUEUE_PRUNE" || $0.reason == "PROTO_MEM" })
      #expect((row.counters["TcpExt.OfoPruned"] ?? row.counters["TcpExt.TCPOFODrop"] ?? 0) > 0)
      #expect(row.process.number("pid") == Int(lab["server"]))
    }
  }

  @Test("single events and stacks come when they are asked for")
  func eventsAndStacks() throws {
    try Scenario.with("drop-ports") { lab in
      let outcome = try lab.sockexplain("drops", "--events", "--stacks", "--for", "500ms", "-u")
      let lines = outcome.lines.filter { $0.contains("NO_SOCKET udp 10.0.0.2:") && $0.contains("→ 10.0.0.1:8080 in __udp4_lib_rcv()") }
      #expect(lines.count > 3)
      #expect(outcome.output.contains("__udp4_lib_rcv <"))
    }
  }

  @Test("a capture replays to the same rows")
  func replay() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "drops-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Scenario.with("full-listener", "retry_ms=20") { lab in
      let live = try lab.sockexplain("drops", "--for", "500ms", "--capture", file)
      let again = try lab.sockexplain("drops", "--replay", file)
      #expect(live.status == 0 && again.status == 0 && live.output.contains("SYNs refused"))
      #expect(again.output == live.output)
    }
  }

  @Test("Ctrl-C ends early with the result so far")
  func interrupted() throws {
    try Scenario.with("full-listener", "retry_ms=20") { lab in
      let command = "timeout -s INT 5 \(Lab.products.path)/sockexplain drops --for 60s"
      let outcome = try lab.run("sh", "-c", command)
      #expect(outcome.output.contains("SYNs refused"))
    }
  }
}

/// The same without the side-car: a copy of the program that has none beside it.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct DropsWithoutEventsTests {
  @Test("a side-car that may not load anything leaves the window open")
  func withoutRights() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "shared-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    defer { try? FileManager.default.removeItem(at: place) }
    for name in ["sockexplain", "sockexplain-probe"] {
      try FileManager.default.copyItem(atPath: Lab.products.appending(path: name).path, toPath: place.appending(path: name).path)
    }
    try Scenario.with("drop-datagrams") { lab in
      let outcome = try lab.run(
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", place.appending(path: "sockexplain").path, "drops", "--for", "1s",
        "--json")
      let document = try Document(outcome)
      #expect((document.root.number("windowMilliseconds") ?? 0) >= 1000 && document.root["eventsWatched"] as? Bool == false)
      let row = try #require((document.root["rows"] as? [[String: Any]])?.first.map(DropJSON.init))
      #expect(row.id == "Udp.RcvbufErrors" && row.count > 20 && row.attribution == "socketDrops")
    }
  }

  @Test("counters and sk_drops still tell, and what they cannot see is named")
  func counters() throws {
    let place = FileManager.default.temporaryDirectory.appending(path: "alone-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: place) }
    let alone = place.appending(path: "sockexplain").path
    try FileManager.default.copyItem(atPath: Lab.products.appending(path: "sockexplain").path, toPath: alone)
    try Scenario.with("drop-datagrams") { lab in
      let outcome = try lab.run(alone, "drops", "--for", "500ms", "--json")
      let document = try Document(outcome)
      #expect(document.root["eventsWatched"] as? Bool == false && document.root["complete"] as? Bool == false)
      let row = try #require((document.root["rows"] as? [[String: Any]])?.first.map(DropJSON.init))
      #expect(row.id == "Udp.RcvbufErrors" && row.attribution == "socketDrops" && row.process.number("pid") == Int(lab["server"]))
      #expect(outcome.errors.contains("sockexplain-probe"))
    }
    try Scenario.with("full-listener", "retry_ms=20") { lab in
      let outcome = try lab.run(alone, "drops", "--for", "500ms")
      #expect(outcome.output.contains("which of the two, only drop events tell") && outcome.output.contains("counters and sk_drops only"))
    }
  }
}
