// Settings of ports, memory and the transport itself.

extension Knowledge {
  static let resourceSysctls: [Entry] = [
    sysctl(
      "net.ipv4.ip_local_port_range", unit: .port, default: "32768 60999, both included: 28232 ports, per namespace",
      summary: "local ports that the kernel hands out",
      meaning: """
        For connect() the limit is per destination address and port, not for the machine. A program that binds to port 0 first and connects then takes a port for the whole local address, unless it \
        sets IP_BIND_ADDRESS_NO_PORT. Ports that somebody bound explicitly are passed over. connect() tries ports of the parity of the lower bound first, and bind() those of the other.
        """,
      source: KernelSource("inet_sk_get_local_port_range", "__inet_hash_connect()", "net/ipv4/inet_hashtables.c"),
      settings: ["net.ipv4.ip_local_reserved_ports", "IP_BIND_ADDRESS_NO_PORT", "IP_LOCAL_PORT_RANGE"],
      advice: "Widen it down to 1024 or so only after reserving the ports of your own listeners."),
    sysctl(
      "net.ipv4.ip_local_reserved_ports", unit: .text, default: "empty, per namespace", summary: "ports never handed out automatically",
      meaning:
        "An explicit bind() still gets them. It is the way to keep a listener's port from being taken by an outgoing connection just before the service starts.",
      source: KernelSource("inet_is_local_reserved_port", "__inet_hash_connect()", "net/ipv4/inet_hashtables.c"),
      settings: ["net.ipv4.ip_local_port_range"]),
    sysctl(
      "net.ipv4.ip_unprivileged_port_start", unit: .port, default: "1024, per namespace",
      summary: "first port that needs no privilege to bind",
      meaning: "Below it bind() needs CAP_NET_BIND_SERVICE and fails with EACCES otherwise.",
      source: KernelSource("inet_port_requires_bind_service", "__inet_bind()", "net/ipv4/af_inet.c")),
    sysctl(
      "net.ipv4.ip_nonlocal_bind", unit: .boolean, default: "0, per namespace",
      summary: "allow bind() to an address that this host does not have",
      meaning: "Used with floating addresses: the service can start on the standby node. IP_FREEBIND does the same for one socket.",
      source: KernelSource("inet_addr_valid_or_nonlocal", "__inet_bind()", "net/ipv4/af_inet.c"), settings: ["IP_FREEBIND"]),
    sysctl(
      "net.ipv4.tcp_mem", unit: .pages, default: "shares of free memory at boot; global, absent in child namespaces",
      summary: "memory of all TCP sockets: low, pressure, limit, in pages",
      meaning: """
        Pages, not bytes; usually 4 KiB each. Above the second value buffers stop growing until usage falls below the first. Above the third allocations fail, and orphans are killed. \
        /proc/net/sockstat shows the present use in the same unit.
        """,
      source: KernelSource("sysctl_tcp_mem", "tcp_init_mem()", "net/ipv4/tcp.c"),
      advice: "Compare with the mem figure of sockstat before touching it."),
    sysctl(
      "net.ipv4.udp_mem", unit: .pages, default: "shares of free memory at boot; global, absent in child namespaces",
      summary: "memory of all UDP sockets, three values in pages",
      meaning: """
        UDP has no mode of memory pressure, and that makes the first value the important one: above it a socket may hold only udp_rmem_min bytes, and its further datagrams are dropped and counted as MemErrors. \
        The second value is not used; above the third nobody gets more.
        """,
      source: KernelSource("sk_prot_mem_limits", "__sk_mem_raise_allocated()", "net/core/sock.c"), settings: ["net.ipv4.udp_rmem_min"]),
    sysctl(
      "net.ipv4.tcp_rmem", unit: .bytes, default: "4096 131072 6291456 (33554432 on 6.18), per namespace, copied from the host at creation",
      summary: "receive buffer of a TCP socket: least, initial, most that autotuning grants",
      meaning: """
        Autotuning moves between the values by itself; a program that sets SO_RCVBUF switches it off for that socket and is bound by rmem_max instead, often ending with less. The \
        first value is what a socket keeps under memory pressure.
        """,
      source: KernelSource("sysctl_tcp_rmem", "tcp_rcv_space_adjust()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_moderate_rcvbuf", "SO_RCVBUF", "net.core.rmem_max"],
      advice: "The maximum should cover twice bandwidth times delay of the longest path."),
    sysctl(
      "net.ipv4.tcp_wmem", unit: .bytes, default: "4096 16384 4194304, per namespace, copied from the host at creation",
      summary: "send buffer of a TCP socket: least, initial, most",
      meaning:
        "It grows with the congestion window while the program keeps it filled. SO_SNDBUF fixes it, and is then limited by wmem_max. A socket is limited by it when tcp_info shows sndbuf_limited time.",
      source: KernelSource("sysctl_tcp_wmem", "tcp_sndbuf_expand()", "net/ipv4/tcp_input.c"), settings: ["SO_SNDBUF", "net.core.wmem_max"]),
    sysctl(
      "net.core.rmem_max", unit: .bytes, default: "212992 (4 MiB on 6.18); readable in a child namespace, writable on the host only",
      summary: "most that SO_RCVBUF may ask for",
      meaning:
        "The request is cut to this value and then doubled, because half is thought to be overhead: getsockopt() reports the double. It does not cap autotuning; tcp_rmem does. SO_RCVBUFFORCE passes by it with CAP_NET_ADMIN.",
      source: KernelSource("sysctl_rmem_max", "sk_setsockopt()", "net/core/sock.c"), settings: ["SO_RCVBUF", "SO_RCVBUFFORCE"]),
    sysctl(
      "net.core.wmem_max", unit: .bytes, default: "212992 (4 MiB on 6.18); readable in a child namespace, writable on the host only",
      summary: "most that SO_SNDBUF may ask for",
      meaning: "Counterpart of rmem_max for sending, with the same doubling. TCP sockets that never call setsockopt() do not meet it.",
      source: KernelSource("sysctl_wmem_max", "sk_setsockopt()", "net/core/sock.c"), settings: ["SO_SNDBUF"]),
    sysctl(
      "net.core.rmem_default", unit: .bytes, default: "212992", summary: "receive buffer of a new socket that is not TCP",
      meaning: "What UDP, raw and unix sockets start with. UDP has no autotuning, so for most servers this value is the final one.",
      source: KernelSource("sysctl_rmem_default", "sock_init_data_uid()", "net/core/sock.c"), settings: ["SO_RCVBUF"]),
    sysctl(
      "net.core.wmem_default", unit: .bytes, default: "212992", summary: "send buffer of a new socket that is not TCP",
      meaning: "For unix datagram sockets it also bounds how much may wait unread at the receiver, for the sender is charged until then.",
      source: KernelSource("sysctl_wmem_default", "sock_init_data_uid()", "net/core/sock.c"), settings: ["SO_SNDBUF"]),
    sysctl(
      "net.core.netdev_max_backlog", unit: .packets, default: "1000; global",
      summary: "packets that may wait for a processor after the device",
      meaning:
        "Used by loopback, veth and receive packet steering, not by a card's own queue. Overflow is the second column of /proc/net/softnet_stat, per processor; no socket and no TCP counter shows it.",
      source: KernelSource("max_backlog", "enqueue_to_backlog()", "net/core/dev.c")),
    sysctl(
      "net.netfilter.nf_conntrack_max", unit: .connections, default: "by memory; global", summary: "most flows that the firewall remembers",
      meaning: """
        When the table is full new connections are dropped with "nf_conntrack: table full, dropping packet" in the log. It looks like SYN loss, and no TCP counter moves on the \
        machine that drops.
        """,
      source: KernelSource("nf_conntrack_max", "__nf_conntrack_alloc()", "net/netfilter/nf_conntrack_core.c")),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_timeout_time_wait", unit: .seconds, default: "120, per namespace",
      summary: "how long conntrack remembers a closed connection",
      meaning: "A clock of its own, longer than the socket's 60 s: a reused port may be free for TCP and yet known to the firewall.",
      source: KernelSource("TCP_CONNTRACK_TIME_WAIT", "tcp_timeouts", "net/netfilter/nf_conntrack_proto_tcp.c")),
  ]

  static let transportSysctls: [Entry] = [
    sysctl(
      "net.ipv4.tcp_timestamps", unit: .code, default: "1 (with random offsets), per namespace",
      summary: "send and echo timestamps in every segment",
      meaning:
        "They give a round-trip time for each acknowledgement, protect against wrapped sequence numbers, let a cookie carry options, and are needed by tcp_tw_reuse. The twelve bytes are well spent; advice to disable them dates from slow links.",
      source: KernelSource("sysctl_tcp_timestamps", "tcp_syn_options()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_sack", unit: .boolean, default: "1, per namespace", summary: "tell the sender which segments arrived beyond a gap",
      meaning:
        "Without it one loss a round trip is all that can be repaired, and RACK and tail loss probes are blind. Do not switch it off; the flaws of 2019 are long mended.",
      source: KernelSource("sysctl_tcp_sack", "tcp_syn_options()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_window_scaling", unit: .boolean, default: "1, per namespace", summary: "allow windows above 64 KiB",
      meaning:
        "Negotiated in SYN and SYN-ACK only: if either side or a middlebox drops the option, throughput is at most 64 KiB a round trip for the life of the connection.",
      source: KernelSource("sysctl_tcp_window_scaling", "tcp_syn_options()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_slow_start_after_idle", unit: .boolean, default: "1, per namespace",
      summary: "let the congestion window shrink while a connection is idle",
      meaning:
        "After an idle RTO the window halves step by step down to its initial size. Keep-alive HTTP connections then start each burst slowly.",
      source: KernelSource("sysctl_tcp_slow_start_after_idle", "tcp_slow_start_after_idle_check()", "include/net/tcp.h"),
      advice: "0 is reasonable for servers of bursty traffic in networks of known capacity."),
    sysctl(
      "net.ipv4.tcp_notsent_lowat", unit: .bytes, default: "4294967295 (no limit), per namespace",
      summary: "unsent data above which poll() does not say writable",
      meaning:
        "Writing stops there as well: a blocking write waits and a non-blocking one gets EAGAIN, however large the send buffer. With a small value the program keeps late decisions (which stream to send next) in its own hands, at no cost in throughput.",
      source: KernelSource("sysctl_tcp_notsent_lowat", "tcp_notsent_lowat()", "include/net/tcp.h"), settings: ["TCP_NOTSENT_LOWAT"]),
    sysctl(
      "net.ipv4.tcp_ecn", unit: .code, default: "2, per namespace",
      summary: "explicit congestion notification: 0 off, 1 ask and accept, 2 accept only",
      meaning:
        "With ECN a router marks packets instead of dropping them. The default answers peers that ask; newer kernels have further values for accurate ECN.",
      source: KernelSource("sysctl_tcp_ecn", "tcp_ecn_send_syn()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_mtu_probing", unit: .code, default: "0, per namespace",
      summary: "find the path's packet size without ICMP: 0 off, 1 after a suspected black hole, 2 always",
      meaning:
        "If routers drop large packets and somebody filters their ICMP messages, connections stall as soon as much data flows, after a handshake that went well. 1 makes them recover after tcp_retries1 timeouts.",
      source: KernelSource("sysctl_tcp_mtu_probing", "tcp_mtu_probing()", "net/ipv4/tcp_timer.c"), settings: ["net.ipv4.tcp_base_mss"],
      advice: "1 on hosts that talk to the Internet through tunnels."),
    sysctl(
      "net.ipv4.tcp_rto_min_us", unit: .microseconds, default: "200000 (6.11 and newer), per namespace",
      summary: "floor of the retransmission timeout",
      meaning:
        "Delayed acknowledgements of peers take up to 40 ms or more, so far lower values cause needless repeats. A route's rto_min wins over it.",
      source: KernelSource("sysctl_tcp_rto_min_us", "tcp_init_sock()", "net/ipv4/tcp.c")),
    sysctl(
      "net.ipv4.tcp_rto_max_ms", unit: .milliseconds, default: "120000 (6.15 and newer), per namespace",
      summary: "ceiling of the retransmission timeout",
      meaning:
        "In 6.12 the ceiling is the constant TCP_RTO_MAX. Lowering it shortens every wait that is made of doublings: retries2, orphans, window probes.",
      source: KernelSource("TCP_RTO_MAX", "tcp_model_timeout()", "net/ipv4/tcp_timer.c"), settings: ["TCP_RTO_MAX_MS"]),
    sysctl(
      "net.ipv4.tcp_congestion_control", unit: .text, default: "cubic in most builds, per namespace, copied from the host at creation",
      summary: "congestion control of new connections",
      meaning:
        "Existing connections keep theirs. Listeners pass theirs on to accepted ones, so a server must be restarted to see a change.",
      source: KernelSource("tcp_congestion_control", "tcp_assign_congestion_control()", "net/ipv4/tcp_cong.c"), settings: ["TCP_CONGESTION"]
    ),
    sysctl(
      "net.ipv4.tcp_moderate_rcvbuf", unit: .boolean, default: "1, per namespace", summary: "tune the receive buffer automatically",
      meaning: "With 0 a socket stays at the initial value of tcp_rmem, 128 KiB, which limits long paths severely.",
      source: KernelSource("sysctl_tcp_moderate_rcvbuf", "tcp_rcv_space_adjust()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_rmem"]),
    sysctl(
      "net.ipv4.tcp_shrink_window", unit: .boolean, default: "0, per namespace", summary: "allow taking back window that was offered",
      meaning:
        "Against the standard's advice, but it keeps memory within limits when a program stops reading; the peer must resend what no longer fits.",
      source: KernelSource("sysctl_tcp_shrink_window", "tcp_select_window()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_early_retrans", unit: .code, default: "3, per namespace", summary: "tail loss probes: 0 off, 3 or 4 on",
      meaning:
        "The early retransmit of the name was removed long ago; what remains is the switch for probes. Without them the loss of a last segment always costs a full timeout.",
      source: KernelSource("sysctl_tcp_early_retrans", "tcp_schedule_loss_probe()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_frto", unit: .code, default: "2, per namespace", summary: "detect needless timeouts",
      meaning:
        "After a timeout new data is sent first; if the old acknowledgements arrive after all, the window is restored and TCPSpuriousRTOs counts it.",
      source: KernelSource("sysctl_tcp_frto", "tcp_enter_loss()", "net/ipv4/tcp_input.c")),
    sysctl(
      "net.ipv4.tcp_low_latency", unit: .boolean, default: "0; without effect since 4.14",
      summary: "inert: the prequeue that it switched is gone",
      meaning: "Still writable so that old scripts do not fail. Its presence in a tuning file shows the file's age.",
      source: KernelSource("sysctl_tcp_low_latency", "ipv4_table", "net/ipv4/sysctl_net_ipv4.c")),
    sysctl(
      "net.ipv4.tcp_fack", unit: .boolean, default: "0; without effect since 4.15",
      summary: "inert: forward acknowledgement was replaced by RACK",
      meaning: "Loss detection goes by time instead of by distance now; see tcp_recovery. The value is stored and never read.",
      source: KernelSource("sysctl_tcp_fack", "ipv4_net_table", "net/ipv4/sysctl_net_ipv4.c")),
    sysctl(
      "net.ipv4.tcp_adv_win_scale", unit: .code, default: "1; without effect since 6.6",
      summary: "inert: was the share of the buffer kept for overhead",
      meaning: "The kernel now measures the overhead of real packets per socket and offers window accordingly.",
      source: KernelSource("sysctl_tcp_adv_win_scale", "ipv4_net_table", "net/ipv4/sysctl_net_ipv4.c")),
    sysctl(
      "net.ipv4.conf.all.rp_filter", unit: .code, default: "0 (distributions set 1 or 2), per namespace",
      summary: "drop packets whose source is not reachable by the interface they came from",
      meaning:
        "1 strict, 2 loose. The larger of this value and the interface's own counts. A drop happens before TCP, so only IPReversePathFilter tells.",
      source: KernelSource("IN_DEV_RPFILTER", "fib_validate_source()", "net/ipv4/fib_frontend.c")),
    sysctl(
      "net.ipv4.tcp_challenge_ack_limit", unit: .count, default: "2147483647 (no limit; 1000 before 6.1), per namespace",
      summary: "challenge acknowledgements a second for the whole namespace",
      meaning:
        "A shared limit let an attacker learn of other people's connections, therefore it is off now; each socket has its own brake.",
      source: KernelSource("sysctl_tcp_challenge_ack_limit", "tcp_challenge_ack_allowed()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_invalid_ratelimit"]),
    sysctl(
      "net.ipv4.tcp_invalid_ratelimit", unit: .milliseconds, default: "500, per namespace",
      summary: "least time between answers to invalid packets of one connection",
      meaning:
        "Keeps two confused hosts from acknowledging each other's acknowledgements for ever. Skipped answers are the TCPACKSkipped counters.",
      source: KernelSource("sysctl_tcp_invalid_ratelimit", "__tcp_oow_rate_limited()", "net/ipv4/tcp_input.c")),
  ]
}
