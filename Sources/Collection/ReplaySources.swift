internal import Catalog
internal import Netlink
internal import ProcFS
internal import Snapshot
internal import Wire

/// Answers questions to sock_diag from a capture.
final class ReplayDiag: DiagSource {
  let capture: Capture

  init(_ capture: Capture) { self.capture = capture }

  func ask(_ request: DiagRequest, _ body: (RawSpan, MessageHeader) throws -> Void) throws {
    if let answer = find(request) { return try serve(answer, request, body) }
    // One walk of both families may have been captured as two dumps.
    if case .tcpBothFamilies(let states, let extensions, let port, nil) = request {
      let parts = [UInt8(2), 10].map {
        DiagRequest.inet(family: $0, proto: 6, states: states, extensions: extensions, localPort: port)
      }
      let found = parts.compactMap { part in find(part).map { (part, $0) } }
      if found.count == 2 {
        for (part, answer) in found { try serve(answer, part, body) }
        return
      }
    }
    let question = request.words
    capture.missed(question)
    throw NetlinkError.notCaptured(question: question)
  }

  /// Of the reading at hand first, then earlier ones, then later ones; the same question before a wider one; whole answers before broken ones.
  private func find(_ request: DiagRequest) -> Capture.Answer? {
    let key = request.encoded(sequence: 0)
    for isWhole in [true, false] {
      let fitting = capture.answers.filter { $0.isWhole == isWhole && ($0.key == key || $0.request?.covers(request) == true) }
      guard !fitting.isEmpty else { continue }
      let reading = capture.reading
      for candidates in [
        fitting.filter { $0.reading == reading }, fitting.filter { $0.reading < reading }.sorted { $0.reading > $1.reading }, fitting,
      ] {
        let same = candidates.filter { $0.key == key }
        if !same.isEmpty { return next(of: same, key) }
        // Of several wider answers the one that came whole.
        if let wider = candidates.first(where: { $0.failure == nil }) ?? candidates.first { return wider }
      }
    }
    return nil
  }

  private var asked: [[UInt8]: (reading: Int, count: Int)] = [:]

  /// The same question a second time within a reading gets the second answer; the last repeats.
  private func next(of answers: [Capture.Answer], _ key: [UInt8]) -> Capture.Answer? {
    let last = asked[key]
    let count = last?.reading == capture.reading ? last?.count ?? 0 : 0
    asked[key] = (capture.reading, count + 1)
    let here = answers.filter { $0.reading == answers[0].reading }
    return here[min(count, here.count - 1)]
  }

  private func serve(_ answer: Capture.Answer, _ request: DiagRequest, _ body: (RawSpan, MessageHeader) throws -> Void) throws {
    if case .exact(let family, _, let identity, let extensions) = request, answer.request?.isDump != false {
      let strip = InetDump(family: nil, proto: 0, states: .max, extensions: extensions, port: 0)
      var found = false
      try messages(answer) { span, message in
        guard !found, identity.matches(span, message, family: family) else { return }
        found = true
        try lend(span, message, strip, body)
      }
      // As the kernel answers for a socket that is gone.
      if !found { throw answer.failure ?? NetlinkError.refused(code: 2, message: nil) }
      return
    }
    if case .unixExact(let inode, _) = request, answer.request?.isDump != false {
      var found = false
      try messages(answer) { span, message in
        guard !found, span.integer(at: message.payload + 4, width: 4) == UInt64(inode) else { return }
        found = true
        try body(span, message)
      }
      if !found { throw answer.failure ?? NetlinkError.refused(code: 2, message: nil) }
      return
    }
    let isSame = answer.request == request
    let wanted = request.inetDump
    try messages(answer) { span, message in
      if isSame { return try body(span, message) }
      if case .unix(let states, _) = request {
        if let state = span.integer(at: message.payload + 2, width: 1), state < 32, states & 1 << UInt32(state) == 0 { return }
        return try body(span, message)
      }
      guard let wanted, try wanted.admits(span, message) else { return }
      try lend(span, message, wanted, body)
    }
    if let failure = answer.failure { throw failure }
  }

  private func messages(_ answer: Capture.Answer, _ body: (RawSpan, MessageHeader) throws -> Void) throws {
    let bytes = capture.bytes
    let span = bytes.span
    var walk = MessageWalk(at: answer.messages.lowerBound)
    while walk.offset < answer.messages.upperBound, let message = try unsafe walk.next(in: span.bytes) {
      // A bare file has NLMSG_DONE between its dumps, and perhaps messages of other families.
      guard message.type >= 16 else { continue }
      if capture.isBare {
        let family = message.count >= 72 ? bytes[message.payload] : 0
        guard family == 2 || family == 10 else { continue }
      }
      try unsafe body(span.bytes, message)
    }
  }

  /// Lends a message, without the attributes that were not asked for.
  private func lend(_ span: RawSpan, _ message: MessageHeader, _ wanted: InetDump, _ body: (RawSpan, MessageHeader) throws -> Void) throws {
    guard let less = try wanted.stripped(span, message) else { return try body(span, message) }
    var walk = MessageWalk()
    let copy = less.span
    if let header = try unsafe walk.next(in: copy.bytes) { try unsafe body(copy.bytes, header) }
  }
}

/// Answers for /proc and /sys from a capture.
final class ReplayFiles: FileSource {
  let capture: Capture

  init(_ capture: Capture) { self.capture = capture }

  private func find(_ type: UInt16, _ path: String) throws(FileError) -> [UInt8]? {
    guard let text = capture.texts[Capture.key(type, path)]?.take(in: capture.reading) else { return nil }
    if text.code != 0 { throw FileError(path: path, code: text.code) }
    return Array(capture.bytes[text.bytes])
  }

  private func missing(_ path: String) -> FileError {
    // One gap says that a file of ss -D has none of them.
    if !capture.isBare { capture.missed(path) }
    return FileError(path: path, code: CaptureError.missingCode)
  }

  func read(_ path: String) throws(FileError) -> [UInt8] {
    guard let text = try find(CaptureType.file, path) else { throw missing(path) }
    return text
  }

  func list(_ path: String) throws(FileError) -> [String] {
    guard let text = try find(CaptureType.list, path) else { throw missing(path) }
    return text.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  func link(_ path: String) throws(FileError) -> [UInt8] {
    guard let text = try find(CaptureType.link, path) else { throw missing(path) }
    return text
  }

  func count(_ path: String) throws(FileError) -> Int {
    guard let text = try find(CaptureType.count, path) else { return try list(path).count }
    return Int(String(decoding: text, as: UTF8.self)) ?? 0
  }
}

/// Time, names and owners of the machine that was captured.
final class ReplayHost: Host {
  let capture: Capture
  /// Of a bare file: when it was written.
  let fileTime: Int64

  init(_ capture: Capture, fileTime: Int64) {
    self.capture = capture
    self.fileTime = fileTime
  }

  func moment() -> Moment {
    if let moment = capture.moments.take(in: capture.reading) { return moment }
    if !capture.isBare { capture.missed(CapturePhrase.time.say().description) }
    return Moment(realtimeNanoseconds: fileTime, monotonicNanoseconds: 0)
  }

  var kernelRelease: String { capture.kernelRelease }
  var ticksPerSecond: Int { capture.ticksPerSecond }
  var effectiveUID: UInt32 { capture.uid }

  func interfaceNames() -> [UInt32: Name] {
    if let names = capture.interfaces.take(in: capture.reading) { return names }
    if !capture.isBare { capture.missed(CapturePhrase.interfaces.say().description) }
    return [:]
  }

  func cgroupPaths() -> [UInt64: Name] {
    if let paths = capture.cgroups.take(in: capture.reading) { return paths }
    if !capture.isBare { capture.missed(CapturePhrase.cgroups.say().description) }
    return [:]
  }

  func settings(_ names: [String], in place: NamespacePlace) -> NamespaceSettings {
    if let found = capture.settings[place]?.take(in: capture.reading) { return found }
    if !capture.isBare { capture.missed(CapturePhrase.settings.say().description) }
    var none = NamespaceSettings()
    none.failure = CaptureError.missingCode
    return none
  }

  var hasAnotherReading: Bool { capture.reading < capture.lastReading }

  /// Returns at once; from now on the next reading answers, the last one for ever.
  func wait(milliseconds: Int) { capture.reading = min(capture.reading + 1, capture.lastReading) }

  func walkOwners(wanted: InodeSet?, into table: inout OwnerTable) -> OwnerWalkResult {
    let reading = capture.reading
    guard let walk = capture.wholeWalks.take(in: reading) ?? (wanted == nil ? nil : capture.partialWalks.take(in: reading)) else {
      if !capture.isBare { capture.missed(CapturePhrase.owners.say().description) }
      var result = OwnerWalkResult()
      result.failure = FileError(path: "/proc", code: CaptureError.missingCode)
      return result
    }
    for row in walk.rows where wanted?.contains(row.inode) ?? true {
      table.add(inode: row.inode, owner: row.owner)
      table.processes[row.owner.pid] = walk.processes[row.owner.pid]
    }
    return walk.result
  }
}
