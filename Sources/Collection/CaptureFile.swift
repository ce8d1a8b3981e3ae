internal import Catalog
internal import ProcFS
internal import Wire

/// The types of a capture's own records; the kernel's lie below 0x8000. Docs/Capture.md describes each payload.
enum CaptureType {
  /// Magic and version; the first record.
  static let header: UInt16 = 0x8000
  /// A question to sock_diag: the request message as it was sent.
  static let request: UInt16 = 0x8001
  /// How its answer ended.
  static let replyEnd: UInt16 = 0x8002
  /// What follows was read after a wait.
  static let reading: UInt16 = 0x8003
  /// sock_diag could not be opened: how.
  static let diagFailure: UInt16 = 0x8004
  /// The content of a file, or errno.
  static let file: UInt16 = 0x8010
  /// The names in a directory.
  static let list: UInt16 = 0x8011
  /// The target of a symbolic link.
  static let link: UInt16 = 0x8012
  /// The number of names in a directory.
  static let count: UInt16 = 0x8013
  /// Both clocks.
  static let moment: UInt16 = 0x8020
  /// uid, CLK_TCK, kernel release.
  static let host: UInt16 = 0x8021
  /// Interface names.
  static let interfaces: UInt16 = 0x8022
  /// Rows of the owner table: inode, pid, fd.
  static let owners: UInt16 = 0x8023
  /// One process of the owner table.
  static let process: UInt16 = 0x8024
  /// What the walk that found them saw; ends the table.
  static let walk: UInt16 = 0x8025
  /// Paths of cgroups by id.
  static let cgroups: UInt16 = 0x8026
  /// Settings of another network namespace.
  static let settings: UInt16 = 0x8027
  /// A question to the side-car: the words of its command line.
  static let probe: UInt16 = 0x8030
  /// Bytes of its answer.
  static let probeBytes: UInt16 = 0x8031
  /// How the answer ended, or why the side-car could not be started.
  static let probeEnd: UInt16 = 0x8032
  /// Connections that accept() returned while a trace went on.
  static let accepted: UInt16 = 0x8033
  /// Nothing is missing behind the records before it.
  static let end: UInt16 = 0x80ff

  static let magic: [UInt8] = Array("sockexpl".utf8)
  static let version: UInt32 = 1
}

/// What can be wrong with a capture file.
public enum CaptureError: Error, Equatable, Sendable {
  /// The file cannot be read or written: which step, errno.
  case system(step: String, path: String, code: Int32)
  /// The first bytes are neither our header nor a netlink message.
  case notACapture(path: String)
  /// Made by a newer program: the version the file names.
  case version(UInt32)
  /// A record that does not parse, by its place in the file.
  case malformed(at: Int, type: UInt16)

  /// The errno of a replayed file that was not captured (ENODATA, which /proc never gives).
  public static let missingCode: Int32 = 61
}

extension CaptureError: CustomStringConvertible {
  /// One line for a person.
  public var description: String {
    switch self {
    case .system(let step, let path, let code):
      CapturePhrase.system.say(["step": step, "path": path, "error": errorText(code)]).description
    case .notACapture(let path): CapturePhrase.notACapture.say(["path": path]).description
    case .version(let number): CapturePhrase.version.say(["version": number]).description
    case .malformed(let at, let type): CapturePhrase.malformed.say(["at": at, "type": String(type, radix: 16)]).description
    }
  }
}

/// Bytes of one record's payload, in host order as netlink's are.
struct PayloadWriter {
  var bytes: [UInt8] = []

  mutating func put<T: FixedWidthInteger>(_ value: T) {
    unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Length and bytes, padded to four; nil is a length of all ones.
  mutating func put(text: [UInt8]?) {
    put(UInt32(truncatingIfNeeded: text?.count ?? -1))
    bytes += text ?? []
    while bytes.count % 4 != 0 { bytes.append(0) }
  }
}

/// Reads what `PayloadWriter` wrote; each step is checked against the payload's end.
struct PayloadReader {
  let span: [UInt8]
  let end: Int
  var at: Int

  init(_ bytes: [UInt8], from: Int, count: Int) {
    span = bytes
    at = from
    end = from + count
  }

  mutating func take<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type = T.self) throws(WireError) -> T {
    let size = MemoryLayout<T>.size
    guard end - at >= size else { throw .truncated(at: at, needed: size, available: end - at) }
    let value = try unsafe span.span.bytes.load(T.self, at: at)
    at += size
    return value
  }

  mutating func takeText() throws(WireError) -> [UInt8]? {
    let length: UInt32 = try take()
    if length == .max { return nil }
    guard Int(length) <= end - at else { throw .badLength(at: at - 4, length: Int(length)) }
    defer { at = min(end, at + (Int(length) + 3) & ~3) }
    return Array(span[at..<(at + Int(length))])
  }

  /// Everything up to the end.
  mutating func rest() -> [UInt8] {
    defer { at = end }
    return Array(span[at..<end])
  }
}

/// Appends records to a file only its owner can read.
final class CaptureWriter {
  let path: String
  private let file: OutputFile
  private var pending: [UInt8] = []
  /// The first failure; later records are dropped.
  private(set) var failure: CaptureError?
  private var isFinished = false

  init(path: String) throws(CaptureError) {
    self.path = path
    guard let file = OutputFile(privateAt: path) else {
      throw .system(step: "open", path: path, code: lastError())
    }
    self.file = file
    var header = PayloadWriter(bytes: CaptureType.magic)
    header.put(CaptureType.version)
    put(CaptureType.header, header.bytes)
  }

  func put(_ type: UInt16, _ payload: [UInt8], flags: UInt16 = 0, sequence: UInt32 = 0, port: UInt32 = 0) {
    var header = PayloadWriter()
    header.put(UInt32(truncatingIfNeeded: payload.count + MessageHeader.size))
    header.put(type)
    header.put(flags)
    header.put(sequence)
    header.put(port)
    pending += header.bytes
    pending += payload
    while pending.count % 4 != 0 { pending.append(0) }
    if pending.count > 1 << 16 { flush() }
  }

  func flush() {
    if failure == nil, !file.write(pending) { failure = .system(step: "write", path: path, code: lastError()) }
    pending.removeAll(keepingCapacity: true)
  }

  /// Marks the capture as whole.
  func finish() throws(CaptureError) {
    if !isFinished { put(CaptureType.end, []) }
    isFinished = true
    flush()
    if let failure { throw failure }
  }

  deinit { flush() }
}
