// What a reply carries that is not one integer: SockDiag decodes it by hand and names these entries.

extension Entry {
  /// The corresponding C member is idiag_src: 16 bytes, the first four for IPv4.
  public static let localAddress = Entry(
    "local address", aliases: ["idiag_src", "src", "source", "Local Address"], topic: .field, unit: .address,
    summary: "address on this host that the socket is bound to, or the connection uses",
    meaning: """
      All zeros on a listener or UDP socket means every address of the host, which ss writes 0.0.0.0, [::] or * (an IPv6 socket that also \
      takes IPv4). A loopback address here is the usual reason why a service cannot be reached from outside. For a connection it is what \
      the routing chose or the client aimed at.
      """,
    ss: "Local Address, before the port; * for a dual-stack wildcard", netstat: "Local Address, cut off for long IPv6 without -W",
    source: KernelSource("idiag_src", "inet_diag_msg_common_fill()", "net/ipv4/inet_diag.c"),
    settings: ["IP_FREEBIND", "IPV6_V6ONLY", "net.ipv4.ip_nonlocal_bind"])

  /// The corresponding C member is idiag_dst: 16 bytes, the first four for IPv4.
  public static let peerAddress = Entry(
    "peer address", aliases: ["idiag_dst", "dst", "destination", "Peer Address", "Foreign Address"], topic: .field, unit: .address,
    summary: "address of the other end, all zeros when there is none",
    meaning: """
      Only what the packets say: behind NAT, a load balancer or a proxy it is that device and not the client. An IPv4 peer of an IPv6 socket \
      reads ::ffff:a.b.c.d. Listeners and unconnected UDP sockets have zeros.
      """,
    ss: "Peer Address, before the port; 0.0.0.0, [::] or * when there is none", netstat: "Foreign Address",
    source: KernelSource("idiag_dst", "inet_diag_msg_common_fill()", "net/ipv4/inet_diag.c"))

  /// The corresponding attribute is INET_DIAG_CONG: a name of at most 16 bytes.
  public static let congestionControl = Entry(
    "congestion control", aliases: ["INET_DIAG_CONG", "cong", "cubic", "bbr", "reno", "dctcp", "TCP_CONGESTION"], topic: .field,
    unit: .text,
    summary: "name of the algorithm that sets this connection's congestion window",
    meaning: """
      cubic by default on most systems: it grows until something is lost. bbr models bandwidth and round trip instead and paces; dctcp needs \
      ECN marks on every hop and belongs inside a data centre. A connection takes it from the namespace's default when it is created, or from \
      its listener, its route or the program, so changing the default leaves existing connections alone.
      """,
    ss: "the bare name, with -i", netstat: "not shown",
    source: KernelSource("INET_DIAG_CONG", "tcp_assign_congestion_control()", "net/ipv4/tcp_cong.c"),
    settings: [
      "net.ipv4.tcp_congestion_control", "net.ipv4.tcp_available_congestion_control", "net.ipv4.tcp_allowed_congestion_control",
      "TCP_CONGESTION",
    ])

  /// The entries of what a hand decoder reads: addresses and names.
  public static let handDecoded: [Entry] = [localAddress, peerAddress, congestionControl]
}
