/// One row of the drop table.
public struct DropRecord: Equatable, Sendable {
  /// Which tracepoint counted. Only `kfree` rows sum up to the drops: the others see the same packet at another place.
  public enum Source: UInt8, Sendable {
    /// skb:kfree_skb.
    case kfree = 0
    /// udp:udp_fail_queue_rcv_skb: a datagram that its socket refused; `reason` is the errno (12 ENOMEM: buffer full, 105 ENOBUFS: udp_mem).
    case udpQueue = 1
    /// tcp:tcp_bad_csum: a segment whose checksum is wrong.
    case badChecksum = 2
    /// tcp:tcp_send_reset, of resets alone that close() sends because data was left unread: no packet was dropped. `local` and `localPort` were the
    /// socket's, and all rows of a program that serves one port are one.
    case closedUnread = 3
  }
  /// How `cookie` was found.
  public enum Attribution: UInt8, Sendable {
    /// It was not: join by addresses and call the result inferred.
    case none = 0
    /// The receiving socket as the kernel says it (rx_sk, from 6.11; the socket of udp_fail_queue_rcv_skb).
    case receiver = 1
    /// skb->sk, whose port is the packet's destination: an early-demuxed receiver.
    case earlyDemux = 2
    /// skb->sk, whose port is the packet's source: the sender.
    case sender = 3
  }
  /// Which way the packet went.
  public enum Direction: UInt8, Sendable {
    /// It came in (skb->skb_iif is set): local is its destination. Forwarded packets are among them: then no local address is ours.
    case received = 0
    /// It was made here: local is its source.
    case sent = 1
  }

  /// Number of the row, for replacing an earlier one.
  public var id: UInt32
  /// Which tracepoint counted.
  public var source: Source
  /// Value of enum skb_drop_reason, named by a `ReasonName`; 0 when this kernel's tracepoint has none (before 5.17). Another meaning: see `Source`.
  public var reason: UInt32
  /// The function that dropped it (`tcp_v4_rcv`), empty when it cannot be named.
  public var function: String
  /// The module of that function, empty for the kernel proper.
  public var module: String
  /// Inode of the network namespace.
  public var namespace: UInt32
  /// skb->protocol in host order: 0x0800 IPv4, 0x86dd IPv6, 0x0806 ARP …; 0 unknown.
  public var ethernetProtocol: UInt16
  /// IPPROTO_ of the packet: 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6; 0 when it is no IP packet.
  public var proto: UInt8
  /// Which way it went.
  public var direction: Direction
  /// How the cookie was found.
  public var attribution: Attribution
  /// State of that socket when it happened, as inet_diag numbers them (10 LISTEN, 12 NEW_SYN_RECV); 0 without a socket.
  public var socketState: UInt8
  /// sk_family of that socket (10: an IPv6 socket may receive IPv4); 0 without a socket.
  public var socketFamily: UInt8
  /// TCP header flags FIN 1, SYN 2, RST 4, ACK 16 of the packet; 0 for other protocols.
  public var tcpFlags: UInt8
  /// The cookie of that socket as inet_diag gives it; 0 without one, and for earlyDemux and sender also when nobody dumped the socket before.
  public var cookie: UInt64
  /// Our end: the packet's destination when received, its source when sent. Without a cookie all packets of the row share it; with one it is that
  /// of the first packet.
  public var local: ProbeAddress
  /// Port at our end, shared by all packets of the row; 0 when there is none.
  public var localPort: UInt16
  /// The other end of the first packet only.
  public var firstPeer: ProbeAddress
  /// Its port.
  public var firstPeerPort: UInt16
  /// Interface index of the first packet (skb->dev); 0 when it had none.
  public var interface: UInt32
  /// Id of a `ProbedStack`; 0 without stacks.
  public var stack: UInt32
  /// Packets.
  public var count: UInt64
  /// CLOCK_MONOTONIC of the first, nanoseconds.
  public var firstNanoseconds: UInt64
  /// True for a row of what did not fit the table: only source, reason, namespace, ethernetProtocol, proto, direction and count are told.
  public var isSummary: Bool
  /// The process that did it, of the first; 0 where a packet came by itself, or it is not to be seen by the caller.
  public var processID: UInt32
  /// Its name, bytes of comm; empty when processID is 0. Untrusted.
  public var processName: [UInt8]

  /// A row of nothing yet.
  public init(id: UInt32, source: Source, reason: UInt32, count: UInt64) {
    self.id = id
    self.source = source
    self.reason = reason
    self.count = count
    function = ""
    module = ""
    namespace = 0
    ethernetProtocol = 0
    proto = 0
    direction = .received
    attribution = .none
    socketState = 0
    socketFamily = 0
    tcpFlags = 0
    cookie = 0
    local = ProbeAddress(high: 0, low: 0, isIPv6: false)
    localPort = 0
    firstPeer = local
    firstPeerPort = 0
    interface = 0
    stack = 0
    firstNanoseconds = 0
    isSummary = false
    processID = 0
    processName = []
  }
}

/// The functions of one kernel stack.
public struct ProbedStack: Equatable, Sendable {
  /// As `DropRecord.stack` and `EventRecord.stack` name it.
  public var id: UInt32
  /// Function names, innermost first: `tcp_v4_rcv`, `nft_do_chain [nf_tables]`.
  public var frames: [String]
  /// A stack.
  public init(id: UInt32, frames: [String]) {
    self.id = id
    self.frames = frames
  }
}
