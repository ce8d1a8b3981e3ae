// Sentences that other tools print: the labels of netstat -s that mislead, and lines of the kernel log.

extension Knowledge {
  /// A label of `netstat -s`: which counter it is and what the words get wrong.
  private static func label(
    _ text: String, counter: String, unit: Unit, summary: String, meaning: String, source: KernelSource, settings: [String] = [],
    advice: String? = nil
  ) -> Entry {
    Entry(
      text, topic: .message, unit: unit, summary: summary, meaning: meaning, formula: counter,
      netstat: "\"\(text)\" in -s", source: source, settings: settings, advice: advice)
  }

  /// Every message entry; for labels `formula` names the counter.
  static let messages: [Entry] = netstatLabels + kernelLines

  private static let netstatLabels: [Entry] = [
    label(
      "times the listen queue of a socket overflowed", counter: "TcpExt ListenOverflows", unit: .times,
      summary: "netstat's words for ListenOverflows: an accept queue was full",
      meaning: """
        Fairly put, but it does not say which socket, it counts attempts and not clients, and it has been adding up since the namespace was made. An old large number is history; what matters is whether it moves while \
        you look.
        """,
      source: KernelSource("LINUX_MIB_LISTENOVERFLOWS", "tcp_conn_request()", "net/ipv4/tcp_input.c"), settings: ["net.core.somaxconn"],
      advice: "Run sockexplain twice: a listener with Recv-Q above Send-Q is the one; its card (-l PORT) says whether refusals still go on."
    ),
    label(
      "SYNs to LISTEN sockets dropped", counter: "TcpExt ListenDrops", unit: .times,
      summary: "netstat's words for ListenDrops: every refusal by a listener",
      meaning: """
        Often read as "the SYN queue is full", which is only one of its reasons and has a counter of its own. Not every step is a SYN either: a third packet that met a full accept queue is in it. With equal movement \
        of the line about overflows it says nothing new.
        """,
      source: KernelSource("LINUX_MIB_LISTENDROPS", "tcp_listendrop()", "include/net/tcp.h"),
      advice: "Do not raise tcp_max_syn_backlog for it; compare with ListenOverflows first."),
    label(
      "connection resets received", counter: "Tcp EstabResets", unit: .connections,
      summary: "netstat's wrong words for EstabResets: connections that broke, by whoever's doing",
      meaning: """
        Nothing needs to have been received. Local aborts count: a close() with unread bytes, SO_LINGER 0, a timeout. And resets that end other states than ESTAB and CLOSE-WAIT do not count, e.g. a refused \
        connect().
        """,
      source: KernelSource("TCP_MIB_ESTABRESETS", "tcp_set_state()", "net/ipv4/tcp.c"),
      advice: "No counter holds the resets received; the tcp_receive_reset tracepoint does."),
    label(
      "failed connection attempts", counter: "Tcp AttemptFails", unit: .connections,
      summary: "netstat's words for AttemptFails: both directions in one number",
      meaning: "A server that never connects anywhere can have millions: each scanner that answers SYN-ACK with a reset adds one.",
      source: KernelSource("TCP_MIB_ATTEMPTFAILS", "tcp_check_req()", "net/ipv4/tcp_minisocks.c"),
      advice: "Split it with TCPAbortOnTimeout and EmbryonicRsts."),
    label(
      "passive connection openings", counter: "Tcp PassiveOpens", unit: .connections,
      summary: "netstat's words for PassiveOpens: handshakes completed, accepted or not",
      meaning: "Nobody need have called accept(): what piles up in a queue counts at once, while what a full queue refuses is missing.",
      source: KernelSource("TCP_MIB_PASSIVEOPENS", "tcp_create_openreq_child()", "net/ipv4/tcp_minisocks.c")),
    label(
      "resets sent", counter: "Tcp OutRsts", unit: .packets, summary: "netstat's words for OutRsts: mostly answers to strangers",
      meaning: "On a machine open to the Internet most are replies to scans of closed ports, and no sign of trouble with real connections.",
      source: KernelSource("TCP_MIB_OUTRSTS", "tcp_send_active_reset()", "net/ipv4/tcp_output.c")),
    label(
      "segments retransmitted", counter: "Tcp RetransSegs", unit: .segments,
      summary: "netstat's words for RetransSegs: includes SYNs and SYN-ACKs",
      meaning:
        "Put beside \"segments sent out\" it looks like a loss rate, and is distorted by connects into the void and by needless repeats. Only differences over time mean anything.",
      source: KernelSource("TCP_MIB_RETRANSSEGS", "tcp_rtx_synack()", "net/ipv4/tcp_output.c")),
    label(
      "other TCP timeouts", counter: "TcpExt TCPTimeouts", unit: .times,
      summary: "netstat's odd words for TCPTimeouts: all retransmission timeouts",
      meaning:
        "\"Other\" than what? Than nothing: every expiry of the retransmission timer is here, those of half-open requests as well. Keepalive and window probes have other timers.",
      source: KernelSource("LINUX_MIB_TCPTIMEOUTS", "tcp_syn_ack_timeout()", "net/ipv4/tcp_timer.c")),
    label(
      "packets pruned from receive queue because of socket buffer overrun", counter: "TcpExt PruneCalled", unit: .times,
      summary: "netstat's misleading words for PruneCalled: attempts to make room, usually without loss",
      meaning:
        "Nothing need have been pruned. The function was called, and in most cases merely reduced the window. The very similar label without the last half-sentence is the one that means loss.",
      source: KernelSource("LINUX_MIB_PRUNECALLED", "tcp_prune_queue()", "net/ipv4/tcp_input.c")),
    label(
      "packets pruned from receive queue", counter: "TcpExt RcvPruned", unit: .packets,
      summary: "netstat's words for RcvPruned: real loss in the receiver",
      meaning: "Easily taken for the line above it in the same list, which is a hundred times larger and harmless.",
      source: KernelSource("LINUX_MIB_RCVPRUNED", "tcp_prune_queue()", "net/ipv4/tcp_input.c")),
    label(
      "packets dropped from out-of-order queue because of socket buffer overrun", counter: "TcpExt OfoPruned", unit: .times,
      summary: "netstat's words for OfoPruned: occasions, not packets",
      meaning:
        "Each occasion frees an eighth of the receive buffer if there is so much to free, and goes on while that is not enough, so the packets lost are a multiple of this line.",
      source: KernelSource("LINUX_MIB_OFOPRUNED", "tcp_prune_ofo_queue()", "net/ipv4/tcp_input.c")),
    label(
      "connections reset due to unexpected data", counter: "TcpExt TCPAbortOnData", unit: .connections,
      summary: "netstat's words for TCPAbortOnData: fits one of its three causes",
      meaning: "If the program uses SO_LINGER with 0, each of its closes lands here, with no data in sight.",
      source: KernelSource("LINUX_MIB_TCPABORTONDATA", "__tcp_close()", "net/ipv4/tcp.c"), settings: ["SO_LINGER"]),
    label(
      "connections reset due to early user close", counter: "TcpExt TCPAbortOnClose", unit: .connections,
      summary: "netstat's words for TCPAbortOnClose: unread data at close()",
      meaning: "\"Early\" is the point: bytes were there that the program had not read. The moment within the exchange has no influence.",
      source: KernelSource("LINUX_MIB_TCPABORTONCLOSE", "__tcp_close()", "net/ipv4/tcp.c")),
    label(
      "connections aborted due to timeout", counter: "TcpExt TCPAbortOnTimeout", unit: .connections,
      summary: "netstat's words for TCPAbortOnTimeout: any kind of giving up",
      meaning: "A connect() that got no answer counts like a connection that broke, though it was never one.",
      source: KernelSource("LINUX_MIB_TCPABORTONTIMEOUT", "tcp_write_err()", "net/ipv4/tcp_timer.c")),
    label(
      "connections aborted due to memory pressure", counter: "TcpExt TCPAbortOnMemory", unit: .connections,
      summary: "netstat's words for TCPAbortOnMemory: too many orphans, usually",
      meaning:
        "The machine may have gigabytes free: the limit on the number of orphans is the common reason. The kernel log knows which it was.",
      source: KernelSource("LINUX_MIB_TCPABORTONMEMORY", "tcp_check_oom()", "net/ipv4/tcp.c"), settings: ["net.ipv4.tcp_max_orphans"]),
    label(
      "TCP sockets finished time wait in fast timer", counter: "TcpExt TW", unit: .connections,
      summary: "netstat's outdated words for TW: entrances into TIME-WAIT",
      meaning:
        "They have not finished, they begin; the two timers of the wording were merged in 4.x. The slow-timer line, TWKilled, counts those with 4 s or less.",
      source: KernelSource("LINUX_MIB_TIMEWAITED", "__inet_twsk_schedule()", "net/ipv4/inet_timewait_sock.c")),
    label(
      "TCP ran low on memory", counter: "TcpExt TCPMemoryPressures", unit: .times,
      summary: "netstat's words for TCPMemoryPressures: the middle value of tcp_mem was crossed",
      meaning: "Low against its own allowance; the machine's memory plays no part.",
      source: KernelSource("LINUX_MIB_TCPMEMORYPRESSURES", "tcp_enter_memory_pressure()", "net/ipv4/tcp.c"), settings: ["net.ipv4.tcp_mem"]),
    label(
      "resets received for embryonic SYN_RECV sockets", counter: "TcpExt EmbryonicRsts", unit: .times,
      summary: "netstat's words for EmbryonicRsts: half-open requests that ended by a reset",
      meaning: "Received or sent: a stray SYN in the middle of a handshake is answered by our reset and counts equally.",
      source: KernelSource("LINUX_MIB_EMBRYONICRSTS", "tcp_check_req()", "net/ipv4/tcp_minisocks.c")),
    label(
      "invalid SYN cookies received", counter: "TcpExt SyncookiesFailed", unit: .packets,
      summary: "netstat's words for SyncookiesFailed: ACKs for nothing, most never were cookies",
      meaning: "Any stray acknowledgement that reaches a listener soon after an overflow is tested. An attack is not implied.",
      source: KernelSource("LINUX_MIB_SYNCOOKIESFAILED", "cookie_tcp_check()", "net/ipv4/syncookies.c")),
    label(
      "packet receive errors", counter: "Udp InErrors", unit: .packets,
      summary: "netstat's words for Udp InErrors: mostly full receive buffers",
      meaning:
        "Sounds like the network and is nearly always a program that reads too slowly; the next lines of the same block break it down.",
      source: KernelSource("UDP_MIB_INERRORS", "__udp_queue_rcv_skb()", "net/ipv4/udp.c")),
    label(
      "receive buffer errors", counter: "Udp RcvbufErrors", unit: .packets,
      summary: "netstat's words for Udp RcvbufErrors: datagrams lost for a full buffer",
      meaning:
        "The buffer works as it should: it is the program that did not empty it. Which socket, this line cannot tell; each socket has its own drop count.",
      source: KernelSource("UDP_MIB_RCVBUFERRORS", "__udp_enqueue_schedule_skb()", "net/ipv4/udp.c"), settings: ["net.core.rmem_max"]),
  ]

  private static let kernelLines: [Entry] = [
    Entry(
      "Possible SYN flooding on port", aliases: ["request_sock_TCP: Possible SYN flooding", "Sending cookies", "Dropping request"],
      topic: .message, unit: .times,
      summary: "kernel log: the SYN queue of a listener was full for the first time",
      meaning: """
        Written once in the life of a listener, so its absence later proves nothing, and its time tells only the beginning. "Sending cookies" means that clients still get through; "Dropping request", with \
        syncookies off, that they do not. Far more often than a flood it is a small backlog meeting a burst, or a program that has stopped accepting.
        """,
      source: KernelSource("synflood_warned", "tcp_syn_flood_action()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_syncookies", "net.core.somaxconn"],
      advice: "Look at that port's Recv-Q and Send-Q, and at where the half-open requests come from."),
    Entry(
      "too many orphaned sockets", aliases: ["TCP: too many orphaned sockets"], topic: .message, unit: .times,
      summary: "kernel log: an orphan was reset because of tcp_max_orphans",
      meaning: """
        The count at that moment, or its double or quadruple for peers long silent, exceeded the limit. It is a cached sum that is renewed every 100 ms. Typical after a network \
        to many clients failed while servers were sending, and for servers that close with much data unsent.
        """,
      source: KernelSource("tcp_max_orphans", "tcp_check_oom()", "net/ipv4/tcp.c"),
      settings: ["net.ipv4.tcp_max_orphans", "net.ipv4.tcp_orphan_retries"],
      advice: "Group FIN-WAIT-1 and LAST-ACK sockets by peer and by Send-Q before raising the limit."),
    Entry(
      "out of memory -- consider tuning tcp_mem", aliases: ["TCP: out of memory"], topic: .message, unit: .pages,
      summary: "kernel log: TCP as a whole exceeded the third value of tcp_mem",
      meaning: """
        An orphan with a send queue was killed for it. The machine itself may have plenty of memory. Before tuning look for what holds it: receive queues nobody reads, and send queues to peers that \
        do not take the data.
        """,
      source: KernelSource("tcp_mem", "tcp_out_of_memory()", "net/ipv4/tcp.c"), settings: ["net.ipv4.tcp_mem"],
      advice: "The page count is in the mem field of /proc/net/sockstat."),
    Entry(
      "nf_conntrack: table full, dropping packet", aliases: ["table full, dropping packet"], topic: .message, unit: .packets,
      summary: "kernel log: the firewall's flow table is full, new flows are lost",
      meaning:
        "Established connections go on and new ones time out, on every port alike. sockets show SYN-SENT on clients, and on this host nothing at all.",
      source: KernelSource("nf_conntrack_max", "__nf_conntrack_alloc()", "net/netfilter/nf_conntrack_core.c"),
      settings: ["net.netfilter.nf_conntrack_max"],
      advice: "Compare nf_conntrack_count with nf_conntrack_max; exempt busy ports with notrack."),
    Entry(
      "neighbor table overflow!", aliases: ["arp_cache: neighbor table overflow!", "neighbour table overflow"], topic: .message,
      unit: .count,
      summary: "kernel log: more neighbours on the local network than the cache may hold",
      meaning: "Packets to further addresses fail, with ENOBUFS or as if lost. Large flat networks and container hosts meet it.",
      source: KernelSource("gc_thresh3", "neigh_alloc()", "net/core/neighbour.c"), settings: ["net.ipv4.neigh.default.gc_thresh3"],
      advice: "Raise gc_thresh2 and gc_thresh3."),
  ]
}
