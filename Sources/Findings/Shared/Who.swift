internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum WhoPhrase: String, PhraseTable {
  static var room: String { "who" }
  case process = "{name} (pid {pid})"
  case processes = "{name} (pid {pid} and {others} more)"
  case nameless = "pid {pid}"
  case uid = "a process of uid {uid}"
  case endpoint4 = "{address}:{port}"
  case endpoint6 = "[{address}]:{port}"
}

/// Who holds a socket and where it leads, in the few words a finding's title has room for.
enum Who {
  /// `server (pid 2774)`, `nginx (pid 7 and 3 more)`; the uid where no owner is visible.
  static func holds(_ socket: InetSocket, _ evidence: Evidence) -> Sentence {
    let pids = pids(of: socket, evidence)
    guard let first = pids.first else { return WhoPhrase.uid.say(["uid": socket.uid]) }
    guard pids.count > 1, let record = evidence.now.owners.processes[first] else { return process(first, evidence) }
    return WhoPhrase.processes.say(["name": record.name, "pid": first, "others": pids.count - 1])
  }

  /// One process by name and pid.
  static func process(_ pid: Int32, _ evidence: Evidence) -> Sentence {
    guard let record = evidence.now.owners.processes[pid] else { return WhoPhrase.nameless.say(["pid": pid]) }
    return WhoPhrase.process.say(["name": record.name, "pid": pid])
  }

  /// The processes that hold a socket, each once, lowest first.
  static func pids(of socket: InetSocket, _ evidence: Evidence) -> [Int32] { pids(ofInode: socket.inode, evidence) }

  static func pids(ofInode inode: UInt32, _ evidence: Evidence) -> [Int32] {
    evidence.now.owners[inode].map(\.pid).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// Their records.
  static func records(of socket: InetSocket, _ evidence: Evidence) -> [ProcessRecord] { records(ofInode: socket.inode, evidence) }

  static func records(ofInode inode: UInt32, _ evidence: Evidence) -> [ProcessRecord] {
    pids(ofInode: inode, evidence).compactMap { evidence.now.owners.processes[$0] }
  }

  /// `10.0.0.1:443`, `[::1]:443`.
  static func endpoint(_ address: IPAddress, _ port: UInt16) -> Sentence {
    (address.isIPv6 ? WhoPhrase.endpoint6 : .endpoint4).say(["address": address, "port": port])
  }

  static func local(_ socket: InetSocket) -> Sentence { endpoint(socket.localAddress, socket.localPort) }
  static func peer(_ socket: InetSocket) -> Sentence { endpoint(socket.peerAddress, socket.peerPort) }
}

/// Commands to type next. Filters are ss's language; a bracketed address is quoted for the shell.
enum Next {
  static func listener(_ port: UInt16) -> String { "sockexplain -l \(port)" }

  static func state(_ state: String, toHost address: IPAddress) -> String {
    address.isIPv6 ? "sockexplain -i state \(state) dst '[\(address)]'" : "sockexplain -i state \(state) dst \(address)"
  }

  static func state(_ state: String, to endpoint: Endpoint) -> String {
    switch endpoint {
    case .server(let port): "sockexplain state \(state) sport = :\(port)"
    case .peer(let address, let port):
      address.isIPv6 ? "sockexplain state \(state) dst '[\(address)]:\(port)'" : "sockexplain state \(state) dst \(address):\(port)"
    case .several: "sockexplain -p state \(state)"
    }
  }
}

/// What connections are grouped by: our own service where we were called, the destination where we called.
enum Endpoint: Hashable {
  case server(port: UInt16)
  case peer(IPAddress, UInt16)
  /// Many of them together; `beside` others that are told on their own.
  case several(Int, beside: Bool)

  /// Whether it is one destination: only that can be worse than its neighbours.
  var isOne: Bool { if case .several = self { false } else { true } }

  init(_ socket: InetSocket, _ evidence: Evidence) {
    self =
      evidence.now.inet.isServerSide(socket) ? .server(port: socket.localPort) : .peer(socket.peerAddress.unmapped, socket.peerPort)
  }

  /// In words.
  var words: Sentence {
    switch self {
    case .server(let port): EndpointPhrase.server.say(["port": port])
    case .peer(let address, let port): Who.endpoint(address, port)
    case .several(let count, let beside): (beside ? EndpointPhrase.others : .several).say(["count": count])
    }
  }
}

enum EndpointPhrase: String, PhraseTable {
  static var room: String { "endpoint" }
  case server = "the clients of port {port}"
  case several = "{count} destinations"
  case others = "{count} other destinations"
}

/// Who holds sockets: a process where it is visible, else the user.
enum Holder: Hashable {
  case process(Int32)
  case user(UInt32)
  /// Many of them together; `beside` others that are told on their own.
  case several(Int, beside: Bool)

  init(_ socket: InetSocket, _ evidence: Evidence) {
    self = Who.pids(of: socket, evidence).first.map(Holder.process) ?? .user(socket.uid)
  }

  func record(_ evidence: Evidence) -> ProcessRecord? {
    if case .process(let pid) = self { return evidence.now.owners.processes[pid] }
    return nil
  }

  /// In words; `socket` is one of theirs.
  func words(_ socket: InetSocket, _ evidence: Evidence) -> Sentence {
    if case .several(let count, let beside) = self { return (beside ? HolderPhrase.others : .several).say(["count": count]) }
    return Who.holds(socket, evidence)
  }

  /// In words without a socket at hand.
  func name(_ evidence: Evidence) -> Sentence {
    switch self {
    case .process(let pid): Who.process(pid, evidence)
    case .user(let uid): WhoPhrase.uid.say(["uid": uid])
    case .several(let count, _): HolderPhrase.several.say(["count": count])
    }
  }
}

/// A listening address: SO_REUSEPORT siblings share one.
enum Spot: Hashable {
  case address(IPAddress, UInt16)
  /// Many of them together; `beside` others that are told on their own.
  case several(Int, beside: Bool)

  init(_ listener: InetSocket) { self = .address(listener.localAddress, listener.localPort) }

  /// Listeners by their address, those with the longest queues first.
  static func folded(_ listeners: [InetSocket]) -> Folded<Spot, Pile> {
    var groups: [Spot: Pile] = [:]
    for listener in listeners { groups[Spot(listener), default: Pile()].add(listener, score: listener.receiveQueue) }
    return Folded(groups) { $0.worst.reduce(0) { $0 + $1.score } }
  }

  /// In words.
  var words: Sentence {
    switch self {
    case .address(let address, let port): Who.endpoint(address, port)
    case .several(let count, let beside): (beside ? SpotPhrase.others : .several).say(["count": count])
    }
  }
}

enum SpotPhrase: String, PhraseTable {
  static var room: String { "spot" }
  case several = "{count} addresses"
  case others = "{count} other addresses"
}

enum HolderPhrase: String, PhraseTable {
  static var room: String { "holder" }
  case several = "{count} processes"
  case others = "{count} other processes"
}

/// Sockets counted under a key, of which only the worst few are kept.
struct Pile {
  /// How many sockets a finding carries at most.
  static let kept = 5
  var count = 0
  var worst: [(score: Int, socket: InetSocket)] = []

  mutating func add(_ socket: InetSocket, score: Int) {
    count += 1
    if worst.count == Self.kept {
      guard let last = worst.last, score > last.score else { return }
      worst.removeLast()
    }
    let place = worst.firstIndex { $0.score < score } ?? worst.count
    worst.insert((score, socket), at: place)
  }

  var sockets: [InetSocket] { worst.map(\.socket) }
}

extension Evidence {
  /// Listeners a connection leads to, where its destination is surely this host's: loopback, the listener's own address, or the address
  /// it is called from. The same port may listen here while the connection goes elsewhere.
  func ownListeners(of socket: InetSocket) -> [InetSocket] {
    let peer = socket.peerAddress.unmapped
    let isHere = peer.isLoopback || peer == socket.localAddress.unmapped
    return now.inet.listeners(at: socket.peerAddress, socket.peerPort).filter { isHere || $0.localAddress.unmapped == peer }
  }

  /// `+2 in the last 250 ms` where there are two readings, nothing where a counter is absent.
  func rise(_ counter: String) -> Sentence? {
    guard let total = now.counters[counter] else { return nil }
    guard let delta = delta(counter), let interval = intervalMilliseconds else {
      return RisePhrase.once.say(["counter": counter, "total": total])
    }
    let time = Durations.words(milliseconds: interval)
    return delta == 0
      ? RisePhrase.quiet.say(["counter": counter, "total": total, "time": time])
      : RisePhrase.rising.say(["counter": counter, "total": total, "delta": delta, "time": time])
  }
}

enum RisePhrase: String, PhraseTable {
  static var room: String { "rise" }
  case once = "{counter} {total} since boot (one reading: whether it still rises is not known)"
  case quiet = "{counter} {total} since boot, none in the last {time}"
  case rising = "{counter} {total} since boot, +{delta} in the last {time}: still happening"
}
