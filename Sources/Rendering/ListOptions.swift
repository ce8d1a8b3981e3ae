public import Catalog
public import ProcFS
public import Snapshot
public import SockDiag

/// Which columns a list has, and what it looks names up in. A list with nothing joined streams.
public struct ListOptions: Sendable {
  /// Netid, when more than one protocol is listed.
  public var showsNetid = false
  /// State; ss leaves it out when only one state is asked for, this program keeps it.
  public var showsState = true
  /// Recv-Q and Send-Q; -Q leaves them out.
  public var showsQueues = true
  /// -p: `users:(("name",pid=1,fd=3))`.
  public var showsProcesses = false
  /// -o: `timer:(on,200ms,0)`.
  public var showsTimer = false
  /// -e: uid, inode, cookie, device, cgroup, mark, shutdown, v6only.
  public var showsExtended = false
  /// -m: `skmem:(…)`.
  public var showsMemory = false
  /// -i: every member of tcp_info that is not zero.
  public var showsInfo = false
  /// --tos.
  public var showsTOS = false
  /// -O: extras on the row instead of a line of their own.
  public var isOneLine = false
  /// The heading.
  public var showsHeader = true
  /// The NOTE column and the legend.
  public var explains = true
  /// Columns of the terminal; nil in pipes.
  public var width: Int?
  /// Who holds the sockets, for -p.
  public var owners: OwnerTable?
  /// The name of an interface, asked only for sockets bound to one.
  public var interfaceName: @Sendable (UInt32) -> Name? = { _ in nil }
  /// Host names, for -r; nil keeps addresses numeric.
  public var hostName: (@Sendable (IPAddress) -> Name?)?
  /// User names by uid, for -e.
  public var users: [UInt32: Name] = [:]
  /// Service names by protocol number << 16 | port, for --services.
  public var services: [UInt32: Name] = [:]
  /// What only the side-car reads of TCP sockets, by cookie; for JSON.
  public var internals: [UInt64: SocketInternals] = [:]
  /// Cgroup paths by id, for -e.
  public var cgroups: [UInt64: Name] = [:]

  /// The default table.
  public init() {}
}
