// Counters of ICMP for IPv4: group Icmp of /proc/net/snmp. Those named by a number (IcmpMsg) are in CounterEntriesICMPTypes.swift.

extension Knowledge {
  static let icmpCounters: [Entry] = icmpTotals + icmpByTypeIn + icmpByTypeOut

  private static let icmpTotals: [Entry] = [
    counter(
      "Icmp", "InMsgs", ambiguous: true, netstat: .phrase("ICMP messages received"), benign: true, unit: .packets,
      summary: "ICMP messages that came in, damaged ones included",
      meaning: "Errors about our own packets, echo requests, redirects, in one sum. The counters by type below say what they were.",
      source: KernelSource("ICMP_MIB_INMSGS", "icmp_rcv()", "net/ipv4/icmp.c")),
    counter(
      "Icmp", "InErrors", ambiguous: true, netstat: .phrase("input ICMP message failed"), unit: .packets,
      summary: "ICMP messages that could not be used",
      meaning: """
        Damaged or too short, of an unknown type, or about a packet whose socket no longer exists: an unreachable message that comes back after the program has closed its UDP \
        or TCP socket lands here.
        """,
      misreading: "It does not count errors that ICMP reported; those that found their socket are not in it.",
      source: KernelSource("ICMP_MIB_INERRORS", "icmp_unreach()", "net/ipv4/icmp.c")),
    counter(
      "Icmp", "InCsumErrors", ambiguous: true, unit: .packets, summary: "ICMP messages with a wrong checksum",
      meaning:
        "The sum covers the message and the quoted packet. A translator that rewrites the quote without mending the sum is a known culprit.",
      source: KernelSource("ICMP_MIB_CSUMERRORS", "icmp_rcv()", "net/ipv4/icmp.c")),
    counter(
      "Icmp", "OutMsgs", ambiguous: true, netstat: .phrase("ICMP messages sent"), benign: true, unit: .packets,
      summary: "ICMP messages made on this host",
      meaning:
        "By the kernel (errors, answers) and by programs such as ping. Counted before netfilter, so an output rule may still have dropped it.",
      source: KernelSource("ICMP_MIB_OUTMSGS", "icmp_out_count()", "net/ipv4/icmp.c")),
    counter(
      "Icmp", "OutErrors", ambiguous: true, netstat: .phrase("ICMP messages failed"), unit: .times,
      summary: "ICMP messages that the kernel wanted to send and could not build",
      meaning: "No memory, or no room in the send buffer of the kernel's own ICMP socket.",
      misreading: "What the rate limits suppress is not in it: see OutRateLimitGlobal and OutRateLimitHost.",
      source: KernelSource("ICMP_MIB_OUTERRORS", "icmp_push_reply()", "net/ipv4/icmp.c")),
    counter(
      "Icmp", "OutRateLimitGlobal", since: "6.3", unit: .times, summary: "errors not sent because too many had been sent to anybody",
      meaning: """
        A budget of icmp_msgs_per_sec (1000) with a burst of icmp_msgs_burst (50), for the types in icmp_ratemask: unreachable, time exceeded, source quench, parameter \
        problem. "Fragmentation needed" is never limited, and IPv6 draws on the same budget.
        """,
      source: KernelSource("ICMP_MIB_RATELIMITGLOBAL", "icmpv4_global_allow()", "net/ipv4/icmp.c"),
      advice: "A port scan or a stopped UDP server under load does this; honest clients then wait for a timeout instead of failing at once."
    ),
    counter(
      "Icmp", "OutRateLimitHost", ambiguous: true, since: "6.3", unit: .times,
      summary: "errors not sent because this destination had just had some",
      meaning: """
        To one address at most one message per icmp_ratelimit (1000 ms) after a burst of six. So a client that sends to a closed UDP port learns of it only now and then, and traceroute shows \
        stars at the last hop.
        """,
      source: KernelSource("ICMP_MIB_RATELIMITHOST", "icmpv4_xrlim_allow()", "net/ipv4/icmp.c")),
  ]

  private static func icmpIn(
    _ name: String, _ phrase: String, _ member: String, _ summary: String, _ meaning: String, benign: Bool = false,
    misreading: String? = nil, advice: String? = nil
  ) -> Entry {
    counter(
      "Icmp", name, ambiguous: true, netstat: .phrase(phrase), benign: benign, unit: .packets, summary: summary, meaning: meaning,
      misreading: misreading, source: KernelSource(member, "icmp_rcv()", "net/ipv4/icmp.c"), advice: advice)
  }

  private static let icmpByTypeIn: [Entry] = [
    icmpIn(
      "InDestUnreachs", "destination unreachable", "ICMP_DEST_UNREACH", "somebody could not deliver a packet of ours",
      """
      Closed UDP port, no route, filtered, or "fragmentation needed" of path MTU discovery: the code is not kept apart. A connected UDP socket gets ECONNREFUSED or EHOSTUNREACH \
      from it; an established TCP connection only remembers it.
      """, advice: "tcpdump -v icmp shows the code and the packet it is about."),
    icmpIn(
      "InTimeExcds", "timeout in transit", "ICMP_TIME_EXCEEDED", "a packet of ours ran out of hops, or of time while being reassembled",
      "Own traceroutes produce it. Without one, it means a routing loop on the way to some destination, or fragments that got lost."),
    icmpIn(
      "InParmProbs", "wrong parameters", "ICMP_PARAMETERPROB", "a router or host did not understand the header of a packet of ours",
      "Needs IP options or a broken header, so normal programs never see it: the counter stands at zero."),
    icmpIn(
      "InSrcQuenchs", "source quenches", "ICMP_SOURCE_QUENCH", "somebody asked us to send more slowly, in a way abolished in 2012",
      "TCP and UDP ignore it. A forged message, or very old equipment."),
    icmpIn(
      "InRedirects", "redirects", "ICMP_REDIRECT", "a router told us of a better gateway in the same network",
      "Counted whether or not it is heeded, which accept_redirects and secure_redirects decide. Two gateways in one segment with a route to the wrong one produce a trickle."
    ),
    icmpIn(
      "InEchos", "echo requests", "ICMP_ECHO", "pings received",
      "Monitoring, mostly. Counted even if icmp_echo_ignore_all forbids an answer.", benign: true),
    icmpIn(
      "InEchoReps", "echo replies", "ICMP_ECHOREPLY", "answers to pings that were sent from here",
      "Compare OutEchos: the difference over time is unanswered pings. Replies without request are a sign of somebody forging our address.",
      benign: true),
    icmpIn(
      "InTimestamps", "timestamp request", "ICMP_TIMESTAMP", "requests for our time of day",
      "An old way to compare clocks; today a scanner takes stock of hosts. It is answered."),
    icmpIn(
      "InTimestampReps", "timestamp reply", "ICMP_TIMESTAMPREPLY", "answers to a time request of a program here",
      "The kernel does nothing with it; only a raw socket that asked is interested."),
    icmpIn(
      "InAddrMasks", "address mask request", "ICMP_ADDRESS", "requests for our subnet mask",
      "DHCP has replaced it long ago; Linux gives no answer."),
    icmpIn(
      "InAddrMaskReps", "address mask replies", "ICMP_ADDRESSREPLY", "subnet masks that somebody announced",
      "The kernel reads nothing in it and learns no mask from it."),
  ]

  private static func icmpOut(
    _ name: String, _ phrase: String, _ member: String, _ summary: String, _ meaning: String, benign: Bool = false,
    misreading: String? = nil, advice: String? = nil
  ) -> Entry {
    counter(
      "Icmp", name, ambiguous: true, netstat: .phrase(phrase), benign: benign, unit: .packets, summary: summary, meaning: meaning,
      misreading: misreading, source: KernelSource(member, "icmp_out_count()", "net/ipv4/icmp.c"), advice: advice)
  }

  private static let icmpByTypeOut: [Entry] = [
    icmpOut(
      "OutDestUnreachs", "destination unreachable", "ICMP_DEST_UNREACH", "we told a sender that its packet cannot be delivered",
      """
      UDP to a port nobody listens at, a REJECT rule, a missing route on a router, or a packet too large to forward. Fewer than the packets that caused them, because of the rate limits.
      """, misreading: "TCP to a closed port is answered with a reset, in OutRsts, and not with this."),
    icmpOut(
      "OutTimeExcds", "time exceeded", "ICMP_TIME_EXCEEDED",
      "we told a sender that its packet's TTL ended here, or its fragments came too late",
      "A router's part in traceroute. A fast rise without anybody tracing is a loop in the routes of this network."),
    icmpOut(
      "OutParmProbs", "wrong parameters", "ICMP_PARAMETERPROB", "we complained of a sender's IP options",
      "Options whose length or pointer is wrong; only scanners and tests send such packets."),
    icmpOut(
      "OutSrcQuenchs", "source quench", "ICMP_SOURCE_QUENCH", "source quenches sent, which this kernel never does by itself",
      "Congestion is told by loss or ECN today; only a test tool would still make one."),
    icmpOut(
      "OutRedirects", "redirect", "ICMP_REDIRECT", "we told a neighbour of a gateway nearer to its goal",
      "As a router only: the packet left through the interface that it came in by. Hosts that ignore the hint make it grow, at a limited rate.",
      advice: "Give the neighbours the right gateway, or set send_redirects to 0 where the layout is intended."),
    icmpOut(
      "OutEchos", "echo requests", "ICMP_ECHO", "pings sent from this host",
      "By ping, a health check or a monitor, through raw or ping sockets.", benign: true),
    icmpOut(
      "OutEchoReps", "echo replies", "ICMP_ECHOREPLY", "pings answered",
      "Less than InEchos where icmp_echo_ignore_all or _broadcasts is set. Replies are not among the types that are limited by default.",
      benign: true),
    icmpOut(
      "OutTimestamps", "timestamp requests", "ICMP_TIMESTAMP", "requests for another host's time of day",
      "nmap and hping do it to guess a system's uptime or time zone."),
    icmpOut(
      "OutTimestampReps", "timestamp replies", "ICMP_TIMESTAMPREPLY", "our time of day told to whoever asked",
      "Milliseconds since midnight; security scanners report the answer as a finding of low weight."),
    icmpOut(
      "OutAddrMasks", "address mask requests", "ICMP_ADDRESS", "requests for a subnet mask",
      "Nothing in the kernel asks; zero unless a tool does."),
    icmpOut(
      "OutAddrMaskReps", "address mask replies", "ICMP_ADDRESSREPLY", "subnet masks announced by a program here",
      "Linux does not answer such requests, therefore zero."),
  ]
}
