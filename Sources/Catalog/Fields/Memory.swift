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
      "rmem", aliases: ["idiag_rmem", "idiag_rmem"], topic: .field, unit: .bytes,
      summary: "short form: receive memory in use, counted with overhead",
      meaning: """
        First of the four numbers of the older, smaller memory attribute. Whole buffers are charged, headers and unused tail included, \
        hence it exceeds the bytes that a program can read.
        """,
      ss: "r in mem:(…), where skmem is not available",
      netstat: "not shown",
      source: KernelSource("idiag_rmem", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["net.ipv4.tcp_rmem"]))

  /// The corresponding C member is idiag_wmem; unit: bytes.
  public static let mem_wmem = Field(
    "wmem", label: "w", Layout(.meminfo, at: 4, width: 4), .gauge,
    Entry(
      "wmem", aliases: ["idiag_wmem", "idiag_wmem"], topic: .field, unit: .bytes,
      summary: "short form: memory of the TCP send queue",
      meaning: """
        Both unsent and unacknowledged segments are in it. Mind the letters: here w is the queue and t what lower layers hold, and the \
        longer attribute keeps those letters in another order.
        """,
      ss: "w in mem:(…)",
      netstat: "not shown",
      source: KernelSource("idiag_wmem", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["net.ipv4.tcp_wmem"]))

  /// The corresponding C member is idiag_fmem; unit: bytes.
  public static let mem_fmem = Field(
    "fmem", label: "f", Layout(.meminfo, at: 8, width: 4), .gauge,
    Entry(
      "fmem", aliases: ["idiag_fmem", "idiag_fmem"], topic: .field, unit: .bytes,
      summary: "short form: memory reserved for the socket and not used yet",
      meaning: "A socket draws whole pages from its protocol's pool and spends them byte by byte; this is the rest of the last draw.",
      ss: "f in mem:(…)",
      netstat: "not shown",
      source: KernelSource("idiag_fmem", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["net.ipv4.tcp_mem"]))

  /// The corresponding C member is idiag_tmem; unit: bytes.
  public static let mem_tmem = Field(
    "tmem", label: "t", Layout(.meminfo, at: 12, width: 4), .gauge,
    Entry(
      "tmem", aliases: ["idiag_tmem", "idiag_tmem"], topic: .field, unit: .bytes,
      summary: "short form: memory handed down to the queueing discipline or device",
      meaning: "Rises when a segment leaves TCP and falls when the driver frees it, so it shows what sits below TCP on this very host.",
      ss: "t in mem:(…)",
      netstat: "not shown",
      source: KernelSource("idiag_tmem", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["net.ipv4.tcp_limit_output_bytes"]))
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
      "rmem_alloc", aliases: ["SK_MEMINFO_RMEM_ALLOC", "skmem r"], topic: .field, unit: .bytes,
      summary: "memory of everything queued for reading, overhead included",
      meaning: """
        Counts the truesize of buffers in the receive and out-of-order queues: payload plus the buffer's own bookkeeping and slack. When \
        it would pass rcvbuf, TCP first collapses and prunes, UDP drops at once. The ratio to the readable bytes tells how wasteful the \
        arriving packets are.
        """,
      ss: "r in skmem:(…), with -m",
      netstat: "not shown",
      source: KernelSource("SK_MEMINFO_RMEM_ALLOC", "sk_get_meminfo()", "net/core/sock.c", "6.12"),
      settings: ["net.ipv4.tcp_rmem", "SO_RCVBUF"],
      advice: "Near sk_rcvbuf: the reader is too slow, or many tiny packets eat the buffer."))

  /// The corresponding C member is SK_MEMINFO_RCVBUF; unit: bytes.
  public static let sk_rcvbuf = Field(
    "rcvbuf", label: "rb", Layout(.skmeminfo, at: 4, width: 4), .gauge,
    Entry(
      "rcvbuf", aliases: ["SK_MEMINFO_RCVBUF", "rb", "skmem rb"], topic: .field, unit: .bytes,
      summary: "limit of receive memory",
      meaning: """
        The ceiling for rmem_alloc. TCP raises it by itself up to the third value of tcp_rmem as long as the program never set \
        SO_RCVBUF; a set value is doubled by the kernel to pay for overhead, capped by rmem_max, and freezes autotuning.
        """,
      formula: "2 × SO_RCVBUF when set",
      ss: "rb in skmem:(…), with -m",
      netstat: "not shown",
      source: KernelSource("SK_MEMINFO_RCVBUF", "sk_get_meminfo()", "net/core/sock.c", "6.12"),
      settings: ["net.ipv4.tcp_rmem", "net.core.rmem_max", "net.core.rmem_default", "net.ipv4.tcp_moderate_rcvbuf", "SO_RCVBUF"],
      advice: "Small on a long fat path: remove the program's SO_RCVBUF or raise tcp_rmem."))

  /// The corresponding C member is SK_MEMINFO_WMEM_ALLOC; unit: bytes.
  public static let sk_wmem_alloc = Field(
    "wmem_alloc", label: "t", Layout(.skmeminfo, at: 8, width: 4), .gauge,
    Entry(
      "wmem_alloc", aliases: ["SK_MEMINFO_WMEM_ALLOC", "skmem t"], topic: .field, unit: .bytes,
      summary: "bytes of this socket below TCP: in the queueing discipline, the driver or on loopback",
      meaning: """
        Counted from the moment a packet is passed down until its buffer is freed after transmission. A value that stays high means that \
        this host's own link or shaper is the bottleneck. TCP Small Queues holds it to about a millisecond's worth per connection. UDP's \
        Send-Q is this number.
        """,
      ss: "t in skmem:(…), with -m",
      netstat: "not shown",
      source: KernelSource("SK_MEMINFO_WMEM_ALLOC", "sk_get_meminfo()", "net/core/sock.c", "6.12"),
      settings: ["net.ipv4.tcp_limit_output_bytes"]))

  /// The corresponding C member is SK_MEMINFO_SNDBUF; unit: bytes.
  public static let sk_sndbuf = Field(
    "sndbuf", label: "tb", Layout(.skmeminfo, at: 12, width: 4), .gauge,
    Entry(
      "sndbuf", aliases: ["SK_MEMINFO_SNDBUF", "tb", "skmem tb"], topic: .field, unit: .bytes,
      summary: "limit of send memory",
      meaning: """
        When wmem_queued reaches it a blocking write() sleeps, a non-blocking one gets EAGAIN and poll() stops reporting the socket \
        writable. It grows with the congestion window up to the last number of tcp_wmem unless SO_SNDBUF was set.
        """,
      formula: "2 × SO_SNDBUF when set; else about 2 × cwnd × segment truesize",
      ss: "tb in skmem:(…), with -m",
      netstat: "not shown",
      source: KernelSource("SK_MEMINFO_SNDBUF", "sk_get_meminfo()", "net/core/sock.c", "6.12"),
      settings: ["net.ipv4.tcp_wmem", "net.core.wmem_max", "SO_SNDBUF"],
      advice: "If sndbuf_limited time grows, let it autotune or raise tcp_wmem's maximum."))

  /// The corresponding C member is SK_MEMINFO_FWD_ALLOC; unit: bytes.
  public static let sk_fwd_alloc = Field(
    "fwd_alloc", label: "f", Layout(.skmeminfo, at: 16, width: 4), .gauge,
    Entry(
      "fwd_alloc", aliases: ["SK_MEMINFO_FWD_ALLOC", "skmem f"], topic: .field, unit: .bytes,
      summary: "memory granted in advance from the protocol's pool",
      meaning: """
        Accounting happens in pages against tcp_mem or udp_mem; what a socket has been granted and not charged to a packet waits here, \
        and is given back when it grows large or memory is short. It is bookkeeping, not data.
        """,
      ss: "f in skmem:(…), with -m",
      netstat: "not shown",
      source: KernelSource("SK_MEMINFO_FWD_ALLOC", "sk_get_meminfo()", "net/core/sock.c", "6.12"),
      settings: ["net.ipv4.tcp_mem", "net.ipv4.udp_mem", "SO_RESERVE_MEM"]))

  /// The corresponding C member is SK_MEMINFO_WMEM_QUEUED; unit: bytes.
  public static let sk_wmem_queued = Field(
    "wmem_queued", label: "w", Layout(.skmeminfo, at: 20, width: 4), .gauge,
    Entry(
      "wmem_queued", aliases: ["SK_MEMINFO_WMEM_QUEUED", "skmem w"], topic: .field, unit: .bytes,
      summary: "memory of the send queue, sent and unsent",
      meaning: """
        Truesize of all segments kept until the peer acknowledges them, plus what is still to be sent. Compare with wqueue, which counts \
        payload bytes of the same queue. Used by TCP; datagram sockets leave it 0.
        """,
      ss: "w in skmem:(…), with -m",
      netstat: "not shown",
      source: KernelSource("SK_MEMINFO_WMEM_QUEUED", "sk_get_meminfo()", "net/core/sock.c", "6.12"),
      settings: ["net.ipv4.tcp_wmem", "net.ipv4.tcp_notsent_lowat"]))

  /// The corresponding C member is SK_MEMINFO_OPTMEM; unit: bytes.
  public static let sk_optmem = Field(
    "optmem", label: "o", Layout(.skmeminfo, at: 24, width: 4), .gauge,
    Entry(
      "optmem", aliases: ["SK_MEMINFO_OPTMEM", "skmem o"], topic: .field, unit: .bytes,
      summary: "memory of option data attached to the socket",
      meaning: """
        Socket filters, multicast memberships, MD5 and AO keys, IP options, and zero-copy or timestamp notices are charged here against \
        optmem_max. Running out makes setsockopt() or a zero-copy send fail with ENOBUFS or ENOMEM.
        """,
      ss: "o in skmem:(…), with -m",
      netstat: "not shown",
      source: KernelSource("SK_MEMINFO_OPTMEM", "sk_get_meminfo()", "net/core/sock.c", "6.12"),
      settings: ["net.core.optmem_max"]))

  /// The corresponding C member is SK_MEMINFO_BACKLOG; unit: bytes.
  public static let sk_backlog = Field(
    "backlog", label: "bl", Layout(.skmeminfo, at: 28, width: 4), .gauge,
    Entry(
      "backlog", aliases: ["SK_MEMINFO_BACKLOG", "bl", "skmem bl"], topic: .field, unit: .bytes,
      summary: "packets that arrived while a process held the socket's lock",
      meaning: """
        The softirq may not touch a socket that a system call is working on, so it parks packets on this list and the call handles them \
        before it returns. Usually 0 at the moment of looking. It is no accept queue and no listen backlog, in spite of the name.
        """,
      ss: "bl in skmem:(…), with -m",
      netstat: "not shown",
      source: KernelSource("SK_MEMINFO_BACKLOG", "sk_get_meminfo()", "net/core/sock.c", "6.12"),
      settings: ["SO_RCVBUF", "SO_SNDBUF"],
      advice: "Persistently high, with TCPBacklogDrop rising: system calls hold the lock too long (very large reads or writes)."))

  /// The corresponding C member is SK_MEMINFO_DROPS; unit: packets.
  public static let sk_drops = Field(
    "drops", label: "d", Layout(.skmeminfo, at: 32, width: 4), .counter,
    Entry(
      "drops", aliases: ["SK_MEMINFO_DROPS", "skmem d"], topic: .field, unit: .packets,
      summary: "packets this socket refused since it was created",
      meaning: """
        On UDP: datagrams lost to a full receive buffer, bad checksums or filters. On a TCP connection: segments outside the window or \
        held already, and what memory limits or filters refused. On a listener it also rises for harmless things (a SYN repeated, a \
        client's reset during the handshake, ACKs put off by TCP_DEFER_ACCEPT), so by itself it proves no lost connection. Packets lost \
        before this socket was found are in no socket's count, and a new connection starts at 0 whatever its listener shows.
        """,
      ss: "d in skmem:(…), with -m",
      netstat: "not shown (/proc/net/udp has a drops column, netstat ignores it)",
      source: KernelSource("SK_MEMINFO_DROPS", "sk_drops_add()", "include/net/sock.h", "6.12"),
      settings: ["SO_RCVBUF", "net.core.rmem_max"],
      advice: "Rising on UDP: read faster or enlarge the receive buffer. On a listener: compare with ListenOverflows and ListenDrops."))
}
