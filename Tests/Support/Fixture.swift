import Foundation
import Wire

/// A file of Tests/Fixtures: the datagrams of one answer as the kernel sent them. Found by the path of this source, so that no bundle is needed.
public func fixture(_ name: String) throws -> [UInt8] {
  let here = URL(fileURLWithPath: #filePath)
  let file = here.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/\(name).nl")
  return [UInt8](try Data(contentsOf: file))
}

/// Fixtures that hold replies about internet sockets.
public let inetFixtures = [
  "tcp-listen", "tcp-estab", "tcp-v1", "tcp6", "tcp-finwait2-mini", "tcp-closewait", "tcp-timewait", "tcp-finwait2-half", "tcp-synrecv",
  "tcp-synsent", "tcp-bound", "udp", "udp6", "udplite",
]

/// The payloads of the data messages in the datagrams of an answer.
public func payloads(_ datagrams: [UInt8]) throws -> [[UInt8]] {
  let span = datagrams.span
  var walk = MessageWalk()
  var found: [[UInt8]] = []
  while let message = try unsafe walk.next(in: span.bytes) {
    if message.type >= 16 { found.append(Array(datagrams[message.payload..<(message.payload + message.count)])) }
  }
  return found
}

/// Random numbers that are the same in every run.
public struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  /// A sequence by its seed.
  public init(seed: UInt64) { state = seed }

  /// The next number (splitmix64).
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// The same bytes with a few changed, cut off, repeated or given another length, as a broken sender might.
public func mutated(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
  var copy = bytes
  for _ in 0...Int.random(in: 0..<4, using: &random) where !copy.isEmpty {
    let place = Int.random(in: 0..<copy.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: copy[place] = UInt8.random(in: 0...255, using: &random)
    case 1: copy[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 2: copy.removeLast(copy.count - place)
    case 3: copy[place] = [0, 1, 3, 4, 255].randomElement(using: &random) ?? 0
    // Lengths stand at multiples of four.
    case 4: copy[place & ~3] = UInt8.random(in: 0...255, using: &random)
    default: copy.insert(contentsOf: copy[place...].prefix(8), at: place)
    }
  }
  return copy
}
