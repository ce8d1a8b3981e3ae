// Counters of connections that ended badly.

extension Knowledge {
  static let abortCounters: [Entry] = [
    counter(
      "Tcp", "EstabResets", netstat: .phrase("connection resets received"), unit: .connections,
      summary: "connections that went from ESTAB or CLOSE-WAIT straight to closed",
      meaning: """
        Who caused it does not matter: a reset from the peer, a timeout, close() with unread data, SO_LINGER 0, ss -K. Normal endings pass through other states and are not in it. A server whose \
        counter rises with its request rate is probably closing before it has read everything.
        """,
      misreading:
        "Nothing need have been received: local aborts count, and resets that end other states, such as a refused connect(), do not. No counter holds the resets received; the tcp_receive_reset tracepoint sees them.",
      source: KernelSource("TCP_MIB_ESTABRESETS", "tcp_set_state()", "net/ipv4/tcp.c"),
      advice:
        "Subtract TCPAbortOnClose and TCPAbortOnData over the same time: the rest is mostly resets from peers. TCPAbortOnTimeout holds failed connects and orphans as well, so only a part of it belongs here."
    ),
    counter(
      "Tcp", "OutRsts", netstat: .phrase("resets sent"), unit: .packets,
      summary: "resets that this host sent, with or without a socket behind them",
      meaning: """
        Two sources: answers to packets for which no socket exists (a closed port, a scan, a connection forgotten after a restart), and our own aborts. The second kind appears in \
        TCPAbortOn*, or in EstabResets.
        """,
      misreading: "On a machine open to the Internet most answer scans of closed ports and are no sign of trouble with real connections.",
      source: KernelSource("TCP_MIB_OUTRSTS", "tcp_v4_send_reset()", "net/ipv4/tcp_ipv4.c"),
      advice: "Trace with tcpdump 'tcp[13] & 4 != 0' or the tcp_send_reset tracepoint to see for which ports."),
    counter(
      "TcpExt", "TCPAbortOnClose", netstat: .phrase("connections reset due to early user close"), unit: .connections,
      summary: "close() while received data was still unread: the peer got a reset instead of a FIN",
      meaning: """
        What the peer had sent is lost and it should know. HTTP servers that answer an error without reading the request body do this, and clients then \
        see a reset instead of the answer.
        """,
      misreading: "\"Early\" is not about time: bytes were there that the program had not read.",
      source: KernelSource("LINUX_MIB_TCPABORTONCLOSE", "__tcp_close()", "net/ipv4/tcp.c"),
      advice: "In the program: shutdown(SHUT_WR), read until 0, then close()."),
    counter(
      "TcpExt", "TCPAbortOnData", netstat: .phrase("connections reset due to unexpected data"), unit: .connections,
      summary: "aborts by SO_LINGER 0, by data after the program had closed, or by a negative TCP_LINGER2",
      meaning: """
        Three causes under one name: the program chose close() as abort; the peer went on sending to a socket that nobody reads any more; or FIN-WAIT-2 was \
        forbidden. Only the second fits netstat's label.
        """,
      misreading: "If the program uses SO_LINGER with 0, each of its closes lands here, with no data in sight.",
      source: KernelSource("LINUX_MIB_TCPABORTONDATA", "tcp_rcv_state_process()", "net/ipv4/tcp_input.c"),
      settings: ["SO_LINGER", "TCP_LINGER2"]),
    counter(
      "TcpExt", "TCPAbortOnTimeout", netstat: .phrase("connections aborted due to timeout"), unit: .connections,
      summary: "connections given up because the peer did not answer",
      meaning: """
        Retransmissions, window probes, keepalive probes or SYNs ran out, or TCP_USER_TIMEOUT did. The program gets ETIMEDOUT, or EHOSTUNREACH if an ICMP message had hinted at it; an \
        orphan dies without telling anyone.
        """,
      misreading: "A connect() that got no answer counts like a connection that broke, though it was never one.",
      source: KernelSource("LINUX_MIB_TCPABORTONTIMEOUT", "tcp_write_err()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_retries2", "net.ipv4.tcp_syn_retries", "net.ipv4.tcp_orphan_retries", "TCP_USER_TIMEOUT"]),
    counter(
      "TcpExt", "TCPAbortOnMemory", netstat: .phrase("connections aborted due to memory pressure"), unit: .connections,
      summary: "orphans killed because there are too many, or TCP is out of memory",
      meaning: """
        Only sockets without a process are sacrificed, at close() or when their timer fires, and a line in the kernel log says which of the two limits it was. At timer time the orphan count is \
        doubled or quadrupled for peers that were silent long, so it may start at a quarter of tcp_max_orphans.
        """,
      misreading: "The machine may have gigabytes free: the limit on the number of orphans is the common reason.",
      source: KernelSource("LINUX_MIB_TCPABORTONMEMORY", "tcp_out_of_resources()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_max_orphans", "net.ipv4.tcp_mem"]),
    counter(
      "TcpExt", "TCPAbortOnLinger", netstat: .phrase("connections aborted after user close in linger timeout"), unit: .connections,
      summary: "close() in FIN-WAIT-2 with a negative TCP_LINGER2: aborted at once",
      meaning: "The program asked not to wait for the peer's FIN. The peer gets a reset at once.",
      misreading: "Not SO_LINGER, as the name suggests: that is in TCPAbortOnData.",
      source: KernelSource("LINUX_MIB_TCPABORTONLINGER", "__tcp_close()", "net/ipv4/tcp.c"), settings: ["TCP_LINGER2"]),
    counter(
      "TcpExt", "TCPAbortFailed", netstat: .phrase("times unable to send RST due to no memory"), unit: .times,
      summary: "a reset was due and could not be sent",
      meaning:
        "No memory for the packet, or the way out refused it (a filter, no route). The peer learns of the abort only when it sends next.",
      misreading: "Memory is not the only reason, as the label has it.",
      source: KernelSource("LINUX_MIB_TCPABORTFAILED", "tcp_send_active_reset()", "net/ipv4/tcp_output.c")),
  ]
}
