import Foundation
import Testing

/// The lists, beside `ss` and /proc on the same sockets at the same moment. Scenarios whose sockets are at rest.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct ListTests {
  /// Rows without the spaces that only align them, in no order.
  func rows(_ outcome: Outcome) -> [String] {
    outcome.lines.map { $0.split(separator: " ").joined(separator: " ") }.sorted()
  }

  @Test(arguments: [
    ("reaches", "-tlnH"), ("reaches", "-tanH"), ("families", "-tanH"), ("families", "-t4anH"), ("families", "-t6anH"),
    ("full-listener", "-tanH"), ("close-wait", "-tanH"), ("reuseport", "-tlnH"), ("prefork", "-tlnH"), ("clipped", "-tlnH"),
    ("mptcp", "-tanH"), ("defer-accept", "-tanH"), ("udp", "-uanH"), ("udp-drops", "-uanH"),
  ])
  func rowsAreThoseOfSs(_ scenario: String, _ options: String) throws {
    try Scenario.with(scenario) { lab in
      let theirs = try rows(lab.run("ss", options))
      let ours = try rows(lab.sockexplain(options))
      #expect(!theirs.isEmpty)
      #expect(ours == theirs)
    }
  }

  @Test(arguments: ["time-wait", "peer-fin-dropped", "half-close", "persist"])
  func clientRowsAreThoseOfSs(_ scenario: String) throws {
    try Scenario.with(scenario) { lab in
      let theirs = try rows(lab.run("ss", "-tanH", at: "client"))
      try #expect(rows(lab.sockexplain("-tanH", at: "client")) == theirs)
    }
  }

  /// A kernel without raw_diag refuses for either family: each is then read from /proc, once.
  @Test func rawSocketsAreListedOnce() throws {
    try Scenario.with("udp") { lab in
      let outcome = try lab.sockexplain("--json", "-wan")
      try #expect(Document(outcome).sockets.count == lab.run("ss", "-wanH").lines.count)
    }
  }

  /// What `ss -tanoiemH` says of one connection as key and value: "rto:204" and "cwnd:10", the nine of skmem.
  func words(ofSs text: String) -> [String: String] {
    var words: [String: String] = [:]
    for word in text.split(whereSeparator: { " \t\n".contains($0) }) {
      guard let colon = word.firstIndex(of: ":") else { continue }
      let key = String(word[..<colon])
      let value = String(word[word.index(after: colon)...])
      guard key == "skmem" else {
        words[key] = value
        continue
      }
      for part in value.dropFirst().dropLast().split(separator: ",") {
        let name = part.prefix { $0.isLetter }
        words["skmem " + name] = String(part.dropFirst(name.count))
      }
    }
    return words
  }

  @Test func fieldsOfAConnectionAreThoseOfSs() throws {
    try Scenario.with("established", "bytes=700") { lab in
      let filter = ["state", "established"]
      let ss = words(ofSs: try lab.run("ss", "-tanoiemH", filter[0], filter[1]).output)
      let document = try Document(lab.sockexplain("--json", "-taniem", filter[0], filter[1]))
      try #require(document.sockets.count == 1)
      let socket = document.sockets[0]
      // ss writes milliseconds where the kernel counts microseconds.
      let microseconds = { (text: String?) in text.flatMap(Double.init).map { Int(($0 * 1000).rounded()) } }
      #expect(socket.number("tcpInfo", "rto") == microseconds(ss["rto"]))
      #expect(socket.number("tcpInfo", "rtt") == microseconds(ss["rtt"]?.split(separator: "/").first.map(String.init)))
      #expect(socket.number("tcpInfo", "rttvar") == microseconds(ss["rtt"]?.split(separator: "/").last.map(String.init)))
      #expect(socket.number("tcpInfo", "ato") == microseconds(ss["ato"]))
      #expect(socket.number("tcpInfo", "min_rtt") == microseconds(ss["minrtt"]))
      let same = [
        "snd_mss": "mss", "pmtu": "pmtu", "rcv_mss": "rcvmss", "advmss": "advmss", "snd_cwnd": "cwnd", "bytes_received": "bytes_received",
        "segs_out": "segs_out", "segs_in": "segs_in", "data_segs_in": "data_segs_in", "rcv_space": "rcv_space",
        "rcv_ssthresh": "rcv_ssthresh", "snd_wnd": "snd_wnd", "delivered": "delivered",
      ]
      for (ours, theirs) in same { #expect(socket.number("tcpInfo", ours) == ss[theirs].flatMap { Int($0) }, "\(ours)") }
      let memory = [
        "rmem_alloc": "r", "rcvbuf": "rb", "wmem_alloc": "t", "sndbuf": "tb", "fwd_alloc": "f", "wmem_queued": "w", "optmem": "o",
        "backlog": "bl", "drops": "d",
      ]
      for (ours, theirs) in memory { #expect(socket.number("skmeminfo", ours) == ss["skmem " + theirs].flatMap { Int($0) }, "\(ours)") }
      #expect(socket.number("inode") == ss["ino"].flatMap { Int($0) })
      #expect(socket.number("cookie") == ss["sk"].flatMap { Int($0, radix: 16) })
      #expect(socket.number("rqueue") == 700)
      let scales = [socket.number("tcpInfo", "snd_wscale"), socket.number("tcpInfo", "rcv_wscale")]
      #expect(scales == ss["wscale"]?.split(separator: ",").map { Int($0) })
    }
  }

  @Test func rowsOfProcAgree() throws {
    try Scenario.with("established", "count=5", "bytes=3") { lab in
      let sockets = try Document(lab.sockexplain("--json", "-tan")).sockets
      // sl local rem st tx:rx tr:when retrnsmt uid timeout inode
      let table = try lab.run("cat", "/proc/net/tcp").lines.dropFirst().map { $0.split(separator: " ") }
      try #require(table.count == 6 && sockets.count == 6)
      for row in table {
        let queues = row[4].split(separator: ":").compactMap { Int($0, radix: 16) }
        let socket = try #require(sockets.first { $0.number("inode") == Int(row[9]) })
        #expect(socket.number("stateCode") == Int(row[3], radix: 16))
        #expect(socket.number("sport") == row[1].split(separator: ":").last.flatMap { Int($0, radix: 16) })
        #expect(socket.number("dport") == row[2].split(separator: ":").last.flatMap { Int($0, radix: 16) })
        #expect(socket.number("uid") == Int(row[7]))
        #expect(socket.number("rqueue") == queues[1])
        // /proc has no limit of a listener's queue.
        if row[3] != "0A" { #expect(socket.number("wqueue") == queues[0]) }
      }
    }
  }

  @Test func ownersAreThoseThatHoldTheSocket() throws {
    try Scenario.with("prefork", "count=3") { lab in
      let sockets = try Document(lab.sockexplain("--json", "-tlnp")).sockets
      let owners = (sockets.first?["owners"] as? [[String: Any]] ?? []).compactMap { $0.number("pid") }
      #expect(owners.sorted() == ["server", "server1", "server2"].compactMap { Int(lab[$0]) }.sorted())
    }
  }

  @Test func unixSocketsKeepTheirNamesAndQueues() throws {
    try Scenario.with("unix", "pending=2", "backlog=5") { lab in
      let sockets = try Document(lab.sockexplain("--json", "-xa")).sockets
      let listener = try #require(sockets.first { $0["path"] as? String == lab["stream"] })
      #expect(listener.number("rqueue") == 2 && listener.number("wqueue") == 5)
      #expect(sockets.contains { $0["path"] as? String == lab["datagram"] })
      #expect(sockets.count == (try lab.run("ss", "-xanH").lines.count))
    }
  }

  /// Stable connections beside connects and closes at 20,000 a second: each is in every dump, and once.
  @Test func nothingIsMissedOrTwiceUnderChurn() throws {
    try Scenario.with("churn", "stable=1000", "rate=20000") { lab in
      for _ in 0..<50 {
        let lines = try lab.sockexplain("-tanH", at: "server").lines
        let stable = lines.filter { $0.hasPrefix("ESTAB") && $0.split(separator: " ").suffix(2).contains { $0.hasSuffix(":8080") } }
        #expect(stable.count == 2000)
        #expect(Set(stable.map { $0.split(separator: " ").suffix(2) }).count == 2000)
      }
    }
  }
}
