/// What is known of one `enum skb_drop_reason` beside its texts: what it says of a packet, by the place where it happened.
///
/// One reason may mean several things: NO_SOCKET is a closed port in tcp_v4_rcv() and a full accept queue in cookie_v4_check(). So the facts hang
/// on circumstances, and `circumstance(at:…)` finds the one that fits.
public struct DropReasonFacts: Sendable {
  /// Whether somebody misses the packet.
  public enum Harm: String, Sendable, CaseIterable {
    /// Data, a connection or a question is lost, or must be sent again.
    case loss
    /// It was refused on purpose, by a rule, a filter, a closed port: somebody may miss it, and somebody wanted it so.
    case refusal
    /// It was of no use: a repetition, an answer to nothing, a queue that is emptied at its end.
    case benign
  }

  /// Whose packet it was, which decides what a row is joined to.
  public enum Victim: String, Sendable, CaseIterable {
    /// A listener: somebody could not connect.
    case listener
    /// A connection; also a half-open one.
    case connection
    /// A datagram or raw socket that should have received it.
    case receiver
    /// A socket here that sent it.
    case sender
    /// Nobody has that port.
    case port
    /// The whole host or a device: routing, neighbours, queues, headers.
    case host
  }

  /// Whether tcpdump on this host shows the packet.
  public enum Capture: String, Sendable, CaseIterable {
    /// It does: the tap lies before the drop.
    case shown
    /// It does not: the drop lies before the tap.
    case hidden
    /// It depends on the way: a packet that came in was shown, one that was to leave was not.
    case receivedOnly
  }

  /// A counter that rises with the drop.
  public struct Confirmation: Sendable, Equatable {
    /// Its key in a `CounterSet`: `Udp.RcvbufErrors`, `TcpExt.ListenOverflows`. A group whose name ends in 6 is that of IPv6 packets only, and
    /// stands beside its twin for IPv4.
    public let key: String
    /// Exactly one a packet; otherwise it rises too, by another number or for other reasons as well.
    public let isExact: Bool
    /// A counter by its key.
    public init(_ key: String, isExact: Bool = true) {
      self.key = key
      self.isExact = isExact
    }
  }

  /// What the reason means at one place.
  public struct Circumstance: Sendable {
    /// Kernel functions at which this holds, as kfree_skb's location names them; empty: any.
    public let functions: [String]
    /// States of the socket in which this holds; empty: any, and none.
    public let states: [TCPState]
    /// For packets sent (true) or received (false) only; nil: both.
    public let isSent: Bool?
    /// TCP flags that the packet must have (FIN 1, SYN 2, RST 4, ACK 16); 0: any.
    public let flags: UInt8
    /// One sentence in plain words, at most about 100 characters, no full stop: what became of which packet.
    public let meaning: String
    /// Whether somebody misses it.
    public let harm: Harm
    /// Whose it was.
    public let victim: Victim
    /// Whether tcpdump shows it.
    public let capture: Capture
    /// Counters that rise with it, the most telling first.
    public let counters: [Confirmation]
    /// What to do; nil when there is nothing.
    public let advice: String?

    /// A circumstance; without functions, states, way and flags it is the usual one.
    public init(
      _ meaning: String, at functions: [String] = [], states: [TCPState] = [], isSent: Bool? = nil, flags: UInt8 = 0, harm: Harm,
      victim: Victim, capture: Capture = .shown, counters: [Confirmation] = [], advice: String? = nil
    ) {
      self.meaning = meaning
      self.functions = functions
      self.states = states
      self.isSent = isSent
      self.flags = flags
      self.harm = harm
      self.victim = victim
      self.capture = capture
      self.counters = counters
      self.advice = advice
    }

    /// Whether a drop fits.
    func fits(_ function: String, _ state: TCPState?, isSent way: Bool, flags seen: UInt8) -> Bool {
      if !functions.isEmpty, !functions.contains(function) { return false }
      if !states.isEmpty { guard let state, states.contains(state) else { return false } }
      return (isSent ?? way) == way && seen & flags == flags
    }
  }

  /// The name as BTF has it, without SKB_DROP_REASON_: `SOCKET_RCVBUFF`.
  public let name: String
  /// What it usually means.
  public let usual: Circumstance
  /// Where it means something else; the first that fits holds.
  public let special: [Circumstance]
  /// The first kernel with it; nil when that is the first with reasons (5.17) or it does not matter.
  public let since: Release?
  /// Kernels that have it, in words, when it is no name of 6.18's enumeration: another kernel's, or the number range of a subsystem.
  public let kernels: String?

  /// The facts of one reason.
  public init(_ name: String, usual: Circumstance, special: [Circumstance] = [], since: Release? = nil, kernels: String? = nil) {
    self.name = name
    self.usual = usual
    self.special = special
    self.since = since
    self.kernels = kernels
  }

  /// What a drop means: `function` as the kernel names it without offset, `state` of the socket that it was for (nil: none known).
  public func circumstance(at function: String, state: TCPState?, isSent: Bool, flags: UInt8) -> Circumstance {
    // The compiler appends what it made of a function: `tcp_v4_rcv.cold`, `nft_do_chain.isra.0`.
    let bare = String(function.prefix { $0 != "." })
    return special.first { $0.fits(bare, state, isSent: isSent, flags: flags) } ?? usual
  }
}
