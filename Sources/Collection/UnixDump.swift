public import Catalog
public import Netlink
internal import ProcFS
internal import Snapshot
public import SockDiag
internal import Wire

extension TCPStateSet {
  /// The states a unix socket can be in, in TCP's numbers: established, unconnected, listening.
  public static let unix: TCPStateSet = [.init(.established), .init(.close), .init(.listen)]
}

extension DiagSource {
  /// The unix sockets of this network namespace in some states, with every attribute the kernel knows.
  ///
  /// Connections that wait in a listener's queue have no inode yet and are left out by the kernel: they are counted by the listener's
  /// `receiveQueue`, and `pending` names the clients' ends.
  /// - Throws: `NetlinkError`: `refused` with ENOENT or EINVAL where the module unix_diag is missing.
  public func unixSockets(states: TCPStateSet = .unix) throws -> [UnixSocket] {
    try unixSockets(.unix(states: states.rawValue, show: UnixSocket.Show.all))
  }

  /// The unix socket of an inode, asked for by it: none or one.
  func unixSockets(inode: UInt32) throws -> [UnixSocket] {
    do {
      return try unixSockets(.unixExact(inode: inode, show: UnixSocket.Show.all))
    } catch let error as NetlinkError where error.code != nil {
      return []
    }
  }

  private func unixSockets(_ request: DiagRequest) throws -> [UnixSocket] {
    try askAgain(request, { [UnixSocket]() }) { found, span, message in
      do {
        found.append(try UnixSocket(in: span, at: message.payload, count: message.count))
      } catch let error as WireError {
        throw NetlinkError.malformed(error)
      }
    }
  }
}

extension Collector {
  /// The unix sockets of this network namespace; from /proc/net/unix, with a gap that says what it lacks, where sock_diag does not answer.
  public mutating func unixSockets(states: TCPStateSet = .unix) throws -> [UnixSocket] {
    if let diag = sources.diag {
      do {
        return try diag.unixSockets(states: states)
      } catch let error as NetlinkError where error.code != nil {
        // The capture names the question itself.
        if case .notCaptured = error { return [] }
        let isThere = (try? sources.files.read("/proc/net/unix")) != nil
        noteRefused("unix", error, instead: isThere ? .insteadUnix : .insteadNothing, module: "unix_diag")
        if !isThere { return [] }
      }
    } else {
      noteAbsent()
    }
    let text = readTable("/proc/net/unix")
    return (text.map { parseUnixTable($0).rows } ?? []).compactMap(UnixSocket.init).filter { states.has($0.state.rawValue) }
  }
}

extension UnixSocket {
  /// A row of /proc/net/unix. A connection that waits in a listener's queue has no inode there, and sock_diag does not list it: nil.
  init?(_ row: ProcUnixRow) {
    guard let inode = UInt32(exactly: row.inode), inode != 0 else { return nil }
    // enum socket_state: 1 unconnected, 3 connected.
    let state: TCPState = row.isListening ? .listen : row.socketState == 1 ? .close : .established
    self.init(type: UInt8(truncatingIfNeeded: row.type), state: state, inode: inode, cookie: 0)
    // An abstract name's NULs are shown as @; the first one tells it from a path.
    path = row.path.map { name in name.bytes.first == UInt8(ascii: "@") ? Name([0] + name.bytes.dropFirst()) : name }
  }
}
