internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Wire

/// Where a row's attributes lie: one walk finds them all.
struct RowParts {
  var info = (offset: 0, count: 0)
  var memory = (offset: 0, count: 0)
  var congestion = (offset: 0, count: 0)
  var vegas = (offset: 0, count: 0)
  var dctcp = (offset: 0, count: 0)
  var bbr = (offset: 0, count: 0)
  var tos = -1
  var tclass = -1
  var classID = -1
  var shutdown = -1
  var mark = -1
  var cgroup = -1
  var v6only = -1

  @inline(__always)
  init(_ span: RawSpan, from start: Int, to end: Int) {
    var walk = AttributeWalk(at: start, end: end)
    while let found = try? walk.next(in: span) {
      switch found.type {
      case 2: info = (found.payload, found.count)
      case 3: vegas = (found.payload, found.count)
      case 9: dctcp = (found.payload, found.count)
      case 16: bbr = (found.payload, found.count)
      case 4: congestion = (found.payload, found.count)
      case 5 where found.count >= 1: tos = found.payload
      case 6 where found.count >= 1: tclass = found.payload
      case 7: memory = (found.payload, found.count)
      case 8 where found.count >= 1: shutdown = found.payload
      case 11 where found.count >= 1: v6only = found.payload
      case 15 where found.count >= 4: mark = found.payload
      case 17 where found.count >= 4: classID = found.payload
      case 21 where found.count >= 8: cgroup = found.payload
      default: break
      }
    }
  }
}

extension ListWriter {
  /// Everything behind the peer column.
  mutating func tail(_ span: RawSpan, _ at: Int, _ count: Int, _ proto: InetProtocol, _ padding: Int, _ lineStart: Int) {
    let needsParts = options.showsExtended || options.showsMemory || options.showsInfo || options.showsTOS || proto != .tcp
    let parts = needsParts ? RowParts(span, from: at &+ InetSocket.headerSize, to: at &+ count) : RowParts(span, from: 0, to: 0)
    var pending = padding
    if options.showsProcesses, let owners = options.owners {
      let inode = UInt32(truncatingIfNeeded: span.integer(at: at &+ Place.inode, width: 4) ?? 0)
      if inode != 0 { processes(inode, owners, &pending) }
    }
    if options.showsTimer { timer(span, at, &pending) }
    if options.showsExtended { extended(span, at, parts, &pending) }
    if options.showsTOS { typeOfService(span, parts, &pending) }
    if options.explains { note(span, at, parts, proto, &pending, lineStart) }
    guard options.showsMemory || options.showsInfo else { return }
    out.reserve(512)
    if !options.isOneLine, parts.memory.count > 0 || parts.info.count > 0 { out.literal("\n\t") }
    if options.showsMemory, parts.memory.count >= 36 { memory(span, parts.memory.offset) }
    if options.showsInfo {
      if parts.congestion.count > 1 {
        out.byte(0x20)
        for index in 0..<min(parts.congestion.count &- 1, 16) {
          out.byte(UInt8(truncatingIfNeeded: span.integer(at: parts.congestion.offset &+ index, width: 1) ?? 0))
        }
      }
      // A listener's tcp_info repeats the accept queue under other names (unacked, sacked) and shows defaults.
      if parts.info.count > 0, span.integer(at: at &+ Place.state, width: 1) != UInt64(TCPState.listen.rawValue) {
        info?.write(span, at: parts.info.offset, count: parts.info.count, to: &out)
      }
      InfoLine.congestion(span, parts, to: &out)
    }
  }

  /// The alignment owed, then one space.
  @inline(__always)
  mutating func gap(_ pending: inout Int) {
    out.reserve(256)
    out.spaces(pending)
    pending = 0
    out.byte(0x20)
  }

  mutating func processes(_ inode: UInt32, _ owners: OwnerTable, _ pending: inout Int) {
    let found = owners[inode]
    guard !found.isEmpty else { return }
    gap(&pending)
    out.literal("users:(")
    for (index, owner) in found.enumerated() {
      out.reserve(512)
      out.literal(index == 0 ? "(\"" : ",(\"")
      if let process = owners.processes[owner.pid] { out.text(escaped(process.name)) }
      out.reserve(64)
      out.literal("\",pid=")
      out.decimal(UInt64(owner.pid))
      out.literal(",fd=")
      out.decimal(UInt64(owner.fd))
      out.byte(0x29)
    }
    out.byte(0x29)
  }

  mutating func timer(_ span: RawSpan, _ at: Int, _ pending: inout Int) {
    let kind = UInt8(truncatingIfNeeded: span.integer(at: at &+ Place.timer, width: 1) ?? 0)
    guard kind != 0 else { return }
    gap(&pending)
    out.literal("timer:(")
    out.text(TimerKind(rawValue: kind).name)
    out.byte(0x2c)
    duration(span.integer(at: at &+ Place.expires, width: 4) ?? 0)
    out.byte(0x2c)
    out.decimal(span.integer(at: at &+ Place.retrans, width: 1) ?? 0)
    out.byte(0x29)
  }

  /// As ss writes milliseconds: the finer part only where the coarser one is small. But 1500 is `1sec500ms`; ss's `1.500ms` misleads.
  mutating func duration(_ milliseconds: UInt64) {
    let minutes = milliseconds / 60_000, seconds = milliseconds / 1000 % 60, rest = milliseconds % 1000
    if minutes > 0 {
      out.decimal(minutes)
      out.literal("min")
    }
    if seconds > 0, minutes < 10 {
      out.decimal(seconds)
      out.literal("sec")
    }
    if minutes == 0, seconds < 10, rest > 0 || seconds == 0 {
      out.decimal(rest)
      out.literal("ms")
    }
  }

  mutating func extended(_ span: RawSpan, _ at: Int, _ parts: RowParts, _ pending: inout Int) {
    gap(&pending)
    let uid = UInt32(truncatingIfNeeded: span.integer(at: at &+ Place.uid, width: 4) ?? 0)
    out.literal("uid:")
    out.decimal(UInt64(uid))
    if let name = options.users[uid] {
      out.byte(0x28)
      out.text(escaped(name))
      out.reserve(256)
      out.byte(0x29)
    }
    out.literal(" ino:")
    out.decimal(span.integer(at: at &+ Place.inode, width: 4) ?? 0)
    out.literal(" sk:")
    out.hexadecimal(span.integer(at: at &+ Place.cookie, width: 8) ?? 0)
    if parts.cgroup >= 0, let id = span.integer(at: parts.cgroup, width: 8) {
      out.literal(" cgroup:")
      if let path = options.cgroups[id] { out.text(escaped(path)) } else { out.decimal(id) }
      out.reserve(256)
    }
    if parts.v6only >= 0 {
      out.literal(" v6only:")
      out.decimal(span.integer(at: parts.v6only, width: 1) ?? 0)
    }
    if parts.mark >= 0, let mark = span.integer(at: parts.mark, width: 4), mark != 0 {
      out.literal(" fwmark:0x")
      out.hexadecimal(mark)
    }
    if parts.shutdown >= 0 {
      let bits = span.integer(at: parts.shutdown, width: 1) ?? 0
      out.literal(bits & 1 != 0 ? " --" : " <-")
      out.literal(bits & 2 != 0 ? "-" : ">")
    }
  }

  mutating func typeOfService(_ span: RawSpan, _ parts: RowParts, _ pending: inout Int) {
    gap(&pending)
    for (label, place, width) in [
      ("tos:0x" as StaticString, parts.tos, 1), ("tclass:0x", parts.tclass, 1), ("class_id:0x", parts.classID, 4),
    ]
    where place >= 0 {
      out.literal(label)
      out.hexadecimal(span.integer(at: place, width: width) ?? 0)
      out.byte(0x20)
    }
  }

  mutating func memory(_ span: RawSpan, _ at: Int) {
    out.literal(" skmem:(")
    let labels: [StaticString] = ["r", ",rb", ",t", ",tb", ",f", ",w", ",o", ",bl", ",d"]
    for (index, label) in labels.enumerated() {
      out.literal(label)
      out.decimal(span.integer(at: at &+ 4 &* index, width: 4) ?? 0)
    }
    out.byte(0x29)
  }

  /// Rows of /proc have no cookie, and no limit of a listener: nothing may be concluded from its queue.
  @inline(__always)
  func listenerLimit(_ span: RawSpan, _ at: Int, _ state: UInt8) -> UInt64 {
    if state == TCPState.listen.rawValue, span.integer(at: at &+ Place.cookie, width: 8) == 0 { return UInt64(UInt32.max) }
    return span.integer(at: at &+ Place.wqueue, width: 4) ?? 0
  }

  mutating func note(_ span: RawSpan, _ at: Int, _ parts: RowParts, _ proto: InetProtocol, _ pending: inout Int, _ lineStart: Int) {
    let state = UInt8(truncatingIfNeeded: span.integer(at: at &+ Place.state, width: 1) ?? 0)
    let facts = RowFacts(
      state: state,
      timer: UInt8(truncatingIfNeeded: span.integer(at: at &+ Place.timer, width: 1) ?? 0),
      retransmits: span.integer(at: at &+ Place.retrans, width: 1) ?? 0, receiveQueue: span.integer(at: at &+ Place.rqueue, width: 4) ?? 0,
      sendQueue: listenerLimit(span, at, state), inode: span.integer(at: at &+ Place.inode, width: 4) ?? 0,
      isTCP: proto == .tcp || proto == .mptcp,
      drops: parts.memory.count >= 36 ? span.integer(at: parts.memory.offset &+ 32, width: 4) ?? 0 : 0)
    if facts.state == TCPState.listen.rawValue { seenListen = true }
    guard let (phrase, number) = facts.note() else { return }
    seenNotes |= 1 << UInt32(phrase.index)
    let length = phrase.word.utf8CodeUnitCount + (number > 0 ? 2 + ByteWriter.digits(number) : 0)
    if let width = options.width, out.count - lineStart + pending + 1 + length > width {
      // Out of line with the others rather than below its row, where it fits so.
      if out.count - lineStart + 1 + length > width { out.literal("\n       ") }
      pending = 0
    }
    gap(&pending)
    out.literal(phrase.word)
    if number > 0 {
      out.byte(0x20)
      out.decimal(number)
      if phrase != .drops { out.byte(0x78) }
    }
  }

  /// Only what occurred: the notes, and how to read the queues of a listener.
  mutating func legend() {
    var lines: [(String, String)] = []
    if seenListen { lines.append(("LISTEN", LegendPhrase.listenQueues.rawValue)) }
    for phrase in NotePhrase.allCases where seenNotes & (1 << UInt32(phrase.index)) != 0 {
      lines.append((phrase.word.description, phrase.rawValue))
    }
    guard !lines.isEmpty else { return }
    out.text("\n")
    let label = (lines.map { $0.0.count }.max() ?? 0) + 2
    if let width = options.width, width - label < 30 {
      for line in lines {
        out.text(line.0 + "\n")
        for piece in wrapped(line.1, width: max(20, width - 2)) { out.text("  " + piece + "\n") }
      }
      return
    }
    for line in lines {
      for (index, piece) in wrapped(line.1, width: max(20, (options.width ?? 120) - label)).enumerated() {
        let head = index == 0 ? line.0 : ""
        out.text(head + String(repeating: " ", count: label - head.count) + piece + "\n")
      }
    }
  }
}

enum LegendPhrase: String, PhraseTable {
  static var room: String { "list.legend" }
  case listenQueues =
    "Recv-Q is the number of connections that wait to be accept()ed, Send-Q the limit min(listen() backlog, somaxconn)"
}

extension NotePhrase {
  /// Its place among all notes: a bit in the legend's set.
  var index: Int {
    for (index, phrase) in Self.allCases.enumerated() where phrase == self { return index }
    return 0
  }
}
