// Settings between the socket and the device: queues, bursts, processors; and those of UDP.

extension Knowledge {
  static let deviceSettings: [Entry] = [
    sysctl(
      "net.core.netdev_max_backlog", .packets, .device, scope: .absentInChild, default: .value("1000"),
      summary: "packets that may wait for a processor after the device",
      meaning:
        "Used by loopback, veth and receive packet steering, not by a card's own queue. Overflow is the second column of /proc/net/softnet_stat, per processor; no socket and no TCP counter shows it.",
      belief: "that it is the ring of the network card, which ethtool -g shows",
      sideEffect: "more packets wait, and wait longer, before a drop tells the sender to slow down",
      source: KernelSource("max_backlog", "enqueue_to_backlog()", "net/core/dev.c")),
    sysctl(
      "net.core.netdev_budget", .packets, .device, scope: .absentInChild, default: .value("300"),
      summary: "packets that one round of receiving may handle on a processor",
      meaning:
        "When it ends with work left the third column of softnet_stat, time_squeeze, counts one. That alone is no loss: the round goes on a moment later.",
      belief: "that time_squeeze means dropped packets",
      sideEffect: "higher: programs on the same processor wait longer for their turn",
      source: KernelSource("netdev_budget", "net_rx_action()", "net/core/dev.c"), settings: ["net.core.netdev_budget_usecs"]),
    sysctl(
      "net.core.netdev_budget_usecs", .microseconds, .device, scope: .absentInChild,
      default: .computed("two ticks of the clock: 8000 with 250 ticks a second, 2000 with 1000"),
      summary: "time that one round of receiving may take on a processor",
      meaning: "Whichever of budget and time is used up first ends the round. Values below a tick do not act: time is looked at in ticks.",
      sideEffect: "higher: receiving holds the processor longer at a stretch",
      source: KernelSource("netdev_budget_usecs", "net_rx_action()", "net/core/dev.c"), settings: ["net.core.netdev_budget"]),
    sysctl(
      "net.core.dev_weight", .packets, .device, scope: .absentInChild, default: .value("64"),
      summary: "packets that one turn of the backlog or of a queue discipline handles",
      meaning: "The share of a single source within a round of receiving, and the packets that one run takes out of a queueing discipline.",
      sideEffect: "higher: less fair between devices, slightly cheaper a packet",
      source: KernelSource("weight_p", "proc_do_dev_weight()", "net/core/sysctl_net_core.c"), settings: ["net.core.netdev_budget"]),
    sysctl(
      "net.core.busy_poll", .microseconds, .device, scope: .absentInChild, default: .value("0"), needs: "CONFIG_NET_RX_BUSY_POLL",
      summary: "how long poll() and select() look at the card themselves before they sleep",
      meaning:
        "Saves the wake-up for those who pay with a busy processor. Needs a driver that supports it and sockets for which SO_BUSY_POLL or busy_read is set.",
      sideEffect: "processor time burnt while nothing arrives",
      unseen: "SO_BUSY_POLL of the program",
      source: KernelSource("sysctl_net_busy_poll", "net_busy_loop_on()", "include/net/busy_poll.h"), settings: ["SO_BUSY_POLL"]),
    sysctl(
      "net.core.busy_read", .microseconds, .device, scope: .absentInChild, default: .value("0"), needs: "CONFIG_NET_RX_BUSY_POLL",
      summary: "how long a blocking read looks at the card itself",
      meaning: "Copied into new sockets as their SO_BUSY_POLL, so that programs need not ask for it.",
      sideEffect: "each blocking read on every new socket may spin that long",
      unseen: "SO_BUSY_POLL of the program",
      source: KernelSource("sysctl_net_busy_read", "sock_init_data_uid()", "net/core/sock.c"), settings: ["SO_BUSY_POLL"]),
    sysctl(
      "net.core.default_qdisc", .text, .device, scope: .absentInChild,
      default: .computed("pfifo_fast, unless the kernel was built with another; many distributions set fq_codel"),
      summary: "queueing discipline that a new device gets",
      meaning:
        "Devices that exist keep theirs; tc qdisc shows it. With fq the pacing of TCP is done there instead of by timers of its own, which BBR needed before 4.13.",
      belief: "that bbr does not work without fq",
      sideEffect: "only for devices created, or whose discipline is replaced, afterwards",
      source: KernelSource("default_qdisc_ops", "set_default_qdisc()", "net/core/sysctl_net_core.c")),
    sysctl(
      "net.core.rps_sock_flow_entries", .count, .device, scope: .absentInChild, default: .value("0"), needs: "CONFIG_RPS",
      summary: "flows whose reading processor is remembered (RFS); 0 off",
      meaning:
        "Packets are then handed to the processor on which the program last read that flow. Each queue of a card needs its rps_flow_cnt too.",
      sideEffect: "more interrupts between processors, better use of caches",
      source: KernelSource("rps_sock_flow_table", "rps_sock_flow_sysctl()", "net/core/sysctl_net_core.c")),
    sysctl(
      "net.core.txrehash", .boolean, .device, default: .value("1"), since: "5.18",
      summary: "choose another path through the network after timeouts",
      meaning:
        "Changes the hash that IPv6 puts into the flow label and that load-balancing routers and bonds go by, so that a connection leaves a broken path.",
      sideEffect: "0: a connection stays on a black-holed path until it dies",
      unseen: "SO_TXREHASH of the program",
      source: KernelSource("sysctl_txrehash", "inet_create()", "net/ipv4/af_inet.c"), settings: ["SO_TXREHASH"]),
    sysctl(
      "net.ipv4.tcp_limit_output_bytes", .bytes, .device, default: .value("1048576", then: ("6.16", "4194304")),
      summary: "data of one unpaced connection in queueing discipline and device together",
      meaning:
        "About a millisecond's worth is allowed anyway and this caps it (TCP small queues). More would only wait behind other flows.",
      belief: "that it limits the send buffer",
      sideEffect: "higher: more delay for other flows on the same device; lower: may starve fast cards and Wi-Fi",
      source: KernelSource("sysctl_tcp_limit_output_bytes", "tcp_small_queue_check()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_autocorking", .boolean, .device, default: .value("1"),
      summary: "hold back a small write while an earlier packet still waits on this host",
      meaning: "Consecutive small writes then share a packet. Nothing waits for the peer, unlike with Nagle's rule; TCPAutoCorking counts.",
      belief: "that TCP_NODELAY switches it off",
      sideEffect: "0: more and smaller packets",
      source: KernelSource("sysctl_tcp_autocorking", "tcp_should_autocork()", "net/ipv4/tcp.c"), settings: ["TCP_CORK"]),
    sysctl(
      "net.ipv4.tcp_min_tso_segs", .segments, .device, default: .value("2"),
      summary: "least segments handed to the card in one piece",
      meaning:
        "The piece is made to last about a millisecond at the pacing rate; on slow flows this is the lower bound. Congestion controls such as BBR bring their own.",
      sideEffect: "higher: burstier slow flows, less work for the processor",
      source: KernelSource("sysctl_tcp_min_tso_segs", "tcp_tso_segs()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_tso_rtt_log", .shift, .device, default: .value("9"), since: "5.18",
      summary: "larger pieces to the card for near peers: the allowance halves every 2^n us of round-trip time",
      meaning:
        "9 means 512 us: beyond about 3 ms of minimum round-trip time nothing is added. 0 or small values switch it off in practice.",
      sideEffect: "higher: bigger bursts on longer paths",
      source: KernelSource("sysctl_tcp_tso_rtt_log", "tcp_tso_autosize()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_tso_win_divisor", .count, .device, default: .value("3"),
      summary: "part of the window worth sending without waiting for a full piece",
      meaning: "Sending may be put off a moment in the hope of a larger piece, but not once a third of the window is free to be used.",
      sideEffect: "1 waits for the whole window, higher numbers send smaller pieces",
      source: KernelSource("sysctl_tcp_tso_win_divisor", "tcp_tso_should_defer()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_pacing_ss_ratio", .count, .device, default: .value("200"),
      summary: "pacing rate in slow start, percent of window over round-trip time",
      meaning: "The window doubles each round trip there, so twice the present rate keeps pace with it. BBR computes its own rate.",
      sideEffect: "lower: slower start of transfers",
      unseen: "SO_MAX_PACING_RATE caps the result; max_pacing_rate shows it",
      source: KernelSource("sysctl_tcp_pacing_ss_ratio", "tcp_update_pacing_rate()", "net/ipv4/tcp_input.c"),
      settings: ["SO_MAX_PACING_RATE"]),
    sysctl(
      "net.ipv4.tcp_pacing_ca_ratio", .count, .device, default: .value("120"),
      summary: "the same percentage once the window is above half of ssthresh",
      meaning:
        "A fifth above the measured rate leaves room to probe for more. It acts through fq or SO_MAX_PACING_RATE, and always on the size of bursts.",
      sideEffect: "lower: with pacing, throughput grows slowly or not at all",
      source: KernelSource("sysctl_tcp_pacing_ca_ratio", "tcp_update_pacing_rate()", "net/ipv4/tcp_input.c"),
      settings: ["SO_MAX_PACING_RATE"]),
    sysctl(
      "net.ipv4.tcp_plb_enabled", .boolean, .device, default: .value("0"), since: "6.2",
      summary: "leave a congested path by changing the flow label (PLB)",
      meaning: "For data centres: with ECN marks as evidence an IPv6 connection asks the routers for another path. Only DCTCP uses it.",
      sideEffect: "segments are reordered at each change of path",
      source: KernelSource("sysctl_tcp_plb_enabled", "tcp_plb_check_rehash()", "net/ipv4/tcp_plb.c"), settings: ["net.core.txrehash"]),
    sysctl(
      "net.ipv4.tcp_plb_cong_thresh", .count, .device, default: .value("128"), since: "6.2",
      summary: "marked share of a round, in 256ths, that makes it a congested one",
      meaning: "128 is one half of the packets delivered in that round. 256 means all, 0 makes each round a congested one.",
      sideEffect: "lower: paths are changed more readily",
      source: KernelSource("sysctl_tcp_plb_cong_thresh", "tcp_plb_update_state()", "net/ipv4/tcp_plb.c"),
      settings: ["net.ipv4.tcp_plb_enabled"]),
    sysctl(
      "net.ipv4.tcp_plb_rehash_rounds", .count, .device, default: .value("12"), since: "6.2",
      summary: "congested rounds in a row until the path is changed while data flows",
      meaning: "Large, because a change in full flight reorders segments and may be taken for loss.",
      sideEffect: "lower: more reordering",
      source: KernelSource("sysctl_tcp_plb_rehash_rounds", "tcp_plb_check_rehash()", "net/ipv4/tcp_plb.c"),
      settings: ["net.ipv4.tcp_plb_enabled"]),
    sysctl(
      "net.ipv4.tcp_plb_idle_rehash_rounds", .count, .device, default: .value("3"), since: "6.2",
      summary: "congested rounds in a row until the path is changed at a pause",
      meaning: "Smaller than its counterpart, for with nothing in flight nothing can be reordered. 0 switches this way off.",
      sideEffect: "lower: idle moments move flows more often",
      source: KernelSource("sysctl_tcp_plb_idle_rehash_rounds", "tcp_plb_check_rehash()", "net/ipv4/tcp_plb.c"),
      settings: ["net.ipv4.tcp_plb_enabled"]),
    sysctl(
      "net.ipv4.tcp_plb_suspend_rto_sec", .seconds, .device, default: .value("60"), since: "6.2",
      summary: "pause of these path changes after a retransmission timeout",
      meaning:
        "The pause is drawn between this and twice as much, so that the connection does not return at once to the path that lost everything.",
      sideEffect: "shorter: a flow may go back to a broken path",
      source: KernelSource("sysctl_tcp_plb_suspend_rto_sec", "tcp_plb_update_state_upon_rto()", "net/ipv4/tcp_plb.c"),
      settings: ["net.ipv4.tcp_plb_enabled"]),
  ]

  static let udpSettings: [Entry] = [
    sysctl(
      "net.ipv4.udp_mem", .pages, .udp, scope: .absentInChild,
      default: .computed("of the pages free for buffers at boot: 3/32, 1/8 and 3/16, the second at least 128"),
      summary: "memory of all UDP sockets, three values in pages",
      meaning: """
        UDP has no mode of memory pressure, and that makes the first value the important one: above it a socket may hold only udp_rmem_min bytes, and its further datagrams are dropped and counted as MemErrors. \
        The second value is not used; above the third nobody gets more.
        """,
      belief: "that the third value is where dropping begins",
      sideEffect: "higher: sockets that nobody reads may take that much memory from programs",
      source: KernelSource("sk_prot_mem_limits", "__sk_mem_raise_allocated()", "net/core/sock.c"), settings: ["net.ipv4.udp_rmem_min"]),
    sysctl(
      "net.ipv4.udp_rmem_min", .bytes, .udp, default: .computed("one page: 4096 on most machines"),
      summary: "what a UDP socket may hold although udp_mem is exceeded",
      meaning: "A guarantee in a shortage, no buffer size: in normal times rmem_default or SO_RCVBUF is the limit of a socket.",
      belief: "that raising it enlarges UDP buffers",
      sideEffect: "many sockets times this value may exceed udp_mem",
      source: KernelSource("sysctl_udp_rmem_min", "__sk_mem_raise_allocated()", "net/core/sock.c"), settings: ["net.ipv4.udp_mem"]),
    sysctl(
      "net.ipv4.udp_wmem_min", .bytes, .udp, default: .computed("one page: 4096 on most machines"),
      summary: "without effect: UDP's sending is not accounted this way",
      meaning: "Kept as counterpart of udp_rmem_min. Data to send is limited per socket by SO_SNDBUF or wmem_default only.",
      sideEffect: "none",
      source: KernelSource("sysctl_udp_wmem_min", "udp_prot", "net/ipv4/udp.c"), settings: ["net.core.wmem_default"]),
    sysctl(
      "net.ipv4.udp_early_demux", .boolean, .udp, default: .value("1"), since: "4.12",
      summary: "look for the UDP socket before the route",
      meaning:
        "A connected socket brings its route along, which saves a look-up for each packet. For servers with unconnected sockets it finds nothing.",
      sideEffect: "0 helps routers and servers with one unconnected socket a little, and costs clients",
      source: KernelSource("sysctl_udp_early_demux", "ip_rcv_finish_core()", "net/ipv4/ip_input.c"), settings: ["net.ipv4.ip_early_demux"]),
    sysctl(
      "net.ipv4.udp_l3mdev_accept", .boolean, .udp, default: .value("0"), needs: "CONFIG_NET_L3_MASTER_DEV",
      summary: "let an unbound UDP socket receive from every VRF",
      meaning: "With 0 datagrams that came through a VRF find only sockets bound to it; for others the port looks closed.",
      sideEffect: "services become reachable from VRFs that were to be kept apart",
      source: KernelSource("sysctl_udp_l3mdev_accept", "udp_sk_bound_dev_eq()", "include/net/udp.h"),
      settings: ["net.ipv4.tcp_l3mdev_accept"]),
    sysctl(
      "net.ipv4.udp_hash_entries", .count, .udp, default: .computed("by memory at boot, or uhash_entries= on the kernel's command line"),
      since: "6.2", isDisplay: true,
      summary: "buckets of the table of UDP sockets; negative: shared with the host",
      meaning: "Tens of thousands of sockets on one port number fall into one chain, and receiving gets slow whatever the size.",
      source: KernelSource("udp_table", "proc_udp_hash_entries()", "net/ipv4/sysctl_net_ipv4.c"),
      settings: ["net.ipv4.udp_child_hash_entries"]),
    sysctl(
      "net.ipv4.udp_child_hash_entries", .count, .udp, default: .value("0"), since: "6.2",
      summary: "UDP table size of namespaces made from here; 0: share the host's",
      meaning:
        "Taken over when a namespace is created, at least 128. It separates tenants whose many sockets would slow each other's look-ups.",
      sideEffect: "memory for every namespace made afterwards",
      source: KernelSource("sysctl_udp_child_hash_entries", "udp_set_table()", "net/ipv4/udp.c"), settings: ["net.ipv4.udp_hash_entries"]),
    sysctl(
      "net.ipv4.icmp_ratelimit", .milliseconds, .udp, default: .value("1000"),
      summary: "least time between limited ICMP messages to one destination",
      meaning: """
        "Port unreachable" is among the limited ones, with small bursts allowed: a client that sends to a closed UDP port gets ECONNREFUSED at first and silence later. icmp_ratemask chooses the types; echo replies are not \
        limited.
        """,
      belief: "that silence of a UDP port means a firewall",
      sideEffect: "0 lets a scan make this host send an answer for each packet",
      source: KernelSource("sysctl_icmp_ratelimit", "icmpv4_xrlim_allow()", "net/ipv4/icmp.c"), settings: ["net.ipv4.icmp_msgs_per_sec"]),
    sysctl(
      "net.ipv4.icmp_msgs_per_sec", .count, .udp, scope: .absentInChild.then("6.12", .namespace), default: .value("1000"),
      summary: "limited ICMP messages a second to all destinations together",
      meaning:
        "A bucket that fills at this rate and holds icmp_msgs_burst. Replies to pings and fragmentation-needed messages pass by it. Stable branches back to 6.1 have it per namespace too.",
      sideEffect: "higher: easier to use this host for reflecting traffic and for port scans",
      source: KernelSource("sysctl_icmp_msgs_per_sec", "icmp_global_allow()", "net/ipv4/icmp.c"), settings: ["net.ipv4.icmp_msgs_burst"]),
    sysctl(
      "net.ipv4.icmp_msgs_burst", .count, .udp, scope: .absentInChild.then("6.12", .namespace), default: .value("50"),
      summary: "size of the bucket behind icmp_msgs_per_sec",
      meaning: "So many limited messages may leave at once after a quiet while; a little of the number is random, against guessing.",
      sideEffect: "higher: larger bursts of answers",
      source: KernelSource("sysctl_icmp_msgs_burst", "icmp_global_allow()", "net/ipv4/icmp.c"), settings: ["net.ipv4.icmp_msgs_per_sec"]),
  ]
}
