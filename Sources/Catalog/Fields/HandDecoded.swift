// What a reply carries that is not one integer: SockDiag decodes it by hand and names these entries.

extension Entry {
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

  /// The entries of what a hand decoder reads and no column of ss names: the address columns are concepts.
  public static let handDecoded: [Entry] = [congestionControl]
}
