// Drop reasons of TCP: numbers, windows and states.

extension Knowledge {
  static let tcpDropReasons: [Entry] = [
    dropReason(
      "TCP_ZEROWINDOW",
      meaning: """
        The receive buffer is full because the program does not read, the window has been announced as 0, and the peer sent nevertheless: data that was under way, or a probe \
        of one byte (Linux probes with an old number instead, which is TCP_OLD_SEQUENCE). It is answered with an ACK; nothing is lost for good. The interesting part is \
        the reader that stands still.
        """,
      misreading: "The peer does nothing wrong: it has to ask now and then whether the window is open again.",
      usual: .init(
        "data came while the receive window was closed: the program does not read", harm: .loss, victim: .connection,
        counters: [.init("TcpExt.TCPZeroWindowDrop")],
        advice: "Find out why the program does not read this socket; its Recv-Q shows how much waits."),
      source: ("tcp_data_queue()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_rmem"]),
    dropReason(
      "TCP_OLD_DATA",
      meaning: """
        Every byte of it has been received before. The peer repeated too early, or our ACK was lost or late; it is told with a duplicate SACK. In bulk this \
        is the mirror of spurious retransmissions, and the remedy is at the sender or on the way back.
        """,
      usual: .init(
        "data that had arrived already: the peer repeated it needlessly", harm: .benign, victim: .connection,
        counters: [.init("TcpExt.DelayedACKLost", isExact: false), .init("TcpExt.TCPDSACKOldSent", isExact: false)]),
      source: ("tcp_data_queue()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_OVERWINDOW",
      meaning: """
        The segment begins right at or behind the right edge of the offered window: with a window of 0 a probe that has moved on, otherwise a peer that ignores what \
        it was offered. It is answered with an ACK.
        """,
      usual: .init(
        "data beyond the receive window, such as a window probe", harm: .loss, victim: .connection,
        advice: "Look at the reader first (Recv-Q); if the window was open, capture the peer or middlebox that overruns it."),
      special: [
        .init(
          "a segment for a half-open connection lay outside the window that its SYN-ACK offered", at: ["tcp_v4_rcv", "tcp_v6_rcv"],
          harm: .loss, victim: .connection)
      ],
      source: ("tcp_data_queue()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_OFOMERGE",
      meaning: """
        Segments ahead of a gap are kept sorted; this one was covered by its neighbours there, or a longer one replaced it. The bytes are safe. It happens on lossy or \
        reordering paths, when the peer repeats more than was missing.
        """,
      usual: .init(
        "out-of-order data that was there already", harm: .benign, victim: .connection, counters: [.init("TcpExt.TCPOFOMerge")]),
      source: ("tcp_data_queue_ofo()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_OFO_DROP",
      meaning: """
        A gap was filled by a retransmission that brought more than the gap, so what had been kept behind it is superfluous. Only its duplicate is freed.
        """,
      usual: .init(
        "a segment kept behind a gap became superfluous: a repetition had filled the gap and more", harm: .benign, victim: .connection),
      source: ("tcp_ofo_queue()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_RFC7323_PAWS_ACK",
      meaning: """
        A bare acknowledgment with an old timestamp whose number lies before the next expected byte. Paths over several links or processors reorder such ACKs all the \
        time; since 6.14 they are ignored in silence and counted apart from the PAWS drops that matter.
        """,
      usual: .init(
        "an old bare ACK that reordering had delayed", harm: .benign, victim: .connection, counters: [.init("TcpExt.PAWSOldAck")]),
      since: "6.14", source: ("tcp_validate_incoming()", "net/ipv4/tcp_input.c"), version: "6.18", settings: ["net.ipv4.tcp_timestamps"]),
    dropReason(
      "TCP_RFC7323_TSECR",
      meaning: """
        The final ACK of a handshake must echo the timestamp that the SYN-ACK carried. This one echoes a value that was never sent: a forged \
        segment, or a middlebox that rewrites one direction's timestamps and not the other's.
        """,
      usual: .init(
        "the end of a handshake echoed a timestamp that the SYN-ACK did not have", harm: .refusal, victim: .listener,
        counters: [.init("TcpExt.TSEcrRejected")],
        advice: "Capture a handshake: compare TSval of the SYN-ACK with TSecr of the ACK, and look for a middlebox that rewrites them."),
      since: "6.15", source: ("tcp_check_req()", "net/ipv4/tcp_minisocks.c"), version: "6.18", settings: ["net.ipv4.tcp_timestamps"]),
    dropReason(
      "TCP_OLD_SEQUENCE",
      meaning: """
        It ends before everything that has been acknowledged. The usual innocent senders are Linux's keepalive and zero-window probes, which use a number one too low \
        on purpose, and late duplicates. It is answered with an ACK, which is all that a probe wants.
        """,
      misreading: "On an idle connection these are keepalive probes doing their job, not a broken peer.",
      usual: .init(
        "a segment from before the acknowledged data: a keepalive or window probe, or a late duplicate", harm: .benign, victim: .connection,
        counters: [.init("TcpExt.TCPACKSkippedSeq", isExact: false)]),
      since: "6.6", source: ("tcp_sequence()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_INVALID_END_SEQUENCE",
      meaning: """
        It starts inside the receive window and reaches past its right edge. Older kernels took such segments; from 6.17 on they are refused unless the receive queue is \
        empty. A sender that shrugs at the window loses throughput by that.
        """,
      usual: .init(
        "the segment starts inside the receive window and ends beyond it", harm: .loss, victim: .connection,
        counters: [.init("TcpExt.BeyondWindow")],
        advice: "Make the program read faster; if the peer overruns an open window, its stack or a middlebox is at fault."),
      since: "6.17", source: ("tcp_sequence()", "net/ipv4/tcp_input.c"), version: "6.18"),
    dropReason(
      "TCP_INVALID_ACK_SEQUENCE",
      meaning: """
        connect() is waiting for its SYN-ACK, and what came acknowledges a number that the SYN did not have. The other end believes in an older connection with the same \
        ports, as after a crash here. It gets a reset, forgets it, and the next SYN succeeds.
        """,
      usual: .init(
        "connect() got an ACK for another connection's number: the server still remembers an old one", harm: .loss, victim: .connection,
        counters: [.init("Tcp.OutRsts", isExact: false)],
        advice: "Harmless once after a restart. Repeated: two hosts share the address, or a translator reuses ports too early."),
      since: "6.9", source: ("tcp_rcv_synsent_state_process()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_RESET", summary: "a reset (RST) that was not believed",
      meaning: """
        Its number lies in the window without being exactly the expected one. RFC 5961 has the kernel ask back with a challenge ACK: a true peer \
        repeats the reset with the right number, a blind attacker cannot.
        """,
      misreading: "A reset that works is no drop and has no such event: tcp_receive_reset reports that.",
      usual: .init(
        "a reset with an inexact number was answered with a challenge ACK and not obeyed", harm: .refusal, victim: .connection,
        counters: [.init("TcpExt.TCPChallengeACK", isExact: false)],
        advice: "Single ones come from middleboxes or peers that lost their state; a stream of them may be an attack on the connection."),
      special: [
        .init("a reset sent to a listener, which has nothing to reset", states: [.listen], harm: .benign, victim: .listener),
        .init(
          "a reset without ACK while connect() waits: it cannot be the answer", states: [.synSent], harm: .refusal, victim: .connection),
      ],
      source: ("tcp_validate_incoming()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_challenge_ack_limit"]),
    dropReason(
      "TCP_INVALID_SYN",
      meaning: """
        SYN does not belong into a running connection. The likely story: the client crashed or its translator forgot the flow and reuses the ports. The challenge ACK makes an \
        honest client send the reset that clears the old connection, and its next SYN gets through: a connect that took a second longer.
        """,
      usual: .init(
        "a SYN came in the middle of a connection and was answered with a challenge ACK", harm: .refusal, victim: .connection,
        counters: [.init("TcpExt.TCPSYNChallenge"), .init("TcpExt.TCPChallengeACK", isExact: false)],
        advice:
          "Look whether the client restarted, or a translator or balancer reuses ports while the server still holds the old connection."),
      special: [
        .init(
          "the server sent its SYN-ACK again, so it has not taken the last ACK of the handshake: lost, or its accept queue is full",
          flags: 18,
          harm: .refusal, victim: .connection,
          counters: [.init("TcpExt.TCPSYNChallenge"), .init("TcpExt.TCPChallengeACK", isExact: false)],
          advice: "Look at the server: sockexplain -l PORT there. This side believes that it is connected.")
      ],
      source: ("tcp_validate_incoming()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_CLOSE",
      meaning: """
        The segment waited, mostly in the socket's private queue, while the connection came to its end; then there was no state left to apply \
        it to.
        """,
      usual: .init("the connection ended while the segment was waiting for it", harm: .benign, victim: .connection),
      source: ("tcp_rcv_state_process()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_FASTOPEN",
      meaning: """
        A connection opened by TCP Fast Open exists before its handshake is done. Until then each segment also has to pass the checks of the half-open \
        request; this one (a repeated SYN, a wrong number) did not.
        """,
      usual: .init(
        "a segment did not fit the unfinished handshake of a Fast Open connection", harm: .benign, victim: .connection),
      source: ("tcp_rcv_state_process()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_fastopen"]),
    dropReason(
      "TCP_OLD_ACK",
      meaning: """
        A simultaneous open or Fast Open connection in SYN-RECV got an acknowledgment that is neither new nor wrong enough for its own name. It is \
        answered with one reset.
        """,
      usual: .init(
        "an ACK did not complete a connection in SYN-RECV; the peer gets a reset", harm: .refusal, victim: .connection,
        counters: [.init("Tcp.OutRsts", isExact: false)]),
      source: ("tcp_rcv_state_process()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_TOO_OLD_ACK",
      meaning: """
        It acknowledges less than what was acknowledged long ago, by more than the largest window the peer ever offered. RFC 5961 treats that as an \
        attempt to inject data blindly and throws the segment away with its data.
        """,
      usual: .init(
        "the acknowledgment number is implausibly old, as of injected data", harm: .refusal, victim: .connection,
        counters: [.init("TcpExt.TCPChallengeACK", isExact: false)],
        advice: "Capture it: forged segments, or a middlebox that answers out of a stale state."),
      source: ("tcp_ack()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_ACK_UNSENT_DATA",
      meaning: """
        The peer claims to have received bytes that were never sent. Two machines in one connection (a doubled address, a failed-over balancer, a restored \
        snapshot) give that picture; so does forgery.
        """,
      usual: .init(
        "it acknowledges data that was never sent", harm: .refusal, victim: .connection,
        advice: "Check for a doubled IP address and for a failover or restored machine at either end."),
      source: ("tcp_ack()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_ABORT_ON_DATA",
      meaning: """
        The program here has closed the socket, and the peer went on sending before our FIN was acknowledged or while the full socket was still there. Nobody can read that, so the \
        connection is reset and the peer gets ECONNRESET or EPIPE. Later, when only the FIN-WAIT-2 mini-socket is left, the same story appears as NOT_SPECIFIED with the reset reason \
        TCP_TIMEWAIT_SOCKET.
        """,
      misreading: "The counter also rises without a packet, when a program closes with SO_LINGER 0.",
      usual: .init(
        "data came for a connection whose program had closed it; the peer got a reset", harm: .loss, victim: .connection,
        counters: [.init("TcpExt.TCPAbortOnData", isExact: false), .init("Tcp.OutRsts", isExact: false)],
        advice: "Let the program shutdown() its sending side and read to the end before it closes."),
      since: "6.9", source: ("tcp_rcv_state_process()", "net/ipv4/tcp_input.c")),
    dropReason(
      "TCP_MINTTL",
      meaning: """
        The program demanded with IP_MINTTL or IPV6_MINHOPCOUNT that its peers be near (BGP's GTSM sets 255 or 254), and this packet has passed \
        more routers than that. With a genuine neighbour: a path that changed, or ebgp-multihop on one side only.
        """,
      usual: .init(
        "the packet came from farther away than the program allows (IP_MINTTL)", harm: .refusal, victim: .connection,
        counters: [.init("TcpExt.TCPMinTTLDrop")],
        advice: "Compare the TTL in a capture with the hops configured in the routing daemon (ttl-security)."),
      since: "6.3", source: ("tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c")),
  ]

  static let signatureDropReasons: [Entry] = [
    dropReason(
      "TCP_AUTH_HDR",
      meaning: """
        A segment may be signed by MD5 or by TCP-AO, once. This one has both options, one of them twice, or an AO option too short to hold \
        its header.
        """,
      usual: .init(
        "the TCP signature options are doubled or malformed", harm: .refusal, victim: .connection,
        advice: "Capture the segment's options: the peer's TCP or a middlebox garbles them."),
      since: "6.7", source: ("tcp_inbound_hash()", "net/ipv4/tcp.c")),
    dropReason(
      "TCP_MD5NOTFOUND",
      meaning: """
        For this peer address the socket has an MD5 key, and the segment is unsigned. Most often a BGP neighbour whose password was not configured yet, or \
        a port scan that hits the daemon.
        """,
      usual: .init(
        "an unsigned segment from a peer that must sign with MD5", harm: .refusal, victim: .connection,
        counters: [.init("TcpExt.TCPMD5NotFound")], advice: "Configure the same TCP MD5 password at the peer."),
      source: ("tcp_inbound_hash()", "net/ipv4/tcp.c")),
    dropReason(
      "TCP_MD5UNEXPECTED",
      meaning: """
        The peer signs, and no key is set for its address here. It will retransmit and give up without an error message: to it we look as if we were \
        down.
        """,
      usual: .init(
        "a segment signed with MD5 for which no key is configured here", harm: .refusal, victim: .connection,
        counters: [.init("TcpExt.TCPMD5Unexpected")],
        advice: "Set the key here, for the source address that the peer really uses, or remove it there."),
      source: ("tcp_inbound_md5_hash()", "net/ipv4/tcp.c")),
    dropReason(
      "TCP_MD5FAILURE",
      meaning: """
        Both ends sign, and the digests differ: two different passwords, or a device on the way that changed ports, addresses or sequence numbers, all of which \
        the digest covers.
        """,
      usual: .init(
        "the TCP MD5 signature is wrong", harm: .refusal, victim: .connection, counters: [.init("TcpExt.TCPMD5Failure")],
        advice: "Compare the passwords; address translation between the two makes MD5 impossible."),
      source: ("tcp_inbound_md5_hash()", "net/ipv4/tcp.c")),
    dropReason(
      "TCP_AONOTFOUND",
      meaning: """
        TCP-AO (RFC 5925, the successor of MD5 signatures) is required for this peer, and the segment has no such option. A neighbour not migrated \
        yet looks like this.
        """,
      usual: .init(
        "an unsigned segment from a peer that must use TCP-AO", harm: .refusal, victim: .connection,
        counters: [.init("TcpExt.TCPAORequired")], advice: "Give the peer a TCP-AO key, or let the key here accept unsigned connections."),
      since: "6.7", source: ("tcp_inbound_hash()", "net/ipv4/tcp.c")),
    dropReason(
      "TCP_AOUNEXPECTED",
      meaning: """
        The segment carries TCP-AO, but this socket has no AO keys at all, for any peer.
        """,
      usual: .init(
        "a segment signed with TCP-AO for a socket that has no AO keys", harm: .refusal, victim: .connection,
        counters: [.init("TcpExt.TCPAOKeyNotFound")],
        advice: "Add the key with TCP_AO_ADD_KEY on the listener too, before the peer connects."),
      since: "6.7", source: ("tcp_inbound_ao_hash()", "net/ipv4/tcp_ao.c")),
    dropReason(
      "TCP_AOKEYNOTFOUND",
      meaning: """
        AO is in use, but not the key number (KeyID) that the segment names for this peer. During a key change one side has moved on to \
        a key which the other has not received.
        """,
      usual: .init(
        "the segment names a TCP-AO key that this socket does not have", harm: .refusal, victim: .connection,
        counters: [.init("TcpExt.TCPAOKeyNotFound")], advice: "Install the new key on both ends before either switches to it."),
      since: "6.7", source: ("tcp_inbound_ao_hash()", "net/ipv4/tcp_ao.c")),
    dropReason(
      "TCP_AOFAILURE",
      meaning: """
        The key exists and its digest does not match, or has another length; or a handshake that began with AO continued without it. Wrong secret, other \
        algorithm, or rewritten addresses.
        """,
      usual: .init(
        "the TCP-AO signature is wrong", harm: .refusal, victim: .connection, counters: [.init("TcpExt.TCPAOBad")],
        advice: "Compare secret, algorithm, digest length and whether TCP options are covered, at both ends."),
      since: "6.7", source: ("tcp_ao_verify_hash()", "net/ipv4/tcp_ao.c")),
  ]
}
