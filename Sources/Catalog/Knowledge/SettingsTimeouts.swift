// Settings of time: retransmission, keepalive, and how losses are told from delays.

extension Knowledge {
  static let timeoutSettings: [Entry] = [
    sysctl(
      "net.ipv4.tcp_retries1", .times, .timeouts, default: .value("3"), summary: "after how many timeouts the route is doubted",
      meaning: "Nothing is given up at this point: the cached route is dropped and, if tcp_mtu_probing allows, smaller packets are tried.",
      belief: "that a connection ends here",
      sideEffect: "lower: routes are looked up anew, and packets shrunk, after fewer losses",
      source: KernelSource("sysctl_tcp_retries1", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"), settings: ["net.ipv4.tcp_mtu_probing"]),
    sysctl(
      "net.ipv4.tcp_retries2", .times, .timeouts, default: .value("15"),
      summary: "when an established connection with unanswered data is given up",
      meaning: """
        It is a time in the guise of a number: the sum of 15 doublings from 200 ms, capped at 120 s each, i.e. 924.6 s. A connection with a longer RTO sees fewer repeats than 15, and the check happens when the timer fires, so the end comes \
        later. Newer kernels can lower the cap with tcp_rto_max_ms.
        """,
      belief: "that it counts retransmissions",
      sideEffect: "lower: connections die in outages that they would have survived",
      unseen: "TCP_USER_TIMEOUT replaces it for a socket",
      source: KernelSource("sysctl_tcp_retries2", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
      settings: ["TCP_USER_TIMEOUT", "net.ipv4.tcp_rto_max_ms"],
      advice: "8 (about 100 s) suits data centres; better still, TCP_USER_TIMEOUT in the program that cares."),
    sysctl(
      "net.ipv4.tcp_rto_min_us", .microseconds, .timeouts, default: .value("200000"), since: "6.11",
      summary: "floor of the retransmission timeout",
      meaning:
        "Delayed acknowledgements of peers take up to 40 ms or more, so far lower values cause needless repeats.",
      sideEffect: "lower: repeats of segments that were only delayed (TCPSpuriousRTOs), and a smaller congestion window after each",
      unseen: "a route's rto_min or a BPF program, which set it for single connections; rto shows the result",
      source: KernelSource("sysctl_tcp_rto_min_us", "tcp_init_sock()", "net/ipv4/tcp.c")),
    sysctl(
      "net.ipv4.tcp_rto_max_ms", .milliseconds, .timeouts, default: .value("120000"), since: "6.15",
      summary: "ceiling of the retransmission timeout",
      meaning:
        "In 6.12 the ceiling is the constant TCP_RTO_MAX. Lowering it shortens every wait that is made of doublings: retries2, orphans, window probes.",
      sideEffect: "lower: a dead peer is given up sooner with the same tcp_retries2, and probed more often until then",
      unseen: "TCP_RTO_MAX_MS sets it for one socket",
      source: KernelSource("TCP_RTO_MAX", "tcp_model_timeout()", "net/ipv4/tcp_timer.c"), settings: ["TCP_RTO_MAX_MS"]),
    sysctl(
      "net.ipv4.tcp_keepalive_time", .seconds, .timeouts, default: .value("7200"), summary: "idle time before the first keepalive probe",
      meaning:
        "For sockets with SO_KEEPALIVE only, and only if they did not set TCP_KEEPIDLE. Firewalls and balancers often forget flows after 300 to 900 s, so two hours come too late to keep them alive.",
      belief: "that it makes all connections send probes",
      sideEffect: "lower: one small packet an interval for each idle connection that uses it",
      unseen: "whether the program set TCP_KEEPIDLE; Go sets 15 s by itself",
      source: KernelSource("sysctl_tcp_keepalive_time", "keepalive_time_when()", "include/net/tcp.h"),
      settings: ["SO_KEEPALIVE", "TCP_KEEPIDLE"]),
    sysctl(
      "net.ipv4.tcp_keepalive_intvl", .seconds, .timeouts, default: .value("75"),
      summary: "time between keepalive probes that get no answer",
      meaning: "An answered probe starts the idle time anew, so this interval is seen only with a peer that is silent.",
      sideEffect: "lower: a short outage is more likely to be taken for a dead peer",
      unseen: "TCP_KEEPINTVL of the program",
      source: KernelSource("sysctl_tcp_keepalive_intvl", "keepalive_intvl_when()", "include/net/tcp.h"), settings: ["TCP_KEEPINTVL"]),
    sysctl(
      "net.ipv4.tcp_keepalive_probes", .times, .timeouts, default: .value("9"),
      summary: "unanswered probes after which the connection is reset",
      meaning: "The program then gets ETIMEDOUT. With TCP_USER_TIMEOUT set, that time decides and this number does not.",
      belief: "that probes find a dead peer while data is waiting: then tcp_retries2 decides",
      sideEffect: "lower: lost probes end connections that are alive",
      unseen: "TCP_KEEPCNT and TCP_USER_TIMEOUT of the program",
      source: KernelSource("sysctl_tcp_keepalive_probes", "keepalive_probes()", "include/net/tcp.h"),
      settings: ["TCP_KEEPCNT", "TCP_USER_TIMEOUT"]),
    sysctl(
      "net.ipv4.tcp_thin_linear_timeouts", .boolean, .timeouts, default: .value("0"),
      summary: "do not double the timeout of connections with little in flight",
      meaning:
        "With fewer than four segments under way and after the initial slow start, up to six timeouts in a row keep the same length. For games and trading, where a lost small message must not wait.",
      sideEffect: "up to six repeats in quick succession into a path that may be congested",
      unseen: "TCP_THIN_LINEAR_TIMEOUTS switches it on for a socket",
      source: KernelSource("sysctl_tcp_thin_linear_timeouts", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c"),
      settings: ["TCP_THIN_LINEAR_TIMEOUTS"]),
    sysctl(
      "net.ipv4.tcp_thin_dupack", .boolean, .timeouts, default: .value("0"), removed: "4.11",
      summary: "gone: retransmission on the first duplicate for thin streams",
      meaning: "RACK and the tail loss probe do its work for every connection. A tuning file that names it was written before 2017.",
      source: KernelSource("thin_dupack", "do_tcp_setsockopt()", "net/ipv4/tcp.c"), settings: ["net.ipv4.tcp_recovery"],
      advice: "Delete the line."),
    sysctl(
      "net.ipv4.tcp_invalid_ratelimit", .milliseconds, .timeouts, default: .value("500"),
      summary: "least time between answers to invalid packets of one connection",
      meaning:
        "Keeps two confused hosts from acknowledging each other's acknowledgements for ever. Skipped answers are the TCPACKSkipped counters.",
      sideEffect: "0: such loops run at full speed; higher: a peer that restarted learns later that its old connection is gone",
      source: KernelSource("sysctl_tcp_invalid_ratelimit", "__tcp_oow_rate_limited()", "net/ipv4/tcp_input.c")),
    sysctl(
      "net.ipv4.tcp_challenge_ack_limit", .count, .timeouts, default: .value("1000", then: ("6.1", "2147483647")),
      summary: "challenge acknowledgements a second for the whole namespace",
      meaning:
        "2147483647 means no limit. A shared limit let an attacker learn of other people's connections, therefore it is off now; each socket has its own brake.",
      sideEffect: "a limit is again measurable by others",
      source: KernelSource("sysctl_tcp_challenge_ack_limit", "tcp_send_challenge_ack()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_invalid_ratelimit"]),
    sysctl(
      "net.ipv4.tcp_pingpong_thresh", .count, .timeouts, default: .value("1"), since: "6.7",
      summary: "answers sent before a connection counts as request and reply",
      meaning:
        "From then on acknowledgements wait for the next answer to ride on, up to 40 ms and more. A higher value keeps quick acknowledgements longer.",
      sideEffect: "higher: more packets that only acknowledge",
      unseen: "TCP_QUICKACK of the program",
      source: KernelSource("sysctl_tcp_pingpong_thresh", "inet_csk_in_pingpong_mode()", "include/net/inet_connection_sock.h"),
      settings: ["TCP_QUICKACK"]),
  ]

  static let lossSettings: [Entry] = [
    sysctl(
      "net.ipv4.tcp_recovery", .flags, .timeouts, default: .value("1"),
      summary: "loss detection by time (RACK): 2 static window, 4 no duplicate threshold",
      meaning:
        "Bit 1 is RACK itself; 6.12 still has an older method for connections without it, 6.18 has none, and clearing the bit changes nothing there. 4 waits for the reordering time even after three duplicates.",
      belief: "that 0 brings the old fast retransmit back",
      sideEffect: "4: losses are repaired later on paths that do not reorder",
      source: KernelSource("sysctl_tcp_recovery", "tcp_rack_reo_wnd()", "net/ipv4/tcp_recovery.c")),
    sysctl(
      "net.ipv4.tcp_early_retrans", .code, .timeouts, default: .value("3"), summary: "tail loss probes: 0 off, 3 or 4 on",
      meaning:
        "The early retransmit of the name was removed long ago; what remains is the switch for probes. Without them the loss of a last segment always costs a full timeout.",
      sideEffect: "0: slower end of every transfer that loses its last segments",
      source: KernelSource("sysctl_tcp_early_retrans", "tcp_schedule_loss_probe()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_frto", .code, .timeouts, default: .value("2"), summary: "detect needless timeouts",
      meaning:
        "After a timeout the first segment is repeated, and then new data is sent; if acknowledgements of the originals arrive after all, the window is restored and TCPSpuriousRTOs counts it.",
      sideEffect: "0: a sudden delay halves throughput as if segments had been lost",
      source: KernelSource("sysctl_tcp_frto", "tcp_enter_loss()", "net/ipv4/tcp_input.c")),
    sysctl(
      "net.ipv4.tcp_reordering", .segments, .timeouts, default: .value("3"),
      summary: "disorder that a new connection expects before it assumes loss",
      meaning:
        "It adapts upwards by itself to tcp_max_reordering when packets turn out to have been late. The value learnt for a connection is shown as reordering.",
      sideEffect: "higher: losses on orderly paths are noticed later",
      source: KernelSource("sysctl_tcp_reordering", "tcp_init_sock()", "net/ipv4/tcp.c"), settings: ["net.ipv4.tcp_max_reordering"]),
    sysctl(
      "net.ipv4.tcp_max_reordering", .segments, .timeouts, default: .value("300"),
      summary: "most disorder that a connection learns to expect",
      meaning: "Matters where packets of one flow travel over several links in turn, such as round-robin bonding.",
      sideEffect: "higher: a connection that once saw disorder reacts to real loss late",
      source: KernelSource("sysctl_tcp_max_reordering", "tcp_check_sack_reordering()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_reordering"]),
    sysctl(
      "net.ipv4.tcp_retrans_collapse", .boolean, .timeouts, default: .value("1"),
      summary: "join small neighbouring segments when they are repeated",
      meaning: "Introduced for printers that misread a repeated small segment; today it saves packets after a loss in chatty connections.",
      sideEffect: "0: more and smaller packets after a loss",
      source: KernelSource("sysctl_tcp_retrans_collapse", "tcp_retrans_try_collapse()", "net/ipv4/tcp_output.c")),
    sysctl(
      "net.ipv4.tcp_fack", .boolean, .timeouts, default: .value("0"), inert: "4.15",
      summary: "inert: forward acknowledgement was replaced by RACK",
      meaning: "Loss detection goes by time instead of by distance now; see tcp_recovery. The value is stored and never read.",
      source: KernelSource("sysctl_tcp_fack", "ipv4_net_table", "net/ipv4/sysctl_net_ipv4.c")),
    sysctl(
      "net.ipv4.tcp_min_rtt_wlen", .seconds, .timeouts, default: .value("300"),
      summary: "how long the smallest round-trip time is remembered (minrtt)",
      meaning:
        "RACK's tolerance for disorder and the size of bursts follow from it. After a route change to a longer path the old minimum misleads for this long.",
      sideEffect: "shorter: a standing queue is soon taken for the length of the path",
      source: KernelSource("sysctl_tcp_min_rtt_wlen", "tcp_update_rtt_min()", "net/ipv4/tcp_input.c")),
    sysctl(
      "net.ipv4.tcp_comp_sack_delay_ns", .count, .timeouts, default: .value("1000000"),
      summary: "longest wait for bundling selective acknowledgements, in nanoseconds",
      meaning:
        "During a loss a receiver would answer each segment. After three duplicates it waits a twentieth of the round-trip time, at most this, and sends one answer; TCPAckCompressed counts those saved.",
      sideEffect: "longer: the sender learns of gaps later; 0: an acknowledgement for each segment",
      source: KernelSource("sysctl_tcp_comp_sack_delay_ns", "__tcp_ack_snd_check()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_comp_sack_nr"]),
    sysctl(
      "net.ipv4.tcp_comp_sack_slack_ns", .count, .timeouts, default: .value("100000"), since: "5.8",
      summary: "tolerance of that bundling timer, in nanoseconds",
      meaning: "The timer may fire this much later when another interrupt is due, so that the processor wakes up less often.",
      sideEffect: "longer: less exact, fewer interrupts",
      source: KernelSource("sysctl_tcp_comp_sack_slack_ns", "__tcp_ack_snd_check()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_comp_sack_delay_ns"]),
    sysctl(
      "net.ipv4.tcp_comp_sack_nr", .count, .timeouts, default: .value("44"),
      summary: "most selective acknowledgements bundled into one; 0 sends each",
      meaning: "When so many were held back the next is sent at once, timer or not, so that the sender is not starved of answers.",
      sideEffect: "0: up to one packet back for each received while a gap is open",
      source: KernelSource("sysctl_tcp_comp_sack_nr", "__tcp_ack_snd_check()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_comp_sack_delay_ns"]),
    sysctl(
      "net.ipv4.tcp_backlog_ack_defer", .boolean, .timeouts, default: .value("1"), since: "6.7",
      summary: "one acknowledgement for all segments that waited for the socket's lock",
      meaning:
        "While the program is inside a call, segments pile up beside the queue; they are worked off when it leaves, and answered together.",
      sideEffect: "0: the call that leaves the socket sends many acknowledgements before it returns",
      source: KernelSource("sysctl_tcp_backlog_ack_defer", "__tcp_ack_snd_check()", "net/ipv4/tcp_input.c")),
  ]
}
