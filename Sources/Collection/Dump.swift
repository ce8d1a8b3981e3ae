public import Catalog
public import Netlink
public import ProcFS
public import SockDiag
public import Wire

/// Replies kept because something must be joined to them: one flat array, cut into records afterwards.
public struct HeldReplies: Sendable {
  /// Payloads, one behind the other, each at a multiple of four.
  public internal(set) var bytes: [UInt8] = []
  /// Where each payload begins, how long it is, which protocol it answers for.
  public internal(set) var places: [(offset: Int, count: Int, proto: InetProtocol)] = []

  /// Nothing yet.
  public init() {}

  /// Keeps one payload.
  public mutating func keep(_ span: RawSpan, at offset: Int, count: Int, proto: InetProtocol) throws(WireError) {
    places.append((bytes.count, count, proto))
    bytes += try span.bytes(at: offset, count: count)
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  /// The records. Each is checked whole.
  public func records() throws(WireError) -> [InetSocket] {
    let buffer = ReplyBuffer(bytes)
    var out: [InetSocket] = []
    out.reserveCapacity(places.count)
    for place in places { out.append(try InetSocket(buffer, at: place.offset, count: place.count, proto: place.proto)) }
    return out
  }

  /// Lends every payload in order.
  public func forEach(_ body: (RawSpan, Int, Int, InetProtocol) throws -> Void) rethrows {
    let span = bytes.span
    for place in places { unsafe try body(span.bytes, place.offset, place.count, place.proto) }
  }

  /// The inodes of all sockets that have one.
  public var inodes: InodeSet {
    var set = InodeSet(expected: places.count)
    let span = bytes.span
    let layout = Field.inode.layout
    for place in places {
      let inode = unsafe span.bytes.integer(at: place.offset + Int(layout.offset), width: 4) ?? 0
      set.insert(UInt32(truncatingIfNeeded: inode))
    }
    return set
  }
}

extension DiagSource {
  /// Asks one question and lends the payloads that pass a filter.
  public func ask(_ request: DiagRequest, filter: Filter?, _ body: (RawSpan, Int, Int) throws -> Void) throws {
    try ask(request) { span, message in
      if let filter, !filter.matches(in: span, header: message.payload, count: message.count) { return }
      try body(span, message.payload, message.count)
    }
  }
}
