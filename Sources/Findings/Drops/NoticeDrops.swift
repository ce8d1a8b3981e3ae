internal import Catalog
internal import ProbeStream
internal import ProcFS
internal import SockDiag
internal import Snapshot

/// What loses data or connections without dropping a packet, and what sk_drops alone tells.
extension DropBuilder {
  mutating func addNotices() {
    addTimeWaitOverflow()
    addAbortsOnClose()
    guard !isWatched, let resets = ledger.rise("Tcp.OutRsts"), resets > 0 else { return }
    add(
      notice(
        "resets-sent", resets, ["Tcp.OutRsts", "Tcp.AttemptFails"],
        DropsPhrase.resetsSent.say(["resets": Self.number(resets, .reset, .resets)]), nil))
  }

  private func notice(
    _ id: String, _ count: UInt64, _ keys: [String], _ meaning: Sentence, _ advice: DropsPhrase?, victim: DropVictim? = nil,
    basis: DropRow.Basis = .counter, details: [Sentence] = []
  ) -> DropRow {
    DropRow(
      id: id, count: count, basis: basis, isDrop: false, harm: .loss, reason: nil, functions: [], victim: victim, meaning: meaning,
      counters: rises(keys), socketDrops: nil, details: details, capture: nil, advice: advice?.say(), stacks: [])
  }

  /// inet_twsk_alloc() refuses above tcp_max_tw_buckets; the connection is simply gone.
  private mutating func addTimeWaitOverflow() {
    guard let count = ledger.rise("TcpExt.TCPTimeWaitOverflow"), count > 0 else { return }
    add(
      notice(
        "time-wait-overflow", count, ["TcpExt.TCPTimeWaitOverflow"],
        DropsPhrase.timeWaitOverflow.say([
          "connections": Self.number(count, .connection, .connections),
          "limit": readings.now.sysctls["net.ipv4.tcp_max_tw_buckets"] ?? "?",
        ]), .timeWaitAdvice))
  }

  private func closedUnread(
    _ count: UInt64, _ victim: DropVictim?, basis: DropRow.Basis = .counter, details: [Sentence] = []
  ) -> DropRow {
    notice(
      "closed-with-unread-data", count, ["TcpExt.TCPAbortOnClose"],
      DropsPhrase.abortOnClose.say(["connections": Self.number(count, .connection, .connections)]), .abortOnCloseAdvice, victim: victim,
      basis: basis, details: details)
  }

  /// Closed with unread data: the side-car names the ports and who closed; the rest is counted.
  private mutating func addAbortsOnClose() {
    let told = addToldAborts()
    guard let count = ledger.rise("TcpExt.TCPAbortOnClose"), count > told else { return }
    let left = count - told
    // The events' window is a little longer than the counters', and those of another name are rare.
    guard told == 0 || left > 1 + count / 20 else { return }
    let victim = likelyAborts()
    add(closedUnread(left, victim, details: victim == nil ? [DropsPhrase.abortUnnamed.say()] : []))
  }

  /// What the side-car saw, a row for each port that somebody serves, and for each program and peer beside; how many in all.
  private mutating func addToldAborts() -> UInt64 {
    struct Closer: Hashable {
      let endpoint: Endpoint
      let pid: UInt32
    }
    var groups: [Closer: (first: DropRecord, form: InetSocket, count: UInt64, ports: Int)] = [:]
    var all: UInt64 = 0
    for row in evidence.watch?.rows ?? [] where row.source == .closedUnread && !row.isSummary {
      all += row.count
      let local = IPAddress(row.local), peer = IPAddress(row.firstPeer)
      guard let form = InetSocket.packet(proto: 6, local: local, localPort: row.localPort, peer: peer, peerPort: row.firstPeerPort) else {
        continue
      }
      // The listener may have ended with the program.
      let isServed = !readings.now.inet.listeners(for: form).isEmpty || !(readings.before?.inet.listeners(for: form).isEmpty ?? true)
      let endpoint: Endpoint = isServed ? .server(port: row.localPort) : .peer(peer.unmapped, row.firstPeerPort)
      groups[Closer(endpoint: endpoint, pid: isServed ? 0 : row.processID), default: (row, form, 0, 0)].count += row.count
      groups[Closer(endpoint: endpoint, pid: isServed ? 0 : row.processID)]?.ports += 1
    }
    for (closer, group) in groups {
      let name = String(decoding: group.first.processName, as: UTF8.self)
      let process = group.first.processID == 0 ? nil : (pid: group.first.processID, name: name)
      let victim = DropVictim(
        kind: .connection, attribution: .exact, text: closed(closer.endpoint, process, group.form), sockets: [],
        count: Int(clamping: group.count), port: group.first.localPort, process: process)
      add(closedUnread(group.count, victim, basis: .event), packet: group.form)
    }
    return all
  }

  private func closed(_ endpoint: Endpoint, _ process: (pid: UInt32, name: String)?, _ form: InetSocket) -> Sentence {
    if let process {
      let owner = WhoPhrase.process.say(["name": process.name, "pid": process.pid])
      return DropVictimPhrase.closed.say(["owner": owner, "endpoint": endpoint.words])
    }
    if let listener = readings.now.inet.listeners(for: form).first {
      return DropVictimPhrase.closed.say(["owner": Who.holds(listener, readings), "endpoint": endpoint.words])
    }
    return DropVictimPhrase.closedByNobody.say(["endpoint": endpoint.words])
  }

  /// Without events: the connections that had unread data before and are gone now are the likely ones.
  private func likelyAborts() -> DropVictim? {
    var here: Set<UInt64> = []
    for socket in readings.now.inet.sockets { here.insert(socket.cookie) }
    let gone = (readings.before?.inet.sockets ?? []).filter {
      $0.proto == .tcp && ($0.state == .established || $0.state == .closeWait) && $0.receiveQueue > ($0.state == .closeWait ? 1 : 0)
        && !here.contains($0.cookie)
    }
    let ports = Set(gone.map(\.localPort))
    guard let port = ports.first, ports.count == 1, let first = gone.first else { return nil }
    let listener = readings.now.inet.listeners(for: first).first
    let text =
      listener.map { DropVictimPhrase.vanished.say(["port": port, "owner": Who.holds($0, readings)]) }
      ?? DropVictimPhrase.connectionAlone.say(["proto": first.proto.name, "connection": Words.connection(first, readings)])
    return DropVictim(
      kind: .connection, attribution: .inferred, text: text, sockets: Array(gone.prefix(Pile.kept)), count: gone.count, port: port)
  }

  /// sk_drops that rose and that neither an event nor a counter explains.
  mutating func addSocketDrops() {
    var shares: [DropKey.Place: (sockets: [InetSocket], drops: UInt64)] = [:]
    for socket in readings.now.inet.sockets {
      let drops = ledger.socketOpen(socket)
      guard drops > 0 else { continue }
      let place: DropKey.Place =
        socket.peerPort != 0
        ? .connections(Endpoint(socket, readings)) : .bound(socket.proto.rawValue, socket.localAddress, socket.localPort)
      var share = shares[place] ?? ([], 0)
      share.sockets.append(socket)
      share.drops += drops
      shares[place] = share
    }
    for share in shares.values {
      let first = share.sockets[0]
      let isListener = first.state == .listen && first.proto == .tcp
      let victim = victim(
        of: share.sockets, first: first, kind: isListener ? .listener : first.proto == .tcp ? .connection : .receiver,
        attribution: .socketDrops)
      // TCP counts late duplicates there too, and the peer repeats what is really lost; a datagram socket loses what it counts.
      add(
        DropRow(
          id: "sk-drops", count: share.drops, basis: .socketDrops, isDrop: true, harm: first.proto == .tcp ? .benign : .loss, reason: nil,
          functions: [], victim: victim,
          meaning: (isListener ? DropsPhrase.listenerDrops : first.proto == .tcp ? .connectionDrops : .socketDrops).say(), counters: [],
          socketDrops: share.drops, details: [], capture: nil, advice: nil, stacks: []))
    }
  }
}
