// Drop reasons of sockets and of what is attached to them: filters, policies, memory.

extension Knowledge {
  static let socketEdgeDropReasons: [Entry] = [
    dropReason(
      "SOCKET_CLOSE",
      meaning: """
        unix_release_sock() empties the receive queue of a unix socket that its last owner closes; descriptors that travelled in those messages \
        are closed with them. A stream peer that learns of unread data gets ECONNRESET, a datagram peer gets nothing.
        """,
      misreading: "In spite of its name no TCP or UDP packet has it: their queues end as QUEUE_PURGE or without an event.",
      usual: .init("a unix socket was closed with messages that nobody had read", harm: .benign, victim: .receiver, capture: .hidden),
      since: "6.14", source: ("unix_release_sock()", "net/unix/af_unix.c")),
    dropReason(
      "SOCKET_FILTER",
      meaning: """
        A program attached with SO_ATTACH_FILTER or SO_ATTACH_BPF returned 0, or the cgroup's ingress program (systemd's IPAddressDeny, a container's \
        network policy) said no. Before 6.17 the same name also covers a security module's veto and packets from emergency memory.
        """,
      misreading: "Not netfilter: nft and iptables never look at sockets' own filters. ss -b prints those of packet sockets only.",
      usual: .init(
        "a BPF filter on the socket or its cgroup turned the packet down", harm: .refusal, victim: .receiver,
        counters: [.init("Udp.InErrors"), .init("Udp6.InErrors")],
        advice:
          "The program's own SO_ATTACH_FILTER or SO_ATTACH_BPF, or the cgroup's: systemctl show -p IPAddressDeny UNIT, bpftool cgroup tree."
      ),
      special: [
        .init(
          "a BPF filter on the socket or its cgroup turned a TCP segment down; the peer will repeat it", at: ["tcp_v4_rcv", "tcp_v6_rcv"],
          harm: .refusal, victim: .connection,
          advice:
            "The program's own SO_ATTACH_FILTER or SO_ATTACH_BPF, or the cgroup's: systemctl show -p IPAddressDeny UNIT, bpftool cgroup tree."
        ),
        .init(
          "the program behind a tun or tap device filtered the packet away", at: ["tun_net_xmit"], harm: .refusal, victim: .host,
          capture: .shown),
      ],
      source: ("sk_filter_trim_cap()", "net/core/filter.c")),
    dropReason(
      "SOCKET_BACKLOG",
      meaning: """
        While the program holds the socket's lock inside a system call, arriving segments wait in a private queue. Its bound is twice the receive buffer, half \
        the send buffer and 64 KiB. It overflows when one call takes long (a huge sendmsg(), a copy that faults) on a fast path. The peer repeats the segment.
        """,
      misreading: "It has nothing to do with listen()'s backlog, nor with net.core.netdev_max_backlog.",
      usual: .init(
        "segments came faster than a system call let go of the socket's lock; the peer must send them again", harm: .loss,
        victim: .connection, counters: [.init("TcpExt.TCPBacklogDrop")],
        advice: "Write and read in smaller pieces; a larger receive buffer widens the bound."),
      source: ("tcp_add_backlog()", "net/ipv4/tcp_ipv4.c"), settings: ["net.ipv4.tcp_rmem"]),
    dropReason(
      "UNIX_DISCONNECT",
      meaning: """
        connect() to another address, or a send() that finds the peer gone, makes a unix socket of datagrams or sequenced packets forget what its former peer had \
        sent. Programs rarely want that: they meant to read first.
        """,
      usual: .init(
        "a unix datagram socket changed or lost its peer and threw away that peer's unread messages", harm: .loss, victim: .receiver,
        capture: .hidden, advice: "Read the queue empty before connect() is called again."),
      since: "6.14", source: ("unix_dgram_disconnected()", "net/unix/af_unix.c")),
    dropReason(
      "UNIX_SKIP_OOB",
      meaning: """
        The urgent byte of a unix stream (send() with MSG_OOB) has its own place in the queue; a reader that passes it without MSG_OOB or SO_OOBINLINE \
        loses it. That is how out-of-band data is defined.
        """,
      usual: .init(
        "a reader went past the out-of-band byte of a unix stream without asking for it", harm: .benign, victim: .receiver, capture: .hidden
      ),
      since: "6.14", source: ("manage_oob()", "net/unix/af_unix.c")),
    dropReason(
      "SECURITY_HOOK",
      meaning: """
        SELinux, Smack or a BPF program of the LSM kind forbade it: the label of the packet or peer may not talk to this socket. In the cookie check it is the \
        end of a handshake. Denials usually stand in the audit log.
        """,
      usual: .init(
        "a security module (SELinux, Smack, BPF LSM) did not allow the packet", harm: .refusal, victim: .connection,
        advice: "Search the audit log: ausearch -m avc -ts recent, or journalctl -k for the module's name."),
      since: "6.9", source: ("cookie_v4_check()", "net/ipv4/syncookies.c")),
    dropReason(
      "BPF_CGROUP_EGRESS",
      meaning: """
        The sender's control group has an eBPF program for outgoing packets, and it returned a refusal. write() or sendto() gets EPERM for datagrams; TCP \
        takes it for loss and repeats in vain. systemd's IPAddressDeny= and container agents install such programs.
        """,
      misreading: "No firewall rule shows it: nft list ruleset stays silent about cgroup programs.",
      usual: .init(
        "an eBPF program of the sender's cgroup forbade the packet", harm: .refusal, victim: .sender, capture: .hidden,
        advice: "bpftool cgroup tree names the program; for a systemd unit look at IPAddressAllow= and IPAddressDeny=."),
      source: ("ip_finish_output()", "net/ipv4/ip_output.c")),
    dropReason(
      "PACKET_SOCK_ERROR",
      meaning: """
        A packet socket (tcpdump, dhclient, lldpd) wanted the packet, but its buffer or ring was full or memory was short. tcpdump reports these as "dropped by \
        kernel"; a DHCP client that suffers them times out.
        """,
      misreading: "Only the copy for the observer is gone; the packet itself travelled on undisturbed.",
      usual: .init(
        "a packet socket (tcpdump, a DHCP client) had no room for its copy; the packet itself went on", harm: .loss, victim: .receiver,
        advice: "Narrow the capture filter, write to a file (-w), or give tcpdump a larger buffer (-B)."),
      since: "6.8", source: ("packet_rcv()", "net/packet/af_packet.c")),
    dropReason(
      "PFMEMALLOC",
      meaning: """
        Free memory had run so low that the driver could only take the emergency reserve for this buffer. Sockets that swap over the network may keep such packets, all \
        others must let go of theirs. The network looks lossy although it is memory that is missing.
        """,
      usual: .init(
        "the buffer came from the memory reserve, and this socket is not one that helps to free memory", harm: .loss, victim: .connection,
        counters: [.init("TcpExt.PFMemallocDrop")],
        advice: "Find what uses up memory; vm.min_free_kbytes higher leaves more for bursts of receive buffers."),
      since: "6.17", source: ("sk_filter_trim_cap()", "net/core/filter.c"), version: "6.18"),
    dropReason(
      "PSP_INPUT",
      meaning: """
        PSP encrypts single TCP connections in the network card. The segment was in clear where the connection demands encryption, or carried another key's index, \
        generation or device than the one agreed. Seen shortly after a key rotation or with a peer that has not switched over.
        """,
      usual: .init(
        "a segment whose PSP encryption is missing or not the one agreed for this connection", harm: .refusal, victim: .connection,
        advice: "Compare the associations of both ends (the psp family of generic netlink) after key rotation."),
      since: "6.18", source: ("psp_sk_rx_policy_check()", "include/net/psp/functions.h"), version: "6.18"),
    dropReason(
      "PSP_OUTPUT",
      meaning: """
        A connection with PSP keys was about to leave through a device that is not the one holding those keys, or the header could not be put in front. It is \
        dropped rather than sent in clear, typically after routes or bonds changed under a live connection.
        """,
      usual: .init(
        "a segment that must leave encrypted (PSP) met a device without its keys", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Route the connection through the device on which its PSP association was made."),
      since: "6.18", source: ("psp_validate_xmit()", "net/psp/psp_sock.c"), version: "6.18"),
    dropReason(
      "XFRM_POLICY",
      meaning: """
        An IPsec policy applies to these addresses, and the packet did not arrive through the tunnel or transport that it demands, or it needs one to be forwarded and \
        there is none. The usual picture: one side restarted its IKE daemon, or a policy is broader than its author thought.
        """,
      misreading: "Nothing on the host has to use IPsec knowingly: a leftover of a VPN client suffices.",
      usual: .init(
        "an IPsec policy demands protection that the packet did not have", harm: .refusal, victim: .host,
        advice: "Compare ip xfrm policy with ip xfrm state, and look at /proc/net/xfrm_stat (XfrmInNoPols, XfrmInTmplMismatch)."),
      source: ("ip_protocol_deliver_rcu()", "net/ipv4/ip_input.c")),
    dropReason(
      "NOMEM",
      meaning: """
        An allocation for a copy, a header or a route failed in a place that may not wait. It says nothing about socket buffers: the kernel's own memory, or one \
        of its zones, was exhausted at that moment.
        """,
      usual: .init(
        "the kernel got no memory to handle the packet", harm: .loss, victim: .host, capture: .receivedOnly,
        advice: "Look for page allocation failures in dmesg, and at free and /proc/buddyinfo."),
      source: ("pskb_may_pull_reason()", "include/linux/skbuff.h")),
    dropReason(
      "SKB_UCOPY_FAULT",
      meaning: """
        The bytes lie in a program's memory (zero-copy, or a write() to a tun or tap device) and the address it gave is bad, or a private copy could not \
        be made before the memory was given back.
        """,
      usual: .init(
        "the packet's bytes could not be copied from the program's memory", harm: .loss, victim: .sender, capture: .hidden,
        advice: "Suspect the program that writes to the tun or tap device (a VPN, a hypervisor): its buffer is gone or wrong."),
      special: [
        .init(
          "zero-copy data on its way into a tun device could not be copied", at: ["tun_net_xmit"], harm: .loss, victim: .sender)
      ],
      source: ("tun_get_user()", "drivers/net/tun.c")),
  ]
}
