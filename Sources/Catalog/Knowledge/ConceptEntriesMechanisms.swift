// Queues, handshake and closing mechanisms, sharing of ports.

extension Knowledge {
  static let mechanismConcepts: [Entry] = [
    Entry(
      "accept queue", aliases: ["backlog", "listen backlog", "listen queue", "completed connection queue", "acceptq"], topic: .concept,
      unit: .connections,
      summary: "connections whose handshake is done and which wait for accept()",
      meaning: """
        It belongs to the listener and is limited by the backlog given to listen(), cut by somaxconn. The test is "more than", so one more than the limit fits. When it is full the kernel drops SYNs in silence and ignores the last packet of handshakes that had begun, so \
        clients hang instead of being refused. What waits inside is visible: ESTAB or CLOSE-WAIT with inode 0 and the listener's port. It holds data too, for clients may send before they are accepted.
        """,
      formula: "full when sk_ack_backlog > sk_max_ack_backlog", ss: "LISTEN: Recv-Q is its depth, Send-Q its limit",
      netstat: "LISTEN: Recv-Q only",
      source: KernelSource("sk_max_ack_backlog", "sk_acceptq_is_full()", "include/net/sock.h"),
      settings: ["net.core.somaxconn", "net.ipv4.tcp_abort_on_overflow"],
      advice:
        "Always above zero: the program is too slow or stuck. Above zero in bursts: raise backlog and somaxconn together, and restart the program."
    ),
    Entry(
      "SYN queue", aliases: ["syn backlog", "request queue", "half-open queue", "reqsk"], topic: .concept, unit: .connections,
      summary: "half-open connections of a listener: SYN-ACK sent, third packet missing",
      meaning: """
        There is no separate queue in memory, only a count at the listener and small objects in the common hash. The limit is again the listener's backlog (about: some kernels say "more than", others "at least"), not tcp_max_syn_backlog. When full, syncookies decide between a cookie and a \
        drop. inet_diag does not tell the count: add up the SYN-RECV entries of that port.
        """,
      formula: "full when icsk_accept_queue.qlen > sk_max_ack_backlog (6.12)", ss: "count SYN-RECV for the port",
      netstat: "count SYN_RECV for the port",
      source: KernelSource("inet_csk_reqsk_queue_is_full", "tcp_conn_request()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog", "net.ipv4.tcp_synack_retries"],
      advice: "A full accept queue also fills this one, since third packets are then ignored: look there first."),
    Entry(
      "syncookies", aliases: ["SYN cookie", "SYN flood", "cookies"], topic: .concept, unit: .packets,
      summary: "answering a SYN without remembering it",
      meaning: """
        Addresses, ports, a slowly moving counter and one of a few MSS values are hashed into the sequence number of the SYN-ACK. A client that returns it gets its connection, and a forged source costs nothing. The price: the SYN-ACK is never repeated, MSS is rounded down to one of \
        four values (IPv4), and without timestamps window scaling and SACK are lost for the whole connection.
        """,
      ss: "not visible on the socket, except by missing options (no wscale, no sack)",
      netstat: "three lines of -s: sent, received, invalid",
      source: KernelSource("__cookie_v4_init_sequence", "cookie_v4_init_sequence()", "net/ipv4/syncookies.c"),
      settings: ["net.ipv4.tcp_syncookies"],
      advice: "Seen without an attack, the backlog is too small for the arrival rate times the round trip."),
    Entry(
      "orphan", aliases: ["orphans", "orphaned socket", "SOCK_DEAD"], topic: .concept, unit: .connections,
      summary: "a socket whose process has closed it while the kernel still has something to deliver",
      meaning: """
        FIN-WAIT-1, CLOSING, LAST-ACK without owner, and FIN-WAIT-2 for a moment. Each keeps its buffers, so orphans with a large Send-Q are what hurts. They are given up sooner than owned sockets, and sacrificed first when their number or TCP's memory \
        exceeds the limit. TIME-WAIT is not one of them: it has shed its buffers.
        """,
      ss: "no users: and inode 0; -s prints their number", netstat: "a - in the PID column",
      source: KernelSource("tcp_orphan_count", "tcp_close()", "net/ipv4/tcp.c"),
      settings: ["net.ipv4.tcp_max_orphans", "net.ipv4.tcp_orphan_retries", "net.ipv4.tcp_fin_timeout"],
      advice: "Group them by peer: one network that vanished explains thousands."),
    Entry(
      "half-close", aliases: ["shutdown", "SHUT_WR", "half closed"], topic: .concept, unit: .flags,
      summary: "one direction closed, the other in use: FIN-WAIT-2 with an owner here, CLOSE-WAIT there",
      meaning: """
        shutdown(SHUT_WR) sends FIN and keeps reading; rsync, ssh and HTTP proxies use it to mark the end of a request. It is legal for as long as both like, and firewalls that expire such flows after minutes are a \
        frequent reason for hangs. It differs from close() in that the kernel still accepts data.
        """,
      ss: "-e shows the directions left: <-> both, <-- sending closed, --> receiving closed", netstat: "not shown",
      source: KernelSource("SEND_SHUTDOWN", "tcp_shutdown()", "net/ipv4/tcp.c"), settings: ["SO_LINGER"],
      advice: "Judge by the traffic counters, not by the age."),
    Entry(
      "mini-socket", aliases: ["timewait sock", "request sock", "inet_timewait_sock", "bucket"], topic: .concept, unit: .text,
      summary: "a small object that stands for a connection without being a socket",
      meaning: """
        Two kinds: half-open requests before, and TIME-WAIT or orphaned FIN-WAIT-2 after the real socket. Both report uid 0, inode 0, empty queues and no tcp_info, which means "not known" and not root or nothing. They cost a small fraction of a \
        full socket.
        """,
      ss: "state bucket selects them, state big the others", netstat: "uid 0 (or the listener's), inode 0",
      source: KernelSource("idiag_inode", "inet_twsk_diag_fill()", "net/ipv4/inet_diag.c"),
      advice: "Do not read their zeroes as measurements."),
    Entry(
      "ephemeral port", aliases: ["ephemeral ports", "port exhaustion", "local port range", "source port"], topic: .concept, unit: .port,
      summary: "a local port that the kernel chooses for an outgoing connection",
      meaning: """
        The same port may serve many connections as long as the 4-tuple differs, so the supply is counted for each destination address and port: 28,232 by default. TIME-WAIT holds a tuple for 60 s, thus about 470 new connections a second to one \
        destination are the limit when this side closes first. A program that binds before it connects has a far smaller supply.
        """,
      formula: "size of the range / 60 s = highest rate of new connections to one destination",
      ss: "state time-wait dst ADDRESS:PORT, counted", netstat: "the port in Local Address",
      source: KernelSource("inet_sk_get_local_port_range", "__inet_hash_connect()", "net/ipv4/inet_hashtables.c"),
      settings: ["net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_tw_reuse", "IP_BIND_ADDRESS_NO_PORT"],
      advice: "Let the other side close first, or reuse connections."),
    Entry(
      "SO_REUSEPORT", aliases: ["reuseport", "reuse port"], topic: .concept, unit: .flags,
      summary: "several listeners on one address and port, among which the kernel spreads the clients",
      meaning: """
        A hash of the 4-tuple selects the listener; each has an accept queue of its own, and a full one drops although its siblings are idle. All must set the option before bind() and have the same user. When one closes, the clients in \
        its queue are reset unless tcp_migrate_req is 1. Forked servers that share one listener have none of these effects.
        """,
      ss: "several LISTEN lines with equal addresses and different inodes", netstat: "several equal lines",
      source: KernelSource("reuseport_select_sock", "reuseport_select_sock()", "net/core/sock_reuseport.c"),
      settings: ["SO_REUSEPORT", "net.ipv4.tcp_migrate_req"],
      advice: "Compare Recv-Q across the group: one that is full alone is a stuck worker."),
    Entry(
      "dual-stack", aliases: ["v6only", "IPV6_V6ONLY", "v4-mapped", "::ffff:"], topic: .concept, unit: .boolean,
      summary: "an IPv6 socket that also serves IPv4",
      meaning: """
        A listener on [::] without IPV6_V6ONLY takes IPv4 clients too, and they appear as ::ffff:a.b.c.d. Nothing is listed under IPv4 then, so "it listens on IPv6 only" is usually a misreading. The default comes from \
        net.ipv6.bindv6only.
        """,
      ss: "*:PORT for dual-stack, [::]:PORT for v6-only; -e prints v6only:1", netstat: "tcp6 :::PORT in both cases",
      source: KernelSource("INET_DIAG_SKV6ONLY", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c"),
      settings: ["net.ipv6.bindv6only", "IPV6_V6ONLY"],
      advice: "Try it: connect to 127.0.0.1 and to ::1."),
    Entry(
      "reset", aliases: ["RST", "connection reset"], topic: .concept, unit: .packets,
      summary: "a packet that ends a connection at once, with nothing delivered after it",
      meaning: """
        Sent when a packet meets no socket, when a program closes with unread data or SO_LINGER 0, when a listener closes over its queue, when an orphan is sacrificed, and by firewalls in either name. The receiver accepts it only with the exact sequence \
        number; a near miss is answered with a challenge. Neither side goes through TIME-WAIT afterwards.
        """,
      ss: "nothing: the socket is gone", netstat: "\"resets sent\"; what it calls resets received is another thing",
      source: KernelSource("TCPHDR_RST", "tcp_send_active_reset()", "net/ipv4/tcp_output.c"),
      settings: ["SO_LINGER", "net.ipv4.tcp_abort_on_overflow"],
      advice: "The tcp:tcp_send_reset and tcp:tcp_receive_reset tracepoints name the connection."),
    Entry(
      "TSO", aliases: ["GSO", "GRO", "segmentation offload"], topic: .concept, unit: .bytes,
      summary: "large buffers cut into segments late, by the card or just before it; and merged early on arrival",
      meaning: """
        TCP hands down up to 64 KiB (more with BIG TCP) as one packet. Captures on the sending host therefore show packets larger than the MTU, and that is no error. Counters of segments count what goes on the wire, counters of packets in the \
        stack do not.
        """,
      ss: "not shown; segs_out of -i counts wire segments", netstat: "not shown",
      source: KernelSource("tcp_tso_autosize", "tcp_tso_segs()", "net/ipv4/tcp_output.c"),
      settings: ["net.ipv4.tcp_min_tso_segs", "net.ipv4.tcp_tso_win_divisor"],
      advice: "Do not switch it off for a prettier capture: it costs most of the throughput."),
  ]
}
