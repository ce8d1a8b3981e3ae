// swift-format-ignore-file: AlwaysUseLowerCamelCase
// INET_DIAG_MEMINFO and INET_DIAG_SKMEMINFO: what a socket holds of the kernel's memory.
// Names follow the kernel's members, so that a reader can search for them.

extension Field {
  /// INET_DIAG_MEMINFO in wire order: struct inet_diag_meminfo.
  public static let meminfo: [Field] = [
    .mem_rmem, .mem_wmem, .mem_fmem, .mem_tmem,
  ]

  /// The corresponding C member is idiag_rmem; unit: bytes.
  public static let mem_rmem = Field(
    "rmem", label: "r", Layout(.meminfo, at: 0, width: 4), .gauge,
    Entry(
      "rmem", aliases: ["idiag_rmem"], topic: .field, unit: .bytes,
      summary: "rmem",
      meaning:
        "",
      source: KernelSource("idiag_rmem", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_wmem; unit: bytes.
  public static let mem_wmem = Field(
    "wmem", label: "w", Layout(.meminfo, at: 4, width: 4), .gauge,
    Entry(
      "wmem", aliases: ["idiag_wmem"], topic: .field, unit: .bytes,
      summary: "wmem",
      meaning:
        "",
      source: KernelSource("idiag_wmem", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_fmem; unit: bytes.
  public static let mem_fmem = Field(
    "fmem", label: "f", Layout(.meminfo, at: 8, width: 4), .gauge,
    Entry(
      "fmem", aliases: ["idiag_fmem"], topic: .field, unit: .bytes,
      summary: "fmem",
      meaning:
        "",
      source: KernelSource("idiag_fmem", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is idiag_tmem; unit: bytes.
  public static let mem_tmem = Field(
    "tmem", label: "t", Layout(.meminfo, at: 12, width: 4), .gauge,
    Entry(
      "tmem", aliases: ["idiag_tmem"], topic: .field, unit: .bytes,
      summary: "tmem",
      meaning:
        "",
      source: KernelSource("idiag_tmem", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}

extension Field {
  /// INET_DIAG_SKMEMINFO in wire order: nine u32, SK_MEMINFO_*.
  public static let skmeminfo: [Field] = [
    .sk_rmem_alloc, .sk_rcvbuf, .sk_wmem_alloc, .sk_sndbuf, .sk_fwd_alloc, .sk_wmem_queued, .sk_optmem, .sk_backlog, .sk_drops,
  ]

  /// The corresponding C member is SK_MEMINFO_RMEM_ALLOC; unit: bytes.
  public static let sk_rmem_alloc = Field(
    "rmem_alloc", label: "r", Layout(.skmeminfo, at: 0, width: 4), .gauge,
    Entry(
      "rmem_alloc", aliases: ["SK_MEMINFO_RMEM_ALLOC"], topic: .field, unit: .bytes,
      summary: "rmem_alloc",
      meaning:
        "",
      source: KernelSource("SK_MEMINFO_RMEM_ALLOC", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is SK_MEMINFO_RCVBUF; unit: bytes.
  public static let sk_rcvbuf = Field(
    "rcvbuf", label: "rb", Layout(.skmeminfo, at: 4, width: 4), .gauge,
    Entry(
      "rcvbuf", aliases: ["SK_MEMINFO_RCVBUF"], topic: .field, unit: .bytes,
      summary: "rcvbuf",
      meaning:
        "",
      source: KernelSource("SK_MEMINFO_RCVBUF", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is SK_MEMINFO_WMEM_ALLOC; unit: bytes.
  public static let sk_wmem_alloc = Field(
    "wmem_alloc", label: "t", Layout(.skmeminfo, at: 8, width: 4), .gauge,
    Entry(
      "wmem_alloc", aliases: ["SK_MEMINFO_WMEM_ALLOC"], topic: .field, unit: .bytes,
      summary: "wmem_alloc",
      meaning:
        "",
      source: KernelSource("SK_MEMINFO_WMEM_ALLOC", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is SK_MEMINFO_SNDBUF; unit: bytes.
  public static let sk_sndbuf = Field(
    "sndbuf", label: "tb", Layout(.skmeminfo, at: 12, width: 4), .gauge,
    Entry(
      "sndbuf", aliases: ["SK_MEMINFO_SNDBUF"], topic: .field, unit: .bytes,
      summary: "sndbuf",
      meaning:
        "",
      source: KernelSource("SK_MEMINFO_SNDBUF", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is SK_MEMINFO_FWD_ALLOC; unit: bytes.
  public static let sk_fwd_alloc = Field(
    "fwd_alloc", label: "f", Layout(.skmeminfo, at: 16, width: 4), .gauge,
    Entry(
      "fwd_alloc", aliases: ["SK_MEMINFO_FWD_ALLOC"], topic: .field, unit: .bytes,
      summary: "fwd_alloc",
      meaning:
        "",
      source: KernelSource("SK_MEMINFO_FWD_ALLOC", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is SK_MEMINFO_WMEM_QUEUED; unit: bytes.
  public static let sk_wmem_queued = Field(
    "wmem_queued", label: "w", Layout(.skmeminfo, at: 20, width: 4), .gauge,
    Entry(
      "wmem_queued", aliases: ["SK_MEMINFO_WMEM_QUEUED"], topic: .field, unit: .bytes,
      summary: "wmem_queued",
      meaning:
        "",
      source: KernelSource("SK_MEMINFO_WMEM_QUEUED", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is SK_MEMINFO_OPTMEM; unit: bytes.
  public static let sk_optmem = Field(
    "optmem", label: "o", Layout(.skmeminfo, at: 24, width: 4), .gauge,
    Entry(
      "optmem", aliases: ["SK_MEMINFO_OPTMEM"], topic: .field, unit: .bytes,
      summary: "optmem",
      meaning:
        "",
      source: KernelSource("SK_MEMINFO_OPTMEM", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is SK_MEMINFO_BACKLOG; unit: bytes.
  public static let sk_backlog = Field(
    "backlog", label: "bl", Layout(.skmeminfo, at: 28, width: 4), .gauge,
    Entry(
      "backlog", aliases: ["SK_MEMINFO_BACKLOG"], topic: .field, unit: .bytes,
      summary: "backlog",
      meaning:
        "",
      source: KernelSource("SK_MEMINFO_BACKLOG", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is SK_MEMINFO_DROPS; unit: packets.
  public static let sk_drops = Field(
    "drops", label: "d", Layout(.skmeminfo, at: 32, width: 4), .counter,
    Entry(
      "drops", aliases: ["SK_MEMINFO_DROPS"], topic: .field, unit: .packets,
      summary: "drops",
      meaning:
        "",
      source: KernelSource("SK_MEMINFO_DROPS", "tcp_get_info()", "net/ipv4/tcp.c", "6.12")))
}
