import Catalog
@testable import Rendering
import SockDiag
import TestSupport
import Testing
import Wire

/// A value that fits a field, never 0 and never "none".
func sample(_ field: Field, _ index: Int) -> UInt64 {
  let bits = field.layout.bits > 0 ? Int(field.layout.bits) : Int(field.layout.width) * 8
  return bits < 8 ? UInt64(index % ((1 << bits) - 1) + 1) : UInt64(index % 200 + 1)
}

private func infoLine(_ bytes: [UInt8]) -> String {
  let line = InfoLine(Field.tcpInfo)
  return written { out in
    let span = bytes.span
    unsafe line?.write(span.bytes, at: 0, count: bytes.count, to: &out)
  }
}

@Suite struct InfoLineTests {
  func info(_ value: (Field, Int) -> UInt64) throws -> [UInt8] {
    var made = MakeSocket(.established).with(.tcpInfo, size: 280)
    for (index, field) in Field.tcpInfo.enumerated() { made = made.with([field: value(field, index)]) }
    return try #require(try made.socket.bytes(of: .tcpInfo))
  }

  @Test("every member with a label is there once, with its value")
  func all() throws {
    let tokens = infoLine(try info(sample)).split(separator: " ")
    for (index, field) in Field.tcpInfo.enumerated() {
      guard let label = field.label else { continue }
      if field.entry.unit == .boolean {
        #expect(tokens.count { $0 == label } == 1, "\(label)")
        continue
      }
      let found = tokens.filter { $0.hasPrefix(label + ":") }
      #expect(found.count == 1, "\(label)")
      guard field.entry.unit != .microseconds, field.entry.unit != .bytesPerSecond else { continue }
      let suffix = field.entry.unit == .milliseconds ? "ms" : ""
      // What ss writes as one: the second number stands behind a slash.
      #expect(found.first?.split(separator: "/").first.map(String.init) == "\(label):\(sample(field, index))\(suffix)")
    }
    let labels = Field.tcpInfo.compactMap(\.label)
    #expect(labels.count > 50 && Set(labels).count == labels.count)
  }

  @Test("zero is not shown, nor what the kernel means by all ones")
  func nothing() throws {
    #expect(infoLine([UInt8](repeating: 0, count: 280)).isEmpty)
    let ones = infoLine([UInt8](repeating: 0xff, count: 280))
    #expect(!ones.contains(String(UInt32.max)) && !ones.contains(String(UInt64.max)) && ones.contains("wscale:15,15"))
    #expect(!infoLine(try info { field, _ in field == .snd_ssthresh ? 0x7fff_ffff : 0 }).contains("ssthresh"))
  }

  @Test("what the handshake agreed on, the pairs and the rate are composed as ss does")
  func composed() throws {
    let made = MakeSocket(.established).with(.tcpInfo, size: 280).with([
      .options: 7, .snd_wscale: 7, .rcv_wscale: 10, .rtt: 20_000, .rttvar: 5500, .tcpi_retrans: 1, .total_retrans: 9, .snd_cwnd: 10,
      .snd_mss: 1448,
    ])
    let text = infoLine(try #require(try made.socket.bytes(of: .tcpInfo)))
    #expect(text.hasPrefix(" ts sack wscale:7,10 ") && text.contains(" rtt:20ms/5.5ms ") && text.contains(" retrans:1/9"))
    // 10 × 1448 bytes every 20 ms.
    #expect(text.hasSuffix(" send:5.79Mbit/s"))
  }

  @Test("a shorter tcp_info ends the line earlier, at every length")
  func truncated() throws {
    let bytes = try info(sample)
    for count in 0...bytes.count {
      let tokens = infoLine(Array(bytes.prefix(count))).split(separator: " ")
      for field in Field.tcpInfo {
        guard let label = field.label else { continue }
        let isHeld = Int(field.layout.offset) + Int(field.layout.width) <= count
        #expect(tokens.contains { $0 == label || $0.hasPrefix(label + ":") } == isHeld, "\(label) at \(count)")
      }
    }
  }

  @Test(
    "microseconds as milliseconds",
    arguments: [
      (0, "0ms"), (46, "0.046ms"), (999, "0.999ms"), (1000, "1ms"), (1001, "1.001ms"), (1010, "1.01ms"), (1500, "1.5ms"),
      (204_000, "204ms"),
      (4_294_967_295, "4294967.295ms"),
    ] as [(UInt64, String)])
  func milliseconds(value: UInt64, text: String) {
    #expect(written { $0.milliseconds(fromMicroseconds: value) } == text)
  }

  @Test(
    "bytes a second as bits a second",
    arguments: [
      (0, "0 bit/s"), (124, "992 bit/s"), (125, "1Kbit/s"), (156_250, "1.25Mbit/s"), (131_250, "1.05Mbit/s"), (12_500_000, "100Mbit/s"),
      (1_562_500_000, "12.5Gbit/s"), (156_250_000_000_000, "1250000Gbit/s"), (.max - 1, "18446744073Gbit/s"),
    ] as [(UInt64, String)])
  func bitRates(value: UInt64, text: String) {
    #expect(written { $0.bitRate(value) } == text)
  }
}
