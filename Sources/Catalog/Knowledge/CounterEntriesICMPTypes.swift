// Counters whose name is made of an ICMP type: InType3, OutType135. A kernel prints those that are not zero, so no table can list them all.

extension Knowledge {
  static let icmpTypeCounters: [Entry] = [
    typeCounters(
      "IcmpMsg", "In", "ICMP messages received, by the number of their type",
      "All 256 types, also those without a name of their own in Icmp. The kernel prints a type once it has been seen: an absent counter is 0.",
      KernelSource("ICMPMSGIN_INC_STATS", "icmp_rcv()", "net/ipv4/icmp.c")),
    typeCounters(
      "IcmpMsg", "Out", "ICMP messages sent, by the number of their type",
      "Those of programs with raw sockets as well. Where Icmp has a name for the type, both move together.",
      KernelSource("ICMPMSGOUT_INC_STATS", "icmp_out_count()", "net/ipv4/icmp.c")),
    typeCounters(
      "Icmp6", "In", "ICMPv6 messages received, by the number of their type",
      "Below 128 errors, from 128 on information. Types that Icmp6 names appear a second time under that name.",
      KernelSource("ICMP6MSGIN_INC_STATS", "icmpv6_rcv()", "net/ipv6/icmp.c")),
    typeCounters(
      "Icmp6", "Out", "ICMPv6 messages sent, by the number of their type",
      "Neighbour discovery (135, 136) and multicast reports (143) are sent on any network. Only types that were sent at all are listed.",
      KernelSource("ICMP6MSGOUT_INC_STATS", "__ip6_make_skb()", "net/ipv6/ip6_output.c")),
  ]

  /// The entry of a counter named by a number (`IcmpMsg.InType3`): the pattern's entry with the type's own name; nil for any other key.
  static func icmpTypeCounter(_ key: String) -> Entry? {
    for pattern in icmpTypeCounters {
      guard let facts = pattern.counter else { continue }
      let stem = facts.key.dropLast()
      guard key.hasPrefix(stem), let type = UInt8(key.dropFirst(stem.count)), key == stem + String(type) else { continue }
      let types = facts.group == "Icmp6" ? icmp6Types : icmpTypes
      let what = types.first { $0.type == type }?.name ?? "a type that this catalog has no name for"
      let name = String(facts.name.dropLast()) + String(type)
      return counter(
        facts.group, name, ambiguous: true, benign: facts.isBenign, unit: pattern.unit,
        summary:
          "\(facts.group == "Icmp6" ? "ICMPv6" : "ICMP") messages of type \(type) \(facts.name.hasPrefix("In") ? "received" : "sent"): \(what)",
        meaning: pattern.meaning, source: pattern.source)
    }
    return nil
  }

  /// The entries that a person means by `InType3`, `IcmpMsgInType3` or `Icmp6.OutType135`, of both protocols where the word leaves it open.
  ///
  /// `key`: the word in small letters and digits.
  static func icmpTypeCounters(named key: String) -> [Entry] {
    let found = icmpTypeCounters.compactMap { pattern -> (entry: Entry, isNamed: Bool)? in
      guard let facts = pattern.counter else { return nil }
      let stem = String(facts.name.dropLast())
      let long = (facts.group + stem).lowercased()
      guard let start = [long, stem.lowercased()].first(where: { key.hasPrefix($0) }), let type = UInt8(key.dropFirst(start.count)),
        let entry = icmpTypeCounter(facts.group + "." + stem + String(type))
      else { return nil }
      let isNamed = (facts.group == "Icmp6" ? icmp6Types : icmpTypes).contains { $0.type == type }
      return (entry, isNamed || start == long)
    }
    // A number that only one of the protocols uses means that one.
    let named = found.filter(\.isNamed)
    return (named.isEmpty ? found : named).map(\.entry)
  }

  private static func typeCounters(
    _ group: String, _ direction: String, _ summary: String, _ meaning: String,
    _ source: KernelSource
  ) -> Entry {
    let stem = direction + "Type"
    return Entry(
      "\(group) \(stem)N", aliases: ["\(group)\(stem)N", "\(stem)N"],
      topic: .counter, unit: .packets, summary: summary, meaning: meaning,
      netstat: "\(NetstatShows.option(of: group)): \(stem) with the number, by that name", source: source,
      counter: CounterFacts(
        group, stem + "N", kind: .total, scope: .namespace, file: CounterFacts.file(of: group), phrase: nil, isBenign: true, since: nil))
  }

  private static let icmpTypes: [(type: UInt8, name: String)] = [
    (0, "echo reply"), (3, "destination unreachable"), (4, "source quench"), (5, "redirect"), (8, "echo request, a ping"),
    (9, "router advertisement"), (10, "router solicitation"), (11, "time exceeded"), (12, "parameter problem"), (13, "timestamp request"),
    (14, "timestamp reply"), (17, "address mask request"), (18, "address mask reply"), (40, "security failures of Photuris"),
    (42, "extended echo request, a probe of an interface"), (43, "extended echo reply"),
  ]

  private static let icmp6Types: [(type: UInt8, name: String)] = [
    (1, "destination unreachable"), (2, "packet too big"), (3, "time exceeded"), (4, "parameter problem"), (128, "echo request, a ping"),
    (129, "echo reply"), (130, "multicast listener query"), (131, "multicast listener report"), (132, "multicast listener done"),
    (133, "router solicitation"), (134, "router advertisement"), (135, "neighbour solicitation"), (136, "neighbour advertisement"),
    (137, "redirect"), (141, "inverse neighbour discovery solicitation"), (142, "inverse neighbour discovery advertisement"),
    (143, "multicast listener report, version 2"), (151, "multicast router advertisement"), (152, "multicast router solicitation"),
    (153, "multicast router termination"), (160, "extended echo request, a probe of an interface"), (161, "extended echo reply"),
  ]
}
