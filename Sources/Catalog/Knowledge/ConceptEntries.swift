// Columns of ss and netstat, and the mechanisms behind them.

extension Knowledge {
  /// Every concept entry.
  static let concepts: [Entry] = columnConcepts + mechanismConcepts

  private static let columnConcepts: [Entry] = [
    Entry(
      "Recv-Q", aliases: ["recvq", "rqueue", "receive queue", "rx_queue"], topic: .concept, unit: .bytes,
      summary: "what has arrived and not been taken by the program; on a listener: connections waiting for accept()",
      meaning: """
        LISTEN: a number of connections, handshake done, not accepted yet. Other TCP states: bytes received in order and not read; a FIN from the peer counts as one more until the program has read up to it, so CLOSE-WAIT with ten \
        unread bytes shows 11. UDP: not payload but memory, including the overhead of each packet, hence hundreds for one byte. Always 0 for SYN-RECV and TIME-WAIT. \
        Steadily above 0 means that the program is slow or does not read at all, never that the network is.
        """,
      formula: "LISTEN: sk_ack_backlog; TCP: rcv_nxt - copied_seq; UDP: rmem_alloc - forward_deficit",
      ss: "Recv-Q", netstat: "Recv-Q, the same numbers",
      source: KernelSource("idiag_rqueue", "tcp_diag_get_info()", "net/ipv4/tcp_diag.c"),
      settings: ["net.core.somaxconn", "net.ipv4.tcp_rmem", "net.core.rmem_default"],
      advice: "See what the owning process does (-p, its state and wait channel); a larger buffer only delays the moment."),
    Entry(
      "Send-Q", aliases: ["sendq", "wqueue", "send queue", "tx_queue"], topic: .concept, unit: .bytes,
      summary: "what the program has written and the peer has not acknowledged; on a listener: the limit of the accept queue",
      meaning: """
        LISTEN: the backlog in force, min(listen argument, somaxconn); full means Recv-Q greater than Send-Q, so a limit of 5 holds 6. Other TCP states: bytes from the first unacknowledged to the last written, sent or not; notsent \
        in -i tells the part that has not left. SYN and FIN occupy one each, so SYN-SENT shows 1. UDP: memory of packets that the device has not finished with. A Send-Q that stays \
        is the peer or the path: unacknowledged (timer on) or not wanted (timer persist).
        """,
      formula: "LISTEN: sk_max_ack_backlog; TCP: write_seq - snd_una; UDP: sk_wmem_alloc",
      ss: "Send-Q",
      netstat:
        "Send-Q; for LISTEN normally 0, because /proc/net/tcp does not carry the limit. Its manual's \"size of the syn backlog\" is wrong",
      source: KernelSource("idiag_wqueue", "tcp_diag_get_info()", "net/ipv4/tcp_diag.c"),
      settings: ["net.core.somaxconn", "net.ipv4.tcp_wmem", "SO_SNDBUF"],
      advice: "Look at the timer beside it, then at the peer's Recv-Q."),
    Entry(
      "State", aliases: ["state column", "idiag_state", "tcp states"], topic: .concept, unit: .code,
      summary: "where a socket is in the life of a connection, as this end sees it",
      meaning: """
        The other end has a state of its own, and the pair tells more than either: FIN-WAIT-2 here goes with CLOSE-WAIT there, ESTAB here with SYN-RECV there means that its accept queue is full. \
        For UDP the word says only whether connect() was called. Ask for one by name, e.g. explain CLOSE-WAIT, to see its place in the diagram.
        """,
      ss: "short words: ESTAB, UNCONN; by default it leaves out LISTEN, TIME-WAIT, SYN-RECV and UNCONN",
      netstat: "long words with underscores: ESTABLISHED, FIN_WAIT2",
      source: KernelSource("sk_state", "tcp_set_state()", "net/ipv4/tcp.c"), advice: "Count by state first; the odd one leads to the cause."
    ),
    Entry(
      "timer", aliases: ["timer column", "timer:", "timers", "-o"], topic: .concept, unit: .milliseconds,
      summary: "the one timer the kernel reports for a socket: name, time left, count",
      meaning: """
        A socket can have several running; the list shows the first of: retransmission or its probes (on), zero-window probe (persist), keepalive. So keepalive vanishes from sight while data is in flight. The count belongs to \
        the name: consecutive timeouts, unanswered window probes, unanswered keepalive probes. A connection without any will not notice the loss of its peer.
        """,
      ss: "timer:(NAME,TIME,COUNT) with -o; nothing when off",
      netstat: "NAME (seconds/retransmits/probes) with -o; persist is called probe",
      source: KernelSource("idiag_timer", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c"),
      advice: "Names: off, on, keepalive, timewait, persist, delack; explain each for what happens when it fires."),
    Entry(
      "Process", aliases: ["process column", "users:", "PID/Program name", "owner"], topic: .concept, unit: .text,
      summary: "who holds a descriptor of the socket",
      meaning: """
        The kernel's reply names an inode and a user, no process; the owner is found by searching the descriptors of all processes in /proc for that inode. Several may hold one socket after fork(). It is empty for lack of privilege, in another pid namespace, \
        for kernel sockets (NFS, WireGuard), for an io_uring fixed file, and for a descriptor in flight over a unix socket. Inode 0 has no owner at all: an orphan, a mini-socket, or a connection not accepted yet.
        """,
      ss: "users:((\"name\",pid=N,fd=N)) with -p, all owners", netstat: "PID/name with -p, one owner only",
      source: KernelSource("idiag_inode", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c"),
      advice: "Run as root to see other users' processes; it takes CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH."),
    Entry(
      "Local Address:Port", aliases: ["0.0.0.0", "any address", "wildcard address", "::", "*:"], topic: .concept, unit: .address,
      summary: "this end, and so the reach of a listener: what may connect to it",
      meaning: """
        Read a listener's as an answer to "from where?". 127.0.0.1 and [::1]: this network namespace only, no other container, no other host. One address of an interface: whoever can route to it. The wildcard: everybody, on addresses that \
        are added later too. A % with a name after it ties the socket to one device, and packets that enter elsewhere do not match. In front of all this may still be a firewall, which no socket list knows.
        """,
      ss: "* where IPv4 and IPv6 are both served, 0.0.0.0 and [::] where only one is",
      netstat: "0.0.0.0:PORT; :::PORT whether or not IPv4 is served as well",
      source: KernelSource("idiag_if", "inet_diag_msg_common_fill()", "net/ipv4/inet_diag.c"),
      settings: ["IPV6_V6ONLY", "SO_BINDTODEVICE", "net.ipv4.ip_nonlocal_bind"],
      advice: "If clients get refused although something listens, compare this address with the one they use."),
    Entry(
      "Peer Address:Port", aliases: ["0.0.0.0:*", "*:*"], topic: .concept, unit: .address,
      summary: "the other end; a star for the port where there is none",
      meaning: """
        The best column to group by: one trouble with one peer is that machine or the path to it, the same trouble with all peers is local. The port tells roles apart: a low or well-known one means that this host was the client. netstat takes \
        a missing peer port for "listening", so its -l shows unconnected UDP sockets as well.
        """,
      ss: "Peer Address:Port", netstat: "Foreign Address",
      source: KernelSource("idiag_dport", "inet_diag_msg_common_fill()", "net/ipv4/inet_diag.c"),
      advice: "dst ADDRESS as a filter shows all that goes on with one host."),
    Entry(
      "Netid", aliases: ["proto column", "tcp6", "udp6"], topic: .concept, unit: .text,
      summary: "the kind of socket: tcp, udp, udpl, raw, u_str, u_dgr, u_seq, mptcp",
      meaning: """
        The family is not part of it: an IPv6 TCP socket is tcp here and tcp6 in netstat. A listener of Multipath TCP exists twice in the kernel, once as mptcp and once as the tcp subflow listener below it, with \
        one descriptor; it is shown once.
        """,
      ss: "first column, when more than one kind is listed", netstat: "Proto",
      source: KernelSource("sdiag_protocol", "inet_diag_get_protocol()", "net/ipv4/inet_diag.c"),
      advice: "Use -4 and -6 to select a family."),
    Entry(
      "skmem", aliases: ["skmem:", "-m", "socket memory"], topic: .concept, unit: .bytes,
      summary: "nine memory figures of a socket: r rb t tb f w o bl d",
      meaning: """
        r and t are charged for received data and for packets given to the device, rb and tb their limits; f is reserved and unused, w is queued for sending, o options and filters, bl packets parked while a system call holds the socket, d drops. All count memory with overhead, so r exceeds \
        Recv-Q. rb and tb are twice what SO_RCVBUF and SO_SNDBUF asked for, or what autotuning reached.
        """,
      ss: "skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)", netstat: "not shown",
      source: KernelSource("SK_MEMINFO_VARS", "sk_get_meminfo()", "net/core/sock.c"),
      settings: ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.core.rmem_max"],
      advice:
        "d that grows is the per-socket loss figure for UDP; for a listener judge it beside ListenDrops, since harmless packets count there too."
    ),
    Entry(
      "wscale", aliases: ["wscale:", "window scale", "window scaling"], topic: .concept, unit: .shift,
      summary: "two shifts agreed in the handshake: the peer's, then ours",
      meaning: """
        A window field of 16 bits is shifted left by this number. The first applies to windows that the peer announces, the second to ours; ours follows from the largest receive buffer allowed at the time, so 7 goes with 6 MiB. Missing means that one side did not offer it, and \
        no more than 64 KiB can then be in flight.
        """,
      ss: "wscale:7,7; hidden when not negotiated", netstat: "not shown",
      source: KernelSource("tcpi_snd_wscale", "tcp_get_info()", "net/ipv4/tcp.c"),
      settings: ["net.ipv4.tcp_window_scaling", "net.ipv4.tcp_rmem"],
      advice: "A capture needs the handshake to show true windows; without it multiply by hand."),
    Entry(
      "tcp_info", aliases: ["TCP_INFO", "INET_DIAG_INFO", "-i"], topic: .concept, unit: .bytes,
      summary: "the kernel's structure with the inner state of one TCP connection",
      meaning: """
        It has grown at its end since 2.4: a kernel sends as many bytes as it knows, and what is missing was not sent, which is different from 0. A program gets its own with getsockopt(TCP_INFO). For a listener \
        two members are reused: unacked is the depth of the accept queue and sacked its limit. Mini-sockets and half-open requests have none.
        """,
      ss: "-i prints a selection and hides zeroes", netstat: "not shown",
      source: KernelSource("tcpi_state", "tcp_get_info()", "net/ipv4/tcp.c"),
      advice: "Read rates over an interval; most counters are since the connection began."),
    Entry(
      "fwmark", aliases: ["SO_MARK", "idiag_mark", "mark column"], topic: .concept, unit: .identifier,
      summary: "a number on the socket that routing rules and firewalls match",
      meaning: """
        Set by the program (VPN clients, proxies) with privilege, or taken over from the SYN with tcp_fwmark_accept. Two sockets with the same addresses and different marks may leave by different interfaces. The kernel \
        reveals it only to CAP_NET_ADMIN.
        """,
      ss: "fwmark:0x1 with -e, as root, if not 0", netstat: "not shown",
      source: KernelSource("INET_DIAG_MARK", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c"),
      settings: ["SO_MARK", "net.ipv4.tcp_fwmark_accept"],
      advice: "ip rule shows what a mark does."),
    Entry(
      "cgroup", aliases: ["cgroup:", "INET_DIAG_CGROUP_ID"], topic: .concept, unit: .identifier,
      summary: "the control group in which the socket was created",
      meaning: """
        Fixed when the socket is created, taken over from the listener by accepted connections, and not moved with the process. It names the systemd unit or container even when the process cannot be seen, which makes it the best substitute for an owner. An \
        identifier without a path is a group that has been removed or lies outside of what is mounted here.
        """,
      ss: "cgroup:/system.slice/nginx.service with -e or --cgroup", netstat: "not shown",
      source: KernelSource("INET_DIAG_CGROUP_ID", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c"),
      advice: "Its name may outlive the service: a socket passed on keeps the first group."),
  ]
}
