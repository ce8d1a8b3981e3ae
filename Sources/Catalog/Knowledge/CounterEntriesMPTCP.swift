// Counters of Multipath TCP, group MPTcpExt of /proc/net/netstat: how connections and further paths are opened. All are 0 until a program uses MPTCP.

extension Knowledge {
  static let mptcpCounters: [Entry] = mptcpOpening + mptcpJoining + mptcpAddresses + mptcpData + mptcpEnding

  /// An entry of group MPTcpExt: every one is a name without a phrase in netstat.
  static func mptcp(
    _ name: String, ambiguous: Bool = false, _ member: String, _ function: String, _ file: String, _ unit: Unit = .packets,
    kind: CounterFacts.Kind = .total, benign: Bool = false, since: String? = nil, version: String = "6.12", _ summary: String,
    _ meaning: String,
    misreading: String? = nil, advice: String? = nil
  ) -> Entry {
    counter(
      "MPTcpExt", name, ambiguous: ambiguous, kind: kind, benign: benign, since: since, unit: unit, summary: summary, meaning: meaning,
      misreading: misreading, source: KernelSource("MPTCP_MIB_" + member, function, "net/mptcp/" + file, version), advice: advice)
  }

  private static let mptcpOpening: [Entry] = [
    mptcp(
      "MPCapableSYNRX", "MPCAPABLEPASSIVE", "subflow_check_req()", "subflow.c", .packets, benign: true,
      "SYNs that offered MPTCP to one of our MPTCP listeners",
      "The client can do it; whether the connection will, MPCapableACKRX tells. A plain TCP listener ignores the option and does not count.",
      misreading: "A repeated SYN counts again."),
    mptcp(
      "MPCapableSYNTX", "MPCAPABLEACTIVE", "mptcp_connect()", "protocol.c", .connections, benign: true,
      "connect() calls that offered MPTCP",
      "One an attempt, repeats of the SYN not included. Attempts that had to be plain from the start are in the counters of early fallback."
    ),
    mptcp(
      "MPCapableSYNACKRX", "MPCAPABLEACTIVEACK", "subflow_finish_connect()", "subflow.c", .connections, benign: true,
      "servers that accepted our offer",
      "As a share of MPCapableSYNTX it says how much of the world we talk to speaks MPTCP."),
    mptcp(
      "MPCapableACKRX", "MPCAPABLEPASSIVEACK", "mptcp_stream_accept()", "protocol.c", .connections, benign: true,
      "MPTCP connections that a server program has accepted",
      "Counted in accept(), in spite of its name: what waits in the queue is not in it yet."),
    mptcp(
      "MPCapableFallbackACK", "MPCAPABLEPASSIVEFALLBACK", "subflow_syn_recv_sock()", "subflow.c", .connections,
      "clients that offered MPTCP in the SYN and then did not confirm it",
      "The third packet came without the option: something on the way removes it in one direction. The connection goes on as TCP."),
    mptcp(
      "MPCapableFallbackSYNACK", "MPCAPABLEACTIVEFALLBACK", "subflow_finish_connect()", "subflow.c", .connections, benign: true,
      "servers that answered our offer with plain TCP", "The ordinary case with servers that do not know MPTCP. It works, over one path.",
      misreading: "A fallback is no failure: the program notices nothing."),
    mptcp(
      "MPCapableSYNTXDrop", "MPCAPABLEACTIVEDROP", "mptcp_active_detect_blackhole()", "ctrl.c", .connections, since: "6.12",
      "connects that went on without MPTCP because SYNs with the option got no answer",
      "After two silent SYNs the next goes out plain. The server may just be down; Blackhole counts the cases in which the plain one was answered."
    ),
    mptcp(
      "MPCapableSYNTXDisabled", "MPCAPABLEACTIVEDISABLED", "mptcp_connect()", "protocol.c", .connections, since: "6.12",
      "connects that did not offer MPTCP because an earlier one was swallowed",
      "For net.mptcp.blackhole_timeout (an hour) after each discovery, longer if it repeats, all new connections of this namespace are plain.",
      advice: "Find the firewall that drops TCP option 30, or set the timeout to 0 to go on trying."),
    mptcp(
      "MPCapableEndpAttempt", "MPCAPABLEENDPATTEMPT", "subflow_reset_req_endp()", "subflow.c", .packets,
      "connections refused at a port that is only for further paths",
      "An endpoint with a port of its own takes joins to existing connections; whoever starts a new one there gets a reset."),
    mptcp(
      "MPFallbackTokenInit", "TOKENFALLBACKINIT", "subflow_check_req()", "subflow.c", .connections,
      "connections made plain because no unique token could be found",
      "Tokens name connections in joins. Several random ones in a row collided, or there was no memory: practically never."),
    mptcp(
      "MPCapableDataFallback", "MPCAPABLEDATAFALLBACK", "check_fully_established()", "options.c", .connections, since: "6.17",
      "connections that fell back because the first data came without MPTCP options", "A middlebox that lets the option pass on SYNs only."),
    mptcp(
      "MD5SigFallback", "MD5SIGFALLBACK", "mptcp_connect()", "protocol.c", .connections, since: "6.17",
      "connections made plain because TCP-MD5 is set on the socket",
      "Both together do not fit into the forty bytes of TCP options. BGP over MPTCP therefore does not happen."),
    mptcp(
      "SimultConnectFallback", "SIMULTCONNFALLBACK", "mptcp_syn_options()", "options.c", .connections, since: "6.17",
      "connections made plain because both sides connected at once",
      "Crossing SYNs are legal in TCP and not supported by MPTCP in Linux."),
    mptcp(
      "Blackhole", "BLACKHOLE", "mptcp_active_disable()", "ctrl.c", .times, since: "6.12",
      "times it was found that the network swallows SYNs with the MPTCP option",
      "SYNs with it went unanswered and the one without it was answered. MPTCP is then not offered for a while; see MPCapableSYNTXDisabled for the cost."
    ),
    mptcp(
      "MPCurrEstab", "CURRESTAB", "mptcp_set_state()", "protocol.c", .connections, kind: .gauge, since: "6.8",
      "MPTCP connections in ESTAB or CLOSE-WAIT now",
      "Whole connections; each of their paths is a TCP connection more in Tcp CurrEstab. Ones that fell back to TCP but belong to an MPTCP socket are included."
    ),
  ]

  private static let mptcpJoining: [Entry] = [
    mptcp(
      "MPJoinNoTokenFound", "JOINNOTOKEN", "subflow_token_join_request()", "subflow.c", .packets, "joins for a connection that is not here",
      "It has ended, or a load balancer sent the further path to another server than the first. They are reset.",
      advice: "Behind a balancer MPTCP needs one that knows tokens, or an announced address per server."),
    mptcp(
      "MPJoinSynRx", "JOINSYNRX", "subflow_check_req()", "subflow.c", .packets, benign: true,
      "SYNs that asked to join an existing connection",
      "First step of a further path opened by the peer; MPJoinAckRx is its success."),
    mptcp(
      "MPJoinSynBackupRx", "JOINSYNBACKUPRX", "subflow_check_req()", "subflow.c", .packets, benign: true, since: "6.11",
      "join SYNs that ask us to keep the path in reserve",
      "The peer marks it as backup, a mobile link for instance. Data goes there only when no other path is left."),
    mptcp(
      "MPJoinSynAckRx", "JOINSYNACKRX", "subflow_finish_connect()", "subflow.c", .packets, benign: true,
      "answers to our joins that proved to know the key", "The peer is the one that the connection began with; the path is nearly open."),
    mptcp(
      "MPJoinSynAckBackupRx", "JOINSYNACKBACKUPRX", "subflow_finish_connect()", "subflow.c", .packets, benign: true, since: "6.11",
      "answers to our joins in which the peer calls the path a backup",
      "Its own wish, independent of the flag that we set. Subset of MPJoinSynAckRx."),
    mptcp(
      "MPJoinSynAckHMacFailure", "JOINSYNACKMAC", "subflow_finish_connect()", "subflow.c", .packets,
      "answers to our joins with a wrong proof",
      "Another host answered at that address, or something rewrote the option. The path is reset, the connection lives."),
    mptcp(
      "MPJoinAckRx", "JOINACKRX", "subflow_syn_recv_sock()", "subflow.c", .connections, benign: true,
      "further paths that the peer opened with success",
      "The handshake of the join was completed and authenticated; the listener's program does not see it in accept()."),
    mptcp(
      "MPJoinAckHMacFailure", "JOINACKMAC", "subflow_syn_recv_sock()", "subflow.c", .packets,
      "joins whose last packet did not carry the right proof",
      "Knowing the token is not enough to enter a connection; this is an attempt without the keys, or damage on the way."),
    mptcp(
      "MPJoinRejected", "JOINREJECTED", "subflow_syn_recv_sock()", "subflow.c", .packets, since: "6.16", version: "6.16",
      "joins refused because no more paths are allowed",
      "Most often the limit of ip mptcp limits (subflows) is reached, or the connection is closing or has fallen back.",
      advice: "ip mptcp limits show; raise subflows if the paths are wanted."),
    mptcp(
      "MPJoinSynTx", "JOINSYNTX", "__mptcp_subflow_connect()", "subflow.c", .connections, benign: true, since: "6.12",
      "further paths that we began to open", "The path manager does so from its endpoints. What became of them: MPJoinSynAckRx."),
    mptcp(
      "MPJoinSynTxCreatSkErr", "JOINSYNTXCREATSKERR", "__mptcp_subflow_connect()", "subflow.c", .times, since: "6.12",
      "further paths given up because the socket could not be made", "There is no memory for it, or a security module objects."),
    mptcp(
      "MPJoinSynTxBindErr", "JOINSYNTXBINDERR", "__mptcp_subflow_connect()", "subflow.c", .times, since: "6.12",
      "further paths given up because their local address could not be bound",
      "The endpoint's address is not on this host any more, or its port is taken.",
      advice: "Compare ip mptcp endpoint show with ip address."),
    mptcp(
      "MPJoinSynTxConnectErr", "JOINSYNTXCONNECTERR", "__mptcp_subflow_connect()", "subflow.c", .times, since: "6.12",
      "further paths given up because connect() failed at once",
      "Usually no route from that local address; a peer that stays silent is another matter and not in it."),
    mptcp(
      "MPJoinPortSynRx", "JOINPORTSYNRX", "subflow_check_req()", "subflow.c", .packets, benign: true,
      "join SYNs at a port other than the connection's own", "The peer uses an endpoint that we announced with a port."),
    mptcp(
      "MPJoinPortSynAckRx", "JOINPORTSYNACKRX", "subflow_finish_connect()", "subflow.c", .packets, benign: true,
      "joins of ours that were answered from another port than the connection's",
      "Mirror of MPJoinPortSynRx on the side that opens the path."),
    mptcp(
      "MPJoinPortAckRx", "JOINPORTACKRX", "subflow_syn_recv_sock()", "subflow.c", .connections, benign: true,
      "further paths completed at a port of their own",
      "Third step at an announced port, counted beside MPJoinAckRx unless something fails in between."),
    mptcp(
      "MismatchPortSynRx", "MISMATCHPORTSYNRX", "subflow_check_req()", "subflow.c", .packets,
      "join SYNs at a listening port that was never announced for that connection",
      "Some other MPTCP listener of this host was addressed. Refused with a reset."),
    mptcp(
      "MismatchPortAckRx", "MISMATCHPORTACKRX", "subflow_syn_recv_sock()", "subflow.c", .packets,
      "joins whose port had ceased to be announced before the third packet",
      "An endpoint was removed while a peer was still opening a path to it."),
  ]
}
