// Counters of loss, repetition and reordering.

extension Knowledge {
  static let lossCounters: [Entry] = [
    counter(
      "Tcp", "RetransSegs", netstat: .phrase("segments retransmitted"), unit: .segments, summary: "segments sent again, of every kind",
      meaning: """
        Fast retransmits, timeouts, tail loss probes that repeat data, SYNs and SYN-ACKs. One large repeated buffer counts once for each \
        segment that the card cuts it into. OutSegs leaves repeats out (SYN-ACKs excepted), so the usual ratio has them in the numerator only.
        """,
      misreading:
        "Beside \"segments sent out\" it looks like a rate of loss. Connects into the void and needless repeats distort that, and since boot it averages over everything.",
      formula: "rate of repetition = RetransSegs / OutSegs, over an interval",
      source: KernelSource("TCP_MIB_RETRANSSEGS", "__tcp_retransmit_skb()", "net/ipv4/tcp_output.c"),
      advice: "Below 0.1 % is a good network, above 1 % is felt. Subtract TCPSynRetrans first: unanswered connects are another matter."),
    counter(
      "Tcp", "OutSegs", netstat: .phrase("segments sent out"), benign: true, unit: .segments,
      summary: "segments sent for the first time, pure acknowledgements and resets included",
      meaning: """
        Counted after the split by TSO, so it agrees with a capture on the wire and not with one on the host, where large buffers are still whole. A repeated SYN-ACK is made anew and counts \
        again, here and in RetransSegs.
        """,
      source: KernelSource("TCP_MIB_OUTSEGS", "__tcp_transmit_skb()", "net/ipv4/tcp_output.c")),
    counter(
      "Tcp", "InSegs", netstat: .phrase("segments received"), benign: true, unit: .segments,
      summary: "TCP packets that reached this host, good or bad",
      meaning: """
        Counted before any check, and after GRO has merged packets: with receive offload one step may stand for up to 64 KiB of data.
        """,
      misreading: "Not comparable with the peer's OutSegs.",
      source: KernelSource("TCP_MIB_INSEGS", "tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c")),
    counter(
      "TcpExt", "TCPSynRetrans", unit: .packets, summary: "SYNs and SYN-ACKs sent again",
      meaning: """
        On a client: connection attempts that got silence for an answer; each costs the user at least a second. On a server: handshakes that the client did not finish.
        """,
      misreading: "Not only SYNs, as the name says: a server that repeats SYN-ACK to vanished or forged clients raises it too.",
      source: KernelSource("LINUX_MIB_TCPSYNRETRANS", "tcp_rtx_synack()", "net/ipv4/tcp_output.c"),
      settings: ["net.ipv4.tcp_syn_retries", "net.ipv4.tcp_synack_retries"],
      advice: "List SYN-SENT and SYN-RECV sockets: whichever there are tells which side it is."),
    counter(
      "TcpExt", "TCPTimeouts", elsewhere: "other TCP timeouts", unit: .times,
      summary: "retransmission timers that ran out, including those for SYN and SYN-ACK",
      meaning: """
        The expensive kind of loss: nothing came back for a whole RTO, at least 200 ms, and the congestion window falls to one segment. Loss \
        that duplicate acknowledgements or probes repair does not appear. Timers of half-open requests count as well, so a SYN flood inflates it.
        """,
      misreading:
        "\"Other\" than what? Than nothing: all expiries of that timer are here. Not in it: keepalive and window probes, which have timers of their own, and probes into a window that was shut with data under way.",
      source: KernelSource("LINUX_MIB_TCPTIMEOUTS", "tcp_retransmit_timer()", "net/ipv4/tcp_timer.c"),
      advice: "Look for sockets whose timer says on with a count above 0, and group them by peer."),
    counter(
      "TcpExt", "TCPFastRetrans", netstat: .phrase("fast retransmits"), unit: .segments,
      summary: "segments repeated because later ones were acknowledged first",
      meaning: """
        The cheap repair: the gap was noticed within a round trip and the flow went on. High with few timeouts means ordinary congestion or reordering on a path that carries much data.
        """,
      source: KernelSource("LINUX_MIB_TCPFASTRETRANS", "tcp_xmit_retransmit_queue()", "net/ipv4/tcp_output.c")),
    counter(
      "TcpExt", "TCPSlowStartRetrans", netstat: .phrase("retransmits in slow start"), unit: .segments,
      summary: "segments repeated while recovering from a timeout",
      meaning: """
        After a timeout the whole window is taken for lost and sent again at the pace of slow start; these are those repeats, the first one excepted.
        """,
      misreading: "It has nothing to do with the start of a connection.",
      source: KernelSource("LINUX_MIB_TCPSLOWSTARTRETRANS", "tcp_xmit_retransmit_queue()", "net/ipv4/tcp_output.c")),
    counter(
      "TcpExt", "TCPLostRetransmit", unit: .segments,
      summary: "repeated segments that were found to be lost once more",
      meaning: """
        Two losses of the same data in a row: a policer, a queue that stays full, or a link that is down. On a merely busy path it stays near zero.
        """,
      source: KernelSource("LINUX_MIB_TCPLOSTRETRANSMIT", "tcp_mark_skb_lost()", "net/ipv4/tcp_input.c"),
      advice: "Suspect a rate limiter (policing without a queue) or a shaper between here and the worst peers."),
    counter(
      "TcpExt", "TCPLossProbes", benign: true, unit: .packets, summary: "tail loss probes sent",
      meaning: """
        When the last segments of a burst stay unacknowledged for about two round trips, the kernel sends new data or repeats the last segment to provoke an \
        answer before the timeout strikes. Often needless, always cheap; TCPLossProbeRecovery tells how many found a real loss.
        """,
      misreading: "Not losses: a probe is sent on suspicion.",
      source: KernelSource("LINUX_MIB_TCPLOSSPROBES", "tcp_send_loss_probe()", "net/ipv4/tcp_output.c"),
      settings: ["net.ipv4.tcp_early_retrans"]),
    counter(
      "TcpExt", "TCPSpuriousRTOs", unit: .times, summary: "timeouts that turned out to be unnecessary",
      meaning: """
        F-RTO saw acknowledgements of the original segments arrive after the timer: the path was slow, not lossy. Typical for mobile links, for hosts that pause \
        (a stopped virtual machine), and for an RTO floor set too low.
        """,
      misreading: "Not all needless timeouts: those that timestamps or DSACK prove are in TCPLossUndo only.",
      source: KernelSource("LINUX_MIB_TCPSPURIOUSRTOS", "tcp_try_undo_loss()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_frto", "net.ipv4.tcp_rto_min_us"]),
    counter(
      "TcpExt", "TCPRetransFail", unit: .segments, summary: "repeats that could not leave this machine",
      meaning: """
        The local stack refused the packet: a netfilter rule on output, a full queueing discipline, no memory, no route. So the loss is here and not in the network. \
        Skipped repeats whose original is still in a local queue are not counted.
        """,
      source: KernelSource("LINUX_MIB_TCPRETRANSFAIL", "__tcp_retransmit_skb()", "net/ipv4/tcp_output.c"),
      advice: "Look at the output chains of nft and at the drops of tc -s qdisc."),
    counter(
      "TcpExt", "TCPOFOQueue", unit: .segments, summary: "segments that arrived ahead of a gap and were kept",
      meaning: """
        Receiving side's view of loss or reordering before us: normal in small numbers, and no data is lost by it. It is memory, though: see OfoPruned and \
        TCPOFODrop for what happens when there is none.
        """,
      misreading: "Not loss of data: it waits for the missing piece.",
      source: KernelSource("LINUX_MIB_TCPOFOQUEUE", "tcp_data_queue_ofo()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPWinProbe", unit: .packets, summary: "zero-window probes sent",
      meaning:
        "A peer advertises no room, and this host asks whether that has changed. Steady growth is a reader elsewhere that has stopped reading.",
      source: KernelSource("LINUX_MIB_TCPWINPROBE", "tcp_send_probe0()", "net/ipv4/tcp_output.c"),
      advice: "List sockets whose timer is persist to learn which."),
    counter(
      "TcpExt", "TCPKeepAlive", benign: true, unit: .packets, summary: "keepalive probes sent",
      meaning:
        "Nearly all are answered; it measures how many connections with SO_KEEPALIVE are idle for long.",
      misreading: "No trouble by itself. Trouble is TCPAbortOnTimeout, or an unanswered count on the socket.",
      source: KernelSource("LINUX_MIB_TCPKEEPALIVE", "tcp_keepalive_timer()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_keepalive_time"]),
    counter(
      "TcpExt", "TCPChallengeACK", unit: .packets,
      summary: "acknowledgements sent in answer to a suspicious reset or SYN inside a connection",
      meaning: """
        A reset whose sequence number is in the window but not exact, or a SYN for an existing connection, is answered with an ACK: an honest peer then sends the exact reset. \
        It moves when clients reuse a port while this side still holds the old connection, and when a middlebox forges resets. Rate-limited, so the count is a floor.
        """,
      misreading: "Not an attack by itself; most are clients that reuse a port early.",
      source: KernelSource("LINUX_MIB_TCPCHALLENGEACK", "tcp_send_challenge_ack()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_challenge_ack_limit", "net.ipv4.tcp_invalid_ratelimit"]),
    counter(
      "TcpExt", "PAWSEstab", netstat: .phrase("packets rejected in established connections because of timestamp"), unit: .packets,
      summary: "packets thrown away because their timestamp is older than one already seen",
      meaning: """
        Protection against wrapped sequence numbers. Late duplicates after reordering cause a trickle; clients behind an address translator that mixes timestamps of several hosts \
        cause real failures. Half-open requests are in it as well.
        """,
      misreading:
        "Not always harmful: before 6.14 it includes late bare acknowledgements (now PAWSOldAck), before 6.16 packets for TIME-WAIT (now PAWSTimewait).",
      source: KernelSource("LINUX_MIB_PAWSESTABREJECTED", "tcp_validate_incoming()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_timestamps"]),
    counter(
      "TcpExt", "PAWSActive", netstat: .phrase("active connections rejected because of time stamp"), unit: .packets,
      summary: "SYN-ACKs rejected because they echo a timestamp that we did not send",
      meaning: "The answer belongs to an earlier SYN of the same ports, or something rewrites options on the way. A reset goes back.",
      source: KernelSource("LINUX_MIB_PAWSACTIVEREJECTED", "tcp_rcv_synsent_state_process()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_timestamps"]),
    counter(
      "Tcp", "InErrs", netstat: .phrase("bad segments received"), unit: .segments,
      summary: "TCP packets with a wrong checksum or header length, and SYNs inside a live connection",
      meaning: """
        Compare with Tcp InCsumErrors: the difference is malformed headers and the SYNs that were answered with a challenge. On virtual networks a checksum problem is \
        most often a broken offload, not a bad cable.
        """,
      misreading: "Not packets damaged on the wire: the card drops those, see ip -s link.",
      source: KernelSource("TCP_MIB_INERRS", "tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c")),
    counter(
      "Tcp", "InCsumErrors", ambiguous: true, unit: .segments, summary: "TCP packets whose checksum was wrong",
      meaning:
        "The packet crossed the wire intact for Ethernet's own check, so a device that rewrites packets (offload, translator, tunnel) spoiled it. Contained in InErrs.",
      source: KernelSource("TCP_MIB_CSUMERRORS", "tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c"),
      advice: "Try ethtool -K DEV rx off, or tx off on the sender, to find the culprit."),
    counter(
      "TcpExt", "IPReversePathFilter", unit: .packets,
      summary: "packets dropped because their source would not be reached through the interface they came from",
      meaning:
        "rp_filter at work. Asymmetric routing, several interfaces in one subnet, or a VPN without matching routes; TCP never sees the packet and no socket shows a trace.",
      misreading: "Not of TCP: packets of every protocol count, though it stands in this group.",
      source: KernelSource("LINUX_MIB_IPRPFILTER", "ip_rcv_finish_core()", "net/ipv4/ip_input.c"),
      settings: ["net.ipv4.conf.all.rp_filter"],
      advice: "Set rp_filter to 2 (loose) on that interface, or repair the routes."),
  ]
}
