// Drop reasons: the reasons of receiving sockets. The other entries are in the files beside this one.

extension Knowledge {
  /// Every drop reason's entry; a file of entries adds its list here.
  public static let dropReasons: [Entry] = Array(
    [
      socketDropReasons, socketEdgeDropReasons, segmentDropReasons, tcpDropReasons, signatureDropReasons, hostDropReasons, ipDropReasons,
      ipv6DropReasons, neighbourDropReasons, trafficControlDropReasons, deviceDropReasons, tunnelDropReasons, elsewhereDropReasons,
      subsystemDropReasons,
    ].joined())

  private static let dropReasonsByName: [String: Entry] = {
    var out: [String: Entry] = [:]
    for entry in dropReasons { if let name = entry.dropReason?.name { out[name] = entry } }
    return out
  }()

  /// The entry of one reason by the kernel's name without SKB_DROP_REASON_ (`SOCKET_RCVBUFF`), in its exact spelling; nil when the catalog does
  /// not know it.
  public static func dropReason(_ name: String) -> Entry? { dropReasonsByName[name] }

  /// A reason's entry: aliases follow from the name, and what stands for the usual circumstance is the entry's own advice.
  ///
  /// `summary`: what the reason says, whatever the place; the usual circumstance's meaning when left out.
  static func dropReason(
    _ name: String, summary: String? = nil, meaning: String, misreading: String? = nil, usual: DropReasonFacts.Circumstance,
    special: [DropReasonFacts.Circumstance] = [], since: Release? = nil, kernels: String? = nil,
    source: (function: String, file: String), version: String = "6.12", settings: [String] = []
  ) -> Entry {
    Entry(
      name, aliases: ["SKB_DROP_REASON_" + name], topic: .dropReason, unit: .packets, summary: summary ?? usual.meaning, meaning: meaning,
      misreading: misreading, source: KernelSource("SKB_DROP_REASON_" + name, source.function, source.file, version), settings: settings,
      advice: usual.advice, dropReason: DropReasonFacts(name, usual: usual, special: special, since: since, kernels: kernels))
  }

  private static let socketDropReasons: [Entry] = [
    dropReason(
      "NOT_SPECIFIED", summary: "the place where it was dropped gives no reason",
      meaning: """
        Code that was never taught to say why, and every place of older kernels. Only the function tells something: in tcp_v4_rcv() and \
        tcp_v6_rcv() it is the normal end of a packet that TIME-WAIT or a half-open request has dealt with, and before 6.15 also the third ACK \
        that met a full accept queue.
        """,
      misreading: "It is no error by itself; the busiest row of an idle server is often this one and harmless.",
      usual: .init("the kernel gives no reason; the function is all there is to go by", harm: .loss, victim: .host),
      special: [
        .init(
          "multicast that nobody here has joined, such as the reports of IPv6's own neighbour discovery (MLD)", at: ["ip6_mc_input"],
          isSent: false, harm: .benign, victim: .host),
        .init(
          "the next hop did not answer neighbour discovery", at: ["neigh_invalidate", "ndisc_error_report", "arp_error_report"],
          harm: .loss,
          victim: .sender, capture: .hidden,
          advice: "Check with ip neigh and ip route get ADDRESS whether the host is up, and in this subnet and VLAN."),
        .init(
          "a blackhole, unreachable or prohibit route leads to its destination", at: ["ip_error", "dst_discard", "dst_discard_out"],
          isSent: false,
          harm: .refusal, victim: .host, advice: "Find the route: ip route get DESTINATION from SOURCE iif DEV, and ip rule."),
        .init(
          "a blackhole route leads to its destination", at: ["dst_discard_out"], isSent: true, harm: .loss, victim: .sender,
          capture: .hidden,
          advice: "Find the route: ip route get DESTINATION, and ip rule."),
        .init(
          "a datagram with a wrong checksum, found as the program asked for it",
          at: ["udp_recvmsg", "udpv6_recvmsg", "__first_packet_length", "first_packet_length"], isSent: false, harm: .loss,
          victim: .receiver,
          counters: [.init("Udp.InCsumErrors"), .init("Udp.InErrors"), .init("Udp6.InCsumErrors"), .init("Udp6.InErrors")],
          advice: "Switch checksum offload off to find the culprit: ethtool -K DEV rx off here, tx off on the sender."),
        .init(
          "an ICMPv6 message that the kernel has dealt with: older kernels throw all of them away like this", at: ["icmpv6_rcv"],
          isSent: false, harm: .benign, victim: .host),
        .init(
          "a raw socket did not take its copy: its receive buffer is full, or its filter turned it down",
          at: ["raw_rcv", "raw_rcv_skb", "rawv6_rcv", "rawv6_rcv_skb"], isSent: false, harm: .loss, victim: .receiver,
          advice: "Find the reader with sockexplain -w; it reads too slowly, or asks for more than it wants."),
        .init(
          "it did not fit the state of its connection; the peer gets a reset", at: ["tcp_v4_do_rcv", "tcp_v6_do_rcv"], isSent: false,
          harm: .refusal, victim: .connection, counters: [.init("Tcp.OutRsts", isExact: false)]),
        .init(
          "TIME-WAIT or an orphaned FIN-WAIT-2 has dealt with it: the last FIN, a repetition, or late data answered with a reset",
          at: ["tcp_v4_rcv", "tcp_v6_rcv"],
          states: [.timeWait], harm: .benign, victim: .connection),
        .init(
          "a client gave up its half-open handshake with a reset", at: ["tcp_v4_rcv", "tcp_v6_rcv"], states: [.listen, .newSynRecv],
          flags: 4, harm: .benign, victim: .listener, counters: [.init("TcpExt.EmbryonicRsts", isExact: false)]),
        .init(
          "what was kept ahead of a gap went with its connection", at: ["skb_rbtree_purge"], harm: .benign, victim: .connection),
        .init(
          "a repeated SYN met its own half-open request, which sends SYN-ACK again", at: ["tcp_v4_rcv", "tcp_v6_rcv"],
          states: [.listen, .newSynRecv], flags: 2, harm: .benign, victim: .listener),
        .init(
          "the end of a handshake was not accepted: a full accept queue, a bare ACK that TCP_DEFER_ACCEPT ignores, or a bad number",
          at: ["tcp_v4_rcv", "tcp_v6_rcv"], states: [.listen, .newSynRecv], flags: 16, harm: .loss, victim: .listener,
          counters: [.init("TcpExt.ListenOverflows", isExact: false)],
          advice: "If ListenOverflows rises with it, the program does not accept() fast enough."),
      ],
      source: ("tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c")),
    dropReason(
      "NO_SOCKET", summary: "no socket here was there to take the packet",
      meaning: """
        The ports and addresses of the packet match neither a connection nor a listener nor a datagram socket. TCP answers with a reset, UDP \
        with ICMP port unreachable. It happens to the stragglers of a connection that was reset a moment ago as well as to clients of a \
        service that is down.
        """,
      misreading: "In cookie_v4_check() and cookie_v6_check() the name misleads: the listener is there, its accept queue was full.",
      usual: .init(
        "nothing has this port open; the sender gets an ICMP port unreachable or a reset", harm: .refusal, victim: .port,
        advice: "Start the service, or correct the port or address in the client."),
      special: [
        .init(
          "a handshake that a SYN cookie had kept ended at a full accept queue: the client believes that it is connected",
          at: ["cookie_v4_check", "cookie_v6_check"], harm: .loss, victim: .listener,
          counters: [.init("TcpExt.ListenOverflows"), .init("TcpExt.ListenDrops"), .init("TcpExt.SyncookiesRecv", isExact: false)],
          advice: "Make the program accept() faster; a larger backlog helps only against bursts."),
        .init(
          "no datagram socket has this port; the sender gets ICMP port unreachable", at: ["__udp4_lib_rcv", "__udp6_lib_rcv"],
          harm: .refusal,
          victim: .port, counters: [.init("Udp.NoPorts"), .init("Udp6.NoPorts")],
          advice: "Start the service, or correct the port or address in the client."),
        .init(
          "a reset for a connection that is gone already", at: ["tcp_v4_rcv", "tcp_v6_rcv"], flags: 4, harm: .benign, victim: .port),
        .init(
          "a SYN to a port on which nothing listens; the client gets a reset (connection refused)", at: ["tcp_v4_rcv", "tcp_v6_rcv"],
          flags: 2,
          harm: .refusal, victim: .port, counters: [.init("Tcp.OutRsts", isExact: false)],
          advice: "Start the service, or correct the port or address in the client."),
        .init(
          "a segment of a connection that does not exist here (any more); the peer gets a reset", at: ["tcp_v4_rcv", "tcp_v6_rcv"],
          harm: .refusal, victim: .port, counters: [.init("Tcp.OutRsts", isExact: false)],
          advice: "Normal after a program exits or aborts; otherwise look for a balancer or translator that outlives the connection."),
      ],
      source: ("tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c")),
    dropReason(
      "SOCKET_RCVBUFF",
      meaning: """
        The datagrams that wait, counted with the kernel's overhead for each (often several times the payload), would exceed SO_RCVBUF. It is \
        the reader's pace that matters: the buffer only bridges the time for which the program looks away. The sender is not told.
        """,
      misreading: "Not a slow network card: those drops are rx_missed_errors or softnet's, and no socket knows of them.",
      usual: .init(
        "the socket's receive buffer was full: the program reads too slowly", harm: .loss, victim: .receiver,
        counters: [
          .init("Udp.RcvbufErrors"), .init("Udp.InErrors"), .init("Udp6.RcvbufErrors"), .init("Udp6.InErrors"),
        ],
        advice: "Make the program read faster or on several sockets (SO_REUSEPORT); a larger SO_RCVBUF (rmem_max caps it) bridges bursts."),
      special: [
        .init(
          "a packet socket (tcpdump and the like) was too slow for its copy; the packet itself went on",
          at: ["packet_rcv", "tpacket_rcv", "packet_rcv_spkt"], harm: .benign, victim: .receiver),
        .init(
          "a raw socket's receive buffer was full: its program reads too slowly; other sockets got their copy",
          at: ["raw_rcv", "raw_rcv_skb", "rawv6_rcv", "rawv6_rcv_skb"], harm: .loss, victim: .receiver,
          advice: "Make the program read faster; a larger SO_RCVBUF (rmem_max caps it) bridges bursts."),
      ],
      source: ("__udp_queue_rcv_skb()", "net/ipv4/udp.c"), settings: ["net.core.rmem_max", "net.core.rmem_default"]),
    dropReason(
      "PROTO_MEM", summary: "no memory could be charged to the receiving socket",
      meaning: """
        For TCP: the receive buffer is so full of unread or out-of-order data that even pruning gave no room, or tcp_mem's limit for the whole \
        machine is reached. The peer sends the segment again. For UDP: udp_mem's limit is reached, and the datagram is gone.
        """,
      usual: .init(
        "the receive buffer (or tcp_mem) had no room for the segment even after pruning; the peer must send it again", harm: .loss,
        victim: .connection,
        counters: [.init("TcpExt.TCPRcvQDrop"), .init("TcpExt.TCPOFODrop"), .init("TcpExt.PruneCalled", isExact: false)],
        advice: "Do not set SO_RCVBUF, so that the kernel can tune it, or raise tcp_rmem; read faster."),
      special: [
        .init(
          "a segment ahead of a gap found no room in the receive buffer; the peer must send it again", at: ["tcp_data_queue_ofo"],
          harm: .loss,
          victim: .connection,
          counters: [
            .init("TcpExt.TCPOFODrop"), .init("TcpExt.PruneCalled", isExact: false), .init("TcpExt.RcvPruned", isExact: false),
          ],
          advice: "Do not set SO_RCVBUF, so that the kernel can tune it, or raise tcp_rmem; repair the loss that makes the gaps."),
        .init(
          "udp_mem's limit for all UDP sockets of the machine is reached", at: ["udp_queue_rcv_one_skb", "udpv6_queue_rcv_one_skb"],
          harm: .loss, victim: .receiver,
          counters: [.init("Udp.MemErrors"), .init("Udp.InErrors"), .init("Udp6.MemErrors"), .init("Udp6.InErrors")],
          advice: "Find the UDP sockets with long queues (sockexplain -uam); raise net.ipv4.udp_mem only if they are wanted."),
      ],
      source: ("tcp_data_queue()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_rmem", "net.ipv4.tcp_mem", "net.ipv4.udp_mem"]),
    dropReason(
      "QUEUE_PURGE", summary: "a queue was emptied because its owner went away",
      meaning: """
        A socket is destroyed with packets still waiting in it, a neighbour entry or a device goes. For netlink and packet sockets nobody waits \
        for them any more. In tcp_disconnect() it is what clients had sent over connections that were still waiting for accept() as their \
        listener ended, or what came over a connection that its program gave up with connect() to AF_UNSPEC.
        """,
      usual: .init("a queue was emptied when its socket or device went away", harm: .benign, victim: .host),
      special: [
        .init(
          "a datagram socket was closed with datagrams that nobody had read", at: ["udp_destruct_common", "udp_destruct_sock"],
          harm: .benign,
          victim: .receiver),
        .init(
          "what a client sent over a connection that nobody accepted before its listener ended; it gets a reset",
          at: ["tcp_disconnect"], isSent: false, harm: .loss, victim: .connection, counters: [.init("Tcp.EstabResets", isExact: false)],
          advice: "Restart a server without a gap: hand its listening socket over, or use SO_REUSEPORT with net.ipv4.tcp_migrate_req 1."),
      ],
      since: "6.6", source: ("__skb_queue_purge()", "include/linux/skbuff.h")),
  ]
}
