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
      summary: "total_retrans",
      meaning:
        "",
      source: KernelSource("tcpi_total_retrans", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_pacing_rate; unit: bytes/s.
  public static let pacing_rate = Field(
    "pacing_rate", label: "pacing_rate", Layout(.tcpInfo, at: 104, width: 8), .gauge,
    Entry(
      "pacing_rate", aliases: ["tcpi_pacing_rate"], topic: .field, unit: .bytesPerSecond,
      summary: "pacing_rate",
      meaning:
        "",
      source: KernelSource("tcpi_pacing_rate", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_max_pacing_rate; unit: bytes/s.
  public static let max_pacing_rate = Field(
    "max_pacing_rate", label: nil, Layout(.tcpInfo, at: 112, width: 8), .gauge,
    Entry(
      "max_pacing_rate", aliases: ["tcpi_max_pacing_rate"], topic: .field, unit: .bytesPerSecond,
      summary: "max_pacing_rate",
      meaning:
        "",
      source: KernelSource("tcpi_max_pacing_rate", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_bytes_acked; unit: bytes.
  public static let bytes_acked = Field(
    "bytes_acked", label: "bytes_acked", Layout(.tcpInfo, at: 120, width: 8), .counter,
    Entry(
      "bytes_acked", aliases: ["tcpi_bytes_acked"], topic: .field, unit: .bytes,
      summary: "bytes_acked",
      meaning:
        "",
      source: KernelSource("tcpi_bytes_acked", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_bytes_received; unit: bytes.
  public static let bytes_received = Field(
    "bytes_received", label: "bytes_received", Layout(.tcpInfo, at: 128, width: 8), .counter,
    Entry(
      "bytes_received", aliases: ["tcpi_bytes_received"], topic: .field, unit: .bytes,
      summary: "bytes_received",
      meaning:
        "",
      source: KernelSource("tcpi_bytes_received", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_segs_out; unit: segments.
  public static let segs_out = Field(
    "segs_out", label: "segs_out", Layout(.tcpInfo, at: 136, width: 4), .counter,
    Entry(
      "segs_out", aliases: ["tcpi_segs_out"], topic: .field, unit: .segments,
      summary: "segs_out",
      meaning:
        "",
      source: KernelSource("tcpi_segs_out", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_segs_in; unit: segments.
  public static let segs_in = Field(
    "segs_in", label: "segs_in", Layout(.tcpInfo, at: 140, width: 4), .counter,
    Entry(
      "segs_in", aliases: ["tcpi_segs_in"], topic: .field, unit: .segments,
      summary: "segs_in",
      meaning:
        "",
      source: KernelSource("tcpi_segs_in", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_notsent_bytes; unit: bytes.
  public static let notsent_bytes = Field(
    "notsent_bytes", label: "notsent", Layout(.tcpInfo, at: 144, width: 4), .gauge,
    Entry(
      "notsent_bytes", aliases: ["tcpi_notsent_bytes"], topic: .field, unit: .bytes,
      summary: "notsent_bytes",
      meaning:
        "",
      source: KernelSource("tcpi_notsent_bytes", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_min_rtt; unit: microseconds.
  public static let min_rtt = Field(
    "min_rtt", label: "minrtt", Layout(.tcpInfo, at: 148, width: 4), .gauge,
    Entry(
      "min_rtt", aliases: ["tcpi_min_rtt"], topic: .field, unit: .microseconds,
      summary: "min_rtt",
      meaning:
        "",
      source: KernelSource("tcpi_min_rtt", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_data_segs_in; unit: segments.
  public static let data_segs_in = Field(
    "data_segs_in", label: "data_segs_in", Layout(.tcpInfo, at: 152, width: 4), .counter,
    Entry(
      "data_segs_in", aliases: ["tcpi_data_segs_in"], topic: .field, unit: .segments,
      summary: "data_segs_in",
      meaning:
        "",
      source: KernelSource("tcpi_data_segs_in", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_data_segs_out; unit: segments.
  public static let data_segs_out = Field(
    "data_segs_out", label: "data_segs_out", Layout(.tcpInfo, at: 156, width: 4), .counter,
    Entry(
      "data_segs_out", aliases: ["tcpi_data_segs_out"], topic: .field, unit: .segments,
      summary: "data_segs_out",
      meaning:
        "",
      source: KernelSource("tcpi_data_segs_out", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_delivery_rate; unit: bytes/s.
  public static let delivery_rate = Field(
    "delivery_rate", label: "delivery_rate", Layout(.tcpInfo, at: 160, width: 8), .gauge,
    Entry(
      "delivery_rate", aliases: ["tcpi_delivery_rate"], topic: .field, unit: .bytesPerSecond,
      summary: "delivery_rate",
      meaning:
        "",
      source: KernelSource("tcpi_delivery_rate", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_busy_time; unit: microseconds.
  public static let busy_time = Field(
    "busy_time", label: "busy", Layout(.tcpInfo, at: 168, width: 8), .counter,
    Entry(
      "busy_time", aliases: ["tcpi_busy_time"], topic: .field, unit: .microseconds,
      summary: "busy_time",
      meaning:
        "",
      source: KernelSource("tcpi_busy_time", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rwnd_limited; unit: microseconds.
  public static let rwnd_limited = Field(
    "rwnd_limited", label: "rwnd_limited", Layout(.tcpInfo, at: 176, width: 8), .counter,
    Entry(
      "rwnd_limited", aliases: ["tcpi_rwnd_limited"], topic: .field, unit: .microseconds,
      summary: "rwnd_limited",
      meaning:
        "",
      source: KernelSource("tcpi_rwnd_limited", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_sndbuf_limited; unit: microseconds.
  public static let sndbuf_limited = Field(
    "sndbuf_limited", label: "sndbuf_limited", Layout(.tcpInfo, at: 184, width: 8), .counter,
    Entry(
      "sndbuf_limited", aliases: ["tcpi_sndbuf_limited"], topic: .field, unit: .microseconds,
      summary: "sndbuf_limited",
      meaning:
        "",
      source: KernelSource("tcpi_sndbuf_limited", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}
