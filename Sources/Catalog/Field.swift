/// Which part of a reply a field lies in: the fixed header, or one attribute.
@frozen public struct Part: RawRepresentable, Hashable, Sendable {
  /// 0 is struct inet_diag_msg, 1 … 0xff the INET_DIAG_* attribute of that number; 0x100 is struct unix_diag_msg, 0x101 + n UNIX_DIAG_* n.
  public let rawValue: UInt16

  /// A part by its number.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// struct inet_diag_msg.
  public static let header = Part(rawValue: 0)
  /// INET_DIAG_MEMINFO, struct inet_diag_meminfo.
  public static let meminfo = Part(rawValue: 1)
  /// INET_DIAG_INFO, struct tcp_info.
  public static let tcpInfo = Part(rawValue: 2)
  /// INET_DIAG_TOS, one byte.
  public static let tos = Part(rawValue: 5)
  /// INET_DIAG_TCLASS, one byte.
  public static let tclass = Part(rawValue: 6)
  /// INET_DIAG_SKMEMINFO, nine u32 (SK_MEMINFO_*).
  public static let skmeminfo = Part(rawValue: 7)
  /// INET_DIAG_SHUTDOWN, one byte.
  public static let shutdown = Part(rawValue: 8)
  /// INET_DIAG_PROTOCOL, one byte (raw sockets).
  public static let `protocol` = Part(rawValue: 10)
  /// INET_DIAG_SKV6ONLY, one byte.
  public static let v6only = Part(rawValue: 11)
  /// INET_DIAG_MARK, u32.
  public static let mark = Part(rawValue: 15)
  /// INET_DIAG_CLASS_ID, u32.
  public static let classID = Part(rawValue: 17)
  /// INET_DIAG_CGROUP_ID, u64.
  public static let cgroupID = Part(rawValue: 21)
  /// INET_DIAG_SOCKOPT, struct inet_diag_sockopt.
  public static let sockopt = Part(rawValue: 22)
}

/// Where a number lies inside its part. Pure data: the decoder is a loop over it.
@frozen public struct Layout: Sendable, Equatable {
  /// The part the offset counts in.
  public let part: Part
  /// Bytes from the start of the part.
  public let offset: UInt16
  /// 1, 2, 4 or 8 bytes.
  public let width: UInt8
  /// True for network byte order.
  public let network: Bool
  /// Lowest bit, for a bit-field; 0 otherwise.
  public let bit: UInt8
  /// Bits in a bit-field; 0 when the whole integer is the value.
  public let bits: UInt8

  /// A layout; `bits` is 0 unless the value is a bit-field.
  public init(_ part: Part, at offset: UInt16, width: UInt8, network: Bool = false, bit: UInt8 = 0, bits: UInt8 = 0) {
    self.part = part
    self.offset = offset
    self.width = width
    self.network = network
    self.bit = bit
    self.bits = bits
  }

  /// The value of the bit-field inside a loaded integer.
  @inlinable @inline(__always)
  public func extract(_ loaded: UInt64) -> UInt64 {
    bits == 0 ? loaded : (loaded >> UInt64(bit)) & ((1 << UInt64(bits)) - 1)
  }
}

/// How a value behaves over time; metrics need it.
public enum Kind: String, Sendable {
  /// Goes up and down.
  case gauge
  /// Only rises while the socket lives.
  case counter
  /// A code, flag or identifier: not a quantity.
  case code
}

/// One number of a socket: its place on the wire and everything there is to say about it.
///
/// The entry is decoder, column, JSON key, help and documentation at once. Read it with `socket[.rtt]`.
public final class Field: Sendable {
  /// The JSON key: the kernel's member without its prefix.
  public let key: String
  /// What `-i`, `-m` or `-o` print before the value, without colon (`rtt`, `cwnd`); nil when the renderer composes it with others.
  public let label: String?
  /// Where the bytes are.
  public let layout: Layout
  /// Gauge, counter or code.
  public let kind: Kind
  /// The knowledge.
  public let entry: Entry

  /// A field: JSON key (and default label), place, behaviour, knowledge. `label: nil` keeps it out of the plain `-i`/`-m` line.
  public init(_ key: String, label: String?, _ layout: Layout, _ kind: Kind, _ entry: Entry) {
    self.key = key
    self.label = label
    self.layout = layout
    self.kind = kind
    self.entry = entry
  }
}

extension Field: Hashable {
  /// The same entry object.
  public static func == (left: Field, right: Field) -> Bool { left === right }
  /// Hashes the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
