// Options that decide when the kernel gives up, and the buffers that a program fixed.

extension ProbedField {
  static let keepaliveEntry = field(
    "SO_KEEPALIVE", ["SOCK_KEEPOPEN"], .boolean, "an idle connection is probed, so that a dead peer is noticed",
    """
    Off unless a program asks for it: then nothing is ever sent on an idle connection, and a peer that vanished without a FIN stays \
    ESTABLISHED here until the program itself sends. The times come from tcp_keepalive_* or from the socket's own TCP_KEEP* options.
    """,
    source: KernelSource("SOCK_KEEPOPEN", "tcp_keepalive_timer()", "net/ipv4/tcp_timer.c"),
    settings: ["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"])

  static let keepaliveTimeEntry = field(
    "TCP_KEEPIDLE", ["keepalive_time", "keepidle"], .milliseconds, "silence after which this socket sends its first keepalive probe",
    """
    Absent where the namespace's tcp_keepalive_time rules, read at the moment when the timer is set. A running timer is not moved by a change of \
    the setting, and only with SO_KEEPALIVE is there one.
    """,
    source: KernelSource("keepalive_time", "keepalive_time_when()", "include/net/tcp.h"), settings: ["net.ipv4.tcp_keepalive_time"])

  static let keepaliveIntervalEntry = field(
    "TCP_KEEPINTVL", ["keepalive_intvl", "keepintvl"], .milliseconds, "time between this socket's unanswered keepalive probes",
    "Absent where tcp_keepalive_intvl rules. Together with the count it bounds how long a cut in the network may last before idle connections die.",
    source: KernelSource("keepalive_intvl", "keepalive_intvl_when()", "include/net/tcp.h"),
    settings: ["net.ipv4.tcp_keepalive_intvl"])

  static let keepaliveProbesEntry = field(
    "TCP_KEEPCNT", ["keepalive_probes", "keepcnt"], .times, "unanswered keepalive probes after which this socket is reset",
    "Absent where tcp_keepalive_probes rules. The kernel does not look at it when TCP_USER_TIMEOUT is set: the time alone decides then.",
    source: KernelSource("keepalive_probes", "keepalive_probes()", "include/net/tcp.h"), settings: ["net.ipv4.tcp_keepalive_probes"])

  static let userTimeoutEntry = field(
    "TCP_USER_TIMEOUT", ["user_timeout", "icsk_user_timeout"], .milliseconds,
    "how long data may stay unacknowledged before this socket ends",
    """
    Takes the place of tcp_retries2, of tcp_orphan_retries and of the number of keepalive probes, and it also ends a connection whose peer \
    answers every window probe with window 0. Counted from the first retransmission or probe; the program gets ETIMEDOUT. Absent: not set.
    """,
    misreading: "it is no time limit for connect() alone or for reads: a peer that acknowledges and never answers is in order for it",
    source: KernelSource("icsk_user_timeout", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
    settings: ["net.ipv4.tcp_retries2", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_orphan_retries"])

  static let synRetriesEntry = field(
    "TCP_SYNCNT", ["syn_retries", "icsk_syn_retries"], .times, "how often this socket repeats its SYN; of a listener, its SYN-ACKs",
    """
    Replaces tcp_syn_retries for connect(): the linear time-outs come on top, but the time of so many doublings ends it too. A listener \
    that set it uses it in place of tcp_synack_retries. Absent: the settings apply.
    """,
    source: KernelSource("icsk_syn_retries", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
    settings: ["net.ipv4.tcp_syn_retries", "net.ipv4.tcp_syn_linear_timeouts", "net.ipv4.tcp_synack_retries"])

  static let lingerEntry = field(
    "SO_LINGER", ["linger", "SOCK_LINGER", "sk_lingertime"], .milliseconds, "what close() does with data that is not delivered",
    """
    0: close() throws it away and sends RST, and no TIME-WAIT remains. More: close() blocks for up to this long until everything is acknowledged, \
    even on a non-blocking socket. Absent: close() returns at once and the kernel goes on sending.
    """,
    misreading: "it does not lengthen what the kernel itself tries after close(): that is tcp_orphan_retries",
    source: KernelSource("SOCK_LINGER", "inet_release()", "net/ipv4/af_inet.c"), settings: ["net.ipv4.tcp_orphan_retries"])

  static let linger2Entry = field(
    "TCP_LINGER2", ["linger2"], .milliseconds, "how long this socket waits for the peer's FIN once it is closed",
    """
    Replaces tcp_fin_timeout for one socket, up to 120 s. Negative: it does not wait at all, and what the peer sends after our close is \
    answered by RST. A socket in FIN-WAIT-2 that became a mini-socket has forgotten it and knows only its end. Absent: the setting rules.
    """,
    source: KernelSource("linger2", "tcp_fin_time()", "include/net/tcp.h"), settings: ["net.ipv4.tcp_fin_timeout"])

  static let receiveBufferEntry = field(
    "SO_RCVBUF", ["rcvbuf_lock", "SOCK_RCVBUF_LOCK"], .boolean, "the program fixed the receive buffer: it is not tuned",
    """
    The kernel would let it grow with the speed of the connection, up to the last value of tcp_rmem. Fixed, it bounds the window that is offered: \
    at most about half of it can be on its way, which is slow on a long path. Twice the number asked for is kept, at most twice rmem_max.
    """,
    source: KernelSource("SOCK_RCVBUF_LOCK", "tcp_rcv_space_adjust()", "net/ipv4/tcp_input.c"),
    settings: ["net.ipv4.tcp_rmem", "net.core.rmem_max", "net.ipv4.tcp_moderate_rcvbuf"],
    advice: "leave it out unless memory must be bounded")

  static let sendBufferEntry = field(
    "SO_SNDBUF", ["sndbuf_lock", "SOCK_SNDBUF_LOCK"], .boolean, "the program fixed the send buffer: it does not grow",
    """
    Otherwise it follows the congestion window, towards the maximum in tcp_wmem. A fixed one that is smaller than what the path can carry shows \
    as time in sndbuf_limited: the program could write, the network could carry, and the buffer stands between.
    """,
    source: KernelSource("SOCK_SNDBUF_LOCK", "tcp_should_expand_sndbuf()", "net/ipv4/tcp_input.c"),
    settings: ["net.ipv4.tcp_wmem", "net.core.wmem_max"], advice: "leave it out where throughput counts")
}
