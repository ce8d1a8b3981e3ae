internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum TimeWaitPortsPhrase: String, PhraseTable {
  static var room: String { "finding.time-wait-ports" }
  case threshold =
    "connections from one address to one destination use {warning} % of ip_local_port_range (critical from {critical} %), at least half of them in TIME-WAIT"
  case title = "{peer} has {percent} % of the local ports of {local}, mostly TIME-WAIT"
  case used =
    "{used} of {ports} ports used to this destination, {timeWait} of them in TIME-WAIT (ip_local_port_range {range}, reserved ports taken off)"
  case oldest = "each TIME-WAIT lasts 60 s (TCP_TIMEWAIT_LEN), so about {rate} new connections a second are the most to this destination"
  case reuse =
    "tcp_tw_reuse {reuse} lets connect() take over a TIME-WAIT port after 1 s here, where timestamps are in use: the range is not the limit"
  case cause =
    "this side closes first, so this side keeps TIME-WAIT; a port is used up for that destination until it ends, then connect() fails with EADDRNOTAVAIL"
  case advice =
    "keep connections open and reuse them (keep-alive, a pool), let the server close first, widen ip_local_port_range or set net.ipv4.tcp_tw_reuse=1; tcp_fin_timeout does not change TIME-WAIT"
  case adviceReuse = "keep connections open and reuse them; programs that bind() before connect() do not profit from tcp_tw_reuse"
}

/// Ports that are used up towards one destination: __inet_hash_connect() looks for a free 4-tuple.
enum TimeWaitPorts: Rule {
  static let id = "time-wait-ports"
  /// Percent of the port range in use.
  static let warning = 50
  /// Percent from which connect() will soon fail.
  static let critical = 90
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
      let numbers = sysctls.numbers("net.ipv4.ip_local_port_range")
      guard numbers.count == 2, numbers[0] <= numbers[1] else { return nil }
      range = numbers[0]...numbers[1]
      let text = sysctls["net.ipv4.ip_local_reserved_ports"] ?? ""
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
    func counts(_ socket: InetSocket) -> Bool { ports.contains(socket.localPort) && !evidence.now.inet.isServerSide(socket) }
    var timeWait: [Route: Int] = [:]
    for socket in evidence.now.inet.tcp(.timeWait) where counts(socket) { timeWait[Route(socket), default: 0] += 1 }
    // Half of the threshold is the least TIME-WAIT that can matter: the other states are walked only then.
    timeWait = timeWait.filter { $0.value * 200 >= ports.count * warning }
    guard !timeWait.isEmpty else { return [] }
    var used: [Route: Pile] = [:]
    for socket in evidence.now.inet.sockets where socket.proto == .tcp && socket.state != .listen && counts(socket) {
      let route = Route(socket)
      if timeWait[route] != nil {
        used[route, default: Pile()].add(socket, score: socket.state == .timeWait ? socket.timerMilliseconds : 0)
      }
    }
    return used.compactMap { route, pile in
      let waiting = timeWait[route] ?? 0
      guard pile.count * 100 >= ports.count * warning, waiting * 2 >= pile.count else { return nil }
      return finding(route, pile, waiting, ports, evidence)
    }.sorted { ($0.severity, $0.count) > ($1.severity, $1.count) }
  }

  /// tcp_twsk_unique(): 1 for every peer, 2 only where an address is loopback; both need timestamps.
  static func reuse(_ route: Route, _ evidence: Evidence) -> Int? {
    guard evidence.now.sysctls.number("net.ipv4.tcp_timestamps") != 0 else { return nil }
    let setting = evidence.now.sysctls.number("net.ipv4.tcp_tw_reuse") ?? 0
    return setting == 1 || (setting == 2 && (route.local.isLoopback || route.peer.isLoopback)) ? setting : nil
  }

  static func finding(_ route: Route, _ pile: Pile, _ waiting: Int, _ ports: Ports, _ evidence: Evidence) -> Finding {
    typealias Phrase = TimeWaitPortsPhrase
    let percent = Counted.percent(pile.count, of: ports.count)
    let range = WhoRange.range.say(["low": ports.range.lowerBound, "high": ports.range.upperBound])
    var lines = [Phrase.used.say(["used": pile.count, "ports": ports.count, "timeWait": waiting, "range": range])]
    let reuse = reuse(route, evidence)
    if let reuse {
      lines.append(Phrase.reuse.say(["reuse": reuse]))
    } else {
      lines.append(Phrase.oldest.say(["rate": ports.count / (GiveUp.timeWait / 1000)]))
    }
    return Finding(
      id: id, severity: reuse != nil ? .note : percent >= critical ? .critical : .warning, sockets: pile.sockets, count: pile.count,
      title: Phrase.title.say(["peer": Who.endpoint(route.peer, route.port), "percent": percent, "local": route.local]), evidence: lines,
      cause: Phrase.cause.say(), advice: (reuse == nil ? Phrase.advice : .adviceReuse).say(),
      next: Next.state("time-wait", to: .peer(route.peer, route.port)))
  }
}

enum WhoRange: String, PhraseTable {
  static var room: String { "port-range" }
  case range = "{low}-{high}"
}
