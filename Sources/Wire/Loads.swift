// The only file with raw unsafe loads: each is preceded by its bounds check.

extension RawSpan {
  /// An integer in host order at a byte offset, aligned or not.
  ///
  /// - Throws: `WireError.truncated` when the integer does not lie wholly inside the span.
  @inlinable @inline(__always)
  public func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type, at offset: Int) throws(WireError) -> T {
    guard offset >= 0, byteCount &- MemoryLayout<T>.size >= offset else {
      throw .truncated(at: offset, needed: MemoryLayout<T>.size, available: max(0, byteCount - max(0, offset)))
    }
    return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self)
  }

  /// An integer in network order at a byte offset.
  ///
  /// - Throws: `WireError.truncated` when the integer does not lie wholly inside the span.
  @inlinable @inline(__always)
  public func loadNetwork<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) throws(WireError) -> T {
    T(bigEndian: try load(type, at: offset))
  }

  /// An unsigned integer of 1, 2, 4 or 8 bytes, widened; `nil` when it lies outside the span or the width is another.
  @inlinable @inline(__always)
  public func integer(at offset: Int, width: Int, network: Bool = false) -> UInt64? {
    guard offset >= 0, offset <= byteCount &- width else { return nil }
    switch width {
    case 1:
      return UInt64(unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self))
    case 2:
      let raw = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self)
      return UInt64(network ? raw.byteSwapped : raw)
    case 4:
      let raw = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)
      return UInt64(network ? raw.byteSwapped : raw)
    case 8:
      let raw = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
      return network ? raw.byteSwapped : raw
    default:
      return nil
    }
  }

  /// The bytes of a range, copied.
  ///
  /// - Throws: `WireError.truncated` when the range does not lie wholly inside the span.
  public func bytes(at offset: Int, count: Int) throws(WireError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= byteCount - count else {
      throw .truncated(at: offset, needed: count, available: max(0, byteCount - max(0, offset)))
    }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      for index in 0..<count {
        unsafe buffer[index] = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ index, as: UInt8.self)
      }
      filled = count
    }
  }
}
