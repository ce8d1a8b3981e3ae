internal import Catalog
internal import Netlink
internal import ProcFS
internal import Snapshot
internal import Wire

/// Answers to one question in the order they were given, each with the reading it belongs to.
struct Series<Value> {
  var items: [(reading: Int, value: Value)] = []
  private var next = 0
  private var cursorReading = -1

  init() {}

  mutating func add(_ value: Value, in reading: Int) { items.append((reading, value)) }

  /// The next answer of this reading, its last repeating; else the nearest earlier reading's last; else the first of a later one.
  mutating func take(in reading: Int) -> Value? {
    if let first = items.firstIndex(where: { $0.reading == reading }), let last = items.lastIndex(where: { $0.reading == reading }) {
      if cursorReading != reading {
        cursorReading = reading
        next = first
      }
      defer { next = min(next + 1, last) }
      return items[next].value
    }
    return (items.last { $0.reading < reading } ?? items.first { $0.reading > reading })?.value
  }
}

/// A capture file, parsed and checked, and how far a replay has come in it.
final class Capture {
  /// One answer of sock_diag.
  struct Answer {
    /// The request message; `request` is nil when this program cannot read it.
    var key: [UInt8]
    var request: DiagRequest?
    var reading: Int
    /// The kernel's messages.
    var messages: Range<Int>
    var failure: NetlinkError?
    /// False when the file ends inside it.
    var isWhole = true
  }

  /// What a file, list or link record holds: errno, or where the bytes are.
  struct Text {
    var code: Int32
    var bytes: Range<Int>
  }

  /// One walk of /proc/PID/fd.
  struct Walk {
    var rows: [(inode: UInt32, owner: Owner)] = []
    var processes: [Int32: ProcessRecord] = [:]
    var result = OwnerWalkResult()
    /// False when only some inodes were wanted.
    var isWhole = false
  }

  let bytes: [UInt8]
  /// True for a file of ss -D: netlink messages and nothing else.
  private(set) var isBare = false
  var isCutOff = false
  /// Messages of a bare file that are no internet sockets.
  private(set) var foreign = 0
  var answers: [Answer] = []
  var texts: [String: Series<Text>] = [:]
  var moments = Series<Moment>()
  var interfaces = Series<[UInt32: Name]>()
  var cgroups = Series<[UInt64: Name]>()
  var settings: [NamespacePlace: Series<NamespaceSettings>] = [:]
  /// Walks that wanted every socket of the capture, and those that wanted some.
  var wholeWalks = Series<Walk>()
  var partialWalks = Series<Walk>()
  /// Answers of the side-car, by its command line.
  var probes: [[UInt8]: Series<ProbeAnswer>] = [:]
  /// Where the answers of the sessions are, by the number of the session.
  var openProbes: [UInt32: (key: [UInt8], index: Int)] = [:]
  /// What accept() returned, by the time of the batch it was asked after.
  var acceptances: [UInt64: [Acceptance]] = [:]
  var diagFailure: NetlinkError?
  var uid: UInt32 = 0
  var ticksPerSecond = 100
  var kernelRelease = "unknown"
  /// The reading that answers now; `lastReading` is the last there is.
  var reading = 0
  var lastReading = 0
  /// Questions without an answer, in words.
  private(set) var missing: [String] = []

  /// Parses the bytes of a file.
  init(_ bytes: [UInt8], path: String) throws(CaptureError) {
    self.bytes = bytes
    guard bytes.count >= MessageHeader.size else { throw .notACapture(path: path) }
    var loader = CaptureLoader(bytes)
    guard let first = try? loader.next() else { throw .notACapture(path: path) }
    if first.type == CaptureType.header {
      guard bytes[first.payload...].starts(with: CaptureType.magic), first.count >= 12 else { throw .notACapture(path: path) }
      var payload = PayloadReader(bytes, from: first.payload + 8, count: first.count - 8)
      let version = (try? payload.take(UInt32.self)) ?? 0
      guard version == CaptureType.version else { throw .version(version) }
      try load(&loader)
    } else {
      guard [2, 3, 18, 20].contains(first.type) else { throw .notACapture(path: path) }
      isBare = true
      try loadBare(path)
    }
  }

  func missed(_ question: String) {
    if !missing.contains(question) { missing.append(question) }
  }

  /// A file of ss -D holds the datagrams of its dumps, one behind the other, NLMSG_DONE included.
  private func loadBare(_ path: String) throws(CaptureError) {
    var loader = CaptureLoader(bytes)
    var sockets = 0
    while let message = try loader.next() {
      guard message.type < 0x8000 else { throw .malformed(at: message.payload - MessageHeader.size, type: message.type) }
      guard message.type >= 16 else { continue }
      let family = message.count > 0 ? bytes[message.payload] : 0
      if message.count >= 72, family == 2 || family == 10 { sockets += 1 } else { foreign += 1 }
    }
    isCutOff = loader.isCutOff
    let whole = DiagRequest.tcpBothFamilies(states: .max, extensions: DiagExtensions(rawValue: 255))
    answers = [Answer(key: [], request: whole, reading: 0, messages: 0..<loader.offset)]
  }

  /// What is not in the file, for the reader.
  var gaps: [Gap] {
    var out: [Gap] = []
    if isBare {
      out.append(.capture("replay-ss", .ssOnly, .ssRemedy))
      out.append(.capture("replay-lacks", .ssLacks, .ssRemedy))
      if foreign > 0 { out.append(.capture("replay-foreign", .ssForeign, .ssRemedy, ["count": foreign])) }
    }
    if isCutOff { out.append(.capture("capture-cut-off", .cutOff, .cutOffRemedy, ["bytes": bytes.count])) }
    if let first = missing.first, !isBare {
      if missing.count == 1 {
        out.append(.capture("not-captured", .missingGap, .missingRemedy, ["what": first]))
      } else {
        out.append(.capture("not-captured", .missingGapMore, .missingRemedy, ["what": first, "count": missing.count - 1]))
      }
    }
    return out
  }
}

/// Steps over the records of a file; the end inside a record is noted, not an error.
struct CaptureLoader {
  let bytes: [UInt8]
  var offset = 0
  var isCutOff = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() throws(CaptureError) -> MessageHeader? {
    guard offset < bytes.count else { return nil }
    var walk = MessageWalk(at: offset)
    do {
      let message = try unsafe walk.next(in: bytes.span.bytes)
      offset = min(walk.offset, bytes.count)
      return message
    } catch .badLength(let at, let length) where length < MessageHeader.size {
      throw .malformed(at: at, type: 0)
    } catch {
      isCutOff = true
      return nil
    }
  }
}
