// Counters of IPv4: group Ip of /proc/net/snmp. What netstat adds to it (IpExt) is in the file beside this one.

extension Knowledge {
  /// The counters of all groups but those of TCP and of UDP over IPv4.
  static let networkCounters: [Entry] =
    ipCounters + ipExtCounters + icmpCounters + icmpTypeCounters + ip6Counters + icmp6Counters + udp6Counters + udpLite6Counters
    + sockstatCounters + softnetCounters + mptcpCounters

  static let ipCounters: [Entry] = [
    counter(
      "Ip", "Forwarding", kind: .gauge, unit: .code, summary: "whether this namespace routes IPv4: 1 yes, 2 no",
      meaning:
        "It mirrors conf.all.forwarding with the standard's coding. A single interface may forward although this says 2, and the reverse.",
      misreading: "2 is not \"forwarding in two directions\": it means that nothing is forwarded.",
      source: KernelSource("IPV4_DEVCONF_ALL(net, FORWARDING)", "snmp_seq_show_ipstats()", "net/ipv4/proc.c")),
    counter(
      "Ip", "DefaultTTL", kind: .gauge, netstat: .nothing, unit: .count,
      summary: "time to live of packets for which the program chose none",
      meaning: "The setting ip_default_ttl, shown as SNMP wants it: hops a packet may make, not a count of anything.",
      source: KernelSource("sysctl_ip_default_ttl", "snmp_seq_show_ipstats()", "net/ipv4/proc.c")),
    counter(
      "Ip", "InReceives", ambiguous: true, netstat: .phrase("total packets received"), benign: true, unit: .packets,
      summary: "IPv4 packets that came in, before any check",
      meaning: """
        Loopback is included, and so are packets for others that will be forwarded. Receive offload has already merged segments, so one step can stand for \
        64 KiB of a TCP stream; the ECN counters of IpExt count the pieces.
        """,
      misreading: "Frames for another station, seen because the card is promiscuous, are dropped before this point.",
      source: KernelSource("IPSTATS_MIB_INPKTS", "ip_rcv_core()", "net/ipv4/ip_input.c")),
    counter(
      "Ip", "InHdrErrors", ambiguous: true, netstat: .phrase("with invalid headers"), unit: .packets,
      summary: "packets dropped for a bad header, or because their TTL ran out here",
      meaning: """
        Wrong version, length, options or checksum; on a router mostly packets whose TTL was used up, which includes every traceroute through it. Those get ICMP time exceeded \
        back, the malformed ones get nothing.
        """,
      misreading: "On a machine that forwards, a rising number is usually traceroute or a routing loop and no damage at all.",
      source: KernelSource("IPSTATS_MIB_INHDRERRORS", "ip_rcv_core()", "net/ipv4/ip_input.c"),
      advice: "Compare IpExt InCsumErrors (the damaged ones) and Icmp OutTimeExcds (the expired ones)."),
    counter(
      "Ip", "InAddrErrors", ambiguous: true, netstat: .phrase("with invalid addresses"), unit: .packets,
      summary: "packets for an address that is neither ours nor ours to forward",
      meaning: """
        They came through an interface that does not forward; whether a route away exists does not matter then. Typical for a peer with a stale ARP entry after an address moved, \
        and for a router or container host on which forwarding was left off.
        """,
      source: KernelSource("IPSTATS_MIB_INADDRERRORS", "ip_error()", "net/ipv4/route.c"),
      advice: "If this host should route, check net.ipv4.ip_forward; else capture the destination addresses."),
    counter(
      "Ip", "ForwDatagrams", netstat: .phrase("forwarded"), benign: true, unit: .packets, summary: "packets routed through this host",
      meaning: """
        Counted after the TTL check and before the forward chain of netfilter, so what a firewall drops there is in it, and what does not fit the next link as well. Bridged \
        frames are not: they never reach IP.
        """,
      source: KernelSource("IPSTATS_MIB_OUTFORWDATAGRAMS", "ip_forward()", "net/ipv4/ip_forward.c")),
    counter(
      "Ip", "InUnknownProtos", ambiguous: true, netstat: .phrase("with unknown protocol"), unit: .packets,
      summary: "packets for us whose protocol number no module and no raw socket handles",
      meaning: "GRE, ESP, SCTP or OSPF sent to a host that does not speak them. The sender is told by ICMP protocol unreachable.",
      source: KernelSource("IPSTATS_MIB_INUNKNOWNPROTOS", "ip_protocol_deliver_rcu()", "net/ipv4/ip_input.c")),
    counter(
      "Ip", "InDiscards", ambiguous: true, netstat: .phrase("incoming packets discarded"), unit: .packets,
      summary: "good packets dropped on the way in because memory could not be had",
      meaning: "A copy of a shared packet, room for options or trimming failed. It takes a machine that is out of memory to move it.",
      misreading: """
        Hardly any received packet that is lost is lost here. Full socket buffers, firewall rules, rp_filter and full queues of a processor each have their own counters, \
        or none.
        """,
      source: KernelSource("IPSTATS_MIB_INDISCARDS", "ip_rcv_core()", "net/ipv4/ip_input.c")),
    counter(
      "Ip", "InDelivers", ambiguous: true, netstat: .phrase("incoming packets delivered"), benign: true, unit: .packets,
      summary: "packets handed to TCP, UDP, ICMP, another protocol or a raw socket",
      meaning:
        "Fragments count once, as the whole that they became. The upper protocol may still have found no socket, a bad checksum or no room.",
      misreading: "Delivered to a protocol, not to a program.",
      formula: "InReceives − InDelivers ≈ forwarded, still in fragments, filtered by netfilter, or dropped",
      source: KernelSource("IPSTATS_MIB_INDELIVERS", "ip_protocol_deliver_rcu()", "net/ipv4/ip_input.c")),
    counter(
      "Ip", "OutRequests", ambiguous: true, netstat: .phrase("requests sent out"), benign: true, unit: .packets,
      summary: "packets that this host's own protocols asked IP to send",
      meaning: """
        Counted before netfilter and before segmentation: one large TCP buffer is one request. Forwarded packets, and raw sockets that write their own header (IP_HDRINCL), \
        are not in it. Before 6.7 it was counted where OutTransmits is now, and forwarded packets with it.
        """,
      source: KernelSource("IPSTATS_MIB_OUTREQUESTS", "__ip_local_out()", "net/ipv4/ip_output.c")),
    counter(
      "Ip", "OutDiscards", ambiguous: true, netstat: .phrase("outgoing packets dropped"), unit: .packets,
      summary: "packets that the IP layer gave up before a device took them",
      meaning:
        "Full queueing discipline or netfilter on output, for UDP, ICMP and raw sockets. TCP takes another way and shows such loss as TCPRetransFail.",
      misreading: "It is not the device's drop count: what a driver or the card loses is in ip -s link.",
      source: KernelSource("IPSTATS_MIB_OUTDISCARDS", "ip_send_skb()", "net/ipv4/ip_output.c"),
      advice: "Compare with tc -s qdisc and the counters of the output chain."),
    counter(
      "Ip", "OutNoRoutes", ambiguous: true, netstat: .phrase("dropped because of missing route"), unit: .times,
      summary: "sends and connects for which there was no route",
      meaning: """
        Mostly system calls, not packets: connect() or sendto() failed with ENETUNREACH. An answer of TCP to a client that cannot be reached (SYN-ACK, or data \
        of a connection after the route went away) is here too.
        """,
      misreading: "The label speaks of dropped packets; usually none was ever made. A received packet without a route is IpExt InNoRoutes.",
      source: KernelSource("IPSTATS_MIB_OUTNOROUTES", "ip4_datagram_connect()", "net/ipv4/datagram.c"),
      advice: "ip route get ADDRESS shows what the program runs into; a missing default route is the usual cause."),
    counter(
      "Ip", "ReasmTimeout", ambiguous: true, netstat: .phrase("fragments dropped after timeout"), unit: .times,
      summary: "datagrams given up because a fragment did not come in time",
      meaning: """
        The rest is waited for during ipfrag_time, 30 s, then all that had arrived is thrown away. One lost fragment costs the whole datagram, so fragmented UDP \
        (DNS, NFS, tunnels) suffers several times the loss of the path.
        """,
      misreading: "netstat says fragments, but it counts datagrams. Each is counted in ReasmFails as well.",
      source: KernelSource("IPSTATS_MIB_REASMTIMEOUT", "ip_expire()", "net/ipv4/ip_fragment.c"),
      advice: "Look for firewalls that drop non-first fragments, and for a tunnel that lowers the MTU."),
    counter(
      "Ip", "ReasmReqds", ambiguous: true, netstat: .phrase("reassemblies required"), benign: true, unit: .packets,
      summary: "fragments that arrived and had to be put together",
      meaning: "Each piece counts. With connection tracking it includes pieces of datagrams that are only passing through.",
      misreading: "Fragments, not datagrams: two or more belong to each of ReasmOKs.",
      source: KernelSource("IPSTATS_MIB_REASMREQDS", "ip_defrag()", "net/ipv4/ip_fragment.c")),
    counter(
      "Ip", "ReasmOKs", ambiguous: true, netstat: .phrase("packets reassembled ok"), benign: true, unit: .packets,
      summary: "datagrams made whole again from fragments",
      meaning:
        "That fragments exist at all is worth a thought: some sender writes more than the path's MTU and does not set the don't-fragment bit.",
      source: KernelSource("IPSTATS_MIB_REASMOKS", "ip_frag_reasm()", "net/ipv4/ip_fragment.c")),
    counter(
      "Ip", "ReasmFails", ambiguous: true, netstat: .phrase("packet reassemblies failed"), unit: .times,
      summary: "attempts to put a datagram together that came to nothing",
      meaning: """
        Besides ReasmTimeout: overlapping pieces, more than 64 KiB in total, memory above ipfrag_high_thresh (then every new fragment counts), or more than \
        ipfrag_max_dist other fragments of the same source in between.
        """,
      source: KernelSource("IPSTATS_MIB_REASMFAILS", "ip_defrag()", "net/ipv4/ip_fragment.c"),
      advice: "Subtract ReasmTimeout. What is left and fast is memory: compare FRAG memory with ipfrag_high_thresh."),
    counter(
      "Ip", "FragOKs", ambiguous: true, netstat: .phrase("outgoing packets fragmented ok"), benign: true, unit: .packets,
      summary: "packets cut into fragments because the link's MTU was too small",
      meaning:
        "Own packets without the don't-fragment bit, and forwarded ones. TCP sets the bit, so this is UDP, raw sockets, tunnels and routing.",
      source: KernelSource("IPSTATS_MIB_FRAGOKS", "ip_do_fragment()", "net/ipv4/ip_output.c")),
    counter(
      "Ip", "FragFails", ambiguous: true, netstat: .phrase("outgoing packets failed fragmentation"), unit: .packets,
      summary: "packets larger than the MTU that must not be cut, or could not be",
      meaning: """
        On a router this is path MTU discovery at work: the packet is dropped and its sender told by ICMP "fragmentation needed". If that message is filtered on its way, \
        connections hang after the first large packet.
        """,
      source: KernelSource("IPSTATS_MIB_FRAGFAILS", "ip_forward()", "net/ipv4/ip_forward.c"),
      settings: ["net.ipv4.tcp_mtu_probing"],
      advice: "Check the MTU of tunnels, and that ICMP type 3 code 4 may leave this host."),
    counter(
      "Ip", "FragCreates", ambiguous: true, netstat: .phrase("fragments created"), benign: true, unit: .packets,
      summary: "fragments that were made and sent on",
      meaning:
        "Divided by FragOKs it tells into how many pieces a packet was cut: barely above two means a packet slightly over the MTU, a tunnel's header for example.",
      source: KernelSource("IPSTATS_MIB_FRAGCREATES", "ip_do_fragment()", "net/ipv4/ip_output.c")),
    counter(
      "Ip", "OutTransmits", ambiguous: true, benign: true, since: "6.7", unit: .packets,
      summary: "packets that passed all of IP's output and went to the neighbour layer",
      meaning: """
        Own and forwarded ones, counted after fragmentation and netfilter. Less than OutRequests plus ForwDatagrams means that filters or errors took the difference; \
        the queueing discipline and ARP, which come later, can still lose a packet.
        """,
      source: KernelSource("IPSTATS_MIB_OUTPKTS", "ip_finish_output2()", "net/ipv4/ip_output.c")),
  ]
}
