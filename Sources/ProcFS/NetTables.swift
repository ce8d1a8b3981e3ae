public import Catalog

/// Rows of a table of /proc/net, and how many lines were no row.
public struct ProcTable<Row: Sendable>: Sendable {
  /// The rows, in file order.
  public var rows: [Row] = []
  /// Lines that could not be read as a row.
  public var malformed = 0
}

/// The tables of /proc/net that list INET sockets.
public enum ProcInetFile: String, CaseIterable, Sendable {
  /// TCP over IPv4.
  case tcp
  /// TCP over IPv6.
  case tcp6
  /// UDP over IPv4.
  case udp
  /// UDP over IPv6.
  case udp6
  /// UDP-Lite over IPv4.
  case udplite
  /// UDP-Lite over IPv6.
  case udplite6
  /// Raw sockets over IPv4; the local port is the protocol number.
  case raw
  /// Raw sockets over IPv6.
  case raw6

  /// `/proc/net/tcp6`
  public var path: String { "/proc/net/" + rawValue }
  /// IPPROTO_*: 6, 17, 136, 255.
  public var protocolNumber: UInt16 {
    switch self {
    case .tcp, .tcp6: 6
    case .udp, .udp6: 17
    case .udplite, .udplite6: 136
    case .raw, .raw6: 255
    }
  }
}

/// An address of /proc/net in network order: 16 bytes as two numbers, IPv4 in the upper half of `high`.
public struct ProcAddress: Hashable, Sendable {
  /// Bytes 0 to 7.
  public var high: UInt64
  /// Bytes 8 to 15; 0 for IPv4.
  public var low: UInt64
}

/// One line of /proc/net/{tcp,udp,udplite,raw}[6]: every column (get_tcp4_sock(), get_openreq4(), get_timewait4_sock() of
/// net/ipv4/tcp_ipv4.c, udp4_format_sock() of net/ipv4/udp.c, 6.12).
public struct ProcInetRow: Hashable, Sendable {
  /// AF_INET6 when the addresses have 32 digits.
  public var isIPv6: Bool
  /// Column `sl`: position in the listing, or the hash bucket of UDP.
  public var slot: UInt64
  /// Local address.
  public var local: ProcAddress
  /// Local port.
  public var localPort: UInt16
  /// Peer's address.
  public var peer: ProcAddress
  /// Peer's port.
  public var peerPort: UInt16
  /// Column `st`: the kernel's TCP state numbers.
  public var state: UInt8
  /// Column `tx_queue`: bytes not acknowledged (TCP) or memory (UDP).
  public var sendQueue: UInt32
  /// Column `rx_queue`: bytes unread, sk_ack_backlog of a listener, or memory (UDP).
  public var receiveQueue: UInt32
  /// Column `tr`: 0 off, 1 retransmit, 2 keepalive, 3 TIME-WAIT, 4 persist.
  public var timer: UInt8
  /// Column `tm->when`: time left, clock ticks.
  public var expiresTicks: UInt64
  /// Column `retrnsmt`: icsk_retransmits; of a request socket num_timeout.
  public var retransmits: UInt32
  /// Column `uid`; of a request socket its listener's.
  public var uid: UInt32
  /// Column `timeout`: icsk_probes_out.
  public var probes: UInt32
  /// Column `inode`; 0 for mini-sockets, orphans and connections not accepted.
  public var inode: UInt64
  /// sk_refcnt.
  public var references: UInt32
  /// The kernel's address of the socket as %pK shows it: hashed or zero, no identity across reboots.
  public var pointer: UInt64
  /// icsk_rto, clock ticks; nil on rows that end at the pointer: request and TIME-WAIT sockets, UDP, raw.
  public var rtoTicks: UInt64?
  /// icsk_ack.ato, clock ticks.
  public var atoTicks: UInt64?
  /// (icsk_ack.quick << 1) | interactive mode.
  public var quickAck: UInt32?
  /// tcp_snd_cwnd(), segments.
  public var congestionWindow: UInt32?
  /// snd_ssthresh, -1 while in the first slow start; fastopenq.max_qlen of a listener.
  public var slowStartThreshold: Int64?
  /// sk_drops of UDP, UDP-Lite and raw sockets.
  public var drops: UInt32?

  /// A request or TIME-WAIT socket of a TCP table: the row ends at the pointer.
  public var isMiniSocket: Bool { rtoTicks == nil && drops == nil }
}

/// Parses a whole table. The header and nothing else is passed over in silence; an unfinished last line is malformed: a cut-off inode is
/// another socket's inode.
public func parseInetTable(_ text: [UInt8]) -> ProcTable<ProcInetRow> {
  var table = ProcTable<ProcInetRow>()
  for (index, line) in lines(text).enumerated() {
    if index == 0, isHeader(text, line, "sl") { continue }
    if line.upperBound < text.count, let row = inetRow(text, line) { table.rows.append(row) } else { table.malformed += 1 }
  }
  return table
}

func isHeader(_ text: [UInt8], _ line: Range<Int>, _ first: String) -> Bool {
  var fields = Fields(text, from: line.lowerBound, to: line.upperBound)
  return fields.word() == first
}

func inetRow(_ text: [UInt8], _ line: Range<Int>) -> ProcInetRow? {
  var fields = Fields(text, from: line.lowerBound, to: line.upperBound)
  guard let slot = fields.next(), text[slot.upperBound - 1] == UInt8(ascii: ":"),
    let position = parseNumber(text, slot.lowerBound..<(slot.upperBound - 1)), let local = endpoint(text, fields.next()),
    let peer = endpoint(text, fields.next()), local.isIPv6 == peer.isIPv6, let state = fields.number(16).flatMap({ UInt8(exactly: $0) }),
    let queues = pair(text, fields.next()), let timer = pair(text, fields.next()), let kind = UInt8(exactly: timer.0),
    let retransmits = fields.number(16), let uid = fields.signed(), let probes = fields.signed(), let inode = fields.number(),
    let references = fields.signed(), let pointer = fields.number(16)
  else { return nil }
  var row = ProcInetRow(
    isIPv6: local.isIPv6, slot: position, local: local.address, localPort: local.port, peer: peer.address, peerPort: peer.port,
    state: state,
    sendQueue: UInt32(truncatingIfNeeded: queues.0), receiveQueue: UInt32(truncatingIfNeeded: queues.1), timer: kind,
    expiresTicks: timer.1, retransmits: UInt32(clamping: retransmits), uid: UInt32(truncatingIfNeeded: uid),
    probes: UInt32(clamping: probes), inode: inode, references: UInt32(clamping: references), pointer: pointer)
  guard let next = fields.number() else { return fields.at < line.upperBound ? nil : row }
  // One number more is sk_drops (datagram tables), five more are TCP's.
  guard let ato = fields.number() else {
    row.drops = UInt32(clamping: next)
    return row
  }
  guard let quick = fields.number(), let window = fields.number(), let threshold = fields.signed() else { return nil }
  row.rtoTicks = next
  row.atoTicks = ato
  row.quickAck = UInt32(clamping: quick)
  row.congestionWindow = UInt32(clamping: window)
  row.slowStartThreshold = threshold
  return row
}

/// `0100007F:1F90`: the address as the kernel's 32-bit words in host order, the port as a number.
func endpoint(_ text: [UInt8], _ word: Range<Int>?) -> (address: ProcAddress, port: UInt16, isIPv6: Bool)? {
  guard let word, let colon = text[word].firstIndex(of: UInt8(ascii: ":")),
    let port = parseNumber(text, (colon + 1)..<word.upperBound, 16).flatMap({ UInt16(exactly: $0) })
  else { return nil }
  func half(_ at: Int) -> UInt64? {
    guard let first = networkWord(text, at), let second = networkWord(text, at + 8) else { return nil }
    return UInt64(first) << 32 | UInt64(second)
  }
  switch colon - word.lowerBound {
  case 8:
    guard let v4 = networkWord(text, word.lowerBound) else { return nil }
    return (ProcAddress(high: UInt64(v4) << 32, low: 0), port, false)
  case 32:
    guard let high = half(word.lowerBound), let low = half(word.lowerBound + 16) else { return nil }
    return (ProcAddress(high: high, low: low), port, true)
  default:
    return nil
  }
}

/// Eight digits that print a network-order word as if it were a host-order number.
func networkWord(_ text: [UInt8], _ at: Int) -> UInt32? {
  parseNumber(text, at..<(at + 8), 16).map { UInt32(bigEndian: UInt32(truncatingIfNeeded: $0)) }
}

/// `AAAA:BBBB`, both of base 16.
func pair(_ text: [UInt8], _ word: Range<Int>?) -> (UInt64, UInt64)? {
  guard let word, let colon = text[word].firstIndex(of: UInt8(ascii: ":")), let first = parseNumber(text, word.lowerBound..<colon, 16),
    let second = parseNumber(text, (colon + 1)..<word.upperBound, 16)
  else { return nil }
  return (first, second)
}

/// One line of /proc/net/unix (unix_seq_show() of net/unix/af_unix.c, 6.12).
public struct ProcUnixRow: Hashable, Sendable {
  /// sk_refcnt.
  public var references: UInt32
  /// Column `Flags`: 0x10000 (__SO_ACCEPTCON) while it listens.
  public var flags: UInt32
  /// SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_SEQPACKET 5.
  public var type: UInt16
  /// enum socket_state: 1 unconnected, 2 connecting, 3 connected, 4 disconnecting. Not TCP's numbers.
  public var socketState: UInt8
  /// sock_i_ino().
  public var inode: UInt64
  /// The bound name; each NUL of an abstract name is shown as `@`. Nil when unbound.
  public var path: Name?

  /// A listener.
  public var isListening: Bool { flags & 0x10000 != 0 }
}

/// Parses /proc/net/unix. A newline in a path breaks its row: the rest of that name is counted as malformed.
public func parseUnixTable(_ text: [UInt8]) -> ProcTable<ProcUnixRow> {
  var table = ProcTable<ProcUnixRow>()
  for (index, line) in lines(text).enumerated() {
    if index == 0, isHeader(text, line, "Num") { continue }
    if line.upperBound < text.count, let row = unixRow(text, line) { table.rows.append(row) } else { table.malformed += 1 }
  }
  return table
}

func unixRow(_ text: [UInt8], _ line: Range<Int>) -> ProcUnixRow? {
  var fields = Fields(text, from: line.lowerBound, to: line.upperBound)
  guard let pointer = fields.next(), text[pointer.upperBound - 1] == UInt8(ascii: ":"), let references = fields.number(16),
    fields.number(16) != nil, let flags = fields.number(16), let type = fields.number(16), let state = fields.number(16),
    let inode = fields.number()
  else { return nil }
  // One blank, then the name with whatever blanks it has itself.
  let rest = min(fields.at + 1, line.upperBound)..<line.upperBound
  return ProcUnixRow(
    references: UInt32(clamping: references), flags: UInt32(clamping: flags), type: UInt16(clamping: type),
    socketState: UInt8(clamping: state), inode: inode, path: rest.isEmpty ? nil : Name(Array(text[rest])))
}
