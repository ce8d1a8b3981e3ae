// Counters of connections that ended badly, and the counters of UDP.

extension Knowledge {
  static let abortCounters: [Entry] = [
    counter(
      "Tcp", "EstabResets", netstat: .phrase("connection resets received"), unit: .connections,
      summary: "connections that went from ESTAB or CLOSE-WAIT straight to closed",
      meaning: """
        Who caused it does not matter: a reset from the peer, a timeout, close() with unread data, SO_LINGER 0, ss -K. Normal endings pass through other states and are not in it. A server whose \
        counter rises with its request rate is probably closing before it has read everything.
        """,
      source: KernelSource("TCP_MIB_ESTABRESETS", "tcp_set_state()", "net/ipv4/tcp.c"),
      advice: "Subtract the TCPAbortOn* counters over the same time; the rest came from peers."),
    counter(
      "Tcp", "OutRsts", netstat: .phrase("resets sent"), unit: .packets,
      summary: "resets that this host sent, with or without a socket behind them",
      meaning: """
        Two sources: answers to packets for which no socket exists (a closed port, a scan, a connection forgotten after a restart), and our own aborts. The second kind appears in \
        TCPAbortOn*, or in EstabResets.
        """,
      source: KernelSource("TCP_MIB_OUTRSTS", "tcp_v4_send_reset()", "net/ipv4/tcp_ipv4.c"),
      advice: "Trace with tcpdump 'tcp[13] & 4 != 0' or the tcp_send_reset tracepoint to see for which ports."),
    counter(
      "TcpExt", "TCPAbortOnClose", netstat: .phrase("connections reset due to early user close"), unit: .connections,
      summary: "close() while received data was still unread: the peer got a reset instead of a FIN",
      meaning: """
        What the peer had sent is lost and it should know. HTTP servers that answer an error without reading the request body do this, and clients then \
        see a reset instead of the answer.
        """,
      source: KernelSource("LINUX_MIB_TCPABORTONCLOSE", "__tcp_close()", "net/ipv4/tcp.c"),
      advice: "In the program: shutdown(SHUT_WR), read until 0, then close()."),
    counter(
      "TcpExt", "TCPAbortOnData", netstat: .phrase("connections reset due to unexpected data"), unit: .connections,
      summary: "aborts by SO_LINGER 0, by data after the program had closed, or by a negative TCP_LINGER2",
      meaning: """
        Three causes under one name: the program chose close() as abort; the peer went on sending to a socket that nobody reads any more; or FIN-WAIT-2 was \
        forbidden. Only the second fits netstat's label.
        """,
      source: KernelSource("LINUX_MIB_TCPABORTONDATA", "tcp_rcv_state_process()", "net/ipv4/tcp_input.c"),
      settings: ["SO_LINGER", "TCP_LINGER2"]),
    counter(
      "TcpExt", "TCPAbortOnTimeout", netstat: .phrase("connections aborted due to timeout"), unit: .connections,
      summary: "connections given up because the peer did not answer",
      meaning: """
        Retransmissions, window probes, keepalive probes or SYNs ran out, or TCP_USER_TIMEOUT did. The program gets ETIMEDOUT, or EHOSTUNREACH if an ICMP message had hinted at it; an \
        orphan dies without telling anyone.
        """,
      source: KernelSource("LINUX_MIB_TCPABORTONTIMEOUT", "tcp_write_err()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_retries2", "net.ipv4.tcp_syn_retries", "net.ipv4.tcp_orphan_retries", "TCP_USER_TIMEOUT"]),
    counter(
      "TcpExt", "TCPAbortOnMemory", netstat: .phrase("connections aborted due to memory pressure"), unit: .connections,
      summary: "orphans killed because there are too many, or TCP is out of memory",
      meaning: """
        Only sockets without a process are sacrificed, at close() or when their timer fires, and a line in the kernel log says which of the two limits it was. At timer time the orphan count is \
        doubled or quadrupled for peers that were silent long, so it may start at a quarter of tcp_max_orphans.
        """,
      source: KernelSource("LINUX_MIB_TCPABORTONMEMORY", "tcp_out_of_resources()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_max_orphans", "net.ipv4.tcp_mem"]),
    counter(
      "TcpExt", "TCPAbortOnLinger", netstat: .phrase("connections aborted after user close in linger timeout"), unit: .connections,
      summary: "close() in FIN-WAIT-2 with a negative TCP_LINGER2: aborted at once",
      meaning: "The program asked not to wait for the peer's FIN. The name suggests SO_LINGER, which is counted elsewhere.",
      source: KernelSource("LINUX_MIB_TCPABORTONLINGER", "__tcp_close()", "net/ipv4/tcp.c"), settings: ["TCP_LINGER2"]),
    counter(
      "TcpExt", "TCPAbortFailed", netstat: .phrase("times unable to send RST due to no memory"), unit: .times,
      summary: "a reset was due and could not be sent",
      meaning:
        "No memory for the packet, or the way out refused it (a filter, no route), which the label leaves out. The peer learns of the abort only when it sends next.",
      source: KernelSource("LINUX_MIB_TCPABORTFAILED", "tcp_send_active_reset()", "net/ipv4/tcp_output.c")),
  ]

  static let datagramCounters: [Entry] = [
    counter(
      "Udp", "InDatagrams", ambiguous: true, netstat: .phrase("packets received"), unit: .packets,
      summary: "datagrams that a program has read",
      meaning:
        "Counted in recvmsg(), not on arrival: what waits in a queue is not in it yet, and a datagram with a bad checksum never will be.",
      source: KernelSource("UDP_MIB_INDATAGRAMS", "udp_recvmsg()", "net/ipv4/udp.c")),
    counter(
      "Udp", "NoPorts", ambiguous: true, netstat: .phrase("packets to unknown port received"), unit: .packets,
      summary: "datagrams for a port at which nobody listens",
      meaning:
        "Each is answered with ICMP port unreachable, within that message's rate limit. After a server stops, its clients show up here.",
      source: KernelSource("UDP_MIB_NOPORTS", "__udp4_lib_rcv()", "net/ipv4/udp.c"),
      advice: "Capture the destination ports: a forgotten syslog, statsd or DNS target is typical."),
    counter(
      "Udp", "InErrors", ambiguous: true, netstat: .phrase("packet receive errors"), unit: .packets,
      summary: "datagrams that had a socket but did not get into it",
      meaning: "Sum of RcvbufErrors, MemErrors, InCsumErrors, and what filters or IPsec policy refused. Read the parts.",
      source: KernelSource("UDP_MIB_INERRORS", "udp_queue_rcv_one_skb()", "net/ipv4/udp.c")),
    counter(
      "Udp", "RcvbufErrors", ambiguous: true, netstat: .phrase("receive buffer errors"), unit: .packets,
      summary: "datagrams lost because a socket's receive buffer was full",
      meaning: """
        The program does not read fast enough, or not at all. The buffer is charged with the memory of the packets, hundreds of bytes for even one byte of payload (768 over loopback, more from many cards), so it fills \
        sooner than the payload suggests. UDP has no way to slow the sender.
        """,
      source: KernelSource("UDP_MIB_RCVBUFERRORS", "__udp_queue_rcv_skb()", "net/ipv4/udp.c"),
      settings: ["net.core.rmem_default", "net.core.rmem_max", "SO_RCVBUF"],
      advice: "Find the socket by its own drop count (d in skmem); let the program set SO_RCVBUF, raising rmem_max if that clips it."),
    counter(
      "Udp", "SndbufErrors", ambiguous: true, netstat: .phrase("send buffer errors"), unit: .packets,
      summary: "datagrams that could not be sent: no room in the send buffer, or none in the device queue",
      meaning: "The program saw ENOBUFS or EAGAIN, or nothing at all, because ENOBUFS is reported only to sockets that set IP_RECVERR.",
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
      source: KernelSource("UDP_MIB_MEMERRORS", "__udp_queue_rcv_skb()", "net/ipv4/udp.c"), settings: ["net.ipv4.udp_mem"]),
  ]
}
