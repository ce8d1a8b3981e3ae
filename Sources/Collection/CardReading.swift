internal import Catalog
internal import Netlink
internal import ProcFS
public import Snapshot
public import SockDiag

/// What a page of cards needs: the sockets it is about, and one snapshot that also holds what they must be joined to.
public struct CardReading: Sendable {
  /// The sockets that matched, in dump order.
  public var subjects: [InetSocket]
  /// Subjects, all listeners, everything on the listeners' ports, and the world around them.
  public var snapshot: Snapshot
}

extension Collector {
  /// Reads the sockets that match, then what belongs to them: every TCP listener, and all that lives on the ports concerned.
  ///
  /// - Parameters:
  ///   - contextPorts: ports whose sockets of every state are read even when nothing matched there.
  public mutating func cards(_ questions: Questions, filter: Filter?, contextPorts: [UInt16]) throws -> CardReading {
    let moment = sources.host.moment()
    let (subjects, consistency) = try sockets(questions, filter: filter)
    var ports = Set(contextPorts)
    for subject in subjects where subject.proto == .tcp && ports.count < 64 {
      // A listener's children, or the listener of a connection that nobody has accepted.
      if subject.state == .listen || subject.inode == 0 { ports.insert(subject.localPort) }
    }
    var all = subjects
    var seen = Set(subjects.map(Self.identity))
    for record in try around(ports, questions) where seen.insert(Self.identity(record)).inserted { all.append(record) }
    var snapshot = Snapshot(moment: moment, kernel: KernelVersion(sources.host.kernelRelease), inet: all, consistency: consistency)
    readContext(into: &snapshot)
    snapshot.gaps = gaps
    return CardReading(subjects: subjects, snapshot: snapshot)
  }

  /// Adds who holds the sockets and what they are doing. Apart from the sockets, because of two readings only the later one needs it.
  ///
  /// - Parameters:
  ///   - unix: sockets that get cards beside them; their owners are looked up in the same walk.
  ///   - detailLimit: how many processes are looked at closely.
  public mutating func addOwners(to reading: inout CardReading, unix: [UnixSocket] = [], detailLimit: Int = 40) {
    let inodes = reading.snapshot.inet.sockets.map(\.inode) + unix.map(\.inode)
    reading.snapshot.unix = unix
    reading.snapshot.owners = owners(of: InodeSet(inodes.lazy.filter { $0 != 0 }))
    nameUsers(in: &reading.snapshot)
    let table = reading.snapshot.owners
    let shown = reading.subjects.prefix(detailLimit).map(\.inode) + unix.prefix(detailLimit).map(\.inode)
    let pids = Set(shown.flatMap { table[$0].map(\.pid) })
    readDetails(of: pids.sorted().prefix(detailLimit), into: &reading.snapshot)
    if reading.subjects.contains(where: { $0.proto == .tcp }) { readInternals(into: &reading.snapshot, of: reading.subjects) }
    reading.snapshot.gaps = gaps
  }

  /// What tells two records of one reading apart: the cookie, or for rows of /proc, which have none, all of the addresses.
  struct Identity: Hashable {
    let cookie: UInt64
    let record: Record?

    struct Record: Hashable {
      let proto: InetProtocol
      let state: TCPState
      let local: IPAddress
      let peer: IPAddress
      let ports: UInt32
      let inode: UInt32
    }
  }

  static func identity(_ socket: InetSocket) -> Identity {
    let cookie = socket.cookie
    if cookie != 0 { return Identity(cookie: cookie, record: nil) }
    let ports = UInt32(socket.localPort) << 16 | UInt32(socket.peerPort)
    return Identity(
      cookie: 0,
      record: .init(
        proto: socket.proto, state: socket.state, local: socket.localAddress, peer: socket.peerAddress, ports: ports, inode: socket.inode))
  }

  mutating func around(_ ports: Set<UInt16>, _ questions: Questions) throws -> [InetSocket] {
    var out: [InetSocket] = []
    if questions.protocols.contains(.tcp) {
      out += try sockets(Questions(protocols: [.tcp], states: .init(.listen), extensions: [.skmeminfo]), filter: nil).records
    }
    for port in ports.sorted() {
      var all = Questions(protocols: [.tcp, .udp], states: TCPStateSet.all.union(.init(.boundInactive)), extensions: [.info, .skmeminfo])
      all.localPort = port
      out += try sockets(all, filter: Filter(localPort: port)).records
    }
    return out
  }
}
