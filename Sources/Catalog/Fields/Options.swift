// The codes inside tcp_info: negotiated options, congestion state, Fast Open failures. include/uapi/linux/tcp.h

/// What the handshake agreed on (`tcpi_options`, TCPI_OPT_*). Set by tcp_get_info(), net/ipv4/tcp.c.
@frozen public struct TCPOptions: OptionSet, Hashable, Sendable {
  /// tcpi_options.
  public let rawValue: UInt8
  /// A set by its bits; bits without a name are kept.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// TCPI_OPT_TIMESTAMPS: both ends send RFC 7323 timestamps.
  public static let timestamps = TCPOptions(rawValue: 1)
  /// TCPI_OPT_SACK: selective acknowledgements.
  public static let sack = TCPOptions(rawValue: 2)
  /// TCPI_OPT_WSCALE: windows above 64 KiB.
  public static let windowScaling = TCPOptions(rawValue: 4)
  /// TCPI_OPT_ECN: ECN was negotiated.
  public static let ecn = TCPOptions(rawValue: 8)
  /// TCPI_OPT_ECN_SEEN: at least one ECN-capable packet arrived.
  public static let ecnSeen = TCPOptions(rawValue: 16)
  /// TCPI_OPT_SYN_DATA: data in the SYN was acknowledged (Fast Open), sent or received.
  public static let synData = TCPOptions(rawValue: 32)
  /// TCPI_OPT_USEC_TS: timestamps tick in microseconds (kernel 6.7).
  public static let microsecondTimestamps = TCPOptions(rawValue: 64)
  /// TCPI_OPT_TFO_CHILD: accepted from a Fast Open SYN (newest kernels).
  public static let fastOpenChild = TCPOptions(rawValue: 128)

  /// The bits that are set, lowest first, by the kernel's names: `["timestamps", "sack", "wscale"]`.
  public var names: [String] {
    ["timestamps", "sack", "wscale", "ecn", "ecn_seen", "syn_data", "usec_ts", "tfo_child"].enumerated()
      .filter { rawValue & (1 << $0.offset) != 0 }.map(\.element)
  }

  /// The words ss prints, in its order; `wscale` is not among them, since ss prints the shifts instead.
  public var ssWords: [String] {
    let order: [(TCPOptions, String)] = [
      (.timestamps, "ts"), (.microsecondTimestamps, "usec_ts"), (.sack, "sack"), (.ecn, "ecn"), (.ecnSeen, "ecnseen"),
      (.synData, "fastopen"),
    ]
    return order.filter { contains($0.0) }.map(\.1)
  }
}

/// What loss detection thinks of the path (`tcpi_ca_state`, TCP_CA_*). enum tcp_ca_state, include/uapi/linux/tcp.h
@frozen public struct CongestionState: RawRepresentable, Hashable, Sendable {
  /// tcpi_ca_state as the kernel sent it.
  public let rawValue: UInt8
  /// A state by its number; numbers the catalog does not know are kept.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// TCP_CA_Open: nothing suspicious.
  public static let open = CongestionState(rawValue: 0)
  /// TCP_CA_Disorder: duplicate or selective ACKs, loss not yet certain.
  public static let disorder = CongestionState(rawValue: 1)
  /// TCP_CA_CWR: reducing the window without loss (ECN, local drop).
  public static let cwr = CongestionState(rawValue: 2)
  /// TCP_CA_Recovery: fast retransmit repairs losses.
  public static let recovery = CongestionState(rawValue: 3)
  /// TCP_CA_Loss: a retransmission timeout.
  public static let loss = CongestionState(rawValue: 4)

  /// The kernel's name; `unknown(77)` for a number without one.
  public var name: String {
    switch rawValue {
    case 0: "Open"
    case 1: "Disorder"
    case 2: "CWR"
    case 3: "Recovery"
    case 4: "Loss"
    default: "unknown(\(rawValue))"
    }
  }
}

/// Why a client's Fast Open failed (`tcpi_fastopen_client_fail`). enum tcp_fastopen_client_fail, include/uapi/linux/tcp.h
@frozen public struct FastOpenFailure: RawRepresentable, Hashable, Sendable {
  /// tcpi_fastopen_client_fail as the kernel sent it.
  public let rawValue: UInt8
  /// A cause by its number; numbers the catalog does not know are kept.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// TFO_STATUS_UNSPEC: nothing to report, or never tried.
  public static let unspecified = FastOpenFailure(rawValue: 0)
  /// TFO_COOKIE_UNAVAILABLE: no cookie for this server.
  public static let cookieUnavailable = FastOpenFailure(rawValue: 1)
  /// TFO_DATA_NOT_ACKED: the SYN-ACK did not cover the data.
  public static let dataNotAcknowledged = FastOpenFailure(rawValue: 2)
  /// TFO_SYN_RETRANSMITTED: the same after the SYN was repeated.
  public static let synRetransmitted = FastOpenFailure(rawValue: 3)

  /// The kernel's name in lower case; `unknown(77)` for a number without one.
  public var name: String {
    switch rawValue {
    case 0: "unspec"
    case 1: "cookie_unavailable"
    case 2: "data_not_acked"
    case 3: "syn_retransmitted"
    default: "unknown(\(rawValue))"
    }
  }
}
