// Counters of memory, buffers and TIME-WAIT.

extension Knowledge {
  static let memoryCounters: [Entry] = [
    counter(
      "TcpExt", "PruneCalled", netstat: .phrase("packets pruned from receive queue because of socket buffer overrun"), unit: .times,
      summary: "times a receive buffer was over its limit and the kernel tried to make room",
      meaning: """
        First the window is tightened, then packets are repacked to use less memory; usually that suffices and nothing is lost. Loss is RcvPruned \
        and OfoPruned.
        """,
      misreading:
        "Nothing need have been pruned, and its unit is attempts, not packets, whatever the label says. The very similar label without the last half-sentence is the one that means loss.",
      source: KernelSource("LINUX_MIB_PRUNECALLED", "tcp_prune_queue()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_rmem", "SO_RCVBUF"],
      advice: "Look for sockets with a full Recv-Q; if a program fixed SO_RCVBUF at a small value, let autotuning work instead."),
    counter(
      "TcpExt", "RcvPruned", netstat: .phrase("packets pruned from receive queue"), unit: .packets,
      summary: "incoming data dropped: even after pruning the buffer was over its limit",
      meaning:
        "Data inside the window that we had offered was thrown away and must come again. Sender sees loss although the network lost nothing.",
      misreading:
        "Easily taken for the line above it in netstat's list, which begins with the same words, is often a hundred times larger, and is harmless.",
      source: KernelSource("LINUX_MIB_RCVPRUNED", "tcp_prune_queue()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_rmem", "net.ipv4.tcp_mem"]),
    counter(
      "TcpExt", "OfoPruned", netstat: .phrase("packets dropped from out-of-order queue because of socket buffer overrun"), unit: .times,
      summary: "times that data waiting behind a gap was discarded to free memory",
      meaning: """
        It had been reported to the sender by SACK, and is now taken back; the sender must send it once more.
        """,
      misreading:
        "Occasions, not packets: each frees an eighth of the receive buffer if there is so much to free, and goes on while that is not enough.",
      source: KernelSource("LINUX_MIB_OFOPRUNED", "tcp_prune_ofo_queue()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_rmem"]),
    counter(
      "TcpExt", "TCPOFODrop", unit: .packets, summary: "a packet ahead of a gap was refused for want of memory",
      meaning: "Unlike OfoPruned it never entered the queue. Seen with tiny receive buffers and at the limit of tcp_mem.",
      source: KernelSource("LINUX_MIB_TCPOFODROP", "tcp_data_queue_ofo()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_rmem", "net.ipv4.tcp_mem"]),
    counter(
      "TcpExt", "TCPRcvQDrop", unit: .packets, summary: "a packet that was next in order was refused for want of memory",
      meaning:
        "The receive queue already held data, and neither the socket's budget nor TCP's allowed more. An empty queue accepts one packet in any case, so that no connection starves.",
      source: KernelSource("LINUX_MIB_TCPRCVQDROP", "tcp_data_queue()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_mem", "net.ipv4.tcp_rmem"],
      advice: "Check sockstat's mem against tcp_mem; if that is fine, find the socket with the large Recv-Q."),
    counter(
      "TcpExt", "TCPZeroWindowDrop", unit: .packets, summary: "data arrived although our window was closed",
      meaning:
        "Systems that probe a closed window with a byte of data end here, and peers that ignore the window. A Linux peer probes with an old sequence number and no data, and does not raise it.",
      source: KernelSource("LINUX_MIB_TCPZEROWINDOWDROP", "tcp_data_queue()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_rmem"],
      advice: "Find local sockets with a Recv-Q that stays full."),
    counter(
      "TcpExt", "TCPToZeroWindowAdv", unit: .times, summary: "times a window of ours went from open to closed",
      meaning:
        "The receiving program fell behind by a whole buffer. Together with TCPFromZeroWindowAdv, which counts reopenings, the difference is of windows closed now or of connections that ended so.",
      misreading: "Not loss: the peer waits.",
      source: KernelSource("LINUX_MIB_TCPTOZEROWINDOWADV", "tcp_select_window()", "net/ipv4/tcp_output.c"), settings: ["net.ipv4.tcp_rmem"]),
    counter(
      "TcpExt", "TCPWantZeroWindowAdv", unit: .times, summary: "the window should have been closed, but had already been promised",
      meaning: "TCP does not take back what it offered, so the socket goes on accepting beyond its budget until the promise is used up.",
      source: KernelSource("LINUX_MIB_TCPWANTZEROWINDOWADV", "tcp_select_window()", "net/ipv4/tcp_output.c"),
      settings: ["net.ipv4.tcp_shrink_window"]),
    counter(
      "TcpExt", "TCPRcvCollapsed", netstat: .phrase("packets collapsed in receive queue due to low socket buffer"), unit: .packets,
      summary: "packets merged to save memory in a full receive buffer",
      meaning: "Small packets carry much overhead; the kernel copies several into one. It costs processor time.",
      misreading: "\"Collapsed\" is not dropped: nothing is lost.",
      source: KernelSource("LINUX_MIB_TCPRCVCOLLAPSED", "tcp_collapse_one()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_rmem"]),
    counter(
      "TcpExt", "TCPBacklogDrop", unit: .packets,
      summary: "a packet came while the process held the socket, and the parking space was full",
      meaning: """
        Packets wait there while a system call works on the same socket. The room is twice the receive buffer, half the \
        send buffer and 64 KiB. Overflow means that one call kept the lock for very long, or a flood at one socket.
        """,
      misreading: "It has nothing to do with the backlog of listen().",
      source: KernelSource("LINUX_MIB_TCPBACKLOGDROP", "tcp_add_backlog()", "net/ipv4/tcp_ipv4.c"), settings: ["SO_RCVBUF"]),
    counter(
      "TcpExt", "PFMemallocDrop", unit: .packets,
      summary: "packets dropped because only the emergency memory reserve was left to hold them",
      meaning:
        "The machine was nearly out of memory, and a packet stored in the reserve is kept only for sockets that help to free memory (swap over the network). TCP settings have no part in it.",
      source: KernelSource("LINUX_MIB_PFMEMALLOCDROP", "sk_filter_trim_cap()", "net/core/filter.c"), settings: ["vm.min_free_kbytes"],
      advice: "Raise vm.min_free_kbytes a little and find what eats the memory."),
    counter(
      "TcpExt", "TCPMemoryPressures", netstat: .phrase("TCP ran low on memory # times"), unit: .times,
      summary: "times that all TCP sockets together crossed the middle value of tcp_mem",
      meaning: """
        From then until usage falls below the lower value buffers do not grow and windows are kept small. It is a mode of the whole machine, whatever namespace it is counted in; \
        one step may last for hours, see TCPMemoryPressuresChrono.
        """,
      misreading: "Low against its own allowance; how much memory the machine has free plays no part.",
      source: KernelSource("LINUX_MIB_TCPMEMORYPRESSURES", "tcp_enter_memory_pressure()", "net/ipv4/tcp.c"), settings: ["net.ipv4.tcp_mem"],
      advice: "See who holds it: large Recv-Q or Send-Q, orphans; only then raise tcp_mem."),
    counter(
      "TcpExt", "TCPMemoryPressuresChrono", unit: .milliseconds, summary: "total time spent in memory pressure",
      meaning: "Added when a period ends, so a period that still goes on is not in it yet.",
      source: KernelSource("LINUX_MIB_TCPMEMORYPRESSURESCHRONO", "tcp_leave_memory_pressure()", "net/ipv4/tcp.c"),
      settings: ["net.ipv4.tcp_mem"]),
    counter(
      "TcpExt", "TCPWqueueTooBig", unit: .times, summary: "a send queue was too large to be cut into further pieces",
      meaning:
        "Guard against the SACK attack of 2019: a queue far beyond SO_SNDBUF is not split any more, and the retransmission waits. Small send buffers with large writes can meet it honestly.",
      source: KernelSource("LINUX_MIB_TCPWQUEUETOOBIG", "tcp_fragment()", "net/ipv4/tcp_output.c"),
      settings: ["net.ipv4.tcp_wmem", "SO_SNDBUF"]),
    counter(
      "TcpExt", "TW", netstat: .phrase("TCP sockets finished time wait in fast timer"), benign: true, unit: .connections,
      summary: "connections that entered TIME-WAIT, or FIN-WAIT-2 as an orphan",
      meaning: """
        Entrances with a timer above 4 s (the others are in TWKilled). It says how often this host was the side that closed first. The rate times 60 s is the number of TIME-WAIT \
        sockets to expect.
        """,
      misreading: "They have not finished, they begin; and the two timers that the label speaks of are one today.",
      source: KernelSource("LINUX_MIB_TIMEWAITED", "__inet_twsk_schedule()", "net/ipv4/inet_timewait_sock.c")),
    counter(
      "TcpExt", "TWRecycled", netstat: .phrase("time wait sockets recycled by time stamp"), benign: true, unit: .connections,
      summary: "TIME-WAIT sockets taken over by connect()",
      meaning:
        "What tcp_tw_reuse achieves. A server's TIME-WAIT that a fresh SYN reopens is not in it either.",
      misreading: "The removed tcp_tw_recycle is not behind it, though the words suggest so.",
      source: KernelSource("LINUX_MIB_TIMEWAITRECYCLED", "__inet_check_established()", "net/ipv4/inet_hashtables.c"),
      settings: ["net.ipv4.tcp_tw_reuse"]),
    counter(
      "TcpExt", "TCPTimeWaitOverflow", unit: .connections,
      summary: "connections that should have gone to TIME-WAIT and were simply forgotten",
      meaning: """
        tcp_max_tw_buckets was reached (orphans in FIN-WAIT-2 count against it too), or memory for the small object was not to be had. No message is logged. The peer's last packets \
        then meet a reset.
        """,
      misreading: "Not always the limit: a failed allocation counts the same. And not harmful in itself, TIME-WAIT merely ends early.",
      source: KernelSource("LINUX_MIB_TCPTIMEWAITOVERFLOW", "tcp_time_wait()", "net/ipv4/tcp_minisocks.c"),
      settings: ["net.ipv4.tcp_max_tw_buckets"],
      advice: "Raise tcp_max_tw_buckets: a TIME-WAIT socket is small, and lowering the limit cures nothing."),
  ]
}
