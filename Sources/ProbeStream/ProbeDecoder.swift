internal import Wire

/// Turns bytes, in pieces of any size, into records.
///
///     decoder.append(bytes)
///     while let record = try decoder.next() { … }
///     try decoder.finish()
public struct ProbeDecoder: Sendable {
  private var bytes: [UInt8] = []
  private var offset = 0
  private var isGreeted = false

  /// A longer record is damage: the side-car writes at most 64 KiB at once.
  static let longest = 1 << 20

  /// A decoder at the start of a stream.
  public init() {}

  /// More of the stream.
  public mutating func append(_ more: some Sequence<UInt8>) {
    if offset > 0, offset == bytes.count || offset > 1 << 16 {
      bytes.removeFirst(offset)
      offset = 0
    }
    bytes.append(contentsOf: more)
  }

  /// The next whole record; nil when more bytes are needed. Bytes behind the known fields of a record are of a newer side-car and passed over.
  ///
  /// - Throws: when a record is damaged or the stream does not begin with a greeting of a known version. Do not go on after that.
  public mutating func next() throws(ProbeStreamError) -> ProbeRecord? {
    guard bytes.count - offset >= 4 else { return nil }
    var header = ProbeReader(bytes: bytes, offset: offset, end: bytes.count)
    var length: UInt32 = 0
    try header.number(&length)
    guard length >= ProbeWriter.headerSize, length <= Self.longest else { throw .wire(.badLength(at: offset, length: Int(length))) }
    guard Int(length) <= bytes.count - offset else { return nil }
    var kind: UInt16 = 0
    try header.number(&kind)
    if !isGreeted, kind != 1 { throw .noGreeting }
    isGreeted = true
    var reader = ProbeReader(bytes: bytes, offset: offset + ProbeWriter.headerSize, end: offset + Int(length))
    offset += Int(length)
    var record = ProbeRecord.blank(kind)
    try record.fields(&reader)
    return record
  }

  /// Says whether the stream ended between two records.
  ///
  /// - Throws: `truncated` when bytes of an unfinished record are left.
  public func finish() throws(ProbeStreamError) {
    guard offset == bytes.count else {
      throw .wire(.truncated(at: offset, needed: ProbeWriter.headerSize, available: bytes.count - offset))
    }
  }
}
