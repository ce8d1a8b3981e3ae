internal import Catalog
internal import Netlink
internal import ProcFS
internal import Snapshot
internal import Wire

/// Asks the live kernel and writes down question and answer, the kernel's messages as they came.
final class RecordingDiag: DiagSource {
  let live: any DiagSource
  let writer: CaptureWriter
  private var asked: UInt32 = 0

  init(_ live: any DiagSource, _ writer: CaptureWriter) {
    self.live = live
    self.writer = writer
  }

  func ask(_ request: DiagRequest, _ body: (RawSpan, MessageHeader) throws -> Void) throws {
    asked &+= 1
    writer.put(CaptureType.request, request.encoded(sequence: 0), sequence: asked)
    // What the reader makes of a message must not cut the record short: its error waits for the end of the answer.
    var failure: (any Error)?
    do {
      try live.ask(request) { span, message in
        writer.put(
          message.type, try span.bytes(at: message.payload, count: message.count), flags: message.flags, sequence: message.sequence,
          port: message.port)
        guard failure == nil else { return }
        do { try body(span, message) } catch { failure = error }
      }
      writer.put(CaptureType.replyEnd, NetlinkError.recorded(nil), sequence: asked)
    } catch let error as NetlinkError {
      writer.put(CaptureType.replyEnd, NetlinkError.recorded(error), sequence: asked)
      throw error
    }
    if let failure { throw failure }
  }
}

/// Reads the live files and writes down what they said.
final class RecordingFiles: FileSource {
  let live: any FileSource
  let writer: CaptureWriter

  init(_ live: any FileSource, _ writer: CaptureWriter) {
    self.live = live
    self.writer = writer
  }

  /// errno, path, content.
  private func record<Value>(_ type: UInt16, _ path: String, _ value: Result<Value, FileError>, _ bytes: (Value) -> [UInt8])
    throws(FileError) -> Value
  {
    var payload = PayloadWriter()
    switch value {
    case .success(let found):
      payload.put(Int32(0))
      payload.put(text: Array(path.utf8))
      payload.bytes += bytes(found)
    case .failure(let error):
      payload.put(error.code)
      payload.put(text: Array(path.utf8))
    }
    writer.put(type, payload.bytes)
    return try value.get()
  }

  func read(_ path: String) throws(FileError) -> [UInt8] {
    // Of a command line the program's name alone: arguments may hold secrets.
    let answer = Result { () throws(FileError) in try live.read(path) }
    return try record(CaptureType.file, path, answer) {
      path == "/etc/passwd" ? withoutPersons($0) : path.hasSuffix("/cmdline") ? Array($0.prefix { $0 != 0 }) : $0
    }
  }

  func list(_ path: String) throws(FileError) -> [String] {
    let answer = Result { () throws(FileError) in try live.list(path) }
    return try record(CaptureType.list, path, answer) { Array($0.joined(separator: "\0").utf8) }
  }

  func link(_ path: String) throws(FileError) -> [UInt8] {
    let answer = Result { () throws(FileError) in try live.link(path) }
    return try record(CaptureType.link, path, answer) { $0 }
  }

  func count(_ path: String) throws(FileError) -> Int {
    let answer = Result { () throws(FileError) in try live.count(path) }
    return try record(CaptureType.count, path, answer) { Array(String($0).utf8) }
  }
}

/// /etc/passwd with name, uid and gid only: a capture is handed to others, and real names, homes and shells explain no socket.
func withoutPersons(_ text: [UInt8]) -> [UInt8] {
  var out: [UInt8] = []
  for line in text.split(separator: 10) {
    let parts = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count >= 4 else { continue }
    out += parts[0] + Array(":x:".utf8) + parts[2] + [UInt8(ascii: ":")] + parts[3] + Array(":::\n".utf8)
  }
  return out
}

/// The live machine, with its answers written down.
final class RecordingHost: Host {
  let live: any Host
  let writer: CaptureWriter
  private var readings: UInt32 = 0

  init(_ live: any Host, _ writer: CaptureWriter) {
    self.live = live
    self.writer = writer
    var payload = PayloadWriter()
    payload.put(live.effectiveUID)
    payload.put(UInt32(clamping: live.ticksPerSecond))
    payload.put(text: Array(live.kernelRelease.utf8))
    writer.put(CaptureType.host, payload.bytes)
  }

  func moment() -> Moment {
    let moment = live.moment()
    var payload = PayloadWriter()
    payload.put(moment.realtimeNanoseconds)
    payload.put(moment.monotonicNanoseconds)
    writer.put(CaptureType.moment, payload.bytes)
    return moment
  }

  var kernelRelease: String { live.kernelRelease }
  var ticksPerSecond: Int { live.ticksPerSecond }
  var effectiveUID: UInt32 { live.effectiveUID }

  func interfaceNames() -> [UInt32: Name] {
    let names = live.interfaceNames()
    var payload = PayloadWriter()
    for (index, name) in names.sorted(by: { $0.key < $1.key }) {
      payload.put(index)
      payload.put(text: name.bytes)
    }
    writer.put(CaptureType.interfaces, payload.bytes)
    return names
  }

  func cgroupPaths() -> [UInt64: Name] { cgroupPaths { _ in true } }

  /// - Parameter isWanted: which are recorded; all are given back.
  func cgroupPaths(_ isWanted: (UInt64) -> Bool) -> [UInt64: Name] {
    let paths = live.cgroupPaths()
    var payload = PayloadWriter()
    for (id, path) in paths.sorted(by: { $0.key < $1.key }) where isWanted(id) {
      payload.put(id)
      payload.put(text: path.bytes)
    }
    writer.put(CaptureType.cgroups, payload.bytes)
    return paths
  }

  func wait(milliseconds: Int) {
    live.wait(milliseconds: milliseconds)
    readings += 1
    var payload = PayloadWriter()
    payload.put(readings)
    payload.put(UInt32(clamping: milliseconds))
    writer.put(CaptureType.reading, payload.bytes)
  }

  func walkOwners(wanted: InodeSet?, into table: inout OwnerTable) -> OwnerWalkResult {
    walkOwners(wanted: wanted, into: &table, isWhole: wanted == nil)
  }

  func settings(_ names: [String], in place: NamespacePlace) -> NamespaceSettings {
    let found = live.settings(names, in: place)
    var payload = PayloadWriter()
    payload.put(place.rawValue)
    payload.put(found.failure)
    payload.put(UInt32(found.isSame ? 1 : 0))
    for name in found.values.names {
      payload.put(text: Array(name.utf8))
      payload.put(text: Array((found.values[name] ?? "").utf8))
    }
    writer.put(CaptureType.settings, payload.bytes)
    return found
  }

  /// - Parameter isWhole: every socket of the capture was wanted, so a replay may ask for any of them.
  func walkOwners(wanted: InodeSet?, into table: inout OwnerTable, isWhole: Bool) -> OwnerWalkResult {
    // The caller's table may hold rows already: only what this walk found is recorded.
    var found = OwnerTable()
    let result = live.walkOwners(wanted: wanted, into: &found)
    writer.put(owners: found, result, isWhole: isWhole)
    for row in found.all { table.add(inode: row.inode, owner: row.owner) }
    table.processes.merge(found.processes) { _, new in new }
    return result
  }
}

extension CaptureWriter {
  func put(owners: OwnerTable, _ result: OwnerWalkResult, isWhole: Bool) {
    var rows = PayloadWriter()
    for row in owners.all {
      rows.put(row.inode)
      rows.put(row.owner.pid)
      rows.put(row.owner.fd)
    }
    put(CaptureType.owners, rows.bytes)
    for (pid, process) in owners.processes.sorted(by: { $0.key < $1.key }) {
      var payload = PayloadWriter()
      payload.put(pid)
      payload.put(process.uid)
      payload.put(process.startTicks)
      payload.put(text: process.name.bytes)
      payload.put(text: process.cgroup?.bytes)
      payload.put(text: process.unit.map { Array($0.utf8) })
      payload.put(text: process.container.map { Array($0.utf8) })
      put(CaptureType.process, payload.bytes)
    }
    var payload = PayloadWriter()
    payload.put(UInt32(isWhole ? 1 : 0))
    payload.put(UInt32(result.isInitVisible ? 1 : 0))
    payload.put(UInt64(result.processesSeen))
    payload.put(UInt64(result.processesDenied))
    payload.put(UInt64(result.processesChanged))
    payload.put(UInt64(result.descriptorsRead))
    payload.put(result.ownUID)
    payload.put(result.failure?.code ?? 0)
    payload.put(text: Array(result.hidePID.rawValue.utf8))
    put(CaptureType.walk, payload.bytes)
  }
}

extension NetlinkError {
  /// The payload of an answer's end: a kind, a code, three numbers, a text; kind 0 is an answer without trouble.
  static func recorded(_ error: NetlinkError?) -> [UInt8] {
    func pack(_ kind: UInt32, code: Int32 = 0, _ numbers: (Int, Int, Int) = (0, 0, 0), text: String? = nil) -> [UInt8] {
      var payload = PayloadWriter()
      payload.put(kind)
      payload.put(code)
      payload.put(UInt32(clamping: numbers.0))
      payload.put(UInt32(clamping: numbers.1))
      payload.put(UInt32(clamping: numbers.2))
      payload.put(text: text.map { Array($0.utf8) })
      return payload.bytes
    }
    return switch error {
    case nil: pack(0)
    case .refused(let code, let message): pack(1, code: code, text: message)
    case .interrupted: pack(2)
    case .overrun: pack(3)
    case .unfinished: pack(4)
    case .datagramTruncated(let length): pack(5, (length, 0, 0))
    case .system(let call, let code): pack(6, code: code, text: call)
    case .malformed(.truncated(let at, let needed, let available)): pack(7, (at, needed, available))
    case .malformed(.badLength(let at, let length)): pack(8, (at, length, 0))
    case .gaveUp(let tries, let last): pack(9, (tries, 0, 0), text: last)
    case .notCaptured(let question): pack(10, text: question)
    }
  }

  /// The error of such a payload; nil for an answer without trouble.
  static func replayed(_ payload: inout PayloadReader) throws(WireError) -> NetlinkError? {
    let kind: UInt32 = try payload.take()
    let code: Int32 = try payload.take()
    let first = Int(try payload.take(UInt32.self)), second = Int(try payload.take(UInt32.self)), third = Int(try payload.take(UInt32.self))
    let text = try payload.takeText().map { String(decoding: $0, as: UTF8.self) }
    return switch kind {
    case 0: nil
    case 1: .refused(code: code, message: text)
    case 2: .interrupted
    case 3: .overrun
    case 5: .datagramTruncated(length: first)
    case 6: .system(call: text ?? "", code: code)
    case 7: .malformed(.truncated(at: first, needed: second, available: third))
    case 8: .malformed(.badLength(at: first, length: second))
    case 9: .gaveUp(tries: first, last: text ?? "")
    case 10: .notCaptured(question: text ?? "")
    default: .unfinished
    }
  }
}
