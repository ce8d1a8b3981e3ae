import Catalog
import Collection
import Findings
import Netlink
import Rendering
import Snapshot
import SockDiag

extension Session {
  static let cardLimit = 20
  static let worstShown = 5

  /// States for cards: everything that could explain what the filter names, unless the user chose.
  var cardStates: TCPStateSet {
    invocation.states == nil && filter.states == nil ? FilterStates.everything : invocation.states(for: filter, of: .tcp)
  }

  /// Reads once, and again after a while when a listener or a datagram socket is among the sockets: "still happening" needs two looks.
  mutating func cardEvidence(_ unix: [UnixSocket]) throws -> (reading: CardReading, evidence: Evidence) {
    let questions = questions(states: cardStates, extensions: .card)
    let ports = filter.portOnly.map { [$0.port] } ?? []
    var first = try collector.cards(questions, filter: filter, contextPorts: ports)
    let isMoving = first.subjects.contains { $0.state == .listen || $0.proto != .tcp }
    guard isMoving || invocation.intervalMilliseconds != nil else {
      collector.addOwners(to: &first, unix: unix)
      return (first, Evidence(now: first.snapshot))
    }
    collector.sources.host.wait(milliseconds: invocation.intervalMilliseconds ?? 250)
    var second = try collector.cards(questions, filter: filter, contextPorts: ports)
    collector.addOwners(to: &second, unix: unix)
    return (second, Evidence(now: second.snapshot, before: first.snapshot))
  }

  /// A paragraph a socket; grouped above twenty.
  /// - Parameter summary: what `-s` adds to the document.
  mutating func cards(summary: SocketSummary? = nil) throws -> Int32 {
    let unix = wantsUnix ? try unixSockets(forCards: true) : []
    var (reading, evidence) = try cardEvidence(unix)
    noteMarks()
    evidence.now.gaps = collector.gaps
    let absent = absentPort(reading)
    let shown = Ranking.worstFirst(reading.subjects, evidence)
    var cards = Cards.cards(for: shown, limit: shown.count > Self.cardLimit ? Self.worstShown : Self.cardLimit, evidence)
    cards += unix.prefix(Self.cardLimit).map { Cards.card(for: $0, evidence) }
    if let absent { cards.insert(Cards.nothingListens(port: absent, evidence), at: 0) }
    let findings = Rules.run(evidence)
    let isEmpty = reading.subjects.isEmpty && unix.isEmpty
    if invocation.form == .json {
      var json = JSONWriter()
      JSONDocument.write(
        evidence, sockets: reading.subjects, unix: unix, cards: cards, findings: findings, options: jsonOptions(evidence.now),
        summary: summary,
        to: &json)
      try checkOutput(json.failure)
    } else {
      let style = PageStyle(width: outputWidth() ?? 100, color: usesColor(invocation.color))
      var page = Page(style)
      if shown.count > Self.cardLimit { GroupPage.write(reading.subjects, cardCount: Self.worstShown, to: &page) }
      for card in cards { CardPage.write(card, to: &page) }
      if isEmpty, absent == nil { NothingPage.write(filter.description, evidence, to: &page) }
      if !say(page.text) { return 2 }
    }
    tellGaps()
    return status(of: findings, otherwise: isEmpty || absent != nil ? 1 : 0)
  }

  /// The port of `-l PORT` when no TCP socket listens there (TCP being among the tables).
  func absentPort(_ reading: CardReading) -> UInt16? {
    guard invocation.isListening, let port = filter.localPortOnly, tables.contains(.tcp) || tables.contains(.udp) else { return nil }
    let isThere = reading.subjects.contains { socket in
      tables.contains(.tcp) ? socket.proto == .tcp && socket.state == .listen : socket.proto == .udp
    }
    return isThere ? nil : port
  }
}
