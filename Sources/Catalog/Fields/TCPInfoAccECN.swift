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
      summary: "packets that arrived here with the congestion mark (CE)",
      meaning: """
        Every received segment marked CE, bare ACKs too. Its last three bits, offset by 5, are what this side returns in the ACE field \
        of each ACK when Accurate ECN was agreed on.
        """,
      formula: "ACE = (received_ce + 5) mod 8",
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_received_ce", "tcp_ecn_received_counters()", "include/net/tcp_ecn.h", "6.18"),
      settings: ["net.ipv4.tcp_ecn"],
      advice: "Rising: a router towards this host has a queue and marks; the peer should slow down."))

  /// The corresponding C member is tcpi_delivered_e1_bytes; unit: bytes.
  public static let delivered_e1_bytes = Field(
    "delivered_e1_bytes", label: "delivered_e1_bytes", Layout(.tcpInfo, at: 252, width: 4), .counter,
    Entry(
      "delivered_e1_bytes", aliases: ["tcpi_delivered_e1_bytes"], topic: .field, unit: .bytes,
      summary: "our bytes that reached the peer marked ECT(1)",
      meaning: """
        Told by the peer in its AccECN option. ECT(1) is what L4S senders use; a count here although we send ECT(0) proves that somebody \
        rewrites the field.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_delivered_e1_bytes", "tcp_accecn_process_option()", "net/ipv4/tcp_input.c", "6.18"),
      settings: ["net.ipv4.tcp_ecn", "net.ipv4.tcp_ecn_option"]))

  /// The corresponding C member is tcpi_delivered_e0_bytes; unit: bytes.
  public static let delivered_e0_bytes = Field(
    "delivered_e0_bytes", label: "delivered_e0_bytes", Layout(.tcpInfo, at: 256, width: 4), .counter,
    Entry(
      "delivered_e0_bytes", aliases: ["tcpi_delivered_e0_bytes"], topic: .field, unit: .bytes,
      summary: "how much of our data arrived with ECT(0), by the peer's account",
      meaning: """
        The peer's option returns it, in 24 bits that the kernel extends; for ACKs without the option the kernel guesses. On a path that \
        leaves the mark alone it follows bytes_acked; if it stays at 0 the mark is being cleared, and ECN cannot work.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_delivered_e0_bytes", "tcp_accecn_process_option()", "net/ipv4/tcp_input.c", "6.18"),
      settings: ["net.ipv4.tcp_ecn", "net.ipv4.tcp_ecn_option"]))

  /// The corresponding C member is tcpi_delivered_ce_bytes; unit: bytes.
  public static let delivered_ce_bytes = Field(
    "delivered_ce_bytes", label: "delivered_ce_bytes", Layout(.tcpInfo, at: 260, width: 4), .counter,
    Entry(
      "delivered_ce_bytes", aliases: ["tcpi_delivered_ce_bytes"], topic: .field, unit: .bytes,
      summary: "how much of our data was congestion-marked before it reached the peer",
      meaning: """
        In bytes what delivered_ce is in packets, free of the ambiguity of the three-bit field when many ACKs are lost. Divided by all \
        delivered bytes it is the fraction that DCTCP-like controls act on.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_delivered_ce_bytes", "tcp_accecn_process_option()", "net/ipv4/tcp_input.c", "6.18"),
      settings: ["net.ipv4.tcp_ecn", "net.ipv4.tcp_ecn_option"]))

  /// The corresponding C member is tcpi_received_e1_bytes; unit: bytes.
  public static let received_e1_bytes = Field(
    "received_e1_bytes", label: "received_e1_bytes", Layout(.tcpInfo, at: 264, width: 4), .counter,
    Entry(
      "received_e1_bytes", aliases: ["tcpi_received_e1_bytes"], topic: .field, unit: .bytes,
      summary: "payload that came from the peer marked ECT(1)",
      meaning: "Non-zero when the peer runs a scalable control (L4S). This side reports it back in the AccECN option.",
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_received_e1_bytes", "tcp_ecn_received_counters()", "include/net/tcp_ecn.h", "6.18"),
      settings: ["net.ipv4.tcp_ecn"]))

  /// The corresponding C member is tcpi_received_e0_bytes; unit: bytes.
  public static let received_e0_bytes = Field(
    "received_e0_bytes", label: "received_e0_bytes", Layout(.tcpInfo, at: 268, width: 4), .counter,
    Entry(
      "received_e0_bytes", aliases: ["tcpi_received_e0_bytes"], topic: .field, unit: .bytes,
      summary: "received payload bytes that carried ECT(0)",
      meaning: """
        The ordinary mark of a peer whose connection negotiated ECN. 0 while data flows on such a connection: something between bleaches \
        the field.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_received_e0_bytes", "tcp_ecn_received_counters()", "include/net/tcp_ecn.h", "6.18"),
      settings: ["net.ipv4.tcp_ecn"]))

  /// The corresponding C member is tcpi_received_ce_bytes; unit: bytes.
  public static let received_ce_bytes = Field(
    "received_ce_bytes", label: "received_ce_bytes", Layout(.tcpInfo, at: 272, width: 4), .counter,
    Entry(
      "received_ce_bytes", aliases: ["tcpi_received_ce_bytes"], topic: .field, unit: .bytes,
      summary: "payload that came from the peer through a congested router",
      meaning: """
        Only the data bytes of the segments in received_ce, headers and bare ACKs left out. The peer learns it from the option and \
        reduces in proportion.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_received_ce_bytes", "tcp_ecn_received_counters()", "include/net/tcp_ecn.h", "6.18"),
      settings: ["net.ipv4.tcp_ecn"]))

  /// The corresponding C member is tcpi_accecn_fail_mode; unit: flags.
  public static let accecn_fail_mode = Field(
    "accecn_fail_mode", label: "accecn_fail_mode", Layout(.tcpInfo, at: 276, width: 2), .code,
    Entry(
      "accecn_fail_mode", aliases: ["tcpi_accecn_fail_mode"], topic: .field, unit: .flags,
      summary: "what of Accurate ECN was found broken on this path, as bits",
      meaning: """
        1 the ACE field that we send, 2 the one that we receive, 4 the option that we send, 8 the option that we receive. Any bit makes \
        the kernel stop relying on that part of the feedback. 0 is healthy, or not negotiated.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_accecn_fail_mode", "tcp_accecn_fail_mode_set()", "include/net/tcp_ecn.h", "6.18"),
      settings: ["net.ipv4.tcp_ecn_fallback", "net.ipv4.tcp_ecn"],
      advice: "Not 0: a middlebox rewrites TCP flags or options; ECN does no good through it."))

  /// The corresponding C member is tcpi_accecn_opt_seen; unit: a code.
  public static let accecn_opt_seen = Field(
    "accecn_opt_seen", label: "accecn_opt_seen", Layout(.tcpInfo, at: 278, width: 2), .code,
    Entry(
      "accecn_opt_seen", aliases: ["tcpi_accecn_opt_seen"], topic: .field, unit: .code,
      summary: "whether the peer's AccECN option has been seen",
      meaning: """
        0 never, 1 without counters, 2 with counters, 3 with counters that had been zeroed on the way, which counts as a failure.
        """,
      ss: "ss prints nothing for it",
      netstat: "not shown",
      source: KernelSource("tcpi_accecn_opt_seen", "tcp_accecn_option_init()", "include/net/tcp_ecn.h", "6.18"),
      settings: ["net.ipv4.tcp_ecn_option"]))
}
