public import Catalog
internal import ProcFS
public import SockDiag
internal import Snapshot

enum NothingPhrase: String, PhraseTable {
  static var room: String { "card.nothing" }
  case title = "nothing listens on {proto} port {port} in this network namespace"
  case titleAddress = "nothing listens on {proto} {endpoint} in this network namespace"
  case refusedTCP = "a SYN to it is answered with RST: connect() fails with ECONNREFUSED, unless a firewall drops it before"
  case refusedUDP = "a datagram to it is answered with ICMP port unreachable, unless a firewall drops it before"
  case answerLabel = "a client sees"
  case otherLabel = "listens near"
  case other = "{proto} {endpoint} ({reach}), {owner}"
  case otherLoopback = "{proto} {endpoint} ({reach}), {owner}: other hosts cannot reach it"
  case otherV6Only = "{proto} {endpoint} ({reach}), {owner}: IPv4 clients cannot reach it"
  case otherIPv4 = "{proto} {endpoint} ({reach}), {owner}: IPv6 clients cannot reach it"
  case otherProtocol = "{proto} {endpoint} ({reach}), {owner}: another protocol on the same port"
  case boundLabel = "bound"
  case bound = "{endpoint}, {owner}: bound, but listen() was not called (or failed)"
  case connectionsLabel = "connections"
  case connections = "left with this local port: {states}"
  case connectionsMeaning = "connections outlive their listener; only new ones are refused"
  case timeWaitLabel = "time-wait"
  case timeWait =
    "with this local port: {count}, the last for {time} more: with SO_REUSEADDR a server can listen() again at once, without it bind() fails"
  case nearLabel = "near ports"
  case near = "{list}"
  case nearOne = "{port} ({owner})"
  case none = "nothing of this namespace uses the port"
  case useLabel = "in use"
  case gap = "sockets of other network namespaces (containers) are not seen from here: nsenter -t PID -n sockexplain -l {port}"
}

extension Cards {
  /// "Nothing listens there", with what is near: other addresses, families and protocols of the port, bound sockets, what is left of it.
  ///
  /// - Parameters:
  ///   - port: The port that was asked for.
  ///   - address: The address that was asked for; nil for any.
  ///   - proto: What the user looked for, `.tcp` or `.udp`.
  public static func nothingListens(port: UInt16, address: IPAddress? = nil, proto: InetProtocol = .tcp, _ evidence: Evidence) -> Card {
    let all = evidence.now.inet.onPort(port)
    let title =
      address.map { NothingPhrase.titleAddress.say(["proto": proto.name, "endpoint": Who.endpoint($0, port)]) }
      ?? NothingPhrase.title.say(["proto": proto.name, "port": port])
    var lines = [
      CardLine(NothingPhrase.answerLabel.say(), (proto == .udp ? NothingPhrase.refusedUDP : .refusedTCP).say(), emphasis: .warning)
    ]
    let near = Nothing.servers(all, asked: proto, evidence) + Nothing.bound(all, evidence) + Nothing.left(all)
    lines += near.isEmpty ? [CardLine(NothingPhrase.useLabel.say(), NothingPhrase.none.say())] : near
    if let ports = Nothing.nearPorts(port, evidence) { lines.append(ports) }
    return Card(socket: nil, title: title, owner: nil, lines: lines, advice: [NothingPhrase.gap.say(["port": port])])
  }
}

enum Nothing {
  static func isServing(_ socket: InetSocket) -> Bool {
    socket.proto == .tcp || socket.proto == .mptcp
      ? socket.state == .listen : (socket.proto == .udp || socket.proto == .udplite) && socket.peerPort == 0
  }

  /// Listeners of the port that the question left out: another address, family or protocol.
  static func servers(_ all: [InetSocket], asked proto: InetProtocol, _ evidence: Evidence) -> [CardLine] {
    all.filter(isServing).prefix(6).map { socket in
      let phrase: NothingPhrase =
        if socket.proto != proto {
          .otherProtocol
        } else if socket.localAddress.isLoopback {
          .otherLoopback
        } else if socket.isIPv6, socket[.v6only] == 1 {
          .otherV6Only
        } else if !socket.isIPv6, socket.localAddress.isAny {
          .otherIPv4
        } else {
          .other
        }
      return CardLine(
        NothingPhrase.otherLabel.say(),
        phrase.say([
          "proto": socket.proto.name, "endpoint": Who.local(socket), "reach": Reach.words(socket, evidence),
          "owner": Who.holds(socket, evidence),
        ]))
    }
  }

  static func bound(_ all: [InetSocket], _ evidence: Evidence) -> [CardLine] {
    all.filter { $0.proto == .tcp && ($0.state == .close || $0.state == .boundInactive) }.prefix(4).map { socket in
      CardLine(
        NothingPhrase.boundLabel.say(), NothingPhrase.bound.say(["endpoint": Who.local(socket), "owner": Who.holds(socket, evidence)]),
        emphasis: .warning)
    }
  }

  static func left(_ all: [InetSocket]) -> [CardLine] {
    var lines: [CardLine] = []
    let tcp = all.filter { $0.proto == .tcp && $0.peerPort != 0 }
    let living = tcp.filter { $0.state != .timeWait }, ended = tcp.filter { $0.state == .timeWait }
    if !living.isEmpty {
      lines.append(
        CardLine(
          NothingPhrase.connectionsLabel.say(),
          NothingPhrase.connections.say(["states": Words.ranking(living.lazy.map(\.state.name), most: 12)]),
          details: [NothingPhrase.connectionsMeaning.say()]))
    }
    if let last = ended.map(\.timerMilliseconds).max() {
      lines.append(
        CardLine(
          NothingPhrase.timeWaitLabel.say(),
          NothingPhrase.timeWait.say(["count": ended.count, "time": Durations.words(milliseconds: last)])))
    }
    return lines
  }

  /// Listeners whose port differs by little or by one digit: a typing slip.
  static func nearPorts(_ port: UInt16, _ evidence: Evidence) -> CardLine? {
    let text = String(port).utf8
    func isNear(_ other: UInt16) -> Bool {
      let digits = String(other).utf8
      if digits.count == text.count { return zip(digits, text).filter { $0 != $1 }.count == 1 || digits.sorted() == text.sorted() }
      return abs(Int(other) - Int(port)) <= 1
    }
    var seen: Set<UInt16> = [port]
    let near = evidence.now.inet.listeners.filter { isNear($0.localPort) && seen.insert($0.localPort).inserted }.sorted {
      $0.localPort < $1.localPort
    }
    guard !near.isEmpty else { return nil }
    let list = near.map { NothingPhrase.nearOne.say(["port": $0.localPort, "owner": Who.holds($0, evidence)]) }
    return CardLine(NothingPhrase.nearLabel.say(), NothingPhrase.near.say(["list": Words.list(list, most: 4)]))
  }
}
