#if canImport(Glibc)
  internal import Glibc
#endif

/// Keeps the rows of writers on one descriptor whole.
@safe public final class OutputLock: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  /// A lock that nobody holds.
  public init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  func withLock(_ body: () -> Void) {
    unsafe pthread_mutex_lock(mutex)
    body()
    unsafe pthread_mutex_unlock(mutex)
  }
}

/// Collects output bytes and writes them in large pieces. Every table, card and JSON document goes through it.
///
/// Rows are formatted straight into its memory: no String, no array per socket.
@safe public struct ByteWriter: ~Copyable {
  private let base: UnsafeMutablePointer<UInt8>
  private let octets: UnsafeMutablePointer<UInt32>
  private let capacity: Int
  /// Bytes not yet written.
  public private(set) var count = 0
  private let descriptor: Int32
  private var kept: [UInt8] = []
  private var boundary = 0
  private let lock: OutputLock?
  /// errno of a failed write; 0 while all went well. EPIPE means that the reader has gone.
  public private(set) var failure: Int32 = 0

  /// A writer to a descriptor; -1 keeps everything in memory (see `taken`).
  public init(descriptor: Int32 = 1, capacity: Int = 32 * 1024, lock: OutputLock? = nil) {
    self.descriptor = descriptor
    self.lock = lock
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity)
    unsafe octets = .allocate(capacity: 256)
    for value in UInt32(0)..<256 {
      // Up to three ASCII digits, the first in the lowest byte, and their number in the top byte.
      let hundreds = value / 100 | 0x30, tens = value / 10 % 10 | 0x30, ones = value % 10 | 0x30
      let word =
        value < 10 ? ones | 1 << 24 : value < 100 ? tens | ones << 8 | 2 << 24 : hundreds | tens << 8 | ones << 16 | 3 << 24
      unsafe octets[Int(value)] = word
    }
  }

  deinit {
    unsafe base.deallocate()
    unsafe octets.deallocate()
  }

  /// Makes sure that `size` more bytes fit; `size` must not exceed half the capacity.
  @inline(__always)
  public mutating func reserve(_ size: Int) {
    if capacity &- count < size { makeRoom(size) }
  }

  // A row that has grown beyond the buffer cannot stay whole: its pieces go out as they come.
  mutating func makeRoom(_ size: Int) {
    if boundary > 0 { flush(upTo: boundary) }
    if capacity - count < size { flush() }
  }

  /// The end of a row: what stands before it is written in one piece, so that two writers may share a descriptor.
  @inline(__always)
  mutating func mark() { boundary = count }

  /// Bytes behind the mark.
  var rowCount: Int { count &- boundary }

  /// Takes back what stands behind the mark.
  mutating func takeRow() -> [UInt8] {
    let row = unsafe Array(UnsafeBufferPointer(start: base + boundary, count: count - boundary))
    count = boundary
    return row
  }

  /// Takes back the last byte.
  mutating func dropLast() { count = max(0, count - 1) }

  /// Writes all that is collected. After a failure everything is dropped and `failure` says why.
  public mutating func flush() { flush(upTo: count) }

  mutating func flush(upTo end: Int) {
    if descriptor < 0 {
      unsafe kept.append(contentsOf: UnsafeBufferPointer(start: base, count: end))
    } else {
      lock?.withLock { write(end) } ?? write(end)
    }
    if end < count { unsafe base.update(from: base + end, count: count - end) }
    count -= end
    boundary = 0
  }

  mutating func write(_ end: Int) {
    var done = 0
    while done < end, failure == 0 {
      let wrote = unsafe Glibc.write(descriptor, base + done, end - done)
      if wrote < 0 {
        if errno == EINTR { continue }
        failure = errno
      } else {
        done += wrote
      }
    }
  }

  /// One byte. The caller has reserved room.
  @inline(__always)
  public mutating func byte(_ value: UInt8) {
    guard count < capacity else { return }
    unsafe base[count] = value
    count &+= 1
  }

  /// A literal. The caller has reserved room.
  @inline(__always)
  public mutating func literal(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    guard capacity &- count >= length else { return }
    unsafe (base + count).update(from: text.utf8Start, count: length)
    count &+= length
  }

  /// Bytes of any number.
  public mutating func bytes(_ values: [UInt8]) {
    bytes(values[...])
  }

  /// Bytes of any number.
  public mutating func bytes(_ values: ArraySlice<UInt8>) {
    var rest = values
    while !rest.isEmpty {
      reserve(min(rest.count, capacity / 2))
      let piece = rest.prefix(capacity / 2)
      unsafe piece.withUnsafeBufferPointer { source in
        if let from = source.baseAddress { unsafe (base + count).update(from: from, count: source.count) }
      }
      count &+= piece.count
      rest = rest.dropFirst(piece.count)
    }
  }

  /// Text of any length.
  public mutating func text(_ text: String) {
    bytes(Array(text.utf8))
  }

  /// Spaces.
  @inline(__always)
  public mutating func spaces(_ number: Int) {
    guard number > 0 else { return }
    let fits = min(number, capacity &- count)
    unsafe (base + count).update(repeating: 0x20, count: fits)
    count &+= fits
  }

  /// A decimal number. The caller has reserved 20 bytes.
  @inline(__always)
  public mutating func decimal(_ value: UInt64) {
    if value < 256 {
      octet(Int(value))
      return
    }
    let length = Self.digits(value)
    guard capacity &- count >= length else { return }
    var rest = value
    var place = count &+ length
    while place > count {
      place &-= 1
      unsafe base[place] = UInt8(truncatingIfNeeded: 48 &+ rest % 10)
      rest /= 10
    }
    count &+= length
  }

  /// A number in lower-case hexadecimal without leading zeros.
  @inline(__always)
  public mutating func hexadecimal(_ value: UInt64) {
    let length = max(1, (67 &- value.leadingZeroBitCount) / 4)
    guard capacity &- count >= length else { return }
    for index in 0..<length {
      let nibble = UInt8(truncatingIfNeeded: value >> UInt64(4 &* (length &- 1 &- index)) & 15)
      unsafe base[count &+ index] = nibble < 10 ? 48 &+ nibble : 87 &+ nibble
    }
    count &+= length
  }

  @inline(__always)
  mutating func octet(_ value: Int) {
    guard capacity &- count >= 4 else { return }
    let word = unsafe octets[value & 255]
    unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: word.littleEndian, as: UInt32.self)
    count &+= Int(word >> 24)
  }

  /// a.b.c.d of an address in host order. The caller has reserved 16 bytes.
  @inline(__always)
  mutating func dotted(_ address: UInt32) {
    octet(Int(address >> 24))
    byte(0x2e)
    octet(Int(address >> 16 & 255))
    byte(0x2e)
    octet(Int(address >> 8 & 255))
    byte(0x2e)
    octet(Int(address & 255))
  }

  /// An IPv6 address by RFC 5952. The caller has reserved 48 bytes.
  @inline(__always)
  mutating func colons(_ high: UInt64, _ low: UInt64) {
    if high == 0, low >> 32 == 0xffff {
      literal("::ffff:")
      dotted(UInt32(truncatingIfNeeded: low))
      return
    }
    func group(_ index: Int) -> UInt64 { (index < 4 ? high : low) >> UInt64(48 &- 16 &* (index & 3)) & 0xffff }
    var bestStart = -1, bestLength = 1, start = 0
    while start < 8 {
      var end = start
      while end < 8, group(end) == 0 { end &+= 1 }
      if end &- start > bestLength { (bestStart, bestLength) = (start, end &- start) }
      start = max(end, start &+ 1)
    }
    var index = 0
    while index < 8 {
      if index == bestStart {
        literal("::")
        index &+= bestLength
        continue
      }
      if index > 0, index != bestStart &+ bestLength || bestStart < 0 { byte(0x3a) }
      hexadecimal(group(index))
      index &+= 1
    }
  }

  /// Number of decimal digits.
  @inline(__always)
  static func digits(_ value: UInt64) -> Int {
    var length = 1
    var limit: UInt64 = 10
    while length < 20, value >= limit {
      length &+= 1
      if length == 20 { break }
      limit = limit &* 10
    }
    return length
  }

  /// Takes back what was written since `mark`, which must not lie before the last flush.
  mutating func rewind(to mark: Int) { count = min(count, max(0, mark)) }

  /// What was collected, and an empty writer again; for tests and for pages that are measured first.
  public mutating func taken() -> [UInt8] {
    var out = kept
    unsafe out.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
    kept = []
    count = 0
    boundary = 0
    return out
  }
}
