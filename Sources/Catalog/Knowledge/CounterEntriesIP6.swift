// Counters of IPv6: group Ip6 of /proc/net/snmp6. What holds for IPv4's twin is said there, here what differs.

extension Knowledge {
  static let ip6Counters: [Entry] = ip6InCounters + ip6OutCounters

  private static func ip6(
    _ name: String, _ netstat: NetstatShows = .name, benign: Bool = false, since: String? = nil, unit: Unit = .packets, _ member: String,
    _ function: String, _ file: String, _ summary: String, _ meaning: String, misreading: String? = nil, advice: String? = nil
  ) -> Entry {
    counter(
      "Ip6", name, ambiguous: true, netstat: netstat, benign: benign, since: since, unit: unit, summary: summary, meaning: meaning,
      misreading: misreading,
      source: KernelSource("IPSTATS_MIB_" + member, function, file.hasPrefix("include/") ? file : "net/ipv6/" + file), advice: advice)
  }

  private static let ip6InCounters: [Entry] = [
    ip6(
      "InReceives", .phrase("total packets received"), benign: true, "INPKTS", "ip6_rcv_core()", "ip6_input.c",
      "IPv6 packets that came in, before any check",
      "Neighbour discovery and multicast reports are in it, so it moves on an idle network, where Ip InReceives would stand still."),
    ip6(
      "InHdrErrors", .phrase("with invalid headers"), "INHDRERRORS", "ip6_rcv_core()", "ip6_input.c",
      "packets dropped for a bad header or extension header, or because their hop limit ran out here",
      """
      Wider than its IPv4 twin: unknown options, a broken fragment or routing header, loopback or mapped addresses on the wire, a source routed packet that is not wanted. There is no \
      header checksum in IPv6, hence no InCsumErrors.
      """, misreading: "On a router the hop limit dominates: traceroute and loops.",
      advice: "Subtract Icmp6 OutTimeExcds; what remains is malformed or crafted."),
    ip6(
      "InTooBigErrors", .phrase("with packets too big"), "INTOOBIGERRORS", "ip6_forward()", "ip6_output.c",
      "packets to forward that are larger than the next link takes",
      """
      A router never fragments in IPv6: it drops, sends "packet too big", and counts here and in FragFails at once. Where that message is filtered, connections hang after the handshake.
      """, advice: "Let ICMPv6 type 2 pass every firewall on the path."),
    ip6(
      "InNoRoutes", .phrase("incoming packets with no route"), "INNOROUTES", "ip6_pkt_drop()", "route.c",
      "received packets without a route onwards, or with one that says unreachable or prohibit",
      "A plain host counts them here too, where IPv4 would put them into InAddrErrors, and it answers with destination unreachable even then."
    ),
    ip6(
      "InAddrErrors", .phrase("with invalid addresses"), "INADDRERRORS", "ip6_forward()", "ip6_output.c",
      "packets that may not be forwarded, for their addresses or because this host does not forward",
      "A source that is link-local, multicast, loopback or unspecified must not leave its link; routing headers that name foreign addresses are refused as well."
    ),
    ip6(
      "InUnknownProtos", .phrase("with unknown protocol"), "INUNKNOWNPROTOS", "ip6_protocol_deliver_rcu()", "ip6_input.c",
      "packets for us with a next header that nothing here handles",
      "The answer is parameter problem, \"unrecognised next header\", where IPv4 says protocol unreachable."),
    ip6(
      "InTruncatedPkts", .phrase("with truncated packets"), "INTRUNCATEDPKTS", "ip6_rcv_core()", "ip6_input.c",
      "IPv6 packets with less data than the payload length announces", "The fixed header is not part of that length; otherwise as in IpExt."
    ),
    ip6(
      "InDiscards", .phrase("incoming packets discarded"), "INDISCARDS", "ip6_rcv_core()", "ip6_input.c",
      "packets dropped on the way in without being wrong",
      """
      Far from being only memory as in IPv4: the interface has IPv6 switched off (disable_ipv6), the multicast group was not joined, or IPsec policy refused. \
      On a host with IPv6 disabled it counts the router advertisements of its network.
      """),
    ip6(
      "InDelivers", .phrase("incoming packets delivered"), benign: true, "INDELIVERS", "ip6_protocol_deliver_rcu()", "ip6_input.c",
      "packets handed to an upper protocol or a raw socket",
      "From here on TCP has no numbers of its own for IPv6: Tcp and TcpExt count both families. UDP and ICMP have: Udp6, Icmp6."),
    ip6(
      "ReasmTimeout", .phrase("fragments dropped after timeout"), unit: .times, "REASMTIMEOUT", "ip6frag_expire_frag_queue()",
      "include/net/ipv6_frag.h", "datagrams given up because a fragment was missing",
      "After ip6frag_time, 60 s: twice as long as IPv4 waits. If the first piece had arrived the sender is told."),
    ip6(
      "ReasmReqds", .phrase("reassemblies required"), benign: true, "REASMREQDS", "ipv6_frag_rcv()", "reassembly.c",
      "packets with a fragment header that arrived",
      "An \"atomic fragment\", a whole packet with such a header, counts once here and once in ReasmOKs."),
    ip6(
      "ReasmOKs", .phrase("packets reassembled ok"), benign: true, "REASMOKS", "ip6_frag_reasm()", "reassembly.c",
      "IPv6 datagrams made whole again", "The sender itself cut them, for no router may; large DNS answers are the common case."),
    ip6(
      "ReasmFails", .phrase("packet reassemblies failed"), unit: .times, "REASMFAILS", "ip6_frag_queue()", "reassembly.c",
      "reassemblies that came to nothing",
      "Overlaps are fatal by the standard; other reasons are ReasmTimeout, size, and memory above ip6frag_high_thresh. No counter singles out overlaps as IpExt does."
    ),
    ip6(
      "InMcastPkts", .phrase("incoming multicast packets"), benign: true, "INMCASTPKTS", "ip6_mc_input()", "ip6_input.c",
      "multicast packets received",
      "IPv6 has no broadcast, so neighbour solicitations and router advertisements are here. Joined or not does not matter yet."),
    ip6(
      "InOctets", .name, benign: true, unit: .bytes, "INOCTETS", "ip6_rcv_core()", "ip6_input.c", "bytes of the packets in Ip6 InReceives",
      "The 40-byte header counts, once for each merged packet. Compare IpExt InOctets for the share of IPv6 in this host's traffic."),
    ip6(
      "InMcastOctets", .name, benign: true, unit: .bytes, "INMCASTOCTETS", "ip6_mc_input()", "ip6_input.c",
      "bytes of the packets in Ip6 InMcastPkts",
      "Some kilobytes an hour of neighbour discovery are the floor on any segment."),
    ip6(
      "InBcastOctets", .name, benign: true, unit: .bytes, "INBCASTOCTETS", "snmp6_seq_show()", "proc.c",
      "always 0: IPv6 knows no broadcast",
      "It stands in the file because both protocols share one list of numbers; nothing in the kernel raises it."),
    ip6(
      "InNoECTPkts", .name, benign: true, "NOECTPKTS", "ip6_rcv_core()", "ip6_input.c", "IPv6 packets received without ECN",
      "Read from the traffic class. With its three siblings it counts segments before merging, as IpExt explains."),
    ip6(
      "InECT1Pkts", .name, benign: true, "ECT1PKTS", "ip6_rcv_core()", "ip6_input.c", "IPv6 packets received with ECT(1)",
      "From senders of the L4S experiment; see IpExt InECT1Pkts."),
    ip6(
      "InECT0Pkts", .name, benign: true, "ECT0PKTS", "ip6_rcv_core()", "ip6_input.c", "IPv6 packets received with ECT(0)",
      "ECN was negotiated for that flow and no queue had reason to mark it."),
    ip6(
      "InCEPkts", .name, "CEPKTS", "ip6_rcv_core()", "ip6_input.c", "IPv6 packets that were marked as having met congestion",
      "The earliest sign of a full queue somewhere on the path to here; loss comes later, or never if all senders react."),
  ]

  private static let ip6OutCounters: [Entry] = [
    ip6(
      "OutForwDatagrams", .phrase("forwarded"), benign: true, "OUTFORWDATAGRAMS", "ip6_forward()", "ip6_output.c",
      "IPv6 packets routed through this host",
      "What IPv4 names ForwDatagrams. Taken before the size of the next link is looked at, so those too big are included."),
    ip6(
      "OutRequests", .phrase("requests sent out"), benign: true, "OUTREQUESTS", "ip6_xmit()", "ip6_output.c",
      "packets that TCP, UDP, ICMPv6 and the rest of this host asked IPv6 to send",
      "Neighbour discovery and multicast reports of the kernel itself are in it, and raw sockets with their own header too, which IPv4 leaves out."
    ),
    ip6(
      "OutDiscards", .phrase("outgoing packets dropped"), "OUTDISCARDS", "ip6_send_skb()", "ip6_output.c",
      "IPv6 packets given up on the way out",
      """
      As for IPv4 a netfilter or queueing refusal of UDP, ICMPv6 and raw packets, not of TCP; in addition no memory, an interface with disable_ipv6, and each buffer of a corked datagram \
      that was abandoned.
      """),
    ip6(
      "OutNoRoutes", .phrase("dropped because of missing route"), unit: .times, "OUTNOROUTES", "ip6_dst_lookup_tail()", "ip6_output.c",
      "sends without a route to an IPv6 address",
      """
      A host with only link-local addresses raises it whenever a program tries IPv6 first and then falls back to IPv4. Harmless then, and it is not packets lost.
      """, advice: "ip -6 route get ADDRESS; no default route is normal on an IPv4-only network."),
    ip6(
      "FragOKs", .phrase("outgoing packets fragmented ok"), benign: true, "FRAGOKS", "ip6_fragment()", "ip6_output.c",
      "packets that this host cut to fit the path",
      "Only what was made here: UDP or raw data beyond the path MTU."),
    ip6(
      "FragFails", .phrase("outgoing packets failed fragmentation"), "FRAGFAILS", "ip6_fragment()", "ip6_output.c",
      "IPv6 packets that did not fit and were not cut",
      "A program forbade it (IPV6_DONTFRAG), a piece could not be sent, or the packet was to be forwarded: then InTooBigErrors moves along."
    ),
    ip6(
      "FragCreates", .phrase("fragments created"), benign: true, "FRAGCREATES", "ip6_fragment()", "ip6_output.c", "IPv6 fragments sent",
      "Each carries an extra header of eight bytes; many middleboxes drop packets with it."),
    ip6(
      "OutMcastPkts", .phrase("outgoing multicast packets"), benign: true, "OUTMCASTPKTS", "ip6_finish_output2()", "ip6_output.c",
      "IPv6 multicast packets sent",
      "Each neighbour solicitation is one, so it rises with every new neighbour that is talked to."),
    ip6(
      "OutOctets", .name, benign: true, unit: .bytes, "OUTOCTETS", "ip6_finish_output2()", "ip6_output.c",
      "bytes of the packets in Ip6 OutTransmits",
      "Before the card cuts large TCP buffers, hence below what the interface reports."),
    ip6(
      "OutMcastOctets", .name, benign: true, unit: .bytes, "OUTMCASTOCTETS", "ip6_finish_output2()", "ip6_output.c",
      "bytes of the packets in Ip6 OutMcastPkts",
      "Discovery traffic and whatever programs multicast; the loop back to local listeners is not added."),
    ip6(
      "OutBcastOctets", .name, benign: true, unit: .bytes, "OUTBCASTOCTETS", "snmp6_seq_show()", "proc.c",
      "always 0, there being no IPv6 broadcast",
      "A column without a source, kept so that programs which read the file find what they expect."),
    ip6(
      "OutTransmits", .name, benign: true, since: "6.7", "OUTPKTS", "ip6_finish_output2()", "ip6_output.c",
      "IPv6 packets that went to the neighbour layer",
      "The last count before a device, for own and forwarded packets after fragmentation; its distance to OutRequests is what filters took."
    ),
  ]
}
