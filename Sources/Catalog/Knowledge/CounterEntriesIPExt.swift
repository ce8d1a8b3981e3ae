// What /proc/net/netstat tells of IPv4 beyond the standard's counters: group IpExt.

extension Knowledge {
  static let ipExtCounters: [Entry] = [
    counter(
      "IpExt", "InNoRoutes", ambiguous: true, unit: .packets, summary: "received packets that no route leads onwards",
      meaning: """
        Moves only where the interface forwards: the table had no match, and the sender is told by ICMP net unreachable. A host that does not forward counts the same packet \
        in Ip InAddrErrors and stays silent.
        """,
      misreading: "Own sends without a route are counted elsewhere, in Ip OutNoRoutes.",
      source: KernelSource("IPSTATS_MIB_INNOROUTES", "ip_error()", "net/ipv4/route.c")),
    counter(
      "IpExt", "InTruncatedPkts", ambiguous: true, unit: .packets, summary: "packets shorter than their header says",
      meaning: "Bytes were cut off after the sender had written the length: a broken driver or tunnel, or a crafted packet.",
      source: KernelSource("IPSTATS_MIB_INTRUNCATEDPKTS", "ip_rcv_core()", "net/ipv4/ip_input.c")),
    counter(
      "IpExt", "InMcastPkts", ambiguous: true, benign: true, unit: .packets,
      summary: "multicast packets received for a group that was joined",
      meaning: "mDNS, IGMP and routing protocols keep it moving everywhere. Counted once a packet, however many sockets get a copy.",
      source: KernelSource("IPSTATS_MIB_INMCASTPKTS", "ip_rcv_finish_core()", "net/ipv4/ip_input.c")),
    counter(
      "IpExt", "OutMcastPkts", ambiguous: true, benign: true, unit: .packets, summary: "multicast packets sent",
      meaning: "After fragmentation. The copy that loops back to listeners on this host is counted again where it comes in.",
      source: KernelSource("IPSTATS_MIB_OUTMCASTPKTS", "ip_finish_output2()", "net/ipv4/ip_output.c")),
    counter(
      "IpExt", "InBcastPkts", ambiguous: true, benign: true, unit: .packets, summary: "packets received for a broadcast address",
      meaning:
        "DHCP, NetBIOS and discovery protocols of the whole segment. No listener is needed to be counted, so a large flat network shows here.",
      source: KernelSource("IPSTATS_MIB_INBCASTPKTS", "ip_rcv_finish_core()", "net/ipv4/ip_input.c")),
    counter(
      "IpExt", "OutBcastPkts", ambiguous: true, benign: true, unit: .packets, summary: "packets sent to a broadcast address",
      meaning: "Only programs that set SO_BROADCAST, DHCP clients and relays do so.",
      source: KernelSource("IPSTATS_MIB_OUTBCASTPKTS", "ip_finish_output2()", "net/ipv4/ip_output.c")),
    counter(
      "IpExt", "InOctets", ambiguous: true, benign: true, unit: .bytes, summary: "bytes of all IPv4 packets received, IP headers included",
      meaning: """
        Loopback traffic is in it, and padding of short Ethernet frames; link headers are not. Merged segments carry one header between them, so it is a little below what the \
        interface counts.
        """,
      misreading: "It is no measure of the network: on a machine that talks to itself most of it never left.",
      source: KernelSource("IPSTATS_MIB_INOCTETS", "ip_rcv_core()", "net/ipv4/ip_input.c")),
    counter(
      "IpExt", "OutOctets", ambiguous: true, benign: true, unit: .bytes, summary: "bytes of all IPv4 packets sent on, IP headers included",
      meaning: """
        Own and forwarded. A large TCP buffer has only one set of headers here; the card adds one for each segment when it cuts it, so the wire carries some percent more.
        """,
      source: KernelSource("IPSTATS_MIB_OUTOCTETS", "ip_finish_output2()", "net/ipv4/ip_output.c")),
    counter(
      "IpExt", "InMcastOctets", ambiguous: true, benign: true, unit: .bytes, summary: "bytes of the packets in InMcastPkts",
      meaning: "The part of InOctets that came as multicast; streams of video or market data stand out by it.",
      source: KernelSource("IPSTATS_MIB_INMCASTOCTETS", "ip_rcv_finish_core()", "net/ipv4/ip_input.c")),
    counter(
      "IpExt", "OutMcastOctets", ambiguous: true, benign: true, unit: .bytes, summary: "bytes of the packets in OutMcastPkts",
      meaning: "What this host multicasts; it leaves once, whatever the number of receivers.",
      source: KernelSource("IPSTATS_MIB_OUTMCASTOCTETS", "ip_finish_output2()", "net/ipv4/ip_output.c")),
    counter(
      "IpExt", "InBcastOctets", ambiguous: true, benign: true, unit: .bytes, summary: "bytes of the packets in InBcastPkts",
      meaning: "Noise of the segment that every host has to look at; a storm shows as a jump of this and of softnet processed.",
      source: KernelSource("IPSTATS_MIB_INBCASTOCTETS", "ip_rcv_finish_core()", "net/ipv4/ip_input.c")),
    counter(
      "IpExt", "OutBcastOctets", ambiguous: true, benign: true, unit: .bytes, summary: "bytes of the packets in OutBcastPkts",
      meaning: "Nearly always small; large values mean a program that floods its neighbours.",
      source: KernelSource("IPSTATS_MIB_OUTBCASTOCTETS", "ip_finish_output2()", "net/ipv4/ip_output.c")),
    counter(
      "IpExt", "InCsumErrors", ambiguous: true, unit: .packets, summary: "packets whose IPv4 header checksum was wrong",
      meaning: "Covers the twenty bytes of the header and nothing behind them. Each step is a step of Ip InHdrErrors too.",
      misreading: "Damage to data is seen by TCP, UDP and ICMP, each with its own InCsumErrors.",
      source: KernelSource("IPSTATS_MIB_CSUMERRORS", "ip_rcv_core()", "net/ipv4/ip_input.c"),
      advice: "Almost always a device or virtual switch that rewrites headers wrongly: compare with its receive offload off."),
    counter(
      "IpExt", "InNoECTPkts", ambiguous: true, benign: true, unit: .packets,
      summary: "packets received whose sender does not use explicit congestion notification",
      meaning: """
        One of four counters that sort all received packets by the two ECN bits. Merged segments count singly here, so their sum is larger than Ip InReceives, by the \
        factor that receive offload saves.
        """,
      formula: "(InNoECTPkts + InECT0Pkts + InECT1Pkts + InCEPkts) / InReceives = segments in an average merged packet",
      source: KernelSource("IPSTATS_MIB_NOECTPKTS", "ip_rcv_core()", "net/ipv4/ip_input.c"), settings: ["net.ipv4.tcp_ecn"]),
    counter(
      "IpExt", "InECT1Pkts", ambiguous: true, benign: true, unit: .packets, summary: "packets received that carry ECT(1)",
      meaning: "The mark of low-latency flows (L4S, TCP Prague) that expect to be marked early and often. Rare elsewhere.",
      source: KernelSource("IPSTATS_MIB_ECT1PKTS", "ip_rcv_core()", "net/ipv4/ip_input.c"), settings: ["net.ipv4.tcp_ecn"]),
    counter(
      "IpExt", "InECT0Pkts", ambiguous: true, benign: true, unit: .packets, summary: "packets received that carry ECT(0)",
      meaning: "Senders that agreed to ECN, DCTCP included, set it on data. Nothing was congested: a router would have turned it into CE.",
      source: KernelSource("IPSTATS_MIB_ECT0PKTS", "ip_rcv_core()", "net/ipv4/ip_input.c"), settings: ["net.ipv4.tcp_ecn"]),
    counter(
      "IpExt", "InCEPkts", ambiguous: true, unit: .packets, summary: "packets that a router on the way marked: congestion experienced",
      meaning: """
        A queue was filling, and marked instead of dropping. TCP reports it to the sender, which slows down. The share of all packets with ECT tells how busy the path is, \
        before anything is lost.
        """,
      misreading: "Not loss: each of these packets arrived.",
      formula: "marked share = InCEPkts / (InCEPkts + InECT0Pkts + InECT1Pkts)",
      source: KernelSource("IPSTATS_MIB_CEPKTS", "ip_rcv_core()", "net/ipv4/ip_input.c"), settings: ["net.ipv4.tcp_ecn"]),
    counter(
      "IpExt", "ReasmOverlaps", unit: .packets, summary: "fragments that overlap others of their datagram",
      meaning: """
        No honest sender makes them (an exact duplicate is forgiven and not counted): the whole datagram is dropped, as one more of Ip ReasmFails. It can also be two datagrams with the same \
        16-bit identification, which wraps within seconds at high rates.
        """,
      source: KernelSource("IPSTATS_MIB_REASM_OVERLAPS", "ip_frag_queue()", "net/ipv4/ip_fragment.c")),
  ]
}
