public import Catalog
import Wire

/// Which sockets are wanted: ss's filter language, parsed. States stand apart from the expression because the request carries them.
///
///     let filter = try Filter.parse(["state", "established", "dport", "=", ":443"], context: FilterContext())
///     filter.matches(socket)
public struct Filter: Sendable {
  /// What `state` and `exclude` ask for; nil when neither was written and the options decide.
  public let states: TCPStateSet?
  /// The condition; nil matches every socket.
  public let expression: FilterExpression?
  private let program: FilterProgram

  /// A filter of parts already made.
  public init(states: TCPStateSet? = nil, expression: FilterExpression? = nil) {
    self.states = states
    self.expression = expression
    program = FilterProgram(expression)
  }

  /// The sockets on one local port.
  public init(localPort: UInt16) {
    self.init(expression: .condition(.port(.local, .equal, localPort)))
  }

  /// Parses the words of a command line; each word may hold several words of the language.
  ///
  /// - Throws: `FilterError`, which names the offending word and the fix.
  public static func parse(_ words: [String], context: FilterContext) throws(FilterError) -> Filter {
    var parser = try FilterParser(words, context)
    let expression = try parser.parse()
    return Filter(states: parser.states, expression: expression)
  }

  /// Whether an internet socket meets the expression; its state is not asked.
  public func matches(_ socket: InetSocket) -> Bool {
    socket.buffer.read { span in program.accepts(span, socket.offset, socket.count) }
  }

  /// Whether the struct inet_diag_msg at `offset` meets the expression. Reads the header in place, allocates nothing.
  ///
  /// - Parameter count: bytes of the message; only `fwmark` looks behind the header (see `usesMark`).
  public func matches(in span: RawSpan, header offset: Int, count: Int = InetSocket.headerSize) -> Bool {
    program.accepts(span, offset, count)
  }

  /// Whether a unix socket meets the expression. Conditions on addresses, ports, devices and marks do not hold for it.
  ///
  /// - Parameter peer: the name the socket's peer is bound to, for `dst` (see `usesPeerPath`).
  public func matches(_ unix: UnixSocket, peer: Name? = nil) -> Bool {
    guard let expression else { return true }
    return Self.holds(expression, Self.spelled(unix.path), Self.spelled(peer))
  }
}

// What the collector may conclude from the expression.

extension Filter {
  /// Whether `fwmark` is asked: the kernel sends marks to CAP_NET_ADMIN only, and a socket without mark meets no `fwmark =`.
  public var usesMark: Bool { expression?.contains { if case .mark = $0 { true } else { false } } ?? false }

  /// Whether a unix path is asked, so that unix sockets are wanted.
  public var namesUnix: Bool { expression?.contains { if case .unixPath = $0 { true } else { false } } ?? false }

  /// Whether an address, port, device or mark is asked, so that internet sockets are wanted.
  public var namesInet: Bool {
    expression?.contains {
      switch $0 {
      case .host, .port, .device, .mark: true
      case .anything, .unixPath, .autobound: false
      }
    } ?? false
  }

  /// Whether the peer's path of a unix socket is asked.
  public var usesPeerPath: Bool { expression?.contains { if case .unixPath(let side, _) = $0 { side != .local } else { false } } ?? false }

  /// A port, an address, a device or a path picks some few sockets out of all: the list is short enough for cards.
  public var isNarrow: Bool { expression.map(Self.narrows) ?? false }

  /// The local port, when that is all the expression says.
  public var localPortOnly: UInt16? { portOnly.flatMap { $0.side == .local ? $0.port : nil } }

  /// The port and its side, when that is all the expression says: `8080`, `sport = :22`, `dst :443`.
  public var portOnly: (side: Side, port: UInt16)? {
    guard case .condition(let condition) = expression else { return nil }
    switch condition {
    case .host(let side, let host) where host == HostCondition(port: host.port): return host.port.map { (side, $0) }
    case .port(let side, .equal, let port): return (side, port)
    default: return nil
    }
  }

  /// Both addresses and ports, when a conjunction fixes all four: one exact query can answer. The answer must still pass `matches`, and a
  /// socket bound to a device is found only if the query names that device: ENOENT is no proof of absence.
  public var exactTuple: (local: IPAddress, localPort: UInt16, peer: IPAddress, peerPort: UInt16)? {
    var ends: [Side: (address: IPAddress?, port: UInt16?)] = [:]
    let parts: [FilterExpression] = if case .all(let parts) = expression { parts } else { expression.map { [$0] } ?? [] }
    for part in parts {
      guard case .condition(let condition) = part else { return nil }
      switch condition {
      case .host(let side, let host):
        if let prefix = host.prefix, prefix.isWhole { ends[side, default: (nil, nil)].address = prefix.address }
        if let port = host.port { ends[side, default: (nil, nil)].port = port }
      case .port(let side, .equal, let port): ends[side, default: (nil, nil)].port = port
      default: continue
      }
    }
    guard let local = ends[.local], let peer = ends[.peer], let source = local.address, let from = local.port,
      let target = peer.address, let to = peer.port, source.isIPv6 == target.isIPv6
    else { return nil }
    return (source, from, target, to)
  }

  private static func narrows(_ expression: FilterExpression) -> Bool {
    switch expression {
    case .all(let parts): parts.contains(where: narrows)
    case .any(let parts): parts.allSatisfy(narrows)
    case .not: false
    case .condition(.host(_, let host)): host.port != nil || host.interface != nil || host.prefix.map { $0.length > 0 } ?? false
    case .condition(.port(_, let comparison, _)): comparison == .equal
    case .condition(.device): true
    case .condition(.unixPath(_, let glob)): glob != "*"
    case .condition(.anything), .condition(.mark), .condition(.autobound): false
    }
  }

  /// The tree is at most `FilterParser.depthLimit` levels deep, so recursion is safe.
  private static func holds(_ expression: FilterExpression, _ local: [UInt8], _ peer: [UInt8]) -> Bool {
    switch expression {
    case .all(let parts): parts.allSatisfy { holds($0, local, peer) }
    case .any(let parts): parts.contains { holds($0, local, peer) }
    case .not(let part): !holds(part, local, peer)
    case .condition(.anything): true
    case .condition(.unixPath(.local, let glob)): Glob.matches(Array(glob.utf8), local)
    case .condition(.unixPath(.peer, let glob)): Glob.matches(Array(glob.utf8), peer)
    case .condition(.unixPath(.either, let glob)): Glob.matches(Array(glob.utf8), local) || Glob.matches(Array(glob.utf8), peer)
    case .condition(.autobound): isKernelName(local)
    case .condition(.host), .condition(.port), .condition(.device), .condition(.mark): false
    }
  }

  /// The name as ss writes it: NUL bytes of an abstract name are `@`, an unbound socket's name is empty.
  private static func spelled(_ name: Name?) -> [UInt8] {
    guard let bytes = name?.bytes, let first = bytes.first else { return [] }
    if first == 0 { return bytes.map { $0 == 0 ? UInt8(ascii: "@") : $0 } }
    return Array(bytes.prefix { $0 != 0 })
  }

  /// unix_autobind() makes a NUL and five hexadecimal digits; an unbound socket counts too, as in ss.
  private static func isKernelName(_ name: [UInt8]) -> Bool {
    if name.isEmpty { return true }
    return name.count == 6 && name[0] == UInt8(ascii: "@")
      && name[1...].allSatisfy { $0 >= 48 && $0 <= 57 || $0 >= 97 && $0 <= 102 }
  }
}

extension Filter: CustomStringConvertible {
  /// The expression in ss's language; the states are not in it.
  public var description: String { expression?.description ?? "" }
}
