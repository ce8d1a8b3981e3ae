// What the error numbers of socket calls mean, and where to look. The first alias is the text of strerror().

extension Knowledge {
  private static func errno(
    _ name: String, _ text: String, summary: String, meaning: String, ss: String? = nil, source: KernelSource, settings: [String] = [],
    advice: String
  ) -> Entry {
    Entry(
      name, aliases: [text], topic: .errno, unit: .code, summary: summary, meaning: meaning, ss: ss, source: source, settings: settings,
      advice: advice)
  }

  /// One entry an errno.
  static let errnos: [Entry] = [
    errno(
      "ECONNREFUSED", "Connection refused", summary: "the host answered: nobody listens at that port (or something resets for it)",
      meaning: """
        connect() got a reset in reply to its SYN within one round trip, so the address is right and reachable. On the server no LISTEN socket matches: service down, bound to 127.0.0.1 only, or to IPv6 \
        only. A firewall may send the reset as well (reject). A full accept queue never causes it on Linux. On a connected UDP socket it is the late report of an ICMP port unreachable, delivered by the next send() or recv().
        """,
      ss: "on the server: sockexplain -l PORT; the client's socket is gone at once",
      source: KernelSource("ECONNREFUSED", "tcp_reset()", "net/ipv4/tcp_input.c"),
      advice: "See on the server what listens and on which address; OutRsts rises there with each attempt."),
    errno(
      "ETIMEDOUT", "Connection timed out", summary: "the peer did not answer for as long as the kernel was willing to try",
      meaning: """
        From connect(): no answer to any SYN (dropped by a filter, host down, or a listener whose queue is full). From read() or write(): unacknowledged data, window probes or keepalive probes ran out, or \
        TCP_USER_TIMEOUT did. The time spent tells which: about 131 s for SYNs, 15 minutes and more for data, two hours for default keepalive.
        """,
      ss: "before it happens: SYN-SENT, or timer:(on,...,n) and timer:(keepalive,...,n) with a growing n",
      source: KernelSource("ETIMEDOUT", "tcp_write_err()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_syn_retries", "net.ipv4.tcp_retries2", "net.ipv4.tcp_keepalive_time", "TCP_USER_TIMEOUT"],
      advice:
        "Capture on both ends: a SYN that arrives without answer means a full queue or a filter there; one that never arrives means the path."
    ),
    errno(
      "ECONNRESET", "Connection reset by peer", summary: "a reset arrived on an established connection",
      meaning: """
        The peer's program closed with data unread or with SO_LINGER 0, its process was behind a balancer that forgot the flow, its host restarted, or its listener was closed while this connection still waited for accept(). \
        Data already acknowledged may be lost with it. The local side may also cause it: shutting down a peer that then gets more data.
        """,
      source: KernelSource("ECONNRESET", "tcp_reset()", "net/ipv4/tcp_input.c"),
      advice:
        "On the peer look at TCPAbortOnClose, TCPAbortOnData and ListenOverflows; the time since the last exchange hints at an idle timeout between."
    ),
    errno(
      "EPIPE", "Broken pipe", summary: "write on a connection that can no longer send",
      meaning: """
        The program shut down its own sending side, or the peer had closed and then answered our data with a reset (an error in CLOSE-WAIT is reported so). The write before succeeded, because the first one only provokes the reset. SIGPIPE comes \
        along unless MSG_NOSIGNAL is given.
        """,
      ss: "shortly before: CLOSE-WAIT", source: KernelSource("EPIPE", "sk_stream_error()", "net/core/stream.c"),
      advice: "Read until 0 before reusing a pooled connection: the peer's FIN was there to be seen."),
    errno(
      "EADDRINUSE", "Address already in use", summary: "bind() or listen(): the port is taken in a way that cannot be shared",
      meaning: """
        Another listener, a socket that is bound and idle (in no ordinary list), or connections in TIME-WAIT of an earlier server that did not set SO_REUSEADDR. 0.0.0.0 collides with each single address, and a dual-stack \
        IPv6 listener with IPv4. With bind() to port 0: every port of the range is in use for that address.
        """,
      ss: "-tan and -B for the port", source: KernelSource("EADDRINUSE", "inet_csk_get_port()", "net/ipv4/inet_connection_sock.c"),
      settings: ["SO_REUSEADDR", "SO_REUSEPORT", "IP_BIND_ADDRESS_NO_PORT", "net.ipv4.ip_local_port_range"],
      advice: "Servers set SO_REUSEADDR before bind(); clients that bind an address set IP_BIND_ADDRESS_NO_PORT."),
    errno(
      "EADDRNOTAVAIL", "Cannot assign requested address",
      summary: "connect(): no free local port for that destination; bind(): not an address of this host",
      meaning: """
        From connect() every port of ip_local_port_range is in use towards the same address and port: by live connections or by TIME-WAIT. Other destinations still work, which makes it look erratic. \
        From bind() the address is missing on this host (typo, other namespace, not yet up, IPv6 address still tentative).
        """,
      ss: "state time-wait dst ADDRESS:PORT, counted, against the size of the range",
      source: KernelSource("EADDRNOTAVAIL", "__inet_hash_connect()", "net/ipv4/inet_hashtables.c"),
      settings: ["net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_tw_reuse", "net.ipv4.ip_nonlocal_bind"],
      advice: "Reuse connections (keep-alive, a pool). Then: widen the range, tcp_tw_reuse 1, more destination or source addresses."),
    errno(
      "EHOSTUNREACH", "No route to host", summary: "an ICMP host-unreachable came, or the neighbour did not answer ARP",
      meaning: """
        Despite the text the route usually exists. On the local network: three unanswered ARP requests, about 3 s, so the host is off or the address is wrong. From farther away: a router or a firewall said so (reject with host-prohibited is \
        very common). For an established connection it is only remembered, and reported instead of a timeout when retransmission gives up.
        """,
      source: KernelSource("EHOSTUNREACH", "tcp_v4_err()", "net/ipv4/tcp_ipv4.c"), settings: ["IP_RECVERR"],
      advice: "ip neigh show for FAILED entries; tcpdump icmp to see who complains."),
    errno(
      "ENETUNREACH", "Network is unreachable", summary: "no route for the destination",
      meaning: """
        The routing table had no match when connect() or sendto() looked: no default route, no IPv6 connectivity while the name resolved to an IPv6 address, or a blackhole of type unreachable. It fails in \
        microseconds, without a packet.
        """,
      source: KernelSource("ENETUNREACH", "tcp_v4_connect()", "net/ipv4/tcp_ipv4.c"),
      advice: "ip route get ADDRESS, in the program's network namespace."),
    errno(
      "EAGAIN", "Resource temporarily unavailable", summary: "the call would have to wait and may not",
      meaning: """
        Not a failure: a non-blocking socket has nothing to read (Recv-Q 0), no room to write (send buffer full), or no connection to accept. With SO_RCVTIMEO or SO_SNDTIMEO it means that this time ran out. EWOULDBLOCK is the same \
        number.
        """,
      source: KernelSource("EAGAIN", "inet_csk_accept()", "net/ipv4/inet_connection_sock.c"), settings: ["SO_RCVTIMEO", "SO_SNDTIMEO"],
      advice: "Wait with poll or epoll. If writes return it for long, look at the peer's window: persist timer, Send-Q."),
    errno(
      "EINPROGRESS", "Operation now in progress", summary: "non-blocking connect(): SYN sent, answer pending",
      meaning: "The normal result. Success or failure is learned when poll() says writable and getsockopt(SO_ERROR) is read.",
      ss: "SYN-SENT meanwhile", source: KernelSource("EINPROGRESS", "__inet_stream_connect()", "net/ipv4/af_inet.c"),
      advice: "Set a timeout in the program: the kernel's own is longer than two minutes."),
    errno(
      "EALREADY", "Operation already in progress", summary: "connect() called again before the first attempt was decided",
      meaning: "The socket is still in SYN-SENT. The program polls connect() instead of waiting for writability.",
      source: KernelSource("EALREADY", "__inet_stream_connect()", "net/ipv4/af_inet.c"), advice: "Wait for POLLOUT."),
    errno(
      "EISCONN", "Transport endpoint is already connected", summary: "connect() on a connected socket, or on a listener",
      meaning: "A TCP socket connects once in its life. A UDP socket may call connect() again to change its peer, and never gets this.",
      source: KernelSource("EISCONN", "__inet_stream_connect()", "net/ipv4/af_inet.c"), advice: "Use a new socket for each connection."),
    errno(
      "ENOTCONN", "Transport endpoint is not connected", summary: "the call needs a peer and there is none",
      meaning: """
        getpeername() or shutdown() after a reset has already dissolved the connection, or read() before connect(). In logs of servers it mostly means that the client had gone \
        between accept() and the first look at its address.
        """,
      source: KernelSource("ENOTCONN", "inet_getname()", "net/ipv4/af_inet.c"), advice: "Treat it like a closed connection."),
    errno(
      "ECONNABORTED", "Software caused connection abort", summary: "somebody destroyed the socket from outside",
      meaning: """
        ss -K and other users of SOCK_DESTROY end a connection with this error. Other systems return it from accept() when a waiting connection was reset; Linux hands such a connection out all the \
        same, and the first read on it fails.
        """,
      source: KernelSource("ECONNABORTED", "tcp_diag_destroy()", "net/ipv4/tcp_diag.c"),
      advice: "Ask who runs ss -K (VPN clients and mobile devices do, on a change of address). In a loop around accept(), go on."),
    errno(
      "EMFILE", "Too many open files", summary: "this process has used up its descriptors",
      meaning: """
        accept() fails and the connection stays in the queue, so the listener fills up although the process is awake; with a level-triggered loop it spins at full processor load as well. The limit is RLIMIT_NOFILE of the process, not \
        the machine's.
        """,
      ss: "LISTEN with a growing Recv-Q, and often CLOSE-WAIT by the thousand in the same process",
      source: KernelSource("EMFILE", "alloc_fd()", "fs/file.c"), settings: ["fs.nr_open"],
      advice: "Count /proc/PID/fd against /proc/PID/limits. If it leaks (CLOSE-WAIT), mend the leak; else raise LimitNOFILE."),
    errno(
      "ENFILE", "Too many open files in system", summary: "the whole machine has used up its open files",
      meaning: "Rare: fs.file-max is huge today, unless somebody lowered it. Every process without privilege is hit at the same time.",
      source: KernelSource("ENFILE", "alloc_empty_file()", "fs/file_table.c"), settings: ["fs.file-max"],
      advice: "Read fs.file-nr and find the process with the most."),
    errno(
      "ENOBUFS", "No buffer space available", summary: "the kernel could not get memory for a packet, or a device queue was full",
      meaning: """
        For UDP and raw sockets a full queueing discipline is reported this way only if IP_RECVERR is set; otherwise the datagram is lost in silence. On a netlink socket it means that messages were lost \
        since the reader was too slow.
        """,
      source: KernelSource("ENOBUFS", "udp_send_skb()", "net/ipv4/udp.c"), settings: ["IP_RECVERR", "SO_SNDBUF"],
      advice: "Check SndbufErrors and tc -s qdisc."),
    errno(
      "EMSGSIZE", "Message too long", summary: "the datagram is larger than the protocol or the path allows",
      meaning: """
        Above 65,507 bytes of payload for UDP over IPv4 always; above the path's MTU if fragmentation is forbidden for the socket (path discovery on, as QUIC libraries want it). The kernel may have learned the MTU \
        from an ICMP message that an earlier datagram provoked.
        """,
      source: KernelSource("EMSGSIZE", "udp_sendmsg()", "net/ipv4/udp.c"), settings: ["IP_MTU_DISCOVER"],
      advice: "Read IP_MTU from the connected socket and send less."),
    errno(
      "EACCES", "Permission denied", summary: "bind() to a privileged port, or sending to broadcast without SO_BROADCAST",
      meaning:
        "Ports below ip_unprivileged_port_start need CAP_NET_BIND_SERVICE in the user namespace that owns the network namespace. Security modules (SELinux) refuse with it too, then the audit log has a line.",
      source: KernelSource("EACCES", "__inet_bind()", "net/ipv4/af_inet.c"),
      settings: ["net.ipv4.ip_unprivileged_port_start", "SO_BROADCAST"],
      advice: "AmbientCapabilities=CAP_NET_BIND_SERVICE, socket activation, or a higher port."),
    errno(
      "EPERM", "Operation not permitted", summary: "sendto() or connect(): a local filter refused the packet",
      meaning:
        "netfilter's output chain dropped it, or a BPF program of the cgroup said no. The text suggests privilege, and root sees it just the same. TCP connects do not show it: the SYN is dropped and tried again.",
      source: KernelSource("EPERM", "nf_hook_slow()", "net/netfilter/core.c"), advice: "nft list ruleset, and bpftool cgroup tree."),
    errno(
      "EPROTONOSUPPORT", "Protocol not supported", summary: "the kernel does not have that protocol, or a sandbox hides it",
      meaning: """
        socket(): unknown protocol number for the type, or IPPROTO_MPTCP switched off. For netlink with NETLINK_SOCK_DIAG it says that sock_diag is absent: gVisor and some seccomp \
        profiles answer so, and tools then fall back to /proc.
        """,
      source: KernelSource("EPROTONOSUPPORT", "inet_create()", "net/ipv4/af_inet.c"),
      advice: "See whether the program runs in a sandbox, and which modules are loaded."),
    errno(
      "EAFNOSUPPORT", "Address family not supported by protocol",
      summary: "the address is of another family than the socket, or the family is missing",
      meaning:
        "IPv6 disabled at boot (ipv6.disable=1) gives it for AF_INET6; an IPv6 address given to an IPv4 socket too. A service unit with RestrictAddressFamilies= causes it on purpose.",
      source: KernelSource("EAFNOSUPPORT", "__sock_create()", "net/socket.c"),
      advice: "Check the unit file first, then the kernel command line."),
  ]
}
