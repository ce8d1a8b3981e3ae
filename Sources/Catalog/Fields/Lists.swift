extension Field {
  /// All 70 members of struct tcp_info as kernel 6.18 has it, in wire order.
  public static let tcpInfo: [Field] = tcpInfoState + tcpInfoWindow + tcpInfoRates + tcpInfoDelivery + tcpInfoAccECN

  /// Every field of the catalog: header, memory, single-number attributes, socket options, `tcp_info`.
  public static let all: [Field] = header + meminfo + skmeminfo + attributes + sockopt + tcpInfo
}
