public import Catalog
internal import Netlink
internal import ProcFS
public import Snapshot
public import SockDiag

extension Collector {
  /// One end of the window of `drops`: sockets with their memory, and counters right beside them.
  ///
  /// - Parameters:
  ///   - protocols: whose sockets; those that were not asked for would be gaps where the kernel has no table of them.
  ///   - isLast: the reading that is shown; settings and names belong to it, and mini-sockets, which have
  ///     no drops of their own.
  public mutating func dropReading(of protocols: [InetProtocol], isLast: Bool) throws -> Snapshot {
    var states = TCPStateSet.all
    if !isLast { states.subtract(.bucket) }
    let questions = Questions(protocols: protocols, states: states, extensions: [.skmeminfo])
    if isLast {
      return try snapshot(questions, filter: nil, depth: .context)
    }
    var snapshot = try snapshot(questions, filter: nil, depth: [])
    readCounters(into: &snapshot)
    return snapshot
  }

  /// Adds who holds the sockets that a row may name: listeners, sockets whose sk_drops rose, and those that `isNamed` picks.
  public mutating func addDropOwners(to snapshot: inout Snapshot, since before: Snapshot, isNamed: (InetSocket) -> Bool) {
    var drops: [UInt64: UInt64] = [:]
    for socket in before.inet.sockets where socket.cookie != 0 { drops[socket.cookie] = socket[.sk_drops] ?? 0 }
    let wanted = snapshot.inet.sockets.filter { socket in
      guard socket.inode != 0 else { return false }
      return socket.state == .listen || (socket[.sk_drops] ?? 0) > (drops[socket.cookie] ?? 0) || isNamed(socket)
    }
    snapshot.owners = owners(of: InodeSet(wanted.map(\.inode)))
    nameUsers(in: &snapshot)
  }
}
