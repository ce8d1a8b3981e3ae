internal import ProbeStream
internal import Wire

/// One answer of the side-car in a capture.
struct ProbeAnswer {
  var bytes: [UInt8] = []
  /// How it ended; nil when the file ends before.
  var status: Int32?
  /// Why there was none.
  var failure: ProbeFailure?
}

extension ProbeRequest {
  /// What a capture knows a question by.
  var key: [UInt8] { Array(arguments.joined(separator: "\0").utf8) }
}

/// Starts the live side-car and writes down what it says. The sequence number of a record tells which session it is of.
final class RecordingProbe: ProbeSource {
  let live: any ProbeSource
  let writer: CaptureWriter
  private var started: UInt32 = 0

  init(_ live: any ProbeSource, _ writer: CaptureWriter) {
    self.live = live
    self.writer = writer
  }

  func start(_ request: ProbeRequest) throws(ProbeFailure) -> any ProbeReading {
    started += 1
    do {
      let reading = try live.start(request)
      return RecordingReading(reading, writer, request.key, number: started)
    } catch {
      writer.put(CaptureType.probe, request.key, sequence: started)
      var payload = PayloadWriter()
      switch error {
      case .absent(let directory): payload.put(kind: 2, number: 0, text: directory)
      case .notAllowed(let path): payload.put(kind: 3, number: 0, text: path)
      case .system(let call, let code): payload.put(kind: 4, number: code, text: call)
      case .notCaptured: payload.put(kind: 1, number: 0, text: "")
      }
      writer.put(CaptureType.probeEnd, payload.bytes, sequence: started)
      throw error
    }
  }
}

extension PayloadWriter {
  fileprivate mutating func put(kind: UInt32, number: Int32, text: String) {
    put(kind)
    put(number)
    put(text: Array(text.utf8))
  }
}

/// A live stream with a copy of its bytes for the file, piece by piece: a trace has no end before somebody ends it.
final class RecordingReading: ProbeReading {
  private let live: any ProbeReading
  private let writer: CaptureWriter
  private let number: UInt32
  private var isOver = false

  init(_ live: any ProbeReading, _ writer: CaptureWriter, _ key: [UInt8], number: UInt32) {
    self.live = live
    self.writer = writer
    self.number = number
    writer.put(CaptureType.probe, key, sequence: number)
  }

  func read(milliseconds: Int) -> ProbeChunk {
    let chunk = live.read(milliseconds: milliseconds)
    switch chunk {
    case .bytes(let more): writer.put(CaptureType.probeBytes, more, sequence: number)
    case .nothing: break
    case .ended(let status): end(status)
    }
    return chunk
  }

  func stop() { live.stop() }

  private func end(_ status: Int32?) {
    guard !isOver else { return }
    isOver = true
    var payload = PayloadWriter()
    payload.put(kind: status == nil ? 1 : 0, number: status ?? 0, text: "")
    writer.put(CaptureType.probeEnd, payload.bytes, sequence: number)
  }

  deinit { end(nil) }
}

/// Gives a captured stream again, at once.
final class ReplayProbe: ProbeSource {
  let capture: Capture

  init(_ capture: Capture) { self.capture = capture }

  func start(_ request: ProbeRequest) throws(ProbeFailure) -> any ProbeReading {
    guard let answer = capture.probes[request.key]?.take(in: capture.reading) else { throw .notCaptured }
    if let failure = answer.failure { throw failure }
    return ReplayReading(answer)
  }
}

final class ReplayReading: ProbeReading {
  private var rest: ArraySlice<UInt8>
  private let status: Int32?

  init(_ answer: ProbeAnswer) {
    rest = answer.bytes[...]
    status = answer.status
  }

  func read(milliseconds: Int) -> ProbeChunk {
    guard !rest.isEmpty else { return .ended(status: status) }
    defer { rest = rest.dropFirst(1 << 16) }
    return .bytes(Array(rest.prefix(1 << 16)))
  }

  func stop() {}
}

extension Capture {
  /// Reads the records of an answer; its bytes follow the question.
  func load(probeRecord type: UInt16, of session: UInt32, _ payload: inout PayloadReader) throws(WireError) {
    switch type {
    case CaptureType.probe:
      let key = payload.rest()
      probes[key, default: Series()].add(ProbeAnswer(), in: reading)
      openProbes[session] = (key, (probes[key]?.items.count ?? 1) - 1)
    case CaptureType.probeBytes: editProbe(session) { $0.bytes += payload.rest() }
    case CaptureType.accepted:
      let batch: UInt64 = try payload.take()
      while payload.at < payload.end {
        acceptances[batch, default: []].append(
          Acceptance(cookie: try payload.take(), inode: try payload.take(), monotonicNanoseconds: try payload.take()))
      }
    default:
      let kind: UInt32 = try payload.take()
      let number: Int32 = try payload.take()
      let text = String(decoding: try payload.takeText() ?? [], as: UTF8.self)
      editProbe(session) { answer in
        switch kind {
        case 0: answer.status = number
        case 2: answer.failure = .absent(directory: text)
        case 3: answer.failure = .notAllowed(path: text)
        case 4: answer.failure = .system(call: text, code: number)
        default: break
        }
      }
    }
  }

  private func editProbe(_ session: UInt32, _ body: (inout ProbeAnswer) -> Void) {
    guard let place = openProbes[session], var answer = probes[place.key]?.items[place.index].value else { return }
    // One owner of its bytes, or each piece would copy all before it.
    probes[place.key]?.items[place.index].value = ProbeAnswer()
    body(&answer)
    probes[place.key]?.items[place.index].value = answer
  }
}

extension Sources {
  /// The question of a card, so that a replay can answer it.
  func captureInternals() {
    guard let probe, let reading = try? probe.start(.internals) else { return }
    let session = ProbeSession(reading, request: .internals)
    session.readAll()
  }
}
