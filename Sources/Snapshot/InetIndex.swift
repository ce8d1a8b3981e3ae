public import Catalog
public import SockDiag

/// The sockets of a snapshot with the two orders every join needs: by state and by local port. Counting sorts: two integers a socket.
public struct InetIndex: Sendable {
  /// All sockets, in dump order.
  public let sockets: [InetSocket]
  let byPort: [Int32]
  let portStart: [Int32]
  let byState: [Int32]
  let stateStart: [Int32]
  /// Listeners alone by port: a join of 100,000 children must not walk each other's port.
  let listenersByPort: [UInt16: [Int32]]

  /// Indexes a list of sockets.
  public init(_ sockets: [InetSocket]) {
    self.sockets = sockets
    (byPort, portStart) = Self.order(sockets, keys: 65536) { Int($0.localPort) }
    // State 0 is no state of TCP: there the other protocols go.
    (byState, stateStart) = Self.order(sockets, keys: 256) { $0.proto == .tcp ? Int($0.state.rawValue) : 0 }
    let listening = byState[Int(stateStart[Int(TCPState.listen.rawValue)])..<Int(stateStart[Int(TCPState.listen.rawValue) + 1])]
    listenersByPort = Dictionary(grouping: listening) { sockets[Int($0)].localPort }
  }

  static func order(_ sockets: [InetSocket], keys: Int, _ key: (InetSocket) -> Int) -> ([Int32], [Int32]) {
    var start = [Int32](repeating: 0, count: keys + 1)
    for socket in sockets { start[key(socket) + 1] += 1 }
    for index in 0..<keys { start[index + 1] += start[index] }
    var next = start
    var order = [Int32](repeating: 0, count: sockets.count)
    for (index, socket) in sockets.enumerated() {
      let bucket = key(socket)
      order[Int(next[bucket])] = Int32(index)
      next[bucket] += 1
    }
    return (order, start)
  }

  /// The sockets whose local port is `port`, of one protocol or all.
  public func onPort(_ port: UInt16, _ proto: InetProtocol? = nil) -> [InetSocket] {
    byPort[Int(portStart[Int(port)])..<Int(portStart[Int(port) + 1])].lazy.map { sockets[Int($0)] }
      .filter { proto == nil || $0.proto == proto }
  }

  /// The TCP sockets in a state, in dump order; none is copied before it is looked at.
  public func tcp(_ state: TCPState) -> StateSockets {
    let key = Int(state.rawValue)
    return StateSockets(sockets: sockets, order: key == 0 ? [] : byState[Int(stateStart[key])..<Int(stateStart[key + 1])])
  }

  /// TCP listeners.
  public var listeners: [InetSocket] { Array(tcp(.listen)) }

  /// The listeners that could have accepted (or would accept) a connection to this local address and port, the most specific kind only;
  /// several when SO_REUSEPORT spreads the load.
  public func listeners(for child: InetSocket) -> [InetSocket] {
    guard let onPort = listenersByPort[child.localPort] else { return [] }
    let candidates = onPort.lazy.map { sockets[Int($0)] }.filter { Self.covers($0, child) }
    let best = candidates.map { Self.score($0, child) }.max()
    return candidates.filter { Self.score($0, child) == best }
  }

  /// Whether a connection's local end is a listener's: this host was called, it did not call.
  public func isServerSide(_ socket: InetSocket) -> Bool {
    listenersByPort[socket.localPort]?.contains { Self.covers(sockets[Int($0)], socket) } ?? false
  }

  /// TCP listeners at a destination, if it is in this snapshot too: both ends of a connection on one host.
  public func listeners(at address: IPAddress, _ port: UInt16) -> [InetSocket] {
    (listenersByPort[port] ?? []).map { sockets[Int($0)] }.filter { $0.localAddress.isAny || $0.localAddress.unmapped == address.unmapped }
  }

  /// Whether a bound socket takes packets to the local end of `child`: address, family and device.
  public static func covers(_ listener: InetSocket, _ child: InetSocket) -> Bool {
    if listener.interface != 0, child.interface != 0, listener.interface != child.interface { return false }
    let bound = listener.localAddress
    if bound.isAny {
      if !listener.isIPv6 { return child.localAddress.v4 != nil }
      return child.localAddress.v4 == nil || listener[.v6only] != 1
    }
    return bound.unmapped == child.localAddress.unmapped
  }

  /// compute_score() of net/ipv4/inet_hashtables.c in short: address, then device, then the exact family.
  public static func score(_ listener: InetSocket, _ child: InetSocket) -> Int {
    (listener.localAddress.isAny ? 0 : 4) + (listener.interface != 0 ? 2 : 0)
      + (listener.isIPv6 == (child.localAddress.v4 == nil) ? 1 : 0)
  }

  /// The connections that belong to a listener by address and port: everything on its port it covers, itself and other listeners excluded.
  public func children(of listener: InetSocket) -> [InetSocket] {
    onPort(listener.localPort, .tcp).filter { child in
      child.state != .listen && child.peerPort != 0 && Self.covers(listener, child)
        && (listeners(for: child).contains { $0.cookie == listener.cookie })
    }
  }
}

/// Some of an index's sockets: an array of places in the list of all.
public struct StateSockets: RandomAccessCollection, Sendable {
  let sockets: [InetSocket]
  let order: ArraySlice<Int32>

  /// The first place.
  public var startIndex: Int { order.startIndex }
  /// The place after the last.
  public var endIndex: Int { order.endIndex }
  /// The socket at a place.
  public subscript(position: Int) -> InetSocket { sockets[Int(order[position])] }
}
