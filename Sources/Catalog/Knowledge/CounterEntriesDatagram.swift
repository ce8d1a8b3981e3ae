// Counters of UDP and UDP-Lite over IPv4; those of IPv6 are groups of their own.

extension Knowledge {
  static let datagramCounters: [Entry] = [
    counter(
      "Udp", "InDatagrams", ambiguous: true, netstat: .phrase("packets received"), benign: true, unit: .packets,
      summary: "datagrams that a program has read, or a tunnel taken",
      meaning:
        "Counted in recvmsg(), or when a tunnel of the kernel (VXLAN, WireGuard) takes it: what waits in a queue is not in it yet, what a full queue lost never will be.",
      misreading: "Not datagrams that arrived.",
      source: KernelSource("UDP_MIB_INDATAGRAMS", "udp_recvmsg()", "net/ipv4/udp.c")),
    counter(
      "Udp", "NoPorts", ambiguous: true, netstat: .phrase("packets to unknown port received"), unit: .packets,
      summary: "datagrams for a port at which nobody listens",
      meaning:
        "Each is answered with ICMP port unreachable, within that message's rate limit. After a server stops, its clients show up here.",
      misreading: "Not for lack of ports here: it is what others send to a closed one.",
      source: KernelSource("UDP_MIB_NOPORTS", "__udp4_lib_rcv()", "net/ipv4/udp.c"),
      advice: "Capture the destination ports: a forgotten syslog, statsd or DNS target is typical."),
    counter(
      "Udp", "InErrors", ambiguous: true, netstat: .phrase("packet receive errors"), unit: .packets,
      summary: "datagrams that had a socket but did not get into it",
      meaning: "Sum of RcvbufErrors, MemErrors, InCsumErrors, and what filters or IPsec policy refused. Read the parts.",
      misreading:
        "Sounds like the network and is nearly always a program that reads too slowly; the next lines of the block break it down.",
      source: KernelSource("UDP_MIB_INERRORS", "udp_queue_rcv_one_skb()", "net/ipv4/udp.c")),
    counter(
      "Udp", "RcvbufErrors", ambiguous: true, netstat: .phrase("receive buffer errors"), unit: .packets,
      summary: "datagrams lost because a socket's receive buffer was full",
      meaning: """
        The program does not read fast enough, or not at all. The buffer is charged with the memory of the packets, hundreds of bytes for even one byte of payload (768 over loopback, more from many cards), so it fills \
        sooner than the payload suggests. UDP has no way to slow the sender.
        """,
      misreading:
        "The buffer works as it should: the program did not empty it. Which socket, this number cannot tell; each has its own drop count.",
      source: KernelSource("UDP_MIB_RCVBUFERRORS", "__udp_queue_rcv_skb()", "net/ipv4/udp.c"),
      settings: ["net.core.rmem_default", "net.core.rmem_max", "SO_RCVBUF"],
      advice: "Find the socket by its own drop count (d in skmem); let the program set SO_RCVBUF, raising rmem_max if that clips it."),
    counter(
      "Udp", "SndbufErrors", ambiguous: true, netstat: .phrase("send buffer errors"), unit: .packets,
      summary: "datagrams that could not be sent: no room in the send buffer, or none in the device queue",
      meaning: "The program saw ENOBUFS or EAGAIN, or nothing at all, because ENOBUFS is reported only to sockets that set IP_RECVERR.",
      misreading: "Not only full buffers: a full queueing discipline is in it.",
      source: KernelSource("UDP_MIB_SNDBUFERRORS", "udp_sendmsg()", "net/ipv4/udp.c"),
      settings: ["net.core.wmem_default", "SO_SNDBUF", "IP_RECVERR"]),
    counter(
      "Udp", "InCsumErrors", ambiguous: true, unit: .packets, summary: "datagrams with a wrong checksum",
      meaning:
        "Often noticed only when the program reads, which then blocks although poll() said readable. A sender may leave the checksum out over IPv4; those pass.",
      source: KernelSource("UDP_MIB_CSUMERRORS", "udp_queue_rcv_one_skb()", "net/ipv4/udp.c")),
    counter(
      "Udp", "MemErrors", ambiguous: true, unit: .packets,
      summary: "datagrams refused because all UDP sockets together hold too much memory",
      meaning:
        "The socket had room but udp_mem did not allow it: in total more than its first value is in use, and this socket held more than udp_rmem_min.",
      misreading: "Raising SO_RCVBUF makes it worse, not better.",
      source: KernelSource("UDP_MIB_MEMERRORS", "__udp_queue_rcv_skb()", "net/ipv4/udp.c"), settings: ["net.ipv4.udp_mem"]),
    counter(
      "Udp", "OutDatagrams", ambiguous: true, netstat: .phrase("packets sent"), benign: true, unit: .packets,
      summary: "datagrams handed to the IP layer without an error",
      meaning: "One a system call as a rule; what UDP segmentation (UDP_SEGMENT) splits later is one here.",
      misreading:
        "Not proof of departure: the card, or a queue that throws out something older later, may still lose it. What netfilter drops on output is not in it, the program sees EPERM.",
      source: KernelSource("UDP_MIB_OUTDATAGRAMS", "udp_send_skb()", "net/ipv4/udp.c")),
    counter(
      "Udp", "IgnoredMulti", ambiguous: true, benign: true, unit: .packets,
      summary: "broadcast and multicast datagrams that no socket wanted",
      meaning:
        "Discovery protocols of the neighbourhood, mostly. No ICMP error answers them, and they are neither in NoPorts nor in InErrors.",
      source: KernelSource("UDP_MIB_IGNOREDMULTI", "__udp4_lib_mcast_deliver()", "net/ipv4/udp.c")),
  ]

  private static func lite(
    _ name: String, benign: Bool = false, unit: Unit = .packets, summary: String, meaning: String, function: String
  ) -> Entry {
    counter(
      "UdpLite", name, ambiguous: true, benign: benign, unit: unit, summary: summary, meaning: meaning,
      source: KernelSource("UDP_MIB_" + (name == "InCsumErrors" ? "CSUMERRORS" : name.uppercased()), function, "net/ipv4/udp.c"))
  }

  /// UDP-Lite is UDP whose checksum may cover a part only; the kernel counts it by the same code in a block of its own.
  static let datagramLiteCounters: [Entry] = [
    lite(
      "InDatagrams", benign: true, summary: "UDP-Lite datagrams read by programs",
      meaning: "Zero nearly everywhere: hardly any program uses the protocol, and the kernel log announces its removal at the first use.",
      function: "udp_recvmsg()"),
    lite(
      "NoPorts", summary: "UDP-Lite datagrams for a closed port",
      meaning: "Protocol number 136, not 17: a UDP socket on that port does not receive them.", function: "__udp4_lib_rcv()"),
    lite(
      "InErrors", summary: "UDP-Lite datagrams refused, all reasons together",
      meaning: "Beside the reasons that UDP has: the checksum covered less than UDPLITE_RECV_CSCOV demands.",
      function: "udp_queue_rcv_one_skb()"),
    lite(
      "OutDatagrams", benign: true, summary: "UDP-Lite datagrams sent",
      meaning: "Anything but zero says that some program here opened a socket of IPPROTO_UDPLITE.", function: "udp_send_skb()"),
    lite(
      "RcvbufErrors", summary: "UDP-Lite datagrams lost to a full receive buffer",
      meaning: "The reader of a media stream fell behind; see Udp RcvbufErrors for the remedies.", function: "__udp_queue_rcv_skb()"),
    lite(
      "SndbufErrors", summary: "UDP-Lite datagrams not sent for want of room",
      meaning: "As with UDP, the send buffer or the device queue was full.", function: "udp_sendmsg()"),
    lite(
      "InCsumErrors", summary: "UDP-Lite datagrams damaged in the part that the checksum covers",
      meaning: "Damage outside of that part is let through on purpose: that is what the protocol is for.",
      function: "udp_queue_rcv_one_skb()"),
    lite(
      "IgnoredMulti", benign: true, summary: "UDP-Lite broadcasts and multicasts without a taker",
      meaning: "Dropped without an answer, and no error is counted beside it.", function: "__udp4_lib_mcast_deliver()"),
    lite(
      "MemErrors", summary: "UDP-Lite datagrams refused for want of protocol memory",
      meaning: "The allowance, udp_mem, is shared with UDP, whose sockets are the likely consumers.", function: "__udp_queue_rcv_skb()"),
  ]
}
