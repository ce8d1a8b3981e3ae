// Settings of connection tracking, which keeps its own idea of every connection and its own clocks.

extension Knowledge {
  static let conntrackSettings: [Entry] = [
    sysctl(
      "net.netfilter.nf_conntrack_max", .connections, .conntrack, scope: .readOnlyInChild,
      default: .computed("four times nf_conntrack_buckets").then("5.15", .computed("equal to nf_conntrack_buckets")), needs: "nf_conntrack",
      summary: "most flows that the firewall remembers, in each namespace",
      meaning: """
        When the table is full new connections are dropped with "nf_conntrack: table full, dropping packet" in the log. It looks like SYN loss, and no TCP counter moves on the \
        machine that drops.
        """,
      belief: "that without firewall rules nothing is tracked: loading a rule set with a state match or NAT is enough",
      sideEffect: "about 300 bytes of kernel memory a flow; look-ups slow down unless nf_conntrack_buckets grows too",
      source: KernelSource("nf_conntrack_max", "__nf_conntrack_alloc()", "net/netfilter/nf_conntrack_core.c"),
      settings: ["net.netfilter.nf_conntrack_buckets", "net.netfilter.nf_conntrack_count"]),
    sysctl(
      "net.netfilter.nf_conntrack_count", .connections, .conntrack, default: .computed("the flows remembered now"), isDisplay: true,
      needs: "nf_conntrack",
      summary: "flows remembered now in this namespace",
      meaning:
        "Compare with nf_conntrack_max. Flows that ended stay for the time of their state, so it is larger than the number of connections.",
      source: KernelSource("count", "nf_conntrack_standalone_init_sysctl()", "net/netfilter/nf_conntrack_standalone.c"),
      settings: ["net.netfilter.nf_conntrack_max"]),
    sysctl(
      "net.netfilter.nf_conntrack_buckets", .count, .conntrack, scope: .readOnlyInChild,
      default: .computed(
        "by memory: 262144 above 4 GiB, 65536 above 1 GiB, else a bucket for 128 KiB; a quarter of the first two before 5.15"),
      needs: "nf_conntrack",
      summary: "size of the hash table of remembered flows",
      meaning:
        "Each flow stands in it twice. Twice as many flows as buckets is comfortable; a table that is too small costs processor time for each packet.",
      sideEffect: "a change rebuilds the table while packets wait",
      source: KernelSource("nf_conntrack_htable_size", "nf_conntrack_hash_resize()", "net/netfilter/nf_conntrack_core.c"),
      settings: ["net.netfilter.nf_conntrack_max"]),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_timeout_established", .seconds, .conntrack, default: .value("432000"), needs: "nf_conntrack",
      summary: "how long an idle established flow is remembered: five days",
      meaning:
        "Long, since forgetting it would cut a connection that both ends believe alive. Peers that vanished therefore fill the table for days.",
      sideEffect: "lower: idle connections without keepalive are cut, silently with some rule sets",
      source: KernelSource("TCP_CONNTRACK_ESTABLISHED", "nf_conntrack_tcp_packet()", "net/netfilter/nf_conntrack_proto_tcp.c"),
      settings: ["net.ipv4.tcp_keepalive_time"]),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_timeout_time_wait", .seconds, .conntrack, default: .value("120"), needs: "nf_conntrack",
      summary: "how long conntrack remembers a closed connection",
      meaning: "A clock of its own, longer than the socket's 60 s: a reused port may be free for TCP and yet known to the firewall.",
      belief: "that it changes TIME-WAIT of sockets",
      sideEffect: "lower: late segments count as invalid and may be dropped or answered with a reset",
      source: KernelSource("TCP_CONNTRACK_TIME_WAIT", "nf_conntrack_tcp_packet()", "net/netfilter/nf_conntrack_proto_tcp.c")),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_timeout_close_wait", .seconds, .conntrack, default: .value("60"), needs: "nf_conntrack",
      summary: "memory of a connection of which one side has closed and was answered",
      meaning:
        "A half-closed connection that is silent for longer is forgotten, although both sockets may stay in FIN-WAIT-2 and CLOSE-WAIT for hours.",
      belief: "that it ends CLOSE-WAIT sockets",
      sideEffect: "higher: half-closed transfers survive pauses, entries stay longer",
      source: KernelSource("TCP_CONNTRACK_CLOSE_WAIT", "nf_conntrack_tcp_packet()", "net/netfilter/nf_conntrack_proto_tcp.c")),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_timeout_fin_wait", .seconds, .conntrack, default: .value("120"), needs: "nf_conntrack",
      summary: "memory of a flow that saw its first FIN and no answer yet",
      meaning: "Until the acknowledgement is seen. After it the state is close_wait here, whichever side began.",
      sideEffect: "lower: slow closers are forgotten in the middle of it",
      source: KernelSource("TCP_CONNTRACK_FIN_WAIT", "nf_conntrack_tcp_packet()", "net/netfilter/nf_conntrack_proto_tcp.c")),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_timeout_syn_sent", .seconds, .conntrack, default: .value("120"), needs: "nf_conntrack",
      summary: "memory of a SYN that got no answer",
      meaning:
        "Longer than the gaps between its repeats, so a connect() that keeps trying keeps its entry, and a scan of dead hosts fills the table.",
      sideEffect: "below 64: the last repeats of a SYN look like new flows",
      source: KernelSource("TCP_CONNTRACK_SYN_SENT", "nf_conntrack_tcp_packet()", "net/netfilter/nf_conntrack_proto_tcp.c"),
      settings: ["net.ipv4.tcp_syn_retries"]),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_timeout_syn_recv", .seconds, .conntrack, default: .value("60"), needs: "nf_conntrack",
      summary: "memory of a handshake that lacks its third packet",
      meaning: "During a flood of forged SYNs each occupies the table that long, even where cookies keep the server itself free of state.",
      sideEffect: "lower: handshakes over lossy paths are forgotten before their repeats end",
      source: KernelSource("TCP_CONNTRACK_SYN_RECV", "nf_conntrack_tcp_packet()", "net/netfilter/nf_conntrack_proto_tcp.c"),
      settings: ["net.ipv4.tcp_synack_retries"]),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_timeout_unacknowledged", .seconds, .conntrack, default: .value("300"), needs: "nf_conntrack",
      summary: "memory of a flow whose data nobody acknowledges",
      meaning:
        "Replaces the five days while data is outstanding. TCP itself repeats for about a quarter of an hour, with gaps of at most 120 s.",
      sideEffect: "below 120: the gaps between repeats can outlast the entry",
      source: KernelSource("TCP_CONNTRACK_UNACK", "nf_conntrack_tcp_packet()", "net/netfilter/nf_conntrack_proto_tcp.c"),
      settings: ["net.ipv4.tcp_retries2"]),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_loose", .boolean, .conntrack, default: .value("1"), needs: "nf_conntrack",
      summary: "pick up connections that began before the tracking did",
      meaning:
        "With 0 packets of an unknown connection are invalid, and after a restart of the firewall every old connection is cut, where rules drop such packets.",
      sideEffect: "0 is stricter and breaks failover between firewalls",
      source: KernelSource("tcp_loose", "tcp_new()", "net/netfilter/nf_conntrack_proto_tcp.c")),
    sysctl(
      "net.netfilter.nf_conntrack_tcp_be_liberal", .boolean, .conntrack, default: .value("0"), needs: "nf_conntrack",
      summary: "let packets outside the expected window pass as valid",
      meaning:
        "Only resets are still checked. With NAT and 0, an invalid packet leaves untranslated, and the peer answers with a reset that ends a healthy connection.",
      sideEffect: "1: rules no longer see forged segments as invalid",
      source: KernelSource("tcp_be_liberal", "tcp_in_window()", "net/netfilter/nf_conntrack_proto_tcp.c")),
    sysctl(
      "net.netfilter.nf_conntrack_udp_timeout", .seconds, .conntrack, default: .value("30"), needs: "nf_conntrack",
      summary: "memory of UDP traffic in one direction",
      meaning: "A question without an answer. DNS look-ups make most of these entries on busy hosts.",
      sideEffect: "lower: late answers do not find their way through NAT",
      source: KernelSource("UDP_CT_UNREPLIED", "nf_conntrack_udp_packet()", "net/netfilter/nf_conntrack_proto_udp.c")),
    sysctl(
      "net.netfilter.nf_conntrack_udp_timeout_stream", .seconds, .conntrack, default: .value("180", then: ("5.0", "120")),
      needs: "nf_conntrack",
      summary: "memory of UDP traffic in both directions",
      meaning:
        "Granted to pairs that talk for more than two seconds. QUIC, WireGuard and SIP clients must send something within it to stay reachable behind NAT.",
      sideEffect: "higher: more entries for flows that are over",
      source: KernelSource("UDP_CT_REPLIED", "nf_conntrack_udp_packet()", "net/netfilter/nf_conntrack_proto_udp.c")),
  ]
}
