import Foundation
import ProbeStream
import Testing

/// Each eBPF program reports its event, in a namespace of its own.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct ProbeTests {
  /// A connection attempt and a datagram to a closed port.
  func knock(_ lab: Scenario) throws {
    _ = try lab.run("bash", "-c", "echo > /dev/tcp/127.0.0.1/9; echo x > /dev/udp/127.0.0.1/9")
  }

  @Test func closedPortsAreDropsWithReasonAndFunction() throws {
    try Scenario.with("established") { lab in
      let records = try ProbeRun.watch(["--drops"], lab) { try knock(lab) }
      for (proto, function) in [(UInt8(6), "tcp_v4_rcv"), (17, "__udp4_lib_rcv")] {
        let row = try #require(records.drops.first { $0.proto == proto && $0.localPort == 9 })
        #expect(row.function == function)
        #expect(row.count == 1 && row.direction == .received && row.attribution == .none && row.cookie == 0)
        #expect(row.local.high == 0x7f00_0001_0000_0000 && row.namespace == records.hello?.namespace)
        #expect(records.reason(row.reason) == "NO_SOCKET")
      }
      #expect(records.drops.first { $0.proto == 6 }?.tcpFlags == 2)
    }
  }

  @Test func aRefusedConnectIsAStory() throws {
    try Scenario.with("established") { lab in
      let records = try ProbeRun.watch(["--trace"], lab) { try knock(lab) }
      let events = records.events
      let connect = try #require(events.first { $0.kind == .state && $0.oldState == 7 && $0.newState == 2 })
      #expect(connect.processID != 0 && connect.processName == Array("bash".utf8) && connect.inode != 0 && connect.uid == 0)
      #expect(connect.peerPort == 9)
      let mine = events.filter { $0.cookie == connect.cookie }
      #expect(mine.contains { $0.kind == .receiveReset })
      #expect(mine.contains { $0.kind == .error && $0.error == 111 })
      #expect(mine.contains { $0.kind == .state && $0.newState == 7 && $0.localPort != 0 })
      #expect(mine.last?.kind == .destroy)
      let reset = try #require(events.first { $0.kind == .sendReset })
      #expect(reset.cookie == 0 && reset.localPort == 9 && reset.peerPort != 0 && reset.peer.high == 0x7f00_0001_0000_0000)
      #expect(records.reason(reset.reason, .reset) == "NO_SOCKET")
    }
  }

  @Test func retransmissionsAreSeen() throws {
    try Scenario.with("black-hole") { lab in
      let run = try ProbeRun(["--trace"], prefix: ["nsenter", "--net=" + lab["server_ns"]])
      let client = try ProbeRun(["--trace"], prefix: ["nsenter", "--net=" + lab["client_ns"]])
      let isSeen = { (records: [ProbeRecord]) in records.events.contains { $0.kind == .retransmit } }
      let seen = try eventually({ try run.records() + client.records() }, until: isSeen)
      let event = try #require(seen.events.first { $0.kind == .retransmit })
      #expect(event.endSequence &- event.sequence > 0 && event.connection?.timeouts ?? 0 > 0 && event.cookie != 0)
      _ = try run.stop()
      _ = try client.stop()
    }
  }

  @Test func repeatedSynAcksNameTheListenerAndThePeer() throws {
    try Scenario.with("half-open") { lab in
      let run = try ProbeRun(["--trace"], prefix: ["nsenter", "--net=" + lab["server_ns"]])
      let seen = try run.until { $0.events.contains { $0.kind == .retransmitSynAck } }
      let event = try #require(seen.events.first { $0.kind == .retransmitSynAck })
      #expect(event.localPort == 8080 && event.peerPort != 0 && event.cookie != 0)
      _ = try run.stop()
    }
  }

  @Test func aFullDatagramBufferIsItsSocketsLoss() throws {
    try Scenario.with("udp-drops") { lab in
      let records = try ProbeRun.watch(["--drops"], lab) {
        _ = try lab.run("bash", "-c", "printf %1000s > /dev/udp/127.0.0.1/\(lab["port"])")
      }
      let row = try #require(records.drops.first { $0.source == .udpQueue })
      #expect(row.reason == 12 && row.cookie != 0 && row.localPort == UInt16(lab["port"]) && row.count == 1)
      let drop = try #require(records.drops.first { $0.source == .kfree && $0.proto == 17 })
      #expect(records.reason(drop.reason) == "SOCKET_RCVBUFF")
      if records.programs.contains(where: { $0.name == "kfree_skb" && $0.details.contains("rx_sk") }) {
        #expect(drop.attribution == .receiver && drop.cookie == row.cookie && drop.socketState == 7)
      }
    }
  }

  @Test func wrongChecksumsAreCounted() throws {
    try Scenario.with("bad-checksum") { lab in
      let run = try ProbeRun(["--drops"], prefix: ["nsenter", "--net=" + lab["server_ns"]])
      let seen = try run.until { $0.drops.contains { $0.source == .badChecksum && $0.count > 2 } }
      let row = try #require(seen.drops.first { $0.source == .badChecksum })
      #expect(row.localPort == 8080 && row.proto == 6 && row.tcpFlags == 2)
      let reasons = Set(try run.stop().drops.filter { $0.source == .kfree }.map { seen.reason($0.reason) })
      #expect(reasons.isSuperset(of: ["TCP_CSUM", "UDP_CSUM"]))
    }
  }

  @Test func theThirdAckAtAFullQueueNamesItsListener() throws {
    try Scenario.with("full-server-from-client") { lab in
      let run = try ProbeRun(["--drops", "--queues"], prefix: ["nsenter", "--net=" + lab["server_ns"]])
      let seen = try run.until { $0.drops.contains { $0.proto == 6 && $0.localPort == 8080 && $0.socketState == 10 } }
      let listener = try #require(seen.sockets.first { $0.state == 10 })
      let row = try #require(seen.drops.first { $0.socketState == 10 })
      #expect(row.cookie == listener.cookie && row.attribution == .receiver)
      #expect(listener.listener.map { $0.acceptQueue > $0.limit } == true)
      _ = try run.stop()
    }
  }

  @Test func theDepthOfASynQueueIsRead() throws {
    try Scenario.with("half-open", "clients=5") { lab in
      let records = try ProbeRun.watch(["--queues", "--listeners"], lab) {}
      #expect(records.sockets.count == 1)
      #expect(records.sockets.first?.listener?.synQueue == 5)
      #expect(records.sockets.first?.cookie ?? 0 != 0)
    }
  }

  @Test func optionsThatInetDiagLacksAreRead() throws {
    try Scenario.with("options") { lab in
      let records = try ProbeRun.watch(["--queues"], lab) {}
      let socket = try #require(records.sockets.first { $0.localPort != 8080 })
      #expect(socket.userTimeoutMilliseconds == 30000 && socket.synRetries == 3 && socket.notSentLowWater == 16384)
      #expect(socket.isKeepaliveOn && socket.keepaliveProbes == 4)
      #expect(socket.keepaliveIdleMilliseconds == 10000 && socket.keepaliveIntervalMilliseconds == 5000)
      #expect(socket.linger2Milliseconds == 20000 && socket.isLingerOn && socket.lingerMilliseconds == 7000)
      #expect(socket.isNoDelay && !socket.isCorked && socket.isReceiveBufferFixed && !socket.isSendBufferFixed)
      let other = try #require(records.sockets.first { $0.localPort == 8080 && $0.state == 1 })
      #expect(other.userTimeoutMilliseconds == 0 && !other.isNoDelay && other.keepaliveIdleMilliseconds == 0 && !other.isLingerOn)
    }
  }

  @Test func optionsAreToldOnCardsAndInDocuments() throws {
    try Scenario.with("options") { lab in
      func words(_ arguments: String...) throws -> String {
        let enter = [Lab.path(of: "nsenter") ?? "nsenter", "--net=" + lab["server_ns"], Lab.products.appending(path: "sockexplain").path]
        return try Lab.run(enter + arguments).output.split(whereSeparator: { " \n".contains($0) }).joined(separator: " ")
      }
      let card = try words("dport = :8080")
      #expect(card.contains("options TCP_NODELAY, TCP_NOTSENT_LOWAT 16 KiB, keepalive 10 s, then each 5 s until the user timeout"))
      #expect(card.contains("user timeout 30 s, SO_LINGER 7 s, TCP_LINGER2 20 s, SO_RCVBUF: fixed at 195 KiB"))
      #expect(card.contains("a dead peer is found 30 s after its last sign: 10 s + 5 s × 4") && !card.contains("unless the program"))
      let document = try words("--json", "dport = :8080")
      #expect(document.contains("\"user_timeout\":30000") && document.contains("\"linger2\":20000"))
      #expect(try words("--json").contains("\"keepalive_intvl\":5000"))
      #expect(try words("sysctl-audit", "net.ipv4.tcp_fin_timeout").contains("whose program set TCP_LINGER2: 20 s"))
      // Without the right to load eBPF the page says so by its hedge alone.
      let plain = try lab.run(
        "setpriv", "--bounding-set=-bpf,-sys_admin", "--inh-caps=-bpf,-sys_admin", Lab.products.appending(path: "sockexplain").path,
        "dport = :8080")
      #expect(plain.output.split(whereSeparator: { " \n".contains($0) }).joined(separator: " ").contains("if the program set TCP_KEEPIDLE"))
      #expect(!plain.output.contains("TCP_NODELAY") && plain.errors.split(separator: "\n").count <= 1)
    }
  }

  /// The kernel finds members itself.
  static let hasLightLoader = ProcessInfo.processInfo.isOperatingSystemAtLeast(
    OperatingSystemVersion(majorVersion: 5, minorVersion: 17, patchVersion: 0))

  @Test func ownersAreThoseOfTheNamespace() throws {
    try Scenario.with("established", "count=3") { lab in
      let records = try ProbeRun.watch(["--owners"], lab) {}
      var held: [String: Int] = [:]
      var name = ""
      for record in records {
        if case .process(let process) = record { name = String(decoding: process.name, as: UTF8.self) }
        if case .descriptors(let descriptors) = record { held[name, default: 0] += descriptors.count }
      }
      // Both ends may be in one namespace or in two; the listener is the server's.
      #expect(held["server"] ?? 0 >= 4 && held.keys.allSatisfy { ["server", "client"].contains($0) })
      #expect(records.programs.contains { $0.name == "iter/task_file" && $0.details.contains("light") == Self.hasLightLoader })
    }
  }

  /// So many that the program asks the side-car, here one that leaves a trace; a copy of the program without a side-car reads /proc.
  @Test func ownersOfManySocketsAreThoseOfProc() throws {
    let count = Self.hasLightLoader ? 1500 : 21000
    try Scenario.with("farm", "sockets=\(count)", "listeners=5") { lab in
      let directory = FileManager.default.temporaryDirectory.appending(path: "owners-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(at: directory) }
      let copy = directory.appending(path: "sockexplain")
      try FileManager.default.copyItem(at: Lab.products.appending(path: "sockexplain"), to: copy)
      let fromProc = try lab.run(copy.path, "-tanpH").lines.sorted()
      let wrapper = directory.appending(path: "sockexplain-probe")
      try "#!/bin/sh\n: >$0.ran\nexec \(ProbeRun.program.path) \"$@\"\n".write(to: wrapper, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: wrapper.path)
      let asked = try lab.run(copy.path, "-tanpH")
      #expect(FileManager.default.fileExists(atPath: wrapper.path + ".ran"))
      #expect(asked.lines.sorted() == fromProc)
      #expect(fromProc.count >= count)
    }
  }

  @Test func stacksNameFunctionsAndNoAddresses() throws {
    try Scenario.with("established") { lab in
      let records = try ProbeRun.watch(["--drops", "--stacks", "--events"], lab) { try knock(lab) }
      let row = try #require(records.drops.first { $0.proto == 6 && $0.stack != 0 })
      let stack = records.compactMap { if case .stack(let stack) = $0, stack.id == row.stack { stack } else { nil } }.first
      #expect(stack?.frames.contains { $0.hasPrefix("tcp_v4_rcv") } == true, "\(stack?.frames ?? [])")
      #expect(stack?.frames.contains { $0.contains("0x") || $0.hasPrefix("bpf_") } == false)
      let event = try #require(records.events.first { $0.kind == .drop && $0.proto == 6 })
      #expect(event.function == "tcp_v4_rcv" && event.stack == row.stack && event.localPort == 9)
    }
  }
}
