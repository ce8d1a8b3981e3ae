/// A netlink message header and where its payload lies. The corresponding C type is struct nlmsghdr.
@frozen public struct MessageHeader: Equatable, Sendable {
  /// nlmsg_type: NLMSG_ERROR (2), NLMSG_DONE (3), or the family's own from 16 upwards.
  public let type: UInt16
  /// nlmsg_flags: NLM_F_MULTI (2), NLM_F_DUMP_INTR (16), …
  public let flags: UInt16
  /// nlmsg_seq of the request that is answered.
  public let sequence: UInt32
  /// nlmsg_pid: the port id of the socket that asked.
  public let port: UInt32
  /// Byte offset of the payload in the walked span.
  public let payload: Int
  /// Payload bytes, padding not counted.
  public let count: Int

  @inlinable
  init(type: UInt16, flags: UInt16, sequence: UInt32, port: UInt32, payload: Int, count: Int) {
    self.type = type
    self.flags = flags
    self.sequence = sequence
    self.port = port
    self.payload = payload
    self.count = count
  }

  /// Bytes in a header (NLMSG_HDRLEN).
  public static var size: Int {
    @inlinable get { 16 }
  }
}

/// Steps over the messages of one datagram. It holds offsets only, so it lives beside any span.
///
///     var walk = MessageWalk()
///     while let message = try walk.next(in: datagram) { … }
@frozen public struct MessageWalk: Sendable {
  /// Offset of the next header.
  public var offset: Int

  /// Begins at a byte offset.
  @inlinable public init(at offset: Int = 0) { self.offset = offset }

  /// The next message, or nil at the end of the span.
  ///
  /// - Throws: `WireError` for a header that is cut off, a length below 16, or one past the end. The walk always advances.
  @inlinable @inline(__always)
  public mutating func next(in span: RawSpan) throws(WireError) -> MessageHeader? {
    guard offset < span.byteCount else { return nil }
    let start = offset
    let length = Int(try span.load(UInt32.self, at: start))
    guard length >= MessageHeader.size, length <= span.byteCount &- start else {
      throw .badLength(at: start, length: length)
    }
    offset = start &+ ((length &+ 3) & ~3)
    return MessageHeader(
      type: try span.load(UInt16.self, at: start &+ 4), flags: try span.load(UInt16.self, at: start &+ 6),
      sequence: try span.load(UInt32.self, at: start &+ 8), port: try span.load(UInt32.self, at: start &+ 12),
      payload: start &+ MessageHeader.size, count: length &- MessageHeader.size)
  }
}

/// A netlink attribute: its type without the nested and byte-order bits, and where its payload lies.
@frozen public struct Attribute: Equatable, Sendable {
  /// nla_type & NLA_TYPE_MASK.
  public let type: UInt16
  /// Byte offset of the payload in the walked span.
  public let payload: Int
  /// Payload bytes, padding not counted.
  public let count: Int

  /// An attribute by its place.
  @inlinable public init(type: UInt16, payload: Int, count: Int) {
    self.type = type
    self.payload = payload
    self.count = count
  }
}

/// Steps over the attributes between two offsets of a span.
@frozen public struct AttributeWalk: Sendable {
  /// Offset of the next attribute header.
  public var offset: Int
  /// The first offset behind the attributes.
  public let end: Int

  /// Walks the attributes that lie in `offset ..< end`.
  @inlinable public init(at offset: Int, end: Int) {
    self.offset = offset
    self.end = end
  }

  /// The next attribute, or nil at the end.
  ///
  /// - Throws: `WireError` for a header that is cut off, a length below 4, or one past the end. The walk always advances.
  @inlinable @inline(__always)
  public mutating func next(in span: RawSpan) throws(WireError) -> Attribute? {
    guard offset < end else { return nil }
    let start = offset
    guard end <= span.byteCount, end &- start >= 4 else {
      throw .truncated(at: start, needed: 4, available: max(0, min(end, span.byteCount) - start))
    }
    let length = Int(try span.load(UInt16.self, at: start))
    guard length >= 4, length <= end &- start else { throw .badLength(at: start, length: length) }
    offset = start &+ ((length &+ 3) & ~3)
    return Attribute(type: try span.load(UInt16.self, at: start &+ 2) & 0x3fff, payload: start &+ 4, count: length &- 4)
  }
}
