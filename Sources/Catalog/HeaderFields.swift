// struct inet_diag_msg: 72 bytes, always there. include/uapi/linux/inet_diag.h

extension Field {
  /// The corresponding C member is idiag_family.
  public static let family = Field(
    "family", label: nil, Layout(.header, at: 0, width: 1), .code,
    Entry(
      "family", aliases: ["idiag_family"], topic: .field, unit: .code,
      summary: "address family of the socket: 2 is IPv4, 10 is IPv6",
      meaning:
        "AF_INET or AF_INET6. A dual-stack IPv6 socket that talks to an IPv4 peer stays family 10; its addresses then read ::ffff:a.b.c.d.",
      ss: "not printed; -4 and -6 select by it", netstat: "tcp or tcp6 in the first column",
      source: KernelSource("idiag_family", "inet_diag_msg_common_fill()", "net/ipv4/inet_diag.c"), settings: ["IPV6_V6ONLY"]))

  /// The corresponding C attribute is INET_DIAG_SKV6ONLY.
  public static let v6only = Field(
    "v6only", label: nil, Layout(.v6only, at: 0, width: 1), .code,
    Entry(
      "v6only", aliases: ["INET_DIAG_SKV6ONLY"], topic: .field, unit: .boolean,
      summary: "1 when an IPv6 socket refuses IPv4 peers", meaning: "IPV6_V6ONLY of the socket; sent for IPv6 sockets in LISTEN and CLOSE only.",
      source: KernelSource("INET_DIAG_SKV6ONLY", "inet_diag_msg_attrs_fill()", "net/ipv4/inet_diag.c"), settings: ["net.ipv6.bindv6only"]))
}
