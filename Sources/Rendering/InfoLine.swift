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
    /// A second number printed behind a slash, where ss prints the two as one: `rtt:0.5/0.25`. Offset 0 (tcpi_state) means none.
    let companion: Layout
  }

  /// How a number is written.
  enum Style: Sendable {
    case plain, microseconds, milliseconds, bytesPerSecond, word
  }

  let tokens: [Token]
  /// Places of what is composed from several members.
  let optionBits = Int(Field.options.layout.offset)
  let shiftBits = Int(Field.snd_wscale.layout.offset)
  let mss = Int(Field.snd_mss.layout.offset)
  let rtt = Int(Field.rtt.layout.offset)
  let cwnd = Int(Field.snd_cwnd.layout.offset)

  init?(_ fields: [Field]) {
    guard !fields.isEmpty else { return nil }
    let pairs: [(Field, Field)] = [(.rtt, .rttvar), (.tcpi_retrans, .total_retrans), (.pacing_rate, .max_pacing_rate)]
    tokens = fields.compactMap { field in
      guard let label = field.label else { return nil }
      let style: Style =
        switch field.entry.unit {
        case .microseconds: .microseconds
        case .milliseconds: .milliseconds
        case .bytesPerSecond: .bytesPerSecond
        case .boolean: .word
        default: .plain
        }
      let layout = field.layout
      return Token(
        end: Int(layout.offset) + Int(layout.width), offset: Int(layout.offset), width: Int(layout.width), layout: layout, unit: style,
        label: Array((style == .word ? label : label + ":").utf8),
        companion: pairs.first { $0.0 === field }?.1.layout ?? Layout(.tcpInfo, at: 0, width: 0))
    }
  }

  /// ` label:value` for every member that is there and not zero; all-ones means "none" in the kernel and is left out too.
  func write(_ span: RawSpan, at offset: Int, count: Int, to out: inout ByteWriter) {
    options(span, at: offset, count: count, to: &out)
    for index in tokens.indices {
      let token = tokens[index]
      guard token.end <= count, let loaded = span.integer(at: offset &+ token.offset, width: token.width) else { continue }
      let value = token.layout.extract(loaded)
      var second: UInt64 = 0
      if token.companion.offset > 0 {
        second = span.integer(at: offset &+ Int(token.companion.offset), width: Int(token.companion.width)) ?? 0
        if Self.isNone(second, Int(token.companion.width)) { second = 0 }
      }
      if value | second == 0 || (token.layout.bits == 0 && Self.isNone(value, token.width)) { continue }
      out.reserve(96)
      out.byte(0x20)
      out.label(token.label)
      number(value, token.unit, to: &out)
      if second != 0 {
        out.byte(0x2f)
        number(second, token.unit, to: &out)
      }
    }
    sendRate(span, at: offset, count: count, to: &out)
  }

  @inline(__always)
  func number(_ value: UInt64, _ style: Style, to out: inout ByteWriter) {
    switch style {
    case .plain: out.decimal(value)
    case .microseconds: out.milliseconds(fromMicroseconds: value)
    case .milliseconds:
      out.decimal(value)
      out.literal("ms")
    case .bytesPerSecond: out.bitRate(value)
    case .word: break
    }
  }

  /// What the handshake agreed on, in ss's words and order: ` ts sack ecn wscale:7,10`.
  func options(_ span: RawSpan, at offset: Int, count: Int, to out: inout ByteWriter) {
    guard count > shiftBits, let bits = span.integer(at: offset &+ optionBits, width: 1),
      let shifts = span.integer(at: offset &+ shiftBits, width: 1)
    else { return }
    out.reserve(96)
    let agreed = TCPOptions(rawValue: UInt8(truncatingIfNeeded: bits))
    if agreed.contains(.timestamps) { out.literal(" ts") }
    if agreed.contains(.microsecondTimestamps) { out.literal(" usec_ts") }
    if agreed.contains(.sack) { out.literal(" sack") }
    if agreed.contains(.ecn) { out.literal(" ecn") }
    if agreed.contains(.ecnSeen) { out.literal(" ecnseen") }
    if agreed.contains(.synData) { out.literal(" fastopen") }
    if agreed.contains(.windowScaling) {
      out.literal(" wscale:")
      out.decimal(shifts & 15)
      out.byte(0x2c)
      out.decimal(shifts >> 4 & 15)
    }
  }

  /// What one window per round trip amounts to: cwnd × mss / rtt. ss computes the same and calls it `send`.
  func sendRate(_ span: RawSpan, at offset: Int, count: Int, to out: inout ByteWriter) {
    guard count >= cwnd &+ 4, let mss = span.integer(at: offset &+ mss, width: 4), let rtt = span.integer(at: offset &+ rtt, width: 4),
      let cwnd = span.integer(at: offset &+ cwnd, width: 4), rtt > 0, cwnd > 0, mss > 0
    else { return }
    out.reserve(64)
    out.literal(" send:")
    out.bitRate(cwnd &* mss &* 1_000_000 / rtt)
  }

  /// Vegas, DCTCP or BBR, whichever the socket uses; the parts as ss names them.
  static func congestion(_ span: RawSpan, _ parts: RowParts, to out: inout ByteWriter) {
    func value(_ at: Int, _ width: Int) -> UInt64 { span.integer(at: at, width: width) ?? 0 }
    out.reserve(256)
    if parts.bbr.count >= 20 {
      let at = parts.bbr.offset
      out.literal(" bbr:(bw:")
      out.bitRate(value(at, 4) | value(at &+ 4, 4) << 32)
      out.literal(",mrtt:")
      out.milliseconds(fromMicroseconds: value(at &+ 8, 4))
      for (label, place) in [(",pacing_gain:" as StaticString, at &+ 12), (",cwnd_gain:", at &+ 16)] {
        out.literal(label)
        out.milli(value(place, 4) &* 1000 / 256)
      }
      out.byte(0x29)
    } else if parts.vegas.count >= 16, value(parts.vegas.offset, 4) != 0 {
      out.literal(" vegas:(rttcnt:")
      out.decimal(value(parts.vegas.offset &+ 4, 4))
      out.literal(",rtt:")
      out.milliseconds(fromMicroseconds: value(parts.vegas.offset &+ 8, 4))
      out.literal(",minrtt:")
      out.milliseconds(fromMicroseconds: value(parts.vegas.offset &+ 12, 4))
      out.byte(0x29)
    } else if parts.dctcp.count >= 16 {
      let at = parts.dctcp.offset
      if value(at, 2) == 0 {
        out.literal(" dctcp:fallback_mode")
        return
      }
      for (label, place, width) in [
        (" dctcp:(ce_state:" as StaticString, at &+ 2, 2), (",alpha:", at &+ 4, 4), (",ab_ecn:", at &+ 8, 4), (",ab_tot:", at &+ 12, 4),
      ] {
        out.literal(label)
        out.decimal(value(place, width))
      }
      out.byte(0x29)
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
    milli(value)
    literal("ms")
  }

  /// Thousandths: 1500 is `1.5`. The caller has reserved room.
  mutating func milli(_ value: UInt64) {
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
  }

  /// Bytes a second as bits a second with three digits: `1.25Gbit/s`. The caller has reserved room.
  mutating func bitRate(_ bytesPerSecond: UInt64) {
    let (product, overflow) = bytesPerSecond.multipliedReportingOverflow(by: 8)
    let bits = overflow ? .max : product
    if bits < 1000 {
      decimal(bits)
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
