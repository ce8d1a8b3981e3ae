/// Which end of a socket a condition looks at.
public enum Side: String, Sendable, Hashable {
  /// src, sport.
  case local
  /// dst, dport.
  case peer
  /// A bare address or port: one end or the other.
  case either
}

/// How a port is compared.
public enum Comparison: String, Sendable, Hashable, CaseIterable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}

/// The address families a filter or an option names.
public enum FilterFamily: String, Sendable, Hashable, CaseIterable {
  /// AF_INET, 2.
  case inet
  /// AF_INET6, 10; holds v4-mapped sockets too.
  case inet6
  /// AF_UNIX.
  case unix
}

/// An address and how many of its leading bits count.
public struct AddressPrefix: Sendable, Hashable {
  /// The address; bits behind the prefix are 0.
  public let address: IPAddress
  /// 0 … 32 or 0 … 128.
  public let length: Int

  /// A prefix; bits behind `length` are cleared.
  public init(_ address: IPAddress, length: Int) {
    self.length = length
    let upper = min(length, 64), lower = max(0, length - 64)
    self.address = IPAddress(
      high: address.high & Self.mask(upper), low: address.low & Self.mask(lower), isIPv6: address.isIPv6)
  }

  /// Whether every bit counts.
  public var isWhole: Bool { length == (address.isIPv6 ? 128 : 32) }

  static func mask(_ bits: Int) -> UInt64 { bits == 0 ? 0 : ~0 << UInt64(64 - bits) }
}

/// One end of a socket as `src` and `dst` describe it: [FAMILY:]ADDRESS[/LENGTH][%DEVICE][:PORT]; nil is "any".
public struct HostCondition: Sendable, Hashable {
  /// The family of the socket, where the prefix inet: or inet6: was written.
  public var family: FilterFamily?
  /// The address; an IPv4 one also matches the v4-mapped IPv6 address.
  public var prefix: AddressPrefix?
  /// idiag_if, where a %zone was written.
  public var interface: UInt32?
  /// The port.
  public var port: UInt16?

  /// A condition that every internet socket meets until something is set.
  public init(family: FilterFamily? = nil, prefix: AddressPrefix? = nil, interface: UInt32? = nil, port: UInt16? = nil) {
    self.family = family
    self.prefix = prefix
    self.interface = interface
    self.port = port
  }
}

/// One question asked of a socket.
public enum FilterCondition: Sendable, Hashable {
  /// `*`: every socket.
  case anything
  /// `src`, `dst` or a bare address or port.
  case host(Side, HostCondition)
  /// `sport`, `dport` with a comparison.
  case port(Side, Comparison, UInt16)
  /// A unix socket's path matches a glob, case folded; an abstract name begins with `@`.
  case unixPath(Side, String)
  /// `dev`: idiag_if is this index.
  case device(UInt32)
  /// `fwmark`: the mark's bits under the mask equal the value.
  case mark(value: UInt32, mask: UInt32)
  /// `autobound`: the local port lies in net.ipv4.ip_local_port_range, or the unix name was made by the kernel.
  case autobound(low: UInt16, high: UInt16)
}

/// A filter as a tree. `all` and `any` hold two or more parts and none of their own kind; `not` holds no `not`.
public indirect enum FilterExpression: Sendable, Hashable {
  /// A leaf.
  case condition(FilterCondition)
  /// Every part holds.
  case all([FilterExpression])
  /// At least one part holds.
  case any([FilterExpression])
  /// The part does not hold.
  case not(FilterExpression)

  /// The conjunction in normal form; the parts must not be empty.
  public static func conjunction(_ parts: [FilterExpression]) -> FilterExpression {
    let flat = parts.flatMap { part in if case .all(let inner) = part { inner } else { [part] } }
    return flat.count == 1 ? flat[0] : .all(flat)
  }

  /// The disjunction in normal form; the parts must not be empty.
  public static func disjunction(_ parts: [FilterExpression]) -> FilterExpression {
    let flat = parts.flatMap { part in if case .any(let inner) = part { inner } else { [part] } }
    return flat.count == 1 ? flat[0] : .any(flat)
  }

  /// The negation in normal form.
  public static func negation(_ part: FilterExpression) -> FilterExpression {
    if case .not(let inner) = part { inner } else { .not(part) }
  }

  /// Whether a leaf of the tree satisfies a predicate.
  public func contains(_ predicate: (FilterCondition) -> Bool) -> Bool {
    switch self {
    case .condition(let condition): predicate(condition)
    case .all(let parts), .any(let parts): parts.contains { $0.contains(predicate) }
    case .not(let part): part.contains(predicate)
    }
  }
}

// The words that parse back to the same tree (with bareNumberIsLocal off).

extension FilterExpression: CustomStringConvertible {
  /// The filter in ss's language.
  public var description: String {
    switch self {
    case .condition(let condition): condition.description
    case .all(let parts):
      parts.map { part in if case .any = part { "( \(part) )" } else { part.description } }.joined(separator: " and ")
    case .any(let parts): parts.map(\.description).joined(separator: " or ")
    case .not(let part): if case .condition = part { "not \(part)" } else { "not ( \(part) )" }
    }
  }
}

extension FilterCondition: CustomStringConvertible {
  /// The condition in ss's language.
  public var description: String {
    switch self {
    case .anything: "*"
    case .host(let side, let host): Self.word(side, host: true) + host.description
    case .port(let side, let comparison, let port): Self.word(side, host: false) + "\(comparison.rawValue) :\(port)"
    case .unixPath(let side, let glob): Self.word(side, host: true) + "unix:" + Self.escaped(glob)
    case .device(let index): "dev = \(index)"
    case .mark(let value, let mask): "fwmark = 0x\(String(value, radix: 16))/0x\(String(mask, radix: 16))"
    case .autobound: "autobound"
    }
  }

  static func word(_ side: Side, host: Bool) -> String {
    switch side {
    case .local: host ? "src " : "sport "
    case .peer: host ? "dst " : "dport "
    case .either: ""
    }
  }

  static func escaped(_ text: String) -> String {
    var out = ""
    for character in text.unicodeScalars {
      if "\\ \t()".unicodeScalars.contains(character) { out.unicodeScalars.append("\\") }
      out.unicodeScalars.append(character)
    }
    return out
  }
}

extension HostCondition: CustomStringConvertible {
  /// `inet:10.0.0.0/8:80`, `[::1]:80`, `:80`, `*`.
  public var description: String {
    var text = family.map { $0.rawValue + ":" } ?? ""
    if let prefix {
      let inner = prefix.address.description + (prefix.isWhole ? "" : "/\(prefix.length)")
      text += prefix.address.isIPv6 ? "[\(inner)]" : inner
    } else if port == nil || interface != nil {
      text += "*"
    }
    if let interface { text += "%\(interface)" }
    return text + (port.map { ":\($0)" } ?? "")
  }
}
