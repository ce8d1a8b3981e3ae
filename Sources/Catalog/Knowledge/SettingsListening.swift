// Settings of listeners: their queues, how a SYN is answered, what they may bind.

extension Knowledge {
  static let listeningSettings: [Entry] = [
    sysctl(
      "net.core.somaxconn", .connections, .listening, default: .value("128", then: ("5.4", "4096")),
      summary: "the largest backlog that listen() grants",
      meaning: """
        Read once, at listen(): the smaller of it and the program's number becomes the listener's limit, for the accept queue and for half-open requests alike. \
        A listener whose limit equals this value has probably been clipped.
        """,
      belief: "that raising it takes effect at once: listeners that exist keep their limit until they call listen() again",
      sideEffect: "none until programs listen again; then clients wait longer in a queue that nobody empties, instead of being turned away",
      unseen: "the number that the program passed to listen(): a small one there makes this setting irrelevant",
      source: KernelSource("sysctl_somaxconn", "__sys_listen_socket()", "net/socket.c"),
      advice: "Raise it only if the program asks for more, and restart or reload the program afterwards."),
    sysctl(
      "net.ipv4.tcp_max_syn_backlog", .count, .listening,
      default: .computed("the larger of 128 and a 128th of the entries of the connection hash (tcp_ehash_entries)"),
      summary: "half-open requests a listener may hold when syncookies are off",
      meaning: """
        Read only while tcp_syncookies is 0. Then a SYN from a peer without a remembered good record is refused when less than a quarter of this number is left. Otherwise the \
        listener's backlog is the one limit.
        """,
      belief: "that it is the size of the SYN queue; with syncookies on it is never read",
      sideEffect: "about 300 bytes of kernel memory for each further half-open request",
      source: KernelSource("sysctl_max_syn_backlog", "tcp_conn_request()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_syncookies", "net.core.somaxconn"]),
    sysctl(
      "net.ipv4.tcp_syncookies", .code, .listening, default: .value("1"), needs: "CONFIG_SYN_COOKIES",
      summary: "what to do with a SYN when the SYN queue is full",
      meaning: """
        0: drop it. 1: answer with a cookie and store nothing. 2: always answer with a cookie, for tests. Connections made by cookie keep their options only if the client sends \
        timestamps, in whose low bits window scale, SACK and ECN travel.
        """,
      belief: "that it protects a full accept queue: it helps the SYN queue only",
      sideEffect: "0 lets a small flood of forged SYNs shut out clients; 2 costs options, and makes SyncookiesSent meaningless",
      source: KernelSource("sysctl_tcp_syncookies", "tcp_syn_flood_action()", "net/ipv4/tcp_input.c"),
      advice: "Leave it at 1."),
    sysctl(
      "net.ipv4.tcp_abort_on_overflow", .boolean, .listening, default: .value("0"),
      summary: "reset the client when its third packet meets a full accept queue",
      meaning: """
        With 0 that packet is ignored, the client believes it is connected, and the repeated SYN-ACK gives it another chance. With 1 the client gets a reset.
        """,
      belief: "that it makes refused SYNs visible: a SYN that arrives at a full queue is dropped in silence in both cases",
      sideEffect: "1 turns a short burst that would have been absorbed by one retransmission into errors at the clients",
      source: KernelSource("sysctl_tcp_abort_on_overflow", "tcp_check_req()", "net/ipv4/tcp_minisocks.c"),
      advice: "1 only where clients handle a reset better than a delay, e.g. behind a balancer with other servers to try."),
    sysctl(
      "net.ipv4.tcp_synack_retries", .times, .listening, default: .value("5"),
      summary: "how often SYN-ACK is repeated for a half-open request",
      meaning: """
        Five repeats end at 63 s. When a listener's queue is more than half full of old requests the kernel lowers the number by itself, towards 2.
        """,
      sideEffect: "fewer repeats give up clients on lossy paths; each step less halves the time a dead request is kept",
      unseen: "TCP_SYNCNT set on the listener overrides it",
      source: KernelSource("sysctl_tcp_synack_retries", "reqsk_timer_handler()", "net/ipv4/inet_connection_sock.c"),
      settings: ["TCP_SYNCNT"],
      advice: "2 or 3 on servers that face forged SYNs."),
    sysctl(
      "net.ipv4.tcp_fastopen", .flags, .listening, default: .value("1"),
      summary: "data in the SYN: 1 client, 2 server, further bits for cookies",
      meaning: """
        With bit 2 a listener that sets TCP_FASTOPEN may hand data to the program before the handshake ends; such a SYN-RECV is a full socket with queues. 0x400 opens all listeners without the option, \
        0x200 accepts data without a cookie.
        """,
      belief: "that 3 makes servers use it: without 0x400 each listener must ask for it as well",
      sideEffect: "data in a SYN can arrive twice: only idempotent requests are safe; 0x200 lets forged SYNs reach the program",
      unseen: "whether a listener set TCP_FASTOPEN, and with which queue",
      source: KernelSource("sysctl_tcp_fastopen", "tcp_try_fastopen()", "net/ipv4/tcp_fastopen.c"),
      settings: ["TCP_FASTOPEN", "TCP_FASTOPEN_CONNECT"]),
    sysctl(
      "net.ipv4.tcp_fastopen_key", .text, .listening, default: .value("00000000-00000000-00000000-00000000"), isSecret: true,
      summary: "secret that Fast Open cookies are made and checked with",
      meaning: """
        All zeros until a listener needs one, then random. Servers behind one balancer must share it, otherwise a client's cookie is refused by the next server. It is a secret: only root reads it, and this program \
        does not.
        """,
      sideEffect: "clients' stored cookies become invalid: their next connection takes one round trip more",
      unseen: "TCP_FASTOPEN_KEY gives one socket its own",
      source: KernelSource("sysctl_tcp_fastopen", "proc_tcp_fastopen_key()", "net/ipv4/sysctl_net_ipv4.c"),
      settings: ["net.ipv4.tcp_fastopen"]),
    sysctl(
      "net.ipv4.tcp_migrate_req", .boolean, .listening, default: .value("0"), since: "5.14",
      summary: "hand waiting connections to a SO_REUSEPORT sibling when a listener closes",
      meaning:
        "With 0 they are reset, also during a graceful restart that opens the new listener first. With 1 they move to another socket of the group.",
      belief: "that a second SO_REUSEPORT listener takes over the first one's queue by itself",
      sideEffect: "a connection may land in a process with other settings, such as another TLS certificate or version",
      source: KernelSource("sysctl_tcp_migrate_req", "reuseport_migrate_sock()", "net/core/sock_reuseport.c"), settings: ["SO_REUSEPORT"]),
    sysctl(
      "net.ipv4.tcp_fwmark_accept", .boolean, .listening, default: .value("0"),
      summary: "give an accepted connection the firewall mark of its SYN",
      meaning:
        "Replies then follow the same policy route as the request, on hosts with several uplinks. A listener with a mark of its own keeps handing on that one.",
      sideEffect: "rules that route or filter by mark begin to act on replies of all listeners without a mark",
      source: KernelSource("sysctl_tcp_fwmark_accept", "inet_request_mark()", "include/net/inet_sock.h"), settings: ["SO_MARK"]),
    sysctl(
      "net.ipv4.tcp_l3mdev_accept", .boolean, .listening, default: .value("0"), needs: "CONFIG_NET_L3_MASTER_DEV",
      summary: "let a listener without a device accept from every VRF",
      meaning:
        "With 0 a listener in the default routing domain gets no connection that arrived through a VRF. With 1 it does, and the accepted socket is bound to that VRF.",
      sideEffect: "services become reachable from VRFs that were to be kept apart",
      source: KernelSource("sysctl_tcp_l3mdev_accept", "inet_request_bound_dev_if()", "include/net/inet_sock.h"),
      settings: ["SO_BINDTODEVICE"]),
    sysctl(
      "net.ipv4.tcp_reflect_tos", .boolean, .listening, default: .value("0"), since: "5.10",
      summary: "answer with the DSCP that the client's SYN carried",
      meaning:
        "Applies to the SYN-ACK and to the accepted connection, for IPv4 and IPv6, so both directions get the same treatment in the network.",
      sideEffect: "clients choose the priority of the server's replies",
      unseen: "IP_TOS set by the program after accept() replaces it",
      source: KernelSource("sysctl_tcp_reflect_tos", "tcp_v4_send_synack()", "net/ipv4/tcp_ipv4.c"), settings: ["IP_TOS"]),
    sysctl(
      "net.ipv4.ip_unprivileged_port_start", .port, .listening, default: .value("1024"),
      summary: "first port that needs no privilege to bind",
      meaning:
        "Lower numbers are refused (EACCES) to a process without CAP_NET_BIND_SERVICE, which it needs in the user namespace that owns this network namespace.",
      belief: "that a container needs root for port 80: many runtimes set this to 0",
      sideEffect: "lower: any local user can serve the ports from there on",
      source: KernelSource("inet_port_requires_bind_service", "__inet_bind()", "net/ipv4/af_inet.c")),
    sysctl(
      "net.ipv4.ip_nonlocal_bind", .boolean, .listening, default: .value("0"),
      summary: "allow bind() to an address that this host does not have",
      meaning: "Used with floating addresses: the service can start on the standby node. IP_FREEBIND does the same for one socket.",
      sideEffect: "a mistyped address is no error any more: the program listens and gets nothing",
      unseen: "IP_FREEBIND and IP_TRANSPARENT",
      source: KernelSource("inet_addr_valid_or_nonlocal", "__inet_bind()", "net/ipv4/af_inet.c"), settings: ["IP_FREEBIND"]),
    sysctl(
      "net.ipv6.ip_nonlocal_bind", .boolean, .listening, default: .value("0"), needs: "IPv6",
      summary: "the same permission for addresses of IPv6",
      meaning: "Asked beside the IPv4 switch of that name, which does not cover IPv6 sockets: a floating pair of addresses needs both.",
      sideEffect: "as for IPv4, a wrong address goes unnoticed",
      source: KernelSource("ip_nonlocal_bind", "ipv6_can_nonlocal_bind()", "include/net/ipv6.h"), settings: ["net.ipv4.ip_nonlocal_bind"]),
    sysctl(
      "net.ipv6.bindv6only", .boolean, .listening, default: .value("0"), needs: "IPv6",
      summary: "make new IPv6 sockets refuse IPv4",
      meaning:
        "With 0 a listener on [::] also takes IPv4 clients, which then appear with addresses such as ::ffff:192.0.2.1, and no separate 0.0.0.0 listener is possible beside it. IPV6_V6ONLY of the program wins; the flag in force is shown.",
      belief: "that no 0.0.0.0 row in a list means no IPv4: look at the v6only flag of the [::] row",
      sideEffect: "1: programs that rely on one dual-stack socket stop answering IPv4 after their next start",
      source: KernelSource("bindv6only", "inet6_create()", "net/ipv6/af_inet6.c"), settings: ["IPV6_V6ONLY"]),
    sysctl(
      "net.unix.max_dgram_qlen", .packets, .listening, default: .value("10"),
      summary: "datagrams that may wait unread in a unix socket",
      meaning: """
        Copied into each unix socket when it is created, so later changes reach new ones only. Full means more than this number: 11 with the default. A writer then blocks, or gets EAGAIN. \
        listen() replaces it by the program's backlog.
        """,
      belief: "that a larger receive buffer helps a slow log daemon: the count ends first",
      sideEffect: "more memory held by sockets that nobody reads; that memory is charged to the writers",
      source: KernelSource("sysctl_max_dgram_qlen", "unix_create1()", "net/unix/af_unix.c"), settings: ["net.core.wmem_default"]),
    sysctl(
      "net.ipv4.tcp_ehash_entries", .count, .listening,
      default: .computed("by memory at boot, or thash_entries= on the kernel's command line"),
      since: "6.1", isDisplay: true,
      summary: "buckets of the table of TCP connections; negative: shared with the host",
      meaning:
        "No limit: buckets hold chains. Only look-ups get slower when there are many more connections than buckets. Other limits are derived from it at boot.",
      source: KernelSource("ehash_mask", "proc_tcp_ehash_entries()", "net/ipv4/sysctl_net_ipv4.c"),
      settings: ["net.ipv4.tcp_child_ehash_entries", "net.ipv4.tcp_max_tw_buckets", "net.ipv4.tcp_max_syn_backlog"]),
    sysctl(
      "net.ipv4.tcp_child_ehash_entries", .count, .listening, default: .value("0"), since: "6.1",
      summary: "connection table size of namespaces made from here; 0: share the host's",
      meaning:
        "Read when a child namespace is created, from the namespace of the creator. A table of its own spares the child collisions with others, and sets its tcp_max_tw_buckets and tcp_max_syn_backlog.",
      sideEffect: "memory for every namespace made afterwards; a small table lowers the limits derived from it",
      source: KernelSource("sysctl_tcp_child_ehash_entries", "tcp_set_hashinfo()", "net/ipv4/tcp_ipv4.c"),
      settings: ["net.ipv4.tcp_ehash_entries"]),
    sysctl(
      "fs.file-max", .count, .listening, scope: .machine,
      default: .computed("a tenth of memory in KiB, at least 8192; systemd raises it to the largest number"),
      summary: "open files of the whole machine, sockets among them",
      meaning:
        "Beyond it accept() and socket() fail with ENFILE for everybody but CAP_SYS_ADMIN. /proc/sys/fs/file-nr shows the present use.",
      belief: "that \"too many open files\" means this one: EMFILE is the limit of one process, ulimit -n",
      sideEffect: "none but memory",
      source: KernelSource("files_stat.max_files", "alloc_empty_file()", "fs/file_table.c"), settings: ["fs.nr_open"]),
    sysctl(
      "fs.nr_open", .count, .listening, scope: .machine, default: .value("1048576"),
      summary: "ceiling for the file limit of a process",
      meaning: "RLIMIT_NOFILE cannot be set above it. The limit in force is the process's own, often 1024, and is in /proc/PID/limits.",
      sideEffect: "programs that walk all possible descriptors at start get slow when their limit follows",
      source: KernelSource("sysctl_nr_open", "do_prlimit()", "kernel/sys.c"), settings: ["fs.file-max"]),
  ]
}
