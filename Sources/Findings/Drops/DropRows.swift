internal import Catalog
internal import ProbeStream
internal import ProcFS
internal import SockDiag
internal import Snapshot

extension DropBuilder {
  /// How many ports of nobody, or hosts, get a row of their own; the rest is one row.
  static let alone = 3
  /// From how many ports of nobody on it looks like a scan.
  static let scan = 20

  /// Rows of the groups; many of one cause without a socket are folded: a scan of 1,000 ports is one cause.
  mutating func addEvents(_ groups: [(key: DropKey, group: DropGroup)]) {
    var loose: [String: [(key: DropKey, group: DropGroup)]] = [:]
    for each in groups {
      switch each.key.place {
      case .port, .destination, .gone: loose[each.key.id + each.key.meaning, default: []].append(each)
      default: add(row(each.group, id: each.key.id, victim: victim(each.group)), packet: each.group.packet.asSocket)
      }
    }
    for each in loose.values {
      let sorted = each.sorted { ($0.group.count, $1.group.packet.record.id) > ($1.group.count, $0.group.packet.record.id) }
        .filter { isWanted($0.group) }
      let cut = Self.cut(sorted.map(\.group.count))
      for one in sorted.prefix(cut) {
        add(row(one.group, id: one.key.id, victim: victim(one.group)), packet: one.group.packet.asSocket)
      }
      guard let first = sorted.dropFirst(cut).first else { continue }
      var merged = first.group
      for other in sorted.dropFirst(cut + 1) { merged.absorb(other.group) }
      let rest = DropVictim(
        kind: merged.kind, attribution: .none, text: several(sorted.dropFirst(cut).map(\.group), isAll: cut == 0), sockets: [],
        count: sorted.count - cut, port: 0)
      add(row(merged, id: first.key.id, victim: rest), packet: first.group.packet.asSocket)
    }
  }

  /// How many of the counts, sorted, get a row of their own: few, or those that stand out.
  private static func cut(_ counts: [UInt64]) -> Int {
    guard counts.count > alone + 1 else { return counts.count }
    return counts.prefix(alone).count { $0 > 2 * counts[alone] }
  }

  /// The filter is asked before rows are folded.
  private mutating func isWanted(_ group: DropGroup) -> Bool {
    guard let isWanted = evidence.isWanted else { return true }
    if group.packet.asSocket.map(isWanted) ?? false { return true }
    filteredOut += 1
    return false
  }

  private func several(_ groups: [DropGroup], isAll: Bool) -> Sentence {
    let isDestination = groups.first?.packet.isSent ?? false
    var names: [String] = []
    for group in groups.prefix(3) {
      let name = isDestination ? group.packet.peer.description : String(group.packet.record.localPort)
      if !names.contains(name) { names.append(name) }
    }
    let phrase: DropVictimPhrase =
      isDestination ? (isAll ? .allDestinations : .destinations) : isAll ? .allPorts : .ports
    return phrase.say([
      "count": groups.count, "list": names.joined(separator: ", "), "peer": groups.first?.packet.peer.description ?? "",
    ])
  }

  func row(_ group: DropGroup, id: String, victim: DropVictim?) -> DropRow {
    let circumstance = group.circumstance
    let drops = group.ranked.prefix(64).reduce(UInt64(0)) { $0 + ledger.socketRise($1) }
    var details: [Sentence] = []
    if let peer = firstPeer(group) { details.append(peer) }
    if group.packet.isGuessed { details.append(DropsPhrase.guessed.say()) }
    if id == "udp_csum", group.packet.reason == "NO_SOCKET" { details.append(DropsPhrase.misleadingChecksum.say()) }
    if id == "accept-queue-full-cookie", group.packet.reason == "NO_SOCKET" { details.append(DropsPhrase.misleading.say()) }
    if victim?.kind == .listener, id.hasPrefix("accept-queue-full"), let listener = group.ranked.first {
      details.append(queue(listener))
    }
    let (meaning, advice) = told(group)
    return DropRow(
      id: id, count: group.count, basis: .event, isDrop: true, harm: group.packet.idle != nil ? .benign : circumstance?.harm ?? .loss,
      reason: group.packet.reason,
      functions: group.functions.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key).filter { !$0.isEmpty },
      victim: victim, meaning: meaning,
      counters: rises(group.keys + (isAborting(group) ? [.init("Tcp.OutRsts", isExact: false)] : [])),
      socketDrops: group.sockets.isEmpty || drops == 0 || group.expectedDrops == 0 ? nil : drops,
      socketDropsAreExact: Self.agree(drops, group.expectedDrops), details: details,
      capture: resolved(circumstance, isSent: group.packet.isSent), advice: advice, stacks: stacks(group),
      isSummary: group.packet.record.isSummary)
  }

  /// With whom a socket was that talks to everybody.
  private func firstPeer(_ group: DropGroup) -> Sentence? {
    let packet = group.packet
    guard let socket = group.ranked.first, socket.peerPort == 0, packet.record.firstPeerPort != 0, packet.idle == nil, !packet.isShared
    else { return nil }
    let phrase: DropsPhrase =
      group.count == 1 ? (packet.isSent ? .sentTo : .cameFrom) : packet.isSent ? .firstSentTo : .firstCameFrom
    return phrase.say(["peer": Who.endpoint(packet.peer, packet.record.firstPeerPort)])
  }

  /// Sockets and events are not read in one instant.
  static func agree(_ one: UInt64, _ other: UInt64) -> Bool { max(one, other) - min(one, other) <= 1 + max(one, other) / 20 }

  /// A forwarded packet that is dropped on the way out was shown as it came in.
  private func resolved(_ circumstance: DropReasonFacts.Circumstance?, isSent: Bool) -> DropReasonFacts.Capture? {
    guard let circumstance else { return nil }
    if circumstance.capture == .hidden, circumstance.victim == .sender { return isSent ? .hidden : .shown }
    return circumstance.capture == .receivedOnly ? (isSent ? .hidden : .shown) : circumstance.capture
  }

  /// What is said of it. A listener's stray ACKs have three common causes that counters tell apart.
  private func told(_ group: DropGroup) -> (Sentence, Sentence?) {
    if let idle = group.packet.idle { return (idle.say(), nil) }
    if group.kind == .port, group.ports >= Self.scan {
      return (DropsPhrase.text.say(["text": group.circumstance?.meaning ?? ""]), DropsPhrase.scanAdvice.say())
    }
    guard let circumstance = group.circumstance else {
      let reason = group.packet.reason ?? ""
      return ((reason.isEmpty ? DropsPhrase.noReason : .unknownReason).say(["reason": reason]), nil)
    }
    if isAborting(group) {
      return (DropsPhrase.abortOnOverflow.say(), DropsPhrase.acceptAdvice.say())
    }
    if group.packet.reason == "TCP_FLAGS", group.kind == .listener, group.packet.flags & 16 != 0 {
      if let killed = ledger.rise("TcpExt.TCPTimeWaitOverflow"), killed > 0 {
        return (DropsPhrase.lostTimeWait.say(["count": killed]), DropsPhrase.lostTimeWaitAdvice.say())
      }
      if let failed = ledger.rise("TcpExt.SyncookiesFailed"), failed > 0 {
        return (DropsPhrase.badCookie.say(["count": failed]), DropsPhrase.badCookieAdvice.say())
      }
    }
    return (DropsPhrase.text.say(["text": circumstance.meaning]), circumstance.advice.map { DropsPhrase.text.say(["text": $0]) })
  }

  /// A handshake refused with a reset. A cookie's end is refused in silence whatever the setting says.
  private func isAborting(_ group: DropGroup) -> Bool {
    group.circumstance?.isOverflow == true && !group.packet.isCookieCheck
      && readings.now.sysctls.number("net.ipv4.tcp_abort_on_overflow") == 1
  }

  private func stacks(_ group: DropGroup) -> [(count: UInt64, frames: [String])] {
    guard let known = evidence.watch?.stacks else { return [] }
    return group.stacks.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(Self.alone).compactMap { id, count in
      known[id].map { (count, $0) }
    }
  }

  /// `6 waiting, limit 5` as it stands at the end.
  func queue(_ listener: InetSocket) -> Sentence {
    let now = readings.now.inet.onPort(listener.localPort, .tcp).first { $0.cookie == listener.cookie } ?? listener
    return DropsPhrase.queue.say(["waiting": now.receiveQueue, "limit": now.acceptLimitText])
  }
}

extension DropGroup {
  mutating func absorb(_ other: DropGroup) {
    count += other.count
    functions.merge(other.functions, uniquingKeysWith: +)
    sockets.merge(other.sockets) { ($0.socket, $0.count + $1.count) }
    stacks.merge(other.stacks, uniquingKeysWith: +)
    expectedDrops += other.expectedDrops
    ports += other.ports
    locals.formUnion(other.locals)
    hasIPv4 = hasIPv4 || other.hasIPv4
    hasIPv6 = hasIPv6 || other.hasIPv6
  }
}
