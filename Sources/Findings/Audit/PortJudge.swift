internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum PortJudgePhrase: String, PhraseTable {
  static var room: String { "audit.ports" }
  case noRoute = "{ports} ports for each destination, and no outgoing connection uses one"
  case fine = "{destination} uses most: {used} of {ports} ports ({percent} %)"
  case tight = "{destination} uses {used} of {ports} ports ({percent} %), {timeWait} of them in TIME-WAIT"
  case reusable = "{destination} uses {used} of {ports} ports, but its {timeWait} in TIME-WAIT can be taken over: {blocking} block"
  case tuple =
    "counted from {local}: a connection needs a (local address, local port, address, port) of its own; another destination has the whole range again"
  case rate = "TIME-WAIT holds a port for 60 s, so the range sustains {rate}/s of new connections to one destination"
  case exhausted = "when none is left connect() fails with EADDRNOTAVAIL; no counter tells"
  case reserved = "ip_local_reserved_ports takes {count} ports out of the range"
  case low = "ports below {first} are privileged here (ip_unprivileged_port_start)"
  case then = "fixed ports of servers in the wider range: add them to ip_local_reserved_ports"
  case empty = "no port is left: the reserved ports cover the range"
  case inRange =
    "{listeners} in the range of outgoing connections and not reserved, for example {listener}: when it restarts, a client may hold its port"
  case outside = "no listener has a fixed port in the range"
  case known = "whether such a listener chose its port or was given one is not known"
  case reuseOff = "TIME-WAIT blocks {percent} % of the ports for {destination}: 1 would let connect() take them over after 1 s"
  case reuseLoopback = "2 helps on loopback only, and {destination} has {percent} % of its ports in use"
  case reuseDead = "has no effect: tcp_timestamps is 0"
  case reuseFine = "no destination is short of ports"
  case reuseOn = "connect() takes over TIME-WAIT ports that are older than 1 s"
  case reuseServers = "it is about connect() alone: a server's TIME-WAIT blocks no client, whatever the value"
}

/// Outgoing ports: ip_local_port_range, ip_local_reserved_ports, tcp_tw_reuse.
enum PortJudge: Judge {
  static let range = "net.ipv4.ip_local_port_range"
  static let reserved = "net.ipv4.ip_local_reserved_ports"
  static let reuse = "net.ipv4.tcp_tw_reuse"
  /// The range of an untouched kernel starts here.
  static let standardFirst = 32768
  /// What a wider range may begin with: below lie most servers' ports.
  static let wideFirst = 10240

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    [ports(audit), reservedPorts(audit), twReuse(audit)].compactMap { $0 }
  }

  /// The destination nearest to running out, by the ports that block.
  static func worst(_ audit: AuditEvidence) -> RouteUse? {
    audit.routes.max { $0.blocking(audit.now.sysctls) < $1.blocking(audit.now.sysctls) }
  }

  static func ports(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = PortJudgePhrase
    guard let ports = TimeWaitPorts.Ports(audit.now.sysctls) else { return nil }
    let count = ports.count
    var lines: [Sentence] = []
    let taken = ports.range.count - count
    if taken > 0 { lines.append(Phrase.reserved.say(["count": taken])) }
    let privileged = audit.ipv4("ip_unprivileged_port_start") ?? 1024
    if ports.range.lowerBound < privileged { lines.append(Phrase.low.say(["first": privileged])) }
    guard count > 0 else { return Judgement(range, .critical, Phrase.empty.say(), evidence: lines, fix: wider(ports)) }
    guard let worst = worst(audit) else { return Judgement(range, .ok, Phrase.noRoute.say(["ports": count]), evidence: lines) }
    let blocking = worst.blocking(audit.now.sysctls)
    let values: KeyValuePairs<String, any CustomStringConvertible> = [
      "destination": worst.destination, "used": worst.used, "ports": count, "percent": Counted.percent(worst.used, of: count),
      "timeWait": worst.timeWait, "blocking": blocking,
    ]
    let percent = Counted.percent(blocking, of: count)
    lines.append(Phrase.tuple.say(["local": worst.local]))
    guard percent >= TimeWaitPorts.warning else {
      let isRescued = Counted.percent(worst.used, of: count) >= TimeWaitPorts.warning
      return Judgement(range, .ok, (isRescued ? Phrase.reusable : .fine).say(values), evidence: isRescued ? lines : Array(lines.dropLast()))
    }
    lines += [Phrase.rate.say(["rate": Counted.rate(count, milliseconds: GiveUp.timeWait)]), Phrase.exhausted.say()]
    return Judgement(
      range, percent >= TimeWaitPorts.critical ? .critical : .warn, Phrase.tight.say(values), evidence: lines, fix: wider(ports))
  }

  static func wider(_ ports: TimeWaitPorts.Ports) -> SettingFix? {
    let first = ports.range.lowerBound > standardFirst ? standardFirst : wideFirst
    let last = max(60999, ports.range.upperBound)
    guard first < ports.range.lowerBound || last > ports.range.upperBound else { return nil }
    return SettingFix("\(min(first, ports.range.lowerBound)) \(last)", then: PortJudgePhrase.then.say())
  }

  static func reservedPorts(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = PortJudgePhrase
    guard audit.text(reserved) != nil, let ports = TimeWaitPorts.Ports(audit.now.sysctls) else { return nil }
    let inside = audit.now.inet.listeners.filter { ports.contains($0.localPort) }.sorted { $0.localPort < $1.localPort }
    guard let first = inside.first else { return Judgement(reserved, .ok, Phrase.outside.say()) }
    return Judgement(
      reserved, .ok, Phrase.inRange.say(["listeners": Counted.listeners(inside.count), "listener": Who.local(first)]),
      evidence: [Phrase.known.say()])
  }

  static func twReuse(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = PortJudgePhrase
    guard let value = audit.number(reuse), let ports = TimeWaitPorts.Ports(audit.now.sysctls) else { return nil }
    let used = audit.rises(["TcpExt.TWRecycled"])
    if value != 0, audit.ipv4("tcp_timestamps") == 0 {
      return Judgement(reuse, value == 1 ? .note : .ok, Phrase.reuseDead.say(), evidence: used)
    }
    if value == 1 { return Judgement(reuse, .ok, Phrase.reuseOn.say(), evidence: used + [Phrase.reuseServers.say()]) }
    let worst = worst(audit)
    let blocked = worst.map { $0.reuses(audit.now.sysctls) ? 0 : $0.timeWait } ?? 0
    let percent = Counted.percent(blocked, of: ports.count)
    guard let worst, percent >= TimeWaitPorts.warning else {
      return Judgement(reuse, .ok, Phrase.reuseFine.say(), evidence: used)
    }
    let phrase: Phrase = value == 2 ? .reuseLoopback : .reuseOff
    return Judgement(
      reuse, percent >= TimeWaitPorts.critical ? .critical : .warn,
      phrase.say(["destination": worst.destination, "percent": percent]), evidence: used + [Phrase.reuseServers.say()], fix: SettingFix(1))
  }
}
