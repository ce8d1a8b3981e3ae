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
      summary: "ICMP errors are queued for the program to read in detail",
      meaning: """
        IP_RECVERR: errors such as host unreachable arrive on the error queue with the offending address (MSG_ERRQUEUE), and on UDP each \
        is reported at once rather than only on connected sockets. On TCP it makes soft errors fatal immediately.
        """,
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("recverr", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_RECVERR"]))

  /// The corresponding C member is is_icsk; unit: 0 or 1.
  public static let is_icsk = Field(
    "is_icsk", label: "is_icsk", Layout(.sockopt, at: 0, width: 1, bit: 1, bits: 1), .code,
    Entry(
      "is_icsk", topic: .field, unit: .boolean,
      summary: "the socket is connection oriented inside the kernel",
      meaning: """
        Internal mark of struct inet_connection_sock: set for TCP and its like, clear for UDP and raw. It says nothing about whether a \
        connection exists.
        """,
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("is_icsk", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["SOCK_STREAM"]))

  /// The corresponding C member is freebind; unit: 0 or 1.
  public static let freebind = Field(
    "freebind", label: "freebind", Layout(.sockopt, at: 0, width: 1, bit: 2, bits: 1), .code,
    Entry(
      "freebind", topic: .field, unit: .boolean,
      summary: "the program may bind to an address this host does not have (yet)",
      meaning: """
        IP_FREEBIND, used by high-availability services that start before their floating address arrives. Such a listener is in order \
        and merely receives nothing until the address is configured.
        """,
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("freebind", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_FREEBIND", "net.ipv4.ip_nonlocal_bind"]))

  /// The corresponding C member is hdrincl; unit: 0 or 1.
  public static let hdrincl = Field(
    "hdrincl", label: "hdrincl", Layout(.sockopt, at: 0, width: 1, bit: 3, bits: 1), .code,
    Entry(
      "hdrincl", topic: .field, unit: .boolean,
      summary: "the program writes the IP header itself",
      meaning: "IP_HDRINCL, only meaningful for raw sockets; protocol 255 implies it.",
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("hdrincl", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_HDRINCL"]))

  /// The corresponding C member is mc_loop; unit: 0 or 1.
  public static let mc_loop = Field(
    "mc_loop", label: "mc_loop", Layout(.sockopt, at: 0, width: 1, bit: 4, bits: 1), .code,
    Entry(
      "mc_loop", topic: .field, unit: .boolean,
      summary: "multicast that this socket sends is also delivered on this host",
      meaning: "IP_MULTICAST_LOOP, on by default, hence set for nearly every socket. It has no effect on unicast.",
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("mc_loop", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_MULTICAST_LOOP"]))

  /// The corresponding C member is transparent; unit: 0 or 1.
  public static let transparent = Field(
    "transparent", label: "transparent", Layout(.sockopt, at: 0, width: 1, bit: 5, bits: 1), .code,
    Entry(
      "transparent", topic: .field, unit: .boolean,
      summary: "the socket may use foreign addresses as its own",
      meaning: """
        IP_TRANSPARENT, which needs CAP_NET_ADMIN or CAP_NET_RAW: the base of transparent proxies (TPROXY). The local address shown is \
        then the one the client meant, not one of this machine.
        """,
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("transparent", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_TRANSPARENT"]))

  /// The corresponding C member is mc_all; unit: 0 or 1.
  public static let mc_all = Field(
    "mc_all", label: "mc_all", Layout(.sockopt, at: 0, width: 1, bit: 6, bits: 1), .code,
    Entry(
      "mc_all", topic: .field, unit: .boolean,
      summary: "multicast for any group joined by anybody on this host is delivered here",
      meaning: """
        IP_MULTICAST_ALL, on by default. A UDP socket bound to the wildcard can thereby receive groups that another process joined.
        """,
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("mc_all", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_MULTICAST_ALL"]))

  /// The corresponding C member is nodefrag; unit: 0 or 1.
  public static let nodefrag = Field(
    "nodefrag", label: "nodefrag", Layout(.sockopt, at: 0, width: 1, bit: 7, bits: 1), .code,
    Entry(
      "nodefrag", topic: .field, unit: .boolean,
      summary: "fragments are not reassembled for a raw socket on output",
      meaning: "IP_NODEFRAG: netfilter's connection tracking leaves the fragments that this raw socket sends as they are.",
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("nodefrag", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_NODEFRAG"]))

  /// The corresponding C member is bind_address_no_port; unit: 0 or 1.
  public static let bind_address_no_port = Field(
    "bind_address_no_port", label: "bind_address_no_port", Layout(.sockopt, at: 1, width: 1, bit: 0, bits: 1), .code,
    Entry(
      "bind_address_no_port", topic: .field, unit: .boolean,
      summary: "bind() with port 0 leaves the choice of a port to connect()",
      meaning: """
        IP_BIND_ADDRESS_NO_PORT. Lets the kernel reuse a local port towards different destinations; without it a client that binds its \
        source address first uses up the port range per local address.
        """,
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("bind_address_no_port", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_BIND_ADDRESS_NO_PORT", "net.ipv4.ip_local_port_range"]))

  /// The corresponding C member is recverr_rfc4884; unit: 0 or 1.
  public static let recverr_rfc4884 = Field(
    "recverr_rfc4884", label: "recverr_rfc4884", Layout(.sockopt, at: 1, width: 1, bit: 1, bits: 1), .code,
    Entry(
      "recverr_rfc4884", topic: .field, unit: .boolean,
      summary: "extended ICMP error objects are passed to the program",
      meaning: "IP_RECVERR_RFC4884: the error queue also reports where RFC 4884 extensions begin inside the returned packet.",
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("recverr_rfc4884", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_RECVERR_RFC4884"]))

  /// The corresponding C member is defer_connect; unit: 0 or 1.
  public static let defer_connect = Field(
    "defer_connect", label: "defer_connect", Layout(.sockopt, at: 1, width: 1, bit: 2, bits: 1), .code,
    Entry(
      "defer_connect", aliases: ["TCP_FASTOPEN_CONNECT"], topic: .field, unit: .boolean,
      summary: "connect() has returned although no SYN was sent yet",
      meaning: """
        TCP_FASTOPEN_CONNECT with a cached cookie: the SYN leaves together with the first write(). The socket looks like SYN-SENT \
        without anything on the wire until then.
        """,
      ss: "the word, with --inet-sockopt, when set",
      netstat: "not shown",
      source: KernelSource("defer_connect", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["TCP_FASTOPEN_CONNECT", "net.ipv4.tcp_fastopen"]))
}
