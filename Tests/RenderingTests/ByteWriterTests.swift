import Foundation
@testable import Rendering
import SockDiag
import TestSupport
import Testing

/// What a body writes, as text.
func written(capacity: Int = 64 * 1024, _ body: (inout ByteWriter) -> Void) -> String {
  var out = ByteWriter(descriptor: -1, capacity: capacity)
  body(&out)
  return String(decoding: out.taken(), as: UTF8.self)
}

/// Numbers around every power of two and of ten.
private let boundaries: [UInt64] = {
  var out: Set<UInt64> = [0, .max]
  for shift in 0..<64 {
    let power = UInt64(1) << UInt64(shift)
    out.formUnion([power &- 1, power, power &+ 1])
  }
  var ten: UInt64 = 1
  for _ in 0..<19 {
    ten *= 10
    out.formUnion([ten - 1, ten, ten + 1])
  }
  return out.sorted()
}()

@Suite struct ByteWriterTests {
  @Test("numbers are written as Swift writes them")
  func numbers() {
    var random = SeededRandom(seed: 1)
    for value in boundaries + (0..<2000).map({ UInt64.random(in: 0...(.max >> UInt64($0 % 64)), using: &random) }) {
      #expect(written { $0.decimal(value) } == String(value))
      #expect(written { $0.hexadecimal(value) } == String(value, radix: 16))
      #expect(ByteWriter.digits(value) == String(value).count)
    }
  }

  @Test("IPv4 addresses, each octet over all its values")
  func dotted() {
    for value in UInt32(0)...255 {
      #expect(written { $0.dotted(value << 24 | 1) } == "\(value).0.0.1")
      #expect(written { $0.dotted(value << 16) } == "0.\(value).0.0")
      #expect(written { $0.dotted(255 << 8 | value) } == "0.0.255.\(value)")
    }
  }

  @Test(
    "IPv6 addresses by RFC 5952",
    arguments: [
      (0, 0, "::"), (0, 1, "::1"), (0x2001_0db8_0000_0000, 1, "2001:db8::1"),
      // Section 4.2.2: one zero group is not shortened; 4.2.3: the longest run, the first of equal ones.
      (0x2001_0db8_0000_0001, 0x0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
      (0x2001_0000_0000_0001, 0x0000_0000_0000_0001, "2001:0:0:1::1"), (0x2001_0db8_0000_0000, 0x0001_0000_0000_0001, "2001:db8::1:0:0:1"),
      (0x0001_0002_0003_0004, 0x0005_0006_0007_0008, "1:2:3:4:5:6:7:8"), (0xfe80 << 48, 0, "fe80::"),
      (0x0001_0002_0003_0004, 0x0005_0006_0000_0000, "1:2:3:4:5:6::"), (0, 0xffff_0a00_0001, "::ffff:10.0.0.1"),
      (.max, .max, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), (0xabcd << 48 | 0xef, 0xa, "abcd:0:0:ef::a"),
    ] as [(UInt64, UInt64, String)])
  func colons(high: UInt64, low: UInt64, text: String) {
    #expect(written { $0.colons(high, low) } == text)
  }

  @Test("an IPv6 address reads back as itself, and as IPAddress writes it")
  func colonsRoundTrip() throws {
    var random = SeededRandom(seed: 2)
    for _ in 0..<2000 {
      // Many zero groups: a run of zeros is what can go wrong.
      var groups: [UInt64] = []
      for _ in 0..<8 { groups.append(Bool.random(using: &random) ? 0 : UInt64.random(in: 0...0xffff, using: &random)) }
      let high = groups[0..<4].reduce(0) { $0 << 16 | $1 }, low = groups[4..<8].reduce(0) { $0 << 16 | $1 }
      let text = written { $0.colons(high, low) }
      let back = try #require(IPAddress(text), "\(text)")
      #expect(back.high == high && back.low == low)
      #expect(text == IPAddress(high: high, low: low, isIPv6: true).description)
    }
  }

  @Test("pieces larger than the buffer come out whole", arguments: [64, 100, 1000])
  func large(capacity: Int) {
    let long = (0..<5000).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    let text = written(capacity: capacity) { out in
      out.bytes(long)
      out.text("end")
      out.bytes([])
    }
    #expect(text == String(decoding: long, as: UTF8.self) + "end")
  }

  @Test("a row that outgrows the buffer loses nothing", arguments: [0, 1, 63, 64, 65, 200])
  func longRow(before: Int) {
    var expected = String(repeating: "x", count: before)
    let text = written(capacity: 128) { out in
      out.text(expected)
      out.mark()
      for index in 0..<100 {
        out.text("<\(index)>")
        expected += "<\(index)>"
      }
    }
    #expect(text == expected)
  }

  @Test("what reaches a shared descriptor ends at a row's end")
  func rowEnds() throws {
    let pipe = Pipe()
    var out = ByteWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, capacity: 256, lock: OutputLock())
    for index in 0..<20 {
      out.mark()
      out.reserve(64)
      out.literal("row ")
      out.decimal(UInt64(index))
      out.spaces(20)
      out.byte(0x0a)
    }
    // Not yet flushed: whatever has been written so far must be whole rows.
    let early = pipe.fileHandleForReading.availableData
    #expect(early.last == 0x0a && early.count > 100)
    out.flush()
    try pipe.fileHandleForWriting.close()
    let all = early + (try pipe.fileHandleForReading.readToEnd() ?? Data())
    let rows = String(decoding: all, as: UTF8.self).split(separator: "\n")
    #expect(rows.count == 20 && rows.enumerated().allSatisfy { $1.hasPrefix("row \($0) ") })
  }

  @Test("a failed write is remembered and everything after it dropped")
  func failure() throws {
    let pipe = Pipe()
    try pipe.fileHandleForWriting.close()
    // The reading end cannot be written: EBADF without a signal.
    var out = ByteWriter(descriptor: pipe.fileHandleForReading.fileDescriptor)
    out.text("lost")
    #expect(out.failure == 0)
    out.flush()
    #expect(out.failure == EBADF && out.count == 0)
    out.text("lost too")
    out.flush()
    #expect(out.count == 0)
  }

  @Test("spaces, bytes and literals stop at the capacity")
  func guards() {
    #expect(written(capacity: 16) { $0.spaces(100) }.count == 16)
    #expect(written { $0.spaces(-3) }.isEmpty)
    let full = written(capacity: 16) { out in
      out.spaces(15)
      out.literal("ab")
      out.byte(0x61)
      out.byte(0x62)
      out.decimal(1000)
      out.hexadecimal(0xfff)
    }
    #expect(full == String(repeating: " ", count: 15) + "a")
  }

  @Test("what was measured can be taken back")
  func rewind() {
    let text = written { out in
      out.text("ab")
      let start = out.count
      out.text("measured")
      out.rewind(to: start)
      out.text("cd")
    }
    #expect(text == "abcd")
    var out = ByteWriter(descriptor: -1, capacity: 64)
    out.text("first")
    out.mark()
    #expect(out.taken() == Array("first".utf8))
    out.text(String(repeating: "b", count: 200))
    #expect(out.taken().count == 200)
  }
}
