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
      summary: "delivered",
      meaning:
        "",
      source: KernelSource("tcpi_delivered", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_delivered_ce; unit: packets.
  public static let delivered_ce = Field(
    "delivered_ce", label: "delivered_ce", Layout(.tcpInfo, at: 196, width: 4), .counter,
    Entry(
      "delivered_ce", aliases: ["tcpi_delivered_ce"], topic: .field, unit: .packets,
      summary: "delivered_ce",
      meaning:
        "",
      source: KernelSource("tcpi_delivered_ce", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_bytes_sent; unit: bytes.
  public static let bytes_sent = Field(
    "bytes_sent", label: "bytes_sent", Layout(.tcpInfo, at: 200, width: 8), .counter,
    Entry(
      "bytes_sent", aliases: ["tcpi_bytes_sent"], topic: .field, unit: .bytes,
      summary: "bytes_sent",
      meaning:
        "",
      source: KernelSource("tcpi_bytes_sent", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_bytes_retrans; unit: bytes.
  public static let bytes_retrans = Field(
    "bytes_retrans", label: "bytes_retrans", Layout(.tcpInfo, at: 208, width: 8), .counter,
    Entry(
      "bytes_retrans", aliases: ["tcpi_bytes_retrans"], topic: .field, unit: .bytes,
      summary: "bytes_retrans",
      meaning:
        "",
      source: KernelSource("tcpi_bytes_retrans", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_dsack_dups; unit: a count.
  public static let dsack_dups = Field(
    "dsack_dups", label: "dsack_dups", Layout(.tcpInfo, at: 216, width: 4), .counter,
    Entry(
      "dsack_dups", aliases: ["tcpi_dsack_dups"], topic: .field, unit: .count,
      summary: "dsack_dups",
      meaning:
        "",
      source: KernelSource("tcpi_dsack_dups", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_reord_seen; unit: times.
  public static let reord_seen = Field(
    "reord_seen", label: "reord_seen", Layout(.tcpInfo, at: 220, width: 4), .counter,
    Entry(
      "reord_seen", aliases: ["tcpi_reord_seen"], topic: .field, unit: .times,
      summary: "reord_seen",
      meaning:
        "",
      source: KernelSource("tcpi_reord_seen", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rcv_ooopack; unit: packets.
  public static let rcv_ooopack = Field(
    "rcv_ooopack", label: "rcv_ooopack", Layout(.tcpInfo, at: 224, width: 4), .counter,
    Entry(
      "rcv_ooopack", aliases: ["tcpi_rcv_ooopack"], topic: .field, unit: .packets,
      summary: "rcv_ooopack",
      meaning:
        "",
      source: KernelSource("tcpi_rcv_ooopack", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_snd_wnd; unit: bytes.
  public static let snd_wnd = Field(
    "snd_wnd", label: "snd_wnd", Layout(.tcpInfo, at: 228, width: 4), .gauge,
    Entry(
      "snd_wnd", aliases: ["tcpi_snd_wnd"], topic: .field, unit: .bytes,
      summary: "snd_wnd",
      meaning:
        "",
      source: KernelSource("tcpi_snd_wnd", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rcv_wnd; unit: bytes.
  public static let rcv_wnd = Field(
    "rcv_wnd", label: "rcv_wnd", Layout(.tcpInfo, at: 232, width: 4), .gauge,
    Entry(
      "rcv_wnd", aliases: ["tcpi_rcv_wnd"], topic: .field, unit: .bytes,
      summary: "rcv_wnd",
      meaning:
        "",
      source: KernelSource("tcpi_rcv_wnd", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rehash; unit: times.
  public static let rehash = Field(
    "rehash", label: "rehash", Layout(.tcpInfo, at: 236, width: 4), .counter,
    Entry(
      "rehash", aliases: ["tcpi_rehash"], topic: .field, unit: .times,
      summary: "rehash",
      meaning:
        "",
      source: KernelSource("tcpi_rehash", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_total_rto; unit: times.
  public static let total_rto = Field(
    "total_rto", label: "total_rto", Layout(.tcpInfo, at: 240, width: 2), .counter,
    Entry(
      "total_rto", aliases: ["tcpi_total_rto"], topic: .field, unit: .times,
      summary: "total_rto",
      meaning:
        "",
      source: KernelSource("tcpi_total_rto", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_total_rto_recoveries; unit: times.
  public static let total_rto_recoveries = Field(
    "total_rto_recoveries", label: "total_rto_recoveries", Layout(.tcpInfo, at: 242, width: 2), .counter,
    Entry(
      "total_rto_recoveries", aliases: ["tcpi_total_rto_recoveries"], topic: .field, unit: .times,
      summary: "total_rto_recoveries",
      meaning:
        "",
      source: KernelSource("tcpi_total_rto_recoveries", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_total_rto_time; unit: milliseconds.
  public static let total_rto_time = Field(
    "total_rto_time", label: "total_rto_time", Layout(.tcpInfo, at: 244, width: 4), .counter,
    Entry(
      "total_rto_time", aliases: ["tcpi_total_rto_time"], topic: .field, unit: .milliseconds,
      summary: "total_rto_time",
      meaning:
        "",
      source: KernelSource("tcpi_total_rto_time", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}
