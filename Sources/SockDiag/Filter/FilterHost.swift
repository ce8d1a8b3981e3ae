// Addresses, ports, devices and marks: the words behind the keywords.

extension FilterParser {
  /// A port as sport and dport take it: `22`, `:22`, `ssh`, `*` (nil), `inet:22`.
  func port(_ word: String) throws(FilterError) -> (family: FilterFamily?, port: UInt16?) {
    let (family, rest) = try splitFamily(word[...])
    let number = rest.hasPrefix(":") ? rest.dropFirst() : rest
    return (family, try portNumber(number))
  }

  /// The number of a port or service; nil for `*` and nothing.
  func portNumber(_ text: Substring) throws(FilterError) -> UInt16? {
    if text.isEmpty || text == "*" { return nil }
    if let number = Self.number(text) {
      guard number <= 65535 else { throw FilterError(.badPort, ["word": text]) }
      return UInt16(number)
    }
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    if ends.count == 2, let low = Self.number(ends[0]), let high = Self.number(ends[1]) {
      throw FilterError(.portRange, ["word": text, "low": low, "high": high])
    }
    if text.first == "-" || text.first?.isNumber == true && text.dropFirst().allSatisfy(\.isNumber) {
      throw FilterError(.badPort, ["word": text])
    }
    guard let port = try service(String(text)) else { throw FilterError(.unknownService, ["word": text]) }
    return port
  }

  /// The port of a service name in the protocols asked for; nil when no protocol knows it.
  func service(_ name: String) throws(FilterError) -> UInt16? {
    var found: UInt16?
    for proto in context.protocols {
      guard let port = context.serviceNumber(name, proto) else { continue }
      if let found, found != port { throw FilterError(.ambiguousService, ["word": name]) }
      found = port
    }
    return found
  }

  /// Decimal, or 0x and hexadecimal; nil for anything else, also for what does not fit.
  static func number(_ text: some StringProtocol) -> UInt64? {
    let isHex = text.hasPrefix("0x") || text.hasPrefix("0X")
    let digits = isHex ? text.dropFirst(2) : text.dropFirst(0)
    guard let first = digits.first, first != "+", first != "-" else { return nil }
    return UInt64(digits, radix: isHex ? 16 : 10)
  }

  /// An address with all that may hang on it, as the condition of one end.
  func host(_ word: String, _ side: Side) throws(FilterError) -> FilterExpression {
    let (named, rest) = try splitFamily(word[...])
    let isPath = rest.hasPrefix("/") || rest.hasPrefix("@")
    if named == .unix || named == nil && (context.family == .unix || isPath) {
      return .condition(.unixPath(side, String(rest)))
    }
    var host = try inet(rest, word: word, side: side)
    host.family = named
    let wanted = named ?? (context.family == .unix ? nil : context.family)
    if let prefix = host.prefix, let wanted, prefix.address.isIPv6 != (wanted == .inet6) {
      // -6 with an IPv4 address stays useful: it finds v4-mapped sockets.
      if wanted == .inet || named != nil { throw FilterError(.wrongFamily, ["word": word, "family": Self.spelled(wanted)]) }
    }
    return .condition(host == HostCondition() ? .anything : .host(side, host))
  }

  static func spelled(_ family: FilterFamily) -> String {
    switch family {
    case .inet: "IPv4"
    case .inet6: "IPv6"
    case .unix: "unix"
    }
  }

  /// Takes `inet:`, `inet6:`, `unix:` off.
  func splitFamily(_ text: Substring) throws(FilterError) -> (FilterFamily?, Substring) {
    for family in FilterFamily.allCases where text.hasPrefix(family.rawValue + ":") {
      return (family, text.dropFirst(family.rawValue.count + 1))
    }
    for later in ["link", "netlink", "vsock", "tipc", "xdp"] where text.hasPrefix(later + ":") {
      throw FilterError(.laterFamily, ["word": text, "family": later])
    }
    return (nil, text)
  }

  private func inet(_ text: Substring, word: String, side: Side) throws(FilterError) -> HostCondition {
    var host = HostCondition()
    var (address, rest) = try Self.cut(text, word: word)
    if rest.hasPrefix("%") {
      let zone = rest.dropFirst().prefix { $0 != ":" }
      host.interface = try device(String(zone))
      rest = rest.dropFirst(zone.count + 1)
    }
    if let percent = address.firstIndex(of: "%") {
      let behind = address[address.index(after: percent)...]
      let zone = behind.prefix { $0 != "/" }
      host.interface = try device(String(zone))
      address = String(address[..<percent]) + behind.dropFirst(zone.count)
    }
    if rest.hasPrefix(":") {
      host.port = try portNumber(rest.dropFirst())
    } else if !rest.isEmpty {
      throw FilterError(.badAddress, ["word": word])
    }
    if !address.isEmpty, address != "*" { host.prefix = try prefix(address, word: word, side: side) }
    return host
  }

  /// Cuts the port (with its colon, or the zone before it) off an address; a colon belongs to an IPv6 address unless brackets or `*` end it.
  private static func cut(_ text: Substring, word: String) throws(FilterError) -> (String, Substring) {
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else { throw FilterError(.unclosedBracket, ["word": word]) }
      var address = String(text[..<close].dropFirst())
      var rest = text[text.index(after: close)...]
      if rest.hasPrefix("/") {
        let length = rest.prefix { $0 != ":" }
        address += length
        rest = rest.dropFirst(length.count)
      }
      // An empty pair of brackets is no address, and must not read as "any".
      return (address.isEmpty ? "[]" : address, rest)
    }
    if text.hasPrefix("*") { return ("*", text.dropFirst()) }
    // netstat's `:::80`.
    if text.hasPrefix(":::") { return ("::", text.dropFirst(2)) }
    let from = text.firstIndex(of: "/") ?? text.startIndex
    let colons = text[from...].count { $0 == ":" }
    if colons == 1 || from != text.startIndex && colons > 0, let colon = text[from...].lastIndex(of: ":") {
      return (String(text[..<colon]), text[colon...])
    }
    return (String(text), "")
  }

  private func prefix(_ text: String, word: String, side: Side) throws(FilterError) -> AddressPrefix {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0]
    var address = IPAddress(head)
    let octets = head.split(separator: ".", omittingEmptySubsequences: false)
    let isNumeric = !head.isEmpty && head.utf8.allSatisfy { $0 >= 48 && $0 <= 57 || $0 == UInt8(ascii: ".") }
    if address == nil, isNumeric, octets.count < 4, octets.allSatisfy({ UInt8($0) != nil }) {
      if parts.count == 2 {
        address = IPAddress(head + String(repeating: ".0", count: 4 - octets.count))
      } else if octets.count > 1 {
        throw FilterError(.shortAddress, ["word": word])
      }
    }
    guard let address else {
      if isNumeric, octets.count == 1, side != .either {
        throw FilterError(.numberIsNoAddress, ["word": word, "side": side == .local ? "src" : "dst"])
      }
      let isName = !head.contains(":") && head.contains(where: \.isLetter) && !head.contains("[")
      throw FilterError(isName ? .hostName : .badAddress, ["word": isName ? String(head) : word])
    }
    let limit = address.isIPv6 ? 128 : 32
    guard parts.count == 2 else { return AddressPrefix(address, length: limit) }
    guard let length = Self.number(parts[1]), length <= UInt64(limit) else {
      throw FilterError(.badPrefix, ["word": word, "limit": limit, "example": address.isIPv6 ? "[fe80::]/10" : "10.0.0.0/8"])
    }
    return AddressPrefix(address, length: Int(length))
  }

  /// A device by name or index.
  func device(_ word: String) throws(FilterError) -> UInt32 {
    if let index = context.interfaceIndex(word), index > 0 { return index }
    guard let number = Self.number(word), let index = UInt32(exactly: number) else {
      throw FilterError(.unknownDevice, ["word": word])
    }
    return index
  }

  /// `0x1/0xff`: a value, and which of its bits count.
  func mark(_ word: String) throws(FilterError) -> FilterCondition {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Self.number($0).flatMap { UInt32(exactly: $0) } }
    guard (1...2).contains(parts.count), numbers.count == parts.count else { throw FilterError(.badMark, ["word": word]) }
    return .mark(value: numbers[0], mask: numbers.count == 2 ? numbers[1] : .max)
  }
}
