internal import Catalog
internal import SockDiag
internal import Snapshot

enum RetransmissionRatePhrase: String, PhraseTable {
  static var room: String { "finding.retransmission-rate" }
  case threshold =
    "{percent} % of the bytes to a peer were sent again, of {bytes} or more; or {percent} % of {segments} segments or more between two readings; critical from {critical} %"
  case title = "{percent} % of what is sent to {peer} is sent again"
  case titleNow = "{percent} % of the segments of the last {time} were retransmissions"
  case peer =
    "{peer}: {again} of {sent} were sent again over the open connections, on {connections} of them (tcpi_bytes_retrans, tcpi_bytes_sent)"
  case spurious = "{dups} of {retransmits} retransmissions were reported as duplicates (tcpi_dsack_dups): the original had arrived"
  case now = "Tcp.RetransSegs +{again} beside Tcp.OutSegs +{sent} in the last {time}: still happening"
  case cause =
    "segments are lost on the way, mostly by full queues at a narrow link, a policer, or a faulty cable or radio; each loss halves what the connection may send"
  case causeSpurious = "many of them were unnecessary: the path reorders or delays packets for longer than the sender waits"
  case advice =
    "find the hop: loss to one peer points to its path, loss to all to this host's uplink (ethtool -S, tc -s qdisc); check the rates against a policer's"
}

/// Loss as the sender sees it.
enum RetransmissionRate: Rule {
  static let id = "retransmission-rate"
  /// Percent sent again.
  static let warning: UInt64 = 2
  /// Percent from which throughput collapses.
  static let critical: UInt64 = 10
  /// Bytes sent to one peer below which a share says nothing.
  static let leastBytes: UInt64 = 1 << 20
  /// Segments between two readings, likewise.
  static let leastSegments: UInt64 = 1000
  static var threshold: Sentence {
    RetransmissionRatePhrase.threshold.say([
      "percent": warning, "bytes": Counted.bytes(leastBytes), "segments": leastSegments, "critical": critical,
    ])
  }

  struct Peer {
    var pile = Pile()
    var again: UInt64 = 0
    var sent: UInt64 = 0
    var retransmits: UInt64 = 0
    var dups: UInt64 = 0
    var percent: UInt64 { sent > 0 ? again * 100 / sent : 0 }
  }

  static func findings(_ evidence: Evidence) -> [Finding] {
    let bad = peers(evidence).filter { $0.value.sent >= leastBytes && $0.value.percent >= warning }
      .sorted { ($0.value.percent, $0.value.again) > ($1.value.percent, $1.value.again) }
    let current = current(evidence)
    guard bad.first != nil || current != nil else { return [] }
    return [finding(bad, current, evidence)]
  }

  /// What was sent again since the connections opened, by peer. Only peers with a retransmission are summed up.
  static func peers(_ evidence: Evidence) -> [IPAddress: Peer] {
    let established = evidence.now.inet.tcp(.established)
    var peers: [IPAddress: Peer] = [:]
    for socket in established {
      guard let retransmits = socket[.total_retrans], retransmits > 0, let again = socket[.bytes_retrans], again > 0 else { continue }
      var peer = peers.removeValue(forKey: socket.peerAddress.unmapped) ?? Peer()
      peer.pile.add(socket, score: Int(clamping: again))
      peer.again += again
      peer.retransmits += retransmits
      peer.dups += socket[.dsack_dups] ?? 0
      peers[socket.peerAddress.unmapped] = peer
    }
    guard peers.contains(where: { $0.value.again * 100 >= leastBytes * warning }) else { return [:] }
    for socket in established {
      guard peers[socket.peerAddress.unmapped] != nil, let sent = socket[.bytes_sent] else { continue }
      peers[socket.peerAddress.unmapped]?.sent += sent
    }
    return peers
  }

  /// Between the readings, of the whole namespace: Tcp.OutSegs does not count retransmissions (__tcp_transmit_skb()).
  static func current(_ evidence: Evidence) -> (again: UInt64, sent: UInt64, percent: UInt64)? {
    guard let again = evidence.delta("Tcp.RetransSegs"), let sent = evidence.delta("Tcp.OutSegs"), again < 1 << 40, sent < 1 << 40,
      again + sent >= leastSegments, again * 100 >= (again + sent) * warning
    else { return nil }
    return (again, sent, again * 100 / (again + sent))
  }

  static func finding(
    _ bad: [(key: IPAddress, value: Peer)], _ current: (again: UInt64, sent: UInt64, percent: UInt64)?, _ evidence: Evidence
  ) -> Finding {
    typealias Phrase = RetransmissionRatePhrase
    let time = Durations.words(milliseconds: evidence.intervalMilliseconds ?? 0)
    var lines = bad.prefix(3).map {
      Phrase.peer.say([
        "peer": $0.key, "again": Counted.bytes($0.value.again), "sent": Counted.bytes($0.value.sent),
        "connections": $0.value.pile.count,
      ])
    }
    let retransmits = bad.reduce(UInt64(0)) { $0 + $1.value.retransmits }
    let dups = bad.reduce(UInt64(0)) { $0 + $1.value.dups }
    if dups > 0 { lines.append(Phrase.spurious.say(["dups": dups, "retransmits": retransmits])) }
    if let current { lines.append(Phrase.now.say(["again": current.again, "sent": current.sent, "time": time])) }
    let percent = max(bad.first?.value.percent ?? 0, current?.percent ?? 0)
    let title =
      bad.first.map { Phrase.title.say(["percent": $0.value.percent, "peer": $0.key]) }
      ?? Phrase.titleNow.say(["percent": current?.percent ?? 0, "time": time])
    let count = bad.reduce(0) { $0 + $1.value.pile.count }
    return Finding(
      id: id, severity: percent >= critical ? .critical : .warning, sockets: bad.flatMap(\.value.pile.sockets).prefix(Pile.kept).map { $0 },
      count: count, title: title, evidence: lines, cause: (dups * 2 >= retransmits && dups > 0 ? Phrase.causeSpurious : .cause).say(),
      advice: Phrase.advice.say(), next: bad.first.map { Next.state("established", toHost: $0.key) } ?? "sockexplain -i state established")
  }
}
