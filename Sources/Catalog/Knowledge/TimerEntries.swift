// The values of idiag_timer and what fires when each runs out.

extension Knowledge {
  /// One entry a timer kind; units are codes (`idiag_timer`).
  static let timers: [Entry] = [
    Entry(
      "off", aliases: ["timer off", "no timer"], topic: .timer, unit: .code,
      summary: "nothing is scheduled for this socket",
      meaning: """
        All that was sent is acknowledged, nothing waits to be sent against a closed window, and SO_KEEPALIVE is not set. Such a connection never \
        ends by itself: if the peer disappears now, it will be noticed at the next write and not before. An acknowledgement that is being delayed \
        can hide here, because most kernels do not report that timer.
        """,
      ss: "prints no timer at all", netstat: "off (0.00/0/0), with -o",
      source: KernelSource("idiag_timer 0", "inet_sk_diag_fill()", "net/ipv4/inet_diag.c"), settings: ["SO_KEEPALIVE"],
      advice: "For a server with idle clients, let the program set SO_KEEPALIVE or have its own idle timeout."),
    Entry(
      "on", aliases: ["timer on", "retransmission timer", "rto timer", "TLP", "RACK timer"], topic: .timer, unit: .code,
      summary: "data, a SYN or a FIN is in flight, and the kernel will act if no acknowledgement comes in time",
      meaning: """
        Three timers appear under this one word: the retransmission timeout, the tail loss probe (about two round trips after the last segment), and \
        the short wait of RACK for reordered packets. The number that follows counts consecutive timeouts only; probes leave it alone, and any new acknowledgement \
        clears it. So on with 0 is everyday traffic, on with 1 or 2 a loss, and on with more a peer that no longer answers. For SYN-RECV it counts \
        SYN-ACKs sent again. When it fires the oldest segment is resent and the interval doubles; how long that goes on depends on the state.
        """,
      formula: "next = rto, doubled at each timeout up to 120 s; rto as shown already contains the doubling",
      ss: "timer:(on,TIME,RETRANSMITS)", netstat: "on (seconds/retransmits/probes)",
      source: KernelSource("ICSK_TIME_RETRANS", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_retries2", "net.ipv4.tcp_syn_retries", "net.ipv4.tcp_orphan_retries", "TCP_USER_TIMEOUT"],
      advice: "Count above 2: see whether the peer host is up, and whether anything at all comes back (lastrcv)."),
    Entry(
      "keepalive", aliases: ["timer keepalive", "keep-alive"], topic: .timer, unit: .code,
      summary: "the connection is idle, and the kernel will ask the peer whether it still exists",
      meaning: """
        It runs only if the program set SO_KEEPALIVE, and every program may set its own times: Go's dialer chooses 15 s, so that the sysctl seems to be \
        ignored. The number is of probes without answer. While data is unsent or unacknowledged no probe is sent and the retransmission limit \
        rules instead. One exception: an orphan in FIN-WAIT-2 whose timeout is above 60 s spends its first part under this name.
        """,
      formula: "a dead peer is found after idle time + interval x probes: 7200 + 75 x 9 s unless set otherwise",
      ss: "timer:(keepalive,TIME,PROBES)", netstat: "keepalive (seconds/retransmits/probes)",
      source: KernelSource("icsk_keepalive_timer", "tcp_keepalive_timer()", "net/ipv4/tcp_timer.c"),
      settings: [
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "TCP_KEEPIDLE", "TCP_KEEPINTVL",
        "TCP_KEEPCNT",
      ],
      advice:
        "A count above 0 is the first sign of a dead peer, or of a firewall that has forgotten the flow: then probe more often than it forgets."
    ),
    Entry(
      "timewait", aliases: ["timer timewait"], topic: .timer, unit: .code,
      summary: "what is left of a closed connection, and when it will be forgotten",
      meaning: """
        The only timer of mini-sockets. Its meaning depends on the state beside it: in TIME-WAIT the rest of the constant 60 s, in FIN-WAIT-2 the \
        rest of tcp_fin_timeout. Nothing is sent when it runs out. The time can jump up again when the peer repeats its FIN or sends a late acknowledgement.
        """,
      ss: "timer:(timewait,TIME,0)", netstat: "timewait (seconds/0/0)",
      source: KernelSource("tw_timer", "inet_twsk_diag_fill()", "net/ipv4/inet_diag.c"),
      settings: ["net.ipv4.tcp_fin_timeout"], advice: "Nothing to do: it always ends."),
    Entry(
      "persist", aliases: ["timer persist", "probe", "zero window", "zero-window probe", "probe0"], topic: .timer, unit: .code,
      summary: "there is data to send and the peer's window leaves no room for it: the kernel probes until it opens",
      meaning: """
        The peer's program does not read, its buffer is full, and its kernel said so. Every probe that is answered with "still closed" resets the \
        count, so 0 here is the normal sight even after hours; only the interval grows. A peer that keeps answering is waited for without limit, \
        unless the socket is an orphan or TCP_USER_TIMEOUT is set; a peer that stops answering is given up after tcp_retries2 probes. If the peer takes back window that \
        it had granted while data is in flight, the retransmission timer does this work under the name on. For 200 ms or one RTO it also stands \
        behind a small write that TCP_CORK or MSG_MORE holds back while the window is open: firing, it sends that.
        """,
      formula: "interval = max(rto, 200 ms) << backoff, at most 120 s",
      ss: "timer:(persist,TIME,UNANSWERED)", netstat: "probe (seconds/retransmits/probes)",
      source: KernelSource("ICSK_TIME_PROBE0", "tcp_probe_timer()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_retries2", "TCP_USER_TIMEOUT"],
      advice: "Look at the reader: on the other machine this connection has a Recv-Q that does not shrink."),
    Entry(
      "delack", aliases: ["timer delack", "delayed ack timer", "delayed acknowledgement"], topic: .timer, unit: .code,
      summary: "data has arrived and its acknowledgement waits for company",
      meaning: """
        The receiver holds an acknowledgement back for 40 to 200 ms in the hope that the program answers and the ACK can ride along. Together with a sender \
        that uses Nagle's algorithm and waits for that very ACK it makes the well-known stall of 40 ms. The timer exists in all kernels, but \
        inet_diag in 6.12 has no code for it; only the newest ones report value 5.
        """,
      ss: "timer:(delack,TIME,0), with a new kernel and iproute2 7.1", netstat: "not shown",
      source: KernelSource("icsk_delack_timer", "tcp_delack_timer_handler()", "net/ipv4/tcp_timer.c"),
      settings: ["TCP_QUICKACK", "TCP_NODELAY"],
      advice: "If request times cluster at 40 ms, set TCP_NODELAY in the sender."),
  ]
}
