import Foundation
import Testing

/// Handshakes and ends of connections: rows of the table that DropsTests does not make.
@Suite(.serialized, .enabled(if: DropLab.hasEvents, DropLab.why)) struct DropRefusalTests: DropTesting {
  @Test("SYNs at a full accept queue, over either protocol", arguments: ["4", "6"])
  func synRefused(family: String) throws {
    try Scenario.with("drop-syn-refused", "family=" + family) { lab in
      let rows = try drops(lab)
      let row = try #require(rows.first { $0.id == "accept-queue-full-syn" })
      check(
        row, "", in: nil, "listener", by: "socketDrops", of: lab["server"], counters: ["TcpExt.ListenOverflows", "TcpExt.ListenDrops"])
      #expect(rows.count == 1 && abs((row.root.number("socketDrops") ?? 0) - row.count) <= row.count / 5 + 1)
    }
  }

  @Test("the third ACK at a full accept queue, answered with a reset", arguments: ["4", "6"])
  func abortOnOverflow(family: String) throws {
    try Scenario.with("drop-abort-overflow", "family=" + family) { lab in
      let rows = try drops(lab, "8080", "state", "listening")
      let row = try #require(rows.first { $0.id == "accept-queue-full-ack" })
      check(
        row, "TCP_LISTEN_OVERFLOW", in: "tcp_v\(family)_rcv", "listener", by: "exact", of: lab["server"],
        counters: ["TcpExt.ListenOverflows", "TcpExt.ListenDrops", "TcpExt.EmbryonicRsts", "Tcp.OutRsts"])
      #expect((row.root["meaning"] as? String)?.contains("tcp_abort_on_overflow being 1, was answered with a reset") == true)
      #expect(abs((row.root.number("socketDrops") ?? 0) - 2 * row.count) <= row.count / 2 + 2)
    }
  }

  @Test("an old timestamp for a port pair in TIME-WAIT, in segments and SYNs", arguments: ["4", "6"], ["0", "1"])
  func timeWaitPAWS(family: String, syn: String) throws {
    try Scenario.with("drop-tw-paws", "family=" + family, "syn=" + syn) { lab in
      let rows = try drops(lab)
      // Before 6.16 neither the reason nor the counter exists.
      guard let row = rows.first(where: { $0.reason == "TCP_RFC7323_TW_PAWS" }) else {
        #expect(!DropLab.isKernel(atLeast: 6, 16))
        return
      }
      check(row, nil, in: "tcp_v\(family)_rcv", "connection", by: nil, of: nil, counters: ["TcpExt.PAWSTimewait"])
      #expect(rows.count == 1 && row.socket["state"] as? String == "TIME-WAIT")
    }
  }

  @Test("a FIN for a connection whose TIME-WAIT socket was refused", arguments: ["4", "6"])
  func lostTimeWait(family: String) throws {
    try Scenario.with("drop-closes", "unread=0", "late_ms=30", "family=" + family) { lab in
      let row = try #require(drops(lab).first { $0.reason == "TCP_FLAGS" })
      check(row, nil, in: "tcp_v\(family)_do_rcv", "listener", by: "exact", of: lab["server"], counters: ["Tcp.OutRsts"])
      #expect((row.root["meaning"] as? String)?.contains("TCPTimeWaitOverflow +") == true)
      let notice = try #require(drops(lab, key: "notices").first { $0.id == "time-wait-overflow" })
      agree(notice, "TcpExt.TCPTimeWaitOverflow")
    }
  }

  @Test("closed with unread data names who closed, though the connections are born and gone within the window", arguments: ["4", "6"])
  func closedUnread(family: String) throws {
    try Scenario.with("drop-closes", "family=" + family) { lab in
      let rows = try drops(lab, key: "notices")
      let row = try #require(rows.first { $0.id == "closed-with-unread-data" })
      agree(row, "TcpExt.TCPAbortOnClose")
      #expect(rows.count == 1 && row.attribution == "exact" && row.victim.number("port") == 8080)
      #expect((row.victim["process"] as? [String: Any])?.number("pid") == Int(lab["server"]))
      try #expect(drops(lab, "8081", key: "notices").isEmpty)
      try #expect(drops(lab, "sport", "=", ":8080", key: "notices").count == 1)
    }
    try Scenario.with("drop-closes", "client=1", "family=" + family) { lab in
      let row = try #require(drops(lab, key: "notices", at: "client").first { $0.id == "closed-with-unread-data" })
      let server = family == "6" ? "[fd00::1]:8080" : "10.0.0.1:8080"
      #expect(row.victim["text"] as? String == "connections of client (pid \(lab["client"])) with \(server)")
    }
  }
}
