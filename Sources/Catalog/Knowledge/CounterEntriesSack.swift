// Counters of SACK and DSACK blocks, sent and received.

extension Knowledge {
  static let sackCounters: [Entry] = [
    counter(
      "TcpExt", "TCPDSACKOldSent", elsewhere: "DSACKs sent for old packets", unit: .packets,
      summary: "duplicates of data already delivered, reported back to their sender",
      meaning: """
        The peer repeated what had arrived: our acknowledgement was lost or late, or its timer is too short. The report lets it undo the reduction of its rate.
        """,
      misreading: "Not a loss here. Data came twice.",
      source: KernelSource("LINUX_MIB_TCPDSACKOLDSENT", "tcp_dsack_set()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_dsack"]),
    counter(
      "TcpExt", "TCPDSACKOfoSent", elsewhere: "DSACKs sent for out of order packets", unit: .packets,
      summary: "duplicates of data that waits behind a gap, reported back to their sender",
      meaning:
        "The copy that came was one of those already held; what is missing lies before it. Rare unless the network itself duplicates.",
      source: KernelSource("LINUX_MIB_TCPDSACKOFOSENT", "tcp_dsack_set()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_dsack"]),
    counter(
      "TcpExt", "TCPDSACKRecv", elsewhere: "DSACKs received", unit: .packets,
      summary: "reports from peers that they got something twice",
      meaning: """
        Each is a repeat of ours that was not needed, or a packet that the network doubled. Compared with RetransSegs it tells the share of needless repeats; loss probes account for many.
        """,
      source: KernelSource("LINUX_MIB_TCPDSACKRECV", "tcp_check_dsack()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPDSACKOfoRecv", elsewhere: "DSACKs for out of order packets received", unit: .packets,
      summary: "reports from peers that they got twice what still waits there behind a gap",
      meaning: "The repeat was aimed at the wrong place, for instance after the acknowledgements of the first copies were lost.",
      source: KernelSource("LINUX_MIB_TCPDSACKOFORECV", "tcp_check_dsack()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPDSACKRecvSegs", unit: .segments, summary: "segments that the accepted DSACK reports cover",
      meaning: "One report may speak of several, so this number exceeds that of the reports; those judged dubious are left out.",
      source: KernelSource("LINUX_MIB_TCPDSACKRECVSEGS", "tcp_check_dsack()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPDSACKIgnoredOld", unit: .times, summary: "DSACK blocks too old to be of use for the present recovery",
      meaning: "They lie before the point at which it began, or do not fit any window this connection had.",
      source: KernelSource("LINUX_MIB_TCPDSACKIGNOREDOLD", "tcp_sacktag_write_queue()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPDSACKIgnoredNoUndo", benign: true, unit: .times,
      summary: "DSACK blocks that came while there was no reduction to undo",
      meaning: "The usual fate of a report about a tail loss probe: interesting, and without consequence.",
      misreading: "The report is not lost for statistics: TCPDSACKRecv has counted it.",
      source: KernelSource("LINUX_MIB_TCPDSACKIGNOREDNOUNDO", "tcp_sacktag_write_queue()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPDSACKIgnoredDubious", unit: .times,
      summary: "DSACK reports about more than this host ever repeated",
      meaning: """
        A span larger than the window, or more duplicates in sum than retransmissions: then the network made the copies (or somebody forges), and the sender draws no conclusion from them.
        """,
      source: KernelSource("LINUX_MIB_TCPDSACKIGNOREDDUBIOUS", "tcp_check_dsack()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPSACKDiscard", unit: .times, summary: "SACK blocks that describe nothing this host can have in flight",
      meaning:
        "Out of range or inverted numbers. A firewall that randomizes sequence numbers and forgets the SACK option is the classic; the loss then takes a timeout to repair.",
      source: KernelSource("LINUX_MIB_TCPSACKDISCARD", "tcp_sacktag_write_queue()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_sack"],
      advice: "Capture on both ends and compare the SACK edges; repair the device between, do not switch SACK off."),
    counter(
      "TcpExt", "TCPSackShifted", benign: true, unit: .times,
      summary: "part of a sent buffer was moved into its neighbour because SACK covered it",
      meaning: "House-keeping of the sender that keeps its retransmission queue short. Measures work, and by that how busy SACK is.",
      source: KernelSource("LINUX_MIB_SACKSHIFTED", "tcp_shifted_skb()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPSackMerged", benign: true, unit: .times,
      summary: "a sent buffer was absorbed whole by its neighbour because SACK covered it",
      meaning: "The same tidying as TCPSackShifted where nothing of the buffer remained.",
      source: KernelSource("LINUX_MIB_SACKMERGED", "tcp_shifted_skb()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPSackShiftFallback", benign: true, unit: .times, summary: "buffers that SACK covered and that could not be joined",
      meaning: """
        They are marked one by one instead, e.g. where the neighbour is not covered, the data does not lie in pages, or sizes do not match. Common; costs a little processor time.
        """,
      misreading: "Often the largest number of the block. It is not an error, and no data is concerned.",
      source: KernelSource("LINUX_MIB_SACKSHIFTFALLBACK", "tcp_shift_skb_data()", "net/ipv4/tcp_input.c")),
  ]
}
