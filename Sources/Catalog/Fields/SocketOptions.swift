// swift-format-ignore-file: AlwaysUseLowerCamelCase
// INET_DIAG_SOCKOPT, struct inet_diag_sockopt: two bytes of bits.
// Names follow the kernel's members, so that a reader can search for them.

extension Field {
  /// INET_DIAG_SOCKOPT in wire order, one bit each.
  public static let sockopt: [Field] = [
    .recverr, .is_icsk, .freebind, .hdrincl, .mc_loop, .transparent, .mc_all, .nodefrag, .bind_address_no_port, .recverr_rfc4884,
    .defer_connect,
  ]

  /// The corresponding C member is recverr; unit: 0 or 1.
  public static let recverr = Field(
    "recverr", label: "recverr", Layout(.sockopt, at: 0, width: 1, bit: 0, bits: 1), .code,
    Entry(
      "recverr", topic: .field, unit: .boolean,
      summary: "recverr",
      meaning:
        "",
      source: KernelSource("recverr", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is is_icsk; unit: 0 or 1.
  public static let is_icsk = Field(
    "is_icsk", label: "is_icsk", Layout(.sockopt, at: 0, width: 1, bit: 1, bits: 1), .code,
    Entry(
      "is_icsk", topic: .field, unit: .boolean,
      summary: "is_icsk",
      meaning:
        "",
      source: KernelSource("is_icsk", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is freebind; unit: 0 or 1.
  public static let freebind = Field(
    "freebind", label: "freebind", Layout(.sockopt, at: 0, width: 1, bit: 2, bits: 1), .code,
    Entry(
      "freebind", topic: .field, unit: .boolean,
      summary: "freebind",
      meaning:
        "",
      source: KernelSource("freebind", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is hdrincl; unit: 0 or 1.
  public static let hdrincl = Field(
    "hdrincl", label: "hdrincl", Layout(.sockopt, at: 0, width: 1, bit: 3, bits: 1), .code,
    Entry(
      "hdrincl", topic: .field, unit: .boolean,
      summary: "hdrincl",
      meaning:
        "",
      source: KernelSource("hdrincl", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is mc_loop; unit: 0 or 1.
  public static let mc_loop = Field(
    "mc_loop", label: "mc_loop", Layout(.sockopt, at: 0, width: 1, bit: 4, bits: 1), .code,
    Entry(
      "mc_loop", topic: .field, unit: .boolean,
      summary: "mc_loop",
      meaning:
        "",
      source: KernelSource("mc_loop", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is transparent; unit: 0 or 1.
  public static let transparent = Field(
    "transparent", label: "transparent", Layout(.sockopt, at: 0, width: 1, bit: 5, bits: 1), .code,
    Entry(
      "transparent", topic: .field, unit: .boolean,
      summary: "transparent",
      meaning:
        "",
      source: KernelSource("transparent", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is mc_all; unit: 0 or 1.
  public static let mc_all = Field(
    "mc_all", label: "mc_all", Layout(.sockopt, at: 0, width: 1, bit: 6, bits: 1), .code,
    Entry(
      "mc_all", topic: .field, unit: .boolean,
      summary: "mc_all",
      meaning:
        "",
      source: KernelSource("mc_all", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is nodefrag; unit: 0 or 1.
  public static let nodefrag = Field(
    "nodefrag", label: "nodefrag", Layout(.sockopt, at: 0, width: 1, bit: 7, bits: 1), .code,
    Entry(
      "nodefrag", topic: .field, unit: .boolean,
      summary: "nodefrag",
      meaning:
        "",
      source: KernelSource("nodefrag", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is bind_address_no_port; unit: 0 or 1.
  public static let bind_address_no_port = Field(
    "bind_address_no_port", label: "bind_address_no_port", Layout(.sockopt, at: 1, width: 1, bit: 0, bits: 1), .code,
    Entry(
      "bind_address_no_port", topic: .field, unit: .boolean,
      summary: "bind_address_no_port",
      meaning:
        "",
      source: KernelSource("bind_address_no_port", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is recverr_rfc4884; unit: 0 or 1.
  public static let recverr_rfc4884 = Field(
    "recverr_rfc4884", label: "recverr_rfc4884", Layout(.sockopt, at: 1, width: 1, bit: 1, bits: 1), .code,
    Entry(
      "recverr_rfc4884", topic: .field, unit: .boolean,
      summary: "recverr_rfc4884",
      meaning:
        "",
      source: KernelSource("recverr_rfc4884", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is defer_connect; unit: 0 or 1.
  public static let defer_connect = Field(
    "defer_connect", label: "defer_connect", Layout(.sockopt, at: 1, width: 1, bit: 2, bits: 1), .code,
    Entry(
      "defer_connect", topic: .field, unit: .boolean,
      summary: "defer_connect",
      meaning:
        "",
      source: KernelSource("defer_connect", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}
