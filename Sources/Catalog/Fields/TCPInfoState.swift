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
      "state", aliases: ["tcpi_state"], topic: .field, unit: .code,
      summary: "state",
      meaning:
        "",
      source: KernelSource("tcpi_state", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_ca_state; unit: a code.
  public static let ca_state = Field(
    "ca_state", label: "ca_state", Layout(.tcpInfo, at: 1, width: 1), .code,
    Entry(
      "ca_state", aliases: ["tcpi_ca_state"], topic: .field, unit: .code,
      summary: "ca_state",
      meaning:
        "",
      source: KernelSource("tcpi_ca_state", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_retransmits; unit: times.
  public static let retransmits = Field(
    "retransmits", label: "retransmits", Layout(.tcpInfo, at: 2, width: 1), .gauge,
    Entry(
      "retransmits", aliases: ["tcpi_retransmits"], topic: .field, unit: .times,
      summary: "retransmits",
      meaning:
        "",
      source: KernelSource("tcpi_retransmits", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_probes; unit: times.
  public static let probes = Field(
    "probes", label: "probes", Layout(.tcpInfo, at: 3, width: 1), .gauge,
    Entry(
      "probes", aliases: ["tcpi_probes"], topic: .field, unit: .times,
      summary: "probes",
      meaning:
        "",
      source: KernelSource("tcpi_probes", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_backoff; unit: a power of two.
  public static let backoff = Field(
    "backoff", label: "backoff", Layout(.tcpInfo, at: 4, width: 1), .gauge,
    Entry(
      "backoff", aliases: ["tcpi_backoff"], topic: .field, unit: .shift,
      summary: "backoff",
      meaning:
        "",
      source: KernelSource("tcpi_backoff", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_options; unit: flags.
  public static let options = Field(
    "options", label: nil, Layout(.tcpInfo, at: 5, width: 1), .code,
    Entry(
      "options", aliases: ["tcpi_options"], topic: .field, unit: .flags,
      summary: "options",
      meaning:
        "",
      source: KernelSource("tcpi_options", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_snd_wscale; unit: a power of two.
  public static let snd_wscale = Field(
    "snd_wscale", label: nil, Layout(.tcpInfo, at: 6, width: 1, bit: 0, bits: 4), .code,
    Entry(
      "snd_wscale", aliases: ["tcpi_snd_wscale"], topic: .field, unit: .shift,
      summary: "snd_wscale",
      meaning:
        "",
      source: KernelSource("tcpi_snd_wscale", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rcv_wscale; unit: a power of two.
  public static let rcv_wscale = Field(
    "rcv_wscale", label: nil, Layout(.tcpInfo, at: 6, width: 1, bit: 4, bits: 4), .code,
    Entry(
      "rcv_wscale", aliases: ["tcpi_rcv_wscale"], topic: .field, unit: .shift,
      summary: "rcv_wscale",
      meaning:
        "",
      source: KernelSource("tcpi_rcv_wscale", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_delivery_rate_app_limited; unit: 0 or 1.
  public static let delivery_rate_app_limited = Field(
    "delivery_rate_app_limited", label: "app_limited", Layout(.tcpInfo, at: 7, width: 1, bit: 0, bits: 1), .code,
    Entry(
      "delivery_rate_app_limited", aliases: ["tcpi_delivery_rate_app_limited"], topic: .field, unit: .boolean,
      summary: "delivery_rate_app_limited",
      meaning:
        "",
      source: KernelSource("tcpi_delivery_rate_app_limited", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_fastopen_client_fail; unit: a code.
  public static let fastopen_client_fail = Field(
    "fastopen_client_fail", label: "fastopen_client_fail", Layout(.tcpInfo, at: 7, width: 1, bit: 1, bits: 2), .code,
    Entry(
      "fastopen_client_fail", aliases: ["tcpi_fastopen_client_fail"], topic: .field, unit: .code,
      summary: "fastopen_client_fail",
      meaning:
        "",
      source: KernelSource("tcpi_fastopen_client_fail", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rto; unit: microseconds.
  public static let rto = Field(
    "rto", label: "rto", Layout(.tcpInfo, at: 8, width: 4), .gauge,
    Entry(
      "rto", aliases: ["tcpi_rto"], topic: .field, unit: .microseconds,
      summary: "rto",
      meaning:
        "",
      source: KernelSource("tcpi_rto", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_ato; unit: microseconds.
  public static let ato = Field(
    "ato", label: "ato", Layout(.tcpInfo, at: 12, width: 4), .gauge,
    Entry(
      "ato", aliases: ["tcpi_ato"], topic: .field, unit: .microseconds,
      summary: "ato",
      meaning:
        "",
      source: KernelSource("tcpi_ato", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_snd_mss; unit: bytes.
  public static let snd_mss = Field(
    "snd_mss", label: "mss", Layout(.tcpInfo, at: 16, width: 4), .gauge,
    Entry(
      "snd_mss", aliases: ["tcpi_snd_mss"], topic: .field, unit: .bytes,
      summary: "snd_mss",
      meaning:
        "",
      source: KernelSource("tcpi_snd_mss", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is tcpi_rcv_mss; unit: bytes.
  public static let rcv_mss = Field(
    "rcv_mss", label: "rcvmss", Layout(.tcpInfo, at: 20, width: 4), .gauge,
    Entry(
      "rcv_mss", aliases: ["tcpi_rcv_mss"], topic: .field, unit: .bytes,
      summary: "rcv_mss",
      meaning:
        "",
      source: KernelSource("tcpi_rcv_mss", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}
