// Settings of buffers and memory.

extension Knowledge {
  static let memorySettings: [Entry] = [
    sysctl(
      "net.ipv4.tcp_mem", .pages, .memory, scope: .absentInChild,
      default: .computed("of the pages free for buffers at boot: 3/64, 1/16 and 3/32, the second at least 128"),
      summary: "memory of all TCP sockets: low, pressure, limit, in pages",
      meaning: """
        Pages, not bytes; usually 4 KiB each. Above the second value buffers stop growing until usage falls below the first. Above the third allocations fail, and orphans are killed. \
        /proc/net/sockstat shows the present use in the same unit, of all namespaces together.
        """,
      belief: "that the values are bytes, as in a famous tuning guide",
      sideEffect: "higher: TCP may take memory from programs; too low: every connection of the host slows down together",
      unseen: "memory limits of cgroups, which bite before this",
      source: KernelSource("sysctl_tcp_mem", "tcp_init_mem()", "net/ipv4/tcp.c"),
      advice: "Compare with the mem figure of sockstat before touching it."),
    sysctl(
      "net.ipv4.tcp_rmem", .bytes, .memory, scope: .copied,
      default: .computed("4096 131072 and 6 MiB, at most a 128th of memory").then(
        "6.16", .computed("4096 131072 and 32 MiB, at most a 128th of memory")),
      summary: "receive buffer of a TCP socket: least, initial, most that autotuning grants",
      meaning: """
        Autotuning moves between the values by itself. The first value is what a socket keeps under memory pressure. Segment overhead is in the numbers: the window offered to the peer is about half of the buffer at first.
        """,
      belief:
        "that rmem_max must be raised with it: that one concerns programs that set SO_RCVBUF, who switch autotuning off and often end with less",
      sideEffect:
        "a higher maximum lets connections whose program reads slowly hold more memory; a higher initial value applies to every socket",
      source: KernelSource("sysctl_tcp_rmem", "tcp_rcv_space_adjust()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_moderate_rcvbuf", "SO_RCVBUF", "net.core.rmem_max"],
      advice: "The maximum should cover twice bandwidth times delay of the longest path."),
    sysctl(
      "net.ipv4.tcp_wmem", .bytes, .memory, scope: .copied, default: .computed("4096 16384 and 4 MiB, at most a 128th of memory"),
      summary: "send buffer of a TCP socket: least, initial, most",
      meaning:
        "It grows with the congestion window while the program keeps it filled. SO_SNDBUF fixes it, and is then limited by wmem_max. A socket is limited by it when tcp_info shows sndbuf_limited time.",
      belief: "that a large one makes sending faster: beyond what the path holds it only adds data that waits",
      sideEffect: "a higher maximum means more unsent data in the kernel for each slow receiver",
      source: KernelSource("sysctl_tcp_wmem", "tcp_sndbuf_expand()", "net/ipv4/tcp_input.c"), settings: ["SO_SNDBUF", "net.core.wmem_max"]),
    sysctl(
      "net.core.rmem_max", .bytes, .memory, scope: .absentInChild.then("6.11", .readOnlyInChild),
      default: .value("212992", then: ("6.18", "4194304")), summary: "most that SO_RCVBUF may ask for",
      meaning:
        "The request is cut to this value and then doubled, because half is thought to be overhead: getsockopt() reports the double. SO_RCVBUFFORCE passes by it with CAP_NET_ADMIN.",
      belief: "that it caps TCP: autotuning goes by tcp_rmem alone",
      sideEffect: "any program may hold twice as much unread data; TCP also offers a larger window scale",
      unseen: "SO_RCVBUFFORCE",
      source: KernelSource("sysctl_rmem_max", "sk_setsockopt()", "net/core/sock.c"), settings: ["SO_RCVBUF", "SO_RCVBUFFORCE"]),
    sysctl(
      "net.core.wmem_max", .bytes, .memory, scope: .absentInChild.then("6.11", .readOnlyInChild),
      default: .value("212992", then: ("6.18", "4194304")), summary: "most that SO_SNDBUF may ask for",
      meaning: "Counterpart of rmem_max for sending, with the same doubling. TCP sockets that never call setsockopt() do not meet it.",
      sideEffect: "any program may keep more unsent data in the kernel",
      unseen: "SO_SNDBUFFORCE",
      source: KernelSource("sysctl_wmem_max", "sk_setsockopt()", "net/core/sock.c"), settings: ["SO_SNDBUF"]),
    sysctl(
      "net.core.rmem_default", .bytes, .memory, scope: .absentInChild.then("6.11", .readOnlyInChild), default: .value("212992"),
      summary: "receive buffer of a new socket that is not TCP",
      meaning:
        "What UDP, raw and unix sockets start with. UDP has no autotuning, so for most servers this value is the final one; rb of a socket shows what it has.",
      belief: "that it is TCP's default: tcp_rmem's second value is",
      sideEffect: "memory for each UDP, raw, unix and netlink socket that is not read; longer delays before a drop",
      source: KernelSource("sysctl_rmem_default", "sock_init_data_uid()", "net/core/sock.c"), settings: ["SO_RCVBUF"]),
    sysctl(
      "net.core.wmem_default", .bytes, .memory, scope: .absentInChild.then("6.11", .readOnlyInChild), default: .value("212992"),
      summary: "send buffer of a new socket that is not TCP",
      meaning: "For unix datagram sockets it also bounds how much may wait unread at the receiver, for the sender is charged until then.",
      sideEffect: "more memory in the queues of devices and of unix receivers",
      source: KernelSource("sysctl_wmem_default", "sock_init_data_uid()", "net/core/sock.c"), settings: ["SO_SNDBUF"]),
    sysctl(
      "net.core.optmem_max", .bytes, .memory, scope: .absentInChild.then("6.8", .namespace),
      default: .value("20480", then: ("6.8", "131072")), summary: "memory of a socket's options, filters and control messages",
      meaning:
        "Multicast memberships, socket filters, TCP keys and zero-copy notices are charged here. Beyond it setsockopt() fails with ENOMEM or ENOBUFS. The older default is that of 64-bit machines.",
      sideEffect: "memory that a socket may pin without having any data",
      source: KernelSource("sysctl_optmem_max", "sock_kmalloc()", "net/core/sock.c")),
    sysctl(
      "net.ipv4.tcp_moderate_rcvbuf", .boolean, .memory, default: .value("1"), summary: "tune the receive buffer automatically",
      meaning: "With 0 a socket stays at the initial value of tcp_rmem, 128 KiB, which limits long paths severely.",
      sideEffect: "0 caps each connection near 64 KiB a round trip, unless programs set SO_RCVBUF",
      source: KernelSource("sysctl_tcp_moderate_rcvbuf", "tcp_rcv_space_adjust()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_rmem"]),
    sysctl(
      "net.ipv4.tcp_adv_win_scale", .code, .memory, default: .value("1"), inert: "6.6",
      summary: "inert: was the share of the buffer kept for overhead",
      meaning: "The kernel now measures the overhead of real packets per socket and offers window accordingly.",
      source: KernelSource("sysctl_tcp_adv_win_scale", "ipv4_net_table", "net/ipv4/sysctl_net_ipv4.c")),
    sysctl(
      "net.ipv4.tcp_app_win", .shift, .memory, default: .value("31"),
      summary: "share of the window held back for the program, as a power of two; 31 nearly none",
      meaning:
        "Looked at once, when the connection is established: the window is clamped to its size minus the 2^n-th part. Leave it; the reserve never had a measurable use.",
      sideEffect: "small numbers shrink every window: 1 halves it",
      source: KernelSource("sysctl_tcp_app_win", "tcp_init_buffer_space()", "net/ipv4/tcp_input.c")),
    sysctl(
      "net.ipv4.tcp_shrink_window", .boolean, .memory, default: .value("0"), since: "6.5",
      summary: "allow taking back window that was offered",
      meaning:
        "Against the standard's advice, but it keeps memory within limits when a program stops reading; the peer must resend what no longer fits.",
      sideEffect: "data in flight beyond the new edge is dropped and sent twice",
      source: KernelSource("sysctl_tcp_shrink_window", "tcp_select_window()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_workaround_signed_windows", .boolean, .memory, default: .value("0"),
      summary: "never offer more than 32767 bytes to a peer without window scaling",
      meaning:
        "For stacks that read the 16-bit window as a signed number. They died out, and the peers concerned are only those that did not negotiate scaling.",
      sideEffect: "1 halves the throughput of peers without scaling",
      source: KernelSource("sysctl_tcp_workaround_signed_windows", "tcp_select_initial_window()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_notsent_lowat", .bytes, .memory, default: .value("4294967295"),
      summary: "unsent data above which poll() does not say writable; 4294967295 is no limit",
      meaning:
        "Writing stops there as well: a blocking write waits and a non-blocking one gets EAGAIN, however large the send buffer. With a small value the program keeps late decisions (which stream to send next) in its own hands.",
      belief: "that it limits data in flight: only what has not left counts",
      sideEffect: "small values wake the program more often; far too small ones leave the line idle between wake-ups",
      unseen: "TCP_NOTSENT_LOWAT of the program",
      source: KernelSource("sysctl_tcp_notsent_lowat", "tcp_notsent_lowat()", "include/net/tcp.h"), settings: ["TCP_NOTSENT_LOWAT"]),
  ]
}
