// Counters of ICMPv6: group Icmp6 of /proc/net/snmp6. Those named by a number are in CounterEntriesICMPTypes.swift.

extension Knowledge {
  static let icmp6Counters: [Entry] = icmp6Totals + icmp6In + icmp6Out

  private static let icmp6Totals: [Entry] = [
    icmp6(
      "InMsgs", .phrase("ICMP messages received"), benign: true, "ICMP6_MIB_INMSGS", "icmpv6_rcv()", "icmp.c",
      "ICMPv6 messages that came in",
      "In IPv6 this is no side channel: address resolution, router discovery and multicast membership are ICMPv6, so a healthy link has a steady stream."
    ),
    icmp6(
      "InErrors", .phrase("input ICMP message failed"), "ICMP6_MIB_INERRORS", "icmpv6_rcv()", "icmp.c",
      "ICMPv6 messages that could not be used",
      "Damaged, shorter than their type demands, or about a connection that is gone. An unknown informational type is ignored and not counted.",
      misreading: "As in Icmp, it is not the number of errors that were reported to us."),
    icmp6(
      "OutMsgs", .phrase("ICMP messages sent"), benign: true, "ICMP6_MIB_OUTMSGS", "__ip6_make_skb()", "ip6_output.c",
      "ICMPv6 messages made on this host",
      "Solicitations of the kernel, multicast reports, errors, pings. It grows without any traffic of programs."),
    icmp6(
      "OutErrors", .name, unit: .times, "ICMP6_MIB_OUTERRORS", "icmp6_send()", "icmp.c", "ICMPv6 messages that could not be built",
      "Neither memory nor send buffer, or a ping socket whose data could not be queued. Suppressed ones are in OutRateLimitHost."),
    icmp6(
      "InCsumErrors", .name, "ICMP6_MIB_CSUMERRORS", "icmpv6_rcv()", "icmp.c", "ICMPv6 messages with a wrong checksum",
      "It covers the addresses too, so an address rewritten without it (a faulty NAT66 or NAT64) shows here. Each is also one of InErrors."),
    icmp6(
      "OutRateLimitHost", .name, since: "6.3", unit: .times, "ICMP6_MIB_RATELIMITHOST", "icmpv6_xrlim_allow()", "icmp.c",
      "ICMPv6 errors not sent because the destination had enough of them",
      """
      The interval is icmp6's ratelimit (1000 ms), made shorter the wider the route: 250 ms for a /64, 62 ms for the default route. "Packet too big" is exempt. The overall budget of icmp_msgs_per_sec has \
      no counter here.
      """),
  ]

  private static let icmp6In: [Entry] = [
    typed(
      "InDestUnreachs", .phrase("destination unreachable"), 1, "ICMPV6_DEST_UNREACH", "somebody could not deliver an IPv6 packet of ours",
      "With IPv6 preferred and broken on the path, each new connection costs one of these before the program falls back to IPv4."),
    typed(
      "InPktTooBigs", .phrase("packets too big"), benign: true, 2, "ICMPV6_PKT_TOOBIG",
      "a router said that a packet of ours is too large for its next link",
      "Path MTU discovery working as intended: the size is noted for that destination and TCP sends smaller segments. Tunnels make it common.",
      misreading: "If it stays 0 while large transfers hang, the messages are filtered somewhere; that is the fault, not their presence."),
    typed(
      "InTimeExcds", .phrase("received ICMPv6 time exceeded"), 3, "ICMPV6_TIME_EXCEED",
      "an IPv6 packet of ours ran out of hops, or its fragments out of time",
      "Answers to traceroute, or a loop. See Icmp InTimeExcds."),
    typed(
      "InParmProblems", .phrase("parameter problem"), 4, "ICMPV6_PARAMPROB",
      "somebody did not understand a header or extension header of ours",
      "A host without SCTP or another protocol says so with this message; IPv4 has protocol unreachable for it."),
    typed(
      "InEchos", .phrase("echo requests"), benign: true, 128, "ICMPV6_ECHO_REQUEST", "IPv6 pings received",
      "Pings to ff02::1 ask every host of the link at once and are answered unless net.ipv6.icmp.echo_ignore_multicast says otherwise."),
    typed(
      "InEchoReplies", .phrase("echo replies"), benign: true, 129, "ICMPV6_ECHO_REPLY", "answers to IPv6 pings from here",
      "A multicast ping brings many for one request, so it may exceed OutEchos honestly."),
    typed(
      "InGroupMembQueries", .phrase("group member queries"), benign: true, 130, "ICMPV6_MGM_QUERY",
      "multicast queriers asked who listens to what",
      "One about every two minutes where a querier (router or snooping switch) exists. None at all, with snooping switches, is how multicast dies after minutes."
    ),
    typed(
      "InGroupMembResponses", .phrase("group member responses"), benign: true, 131, "ICMPV6_MGM_REPORT",
      "other hosts' multicast reports in the old format (MLDv1)",
      "Heard because the report goes to the group itself; a host that hears one need not report the same group."),
    typed(
      "InGroupMembReductions", .phrase("group member reductions"), benign: true, 132, "ICMPV6_MGM_REDUCTION",
      "hosts that said they leave a multicast group (MLDv1)",
      "For routers only; other hosts pay no attention."),
    typed(
      "InRouterSolicits", .phrase("router solicits"), benign: true, 133, "NDISC_ROUTER_SOLICITATION",
      "hosts that came up and looked for a router",
      "Sent to the group of all routers, so it moves only where forwarding is on."),
    typed(
      "InRouterAdvertisements", .phrase("router advertisement"), benign: true, 134, "NDISC_ROUTER_ADVERTISEMENT",
      "announcements of routers: prefixes, default route, lifetimes",
      """
      One every few minutes per router is usual; far more, or from a second unexpected source, is a rogue router. It is counted even where accept_ra is off, which it is by default \
      on hosts that forward.
      """),
    typed(
      "InNeighborSolicits", .phrase("neighbour solicits"), benign: true, 135, "NDISC_NEIGHBOUR_SOLICITATION",
      "neighbours that asked for our link address",
      "What ARP requests are for IPv4, and the check of a known neighbour that it still answers. A scan of the prefix arrives as a flood of these at the router."
    ),
    typed(
      "InNeighborAdvertisements", .phrase("neighbour advertisement"), benign: true, 136, "NDISC_NEIGHBOUR_ADVERTISEMENT",
      "answers to our neighbour solicitations, and unasked announcements",
      "Much less than OutNeighborSolicits means that addresses are tried which nobody has."),
    typed(
      "InRedirects", .phrase("redirects"), 137, "NDISC_REDIRECT", "a router told us of a better first hop",
      "Also for \"that host is your neighbour\". Obeyed unless accept_redirects is 0."),
    typed(
      "InMLDv2Reports", .name, benign: true, 143, "ICMPV6_MLD2_REPORT", "multicast reports in today's format that reached this host",
      "Addressed to routers (ff02::16). An ordinary host ignores them; most never arrive there."),
  ]

  private static let icmp6Out: [Entry] = [
    typed(
      "OutDestUnreachs", .phrase("destination unreachable"), 1, "ICMPV6_DEST_UNREACH", "we told an IPv6 sender that delivery failed",
      "Closed UDP port, no route, REJECT, or a neighbour that did not answer three solicitations. Limited in rate."),
    typed(
      "OutPktTooBigs", .phrase("packets too big"), benign: true, 2, "ICMPV6_PKT_TOOBIG", "we told a sender to use smaller packets",
      "As a router in front of a smaller link, typically a tunnel. One per flow is normal; an endless stream to the same sender means that it never hears of it."
    ),
    typed(
      "OutTimeExcds", .phrase("sent ICMPv6 time exceeded"), 3, "ICMPV6_TIME_EXCEED",
      "we dropped a packet for its hop limit, or fragments for their age, and said so",
      "On a host only late fragments can cause it, on a router nearly always traceroute."),
    typed(
      "OutParmProblems", .phrase("parameter problem"), 4, "ICMPV6_PARAMPROB", "we complained of a next header or option",
      "Paired with Ip6 InUnknownProtos in most cases, else with InHdrErrors."),
    typed(
      "OutEchos", .phrase("echo requests"), benign: true, 128, "ICMPV6_ECHO_REQUEST", "IPv6 pings sent",
      "By programs; the kernel itself never pings anybody."),
    typed(
      "OutEchoReplies", .phrase("echo replies"), benign: true, 129, "ICMPV6_ECHO_REPLY", "IPv6 pings answered",
      "Exempt from the rate limit by the default ratemask, so it should follow InEchos."),
    typed(
      "OutGroupMembQueries", .phrase("group member queries"), 130, "ICMPV6_MGM_QUERY", "multicast queries sent from here",
      "A routing daemon acts as querier; a bridge with snooping does it below IP, uncounted."),
    typed(
      "OutGroupMembResponses", .phrase("group member responses"), benign: true, 131, "ICMPV6_MGM_REPORT",
      "our multicast memberships reported as MLDv1",
      "Instead of MLDv2Reports, once an old querier was heard on the link or force_mld_version asks for it."),
    typed(
      "OutGroupMembReductions", .phrase("group member reductions"), benign: true, 132, "ICMPV6_MGM_REDUCTION",
      "groups that this host left, told as MLDv1",
      "In today's format leaving is a record inside a report, and this stands still."),
    typed(
      "OutRouterSolicits", .phrase("router solicits"), benign: true, 133, "NDISC_ROUTER_SOLICITATION",
      "requests for a router when an interface came up",
      "Repeated with growing pauses for as long as nobody answers; slow growth over days is a link without an IPv6 router."),
    typed(
      "OutRouterAdvertisements", .name, benign: true, 134, "NDISC_ROUTER_ADVERTISEMENT", "router announcements sent from here",
      "By radvd, systemd-networkd or the like over a raw socket. Unexpected on a server: it is offering itself as a gateway."),
    typed(
      "OutNeighborSolicits", .phrase("neighbor solicits"), benign: true, 135, "NDISC_NEIGHBOUR_SOLICITATION",
      "requests for a neighbour's link address",
      "Also one for each own address when it is set, to see that nobody has it yet. A container host that starts many interfaces sends many."
    ),
    typed(
      "OutNeighborAdvertisements", .phrase("neighbor advertisements"), benign: true, 136, "NDISC_NEIGHBOUR_ADVERTISEMENT",
      "our link address told to neighbours",
      "Answers, and announcements after an address was taken over (failover). Without them nobody can reach this host."),
    typed(
      "OutRedirects", .phrase("redirects"), 137, "NDISC_REDIRECT", "we told a neighbour of a better first hop",
      "As a router, when a packet goes back out of the link it came from. Limited in rate for each destination."),
    typed(
      "OutMLDv2Reports", .name, benign: true, 143, "ICMPV6_MLD2_REPORT", "our multicast memberships, reported to routers",
      "Every address joins a group for its own neighbour discovery, so even a host without multicast programs sends some when an interface comes up."
    ),
  ]

  private static func typed(
    _ name: String, _ netstat: NetstatShows = .name, benign: Bool = false, _ type: UInt8, _ member: String, _ summary: String,
    _ meaning: String,
    misreading: String? = nil
  ) -> Entry {
    let isIn = name.hasPrefix("In")
    // Neighbour discovery and multicast reports are sent by functions of their own; the others by the common one.
    let sender =
      [133, 135, 136, 137].contains(type)
      ? ("ndisc_send_skb()", "ndisc.c")
      : type == 143
        ? ("mld_sendpack()", "mcast.c")
        : (131...132).contains(type) ? ("igmp6_send()", "mcast.c") : ("__ip6_make_skb()", "ip6_output.c")
    let place = isIn ? ("icmpv6_rcv()", "icmp.c") : sender
    return icmp6(
      name, netstat, benign: benign, member, place.0, place.1, summary, "Type \(type). " + meaning, misreading: misreading)
  }

  private static func icmp6(
    _ name: String, _ netstat: NetstatShows = .name, benign: Bool = false, since: String? = nil, unit: Unit = .packets, _ member: String,
    _ function: String, _ file: String, _ summary: String, _ meaning: String, misreading: String? = nil
  ) -> Entry {
    counter(
      "Icmp6", name, ambiguous: true, netstat: netstat, benign: benign, since: since, unit: unit, summary: summary, meaning: meaning,
      misreading: misreading, source: KernelSource(member, function, "net/ipv6/" + file))
  }
}
