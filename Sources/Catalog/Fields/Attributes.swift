// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The attributes that hold a single number.
// Names follow the kernel's members, so that a reader can search for them.

extension Field {
  /// The fields of the attributes that hold one number each, bits after their whole.
  public static let attributes: [Field] = [
    .tos, .tclass, .shutdown, .shutdownReceive, .shutdownSend, .rawProtocol, .v6only, .mark, .classID, .cgroupID,
  ]

  /// The corresponding C member is INET_DIAG_TOS; unit: a code.
  public static let tos = Field(
    "tos", label: "tos", Layout(.tos, at: 0, width: 1), .code,
    Entry(
      "tos", aliases: ["INET_DIAG_TOS"], topic: .field, unit: .code,
      summary: "tos",
      meaning:
        "",
      source: KernelSource("INET_DIAG_TOS", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is INET_DIAG_TCLASS; unit: a code.
  public static let tclass = Field(
    "tclass", label: "tclass", Layout(.tclass, at: 0, width: 1), .code,
    Entry(
      "tclass", aliases: ["INET_DIAG_TCLASS"], topic: .field, unit: .code,
      summary: "tclass",
      meaning:
        "",
      source: KernelSource("INET_DIAG_TCLASS", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is INET_DIAG_SHUTDOWN; unit: flags.
  public static let shutdown = Field(
    "shutdown", label: nil, Layout(.shutdown, at: 0, width: 1), .code,
    Entry(
      "shutdown", aliases: ["INET_DIAG_SHUTDOWN"], topic: .field, unit: .flags,
      summary: "shutdown",
      meaning:
        "",
      source: KernelSource("INET_DIAG_SHUTDOWN", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is RCV_SHUTDOWN; unit: 0 or 1.
  public static let shutdownReceive = Field(
    "shutdown_receive", label: nil, Layout(.shutdown, at: 0, width: 1, bit: 0, bits: 1), .code,
    Entry(
      "shutdown_receive", aliases: ["RCV_SHUTDOWN"], topic: .field, unit: .boolean,
      summary: "shutdown_receive",
      meaning:
        "",
      source: KernelSource("RCV_SHUTDOWN", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is SEND_SHUTDOWN; unit: 0 or 1.
  public static let shutdownSend = Field(
    "shutdown_send", label: nil, Layout(.shutdown, at: 0, width: 1, bit: 1, bits: 1), .code,
    Entry(
      "shutdown_send", aliases: ["SEND_SHUTDOWN"], topic: .field, unit: .boolean,
      summary: "shutdown_send",
      meaning:
        "",
      source: KernelSource("SEND_SHUTDOWN", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is INET_DIAG_PROTOCOL; unit: a code.
  public static let rawProtocol = Field(
    "protocol", label: nil, Layout(.`protocol`, at: 0, width: 1), .code,
    Entry(
      "protocol", aliases: ["INET_DIAG_PROTOCOL"], topic: .field, unit: .code,
      summary: "protocol",
      meaning:
        "",
      source: KernelSource("INET_DIAG_PROTOCOL", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is INET_DIAG_SKV6ONLY; unit: 0 or 1.
  public static let v6only = Field(
    "v6only", label: "v6only", Layout(.v6only, at: 0, width: 1), .code,
    Entry(
      "v6only", aliases: ["INET_DIAG_SKV6ONLY"], topic: .field, unit: .boolean,
      summary: "v6only",
      meaning:
        "",
      source: KernelSource("INET_DIAG_SKV6ONLY", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is INET_DIAG_MARK; unit: an identifier.
  public static let mark = Field(
    "mark", label: "fwmark", Layout(.mark, at: 0, width: 4), .code,
    Entry(
      "mark", aliases: ["INET_DIAG_MARK"], topic: .field, unit: .identifier,
      summary: "mark",
      meaning:
        "",
      source: KernelSource("INET_DIAG_MARK", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is INET_DIAG_CLASS_ID; unit: an identifier.
  public static let classID = Field(
    "class_id", label: "class_id", Layout(.classID, at: 0, width: 4), .code,
    Entry(
      "class_id", aliases: ["INET_DIAG_CLASS_ID"], topic: .field, unit: .identifier,
      summary: "class_id",
      meaning:
        "",
      source: KernelSource("INET_DIAG_CLASS_ID", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is INET_DIAG_CGROUP_ID; unit: an identifier.
  public static let cgroupID = Field(
    "cgroup_id", label: "cgroup", Layout(.cgroupID, at: 0, width: 8), .code,
    Entry(
      "cgroup_id", aliases: ["INET_DIAG_CGROUP_ID"], topic: .field, unit: .identifier,
      summary: "cgroup_id",
      meaning:
        "",
      source: KernelSource("INET_DIAG_CGROUP_ID", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}
