// Drop reasons of TCP segments that a socket would not take.

extension Knowledge {
  static let segmentDropReasons: [Entry] = [
    dropReason(
      "TCP_LISTEN_OVERFLOW",
      meaning: """
        The client has answered the SYN-ACK, so for it the connection exists; here it cannot leave the SYN queue, because the accept queue holds \
        its limit and one more. With tcp_abort_on_overflow 0 the ACK is forgotten and the SYN-ACK sent again, a second later and doubling: the \
        client's first data does the same once more. With 1 it is reset at once.
        """,
      misreading: "The SYNs that a full queue refuses are not among these: the kernel consumes them without any drop event.",
      usual: .init(
        "the last packet of a handshake met a full accept queue; the client believes that it is connected", harm: .loss, victim: .listener,
        counters: [
          .init("TcpExt.ListenOverflows"), .init("TcpExt.ListenDrops"), .init("TcpExt.EmbryonicRsts", isExact: false),
        ],
        advice: "Make the program accept() faster; a larger backlog (and somaxconn) helps only against bursts."),
      since: "6.15", source: ("tcp_check_req()", "net/ipv4/tcp_minisocks.c"),
      settings: ["net.ipv4.tcp_abort_on_overflow", "net.core.somaxconn"]),
    dropReason(
      "TCP_RFC7323_PAWS",
      meaning: """
        The segment's timestamp is lower than the newest one seen on this connection. Answered with an ACK that shows what is expected. A \
        duplicate that reordering delayed is harmless; a stream of them is a translator that mixes the clocks of several hosts behind one \
        address, or a peer whose clock jumped.
        """,
      usual: .init(
        "its timestamp is older than one already seen on the connection (PAWS): a late duplicate, or a peer's clock that went back",
        harm: .loss, victim: .connection, counters: [.init("TcpExt.PAWSEstab")],
        advice: "A few are late duplicates. Many: look for a translator in front of several hosts, or a peer that was restored or migrated."
      ),
      source: ("tcp_validate_incoming()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_timestamps"]),
    dropReason(
      "TCP_RFC7323_TW_PAWS",
      meaning: """
        A connection of the same addresses and ports ended a moment ago, and the packet's timestamp is older than its last one. If it is a SYN, a \
        client's new connection is refused without an answer until the minute of TIME-WAIT is over; that is what clients behind one address \
        translator suffer whose clocks differ.
        """,
      usual: .init(
        "a packet for a port pair in TIME-WAIT carried an older timestamp (PAWS); a SYN among them goes unanswered", harm: .loss,
        victim: .connection, counters: [.init("TcpExt.PAWSTimewait")],
        advice: "Look for clients behind one translator; have the client close first, so that TIME-WAIT stays with it."),
      since: "6.16", source: ("tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c"), version: "6.18",
      settings: ["net.ipv4.tcp_timestamps"]),
    dropReason(
      "TCP_CSUM",
      meaning: """
        The checksum over header and data does not fit. It was right for Ethernet's own check, so what spoiled it is a device that rewrites packets: \
        an offload, a tunnel, a translator. The peer repeats the segment after its timeout.
        """,
      usual: .init(
        "a TCP segment with a wrong checksum; the peer must send it again", harm: .loss, victim: .connection,
        counters: [.init("Tcp.InCsumErrors"), .init("Tcp.InErrs", isExact: false)],
        advice: "Switch checksum offload off to find the culprit: ethtool -K DEV rx off here, tx off on the sender."),
      source: ("tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c")),
    dropReason(
      "UDP_CSUM",
      meaning: """
        The sum in the datagram's header is neither right nor zero (which would mean: not computed, for IPv4 only). Often it is \
        checked only as the program reads, so that a reader was woken for nothing.
        """,
      usual: .init(
        "a datagram with a wrong checksum", harm: .loss, victim: .receiver,
        counters: [.init("Udp.InCsumErrors"), .init("Udp.InErrors"), .init("Udp6.InCsumErrors"), .init("Udp6.InErrors")],
        advice: "Switch checksum offload off to find the culprit: ethtool -K DEV rx off here, tx off on the sender."),
      source: ("__udp4_lib_rcv()", "net/ipv4/udp.c")),
    dropReason(
      "TCP_FLAGS", summary: "the flags make no sense in this socket's state",
      meaning: """
        At a listener: a packet with ACK that belongs to no connection and is no valid SYN cookie, as after a restart of the program, after \
        TIME-WAIT sockets were destroyed early, or after a half-open request timed out. It is answered with a reset. In a connection: none of \
        SYN, ACK and RST.
        """,
      usual: .init(
        "the segment's flags make no sense in the socket's state", harm: .refusal, victim: .connection,
        advice: "Scanners send such; otherwise capture one to see who does."),
      special: [
        .init(
          "an ACK or FIN of a connection that this listener does not know (any more); the peer gets a reset", states: [.listen], flags: 16,
          harm: .refusal, victim: .listener, counters: [.init("Tcp.OutRsts", isExact: false)],
          advice: "If TCPTimeWaitOverflow rises, raise tcp_max_tw_buckets; if SyncookiesFailed does, the SYN cookie was too old or forged.")
      ],
      source: ("tcp_rcv_state_process()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_INVALID_SEQUENCE",
      meaning: """
        It starts beyond what the receive window has ever allowed. An honest peer never sends that, so it is a peer that ignores the window, a \
        middlebox that rewrites numbers, or a forgery. It is answered with an ACK that repeats the truth.
        """,
      usual: .init(
        "the segment starts beyond the receive window that was offered", harm: .loss, victim: .connection,
        counters: [.init("TcpExt.BeyondWindow")],
        advice: "Capture it: a peer or middlebox that ignores the window, or forged segments."),
      source: ("tcp_sequence()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_OFO_QUEUE_PRUNE",
      meaning: """
        Data that had arrived ahead of a gap, and may have been acknowledged by SACK, is thrown out to make room for what is needed first. The peer \
        has to send it once more, which is why SACK is only a promise. The cause is a receive buffer that is small for the \
        amount in flight, on a path with loss.
        """,
      usual: .init(
        "segments kept ahead of a gap were thrown out again for lack of room; the peer must send them once more", harm: .loss,
        victim: .connection, counters: [.init("TcpExt.OfoPruned", isExact: false), .init("TcpExt.PruneCalled", isExact: false)],
        advice: "Do not set SO_RCVBUF, so that the kernel can tune it, or raise tcp_rmem; repair the loss that makes the gaps."),
      source: ("tcp_prune_ofo_queue()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_rmem"]),
  ]
}
