public import Catalog
public import Netlink
public import SockDiag

/// What a list asks the kernel for: protocols, families, states, extensions; and the one socket, when its four-tuple is known.
public struct Questions: Sendable {
  /// Protocols to list, in the order of output.
  public var protocols: [InetProtocol]
  /// AF_INET asked for.
  public var wantsIPv4 = true
  /// AF_INET6 asked for.
  public var wantsIPv6 = true
  /// States wanted.
  public var states: TCPStateSet
  /// Extensions wanted.
  public var extensions: DiagExtensions
  /// The one local port wanted; 0 for any. The kernel does not apply it to bound-inactive sockets, so a filter must follow.
  public var localPort: UInt16 = 0
  /// A complete four-tuple: one exact query instead of a dump.
  public var exact: FourTuple?

  /// Both ends of one connection.
  public struct FourTuple: Sendable {
    /// Local address.
    public var local: IPAddress
    /// Local port, host order.
    public var localPort: UInt16
    /// Peer address.
    public var peer: IPAddress
    /// Peer port, host order.
    public var peerPort: UInt16
    /// A connection's two ends.
    public init(local: IPAddress, localPort: UInt16, peer: IPAddress, peerPort: UInt16) {
      self.local = local
      self.localPort = localPort
      self.peer = peer
      self.peerPort = peerPort
    }
  }

  /// Questions about some protocols in some states.
  public init(protocols: [InetProtocol], states: TCPStateSet, extensions: DiagExtensions = []) {
    self.protocols = protocols
    self.states = states
    self.extensions = extensions
  }

  /// The same TCP question as two that share no socket, when it is the plain one of both families; nil otherwise. Bound-inactive sockets are
  /// asked for apart: they stand in a table of their own, which both halves would walk.
  ///
  /// - Parameter port: where to cut; the middle of the ephemeral ports splits clients and servers alike.
  public func halves(at port: UInt16) -> (low: DiagRequest, high: DiagRequest, bound: DiagRequest?)? {
    guard protocols == [.tcp], wantsIPv4, wantsIPv6, exact == nil, localPort == 0 else { return nil }
    let bound = TCPStateSet(.boundInactive)
    let states = requestStates(.tcp) & ~bound.rawValue
    return (
      .tcpBothFamilies(states: states, extensions: extensions, half: .low(upTo: port)),
      .tcpBothFamilies(states: states, extensions: extensions, half: .high(above: port)),
      self.states.isSuperset(of: bound) ? .tcpBothFamilies(states: bound.rawValue, extensions: extensions) : nil
    )
  }

  /// The requests that answer them; TCP of both families is one walk of the kernel's table.
  public var requests: [(request: DiagRequest, proto: InetProtocol)] {
    protocols.flatMap { proto -> [(request: DiagRequest, proto: InetProtocol)] in
      if let exact, proto != .raw { return [(exactRequest(exact, proto), proto)] }
      if proto == .tcp, wantsIPv4, wantsIPv6 {
        return [(.tcpBothFamilies(states: requestStates(proto), extensions: extensions, localPort: localPort), proto)]
      }
      var out: [(request: DiagRequest, proto: InetProtocol)] = []
      if wantsIPv4 {
        out.append(
          (.inet(family: 2, proto: proto.rawValue, states: requestStates(proto), extensions: extensions, localPort: localPort), proto))
      }
      if wantsIPv6 {
        out.append(
          (.inet(family: 10, proto: proto.rawValue, states: requestStates(proto), extensions: extensions, localPort: localPort), proto))
      }
      return out
    }
  }

  // TCP_NEW_SYN_RECV is how the kernel keeps request sockets; a request for SYN-RECV means both. No TCP socket in CLOSE is in a table
  // (bound-inactive ones have a bit of their own), and without its bit a request for LISTEN spares the walk of all connections.
  func requestStates(_ proto: InetProtocol) -> UInt32 {
    var wanted = states
    if wanted.has(TCPState.synRecv.rawValue) { wanted.insert(.init(.newSynRecv)) }
    if proto == .tcp, wanted != TCPStateSet(.close) { wanted.remove(.init(.close)) }
    return wanted.rawValue
  }

  /// The dump of one protocol that answers what its exact query could not.
  func dump(of proto: InetProtocol) -> Questions {
    var copy = self
    copy.protocols = [proto]
    copy.localPort = exact?.localPort ?? localPort
    copy.exact = nil
    return copy
  }

  func exactRequest(_ tuple: FourTuple, _ proto: InetProtocol) -> DiagRequest {
    let identity = DiagIdentity(
      local: tuple.local.networkBytes, localPort: tuple.localPort, peer: tuple.peer.networkBytes, peerPort: tuple.peerPort)
    return .exact(family: tuple.local.isIPv6 ? 10 : 2, proto: proto.rawValue, identity: identity, extensions: extensions)
  }
}

extension IPAddress {
  /// The bytes as idiag_src and idiag_dst carry them: four for IPv4, sixteen for IPv6.
  public var networkBytes: [UInt8] {
    func bytes(_ half: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) } }
    return isIPv6 ? bytes(high) + bytes(low) : Array(bytes(high).prefix(4))
  }
}
