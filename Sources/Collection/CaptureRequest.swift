internal import Catalog
internal import Netlink
internal import SockDiag
internal import Wire

extension DiagRequest {
  /// Reads a request message back; nil when it is none this program sends.
  init?(encoded bytes: [UInt8]) {
    let whole = bytes.span
    let span = unsafe whole.bytes
    guard let type = span.integer(at: 4, width: 2), let flags = span.integer(at: 6, width: 2), let family = span.integer(at: 16, width: 1)
    else { return nil }
    func number(_ at: Int, _ width: Int, network: Bool = false) -> UInt64 { span.integer(at: at, width: width, network: network) ?? 0 }
    func port(_ at: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(at, 2, network: true)) }
    if type == 18 {
      // A longer one has a bytecode: its answer is a part that only the same request may have.
      guard bytes.count == 16 + 60 else { return nil }
      self = .tcpBothFamilies(
        states: UInt32(number(68, 4)), extensions: DiagExtensions(rawValue: UInt8(number(19, 1))), localPort: port(20))
      return
    }
    guard type == 20 else { return nil }
    if family == 1 {
      guard bytes.count >= 16 + 24 else { return nil }
      let show = UInt32(number(28, 4))
      self =
        flags & 0x300 == 0x300 ? .unix(states: UInt32(number(20, 4)), show: show) : .unixExact(inode: UInt32(number(24, 4)), show: show)
      return
    }
    guard bytes.count == 72 || bytes.count == 80 else { return nil }
    var proto = UInt16(number(17, 1))
    // INET_DIAG_REQ_PROTOCOL, for numbers that do not fit the byte.
    if bytes.count >= 80, number(74, 2) == 4 { proto = UInt16(truncatingIfNeeded: number(76, 4)) }
    let extensions = DiagExtensions(rawValue: UInt8(number(18, 1)))
    if flags & 0x300 == 0x300 {
      self = .inet(family: UInt8(family), proto: proto, states: UInt32(number(20, 4)), extensions: extensions, localPort: port(24))
    } else {
      let cookie = number(64, 8)
      self = .exact(
        family: UInt8(family), proto: proto,
        identity: DiagIdentity(
          local: Array(bytes[28..<44]), localPort: port(24), peer: Array(bytes[44..<60]), peerPort: port(26),
          interface: UInt32(number(60, 4)), cookie: cookie == .max ? nil : cookie), extensions: extensions)
    }
  }

  /// The question in words.
  var words: String {
    switch self {
    case .tcpBothFamilies: CapturePhrase.both.say().description
    case .inet(let family, let proto, _, _, _):
      CapturePhrase.dump.say(["proto": InetProtocol(rawValue: proto).name, "family": family == 10 ? "IPv6" : "IPv4"]).description
    case .exact(_, let proto, _, _): CapturePhrase.exact.say(["proto": InetProtocol(rawValue: proto).name]).description
    case .unix: CapturePhrase.unix.say().description
    case .unixExact: CapturePhrase.unixExact.say().description
    }
  }

  /// What a dump of internet sockets is about; nil for the other kinds.
  var inetDump: InetDump? {
    switch self {
    case .tcpBothFamilies(let states, let extensions, let port, let half):
      InetDump(family: nil, proto: 6, states: states, extensions: extensions, port: port, half: half)
    case .inet(let family, let proto, let states, let extensions, let port):
      InetDump(family: family, proto: proto, states: states, extensions: extensions, port: port)
    default: nil
    }
  }

  /// Whether the answer to this request holds everything that another asks for.
  func covers(_ other: DiagRequest) -> Bool {
    if case .unix(let states, let show) = self, case .unix(let wanted, let shown) = other {
      // 1, 7 and 10 are all the states there are.
      return states & 0x482 & wanted == wanted & 0x482 && show & shown == shown
    }
    if case .unix(let states, let show) = self, case .unixExact(_, let shown) = other {
      return states & 0x482 == 0x482 && show & shown == shown
    }
    guard let mine = inetDump else { return false }
    if case .exact(let family, let proto, _, let extensions) = other {
      return mine.proto == proto && mine.isWholeTable && mine.extensions.isSuperset(of: extensions)
        && (mine.family == nil || mine.family == family)
    }
    return other.inetDump.map(mine.covers) ?? false
  }
}

/// A dump of one protocol's table, in the terms both request layouts share.
struct InetDump {
  /// AF_INET or AF_INET6; nil for both.
  var family: UInt8?
  var proto: UInt16
  var states: UInt32
  var extensions: DiagExtensions
  var port: UInt16
  var half: PortHalf?

  /// Every state but bound-inactive, which an exact query cannot find either.
  var isWholeTable: Bool { port == 0 && half == nil && states & 0xffe == 0xffe }

  func covers(_ other: InetDump) -> Bool {
    proto == other.proto && (family == nil || family == other.family) && wishes & other.wishes == other.wishes
      && extensions.isSuperset(of: other.extensions) && (port == 0 || port == other.port) && (half == nil || half == other.half)
  }

  /// The states as the kernel reads them: SYN-RECV means TCP_NEW_SYN_RECV too (inet_diag_dump_icsk(), 6.12); a UDP or raw socket is
  /// connected or not, and nothing else.
  var wishes: UInt32 {
    switch proto {
    case 6, 262: (states & 1 << 3 != 0 ? states | 1 << 12 : states) & 0x3ffe
    default: states & 0x82
    }
  }

  /// Whether the kernel would have sent this message for the dump.
  func admits(_ span: RawSpan, _ message: MessageHeader) throws(NetlinkError) -> Bool {
    guard message.count >= InetSocket.headerSize, let found = span.integer(at: message.payload, width: 1),
      let state = span.integer(at: message.payload + 1, width: 1),
      let local = span.integer(at: message.payload + 4, width: 2, network: true)
    else { throw .malformed(.truncated(at: message.payload, needed: InetSocket.headerSize, available: message.count)) }
    if let family, UInt64(family) != found { return false }
    if port != 0, UInt64(port) != local { return false }
    let peer = span.integer(at: message.payload + 6, width: 2, network: true) ?? 0
    switch half {
    case .low(let limit) where max(local, peer) > UInt64(limit): return false
    case .high(let limit) where max(local, peer) <= UInt64(limit): return false
    default: break
    }
    guard state < 32 else { return states == .max }
    switch state {
    case 3: return states & (1 << 3 | 1 << 12) != 0
    // A TCP socket in CLOSE is in no table but that of bound ports.
    case 7 where proto == 6: return states & 1 << 13 != 0
    default: return states & 1 << UInt32(state) != 0
    }
  }

  /// The idiag_ext bit that brings an attribute; nil for those that come unasked.
  static func extensionBit(of attribute: UInt16) -> UInt8? {
    switch attribute {
    case 1...7: UInt8(attribute - 1)
    case 9, 16: 2  // DCTCPINFO and BBRINFO answer for VEGASINFO
    case 17: 5  // CLASS_ID comes with TCLASS
    default: nil
    }
  }

  /// The message without the attributes that were not asked for, header first; nil when there are none of those.
  func stripped(_ span: RawSpan, _ message: MessageHeader) throws(NetlinkError) -> [UInt8]? {
    do {
      var kept = try span.bytes(at: message.payload, count: InetSocket.headerSize)
      var isLess = false
      var walk = AttributeWalk(at: message.payload + InetSocket.headerSize, end: message.payload + message.count)
      while let attribute = try walk.next(in: span) {
        if let bit = Self.extensionBit(of: attribute.type), extensions.rawValue & 1 << bit == 0 {
          isLess = true
          continue
        }
        kept += try span.bytes(at: attribute.payload - 4, count: attribute.count + 4)
        while kept.count % 4 != 0 { kept.append(0) }
      }
      guard isLess else { return nil }
      var header = PayloadWriter()
      header.put(UInt32(kept.count + MessageHeader.size))
      header.put(message.type)
      header.put(message.flags)
      header.put(message.sequence)
      header.put(message.port)
      return header.bytes + kept
    } catch {
      throw .malformed(error)
    }
  }
}

extension DiagIdentity {
  /// Whether a message describes the socket of this identity. An IPv4 connection of a dual-stack socket is found by either form.
  func matches(_ span: RawSpan, _ message: MessageHeader, family asked: UInt8) -> Bool {
    guard message.count >= InetSocket.headerSize, let local = try? span.bytes(at: message.payload + 8, count: 16),
      let peer = try? span.bytes(at: message.payload + 24, count: 16), let family = span.integer(at: message.payload, width: 1)
    else { return false }
    func number(_ at: Int, _ width: Int, network: Bool = false) -> UInt64 {
      span.integer(at: message.payload + at, width: width, network: network) ?? 0
    }
    guard number(4, 2, network: true) == UInt64(localPort), number(6, 2, network: true) == UInt64(peerPort) else { return false }
    if let cookie, cookie != number(44, 8) { return false }
    if interface != 0, number(40, 4) != 0, number(40, 4) != UInt64(interface) { return false }
    let mine = [self.local, self.peer].map { Self.mapped($0, isIPv4: asked == 2) }
    let found = [local, peer].map { Self.mapped($0, isIPv4: family == 2) }
    return mine == found
  }

  /// Sixteen bytes, with IPv4 as ::ffff:a.b.c.d.
  static func mapped(_ address: [UInt8], isIPv4: Bool) -> [UInt8] {
    let padded = Array((address + [UInt8](repeating: 0, count: 16)).prefix(16))
    return isIPv4 ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255] + padded.prefix(4) : padded
  }
}
