internal import Catalog
public import ProcFS

/// The numbers of `ss -s`, made as it makes them (print_summary() of its misc/ss.c) from sockstat, sockstat6 and Tcp.CurrEstab.
///
/// A number whose file could not be read is nil.
public struct SocketSummary: Sendable, Equatable {
  /// A transport's sockets of the namespace by family.
  public struct Transport: Sendable, Equatable {
    /// `RAW`, `UDP`, `TCP`, `INET`, `FRAG`, as ss writes them.
    public let name: String
    /// IPv4 and IPv6 together.
    public let total: UInt64?
    /// Of IPv4.
    public let ipv4: UInt64?
    /// Of IPv6; 0 where IPv6 is off, as in ss.
    public let ipv6: UInt64?
  }

  /// Sockets of every family in this namespace: `sockets.used`.
  public let sockets: UInt64?
  /// `TCP.alloc`: TCP sockets of the whole machine, without TIME-WAIT and half-open ones.
  public let allocated: UInt64?
  /// `TCP.inuse` and `TCP6.inuse`: TCP sockets of this namespace that listen or have a peer.
  public let inUse: UInt64?
  /// `TCP.tw`: TIME-WAIT of this namespace, FIN-WAIT-2 that only a timer keeps included.
  public let timeWait: UInt64?
  /// `TCP.orphan`: of the whole machine.
  public let orphans: UInt64?
  /// `Tcp.CurrEstab`: ESTABLISHED and CLOSE-WAIT of this namespace.
  public let established: UInt64?
  /// `TCP.mem` and `UDP.mem`, in pages, of the whole machine.
  public let tcpPages: UInt64?, udpPages: UInt64?
  /// The table below, in the order of ss.
  public let transports: [Transport]

  /// The numbers of one reading.
  public init(_ reading: CounterReading) {
    let counters = reading.counters
    sockets = counters["sockets.used"]
    allocated = counters["TCP.alloc"]
    timeWait = counters["TCP.tw"]
    orphans = counters["TCP.orphan"]
    established = counters["Tcp.CurrEstab"]
    tcpPages = counters["TCP.mem"]
    udpPages = counters["UDP.mem"]
    let hasIPv6 = reading.failures[.sockstat6] == nil
    func family(_ name: String, _ four: String, _ six: String) -> Transport {
      let four = counters[four], six = counters[six] ?? (hasIPv6 || reading.failures[.sockstat6] == 2 ? 0 : nil)
      return Transport(name: name, total: Self.sum([four, six]), ipv4: four, ipv6: six)
    }
    let raw = family("RAW", "RAW.inuse", "RAW6.inuse")
    let udp = family("UDP", "UDP.inuse", "UDP6.inuse")
    let tcp = family("TCP", "TCP.inuse", "TCP6.inuse")
    let inet = Transport(
      name: "INET", total: Self.sum([raw.total, udp.total, tcp.total]), ipv4: Self.sum([raw.ipv4, udp.ipv4, tcp.ipv4]),
      ipv6: Self.sum([raw.ipv6, udp.ipv6, tcp.ipv6]))
    transports = [raw, udp, tcp, inet, family("FRAG", "FRAG.inuse", "FRAG6.inuse")]
    inUse = tcp.total
  }

  private static func sum(_ parts: [UInt64?]) -> UInt64? {
    parts.reduce(UInt64?(0)) { sum, part in sum.flatMap { total in part.map { total &+ $0 } } }
  }

  /// ss's first number of the TCP line: `TCP.alloc` of the machine and `TCP.tw` of the namespace.
  public var tcp: UInt64? { Self.sum([allocated, timeWait]) }

  /// ss's "closed": alloc - (inuse - tw). Since the kernel's inuse has no TIME-WAIT in it, these are in the result. Negative for a moment when
  /// sockets come and go between the kernel's sums.
  public var closed: Int64? {
    guard let allocated, let inUse, let timeWait else { return nil }
    return Int64(clamping: allocated) - Int64(clamping: inUse) + Int64(clamping: timeWait)
  }

  /// `alloc` without what this namespace uses: sockets in CLOSE, and everything of other namespaces.
  public var elsewhere: Int64? {
    guard let allocated, let inUse else { return nil }
    return Int64(clamping: allocated) - Int64(clamping: inUse)
  }
}
