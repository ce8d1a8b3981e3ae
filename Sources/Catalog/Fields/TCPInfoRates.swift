// swift-format-ignore-file: AlwaysUseLowerCamelCase
// struct tcp_info, third part: totals and rates.
// Names follow the kernel's members, so that a reader can search for them.

extension Field {
  /// The members of struct tcp_info from the totals to what limited the sender, in wire order.
  public static let tcpInfoRates: [Field] = [
    .total_retrans, .pacing_rate, .max_pacing_rate, .bytes_acked, .bytes_received, .segs_out, .segs_in, .notsent_bytes, .min_rtt,
    .data_segs_in, .data_segs_out, .delivery_rate, .busy_time, .rwnd_limited, .sndbuf_limited,
  ]

  /// The corresponding C member is tcpi_total_retrans; unit: packets.
  public static let total_retrans = Field(
    "total_retrans", label: nil, Layout(.tcpInfo, at: 100, width: 4), .counter,
    Entry(
      "total_retrans", aliases: ["tcpi_total_retrans"], topic: .field, unit: .packets,
      summary: "segments sent again since the connection began",
      meaning: """
        SYN, FIN, data and tail loss probes that repeat data alike; for an accepted connection the repeated SYN-ACKs are included from \
        the start. Compared with data_segs_out it gives the retransmission ratio; spurious ones (dsack_dups) are not subtracted.
        """,
      formula: "ratio = total_retrans / data_segs_out",
      ss: "second number of retrans:N/TOTAL",
      netstat: "not shown",
      source: KernelSource("tcpi_total_retrans", "__tcp_retransmit_skb()", "net/ipv4/tcp_output.c", "6.12"),
      settings: ["net.ipv4.tcp_recovery"],
      advice: "Over 1 % on a connection of some size: the path loses; under 0.1 % is everyday."))

  /// The corresponding C member is tcpi_pacing_rate; unit: bytes/s.
  public static let pacing_rate = Field(
    "pacing_rate", label: "pacing_rate", Layout(.tcpInfo, at: 104, width: 8), .gauge,
    Entry(
      "pacing_rate", aliases: ["tcpi_pacing_rate"], topic: .field, unit: .bytesPerSecond,
      summary: "speed limit at which segments are released",
      meaning: """
        Twice (slow start) or 1.2 times the rate cwnd × mss / rtt, unless BBR sets it. Enforced only by the fq queueing discipline or \
        TCP's own pacing timer when pacing is requested; otherwise it still sizes TSO bursts and TCP Small Queues. All ones means no \
        limit.
        """,
      formula: "mss × cwnd / rtt × 200 % or 120 %",
      ss: "pacing_rate N bps: in bits; hidden when 0 or unlimited",
      netstat: "not shown",
      source: KernelSource("tcpi_pacing_rate", "tcp_update_pacing_rate()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_pacing_ss_ratio", "net.ipv4.tcp_pacing_ca_ratio", "SO_MAX_PACING_RATE"]))

  /// The corresponding C member is tcpi_max_pacing_rate; unit: bytes/s.
  public static let max_pacing_rate = Field(
    "max_pacing_rate", label: nil, Layout(.tcpInfo, at: 112, width: 8), .gauge,
    Entry(
      "max_pacing_rate", aliases: ["tcpi_max_pacing_rate"], topic: .field, unit: .bytesPerSecond,
      summary: "upper bound for pacing, from the program",
      meaning: """
        SO_MAX_PACING_RATE; all ones when never set, which is the usual case. A video or backup server that looks slow for no visible \
        reason may have limited itself here.
        """,
      ss: "behind the slash of pacing_rate, when limited",
      netstat: "not shown",
      source: KernelSource("tcpi_max_pacing_rate", "sk_setsockopt()", "net/core/sock.c", "6.12"),
      settings: ["SO_MAX_PACING_RATE"]))

  /// The corresponding C member is tcpi_bytes_acked; unit: bytes.
  public static let bytes_acked = Field(
    "bytes_acked", label: "bytes_acked", Layout(.tcpInfo, at: 120, width: 8), .counter,
    Entry(
      "bytes_acked", aliases: ["tcpi_bytes_acked"], topic: .field, unit: .bytes,
      summary: "bytes of this side that the peer has acknowledged",
      meaning: """
        Sums every advance of the oldest unacknowledged byte; what a connect()ed side sent as SYN and either side's FIN add 1 each. \
        SACKed data behind a hole is not in it. If it is 1 or 0 long after data was written, the peer has taken none of it.
        """,
      formula: "bytes_sent - bytes_retrans - in flight, plus 1 for SYN and FIN",
      ss: "bytes_acked:N",
      netstat: "not shown",
      source: KernelSource("tcpi_bytes_acked", "tcp_snd_una_update()", "net/ipv4/tcp_input.c", "6.12"),
      advice: "Stuck at the handshake's value while we retransmit: the peer's accept queue is probably full."))

  /// The corresponding C member is tcpi_bytes_received; unit: bytes.
  public static let bytes_received = Field(
    "bytes_received", label: "bytes_received", Layout(.tcpInfo, at: 128, width: 8), .counter,
    Entry(
      "bytes_received", aliases: ["tcpi_bytes_received"], topic: .field, unit: .bytes,
      summary: "bytes received in order from the peer",
      meaning: """
        Every advance of the next expected byte, each payload byte once whatever was repeated; the peer's FIN adds 1. Data waiting \
        behind a hole is not in it, data the program has not read is.
        """,
      ss: "bytes_received:N",
      netstat: "not shown",
      source: KernelSource("tcpi_bytes_received", "tcp_rcv_nxt_update()", "net/ipv4/tcp_input.c", "6.12")))

  /// The corresponding C member is tcpi_segs_out; unit: segments.
  public static let segs_out = Field(
    "segs_out", label: "segs_out", Layout(.tcpInfo, at: 136, width: 4), .counter,
    Entry(
      "segs_out", aliases: ["tcpi_segs_out"], topic: .field, unit: .segments,
      summary: "segments this socket has sent, of every kind",
      meaning: """
        Bare ACKs, SYN, FIN, retransmissions and probes included, large TSO packets counted by the segments they become. SYN-ACKs are \
        sent by the request before this socket exists and are missing for accepted connections.
        """,
      ss: "segs_out:N",
      netstat: "not shown",
      source: KernelSource("tcpi_segs_out", "__tcp_transmit_skb()", "net/ipv4/tcp_output.c", "6.12")))

  /// The corresponding C member is tcpi_segs_in; unit: segments.
  public static let segs_in = Field(
    "segs_in", label: "segs_in", Layout(.tcpInfo, at: 140, width: 4), .counter,
    Entry(
      "segs_in", aliases: ["tcpi_segs_in"], topic: .field, unit: .segments,
      summary: "segments this socket has received, of every kind",
      meaning: """
        Packets merged by GRO count as the segments they were. An accepted connection starts with 1. Out-of-window duplicates count too, \
        so the number also rises under retransmissions of the peer.
        """,
      ss: "segs_in:N",
      netstat: "not shown",
      source: KernelSource("tcpi_segs_in", "tcp_segs_in()", "include/net/tcp.h", "6.12")))

  /// The corresponding C member is tcpi_notsent_bytes; unit: bytes.
  public static let notsent_bytes = Field(
    "notsent_bytes", label: "notsent", Layout(.tcpInfo, at: 144, width: 4), .gauge,
    Entry(
      "notsent_bytes", aliases: ["tcpi_notsent_bytes", "notsent"], topic: .field, unit: .bytes,
      summary: "bytes written by the program and never transmitted yet",
      meaning: """
        The part of Send-Q that waits here, because of the congestion window, the peer's window, pacing or Nagle's algorithm; the rest \
        is in flight. It grows while cwnd or window are the limit and sits at 0 when the program is.
        """,
      formula: "write_seq - snd_nxt",
      ss: "notsent:N",
      netstat: "not shown",
      source: KernelSource("tcpi_notsent_bytes", "tcp_get_info()", "net/ipv4/tcp.c", "6.12"),
      settings: ["net.ipv4.tcp_notsent_lowat", "TCP_NOTSENT_LOWAT", "TCP_NODELAY"],
      advice: "Large for long: compare cwnd with unacked and snd_wnd to see which one holds it."))

  /// The corresponding C member is tcpi_min_rtt; unit: microseconds.
  public static let min_rtt = Field(
    "min_rtt", label: "minrtt", Layout(.tcpInfo, at: 148, width: 4), .gauge,
    Entry(
      "min_rtt", aliases: ["tcpi_min_rtt", "minrtt"], topic: .field, unit: .microseconds,
      summary: "least round trip time seen in the last five minutes",
      meaning: """
        A windowed minimum, the best guess at the path without queues. All ones (4294967295) means no sample yet. It is not smoothed and \
        excludes retransmitted segments.
        """,
      formula: "queueing delay ≈ rtt - min_rtt",
      ss: "minrtt:MS, hidden without sample",
      netstat: "not shown",
      source: KernelSource("tcpi_min_rtt", "tcp_update_rtt_min()", "net/ipv4/tcp_input.c", "6.12"),
      settings: ["net.ipv4.tcp_min_rtt_wlen"]))

  /// The corresponding C member is tcpi_data_segs_in; unit: segments.
  public static let data_segs_in = Field(
    "data_segs_in", label: "data_segs_in", Layout(.tcpInfo, at: 152, width: 4), .counter,
    Entry(
      "data_segs_in", aliases: ["tcpi_data_segs_in"], topic: .field, unit: .segments,
      summary: "received segments that carried payload",
      meaning: """
        In contrast to segs_in, bare ACKs are left out, duplicates are not. Half of segs_in or less is usual for a sender, nearly all of \
        it for a receiver.
        """,
      ss: "data_segs_in:N",
      netstat: "not shown",
      source: KernelSource("tcpi_data_segs_in", "tcp_segs_in()", "include/net/tcp.h", "6.12")))

  /// The corresponding C member is tcpi_data_segs_out; unit: segments.
  public static let data_segs_out = Field(
    "data_segs_out", label: "data_segs_out", Layout(.tcpInfo, at: 156, width: 4), .counter,
    Entry(
      "data_segs_out", aliases: ["tcpi_data_segs_out"], topic: .field, unit: .segments,
      summary: "segments with payload that left this socket",
      meaning: """
        Retransmissions included. The denominator for loss ratios: ACKs are not in it. Wraps at 2^32, after some 6 TB of full segments.
        """,
      ss: "data_segs_out:N",
      netstat: "not shown",
      source: KernelSource("tcpi_data_segs_out", "__tcp_transmit_skb()", "net/ipv4/tcp_output.c", "6.12")))

  /// The corresponding C member is tcpi_delivery_rate; unit: bytes/s.
  public static let delivery_rate = Field(
    "delivery_rate", label: "delivery_rate", Layout(.tcpInfo, at: 160, width: 8), .gauge,
    Entry(
      "delivery_rate", aliases: ["tcpi_delivery_rate"], topic: .field, unit: .bytesPerSecond,
      summary: "rate at which the network recently delivered to the peer",
      meaning: """
        From the last rate sample: how much was acknowledged over how long, the longer of the sending and the acknowledging interval. A \
        sample limited by the program is kept only if it is higher than what was known. This is goodput toward the peer's kernel, not \
        what the peer's program read.
        """,
      formula: "rate_delivered × mss / rate_interval",
      ss: "delivery_rate N bps, in bits",
      netstat: "not shown",
      source: KernelSource("tcpi_delivery_rate", "tcp_compute_delivery_rate()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_busy_time; unit: microseconds.
  public static let busy_time = Field(
    "busy_time", label: "busy", Layout(.tcpInfo, at: 168, width: 8), .counter,
    Entry(
      "busy_time", aliases: ["tcpi_busy_time", "busy"], topic: .field, unit: .microseconds,
      summary: "time the connection had something to send or in flight",
      meaning: """
        From the first unacknowledged byte until all is acknowledged, summed over the connection's life; the two limited times below are \
        parts of it. What remains after them was limited by the congestion window and the path. Kept in ticks.
        """,
      formula: "busy + rwnd_limited + sndbuf_limited clocks",
      ss: "busy:MS (milliseconds)",
      netstat: "not shown",
      source: KernelSource("tcpi_busy_time", "tcp_get_info_chrono_stats()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rwnd_limited; unit: microseconds.
  public static let rwnd_limited = Field(
    "rwnd_limited", label: "rwnd_limited", Layout(.tcpInfo, at: 176, width: 8), .counter,
    Entry(
      "rwnd_limited", aliases: ["tcpi_rwnd_limited"], topic: .field, unit: .microseconds,
      summary: "part of the busy time in which the peer's receive window was the brake",
      meaning: """
        Runs while data waits and the announced window is full although the congestion window has room. The culprit is the receiving \
        program or its buffer, not the network.
        """,
      formula: "share = rwnd_limited / busy_time",
      ss: "rwnd_limited:MS(PERCENT)",
      netstat: "not shown",
      source: KernelSource("tcpi_rwnd_limited", "tcp_chrono_start()", "net/ipv4/tcp_output.c", "6.12"),
      settings: ["net.ipv4.tcp_rmem"],
      advice: "Above some 10 %: look at the peer's Recv-Q and its tcp_rmem."))

  /// The corresponding C member is tcpi_sndbuf_limited; unit: microseconds.
  public static let sndbuf_limited = Field(
    "sndbuf_limited", label: "sndbuf_limited", Layout(.tcpInfo, at: 184, width: 8), .counter,
    Entry(
      "sndbuf_limited", aliases: ["tcpi_sndbuf_limited"], topic: .field, unit: .microseconds,
      summary: "time the program waited for send buffer space with nothing left to transmit",
      meaning: """
        Runs when the queue ran dry while the program was blocked for buffer space: the buffer is too small for the bandwidth-delay \
        product. It takes precedence over the window's clock.
        """,
      ss: "sndbuf_limited:MS(PERCENT)",
      netstat: "not shown",
      source: KernelSource("tcpi_sndbuf_limited", "tcp_cwnd_validate()", "net/ipv4/tcp_output.c", "6.12"),
      settings: ["net.ipv4.tcp_wmem", "SO_SNDBUF"],
      advice: "Any noticeable share: leave SO_SNDBUF unset, or raise tcp_wmem's maximum."))
}
