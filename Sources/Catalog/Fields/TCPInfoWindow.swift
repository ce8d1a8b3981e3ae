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
      summary: "unacked",
      meaning:
        "",
      source: KernelSource("tcpi_unacked", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_sacked; unit: packets.
  public static let sacked = Field(
    "sacked", label: "sacked", Layout(.tcpInfo, at: 28, width: 4), .gauge,
    Entry(
      "sacked", aliases: ["tcpi_sacked"], topic: .field, unit: .packets,
      summary: "sacked",
      meaning:
        "",
      source: KernelSource("tcpi_sacked", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_lost; unit: packets.
  public static let lost = Field(
    "lost", label: "lost", Layout(.tcpInfo, at: 32, width: 4), .gauge,
    Entry(
      "lost", aliases: ["tcpi_lost"], topic: .field, unit: .packets,
      summary: "lost",
      meaning:
        "",
      source: KernelSource("tcpi_lost", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_retrans; unit: packets.
  public static let tcpi_retrans = Field(
    "retrans", label: "retrans", Layout(.tcpInfo, at: 36, width: 4), .gauge,
    Entry(
      "retrans", aliases: ["tcpi_retrans"], topic: .field, unit: .packets,
      summary: "retrans",
      meaning:
        "",
      source: KernelSource("tcpi_retrans", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_fackets; unit: packets.
  public static let fackets = Field(
    "fackets", label: "fackets", Layout(.tcpInfo, at: 40, width: 4), .gauge,
    Entry(
      "fackets", aliases: ["tcpi_fackets"], topic: .field, unit: .packets,
      summary: "fackets",
      meaning:
        "",
      source: KernelSource("tcpi_fackets", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_last_data_sent; unit: milliseconds.
  public static let last_data_sent = Field(
    "last_data_sent", label: "lastsnd", Layout(.tcpInfo, at: 44, width: 4), .gauge,
    Entry(
      "last_data_sent", aliases: ["tcpi_last_data_sent"], topic: .field, unit: .milliseconds,
      summary: "last_data_sent",
      meaning:
        "",
      source: KernelSource("tcpi_last_data_sent", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_last_ack_sent; unit: milliseconds.
  public static let last_ack_sent = Field(
    "last_ack_sent", label: nil, Layout(.tcpInfo, at: 48, width: 4), .gauge,
    Entry(
      "last_ack_sent", aliases: ["tcpi_last_ack_sent"], topic: .field, unit: .milliseconds,
      summary: "last_ack_sent",
      meaning:
        "",
      source: KernelSource("tcpi_last_ack_sent", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_last_data_recv; unit: milliseconds.
  public static let last_data_recv = Field(
    "last_data_recv", label: "lastrcv", Layout(.tcpInfo, at: 52, width: 4), .gauge,
    Entry(
      "last_data_recv", aliases: ["tcpi_last_data_recv"], topic: .field, unit: .milliseconds,
      summary: "last_data_recv",
      meaning:
        "",
      source: KernelSource("tcpi_last_data_recv", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_last_ack_recv; unit: milliseconds.
  public static let last_ack_recv = Field(
    "last_ack_recv", label: "lastack", Layout(.tcpInfo, at: 56, width: 4), .gauge,
    Entry(
      "last_ack_recv", aliases: ["tcpi_last_ack_recv"], topic: .field, unit: .milliseconds,
      summary: "last_ack_recv",
      meaning:
        "",
      source: KernelSource("tcpi_last_ack_recv", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_pmtu; unit: bytes.
  public static let pmtu = Field(
    "pmtu", label: "pmtu", Layout(.tcpInfo, at: 60, width: 4), .gauge,
    Entry(
      "pmtu", aliases: ["tcpi_pmtu"], topic: .field, unit: .bytes,
      summary: "pmtu",
      meaning:
        "",
      source: KernelSource("tcpi_pmtu", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rcv_ssthresh; unit: bytes.
  public static let rcv_ssthresh = Field(
    "rcv_ssthresh", label: "rcv_ssthresh", Layout(.tcpInfo, at: 64, width: 4), .gauge,
    Entry(
      "rcv_ssthresh", aliases: ["tcpi_rcv_ssthresh"], topic: .field, unit: .bytes,
      summary: "rcv_ssthresh",
      meaning:
        "",
      source: KernelSource("tcpi_rcv_ssthresh", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rtt; unit: microseconds.
  public static let rtt = Field(
    "rtt", label: "rtt", Layout(.tcpInfo, at: 68, width: 4), .gauge,
    Entry(
      "rtt", aliases: ["tcpi_rtt"], topic: .field, unit: .microseconds,
      summary: "rtt",
      meaning:
        "",
      source: KernelSource("tcpi_rtt", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rttvar; unit: microseconds.
  public static let rttvar = Field(
    "rttvar", label: nil, Layout(.tcpInfo, at: 72, width: 4), .gauge,
    Entry(
      "rttvar", aliases: ["tcpi_rttvar"], topic: .field, unit: .microseconds,
      summary: "rttvar",
      meaning:
        "",
      source: KernelSource("tcpi_rttvar", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_snd_ssthresh; unit: packets.
  public static let snd_ssthresh = Field(
    "snd_ssthresh", label: "ssthresh", Layout(.tcpInfo, at: 76, width: 4), .gauge,
    Entry(
      "snd_ssthresh", aliases: ["tcpi_snd_ssthresh"], topic: .field, unit: .packets,
      summary: "snd_ssthresh",
      meaning:
        "",
      source: KernelSource("tcpi_snd_ssthresh", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_snd_cwnd; unit: packets.
  public static let snd_cwnd = Field(
    "snd_cwnd", label: "cwnd", Layout(.tcpInfo, at: 80, width: 4), .gauge,
    Entry(
      "snd_cwnd", aliases: ["tcpi_snd_cwnd"], topic: .field, unit: .packets,
      summary: "snd_cwnd",
      meaning:
        "",
      source: KernelSource("tcpi_snd_cwnd", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_advmss; unit: bytes.
  public static let advmss = Field(
    "advmss", label: "advmss", Layout(.tcpInfo, at: 84, width: 4), .gauge,
    Entry(
      "advmss", aliases: ["tcpi_advmss"], topic: .field, unit: .bytes,
      summary: "advmss",
      meaning:
        "",
      source: KernelSource("tcpi_advmss", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_reordering; unit: packets.
  public static let reordering = Field(
    "reordering", label: "reordering", Layout(.tcpInfo, at: 88, width: 4), .gauge,
    Entry(
      "reordering", aliases: ["tcpi_reordering"], topic: .field, unit: .packets,
      summary: "reordering",
      meaning:
        "",
      source: KernelSource("tcpi_reordering", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rcv_rtt; unit: microseconds.
  public static let rcv_rtt = Field(
    "rcv_rtt", label: "rcv_rtt", Layout(.tcpInfo, at: 92, width: 4), .gauge,
    Entry(
      "rcv_rtt", aliases: ["tcpi_rcv_rtt"], topic: .field, unit: .microseconds,
      summary: "rcv_rtt",
      meaning:
        "",
      source: KernelSource("tcpi_rcv_rtt", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rcv_space; unit: bytes.
  public static let rcv_space = Field(
    "rcv_space", label: "rcv_space", Layout(.tcpInfo, at: 96, width: 4), .gauge,
    Entry(
      "rcv_space", aliases: ["tcpi_rcv_space"], topic: .field, unit: .bytes,
      summary: "rcv_space",
      meaning:
        "",
      source: KernelSource("tcpi_rcv_space", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}
