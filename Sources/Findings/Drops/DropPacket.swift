public import Catalog
internal import ProbeStream
internal import ProcFS
public import SockDiag
internal import Snapshot

extension IPAddress {
  /// An address of the side-car's stream.
  init(_ address: ProbeAddress) { self.init(high: address.high, low: address.low, isIPv6: address.isIPv6) }
}

extension InetSocket {
  /// Addresses of a packet or an event in a socket's form (struct inet_diag_msg, its header alone), for filters and joins; our end is the local
  /// one. nil never happens for 72 bytes.
  public static func packet(
    proto: UInt16, local: IPAddress, localPort: UInt16, peer: IPAddress, peerPort: UInt16, state: TCPState = .close, cookie: UInt64 = 0
  ) -> InetSocket? {
    var bytes = [UInt8](repeating: 0, count: headerSize)
    func put(_ value: UInt64, _ at: Int, _ width: Int) {
      for index in 0..<width { bytes[at + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (width - 1 - index))) }
    }
    bytes[0] = local.isIPv6 || peer.isIPv6 ? 10 : 2
    bytes[1] = state.rawValue
    put(UInt64(localPort), 4, 2)
    put(UInt64(peerPort), 6, 2)
    put(local.high, 8, 8)
    put(local.low, 16, 8)
    put(peer.high, 24, 8)
    put(peer.low, 32, 8)
    // The only number that is not in network order.
    put(cookie.byteSwapped, 44, 8)
    return try? InetSocket(bytes, proto: InetProtocol(rawValue: proto))
  }
}

/// One row of the side-car's table with its reason by name, and the socket it was joined to.
struct DropPacket {
  var record: DropRecord
  /// Without SKB_DROP_REASON_; nil when this kernel tells none and the place does not either.
  var reason: String?
  /// The reason is concluded from the place, and from counters.
  var isGuessed = false
  /// A SYN cookie had kept its handshake, as is concluded.
  var isCookie = false
  var sockets: [InetSocket] = []
  var attribution = DropVictim.Attribution.none
  /// Other sockets of that end may share its row: the side-car tells only the first peer of packets without a cookie.
  var isShared = false

  var isSent: Bool { record.direction == .sent }
  var local: IPAddress { IPAddress(record.local) }
  var peer: IPAddress { IPAddress(record.firstPeer) }
  /// Function without what the compiler appended.
  var function: String { String(record.function.prefix { $0 != "." }) }
  var flags: UInt8 { record.proto == 6 ? record.tcpFlags : 0 }
  var isIPv6: Bool { record.ethernetProtocol == 0x86dd }

  /// State of the socket that was to receive it, as the kernel told it; of a join by address the socket's present one.
  var state: TCPState? {
    if record.socketState != 0 { return TCPState(rawValue: record.socketState) }
    return sockets.first?.state
  }

  /// The packet in a socket's form.
  var asSocket: InetSocket? {
    InetSocket.packet(
      proto: UInt16(record.proto), local: local, localPort: record.localPort, peer: peer, peerPort: record.firstPeerPort)
  }
}

/// The rows of the stream made ready: named, each packet once, joined to sockets.
struct DropTable {
  let watch: DropWatch
  let readings: Evidence
  private let byCookie: [UInt64: InetSocket]
  private let ledger: DropLedger

  init(_ watch: DropWatch, _ readings: Evidence) {
    self.watch = watch
    self.readings = readings
    ledger = DropLedger(readings)
    var wanted = Set(watch.rows.map(\.cookie))
    wanted.remove(0)
    var found: [UInt64: InetSocket] = [:]
    if !wanted.isEmpty {
      // The later reading wins; one that is gone is found in the earlier.
      for snapshot in [readings.now, readings.before].compactMap({ $0 }) {
        for socket in snapshot.inet.sockets where wanted.contains(socket.cookie) && found[socket.cookie] == nil {
          found[socket.cookie] = socket
        }
      }
    }
    byCookie = found
  }

  /// Every packet of kfree_skb once.
  var packets: [DropPacket] { once().map(named).map(joined) }

  /// The tracepoints udp_fail_queue_rcv_skb and tcp_bad_csum tell of packets that kfree_skb tells too. They are needed where they know more: the
  /// first the socket (before 6.11), both the reason (before 5.17). Then they take the place of as many packets of kfree_skb.
  func once() -> [DropRecord] {
    var rows = watch.rows.filter { $0.source == .kfree && $0.count > 0 }
    var better = watch.rows.filter { $0.source == .udpQueue && !watch.tellsReceivers }
    better += watch.rows.filter { $0.source == .badChecksum && !watch.tellsReasons }
    for extra in better {
      var left = extra.count
      var row = extra
      for index in rows.indices where left > 0 && Self.isSame(rows[index], extra) {
        let taken = min(left, rows[index].count)
        if row.function.isEmpty { row.function = rows[index].function }
        rows[index].count -= taken
        left -= taken
      }
      // Both tracepoints count a packet, and the table is read between the two.
      let edge = extra.source == .udpQueue && left == 0 ? 1 + extra.count / 20 : 0
      for index in rows.indices where rows[index].count <= edge && Self.isSame(rows[index], extra) {
        row.count += rows[index].count
        rows[index].count = 0
      }
      row.count -= left
      rows.append(row)
    }
    return rows.filter { $0.count > 0 }
  }

  /// Whether a row of kfree_skb holds the packets of one of the other tracepoints.
  private static func isSame(_ row: DropRecord, _ extra: DropRecord) -> Bool {
    guard row.source == .kfree, !row.isSummary, row.proto == extra.proto, row.localPort == extra.localPort || extra.localPort == 0 else {
      return false
    }
    let function = String(row.function.prefix { $0 != "." })
    return (extra.source == .udpQueue ? udpQueuePlaces : checksumPlaces).contains(function)
  }

  private static let udpQueuePlaces: Set<String> = [
    "udp_queue_rcv_one_skb", "udpv6_queue_rcv_one_skb", "__udp_queue_rcv_skb", "__udpv6_queue_rcv_skb", "udp_queue_rcv_skb",
    "udpv6_queue_rcv_skb",
  ]
  private static let checksumPlaces: Set<String> = ["tcp_v4_rcv", "tcp_v6_rcv", "tcp_v4_do_rcv", "tcp_v6_do_rcv", "tcp_rcv_established"]

  private func named(_ record: DropRecord) -> DropPacket {
    switch record.source {
    case .udpQueue: return DropPacket(record: record, reason: record.reason == 12 ? "SOCKET_RCVBUFF" : "PROTO_MEM")
    case .badChecksum: return DropPacket(record: record, reason: "TCP_CSUM")
    // No packet: `once` leaves it out.
    case .closedUnread: return DropPacket(record: record)
    case .kfree:
      var packet = DropPacket(record: record)
      if watch.tellsReasons, record.reason != 0 {
        packet.reason = DropReasonName.text(record.reason, watch.reasons, on: Release(readings.now.kernel.release))
      }
      if packet.isVague, let reason = DropConclusion.reason(at: packet.function, isSent: packet.isSent) {
        (packet.reason, packet.isGuessed) = (reason, true)
      }
      return packet
    }
  }

  /// rx_sk, then the addresses with the lookup of a listener or receiver, then the sender.
  private func joined(_ packet: DropPacket) -> DropPacket {
    var packet = packet
    let record = packet.record
    if record.cookie != 0, record.attribution != .none {
      packet.attribution = .exact
      if let socket = byCookie[record.cookie] { packet.sockets = [socket] }
      return packet
    }
    guard !record.isSummary, !packet.isUnjoined, record.localPort != 0, let form = packet.asSocket else { return packet }
    packet.sockets = packet.isSent ? senders(packet, form) : receivers(packet, form)
    packet.attribution = packet.sockets.isEmpty ? .none : packet.sockets.count == 1 ? .inferred : .ambiguous
    packet.isShared = isShared(packet, form)
    guard packet.isShared, packet.isCountedAtSocket else { return packet }
    // Before 6.11 the segments that a connection itself refuses; sk_drops tell which one it was.
    let risen = rivals(of: nil, form, in: readings.now).filter { ledger.socketRise($0) > 0 }
    if risen.count == 1 { (packet.sockets, packet.isShared) = (risen, false) }
    return packet
  }

  /// Whether others than the one that the first packet was of can have had some of them.
  private func isShared(_ packet: DropPacket, _ form: InetSocket) -> Bool {
    guard packet.record.count > 1, packet.sockets.count == 1, let one = packet.sockets.first, one.state != .listen else { return false }
    // Of one that has no peer only a connected one of its end takes a part, which comes first.
    let snapshots = [readings.now, readings.before].compactMap { $0 }
    if snapshots.contains(where: { !rivals(of: one, form, in: $0).isEmpty }) { return true }
    // Connections that came and went within the window.
    guard form.proto == .tcp, !packet.isSent, readings.now.inet.isServerSide(one) else { return false }
    return (readings.now.counters["Tcp.PassiveOpens"] ?? 0) != (readings.before?.counters["Tcp.PassiveOpens"] ?? 0)
  }

  /// Other sockets of an end than listeners.
  private func rivals(of one: InetSocket?, _ form: InetSocket, in snapshot: Snapshot) -> [InetSocket] {
    snapshot.inet.onPort(form.localPort, form.proto).filter {
      $0.cookie != one?.cookie && $0.state != .listen && ($0.peerPort != 0 || one?.peerPort != 0)
        && ($0.localAddress.isAny || $0.localAddress.unmapped == form.localAddress.unmapped)
    }
  }

  /// The connection of these addresses, else the listener or datagram socket that the kernel would choose.
  private func receivers(_ packet: DropPacket, _ form: InetSocket) -> [InetSocket] {
    let inet = readings.now.inet
    // A raw socket's copy of a packet is not the other sockets' packet.
    if packet.function.hasPrefix("raw") { return [] }
    if form.proto == .tcp {
      // A SYN alone is for the listener; anything else for the connection, if these addresses have one.
      if packet.flags & 18 != 2, let connection = inet.onPort(form.localPort, .tcp).first(where: { Self.isEnd($0, form) }) {
        // A request has no drops of its own: its packets are counted at the listener.
        if connection.isMiniSocket, connection.state == .synRecv { return inet.listeners(for: connection) }
        return [connection]
      }
      return inet.listeners(for: form)
    }
    let open = inet.onPort(form.localPort, form.proto).filter { $0.peerPort == 0 || Self.isEnd($0, form) }
    let fitting = open.filter { InetIndex.covers($0, form) }
    // A connected socket before a bound one, an address before the wildcard.
    func score(_ socket: InetSocket) -> Int { (socket.peerPort != 0 ? 8 : 0) + InetIndex.score(socket, form) }
    let best = fitting.map(score).max()
    return fitting.filter { score($0) == best }
  }

  private func senders(_ packet: DropPacket, _ form: InetSocket) -> [InetSocket] {
    let open = readings.now.inet.onPort(form.localPort, form.proto)
    if let exact = open.first(where: { Self.isEnd($0, form) }) { return [exact] }
    return open.filter { $0.peerPort == 0 && InetIndex.covers($0, form) && $0.state != .listen }
  }

  private static func isEnd(_ socket: InetSocket, _ form: InetSocket) -> Bool {
    socket.peerPort == form.peerPort && socket.peerPort != 0 && socket.peerAddress.unmapped == form.peerAddress.unmapped
      && (socket.localAddress.unmapped == form.localAddress.unmapped || socket.localAddress.isAny)
  }
}
