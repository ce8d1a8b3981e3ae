public import Catalog
internal import ProbeStream
public import SockDiag

/// Whose packets were dropped.
public struct DropVictim: Sendable {
  /// What kind of victim it is.
  public enum Kind: String, Sendable {
    case listener, connection, receiver, sender
    /// No socket has the port.
    case port
    /// No socket at all: the host, a device, a route.
    case host
  }
  /// How it was found.
  public enum Attribution: String, Sendable {
    /// The kernel named the socket in the event.
    case exact
    /// By the socket's own sk_drops.
    case socketDrops
    /// By protocol, address and port of the packets: likely, and no proof.
    case inferred
    /// The same with several sockets to choose from.
    case ambiguous
    /// There is no socket.
    case none
  }
  /// What kind of victim it is.
  public let kind: Kind
  /// How it was found.
  public let attribution: Attribution
  /// In words: `udp 0.0.0.0:53 of named (pid 7)`.
  public let text: Sentence
  /// The sockets, the worst first; at most five, empty when there is none or it has gone.
  public let sockets: [InetSocket]
  /// How many sockets in all.
  public let count: Int
  /// Our port that the packets share; 0 when there is none.
  public let port: UInt16
  /// The process that did it, where the event told that and no socket is left to hold; its name is untrusted.
  public var process: (pid: UInt32, name: String)?
}

/// A counter beside a row.
public struct CounterRise: Sendable, Equatable {
  /// `Udp.RcvbufErrors`.
  public let key: String
  /// How much it rose in the window.
  public let rise: UInt64
  /// It counts these packets one by one; otherwise others are in it.
  public let isExact: Bool
  /// A counter's rise.
  public init(key: String, rise: UInt64, isExact: Bool) {
    self.key = key
    self.rise = rise
    self.isExact = isExact
  }
}

/// One cause at one victim.
public struct DropRow: Sendable {
  /// What the number was taken from.
  public enum Basis: String, Sendable {
    /// kfree_skb.
    case event
    /// A counter of the namespace.
    case counter
    /// sk_drops of a socket.
    case socketDrops
  }
  /// Stable id: `accept-queue-full-syn`, or the reason's name in small letters (`socket_rcvbuff`), or a counter's key.
  public let id: String
  /// Packets, or what the title says.
  public var count: UInt64
  /// What the number was taken from.
  public let basis: Basis
  /// False for what is worth knowing although no packet was dropped: cookies sent, resets, TIME-WAIT sockets destroyed.
  public let isDrop: Bool
  /// Whether somebody misses the packets.
  public let harm: DropReasonFacts.Harm
  /// The kernel's name of the reason, without SKB_DROP_REASON_; nil when no event told one.
  public let reason: String?
  /// Functions at which the packets were dropped, the most frequent first.
  public var functions: [String]
  /// Whose they were; nil when that cannot be told.
  public var victim: DropVictim?
  /// What became of which packets, in plain words.
  public let meaning: Sentence
  /// Counters that rise with it, and by how much they rose.
  public var counters: [CounterRise]
  /// How much sk_drops of the victims rose; nil without one.
  public var socketDrops: UInt64?
  /// Whether that is the rise of these packets alone; otherwise other drops of the same sockets are in it.
  public var socketDropsAreExact = true
  /// More numbers that belong to it: the queue as it stands.
  public var details: [Sentence]
  /// Whether tcpdump on this host would show the packets; nil when there are none.
  public let capture: DropReasonFacts.Capture?
  /// What to do.
  public let advice: Sentence?
  /// Kernel stacks with their number of packets, the most frequent first.
  public var stacks: [(count: UInt64, frames: [String])]
  /// Nothing but the reason is known, because the side-car's table was full: which counters rose with it cannot be told.
  public var isSummary = false

  /// How bad it is, for `--fail-on`: what was refused on purpose, and what dropped no packet, is a note, a loss a warning, and critical where a
  /// listener turned somebody away. nil when it is harmless.
  public var severity: Severity? {
    if !isDrop { return .note }
    switch harm {
    case .benign: return nil
    case .refusal: return .note
    case .loss: return victim?.kind == .listener ? .critical : .warning
    }
  }
}

/// The answer of one window.
public struct DropReport: Sendable {
  /// Causes of loss and refusal, most first.
  public let rows: [DropRow]
  /// What is no drop and yet worth knowing.
  public let notices: [DropRow]
  /// Harmless ones, and what nobody misses.
  public let hidden: [DropRow]
  /// Rows that FILTER leaves out because no address is known of them, or another one.
  public let filteredOut: Int
  /// Packets in `rows`.
  public var dropped: UInt64 { rows.reduce(0) { $0 + $1.count } }
  /// Packets in `hidden`.
  public var harmless: UInt64 { hidden.reduce(0) { $0 + $1.count } }

  /// Joins the three sources.
  public init(_ evidence: DropEvidence) {
    var builder = DropBuilder(evidence)
    builder.build()
    let sorted = builder.rows.sorted { ($1.count, $0.id, $0.victim?.port ?? 0) < ($0.count, $1.id, $1.victim?.port ?? 0) }
    rows = sorted.filter { $0.isDrop && $0.harm != .benign }
    notices = sorted.filter { !$0.isDrop }
    hidden = sorted.filter { $0.isDrop && $0.harm == .benign }
    filteredOut = builder.filteredOut
  }
}

/// Puts the rows together, source after source: events first, then what they leave of the counters, then what both leave of sk_drops.
struct DropBuilder {
  let evidence: DropEvidence
  let readings: Evidence
  var ledger: DropLedger
  var rows: [DropRow] = []
  var filteredOut = 0
  /// Packets of drop events by the name of their reason.
  var packetsByReason: [String: UInt64] = [:]
  /// Datagrams that a socket refused, by whether they were IPv6.
  var refusedDatagrams: [Bool: UInt64] = [:]

  init(_ evidence: DropEvidence) {
    self.evidence = evidence
    readings = evidence.readings
    ledger = DropLedger(evidence.readings)
  }

  var isWatched: Bool { evidence.watch != nil }

  mutating func build() {
    var events = DropEvents(evidence)
    for packet in events.packets {
      if let reason = packet.reason { packetsByReason[reason, default: 0] += packet.record.count }
      if packet.record.proto == 17, !packet.isSent, packet.isAtSocket, packet.reason != "NO_SOCKET" {
        refusedDatagrams[packet.isIPv6, default: 0] += packet.record.count
      }
    }
    addEvents(events.groups(&ledger))
    addListeners()
    addNotices()
    addCounters()
    addSocketDrops()
  }

  /// Keeps a row unless the filter refuses its victims.
  mutating func add(_ row: DropRow, packet: InetSocket? = nil) {
    guard row.count > 0 else { return }
    if let isWanted = evidence.isWanted {
      let sockets = (row.victim?.sockets ?? []) + (packet.map { [$0] } ?? [])
      guard sockets.contains(where: isWanted) else {
        filteredOut += 1
        return
      }
    }
    rows.append(row)
  }

  /// Counters as they rose; those that this kernel lacks are left out, and so are inexact ones that stood still.
  func rises(_ counters: [DropReasonFacts.Confirmation]) -> [CounterRise] {
    counters.compactMap { each in
      guard let rise = ledger.rise(each.key), each.isExact || rise > 0 else { return nil }
      return CounterRise(key: each.key, rise: rise, isExact: each.isExact)
    }
  }

  func rises(_ keys: [String]) -> [CounterRise] { rises(keys.map { DropReasonFacts.Confirmation($0) }) }
}
