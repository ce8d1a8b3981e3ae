public import Wire

/// Where replies come from: the live kernel, a recording of it, or a capture.
public protocol DiagSource: AnyObject {
  /// Sends a request and lends every reply message to `body`; returns after NLMSG_DONE (or the one answer of an exact query).
  ///
  /// - Throws: `NetlinkError`, or whatever `body` throws.
  func ask(_ request: DiagRequest, _ body: (RawSpan, MessageHeader) throws -> Void) throws
}

/// What one datagram did to the conversation.
enum Progress {
  case more
  case done
}

/// Checks each datagram of an answer: whose it is, whether the kernel refused, whether it is whole. Pure, so tests feed it bytes.
struct ReplyChecker {
  let sequence: UInt32
  let port: UInt32
  let isDump: Bool
  var isInterrupted = false

  /// Hands the datagram's data messages to `body`.
  mutating func take(_ datagram: RawSpan, _ body: (RawSpan, MessageHeader) throws -> Void) throws -> Progress {
    var walk = MessageWalk()
    while let message = try Self.wire({ () throws(WireError) in try walk.next(in: datagram) }) {
      // A message for somebody else, or of an earlier request that was given up.
      if message.sequence != sequence || message.port != port { continue }
      if message.flags & 0x10 != 0 { isInterrupted = true }
      switch message.type {
      case 1: continue
      case 2:
        try refuse(datagram, message, isError: true)
        return .done
      case 3:
        try refuse(datagram, message, isError: false)
        if isInterrupted { throw NetlinkError.interrupted }
        return .done
      default:
        try body(datagram, message)
        if !isDump { return .done }
      }
    }
    return .more
  }

  /// NLMSG_ERROR and NLMSG_DONE both carry an errno, and extended-ack attributes behind it.
  func refuse(_ span: RawSpan, _ message: MessageHeader, isError: Bool) throws {
    guard message.count >= 4 else {
      if isError { throw NetlinkError.malformed(.truncated(at: message.payload, needed: 4, available: message.count)) }
      return
    }
    let code = Int32(bitPattern: UInt32(truncatingIfNeeded: span.integer(at: message.payload, width: 4) ?? 0))
    guard code != 0 else { return }
    throw NetlinkError.refused(code: code > 0 ? code : -code, message: extendedAck(span, message, isError: isError))
  }

  func extendedAck(_ span: RawSpan, _ message: MessageHeader, isError: Bool) -> String? {
    guard message.flags & 0x200 != 0 else { return nil }
    var start = message.payload + 4
    if isError {
      // The refused message's header follows the errno, and its payload too unless NLM_F_CAPPED.
      let original = Int(span.integer(at: start, width: 4) ?? 16)
      start += message.flags & 0x100 != 0 ? 16 : (original + 3) & ~3
    }
    var walk = AttributeWalk(at: start, end: message.payload + message.count)
    while let attribute = try? walk.next(in: span) {
      guard attribute.type == 1, let bytes = try? span.bytes(at: attribute.payload, count: attribute.count) else { continue }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return nil
  }

  static func wire<Value>(_ body: () throws(WireError) -> Value) throws(NetlinkError) -> Value {
    do { return try body() } catch { throw .malformed(error) }
  }
}

/// The running kernel's sock_diag.
public final class LiveDiag: DiagSource {
  let socket: MnlSocket
  var sequence: UInt32 = 0

  /// Opens and binds a netlink socket.
  ///
  /// - Throws: `NetlinkError.system` naming the call that failed.
  public init() throws(NetlinkError) { socket = try MnlSocket() }

  /// Asks once and checks every message; the errors of `NetlinkError` say what was wrong.
  public func ask(_ request: DiagRequest, _ body: (RawSpan, MessageHeader) throws -> Void) throws {
    sequence &+= 1
    try socket.send(request.encoded(sequence: sequence))
    var checker = ReplyChecker(sequence: sequence, port: socket.port, isDump: request.isDump)
    while true {
      let progress = try socket.receive { datagram in try checker.take(datagram, body) }
      if case .done = progress { return }
    }
  }
}

extension DiagSource {
  /// Collects a whole answer, asking again (three tries in all) when it was interrupted, overrun or cut off.
  ///
  /// - Parameter collect: begins anew on every try and receives the messages.
  /// - Throws: `NetlinkError.gaveUp` naming the last trouble; a refusal at once.
  public func askAgain<Collector>(
    _ request: DiagRequest, _ start: () -> Collector, _ take: (inout Collector, RawSpan, MessageHeader) throws -> Void
  )
    throws -> Collector
  {
    var last: NetlinkError?
    for _ in 0..<3 {
      var collector = start()
      do {
        try ask(request) { span, message in try take(&collector, span, message) }
        return collector
      } catch let error as NetlinkError where error.isPassing {
        last = error
      }
    }
    throw NetlinkError.gaveUp(tries: 3, last: last.map(String.init(describing:)) ?? "")
  }
}

extension NetlinkError: CustomStringConvertible {
  /// Whether the same question may well succeed the next time.
  public var isPassing: Bool {
    switch self {
    case .interrupted, .overrun, .unfinished, .datagramTruncated: true
    default: false
    }
  }

  /// One line for a person: which step failed, in the kernel's own words where it sent some.
  public var description: String {
    switch self {
    case .system(let call, let code): "\(call) failed: \(errorText(code))"
    case .refused(let code, let message):
      message.map { "the kernel refused: \($0) (\(errorText(code)))" } ?? "the kernel refused: \(errorText(code))"
    case .interrupted: "the table changed while it was read (NLM_F_DUMP_INTR)"
    case .datagramTruncated(let length): "a datagram did not fit \(length) bytes (MSG_TRUNC)"
    case .overrun: "the receive buffer overran, messages were lost (ENOBUFS)"
    case .unfinished: "the answer ended without NLMSG_DONE"
    case .malformed(let error): "a message does not parse: \(error)"
    case .gaveUp(let tries, let last): "gave up after \(tries) tries: \(last)"
    case .notCaptured(let question): "the capture holds no answer to: \(question)"
    }
  }

  /// The errno behind it; nil when there is none.
  public var code: Int32? {
    switch self {
    case .system(_, let code), .refused(let code, _): code
    case .notCaptured: 61  // ENODATA
    default: nil
    }
  }
}
