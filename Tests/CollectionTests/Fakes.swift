import Catalog
import Netlink
import ProcFS
import Snapshot
import SockDiag
import TestSupport
import Wire

@testable import Collection

/// sock_diag that answers from a table; an answer is payloads, then perhaps an error. Several answers to one question come in turn.
final class FakeDiag: DiagSource {
  var answers: [DiagRequest: [(payloads: [[UInt8]], error: NetlinkError?)]]
  var asked: [DiagRequest] = []

  init(_ answers: [DiagRequest: [(payloads: [[UInt8]], error: NetlinkError?)]]) { self.answers = answers }

  func ask(_ request: DiagRequest, _ body: (RawSpan, MessageHeader) throws -> Void) throws {
    asked.append(request)
    guard var turns = answers[request], let answer = turns.first else { throw NetlinkError.refused(code: 2, message: nil) }
    if turns.count > 1 { turns.removeFirst() }
    answers[request] = turns
    for payload in answer.payloads {
      let bytes = netlinkMessage(20, payload)
      let span = bytes.span
      var walk = MessageWalk()
      if let header = try unsafe walk.next(in: span.bytes) { try unsafe body(span.bytes, header) }
    }
    if let error = answer.error { throw error }
  }
}

func netlinkMessage(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] {
  var header = PayloadWriter()
  header.put(UInt32(16 + payload.count))
  header.put(type)
  header.put(UInt16(2))
  header.put(UInt32(5))
  header.put(UInt32(6))
  var out = header.bytes + payload
  while out.count % 4 != 0 { out.append(0) }
  return out
}

final class FakeFiles: FileSource {
  var texts: [String: String]
  init(_ texts: [String: String]) { self.texts = texts }
  func read(_ path: String) throws(FileError) -> [UInt8] {
    guard let text = texts[path] else { throw FileError(path: path, code: path.contains("secret") ? 13 : 2) }
    return Array(text.utf8)
  }
  func list(_ path: String) throws(FileError) -> [String] {
    String(decoding: try read(path), as: UTF8.self).split(separator: " ").map(String.init)
  }
  func link(_ path: String) throws(FileError) -> [UInt8] { try read(path) }
}

class FakeHost: Host {
  var now: Int64 = 1_000
  let kernelRelease = "6.18.44-test"
  let ticksPerSecond = 250
  let effectiveUID: UInt32 = 1000
  var waited: [Int] = []

  func moment() -> Moment {
    now += 1
    return Moment(realtimeNanoseconds: now * 1_000_000_000, monotonicNanoseconds: now)
  }
  func interfaceNames() -> [UInt32: Name] { [1: Name("lo"), 7: Name([0x65, 0xff])] }
  func cgroupPaths() -> [UInt64: Name] { [1: Name("/"), 42: Name("/system.slice/app.service")] }
  func wait(milliseconds: Int) { waited.append(milliseconds) }
  func settings(_ names: [String], in place: NamespacePlace) -> NamespaceSettings {
    var none = NamespaceSettings()
    none.failure = 38
    return none
  }
  func walkOwners(wanted: InodeSet?, into table: inout OwnerTable) -> OwnerWalkResult {
    for (inode, pid) in [(UInt32(501), Int32(10)), (502, 10), (503, 11)] where wanted?.contains(inode) ?? true {
      table.add(inode: inode, owner: Owner(pid: pid, fd: 3))
      var process = ProcessRecord(pid: pid, startTicks: 4_000_000_000_000, name: Name([0x61, 0x1b, 0xff]), uid: 33)
      process.cgroup = pid == 10 ? Name("/system.slice/app.service") : nil
      process.unit = pid == 10 ? "app.service" : nil
      table.processes[pid] = process
    }
    var result = OwnerWalkResult()
    result.processesSeen = 40
    result.processesDenied = 3
    result.hidePID = .invisible
    result.ownUID = 1000
    result.isInitVisible = false
    return result
  }
}

/// The payloads a source answers with.
func answer(_ diag: (any DiagSource)?, _ request: DiagRequest) throws -> [[UInt8]] {
  var found: [[UInt8]] = []
  try diag?.ask(request) { span, message in found.append(try span.bytes(at: message.payload, count: message.count)) }
  return found
}

extension Sources {
  static func fake(_ diag: FakeDiag? = nil, files: [String: String] = [:], host: FakeHost = FakeHost()) -> Sources {
    Sources(diag: diag, diagFailure: diag == nil ? .system(call: "socket()", code: 93) : nil, files: FakeFiles(files), host: host)
  }
}
