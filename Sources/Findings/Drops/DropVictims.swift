internal import Catalog
internal import ProbeStream
internal import SockDiag
internal import Snapshot

/// Who was hurt, in words. Names in them come from outside; the renderer escapes them.
enum DropVictimPhrase: String, PhraseTable {
  static var room: String { "drops.victim" }
  case bound = "{proto} {local} of {owner}"
  case siblings = "{victim} and {count} more of that address"
  case connection = "{proto} {connection} of {owner}"
  case connectionAlone = "{proto} {connection}"
  case connections = "{proto}, {count} connections of {endpoint}, such as {first}"
  case connectionsOf = "{proto}, {count} connections of {owner} with {endpoint}"
  case closed = "connections of {owner} with {endpoint}"
  case closedByNobody = "connections with {endpoint}"
  case shared = "{proto} {local} of {owner}, with {peer} and perhaps others"
  case gone = "{proto} {local} ← {peer}, gone since"
  case goneTo = "{proto} {local} → {peer}, gone since"
  case served = "{victim} (port {port}: {owner})"
  case port = "{proto} port {port}, nobody's; first from {peer} to {local}"
  case ports = "{count} other ports: {list}, …; first from {peer}"
  case allPorts = "{count} ports: {list}, …; first from {peer}"
  case destinations = "{count} other destinations: {list}, …"
  case allDestinations = "{count} destinations: {list}, …"
  case received = "{proto} packets to {local}, first from {peer}"
  case sent = "{proto} packets to {peer}, from {local}"
  case receivedAtSeveral = "{proto} packets to port {port} of {count} addresses, first from {peer} to {local}"
  case receivedPortless = "{proto} packets, first from {peer} to {local}"
  case host = "packets of this host"
  case unkept = "packets of more addresses and ports than the side-car's table holds"
  case hostOf = "packets of {proto}"
  case vanished = "clients of port {port} ({owner})"
}

extension DropBuilder {
  /// The victim of a group of events.
  func victim(_ group: DropGroup) -> DropVictim {
    let sockets = group.ranked
    guard let first = sockets.first else { return nobody(group) }
    if group.packet.isShared { return shared(group, first, sockets) }
    return victim(of: sockets, first: first, kind: group.kind, attribution: group.attribution)
  }

  /// Packets of which only the first one's peer is known, at an end that several sockets have.
  private func shared(_ group: DropGroup, _ first: InetSocket, _ sockets: [InetSocket]) -> DropVictim {
    let record = group.packet.record
    let text = DropVictimPhrase.shared.say([
      "proto": Self.name(record.proto), "local": Who.endpoint(group.packet.local, record.localPort),
      "owner": owner(first) ?? Who.holds(first, readings), "peer": Who.endpoint(group.packet.peer, record.firstPeerPort),
    ])
    return DropVictim(
      kind: group.kind, attribution: .inferred, text: text, sockets: Array(sockets.prefix(Pile.kept)), count: sockets.count,
      port: record.localPort)
  }

  /// A victim that is known: one socket, siblings of one address, or several connections of one endpoint.
  func victim(of sockets: [InetSocket], first: InetSocket, kind: DropVictim.Kind, attribution: DropVictim.Attribution) -> DropVictim {
    let proto = first.proto.name
    let text: Sentence
    if first.peerPort != 0, first.state != .listen {
      if sockets.count == 1 {
        let connection = Words.connection(first, readings)
        let owner = owner(first)
        text =
          owner.map { DropVictimPhrase.connection.say(["proto": proto, "connection": connection, "owner": $0]) }
          ?? DropVictimPhrase.connectionAlone.say(["proto": proto, "connection": connection])
      } else {
        let holders = Set(sockets.map { Who.pids(of: $0, readings) })
        let owner = holders.count == 1 && (first.inode == 0 || holders.first?.isEmpty == false) ? owner(first) : nil
        text = (owner == nil ? DropVictimPhrase.connections : .connectionsOf).say([
          "proto": proto, "count": sockets.count, "endpoint": Endpoint(first, readings).words, "first": Words.connection(first, readings),
          "owner": owner ?? DropsPhrase.text.say(["text": ""]),
        ])
      }
    } else {
      let one = DropVictimPhrase.bound.say(["proto": proto, "local": Who.local(first), "owner": Who.holds(first, readings)])
      text = sockets.count == 1 ? one : DropVictimPhrase.siblings.say(["victim": one, "count": sockets.count - 1])
    }
    return DropVictim(
      kind: kind, attribution: attribution, text: text, sockets: Array(sockets.prefix(Pile.kept)), count: sockets.count,
      port: first.localPort)
  }

  /// Who holds a connection; one that was not accepted yet, or was closed, is its listener's holder's.
  private func owner(_ socket: InetSocket) -> Sentence? {
    if socket.inode != 0 { return Who.holds(socket, readings) }
    return readings.now.inet.listeners(for: socket).first.map { Who.holds($0, readings) }
  }

  /// A protocol that has no table of sockets by its usual name.
  static func name(_ proto: UInt8) -> String {
    switch proto {
    case 1: "icmp"
    case 2: "igmp"
    case 58: "icmpv6"
    case 132: "sctp"
    default: InetProtocol(rawValue: UInt16(proto)).name
    }
  }

  /// No socket: a port without one, one that has gone, or packets that never came to a socket.
  private func nobody(_ group: DropGroup) -> DropVictim {
    let packet = group.packet
    let record = packet.record
    func say(_ phrase: DropVictimPhrase) -> Sentence {
      phrase.say([
        "proto": Self.name(record.proto), "port": record.localPort, "count": group.locals.count,
        "local": Who.endpoint(packet.local, record.localPort), "peer": Who.endpoint(packet.peer, record.firstPeerPort),
      ])
    }
    func made(_ kind: DropVictim.Kind, _ text: Sentence) -> DropVictim {
      DropVictim(kind: kind, attribution: group.attribution, text: text, sockets: [], count: 0, port: record.localPort)
    }
    if record.isSummary { return made(.host, DropVictimPhrase.unkept.say()) }
    if record.proto == 0 { return made(.host, DropVictimPhrase.host.say()) }
    guard record.localPort != 0 || record.firstPeerPort != 0 else {
      if record.ethernetProtocol != 0x0800, record.ethernetProtocol != 0x86dd {
        return made(.host, DropVictimPhrase.hostOf.say(["proto": Self.name(record.proto)]))
      }
      // Neither ICMP nor a later fragment has ports.
      return made(
        .host,
        (packet.isSent ? DropVictimPhrase.sent : .receivedPortless).say([
          "proto": Self.name(record.proto), "local": packet.local.description, "peer": packet.peer.description,
        ]))
    }
    if group.kind == .port { return made(.port, say(.port)) }
    if group.attribution == .exact {
      let text = say(packet.isSent ? .goneTo : .gone)
      guard let form = packet.asSocket, let listener = readings.now.inet.listeners(for: form).first else { return made(group.kind, text) }
      return made(
        group.kind,
        DropVictimPhrase.served.say(["victim": text, "port": record.localPort, "owner": Who.holds(listener, readings)]))
    }
    return made(group.kind, say(packet.isSent ? .sent : group.locals.count > 1 ? .receivedAtSeveral : .received))
  }
}
