internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum DatagramPhrase: String, PhraseTable {
  static var room: String { "card.datagram" }
  case title = "{proto} {endpoint} ({reach})"
  case titleConnected = "{proto} {connection} (connected)"
  case titleRaw = "raw {address}, IP protocol {number} ({reach})"
  case receiveLabel = "receive queue"
  case receive = "{used} of memory in use, limit {limit}"
  case receiveFull = "{used} of memory in use, limit {limit}   FULL: what arrives now is dropped"
  case receiveNoLimit = "{used} of memory in use"
  case receiveEmpty = "empty"
  case receiveMeaning = "Recv-Q is memory, not payload: a datagram of one byte takes several hundred (sk_rmem_alloc against sk_rcvbuf)"
  case sendLabel = "send queue"
  case send = "{used} of memory on its way to the device (Send-Q is memory: sk_wmem_alloc)"
  case dropsLabel = "drops"
  case drops = "{count} since this socket was opened (sk_drops)"
  case dropsStill = "{count} since this socket was opened (sk_drops), +{delta} in the last {interval}: still happening"
  case dropsQuiet = "{count} since this socket was opened (sk_drops), none in the last {interval}"
  case dropsNone = "none since this socket was opened"
  case dropsKinds = "receive buffer full, bad checksum, a socket filter: sk_drops does not tell which"
  case peerLabel = "peer"
  case connected = "{peer} only: datagrams from others are not for this socket; ICMP errors reach it (ECONNREFUSED)"
  case unconnected = "any: not connected, each datagram names its peer; ICMP errors reach it only with IP_RECVERR"
  case sharedLabel = "same port"
  case shared = "other unconnected sockets on this address: {count}. SO_REUSEPORT spreads by hash, else the last one bound gets unicast"
  case sharedOwners = "{list}"
  case rawMeaning = "a copy of every packet of this IP protocol that is addressed to this host"
  case adviceReader =
    "{name} reads more slowly than datagrams arrive; a larger SO_RCVBUF (net.core.rmem_max {max}) only helps against bursts"
  case adviceAsleep = "{name} does not read: {doing}"
}

/// The card of a UDP, UDP-Lite or raw socket.
enum DatagramCard {
  static func card(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    let isConnected = !socket.peerAddress.isAny || socket.peerPort != 0
    var lines = [receive(socket)]
    if let drops = drops(socket, evidence) { lines.append(drops) }
    if socket.sendQueue > 0 {
      lines.append(CardLine(DatagramPhrase.sendLabel.say(), DatagramPhrase.send.say(["used": Counted.bytes(socket.sendQueue)])))
    }
    if socket.proto == .raw {
      lines.append(CardLine(DatagramPhrase.peerLabel.say(), DatagramPhrase.rawMeaning.say()))
    } else {
      lines.append(
        CardLine(
          DatagramPhrase.peerLabel.say(),
          (isConnected ? DatagramPhrase.connected : .unconnected).say(["peer": Who.peer(socket)])))
      if !isConnected, let shared = shared(socket, evidence) { lines.append(shared) }
    }
    let processes = Who.records(of: socket, evidence)
    if socket.receiveQueue > 0 || isDropping(socket, evidence) { lines += ProcessLines.lines(processes, evidence) }
    return Card(
      socket: socket, title: title(socket, isConnected, evidence), owner: OwnerWords.sentence(socket, evidence), lines: lines,
      advice: advice(socket, processes, evidence))
  }

  static func title(_ socket: InetSocket, _ isConnected: Bool, _ evidence: Evidence) -> Sentence {
    let reach = Reach.words(socket, evidence)
    if socket.proto == .raw {
      return DatagramPhrase.titleRaw.say([
        "address": socket.localAddress, "number": socket[.rawProtocol] ?? UInt64(socket.localPort), "reach": reach,
      ])
    }
    return isConnected
      ? DatagramPhrase.titleConnected.say(["proto": socket.proto.name, "connection": Words.connection(socket, evidence)])
      : DatagramPhrase.title.say(["proto": socket.proto.name, "endpoint": Who.local(socket), "reach": reach])
  }

  static func receive(_ socket: InetSocket) -> CardLine {
    let label = DatagramPhrase.receiveLabel.say()
    let used = Int(socket[.sk_rmem_alloc] ?? UInt64(socket.receiveQueue))
    guard used > 0 else { return CardLine(label, DatagramPhrase.receiveEmpty.say()) }
    let details = [DatagramPhrase.receiveMeaning.say()]
    guard let limit = socket[.sk_rcvbuf], limit > 0 else {
      return CardLine(label, DatagramPhrase.receiveNoLimit.say(["used": Counted.bytes(used)]), details: details)
    }
    let isFull = used > Int(limit)
    let fill = Double(used) / Double(limit)
    return CardLine(
      label,
      (isFull ? DatagramPhrase.receiveFull : .receive).say(["used": Counted.bytes(used), "limit": Counted.bytes(limit)]), details: details,
      fill: fill, emphasis: isFull ? .bad : fill >= 0.75 ? .warning : .plain)
  }

  static func dropsDelta(_ socket: InetSocket, _ evidence: Evidence) -> UInt64? {
    guard let now = socket[.sk_drops], let old = evidence.previous(socket)?[.sk_drops], now >= old else { return nil }
    return now - old
  }

  static func isDropping(_ socket: InetSocket, _ evidence: Evidence) -> Bool { (dropsDelta(socket, evidence) ?? 0) > 0 }

  static func drops(_ socket: InetSocket, _ evidence: Evidence) -> CardLine? {
    guard let count = socket[.sk_drops] else { return nil }
    let label = DatagramPhrase.dropsLabel.say()
    guard count > 0 else { return CardLine(label, DatagramPhrase.dropsNone.say()) }
    let details = [DatagramPhrase.dropsKinds.say()] + (socket.proto == .udp ? [evidence.rise("Udp.RcvbufErrors")].compactMap { $0 } : [])
    guard let delta = dropsDelta(socket, evidence), let interval = evidence.intervalMilliseconds else {
      return CardLine(label, DatagramPhrase.drops.say(["count": count]), details: details, emphasis: .warning)
    }
    let time = Durations.words(milliseconds: interval)
    return delta > 0
      ? CardLine(
        label, DatagramPhrase.dropsStill.say(["count": count, "delta": delta, "interval": time]), details: details, emphasis: .bad)
      : CardLine(label, DatagramPhrase.dropsQuiet.say(["count": count, "interval": time]), details: details)
  }

  static func shared(_ socket: InetSocket, _ evidence: Evidence) -> CardLine? {
    let others = evidence.now.inet.onPort(socket.localPort, socket.proto).filter {
      $0.cookie != socket.cookie && $0.peerPort == 0 && $0.localAddress == socket.localAddress && $0.interface == socket.interface
    }
    guard !others.isEmpty, socket.localPort != 0 else { return nil }
    let owners = Words.ranking(others.map { Who.holds($0, evidence).description })
    return CardLine(
      DatagramPhrase.sharedLabel.say(), DatagramPhrase.shared.say(["count": others.count]),
      details: [DatagramPhrase.sharedOwners.say(["list": owners])])
  }

  static func advice(_ socket: InetSocket, _ processes: [ProcessRecord], _ evidence: Evidence) -> [Sentence] {
    let used = socket[.sk_rmem_alloc] ?? UInt64(socket.receiveQueue)
    guard let process = processes.first, let limit = socket[.sk_rcvbuf], isDropping(socket, evidence) || used > limit else { return [] }
    if Serving.of(process).isBlocked {
      return [DatagramPhrase.adviceAsleep.say(["name": process.name, "doing": ProcessLines.doing(process)])]
    }
    guard let max = evidence.now.sysctls.number(.rmemMax) else { return [] }
    return [DatagramPhrase.adviceReader.say(["name": process.name, "max": max])]
  }
}
