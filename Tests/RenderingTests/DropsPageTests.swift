import Catalog
import Findings
import Foundation
import ProbeStream
import ProcFS
@testable import Rendering
import Snapshot
import SockDiag
import TestSupport
import Testing

/// The page and the document of `drops`, made from one window with a drop of each kind.
@Suite struct DropsPageTests {
  static func row(_ id: UInt32, _ reason: UInt32, _ function: String, _ count: UInt64, proto: UInt8, _ port: UInt16, cookie: UInt64 = 0)
    -> DropRecord
  {
    var row = DropRecord(id: id, source: .kfree, reason: reason, count: count)
    row.function = function
    row.proto = proto
    row.ethernetProtocol = 0x0800
    row.local = ProbeAddress(high: 0x0a00_0001 << 32, low: 0, isIPv6: false)
    row.firstPeer = ProbeAddress(high: 0x0a00_0002 << 32, low: 0, isIPv6: false)
    (row.localPort, row.firstPeerPort, row.cookie) = (port, 40000, cookie)
    row.attribution = cookie == 0 ? .none : .receiver
    row.stack = 1
    return row
  }

  static func evidence(isWatched: Bool) throws -> DropEvidence {
    func sockets(_ refused: UInt64, _ lost: UInt64) throws -> [InetSocket] {
      try [
        MakeSocket(.listen, "0.0.0.0", 8080, cookie: 7, inode: 107, receiveQueue: 6, sendQueue: 5).with([.sk_drops: refused]).socket,
        MakeSocket(.close, "0.0.0.0", 5353, proto: .udp, cookie: 9, inode: 109).with([.sk_drops: lost]).socket,
      ]
    }
    let counters = ["TcpExt.ListenOverflows", "TcpExt.ListenDrops", "Udp.RcvbufErrors", "Udp.InErrors", "TcpExt.TCPAbortOnClose"]
    func zeros(_ value: UInt64) -> [String: UInt64] { Dictionary(uniqueKeysWithValues: counters.map { ($0, value) }) }
    var now = zeros(10)
    now["TcpExt.ListenOverflows"] = 14
    now["TcpExt.ListenDrops"] = 14
    now["Udp.RcvbufErrors"] = 64
    now["Udp.InErrors"] = 64
    now["TcpExt.TCPAbortOnClose"] = 11
    let before = CardScene(try sockets(10, 0), at: 1000).counting(zeros(10))
    let after = CardScene(try sockets(14, 54), at: 11_000).counting(now).held(107, by: "server", pid: 2774).held(
      109, by: "dn\u{1b}[2Jsd", pid: 12)
    var totals = ProbeTotals()
    totals.drops = 60
    let watch = DropWatch(
      rows: [
        row(1, 6, "udp_queue_rcv_one_skb", 54, proto: 17, 5353, cookie: 9), row(2, 12, "nft_do_chain", 4, proto: 6, 9090),
        row(3, 104, "sk_stream_kill_queues", 2, proto: 6, 1),
      ], reasons: [6: "SOCKET_RCVBUFF", 12: "NETFILTER_DROP", 104: "QUEUE_PURGE"], totals: totals,
      stacks: [1: ["udp_queue_rcv_one_skb", "udp_unicast_rcv_skb", "ip_local_deliver_finish"]])
    return DropEvidence(Evidence(now: after.snapshot, before: before.snapshot), watch: isWatched ? watch : nil)
  }

  static func page(width: Int, isWatched: Bool = true, all: Bool = false) throws -> String {
    let evidence = try evidence(isWatched: isWatched)
    let context = DropsContext(
      milliseconds: 10_000, kernel: "6.18.44", showsAll: all, isFiltered: false, watch: evidence.watch)
    return DropsPage.text(DropReport(evidence), context, style: PageStyle(width: width))
  }

  @Test func golden() throws {
    try compare(Self.page(width: 80), with: "Tests/Golden/drops.txt")
    try compare(Self.page(width: 80, isWatched: false), with: "Tests/Golden/drops-without-events.txt")
    try compare(Self.page(width: 40, all: true), with: "Tests/Golden/drops-narrow.txt")
  }

  @Test("nothing is wider than the page, and names from outside are escaped", arguments: [40, 80, 120])
  func width(width: Int) throws {
    let text = try Self.page(width: width, all: true)
    for line in text.split(separator: "\n") where !line.contains("(") || width > 40 { #expect(displayWidth(line) <= width, "\(line)") }
    #expect(!text.contains("\u{1b}"))
  }

  @Test("without events an empty window is not called free of drops")
  func nothingSeen() throws {
    let scene = CardScene([], at: 1000)
    let evidence = DropEvidence(scene.after(scene).evidence, watch: nil)
    func text(_ watch: DropWatch?) -> String {
      let context = DropsContext(milliseconds: 10_000, kernel: "6.18.44", showsAll: false, isFiltered: false, watch: watch)
      return DropsPage.text(DropReport(evidence), context, style: PageStyle(width: 80))
    }
    #expect(text(nil).hasPrefix("no drop shows in counters or sk_drops in 10 s"))
    #expect(text(DropWatch(rows: [], reasons: [:])).hasPrefix("nothing was dropped in 10 s"))
  }

  @Test("what came when the side-car's table was full is not said to have no counter")
  func fullTable() throws {
    var rest = DropRecord(id: 9, source: .kfree, reason: 3, count: 500)
    rest.isSummary = true
    let scene = CardScene([], at: 1000)
    let watch = DropWatch(rows: [rest], reasons: [3: "NO_SOCKET"])
    let context = DropsContext(milliseconds: 10_000, kernel: "6.18.44", showsAll: false, isFiltered: false, watch: watch)
    let report = DropReport(DropEvidence(scene.after(scene).evidence, watch: watch))
    let text = DropsPage.text(report, context, style: PageStyle(width: 120))
    #expect(text.contains("500    packets of more addresses and ports than the side-car's table holds"))
    #expect(text.contains("proof     cannot be told: the protocol was not kept") && !text.contains("no counter tells of it"))
  }

  @Test("the document holds every row once, with numbers beside words")
  func document() throws {
    let evidence = try Self.evidence(isWatched: true)
    let context = DropsContext(milliseconds: 10_000, kernel: "6.18.44", showsAll: false, isFiltered: false, watch: evidence.watch)
    var event = EventRecord(kind: .drop, monotonicNanoseconds: 5)
    event.proto = 17
    event.reason = 6
    event.function = "udp_queue_rcv_one_skb"
    var json = JSONWriter(descriptor: -1)
    DropsJSON.write(
      DropReport(evidence), context, events: [event], reasons: [6: "SOCKET_RCVBUFF"], now: evidence.readings.now, to: &json)
    let root = try #require(try JSONSerialization.jsonObject(with: Data(json.taken())) as? [String: Any])
    let rows = try #require(root["rows"] as? [[String: Any]])
    #expect(rows.map { $0["id"] as? String } == ["socket_rcvbuff", "accept-queue-full-syn", "netfilter_drop"])
    #expect(root["dropped"] as? Int == 62 && root["harmless"] as? Int == 2 && root["eventsWatched"] as? Bool == true)
    let victim = try #require(rows[0]["victim"] as? [String: Any])
    let socket = try #require((victim["sockets"] as? [[String: Any]])?.first)
    #expect(victim["attribution"] as? String == "exact" && socket["cookie"] as? Int == 9)
    #expect((rows[0]["counters"] as? [String: Int])?["Udp.RcvbufErrors"] == 54 && rows[0]["tcpdumpShows"] as? Bool == true)
    #expect((rows[0]["stacks"] as? [[String: Any]])?.first?["count"] as? Int == 54)
    #expect((root["notices"] as? [[String: Any]])?.map { $0["id"] as? String } == ["closed-with-unread-data"])
    #expect((root["events"] as? [[String: Any]])?.first?["reason"] as? String == "SOCKET_RCVBUFF")
  }

  @Test("one event is one line, with the packet's own direction")
  func eventLine() {
    var event = EventRecord(kind: .drop, monotonicNanoseconds: 1_000_000)
    event.proto = 6
    event.reason = 12
    event.function = "nft_do_chain"
    event.local = ProbeAddress(high: 0x0a00_0001 << 32, low: 0, isIPv6: false)
    event.peer = ProbeAddress(high: 0x0a00_0002 << 32, low: 0, isIPv6: false)
    (event.localPort, event.peerPort, event.tcpFlags) = (8080, 40000, 18)
    let reasons: [UInt32: String] = [12: "NETFILTER_DROP"]
    let offset: Int64 = 86_400_000_000_000 * 3 + 3_661_000_000_000
    #expect(
      DropEventLine.text(event, reasons: reasons, kernel: "6.18", offset: offset)
        == "01:01:01.001000 NETFILTER_DROP tcp SYN+ACK 10.0.0.2:40000 → 10.0.0.1:8080 in nft_do_chain()")
    event.reason = 0x20003
    #expect(DropEventLine.text(event, reasons: reasons, kernel: "6.18", offset: 0).contains(" SUBSYS_OPENVSWITCH(3) tcp"))
    #expect(DropEventLine.text(event, reasons: [0x20000: "SUBSYS_NEW"], kernel: "7.9", offset: 0).contains(" SUBSYS_NEW(3) tcp"))
    event.reason = 12
    event.direction = .sent
    #expect(
      DropEventLine.text(event, reasons: [:], kernel: "6.18", offset: 0).contains("unknown(12) tcp SYN+ACK 10.0.0.1:8080 → 10.0.0.2:40000"))
  }
}
