import Catalog
import Foundation
import Testing

@Suite struct DropReasonTests {
  static let entries = Knowledge.dropReasons

  @Test("a reason is found by its exact name and by the kernel's long one")
  func lookup() {
    #expect(Knowledge.dropReason("SOCKET_RCVBUFF")?.term == "SOCKET_RCVBUFF")
    #expect(Knowledge.dropReason("socket_rcvbuff") == nil)
    #expect(Knowledge.find("SKB_DROP_REASON_SOCKET_RCVBUFF").first?.topic == .dropReason)
    #expect(Self.entries.allSatisfy { $0.topic == .dropReason && $0.dropReason?.name == $0.term })
  }

  @Test("NO_SOCKET in a cookie check is a full accept queue, not a closed port")
  func misleadingName() throws {
    let facts = try #require(Knowledge.dropReason("NO_SOCKET")?.dropReason)
    for function in ["cookie_v4_check", "cookie_v6_check", "cookie_v4_check.cold"] {
      let found = facts.circumstance(at: function, state: .listen, isSent: false, flags: 16)
      #expect(found.victim == .listener && found.harm == .loss)
      #expect(found.counters.first?.key == "TcpExt.ListenOverflows")
    }
    #expect(facts.circumstance(at: "__udp4_lib_rcv", state: nil, isSent: false, flags: 0).counters.first?.key == "Udp.NoPorts")
    #expect(facts.circumstance(at: "tcp_v4_rcv", state: nil, isSent: false, flags: 4).harm == .benign)
    #expect(facts.circumstance(at: "tcp_v6_rcv", state: nil, isSent: false, flags: 2).victim == .port)
    #expect(facts.circumstance(at: "somewhere_new", state: nil, isSent: false, flags: 0).victim == .port)
  }

  @Test("the last FIN at TIME-WAIT is harmless, the same function and reason at a listener is not")
  func statesDecide() throws {
    let facts = try #require(Knowledge.dropReason("NOT_SPECIFIED")?.dropReason)
    #expect(facts.circumstance(at: "tcp_v4_rcv", state: .timeWait, isSent: false, flags: 17).harm == .benign)
    #expect(facts.circumstance(at: "tcp_v4_rcv", state: .listen, isSent: false, flags: 16).harm == .loss)
    #expect(facts.circumstance(at: "tcp_v4_rcv", state: .listen, isSent: false, flags: 2).harm == .benign)
    #expect(facts.circumstance(at: "tcp_v4_rcv", state: nil, isSent: false, flags: 16).victim == .host)
  }

  @Test("what netfilter drops on the way out is not in a capture")
  func waysOut() throws {
    let facts = try #require(Knowledge.dropReason("NETFILTER_DROP")?.dropReason)
    #expect(facts.circumstance(at: "nft_do_chain", state: nil, isSent: true, flags: 0).capture == .hidden)
    #expect(facts.circumstance(at: "nft_do_chain", state: nil, isSent: false, flags: 0).capture == .receivedOnly)
  }

  @Test("every counter that is said to confirm a drop is explained, and its words end without a full stop")
  func counters() {
    for entry in Self.entries {
      guard let facts = entry.dropReason else { continue }
      for each in [facts.usual] + facts.special {
        #expect(!each.meaning.hasSuffix(".") && (20...130).contains(each.meaning.count), "\(entry.term): \(each.meaning)")
        #expect(each.advice?.hasSuffix(".") ?? true, "\(entry.term)")
        for counter in each.counters {
          #expect(Knowledge.counter(counter.key) != nil, "\(entry.term): \(counter.key)")
        }
      }
    }
  }

  @Test("a cause that hides a row says so only where nobody loses anything")
  func benign() throws {
    let hidden = Set(Self.entries.filter { $0.dropReason?.usual.harm == .benign }.map(\.term))
    for name in ["TCP_OLD_DATA", "TCP_OFOMERGE", "OTHERHOST", "UNHANDLED_PROTO", "IPV6_NDISC_NS_OTHERHOST", "TCP_OLD_SEQUENCE"] {
      #expect(hidden.contains(name), "\(name)")
    }
    for name in [
      "CPU_BACKLOG", "SOCKET_BACKLOG", "TCP_ZEROWINDOW", "FULL_RING", "QDISC_OVERLIMIT", "IP_OUTNOROUTES", "NEIGH_QUEUEFULL", "TC_EGRESS",
    ] {
      #expect(!hidden.contains(name), "\(name)")
    }
    let reset = try #require(Knowledge.dropReason("TCP_RESET")?.dropReason)
    #expect(reset.circumstance(at: "tcp_rcv_state_process", state: .listen, isSent: false, flags: 4).harm == .benign)
    #expect(reset.circumstance(at: "tcp_validate_incoming", state: .established, isSent: false, flags: 4).harm == .refusal)
    let inHeader = try #require(Knowledge.dropReason("IP_INHDR")?.dropReason)
    #expect(inHeader.circumstance(at: "ip_forward", state: nil, isSent: false, flags: 0).harm == .refusal)
    #expect(inHeader.circumstance(at: "ip_rcv_core", state: nil, isSent: false, flags: 0).harm == .loss)
  }

  @Test("what is dropped before the tap, or on the way out before it, is not in a capture")
  func taps() throws {
    for name in [
      "CPU_BACKLOG", "XDP", "NEIGH_QUEUEFULL", "NEIGH_FAILED", "TC_EGRESS", "FQ_FLOW_LIMIT", "BPF_CGROUP_EGRESS", "QDISC_OVERLIMIT",
    ] {
      #expect(Knowledge.dropReason(name)?.dropReason?.usual.capture == .hidden, "\(name)")
    }
    for name in ["TC_INGRESS", "IP_RPFILTER", "TCP_CSUM", "TCP_ZEROWINDOW", "OTHERHOST", "UNHANDLED_PROTO"] {
      #expect(Knowledge.dropReason(name)?.dropReason?.usual.capture == .shown, "\(name)")
    }
  }

  @Test("a subsystem's number is explained by its subsystem, whose number moved between kernels")
  func subsystems() {
    #expect(Knowledge.dropSubsystem(0x20003, on: "6.18")?.entry.term == "SUBSYS_OPENVSWITCH")
    #expect(Knowledge.dropSubsystem(0x20003, on: "6.18")?.number == 3)
    #expect(Knowledge.dropSubsystem(0x30003, on: "6.12")?.entry.term == "SUBSYS_OPENVSWITCH")
    #expect(Knowledge.dropSubsystem(0x20003, on: "6.12")?.entry.term == "SUBSYS_MAC80211_MONITOR")
    #expect(Knowledge.dropSubsystem(0x20003, on: "6.14") == nil)
    #expect(Knowledge.dropSubsystem(0x10001, on: "6.18")?.entry.term == "SUBSYS_MAC80211_UNUSABLE")
    #expect(Knowledge.dropSubsystem(3, on: "6.18") == nil)
    #expect(Knowledge.dropSubsystem(0x70001, on: "6.18") == nil)
  }

  @Test("a reset reason is found by its name; one that is a drop reason too has both entries")
  func resets() {
    #expect(Knowledge.resetReason("TCP_ABORT_ON_CLOSE")?.topic == .resetReason)
    #expect(Knowledge.find("SK_RST_REASON_TCP_KEEPALIVE_TIMEOUT").first?.term == "TCP_KEEPALIVE_TIMEOUT")
    #expect(Knowledge.find("RST TCP_ABORT_ON_CLOSE").first?.topic == .resetReason)
    #expect(Set(Knowledge.find("TCP_FLAGS").map(\.topic)).isSuperset(of: [.dropReason, .resetReason]))
  }

  @Test(
    "the functions that circumstances name are in the kernel's sources",
    .enabled(if: FileManager.default.fileExists(atPath: sources), "needs kernel sources"))
  func functions() throws {
    // Of drivers, which the unpacked tree lacks.
    let elsewhere: Set<String> = ["tun_net_xmit", "vxlan_xmit", "vxlan_mdb_xmit"]
    let named = Set(Self.entries.flatMap { $0.dropReason?.special.flatMap(\.functions) ?? [] }).subtracting(elsewhere)
    let grep = Process()
    grep.executableURL = URL(filePath: "/usr/bin/grep")
    grep.arguments = ["-rhowE", named.sorted().joined(separator: "|"), Self.sources]
    let pipe = Pipe()
    grep.standardOutput = pipe
    try grep.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    grep.waitUntilExit()
    let found = Set(String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init))
    #expect(named.count > 15 && named.subtracting(found).isEmpty, "\(named.subtracting(found))")
  }
  static let sources = "/usr/src/k/linux-source-6.12/net"

  /// The names of one enumeration in the running kernel, without the prefix.
  static func names(of enumeration: String, prefix: String) throws -> Set<String> {
    let lines = try BTF.dump()
    let start = try #require(lines.firstIndex { $0.contains("] ENUM '\(enumeration)'") })
    var names: Set<String> = []
    for row in lines[(start + 1)...].prefix(while: { $0.first == "\t" }) {
      guard let name = row.split(separator: "'").dropFirst().first else { continue }
      if name.hasPrefix(prefix) { names.insert(String(name.dropFirst(prefix.count))) }
    }
    return names.subtracting(["MAX", "SUBSYS_MASK"])
  }

  @Test(
    "covers every core reason of this kernel; others say whose they are",
    .enabled(if: BTF.missing == nil, Comment(rawValue: BTF.missing ?? "")))
  func drift() throws {
    let names = try Self.names(of: "skb_drop_reason", prefix: "SKB_DROP_REASON_")
    let known = Set(Self.entries.map(\.term))
    print("skb_drop_reason: covers \(known.intersection(names).count) of \(names.count)")
    #expect(names.count > 60, "the dump was not understood")
    // A newer or older kernel has others; the catalog follows 6.18.
    guard LiveSettings.kernel == "6.18" else { return }
    #expect(names.subtracting(known).isEmpty, "\(names.subtracting(known).sorted())")
    let strangers = Set(Self.entries.filter { $0.dropReason?.kernels != nil }.map(\.term))
    #expect(known.subtracting(names) == strangers)
  }

  @Test("covers every reset reason of this kernel", .enabled(if: BTF.missing == nil, Comment(rawValue: BTF.missing ?? "")))
  func resetDrift() throws {
    let names = try Self.names(of: "sk_rst_reason", prefix: "SK_RST_REASON_")
    let known = Set(Knowledge.resetReasons.map(\.term))
    print("sk_rst_reason: covers \(known.intersection(names).count) of \(names.count)")
    guard LiveSettings.kernel == "6.18" else { return }
    #expect(known == names, "\(known.symmetricDifference(names))")
  }
}
