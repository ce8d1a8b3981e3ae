// Settings of closing: orphans, FIN-WAIT-2, TIME-WAIT.

extension Knowledge {
  static let closingSettings: [Entry] = [
    sysctl(
      "net.ipv4.tcp_fin_timeout", .seconds, .closing, default: .value("60"), summary: "how long an orphan stays in FIN-WAIT-2",
      meaning: """
        A FIN-WAIT-2 socket that a process still holds is not bounded by it. Values above 60 behave oddly: 65 lasts 10 s, since the part above 60 s is waited for twice and the rest not at all. At least 3.5 \
        retransmission timeouts are granted.
        """,
      belief: "that it shortens TIME-WAIT, which keeps its constant 60 s whatever is written here",
      sideEffect: "a peer that sends or closes later than this gets a reset",
      unseen: "TCP_LINGER2 overrides it for a socket",
      source: KernelSource("sysctl_tcp_fin_timeout", "tcp_fin_time()", "include/net/tcp.h"), settings: ["TCP_LINGER2"],
      advice: "Values of 10 to 30 are harmless; they cure no TIME-WAIT problem."),
    sysctl(
      "net.ipv4.tcp_max_tw_buckets", .connections, .closing,
      default: .computed("half the entries of the connection hash (tcp_ehash_entries)"),
      summary: "most TIME-WAIT and FIN-WAIT-2 mini-sockets at once",
      meaning:
        "A connection that would exceed it is forgotten on the spot, without a log line; TCPTimeWaitOverflow counts them. A child namespace counts its own.",
      belief: "that lowering it is a cure for many TIME-WAIT: it is a bound against attacks, and what it cuts off was protection",
      sideEffect:
        "lower: late segments of forgotten connections get resets, or hit the next connection on the same ports; higher: a few hundred bytes each",
      source: KernelSource("sysctl_max_tw_buckets", "inet_twsk_alloc()", "net/ipv4/inet_timewait_sock.c")),
    sysctl(
      "net.ipv4.tcp_rfc1337", .boolean, .closing, default: .value("0"), summary: "ignore resets in TIME-WAIT",
      meaning:
        "With 0 a reset with the exact sequence number ends TIME-WAIT early. With 1 it stays its time, which protects the next connection on the same ports from stray packets.",
      sideEffect: "1 keeps TIME-WAIT sockets that a reset would have cleared",
      source: KernelSource("sysctl_tcp_rfc1337", "tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c")),
    sysctl(
      "net.ipv4.tcp_max_orphans", .connections, .closing, scope: .absentInChild,
      default: .computed("half the entries of the host's connection hash"),
      summary: "most sockets without a process that still have something to finish",
      meaning: """
        Beyond the limit close() sends a reset, with "too many orphaned sockets" in the log. At timer time the number is doubled for an orphan that sent no data for twice the longest timeout, as with a window that stays closed, or whose patience \
        is used up, and doubled again after an ICMP error: such ones are cut from a half or a quarter of the limit on.
        """,
      belief: "that TIME-WAIT counts: it does not, nor does FIN-WAIT-2 once it is a mini-socket",
      sideEffect: "each orphan can hold its unsent data in memory that cannot be swapped",
      source: KernelSource("sysctl_tcp_max_orphans", "tcp_too_many_orphans()", "net/ipv4/tcp.c"), settings: ["net.ipv4.tcp_orphan_retries"]),
    sysctl(
      "net.ipv4.tcp_orphan_retries", .times, .closing, default: .value("0"),
      summary: "how long an orphan's data or FIN is repeated",
      meaning: """
        0 means 8 while the timeout is still below its maximum, and none after a soft ICMP error. It is converted to a time with a base of 200 ms, so on slow paths fewer repeats are seen. \
        FIN-WAIT-1, CLOSING and LAST-ACK obey it.
        """,
      belief: "that 0 means no repeats",
      sideEffect: "low values lose the last data of closed connections when a few packets are lost",
      unseen: "TCP_USER_TIMEOUT overrides it for a socket",
      source: KernelSource("sysctl_tcp_orphan_retries", "tcp_orphan_retries()", "net/ipv4/tcp_timer.c")),
    sysctl(
      "net.ipv4.tcp_tw_recycle", .boolean, .closing, default: .value("0"), removed: "4.12",
      summary: "gone: broke clients behind address translation",
      meaning:
        "It remembered one timestamp per address, and several hosts behind one address have different clocks. A line in sysctl.d that still sets it does nothing but produce an error at boot.",
      source: KernelSource("tw_ts_recent", "tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c"), settings: ["net.ipv4.tcp_tw_reuse"],
      advice: "Delete the line, and treat the advice it came from with suspicion."),
  ]
}
