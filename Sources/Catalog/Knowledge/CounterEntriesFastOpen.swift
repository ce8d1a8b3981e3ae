// Counters of TCP Fast Open and of requests that move between listeners.

extension Knowledge {
  static let fastOpenCounters: [Entry] = [
    counter(
      "TcpExt", "TCPFastOpenActive", benign: true, unit: .connections,
      summary: "connects of ours whose data in the SYN was accepted",
      meaning: "Each saved its program a round trip. Connects that only asked for a cookie are not in it.",
      source: KernelSource("LINUX_MIB_TCPFASTOPENACTIVE", "tcp_rcv_fastopen_synack()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_fastopen"]),
    counter(
      "TcpExt", "TCPFastOpenActiveFail", unit: .connections,
      summary: "connects of ours whose data in the SYN had to be sent once more",
      meaning:
        "The server did not take it (its cookie was refused, its queue full), the SYN was lost, or timeouts later suggested that something on the path dislikes the option.",
      misreading: "The connection itself does not fail: it goes on as an ordinary one.",
      source: KernelSource("LINUX_MIB_TCPFASTOPENACTIVEFAIL", "tcp_rcv_fastopen_synack()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_fastopen"]),
    counter(
      "TcpExt", "TCPFastOpenPassive", benign: true, unit: .connections,
      summary: "incoming SYNs that became a socket at once, by a valid cookie",
      meaning: "The program can accept() and read before the handshake is complete. With cookies switched off each SYN with data counts.",
      source: KernelSource("LINUX_MIB_TCPFASTOPENPASSIVE", "tcp_try_fastopen()", "net/ipv4/tcp_fastopen.c"),
      settings: ["net.ipv4.tcp_fastopen", "TCP_FASTOPEN"]),
    counter(
      "TcpExt", "TCPFastOpenPassiveFail", unit: .connections,
      summary: "incoming Fast Open attempts with a wrong cookie, or for which no socket could be made",
      meaning: """
        They fall back to the ordinary handshake, and the client gets a fresh cookie. After a change of keys, or behind a balancer whose servers have different keys, nearly every attempt ends so.
        """,
      source: KernelSource("LINUX_MIB_TCPFASTOPENPASSIVEFAIL", "tcp_try_fastopen()", "net/ipv4/tcp_fastopen.c"),
      advice: "Give all servers of one address the same net.ipv4.tcp_fastopen_key."),
    counter(
      "TcpExt", "TCPFastOpenPassiveAltKey", benign: true, unit: .connections,
      summary: "Fast Open cookies that were valid by the backup key only",
      meaning: "The interval in which keys are exchanged without loss. Such clients receive a cookie of the present key.",
      source: KernelSource("LINUX_MIB_TCPFASTOPENPASSIVEALTKEY", "tcp_try_fastopen()", "net/ipv4/tcp_fastopen.c")),
    counter(
      "TcpExt", "TCPFastOpenListenOverflow", unit: .times,
      summary: "a Fast Open SYN came while the listener had as many unfinished ones as TCP_FASTOPEN allows",
      meaning:
        "It is treated as an ordinary SYN without its data. The limit is the number given with the socket option, and has nothing to do with the backlog.",
      misreading: "No connection is lost; it is not ListenOverflows.",
      source: KernelSource("LINUX_MIB_TCPFASTOPENLISTENOVERFLOW", "tcp_fastopen_queue_check()", "net/ipv4/tcp_fastopen.c"),
      settings: ["TCP_FASTOPEN"]),
    counter(
      "TcpExt", "TCPFastOpenCookieReqd", benign: true, unit: .packets, summary: "incoming SYNs that asked for a Fast Open cookie",
      meaning: "Counted whether or not this server has the feature enabled, so it tells which clients would use it.",
      source: KernelSource("LINUX_MIB_TCPFASTOPENCOOKIEREQD", "tcp_try_fastopen()", "net/ipv4/tcp_fastopen.c"),
      settings: ["net.ipv4.tcp_fastopen"]),
    counter(
      "TcpExt", "TCPFastOpenBlackhole", unit: .times,
      summary: "times this namespace stopped using Fast Open for a while, as a client",
      meaning: """
        Repeated timeouts, or resets and FINs out of order on such connections, look like a firewall that drops what it does not know. Only with tcp_fastopen_blackhole_timeout_sec above 0, which is not the default.
        """,
      source: KernelSource("LINUX_MIB_TCPFASTOPENBLACKHOLE", "tcp_fastopen_active_disable()", "net/ipv4/tcp_fastopen.c"),
      settings: ["net.ipv4.tcp_fastopen_blackhole_timeout_sec"]),
    counter(
      "TcpExt", "TCPMigrateReqSuccess", benign: true, since: "5.14", unit: .connections,
      summary: "connections waiting at a closing listener that were moved to another of its SO_REUSEPORT group",
      meaning: "Half-open ones and such as had not been accepted. Without the move each of them is reset when its listener closes.",
      source: KernelSource("LINUX_MIB_TCPMIGRATEREQSUCCESS", "inet_csk_listen_stop()", "net/ipv4/inet_connection_sock.c"),
      settings: ["net.ipv4.tcp_migrate_req", "SO_REUSEPORT"]),
    counter(
      "TcpExt", "TCPMigrateReqFailure", since: "5.14", unit: .connections,
      summary: "connections waiting at a closing SO_REUSEPORT listener that could not be moved",
      meaning: """
        Rises also where the move is not switched on at all: then it counts what a restart of one worker throws away. Else: no other listener, a full queue there, or no memory.
        """,
      source: KernelSource("LINUX_MIB_TCPMIGRATEREQFAILURE", "reuseport_migrate_sock()", "net/core/sock_reuseport.c"),
      settings: ["net.ipv4.tcp_migrate_req"],
      advice: "Set tcp_migrate_req to 1, or let a worker accept until its queue is empty before it closes."),
  ]
}
