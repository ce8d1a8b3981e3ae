// Drop reasons outside of the sockets: filters, routing, neighbours, queues of devices.

extension Knowledge {
  static let hostDropReasons: [Entry] = [
    dropReason(
      "NETFILTER_DROP",
      meaning: """
        A rule or a chain's policy of nftables or iptables said drop. Nobody is told: a client sees a timeout. For a packet made here, write() \
        may fail with EPERM (UDP), or TCP takes it for loss and repeats it.
        """,
      misreading: "REJECT is another target: it answers, and appears with the same reason.",
      usual: .init(
        "a netfilter rule or policy dropped or rejected it (nft, iptables)", harm: .refusal, victim: .host, capture: .receivedOnly,
        advice: "Find the rule: nft list ruleset, or nft monitor trace with meta nftrace set 1."),
      special: [
        .init(
          "a netfilter rule on the way out dropped what a program here sent (nft, iptables)", isSent: true, harm: .loss, victim: .sender,
          capture: .hidden, counters: [.init("Ip.OutDiscards", isExact: false), .init("TcpExt.TCPRetransFail", isExact: false)],
          advice: "Look at the chains of hooks output, postrouting and egress: nft list ruleset.")
      ],
      source: ("nft_do_chain()", "net/netfilter/nf_tables_core.c"), version: "6.18"),
    dropReason(
      "IP_RPFILTER",
      meaning: """
        An answer to the packet's source would leave through another interface, so the source is thought to be forged. The usual innocent cause is asymmetric \
        routing: two interfaces in one subnet, a VPN, policy routing without its rule for answers.
        """,
      usual: .init(
        "reverse path filter: an answer to its source would not leave through the interface it came in by", harm: .refusal, victim: .host,
        counters: [.init("TcpExt.IPReversePathFilter")],
        advice:
          "Strict (1): set net.ipv4.conf.DEV.rp_filter to 2, or route the answers the same way. Loose (2): no route leads to the source at all."
      ),
      source: ("ip_rcv_finish_core()", "net/ipv4/ip_input.c"), settings: ["net.ipv4.conf.all.rp_filter"]),
    dropReason(
      "NEIGH_FAILED",
      meaning: """
        The packet waited for the hardware address of its next hop, and three questions (ARP, or neighbour discovery for IPv6) went unanswered. The sender gets \
        EHOSTUNREACH. A host that is down, a wrong netmask or VLAN, or a gateway that does not exist.
        """,
      usual: .init(
        "the next hop did not answer ARP or neighbour discovery", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Check with ip neigh and ip route get ADDRESS whether the host is up, and in this subnet and VLAN."),
      source: ("arp_error_report()", "net/ipv4/arp.c")),
    dropReason(
      "QDISC_DROP",
      meaning: """
        The queueing discipline of the outgoing device had no room, or its policy chose this packet: a shaper such as tbf whose rate is exceeded, a \
        full fifo, fq_codel that signals congestion. TCP slows down and repeats; for UDP it is lost.
        """,
      usual: .init(
        "the queueing discipline of the outgoing device dropped it: its rate or queue is exhausted", harm: .loss, victim: .sender,
        capture: .hidden, counters: [.init("Ip.OutDiscards", isExact: false)],
        advice: "Look at the drops of tc -s qdisc; raise the rate or the limit, or send less."),
      source: ("__dev_xmit_skb()", "net/core/dev.c")),
  ]
}
