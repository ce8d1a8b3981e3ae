// Settings of what TCP negotiates and of the path that packets take.

extension Knowledge {
  static let featureSettings: [Entry] = [
    sysctl(
      "net.ipv4.tcp_timestamps", .code, .features, default: .value("1"),
      summary: "send and echo timestamps in every segment: 1 with random offsets, 2 without",
      meaning:
        "They give a round-trip time for each acknowledgement, protect against wrapped sequence numbers, let a cookie carry options, and are needed by tcp_tw_reuse.",
      belief: "that the twelve bytes are worth saving, or that they tell the uptime: the offset is random since 4.10",
      sideEffect: "0: tcp_tw_reuse stops working, cookies lose options, and fast links lose the check of old segments",
      unseen: "a path or peer that strips the option: the flag ts of a socket shows what was agreed",
      source: KernelSource("sysctl_tcp_timestamps", "tcp_syn_options()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_sack", .boolean, .features, default: .value("1"), summary: "tell the sender which segments arrived beyond a gap",
      meaning: "Without it one loss a round trip is all that can be repaired, and RACK and tail loss probes are blind.",
      belief: "that it is unsafe: the flaws of 2019 are long mended",
      sideEffect: "0: throughput collapses on lossy paths",
      source: KernelSource("sysctl_tcp_sack", "tcp_syn_options()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_dsack", .boolean, .features, default: .value("1"), summary: "report segments that arrived twice",
      meaning: "The sender recognises a needless repeat by it (dsack_dups), takes back its slowdown and learns about disorder.",
      sideEffect: "0: peers cannot tell a spurious repeat from a useful one",
      source: KernelSource("sysctl_tcp_dsack", "tcp_dsack_set()", "net/ipv4/tcp_input.c")),
    sysctl(
      "net.ipv4.tcp_window_scaling", .boolean, .features, default: .value("1"), summary: "allow windows above 64 KiB",
      meaning:
        "Negotiated in SYN and SYN-ACK only: if either side or a middlebox drops the option, throughput is at most 64 KiB a round trip for the life of the connection.",
      sideEffect: "0: 64 KiB a round trip at most, e.g. 640 KiB/s at 100 ms",
      source: KernelSource("sysctl_tcp_window_scaling", "tcp_syn_options()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_ecn", .code, .features, default: .value("2"),
      summary: "explicit congestion notification: 0 off, 1 ask and accept, 2 accept only",
      meaning:
        "With ECN a router marks packets instead of dropping them. The default answers peers that ask. 6.18 adds accurate ECN: 3 asks for it and accepts it, 4 accepts it and asks for the old kind, 5 accepts only.",
      sideEffect: "1, 3, 4: a few old middleboxes drop such SYNs, which tcp_ecn_fallback repairs with one retransmission's delay",
      unseen: "a route's ecn feature or a congestion control such as dctcp, which ask for it on their own",
      source: KernelSource("sysctl_tcp_ecn", "tcp_ecn_send_syn()", "net/ipv4/tcp_output.c"), settings: ["net.ipv4.tcp_ecn_fallback"]),
    sysctl(
      "net.ipv4.tcp_ecn_fallback", .boolean, .features, default: .value("1"),
      summary: "repeat an unanswered SYN without asking for ECN",
      meaning: "A path that swallows SYNs with the ECN bits then costs one timeout instead of the connection.",
      sideEffect: "0: hosts behind such paths become unreachable for connections that ask for ECN",
      source: KernelSource("sysctl_tcp_ecn_fallback", "tcp_ecn_clear_syn()", "net/ipv4/tcp_output.c"), settings: ["net.ipv4.tcp_ecn"]),
    sysctl(
      "net.ipv4.tcp_ecn_option", .code, .features, default: .value("2"), since: "6.18",
      summary: "option of accurate ECN with byte counts: 0 never, 1 sparingly, 2 whenever it fits",
      meaning:
        "Matters only for connections that agreed on accurate ECN. The counts tell the sender how much was marked even when acknowledgements are lost.",
      sideEffect: "less room for SACK blocks in acknowledgements",
      source: KernelSource("sysctl_tcp_ecn_option", "tcp_established_options()", "net/ipv4/tcp_output.c", "6.18"),
      settings: ["net.ipv4.tcp_ecn"]),
    sysctl(
      "net.ipv4.tcp_ecn_option_beacon", .count, .features, default: .value("3"), since: "6.18",
      summary: "how often a round trip that option is sent at least",
      meaning: "Read only with tcp_ecn_option 2. It bounds how long a sender can work with old counts when nothing is marked.",
      sideEffect: "higher: more acknowledgements carry the option",
      source: KernelSource("sysctl_tcp_ecn_option_beacon", "tcp_accecn_option_beacon_check()", "include/net/tcp_ecn.h", "6.18"),
      settings: ["net.ipv4.tcp_ecn_option"]),
    sysctl(
      "net.ipv4.tcp_slow_start_after_idle", .boolean, .features, default: .value("1"),
      summary: "let the congestion window shrink while a connection is idle",
      meaning:
        "After an idle RTO the window halves step by step down to its initial size. Keep-alive HTTP connections then start each burst slowly.",
      sideEffect: "0: bursts as large as the last window into a path that may have changed meanwhile",
      source: KernelSource("sysctl_tcp_slow_start_after_idle", "tcp_slow_start_after_idle_check()", "include/net/tcp.h"),
      advice: "0 is reasonable for servers of bursty traffic in networks of known capacity."),
    sysctl(
      "net.ipv4.tcp_congestion_control", .text, .features, scope: .copied,
      default: .computed("chosen when the kernel was built, mostly cubic"),
      summary: "congestion control of new connections",
      meaning:
        "Existing connections keep theirs. Listeners pass theirs on to accepted ones, so a server must listen again to show a change.",
      belief: "that it changes connections that are open",
      sideEffect: "another share of the path at the cost of, or in favour of, other flows",
      unseen: "TCP_CONGESTION of the program and a route's congctl; each socket shows what it uses",
      source: KernelSource("tcp_congestion_control", "tcp_assign_congestion_control()", "net/ipv4/tcp_cong.c"),
      settings: ["TCP_CONGESTION", "net.ipv4.tcp_available_congestion_control"]),
    sysctl(
      "net.ipv4.tcp_available_congestion_control", .text, .features, scope: .machine,
      default: .computed("what is built in or loaded as a module"),
      isDisplay: true,
      summary: "congestion controls that are loaded",
      meaning:
        "Root can choose others too: writing a name loads its module. A name missing here may be a module that nobody asked for yet.",
      source: KernelSource("tcp_cong_list", "proc_tcp_available_congestion_control()", "net/ipv4/sysctl_net_ipv4.c")),
    sysctl(
      "net.ipv4.tcp_allowed_congestion_control", .text, .features, scope: .readOnlyInChild,
      default: .computed("reno and the control that is the default of the kernel"),
      summary: "congestion controls that programs without CAP_NET_ADMIN may choose",
      meaning: "setsockopt(TCP_CONGESTION) with another name fails with EPERM for them. The one set as the default is always among them.",
      sideEffect: "any program may then use it, e.g. one that takes more than its share",
      source: KernelSource("TCP_CONG_NON_RESTRICTED", "tcp_set_congestion_control()", "net/ipv4/tcp_cong.c")),
    sysctl(
      "net.ipv4.tcp_available_ulp", .text, .features, scope: .absentInChild,
      default: .computed("what is built in or loaded: tls, mptcp, espintcp"),
      since: "4.13", isDisplay: true,
      summary: "protocols that can be laid over a TCP socket",
      meaning: "Kernel TLS appears as tls once its module is loaded. A program that asks for one that is missing gets ENOENT.",
      source: KernelSource("tcp_ulp_list", "proc_tcp_available_ulp()", "net/ipv4/sysctl_net_ipv4.c")),
    sysctl(
      "net.mptcp.enabled", .boolean, .features, default: .value("1"), since: "5.6", needs: "CONFIG_MPTCP",
      summary: "allow sockets of Multipath TCP",
      meaning: "With 0 socket(IPPROTO_MPTCP) fails with ENOPROTOOPT, and programs made for it fall back to TCP or end.",
      sideEffect: "0: new connections have one path only; existing ones stay",
      source: KernelSource("mptcp_enabled", "mptcp_init_sock()", "net/mptcp/protocol.c")),
    sysctl(
      "net.ipv4.tcp_stdurg", .boolean, .features, default: .value("0"),
      summary: "read the urgent pointer as the standard says",
      meaning: "The standard's last urgent byte and everyone's practice differ by one. All common systems do as with 0.",
      sideEffect: "1: telnet and others misplace the urgent byte",
      source: KernelSource("sysctl_tcp_stdurg", "tcp_check_urg()", "net/ipv4/tcp_input.c")),
    sysctl(
      "net.ipv4.tcp_low_latency", .boolean, .features, scope: .absentInChild, default: .value("0"), inert: "4.14",
      summary: "inert: the prequeue that it switched is gone",
      meaning: "Still writable so that old scripts do not fail. Its presence in a tuning file shows the file's age.",
      source: KernelSource("sysctl_tcp_low_latency", "ipv4_table", "net/ipv4/sysctl_net_ipv4.c")),
  ]

  static let pathSettings: [Entry] = [
    sysctl(
      "net.ipv4.tcp_mtu_probing", .code, .features, default: .value("0"),
      summary: "find the path's packet size without ICMP: 0 off, 1 after a suspected black hole, 2 always",
      meaning:
        "If routers drop large packets and somebody filters their ICMP messages, connections stall as soon as much data flows, after a handshake that went well. 1 makes them recover after tcp_retries1 timeouts.",
      sideEffect: "1: plain loss may be taken for a black hole and shrink segments for a while; 2 starts every connection small",
      source: KernelSource("sysctl_tcp_mtu_probing", "tcp_mtu_probing()", "net/ipv4/tcp_timer.c"), settings: ["net.ipv4.tcp_base_mss"],
      advice: "1 on hosts that talk to the Internet through tunnels."),
    sysctl(
      "net.ipv4.tcp_base_mss", .bytes, .features, default: .value("1024"),
      summary: "segment size that a search for the path's limit starts from",
      meaning: "Each further suspicion halves it, down to the floor. It bounds nothing while probing is off.",
      sideEffect: "higher than the path allows: the first step down does not help",
      source: KernelSource("sysctl_tcp_base_mss", "tcp_mtu_probing()", "net/ipv4/tcp_timer.c"), settings: ["net.ipv4.tcp_mtu_probing"]),
    sysctl(
      "net.ipv4.tcp_mtu_probe_floor", .bytes, .features, default: .value("48"), since: "5.4",
      summary: "smallest segment size that a black hole search goes down to",
      meaning: "With the default a long outage can end in tiny segments for the rest of the connection; 500 or so keeps it usable.",
      sideEffect: "too high for the path: connections over very small links stay stuck",
      source: KernelSource("sysctl_tcp_mtu_probe_floor", "tcp_mtu_probing()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_mtu_probing"]),
    sysctl(
      "net.ipv4.tcp_min_snd_mss", .bytes, .features, default: .value("48"),
      summary: "least segment size that a peer can talk this host into",
      meaning:
        "Options included, so 8 bytes of data remain. It ended an attack of 2019 that made the kernel send huge numbers of tiny segments; all stable branches took it.",
      sideEffect: "higher: peers that really need small segments get larger ones than they asked for",
      source: KernelSource("sysctl_tcp_min_snd_mss", "__tcp_mtu_to_mss()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_probe_interval", .seconds, .features, default: .value("600"),
      summary: "time until a finished search for the packet size is begun again",
      meaning: "Paths change: a larger size that failed ten minutes ago may pass now. Only with probing on.",
      sideEffect: "shorter: more probe segments, which count as lost when they do not fit",
      source: KernelSource("sysctl_tcp_probe_interval", "tcp_mtu_check_reprobe()", "net/ipv4/tcp_output.c"),
      settings: ["net.ipv4.tcp_mtu_probing"]),
    sysctl(
      "net.ipv4.tcp_probe_threshold", .bytes, .features, default: .value("8"),
      summary: "width of the remaining range at which that search ends",
      meaning: "Between the largest size known to pass and the smallest known to fail; the last bytes are not worth further probes.",
      sideEffect: "larger: fewer probes, a slightly smaller size",
      source: KernelSource("sysctl_tcp_probe_threshold", "tcp_mtu_probe()", "net/ipv4/tcp_output.c"), settings: ["net.ipv4.tcp_mtu_probing"]
    ),
    sysctl(
      "net.ipv4.tcp_no_metrics_save", .boolean, .features, default: .value("0"),
      summary: "forget what closed connections learnt about a destination",
      meaning:
        "Otherwise round-trip time and disorder are kept per address, and the next connection starts from them: ip tcp_metrics shows it. Under syncookies=0 the memory also marks peers as proven.",
      belief: "that a bad first connection spoils all later ones: ssthresh is not kept any more by default",
      sideEffect: "1: each new connection learns the disorder of its path anew, and the handshake alone sets its first timeout",
      source: KernelSource("sysctl_tcp_nometrics_save", "tcp_update_metrics()", "net/ipv4/tcp_metrics.c"),
      settings: ["net.ipv4.tcp_no_ssthresh_metrics_save"]),
    sysctl(
      "net.ipv4.tcp_no_ssthresh_metrics_save", .boolean, .features, default: .value("1"), since: "5.6",
      summary: "do not keep ssthresh for the next connection to an address",
      meaning: "Before 5.6 it was kept, and one loss made every following connection leave slow start too early.",
      sideEffect: "0: that effect returns",
      source: KernelSource("sysctl_tcp_no_ssthresh_metrics_save", "tcp_update_metrics()", "net/ipv4/tcp_metrics.c"),
      settings: ["net.ipv4.tcp_no_metrics_save"]),
    sysctl(
      "net.ipv4.ip_no_pmtu_disc", .code, .features, default: .value("0"),
      summary: "do without the path's packet size from ICMP: 1 to 3",
      meaning:
        "Anything but 0 makes new sockets send without the don't-fragment bit. 1 also drops to min_pmtu on a message, 2 ignores the messages, 3 believes only those that fit an open socket.",
      belief: "that it mends connections that stall: fragments are lost behind many firewalls as well",
      sideEffect: "routers fragment, receivers reassemble, and both may refuse to",
      unseen: "IP_MTU_DISCOVER of the program",
      source: KernelSource("sysctl_ip_no_pmtu_disc", "inet_create()", "net/ipv4/af_inet.c"),
      settings: ["net.ipv4.tcp_mtu_probing", "IP_MTU_DISCOVER"]),
    sysctl(
      "net.ipv4.ip_default_ttl", .count, .features, default: .value("64"),
      summary: "hops that an outgoing IPv4 packet may take",
      meaning: "Peers guess the operating system by it. Nothing on the Internet is nearly 64 routers away.",
      sideEffect: "too low: distant hosts become unreachable",
      unseen: "IP_TTL of the program",
      source: KernelSource("sysctl_ip_default_ttl", "ip_select_ttl()", "net/ipv4/ip_output.c"), settings: ["IP_TTL"]),
    sysctl(
      "net.ipv4.ip_early_demux", .boolean, .features, default: .value("1"),
      summary: "look for the socket before the route: master switch",
      meaning: "An established connection knows its route, so one look-up serves for both. On a pure router the first is wasted.",
      sideEffect: "0: some percent of throughput on end hosts",
      source: KernelSource("sysctl_ip_early_demux", "ip_rcv_finish_core()", "net/ipv4/ip_input.c"), settings: ["net.ipv4.tcp_early_demux"]),
    sysctl(
      "net.ipv4.tcp_early_demux", .boolean, .features, default: .value("1"), since: "4.12",
      summary: "the part of that switch for TCP",
      meaning: "Both must be 1. Listening sockets are not found this way, so it pays for traffic of open connections.",
      sideEffect: "0: one more look-up for each received segment",
      source: KernelSource("sysctl_tcp_early_demux", "ip_rcv_finish_core()", "net/ipv4/ip_input.c"), settings: ["net.ipv4.ip_early_demux"]),
    sysctl(
      "net.ipv4.conf.all.rp_filter", .code, .features, scope: .copied, default: .computed("0; distributions set 1 or 2"),
      summary: "drop packets whose source is not reachable by the interface they came from",
      meaning:
        "1 strict, 2 loose. The larger of this value and the interface's own counts. A drop happens before TCP, so only IPReversePathFilter tells.",
      belief: "that 0 here switches it off: an interface with 1 keeps filtering",
      sideEffect: "1 with asymmetric routes loses traffic; 0 lets forged sources in",
      source: KernelSource("IN_DEV_RPFILTER", "fib_validate_source()", "net/ipv4/fib_frontend.c")),
    sysctl(
      "net.ipv4.route.max_size", .count, .features, scope: .absentInChild, default: .value("2147483647"), inert: "3.6",
      summary: "inert: size of the route cache that IPv4 no longer has",
      meaning:
        "Old guides raise it against a \"dst cache overflow\". Since 3.6 routes are looked up in a trie without a cache of that kind.",
      source: KernelSource("ip_rt_max_size", "ip_rt_init()", "net/ipv4/route.c")),
  ]
}
