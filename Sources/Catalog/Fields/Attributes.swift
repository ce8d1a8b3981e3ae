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
      summary: "type of service byte for outgoing IPv4 packets",
      meaning: """
        Upper six bits DSCP, lower two ECN. Set with IP_TOS; on an accepted connection it can be copied from the client's SYN when \
        tcp_reflect_tos is on. Reported for IPv6 sockets as well, because a dual-stack one may speak IPv4.
        """,
      ss: "tos:0x…, with --tos",
      netstat: "not shown",
      source: KernelSource("INET_DIAG_TOS", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IP_TOS", "net.ipv4.tcp_reflect_tos"]))

  /// The corresponding C member is INET_DIAG_TCLASS; unit: a code.
  public static let tclass = Field(
    "tclass", label: "tclass", Layout(.tclass, at: 0, width: 1), .code,
    Entry(
      "tclass", aliases: ["INET_DIAG_TCLASS"], topic: .field, unit: .code,
      summary: "traffic class of outgoing IPv6 packets",
      meaning: "The counterpart of the IPv4 byte for family 10 sockets only, set with IPV6_TCLASS. DSCP sits in its upper six bits.",
      ss: "tclass:0x…, with --tos",
      netstat: "not shown",
      source: KernelSource("INET_DIAG_TCLASS", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IPV6_TCLASS"]))

  /// The corresponding C member is INET_DIAG_SHUTDOWN; unit: flags.
  public static let shutdown = Field(
    "shutdown", label: nil, Layout(.shutdown, at: 0, width: 1), .code,
    Entry(
      "shutdown", aliases: ["INET_DIAG_SHUTDOWN"], topic: .field, unit: .flags,
      summary: "which directions have been closed: bit 0 receiving, bit 1 sending",
      meaning: """
        Set by shutdown(), by close(), and for receiving also when the peer's FIN arrives. 0 is a connection open both ways, 3 is closed \
        in both. A request or TIME-WAIT mini-socket does not carry it.
        """,
      ss: "<-> with -e: an arrow head becomes - when that direction is shut",
      netstat: "not shown",
      source: KernelSource("INET_DIAG_SHUTDOWN", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12")))

  /// The corresponding C member is RCV_SHUTDOWN; unit: 0 or 1.
  public static let shutdownReceive = Field(
    "shutdown_receive", label: nil, Layout(.shutdown, at: 0, width: 1, bit: 0, bits: 1), .code,
    Entry(
      "shutdown_receive", aliases: ["RCV_SHUTDOWN", "shutdown receive"], topic: .field, unit: .boolean,
      summary: "nothing more will be received: the peer sent FIN, or the program shut reading down",
      meaning: """
        RCV_SHUTDOWN. read() returns 0 once the queue is drained. In CLOSE-WAIT this bit is set by the peer's FIN, and the program that \
        does not react to that end of file is what keeps the state alive.
        """,
      ss: "the left < of <-> becomes -",
      netstat: "not shown",
      source: KernelSource("RCV_SHUTDOWN", "tcp_fin()", "net/ipv4/tcp_input.c", "6.12")))

  /// The corresponding C member is SEND_SHUTDOWN; unit: 0 or 1.
  public static let shutdownSend = Field(
    "shutdown_send", label: nil, Layout(.shutdown, at: 0, width: 1, bit: 1, bits: 1), .code,
    Entry(
      "shutdown_send", aliases: ["SEND_SHUTDOWN", "shutdown send"], topic: .field, unit: .boolean,
      summary: "nothing more will be sent: the program called shutdown() or close()",
      meaning: """
        SEND_SHUTDOWN. A FIN was queued behind the last byte; writing now raises SIGPIPE or EPIPE. Together with an inode in FIN-WAIT-2 \
        it marks a deliberate half-close.
        """,
      ss: "the right > of <-> becomes -",
      netstat: "not shown",
      source: KernelSource("SEND_SHUTDOWN", "tcp_shutdown()", "net/ipv4/tcp.c", "6.12")))

  /// The corresponding C member is INET_DIAG_PROTOCOL; unit: a code.
  public static let rawProtocol = Field(
    "protocol", label: nil, Layout(.`protocol`, at: 0, width: 1), .code,
    Entry(
      "protocol", aliases: ["INET_DIAG_PROTOCOL", "raw protocol"], topic: .field, unit: .code,
      summary: "IP protocol number of a raw socket",
      meaning: """
        What the program gave to socket(AF_INET, SOCK_RAW, …): 1 ICMP, 58 ICMPv6, 89 OSPF, 255 send-only. Only raw sockets carry the \
        attribute.
        """,
      ss: "as the local port of a raw socket",
      netstat: "behind the local address of raw sockets",
      source: KernelSource("INET_DIAG_PROTOCOL", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c", "6.12")))

  /// The corresponding C member is INET_DIAG_SKV6ONLY; unit: 0 or 1.
  public static let v6only = Field(
    "v6only", label: "v6only", Layout(.v6only, at: 0, width: 1), .code,
    Entry(
      "v6only", aliases: ["INET_DIAG_SKV6ONLY", "INET_DIAG_SKV6ONLY", "ipv6only"], topic: .field, unit: .boolean,
      summary: "whether an IPv6 socket refuses IPv4",
      meaning: """
        1 leaves the port free for a separate IPv4 socket, 0 lets one socket serve both families through mapped addresses. The kernel \
        reports it for family 10 in LISTEN and CLOSE only.
        """,
      ss: "v6only:0 or 1, with -e; a dual-stack wildcard prints as *",
      netstat: "not shown; both kinds read :::port",
      source: KernelSource("INET_DIAG_SKV6ONLY", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IPV6_V6ONLY", "net.ipv6.bindv6only"],
      advice: "1 on a server that IPv4 clients cannot reach: clear IPV6_V6ONLY or open a second socket."))

  /// The corresponding C member is INET_DIAG_MARK; unit: an identifier.
  public static let mark = Field(
    "mark", label: "fwmark", Layout(.mark, at: 0, width: 4), .code,
    Entry(
      "mark", aliases: ["INET_DIAG_MARK", "fwmark"], topic: .field, unit: .identifier,
      summary: "firewall mark the socket puts on its packets",
      meaning: """
        Consulted by routing rules (ip rule fwmark), netfilter and traffic control. Reported to readers with CAP_NET_ADMIN only; its \
        absence then means no permission, not 0. Connections can take it from the SYN when tcp_fwmark_accept is set.
        """,
      ss: "fwmark:0x…, with -e, hidden when 0 or unprivileged",
      netstat: "not shown",
      source: KernelSource("INET_DIAG_MARK", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["SO_MARK", "net.ipv4.tcp_fwmark_accept"]))

  /// The corresponding C member is INET_DIAG_CLASS_ID; unit: an identifier.
  public static let classID = Field(
    "class_id", label: "class_id", Layout(.classID, at: 0, width: 4), .code,
    Entry(
      "class_id", aliases: ["INET_DIAG_CLASS_ID"], topic: .field, unit: .identifier,
      summary: "traffic control class of the socket",
      meaning: """
        The net_cls class of its cgroup (version 1), major and minor in 16 bits each. Where there is none the kernel puts the socket's \
        priority (SO_PRIORITY) in the same place, so a small number is usually that.
        """,
      ss: "class_id:0x…, with --tos",
      netstat: "not shown",
      source: KernelSource("INET_DIAG_CLASS_ID", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["SO_PRIORITY"]))

  /// The corresponding C member is INET_DIAG_CGROUP_ID; unit: an identifier.
  public static let cgroupID = Field(
    "cgroup_id", label: "cgroup", Layout(.cgroupID, at: 0, width: 8), .code,
    Entry(
      "cgroup_id", aliases: ["INET_DIAG_CGROUP_ID", "cgroup"], topic: .field, unit: .identifier,
      summary: "id of the cgroup (version 2) the socket was created in",
      meaning: """
        Inode number of the cgroup's directory, from which the systemd unit or container follows. It stays that of the creation even if \
        the process is moved later, and an accepted connection keeps its listener's: after socket activation it may name systemd's and \
        not the service's.
        """,
      ss: "cgroup:PATH, with -e or --cgroup",
      netstat: "not shown",
      source: KernelSource("INET_DIAG_CGROUP_ID", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12")))
}
