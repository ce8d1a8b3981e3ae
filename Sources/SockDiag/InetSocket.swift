public import Catalog
public import Wire

/// The bytes of many replies, owned together; records point into it.
public final class ReplyBuffer: Sendable {
  /// Message payloads (struct inet_diag_msg and attributes), one behind the other, each at a multiple of four.
  public let bytes: [UInt8]
  /// A buffer that owns the bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Lends the bytes to a reader.
  @inline(__always)
  func read<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
    let owned = bytes
    let span = owned.span
    return try body(unsafe span.bytes)
  }
}

/// One socket as INET_DIAG described it: a place in an owned reply. Every number is read through a `Field`.
public struct InetSocket: Sendable {
  /// The owner of the bytes.
  public let buffer: ReplyBuffer
  /// First byte of struct inet_diag_msg.
  public let offset: Int
  /// Bytes of the message payload, attributes included.
  public let count: Int
  /// The protocol that was asked for.
  public let proto: InetProtocol

  /// Bytes of struct inet_diag_msg.
  public static let headerSize = 72

  /// A record over `count` bytes of a buffer.
  ///
  /// - Throws: `WireError` when the header is cut off or an attribute has an impossible length.
  public init(_ buffer: ReplyBuffer, at offset: Int, count: Int, proto: InetProtocol) throws(WireError) {
    guard offset >= 0, count >= Self.headerSize, offset <= buffer.bytes.count - count else {
      throw .truncated(at: offset, needed: Self.headerSize, available: max(0, min(count, buffer.bytes.count - offset)))
    }
    self.buffer = buffer
    self.offset = offset
    self.count = count
    self.proto = proto
    try buffer.read { (span) throws(WireError) in
      var walk = AttributeWalk(at: offset + Self.headerSize, end: offset + count)
      while try walk.next(in: span) != nil {}
    }
  }

  /// A record of its own bytes (tests, exact queries).
  public init(_ payload: [UInt8], proto: InetProtocol = .tcp) throws(WireError) {
    try self.init(ReplyBuffer(payload), at: 0, count: payload.count, proto: proto)
  }

  /// Payload offset and length of an attribute, nil when the kernel did not send it.
  public func attribute(_ part: Part) -> (offset: Int, count: Int)? {
    if part == .header { return (offset, Self.headerSize) }
    return buffer.read { span in
      var walk = AttributeWalk(at: offset + Self.headerSize, end: offset + count)
      while let found = try? walk.next(in: span) {
        if found.type == part.rawValue { return (found.payload, found.count) }
      }
      return nil
    }
  }

  /// The value of a field; nil when the kernel did not send it (never 0 for "absent").
  public subscript(_ field: Field) -> UInt64? {
    let layout = field.layout
    guard let place = attribute(layout.part), Int(layout.offset) + Int(layout.width) <= place.count else { return nil }
    return buffer.read { span in
      span.integer(at: place.offset + Int(layout.offset), width: Int(layout.width), network: layout.network)
    }.map(layout.extract)
  }

  /// The bytes of an attribute, copied; nil when the kernel did not send it.
  public func bytes(of part: Part) -> [UInt8]? {
    attribute(part).flatMap { place in buffer.read { span in try? span.bytes(at: place.offset, count: place.count) } }
  }

  func header(_ at: Int, _ width: Int, network: Bool = false) -> UInt64 {
    buffer.read { span in span.integer(at: offset + at, width: width, network: network) ?? 0 }
  }
}

extension InetSocket {
  /// idiag_state.
  public var state: TCPState { TCPState(rawValue: UInt8(truncatingIfNeeded: header(1, 1))) }
  /// True for AF_INET6.
  public var isIPv6: Bool { header(0, 1) == 10 }
  /// idiag_timer.
  public var timer: TimerKind { TimerKind(rawValue: UInt8(truncatingIfNeeded: header(2, 1))) }
  /// idiag_retrans: retransmissions or probes, by the kind of timer.
  public var timerRetransmits: Int { Int(header(3, 1)) }
  /// idiag_expires.
  public var timerMilliseconds: Int { Int(header(52, 4)) }
  /// idiag_sport.
  public var localPort: UInt16 { UInt16(truncatingIfNeeded: header(4, 2, network: true)) }
  /// idiag_dport.
  public var peerPort: UInt16 { UInt16(truncatingIfNeeded: header(6, 2, network: true)) }
  /// idiag_src.
  public var localAddress: IPAddress { address(at: 8) }
  /// idiag_dst.
  public var peerAddress: IPAddress { address(at: 24) }
  /// idiag_if: 0 when not bound to a device.
  public var interface: UInt32 { UInt32(truncatingIfNeeded: header(40, 4)) }
  /// idiag_cookie: unique for the socket's life.
  public var cookie: UInt64 { header(44, 8) }
  /// idiag_rqueue: unread bytes; for LISTEN sk_ack_backlog; for UDP memory.
  public var receiveQueue: Int { Int(header(56, 4)) }
  /// idiag_wqueue: bytes not acknowledged; for LISTEN sk_max_ack_backlog; for UDP memory.
  public var sendQueue: Int { Int(header(60, 4)) }
  /// idiag_uid.
  public var uid: UInt32 { UInt32(truncatingIfNeeded: header(64, 4)) }
  /// idiag_inode: 0 for mini-sockets, orphans and connections not yet accepted.
  public var inode: UInt32 { UInt32(truncatingIfNeeded: header(68, 4)) }

  func address(at place: Int) -> IPAddress {
    IPAddress(high: header(place, 8, network: true), low: header(place + 8, 8, network: true), isIPv6: isIPv6)
  }

  /// True for request sockets, TIME-WAIT and FIN-WAIT-2 mini-sockets: they report uid 0, inode 0 and no attribute but MARK.
  public var isMiniSocket: Bool {
    switch state {
    case .timeWait: true
    case .finWait2: timer == .timewait
    case .synRecv, .newSynRecv: inode == 0 && attribute(.shutdown) == nil && attribute(.sockopt) == nil
    default: false
    }
  }

  /// A connection in its listener's accept queue: no inode yet, and not a mini-socket or an orphan's state.
  public var isNotYetAccepted: Bool {
    inode == 0 && (state == .established || state == .closeWait)
  }

  /// A socket without process that the kernel still finishes: FIN-WAIT-1, CLOSING, LAST-ACK, or full FIN-WAIT-2 without inode.
  public var isOrphan: Bool {
    guard inode == 0 else { return false }
    switch state {
    case .finWait1, .closing, .lastAck, .finWait2: return true
    default: return false
    }
  }

  /// INET_DIAG_CONG: the congestion control's name.
  public var congestionControl: Name? {
    bytes(of: Part(rawValue: 4)).map { Name(Array($0.prefix { $0 != 0 })) }
  }

  /// Attributes that no field decodes: type and bytes, in wire order.
  public var otherAttributes: [(type: UInt16, bytes: [UInt8])] {
    let known: Set<UInt16> = [1, 2, 4, 5, 6, 7, 8, 10, 11, 15, 17, 21, 22]
    return buffer.read { span in
      var walk = AttributeWalk(at: offset + Self.headerSize, end: offset + count)
      var out: [(type: UInt16, bytes: [UInt8])] = []
      while let found = try? walk.next(in: span) {
        if !known.contains(found.type), let bytes = try? span.bytes(at: found.payload, count: found.count) {
          out.append((found.type, bytes))
        }
      }
      return out
    }
  }
}
