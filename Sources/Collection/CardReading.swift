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
  ///   - detailLimit: how many processes are looked at closely.
  public mutating func cards(_ questions: Questions, filter: Filter?, contextPorts: [UInt16], detailLimit: Int = 40) throws -> CardReading {
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
    snapshot.owners = owners(of: InodeSet(all.lazy.map(\.inode).filter { $0 != 0 }))
    nameUsers(in: &snapshot)
    let pids = Set(subjects.prefix(detailLimit).flatMap { snapshot.owners[$0.inode].map(\.pid) })
    readDetails(of: pids.sorted().prefix(detailLimit), into: &snapshot)
    snapshot.gaps = gaps
    return CardReading(subjects: subjects, snapshot: snapshot)
  }

  /// What tells two records of one dump apart; rows of /proc have no cookie.
  static func identity(_ socket: InetSocket) -> [UInt64] {
    if socket.cookie != 0 { return [socket.cookie] }
    return [
      socket.localAddress.high, socket.localAddress.low, socket.peerAddress.high, socket.peerAddress.low,
      UInt64(socket.localPort) << 32 | UInt64(socket.peerPort), UInt64(socket.proto.rawValue) << 8 | UInt64(socket.state.rawValue),
    ]
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
