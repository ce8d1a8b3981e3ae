// swift-format-ignore-file: AlwaysUseLowerCamelCase
// struct tcp_info, first part: state, options, timeouts, segment sizes. include/uapi/linux/tcp.h
// Names follow the kernel's members, so that a reader can search for them.

extension Field {
  /// The members of struct tcp_info up to the segment sizes, in wire order.
  public static let tcpInfoState: [Field] = [
    .tcpi_state, .ca_state, .retransmits, .probes, .backoff, .options, .snd_wscale, .rcv_wscale, .delivery_rate_app_limited,
    .fastopen_client_fail, .rto, .ato, .snd_mss, .rcv_mss,
  ]

  /// The corresponding C member is tcpi_state; unit: a code.
  public static let tcpi_state = Field(
    "state", label: nil, Layout(.tcpInfo, at: 0, width: 1), .code,
    Entry(
      "tcpi_state", topic: .field, unit: .code,
      summary: "the state once more, as the socket itself saw it when tcp_info was filled",
      meaning: """
        Read a moment after the header's copy and without the socket's lock, so the two can differ while a connection changes. For \
        anything but a connection that is alive, most of the numbers that follow are leftovers or 0.
        """,
      ss: "not printed from here: the State column comes from the header",
      netstat: "not shown",
      source: KernelSource("tcpi_state", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_ca_state; unit: a code.
  public static let ca_state = Field(
    "ca_state", label: "ca_state", Layout(.tcpInfo, at: 1, width: 1), .code,
    Entry(
      "ca_state", aliases: ["tcpi_ca_state", "congestion state"], topic: .field, unit: .code,
      summary: "what the loss detection thinks of the path right now",
      meaning: """
        0 Open: nothing suspicious. 1 Disorder: duplicate or selective ACKs have come, loss not yet certain. 2 CWR: the window is being \
        reduced because of ECN marks or a local drop. 3 Recovery: fast retransmit is repairing losses. 4 Loss: a retransmission timeout \
        declared the whole flight lost and the window starts over from the bottom.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_ca_state", "tcp_set_ca_state()", "net/ipv4/tcp_cong.c", "6.12"),
      settings: ["net.ipv4.tcp_recovery", "net.ipv4.tcp_early_retrans"],
      advice: """
        Often 4: timeouts instead of fast recovery, typical of lost tails, of very small windows or of a path that drops everything for \
        a while.
        """))

  /// The corresponding C member is tcpi_retransmits; unit: times.
  public static let retransmits = Field(
    "retransmits", label: "retransmits", Layout(.tcpInfo, at: 2, width: 1), .gauge,
    Entry(
      "retransmits", aliases: ["tcpi_retransmits"], topic: .field, unit: .times,
      summary: "consecutive timeouts without any progress",
      meaning: """
        One more for each expiry of the retransmission timer, back to 0 as soon as an ACK covers something new. It is what the kernel \
        compares, translated into a time, with tcp_retries1 (ask for another route) and tcp_retries2 (give up, ETIMEDOUT), in SYN-SENT \
        with tcp_syn_retries plus tcp_syn_linear_timeouts.
        """,
      ss: "ss prints nothing for it (except for MPTCP); the same count stands in timer:(on,…,N)",
      netstat: "not shown",
      source: KernelSource("tcpi_retransmits", "tcp_update_rto_stats()", "net/ipv4/tcp_timer.c", "6.12"),
      settings: [
        "net.ipv4.tcp_retries1", "net.ipv4.tcp_retries2", "net.ipv4.tcp_syn_retries", "net.ipv4.tcp_syn_linear_timeouts",
        "TCP_USER_TIMEOUT",
      ],
      advice: "3 or more: the path or the peer is gone for seconds already; see rto for the present interval."))

  /// The corresponding C member is tcpi_probes; unit: times.
  public static let probes = Field(
    "probes", label: "probes", Layout(.tcpInfo, at: 3, width: 1), .gauge,
    Entry(
      "probes", aliases: ["tcpi_probes"], topic: .field, unit: .times,
      summary: "window or keepalive probes sent that nobody answered",
      meaning: """
        Shared by both kinds of probing. Any valid ACK clears it, also one that says the window is still closed, so a live peer that \
        does not read keeps it at 0 or 1 for ever while backoff climbs.
        """,
      ss: "ss prints nothing for it; as the last number of timer:(persist…) or timer:(keepalive…)",
      netstat: "not shown",
      source: KernelSource("tcpi_probes", "tcp_send_probe0()", "net/ipv4/tcp_output.c", "6.12"),
      settings: ["net.ipv4.tcp_retries2", "net.ipv4.tcp_keepalive_probes", "TCP_KEEPCNT", "TCP_USER_TIMEOUT"],
      advice: "Above 1: the peer host, or the way to it, no longer answers at all."))

  /// The corresponding C member is tcpi_backoff; unit: a power of two.
  public static let backoff = Field(
    "backoff", label: "backoff", Layout(.tcpInfo, at: 4, width: 1), .gauge,
    Entry(
      "backoff", aliases: ["tcpi_backoff"], topic: .field, unit: .shift,
      summary: "how many times the timer's interval has been doubled",
      meaning: """
        For retransmissions the doubling is already inside rto; for zero-window probes it is applied on top, to at least 200 ms. It \
        returns to 0 only with a valid round trip measurement (so not by an ACK of a retransmitted segment without timestamps) or when \
        probing ends. The linear SYN retries (the first four by default) do not raise it.
        """,
      formula: "probe interval = max(rto, 200 ms) << backoff, at most 120 s",
      ss: "backoff:N, hidden when 0; its man page's rto << backoff is right for probes only",
      netstat: "not shown",
      source: KernelSource("tcpi_backoff", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c", "6.12"),
      settings: ["net.ipv4.tcp_thin_linear_timeouts", "net.ipv4.tcp_syn_linear_timeouts"]))

  /// The corresponding C member is tcpi_options; unit: flags.
  public static let options = Field(
    "options", label: nil, Layout(.tcpInfo, at: 5, width: 1), .code,
    Entry(
      "options", aliases: ["tcpi_options", "tcp options"], topic: .field, unit: .flags,
      summary: "what the two ends agreed on in the handshake, as bits",
      meaning: """
        1 timestamps, 2 SACK, 4 window scaling, 8 ECN negotiated, 16 at least one ECN-capable packet was received, 32 data in the SYN \
        was acknowledged (TCP Fast Open), 64 timestamps tick in microseconds (kernel 6.7), 128 accepted from a Fast Open SYN (newest \
        kernels). Fixed for the life of the connection save 16, and 8 may be withdrawn during the handshake.
        """,
      ss: """
        the words ts, sack, ecn, ecnseen, fastopen (and usec_ts, not in 6.1) when -o or -e stands beside -i; wscale with -i alone
        """,
      netstat: "not shown",
      source: KernelSource("tcpi_options", "tcp_get_info()", "net/ipv4/tcp.c", "6.12"),
      settings: [
        "net.ipv4.tcp_timestamps", "net.ipv4.tcp_sack", "net.ipv4.tcp_window_scaling", "net.ipv4.tcp_ecn", "net.ipv4.tcp_fastopen",
      ],
      advice: """
        SACK or window scaling absent: the peer or a middlebox stripped them, or the connection began with a SYN cookie without \
        timestamps.
        """))

  /// The corresponding C member is tcpi_snd_wscale; unit: a power of two.
  public static let snd_wscale = Field(
    "snd_wscale", label: nil, Layout(.tcpInfo, at: 6, width: 1, bit: 0, bits: 4), .code,
    Entry(
      "snd_wscale", aliases: ["tcpi_snd_wscale"], topic: .field, unit: .shift,
      summary: "shift that the peer applies to the windows it announces",
      meaning: """
        Chosen by the peer in its SYN or SYN-ACK, 0 to 14. A window field of 500 with shift 7 is 64000 bytes. Valid only if window \
        scaling was agreed on; otherwise 0 and the peer can never offer more than 65535 bytes.
        """,
      formula: "snd_wnd = window field << snd_wscale",
      ss: "first number of wscale:S,R",
      netstat: "not shown",
      source: KernelSource("tcpi_snd_wscale", "tcp_parse_options()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_window_scaling"]))

  /// The corresponding C member is tcpi_rcv_wscale; unit: a power of two.
  public static let rcv_wscale = Field(
    "rcv_wscale", label: nil, Layout(.tcpInfo, at: 6, width: 1, bit: 4, bits: 4), .code,
    Entry(
      "rcv_wscale", aliases: ["tcpi_rcv_wscale"], topic: .field, unit: .shift,
      summary: "window scaling of this host: left shift of every window it sends",
      meaning: """
        Chosen here when the first packet was built, large enough for the biggest buffer autotuning might reach at that time: raising \
        tcp_rmem later does not help connections that exist.
        """,
      ss: "second number of wscale:S,R",
      netstat: "not shown",
      source: KernelSource("tcpi_rcv_wscale", "tcp_select_initial_window()", "net/ipv4/tcp_output.c", "6.12"),
      settings: ["net.ipv4.tcp_rmem", "net.core.rmem_max", "net.ipv4.tcp_window_scaling", "SO_RCVBUF"]))

  /// The corresponding C member is tcpi_delivery_rate_app_limited; unit: 0 or 1.
  public static let delivery_rate_app_limited = Field(
    "delivery_rate_app_limited", label: "app_limited", Layout(.tcpInfo, at: 7, width: 1, bit: 0, bits: 1), .code,
    Entry(
      "delivery_rate_app_limited", aliases: ["tcpi_delivery_rate_app_limited", "app_limited", "app-limited"], topic: .field, unit: .boolean,
      summary: "whether the delivery rate was held down by the program, not by the path",
      meaning: """
        1 when the sample behind delivery_rate was taken while the sender had nothing more to send. The rate then is a lower bound of \
        what the path can carry. Every connection starts with 1.
        """,
      ss: "app_limited",
      netstat: "not shown",
      source: KernelSource("tcpi_delivery_rate_app_limited", "tcp_rate_gen()", "net/ipv4/tcp_rate.c", "6.12")))

  /// The corresponding C member is tcpi_fastopen_client_fail; unit: a code.
  public static let fastopen_client_fail = Field(
    "fastopen_client_fail", label: "fastopen_client_fail", Layout(.tcpInfo, at: 7, width: 1, bit: 1, bits: 2), .code,
    Entry(
      "fastopen_client_fail", aliases: ["tcpi_fastopen_client_fail", "TFO failure"], topic: .field, unit: .code,
      summary: "why a client's TCP Fast Open did not work",
      meaning: """
        0 nothing to report (which is also what a socket says that never tried), 1 no cookie was cached for this server, 2 the SYN-ACK \
        did not cover the data, 3 the same after the SYN had to be repeated, which hints at a middlebox that drops SYNs with data.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_fastopen_client_fail", "tcp_rcv_fastopen_synack()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_fastopen", "TCP_FASTOPEN_CONNECT"]))

  /// The corresponding C member is tcpi_rto; unit: microseconds.
  public static let rto = Field(
    "rto", label: "rto", Layout(.tcpInfo, at: 8, width: 4), .gauge,
    Entry(
      "rto", aliases: ["tcpi_rto"], topic: .field, unit: .microseconds,
      summary: "retransmission timeout in force",
      meaning: """
        How long an unacknowledged segment may stay out before it is sent again. Computed from the smoothed RTT plus four deviations, \
        but by default never less than RTT + 200 ms, doubled after each timeout: the number shown already contains that. Kept in kernel \
        ticks, so it moves in steps of 1 to 10 ms. Before the first measurement it is 1 s.
        """,
      formula: "rtt + max(4 × deviation, tcp_rto_min), then doubled per timeout up to 120 s",
      ss: "rto:MS, with fractions; hidden when exactly 3000",
      netstat: "not shown",
      source: KernelSource("tcpi_rto", "tcp_set_rto()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_rto_min_us", "net.ipv4.tcp_rto_max_ms", "TCP_RTO_MAX_MS"],
      advice: "Far above rtt + 200 ms: timeouts have doubled it; look at retransmits, then at the path."))

  /// The corresponding C member is tcpi_ato; unit: microseconds.
  public static let ato = Field(
    "ato", label: "ato", Layout(.tcpInfo, at: 12, width: 4), .gauge,
    Entry(
      "ato", aliases: ["tcpi_ato"], topic: .field, unit: .microseconds,
      summary: "delayed ACK timeout: how long an ACK may wait for company",
      meaning: """
        The kernel's estimate of the gap between arriving segments, between 40 and 200 ms, used when it delays acknowledgements hoping \
        to send them with data. 0 until the first data arrived. It is a policy value, not a measured delay, and quick ACK mode ignores \
        it.
        """,
      ss: "ato:MS",
      netstat: "not shown",
      source: KernelSource("tcpi_ato", "tcp_event_data_recv()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["TCP_QUICKACK"]))

  /// The corresponding C member is tcpi_snd_mss; unit: bytes.
  public static let snd_mss = Field(
    "snd_mss", label: "mss", Layout(.tcpInfo, at: 16, width: 4), .gauge,
    Entry(
      "snd_mss", aliases: ["tcpi_snd_mss", "mss"], topic: .field, unit: .bytes,
      summary: "payload that fits one segment to this peer now",
      meaning: """
        The lesser of what the peer announced and what the path MTU permits, less options that go with every segment (12 bytes of \
        timestamps: 1448 instead of 1460 on Ethernet). 536 until connected. Congestion window, packets in flight and losses are counted \
        in these units.
        """,
      formula: "min(peer's MSS, pmtu - IP and TCP headers) - timestamp option",
      ss: "mss:N",
      netstat: "not shown",
      source: KernelSource("tcpi_snd_mss", "tcp_sync_mss()", "net/ipv4/tcp_output.c", "6.12"),
      settings: ["net.ipv4.tcp_mtu_probing", "net.ipv4.tcp_base_mss", "TCP_MAXSEG"],
      advice: "Unusually small (below 1200): a tunnel, a clamped MSS, or black-hole detection has lowered the MTU."))

  /// The corresponding C member is tcpi_rcv_mss; unit: bytes.
  public static let rcv_mss = Field(
    "rcv_mss", label: "rcvmss", Layout(.tcpInfo, at: 20, width: 4), .gauge,
    Entry(
      "rcv_mss", aliases: ["tcpi_rcv_mss", "rcvmss"], topic: .field, unit: .bytes,
      summary: "this side's guess of the peer's segment size",
      meaning: """
        Learnt from the sizes that arrive and capped by the announced MSS; decides when enough has come to send an ACK at once. It \
        starts at 536 or less and stays there until the first big segment, so a small value merely means that the peer has sent little.
        """,
      ss: "rcvmss:N",
      netstat: "not shown",
      source: KernelSource("tcpi_rcv_mss", "tcp_measure_rcv_mss()", "net/ipv4/tcp_input.c", "6.12")))
}
