public import Catalog
public import Netlink
internal import ProcFS
public import Snapshot
public import SockDiag

extension Collector {
  /// One reading: sockets, and as much of /proc around them as `depth` says.
  ///
  /// - Parameters:
  ///   - filter: which sockets; nil for all.
  ///   - alsoOwnersOf: a predicate that narrows the owner walk; owners of all records when nil.
  public mutating func snapshot(_ questions: Questions, filter: Filter?, depth: Depth, alsoOwnersOf isShown: ((InetSocket) -> Bool)? = nil)
    throws
    -> Snapshot
  {
    let moment = sources.host.moment()
    let (records, consistency) = try sockets(questions, filter: filter)
    var snapshot = Snapshot(
      moment: moment, kernel: KernelVersion(sources.host.kernelRelease), inet: records, consistency: consistency)
    if depth.contains(.context) { readContext(into: &snapshot) }
    if depth.contains(.owners) {
      let wanted = isShown.map { predicate in records.filter(predicate) } ?? records
      snapshot.owners = owners(of: InodeSet(wanted.lazy.map(\.inode).filter { $0 != 0 }))
      if depth.contains(.context) { nameUsers(in: &snapshot) }
    }
    snapshot.gaps = gaps
    return snapshot
  }

  /// The cheap half of two readings: some sockets, and the counters.
  public mutating func reading(protocols: [InetProtocol], states: TCPStateSet, extensions: DiagExtensions) throws -> Snapshot {
    let questions = Questions(protocols: protocols, states: states, extensions: extensions)
    var snapshot = try snapshot(questions, filter: nil, depth: [])
    readCounters(into: &snapshot)
    return snapshot
  }

  mutating func readContext(into snapshot: inout Snapshot) {
    readCounters(into: &snapshot)
    snapshot.sockstat = readSockstat(from: sources.files)
    snapshot.sysctls = readSysctls(CardSetting.names, from: sources.files)
    snapshot.interfaces = sources.host.interfaceNames()
    snapshot.ticksPerSecond = sources.host.ticksPerSecond
    snapshot.users = readUsers(from: sources.files)
  }

  func nameUsers(in snapshot: inout Snapshot) {
    for (pid, process) in snapshot.owners.processes { snapshot.owners.processes[pid]?.userName = snapshot.users[process.uid] }
  }

  /// Paths of the cgroups by id, for INET_DIAG_CGROUP_ID; empty where cgroup2 is not mounted.
  public func cgroupPaths() -> [UInt64: Name] { sources.host.cgroupPaths() }

  /// Reads what these processes are doing; unreadable parts stay nil.
  public func readDetails(of pids: some Sequence<Int32>, into snapshot: inout Snapshot) {
    for pid in pids { snapshot.owners.processes[pid]?.detail = readProcessDetail(pid, from: sources.files) }
  }
}
