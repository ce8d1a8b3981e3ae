internal import Catalog
public import Wire

extension UnixSocket {
  /// Bytes of struct unix_diag_msg.
  public static let headerSize = 16

  /// Which attributes a request asks for: the bits of udiag_show in include/uapi/linux/unix_diag.h. UNIX_DIAG_SHUTDOWN comes unasked
  /// (sk_diag_fill(), net/unix/diag.c, 6.12).
  public enum Show {
    /// UDIAG_SHOW_NAME.
    public static let name: UInt32 = 0x01
    /// UDIAG_SHOW_VFS.
    public static let vfs: UInt32 = 0x02
    /// UDIAG_SHOW_PEER.
    public static let peer: UInt32 = 0x04
    /// UDIAG_SHOW_ICONS.
    public static let pending: UInt32 = 0x08
    /// UDIAG_SHOW_RQLEN.
    public static let queues: UInt32 = 0x10
    /// UDIAG_SHOW_MEMINFO.
    public static let memory: UInt32 = 0x20
    /// UDIAG_SHOW_UID; kernels before 5.3 ignore it.
    public static let uid: UInt32 = 0x40
    /// Everything.
    public static let all: UInt32 = name | vfs | peer | pending | queues | memory | uid
  }

  /// Decodes one reply: struct unix_diag_msg and the attributes behind it. Attributes of an unknown type are passed over.
  ///
  /// - Throws: `WireError` when the header is cut off, an attribute has an impossible length, or one is shorter than what it should hold.
  public init(in span: RawSpan, at offset: Int, count: Int) throws(WireError) {
    guard offset >= 0, count >= Self.headerSize, offset <= span.byteCount - count else {
      throw .truncated(at: offset, needed: Self.headerSize, available: max(0, min(count, span.byteCount - offset)))
    }
    // udiag_cookie is two u32, the low half first.
    let low = UInt64(try span.load(UInt32.self, at: offset + 8))
    let high = UInt64(try span.load(UInt32.self, at: offset + 12))
    self.init(
      type: try span.load(UInt8.self, at: offset + 1), state: TCPState(rawValue: try span.load(UInt8.self, at: offset + 2)),
      inode: try span.load(UInt32.self, at: offset + 4), cookie: high << 32 | low)
    var walk = AttributeWalk(at: offset + Self.headerSize, end: offset + count)
    while let attribute = try walk.next(in: span) { try take(attribute, span) }
  }

  /// Decodes the payload of one reply.
  ///
  /// - Throws: as `init(in:at:count:)` does.
  public init(_ payload: [UInt8]) throws(WireError) {
    let span = payload.span
    self = try unsafe UnixSocket(in: span.bytes, at: 0, count: payload.count)
  }

  mutating func take(_ attribute: Attribute, _ span: RawSpan) throws(WireError) {
    switch attribute.type {
    case 0: path = try Self.name(attribute, span)
    case 1:
      let pair = try Self.words(attribute, span, atLeast: 2)
      vfs = (pair[0], pair[1])
    case 2: peerInode = try Self.words(attribute, span, atLeast: 1)[0]
    case 3:
      guard attribute.count % 4 == 0 else { throw .badLength(at: attribute.payload - 4, length: attribute.count + 4) }
      pending = try Self.words(attribute, span, atLeast: 0)
    case 4:
      let pair = try Self.words(attribute, span, atLeast: 2)
      receiveQueue = pair[0]
      sendQueue = pair[1]
    // Older kernels send fewer than nine.
    case 5: memory = try Self.words(attribute, span, atLeast: 1)
    case 6:
      guard attribute.count >= 1 else { throw .truncated(at: attribute.payload, needed: 1, available: 0) }
      shutdown = try span.load(UInt8.self, at: attribute.payload)
    case 7: uid = try Self.words(attribute, span, atLeast: 1)[0]
    default: break
    }
  }

  /// A path comes with its closing NUL; an abstract name starts with one and may hold and end with more: its length alone bounds it.
  static func name(_ attribute: Attribute, _ span: RawSpan) throws(WireError) -> Name? {
    let bytes = try span.bytes(at: attribute.payload, count: attribute.count)
    guard let first = bytes.first else { return nil }
    return Name(first == 0 ? bytes : Array(bytes.prefix { $0 != 0 }))
  }

  /// The whole 32-bit words of an attribute, in host order.
  static func words(_ attribute: Attribute, _ span: RawSpan, atLeast least: Int) throws(WireError) -> [UInt32] {
    guard attribute.count >= least * 4 else {
      throw .truncated(at: attribute.payload, needed: least * 4, available: attribute.count)
    }
    var found: [UInt32] = []
    found.reserveCapacity(attribute.count / 4)
    for index in 0..<(attribute.count / 4) { found.append(try span.load(UInt32.self, at: attribute.payload + index * 4)) }
    return found
  }
}
