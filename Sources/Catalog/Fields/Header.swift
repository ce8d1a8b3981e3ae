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
      summary: "address family of the socket: 2 is IPv4, 10 is IPv6",
      meaning: """
        AF_INET or AF_INET6, as the program created the socket. A dual-stack IPv6 socket that talks to an IPv4 peer stays family 10; its \
        addresses then read ::ffff:a.b.c.d.
        """,
      ss: "not printed; -4 and -6 select by it",
      netstat: "tcp or tcp6 in the first column",
      source: KernelSource("idiag_family", "inet_diag_msg_common_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["IPV6_V6ONLY"]))

  /// The corresponding C member is idiag_state; unit: a code.
  public static let state = Field(
    "state", label: nil, Layout(.header, at: 1, width: 1), .code,
    Entry(
      "state", aliases: ["idiag_state"], topic: .field, unit: .code,
      summary: "where the connection stands in TCP's state machine, as a number",
      meaning: """
        1 ESTAB to 11 CLOSING, as in include/net/tcp_states.h. Two values hide a second meaning: 3 is reported for request sockets \
        (whose own number is 12) as well as for full sockets in SYN-RECV, and 7 for TCP sockets that are merely bound or not even that. \
        For UDP, 1 means connected and 7 not connected.
        """,
      ss: "the State column, as a word",
      netstat: "the State column, with underscores and a few other words",
      source: KernelSource("idiag_state", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c", "6.12")))

  /// The corresponding C member is idiag_timer; unit: a code.
  public static let timer = Field(
    "timer", label: nil, Layout(.header, at: 2, width: 1), .code,
    Entry(
      "timer", aliases: ["idiag_timer"], topic: .field, unit: .code,
      summary: "which of the socket's timers runs next, as a number",
      meaning: """
        0 none, 1 retransmission (or a tail loss probe or RACK's reordering wait), 2 keepalive, 3 the clock of a TIME-WAIT or FIN-WAIT-2 \
        mini-socket, 4 zero-window probing, 5 delayed ACK on the newest kernels. Only one is reported even if two are armed: the \
        transmission timers hide a keepalive.
        """,
      ss: "the word inside timer:(…), with -o",
      netstat: "the first word of the Timer column, with -o",
      source: KernelSource("idiag_timer", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c", "6.12")))

  /// The corresponding C member is idiag_retrans; unit: times.
  public static let retrans = Field(
    "retrans", label: nil, Layout(.header, at: 3, width: 1), .gauge,
    Entry(
      "retrans", aliases: ["idiag_retrans"], topic: .field, unit: .times,
      summary: "how often the running timer has already fired without effect",
      meaning: """
        Its unit depends on the timer beside it: consecutive retransmission timeouts with timer 1, unanswered probes with timers 2 and \
        4, always 0 with timer 3. For a request socket it counts SYN-ACKs that were sent again. Tail loss probes and RACK \
        retransmissions leave it alone. An ACK of new data clears the timeouts, any valid ACK the probes.
        """,
      ss: "the last number in timer:(…), with -o",
      netstat: "the second (retransmissions) or third (probes) number of the Timer column",
      source: KernelSource("idiag_retrans", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["net.ipv4.tcp_retries2", "net.ipv4.tcp_syn_retries", "net.ipv4.tcp_synack_retries", "net.ipv4.tcp_keepalive_probes"],
      advice: "Above 2: compare with the limit of this state and with how long the peer has been silent (last_ack_recv)."))

  /// The corresponding C member is idiag_sport; unit: a port.
  public static let sport = Field(
    "sport", label: nil, Layout(.header, at: 4, width: 2, network: true), .code,
    Entry(
      "sport", aliases: ["idiag_sport"], topic: .field, unit: .port,
      summary: "local port (network byte order on the wire)",
      meaning: """
        The port the socket is bound to, by bind() or chosen by the kernel at connect(), listen() or first send. 0 means unbound. For \
        raw sockets it carries the IP protocol number instead.
        """,
      ss: "behind the local address",
      netstat: "behind the Local Address",
      source: KernelSource("idiag_sport", "inet_diag_msg_common_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["net.ipv4.ip_local_port_range", "IP_BIND_ADDRESS_NO_PORT"]))

  /// The corresponding C member is idiag_dport; unit: a port.
  public static let dport = Field(
    "dport", label: nil, Layout(.header, at: 6, width: 2, network: true), .code,
    Entry(
      "dport", aliases: ["idiag_dport"], topic: .field, unit: .port,
      summary: "port of the other end, stored big-endian like its sibling",
      meaning: """
        0 for whatever has no peer: listeners, unconnected UDP, closed sockets. Together with the three other parts of the 4-tuple it \
        names exactly one connection in a network namespace.
        """,
      ss: "behind the peer address; * when 0",
      netstat: "behind the Foreign Address; * when 0",
      source: KernelSource("idiag_dport", "inet_diag_msg_common_fill()", "net/ipv4/inet_diag.c", "6.12")))

  /// The corresponding C member is idiag_if; unit: an identifier.
  public static let interface = Field(
    "if", label: nil, Layout(.header, at: 40, width: 4), .code,
    Entry(
      "if", aliases: ["idiag_if", "idiag_if", "interface", "dev"], topic: .field, unit: .identifier,
      summary: "index of the device the socket is bound to, 0 for any",
      meaning: """
        Set by SO_BINDTODEVICE or SO_BINDTOIFINDEX, by a link-local IPv6 scope, or inherited when a connection arrives through a VRF. A \
        bound listener accepts only what arrives on that device, which makes it invisible to clients on another.
        """,
      ss: "after a % behind the local address",
      netstat: "not shown",
      source: KernelSource("idiag_if", "inet_diag_msg_common_fill()", "net/ipv4/inet_diag.c", "6.12"),
      settings: ["SO_BINDTODEVICE", "net.ipv4.tcp_l3mdev_accept"]))

  /// The corresponding C member is idiag_cookie; unit: an identifier.
  public static let cookie = Field(
    "cookie", label: "sk", Layout(.header, at: 44, width: 8), .code,
    Entry(
      "cookie", aliases: ["idiag_cookie", "sk"], topic: .field, unit: .identifier,
      summary: "number that names this socket and no other until the next boot",
      meaning: """
        Drawn from one ascending counter of the whole system when somebody first asks, and never reused, unlike ports, inodes and kernel \
        addresses. It is what an exact query must quote, what tells a socket from its successor on the same 4-tuple, and what BPF \
        programs see as bpf_get_socket_cookie().
        """,
      ss: "sk:HEX, with -e",
      netstat: "not shown: /proc/net/tcp prints a hashed kernel pointer instead",
      source: KernelSource("idiag_cookie", "sock_diag_save_cookie()", "net/core/sock_diag.c", "6.12")))

  /// The corresponding C member is idiag_expires; unit: milliseconds.
  public static let expires = Field(
    "expires", label: nil, Layout(.header, at: 52, width: 4), .gauge,
    Entry(
      "expires", aliases: ["idiag_expires"], topic: .field, unit: .milliseconds,
      summary: "time until the running timer fires",
      meaning: """
        Milliseconds, rounded to the kernel's tick (4 ms at HZ=250). It may read as 0 for a timer that is due but whose handler waits \
        because a process holds the socket.
        """,
      formula: "expires = timer's jiffies - now, in ms",
      ss: "the middle of timer:(…), in s or ms, with -o",
      netstat: "the first number of the Timer column, in seconds and 1/100",
      source: KernelSource("idiag_expires", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c", "6.12")))

  /// The corresponding C member is idiag_rqueue; unit: bytes.
  public static let rqueue = Field(
    "rqueue", label: nil, Layout(.header, at: 56, width: 4), .gauge,
    Entry(
      "rqueue", aliases: ["idiag_rqueue"], topic: .field, unit: .bytes,
      summary: "receive side backlog: unread bytes, or connections waiting for accept()",
      meaning: """
        Three meanings. TCP connection: bytes that arrived in order and were not yet read; an unread FIN adds 1. LISTEN: connections \
        whose handshake is complete and that no accept() has fetched. UDP and raw: memory charged for queued datagrams including the \
        kernel's overhead, so several times the payload when datagrams are small.
        """,
      formula: "rcv_nxt - copied_seq; LISTEN: sk_ack_backlog; UDP: sk_rmem_alloc - forward_deficit",
      ss: "Recv-Q",
      netstat: "Recv-Q",
      source: KernelSource("idiag_rqueue", "tcp_diag_get_info()", "net/ipv4/tcp_diag.c", "6.12"),
      settings: ["net.ipv4.tcp_rmem", "SO_RCVBUF", "net.core.somaxconn"],
      advice: "Growing: the program does not read (or accept) as fast as the network delivers; look at what it is doing."))

  /// The corresponding C member is idiag_wqueue; unit: bytes.
  public static let wqueue = Field(
    "wqueue", label: nil, Layout(.header, at: 60, width: 4), .gauge,
    Entry(
      "wqueue", aliases: ["idiag_wqueue"], topic: .field, unit: .bytes,
      summary: "send side backlog: bytes the peer has not acknowledged, or a listener's limit",
      meaning: """
        TCP connection: everything written and not yet acknowledged, whether still unsent or in flight; SYN and FIN occupy 1 each while \
        unacknowledged. LISTEN: no queue at all but the largest accept queue allowed, min(listen() backlog, somaxconn) as it was when \
        listen() was called. UDP and raw: memory of datagrams not yet released by the device.
        """,
      formula: "write_seq - snd_una; LISTEN: sk_max_ack_backlog; UDP: sk_wmem_alloc",
      ss: "Send-Q",
      netstat: "Send-Q, but 0 for LISTEN: /proc/net/tcp does not carry the limit",
      source: KernelSource("idiag_wqueue", "tcp_diag_get_info()", "net/ipv4/tcp_diag.c", "6.12"),
      settings: ["net.ipv4.tcp_wmem", "SO_SNDBUF", "net.core.somaxconn"],
      advice: """
        Large on a connection: split it with notsent_bytes into waiting and in flight, then look at the peer's window and at losses.
        """))

  /// The corresponding C member is idiag_uid; unit: an identifier.
  public static let uid = Field(
    "uid", label: "uid", Layout(.header, at: 64, width: 4), .code,
    Entry(
      "uid", aliases: ["idiag_uid"], topic: .field, unit: .identifier,
      summary: "user id that owns the socket",
      meaning: """
        The owner of the socket's inode: normally the effective user of the process at the time of socket(), or of accept(), translated \
        to the reader's user namespace (65534 if it has no name there). Mini-sockets and request sockets report 0 without belonging to \
        root; so does, on older kernels, a connection that still waits for accept().
        """,
      ss: "uid:N with -e, hidden when 0",
      netstat: "User column, with -e",
      source: KernelSource("idiag_uid", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12")))

  /// The corresponding C member is idiag_inode; unit: an identifier.
  public static let inode = Field(
    "inode", label: "ino", Layout(.header, at: 68, width: 4), .code,
    Entry(
      "inode", aliases: ["idiag_inode", "ino"], topic: .field, unit: .identifier,
      summary: "inode number of the socket in the kernel's sockfs",
      meaning: """
        The link between a socket and processes: /proc/PID/fd/N points to socket:[inode]. 0 means that no file refers to it: a \
        connection nobody has accepted, an orphan the kernel is still closing, or a mini-socket.
        """,
      ss: "ino:N, with -e",
      netstat: "Inode column, with -e",
      source: KernelSource("idiag_inode", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c", "6.12"),
      advice: "0 on ESTAB or CLOSE-WAIT: look at the listener's accept queue, not for a process."))
}
