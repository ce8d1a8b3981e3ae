import TestSupport
import Testing
import Wire

@testable import Netlink

/// One netlink message, padded.
func message(
  _ type: UInt16, flags: UInt16 = 2, sequence: UInt32 = 7, port: UInt32 = 99, _ payload: [UInt8] = [], length: UInt32? = nil
) -> [UInt8] {
  func bytes(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  var out = bytes(length ?? UInt32(16 + payload.count))
  out += [UInt8(type & 255), UInt8(type >> 8), UInt8(flags & 255), UInt8(flags >> 8)] + bytes(sequence) + bytes(port) + payload
  while out.count % 4 != 0 { out.append(0) }
  return out
}

/// NLMSG_DONE.
func done(_ code: Int32 = 0, flags: UInt16 = 2, _ rest: [UInt8] = []) -> [UInt8] { message(3, flags: flags, number(code) + rest) }

func number(_ value: Int32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: UInt32(bitPattern: value) >> (8 * UInt32($0))) } }

/// NLMSGERR_ATTR_MSG (1) with a sentence.
func sentence(_ text: String) -> [UInt8] {
  var out = [UInt8(text.utf8.count + 5), 0, 1, 0] + Array(text.utf8) + [0]
  while out.count % 4 != 0 { out.append(0) }
  return out
}

@Suite struct ReplyCheckerTests {
  /// What came through, and how it ended: true after NLMSG_DONE.
  func take(_ datagrams: [[UInt8]], isDump: Bool = true, sequence: UInt32 = 7, port: UInt32 = 99) throws -> (types: [UInt16], isDone: Bool)
  {
    var checker = ReplyChecker(sequence: sequence, port: port, isDump: isDump)
    var types: [UInt16] = []
    for datagram in datagrams {
      let span = datagram.span
      let progress = try unsafe checker.take(span.bytes) { _, message in types.append(message.type) }
      if case .done = progress { return (types, true) }
    }
    return (types, false)
  }

  func error(_ datagrams: [[UInt8]], isDump: Bool = true) -> NetlinkError? {
    do {
      _ = try take(datagrams, isDump: isDump)
      return nil
    } catch { return error as? NetlinkError }
  }

  @Test func dataThenDone() throws {
    let result = try take([message(20, [1, 2, 3, 4]) + message(20), done()])
    #expect(result.types == [20, 20])
    #expect(result.isDone)
  }

  @Test func anExactQueryEndsWithItsAnswer() throws {
    let result = try take([message(20, flags: 0)], isDump: false)
    #expect(result.types == [20])
    #expect(result.isDone)
  }

  @Test func messagesForOthersArePassedOver() throws {
    let result = try take([
      message(20, sequence: 6) + message(20, port: 98) + message(2, sequence: 6, number(-1)) + message(3, port: 98, number(-5)),
      message(20),
      done(),
    ])
    #expect(result.types == [20])
  }

  @Test func missingDoneIsNotDone() throws {
    #expect(try take([message(20)]).isDone == false)
    #expect(try take([[]]).isDone == false)
  }

  @Test func errorAndDoneCarryErrno() {
    #expect(error([message(2, number(-2) + [UInt8](repeating: 0, count: 16))]) == .refused(code: 2, message: nil))
    #expect(error([message(20) + done(-22)]) == .refused(code: 22, message: nil))
    // An ack is no error.
    #expect(error([message(2, number(0) + [UInt8](repeating: 0, count: 16))]) == nil)
  }

  @Test func extendedAckIsTheMessage() {
    let original = message(20, flags: 0x301, [UInt8](repeating: 9, count: 56))
    let capped = number(-22) + original.prefix(16) + sentence("Invalid attribute")
    let whole = number(-22) + original + sentence("Invalid attribute")
    let expected = NetlinkError.refused(code: 22, message: "Invalid attribute")
    #expect(error([message(2, flags: 0x300, capped)]) == expected)
    #expect(error([message(2, flags: 0x200, whole)]) == expected)
    #expect(error([message(3, flags: 0x202, number(-22) + sentence("Invalid attribute"))]) == expected)
    // Without NLM_F_ACK_TLVS the rest is not read as attributes.
    #expect(error([message(2, flags: 0x100, capped)]) == .refused(code: 22, message: nil))
  }

  @Test func brokenExtendedAckKeepsTheErrno() {
    let head = number(-22) + [UInt8](repeating: 0, count: 16)
    for rest: [UInt8] in [[0, 0, 1, 0], [255, 255, 1, 0, 65], [9], [3, 0, 1, 0]] {
      #expect(error([message(2, flags: 0x300, head + rest)]) == .refused(code: 22, message: nil))
    }
    // The length the kernel repeats from the request may be nonsense.
    let nonsense = number(-22) + [255, 255, 255, 255] + [UInt8](repeating: 0, count: 12)
    #expect(error([message(2, flags: 0x200, nonsense)]) == .refused(code: 22, message: nil))
  }

  @Test func shortErrorIsMalformedShortDoneIsDone() throws {
    #expect(error([message(2, [1, 2])]) == .malformed(.truncated(at: 16, needed: 4, available: 2)))
    #expect(try take([message(3, [])]).isDone)
    #expect(try take([message(3, [0, 0])]).isDone)
  }

  @Test func interruptedDumpIsToldAtItsEnd() {
    #expect(error([message(20, flags: 0x12), done()]) == .interrupted)
    #expect(error([message(20), done(0, flags: 0x12)]) == .interrupted)
    // A refusal says more than the interruption.
    #expect(error([message(20, flags: 0x12), done(-5)]) == .refused(code: 5, message: nil))
  }

  @Test func impossibleLengthsAreErrors() {
    #expect(error([message(20, length: 0)]) == .malformed(.badLength(at: 0, length: 0)))
    #expect(error([message(20, length: 15)]) == .malformed(.badLength(at: 0, length: 15)))
    #expect(error([message(20) + message(20, length: 17)]) == .malformed(.badLength(at: 16, length: 17)))
    #expect(error([message(20) + [1, 2, 3]]) == .malformed(.truncated(at: 16, needed: 4, available: 3)))
  }

  @Test(arguments: ["refused-bytecode", "refused-exact"]) func realRefusals(_ name: String) throws {
    let bytes = try fixture(name)
    let span = bytes.span
    let port = try unsafe span.bytes.load(UInt32.self, at: 12)
    let code: Int32 = name == "refused-exact" ? 2 : 22
    #expect(throws: NetlinkError.refused(code: code, message: nil)) { try take([bytes], port: port) }
  }

  @Test func realRefusalInDone() throws {
    let bytes = try fixture("refused-protocol")
    let span = bytes.span
    let port = try unsafe span.bytes.load(UInt32.self, at: 12)
    #expect(throws: NetlinkError.refused(code: 2, message: nil)) { try take([bytes], port: port) }
  }

  @Test func everyTruncationEndsOrThrows() throws {
    let whole = message(20, [1, 2, 3, 4]) + message(2, flags: 0x300, number(-22) + [UInt8](repeating: 0, count: 16) + sentence("no"))
    for length in 0..<whole.count {
      let result = try? take([Array(whole.prefix(length))])
      #expect(result?.isDone != true, "\(length) bytes")
    }
  }

  @Test func mutatedRepliesNeverTrap() throws {
    var random = SeededRandom(seed: 4711)
    let originals = [
      message(20, [1, 2, 3, 4]) + message(2, flags: 0x300, number(-22) + [UInt8](repeating: 0, count: 16) + sentence("no")),
      message(20, flags: 0x12) + done(), try fixture("refused-bytecode"), try fixture("tcp-listen"),
    ]
    var ended = 0
    for round in 0..<20_000 {
      let bytes = mutated(originals[round % originals.count], &random)
      do { if try take([bytes]).isDone { ended += 1 } } catch { ended += 1 }
    }
    #expect(ended > 5_000)
  }
}

@Suite struct AskAgainTests {
  /// A source that has trouble a number of times.
  final class Flaky: DiagSource {
    var troubles: [NetlinkError]
    var tries = 0
    init(_ troubles: [NetlinkError]) { self.troubles = troubles }
    func ask(_ request: DiagRequest, _ body: (RawSpan, MessageHeader) throws -> Void) throws {
      tries += 1
      let bytes = message(20)
      let span = bytes.span
      var walk = MessageWalk()
      if let header = try unsafe walk.next(in: span.bytes) { try unsafe body(span.bytes, header) }
      if !troubles.isEmpty { throw troubles.removeFirst() }
    }
  }

  func collect(_ source: Flaky) throws -> Int {
    try source.askAgain(.unix(states: 0, show: 0), { 0 }) { count, _, _ in count += 1 }
  }

  @Test func eachTryBeginsAnew() throws {
    let source = Flaky([.interrupted, .overrun])
    #expect(try collect(source) == 1)
    #expect(source.tries == 3)
  }

  @Test func givesUpAfterThree() {
    let source = Flaky([.interrupted, .unfinished, .overrun, .interrupted])
    #expect(throws: NetlinkError.gaveUp(tries: 3, last: NetlinkError.overrun.description)) { try collect(source) }
    #expect(source.tries == 3)
  }

  @Test(arguments: [NetlinkError.refused(code: 1, message: nil), .malformed(.badLength(at: 0, length: 0)), .system(call: "send", code: 1)])
  func refusalsAreNotTriedAgain(_ error: NetlinkError) {
    let source = Flaky([error])
    #expect(throws: error) { try collect(source) }
    #expect(source.tries == 1)
  }

  @Test func errorsSpeak() {
    #expect(NetlinkError.refused(code: 1, message: "only root").description.contains("only root"))
    #expect(NetlinkError.refused(code: 1, message: nil).description.contains("Operation not permitted"))
    #expect(NetlinkError.system(call: "socket()", code: 93).description.contains("Protocol not supported"))
  }
}
