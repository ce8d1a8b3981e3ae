/// An IPv4 or IPv6 address in network order: sixteen bytes, of which IPv4 uses the first four.
@frozen public struct IPAddress: Hashable, Sendable {
  /// Bytes 0 … 7, as a big-endian number.
  public let high: UInt64
  /// Bytes 8 … 15, as a big-endian number; 0 for IPv4.
  public let low: UInt64
  /// True for AF_INET6.
  public let isIPv6: Bool

  /// An address from its two halves, each big-endian; IPv4 lies in the upper 32 bits of `high`.
  @inlinable public init(high: UInt64, low: UInt64, isIPv6: Bool) {
    self.high = high
    self.low = isIPv6 ? low : 0
    self.isIPv6 = isIPv6
  }

  /// An IPv4 address from a number in host order: 0x7f000001 is 127.0.0.1.
  @inlinable public init(v4 address: UInt32) { self.init(high: UInt64(address) << 32, low: 0, isIPv6: false) }

  /// The IPv4 address in host order, also of a v4-mapped IPv6 address; nil for other IPv6 addresses.
  @inlinable public var v4: UInt32? {
    if !isIPv6 { return UInt32(truncatingIfNeeded: high >> 32) }
    return isV4Mapped ? UInt32(truncatingIfNeeded: low) : nil
  }

  /// ::ffff:a.b.c.d
  @inlinable public var isV4Mapped: Bool { isIPv6 && high == 0 && low >> 32 == 0xffff }
  /// 0.0.0.0 or ::
  @inlinable public var isAny: Bool { high == 0 && low == 0 }
  /// 127/8, ::1, or ::ffff:127.x
  @inlinable public var isLoopback: Bool {
    if let v4 { return v4 >> 24 == 127 }
    return high == 0 && low == 1
  }
  /// fe80::/10
  @inlinable public var isLinkLocal: Bool { isIPv6 && high >> 54 == 0xfe80 >> 6 }
  /// 224/4 or ff00::/8
  @inlinable public var isMulticast: Bool {
    if let v4 { return v4 >> 28 == 14 }
    return high >> 56 == 0xff
  }

  /// The same address with a v4-mapped one turned into plain IPv4, for joins across families.
  @inlinable public var unmapped: IPAddress { isIPv6 ? (v4.map(IPAddress.init(v4:)) ?? self) : self }

  /// Whether the first `length` bits equal those of `other`, families being equal.
  public func hasPrefix(_ other: IPAddress, length: Int) -> Bool {
    guard isIPv6 == other.isIPv6 else { return false }
    let upper = min(length, 64), lower = max(0, length - 64)
    let upperEqual = upper <= 0 || (high ^ other.high) >> UInt64(64 - upper) == 0
    return upperEqual && (lower == 0 || (low ^ other.low) >> UInt64(64 - lower) == 0)
  }
}

extension IPAddress: CustomStringConvertible {
  /// The text of RFC 5952, without brackets or zone: `127.0.0.1`, `::1`, `::ffff:10.0.0.1`.
  public var description: String {
    if !isIPv6 { return Self.dotted(UInt32(truncatingIfNeeded: high >> 32)) }
    if isV4Mapped { return "::ffff:" + Self.dotted(UInt32(truncatingIfNeeded: low)) }
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - 16 * ($0 % 4))) }
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > max(1, best.count) { best = start..<end }
      start = max(end, start + 1)
    }
    func hex(_ range: some Sequence<UInt16>) -> String { range.map { String($0, radix: 16) }.joined(separator: ":") }
    if best.isEmpty { return hex(groups) }
    return hex(groups[..<best.lowerBound]) + "::" + hex(groups[best.upperBound...])
  }

  static func dotted(_ value: UInt32) -> String {
    "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
  }

  /// Parses `10.0.0.1`, `::1`, `fe80::1`, `::ffff:10.0.0.1`; nil when the text is not an address.
  public init?(_ text: some StringProtocol) {
    if !text.contains(":") {
      guard let v4 = Self.parseDotted(text) else { return nil }
      self.init(v4: v4)
      return
    }
    guard let groups = Self.parseGroups(text) else { return nil }
    func half(_ range: Range<Int>) -> UInt64 { groups[range].reduce(0) { $0 << 16 | UInt64($1) } }
    self.init(high: half(0..<4), low: half(4..<8), isIPv6: true)
  }

  static func parseDotted(_ text: some StringProtocol) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt32 = 0
    for part in parts {
      guard part.count <= 3, part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let octet = UInt8(part) else { return nil }
      value = value << 8 | UInt32(octet)
    }
    return value
  }

  static func parseGroups(_ text: some StringProtocol) -> [UInt16]? {
    let text = String(text)
    var sides: [[UInt16]] = [[]]
    var rest = text[...]
    if rest.hasPrefix("::") {
      sides.append([])
      rest = rest.dropFirst(2)
    } else if rest.hasPrefix(":") {
      return nil
    }
    while !rest.isEmpty {
      let part = rest.prefix { $0 != ":" }
      if part.contains(".") {
        guard part.count == rest.count, let v4 = parseDotted(part) else { return nil }
        sides[sides.count - 1] += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
        break
      }
      guard !part.isEmpty, part.count <= 4, part.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
        let group = UInt16(part, radix: 16)
      else { return nil }
      sides[sides.count - 1].append(group)
      rest = rest.dropFirst(part.count)
      if rest.hasPrefix("::") {
        guard sides.count == 1 else { return nil }
        sides.append([])
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix(":") {
        rest = rest.dropFirst()
        if rest.isEmpty { return nil }
      }
    }
    let count = sides.joined().count
    if sides.count == 1 { return count == 8 ? sides[0] : nil }
    guard count < 8 else { return nil }
    return sides[0] + [UInt16](repeating: 0, count: 8 - count) + sides[1]
  }
}
