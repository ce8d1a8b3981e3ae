internal import Catalog
internal import Wire

/// The `-i` tokens of tcp_info as flat entries: offset, width, label bytes. Built once from the catalog, walked for every row.
struct InfoLine: Sendable {
  struct Token: Sendable {
    let end: Int
    let offset: Int
    let width: Int
    let layout: Layout
    let unit: Style
    let label: [UInt8]
  }

  /// How a number is written.
  enum Style: Sendable {
    case plain, microseconds, milliseconds, bytesPerSecond
  }

  let tokens: [Token]

  init(_ fields: [Field]) {
    tokens = fields.compactMap { field in
      guard let label = field.label else { return nil }
      let style: Style =
        switch field.entry.unit {
        case .microseconds: .microseconds
        case .milliseconds: .milliseconds
        case .bytesPerSecond: .bytesPerSecond
        default: .plain
        }
      let layout = field.layout
      return Token(
        end: Int(layout.offset) + Int(layout.width), offset: Int(layout.offset), width: Int(layout.width), layout: layout, unit: style,
        label: Array((label + ":").utf8))
    }
  }

  /// ` label:value` for every member that is there and not zero; all-ones means "none" in the kernel and is left out too.
  func write(_ span: RawSpan, at offset: Int, count: Int, to out: inout ByteWriter) {
    for index in tokens.indices {
      let token = tokens[index]
      guard token.end <= count, let loaded = span.integer(at: offset &+ token.offset, width: token.width) else { continue }
      let value = token.layout.extract(loaded)
      if value == 0 || (token.layout.bits == 0 && Self.isNone(value, token.width)) { continue }
      out.reserve(64)
      out.byte(0x20)
      out.label(token.label)
      switch token.unit {
      case .plain: out.decimal(value)
      case .microseconds: out.milliseconds(fromMicroseconds: value)
      case .milliseconds:
        out.decimal(value)
        out.literal("ms")
      case .bytesPerSecond: out.bitRate(value)
      }
    }
  }

  @inline(__always)
  static func isNone(_ value: UInt64, _ width: Int) -> Bool {
    width == 4 ? value == 0xffff_ffff || value == 0x7fff_ffff : width == 8 && value == .max
  }
}

extension ByteWriter {
  /// A short label; the caller has reserved room.
  @inline(__always)
  mutating func label(_ label: [UInt8]) {
    for index in label.indices { byte(label[index]) }
  }

  /// 46 µs is `0.046ms`, 204000 µs is `204ms`. The caller has reserved room.
  @inline(__always)
  mutating func milliseconds(fromMicroseconds value: UInt64) {
    decimal(value / 1000)
    var rest = value % 1000
    if rest != 0 {
      byte(0x2e)
      var scale: UInt64 = 100
      while rest != 0 {
        byte(UInt8(truncatingIfNeeded: 48 &+ rest / scale))
        rest %= scale
        scale /= 10
      }
    }
    literal("ms")
  }

  /// Bytes a second as bits a second with three digits: `1.25Gbit/s`. The caller has reserved room.
  mutating func bitRate(_ bytesPerSecond: UInt64) {
    let (bits, overflow) = bytesPerSecond.multipliedReportingOverflow(by: 8)
    if overflow || bits < 1000 {
      decimal(overflow ? bytesPerSecond : bits)
      literal(" bit/s")
      return
    }
    var unit = 0
    var scale: UInt64 = 1000
    while unit < 2, bits / scale >= 1000 {
      scale *= 1000
      unit += 1
    }
    decimal(bits / scale)
    let hundredths = bits % scale / (scale / 100)
    if bits / scale < 100, hundredths != 0 {
      byte(0x2e)
      byte(UInt8(truncatingIfNeeded: 48 &+ hundredths / 10))
      if hundredths % 10 != 0 { byte(UInt8(truncatingIfNeeded: 48 &+ hundredths % 10)) }
    }
    switch unit {
    case 0: literal("Kbit/s")
    case 1: literal("Mbit/s")
    default: literal("Gbit/s")
    }
  }
}
