internal import Catalog
internal import ProbeStream
internal import SockDiag
internal import Snapshot

/// What packets were that the kernel gives no reason for: before 5.17 all of them, later those at places that were not taught yet. The function says
/// most; where several causes end at it, counters tell them apart: those that rose, and that nothing else explains.
struct DropConclusion {
  /// What newer kernels call it; nil where no reason fits.
  var reason: String?
  /// Set where no reason fits.
  var circumstance: DropReasonFacts.Circumstance?
  /// IPv4's counter, or that of both families, which has to have risen; nil where the place says enough.
  var counter: String?
  /// Drops without an event raise the counter too, so that it proves something only where it covers all packets of the row.
  var isWeak: Bool { reason != nil && counter != nil }
  /// The packet was to end a handshake that a SYN cookie had kept.
  var isCookie = false

  private init(_ reason: String, _ counter: String? = nil) { (self.reason, self.counter) = (reason, counter) }

  private init(_ circumstance: DropReasonFacts.Circumstance?, _ counter: String, isCookie: Bool = false) {
    (self.circumstance, self.counter, self.isCookie) = (circumstance, counter, isCookie)
  }

  /// The counter that rises for this packet.
  func key(_ packet: DropPacket) -> String? {
    counter.map { packet.isIPv6 ? CounterKeys.twin($0) ?? $0 : $0 }
  }

  /// The reason of a place that drops for no other.
  static func reason(at function: String, isSent: Bool) -> String? {
    byPlace[function] ?? (isSent ? bySendingPlace[function] : nil)
  }

  private static let byPlace: [String: String] = [
    "nft_do_chain": "NETFILTER_DROP", "nf_hook_slow": "NETFILTER_DROP", "cookie_v4_check": "NO_SOCKET", "cookie_v6_check": "NO_SOCKET",
    // The last two call the first two, which end with the call of kfree_skb(): the compiler makes it a jump.
    "arp_error_report": "NEIGH_FAILED", "ndisc_error_report": "NEIGH_FAILED", "neigh_invalidate": "NEIGH_FAILED",
    "neigh_timer_handler": "NEIGH_FAILED",
    "sk_stream_kill_queues": "QUEUE_PURGE", "inet_sock_destruct": "QUEUE_PURGE", "skb_queue_purge": "QUEUE_PURGE",
    "udp_destruct_sock": "QUEUE_PURGE", "udp_destruct_common": "QUEUE_PURGE",
  ]
  private static let bySendingPlace = ["kfree_skb_list": "QDISC_DROP", "__dev_queue_xmit": "QDISC_DROP", "__dev_xmit_skb": "QDISC_DROP"]

  static let overflow = Knowledge.dropReason("TCP_LISTEN_OVERFLOW")?.dropReason?.usual
  private static let cookieOverflow = Knowledge.dropReason("NO_SOCKET")?.dropReason?
    .circumstance(at: "cookie_v4_check", state: .listen, isSent: false, flags: 16)
  static let deferAccept = DropReasonFacts.Circumstance(
    DropsPhrase.deferAccept.rawValue, states: [.listen], harm: .benign, victim: .listener,
    counters: [.init("TcpExt.TCPDeferAcceptDrop")])

  /// What the packets can have been, the likeliest first; what is left then is what the catalog says of such a packet.
  static func candidates(_ packet: DropPacket) -> [DropConclusion] {
    guard packet.isVague, !packet.isSent, !packet.record.isSummary else { return [] }
    let isOfListener = packet.state == .listen || packet.state == .newSynRecv
    switch packet.function {
    case "tcp_v4_rcv", "tcp_v6_rcv":
      // The end of a handshake, or what a half-open client sends again. Until 6.12 no kernel names it.
      if isOfListener, packet.flags & 22 == 16 {
        return [.init(deferAccept, "TcpExt.TCPDeferAcceptDrop"), .init(overflow, "TcpExt.ListenOverflows")] + unnamed(packet, [checksum])
      }
      if packet.sockets.isEmpty, packet.attribution == .none { return unnamed(packet, [checksum, .init("NO_SOCKET")]) }
      return unnamed(packet, isOfListener || packet.state == .timeWait ? [checksum] : [checksum] + segments)
    case "tcp_v4_do_rcv", "tcp_v6_do_rcv":
      guard packet.state == .listen else { return unnamed(packet, [checksum]) }
      // cookie_v4_check() returned nothing, or the state machine asked for a reset; a SYN cookie that is wrong does the latter.
      guard packet.flags & 22 == 16 else { return [] }
      return [.init(cookieOverflow, "TcpExt.ListenOverflows", isCookie: true)] + unnamed(packet, [checksum]) + [.init("TCP_FLAGS")]
    default: return unnamed(packet, elsewhere(packet))
    }
  }

  /// Only for kernels that name no reasons at all: the others name these.
  private static func unnamed(_ packet: DropPacket, _ conclusions: [DropConclusion]) -> [DropConclusion] {
    packet.reason == nil ? conclusions : []
  }

  private static let checksum = DropConclusion("TCP_CSUM", "Tcp.InCsumErrors")
  private static let segments: [DropConclusion] = [
    .init("SOCKET_BACKLOG", "TcpExt.TCPBacklogDrop"), .init("TCP_MINTTL", "TcpExt.TCPMinTTLDrop"),
    .init("TCP_MD5NOTFOUND", "TcpExt.TCPMD5NotFound"), .init("TCP_MD5UNEXPECTED", "TcpExt.TCPMD5Unexpected"),
    .init("TCP_MD5FAILURE", "TcpExt.TCPMD5Failure"),
  ]

  private static func elsewhere(_ packet: DropPacket) -> [DropConclusion] {
    switch packet.function {
    case "__udp4_lib_rcv", "__udp6_lib_rcv":
      let wrong = DropConclusion("UDP_CSUM", "Udp.InCsumErrors")
      if !packet.sockets.isEmpty { return [wrong, .init("NO_SOCKET", "Udp.NoPorts")] }
      return [.init("NO_SOCKET", "Udp.NoPorts"), wrong] + (packet.local.isMulticast ? [] : [.init("NO_SOCKET")])
    case "udp_queue_rcv_one_skb", "udpv6_queue_rcv_one_skb", "__udp_queue_rcv_skb", "__udpv6_queue_rcv_skb":
      return [.init("SOCKET_RCVBUFF", "Udp.RcvbufErrors"), .init("PROTO_MEM", "Udp.MemErrors"), .init("UDP_CSUM", "Udp.InCsumErrors")]
    case "ip_rcv_finish_core", "ip_rcv_finish": return [.init("IP_RPFILTER", "TcpExt.IPReversePathFilter")]
    case "ip_rcv_core", "ip_rcv": return [.init("IP_CSUM", "IpExt.InCsumErrors"), .init("IP_INHDR", "Ip.InHdrErrors")]
    case "ip_error": return [.init("IP_INADDRERRORS", "Ip.InAddrErrors"), .init("IP_INNOROUTES", "Ip.InNoRoutes")]
    default: return []
    }
  }
}

/// Packets of one row of the table that have one cause.
struct DropJudgement {
  var packet: DropPacket
  var circumstance: DropReasonFacts.Circumstance?
  var count: UInt64
}

extension DropPacket {
  /// In which order packets are judged: what they explain of a counter is no longer open for the next. Those that say what they are come first, last
  /// those that have a harmless explanation.
  var rank: Int { !isVague ? 0 : (state == .listen || state == .newSynRecv) && flags & 2 != 0 ? 2 : 1 }
}

extension DropEvents {
  /// What packets of a row were. Where the kernel gives no reason it is concluded, and several causes may share the row.
  func judged(_ packet: DropPacket, _ ledger: DropLedger) -> [DropJudgement] {
    func split(_ circumstance: DropReasonFacts.Circumstance?, _ count: UInt64) -> [DropJudgement] {
      var rest = packet
      rest.record.count -= count
      let others = rest.record.count > 0 ? concluded(rest, ledger) : []
      return [DropJudgement(packet: packet, circumstance: circumstance, count: count)] + others
    }
    let wrong = wrongChecksums(packet, ledger)
    if wrong > 0 { return split(Self.wrongChecksum, wrong) }
    let old = timeWaitPAWS(packet, ledger)
    if old > 0 { return split(Self.timeWaitPAWS, old) }
    let ignored = ignoredGroups(packet, ledger)
    return ignored > 0 ? split(Self.ignoredGroup, ignored) : concluded(packet, ledger)
  }

  /// How many were old timestamps for a port pair in TIME-WAIT: before 6.16 they have no reason of their own, and the counter of connections.
  private func timeWaitPAWS(_ packet: DropPacket, _ ledger: DropLedger) -> UInt64 {
    guard packet.isVague, packet.state == .timeWait, packet.function == "tcp_v4_rcv" || packet.function == "tcp_v6_rcv" else { return 0 }
    let count = packet.record.count, old = min(count, ledger.left("TcpExt.PAWSEstab"))
    return old > 0 && count - old <= edge(count) ? count : old
  }

  static let timeWaitPAWS = Knowledge.dropReason("TCP_RFC7323_TW_PAWS")?.dropReason.map {
    DropReasonFacts.Circumstance(
      $0.usual.meaning, states: [.timeWait], harm: $0.usual.harm, victim: $0.usual.victim, counters: [.init("TcpExt.PAWSEstab")],
      advice: $0.usual.advice)
  }

  private func concluded(_ packet: DropPacket, _ ledger: DropLedger) -> [DropJudgement] {
    let all = DropConclusion.candidates(packet), edge = edge(packet.record.count)
    // Events are counted from a moment before the counters are read until a moment after: that much more is the same cause.
    let (parts, left) = concluded(packet, all, ledger, edge)
    if left <= edge, !parts.isEmpty { return Self.folded(parts, left) }
    let (sure, rest) = concluded(packet, all.filter { !$0.isWeak }, ledger, edge)
    if rest <= edge, !sure.isEmpty { return Self.folded(sure, rest) }
    return sure + [DropJudgement(packet: packet, circumstance: Self.circumstance(packet), count: rest)]
  }

  private func concluded(
    _ packet: DropPacket, _ candidates: [DropConclusion], _ ledger: DropLedger, _ edge: UInt64
  ) -> (parts: [DropJudgement], left: UInt64) {
    var left = packet.record.count
    var parts: [DropJudgement] = []
    for conclusion in candidates where left > 0 {
      let key = conclusion.key(packet)
      // What no counter is needed for is no reason to tear the edge of the window off.
      if key == nil, left <= edge, !parts.isEmpty { break }
      let count = key.map { min(left, ledger.left($0)) } ?? left
      guard count > 0 else { continue }
      var concluded = packet
      concluded.isCookie = conclusion.isCookie
      if let reason = conclusion.reason { (concluded.reason, concluded.isGuessed) = (reason, true) }
      parts.append(
        DropJudgement(packet: concluded, circumstance: conclusion.circumstance ?? Self.circumstance(concluded), count: count))
      left -= count
    }
    return (parts, left)
  }

  private static func folded(_ parts: [DropJudgement], _ left: UInt64) -> [DropJudgement] {
    var parts = parts
    if let most = parts.indices.max(by: { parts[$0].count < parts[$1].count }) { parts[most].count += left }
    return parts
  }

  /// How many of so many packets may lie outside of the counters' window: reading sockets and counters takes a while, on a busy machine a long one.
  private func edge(_ count: UInt64) -> UInt64 {
    let watched = evidence.watch?.nanoseconds ?? 0, read = evidence.watch?.nanosecondsRead ?? watched
    let outside = watched > read ? Double(watched - read) / Double(watched) : 0
    return 1 + count / 20 + UInt64(Double(count) * min(outside, 0.4))
  }

  private static func circumstance(_ packet: DropPacket) -> DropReasonFacts.Circumstance? {
    (packet.reason.flatMap(DropReasonName.facts) ?? (packet.reason == nil ? unspecified : nil))?
      .circumstance(at: packet.function, state: packet.state, isSent: packet.isSent, flags: packet.flags)
  }

  private static let unspecified = Knowledge.dropReason("NOT_SPECIFIED")?.dropReason
}
