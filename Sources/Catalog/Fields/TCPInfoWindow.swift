// swift-format-ignore-file: AlwaysUseLowerCamelCase
// struct tcp_info, second part: packets in flight, times, metrics.
// Names follow the kernel's members, so that a reader can search for them.

extension Field {
  /// The members of struct tcp_info from the packets in flight to the receive buffer's autotuning, in wire order.
  public static let tcpInfoWindow: [Field] = [
    .unacked, .sacked, .lost, .tcpi_retrans, .fackets, .last_data_sent, .last_ack_sent, .last_data_recv, .last_ack_recv, .pmtu,
    .rcv_ssthresh, .rtt, .rttvar, .snd_ssthresh, .snd_cwnd, .advmss, .reordering, .rcv_rtt, .rcv_space,
  ]

  /// The corresponding C member is tcpi_unacked; unit: packets.
  public static let unacked = Field(
    "unacked", label: "unacked", Layout(.tcpInfo, at: 24, width: 4), .gauge,
    Entry(
      "unacked", aliases: ["tcpi_unacked"], topic: .field, unit: .packets,
      summary: "segments sent and not yet acknowledged; on a listener, connections waiting for accept()",
      meaning: """
        Everything between the oldest unacknowledged byte and the last one sent, including what has been selectively acknowledged or is \
        presumed lost. For LISTEN the kernel reuses the member for the depth of the accept queue, the same number as Recv-Q.
        """,
      formula: "packets_out; LISTEN: sk_ack_backlog",
      ss: "unacked:N, also for LISTEN, where it misleads",
      netstat: "not shown",
      source: KernelSource("tcpi_unacked", "tcp_event_new_data_sent()", "net/ipv4/tcp_output.c", "6.12"),
      advice: "Equal to cwnd: the congestion window is the limit. Times mss equal to snd_wnd: the peer's window is."))

  /// The corresponding C member is tcpi_sacked; unit: packets.
  public static let sacked = Field(
    "sacked", label: "sacked", Layout(.tcpInfo, at: 28, width: 4), .gauge,
    Entry(
      "sacked", aliases: ["tcpi_sacked"], topic: .field, unit: .packets,
      summary: "segments the peer holds out of order; on a listener, the accept queue's limit",
      meaning: """
        Reported by SACK blocks, or inferred from duplicate ACKs when SACK is off: behind a hole, already delivered, waiting for the \
        missing piece. On LISTEN it carries sk_max_ack_backlog, the same as Send-Q.
        """,
      formula: "sacked_out; LISTEN: sk_max_ack_backlog",
      ss: "sacked:N, hidden for LISTEN",
      netstat: "not shown",
      source: KernelSource("tcpi_sacked", "tcp_sacktag_one()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_sack"]))

  /// The corresponding C member is tcpi_lost; unit: packets.
  public static let lost = Field(
    "lost", label: "lost", Layout(.tcpInfo, at: 32, width: 4), .gauge,
    Entry(
      "lost", aliases: ["tcpi_lost"], topic: .field, unit: .packets,
      summary: "segments of the present flight that are presumed lost",
      meaning: """
        Marked by RACK (a later segment has been delivered for long enough), by duplicate ACKs or by a timeout, and taken off again when \
        the data is acknowledged or the verdict is undone. A gauge: the sum over time is total_retrans, roughly.
        """,
      ss: "lost:N",
      netstat: "not shown",
      source: KernelSource("tcpi_lost", "tcp_mark_skb_lost()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_recovery"]))

  /// The corresponding C member is tcpi_retrans; unit: packets.
  public static let tcpi_retrans = Field(
    "retrans", label: "retrans", Layout(.tcpInfo, at: 36, width: 4), .gauge,
    Entry(
      "tcpi_retrans", aliases: ["retrans_out"], topic: .field, unit: .packets,
      summary: "retransmitted segments now in flight",
      meaning: """
        Copies that were sent again and are not yet acknowledged. Falls back to 0 when recovery ends. Not to be confused with the count \
        of timeouts in the header nor with the total over the connection's life.
        """,
      ss: "first number of retrans:N/TOTAL",
      netstat: "not shown",
      source: KernelSource("tcpi_retrans", "tcp_retransmit_skb()", "net/ipv4/tcp_output.c", "6.12")))

  /// The corresponding C member is tcpi_fackets; unit: packets.
  public static let fackets = Field(
    "fackets", label: "fackets", Layout(.tcpInfo, at: 40, width: 4), .gauge,
    Entry(
      "fackets", aliases: ["tcpi_fackets"], topic: .field, unit: .packets,
      summary: "always 0 since kernel 4.15",
      meaning: """
        Held the forward acknowledgement count of the FACK algorithm, removed when RACK replaced it. The place in the structure is kept \
        for compatibility.
        """,
      ss: "fackets:N if not 0, so never on current kernels",
      netstat: "not shown",
      source: KernelSource("tcpi_fackets", "tcp_get_info()", "net/ipv4/tcp.c", "6.12"),
      settings: ["net.ipv4.tcp_fack"]))

  /// The corresponding C member is tcpi_last_data_sent; unit: milliseconds.
  public static let last_data_sent = Field(
    "last_data_sent", label: "lastsnd", Layout(.tcpInfo, at: 44, width: 4), .gauge,
    Entry(
      "last_data_sent", aliases: ["tcpi_last_data_sent", "lastsnd"], topic: .field, unit: .milliseconds,
      summary: "time since this side last sent payload",
      meaning: """
        Retransmissions count, bare ACKs do not. On a connection that has sent nothing it runs from the moment the handshake was \
        complete; in SYN-SENT it is meaningless.
        """,
      ss: "lastsnd:MS",
      netstat: "not shown",
      source: KernelSource("tcpi_last_data_sent", "tcp_event_data_sent()", "net/ipv4/tcp_output.c", "6.12"),
      advice: "Beside a non-empty Send-Q: nothing has left for that long although there is something to send; see the timer."))

  /// The corresponding C member is tcpi_last_ack_sent; unit: milliseconds.
  public static let last_ack_sent = Field(
    "last_ack_sent", label: nil, Layout(.tcpInfo, at: 48, width: 4), .gauge,
    Entry(
      "last_ack_sent", aliases: ["tcpi_last_ack_sent"], topic: .field, unit: .milliseconds,
      summary: "always 0: the kernel does not remember it",
      meaning: "Declared in the structure from the start and never filled; its comment in the header file apologises.",
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_last_ack_sent", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_last_data_recv; unit: milliseconds.
  public static let last_data_recv = Field(
    "last_data_recv", label: "lastrcv", Layout(.tcpInfo, at: 52, width: 4), .gauge,
    Entry(
      "last_data_recv", aliases: ["tcpi_last_data_recv", "lastrcv"], topic: .field, unit: .milliseconds,
      summary: "time since payload last arrived from the peer",
      meaning: """
        Starts at connection set-up when nothing has come yet. The quickest measure of how long an idle connection has been idle, and \
        for one that still waits to be accepted a lower bound of its wait.
        """,
      ss: "lastrcv:MS",
      netstat: "not shown",
      source: KernelSource("tcpi_last_data_recv", "tcp_event_data_recv()", "net/ipv4/tcp_input.c", "6.12")))

  /// The corresponding C member is tcpi_last_ack_recv; unit: milliseconds.
  public static let last_ack_recv = Field(
    "last_ack_recv", label: "lastack", Layout(.tcpInfo, at: 56, width: 4), .gauge,
    Entry(
      "last_ack_recv", aliases: ["tcpi_last_ack_recv", "lastack"], topic: .field, unit: .milliseconds,
      summary: "time since the last acceptable ACK arrived",
      meaning: """
        Any segment that carries an ACK in the window counts, data or not, and so do the answers to keepalive and window probes: this is \
        the last sign of life of the peer.
        """,
      ss: "lastack:MS",
      netstat: "not shown",
      source: KernelSource("tcpi_last_ack_recv", "tcp_ack()", "net/ipv4/tcp_input.c", "6.12"),
      advice: "Much longer than rto with unacked above 0: the path or the peer is silent."))

  /// The corresponding C member is tcpi_pmtu; unit: bytes.
  public static let pmtu = Field(
    "pmtu", label: "pmtu", Layout(.tcpInfo, at: 60, width: 4), .gauge,
    Entry(
      "pmtu", aliases: ["tcpi_pmtu"], topic: .field, unit: .bytes,
      summary: "path MTU last used to size segments",
      meaning: """
        From the route, lowered by ICMP messages or by MTU probing. 65535 on loopback, 1500 on plain Ethernet; a listener or a socket \
        not yet connected has 0.
        """,
      ss: "pmtu:N",
      netstat: "not shown",
      source: KernelSource("tcpi_pmtu", "tcp_sync_mss()", "net/ipv4/tcp_output.c", "6.12"),
      settings: ["net.ipv4.ip_no_pmtu_disc", "net.ipv4.tcp_mtu_probing", "IP_MTU_DISCOVER"],
      advice: "Below 1280: often wrong ICMP or a black hole that probing walked around."))

  /// The corresponding C member is tcpi_rcv_ssthresh; unit: bytes.
  public static let rcv_ssthresh = Field(
    "rcv_ssthresh", label: "rcv_ssthresh", Layout(.tcpInfo, at: 64, width: 4), .gauge,
    Entry(
      "rcv_ssthresh", aliases: ["tcpi_rcv_ssthresh"], topic: .field, unit: .bytes,
      summary: "present ceiling of the window this side will announce",
      meaning: """
        A slow start for receiving: begins small and grows as long as the packets that come make good use of their memory; shrinks under \
        memory pressure. The buffer may be far larger while this still holds the window back.
        """,
      ss: "rcv_ssthresh:N",
      netstat: "not shown",
      source: KernelSource("tcpi_rcv_ssthresh", "tcp_grow_window()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_rmem", "net.ipv4.tcp_mem"]))

  /// The corresponding C member is tcpi_rtt; unit: microseconds.
  public static let rtt = Field(
    "rtt", label: "rtt", Layout(.tcpInfo, at: 68, width: 4), .gauge,
    Entry(
      "rtt", aliases: ["tcpi_rtt", "round trip time"], topic: .field, unit: .microseconds,
      summary: "smoothed round trip time",
      meaning: """
        An average in which each new sample weighs one eighth, taken from timestamps or from segments that were not retransmitted. It \
        includes the peer's delay in acknowledging (up to 40 ms or more for single small segments) and every queue on the way. 0 until \
        the first sample.
        """,
      formula: "7/8 old + 1/8 sample",
      ss: "rtt:MS/VAR, first number",
      netstat: "not shown",
      source: KernelSource("tcpi_rtt", "tcp_rtt_estimator()", "net/ipv4/tcp_input.c", "6.12"),
      advice: "Far above min_rtt: queues are filling somewhere, or the peer delays its ACKs."))

  /// The corresponding C member is tcpi_rttvar; unit: microseconds.
  public static let rttvar = Field(
    "rttvar", label: nil, Layout(.tcpInfo, at: 72, width: 4), .gauge,
    Entry(
      "rttvar", aliases: ["tcpi_rttvar", "mdev"], topic: .field, unit: .microseconds,
      summary: "how much the round trip time scatters: its mean deviation",
      meaning: """
        Smoothed like the RTT itself, with weight one quarter. The timeout uses a relative of it that is never below tcp_rto_min, so rto \
        cannot be recomputed exactly from what is shown.
        """,
      formula: "3/4 old + 1/4 |sample - rtt|, slower when falling",
      ss: "second number of rtt:MS/VAR",
      netstat: "not shown",
      source: KernelSource("tcpi_rttvar", "tcp_rtt_estimator()", "net/ipv4/tcp_input.c", "6.12")))

  /// The corresponding C member is tcpi_snd_ssthresh; unit: packets.
  public static let snd_ssthresh = Field(
    "snd_ssthresh", label: "ssthresh", Layout(.tcpInfo, at: 76, width: 4), .gauge,
    Entry(
      "snd_ssthresh", aliases: ["tcpi_snd_ssthresh", "ssthresh"], topic: .field, unit: .packets,
      summary: "congestion window at which growth turns from doubling to cautious",
      meaning: """
        Below it the sender is in slow start. 2147483647 (0x7fffffff) means that no loss has set it yet. Each reduction of the \
        congestion control sets it, CUBIC to 0.7 and Reno to 0.5 of the window; with BBR it has no force.
        """,
      ss: "ssthresh:N, hidden from 65535 on",
      netstat: "not shown",
      source: KernelSource("tcpi_snd_ssthresh", "tcp_init_cwnd_reduction()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_no_ssthresh_metrics_save", "net.ipv4.tcp_no_metrics_save"],
      advice: "Small on a fat path: losses happened early; new connections may inherit it from the route's metrics."))

  /// The corresponding C member is tcpi_snd_cwnd; unit: packets.
  public static let snd_cwnd = Field(
    "snd_cwnd", label: "cwnd", Layout(.tcpInfo, at: 80, width: 4), .gauge,
    Entry(
      "snd_cwnd", aliases: ["tcpi_snd_cwnd", "cwnd"], topic: .field, unit: .packets,
      summary: "congestion window: how many segments may be in flight",
      meaning: """
        Begins at 10, grows with ACKs, is cut by losses and ECN marks, and shrinks after idle periods if tcp_slow_start_after_idle is 1. \
        It limits only when it is full: a program that writes little leaves it where it was. 1 or 2 after a timeout. A listener shows 10 \
        without any meaning.
        """,
      formula: "rate ≈ cwnd × mss / rtt",
      ss: "cwnd:N",
      netstat: "not shown",
      source: KernelSource("tcpi_snd_cwnd", "tcp_cong_avoid_ai()", "net/ipv4/tcp_cong.c", "6.12"),
      settings: ["net.ipv4.tcp_congestion_control", "net.ipv4.tcp_slow_start_after_idle"],
      advice: "Small beside unacked equal to it: the path's losses decide the speed; see retrans, lost and ssthresh."))

  /// The corresponding C member is tcpi_advmss; unit: bytes.
  public static let advmss = Field(
    "advmss", label: "advmss", Layout(.tcpInfo, at: 84, width: 4), .gauge,
    Entry(
      "advmss", aliases: ["tcpi_advmss"], topic: .field, unit: .bytes,
      summary: "MSS this side announced in its SYN",
      meaning: """
        From the outgoing route's MTU (or its advmss), 1460 on Ethernet with IPv4. Asymmetric routes can make it larger than what fits \
        on the way back; a middlebox may have rewritten it without this host knowing.
        """,
      ss: "advmss:N",
      netstat: "not shown",
      source: KernelSource("tcpi_advmss", "tcp_advertise_mss()", "net/ipv4/tcp_output.c", "6.12"),
      settings: ["TCP_MAXSEG", "net.ipv4.tcp_min_snd_mss"]))

  /// The corresponding C member is tcpi_reordering; unit: packets.
  public static let reordering = Field(
    "reordering", label: "reordering", Layout(.tcpInfo, at: 88, width: 4), .gauge,
    Entry(
      "reordering", aliases: ["tcpi_reordering"], topic: .field, unit: .packets,
      summary: "how many places a segment may be late before it counts as lost",
      meaning: """
        Begins at 3 (tcp_reordering), grows up to tcp_max_reordering when the path is seen to reorder, and is remembered per route. With \
        RACK, time matters more than this count.
        """,
      ss: "reordering:N, hidden when 3",
      netstat: "not shown",
      source: KernelSource("tcpi_reordering", "tcp_check_sack_reordering()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_reordering", "net.ipv4.tcp_max_reordering"],
      advice: "Large: packets of one flow travel by several paths (bonding, per-packet balancing)."))

  /// The corresponding C member is tcpi_rcv_rtt; unit: microseconds.
  public static let rcv_rtt = Field(
    "rcv_rtt", label: "rcv_rtt", Layout(.tcpInfo, at: 92, width: 4), .gauge,
    Entry(
      "rcv_rtt", aliases: ["tcpi_rcv_rtt"], topic: .field, unit: .microseconds,
      summary: "the receiver's own estimate of the round trip time",
      meaning: """
        From echoed timestamps, otherwise from the time the peer takes to send a window's worth, which overestimates. It clocks receive \
        buffer autotuning only. 0 until enough has arrived.
        """,
      ss: "rcv_rtt:MS",
      netstat: "not shown",
      source: KernelSource("tcpi_rcv_rtt", "tcp_rcv_rtt_update()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_moderate_rcvbuf", "net.ipv4.tcp_timestamps"]))

  /// The corresponding C member is tcpi_rcv_space; unit: bytes.
  public static let rcv_space = Field(
    "rcv_space", label: "rcv_space", Layout(.tcpInfo, at: 96, width: 4), .gauge,
    Entry(
      "rcv_space", aliases: ["tcpi_rcv_space"], topic: .field, unit: .bytes,
      summary: "most bytes the program has consumed within one round trip",
      meaning: """
        The yardstick of autotuning: when the program reads more per round trip than ever before, the buffer grows to about twice that. \
        Starts near ten segments and hardly ever falls. A value far under the path's capacity means that the program reads slowly or the \
        sender sends little.
        """,
      ss: "rcv_space:N",
      netstat: "not shown",
      source: KernelSource("tcpi_rcv_space", "tcp_rcv_space_adjust()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_moderate_rcvbuf", "net.ipv4.tcp_rmem"]))
}
