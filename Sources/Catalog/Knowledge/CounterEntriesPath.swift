// Counters of sending, of the path (MTU, rehash, slow start), of signatures, and of what is refused below TCP.

extension Knowledge {
  static let pathCounters: [Entry] = [
    counter(
      "TcpExt", "TCPOrigDataSent", benign: true, unit: .segments, summary: "segments with data or a FIN sent for the first time",
      meaning:
        "Neither repeats nor bare acknowledgements, so it is the honest base for a rate of loss. A FIN that carries no data is one too.",
      formula: "share of repeats = (RetransSegs - TCPSynRetrans) / TCPOrigDataSent, over an interval",
      source: KernelSource("LINUX_MIB_TCPORIGDATASENT", "tcp_event_new_data_sent()", "net/ipv4/tcp_output.c")),
    counter(
      "TcpExt", "TCPDelivered", benign: true, unit: .segments, summary: "segments of ours that peers reported as received",
      meaning:
        "By acknowledgement, SACK or DSACK: so a segment that arrived twice counts twice, and SYNs and FINs are in it. It follows TCPOrigDataSent at the distance of what is under way.",
      misreading: "Delivered to the peer's kernel, not read by its program.",
      source: KernelSource("LINUX_MIB_TCPDELIVERED", "tcp_newly_delivered()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPDeliveredCE", unit: .segments, summary: "segments of ours that arrived with a mark of congestion (ECN)",
      meaning:
        "A router said \"slow down\" by marking instead of dropping. The share of TCPDelivered is the rate of marking, the signal that DCTCP works with.",
      misreading:
        "Without DCTCP or AccECN the peer repeats its echo until we react, so all that is acknowledged meanwhile counts as marked.",
      source: KernelSource("LINUX_MIB_TCPDELIVEREDCE", "tcp_newly_delivered()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_ecn"]),
    counter(
      "TcpExt", "TCPAutoCorking", benign: true, unit: .times,
      summary: "small writes held back because earlier packets were still in the card's queue",
      meaning: "When the card reports them done, what was written meanwhile leaves as one packet. It saves packets and adds microseconds.",
      misreading: "It is not Nagle's algorithm, and TCP_NODELAY does not turn it off.",
      source: KernelSource("LINUX_MIB_TCPAUTOCORKING", "tcp_push()", "net/ipv4/tcp.c"), settings: ["net.ipv4.tcp_autocorking"]),
    counter(
      "TcpExt", "TCPMTUPSuccess", benign: true, unit: .times, summary: "probes for a larger packet size that got through",
      meaning: "Packetization-layer MTU discovery raised the segment size of a connection.",
      source: KernelSource("LINUX_MIB_TCPMTUPSUCCESS", "tcp_mtup_probe_success()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_mtu_probing"]),
    counter(
      "TcpExt", "TCPMTUPFail", benign: true, unit: .times, summary: "probes for a larger packet size that were lost",
      meaning:
        "The limit of the path has been found from above. The probe's data is repeated in normal packets and the window is not reduced.",
      misreading: "The end of a search, not a black hole. A black hole is what the probing works around.",
      source: KernelSource("LINUX_MIB_TCPMTUPFAIL", "tcp_mtup_probe_failed()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_mtu_probing"]),
    counter(
      "TcpExt", "TcpTimeoutRehash", unit: .times, summary: "timeouts after which the connection drew a new flow hash",
      meaning: """
        With IPv6 the flow label changes, so that networks which balance by it may choose another path; with IPv4 at most a local queue changes. Connections that set SO_TXREHASH to 0 are left out.
        """,
      misreading: "No path is known to have changed: by default it simply follows TCPTimeouts.",
      source: KernelSource("LINUX_MIB_TCPTIMEOUTREHASH", "tcp_write_timeout()", "net/ipv4/tcp_timer.c")),
    counter(
      "TcpExt", "TcpDuplicateDataRehash", unit: .times,
      summary: "a peer's repeat under a new IPv6 flow label made this side draw a new hash too",
      meaning:
        "The peer seems to have had a timeout although its data arrived; then it is our acknowledgements that vanish, and these may need another path.",
      source: KernelSource("LINUX_MIB_TCPDUPLICATEDATAREHASH", "tcp_rcv_spurious_retrans()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPPLBRehash", since: "6.2", unit: .times, summary: "connections that left a congested path by protective load balancing",
      meaning: "Several rounds in a row had marks of congestion, so the flow label was changed. Only with DCTCP and tcp_plb_enabled.",
      source: KernelSource("LINUX_MIB_TCPPLBREHASH", "tcp_plb_check_rehash()", "net/ipv4/tcp_plb.c"),
      settings: ["net.ipv4.tcp_plb_enabled"]),
    counter(
      "TcpExt", "TCPHystartTrainDetect", benign: true, unit: .times,
      summary: "slow starts ended early because closely spaced acknowledgements went on for half a round trip, with pacing a whole one",
      meaning: """
        CUBIC infers that the pipe is full and leaves slow start before anything is lost. It measures against the least round trip seen: half of it, \
        or all of it where the socket is paced (the fq discipline, SO_MAX_PACING_RATE), since pacing alone spreads the packets over half. CDG always takes half.
        """,
      source: KernelSource("LINUX_MIB_TCPHYSTARTTRAINDETECT", "hystart_update()", "net/ipv4/tcp_cubic.c"),
      settings: ["net.ipv4.tcp_congestion_control"]),
    counter(
      "TcpExt", "TCPHystartTrainCwnd", benign: true, unit: .segments,
      summary: "sum of the congestion windows at which an acknowledgement train ended slow start",
      meaning: "Of use only divided by the number of detections.",
      misreading: "A sum over connections; it is no window.",
      formula: "mean window = TCPHystartTrainCwnd / TCPHystartTrainDetect",
      source: KernelSource("LINUX_MIB_TCPHYSTARTTRAINCWND", "hystart_update()", "net/ipv4/tcp_cubic.c")),
    counter(
      "TcpExt", "TCPHystartDelayDetect", benign: true, unit: .times, summary: "slow starts ended early because the round-trip time rose",
      meaning:
        "Queues began to fill. On links whose delay varies by itself (radio) it may strike too early and keep transfers slow; compare the mean window it stops at.",
      source: KernelSource("LINUX_MIB_TCPHYSTARTDELAYDETECT", "hystart_update()", "net/ipv4/tcp_cubic.c"),
      settings: ["net.ipv4.tcp_congestion_control"]),
    counter(
      "TcpExt", "TCPHystartDelayCwnd", benign: true, unit: .segments,
      summary: "sum of the congestion windows at which a rising delay ended slow start",
      meaning: "The quotient is about the size of the pipe that CUBIC saw, in segments of full size.",
      formula: "mean window = TCPHystartDelayCwnd / TCPHystartDelayDetect",
      source: KernelSource("LINUX_MIB_TCPHYSTARTDELAYCWND", "hystart_update()", "net/ipv4/tcp_cubic.c")),
    counter(
      "TcpExt", "TCPMD5NotFound", unit: .packets, summary: "packets without the MD5 signature that their peer is required to use",
      meaning: "A key is set here for that address. BGP sessions where only one side has the password try for ever and show this.",
      source: KernelSource("LINUX_MIB_TCPMD5NOTFOUND", "tcp_inbound_hash()", "net/ipv4/tcp.c"), settings: ["TCP_MD5SIG"]),
    counter(
      "TcpExt", "TCPMD5Unexpected", unit: .packets, summary: "packets signed with MD5 from a peer for which no key is set here",
      meaning:
        "Dropped, with no answer: the other side sees a timeout. The password is missing on this host, or belongs to another address.",
      source: KernelSource("LINUX_MIB_TCPMD5UNEXPECTED", "tcp_inbound_md5_hash()", "net/ipv4/tcp.c"), settings: ["TCP_MD5SIG"]),
    counter(
      "TcpExt", "TCPMD5Failure", unit: .packets, summary: "packets whose MD5 signature is wrong",
      meaning: "The passwords differ, or an address translator changed what was signed.",
      source: KernelSource("LINUX_MIB_TCPMD5FAILURE", "tcp_inbound_md5_hash()", "net/ipv4/tcp.c"), settings: ["TCP_MD5SIG"]),
    counter(
      "TcpExt", "TCPAORequired", since: "6.7", unit: .packets, summary: "unsigned packets from a peer that must use TCP-AO",
      meaning: "Dropped. The key or the flag that demands it is configured on this side only.",
      source: KernelSource("LINUX_MIB_TCPAOREQUIRED", "tcp_ao_required()", "include/net/tcp.h"), settings: ["TCP_AO_ADD_KEY"]),
    counter(
      "TcpExt", "TCPAOBad", since: "6.7", unit: .packets, summary: "packets whose TCP-AO signature is wrong",
      meaning:
        "Secret, algorithm or length differ between the ends; also a handshake that began signed and went on unsigned, or the reverse.",
      source: KernelSource("LINUX_MIB_TCPAOBAD", "tcp_ao_verify_hash()", "net/ipv4/tcp_ao.c"), settings: ["TCP_AO_INFO"]),
    counter(
      "TcpExt", "TCPAOKeyNotFound", since: "6.7", unit: .packets,
      summary: "packets signed with a TCP-AO key id that this socket does not have",
      meaning: "Or the socket does not use the option at all. A rotation of keys that one side has not followed is typical.",
      source: KernelSource("LINUX_MIB_TCPAOKEYNOTFOUND", "tcp_inbound_ao_hash()", "net/ipv4/tcp_ao.c"), settings: ["TCP_AO_ADD_KEY"]),
    counter(
      "TcpExt", "TCPAOGood", benign: true, since: "6.7", unit: .packets, summary: "packets whose TCP-AO signature was right",
      meaning: "Proof that the option is in use; each socket has the same count in TCP_AO_INFO.",
      source: KernelSource("LINUX_MIB_TCPAOGOOD", "tcp_ao_verify_hash()", "net/ipv4/tcp_ao.c"), settings: ["TCP_AO_INFO"]),
    counter(
      "TcpExt", "TCPAODroppedIcmps", since: "6.7", unit: .packets,
      summary: "ICMP errors ignored because the connection is protected by TCP-AO",
      meaning: "They are not signed, so anybody could forge them. The price: a \"too big\" message is not heeded either.",
      source: KernelSource("LINUX_MIB_TCPAODROPPEDICMPS", "tcp_ao_ignore_icmp()", "net/ipv4/tcp_ao.c"), settings: ["TCP_AO_INFO"]),
    counter(
      "TcpExt", "TCPMinTTLDrop", unit: .packets, summary: "packets with fewer hops left than the program demands",
      meaning:
        "IP_MINTTL or IPV6_MINHOPCOUNT: routers set 255 so that only direct neighbours can speak BGP to them. Packets and ICMP errors from farther away are dropped.",
      source: KernelSource("LINUX_MIB_TCPMINTTLDROP", "tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c"), settings: ["IP_MINTTL", "IPV6_MINHOPCOUNT"]),
    counter(
      "TcpExt", "OutOfWindowIcmps", netstat: .phrase("ICMP packets dropped because they were out-of-window"), unit: .packets,
      summary: "ICMP errors about a connection that quote a sequence number not in flight",
      meaning: "A late error about data acknowledged since, or somebody guessing in order to break connections. Ignored.",
      source: KernelSource("LINUX_MIB_OUTOFWINDOWICMPS", "tcp_v4_err()", "net/ipv4/tcp_ipv4.c")),
    counter(
      "TcpExt", "LockDroppedIcmps", netstat: .phrase("ICMP packets dropped because socket was locked"), unit: .packets,
      summary: "ICMP errors that arrived while a system call held the socket",
      meaning: "They cannot end a connect() or report through IP_RECVERR then; a repeat of the packet brings the next one.",
      misreading:
        "Mostly not dropped: the error is remembered and decides what the program is told if the connection times out. Messages about packet size are not counted, they are deferred.",
      source: KernelSource("LINUX_MIB_LOCKDROPPEDICMPS", "tcp_v4_err()", "net/ipv4/tcp_ipv4.c")),
    counter(
      "TcpExt", "ArpFilter", unit: .packets, summary: "ARP requests not answered because the route back leaves by another interface",
      meaning:
        "Only with arp_filter at 1, on hosts with several interfaces in one subnet. It stands among the TCP counters for historical reasons.",
      source: KernelSource("LINUX_MIB_ARPFILTER", "arp_filter()", "net/ipv4/arp.c")),
    counter(
      "TcpExt", "BusyPollRxPackets", benign: true, unit: .packets,
      summary: "packets taken from the card by a waiting process instead of an interrupt",
      meaning:
        "SO_BUSY_POLL, net.core.busy_poll or an epoll that polls: less delay for more processor time. Packets for other sockets found on the way count as well.",
      source: KernelSource("LINUX_MIB_BUSYPOLLRXPACKETS", "__napi_busy_loop()", "net/core/dev.c"), settings: ["SO_BUSY_POLL"]),
  ]
}
