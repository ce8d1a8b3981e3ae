// Numbers of /proc/net/sockstat, sockstat6 and softnet_stat: sockets and memory in use, and the receive path before any socket.

extension Knowledge {
  static let sockstatCounters: [Entry] = [
    gauge(
      "sockets", "used", "sock_inuse_get()", "net/core/sock.c", .count, "sockets of every family in this network namespace",
      """
      TCP, UDP, unix, netlink, packet, bound or not, and connections that nobody has accepted. TIME-WAIT and half-open connections are smaller objects and not in it. ss -s calls it Total.
      """),
    gauge(
      "TCP", "inuse", "sockstat_seq_show()", "net/ipv4/proc.c", .connections, "IPv4 TCP sockets that listen or have a connection",
      """
      All states but CLOSE, SYN-RECV and TIME-WAIT, so it holds orphans and what waits in accept queues. An IPv6 socket counts in TCP6 even while it talks to an IPv4 peer.
      """, misreading: "A socket that is only bound is in no table and not counted; TCP alloc has it."),
    gauge(
      "TCP", "orphan", "tcp_orphan_count_sum()", "net/ipv4/tcp.c", .connections, "TCP sockets that no process holds any more",
      """
      Closed by their program while data or the FIN still waits for the peer: FIN-WAIT-1, LAST-ACK, CLOSING, and FIN-WAIT-2 until a mini-socket takes its place (then it \
      counts in tw). Both families.
      """, scope: .machine, misreading: "Sum over all containers, held against tcp_max_orphans: a namespace cannot tell which are its own.",
      settings: ["net.ipv4.tcp_max_orphans"]),
    gauge(
      "TCP", "tw", "sockstat_seq_show()", "net/ipv4/proc.c", .connections, "TIME-WAIT mini-sockets of this namespace",
      "Those of orphaned FIN-WAIT-2 connections are among them, and IPv6's too; all count against tcp_max_tw_buckets.",
      settings: ["net.ipv4.tcp_max_tw_buckets"]),
    gauge(
      "TCP", "alloc", "proto_sockets_allocated_sum_positive()", "include/net/sock.h", .count, "TCP sockets that exist, in any state",
      "From socket() to the last byte: unbound, listening, connected, orphaned, IPv4 and IPv6 together.", scope: .machine,
      misreading: "alloc − inuse is no leak: it contains other namespaces, IPv6, and sockets that were never connected."),
    gauge(
      "TCP", "mem", "proto_memory_allocated()", "include/net/proto_memory.h", .pages, "memory of all TCP queues, in pages",
      """
      What tcp_mem limits, in the same unit. Each processor keeps up to net.core.mem_pcpu_rsv (256 pages) aside, so the value is rounded by that much. The sockets' own structures are not in it.
      """, scope: .machine, misreading: "Pages of 4096 bytes on most machines, neither bytes nor kilobytes.", settings: ["net.ipv4.tcp_mem"]
    ),
    gauge(
      "UDP", "inuse", "sockstat_seq_show()", "net/ipv4/proc.c", .count, "IPv4 UDP sockets that have a port",
      "From the first bind(), connect() or send on; without a port a socket is not yet counted."),
    gauge(
      "UDP", "mem", "proto_memory_allocated()", "include/net/proto_memory.h", .pages, "memory of all UDP receive queues, in pages",
      "Both families, all namespaces, against udp_mem. Idle sockets keep little, so a high value is unread datagrams.", scope: .machine,
      settings: ["net.ipv4.udp_mem"]),
    gauge(
      "UDPLITE", "inuse", "sockstat_seq_show()", "net/ipv4/proc.c", .count, "IPv4 UDP-Lite sockets that have a port",
      "The rare protocol 136; newer kernels lack it, and the line with it."),
    gauge(
      "RAW", "inuse", "sockstat_seq_show()", "net/ipv4/proc.c", .count, "IPv4 raw sockets",
      "Counted from socket() on: ping of old, routing daemons, scanners. Packet sockets of tcpdump are another family."),
    gauge(
      "FRAG", "inuse", "sockstat_seq_show()", "net/ipv4/proc.c", .count, "IPv4 datagrams that wait for missing fragments",
      "Queues, not fragments. Each disappears when whole or after ipfrag_time."),
    gauge(
      "FRAG", "memory", "frag_mem_limit()", "include/net/inet_frag.h", .bytes, "memory of IPv4 fragments that wait for the rest",
      "Including overhead, held against ipfrag_high_thresh (4 MiB); at the limit new fragments are refused and Ip ReasmFails rises.",
      misreading: "In bytes, unlike TCP mem two lines above."),
    gauge(
      "TCP6", "inuse", "sockstat6_seq_show()", "net/ipv6/proc.c", .connections, "IPv6 TCP sockets that listen or have a connection",
      "Made by AF_INET6, whatever travels over them: IPv4 clients of a dual-stack listener are here. The counterpart of TCP inuse."),
    gauge(
      "UDP6", "inuse", "sockstat6_seq_show()", "net/ipv6/proc.c", .count, "IPv6 UDP sockets that have a port",
      "Their memory is in UDP mem, as sockstat6 has no column for it."),
    gauge(
      "UDPLITE6", "inuse", "sockstat6_seq_show()", "net/ipv6/proc.c", .count, "IPv6 UDP-Lite sockets that have a port",
      "Practically 0 everywhere, and absent from newer kernels."),
    gauge(
      "RAW6", "inuse", "sockstat6_seq_show()", "net/ipv6/proc.c", .count, "IPv6 raw sockets",
      "Whoever handles router advertisements holds one: radvd, NetworkManager, systemd-networkd."),
    gauge(
      "FRAG6", "inuse", "sockstat6_seq_show()", "net/ipv6/proc.c", .count, "IPv6 datagrams that wait for missing fragments",
      "As FRAG inuse, with the longer wait of ip6frag_time. Connection tracking keeps its own."),
    gauge(
      "FRAG6", "memory", "frag_mem_limit()", "include/net/inet_frag.h", .bytes, "memory of IPv6 fragments that wait for the rest",
      "Bytes against ip6frag_high_thresh; Ip6 ReasmFails tells when it was reached."),
  ]

  static let softnetCounters: [Entry] = [
    softnet(
      "processed", "processed", "__netif_receive_skb_core()", "net/core/dev.c", .packets,
      "packets taken into the network stack on a processor", benign: true,
      """
      All namespaces and devices. A packet counts again each time it enters another device (VLAN, veth, loopback), and merged segments count once. Its spread over the processors shows \
      whether receiving is balanced.
      """, misreading: "32 bits: at a million packets a second it starts anew after 71 minutes."),
    softnet(
      "dropped", "dropped", "enqueue_to_backlog()", "net/core/dev.c", .packets, "packets lost because the queue of the processor was full",
      """
      The backlog is the way of loopback, veth, tunnels and receive packet steering; a card with a driver of today does not use it. No socket, no TCP counter and no netstat shows this loss.
      """, misreading: "Not the card's own drops, which are in ip -s link and ethtool -S.", settings: ["net.core.netdev_max_backlog"],
      advice:
        "Look which processor it is: one that is busy with a single flow needs steering (RPS), bursts need a longer netdev_max_backlog."),
    softnet(
      "time_squeeze", "time_squeeze", "net_rx_action()", "net/core/dev.c", .times,
      "rounds of receiving that ended although packets were left",
      "After netdev_budget packets or netdev_budget_usecs the rest has to wait for the next round. Under load it is the sign of a busy processor.",
      misreading: "Nothing is lost by it: loss shows in dropped, or in the card's ring."),
    softnet(
      "received_rps", "received_rps", "rps_trigger_softirq()", "net/core/dev.c", .times,
      "times another processor woke this one to take packets over", benign: true,
      "Zero unless receive packet steering is configured (rps_cpus). It counts interrupts, each for a batch."),
    softnet(
      "flow_limit_count", "flow_limit->count", "skb_flow_limit()", "net/core/dev.c", .packets,
      "packets of one dominant flow dropped to keep the queue usable for others",
      "Needs flow_limit_cpu_bitmap to be set, and a backlog at least half full. Counted for the processor that steers the packet; the one that was to take it counts it in dropped."
    ),
    softnet(
      "backlog_len", "input_pkt_queue.qlen + process_queue.qlen", "softnet_seq_show()", "net/core/net-procfs.c", .packets,
      "packets that wait on a processor now",
      kind: .gauge, "A snapshot that is nearly always 0 or small, even under load. Compare netdev_max_backlog.",
      settings: ["net.core.netdev_max_backlog"]),
    softnet(
      "input_qlen", "input_pkt_queue.qlen", "softnet_input_pkt_queue_len()", "net/core/net-procfs.c", .packets,
      "of backlog_len, those not yet taken up",
      kind: .gauge, since: "6.4", "New packets are put at the end of this list; its length is what the limit is compared with."),
    softnet(
      "process_qlen", "process_queue.qlen", "softnet_process_queue_len()", "net/core/net-procfs.c", .packets,
      "of backlog_len, those being worked through",
      kind: .gauge, since: "6.4", "Moved over from the input list in one go, so that the lock is held briefly."),
  ]

  private static func gauge(
    _ group: String, _ name: String, _ function: String, _ file: String, _ unit: Unit, _ summary: String, _ meaning: String,
    scope: CounterFacts.Scope = .namespace, misreading: String? = nil, settings: [String] = []
  ) -> Entry {
    counter(
      group, name, ambiguous: true, kind: .gauge, scope: scope, netstat: .nothing, unit: unit, summary: summary, meaning: meaning,
      misreading: misreading, source: KernelSource("\(group): \(name)", function, file), settings: settings)
  }

  private static func softnet(
    _ name: String, _ member: String, _ function: String, _ file: String, _ unit: Unit, _ summary: String, kind: CounterFacts.Kind = .total,
    benign: Bool = false, since: String? = nil, _ meaning: String, misreading: String? = nil, settings: [String] = [], advice: String? = nil
  ) -> Entry {
    counter(
      "softnet", name, ambiguous: true, kind: kind, scope: .processor, netstat: .nothing, benign: benign, since: since, unit: unit,
      summary: summary, meaning: meaning, misreading: misreading, source: KernelSource(member, function, file), settings: settings,
      advice: advice)
  }
}
