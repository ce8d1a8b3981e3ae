internal import CMnl

/// Which extensions a request asks for (idiag_ext): bit n - 1 is INET_DIAG_* attribute n.
public struct DiagExtensions: OptionSet, Hashable, Sendable {
  /// idiag_ext.
  public let rawValue: UInt8
  /// Extensions by their bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// INET_DIAG_MEMINFO.
  public static let meminfo = DiagExtensions(rawValue: 1 << 0)
  /// INET_DIAG_INFO.
  public static let info = DiagExtensions(rawValue: 1 << 1)
  /// INET_DIAG_VEGASINFO: Vegas, DCTCP or BBR, whichever the socket uses.
  public static let vegas = DiagExtensions(rawValue: 1 << 2)
  /// INET_DIAG_CONG.
  public static let congestion = DiagExtensions(rawValue: 1 << 3)
  /// INET_DIAG_TOS.
  public static let tos = DiagExtensions(rawValue: 1 << 4)
  /// INET_DIAG_TCLASS; CLASS_ID comes with it.
  public static let tclass = DiagExtensions(rawValue: 1 << 5)
  /// INET_DIAG_SKMEMINFO.
  public static let skmeminfo = DiagExtensions(rawValue: 1 << 6)
  /// Everything a card needs.
  public static let card: DiagExtensions = [.meminfo, .info, .vegas, .congestion, .tos, .tclass, .skmeminfo]
}

/// The identity of one socket for an exact query; addresses and ports in network order as idiag_src and idiag_dst carry them.
public struct DiagIdentity: Hashable, Sendable {
  /// idiag_sport, host order.
  public var localPort: UInt16
  /// idiag_dport, host order.
  public var peerPort: UInt16
  /// idiag_src, sixteen bytes.
  public var local: [UInt8]
  /// idiag_dst, sixteen bytes.
  public var peer: [UInt8]
  /// idiag_if.
  public var interface: UInt32
  /// idiag_cookie; nil means any (INET_DIAG_NOCOOKIE).
  public var cookie: UInt64?

  /// An identity of addresses (sixteen bytes each, shorter ones are filled with zeros) and ports in host order.
  public init(local: [UInt8], localPort: UInt16, peer: [UInt8], peerPort: UInt16, interface: UInt32 = 0, cookie: UInt64? = nil) {
    self.local = local
    self.localPort = localPort
    self.peer = peer
    self.peerPort = peerPort
    self.interface = interface
    self.cookie = cookie
  }
}

/// One of two disjoint halves of all sockets, told apart by the kernel's bytecode, so that two walks may run side by side.
///
/// A server's sockets differ in the peer's port, a client's in their own: the half asks for both, so that either kind is split.
public enum PortHalf: Hashable, Sendable {
  /// Both ports at most this number.
  case low(upTo: UInt16)
  /// Any port above this number.
  case high(above: UInt16)

  /// struct inet_diag_bc_op: code, yes and no (byte offsets to jump by); the port stands in the `no` of a second op.
  /// INET_DIAG_BC_JMP is 1, S_LE 3, D_LE 5; a jump to the end accepts, one to four past it rejects.
  var bytecode: [UInt8] {
    func op(_ code: UInt8, _ yes: UInt8, _ no: UInt16) -> [UInt8] { [code, yes, UInt8(no & 255), UInt8(no >> 8)] }
    switch self {
    case .low(let port): return op(3, 8, 20) + op(0, 0, port) + op(5, 8, 12) + op(0, 0, port)
    case .high(let port):
      // The kernel's audit follows `yes` alone and must arrive at the end, so "not (low and low)" ends in a jump that rejects (JMP takes `no`).
      return op(3, 8, 20) + op(0, 0, port) + op(5, 8, 12) + op(0, 0, port) + op(1, 4, 8)
    }
  }
}

/// What is asked of NETLINK_SOCK_DIAG. Encoded with libmnl; two equal requests encode to the same bytes but for the sequence number.
public enum DiagRequest: Hashable, Sendable {
  /// TCPDIAG_GETSOCK (v1): TCP of both families in one walk of the table; `localPort` 0 means any. `half` asks for a part of the sockets.
  case tcpBothFamilies(states: UInt32, extensions: DiagExtensions, localPort: UInt16 = 0, half: PortHalf? = nil)
  /// SOCK_DIAG_BY_FAMILY (v2): one family (2 or 10) of one protocol; `localPort` 0 means any.
  case inet(family: UInt8, proto: UInt16, states: UInt32, extensions: DiagExtensions, localPort: UInt16 = 0)
  /// SOCK_DIAG_BY_FAMILY (v2), no dump: one socket by its addresses.
  case exact(family: UInt8, proto: UInt16, identity: DiagIdentity, extensions: DiagExtensions)
  /// SOCK_DIAG_BY_FAMILY for AF_UNIX; `show` is UDIAG_SHOW_*.
  case unix(states: UInt32, show: UInt32)
  /// SOCK_DIAG_BY_FAMILY for AF_UNIX, no dump: one socket by its inode.
  case unixExact(inode: UInt32, show: UInt32)

  /// False for the exact ones: one answer, no NLMSG_DONE.
  public var isDump: Bool {
    switch self {
    case .exact, .unixExact: false
    default: true
    }
  }

  /// The whole message, header included, with a sequence number.
  public func encoded(sequence: UInt32) -> [UInt8] {
    var message = RequestBuilder(type: isV1 ? 18 : 20, dump: isDump, sequence: sequence)
    switch self {
    case .tcpBothFamilies(let states, let extensions, let localPort, let half):
      // struct inet_diag_req: family, two prefix lengths, ext, id, states, dbs.
      message.put(body: [2, 0, 0, extensions.rawValue] + Self.portOnly(localPort) + states.littleBytes + [0, 0, 0, 0])
      if let half { message.putBytecode(half.bytecode) }
    case .inet(let family, let proto, let states, let extensions, let localPort):
      message.put(body: Self.v2(family, proto, extensions, states) + Self.portOnly(localPort))
      message.putProtocol(proto)
    case .exact(let family, let proto, let identity, let extensions):
      message.put(body: Self.v2(family, proto, extensions, .max) + identity.encoded)
      message.putProtocol(proto)
    case .unix(let states, let show):
      message.put(
        body: [1, 0, 0, 0] + states.littleBytes + [0, 0, 0, 0] + show.littleBytes + UInt32.max.littleBytes + UInt32.max.littleBytes)
    case .unixExact(let inode, let show):
      message.put(
        body: [1, 0, 0, 0] + UInt32.max.littleBytes + inode.littleBytes + show.littleBytes + UInt32.max.littleBytes
          + UInt32.max.littleBytes)
    }
    return message.bytes
  }

  var isV1: Bool {
    if case .tcpBothFamilies = self { return true }
    return false
  }

  // A kernel without INET_DIAG_REQ_PROTOCOL answers for the byte: 262 truncated would be TCP, so a number above 255 is sent as 255.
  static func portOnly(_ port: UInt16) -> [UInt8] {
    [UInt8(port >> 8), UInt8(port & 255)] + [UInt8](repeating: 0, count: 46)
  }

  static func v2(_ family: UInt8, _ proto: UInt16, _ extensions: DiagExtensions, _ states: UInt32) -> [UInt8] {
    [family, UInt8(clamping: proto), extensions.rawValue, 0] + states.littleBytes
  }
}

extension UInt32 {
  var littleBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> UInt32(8 * $0)) } }
}

extension DiagIdentity {
  /// struct inet_diag_sockid.
  var encoded: [UInt8] {
    func padded(_ bytes: [UInt8]) -> [UInt8] { Array((bytes + [UInt8](repeating: 0, count: 16)).prefix(16)) }
    let cookie = cookie ?? .max
    return [UInt8(localPort >> 8), UInt8(localPort & 255), UInt8(peerPort >> 8), UInt8(peerPort & 255)] + padded(local) + padded(peer)
      + interface.littleBytes + UInt32(truncatingIfNeeded: cookie).littleBytes + UInt32(cookie >> 32).littleBytes
  }
}
