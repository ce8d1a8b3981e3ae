// Drop reasons of devices, tunnels and bridges, and names that only other kernels have.

extension Knowledge {
  static let deviceDropReasons: [Entry] = [
    dropReason(
      "CPU_BACKLOG",
      meaning: """
        Each processor has one queue for packets steered to it (RPS) and for those from lo, veth and tunnels. It holds netdev_max_backlog; more came than that processor's \
        softirq took away. A single busy core is enough, the others may idle. Flow limits under RPS end here too.
        """,
      misreading: "It is neither listen()'s backlog nor a full ring of the card. On lo and veth a capture shows the packet as sent.",
      usual: .init(
        "the receive queue of one processor was full (netdev_max_backlog)", harm: .loss, victim: .host, capture: .hidden,
        counters: [.init("softnet.dropped")],
        advice: "See which core in /proc/net/softnet_stat; spread the load (RSS, RPS), then raise net.core.netdev_max_backlog."),
      source: ("enqueue_to_backlog()", "net/core/dev.c"), settings: ["net.core.netdev_max_backlog"]),
    dropReason(
      "XDP",
      meaning: """
        An XDP program in generic mode wanted to redirect the packet, and that failed: no such device, or it is down. Before the tap.
        """,
      misreading:
        "An XDP program's own verdict XDP_DROP makes no such event: in the driver it leaves no trace at all, in generic mode NOT_SPECIFIED.",
      usual: .init(
        "an XDP program's redirection failed", harm: .loss, victim: .host, capture: .hidden,
        advice: "ip link shows the program; bpftrace or xdp-monitor the tracepoint xdp:xdp_redirect_err for the errno."),
      source: ("do_xdp_generic()", "net/core/dev.c")),
    dropReason(
      "SKB_CSUM",
      meaning: """
        A checksum had to be computed or verified in software for a receiver that needs it whole (a tap device, an IPv6 raw socket with IPV6_CHECKSUM), and it \
        did not work out.
        """,
      usual: .init(
        "a tap device or IPv6 raw socket could not get a valid checksum", harm: .loss, victim: .receiver,
        advice: "Compare ethtool -k of the device with what the guest or program offers as offloads."),
      source: ("rawv6_rcv()", "net/ipv6/raw.c")),
    dropReason(
      "SKB_GSO_SEG",
      meaning: """
        A large packet had to be cut into segments for a device that does not do it itself, and the cutting failed: header and size contradict each other, or \
        memory was short.
        """,
      usual: .init(
        "an oversized (GSO) packet could not be cut into segments", harm: .loss, victim: .host,
        advice: "Try ethtool -K DEV gso off tso off; suspect a guest's or tunnel's offload."),
      source: ("tap_handle_frame()", "drivers/net/tap.c")),
    dropReason(
      "DEV_HDR",
      meaning: """
        What a program puts in front of a packet for a tap device (the virtio header: offloads, lengths) contradicts the packet. A hypervisor or VPN with a bug, \
        or a guest that tries something.
        """,
      usual: .init(
        "the header for the tap driver, written by a VPN or hypervisor, is invalid", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Update the program at the tap device, or switch its offloads off."),
      source: ("tap_get_user()", "drivers/net/tap.c")),
    dropReason(
      "DEV_READY",
      meaning: """
        The device was down, being unregistered, or, for tun and tap, had no program attached to that queue. Typical at the moments when containers and VPNs start and \
        stop.
        """,
      usual: .init(
        "the device was not up, or no program serves its queue", harm: .loss, victim: .host, capture: .hidden,
        advice: "Look at ip link for the state, and whether the VPN or guest behind a tun device runs."),
      special: [
        .init(
          "nobody reads the tun or tap device (or this queue of it)", at: ["tun_net_xmit"], harm: .loss, victim: .sender, capture: .shown,
          advice: "Start the VPN or guest again, or remove its routes.")
      ],
      source: ("enqueue_to_backlog()", "net/core/dev.c")),
    dropReason(
      "FULL_RING",
      meaning: """
        The program behind a tun, tap or macvtap device (a VPN, a virtual machine) does not fetch packets as fast as they come; its ring of txqueuelen packets is \
        full. Without a queueing discipline on the device nothing pushes back.
        """,
      usual: .init(
        "the VPN or guest behind a tun or tap device reads too slowly", harm: .loss, victim: .host,
        advice: "Give the program more processor time or queues (multi-queue, vhost); txqueuelen higher bridges bursts."),
      source: ("tun_net_xmit()", "drivers/net/tun.c")),
    dropReason(
      "HDR_TRUNC",
      meaning: """
        A program wrote less than an Ethernet header to a tap device.
        """,
      usual: .init(
        "a frame shorter than an Ethernet header was written to a tap device", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Check the program that owns the device: ss -p does not show it, fuser /dev/net/tun does."),
      source: ("tun_get_user()", "drivers/net/tun.c")),
    dropReason(
      "TAP_FILTER",
      meaning: """
        The program that owns the tun device attached an eBPF filter (TUNSETFILTEREBPF), and it returned 0 for this packet.
        """,
      usual: .init("an eBPF filter of the tun device's owner turned it down", harm: .refusal, victim: .host),
      source: ("tun_net_xmit()", "drivers/net/tun.c")),
    dropReason(
      "TAP_TXFILTER",
      meaning: """
        A tap device's list of hardware addresses (TUNSETTXFILTER) does not contain the destination: the guest behind it would \
        have ignored the frame anyway.
        """,
      usual: .init("the guest behind a tap device does not take frames for that hardware address", harm: .benign, victim: .host),
      source: ("tun_net_xmit()", "drivers/net/tun.c")),
    dropReason(
      "CAN_RX_INVALID_FRAME",
      meaning: """
        On a CAN bus interface: the frame is not a classic CAN frame, or the device cannot be one of the CAN family.
        """,
      usual: .init(
        "a malformed classic CAN frame", harm: .loss, victim: .receiver, advice: "Look at ip -d link and the driver of the CAN adapter."),
      since: "6.17", source: ("can_rcv()", "net/can/af_can.c")),
    dropReason(
      "CANFD_RX_INVALID_FRAME",
      meaning: """
        As for classic CAN, but the frame was announced as CAN FD (up to 64 bytes) and its length or flags do not make one.
        """,
      usual: .init("a malformed CAN FD frame", harm: .loss, victim: .receiver, advice: "Check that both ends agree on CAN FD: ip -d link."),
      since: "6.17", source: ("canfd_rcv()", "net/can/af_can.c")),
    dropReason(
      "CANXL_RX_INVALID_FRAME",
      meaning: """
        Announced as CAN XL (up to 2048 bytes), and the XL flag or the length says otherwise.
        """,
      usual: .init("a malformed CAN XL frame", harm: .loss, victim: .receiver),
      since: "6.17", source: ("canxl_rcv()", "net/can/af_can.c")),
  ]

  static let tunnelDropReasons: [Entry] = [
    dropReason(
      "VXLAN_INVALID_HDR",
      meaning: """
        On the VXLAN port came a datagram without the flag that says "here is a network number", or with reserved bits set that this device does not allow. Another protocol \
        on the same port, or a peer with an extension (GBP, GPE) unknown here.
        """,
      usual: .init(
        "the VXLAN header is not one that this device accepts", harm: .refusal, victim: .host,
        advice: "Compare ip -d link show type vxlan at both ends: gbp, gpe, reserved bits and the port."),
      since: "6.13", source: ("vxlan_rcv()", "drivers/net/vxlan/vxlan_core.c"), version: "6.18"),
    dropReason(
      "VXLAN_VNI_NOT_FOUND",
      meaning: """
        The port is right, but no VXLAN device here has that network number (VNI), or not on that interface. A node that was given a network which its \
        peers have not, or has lost it.
        """,
      usual: .init(
        "no VXLAN device here has that network number", harm: .refusal, victim: .host,
        advice: "List the numbers: ip -d link show type vxlan; bridge vni."),
      since: "6.13", source: ("vxlan_rcv()", "drivers/net/vxlan/vxlan_core.c"), version: "6.18"),
    dropReason(
      "MAC_INVALID_SOURCE",
      meaning: """
        A bridge or a learning VXLAN device met a source hardware address that is zero or a group address, which nobody may send from.
        """,
      usual: .init(
        "the source hardware address is no station's (zero or multicast)", harm: .refusal, victim: .host,
        advice: "Find the port by tcpdump -e; a broken guest or a generator sends it."),
      since: "6.13", source: ("br_handle_frame()", "net/bridge/br_input.c"), version: "6.18"),
    dropReason(
      "VXLAN_ENTRY_EXISTS",
      meaning: """
        A hardware address that is entered by hand, or that points to a next-hop group, shows up behind another tunnel end. Learning must not move such an entry, \
        so the packet is refused.
        """,
      usual: .init(
        "a hardware address with a fixed VXLAN entry appeared behind another tunnel end", harm: .refusal, victim: .host,
        advice: "Compare bridge fdb show dev VXLAN with where the guest really is: it moved, or the address exists twice."),
      since: "6.13", source: ("vxlan_snoop()", "drivers/net/vxlan/vxlan_core.c"), version: "6.18"),
    dropReason(
      "NO_TX_TARGET",
      meaning: """
        A bridge had no port left to flood the frame to (the only other ports are down, isolated or do not take unknown addresses), or a VXLAN device has no remote for it. Common \
        for broadcast on a bridge with a single port.
        """,
      usual: .init(
        "a bridge or VXLAN device had nowhere to send the frame on to", harm: .benign, victim: .host,
        advice: "If it should have gone somewhere: bridge -d link (flood, isolated), bridge fdb show dev VXLAN."),
      special: [
        .init(
          "a VXLAN device has no remote end for that destination", at: ["vxlan_xmit", "vxlan_mdb_xmit"], harm: .loss, victim: .host,
          capture: .shown, advice: "bridge fdb show dev VXLAN: add the entry, or a default one (00:00:00:00:00:00 dst ADDRESS).")
      ],
      since: "6.14", source: ("br_flood()", "net/bridge/br_forward.c"), version: "6.18"),
    dropReason(
      "IP_TUNNEL_ECN",
      meaning: """
        The outer header of a tunnel says "congestion experienced", while the inner packet does not take part in ECN and cannot carry the news. RFC 6040 wants \
        that dropped, for the sender to notice.
        """,
      usual: .init(
        "congestion was marked on the tunnel, and the inner packet cannot say so", harm: .loss, victim: .host,
        advice: "Real congestion on the underlay, or a device there that sets ECN bits blindly."),
      since: "6.13", source: ("vxlan_rcv()", "drivers/net/vxlan/vxlan_core.c"), version: "6.18"),
    dropReason(
      "TUNNEL_TXINFO",
      meaning: """
        A tunnel device in "external" mode has no destination of its own: a route, tc action or eBPF program must attach one to each packet. This one came without, \
        for instance the host's own neighbour discovery on that device.
        """,
      usual: .init(
        "a tunnel in external mode got a packet that nobody told where to go", harm: .loss, victim: .host,
        advice: "Send through it only by routes with encap, tc tunnel_key, or bpf_skb_set_tunnel_key(); switch IPv6 off on the device."),
      since: "6.13", source: ("vxlan_xmit()", "drivers/net/vxlan/vxlan_core.c"), version: "6.18"),
    dropReason(
      "LOCAL_MAC",
      meaning: """
        A frame came out of the VXLAN tunnel with the device's own hardware address as source: our own broadcast returned by a loop or by \
        multicast, or two ends were cloned with one address.
        """,
      usual: .init(
        "our own hardware address came back through the VXLAN tunnel", harm: .refusal, victim: .host,
        advice: "Look for a loop between tunnels and for machines cloned with the same address."),
      since: "6.13", source: ("vxlan_set_mac()", "drivers/net/vxlan/vxlan_core.c"), version: "6.18"),
    dropReason(
      "MAC_IEEE_MAC_CONTROL",
      meaning: """
        Frames to 01:80:C2:00:00:01 are PAUSE frames of Ethernet's flow control, meant for the other end of the cable only. A bridge never passes them on.
        """,
      misreading: "Pause frames that reach software mean that the card did not act on them.",
      usual: .init("an Ethernet PAUSE frame reached a bridge, which must not forward it", harm: .benign, victim: .host),
      since: "6.14", source: ("br_handle_frame()", "net/bridge/br_input.c"), version: "6.18"),
    dropReason(
      "BRIDGE_INGRESS_STP_STATE",
      meaning: """
        The bridge port that it came in by is disabled, blocking, listening or still learning. After a port comes up with spanning tree on, that lasts twice the forward delay: \
        30 seconds in which a guest gets no DHCP answer.
        """,
      usual: .init(
        "the bridge port's spanning tree state does not let frames pass", harm: .refusal, victim: .host,
        advice: "bridge link shows the state; without loops, switch stp off or set forward_delay lower."),
      since: "6.14", source: ("br_handle_frame()", "net/bridge/br_input.c"), version: "6.18"),
  ]
}
