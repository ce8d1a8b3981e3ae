// Drop reasons on the way out: neighbours, traffic control, queueing disciplines.

extension Knowledge {
  static let neighbourDropReasons: [Entry] = [
    dropReason(
      "NEIGH_CREATEFAIL",
      meaning: """
        No entry for the next hop could be made, mostly because the table of neighbours is full: more hosts in directly attached subnets than gc_thresh3 allows, as \
        on a flat /16 or under a scan. dmesg says "neighbour table overflow".
        """,
      usual: .init(
        "no neighbour entry could be made for the next hop: the table is full", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Raise net.ipv4.neigh.default.gc_thresh1, 2 and 3 (net.ipv6 likewise), or make the subnet smaller."),
      source: ("ip_finish_output2()", "net/ipv4/ip_output.c"),
      settings: ["net.ipv4.neigh.default.gc_thresh3", "net.ipv6.neigh.default.gc_thresh3"]),
    dropReason(
      "NEIGH_QUEUEFULL",
      meaning: """
        While the hardware address of the next hop is being asked for, packets wait at its entry, up to unres_qlen_bytes; then the oldest is dropped for the newest. Bursts \
        to a host that was silent for long lose their beginning that way, and everything to a dead one passes through here.
        """,
      usual: .init(
        "too many packets waited for the next hop's hardware address, and the oldest had to go", harm: .loss, victim: .sender,
        capture: .hidden,
        advice: "See with ip neigh whether the next hop answers; raise neigh.DEV.unres_qlen_bytes for bursts to quiet hosts."),
      source: ("__neigh_event_send()", "net/core/neighbour.c")),
    dropReason(
      "NEIGH_DEAD",
      meaning: """
        The entry was removed (an interface going down, ip neigh flush, garbage collection) between the route look-up and the transmission. The next packet gets a \
        fresh one.
        """,
      usual: .init(
        "the neighbour entry was deleted just as the packet wanted to use it", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Look for interfaces that flap and for scripts that flush the neighbour table."),
      source: ("__neigh_event_send()", "net/core/neighbour.c")),
    dropReason(
      "NEIGH_HH_FILLFAIL",
      meaning: """
        The device's driver could not write its link-layer header in front of the packet although the neighbour's address is known. Ethernet cannot fail \
        so; unusual link types can.
        """,
      usual: .init(
        "the link-layer header could not be written", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Look at the device's type and driver with ip -d link."),
      since: "6.16", source: ("neigh_resolve_output()", "net/core/neighbour.c"), version: "6.18"),
  ]

  static let trafficControlDropReasons: [Entry] = [
    dropReason(
      "TC_EGRESS",
      meaning: """
        A tc filter, an eBPF program at the clsact or tcx hook, or a policer on the sending side said drop. Container networks (Cilium and others) put \
        their policies and their routing there, so a missing policy looks like loss.
        """,
      usual: .init(
        "a tc filter or eBPF program at the device's exit dropped it", harm: .refusal, victim: .sender, capture: .hidden,
        advice: "List them: tc filter show dev DEV egress, bpftool net; for Cilium, cilium monitor --type drop."),
      source: ("sch_handle_egress()", "net/core/dev.c")),
    dropReason(
      "TC_INGRESS",
      meaning: """
        The same hook on the receiving side: filters with action drop, policers that limit a rate, eBPF programs of a container network. It comes right after the capture \
        tap and before netfilter.
        """,
      misreading: "tcpdump shows the packet as if all were well; the firewall's counters never see it.",
      usual: .init(
        "a tc filter or eBPF program at the device's entrance dropped it", harm: .refusal, victim: .host,
        advice: "List them: tc -s filter show dev DEV ingress, bpftool net."),
      source: ("sch_handle_ingress()", "net/core/dev.c")),
    dropReason(
      "TC_COOKIE_ERROR",
      meaning: """
        A card that does part of a tc chain in hardware hands the rest to software, with a note where to go on. The note could not be read or kept: memory was \
        short, or the chain changed meanwhile.
        """,
      usual: .init(
        "hardware and software lost the thread in a chain of tc filters", harm: .loss, victim: .host, capture: .receivedOnly,
        advice: "Try with tc offload off (ethtool -K DEV hw-tc-offload off), and update driver and firmware."),
      since: "6.8", source: ("__tcf_classify()", "net/sched/cls_api.c")),
    dropReason(
      "TC_CHAIN_NOTFOUND",
      meaning: """
        An action says "goto chain N", and there is no chain N (any more). Usual while a controller rewrites its rules without order.
        """,
      usual: .init(
        "a tc action jumps to a chain that does not exist", harm: .loss, victim: .host, capture: .receivedOnly,
        advice: "Compare tc filter show dev DEV with the chains that its goto actions name."),
      since: "6.8", source: ("tcf_action_exec()", "net/sched/act_api.c")),
    dropReason(
      "TC_RECLASSIFY_LOOP",
      meaning: """
        Filters sent the packet back to the beginning again and again, more often than 16 times; or a packet on its way out was redirected into the very queue that \
        was just handling it.
        """,
      usual: .init(
        "tc filters or redirections send the packet in a circle", harm: .loss, victim: .host, capture: .receivedOnly,
        advice: "Look for reclassify and mirred redirect actions that lead back: tc -s filter show, on both devices."),
      since: "6.8", source: ("__tcf_classify()", "net/sched/cls_api.c")),
    dropReason(
      "RECURSION_LIMIT",
      meaning: """
        Devices stacked on devices (tunnels, bonds, bridges) sent the packet through each other until the kernel's depth limit: a tunnel whose own \
        packets are routed into itself. dmesg: "Dead loop on virtual device". A late addition that stable updates brought to 6.18.
        """,
      usual: .init(
        "stacked devices or tunnels send the packet through themselves without end", harm: .loss, victim: .sender, capture: .receivedOnly,
        advice: "Ask ip route get for the tunnel's remote address: it must not lead into the tunnel."),
      since: "6.18", source: ("__dev_queue_xmit()", "net/core/dev.c"), version: "6.18"),
    dropReason(
      "QDISC_OVERLIMIT",
      meaning: """
        The whole queue of the device (its limit or memory bound) is full. Which packet goes depends on the discipline: fq_codel and cake take one from the longest \
        flow, not the newest arrival.
        """,
      usual: .init(
        "the outgoing device's queue reached its total limit", harm: .loss, victim: .sender, capture: .hidden,
        counters: [.init("Ip.OutDiscards", isExact: false)],
        advice: "See dropped and backlog in tc -s qdisc; send less, raise the rate, or the limit if latency allows."),
      since: "6.14", source: ("cake_drop()", "net/sched/sch_cake.c"), version: "6.18"),
    dropReason(
      "QDISC_CONGESTED",
      meaning: """
        Active queue management (codel, fq_codel, cake, red, pie, dualpi2) dropped it although there was room, because packets wait too long: it is the signal for TCP to \
        slow down. A little of it is how a loaded link stays responsive; with ECN the packet would have been marked.
        """,
      misreading: "It is not a sign of a queue that is too short: a longer one would only add delay.",
      usual: .init(
        "queue management told a flow to slow down, by dropping this packet", harm: .loss, victim: .sender, capture: .hidden,
        counters: [.init("Ip.OutDiscards", isExact: false)],
        advice: "Expected on a saturated link. Allow ECN (net.ipv4.tcp_ecn 1) to be told without loss; add bandwidth if it never stops."),
      since: "6.14", source: ("cake_dequeue()", "net/sched/sch_cake.c"), version: "6.18", settings: ["net.ipv4.tcp_ecn"]),
    dropReason(
      "CAKE_FLOOD",
      meaning: """
        Cake's second defence, for senders that do not react to marks and drops (a UDP flood, a wild stream): a share of their packets, growing with the pressure, is \
        thrown away.
        """,
      usual: .init(
        "cake is thinning out a flow that does not react to congestion", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Find the flow (tc -s qdisc shows the unresponsive count of each tin) and limit it at its source."),
      since: "6.14", source: ("cobalt_should_drop()", "net/sched/sch_cake.c"), version: "6.18"),
    dropReason(
      "FQ_BAND_LIMIT",
      meaning: """
        The fq discipline keeps three bands by priority, and this one already holds `limit` packets (10000 unless set). Many flows together, not one, fill \
        it.
        """,
      usual: .init(
        "fq already holds its limit of packets of this priority band", harm: .loss, victim: .sender, capture: .hidden,
        counters: [.init("Ip.OutDiscards", isExact: false)],
        advice: "tc -s qdisc shows band drops; the device is too slow for what is sent, or limit too small for its rate."),
      since: "6.14", source: ("fq_enqueue()", "net/sched/sch_fq.c")),
    dropReason(
      "FQ_HORIZON_LIMIT",
      meaning: """
        A departure time (SO_TXTIME, or an eBPF program that paces) lies farther ahead than fq's horizon of 10 seconds. A wrong clock base is more likely than \
        real patience: fq wants CLOCK_MONOTONIC.
        """,
      usual: .init(
        "the packet asked to leave too far in the future for fq", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Let the program use CLOCK_MONOTONIC nanoseconds for its departure times; or tc qdisc change ... horizon_cap."),
      since: "6.14", source: ("fq_enqueue()", "net/sched/sch_fq.c")),
    dropReason(
      "FQ_FLOW_LIMIT",
      meaning: """
        One flow has flow_limit packets (100) waiting in fq. TCP holds itself back by TCP Small Queues, so it is a UDP or raw sender without pacing, or a \
        tunnel whose inner flows look like a single one.
        """,
      usual: .init(
        "one flow filled its own queue in fq", harm: .loss, victim: .sender, capture: .hidden,
        counters: [.init("Ip.OutDiscards", isExact: false)],
        advice: "Pace the sender (SO_MAX_PACING_RATE), or raise flow_limit: tc qdisc change dev DEV root fq flow_limit 1000."),
      since: "6.14", source: ("fq_enqueue()", "net/sched/sch_fq.c")),
    dropReason(
      "DUALPI2_STEP_DROP",
      meaning: """
        dualpi2 keeps a queue of very low delay for L4S traffic and marks there above a step threshold. A packet in that queue which cannot be marked is \
        dropped instead.
        """,
      usual: .init(
        "it waited past the step threshold of dualpi2's low-delay queue and could not be marked", harm: .loss, victim: .sender,
        capture: .hidden, advice: "Find out who sends as L4S without taking ECN marks."),
      since: "6.17", source: ("dualpi2_qdisc_dequeue()", "net/sched/sch_dualpi2.c"), version: "6.18"),
  ]
}
