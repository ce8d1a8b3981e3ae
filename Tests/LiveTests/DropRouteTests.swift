import Foundation
import Testing

/// What does not get out of the host, comes in by a wrong way, or is turned down between the device and the socket.
@Suite(.serialized, .enabled(if: DropLab.hasEvents, DropLab.why)) struct DropRouteTests: DropTesting {
  @Test("a rule on output, and a neighbour that does not answer", arguments: ["4", "6"])
  func sending(family: String) throws {
    let ip = family == "6" ? "Ip6" : "Ip"
    try Scenario.with("drop-sending", "tcp=1", "family=" + family) { lab in
      let rows = try drops(lab)
      let ruled = try #require(rows.first { $0.reason == "NETFILTER_DROP" && $0.socket["netid"] as? String == "udp" })
      check(ruled, nil, in: nil, "sender", by: "exact", of: lab["server"], counters: [ip + ".OutDiscards"], shows: false)
      #expect(ruled.counters["TcpExt.TCPRetransFail"] == nil)
      // Of TCP only what is sent again is counted, and not by IP.
      let syns = try #require(rows.first { $0.reason == "NETFILTER_DROP" && $0.socket["netid"] as? String == "tcp" })
      check(syns, nil, in: nil, "sender", by: nil, of: lab["server"], shows: false)
      #expect(syns.counters[ip + ".OutDiscards"] == nil)
      // IPv6's half of it gives no reason.
      let unanswered = try #require(rows.first { $0.functions == ["neigh_invalidate"] || $0.reason == "NEIGH_FAILED" })
      check(unanswered, family == "6" ? nil : "NEIGH_FAILED", in: nil, "sender", by: nil, of: lab["server"], shows: false)
      #expect((unanswered.root["meaning"] as? String)?.hasPrefix("the next hop did not answer") == true)
    }
  }

  @Test("a shaper's full queue", arguments: ["4", "6"])
  func shaped(family: String) throws {
    try Scenario.with("drop-shaped", "family=" + family) { lab in
      let row = try #require(drops(lab, "-u").first { $0.reason == "QDISC_DROP" })
      check(row, nil, in: nil, "sender", by: "exact", of: lab["server"], shows: false)
      // The kernel's own packets (MLD, router solicitations) meet the same queue and count, too.
      let rise = row.counters[(family == "6" ? "Ip6" : "Ip") + ".OutDiscards"] ?? 0
      #expect(rise * 5 >= row.count * 4 && rise <= row.count + 10)
    }
  }

  @Test("reverse path filter, strict and loose; IPv6 has none", arguments: ["1", "2"])
  func reversePath(mode: String) throws {
    try Scenario.with("drop-reverse-path", "rp_filter=" + mode) { lab in
      let row = try #require(drops(lab).first { $0.reason == "IP_RPFILTER" })
      check(
        row, nil, in: "ip_rcv_finish_core", "receiver", by: "inferred", of: lab["server"], counters: ["TcpExt.IPReversePathFilter"])
    }
  }

  @Test("a datagram's wrong checksum, wherever it is found", arguments: ["4", "6"], ["0", "1", "2", "3"])
  func datagramChecksum(family: String, at place: String) throws {
    let udp = family == "6" ? "Udp6" : "Udp"
    try Scenario.with("drop-udp-checksum", "family=" + family, "at=" + place) { lab in
      let rows = try drops(lab)
      try #require(rows.count == 1)
      let row = rows[0]
      switch place {
      case "0":
        // IPv6 gives it another reason's name.
        check(
          row, family == "6" ? "NO_SOCKET" : "UDP_CSUM", in: "__udp\(family)_lib_rcv", "host", by: "none", of: nil,
          counters: [udp + ".InCsumErrors", udp + ".InErrors"])
        #expect(row.id == "udp_csum")
      case "1":
        let function = family == "6" ? "udpv6_queue_rcv_one_skb" : "udp_queue_rcv_one_skb"
        check(
          row, "UDP_CSUM", in: function, "receiver", by: "exact", of: lab["server"], counters: [udp + ".InCsumErrors", udp + ".InErrors"])
      default:
        // Found as it is read: the event says no namespace. poll() counts IPv6's as IPv4's.
        let isPolled = place == "3"
        check(
          row, "", in: nil, "receiver", by: "socketDrops", of: lab["server"], counters: [(isPolled ? "Udp" : udp) + ".InCsumErrors"])
      }
    }
  }

  @Test("a short datagram with a wrong checksum is found at once", arguments: ["4", "6"])
  func shortChecksum(family: String) throws {
    try Scenario.with("drop-udp-checksum", "family=" + family, "bytes=20") { lab in
      let row = try #require(drops(lab).first)
      check(
        row, "UDP_CSUM", in: "__udp\(family)_lib_rcv", "receiver", by: "inferred", of: lab["server"],
        counters: [(family == "6" ? "Udp6" : "Udp") + ".InCsumErrors"])
    }
  }

  @Test("a router's drops: hops used up, no route, not its business", arguments: ["4", "6"])
  func forwarding(family: String) throws {
    let ip = family == "6" ? "Ip6" : "Ip"
    try Scenario.with("drop-forward", "family=" + family) { lab in
      let rows = try drops(lab)
      let hops = try #require(rows.first { $0.reason == "IP_INHDR" })
      check(hops, nil, in: family == "6" ? "ip6_forward" : "ip_forward", "host", by: "none", of: nil, counters: [ip + ".InHdrErrors"])
      let lost = try #require(rows.first { $0.reason == "IP_INNOROUTES" })
      check(lost, nil, in: nil, "host", by: "none", of: nil, counters: [family == "6" ? "Ip6.InNoRoutes" : "IpExt.InNoRoutes"])
      #expect(lost.counters.count == 1)
    }
    try Scenario.with("drop-forward", "forwarding=0", "family=" + family) { lab in
      let row = try #require(drops(lab).first { $0.reason == "IP_INADDRERRORS" })
      #expect((row.counters[ip + ".InAddrErrors"] ?? 0) > 0)
    }
  }

  @Test("a fragment whose others never come is told with its port", arguments: ["4", "6"])
  func fragments(family: String) throws {
    try Scenario.with("drop-fragments", "family=" + family) { lab in
      let row = try #require(drops(lab).first { $0.reason == "FRAG_REASM_TIMEOUT" })
      check(row, nil, in: nil, "receiver", by: "inferred", of: lab["server"])
    }
  }

  @Test("what a socket's own filter drops is told once", arguments: ["4", "6"])
  func filtered(family: String) throws {
    try Scenario.with("drop-filtered", "family=" + family) { lab in
      let rows = try drops(lab)
      try #require(rows.count == 2, "\(rows.map(\.root))")
      for row in rows {
        check(row, "SOCKET_FILTER", in: nil, row.victim.number("port") == 8080 ? "receiver" : "connection", by: "exact", of: lab["server"])
      }
      let udp = try #require(rows.first { $0.victim.number("port") == 8080 })
      agree(udp, family == "6" ? "Udp6.InErrors" : "Udp.InErrors")
    }
  }

  @Test("rules that answer, of nft and of legacy iptables", arguments: ["4", "6"], ["0", "1"])
  func rejected(family: String, legacy: String) throws {
    try Scenario.with("drop-rejected", "legacy=" + legacy, "family=" + family) { lab in
      let rows = try drops(lab)
      #expect(rows.count == 2)
      for row in rows {
        check(
          row, "NETFILTER_DROP", in: legacy == "1" ? "nf_hook_slow" : "nft_do_chain", row.victim["kind"] as? String, by: "inferred",
          of: lab["server"])
      }
    }
  }

  @Test("an unsigned SYN where TCP-MD5 is wanted", arguments: ["4", "6"])
  func unsigned(family: String) throws {
    try Scenario.with("drop-unsigned", "family=" + family) { lab in
      let row = try #require(drops(lab).first { $0.reason == "TCP_MD5NOTFOUND" })
      check(row, nil, in: "tcp_v\(family)_rcv", "listener", by: "exact", of: lab["server"], counters: ["TcpExt.TCPMD5NotFound"])
    }
  }

  @Test("multicast and broadcast that nobody wants is harmless, and counted", arguments: ["4", "6"])
  func groups(family: String) throws {
    try Scenario.with("drop-groups", "family=" + family) { lab in
      try #expect(drops(lab).isEmpty)
      let hidden = try drops(lab, key: "harmlessRows")
      #expect(hidden.reduce(0) { $0 + $1.count } > 20)
      if family == "4" {
        let broadcast = try #require(hidden.first { $0.victim.number("port") == 8081 })
        agree(broadcast, "Udp.IgnoredMulti")
      }
    }
  }
}
