internal import Catalog
internal import SockDiag
internal import Snapshot

/// What counters tell beyond the events: all of it without the side-car, else what took a way that has no drop event, or was lost.
extension DropBuilder {
  /// A counter that stands for a cause, and how that cause hurts.
  private struct Cause {
    let key: String
    let circumstance: DropReasonFacts.Circumstance
    /// Reasons that raise it somewhere; with several, no single one's words fit.
    var reasons: Set<String>
  }

  /// Counters that stand first among those of a reason and count its packets one by one. InErrors and the like, which rise beside them, do not.
  private static let causes: [Cause] = {
    var out: [Cause] = []
    var places: [String: Int] = [:]
    let ofListeners: Set<String> = ["TcpExt.ListenOverflows", "TcpExt.ListenDrops", "TcpExt.TCPDeferAcceptDrop"]
    for entry in Knowledge.dropReasons {
      // What has no reason of its own is told by the place; no counter stands for it.
      guard let facts = entry.dropReason, facts.name != "NOT_SPECIFIED" else { continue }
      for circumstance in [facts.usual] + facts.special {
        guard let first = circumstance.counters.first, first.isExact else { continue }
        for key in [first.key, CounterKeys.twin(first.key)].compactMap({ $0 }) where !ofListeners.contains(key) {
          if let place = places[key] {
            out[place].reasons.insert(facts.name)
          } else {
            places[key] = out.count
            out.append(Cause(key: key, circumstance: circumstance, reasons: [facts.name]))
          }
        }
      }
    }
    return out
  }()

  /// Beside them without events: they rise for several reasons, but for loss on this host only.
  private static let vague: [String] = [
    "Ip.OutDiscards", "Ip6.OutDiscards", "TcpExt.TCPRetransFail", "TcpExt.TCPOFODrop", "TcpExt.TCPRcvQDrop", "TcpExt.RcvPruned",
    "TcpExt.OfoPruned", "TcpExt.TCPZeroWindowDrop", "TcpExt.TCPBacklogDrop", "TcpExt.TCPMinTTLDrop", "TcpExt.PFMemallocDrop",
  ]

  /// What of them tells of TCP's own drops inside a connection, which have no event before 5.17 either: tcp_drop() called __kfree_skb().
  private static let silent = [
    "TcpExt.TCPOFODrop", "TcpExt.TCPRcvQDrop", "TcpExt.RcvPruned", "TcpExt.OfoPruned", "TcpExt.TCPZeroWindowDrop",
  ]

  /// Counters that the kernel raises together with another that holds them all: InErrors is every error, RcvbufErrors one kind of it.
  private static func parts(of key: String) -> [String] {
    let words = key.split(separator: ".", maxSplits: 1).map(String.init)
    guard words.count == 2 else { return [] }
    switch words[1] {
    case "InErrors": return ["RcvbufErrors", "MemErrors", "InCsumErrors"].map { "\(words[0]).\($0)" }
    case "InErrs": return ["\(words[0]).InCsumErrors", "TcpExt.TCPSYNChallenge"]
    case "InHdrErrors" where words[0] == "Ip": return ["IpExt.InCsumErrors"]
    default: return []
    }
  }

  mutating func addCounters() {
    var risen: [(key: String, circumstance: DropReasonFacts.Circumstance?, isShared: Bool, count: UInt64)] = []
    for cause in Self.causes {
      let count = open(cause)
      if count > 0 { risen.append((cause.key, cause.circumstance, cause.reasons.count > 1 || !Self.parts(of: cause.key).isEmpty, count)) }
    }
    if evidence.watch?.tellsReasons != true {
      for key in isWatched ? Self.silent : Self.vague where !risen.contains(where: { $0.key == key }) && ledger.left(key) > 0 {
        risen.append((key, nil, false, ledger.left(key)))
      }
    }
    for each in risen {
      let victim = each.circumstance?.victim ?? Self.victim(of: each.key)
      let rivals = risen.count { ($0.circumstance?.victim ?? Self.victim(of: $0.key)) == victim }
      add(
        each.key, each.circumstance, each.count, candidates(victim, each.key), isAlone: rivals == 1,
        summary: each.isShared ? Knowledge.counter(each.key)?.summary : each.circumstance?.meaning)
    }
  }

  private static func victim(of key: String) -> DropReasonFacts.Victim {
    key.hasPrefix("Ip") || key == "TcpExt.TCPRetransFail" ? .sender : .connection
  }

  /// What is left of a counter. The events' window is a little longer than the counters', so with events a small rest is none.
  private func open(_ cause: Cause) -> UInt64 {
    guard let rise = ledger.rise(cause.key) else { return 0 }
    // The same reason at another function may raise it too.
    let events = cause.reasons.reduce(UInt64(0)) { $0 + (packetsByReason[$1] ?? 0) }
    let parts = Self.parts(of: cause.key).reduce(UInt64(0)) { $0 + (ledger.rise($1) ?? 0) }
    let explained = max(ledger.spent(cause.key), events, parts, atReceiver(cause.key))
    let left = rise > explained ? rise - explained : 0
    guard isWatched, explained > 0 else { return left }
    return left > 1 + rise / 20 ? left : 0
  }

  /// Whatever a datagram socket refuses is an InError, whichever the reason: a filter, a policy, a checksum, no room.
  private func atReceiver(_ key: String) -> UInt64 {
    guard key == "Udp.InErrors" || key == "Udp6.InErrors" else { return 0 }
    return refusedDatagrams[key == "Udp6.InErrors"] ?? 0
  }

  /// Sockets that can be the victims: their sk_drops rose and nothing explains it yet.
  private func candidates(_ victim: DropReasonFacts.Victim, _ key: String) -> [(socket: InetSocket, drops: UInt64)] {
    let isFitting: (InetSocket) -> Bool
    switch victim {
    case .receiver:
      isFitting = { $0.proto != .tcp && $0.proto != .mptcp }
    case .connection: isFitting = { $0.proto == .tcp && $0.state != .listen && !$0.isMiniSocket }
    default: return []
    }
    return readings.now.inet.sockets.lazy.filter(isFitting).map { ($0, ledger.socketLeft($0)) }.filter { $0.1 > 0 }
      .sorted { ($0.1, $1.0.cookie) > ($1.1, $0.0.cookie) }
  }

  private mutating func add(
    _ key: String, _ circumstance: DropReasonFacts.Circumstance?, _ count: UInt64,
    _ candidates: [(socket: InetSocket, drops: UInt64)], isAlone: Bool, summary told: String?
  ) {
    ledger.spend(key, count)
    let entry = Knowledge.counter(key)
    let summary = told ?? entry?.summary ?? key
    let advice = circumstance?.advice ?? entry?.advice
    func row(_ count: UInt64, _ victim: DropVictim?, drops: UInt64?, details: [Sentence]) -> DropRow {
      DropRow(
        id: key, count: count, basis: victim == nil ? .counter : .socketDrops, isDrop: true, harm: circumstance?.harm ?? .loss, reason: nil,
        functions: [], victim: victim, meaning: DropsPhrase.counter.say(["summary": summary]), counters: rises([key]), socketDrops: drops,
        details: details, capture: circumstance?.capture == .receivedOnly ? nil : circumstance?.capture,
        advice: advice.map { DropsPhrase.text.say(["text": $0]) }, stacks: [])
    }
    var left = count
    var shares: [DropKey.Place: (sockets: [InetSocket], count: UInt64, drops: UInt64)] = [:]
    if isAlone {
      for candidate in candidates where left > 0 {
        let share = min(left, candidate.drops)
        left -= share
        ledger.spend(candidate.socket, candidate.drops)
        let socket = candidate.socket
        let place: DropKey.Place =
          socket.peerPort != 0
          ? .connections(Endpoint(socket, readings)) : .bound(socket.proto.rawValue, socket.localAddress, socket.localPort)
        var one = shares[place] ?? ([], 0, 0)
        one.sockets.append(socket)
        one.count += share
        one.drops += candidate.drops
        shares[place] = one
      }
    }
    for share in shares.values {
      let first = share.sockets[0]
      let victim = victim(
        of: share.sockets, first: first, kind: first.proto == .tcp ? .connection : .receiver, attribution: .socketDrops)
      add(row(share.count, victim, drops: share.drops, details: []))
    }
    guard left > 0 else { return }
    let names = candidates.prefix(5).map {
      DropsPhrase.candidate.say(["socket": Who.local($0.socket), "count": $0.drops])
    }
    let details = isAlone || names.isEmpty ? [] : [DropsPhrase.candidates.say(["list": Words.list(names)])]
    add(row(left, nil, drops: nil, details: details))
  }
}
