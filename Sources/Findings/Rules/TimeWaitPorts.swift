internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum TimeWaitPortsPhrase: String, PhraseTable {
  static var room: String { "finding.time-wait-ports" }
  case threshold =
    "connections from one address to one destination use {warning} % of ip_local_port_range, half of them in TIME-WAIT, or {critical} % whatever their state; critical from {critical} % on"
  case title = "{percent} % of the local ports for {peer} are in use"
  case used = "{used} of {ports} ports of {local}, {timeWait} of them in TIME-WAIT"
  case range = "ip_local_port_range {range}, reserved ports taken off; one port each for this pair of addresses and this destination port"
  case oldest = "each TIME-WAIT lasts 60 s (TCP_TIMEWAIT_LEN), so about {rate} new connections a second are the most to this destination"
  case reuse =
    "tcp_tw_reuse {reuse} lets connect() take over a TIME-WAIT port after 1 s here, where timestamps are in use: the range is not the limit"
  case cause =
    "this side closes first, so this side keeps TIME-WAIT; a port is used up for that destination until it ends, then connect() fails with EADDRNOTAVAIL"
  case advice =
    "keep connections open and reuse them (keep-alive, a pool), let the server close first, widen ip_local_port_range or set net.ipv4.tcp_tw_reuse=1; tcp_fin_timeout does not change TIME-WAIT"
  case causeOpen =
    "each open connection needs a local port of its own for that destination; when none is left connect() fails with EADDRNOTAVAIL"
  case adviceOpen =
    "fewer connections (a pool, multiplexing), another local address to bind() to, more addresses or ports at the destination, a wider ip_local_port_range"
  case adviceReuse = "keep connections open and reuse them; programs that bind() before connect() do not profit from tcp_tw_reuse"
}

/// Ports that are used up towards one destination: __inet_hash_connect() looks for a free 4-tuple.
enum TimeWaitPorts: Rule {
  static let id = "time-wait-ports"
  /// Percent of the port range in use.
  static let warning = 50
  /// Percent from which connect() will soon fail.
  static let critical = 90
  /// Destinations that are named; each takes ports by the ten thousand.
  static let most = 4
  static var threshold: Sentence { TimeWaitPortsPhrase.threshold.say(["warning": warning, "critical": critical]) }

  struct Route: Hashable {
    var local: IPAddress
    var peer: IPAddress
    var port: UInt16

    init(_ socket: InetSocket) {
      local = socket.localAddress.unmapped
      peer = socket.peerAddress.unmapped
      port = socket.peerPort
    }
  }

  /// Ports that connect() may choose from; nil where the range is not known.
  struct Ports {
    let range: ClosedRange<Int>
    let reserved: [ClosedRange<Int>]

    init?(_ sysctls: SysctlSet) {
      let numbers = sysctls.numbers(.localPorts)
      guard numbers.count == 2, numbers[0] <= numbers[1] else { return nil }
      range = numbers[0]...numbers[1]
      let text = sysctls[.reservedPorts] ?? ""
      reserved = text.split(separator: ",").compactMap { part in
        let ends = part.split(separator: "-").compactMap { Int($0) }
        guard let first = ends.first, let last = ends.last, first <= last else { return nil }
        return first...last
      }
    }

    func contains(_ port: UInt16) -> Bool { range.contains(Int(port)) && !reserved.contains { $0.contains(Int(port)) } }
    var count: Int { range.count - reserved.filter { $0.overlaps(range) }.reduce(0) { $0 + $1.clamped(to: range).count } }
  }

  static func findings(_ evidence: Evidence) -> [Finding] {
    guard let ports = Ports(evidence.now.sysctls), ports.count > 0 else { return [] }
    let candidates = candidates(evidence.now.inet.sockets, ports)
    guard !candidates.isEmpty else { return [] }
    var routes: [Route: Use] = [:]
    for socket in candidates where ports.contains(socket.localPort) && !evidence.now.inet.isServerSide(socket) {
      let isTimeWait = socket.state == .timeWait
      routes[Route(socket), default: Use()].add(socket, isTimeWait: isTimeWait)
    }
    return routes.compactMap { route, use in
      let count = use.pile.count
      let reuse = reuse(route, evidence)
      let isMostlyTimeWait = use.timeWait * 2 >= count
      let blocking = reuse == nil ? count : count - use.timeWait
      guard isMostlyTimeWait ? count * 100 >= ports.count * warning : blocking * 100 >= ports.count * critical else { return nil }
      return finding(route, use, ports, reuse, evidence)
    }.sorted { ($0.severity, $0.count) > ($1.severity, $1.count) }.prefix(most).map { $0 }
  }

  struct Use {
    var pile = Pile()
    var timeWait = 0

    mutating func add(_ socket: InetSocket, isTimeWait: Bool) {
      pile.add(socket, score: isTimeWait ? socket.timerMilliseconds : 0)
      timeWait += isTimeWait ? 1 : 0
    }
  }

  /// The sockets to destinations that may have enough of them: counted by a short hash first, which costs little where nothing is wrong.
  static func candidates(_ sockets: [InetSocket], _ ports: Ports) -> [InetSocket] {
    let least = max(1, ports.count * warning / 100)
    func isClient(_ socket: InetSocket) -> Bool {
      socket.peerPort != 0 && socket.proto == .tcp && ports.range.contains(Int(socket.localPort))
    }
    func bucket(_ socket: InetSocket) -> Int {
      let address = socket.peerAddress.unmapped
      let mixed = ((address.high ^ address.low) &* 31 &+ UInt64(socket.peerPort)) &* 0x9E37_79B9_7F4A_7C15
      return Int(mixed >> 54)
    }
    guard sockets.count >= least else { return [] }
    var counts = [Int](repeating: 0, count: 1024)
    for socket in sockets where isClient(socket) { counts[bucket(socket)] += 1 }
    guard counts.contains(where: { $0 >= least }) else { return [] }
    return sockets.filter { isClient($0) && counts[bucket($0)] >= least }
  }

  /// tcp_twsk_unique(): 1 for every peer, 2 only where an address is loopback; both need timestamps.
  static func reuse(_ route: Route, _ evidence: Evidence) -> Int? {
    guard evidence.now.sysctls.number(.timestamps) != 0 else { return nil }
    let setting = evidence.now.sysctls.number(.timeWaitReuse) ?? 0
    return setting == 1 || (setting == 2 && (route.local.isLoopback || route.peer.isLoopback)) ? setting : nil
  }

  static func finding(_ route: Route, _ use: Use, _ ports: Ports, _ reuse: Int?, _ evidence: Evidence) -> Finding {
    typealias Phrase = TimeWaitPortsPhrase
    let count = use.pile.count, isMostlyTimeWait = use.timeWait * 2 >= count
    let percent = Counted.percent(count, of: ports.count)
    let range = WhoRange.range.say(["low": ports.range.lowerBound, "high": ports.range.upperBound])
    var lines = [
      Phrase.used.say(["used": count, "ports": ports.count, "local": route.local, "timeWait": use.timeWait]),
      Phrase.range.say(["range": range]),
    ]
    if let reuse, use.timeWait > 0 {
      lines.append(Phrase.reuse.say(["reuse": reuse]))
    } else if isMostlyTimeWait {
      lines.append(Phrase.oldest.say(["rate": Counted.rate(ports.count, milliseconds: GiveUp.timeWait)]))
    }
    let severity: Severity = isMostlyTimeWait && reuse != nil ? .note : percent >= critical ? .critical : .warning
    let (cause, advice): (Phrase, Phrase) = isMostlyTimeWait ? (.cause, reuse == nil ? .advice : .adviceReuse) : (.causeOpen, .adviceOpen)
    return Finding(
      id: id, severity: severity, sockets: use.pile.sockets, count: count,
      title: Phrase.title.say(["peer": Who.endpoint(route.peer, route.port), "percent": percent]), evidence: lines, cause: cause.say(),
      advice: advice.say(), next: Next.state(isMostlyTimeWait ? "time-wait" : "connected", to: .peer(route.peer, route.port)))
  }
}

enum WhoRange: String, PhraseTable {
  static var room: String { "port-range" }
  case range = "{low}-{high}"
}
