// The states of enum tcp_state (include/net/tcp_states.h) and how a socket comes to rest in each.

extension Knowledge {
  /// One entry a state, in the order of a connection's life; units are codes (`idiag_state`).
  static let states: [Entry] = [
    Entry(
      "BOUND-INACTIVE", aliases: ["bound", "bound_inactive", "TCP_BOUND_INACTIVE"], topic: .state, unit: .code,
      summary: "a TCP socket that did bind() and then neither listen() nor connect()",
      meaning: """
        It holds a port and nothing else: no queue, no peer, no timer. Before kernel 6.8 such sockets were in no list at all, and a port that \
        refused bind() with "Address already in use" seemed to belong to nobody. State 13 exists only in the request; the reply says 7 \
        (UNCONN), and the kernel ignores a local port given in the request for it. Only the process can move it on, by listen(), connect() or close().
        """,
      ss: "only with -B (iproute2 6.8 or newer), as UNCONN", netstat: "never: /proc/net/tcp lists hashed sockets only",
      source: KernelSource("TCPF_BOUND_INACTIVE", "inet_diag_dump_icsk()", "net/ipv4/inet_diag.c"),
      settings: ["SO_REUSEADDR", "IP_BIND_ADDRESS_NO_PORT"],
      advice: "Find its owner with -p. A program that binds early and connects late should set IP_BIND_ADDRESS_NO_PORT."),
    Entry(
      "UNCONN", aliases: ["CLOSE", "CLOSED", "TCP_CLOSE", "unconnected"], topic: .state, unit: .code,
      summary: "no peer: for UDP and raw a working, unconnected socket; for TCP one that is closed or not yet used",
      meaning: """
        UDP has no connections, so a server that waits for datagrams from anybody is UNCONN and healthy; connect() on it merely fixes the peer \
        and turns the word into ESTAB. A TCP socket in state 7 has left the hash tables: a descriptor may still point to it, for example after \
        a reset that the program has not noticed, but no list shows it, which is why lsof can count more TCP descriptors than there are connections.
        """,
      ss: "UNCONN", netstat: "an empty State for UDP; the bare number 7 for raw sockets",
      source: KernelSource("TCP_CLOSE", "tcp_set_state()", "net/ipv4/tcp.c"),
      advice: "For UDP look at Recv-Q and the drops instead; the state says nothing about health."),
    Entry(
      "LISTEN", aliases: ["TCP_LISTEN", "listening", "listener"], topic: .state, unit: .code,
      summary: "a program waits for connections here; the kernel completes handshakes and queues the results for accept()",
      meaning: """
        No timer runs and nothing expires: a listener lasts until close(), and closing it resets every connection that still waits in its queue. \
        Handshakes happen without the program, so "the port answers" proves that the kernel is alive, not that the program accepts. \
        It holds two stores, one for half-open requests and one for finished connections; both are judged against the same limit, \
        the backlog given to listen(). Several processes can share one listener (fork), or each have its own on the same port (SO_REUSEPORT).
        """,
      ss: "LISTEN; Recv-Q is the depth of the accept queue, Send-Q its limit",
      netstat: "LISTEN, without the limit; its -l selects sockets without a remote port, which is not the same thing",
      source: KernelSource("TCP_LISTEN", "inet_csk_listen_start()", "net/ipv4/inet_connection_sock.c"),
      settings: ["net.core.somaxconn", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_abort_on_overflow", "TCP_DEFER_ACCEPT", "SO_REUSEPORT"],
      advice: "Judge it by Recv-Q against Send-Q and by ListenOverflows while you watch, not since boot."),
    Entry(
      "SYN-SENT", aliases: ["TCP_SYN_SENT"], topic: .state, unit: .code,
      summary: "connect() has sent a SYN and no answer has come",
      meaning: """
        A refusal would have come back as a reset at once; staying here means silence: a filter that drops, a host that is down, a route that leads \
        nowhere, or a server whose queue is full, for Linux drops such SYNs without a word. The SYN is repeated: with kernel 6.5 and newer, four extra \
        times a second apart and then with doubling gaps, ten repeats and about 131 s in all with default settings; older kernels do six in 127 s. \
        The peer must act; the process can only close.
        """,
      ss: "SYN-SENT, Send-Q 1: the SYN itself occupies one sequence number", netstat: "SYN_SENT",
      source: KernelSource("TCP_SYN_SENT", "tcp_v4_connect()", "net/ipv4/tcp_ipv4.c"),
      settings: ["net.ipv4.tcp_syn_retries", "net.ipv4.tcp_syn_linear_timeouts", "TCP_SYNCNT", "TCP_USER_TIMEOUT"],
      advice: """
        Look on the server for a LISTEN socket with a full queue and for ListenDrops; if it never saw the SYN, look at filters and routes between. \
        Many at once to one address: the client retries faster than the kernel gives up.
        """),
    Entry(
      "SYN-RECV", aliases: ["SYN_RCVD", "SYN-RECEIVED", "TCP_SYN_RECV", "half-open"], topic: .state, unit: .code,
      summary: "a SYN came, SYN-ACK was sent, the third packet of the handshake is missing",
      meaning: """
        Almost always this is a request, a small object in the listener's care, not yet a socket: it has no owner, uid 0 and inode 0 in netlink, \
        and no queue. Some at any moment are normal, about one round trip's worth of arrivals. Many that stay mean that the SYN-ACK or the ACK is \
        lost, that the sources are forged, that accept() is behind (the ACK arrived but the accept queue is full, so it was ignored), or that the \
        listener uses TCP_DEFER_ACCEPT and deliberately waits for data. SYN-ACK is repeated after 1, 2, 4, 8 and 16 s and the request dropped at 63 s, \
        sooner when old requests fill half the queue. With Fast Open or a simultaneous open it is a full socket.
        """,
      ss: "SYN-RECV with timer on; not in the default list, use -a or state syn-recv",
      netstat: "SYN_RECV, with the listener's uid and a count of timeouts where netlink has 0 and a count of retransmissions",
      source: KernelSource("TCP_SYN_RECV", "inet_req_diag_fill()", "net/ipv4/inet_diag.c"),
      settings: ["net.ipv4.tcp_synack_retries", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog", "TCP_DEFER_ACCEPT"],
      advice: "Compare their number with the listener's Send-Q; if the accept queue is full, mend the program first."),
    Entry(
      "NEW-SYN-RECV", aliases: ["TCP_NEW_SYN_RECV"], topic: .state, unit: .code,
      summary: "the kernel's own number for a request that is not a socket yet",
      meaning: """
        Since 4.4 requests sit in the same hash as connections, and the code tells them from real SYN-RECV sockets by state 12. Tools on top of \
        inet_diag and /proc never see it, both translate it to 3; eBPF programs and tracepoints may meet it, and must then treat the pointer as a \
        request and not as a socket.
        """,
      ss: "SYN-RECV", netstat: "SYN_RECV",
      source: KernelSource("TCP_NEW_SYN_RECV", "tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c"),
      advice: "In a BPF program, read it with request-socket helpers; elsewhere treat it as SYN-RECV."),
    Entry(
      "ESTAB", aliases: ["ESTABLISHED", "TCP_ESTABLISHED"], topic: .state, unit: .code,
      summary: "both sides may send; for UDP: connect() fixed the peer",
      meaning: """
        It says what this kernel believes, not that the peer is alive: with nothing to send and no keepalive a connection to a machine that was \
        unplugged stays ESTAB for ever. Two forms deserve a second look. Inode 0: the handshake is done but no process has accepted it, the listener \
        owns it. And a client whose data is retransmitted although the handshake worked: the server's accept queue may be full, and the server has \
        thrown away the ACK that this side takes for the end of the handshake.
        """,
      ss: "ESTAB", netstat: "ESTABLISHED",
      source: KernelSource("TCP_ESTABLISHED", "tcp_finish_connect()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_retries2", "net.ipv4.tcp_keepalive_time", "SO_KEEPALIVE", "TCP_USER_TIMEOUT"],
      advice: "Read Recv-Q (is the program reading?), Send-Q and the timer (is the peer acknowledging?) before blaming the network."),
    Entry(
      "FIN-WAIT-1", aliases: ["FIN_WAIT1", "TCP_FIN_WAIT1", "FINWAIT1"], topic: .state, unit: .code,
      summary: "we have closed or shut down; something we sent, at least the FIN, is not acknowledged",
      meaning: """
        Linux enters it at close() even if data waits ahead of the FIN, so a long stay with a large Send-Q is a peer that does not take the data, \
        not a lost FIN. Usually no process is left (an orphan): the kernel alone finishes the job, and gives up much sooner than for a socket with an \
        owner. With a peer that holds its window at zero the persist timer runs here too, and an orphan is then dropped when the probe interval \
        reaches its maximum. The peer's acknowledgement moves it on.
        """,
      ss: "FIN-WAIT-1; Send-Q counts the FIN as one", netstat: "FIN_WAIT1",
      source: KernelSource("TCP_FIN_WAIT1", "tcp_close_state()", "net/ipv4/tcp.c"),
      settings: ["net.ipv4.tcp_orphan_retries", "net.ipv4.tcp_max_orphans", "net.ipv4.tcp_retries2"],
      advice: "Many with data: clients that vanished or stopped reading. They cost socket memory; tcp_orphan_retries shortens them."),
    Entry(
      "FIN-WAIT-2", aliases: ["FIN_WAIT2", "TCP_FIN_WAIT2", "FINWAIT2"], topic: .state, unit: .code,
      summary: "our FIN is acknowledged; the peer has not closed its side",
      meaning: """
        Two very different things share the name. With a process it is a half-close: the program used shutdown() to say "no more from me" and goes on \
        reading; nothing limits that. Without one it is an orphan, kept as a small timewait object for tcp_fin_timeout and then forgotten; data that \
        still arrives is answered with a reset. The peer is at that time in CLOSE-WAIT: its program has not closed. Above 60 s the setting \
        is split in two periods of T-60 s, so 65 gives 10 s.
        """,
      formula: "orphan: max(tcp_fin_timeout or TCP_LINGER2, 3.5 x RTO) when at most 60 s, else 2 x (T - 60 s)",
      ss: "FIN-WAIT-2; timer:(timewait,...) marks the orphan, no timer or keepalive the half-close", netstat: "FIN_WAIT2",
      source: KernelSource("TCP_FIN_WAIT2", "tcp_rcv_state_process()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_fin_timeout", "TCP_LINGER2"],
      advice: "The cause is on the other machine: look there for CLOSE-WAIT and the program that does not close."),
    Entry(
      "CLOSING", aliases: ["TCP_CLOSING"], topic: .state, unit: .code,
      summary: "both sides closed at the same moment; the peer's FIN is here, the acknowledgement of ours is not",
      meaning: """
        The two FINs crossed. It normally lasts a fraction of a round trip. One that stays has lost the acknowledgement or still has data ahead \
        of its own FIN which the peer, closed as it is, will not take: it then ends by a reset from there or by the orphan limits, never by the program.
        """,
      ss: "CLOSING", netstat: "CLOSING",
      source: KernelSource("TCP_CLOSING", "tcp_fin()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_orphan_retries"],
      advice: "Rare; a pile of them points to packets lost in one direction only."),
    Entry(
      "TIME-WAIT", aliases: ["TCP_TIME_WAIT", "TIMEWAIT", "TW state"], topic: .state, unit: .code,
      summary: "closed in good order by the side that closed first; remembered for 60 s so that late packets do no harm",
      meaning: """
        No process, no buffers: a few hundred bytes that answer a repeated FIN and keep an old duplicate out of a new connection. The length is a \
        constant, and no sysctl changes it, tcp_fin_timeout least of all. It blocks one 4-tuple only: a server's port is never used up by it, since a \
        fresh SYN with a newer sequence number simply reopens it; a client that opens many connections to one address and port can run out of local \
        ports. A bare acknowledgement restarts the 60 s, a reset ends them.
        """,
      formula: "TCP_TIMEWAIT_LEN = 60 s from the last FIN",
      ss: "TIME-WAIT, timer:(timewait,...), no process", netstat: "TIME_WAIT",
      source: KernelSource("TCP_TIME_WAIT", "tcp_time_wait()", "net/ipv4/tcp_minisocks.c"),
      settings: ["net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_max_tw_buckets", "net.ipv4.tcp_rfc1337", "net.ipv4.ip_local_port_range"],
      advice: """
        Usually nothing. If connect() fails with "Cannot assign requested address", keep connections open and reuse them, widen \
        ip_local_port_range, or set tcp_tw_reuse 1 on the client.
        """),
    Entry(
      "CLOSE-WAIT", aliases: ["TCP_CLOSE_WAIT", "CLOSEWAIT"], topic: .state, unit: .code,
      summary: "the peer has closed; our program has not",
      meaning: """
        The kernel has done its part: it acknowledged the FIN and woke the program, whose read() returns what is left and then 0. Only close() or \
        shutdown() by the process that holds the descriptor ends it; no timer and no sysctl bounds it. A growing number is a program that \
        leaks descriptors, is stuck elsewhere, or holds a connection pool that never looks. With inode 0 the connection waits in an accept queue and \
        the client has already left.
        """,
      ss: "CLOSE-WAIT; Recv-Q includes one for the FIN until the program has read up to it", netstat: "CLOSE_WAIT",
      source: KernelSource("TCP_CLOSE_WAIT", "tcp_fin()", "net/ipv4/tcp_input.c"),
      settings: ["SO_KEEPALIVE"],
      advice:
        "Name the process with -p and see where it hangs. Keepalive helps late: once the peer forgot its half, a probe is answered by a reset."
    ),
    Entry(
      "LAST-ACK", aliases: ["TCP_LAST_ACK", "LASTACK"], topic: .state, unit: .code,
      summary: "the peer closed first, now we have too; the acknowledgement of our FIN is missing",
      meaning: """
        It came from CLOSE-WAIT. When the acknowledgement arrives the socket is gone at once, without TIME-WAIT, for that duty is the peer's. If the \
        peer has forgotten the connection (its FIN-WAIT-2 ran out while our program dawdled) the FIN is answered with a reset, which ends it as well. \
        So a lasting one means that nothing comes back at all, and the limit is the orphan's.
        """,
      ss: "LAST-ACK, Send-Q at least 1", netstat: "LAST_ACK",
      source: KernelSource("TCP_LAST_ACK", "tcp_close_state()", "net/ipv4/tcp.c"),
      settings: ["net.ipv4.tcp_orphan_retries", "net.ipv4.tcp_max_orphans"],
      advice: "Many to different peers: a firewall forgot these flows before the programs did; compare its idle timeout with theirs."),
  ]
}
