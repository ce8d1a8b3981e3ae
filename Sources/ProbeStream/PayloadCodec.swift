internal import Wire

/// One direction of the format. Each record lists its fields once, for both: `ProbeWriter` takes them, `ProbeReader` fills them.
protocol PayloadCodec {
  mutating func number<T: FixedWidthInteger & BitwiseCopyable>(_ value: inout T) throws(ProbeStreamError)
  /// At most 65,535 bytes, behind their number.
  mutating func text(_ value: inout [UInt8]) throws(ProbeStreamError)
  /// The number of elements that follow, each at least `size` bytes; a reader checks that they can be there.
  mutating func count(_ value: Int, ofSize size: Int) throws(ProbeStreamError) -> Int
  /// Where the next field lies.
  var offset: Int { get }
  /// Nothing more is to be read: an earlier version wrote it.
  var isAtEnd: Bool { get }
}

extension PayloadCodec {
  mutating func flag(_ value: inout Bool) throws(ProbeStreamError) {
    var byte: UInt8 = value ? 1 : 0
    try number(&byte)
    value = byte != 0
  }

  mutating func text(_ value: inout String) throws(ProbeStreamError) {
    var bytes = Array(value.utf8)
    try text(&bytes)
    value = String(decoding: bytes, as: UTF8.self)
  }

  /// A presence byte and the value.
  mutating func optional<T: FixedWidthInteger & BitwiseCopyable>(_ value: inout T?) throws(ProbeStreamError) {
    var isThere = value != nil
    var number = value ?? 0
    try flag(&isThere)
    try self.number(&number)
    value = isThere ? number : nil
  }

  mutating func code<R: RawRepresentable>(_ value: inout R) throws(ProbeStreamError)
  where R.RawValue: FixedWidthInteger & BitwiseCopyable {
    var raw = value.rawValue
    let at = offset
    try number(&raw)
    guard let known = R(rawValue: raw) else { throw .unknownCode(at: at, value: UInt64(truncatingIfNeeded: raw)) }
    value = known
  }

  mutating func address(_ value: inout ProbeAddress) throws(ProbeStreamError) {
    var isIPv6 = value.isIPv6
    var high = value.high
    var low = value.low
    try flag(&isIPv6)
    try number(&high)
    try number(&low)
    value = ProbeAddress(high: high, low: low, isIPv6: isIPv6)
  }

  mutating func texts(_ values: inout [String]) throws(ProbeStreamError) {
    let total = try count(values.count, ofSize: 2)
    if values.count != total { values = [String](repeating: "", count: total) }
    for index in 0..<total { try text(&values[index]) }
  }
}

/// Appends records: u32 length of the whole record, u16 kind, u16 zero, payload; all in host order.
public struct ProbeWriter: Sendable {
  /// What was written so far; take it away and empty it whenever you like.
  public var bytes: [UInt8] = []

  /// A writer of nothing yet.
  public init() {}

  /// Bytes before a record's payload.
  static let headerSize = 8

  /// Appends one record. `unknown` has no payload.
  public mutating func write(_ record: ProbeRecord) {
    let start = bytes.count
    put(UInt32(0))
    put(record.kind)
    put(UInt16(0))
    var copy = record
    // A writer has no reason to refuse.
    try? copy.fields(&self)
    unsafe withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count - start)) { length in
      for index in 0..<4 { unsafe bytes[start + index] = length[index] }
    }
  }

  mutating func put<T: FixedWidthInteger>(_ value: T) {
    unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
  }
}

extension ProbeWriter: PayloadCodec {
  var offset: Int { bytes.count }
  var isAtEnd: Bool { false }

  mutating func number<T: FixedWidthInteger & BitwiseCopyable>(_ value: inout T) { put(value) }

  mutating func text(_ value: inout [UInt8]) {
    put(UInt16(min(value.count, Int(UInt16.max))))
    bytes += value.prefix(Int(UInt16.max))
  }

  mutating func count(_ value: Int, ofSize size: Int) -> Int {
    put(UInt32(truncatingIfNeeded: value))
    return value
  }
}

/// Reads the payload of one record; every step is checked against its end.
struct ProbeReader: PayloadCodec {
  let bytes: [UInt8]
  var offset: Int
  let end: Int
  var isAtEnd: Bool { offset == end }

  mutating func number<T: FixedWidthInteger & BitwiseCopyable>(_ value: inout T) throws(ProbeStreamError) {
    let size = MemoryLayout<T>.size
    try need(size)
    do { value = try unsafe bytes.span.bytes.load(T.self, at: offset) } catch { throw .wire(error) }
    offset += size
  }

  mutating func text(_ value: inout [UInt8]) throws(ProbeStreamError) {
    var length: UInt16 = 0
    try number(&length)
    try need(Int(length))
    value = Array(bytes[offset..<(offset + Int(length))])
    offset += Int(length)
  }

  mutating func count(_: Int, ofSize size: Int) throws(ProbeStreamError) -> Int {
    var count: UInt32 = 0
    try number(&count)
    try need(Int(count) * size)
    return Int(count)
  }

  private func need(_ size: Int) throws(ProbeStreamError) {
    guard size <= end - offset else { throw .wire(.truncated(at: offset, needed: size, available: end - offset)) }
  }
}
