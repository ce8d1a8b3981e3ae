public import Catalog
internal import ProcFS
internal import SockDiag
public import Snapshot

/// What judgements look at: two readings as every rule sees them, and the settings of this and other namespaces.
public struct AuditEvidence: Sendable {
  /// Everything that was read.
  public let reading: AuditReading
  /// The two snapshots.
  public let evidence: Evidence
  /// The kernel, as far as knowledge depends on it.
  public let release: Release
  /// Give-up times by the live settings.
  public let giveUp: GiveUp
  let routes: [RouteUse]

  /// The evidence of one reading.
  public init(_ reading: AuditReading) {
    self.reading = reading
    evidence = Evidence(now: reading.now, before: reading.before)
    release = Release(reading.now.kernel.release)
    giveUp = GiveUp(reading.now.sysctls)
    routes = RouteUse.all(reading.now)
  }

  var now: Snapshot { reading.now }

  /// The text of a setting, here or, for one of the machine, in the first namespace.
  func text(_ name: String) -> String? { now.sysctls[name] ?? reading.host?[name] }

  /// All numbers of a setting.
  func numbers(_ name: String) -> [Int] {
    now.sysctls[name] != nil ? now.sysctls.numbers(name) : reading.host?.numbers(name) ?? []
  }

  /// The first number of a setting.
  func number(_ name: String) -> Int? { numbers(name).first }

  func ipv4(_ name: String) -> Int? { number("net.ipv4." + name) }

  /// How much a counter rose between the readings; 0 when it did not or is absent.
  func delta(_ counter: String) -> Int { Int(clamping: evidence.delta(counter) ?? 0) }

  /// A counter since boot; 0 when absent.
  func total(_ counter: String) -> Int { Int(clamping: now.counters[counter] ?? 0) }

  /// The counters that are not 0, each with its rise.
  func rises(_ counters: [String]) -> [Sentence] {
    counters.filter { total($0) > 0 }.compactMap { evidence.rise($0) }
  }

  func sockstat(_ name: String) -> Int? { now.sockstat[name].map { Int(clamping: $0) } }

  /// The time between the readings in words.
  var interval: Sentence { Durations.words(milliseconds: evidence.intervalMilliseconds ?? 0) }
}

/// Ports that one local address uses towards one destination: each connection needs a four-tuple of its own.
struct RouteUse: Sendable {
  let local: IPAddress
  let peer: IPAddress
  let port: UInt16
  var used = 0
  var timeWait = 0

  /// Whether a TIME-WAIT of it can be taken over after a moment (tcp_twsk_unique()).
  func reuses(_ sysctls: SysctlSet) -> Bool {
    guard sysctls.number("net.ipv4.tcp_timestamps") != 0 else { return false }
    let setting = sysctls.number("net.ipv4.tcp_tw_reuse") ?? 0
    return setting == 1 || (setting == 2 && (local.isLoopback || peer.isLoopback))
  }

  /// Ports that block a connect(): TIME-WAIT that can be taken over does not.
  func blocking(_ sysctls: SysctlSet) -> Int { reuses(sysctls) ? used - timeWait : used }

  var destination: Sentence { Who.endpoint(peer, port) }

  /// All routes of a snapshot that this side opened, the most used first.
  static func all(_ now: Snapshot) -> [RouteUse] {
    guard let ports = TimeWaitPorts.Ports(now.sysctls) else { return [] }
    var routes: [TimeWaitPorts.Route: RouteUse] = [:]
    for socket in now.inet.sockets
    where socket.proto == .tcp && socket.peerPort != 0 && ports.contains(socket.localPort) && !now.inet.isServerSide(socket) {
      let route = TimeWaitPorts.Route(socket)
      routes[route, default: RouteUse(local: route.local, peer: route.peer, port: route.port)].used += 1
      if socket.state == .timeWait { routes[route]?.timeWait += 1 }
    }
    return routes.values.sorted { ($0.used, $1.port, $1.peer.description) > ($1.used, $0.port, $0.peer.description) }
  }
}

/// Judges some settings. One file a subject; `Audit.judges` is what runs.
protocol Judge {
  /// What the evidence says; at least one judgement of each setting that it knows and that has a value.
  static func judge(_ audit: AuditEvidence) -> [Judgement]
}
