// Settings of clients: local ports, SYN repeats, reuse of TIME-WAIT.

extension Knowledge {
  static let connectingSettings: [Entry] = [
    sysctl(
      "net.ipv4.ip_local_port_range", .port, .connecting, default: .value("32768 60999"),
      summary: "local ports that the kernel hands out, both ends included",
      meaning: """
        28232 ports by default. For connect() the limit is per destination address and port, not for the machine. A program that binds to port 0 first and connects then takes a port for the whole local address, unless it \
        sets IP_BIND_ADDRESS_NO_PORT. Ports that somebody bound explicitly are passed over. connect() tries ports of the parity of the lower bound first, and bind() those of the other.
        """,
      belief: "that 28232 is the number of outgoing connections a host can have",
      sideEffect: "a wider range may take the port of a service that is down at that moment: reserve such ports first",
      unseen: "IP_LOCAL_PORT_RANGE narrows it for a socket (6.3 and newer)",
      source: KernelSource("inet_sk_get_local_port_range", "__inet_hash_connect()", "net/ipv4/inet_hashtables.c"),
      settings: ["net.ipv4.ip_local_reserved_ports", "IP_BIND_ADDRESS_NO_PORT", "IP_LOCAL_PORT_RANGE"],
      advice: "Widen it down to 1024 or so only after reserving the ports of your own listeners."),
    sysctl(
      "net.ipv4.ip_local_reserved_ports", .text, .connecting, default: .value(""), summary: "ports never handed out automatically",
      meaning:
        "An explicit bind() still gets them. It is the way to keep a listener's port from being taken by an outgoing connection just before the service starts.",
      sideEffect: "each reserved port inside the range is one fewer for outgoing connections",
      source: KernelSource("inet_is_local_reserved_port", "__inet_hash_connect()", "net/ipv4/inet_hashtables.c"),
      settings: ["net.ipv4.ip_local_port_range"]),
    sysctl(
      "net.ipv4.ip_autobind_reuse", .boolean, .connecting, default: .value("0"), since: "5.7",
      summary: "let bind() to port 0 share ports when all are taken",
      meaning:
        "Only among sockets that all set SO_REUSEADDR, and only after no free port was found. It is a crutch for programs that bind before they connect.",
      sideEffect: "two sockets may bind the same address and port, and the later connect() or listen() fails in their stead",
      source: KernelSource("sysctl_ip_autobind_reuse", "inet_csk_find_open_port()", "net/ipv4/inet_connection_sock.c"),
      settings: ["IP_BIND_ADDRESS_NO_PORT"], advice: "IP_BIND_ADDRESS_NO_PORT in the program is the better way."),
    sysctl(
      "net.ipv4.tcp_syn_retries", .times, .connecting, default: .value("6"),
      summary: "how often an unanswered SYN is repeated with doubling gaps",
      meaning: """
        Since 6.5 tcp_syn_linear_timeouts more come first, a second apart, so the defaults make ten repeats and about 131 s until connect() fails; 127 s without them. Each step less halves the wait roughly.
        """,
      belief: "that the number printed by tools is out of this one: linear ones come on top",
      sideEffect: "fewer repeats fail sooner, also on a path that would have recovered",
      unseen: "TCP_SYNCNT and TCP_USER_TIMEOUT; programs with their own connect timeout give up first",
      source: KernelSource("sysctl_tcp_syn_retries", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_syn_linear_timeouts", "TCP_SYNCNT", "TCP_USER_TIMEOUT"]),
    sysctl(
      "net.ipv4.tcp_syn_linear_timeouts", .times, .connecting, default: .value("4"), since: "6.5",
      summary: "first repeats of a SYN that come without doubling the gap",
      meaning:
        "A lost SYN used to cost 1, 3, 7 s; with this, retries at 1, 2, 3, 4 and 5 s, and doubling from there. It adds to tcp_syn_retries instead of sharing its budget.",
      sideEffect: "0 restores the old doubling from the first repeat; more means more SYNs to a host that is down",
      source: KernelSource("sysctl_tcp_syn_linear_timeouts", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_syn_retries"]),
    sysctl(
      "net.ipv4.tcp_tw_reuse", .code, .connecting, default: .value("0", then: ("4.19", "2")),
      summary: "let connect() take over a TIME-WAIT socket to the same address and port: 1 always, 2 on loopback",
      meaning: """
        It concerns outgoing connections only, needs timestamps on both sides, and waits a second (tcp_tw_reuse_delay on new kernels). FIN-WAIT-2 is never reused. A socket bound to a port before connect() does not consult it.
        """,
      belief: "that it helps a server: its TIME-WAIT sockets are reopened by a fresh SYN in any case",
      sideEffect: "old duplicates of the former connection are told apart by timestamps alone",
      source: KernelSource("sysctl_tcp_tw_reuse", "tcp_twsk_unique()", "net/ipv4/tcp_ipv4.c"),
      settings: ["net.ipv4.tcp_timestamps", "net.ipv4.tcp_tw_reuse_delay"],
      advice: "1 on clients and proxies that run out of local ports; safe with timestamps."),
    sysctl(
      "net.ipv4.tcp_tw_reuse_delay", .milliseconds, .connecting, default: .value("1000"), since: "6.14",
      summary: "how old a TIME-WAIT socket must be for tcp_tw_reuse",
      meaning:
        "6.12 has one second built in, from the resolution of the stored timestamp. A shorter delay frees ports faster, and needs peers that remember timestamps finely enough.",
      sideEffect: "too short for a peer with coarse timestamps, and its check for old segments drops the new SYN",
      source: KernelSource("tw_ts_recent_stamp", "tcp_twsk_unique()", "net/ipv4/tcp_ipv4.c"), settings: ["net.ipv4.tcp_tw_reuse"]),
    sysctl(
      "net.ipv4.tcp_fastopen_blackhole_timeout_sec", .seconds, .connecting, default: .value("3600", then: ("5.14", "0")),
      summary: "pause of Fast Open for clients after a path seemed to swallow it",
      meaning:
        "0 switches the detection off. Otherwise a first suspicion stops data in SYNs for the whole namespace and this long, and each further one right after the pause for twice as long. TCPFastOpenBlackhole counts. Stable branches back to 5.10 have the 0 too.",
      sideEffect: "one bad path takes Fast Open away from all destinations",
      source: KernelSource("sysctl_tcp_fastopen_blackhole_timeout", "tcp_fastopen_active_disable()", "net/ipv4/tcp_fastopen.c"),
      settings: ["net.ipv4.tcp_fastopen"]),
    sysctl(
      "net.ipv4.ping_group_range", .text, .connecting, default: .value("1 0"),
      summary: "groups whose members may open ping sockets",
      meaning: "The default is an empty range: nobody, so ping needs CAP_NET_RAW. Distributions with systemd allow all groups.",
      sideEffect: "members can send echo requests, and nothing else of ICMP",
      source: KernelSource("ping_group_range", "ping_init_sock()", "net/ipv4/ping.c")),
    sysctl(
      "net.ipv4.neigh.default.gc_thresh1", .count, .connecting, scope: .absentInChild, default: .value("128"),
      summary: "neighbours (ARP entries) below which none is cleaned away",
      meaning: "Up to here the periodic cleaning does not run at all. The table and its count are one for all namespaces.",
      sideEffect: "stale neighbours stay longer",
      source: KernelSource("gc_thresh1", "neigh_periodic_work()", "net/core/neighbour.c"), settings: ["net.ipv4.neigh.default.gc_thresh3"]),
    sysctl(
      "net.ipv4.neigh.default.gc_thresh2", .count, .connecting, scope: .absentInChild, default: .value("512"),
      summary: "neighbours above which a new one triggers a cleaning",
      meaning:
        "Tolerated for five seconds; after that every new entry first tries to remove old ones, which costs time on the way of a packet.",
      sideEffect: "more memory, fewer forced cleanings on large flat networks",
      source: KernelSource("gc_thresh2", "neigh_alloc()", "net/core/neighbour.c"), settings: ["net.ipv4.neigh.default.gc_thresh3"]),
    sysctl(
      "net.ipv4.neigh.default.gc_thresh3", .count, .connecting, scope: .absentInChild, default: .value("1024"),
      summary: "most neighbours at all: hosts of the local networks that can be talked to",
      meaning: """
        Beyond it packets to a new neighbour are not sent and the log says "neighbour: arp_cache: neighbor table overflow!". A SYN is repeated until connect() times out, UDP counts SndbufErrors, while old \
        connections work. Containers count, for the table is shared.
        """,
      belief: "that a /24 cannot reach it: every veth pair of every namespace has its own entries",
      sideEffect: "memory of some hundred bytes an entry",
      source: KernelSource("gc_thresh3", "neigh_alloc()", "net/core/neighbour.c"), settings: ["net.ipv4.neigh.default.gc_thresh2"]),
    sysctl(
      "net.ipv6.neigh.default.gc_thresh3", .count, .connecting, scope: .absentInChild, default: .value("1024"), needs: "IPv6",
      summary: "most neighbours of IPv6",
      meaning:
        "A table apart from ARP's, with the same consequences; link-local addresses fill it as well, so dual-stack hosts need about twice the entries.",
      sideEffect: "memory of some hundred bytes an entry",
      source: KernelSource("gc_thresh3", "neigh_alloc()", "net/core/neighbour.c"), settings: ["net.ipv4.neigh.default.gc_thresh3"]),
  ]
}
