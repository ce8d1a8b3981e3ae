internal import Catalog
internal import Netlink
internal import ProcFS
internal import Snapshot
internal import Wire

extension Capture {
  /// Reads our own records behind the header.
  func load(_ loader: inout CaptureLoader) throws(CaptureError) {
    var open: Answer?
    var walk = Walk()
    var hasEnd = false
    while let record = try loader.next() {
      let start = record.payload - MessageHeader.size
      do {
        var payload = PayloadReader(bytes, from: record.payload, count: record.count)
        switch record.type {
        case CaptureType.request:
          if let open { close(open, isWhole: false) }
          let key = payload.rest()
          open = Answer(key: key, request: DiagRequest(encoded: key), reading: reading, messages: loader.offset..<loader.offset)
        case CaptureType.replyEnd:
          open?.failure = try NetlinkError.replayed(&payload)
          if let answer = open { close(answer, isWhole: true) }
          open = nil
        case CaptureType.end: hasEnd = true
        case CaptureType.probe...CaptureType.accepted: try load(probeRecord: record.type, of: record.sequence, &payload)
        case CaptureType.owners, CaptureType.process, CaptureType.walk: try load(walkRecord: record.type, &payload, &walk)
        case 0x8000...: try load(record.type, &payload)
        default:
          if let start = open?.messages.lowerBound { open?.messages = start..<loader.offset }
        }
      } catch {
        throw .malformed(at: start, type: record.type)
      }
    }
    if let open { close(open, isWhole: false) }
    isCutOff = loader.isCutOff || !hasEnd
    lastReading = reading
    reading = 0
    dropRetried()
  }

  private func close(_ answer: Answer, isWhole: Bool) {
    var answer = answer
    answer.isWhole = isWhole
    answers.append(answer)
  }

  /// An answer that had passing trouble was asked again: only the last try counts.
  private func dropRetried() {
    let good = answers.filter { $0.failure == nil }
    answers.removeAll { answer in
      answer.failure?.isPassing == true && good.contains { $0.key == answer.key && $0.reading == answer.reading }
    }
  }

  private func load(_ type: UInt16, _ payload: inout PayloadReader) throws(WireError) {
    switch type {
    case CaptureType.reading: reading += 1
    case CaptureType.diagFailure: diagFailure = try NetlinkError.replayed(&payload)
    case CaptureType.file, CaptureType.list, CaptureType.link, CaptureType.count:
      let code: Int32 = try payload.take()
      let path = String(decoding: try payload.takeText() ?? [], as: UTF8.self)
      texts[Self.key(type, path), default: Series()].add(Text(code: code, bytes: payload.at..<payload.end), in: reading)
    case CaptureType.moment:
      let moment = Moment(realtimeNanoseconds: try payload.take(), monotonicNanoseconds: try payload.take())
      moments.add(moment, in: reading)
    case CaptureType.host:
      uid = try payload.take()
      ticksPerSecond = max(1, Int(try payload.take(UInt32.self)))
      kernelRelease = String(decoding: try payload.takeText() ?? [], as: UTF8.self)
    case CaptureType.interfaces:
      var names: [UInt32: Name] = [:]
      while payload.at < payload.end {
        let index: UInt32 = try payload.take()
        names[index] = Name(try payload.takeText() ?? [])
      }
      interfaces.add(names, in: reading)
    case CaptureType.cgroups:
      var paths: [UInt64: Name] = [:]
      while payload.at < payload.end {
        let id: UInt64 = try payload.take()
        paths[id] = Name(try payload.takeText() ?? [])
      }
      cgroups.add(paths, in: reading)
    case CaptureType.settings: try loadSettings(&payload)
    default: break  // of a newer program with the same version: an addition
    }
  }

  private func loadSettings(_ payload: inout PayloadReader) throws(WireError) {
    let place = NamespacePlace(rawValue: try payload.take())
    var found = NamespaceSettings()
    found.failure = try payload.take()
    found.isSame = try payload.take(UInt32.self) == 1
    while payload.at < payload.end {
      let name = String(decoding: try payload.takeText() ?? [], as: UTF8.self)
      found.values[name] = String(decoding: try payload.takeText() ?? [], as: UTF8.self)
    }
    if let place { settings[place, default: Series()].add(found, in: reading) }
  }

  static func key(_ type: UInt16, _ path: String) -> String { "\(type) \(path)" }

  private func load(walkRecord type: UInt16, _ payload: inout PayloadReader, _ walk: inout Walk) throws(WireError) {
    switch type {
    case CaptureType.owners:
      walk = Walk()
      while payload.at < payload.end {
        let inode: UInt32 = try payload.take()
        walk.rows.append((inode, Owner(pid: try payload.take(), fd: try payload.take())))
      }
    case CaptureType.process:
      let pid: Int32 = try payload.take()
      let uid: UInt32 = try payload.take()
      let ticks: UInt64 = try payload.take()
      var process = ProcessRecord(pid: pid, startTicks: ticks, name: Name(try payload.takeText() ?? []), uid: uid)
      process.cgroup = try payload.takeText().map { Name($0) }
      process.unit = try payload.takeText().map { String(decoding: $0, as: UTF8.self) }
      process.container = try payload.takeText().map { String(decoding: $0, as: UTF8.self) }
      walk.processes[pid] = process
    default:
      walk.isWhole = try payload.take(UInt32.self) == 1
      walk.result.isInitVisible = try payload.take(UInt32.self) == 1
      walk.result.processesSeen = Int(clamping: try payload.take(UInt64.self))
      walk.result.processesDenied = Int(clamping: try payload.take(UInt64.self))
      walk.result.processesChanged = Int(clamping: try payload.take(UInt64.self))
      walk.result.descriptorsRead = Int(clamping: try payload.take(UInt64.self))
      walk.result.ownUID = try payload.take()
      let code: Int32 = try payload.take()
      if code != 0 { walk.result.failure = FileError(path: "/proc", code: code) }
      walk.result.hidePID = HidePID(rawValue: String(decoding: try payload.takeText() ?? [], as: UTF8.self)) ?? .off
      if walk.isWhole { wholeWalks.add(walk, in: reading) } else { partialWalks.add(walk, in: reading) }
      walk = Walk()
    }
  }
}
