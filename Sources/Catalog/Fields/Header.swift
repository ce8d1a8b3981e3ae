// swift-format-ignore-file: AlwaysUseLowerCamelCase
// struct inet_diag_msg: 72 bytes, always there. include/uapi/linux/inet_diag.h
// Names follow the kernel's members, so that a reader can search for them.

extension Field {
  /// Struct inet_diag_msg in wire order; the two addresses are decoded by hand.
  public static let header: [Field] = [
    .family, .state, .timer, .retrans, .sport, .dport, .interface, .cookie, .expires, .rqueue, .wqueue, .uid, .inode,
  ]

  /// The corresponding C member is idiag_family; unit: a code.
  public static let family = Field(
    "family", label: nil, Layout(.header, at: 0, width: 1), .code,
    Entry(
      "family", aliases: ["idiag_family"], topic: .field, unit: .code,
      summary: "family",
      meaning:
        "",
      source: KernelSource("idiag_family", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_state; unit: a code.
  public static let state = Field(
    "state", label: nil, Layout(.header, at: 1, width: 1), .code,
    Entry(
      "state", aliases: ["idiag_state"], topic: .field, unit: .code,
      summary: "state",
      meaning:
        "",
      source: KernelSource("idiag_state", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_timer; unit: a code.
  public static let timer = Field(
    "timer", label: nil, Layout(.header, at: 2, width: 1), .code,
    Entry(
      "timer", aliases: ["idiag_timer"], topic: .field, unit: .code,
      summary: "timer",
      meaning:
        "",
      source: KernelSource("idiag_timer", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_retrans; unit: times.
  public static let retrans = Field(
    "retrans", label: nil, Layout(.header, at: 3, width: 1), .gauge,
    Entry(
      "retrans", aliases: ["idiag_retrans"], topic: .field, unit: .times,
      summary: "retrans",
      meaning:
        "",
      source: KernelSource("idiag_retrans", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_sport; unit: a port.
  public static let sport = Field(
    "sport", label: nil, Layout(.header, at: 4, width: 2, network: true), .code,
    Entry(
      "sport", aliases: ["idiag_sport"], topic: .field, unit: .port,
      summary: "sport",
      meaning:
        "",
      source: KernelSource("idiag_sport", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_dport; unit: a port.
  public static let dport = Field(
    "dport", label: nil, Layout(.header, at: 6, width: 2, network: true), .code,
    Entry(
      "dport", aliases: ["idiag_dport"], topic: .field, unit: .port,
      summary: "dport",
      meaning:
        "",
      source: KernelSource("idiag_dport", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_if; unit: an identifier.
  public static let interface = Field(
    "if", label: nil, Layout(.header, at: 40, width: 4), .code,
    Entry(
      "if", aliases: ["idiag_if"], topic: .field, unit: .identifier,
      summary: "if",
      meaning:
        "",
      source: KernelSource("idiag_if", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_cookie; unit: an identifier.
  public static let cookie = Field(
    "cookie", label: "sk", Layout(.header, at: 44, width: 8), .code,
    Entry(
      "cookie", aliases: ["idiag_cookie"], topic: .field, unit: .identifier,
      summary: "cookie",
      meaning:
        "",
      source: KernelSource("idiag_cookie", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_expires; unit: milliseconds.
  public static let expires = Field(
    "expires", label: nil, Layout(.header, at: 52, width: 4), .gauge,
    Entry(
      "expires", aliases: ["idiag_expires"], topic: .field, unit: .milliseconds,
      summary: "expires",
      meaning:
        "",
      source: KernelSource("idiag_expires", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_rqueue; unit: bytes.
  public static let rqueue = Field(
    "rqueue", label: nil, Layout(.header, at: 56, width: 4), .gauge,
    Entry(
      "rqueue", aliases: ["idiag_rqueue"], topic: .field, unit: .bytes,
      summary: "rqueue",
      meaning:
        "",
      source: KernelSource("idiag_rqueue", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_wqueue; unit: bytes.
  public static let wqueue = Field(
    "wqueue", label: nil, Layout(.header, at: 60, width: 4), .gauge,
    Entry(
      "wqueue", aliases: ["idiag_wqueue"], topic: .field, unit: .bytes,
      summary: "wqueue",
      meaning:
        "",
      source: KernelSource("idiag_wqueue", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_uid; unit: an identifier.
  public static let uid = Field(
    "uid", label: "uid", Layout(.header, at: 64, width: 4), .code,
    Entry(
      "uid", aliases: ["idiag_uid"], topic: .field, unit: .identifier,
      summary: "uid",
      meaning:
        "",
      source: KernelSource("idiag_uid", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_inode; unit: an identifier.
  public static let inode = Field(
    "inode", label: "ino", Layout(.header, at: 68, width: 4), .code,
    Entry(
      "inode", aliases: ["idiag_inode"], topic: .field, unit: .identifier,
      summary: "inode",
      meaning:
        "",
      source: KernelSource("idiag_inode", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}
