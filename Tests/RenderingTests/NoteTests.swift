import Catalog
@testable import Rendering
import SockDiag
import TestSupport
import Testing

@Suite struct NoteTests {
  static func made(
    _ state: TCPState, inode: UInt32 = 1, timer: TimerKind = .off, retransmits: UInt8 = 0, receive: UInt32 = 0, send: UInt32 = 0
  ) -> MakeSocket {
    MakeSocket(
      state, "10.0.0.1", 80, peer: state == .listen ? nil : "10.0.0.2", state == .listen ? 0 : 40000, inode: inode, timer: timer,
      retransmits: retransmits, receiveQueue: receive, sendQueue: send)
  }

  static let dropped = MakeSocket(.close, "0.0.0.0", 53, proto: .udp, inode: 1).with(.skmeminfo, size: 36).with([.sk_drops: 70])

  /// A socket that earns each note, and what the row then ends with.
  static let noted: [(NotePhrase, MakeSocket, String)] = [
    (.acceptQueueFull, made(.listen, receive: 6, send: 5), "FULL"),
    (.acceptQueueFilling, made(.listen, receive: 4, send: 5), "filling"),
    (.notAccepted, made(.established, inode: 0), "not accepted"),
    (.notAcceptedClosed, made(.closeWait, inode: 0, receive: 11), "not accepted, peer closed"),
    (.closeWait, made(.closeWait), "peer closed"),
    (.halfClosed, made(.finWait2), "half-closed"),
    (.finishing, made(.lastAck, inode: 0), "orphan"),
    (.waitsForFin, made(.finWait2, inode: 0, timer: .timewait), "waits for FIN"),
    (.noAnswer, made(.synSent, timer: .on, retransmits: 3, send: 1), "no answer, retry 3x"),
    (.retransmitting, made(.established, timer: .on, retransmits: 12, send: 9), "retransmitting 12x"),
    (.zeroWindow, made(.established, timer: .persist, send: 9), "window 0"),
    (.keepaliveFailing, made(.established, timer: .keepalive, retransmits: 2), "keepalive unanswered 2x"),
    (.halfOpen, made(.synRecv, inode: 0, timer: .on, retransmits: 1), "half-open 1x"),
    (.unread, made(.established, receive: 10), "unread"),
    (.unacknowledged, made(.established, send: 10), "in flight"),
    (.drops, dropped, "drops 70"),
  ]

  @Test("each note has a socket that earns it; the legend explains it and nothing else", arguments: noted.map(\.0))
  func notes(phrase: NotePhrase) throws {
    let (_, socket, end) = try #require(Self.noted.first { $0.0 == phrase })
    let text = try listed([socket]) { $0.width = 200 }
    let parts = text.split(separator: "\n\n")
    #expect(parts.count == 2 && parts[0].hasSuffix(" \(end)"), "\(text)")
    let legend = parts[1].split(separator: "\n")
    for other in NotePhrase.allCases {
      #expect(legend.contains { $0.hasPrefix(other.word.description + "  ") } == (other == phrase), "\(other)")
    }
    #expect(legend.contains { $0.hasPrefix("LISTEN  ") } == (phrase == .acceptQueueFull || phrase == .acceptQueueFilling))
    #expect(text.contains(phrase.rawValue.prefix(40)))
  }

  @Test("the table above leaves no note out")
  func complete() {
    #expect(Self.noted.map(\.0) == NotePhrase.allCases)
    #expect(Set(NotePhrase.allCases.map(\.index)).count == NotePhrase.allCases.count && NotePhrase.allCases.count <= 32)
  }

  @Test(
    "sockets at rest earn none",
    arguments: [
      made(.listen, receive: 3, send: 5), made(.listen, receive: 0, send: 0), made(.established), made(.established, timer: .on),
      made(.established, timer: .keepalive), made(.timeWait, inode: 0, timer: .timewait), made(.synSent, timer: .on),
      MakeSocket(.close, "0.0.0.0", 53, proto: .udp).with(.skmeminfo, size: 36),
    ])
  func silence(socket: MakeSocket) throws {
    let row = try listed([socket]).split(separator: "\n")[1]
    #expect(!row.hasSuffix(" ") && row.split(separator: " ").count == 5, "\(row)")
  }

  @Test("a row of /proc has no limit: its queue proves nothing")
  func procRows() throws {
    let fromProc = MakeSocket(.listen, "0.0.0.0", 80, cookie: 0, inode: 1, receiveQueue: 6)
    #expect(!(try listed([fromProc]).contains("FULL")))
  }

  @Test("a note that fits behind its row but not below the heading stays on the row")
  func outOfLine() throws {
    let text = try listed([Self.made(.closeWait, inode: 0, receive: 11)]) { $0.width = 85 }
    #expect(text.split(separator: "\n")[1].hasSuffix("10.0.0.2:40000 not accepted, peer closed"), "\(text)")
  }

  @Test("a note that does not fit stands below its row", arguments: [(40, 6, 2), (60, 6, 2), (75, 2, 8)])
  func narrow(width: Int, line: Int, indent: Int) throws {
    let socket = Self.made(.closeWait, inode: 0, receive: 11)
    let text = try listed([socket]) { $0.width = width }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // Where the columns do not fit either, the addresses have lines of their own before it.
    #expect(lines[line] == String(repeating: " ", count: indent) + "not accepted, peer closed", "\(text)")
    #expect(lines.allSatisfy { $0.count <= width && !$0.hasSuffix(" ") }, "\(text)")
    #expect(try listed([socket]) { $0.width = 120 }.contains("10.0.0.2:40000    not accepted, peer closed\n"))
  }

  @Test("without explanations neither note nor legend")
  func plain() throws {
    let text = try listed(Self.noted.map(\.1)) { $0.explains = false }
    #expect(text.split(separator: "\n").count == Self.noted.count + 1 && !text.contains("FULL") && !text.contains("NOTE"))
  }
}
