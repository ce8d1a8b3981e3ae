import Catalog
import SockDiag
import TestSupport
import Testing
import Wire

/// Bytes that no kernel sends: an error or nil, never a trap, never a loop.
@Suite struct BrokenBytesTests {
  /// Everything that can be read from a record; a number, so that nothing is optimised away.
  @discardableResult
  func readAll(_ socket: InetSocket) -> UInt64 {
    var sum: UInt64 = 0
    for field in Field.all { sum &+= socket[field] ?? 0 }
    _ = (socket.localAddress.description, socket.peerAddress.description, socket.congestionControl, socket.otherAttributes)
    _ = (socket.isMiniSocket, socket.isOrphan, socket.isNotYetAccepted, socket.state.name, socket.timer.name)
    return sum
  }

  func decode(inet bytes: [UInt8]) throws(WireError) { readAll(try InetSocket(bytes)) }
  func decode(unix bytes: [UInt8]) throws(WireError) { _ = try UnixSocket(bytes).netid }

  /// Where the attributes of a payload begin, and how long each one is without its header.
  func attributes(_ payload: [UInt8], from start: Int) throws -> [Attribute] {
    let span = payload.span
    var walk = AttributeWalk(at: start, end: payload.count)
    var found: [Attribute] = []
    while let next = try unsafe walk.next(in: span.bytes) { found.append(next) }
    return found
  }

  @Test(arguments: inetFixtures) func everyTruncationOfAReply(_ name: String) throws {
    for payload in try payloads(try fixture(name)) {
      let whole = try attributes(payload, from: 72).map { ($0.payload + $0.count + 3) & ~3 }
      for length in 0..<payload.count {
        let cut = Array(payload.prefix(length))
        // Between two attributes the rest is a shorter, sound message; its padding may be missing too.
        let isSound = length == 72 || whole.contains { length > 72 && length <= $0 && $0 - length < 4 }
        if length < 72 || !isSound {
          #expect(throws: WireError.self, "\(name) at \(length)") { try decode(inet: cut) }
        } else {
          _ = try? decode(inet: cut)
        }
      }
    }
  }

  @Test func everyTruncationOfAUnixReply() throws {
    for payload in try payloads(try fixture("unix")) {
      for length in 0..<payload.count {
        let cut = Array(payload.prefix(length))
        if length < 16 {
          #expect(throws: WireError.self) { try decode(unix: cut) }
        } else {
          _ = try? decode(unix: cut)
        }
      }
    }
  }

  /// The lengths an attribute may claim: 0, 1, n - 1, n, n + 1, n + 64.
  func claims(_ count: Int) -> [Int] { [0, 1, count + 3, count + 4, count + 5, count + 68] }

  @Test(arguments: inetFixtures) func everyClaimedLength(_ name: String) throws {
    for payload in try payloads(try fixture(name)) {
      for attribute in try attributes(payload, from: 72) {
        for claim in claims(attribute.count) {
          var bytes = payload
          bytes[attribute.payload - 4] = UInt8(claim & 255)
          bytes[attribute.payload - 3] = UInt8(claim >> 8)
          if claim < 4 || attribute.payload - 4 + claim > bytes.count {
            #expect(throws: WireError.self, "\(name), type \(attribute.type), \(claim)") { try decode(inet: bytes) }
          } else {
            _ = try? decode(inet: bytes)
          }
        }
      }
    }
  }

  @Test func everyClaimedLengthOfUnixAttributes() throws {
    let payload = UnixDecodeTests.annotated
    for attribute in try attributes(payload, from: 16) {
      for claim in claims(attribute.count) {
        var bytes = payload
        bytes[attribute.payload - 4] = UInt8(claim & 255)
        if claim < 4 || attribute.payload - 4 + claim > bytes.count {
          #expect(throws: WireError.self) { try decode(unix: bytes) }
        } else {
          _ = try? decode(unix: bytes)
        }
      }
    }
  }

  @Test func aShorterStructureLosesItsLastMembersOnly() throws {
    let bare = Array(InetDecodeTests.annotated.prefix(72))
    for length in 0...280 {
      let claim = length + 4
      var bytes = bare + [UInt8(claim & 255), UInt8(claim >> 8), 2, 0] + [UInt8](repeating: 0xff, count: length)
      while bytes.count % 4 != 0 { bytes.append(0) }
      let socket = try InetSocket(bytes)
      for field in Field.tcpInfo {
        let end = Int(field.layout.offset) + Int(field.layout.width)
        #expect((socket[field] != nil) == (end <= length), "\(field.key) in \(length) bytes")
      }
    }
  }

  @Test func aUnixAttributeShorterThanItsStructureIsAnError() throws {
    let header = Array(UnixDecodeTests.annotated.prefix(16))
    let least: [UInt8: Int] = [1: 8, 2: 4, 4: 8, 5: 4, 6: 1, 7: 4]
    for (type, needed) in least {
      for count in 0...(needed + 4) {
        var bytes = header + [UInt8(count + 4), 0, type, 0] + [UInt8](repeating: 1, count: count)
        while bytes.count % 4 != 0 { bytes.append(0) }
        if count < needed {
          #expect(throws: WireError.self, "type \(type), \(count) bytes") { try decode(unix: bytes) }
        } else {
          #expect(throws: Never.self) { try decode(unix: bytes) }
        }
      }
    }
    // Waiting connections are whole inodes; a name may have any length, none is unbound.
    #expect(throws: WireError.self) { try decode(unix: header + [9, 0, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0]) }
    #expect(try UnixSocket(header + [4, 0, 0, 0]).path == nil)
  }

  @Test func aRecordNeedsItsHeaderInsideTheBuffer() {
    let buffer = ReplyBuffer(InetDecodeTests.annotated)
    for (offset, count) in [(-1, 72), (0, 71), (0, 100), (30, 72), (Int.max, 72), (0, Int.max)] {
      #expect(throws: WireError.self) { try InetSocket(buffer, at: offset, count: count, proto: .tcp) }
    }
  }

  @Test func mutatedRepliesNeverTrap() throws {
    var random = SeededRandom(seed: 20_26)
    let originals = try (inetFixtures + ["unix"]).map { try fixture($0) }
    var decoded = 0
    for round in 0..<20_000 {
      let original = originals[round % originals.count]
      let bytes = mutated(original, &random)
      let span = bytes.span
      var walk = MessageWalk()
      while let message = try? unsafe walk.next(in: span.bytes) {
        let payload = Array(bytes[message.payload..<(message.payload + message.count)])
        if (try? decode(inet: payload)) != nil { decoded += 1 }
        if (try? decode(unix: payload)) != nil { decoded += 1 }
      }
    }
    // Most mutations leave something to decode: a suite that decodes nothing tests nothing.
    #expect(decoded > 10_000)
  }
}
