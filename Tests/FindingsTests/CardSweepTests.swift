import Catalog
@testable import Findings
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

/// What must hold for every card, whatever the kernel sent or left out.
@Suite struct CardSweepTests {
  static let states = (1...13).map { TCPState(rawValue: $0) } + [TCPState(rawValue: 77)]
  static let timers = (0...6).map { TimerKind(rawValue: $0) }

  static func check(_ card: Card, _ note: String) {
    let text = card.text
    #expect(!text.contains("{") && !text.contains("}"), "a placeholder without a value: \(note)\n\(text)")
    #expect(!card.lines.isEmpty, "an empty card: \(note)")
    for line in card.lines {
      #expect(line.label.description.count <= 16, "\(line.label)")
      #expect(!line.text.description.isEmpty)
    }
  }

  @Test(arguments: states)
  func everyStateAndTimerSpeaks(state: TCPState) throws {
    for timer in Self.timers {
      for (inode, info, fill) in [(UInt32(0), 0, UInt64(0)), (7, 0, 0), (0, 232, 0), (7, 280, 0), (7, 280, 9000), (0, 280, 9000)] {
        var make = MakeSocket(
          state, "10.0.0.1", 80, peer: "10.0.0.2", 4000, inode: inode, timer: timer, retransmits: UInt8(fill / 1000), expires: 1500,
          receiveQueue: UInt32(fill), sendQueue: UInt32(fill))
        if info > 0 {
          make = make.with(.tcpInfo, size: info).with(.skmeminfo, size: 36).with([
            .rto: 204_000, .rtt: fill, .snd_mss: 1448, .busy_time: fill * 1000, .rwnd_limited: fill * 100, .total_retrans: fill / 100,
            .bytes_sent: fill, .bytes_retrans: fill / 10, .last_data_recv: fill, .last_ack_recv: fill, .sk_drops: fill / 10,
            .snd_ssthresh: 20, .retransmits: fill / 1000, .sacked: fill / 100,
          ])
        }
        for proto in timer == .off ? [InetProtocol.tcp, .udp, .raw] : [.tcp] {
          var copy = make
          if proto != .tcp { copy = MakeSocket(state, "0.0.0.0", 80, proto: proto, inode: inode, receiveQueue: UInt32(fill)) }
          let scene = CardScene([try copy.socket]).held(7, by: "app", pid: 3, detail: .sleeping(in: "futex"))
          for evidence in [scene.evidence, scene.after(scene).evidence] {
            Self.check(Cards.card(for: try copy.socket, evidence), "\(state.name) \(timer.name) \(proto.name) inode \(inode) info \(info)")
          }
        }
      }
    }
  }

  @Test func everyPhraseIdIsUniqueAndEveryTableSpeaks() {
    var ids: Set<String> = []
    func add<Table: PhraseTable>(_ table: Table.Type) {
      for phrase in Table.allCases { #expect(ids.insert(phrase.id).inserted, "\(phrase.id)") }
    }
    add(WordsPhrase.self)
    add(OwnerPhrase.self)
    add(ServingPhrase.self)
    add(ProcessPhrase.self)
    add(ReachPhrase.self)
    add(ListenPhrase.self)
    add(ListenTrafficPhrase.self)
    add(ListenAdvicePhrase.self)
    add(TimerPhrase.self)
    add(OptionsPhrase.self)
    add(QueuesPhrase.self)
    add(PathPhrase.self)
    add(EstablishedPhrase.self)
    add(OpeningPhrase.self)
    add(ClosingPhrase.self)
    add(UnboundPhrase.self)
    add(DatagramPhrase.self)
    add(UnixPhrase.self)
    add(NothingPhrase.self)
  }
}
