import Catalog
@testable import Findings
import ProcFS
@testable import Rendering
import SockDiag
import Snapshot
import TestSupport
import Testing

/// Every renderer against a recorded page. `RECORD_SNAPSHOTS=1 swift test --filter Golden` records; read the difference before you commit it.
@Suite struct GoldenPageTests {
  static let gap = Gap(
    id: "owners-denied", what: Sentence(id: "test.what", template: "the processes of 12 sockets belong to other users", arguments: []),
    remedy: Sentence(id: "test.remedy", template: "run it as root", arguments: []))

  func page(_ cards: [Card], width: Int = 80) -> String {
    var page = Page(PageStyle(width: width))
    for card in cards { CardPage.write(card, to: &page) }
    return page.text
  }

  func card(_ state: TCPState, in sockets: [MakeSocket]) throws -> Card {
    let evidence = try GoldenScene.evidence(sockets)
    return Cards.card(for: try #require(evidence.now.inet.sockets.first { $0.state == state }), evidence)
  }

  @Test func table() throws {
    try compare(try listed(GoldenScene.mixed) { $0.width = 120 }, with: "Tests/Golden/table.txt")
  }

  @Test func narrowTable() throws {
    try compare(try listed(GoldenScene.mixed) { $0.width = 60 }, with: "Tests/Golden/table-narrow.txt")
  }

  @Test func everythingTable() throws {
    var path = UnixSocket(type: 1, state: .listen, inode: 100, cookie: 40)
    (path.path, path.receiveQueue, path.sendQueue) = (Name("/run/app.sock"), 6, 5)
    var abstract = UnixSocket(type: 2, state: .established, inode: 101, cookie: 41)
    (abstract.path, abstract.peerInode) = (Name([0] + Array("session/\u{1b}[2J".utf8)), 102)
    let text = try listed(GoldenScene.mixed, unix: [path, abstract]) {
      $0.showsNetid = true
      $0.showsInfo = true
      $0.showsMemory = true
      $0.showsTimer = true
      $0.showsExtended = true
      $0.showsProcesses = true
      $0.owners = GoldenScene.owners
      $0.users = [1000: Name("app"), 0: Name("root")]
    }
    try compare(text, with: "Tests/Golden/table-everything.txt")
  }

  @Test func listenCard() throws {
    try compare(page([card(.listen, in: GoldenScene.fullListener())]), with: "Tests/Golden/card-listen.txt")
  }

  @Test func establishedCard() throws {
    try compare(page([card(.established, in: [GoldenScene.established])]), with: "Tests/Golden/card-established.txt")
  }

  @Test func timeWaitCard() throws {
    try compare(page([card(.timeWait, in: [GoldenScene.timeWait])]), with: "Tests/Golden/card-time-wait.txt")
  }

  @Test func nothingListensCard() throws {
    let near = [
      MakeSocket(.listen, "127.0.0.1", 9091, cookie: 50, inode: 77, sendQueue: 128),
      MakeSocket(.close, "0.0.0.0", 9090, proto: .udp, cookie: 51, inode: 79),
      MakeSocket(.established, "10.0.0.1", 9090, peer: "10.0.0.9", 40000, cookie: 52, inode: 78).with(.tcpInfo, size: 280),
    ]
    try compare(page([Cards.nothingListens(port: 9090, GoldenScene.evidence(near))]), with: "Tests/Golden/card-nothing-listens.txt")
  }

  @Test func narrowCard() throws {
    try compare(page([card(.listen, in: GoldenScene.fullListener())], width: 40), with: "Tests/Golden/card-listen-narrow.txt")
  }

  @Test func glance() throws {
    var evidence = try GoldenScene.evidence(GoldenScene.mixed + GoldenScene.fullListener().suffix(4))
    var now = evidence.now
    now.gaps = [Self.gap]
    evidence = Evidence(now: now, before: evidence.before)
    let findings = Rules.run(evidence)
    #expect(findings.first?.severity == .critical)
    let text = GlancePage.text(evidence, findings: findings, style: PageStyle(width: 80))
    try compare(text, with: "Tests/Golden/glance.txt")
  }

  @Test func emptyGlance() throws {
    let evidence = try GoldenScene.evidence([], refused: 0)
    let text = GlancePage.text(evidence, findings: Rules.run(evidence), style: PageStyle(width: 80))
    try compare(text, with: "Tests/Golden/glance-empty.txt")
  }

  @Test func findings() throws {
    let evidence = try GoldenScene.evidence(GoldenScene.mixed + GoldenScene.fullListener().suffix(4))
    try compare(FindingPage.text(Rules.run(evidence), style: PageStyle(width: 80)), with: "Tests/Golden/findings.txt")
  }

  @Test func group() throws {
    let many = (0..<30).map { (index: Int) -> MakeSocket in
      let state: TCPState = index % 5 == 0 ? .timeWait : .established
      return MakeSocket(state, "10.0.0.1", UInt16(41000 + index), peer: "10.0.0.\(index % 3)", 443, cookie: UInt64(index + 1), inode: 78)
    }
    var page = Page(PageStyle(width: 80))
    GroupPage.write(try many.map { try $0.socket }, cardCount: 5, to: &page)
    try compare(page.text, with: "Tests/Golden/group.txt")
  }

  @Test func json() throws {
    var now = try GoldenScene.evidence(GoldenScene.fullListener()).now
    now.gaps = [Self.gap]
    let evidence = Evidence(now: now, before: try GoldenScene.evidence(GoldenScene.fullListener()).before)
    var options = ListOptions()
    (options.owners, options.users) = (now.owners, now.users)
    var json = JSONWriter(descriptor: -1)
    let sockets = Array(now.inet.sockets.prefix(2)) + [try GoldenScene.established.socket]
    let cards = [Cards.card(for: now.inet.sockets[0], evidence)]
    JSONDocument.write(evidence, sockets: sockets, unix: [], cards: cards, findings: Rules.run(evidence), options: options, to: &json)
    // A line a member: a difference can then be read.
    try compare(try indented(json.taken()), with: "Tests/Golden/document.json")
  }

  @Test func ndjson() throws {
    var options = ListOptions()
    options.owners = GoldenScene.owners
    let writer = SocketJSON(options)
    var json = JSONWriter(descriptor: -1)
    for socket in GoldenScene.mixed {
      writer.write(try socket.socket, to: &json)
      json.endLine()
    }
    try compare(String(decoding: json.taken(), as: UTF8.self), with: "Tests/Golden/lines.ndjson")
  }
}
