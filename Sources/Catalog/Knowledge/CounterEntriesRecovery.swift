// Counters of recovery from loss: how it began, how it failed, and when it proved needless.

extension Knowledge {
  static let recoveryCounters: [Entry] = [
    counter(
      "TcpExt", "TCPSackRecovery", elsewhere: "times recovered from packet loss by selective acknowledgements", unit: .times,
      summary: "times a connection with SACK noticed loss early and began a fast recovery",
      meaning: """
        One step an episode, however many segments it repeats (those are TCPFastRetrans). Each halves the sending rate or so, once. Steady small growth is how congestion control \
        finds the capacity of a path.
        """,
      misreading:
        "It counts beginnings. Whether the recovery worked is told by TCPSackRecoveryFail, and whether it was needed by the Undo counters.",
      source: KernelSource("LINUX_MIB_TCPSACKRECOVERY", "tcp_enter_recovery()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_sack"]),
    counter(
      "TcpExt", "TCPRenoRecovery", netstat: .phrase("times recovered from packet loss due to fast retransmit"), unit: .times,
      summary: "fast recoveries of connections that have no SACK",
      meaning: """
        Without SACK only one hole is repaired in a round trip, so such a path suffers more from the same loss. Movement says that peers exist, or boxes on the way, that switch SACK off.
        """,
      source: KernelSource("LINUX_MIB_TCPRENORECOVERY", "tcp_enter_recovery()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_sack"]),
    counter(
      "TcpExt", "TCPSackRecoveryFail", elsewhere: "SACK retransmits failed", unit: .times,
      summary: "the retransmission timer ran out in the middle of a fast recovery with SACK",
      meaning:
        "Heavy loss: the repeats vanished as well, or so few acknowledgements came that nothing drove the repair on. Each step is a step of TCPTimeouts too.",
      misreading: "No retransmission failed locally: that is TCPRetransFail.",
      source: KernelSource("LINUX_MIB_TCPSACKRECOVERYFAIL", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c")),
    counter(
      "TcpExt", "TCPRenoRecoveryFail", elsewhere: "classic Reno fast retransmits failed", unit: .times,
      summary: "the retransmission timer ran out in the middle of a fast recovery without SACK",
      meaning: "With several holes in one window that is the expected end where the receiver reports none of them.",
      source: KernelSource("LINUX_MIB_TCPRENORECOVERYFAIL", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c")),
    counter(
      "TcpExt", "TCPSackFailures", elsewhere: "timeouts after SACK recovery", unit: .times,
      summary: "a timeout although SACK had already reported a gap",
      meaning: """
        Something beyond the gap had arrived, but not enough evidence followed to start a recovery before the timer: short exchanges and the ends of bursts.
        """,
      misreading: "Not \"after recovery\": the state was Disorder, recovery had not begun.",
      source: KernelSource("LINUX_MIB_TCPSACKFAILURES", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c")),
    counter(
      "TcpExt", "TCPRenoFailures", netstat: .phrase("timeouts after reno fast retransmit"), unit: .times,
      summary: "a timeout after one or two duplicate acknowledgements, on a connection without SACK",
      meaning: "Three would have started a fast retransmit; the sender had too little in flight to provoke them.",
      misreading: "The label has it backwards: a fast retransmit is what did not take place.",
      source: KernelSource("LINUX_MIB_TCPRENOFAILURES", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c")),
    counter(
      "TcpExt", "TCPLossFailures", netstat: .phrase("timeouts in loss state"), unit: .times,
      summary: "a further timeout while still repairing what an earlier one had found",
      meaning: """
        Some data got through since the last timeout, then silence again. It is counted once for each such silence, so a peer that is simply gone adds nothing: there every further expiry follows another without progress.
        """,
      source: KernelSource("LINUX_MIB_TCPLOSSFAILURES", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c")),
    counter(
      "TcpExt", "TCPLossProbeRecovery", unit: .times, summary: "tail loss probes that found and repaired a loss",
      meaning:
        "The probe repeated the last segment, and the answer showed that it had been missing: a timeout was saved. The congestion window is reduced all the same.",
      formula: "share of useful probes = TCPLossProbeRecovery / TCPLossProbes",
      source: KernelSource("LINUX_MIB_TCPLOSSPROBERECOVERY", "tcp_process_tlp_ack()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_early_retrans"]),
    counter(
      "TcpExt", "TCPSACKReneging", elsewhere: "bad SACK blocks received", unit: .times,
      summary: "the receiver took back what it had reported by SACK",
      meaning: """
        At a timeout the oldest segment was one that SACK had covered and that was never acknowledged. Receivers short of memory may discard so (on Linux that is OfoPruned on the other side); middleboxes that rewrite SACK \
        numbers badly look the same.
        """,
      misreading: "The blocks were well formed. Malformed ones are TCPSACKDiscard.",
      source: KernelSource("LINUX_MIB_TCPSACKRENEGING", "tcp_timeout_mark_lost()", "net/ipv4/tcp_input.c"),
      advice: "On the receiving host look at OfoPruned and its buffers; else suspect a firewall that changes sequence numbers."),
    counter(
      "TcpExt", "TCPSACKReorder", netstat: .phrase("Detected reordering # times using SACK"), unit: .times,
      summary: "acknowledgements showed that segments overtook each other, seen by SACK",
      meaning: """
        A gap that SACK reported was filled without a repeat: the network reorders, it did not lose. The sender raises its tolerance (reordering in ss -i) and repeats later.
        """,
      misreading: "It is what this host sends that arrives in another order. For what arrives here look at TCPOFOQueue.",
      source: KernelSource("LINUX_MIB_TCPSACKREORDER", "tcp_check_sack_reordering()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_reordering", "net.ipv4.tcp_max_reordering"],
      advice: "Bonding in round-robin mode and unequal multipath are the usual makers; hash by flow instead."),
    counter(
      "TcpExt", "TCPRenoReorder", netstat: .phrase("Detected reordering # times using reno fast retransmit"), unit: .times,
      summary: "more duplicate acknowledgements than loss could explain, on a connection without SACK",
      meaning: "A guess and not a measurement: duplicated packets raise it as well.",
      source: KernelSource("LINUX_MIB_TCPRENOREORDER", "tcp_check_reno_reordering()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_reordering"]),
    counter(
      "TcpExt", "TCPTSReorder", netstat: .phrase("Detected reordering # times using time stamp"), unit: .times,
      summary: "a hole believed lost was filled by the original segment, as its echoed timestamp proves",
      meaning: "Found during recovery, when the repeat was already under way or about to be: the delay of the overtaken segment was long.",
      source: KernelSource("LINUX_MIB_TCPTSREORDER", "tcp_try_undo_partial()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_timestamps"]),
    counter(
      "TcpExt", "TCPFullUndo", netstat: .phrase("congestion windows fully recovered without slow start"), unit: .times,
      summary: "a fast recovery turned out to be needless as a whole, and the window was restored",
      meaning: "Everything arrived in its first copy. Cause is reordering or a sudden delay; the cost was some superfluous repeats.",
      source: KernelSource("LINUX_MIB_TCPFULLUNDO", "tcp_try_undo_recovery()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPPartialUndo", netstat: .phrase("congestion windows partially recovered using Hoe heuristic"), unit: .times,
      summary: "during a fast recovery the gap closed by itself, and the reduction was taken back",
      meaning: "The missing segment was late and not lost, while more data was still outstanding. Comes with TCPTSReorder.",
      source: KernelSource("LINUX_MIB_TCPPARTIALUNDO", "tcp_try_undo_partial()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPDSACKUndo", elsewhere: "congestion windows recovered without slow start by DSACK", unit: .times,
      summary: "the peer's DSACKs showed every repeat to be a duplicate, and the window was restored",
      meaning: "The slow proof, for connections without usable timestamps or when originals and repeats both arrived.",
      source: KernelSource("LINUX_MIB_TCPDSACKUNDO", "tcp_try_undo_dsack()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_dsack"]),
    counter(
      "TcpExt", "TCPLossUndo", netstat: .phrase("congestion windows recovered without slow start after partial ack"), unit: .times,
      summary: "a timeout turned out to be needless, and the window was restored",
      meaning: """
        Contains those that F-RTO recognized, TCPSpuriousRTOs; timestamps or DSACK proved the others. Many of them beside few real timeouts: the path has delays longer than the timer expects.
        """,
      source: KernelSource("LINUX_MIB_TCPLOSSUNDO", "tcp_try_undo_loss()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_frto", "net.ipv4.tcp_rto_min_us"]),
    counter(
      "TcpExt", "TCPSpuriousRtxHostQueues", benign: true, unit: .times,
      summary: "repeats that were not sent because the original had not even left this host",
      meaning: """
        The packet still sat in the queueing discipline or the network card when its timer or probe fired. Large numbers mean a full queue here, or a driver that reports finished transmissions late.
        """,
      misreading: "Nothing was retransmitted and nothing was lost.",
      source: KernelSource("LINUX_MIB_TCPSPURIOUS_RTX_HOSTQUEUES", "skb_still_in_host_queue()", "net/ipv4/tcp_output.c"),
      advice: "Look at the backlog of tc -s qdisc and at the card's transmit coalescing."),
  ]
}
