// Counters of the IP layer.

extension Knowledge {
  static let ipCounters: [Entry] = [
    counter(
      "Ip", "OutDiscards", netstat: .phrase("outgoing packets dropped"), unit: .packets,
      summary: "packets that the IP layer gave up before a device took them",
      meaning:
        "Full queueing discipline or netfilter on output, for UDP, ICMP and raw sockets. TCP takes another way and shows such loss as TCPRetransFail.",
      source: KernelSource("IPSTATS_MIB_OUTDISCARDS", "ip_send_skb()", "net/ipv4/ip_output.c"),
      advice: "Compare with tc -s qdisc and the counters of the output chain.")
  ]
}
