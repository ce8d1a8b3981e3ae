public import Catalog
public import SockDiag

/// Makes one INET_DIAG reply from values, each put where its `Field`'s layout says: the decoder's own data, used backwards.
///
///     MakeSocket(.listen, "0.0.0.0", 8080, [.rqueue: 6, .wqueue: 5]).socket
public struct MakeSocket: Sendable {
  var parts: [UInt16: [UInt8]] = [0: [UInt8](repeating: 0, count: 72)]
  let proto: InetProtocol

  /// A socket in a state at a local and a peer address.
  public init(
    _ state: TCPState, _ local: String = "127.0.0.1", _ localPort: UInt16 = 0, peer: String? = nil, _ peerPort: UInt16 = 0,
    proto: InetProtocol = .tcp, cookie: UInt64? = nil, inode: UInt32 = 0, timer: TimerKind = .off, retransmits: UInt8 = 0,
    expires: UInt32 = 0, receiveQueue: UInt32 = 0, sendQueue: UInt32 = 0, uid: UInt32 = 0, interface: UInt32 = 0
  ) {
    self.proto = proto
    let localAddress = IPAddress(local) ?? IPAddress(v4: 0)
    let peerAddress = peer.flatMap { IPAddress($0) } ?? IPAddress(high: 0, low: 0, isIPv6: localAddress.isIPv6)
    put(localAddress.isIPv6 ? 10 : 2, at: 0, width: 1)
    put(UInt64(state.rawValue), at: 1, width: 1)
    put(UInt64(timer.rawValue), at: 2, width: 1)
    put(UInt64(retransmits), at: 3, width: 1)
    put(UInt64(localPort), at: 4, width: 2, network: true)
    put(UInt64(peerPort), at: 6, width: 2, network: true)
    put(localAddress.high, at: 8, width: 8, network: true)
    put(localAddress.low, at: 16, width: 8, network: true)
    put(peerAddress.high, at: 24, width: 8, network: true)
    put(peerAddress.low, at: 32, width: 8, network: true)
    put(UInt64(interface), at: 40, width: 4)
    // A distinct cookie for distinct addresses unless the test names one.
    let mixed = (localAddress.low ^ peerAddress.high &* 31 ^ UInt64(localPort) << 20 ^ UInt64(peerPort)) &* 0x9E37_79B9 | 1
    put(cookie ?? mixed, at: 44, width: 8)
    put(UInt64(expires), at: 52, width: 4)
    put(UInt64(receiveQueue), at: 56, width: 4)
    put(UInt64(sendQueue), at: 60, width: 4)
    put(UInt64(uid), at: 64, width: 4)
    put(UInt64(inode), at: 68, width: 4)
  }

  mutating func put(_ value: UInt64, part: UInt16 = 0, at offset: Int, width: Int, network: Bool = false) {
    var bytes = parts[part] ?? []
    while bytes.count < offset + width { bytes.append(0) }
    for index in 0..<width {
      bytes[offset + (network ? width - 1 - index : index)] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
    }
    parts[part] = bytes
  }

  /// The same socket with field values added; a part grows to hold what is set, so later members stay absent (nil).
  public func with(_ values: KeyValuePairs<Field, UInt64>) -> MakeSocket {
    var copy = self
    for (field, value) in values {
      let layout = field.layout
      var placed = value
      if layout.bits > 0 {
        let bytes = copy.parts[layout.part.rawValue] ?? []
        let old = (0..<Int(layout.width)).reduce(UInt64(0)) { sum, index in
          let place = Int(layout.offset) + index
          return sum | (place < bytes.count ? UInt64(bytes[place]) << UInt64(8 * index) : 0)
        }
        placed = old | value << UInt64(layout.bit)
      }
      copy.put(placed, part: layout.part.rawValue, at: Int(layout.offset), width: Int(layout.width), network: layout.network)
    }
    return copy
  }

  /// The same socket with `part` present and zero-filled to `size` bytes: 280 for a 6.18 tcp_info.
  public func with(_ part: Part, size: Int) -> MakeSocket {
    var copy = self
    var bytes = copy.parts[part.rawValue] ?? []
    while bytes.count < size { bytes.append(0) }
    copy.parts[part.rawValue] = bytes
    return copy
  }

  /// The payload as the kernel would lay it out: header, then attributes in number order.
  public var payload: [UInt8] {
    var out = parts[0] ?? []
    for (type, bytes) in parts.sorted(by: { $0.key < $1.key }) where type != 0 {
      let length = UInt16(bytes.count + 4)
      out += [UInt8(truncatingIfNeeded: length), UInt8(length >> 8), UInt8(truncatingIfNeeded: type), UInt8(type >> 8)] + bytes
      while out.count % 4 != 0 { out.append(0) }
    }
    return out
  }

  /// The record.
  public var socket: InetSocket {
    get throws { try InetSocket(payload, proto: proto) }
  }
}
