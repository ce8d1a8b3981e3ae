internal import Catalog
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
    _ id: String, _ count: UInt64, _ keys: [String], _ meaning: Sentence, _ advice: DropsPhrase?, victim: DropVictim? = nil
  ) -> DropRow {
    DropRow(
      id: id, count: count, basis: .counter, isDrop: false, harm: .loss, reason: nil, functions: [], victim: victim, meaning: meaning,
      counters: rises(keys), socketDrops: nil, details: [], capture: nil, advice: advice?.say(), stacks: [])
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

  /// Closed with unread data: the connections that had some before and are gone now are the likely ones.
  private mutating func addAbortsOnClose() {
    guard let count = ledger.rise("TcpExt.TCPAbortOnClose"), count > 0 else { return }
    var here: Set<UInt64> = []
    for socket in readings.now.inet.sockets { here.insert(socket.cookie) }
    let gone = (readings.before?.inet.sockets ?? []).filter {
      $0.proto == .tcp && ($0.state == .established || $0.state == .closeWait) && $0.receiveQueue > ($0.state == .closeWait ? 1 : 0)
        && !here.contains($0.cookie)
    }
    let ports = Set(gone.map(\.localPort))
    var victim: DropVictim?
    if let port = ports.first, ports.count == 1, let first = gone.first {
      let listener = readings.now.inet.listeners(for: first).first
      let text =
        listener.map { DropVictimPhrase.vanished.say(["port": port, "owner": Who.holds($0, readings)]) }
        ?? DropVictimPhrase.connectionAlone.say(["proto": first.proto.name, "connection": Words.connection(first, readings)])
      victim = DropVictim(
        kind: .connection, attribution: .inferred, text: text, sockets: Array(gone.prefix(Pile.kept)), count: gone.count, port: port)
    }
    add(
      notice(
        "closed-with-unread-data", count, ["TcpExt.TCPAbortOnClose"],
        DropsPhrase.abortOnClose.say(["connections": Self.number(count, .connection, .connections)]), .abortOnCloseAdvice, victim: victim))
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
          functions: [], victim: victim, meaning: (isListener ? DropsPhrase.listenerDrops : .socketDrops).say(), counters: [],
          socketDrops: share.drops, details: [], capture: nil, advice: nil, stacks: []))
    }
  }
}
