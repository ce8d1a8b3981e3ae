// Drop reasons of IPv4, ICMP and the checks that both IP versions share.

extension Knowledge {
  static let ipDropReasons: [Entry] = [
    dropReason(
      "PKT_TOO_SMALL", summary: "the packet is shorter than its headers say",
      meaning: """
        A length in some header promises more than arrived: an IP total length, UDP length, TCP data offset or ICMP message cut short. The function says \
        which. Truncation by a device or tunnel and forged packets are the causes; nothing is answered.
        """,
      usual: .init(
        "a packet shorter than its own headers say", harm: .loss, victim: .host,
        counters: [.init("IpExt.InTruncatedPkts", isExact: false), .init("Ip6.InTruncatedPkts", isExact: false)],
        advice: "Capture it with -v: tcpdump says what is truncated; look at offloads and tunnels on the way."),
      special: [
        .init(
          "a datagram whose UDP length does not fit what arrived", at: ["__udp4_lib_rcv", "__udp6_lib_rcv"], harm: .loss, victim: .receiver,
          counters: [.init("Udp.InErrors"), .init("Udp6.InErrors")]),
        .init(
          "a TCP header that claims to be shorter than 20 bytes or longer than the segment",
          at: ["tcp_v4_rcv", "tcp_v6_rcv", "tcp_rcv_established"], harm: .loss, victim: .connection, counters: [.init("Tcp.InErrs")]),
      ],
      source: ("ip_rcv_core()", "net/ipv4/ip_input.c")),
    dropReason(
      "OTHERHOST",
      meaning: """
        The frame carries another station's hardware address and was seen because the device listens to everything: a capture, a bridge port, a hypervisor's mirror, or a \
        switch that floods. IP has no use for it.
        """,
      misreading: "A running tcpdump (without -p) makes these itself; they end with it.",
      usual: .init("a frame for another station's hardware address, seen in promiscuous mode", harm: .benign, victim: .host),
      source: ("ip_rcv_core()", "net/ipv4/ip_input.c")),
    dropReason(
      "IP_CSUM",
      meaning: """
        The sum over the IPv4 header alone does not fit. Links check their frames themselves, so a router, tunnel or offload that edits headers spoiled it. IPv6 has no \
        such checksum.
        """,
      usual: .init(
        "the IPv4 header has a wrong checksum", harm: .loss, victim: .host,
        counters: [.init("IpExt.InCsumErrors"), .init("Ip.InHdrErrors", isExact: false)],
        advice: "Find the last device that rewrites headers; here try ethtool -K DEV rx off, at the sender tx off."),
      source: ("ip_rcv_core()", "net/ipv4/ip_input.c")),
    dropReason(
      "IP_INHDR", summary: "something in the IP header makes the packet unusable",
      meaning: """
        At the entrance: a wrong version, length, option or, for IPv6, an address that no packet may have. In ip_forward() and ip6_forward() it is \
        something else, and far more frequent: the hop count is used up.
        """,
      misreading: "On a router these are mostly traceroutes, not broken headers.",
      usual: .init(
        "a malformed IP header", harm: .loss, victim: .host,
        counters: [.init("Ip.InHdrErrors", isExact: false), .init("Ip6.InHdrErrors", isExact: false)],
        advice: "Capture with -v to see the field; forged packets and broken tunnels make such."),
      special: [
        .init(
          "the packet's hops (TTL) were used up here; its sender gets ICMP time exceeded, as traceroute wants",
          at: ["ip_forward", "ip6_forward"], harm: .refusal, victim: .host,
          counters: [.init("Ip.InHdrErrors", isExact: false), .init("Ip6.InHdrErrors", isExact: false)],
          advice: "A flood of them to one address is a routing loop: traceroute it."),
        .init("an ICMP error that quotes a broken IP header", at: ["icmp_rcv"], harm: .loss, victim: .host),
      ],
      source: ("ip_rcv_core()", "net/ipv4/ip_input.c"), settings: ["net.ipv4.ip_default_ttl"]),
    dropReason(
      "UNICAST_IN_L2_MULTICAST",
      meaning: """
        The frame went to everybody on the link, the IP address inside is of one host. In wireless networks that is how a station sharing the group key can fake \
        traffic ("hole 196"). It is dropped only where drop_unicast_in_l2_multicast is set.
        """,
      usual: .init(
        "a packet for one host came in a frame for all, which this device refuses", harm: .refusal, victim: .host,
        advice: "Set conf.DEV.drop_unicast_in_l2_multicast to 0 if a load balancer with multicast addresses is meant to work."),
      source: ("ip_rcv_finish_core()", "net/ipv4/ip_input.c")),
    dropReason(
      "IP_NOPROTO",
      meaning: """
        The protocol number in the IP header has no handler and no raw socket: GRE, ESP, SCTP or OSPF on a host where the module or daemon is not \
        loaded. The sender gets ICMP protocol unreachable.
        """,
      usual: .init(
        "no module and no raw socket handles this IP protocol; the sender is told by ICMP", harm: .refusal, victim: .host,
        counters: [.init("Ip.InUnknownProtos"), .init("Ip6.InUnknownProtos")],
        advice: "Load the module or start the daemon of that protocol, or stop the sender."),
      source: ("ip_protocol_deliver_rcu()", "net/ipv4/ip_input.c")),
    dropReason(
      "IP_OUTNOROUTES",
      meaning: """
        A socket here has something to send, and no route leads to its peer (any more). A program sees ENETUNREACH or EHOSTUNREACH; an established connection that \
        loses its route goes on trying until its retransmissions are used up.
        """,
      usual: .init(
        "no route to the peer for a packet of a socket here", harm: .loss, victim: .sender, capture: .hidden,
        counters: [.init("Ip.OutNoRoutes"), .init("Ip6.OutNoRoutes")], advice: "Ask ip route get ADDRESS, and ip rule for policy routing."),
      special: [
        .init(
          "a handshake kept by a SYN cookie ended because there is no route back to the client",
          at: ["cookie_v4_check", "cookie_v6_check"],
          isSent: false, harm: .loss, victim: .listener)
      ],
      source: ("__ip_queue_xmit()", "net/ipv4/ip_output.c")),
    dropReason(
      "IPV6DISABLED",
      meaning: """
        disable_ipv6 is set on the interface that it came in by or was to leave by. Half-disabled hosts are the usual case: a service \
        has an AAAA record although one of its machines no longer speaks IPv6.
        """,
      usual: .init(
        "IPv6 is switched off on this interface", harm: .refusal, victim: .host, capture: .receivedOnly,
        counters: [.init("Ip6.InDiscards", isExact: false)],
        advice: "Check sysctl net.ipv6.conf.DEV.disable_ipv6, or stop announcing the address."),
      special: [
        .init(
          "IPv6 is switched off on the interface that the packet was to leave by", at: ["ip6_output"], harm: .loss, victim: .sender,
          capture: .hidden, counters: [.init("Ip6.OutDiscards", isExact: false)],
          advice: "Check sysctl net.ipv6.conf.DEV.disable_ipv6.")
      ],
      source: ("ip6_rcv_core()", "net/ipv6/ip6_input.c")),
    dropReason(
      "ICMP_CSUM",
      meaning: """
        An ICMP message damaged on the way. If it was a "fragmentation needed" or "packet too big", path MTU discovery has lost its only witness, and connections hang on \
        large packets.
        """,
      usual: .init(
        "an ICMP message with a wrong checksum", harm: .loss, victim: .host,
        counters: [.init("Icmp.InCsumErrors"), .init("Icmp.InErrors", isExact: false), .init("Icmp6.InCsumErrors")],
        advice: "Look for a translator or tunnel that edits ICMP's quoted packet without mending the sum."),
      source: ("icmp_rcv()", "net/ipv4/icmp.c")),
    dropReason(
      "INVALID_PROTO",
      meaning: """
        Echo and timestamp requests to a broadcast or multicast address are ignored (icmp_echo_ignore_broadcasts), other ICMP to such an address has no meaning at all, and a \
        frame that is not IPv4 may not reach a broadcast route.
        """,
      misreading: "It is not about an unknown protocol number: that is IP_NOPROTO.",
      usual: .init("a broadcast ping, or a message that must not be broadcast", harm: .refusal, victim: .host),
      source: ("icmp_rcv()", "net/ipv4/icmp.c")),
    dropReason(
      "IP_INADDRERRORS",
      meaning: """
        The destination is no address of this host, and it does not forward. The sender believes that we are its router: a stale ARP entry after an \
        address moved to another machine, a leftover static route, or forwarding that was left off.
        """,
      usual: .init(
        "the destination is not an address of this host, and it does not forward", harm: .loss, victim: .host,
        counters: [.init("Ip.InAddrErrors"), .init("Ip6.InAddrErrors")],
        advice:
          "If this host should route, set net.ipv4.ip_forward (net.ipv6.conf.all.forwarding); else correct the sender's route or neighbour entry."
      ),
      special: [
        .init(
          "IPv6 multicast that no program here has joined", at: ["ip6_protocol_deliver_rcu"], harm: .benign, victim: .host,
          counters: [.init("Ip6.InDiscards")])
      ],
      source: ("ip_error()", "net/ipv4/route.c")),
    dropReason(
      "IP_INNOROUTES",
      meaning: """
        A packet to be forwarded, or the answer's direction, leads nowhere: neither a specific route nor a default one matches. Unless this host does not forward, \
        the sender gets ICMP network unreachable.
        """,
      usual: .init(
        "no route for a packet that came in", harm: .loss, victim: .host, counters: [.init("IpExt.InNoRoutes"), .init("Ip6.InNoRoutes")],
        advice: "Ask ip route get DESTINATION from SOURCE iif DEV."),
      source: ("ip_error()", "net/ipv4/route.c")),
    dropReason(
      "IP_LOCAL_SOURCE",
      meaning: """
        The packet came in from outside with one of this host's own addresses as its source. Two hosts share the address, a cable or bridge loops frames back, or a \
        container network sends a host's packet round. Counted with the martians; log_martians prints them.
        """,
      usual: .init(
        "it came from outside with an address of this very host as its source", harm: .refusal, victim: .host,
        advice: "Look for a doubled address (arping -D -I DEV ADDRESS) or a loop; where it is meant, set conf.DEV.accept_local."),
      since: "6.13", source: ("__fib_validate_source()", "net/ipv4/fib_frontend.c"), version: "6.18",
      settings: ["net.ipv4.conf.all.rp_filter"]),
    dropReason(
      "IP_INVALID_SOURCE",
      meaning: """
        A multicast, broadcast or zero address cannot be where a packet comes from. Devices that have not got their address from DHCP yet send from \
        0.0.0.0; everything else of this kind is a bug or a forgery.
        """,
      usual: .init(
        "its source is no possible sender: multicast, broadcast, or 0.0.0.0", harm: .refusal, victim: .host,
        advice: "Set conf.DEV.log_martians to see from which hardware address they come."),
      since: "6.13", source: ("ip_route_input_slow()", "net/ipv4/route.c"), version: "6.18"),
    dropReason(
      "IP_LOCALNET",
      meaning: """
        An address of 127.0.0.0/8 on a real interface. Typical: a DNAT rule that sends outside traffic to a service bound to 127.0.0.1, which needs \
        route_localnet, or a container runtime that publishes a loopback port.
        """,
      usual: .init(
        "a loopback address (127.0.0.0/8) came in by a real interface", harm: .refusal, victim: .host,
        advice: "Bind the service to a real address, or set conf.DEV.route_localnet and firewall it."),
      since: "6.13", source: ("ip_route_input_slow()", "net/ipv4/route.c"), version: "6.18"),
    dropReason(
      "IP_INVALID_DEST",
      meaning: """
        The destination is 0.0.0.0/8, or the route found for it is neither local nor a path onward, such as a broadcast address of another subnet. A martian \
        in the kernel's words.
        """,
      usual: .init(
        "its destination is not one that a packet from outside may have", harm: .refusal, victim: .host,
        advice: "Set conf.DEV.log_martians to see who sends them; compare netmasks."),
      since: "6.13", source: ("ip_route_input_slow()", "net/ipv4/route.c"), version: "6.18"),
    dropReason(
      "ARP_PVLAN_DISABLE",
      meaning: """
        An ARP question asks for a host that is reached through the very interface by which it came. Answering for it is proxy ARP in a private VLAN, \
        which only happens with proxy_arp_pvlan. The owner answers by itself. arp_process() does not pass the reason on, so that an event with it is rare.
        """,
      usual: .init(
        "an ARP question for a host behind the same interface: not ours to answer", harm: .benign, victim: .host),
      since: "6.13", source: ("__mkroute_input()", "net/ipv4/route.c"), version: "6.18"),
    dropReason(
      "PKT_TOO_BIG",
      meaning: """
        This host routes, the next link's MTU is smaller, and the packet may not be split (DF, or IPv6). The sender gets "fragmentation needed" or "packet too big" and \
        should send smaller ones. If a firewall eats that message, connections stall after their first full packet.
        """,
      usual: .init(
        "too big for the next link and not to be split; its sender is told the size that fits", harm: .refusal, victim: .host,
        counters: [.init("Ip.FragFails", isExact: false), .init("Ip6.InTooBigErrors", isExact: false)],
        advice: "A few are path MTU discovery at work. Many: let ICMP through, or clamp the MSS at the narrow link."),
      source: ("ip_forward()", "net/ipv4/ip_forward.c"), settings: ["net.ipv4.ip_no_pmtu_disc", "net.ipv4.tcp_mtu_probing"]),
    dropReason(
      "DUP_FRAG",
      meaning: """
        The same piece of a split datagram came twice, which a network that repeats packets does, or came after the datagram was whole. The datagram does not \
        suffer.
        """,
      usual: .init("a fragment that was there already", harm: .benign, victim: .host),
      since: "6.2", source: ("ip_frag_queue()", "net/ipv4/ip_fragment.c")),
    dropReason(
      "FRAG_REASM_TIMEOUT",
      meaning: """
        Pieces of a datagram waited 30 seconds (60 for IPv6) for one that never came, and all of them are freed; each counts here, the datagram once in \
        ReasmTimeout. One lost or filtered fragment costs the whole datagram, hence large UDP suffers first.
        """,
      usual: .init(
        "a fragment of a datagram whose other pieces did not arrive in time", harm: .loss, victim: .host,
        counters: [.init("Ip.ReasmTimeout", isExact: false), .init("Ip6.ReasmTimeout", isExact: false)],
        advice: "Avoid fragments: smaller datagrams or a lower MTU; look for firewalls that pass only first fragments."),
      since: "6.2", source: ("inet_frag_destroy()", "net/ipv4/inet_fragment.c")),
    dropReason(
      "FRAG_TOO_FAR",
      meaning: """
        Between two fragments of one datagram the same host sent more other fragments than ipfrag_max_dist (64) allows. Reordering that wide looks like the counter of \
        identifications came round, and mixing two datagrams would be worse than losing one.
        """,
      usual: .init(
        "fragments of one datagram arrived too far apart among others of the same host", harm: .loss, victim: .host,
        counters: [.init("Ip.ReasmFails", isExact: false)],
        advice: "Raise net.ipv4.ipfrag_max_dist if bonding or several processors reorder; better avoid fragments."),
      since: "6.2", source: ("ip_frag_reinit()", "net/ipv4/ip_fragment.c")),
    dropReason(
      "UNHANDLED_PROTO", summary: "nothing here handles this kind of frame, message or option",
      meaning: """
        Mostly the Ethernet type of a frame that nobody registered for: spanning tree, LLDP, a vendor's discovery, a VLAN tag without its device. In \
        icmp_rcv() an unknown ICMP type, in IPv6 an option that must not be skipped.
        """,
      misreading: "It also counts into rx_dropped of the device, which then grows on a perfectly healthy link.",
      usual: .init("a frame of a kind that nothing here listens to (LLDP, STP, an unused VLAN)", harm: .benign, victim: .host),
      special: [
        .init("an ICMP message of an unknown type", at: ["icmp_rcv"], harm: .refusal, victim: .host, counters: [.init("Icmp.InErrors")]),
        .init(
          "an IPv6 packet whose version field or option nothing here understands",
          at: [
            "ip6_rcv_core", "ip6_tlvopt_unknown", "ip6_parse_tlv", "ipv6_parse_hopopts", "ipv6_destopt_rcv", "icmpv6_param_prob_reason",
          ], harm: .refusal, victim: .host,
          counters: [.init("Ip6.InHdrErrors", isExact: false)]),
      ],
      source: ("__netif_receive_skb_core()", "net/core/dev.c")),
  ]

  static let ipv6DropReasons: [Entry] = [
    dropReason(
      "IPV6_BAD_EXTHDR",
      meaning: """
        An ICMPv6 error quotes a packet of ours whose extension headers cannot be followed to the end, so that nobody can tell which socket it is \
        about.
        """,
      usual: .init(
        "an ICMPv6 error quotes a packet whose extension headers make no sense", harm: .loss, victim: .host,
        counters: [.init("Icmp6.InErrors", isExact: false)]),
      since: "6.3", source: ("icmpv6_notify()", "net/ipv6/icmp.c")),
    dropReason(
      "IPV6_NDISC_FRAG",
      meaning: """
        Neighbour discovery in fragments evades the guards in switches, so RFC 6980 forbids it and suppress_frag_ndisc (on by default) drops \
        it.
        """,
      usual: .init(
        "a neighbour discovery message that came in fragments", harm: .refusal, victim: .host,
        advice: "Find the sender by its hardware address: a broken router, or an attempt to slip past RA guard."),
      since: "6.3", source: ("ndisc_rcv()", "net/ipv6/ndisc.c")),
    dropReason(
      "IPV6_NDISC_HOP_LIMIT",
      meaning: """
        Neighbour and router messages must arrive with hop limit 255, which proves that no router forwarded them. This one came from beyond the link, or a tunnel \
        counted it down.
        """,
      usual: .init(
        "a neighbour discovery message that did not come from this link (hop limit below 255)", harm: .refusal, victim: .host,
        advice: "Capture it (icmp6 and ip6[7] < 255): a misconfigured tunnel or an attack from outside."),
      since: "6.3", source: ("ndisc_rcv()", "net/ipv6/ndisc.c")),
    dropReason(
      "IPV6_NDISC_BAD_CODE",
      meaning: """
        All neighbour discovery messages have ICMPv6 code 0; another number means a sender that does not follow the standard.
        """,
      usual: .init("a neighbour discovery message with a code other than 0", harm: .refusal, victim: .host),
      since: "6.3", source: ("ndisc_rcv()", "net/ipv6/ndisc.c")),
    dropReason(
      "IPV6_NDISC_BAD_OPTIONS",
      meaning: """
        The options behind a solicitation, advertisement or redirect have a length of zero or reach past the end. A router advertisement lost that way means no \
        address and no default route.
        """,
      usual: .init(
        "a neighbour discovery message with malformed options", harm: .refusal, victim: .host,
        advice: "Capture router advertisements (icmp6 and ip6[40] == 134) and check the daemon that sends them."),
      since: "6.3", source: ("ndisc_recv_ns()", "net/ipv6/ndisc.c")),
    dropReason(
      "IPV6_NDISC_NS_OTHERHOST",
      meaning: """
        A question for another host's address. Solicited-node multicast groups are shared by all addresses with the same last 24 bits, \
        and switches flood them, so every host overhears some.
        """,
      usual: .init("a neighbour solicitation for somebody else's address", harm: .benign, victim: .host),
      since: "6.3", source: ("ndisc_recv_ns()", "net/ipv6/ndisc.c")),
  ]
}
