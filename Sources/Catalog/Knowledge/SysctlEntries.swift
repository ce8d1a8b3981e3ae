// Settings under /proc/sys that decide what sockets show: queues, handshakes, closing. Ports, memory and the rest are in the file beside.

extension Knowledge {
  /// Every sysctl entry; `formula` holds the default and its scope.
  static let sysctls: [Entry] = handshakeSysctls + closingSysctls + resourceSysctls + transportSysctls

  /// A sysctl entry: the short name and the /proc path become aliases.
  static func sysctl(
    _ name: String, unit: Unit, default value: String, summary: String, meaning: String, misreading: String? = nil, source: KernelSource,
    settings: [String] = [],
    advice: String? = nil
  ) -> Entry {
    let parts = name.split(separator: ".")
    return Entry(
      name, aliases: [String(parts[parts.count - 1]), "/proc/sys/" + parts.joined(separator: "/")], topic: .sysctl, unit: unit,
      summary: summary, meaning: meaning, misreading: misreading, formula: value, source: source, settings: settings, advice: advice)
  }

  /// A sysctl entry with its facts.
  static func sysctl(
    _ name: String, unit: Unit, group: SettingFacts.Group, scope: [SettingFacts.Step<SettingFacts.Scope>] = .namespace,
    default value: [SettingFacts.Step<SettingFacts.Default>], since: Release? = nil, removed: Release? = nil, inert: Release? = nil,
    isDisplay: Bool = false, needs: String? = nil, summary: String, meaning: String, belief: String? = nil, sideEffect: String? = nil,
    unseen: String? = nil, source: KernelSource, settings: [String] = [], advice: String? = nil
  ) -> Entry {
    let facts = SettingFacts(
      name: name, group: group, scopes: scope, defaults: value, since: since, removed: removed, inert: inert, isDisplay: isDisplay,
      needs: needs, sideEffect: sideEffect, unseen: unseen)
    return Entry(
      name, aliases: [facts.shortName, facts.path], topic: .sysctl, unit: unit, summary: summary, meaning: meaning, misreading: belief,
      source: source, settings: settings, advice: advice, setting: facts)
  }

  private static let handshakeSysctls: [Entry] = [
    sysctl(
      "net.core.somaxconn", unit: .connections, group: .listening, default: .value("128", then: ("5.4", "4096")),
      summary: "the largest backlog that listen() grants",
      meaning: """
        Read once, at listen(): the smaller of it and the program's number becomes the listener's limit, for the accept queue and for half-open requests alike. Raising it later \
        changes nothing for listeners that exist; they must listen() again. A listener whose limit equals this value has probably been clipped.
        """,
      sideEffect: "none by itself; a long queue lets clients wait in it for longer than they are patient",
      source: KernelSource("sysctl_somaxconn", "__sys_listen_socket()", "net/socket.c"),
      advice: "Raise it only if the program asks for more, and restart or reload the program afterwards."),
    sysctl(
      "net.ipv4.tcp_max_syn_backlog", unit: .count, default: "max(128, ehash size / 128), per namespace",
      summary: "half-open requests a listener may hold when syncookies are off",
      meaning: """
        Read only while tcp_syncookies is 0. Then a SYN from a peer without a remembered good record is refused when less than a quarter of this number is left. Otherwise the \
        listener's backlog is the one limit, and tuning this one is a widespread waste of time.
        """,
      source: KernelSource("sysctl_max_syn_backlog", "tcp_conn_request()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_syncookies", "net.core.somaxconn"]),
    sysctl(
      "net.ipv4.tcp_syncookies", unit: .code, default: "1, per namespace", summary: "what to do with a SYN when the SYN queue is full",
      meaning: """
        0: drop it. 1: answer with a cookie and store nothing. 2: always answer with a cookie, for tests. It does not help a full accept queue. Connections made by cookie keep their options only if the client sends \
        timestamps, in whose low bits window scale, SACK and ECN travel.
        """,
      source: KernelSource("sysctl_tcp_syncookies", "tcp_syn_flood_action()", "net/ipv4/tcp_input.c"),
      advice: "Leave it at 1."),
    sysctl(
      "net.ipv4.tcp_abort_on_overflow", unit: .boolean, default: "0, per namespace",
      summary: "reset the client when its third packet meets a full accept queue",
      meaning: """
        With 0 that packet is ignored, the client believes it is connected, and the repeated SYN-ACK gives it another chance. With 1 the client gets a reset. SYNs that arrive at a full queue are \
        dropped in silence in both cases.
        """,
      source: KernelSource("sysctl_tcp_abort_on_overflow", "tcp_check_req()", "net/ipv4/tcp_minisocks.c"),
      advice: "1 only where clients handle a reset better than a delay, e.g. behind a balancer with other servers to try."),
    sysctl(
      "net.ipv4.tcp_syn_retries", unit: .times, default: "6, per namespace",
      summary: "how often an unanswered SYN is repeated with doubling gaps",
      meaning: """
        Since 6.5 tcp_syn_linear_timeouts more come first, a second apart, so the defaults make ten repeats and about 131 s until connect() fails. Each step less halves the wait roughly. \
        TCP_SYNCNT sets it for one socket.
        """,
      source: KernelSource("sysctl_tcp_syn_retries", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_syn_linear_timeouts", "TCP_SYNCNT", "TCP_USER_TIMEOUT"]),
    sysctl(
      "net.ipv4.tcp_syn_linear_timeouts", unit: .times, default: "4 (6.5 and newer), per namespace",
      summary: "first repeats of a SYN that come without doubling the gap",
      meaning:
        "A lost SYN used to cost 1, 3, 7 s; with this, retries at 1, 2, 3, 4 and 5 s, and doubling from there. It adds to tcp_syn_retries instead of sharing its budget.",
      source: KernelSource("sysctl_tcp_syn_linear_timeouts", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_syn_retries"]),
    sysctl(
      "net.ipv4.tcp_synack_retries", unit: .times, default: "5, per namespace",
      summary: "how often SYN-ACK is repeated for a half-open request",
      meaning: """
        Five repeats end at 63 s. When a listener's queue is more than half full of old requests the kernel lowers the number by itself, towards 2. TCP_SYNCNT set on the listener overrides it.
        """,
      source: KernelSource("sysctl_tcp_synack_retries", "reqsk_timer_handler()", "net/ipv4/inet_connection_sock.c"),
      settings: ["TCP_SYNCNT"],
      advice: "2 or 3 on servers that face forged SYNs."),
    sysctl(
      "net.ipv4.tcp_fastopen", unit: .flags, default: "1 (client), per namespace",
      summary: "data in the SYN: 1 client, 2 server, further bits for cookies",
      meaning:
        "With bit 2 a listener that sets TCP_FASTOPEN may hand data to the program before the handshake ends; such a SYN-RECV is a full socket with queues. Without the bit the option on the listener is without effect.",
      source: KernelSource("sysctl_tcp_fastopen", "tcp_try_fastopen()", "net/ipv4/tcp_fastopen.c"),
      settings: ["TCP_FASTOPEN", "TCP_FASTOPEN_CONNECT"]),
    sysctl(
      "net.ipv4.tcp_migrate_req", unit: .boolean, default: "0, per namespace",
      summary: "hand waiting connections to a SO_REUSEPORT sibling when a listener closes",
      meaning:
        "With 0 they are reset, also during a graceful restart that opens the new listener first. With 1 they move to another socket of the group.",
      source: KernelSource("sysctl_tcp_migrate_req", "reuseport_migrate_sock()", "net/core/sock_reuseport.c"), settings: ["SO_REUSEPORT"]),
  ]

  private static let closingSysctls: [Entry] = [
    sysctl(
      "net.ipv4.tcp_fin_timeout", unit: .seconds, default: "60, per namespace", summary: "how long an orphan stays in FIN-WAIT-2",
      meaning: """
        Nothing else: TIME-WAIT keeps its constant 60 s whatever is written here, and a FIN-WAIT-2 socket that a process still holds is not bounded by it. Values above 60 behave oddly: 65 lasts 10 s, since the part above \
        60 s is waited for twice and the rest not at all. At least 3.5 retransmission timeouts are granted.
        """,
      source: KernelSource("sysctl_tcp_fin_timeout", "tcp_fin_time()", "include/net/tcp.h"), settings: ["TCP_LINGER2"],
      advice: "Values of 10 to 30 are harmless; they cure no TIME-WAIT problem."),
    sysctl(
      "net.ipv4.tcp_tw_reuse", unit: .code, default: "2 (loopback only; 0 before 4.19), per namespace",
      summary: "let connect() take over a TIME-WAIT socket to the same address and port",
      meaning: """
        It concerns outgoing connections only, needs timestamps on both sides, and waits a second (tcp_tw_reuse_delay on new kernels). FIN-WAIT-2 is never reused. A server gains nothing by it: its TIME-WAIT \
        sockets are reopened by a fresh SYN in any case. A socket bound to a port before connect() does not consult it.
        """,
      source: KernelSource("sysctl_tcp_tw_reuse", "tcp_twsk_unique()", "net/ipv4/tcp_ipv4.c"),
      settings: ["net.ipv4.tcp_timestamps", "net.ipv4.tcp_tw_reuse_delay"],
      advice: "1 on clients and proxies that run out of local ports; safe with timestamps."),
    sysctl(
      "net.ipv4.tcp_tw_reuse_delay", unit: .milliseconds, default: "1000 (kernels newer than 6.12), per namespace",
      summary: "how old a TIME-WAIT socket must be for tcp_tw_reuse",
      meaning:
        "6.12 has one second built in, from the resolution of the stored timestamp. A shorter delay frees ports faster, and needs peers that remember timestamps finely enough.",
      source: KernelSource("tw_ts_recent_stamp", "tcp_twsk_unique()", "net/ipv4/tcp_ipv4.c"), settings: ["net.ipv4.tcp_tw_reuse"]),
    sysctl(
      "net.ipv4.tcp_tw_recycle", unit: .boolean, default: "removed in 4.12", summary: "gone: broke clients behind address translation",
      meaning:
        "It remembered one timestamp per address, and several hosts behind one address have different clocks. A line in sysctl.d that still sets it does nothing but produce an error at boot.",
      source: KernelSource("tw_ts_recent", "tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c"), settings: ["net.ipv4.tcp_tw_reuse"],
      advice: "Delete the line, and treat the advice it came from with suspicion."),
    sysctl(
      "net.ipv4.tcp_max_tw_buckets", unit: .connections, default: "half the ehash size, per namespace",
      summary: "most TIME-WAIT and FIN-WAIT-2 mini-sockets at once",
      meaning:
        "A connection that would exceed it is forgotten on the spot, without a log line; TCPTimeWaitOverflow counts them. A bound against attacks, not a way to have fewer.",
      source: KernelSource("sysctl_max_tw_buckets", "inet_twsk_alloc()", "net/ipv4/inet_timewait_sock.c")),
    sysctl(
      "net.ipv4.tcp_rfc1337", unit: .boolean, default: "0, per namespace", summary: "ignore resets in TIME-WAIT",
      meaning:
        "With 0 a reset with the exact sequence number ends TIME-WAIT early. With 1 it stays its time, which protects the next connection on the same ports from stray packets.",
      source: KernelSource("sysctl_tcp_rfc1337", "tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c")),
    sysctl(
      "net.ipv4.tcp_max_orphans", unit: .connections, default: "half the ehash size; global, absent in child namespaces",
      summary: "most sockets without a process that still have something to finish",
      meaning: """
        TIME-WAIT does not count. Beyond the limit close() sends a reset, with "too many orphaned sockets" in the log. At timer time the number is doubled, or quadrupled after an ICMP error, \
        for orphans with a silent peer: they are cut from a half or a quarter of the limit on.
        """,
      source: KernelSource("sysctl_tcp_max_orphans", "tcp_too_many_orphans()", "net/ipv4/tcp.c"), settings: ["net.ipv4.tcp_orphan_retries"]),
    sysctl(
      "net.ipv4.tcp_orphan_retries", unit: .times, default: "0, which acts as 8, per namespace",
      summary: "how long an orphan's data or FIN is repeated",
      meaning: """
        0 means 8 while the timeout is still below its maximum, and none after a soft ICMP error. It is converted to a time with a base of 200 ms, so on slow paths fewer repeats are seen. \
        FIN-WAIT-1, CLOSING and LAST-ACK obey it.
        """,
      source: KernelSource("sysctl_tcp_orphan_retries", "tcp_orphan_retries()", "net/ipv4/tcp_timer.c")),
    sysctl(
      "net.ipv4.tcp_retries1", unit: .times, default: "3, per namespace", summary: "after how many timeouts the route is doubted",
      meaning: "Nothing is given up at this point: the cached route is dropped and, if tcp_mtu_probing allows, smaller packets are tried.",
      source: KernelSource("sysctl_tcp_retries1", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"), settings: ["net.ipv4.tcp_mtu_probing"]),
    sysctl(
      "net.ipv4.tcp_retries2", unit: .times, default: "15, at least 924.6 s, per namespace",
      summary: "when an established connection with unanswered data is given up",
      meaning: """
        It is a time in the guise of a number: the sum of 15 doublings from 200 ms, capped at 120 s each, i.e. 924.6 s. A connection with a longer RTO sees fewer repeats than 15, and the check happens when the timer fires, so the end comes later. TCP_USER_TIMEOUT replaces \
        it for a socket; newer kernels can lower the cap with tcp_rto_max_ms.
        """,
      source: KernelSource("sysctl_tcp_retries2", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
      settings: ["TCP_USER_TIMEOUT", "net.ipv4.tcp_rto_max_ms"],
      advice: "8 (about 100 s) suits data centres; better still, TCP_USER_TIMEOUT in the program that cares."),
    sysctl(
      "net.ipv4.tcp_keepalive_time", unit: .seconds, default: "7200, per namespace", summary: "idle time before the first keepalive probe",
      meaning:
        "For sockets with SO_KEEPALIVE only, and only if they did not set TCP_KEEPIDLE. Firewalls and balancers often forget flows after 300 to 900 s, so two hours come too late to keep them alive.",
      source: KernelSource("sysctl_tcp_keepalive_time", "keepalive_time_when()", "include/net/tcp.h"),
      settings: ["SO_KEEPALIVE", "TCP_KEEPIDLE"]),
    sysctl(
      "net.ipv4.tcp_keepalive_intvl", unit: .seconds, default: "75, per namespace",
      summary: "time between keepalive probes that get no answer",
      meaning: "An answered probe starts the idle time anew, so this interval is seen only with a peer that is silent.",
      source: KernelSource("sysctl_tcp_keepalive_intvl", "keepalive_intvl_when()", "include/net/tcp.h"), settings: ["TCP_KEEPINTVL"]),
    sysctl(
      "net.ipv4.tcp_keepalive_probes", unit: .times, default: "9, per namespace",
      summary: "unanswered probes after which the connection is reset",
      meaning: "The program then gets ETIMEDOUT. With TCP_USER_TIMEOUT set, that time decides and this number does not.",
      source: KernelSource("sysctl_tcp_keepalive_probes", "keepalive_probes()", "include/net/tcp.h"),
      settings: ["TCP_KEEPCNT", "TCP_USER_TIMEOUT"]),
  ]
}
