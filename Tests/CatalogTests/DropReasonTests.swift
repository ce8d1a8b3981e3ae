import Catalog
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
        #expect(!each.meaning.hasSuffix(".") && each.meaning.count <= 130, "\(entry.term): \(each.meaning)")
        #expect(each.advice?.hasSuffix(".") ?? true, "\(entry.term)")
        for counter in each.counters where !counter.key.hasPrefix("Udp6") {
          #expect(Knowledge.counter(counter.key) != nil || Self.notYet.contains(counter.key), "\(entry.term): \(counter.key)")
        }
      }
    }
  }

  /// Explained once the catalog of counters is whole.
  static let notYet: Set<String> = [
    "TcpExt.BeyondWindow", "TcpExt.PAWSTimewait", "TcpExt.EmbryonicRsts", "Udp.MemErrors", "TcpExt.SyncookiesRecv",
  ]

  @Test("the names are this kernel's", .enabled(if: BTF.missing == nil, Comment(rawValue: BTF.missing ?? "")))
  func drift() throws {
    let lines = try BTF.dump()
    let start = try #require(lines.firstIndex { $0.contains("] ENUM 'skb_drop_reason'") })
    var names: Set<String> = []
    for row in lines[(start + 1)...].prefix(while: { $0.first == "\t" }) {
      guard let name = row.split(separator: "'").dropFirst().first else { continue }
      let prefix = "SKB_DROP_REASON_"
      if name.hasPrefix(prefix) { names.insert(String(name.dropFirst(prefix.count))) }
    }
    names.subtract(["MAX", "SUBSYS_MASK"])
    let known = Set(Self.entries.map(\.term))
    print("skb_drop_reason: covers \(known.intersection(names).count) of \(names.count)")
    #expect(known.subtracting(names).isEmpty, "\(known.subtracting(names))")
    #expect(names.count > 60, "the dump was not understood")
  }
}
