public import Catalog
public import SockDiag
public import Wire

/// Writes one row a socket while the dump arrives. The first rows are held to size the columns, then nothing is.
public struct ListWriter: ~Copyable {
  var out: ByteWriter
  let options: ListOptions
  let info: InfoLine?
  var held: [UInt8] = []
  var heldRows: [(offset: Int, count: Int, proto: InetProtocol)] = []
  /// Whether the columns have their widths, so that a sibling may start.
  public private(set) var isSized = false
  var widths = Widths()
  var seenNotes: UInt32 = 0
  var seenListen = false
  /// Columns of the terminal, where rows may be folded to fit: a plain list and -O are one line a socket whatever its width.
  let foldWidth: Int
  /// The columns do not fit beside each other.
  var isNarrow = false
  /// Sockets taken so far.
  public private(set) var rows = 0

  /// Column widths in characters.
  struct Widths {
    var state = 6
    var receive = 6
    var send = 6
    var local = 18
    var peer = 17
  }

  // More than the aligned cells of a row can take, two escaped host names or a path among them: no flush comes between a
  // cell and its padding.
  static let rowRoom = 4096
  // Enough to see every usual width, small enough to stay in the cache.
  static let sample = 256

  /// A list to a descriptor (-1: memory).
  public init(options: ListOptions, descriptor: Int32 = 1, lock: OutputLock? = nil) {
    self.options = options
    foldWidth = options.explains && !options.isOneLine ? options.width ?? .max : .max
    out = ByteWriter(descriptor: descriptor, lock: lock)
    info = InfoLine(options.showsInfo ? Field.tcpInfo : [])
  }

  /// True when the reader of the output has gone; the caller stops the dump.
  public var isBroken: Bool { out.failure != 0 }
  /// errno of the failed write, 0 when all is well.
  public var failure: Int32 { out.failure }

  /// Takes one reply: the payload of a message, struct inet_diag_msg and attributes.
  @inline(__always)
  public mutating func take(_ span: RawSpan, at offset: Int, count: Int, proto: InetProtocol) throws(WireError) {
    guard count >= InetSocket.headerSize, offset <= span.byteCount &- count else {
      throw .truncated(at: offset, needed: InetSocket.headerSize, available: count)
    }
    rows &+= 1
    if isSized {
      row(span, offset, count, proto)
      return
    }
    heldRows.append((held.count, count, proto))
    held += try span.bytes(at: offset, count: count)
    if heldRows.count >= Self.sample { release() }
  }

  mutating func countRow() { rows &+= 1 }

  mutating func noteUnixFull() {
    seenNotes |= 1 << UInt32(NotePhrase.acceptQueueFull.index)
    out.literal(NotePhrase.acceptQueueFull.word)
  }

  /// Takes a record of a snapshot.
  public mutating func take(_ socket: InetSocket) throws(WireError) {
    let bytes = socket.buffer.bytes
    let span = bytes.span
    unsafe try take(span.bytes, at: socket.offset, count: socket.count, proto: socket.proto)
  }

  /// Sizes the columns by what is held and writes it; a no-op once they are sized.
  public mutating func release() {
    if isSized { return }
    isSized = true
    let bytes = held, rows = heldRows
    held = []
    heldRows = []
    let span = bytes.span
    for item in rows { unsafe measure(span.bytes, item.offset, item.count, item.proto) }
    isNarrow = baseWidth > foldWidth
    if options.showsHeader { header() }
    for item in rows { unsafe row(span.bytes, item.offset, item.count, item.proto) }
  }

  /// A writer of rows for the same table, on another thread: the widths of this one, no heading; `absorb` ends it.
  public func sibling(lock: OutputLock) -> ListWriter {
    var other = ListWriter(options: options, lock: lock)
    other.widths = widths
    other.isNarrow = isNarrow
    other.isSized = true
    return other
  }

  /// Takes over what a sibling has seen, after it has written its last row.
  public mutating func absorb(_ other: inout ListWriter) {
    other.out.flush()
    rows += other.rows
    seenNotes |= other.seenNotes
    seenListen = seenListen || other.seenListen
  }

  /// Ends the list: what is still held, the legend, the last bytes.
  public mutating func finish() {
    if !isSized { release() }
    if options.explains { legend() }
    out.flush()
  }

  /// What a memory list wrote.
  public mutating func taken() -> [UInt8] { out.taken() }

  mutating func measure(_ span: RawSpan, _ at: Int, _ count: Int, _ proto: InetProtocol) {
    out.reserve(512)
    let start = out.count
    func grow(_ width: inout Int, _ used: Int) { if used > width { width = used } }
    stateCell(span, at)
    grow(&widths.state, out.count - start)
    let afterState = out.count
    endpoint(span, at, count, local: true, proto)
    grow(&widths.local, out.count - afterState)
    let afterLocal = out.count
    endpoint(span, at, count, local: false, proto)
    grow(&widths.peer, out.count - afterLocal)
    grow(&widths.receive, ByteWriter.digits(span.integer(at: at + Place.rqueue, width: 4) ?? 0))
    grow(&widths.send, ByteWriter.digits(span.integer(at: at + Place.wqueue, width: 4) ?? 0))
    out.rewind(to: start)
  }

  mutating func header() {
    out.mark()
    out.reserve(512)
    let lineStart = out.count
    var shape = RowShape(local: 0, peer: 0, end: 0)
    if options.showsNetid { out.literal("Netid ") }
    let titles: [(StaticString, Int, Bool)] = [
      ("State", widths.state, false), ("Recv-Q", widths.receive, true), ("Send-Q", widths.send, true),
      ("Local Address:Port", widths.local, false), ("Peer Address:Port", widths.peer, false),
    ]
    for (index, (title, width, right)) in titles.enumerated() {
      if index == 0 && !options.showsState || (index == 1 || index == 2) && !options.showsQueues { continue }
      if index > 0 { out.byte(0x20) }
      if index == 3 { shape.local = out.count - lineStart }
      if index == 4 { shape.peer = out.count - lineStart }
      let padding = width - title.utf8CodeUnitCount
      if right { out.spaces(padding) }
      out.literal(title)
      if !right, index < 4 || options.explains || options.showsProcesses { out.spaces(padding) }
    }
    shape.end = out.count - lineStart
    if options.showsProcesses { out.literal(" Process") }
    if options.explains { out.literal(options.showsProcesses ? " / NOTE" : " NOTE") }
    if isNarrow || out.count - lineStart > foldWidth { fold(shape) }
    out.byte(0x0a)
  }

  @inline(__always)
  mutating func row(_ span: RawSpan, _ at: Int, _ count: Int, _ proto: InetProtocol) {
    out.mark()
    out.reserve(Self.rowRoom)
    let lineStart = out.count
    if options.showsNetid {
      let start = out.count
      netid(proto)
      out.spaces(6 &- (out.count &- start))
    }
    var start = out.count
    if options.showsState {
      stateCell(span, at)
      out.spaces(widths.state &- (out.count &- start))
      out.byte(0x20)
    }
    if options.showsQueues {
      number(span.integer(at: at &+ Place.rqueue, width: 4) ?? 0, widths.receive)
      out.byte(0x20)
      number(span.integer(at: at &+ Place.wqueue, width: 4) ?? 0, widths.send)
      out.byte(0x20)
    }
    start = out.count
    let local = start &- lineStart
    endpoint(span, at, count, local: true, proto)
    out.spaces(widths.local &- (out.count &- start))
    out.byte(0x20)
    start = out.count
    let peer = start &- lineStart
    endpoint(span, at, count, local: false, proto)
    let end = out.count &- lineStart
    let pad = widths.peer &- (out.count &- start)
    let extras =
      options.showsProcesses || options.showsTimer || options.showsExtended || options.showsMemory || options.showsInfo || options.showsTOS
    if extras || options.explains { tail(span, at, count, proto, pad, lineStart) }
    if isNarrow || out.rowCount > foldWidth { fold(RowShape(local: local, peer: peer, end: end)) }
    out.byte(0x0a)
  }

  @inline(__always)
  mutating func number(_ value: UInt64, _ width: Int) {
    if value < 10 {
      out.spaces(width &- 1)
      out.byte(UInt8(truncatingIfNeeded: 48 &+ value))
      return
    }
    out.spaces(width &- ByteWriter.digits(value))
    out.decimal(value)
  }

  mutating func netid(_ proto: InetProtocol) {
    switch proto {
    case .tcp: out.literal("tcp")
    case .udp: out.literal("udp")
    default: out.bytes(Array(proto.name.utf8))
    }
  }

  @inline(__always)
  mutating func stateCell(_ span: RawSpan, _ at: Int) {
    switch span.integer(at: at &+ Place.state, width: 1) ?? 0 {
    case 1: out.literal("ESTAB")
    case 2: out.literal("SYN-SENT")
    case 3, 12: out.literal("SYN-RECV")
    case 4: out.literal("FIN-WAIT-1")
    case 5: out.literal("FIN-WAIT-2")
    case 6: out.literal("TIME-WAIT")
    case 7: out.literal("UNCONN")
    case 8: out.literal("CLOSE-WAIT")
    case 9: out.literal("LAST-ACK")
    case 10: out.literal("LISTEN")
    case 11: out.literal("CLOSING")
    case let other: out.bytes(Array(TCPState(rawValue: UInt8(truncatingIfNeeded: other)).name.utf8))
    }
  }

  @inline(__always)
  mutating func endpoint(_ span: RawSpan, _ at: Int, _ count: Int, local: Bool, _ proto: InetProtocol) {
    let place = at &+ (local ? Place.source : Place.destination)
    let high = span.integer(at: place, width: 8, network: true) ?? 0
    let device = local ? span.integer(at: at &+ Place.interface, width: 4) ?? 0 : 0
    if options.hostName != nil, hostCell(span, at, place) {
      if device != 0 { interface(device) }
    } else if span.integer(at: at, width: 1) != 10 {
      out.dotted(UInt32(truncatingIfNeeded: high >> 32))
      if device != 0 { interface(device) }
    } else {
      let low = span.integer(at: place &+ 8, width: 8, network: true) ?? 0
      // ss's way: `*` for a socket that takes both families, [::] for one that takes IPv6 alone.
      if high | low == 0, isDualStack(span, at, count) {
        out.byte(0x2a)
        if device != 0 { interface(device) }
      } else {
        out.byte(0x5b)
        out.colons(high, low)
        out.byte(0x5d)
        if device != 0 { interface(device) }
      }
    }
    out.byte(0x3a)
    let port = span.integer(at: at &+ (local ? Place.localPort : Place.peerPort), width: 2, network: true) ?? 0
    if proto == .raw, local, !options.services.isEmpty {
      rawProtocol(port)
    } else if port == 0 {
      out.byte(0x2a)
    } else if !options.services.isEmpty, let name = options.services[UInt32(proto.rawValue) << 16 | UInt32(port)] {
      out.bytes(name.bytes)
    } else {
      out.decimal(port)
    }
  }

  /// The name of an address for -r; false keeps it numeric.
  mutating func hostCell(_ span: RawSpan, _ at: Int, _ place: Int) -> Bool {
    let address = IPAddress(
      high: span.integer(at: place, width: 8, network: true) ?? 0, low: span.integer(at: place &+ 8, width: 8, network: true) ?? 0,
      isIPv6: span.integer(at: at, width: 1) == 10)
    guard !address.isAny, let name = options.hostName?(address) else { return false }
    out.text(escaped(name))
    out.reserve(512)
    return true
  }

  mutating func rawProtocol(_ number: UInt64) {
    switch number {
    case 1: out.literal("icmp")
    case 58: out.literal("ipv6-icmp")
    case 6: out.literal("tcp")
    case 17: out.literal("udp")
    case 47: out.literal("gre")
    case 50: out.literal("esp")
    case 89: out.literal("ospf")
    default: out.decimal(number)
    }
  }

  mutating func interface(_ index: UInt64) {
    out.byte(0x25)
    if let name = options.interfaceName(UInt32(truncatingIfNeeded: index)) {
      out.text(escaped(name))
    } else {
      out.literal("if")
      out.decimal(index)
    }
  }

  func isDualStack(_ span: RawSpan, _ at: Int, _ count: Int) -> Bool {
    var walk = AttributeWalk(at: at + InetSocket.headerSize, end: at + count)
    while let found = try? walk.next(in: span) {
      if found.type == Part.v6only.rawValue { return span.integer(at: found.payload, width: 1) != 1 }
    }
    return true
  }
}

/// Offsets in struct inet_diag_msg, taken once from the catalog's layouts so that the loop reads plain constants.
enum Place {
  static let state = 1, timer = 2, retrans = 3, localPort = 4, peerPort = 6, source = 8, destination = 24
  static let interface = 40, cookie = 44, expires = 52, rqueue = 56, wqueue = 60, uid = 64, inode = 68
}
