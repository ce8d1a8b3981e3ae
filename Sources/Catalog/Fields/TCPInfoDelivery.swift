// swift-format-ignore-file: AlwaysUseLowerCamelCase
// struct tcp_info, fourth part: delivery, duplicates, windows, timeouts.
// Names follow the kernel's members, so that a reader can search for them.

extension Field {
  /// The members of struct tcp_info from delivery to the timeouts' totals, in wire order.
  public static let tcpInfoDelivery: [Field] = [
    .delivered, .delivered_ce, .bytes_sent, .bytes_retrans, .dsack_dups, .reord_seen, .rcv_ooopack, .snd_wnd, .rcv_wnd, .rehash, .total_rto,
    .total_rto_recoveries, .total_rto_time,
  ]

  /// The corresponding C member is tcpi_delivered; unit: packets.
  public static let delivered = Field(
    "delivered", label: "delivered", Layout(.tcpInfo, at: 192, width: 4), .counter,
    Entry(
      "delivered", aliases: ["tcpi_delivered"], topic: .field, unit: .packets,
      summary: "segments the peer is known to hold, in order or not",
      meaning: """
        Counts an ACK or SACK of each segment once, plus one for each duplicate reported by DSACK; the handshake counts as 1. The clock \
        by which rate samples and BBR's rounds run.
        """,
      ss: "delivered:N",
      netstat: "not shown",
      source: KernelSource("tcpi_delivered", "tcp_count_delivered()", "net/ipv4/tcp_input.c", "6.12"),
      advice: "Still 1 with data sent: nothing beyond the handshake has got through."))

  /// The corresponding C member is tcpi_delivered_ce; unit: packets.
  public static let delivered_ce = Field(
    "delivered_ce", label: "delivered_ce", Layout(.tcpInfo, at: 196, width: 4), .counter,
    Entry(
      "delivered_ce", aliases: ["tcpi_delivered_ce"], topic: .field, unit: .packets,
      summary: "delivered segments whose ACK reported congestion marks",
      meaning: """
        With classic ECN (RFC 3168) all segments covered by an ACK with the echo flag, which exaggerates; with Accurate ECN the peer's \
        exact count of marked packets. Always 0 without ECN.
        """,
      formula: "mark rate = delivered_ce / delivered",
      ss: "delivered_ce:N",
      netstat: "not shown",
      source: KernelSource("tcpi_delivered_ce", "tcp_count_delivered_ce()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_ecn"],
      advice: "Rising: a queue on the way marks instead of dropping; congestion control is at work."))

  /// The corresponding C member is tcpi_bytes_sent; unit: bytes.
  public static let bytes_sent = Field(
    "bytes_sent", label: "bytes_sent", Layout(.tcpInfo, at: 200, width: 8), .counter,
    Entry(
      "bytes_sent", aliases: ["tcpi_bytes_sent"], topic: .field, unit: .bytes,
      summary: "payload bytes handed to the network, repeats included",
      meaning: "Each transmission counts again. Subtract bytes_retrans for what was sent for the first time.",
      formula: "bytes_sent - bytes_retrans = first transmissions",
      ss: "bytes_sent:N",
      netstat: "not shown",
      source: KernelSource("tcpi_bytes_sent", "__tcp_transmit_skb()", "net/ipv4/tcp_output.c", "6.12")))

  /// The corresponding C member is tcpi_bytes_retrans; unit: bytes.
  public static let bytes_retrans = Field(
    "bytes_retrans", label: "bytes_retrans", Layout(.tcpInfo, at: 208, width: 8), .counter,
    Entry(
      "bytes_retrans", aliases: ["tcpi_bytes_retrans"], topic: .field, unit: .bytes,
      summary: "payload bytes that were sent again",
      meaning: """
        The cost of loss in bytes; the ratio to bytes_sent weighs small and large segments rightly, other than the ratio of segments.
        """,
      ss: "bytes_retrans:N",
      netstat: "not shown",
      source: KernelSource("tcpi_bytes_retrans", "__tcp_retransmit_skb()", "net/ipv4/tcp_output.c", "6.12"),
      advice: "Above 1 % of bytes_sent: find the lossy hop, or a policer."))

  /// The corresponding C member is tcpi_dsack_dups; unit: a count.
  public static let dsack_dups = Field(
    "dsack_dups", label: "dsack_dups", Layout(.tcpInfo, at: 216, width: 4), .counter,
    Entry(
      "dsack_dups", aliases: ["tcpi_dsack_dups"], topic: .field, unit: .count,
      summary: "duplicates of our data that the peer reported",
      meaning: """
        Each DSACK tells of a segment that arrived twice: a retransmission that was not needed, or a copy made by the network. Counted \
        in segments of one MSS.
        """,
      ss: "dsack_dups:N",
      netstat: "not shown",
      source: KernelSource("tcpi_dsack_dups", "tcp_dsack_seen()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_dsack"],
      advice: "Near total_retrans: the retransmissions were spurious (reordering or a delay spike), not losses."))

  /// The corresponding C member is tcpi_reord_seen; unit: times.
  public static let reord_seen = Field(
    "reord_seen", label: "reord_seen", Layout(.tcpInfo, at: 220, width: 4), .counter,
    Entry(
      "reord_seen", aliases: ["tcpi_reord_seen"], topic: .field, unit: .times,
      summary: "times that reordering was proven",
      meaning: """
        A segment that had never been retransmitted was acknowledged after later ones. Once it is above 0 RACK allows packets a waiting \
        time instead of the three-duplicates rule.
        """,
      ss: "reord_seen:N",
      netstat: "not shown",
      source: KernelSource("tcpi_reord_seen", "tcp_check_sack_reordering()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_max_reordering", "net.ipv4.tcp_recovery"]))

  /// The corresponding C member is tcpi_rcv_ooopack; unit: packets.
  public static let rcv_ooopack = Field(
    "rcv_ooopack", label: "rcv_ooopack", Layout(.tcpInfo, at: 224, width: 4), .counter,
    Entry(
      "rcv_ooopack", aliases: ["tcpi_rcv_ooopack"], topic: .field, unit: .packets,
      summary: "segments that arrived ahead of a gap",
      meaning: """
        Counted when a segment is put in the out-of-order queue: either an earlier one was lost, or packets overtook each other. The \
        receiver's counterpart of the sender's loss figures, useful when only this end can be seen.
        """,
      ss: "rcv_ooopack:N",
      netstat: "not shown",
      source: KernelSource("tcpi_rcv_ooopack", "tcp_data_queue_ofo()", "net/ipv4/tcp_input.c", "6.12"),
      advice: "Above 1 % of data_segs_in: loss or reordering on the way towards this host."))

  /// The corresponding C member is tcpi_snd_wnd; unit: bytes.
  public static let snd_wnd = Field(
    "snd_wnd", label: "snd_wnd", Layout(.tcpInfo, at: 228, width: 4), .gauge,
    Entry(
      "snd_wnd", aliases: ["tcpi_snd_wnd", "peer window"], topic: .field, unit: .bytes,
      summary: "receive window the peer last announced, already scaled",
      meaning: """
        How much may be unacknowledged as far as the peer is concerned. 0 is a closed window: the peer's program does not read, and the \
        persist timer probes. Before kernel 5.4 it was not reported.
        """,
      ss: "snd_wnd:N",
      netstat: "not shown",
      source: KernelSource("tcpi_snd_wnd", "tcp_ack_update_window()", "net/ipv4/tcp_input.c", "6.12"),
      advice: "0 or less than one mss: it is the peer's program that must be looked at."))

  /// The corresponding C member is tcpi_rcv_wnd; unit: bytes.
  public static let rcv_wnd = Field(
    "rcv_wnd", label: "rcv_wnd", Layout(.tcpInfo, at: 232, width: 4), .gauge,
    Entry(
      "rcv_wnd", aliases: ["tcpi_rcv_wnd", "own window"], topic: .field, unit: .bytes,
      summary: "receive window this side last announced, already scaled",
      meaning: """
        As of the last ACK sent: some of it may have been used since. It is not taken back as a rule, so it can exceed what the buffer \
        would offer now. Small values beside a full Recv-Q mean our own program is the brake.
        """,
      ss: "rcv_wnd:N (not in 6.1)",
      netstat: "not shown",
      source: KernelSource("tcpi_rcv_wnd", "tcp_select_window()", "net/ipv4/tcp_output.c", "6.12"),
      settings: ["net.ipv4.tcp_rmem", "net.ipv4.tcp_shrink_window"]))

  /// The corresponding C member is tcpi_rehash; unit: times.
  public static let rehash = Field(
    "rehash", label: "rehash", Layout(.tcpInfo, at: 236, width: 4), .counter,
    Entry(
      "rehash", aliases: ["tcpi_rehash"], topic: .field, unit: .times,
      summary: "times this side changed its flow hash to look for a better path",
      meaning: """
        After a timeout, or under Protective Load Balancing, the hash is drawn anew; where IPv6 flow labels or encapsulation depend on \
        it, the routers' multipath choice changes. Harmless, but a sign of trouble on the former path.
        """,
      formula: "plb_rehash + timeout_rehash",
      ss: "rehash:N (not in 6.1)",
      netstat: "not shown",
      source: KernelSource("tcpi_rehash", "sk_rethink_txhash()", "include/net/sock.h", "6.12"),
      settings: ["net.ipv4.tcp_plb_enabled", "net.core.txrehash", "SO_TXREHASH"]))

  /// The corresponding C member is tcpi_total_rto; unit: times.
  public static let total_rto = Field(
    "total_rto", label: "total_rto", Layout(.tcpInfo, at: 240, width: 2), .counter,
    Entry(
      "total_rto", aliases: ["tcpi_total_rto"], topic: .field, unit: .times,
      summary: "retransmission timeouts since the connection began",
      meaning: """
        SYN and SYN-ACK timeouts included. Each one means a pause of 200 ms or more with the default minimum, which users feel; fast \
        retransmissions are not in it. A 16-bit count, added in kernel 6.7.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_total_rto", "tcp_update_rto_stats()", "net/ipv4/tcp_timer.c", "6.12"),
      settings: ["net.ipv4.tcp_early_retrans", "net.ipv4.tcp_rto_min_us"],
      advice: "Growing on a busy connection: lost tails or bursts; see whether tail loss probes are on (tcp_early_retrans)."))

  /// The corresponding C member is tcpi_total_rto_recoveries; unit: times.
  public static let total_rto_recoveries = Field(
    "total_rto_recoveries", label: "total_rto_recoveries", Layout(.tcpInfo, at: 242, width: 2), .counter,
    Entry(
      "total_rto_recoveries", aliases: ["tcpi_total_rto_recoveries"], topic: .field, unit: .times,
      summary: "separate episodes of timeouts",
      meaning: """
        Consecutive timeouts of one outage are one episode, the current one included. total_rto divided by it tells whether outages are \
        short (near 1) or long.
        """,
      formula: "average depth = total_rto / total_rto_recoveries",
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_total_rto_recoveries", "tcp_update_rto_stats()", "net/ipv4/tcp_timer.c", "6.12")))

  /// The corresponding C member is tcpi_total_rto_time; unit: milliseconds.
  public static let total_rto_time = Field(
    "total_rto_time", label: "total_rto_time", Layout(.tcpInfo, at: 244, width: 4), .counter,
    Entry(
      "total_rto_time", aliases: ["tcpi_total_rto_time"], topic: .field, unit: .milliseconds,
      summary: "time spent in recovering from timeouts",
      meaning: """
        From the first timeout of each episode until the lost flight was acknowledged, the present one running along. Add about one rto \
        per episode for the silence before the first timer fired.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_total_rto_time", "tcp_update_rto_time()", "net/ipv4/tcp_input.c", "6.12")))
}
