// Counters of Multipath TCP: addresses that are announced, data over several paths, and how it ends.

extension Knowledge {
  static let mptcpAddresses: [Entry] = [
    mptcp(
      "AddAddr", "ADDADDR", "mptcp_incoming_options()", "options.c", .packets, benign: true, "addresses that peers announced to us",
      "Whether one is used depends on the limit add_addr_accepted of ip mptcp limits, 0 by default."),
    mptcp(
      "AddAddrTx", "ADDADDRTX", "mptcp_established_options_add_addr()", "options.c", .packets, benign: true,
      "addresses that we announced to peers", "Endpoints with the flag signal. Sent again until the echo comes, each time counted."),
    mptcp(
      "AddAddrTxDrop", "ADDADDRTXDROP", "mptcp_pm_add_addr_signal()", "pm.c", .times, "announcements that could not be sent",
      "Another one was still waiting, or TCP's options left no room (timestamps with an IPv6 address and a port)."),
    mptcp(
      "EchoAdd", "ECHOADD", "mptcp_incoming_options()", "options.c", .packets, benign: true,
      "announcements of ours that the peer confirmed",
      "Less than AddAddrTx in the long run: a peer or a middlebox that drops the option."),
    mptcp(
      "EchoAddTx", "ECHOADDTX", "mptcp_established_options_add_addr()", "options.c", .packets, benign: true,
      "announcements of peers that we confirmed", "A confirmation only says that it was read, not that a path will be opened."),
    mptcp(
      "EchoAddTxDrop", "ECHOADDTXDROP", "mptcp_pm_add_addr_signal()", "pm.c", .times, "confirmations that could not be sent",
      "For the reasons of AddAddrTxDrop. The peer will announce again."),
    mptcp(
      "PortAdd", "PORTADD", "mptcp_incoming_options()", "options.c", .packets, benign: true,
      "addresses that peers announced together with a port",
      "Each is one of AddAddr or of EchoAdd as well."),
    mptcp(
      "AddAddrDrop", "ADDADDRDROP", "mptcp_pm_add_addr_received()", "pm.c", .packets, "announced addresses that we did not look at",
      "An earlier one was still being worked on, the connection is closing, or the user-space path manager has left."),
    mptcp(
      "RmAddr", "RMADDR", "mptcp_pm_nl_rm_addr_or_subflow()", "pm_kernel.c", .packets, benign: true, "addresses that peers withdrew",
      "The paths to them are closed. A phone that leaves the WLAN does it."),
    mptcp(
      "RmAddrDrop", "RMADDRDROP", "mptcp_pm_rm_addr_received()", "pm.c", .packets, "withdrawn addresses that we did not look at",
      "Two withdrawals in quick succession: the second finds the first pending, and its paths die by timeout instead."),
    mptcp(
      "RmAddrTx", "RMADDRTX", "mptcp_established_options_rm_addr()", "options.c", .packets, benign: true,
      "addresses of ours that we withdrew from peers", "An endpoint was deleted, or its address vanished with the interface."),
    mptcp(
      "RmAddrTxDrop", "RMADDRTXDROP", "mptcp_pm_remove_addr()", "pm.c", .times, "withdrawals that could not be sent",
      "Another signal to the same peer was waiting."),
    mptcp(
      "RmSubflow", "RMSUBFLOW", "mptcp_pm_nl_rm_addr_or_subflow()", "pm_kernel.c", .connections, benign: true,
      "paths closed because our own address was withdrawn",
      "By the kernel's path manager when an endpoint goes, or by a daemon such as mptcpd."),
  ]

  static let mptcpData: [Entry] = [
    mptcp(
      "MPTCPRetrans", "RETRANSSEGS", "__mptcp_retrans()", "protocol.c", .segments,
      "pieces of data sent again over another path or once more",
      "Above TCP: one path did not deliver in time, so the bytes go over another. The repeats that each path makes for itself are in Tcp RetransSegs."
    ),
    mptcp(
      "DSSNotMatching", "DSSNOMATCH", "get_mapping_status()", "subflow.c", .packets, "packets whose mapping contradicts the one in force",
      "Mappings tell where a path's bytes stand in the whole. Such a stream cannot be trusted: fallback or reset follows."),
    mptcp(
      "DSSCorruptionFallback", "DSSCORRUPTIONFALLBACK", "mptcp_dss_corruption()", "protocol.c", .connections,
      "connections that became plain TCP because mapped data did not fit",
      "Only one path existed, so nothing is lost but the chance of more.", advice: "Suspect a proxy that changes the length of the stream."),
    mptcp(
      "DSSCorruptionReset", "DSSCORRUPTIONRESET", "mptcp_dss_corruption()", "protocol.c", .connections,
      "paths reset because mapped data did not fit", "With several paths falling back is impossible; the bad one is given up."),
    mptcp(
      "InfiniteMapTx", "INFINITEMAPTX", "mptcp_update_infinite_map()", "protocol.c", .connections,
      "connections that we turned into plain TCP in the middle",
      "We told the peer that from here on bytes need no mapping, after a checksum failure on the only path."),
    mptcp(
      "InfiniteMapRx", "INFINITEMAPRX", "get_mapping_status()", "subflow.c", .connections,
      "connections that the peer turned into plain TCP in the middle",
      "Its counterpart of InfiniteMapTx: the peer found our data changed on the way."),
    mptcp(
      "DSSNoMatchTCP", "DSSTCPMISMATCH", "get_mapping_status()", "subflow.c", .packets,
      "mappings that do not agree with TCP's own sequence numbers",
      "Bytes were added or removed between the hosts. An application gateway for FTP or SIP does so."),
    mptcp(
      "DataCsumErr", "DATACSUMERR", "validate_data_csum()", "subflow.c", .packets, "mapped blocks with a wrong checksum",
      "Only where net.mptcp.checksum_enabled is set on a side. TCP's own checksum was right, so the change was made on purpose by a middlebox."
    ),
    mptcp(
      "OFOQueueTail", "OFOQUEUETAIL", "mptcp_data_queue_ofo()", "protocol.c", .packets, benign: true,
      "early packets that went to the end of the waiting queue",
      "The cheap case of OFOQueue, and the usual one with two paths of different length."),
    mptcp(
      "OFOQueue", "OFOQUEUE", "mptcp_data_queue_ofo()", "protocol.c", .packets, benign: true,
      "packets that came over one path before earlier data of another",
      "Natural with several paths; the waiting data takes receive buffer, which a slow path therefore needs more of.",
      misreading: "It is no reordering within a path: for that see TCPOFOQueue."),
    mptcp(
      "OFOMerge", "OFOMERGE", "mptcp_data_queue_ofo()", "protocol.c", .packets, benign: true,
      "early packets merged with a neighbour in the waiting queue", "Less overhead for the same bytes; nothing is lost by it."),
    mptcp(
      "NoDSSInWindow", "NODSSWINDOW", "mptcp_data_queue_ofo()", "protocol.c", .packets, "packets beyond the window of the whole connection",
      "TCP's window allowed them, the common one did not; they are dropped and must come again."),
    mptcp(
      "DuplicateData", "DUPDATA", "__mptcp_move_skb()", "protocol.c", .packets, "packets whose data had come already, by any path",
      "The receiving end of the peer's MPTCPRetrans. High numbers mean that it gives a path up too early."),
    mptcp(
      "RcvPruned", ambiguous: true, "RCVPRUNED", "__mptcp_move_skb()", "protocol.c", .packets,
      "packets dropped because the common receive buffer was full",
      "Kernels up to 6.12 have it; 6.18 charges the memory elsewhere and shows no such counter."),
    mptcp(
      "SndWndShared", "SNDWNDSHARED", "mptcp_check_allowed_size()", "protocol.c", .times, benign: true,
      "sends for which a path used the window that another had learnt",
      "There is one window for all paths; a path that heard less recently takes over the larger value."),
    mptcp(
      "RcvWndShared", "RCVWNDSHARED", "mptcp_set_rwin()", "options.c", .times, benign: true,
      "window announcements raised to what another path had promised",
      "Keeps the paths from contradicting each other; routine with more than one."),
    mptcp(
      "RcvWndConflictUpdate", "RCVWNDCONFLICTUPDATE", "mptcp_set_rwin()", "options.c", .times, benign: true,
      "window updates lost to a larger one of another processor",
      "Two paths acknowledged at the same moment and the smaller announcement gave way."),
    mptcp(
      "RcvWndConflict", "RCVWNDCONFLICT", "mptcp_set_rwin()", "options.c", .times, benign: true,
      "window updates that had to be tried again", "A race between processors, settled by a second try."),
    mptcp(
      "DssFallback", "DSSFALLBACK", "subflow_check_data_avail()", "subflow.c", .connections, since: "6.17",
      "connections that fell back because mappings were missing or bad",
      "In the beginning of a connection, typically a middlebox that strips the option from data."),
    mptcp(
      "FallbackFailed", "FALLBACKFAILED", "mptcp_update_infinite_map()", "protocol.c", .connections, since: "6.17",
      "connections that should have fallen back and could not",
      "More than one path, or data waiting out of order: nothing remains but a reset, which the program sees."),
    mptcp(
      "WinProbe", "WINPROBE", "mptcp_sendmsg_frag()", "protocol.c", .packets, since: "6.18", version: "6.18",
      "probes of a window that is closed for the connection as a whole",
      "The peer's program does not read. TCPWinProbe counts the like for single paths.",
      misreading: "Probing is healthy; the reader at the other end is not."),
  ]

  static let mptcpEnding: [Entry] = [
    mptcp(
      "MPPrioTx", "MPPRIOTX", "mptcp_write_options()", "options.c", .packets, benign: true,
      "changes of a path's rank that we told the peer",
      "Backup set or taken back with ip mptcp endpoint change."),
    mptcp(
      "MPPrioRx", "MPPRIORX", "mptcp_incoming_options()", "options.c", .packets, benign: true,
      "changes of a path's rank that the peer told us",
      "Its wish where our data should go, which the scheduler follows."),
    mptcp(
      "MPFailTx", "MPFAILTX", "mptcp_established_options_mp_fail()", "options.c", .packets, "reports of ours that data arrived changed",
      "Follows DataCsumErr. With several paths this one is closed, with one the connection falls back."),
    mptcp(
      "MPFailRx", "MPFAILRX", "mptcp_incoming_options()", "options.c", .packets, "reports of peers that our data arrived changed",
      "The network in front of them rewrites streams; the answer is InfiniteMapTx."),
    mptcp(
      "MPFastcloseTx", "MPFASTCLOSETX", "mptcp_established_options_fastclose()", "options.c", .packets,
      "connections that we aborted with all their paths", "What a reset is to TCP: SO_LINGER 0, unread data at close(), or a timeout."),
    mptcp(
      "MPFastcloseRx", "MPFASTCLOSERX", "mptcp_incoming_options()", "options.c", .packets,
      "connections that peers aborted with all their paths",
      "The program gets ECONNRESET, as from a reset. A packet without this option ends one path only."),
    mptcp(
      "MPRstTx", "MPRSTTX", "mptcp_established_options_rst()", "options.c", .packets,
      "resets that we sent with a reason: of one path, or of the last together with MPFastcloseTx",
      "The reason (not allowed, too slow, middlebox…) is for diagnosis; Tcp OutRsts counts the packet itself."),
    mptcp(
      "MPRstRx", "MPRSTRX", "mptcp_incoming_options()", "options.c", .packets,
      "resets that came with a reason: of one path, or of all together with MPFastcloseRx",
      "A reset without one is in no counter of MPTCP. As long as another path is left the connection lives on."),
    mptcp(
      "SubflowStale", "SUBFLOWSTALE", "mptcp_pm_nl_subflow_chk_stale()", "pm_kernel.c", .times,
      "paths set aside because they stopped delivering",
      "After net.mptcp.stale_loss_cnt (4) timeouts in a row while another path works; its data goes over the other."),
    mptcp(
      "SubflowRecover", "SUBFLOWRECOVER", "mptcp_subflow_set_active()", "protocol.c", .times,
      "paths taken back into use after having been set aside", "SubflowStale without as many of these means that paths die for good."),
  ]
}
