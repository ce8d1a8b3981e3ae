// Lines of the kernel log. The labels of netstat -s are phrases of their counters.

extension Knowledge {
  /// Every message entry.
  static let messages: [Entry] = [
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
