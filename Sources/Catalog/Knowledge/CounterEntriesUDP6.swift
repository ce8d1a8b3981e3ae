// Counters of UDP and UDP-Lite over IPv6: groups Udp6 and UdpLite6 of /proc/net/snmp6.

extension Knowledge {
  static let udp6Counters: [Entry] = [
    udp6(
      "InDatagrams", .phrase("packets received"), benign: true, "INDATAGRAMS", "udpv6_recvmsg()", "IPv6 datagrams that a program has read",
      "What an IPv6 socket receives from an IPv4 sender (a ::ffff: address) counts in Udp, not here: the packet decides, not the socket."),
    udp6(
      "NoPorts", .phrase("packets to unknown port received"), "NOPORTS", "__udp6_lib_rcv()", "IPv6 datagrams for a port without listener",
      "Answered with ICMPv6 port unreachable. If the service is there for IPv4 clients, it is probably bound to 0.0.0.0 only.",
      advice: "List UDP sockets of both families; clients that resolve an AAAA record find this one first."),
    udp6(
      "InErrors", .phrase("packet receive errors"), "INERRORS", "__udpv6_queue_rcv_skb()", "IPv6 datagrams that had a socket and were lost",
      "RcvbufErrors, MemErrors and InCsumErrors together, plus those a socket filter or IPsec refused."),
    udp6(
      "OutDatagrams", .phrase("packets sent"), benign: true, "OUTDATAGRAMS", "udp_v6_send_skb()", "IPv6 datagrams sent",
      "With segmentation offload (UDP_SEGMENT, used by QUIC) one step may be dozens of datagrams on the wire."),
    udp6(
      "RcvbufErrors", .name, "RCVBUFERRORS", "__udpv6_queue_rcv_skb()", "IPv6 datagrams lost to a full receive buffer",
      "The buffer and its limit are the socket's, whichever family fills it; only the count is kept apart. See Udp RcvbufErrors for what helps.",
      settings: ["net.core.rmem_default", "net.core.rmem_max", "SO_RCVBUF"]),
    udp6(
      "SndbufErrors", .name, "SNDBUFERRORS", "udpv6_sendmsg()", "IPv6 datagrams not sent for want of buffer or queue room",
      "SO_SNDBUF was used up (EAGAIN), or a device queue answered ENOBUFS, which reaches the program only with IPV6_RECVERR set.",
      settings: ["net.core.wmem_default", "SO_SNDBUF"]),
    udp6(
      "InCsumErrors", .name, "CSUMERRORS", "__udp6_lib_rcv()", "IPv6 datagrams with a wrong checksum, or with none",
      "The checksum is compulsory here: a datagram without one is refused as well, unless the socket allows it for a tunnel."),
    udp6(
      "IgnoredMulti", .name, benign: true, "IGNOREDMULTI", "__udp6_lib_mcast_deliver()",
      "IPv6 multicast datagrams that no socket here wanted",
      "Another program's group, or mDNS without a listener. They are dropped without an answer and are no errors."),
    udp6(
      "MemErrors", .name, since: "5.11", "MEMERRORS", "__udpv6_queue_rcv_skb()", "IPv6 datagrams refused at the limit of udp_mem",
      "The pool is one for both families and all namespaces, so Udp MemErrors moves in the same minutes.", settings: ["net.ipv4.udp_mem"]),
  ]

  static let udpLite6Counters: [Entry] = [
    udpLite6(
      "InDatagrams", "INDATAGRAMS", "udpv6_recvmsg()", "UDP-Lite datagrams over IPv6 that were read",
      "The protocol checks only part of a datagram, for voice and video that can bear errors. Hardly anyone uses it, and newer kernels have dropped it."
    ),
    udpLite6(
      "NoPorts", "NOPORTS", "__udp6_lib_rcv()", "UDP-Lite datagrams over IPv6 without a socket",
      "Protocol 136 to a host where nothing speaks it: a scan."),
    udpLite6(
      "InErrors", "INERRORS", "__udpv6_queue_rcv_skb()", "UDP-Lite datagrams over IPv6 lost before the program",
      "RcvbufErrors, InCsumErrors and MemErrors added up, and what a filter refused."),
    udpLite6(
      "OutDatagrams", "OUTDATAGRAMS", "udp_v6_send_skb()", "UDP-Lite datagrams sent over IPv6",
      "Counted when IPv6 accepted them; their way out is in Ip6."),
    udpLite6(
      "RcvbufErrors", "RCVBUFERRORS", "__udpv6_queue_rcv_skb()", "UDP-Lite datagrams over IPv6 that met a full buffer",
      "Nobody reads fast enough; the remedy is that of Udp RcvbufErrors."),
    udpLite6(
      "SndbufErrors", "SNDBUFERRORS", "udpv6_sendmsg()", "UDP-Lite datagrams over IPv6 that found no room to leave",
      "Same causes as for UDP's counter of that name."),
    udpLite6(
      "InCsumErrors", "CSUMERRORS", "__udp6_lib_rcv()", "UDP-Lite datagrams over IPv6 damaged in the covered part",
      "Damage outside the coverage that the sender chose is passed on by design."),
    udpLite6(
      "MemErrors", since: "5.11", "MEMERRORS", "__udpv6_queue_rcv_skb()", "UDP-Lite datagrams over IPv6 refused for memory",
      "UDP-Lite shares the pool and the limits of udp_mem."),
  ]

  private static func udp6(
    _ name: String, _ netstat: NetstatShows = .name, benign: Bool = false, since: String? = nil, _ member: String, _ function: String,
    _ summary: String, _ meaning: String, settings: [String] = [], advice: String? = nil
  ) -> Entry {
    counter(
      "Udp6", name, ambiguous: true, netstat: netstat, benign: benign, since: since, unit: .packets, summary: summary, meaning: meaning,
      source: KernelSource("UDP_MIB_" + member, function, "net/ipv6/udp.c"), settings: settings, advice: advice)
  }

  private static func udpLite6(
    _ name: String, since: String? = nil, _ member: String, _ function: String, _ summary: String, _ meaning: String
  ) -> Entry {
    counter(
      "UdpLite6", name, ambiguous: true, since: since, unit: .packets, summary: summary, meaning: meaning,
      source: KernelSource("UDP_MIB_" + member, function, "net/ipv6/udp.c"))
  }
}
