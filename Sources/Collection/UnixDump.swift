public import Catalog
public import Netlink
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
    let request = DiagRequest.unix(states: states.rawValue, show: UnixSocket.Show.all)
    return try askAgain(request, { [UnixSocket]() }) { found, span, message in
      do {
        found.append(try UnixSocket(in: span, at: message.payload, count: message.count))
      } catch let error as WireError {
        throw NetlinkError.malformed(error)
      }
    }
  }
}
