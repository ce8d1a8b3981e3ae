/// A /proc row as the 72 bytes of struct inet_diag_msg (include/uapi/linux/inet_diag.h), for when netlink is impossible.
///
/// What /proc/net lacks, and how it reads here:
/// - the cookie: /proc has a (hashed) pointer; left 0, so sockets cannot be told apart over time;
/// - a listener's limit (sk_max_ack_backlog): `idiag_wqueue` is 0; /proc's own number there is a leftover and is dropped;
/// - milliseconds: times come in clock ticks, 10 ms apart;
/// - the interface a socket is bound to: `idiag_if` is 0;
/// - every attribute: tcp_info, memory, congestion control, marks, options, cgroup;
/// - bound but inactive TCP sockets, and MPTCP, have no rows at all.
///
/// A request socket's row carries its listener's uid; netlink says 0, and so does this. Its count is num_timeout where netlink has
/// num_retrans: they part under TCP_DEFER_ACCEPT (timeouts without a SYN-ACK) and when a client repeats its SYN.
public func diagPayload(_ row: ProcInetRow, ticksPerSecond: Int = 100) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: 72)
  let hostIsLittle = UInt16(littleEndian: 1) == 1
  func put(_ value: UInt64, _ at: Int, _ width: Int, network: Bool = false) {
    for index in 0..<width {
      let place = network || !hostIsLittle ? width - 1 - index : index
      bytes[at + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * place))
    }
  }
  let isListener = row.state == 10
  // inet_sk_diag_fill(): probes for keepalive and persist, retransmissions for the retransmit timer, nothing for the others.
  let count: UInt32
  switch row.timer {
  case 1: count = row.retransmits
  case 2, 4: count = row.probes
  default: count = 0
  }
  put(row.isIPv6 ? 10 : 2, 0, 1)
  put(UInt64(row.state), 1, 1)
  put(UInt64(row.timer), 2, 1)
  put(UInt64(UInt8(clamping: count)), 3, 1)
  put(UInt64(row.localPort), 4, 2, network: true)
  put(UInt64(row.peerPort), 6, 2, network: true)
  put(row.local.high, 8, 8, network: true)
  put(row.local.low, 16, 8, network: true)
  put(row.peer.high, 24, 8, network: true)
  put(row.peer.low, 32, 8, network: true)
  let (milliseconds, overflow) = row.expiresTicks.multipliedReportingOverflow(by: 1000)
  let expires = overflow ? UInt64.max : milliseconds / UInt64(max(1, ticksPerSecond))
  put(row.timer == 0 ? 0 : UInt64(UInt32(clamping: expires)), 52, 4)
  put(UInt64(row.receiveQueue), 56, 4)
  put(isListener ? 0 : UInt64(row.sendQueue), 60, 4)
  put(row.isMiniSocket ? 0 : UInt64(row.uid), 64, 4)
  put(UInt64(UInt32(truncatingIfNeeded: row.inode)), 68, 4)
  return bytes
}
