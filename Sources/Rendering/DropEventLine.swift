public import Catalog
internal import Findings
public import ProbeStream
public import SockDiag

/// One dropped packet on one line: `drops --events`.
public enum DropEventLine {
  /// `12:00:01.123456 SOCKET_RCVBUFF udp 10.0.0.2:4000 → 10.0.0.1:53 in udp_queue_rcv_one_skb()`, UTC.
  ///
  /// - Parameters:
  ///   - reasons: names by value, as the side-car sent them; `kernel` tells the ranges of subsystems where it sent none.
  ///   - offset: nanoseconds from CLOCK_MONOTONIC to the time of day.
  public static func text(_ event: EventRecord, reasons: [UInt32: String], kernel: Release, offset: Int64) -> String {
    let isSent = event.direction == .sent
    let local = endpoint(event.local, event.localPort), peer = endpoint(event.peer, event.peerPort)
    let flags = event.proto == 6 && event.tcpFlags != 0 ? " " + DropFacts.flags(event.tcpFlags) : ""
    return escaped(
      DropsPagePhrase.event.say([
        "time": clock(Int64(event.monotonicNanoseconds) + offset), "reason": reason(event, reasons, kernel),
        "proto": InetProtocol(rawValue: event.proto).name + flags, "from": isSent ? local : peer, "to": isSent ? peer : local,
        "function": event.function.isEmpty ? "?" : event.function,
      ]).description)
  }

  /// The packet in a socket's form, for the filter.
  public static func socket(_ event: EventRecord) -> InetSocket? {
    guard event.kind == .drop else { return nil }
    return InetSocket.packet(
      proto: event.proto, local: address(event.local), localPort: event.localPort, peer: address(event.peer), peerPort: event.peerPort)
  }

  static func reason(_ event: EventRecord, _ reasons: [UInt32: String], _ kernel: Release) -> String {
    event.reason == 0 ? "-" : DropReasonName.text(event.reason, reasons, on: kernel)
  }

  static func address(_ address: ProbeAddress) -> IPAddress { IPAddress(high: address.high, low: address.low, isIPv6: address.isIPv6) }

  private static func endpoint(_ address: ProbeAddress, _ port: UInt16) -> String {
    let text = self.address(address).description
    if port == 0 { return text }
    return address.isIPv6 ? "[\(text)]:\(port)" : "\(text):\(port)"
  }

  /// Hours, minutes, seconds, microseconds of the day, UTC.
  private static func clock(_ nanoseconds: Int64) -> String {
    let micro = nanoseconds / 1000 % 86_400_000_000
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let seconds = micro / 1_000_000
    let fraction = String(1_000_000 + micro % 1_000_000).dropFirst()
    return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(fraction)"
  }
}
