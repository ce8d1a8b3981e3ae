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

/// Starts the live side-car and writes down what it says. One session at a time: the file holds them one after the other.
final class RecordingProbe: ProbeSource {
  let live: any ProbeSource
  let writer: CaptureWriter

  init(_ live: any ProbeSource, _ writer: CaptureWriter) {
    self.live = live
    self.writer = writer
  }

  func start(_ request: ProbeRequest) throws(ProbeFailure) -> any ProbeReading {
    do {
      let reading = try live.start(request)
      return RecordingReading(reading, writer, request.key)
    } catch {
      writer.put(CaptureType.probe, request.key)
      var payload = PayloadWriter()
      switch error {
      case .absent(let directory): payload.put(kind: 2, number: 0, text: directory)
      case .notAllowed(let path): payload.put(kind: 3, number: 0, text: path)
      case .system(let call, let code): payload.put(kind: 4, number: code, text: call)
      case .notCaptured: payload.put(kind: 1, number: 0, text: "")
      }
      writer.put(CaptureType.probeEnd, payload.bytes)
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

/// A live stream with a copy of its bytes for the file. Other questions may come between its pieces, so that they are kept until its end.
final class RecordingReading: ProbeReading {
  private let live: any ProbeReading
  private let writer: CaptureWriter
  private let key: [UInt8]
  private var bytes: [UInt8] = []
  private var isWritten = false

  init(_ live: any ProbeReading, _ writer: CaptureWriter, _ key: [UInt8]) {
    self.live = live
    self.writer = writer
    self.key = key
  }

  func read(milliseconds: Int) -> ProbeChunk {
    let chunk = live.read(milliseconds: milliseconds)
    switch chunk {
    case .bytes(let more): bytes += more
    case .nothing: break
    case .ended(let status): write(status)
    }
    return chunk
  }

  func stop() { live.stop() }

  private func write(_ status: Int32?) {
    guard !isWritten else { return }
    isWritten = true
    writer.put(CaptureType.probe, key)
    // Records of a capture are small enough to be held in memory one by one.
    for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
      writer.put(CaptureType.probeBytes, Array(bytes[start..<min(bytes.count, start + 1 << 16)]))
    }
    var payload = PayloadWriter()
    payload.put(kind: status == nil ? 1 : 0, number: status ?? 0, text: "")
    writer.put(CaptureType.probeEnd, payload.bytes)
  }

  deinit { write(nil) }
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
  func load(probeRecord type: UInt16, _ payload: inout PayloadReader) throws(WireError) {
    switch type {
    case CaptureType.probe:
      probeKey = payload.rest()
      probes[probeKey, default: Series()].add(ProbeAnswer(), in: reading)
    case CaptureType.probeBytes: editProbe { $0.bytes += payload.rest() }
    default:
      let kind: UInt32 = try payload.take()
      let number: Int32 = try payload.take()
      let text = String(decoding: try payload.takeText() ?? [], as: UTF8.self)
      editProbe { answer in
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

  private func editProbe(_ body: (inout ProbeAnswer) -> Void) {
    guard var series = probes[probeKey], !series.items.isEmpty else { return }
    body(&series.items[series.items.count - 1].value)
    probes[probeKey] = series
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
