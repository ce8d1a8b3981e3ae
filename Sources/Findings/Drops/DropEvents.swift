internal import Catalog
internal import ProbeStream
internal import SockDiag
internal import Snapshot

/// What the packets of one row have in common.
struct DropKey: Hashable {
  /// Where a victim is counted together with others.
  enum Place: Hashable {
    /// A listener or datagram socket by its address; SO_REUSEPORT siblings share it.
    case bound(UInt16, IPAddress, UInt16)
    /// Connections of one service, or to one destination.
    case connections(Endpoint)
    /// One of several sockets of that end; which, is told of the first packet only.
    case shared(UInt8, IPAddress, UInt16)
    /// One connection whose socket has gone.
    case gone(UInt64)
    /// A port that is nobody's, or whose socket is not known.
    case port(UInt8, UInt16)
    /// What was sent to somewhere.
    case destination(UInt8, IPAddress)
    /// Neither address nor socket.
    case nowhere
  }
  let id: String
  let meaning: String
  let place: Place
}

/// Packets with one cause and one victim.
struct DropGroup {
  let circumstance: DropReasonFacts.Circumstance?
  /// Of the first packet.
  let packet: DropPacket
  let kind: DropVictim.Kind
  var count: UInt64 = 0
  var functions: [String: UInt64] = [:]
  private(set) var attribution: DropVictim.Attribution
  /// Sockets that the kernel named; a packet that came before the socket had a cookie is joined by address.
  private var exact: Set<UInt64> = []
  var sockets: [UInt64: (socket: InetSocket, count: UInt64)] = [:]
  var stacks: [UInt32: UInt64] = [:]
  /// By how much sk_drops should have risen with these packets.
  var expectedDrops: UInt64 = 0
  var hasIPv4 = false
  var hasIPv6 = false
  /// Addresses of our end.
  var locals: Set<IPAddress> = []
  /// How many ports it was folded of.
  var ports = 1
  /// Said instead of the circumstance's words, where counters tell more.
  var meaning: Sentence?
  var advice: Sentence?

  init(_ packet: DropPacket, _ circumstance: DropReasonFacts.Circumstance?, _ kind: DropVictim.Kind) {
    self.packet = packet
    self.circumstance = circumstance
    self.kind = kind
    attribution = packet.attribution
  }

  mutating func add(_ packet: DropPacket, count added: UInt64) {
    count += added
    functions[packet.function, default: 0] += added
    expectedDrops += added * packet.dropsShare(isOverflow: circumstance?.isOverflow ?? false)
    if packet.attribution == .exact { exact.insert(packet.record.cookie) }
    // Several candidates: each is shown, none is charged.
    for socket in packet.sockets {
      sockets[socket.cookie, default: (socket, 0)].count += packet.sockets.count == 1 ? added : 0
    }
    if packet.record.stack != 0 { stacks[packet.record.stack, default: 0] += added }
    locals.insert(packet.local)
    if packet.isIPv6 { hasIPv6 = true } else { hasIPv4 = true }
    if !exact.isEmpty, sockets.keys.allSatisfy(exact.contains) {
      attribution = .exact
    } else if packet.attribution != attribution, packet.attribution != .none {
      attribution = .inferred
    }
  }

  /// Packets of a port that nobody has: a socket that shares the number is not their victim.
  mutating func forgetSockets() {
    (sockets, attribution) = ([:], .none)
  }

  /// The victims, those with most packets first.
  var ranked: [InetSocket] {
    sockets.values.sorted { ($0.count, $1.socket.cookie) > ($1.count, $0.socket.cookie) }.map(\.socket)
  }

  /// The counters of its circumstance that its address families raise.
  var keys: [DropReasonFacts.Confirmation] {
    guard let circumstance else { return [] }
    return CounterKeys.fitting(circumstance.counters, hasIPv4: hasIPv4, hasIPv6: hasIPv6).filter {
      CounterKeys.counts($0.key, packet.record.proto)
    }
  }
}

/// Which of a reason's counters belong to which address family.
enum CounterKeys {
  static let families: Set<String> = ["Ip", "Icmp", "Udp", "UdpLite"]

  /// IPv6's twin of a counter, `Udp6.NoPorts` of `Udp.NoPorts`; nil for those that both families share.
  static func twin(_ key: String) -> String? {
    let parts = key.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, families.contains(String(parts[0])) else { return nil }
    return "\(parts[0])6.\(parts[1])"
  }

  /// Whether packets of a protocol can raise it: Ip.OutDiscards stands still for TCP, which hears of the refusal and counts it itself.
  static func counts(_ key: String, _ proto: UInt8) -> Bool {
    switch key {
    case "Ip.OutDiscards", "Ip6.OutDiscards": proto != 6
    case "TcpExt.TCPRetransFail": proto == 6
    default: true
    }
  }

  static func isIPv6(_ key: String) -> Bool { key.prefix { $0 != "." }.hasSuffix("6") }

  static func fitting(_ counters: [DropReasonFacts.Confirmation], hasIPv4: Bool, hasIPv6: Bool) -> [DropReasonFacts.Confirmation] {
    var out: [DropReasonFacts.Confirmation] = []
    var seen: Set<String> = []
    func add(_ key: String, _ isExact: Bool) { if seen.insert(key).inserted { out.append(.init(key, isExact: isExact)) } }
    for each in counters where !isIPv6(each.key) {
      if let twin = twin(each.key) {
        if hasIPv4 { add(each.key, each.isExact) }
        if hasIPv6 { add(twin, each.isExact) }
      } else if hasIPv4 || !each.key.hasPrefix("IpExt.") {
        add(each.key, each.isExact)
      }
    }
    for each in counters where isIPv6(each.key) && hasIPv6 { add(each.key, each.isExact) }
    return out
  }
}

/// Drop events by cause and victim.
struct DropEvents {
  let evidence: DropEvidence
  let packets: [DropPacket]

  init(_ evidence: DropEvidence) {
    self.evidence = evidence
    packets = evidence.watch.map { DropTable($0, evidence.readings).packets } ?? []
  }

  /// The groups; what each explains of counters and of sk_drops is taken from the ledger.
  mutating func groups(_ ledger: inout DropLedger) -> [(key: DropKey, group: DropGroup)] {
    var groups: [DropKey: DropGroup] = [:]
    for packet in packets.sorted(by: { ($0.rank, $0.record.id) < ($1.rank, $1.record.id) }) {
      for part in judged(packet, ledger) {
        let (packet, circumstance, count) = (part.packet, part.circumstance, part.count)
        let kind = kind(packet, circumstance)
        // Neighbour discovery and group membership talk to everybody: what nobody here wants of it is no loss.
        let meaning = packet.idle?.rawValue ?? circumstance?.meaning ?? packet.function
        let key = DropKey(id: id(packet, circumstance), meaning: meaning, place: place(packet, kind))
        var group = groups[key] ?? DropGroup(packet, circumstance, kind)
        group.add(packet, count: count)
        if kind == .port { group.forgetSockets() }
        groups[key] = group
        spend(packet, circumstance, count, &ledger)
      }
    }
    return groups.map { ($0.key, $0.value) }
  }

  /// How many of a closed port's datagrams had a wrong checksum: __udp6_lib_rcv() calls both NO_SOCKET. The counters tell them
  /// apart.
  func wrongChecksums(_ packet: DropPacket, _ ledger: DropLedger) -> UInt64 {
    let family = packet.isIPv6 ? "Udp6" : "Udp"
    guard packet.reason == "NO_SOCKET", packet.function == "__udp6_lib_rcv" else { return 0 }
    let count = packet.record.count, closed = min(count, ledger.left(family + ".NoPorts"))
    let wrong = min(count - closed, ledger.left(family + ".InCsumErrors"))
    // The events' window is a little longer than the counters'.
    return wrong > 0 && closed == 0 && DropBuilder.agree(wrong, count) ? count : wrong
  }

  /// How many were broadcasts or multicasts that no socket wants, which have no reason and a counter.
  func ignoredGroups(_ packet: DropPacket, _ ledger: DropLedger) -> UInt64 {
    let places = ["__udp4_lib_rcv", "__udp6_lib_rcv", "__udp4_lib_mcast_deliver", "__udp6_lib_mcast_deliver"]
    guard packet.isVague, places.contains(packet.function) else { return 0 }
    let count = packet.record.count
    let ignored = min(count, ledger.left(packet.isIPv6 ? "Udp6.IgnoredMulti" : "Udp.IgnoredMulti"))
    return ignored > 0 && DropBuilder.agree(ignored, count) ? count : ignored
  }

  static let ignoredGroup = DropReasonFacts.Circumstance(
    DropsPhrase.ignoredGroup.rawValue, harm: .benign, victim: .host, counters: [.init("Udp.IgnoredMulti")])
  static let wrongChecksum = Knowledge.dropReason("UDP_CSUM")?.dropReason?.usual

  private func id(_ packet: DropPacket, _ circumstance: DropReasonFacts.Circumstance?) -> String {
    if circumstance?.isOverflow == true { return packet.isCookieCheck ? "accept-queue-full-cookie" : "accept-queue-full-ack" }
    if packet.reason == "NO_SOCKET", circumstance?.meaning == Self.wrongChecksum?.meaning { return "udp_csum" }
    if circumstance?.meaning == Self.timeWaitPAWS?.meaning { return "tcp_rfc7323_tw_paws" }
    return packet.reason.map(DropReasonName.id) ?? "no-reason"
  }

  private func kind(_ packet: DropPacket, _ circumstance: DropReasonFacts.Circumstance?) -> DropVictim.Kind {
    if circumstance?.victim == .port { return .port }
    if let socket = packet.sockets.first {
      if socket.state == .listen { return .listener }
      if packet.isSent { return .sender }
      return socket.proto == .tcp ? .connection : .receiver
    }
    if packet.attribution == .exact { return packet.isSent ? .sender : packet.record.proto == 6 ? .connection : .receiver }
    return packet.isSent ? .sender : .host
  }

  private func place(_ packet: DropPacket, _ kind: DropVictim.Kind) -> DropKey.Place {
    let record = packet.record
    if record.isSummary { return .nowhere }
    if packet.isShared, kind != .port { return .shared(record.proto, packet.local, record.localPort) }
    if kind != .port, let socket = packet.sockets.first {
      if socket.peerPort != 0, socket.state != .listen { return .connections(Endpoint(socket, evidence.readings)) }
      return .bound(socket.proto.rawValue, socket.localAddress, socket.localPort)
    }
    if kind != .port, packet.attribution == .exact, record.cookie != 0 { return .gone(record.cookie) }
    if packet.isSent { return .destination(record.proto, packet.peer) }
    return record.localPort == 0 ? .nowhere : .port(record.proto, record.localPort)
  }

  private func spend(_ packet: DropPacket, _ circumstance: DropReasonFacts.Circumstance?, _ count: UInt64, _ ledger: inout DropLedger) {
    for each in CounterKeys.fitting(circumstance?.counters ?? [], hasIPv4: !packet.isIPv6, hasIPv6: packet.isIPv6) where each.isExact {
      ledger.spend(each.key, count)
    }
    let share = packet.dropsShare(isOverflow: circumstance?.isOverflow ?? false)
    if packet.attribution == .exact {
      ledger.spendDrops(ofCookie: packet.record.cookie, count * share)
    } else if packet.isShared, share > 0 {
      var left = count * share
      for socket in evidence.readings.now.inet.onPort(packet.record.localPort, InetProtocol(rawValue: UInt16(packet.record.proto)))
      where socket.state != .listen && left > 0 {
        let part = min(left, ledger.socketLeft(socket))
        ledger.spend(socket, part)
        left -= part
      }
    } else if packet.sockets.count == 1 {
      ledger.spend(packet.sockets[0], count * share)
    }
  }
}

extension DropReasonFacts.Circumstance {
  /// The end of a handshake that a full accept queue refuses.
  var isOverflow: Bool { victim == .listener && counters.first == .init("TcpExt.ListenOverflows") }
}

extension DropPacket {
  /// Multicast that nobody misses: ICMPv6 or IGMP, and IPv4's groups that this host has not joined, which routing turns down.
  var idle: DropsPhrase? {
    guard (isSent ? peer : local).isMulticast, sockets.isEmpty else { return nil }
    if record.proto == 58 || record.proto == 2 { return .housekeeping }
    return isUnjoined ? .unjoined : nil
  }

  /// Turned down for its group, so that it is no socket's, whatever its port.
  var isUnjoined: Bool { isVague && !isSent && local.isMulticast && ["ip_rcv_finish_core", "ip_rcv_finish"].contains(function) }

  /// A reason that says nothing, or none.
  var isVague: Bool { reason == nil || reason == "NOT_SPECIFIED" }

  /// Dropped by code that had found the socket: what a rule, a route or a queue drops before is in nobody's sk_drops.
  var isAtSocket: Bool {
    if attribution == .exact, record.attribution == .receiver { return true }
    if function.isEmpty { return !["NETFILTER", "IP_", "XFRM", "NEIGH", "QDISC"].contains { reason?.hasPrefix($0) ?? false } }
    return ["tcp_", "__tcp", "udp", "__udp", "raw", "ping", "cookie_v", "sock_queue", "__sock_queue"].contains { function.hasPrefix($0) }
  }

  /// Its socket's sk_drops rose with it.
  var isCountedAtSocket: Bool { dropsShare(isOverflow: false) > 0 }

  /// It was to end a handshake that a SYN cookie had kept.
  var isCookieCheck: Bool { isCookie || function.hasPrefix("cookie_v") }

  /// By how much sk_drops of its socket rose with each packet: a listener counts a refused third ACK in tcp_listendrop() and again in
  /// tcp_v4_rcv(), and does not count what tcp_v4_do_rcv() answers with a reset.
  func dropsShare(isOverflow: Bool) -> UInt64 {
    guard isAtSocket, !isSent else { return 0 }
    // Found before the socket was looked for.
    if function == "__udp4_lib_rcv" || function == "__udp6_lib_rcv" { return 0 }
    if reason == "TCP_CSUM", function == "tcp_v4_rcv" || function == "tcp_v6_rcv" { return 0 }
    guard state == .listen || state == .newSynRecv else { return 1 }
    if isCookieCheck { return 1 }
    if isOverflow { return 2 }
    return function == "tcp_v4_do_rcv" || function == "tcp_v6_do_rcv" ? 0 : 1
  }
}
