// swift-format-ignore-file: AlwaysUseLowerCamelCase
// struct tcp_info, fifth part: Accurate ECN. Kernels before 6.18 do not send it.
// Names follow the kernel's members, so that a reader can search for them.

extension Field {
  /// The members of struct tcp_info that count ECN marks by Accurate ECN (kernel 6.18 and later), in wire order.
  public static let tcpInfoAccECN: [Field] = [
    .received_ce, .delivered_e1_bytes, .delivered_e0_bytes, .delivered_ce_bytes, .received_e1_bytes, .received_e0_bytes, .received_ce_bytes,
    .accecn_fail_mode, .accecn_opt_seen,
  ]

  /// The corresponding C member is tcpi_received_ce; unit: packets.
  public static let received_ce = Field(
    "received_ce", label: "received_ce", Layout(.tcpInfo, at: 248, width: 4), .counter,
    Entry(
      "received_ce", aliases: ["tcpi_received_ce"], topic: .field, unit: .packets,
      summary: "received_ce",
      meaning:
        "",
      source: KernelSource("tcpi_received_ce", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_delivered_e1_bytes; unit: bytes.
  public static let delivered_e1_bytes = Field(
    "delivered_e1_bytes", label: "delivered_e1_bytes", Layout(.tcpInfo, at: 252, width: 4), .counter,
    Entry(
      "delivered_e1_bytes", aliases: ["tcpi_delivered_e1_bytes"], topic: .field, unit: .bytes,
      summary: "delivered_e1_bytes",
      meaning:
        "",
      source: KernelSource("tcpi_delivered_e1_bytes", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_delivered_e0_bytes; unit: bytes.
  public static let delivered_e0_bytes = Field(
    "delivered_e0_bytes", label: "delivered_e0_bytes", Layout(.tcpInfo, at: 256, width: 4), .counter,
    Entry(
      "delivered_e0_bytes", aliases: ["tcpi_delivered_e0_bytes"], topic: .field, unit: .bytes,
      summary: "delivered_e0_bytes",
      meaning:
        "",
      source: KernelSource("tcpi_delivered_e0_bytes", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_delivered_ce_bytes; unit: bytes.
  public static let delivered_ce_bytes = Field(
    "delivered_ce_bytes", label: "delivered_ce_bytes", Layout(.tcpInfo, at: 260, width: 4), .counter,
    Entry(
      "delivered_ce_bytes", aliases: ["tcpi_delivered_ce_bytes"], topic: .field, unit: .bytes,
      summary: "delivered_ce_bytes",
      meaning:
        "",
      source: KernelSource("tcpi_delivered_ce_bytes", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_received_e1_bytes; unit: bytes.
  public static let received_e1_bytes = Field(
    "received_e1_bytes", label: "received_e1_bytes", Layout(.tcpInfo, at: 264, width: 4), .counter,
    Entry(
      "received_e1_bytes", aliases: ["tcpi_received_e1_bytes"], topic: .field, unit: .bytes,
      summary: "received_e1_bytes",
      meaning:
        "",
      source: KernelSource("tcpi_received_e1_bytes", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_received_e0_bytes; unit: bytes.
  public static let received_e0_bytes = Field(
    "received_e0_bytes", label: "received_e0_bytes", Layout(.tcpInfo, at: 268, width: 4), .counter,
    Entry(
      "received_e0_bytes", aliases: ["tcpi_received_e0_bytes"], topic: .field, unit: .bytes,
      summary: "received_e0_bytes",
      meaning:
        "",
      source: KernelSource("tcpi_received_e0_bytes", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_received_ce_bytes; unit: bytes.
  public static let received_ce_bytes = Field(
    "received_ce_bytes", label: "received_ce_bytes", Layout(.tcpInfo, at: 272, width: 4), .counter,
    Entry(
      "received_ce_bytes", aliases: ["tcpi_received_ce_bytes"], topic: .field, unit: .bytes,
      summary: "received_ce_bytes",
      meaning:
        "",
      source: KernelSource("tcpi_received_ce_bytes", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_accecn_fail_mode; unit: flags.
  public static let accecn_fail_mode = Field(
    "accecn_fail_mode", label: "accecn_fail_mode", Layout(.tcpInfo, at: 276, width: 2), .code,
    Entry(
      "accecn_fail_mode", aliases: ["tcpi_accecn_fail_mode"], topic: .field, unit: .flags,
      summary: "accecn_fail_mode",
      meaning:
        "",
      source: KernelSource("tcpi_accecn_fail_mode", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_accecn_opt_seen; unit: a code.
  public static let accecn_opt_seen = Field(
    "accecn_opt_seen", label: "accecn_opt_seen", Layout(.tcpInfo, at: 278, width: 2), .code,
    Entry(
      "accecn_opt_seen", aliases: ["tcpi_accecn_opt_seen"], topic: .field, unit: .code,
      summary: "accecn_opt_seen",
      meaning:
        "",
      source: KernelSource("tcpi_accecn_opt_seen", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}
