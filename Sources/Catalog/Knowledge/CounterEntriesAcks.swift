// Counters of acknowledgements: delayed, predicted, compressed, withheld; and of what arrives.

extension Knowledge {
  static let ackCounters: [Entry] = [
    counter(
      "TcpExt", "DelayedACKs", netstat: .phrase("delayed acks sent"), benign: true, unit: .packets,
      summary: "acknowledgements sent because the delay timer ran out",
      meaning: """
        The receiver waits up to 40 ms, sometimes 200, for an answer to carry the acknowledgement along; here none came. Acknowledgements that rode on data, or left at once at the second segment, are not counted.
        """,
      misreading: "A high number is no fault, but request-response traffic that waits 40 ms with Nagle on the other side shows here.",
      source: KernelSource("LINUX_MIB_DELAYEDACKS", "tcp_delack_timer_handler()", "net/ipv4/tcp_timer.c"),
      settings: ["TCP_QUICKACK", "TCP_NODELAY"]),
    counter(
      "TcpExt", "DelayedACKLocked", netstat: .phrase("delayed acks further delayed because of locked socket"), benign: true, unit: .times,
      summary: "the delayed-acknowledgement timer found the socket in use by a system call",
      meaning: "The acknowledgement leaves when the call releases the socket, microseconds later as a rule.",
      source: KernelSource("LINUX_MIB_DELAYEDACKLOCKED", "tcp_delack_timer()", "net/ipv4/tcp_timer.c")),
    counter(
      "TcpExt", "DelayedACKLost", netstat: .phrase("Quick ack mode was activated # times"), unit: .times,
      summary: "data arrived that had been received before, and acknowledgements became prompt",
      meaning: """
        A duplicate suggests that our acknowledgement did not reach the peer, so the next ones, 16 at most, go out without delay. The peer's needless repeats, its loss probes included, are the common cause.
        """,
      misreading: "The name says an acknowledgement was lost: it is a suspicion. And quick mode has other causes that are not counted.",
      source: KernelSource("LINUX_MIB_DELAYEDACKLOST", "tcp_send_dupack()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPHPHits", netstat: .phrase("packet headers predicted"), benign: true, unit: .segments,
      summary: "data segments that took the fast path through the receiver",
      meaning: """
        Next in order, nothing unusual in the header, room in the buffer that was already reserved. The rest takes the full path, which is not slow: the distinction mattered on the machines of 1990.
        """,
      misreading:
        "No hit rate worth tuning. With large merged packets the reserved room is often too small, and the share falls without harm.",
      source: KernelSource("LINUX_MIB_TCPHPHITS", "tcp_rcv_established()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPPureAcks", netstat: .phrase("acknowledgments not containing data payload received"), benign: true, unit: .packets,
      summary: "acknowledgements without data that needed the longer way: duplicates, SACK, window changes",
      meaning:
        "Together with TCPHPAcks and those on data segments it makes up what was acknowledged. Growth against TCPHPAcks accompanies loss or a peer that moves its window much.",
      misreading: "Not all acknowledgements without data, as the label says: one that simply advances is in TCPHPAcks.",
      source: KernelSource("LINUX_MIB_TCPPUREACKS", "tcp_ack()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPHPAcks", netstat: .phrase("predicted acknowledgments"), benign: true, unit: .packets,
      summary: "acknowledgements that confirmed new data and changed nothing else",
      meaning: "The normal course of a sender. They may have carried data as well.",
      source: KernelSource("LINUX_MIB_TCPHPACKS", "tcp_ack()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPAckCompressed", benign: true, unit: .packets,
      summary: "SACKs saved by sending one for several segments that arrived behind a gap",
      meaning:
        "During a loss each further segment would provoke one. From the fourth on they are gathered for a millisecond at most, or until 44 are due.",
      misreading: "Acknowledgements that did not have to be sent, not such as got lost.",
      source: KernelSource("LINUX_MIB_TCPACKCOMPRESSED", "tcp_sack_compress_send_ack()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_comp_sack_delay_ns", "net.ipv4.tcp_comp_sack_nr"]),
    counter(
      "TcpExt", "TCPACKSkippedSynRecv", unit: .packets,
      summary: "answers withheld from a half-open request that asks too often",
      meaning: """
        A repeated SYN gets its SYN-ACK again, but only one in half a second. Clients that repeat faster, or a SYN that arrives in two copies, raise it.
        """,
      source: KernelSource("LINUX_MIB_TCPACKSKIPPEDSYNRECV", "tcp_check_req()", "net/ipv4/tcp_minisocks.c"),
      settings: ["net.ipv4.tcp_invalid_ratelimit"]),
    counter(
      "TcpExt", "TCPACKSkippedPAWS", unit: .packets, summary: "answers withheld from packets that bore an outdated timestamp",
      meaning: "PAWSEstab counts the packets; of those without data all but one in half a second go unanswered.",
      source: KernelSource("LINUX_MIB_TCPACKSKIPPEDPAWS", "tcp_validate_incoming()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_invalid_ratelimit"]),
    counter(
      "TcpExt", "TCPACKSkippedSeq", unit: .packets, summary: "answers withheld from packets outside of the window",
      meaning: """
        Window and keepalive probes are such packets, and get an answer each 500 ms at most. A fast climb is two hosts that disagree about their numbers and would otherwise answer each other for ever.
        """,
      misreading: "Only packets without data are withheld an answer; it is no count of bad packets.",
      source: KernelSource("LINUX_MIB_TCPACKSKIPPEDSEQ", "tcp_validate_incoming()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_invalid_ratelimit"]),
    counter(
      "TcpExt", "TCPACKSkippedFinWait2", unit: .packets, summary: "answers withheld by orphans in FIN-WAIT-2",
      meaning:
        "Something outside of their window, or with an old timestamp, came again and again from a peer that did not understand the first reply.",
      source: KernelSource("LINUX_MIB_TCPACKSKIPPEDFINWAIT2", "tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c"),
      settings: ["net.ipv4.tcp_invalid_ratelimit"]),
    counter(
      "TcpExt", "TCPACKSkippedTimeWait", unit: .packets, summary: "answers withheld by TIME-WAIT sockets",
      meaning:
        "A SYN that cannot reopen the connection, or stray acknowledgements, several within half a second. The first had its answer, which is enough for an honest peer.",
      source: KernelSource("LINUX_MIB_TCPACKSKIPPEDTIMEWAIT", "tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c"),
      settings: ["net.ipv4.tcp_invalid_ratelimit"]),
    counter(
      "TcpExt", "TCPACKSkippedChallenge", unit: .packets, summary: "challenge ACKs that were due and not sent because one had just left",
      meaning:
        "Add it to TCPChallengeACK for the number of suspicious resets and SYNs. The limit is per connection; that of tcp_challenge_ack_limit, off by default, is counted nowhere.",
      source: KernelSource("LINUX_MIB_TCPACKSKIPPEDCHALLENGE", "tcp_send_challenge_ack()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_invalid_ratelimit", "net.ipv4.tcp_challenge_ack_limit"]),
    counter(
      "TcpExt", "TCPSYNChallenge", unit: .packets, summary: "SYNs inside a connection that already exists",
      meaning: """
        A client that lost its state (a restart, a translator that reuses a port early) tries to connect anew while this side still holds the old connection. It gets an ACK, answers with a reset, and its next SYN succeeds.
        """,
      source: KernelSource("LINUX_MIB_TCPSYNCHALLENGE", "tcp_validate_incoming()", "net/ipv4/tcp_input.c"),
      advice: "If clients report connects that take a second longer, compare with this."),
    counter(
      "TcpExt", "BeyondWindow", since: "6.17", unit: .packets,
      summary: "packets that begin behind, or reach over, the window this host offered",
      meaning: """
        A packet reaching over the edge is still taken while the receive queue is empty. Rises when a peer ignores a closed window, after SO_RCVBUF was cut, and for forged packets. They are answered, not kept.
        """,
      misreading:
        "Old data, keepalives and zero-window probes of Linux lie before the window and are not in it. Kernels before 6.17 have no such counter: absent is not 0.",
      source: KernelSource("LINUX_MIB_BEYOND_WINDOW", "tcp_validate_incoming()", "net/ipv4/tcp_input.c", "6.17")),
    counter(
      "TcpExt", "TSEcrRejected", since: "6.15", unit: .packets,
      summary: "third packets of a handshake that echo a timestamp no SYN-ACK of ours had",
      meaning: "Too early or too late to be an answer. Points to forged packets, or to a box on the way that rewrites timestamps.",
      source: KernelSource("LINUX_MIB_TSECRREJECTED", "tcp_check_req()", "net/ipv4/tcp_minisocks.c", "6.15"),
      settings: ["net.ipv4.tcp_timestamps"]),
    counter(
      "TcpExt", "PAWSOldAck", benign: true, since: "6.14", unit: .packets,
      summary: "late acknowledgements, overtaken by packets with newer timestamps, dropped in silence",
      meaning:
        "They tell nothing that was not known, so none is lost by it. Mere reordering on the way here; frequent with several receive queues.",
      misreading: "Before 6.14 these were part of PAWSEstab and looked like an error.",
      source: KernelSource("LINUX_MIB_PAWS_OLD_ACK", "tcp_validate_incoming()", "net/ipv4/tcp_input.c", "6.14"),
      settings: ["net.ipv4.tcp_timestamps"]),
    counter(
      "TcpExt", "PAWSTimewait", since: "6.16", unit: .packets,
      summary: "packets for a TIME-WAIT socket with a timestamp older than its last",
      meaning: """
        Among them SYNs of new connections: the port pair is in TIME-WAIT here and the new client's clock seems to be behind, as with several hosts behind one address. \
        Such a SYN gets an ACK, the client resets, and its next SYN a second later succeeds, unless a firewall drops the reset.
        """,
      source: KernelSource("LINUX_MIB_PAWS_TW_REJECTED", "tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c", "6.16"),
      settings: ["net.ipv4.tcp_timestamps"],
      advice: "Look at the translator between; on kernels before 6.16 the same is hidden in PAWSEstab."),
  ]
}
