import Catalog
import Findings
import Foundation
import ProbeStream
import ProcFS
@testable import Rendering
import SockDiag
import Snapshot
import TestSupport
import Testing

/// A strict parse.
func parsed(_ bytes: [UInt8]) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
}

/// The same document, a line a member, in the order in which it was written.
func indented(_ bytes: [UInt8]) throws -> String {
  _ = try parsed(bytes)
  var out = "", depth = 0, isText = false, isEscaped = false
  func newLine() { out += "\n" + String(repeating: " ", count: 2 * depth) }
  for character in String(decoding: bytes, as: UTF8.self) {
    if isText {
      out.append(character)
      if isEscaped { isEscaped = false } else if character == "\\" { isEscaped = true } else if character == "\"" { isText = false }
      continue
    }
    switch character {
    case "{", "[":
      out.append(character)
      depth += 1
      newLine()
    case "}", "]":
      depth -= 1
      newLine()
      out.append(character)
    case ",":
      out.append(character)
      newLine()
    case "\"":
      out.append(character)
      isText = true
    default: out.append(character)
    }
  }
  return out
}

private func object(_ body: (inout JSONWriter) -> Void) throws -> [String: Any] {
  var json = JSONWriter(descriptor: -1)
  json.open()
  body(&json)
  json.close()
  return try parsed(json.taken())
}

private func line(_ socket: MakeSocket, _ options: ListOptions = ListOptions()) throws -> [UInt8] {
  var json = JSONWriter(descriptor: -1)
  SocketJSON(options).write(try socket.socket, to: &json)
  return json.taken()
}

@Suite struct JSONTests {
  /// Every field of the catalog set to something.
  static var full: MakeSocket {
    var made = MakeSocket(.established, "10.0.0.1", 1, peer: "10.0.0.2", 2)
    made = made.with(.tcpInfo, size: 280).with(.skmeminfo, size: 36).with(.meminfo, size: 16)
    for (index, field) in Field.all.enumerated() where field != .family { made = made.with([field: sample(field, index)]) }
    return made
  }

  @Test("a full record has every field of the catalog, with its value")
  func everyField() throws {
    let document = try parsed(try line(Self.full))
    let socket = try Self.full.socket
    var seen = 0
    for field in Field.all {
      let group = SocketJSON.groupKey(field.layout.part)
      let home = field.layout.part == .header || group.isEmpty ? document : try #require(document[group] as? [String: Any], "\(group)")
      let value = (home[field.key + "Code"] ?? home[field.key]) as? NSNumber
      #expect(value?.uint64Value == socket[field], "\(group).\(field.key)")
      if home[field.key + "Code"] != nil { #expect(home[field.key] is String, "\(field.key)") }
      seen += 1
    }
    #expect(seen > 110)
  }

  @Test("what the side-car read stands by its catalog keys, and only of sockets it read")
  func internals() throws {
    var probed = ProbedSocket()
    (probed.userTimeoutMilliseconds, probed.linger2Milliseconds, probed.isNoDelay) = (30_000, -1, true)
    (probed.keepaliveIdleMilliseconds, probed.keepaliveIntervalMilliseconds) = (0, 0)
    let socket = try Self.full.socket
    var options = ListOptions()
    options.internals = [socket.cookie: SocketInternals(probed)]
    let found = try #require(try parsed(try line(Self.full, options))["internals"] as? [String: Int])
    #expect(found["user_timeout"] == 30_000 && found["linger2"] == -1 && found["nodelay"] == 1 && found["cork"] == 0)
    // What the program did not set, and what only a listener has.
    #expect(found["keepalive_time"] == nil && found["qlen"] == nil)
    #expect(Set(found.keys).isSubset(of: ProbedField.allCases.map(\.rawValue)))
    options.internals = [socket.cookie &+ 1: SocketInternals(probed)]
    #expect(try parsed(try line(Self.full, options))["internals"] == nil)
  }

  @Test("no object has a key twice")
  func uniqueKeys() {
    let groups = Dictionary(grouping: Field.all) { SocketJSON.groupKey($0.layout.part) }
    for (group, fields) in groups {
      let keys = fields.flatMap { field in CodeName(field) == nil ? [field.key] : [field.key, field.key + "Code"] }
      #expect(Set(keys).count == keys.count, "\(group): \(keys)")
    }
    let outer = Set((groups[""] ?? []).map(\.key))
    #expect(
      outer.isDisjoint(with: ["netid", "localAddress", "peerAddress", "device", "user", "owners", "attributes", "congestionControl"]))
  }

  @Test("what the kernel did not send is absent, at every length of tcp_info")
  func absent() throws {
    for size in stride(from: 0, through: 280, by: 4) {
      let document = try parsed(try line(MakeSocket(.established).with(.tcpInfo, size: size)))
      let info = try #require(document["tcpInfo"] as? [String: Any])
      for field in Field.tcpInfo {
        #expect((info[field.key] != nil) == (Int(field.layout.offset) + Int(field.layout.width) <= size), "\(field.key) at \(size)")
      }
    }
    #expect(try parsed(try line(MakeSocket(.established)))["tcpInfo"] == nil)
  }

  @Test("an attribute that nobody knows is kept as it came")
  func unknownAttribute() throws {
    let made = MakeSocket(.established).with(Part(rawValue: 200), size: 3)
    let attributes = try #require(try parsed(try line(made))["attributes"] as? [[String: Any]])
    #expect(attributes.count == 1 && attributes[0]["type"] as? Int == 200 && attributes[0]["length"] as? Int == 3)
    #expect(attributes[0]["hex"] as? String == "000000")
  }

  @Test("numbers up to the largest", arguments: [0, 1, 255, 256, UInt64(UInt32.max), UInt64(Int64.max), UInt64.max - 1, UInt64.max])
  func numbers(value: UInt64) throws {
    let found = try object { $0.number("n", value) }["n"] as? NSNumber
    #expect(found?.uint64Value == value)
    #expect((try parsed(try line(MakeSocket(.listen, cookie: value | 1)))["cookie"] as? NSNumber)?.uint64Value == value | 1)
  }

  @Test("any bytes make a valid document without control bytes, and lose nothing")
  func strings() throws {
    var random = SeededRandom(seed: 3)
    var names: [[UInt8]] =
      (0...255).map { [0x61, $0, 0x62] } + [[], Array("\u{2028}\u{202e}🦆\u{80}\u{9f}\u{a0}".utf8), [0xc2], [0xc2, 0x80]]
    for _ in 0..<2000 {
      names.append((0..<Int.random(in: 0..<20, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
    for bytes in names {
      var json = JSONWriter(descriptor: -1)
      json.open()
      json.text("name", Name(bytes))
      json.close()
      let raw = json.taken()
      #expect(raw.allSatisfy { $0 >= 0x20 && $0 != 0x7f })
      #expect(!zip(raw, raw.dropFirst()).contains { $0 == 0xc2 && $1 < 0xa0 }, "\(bytes)")
      let document = try parsed(raw)
      if let text = String(validating: bytes, as: UTF8.self) {
        #expect((document["name"] as? String).map { Array($0.utf8) } == Array(text.utf8) && document["nameHex"] == nil, "\(bytes)")
      } else {
        #expect(document["nameHex"] as? String == bytes.map { String(format: "%02x", $0) }.joined(), "\(bytes)")
        #expect((document["name"] as? String)?.unicodeScalars.contains("\u{fffd}") == true)
      }
    }
  }

  @Test("texts longer than the output buffer")
  func long() throws {
    let text = String(repeating: "ab\"\u{1b}é", count: 40_000)
    #expect(try object { $0.text("t", text) }["t"] as? String == text)
    let name = Name([UInt8](repeating: 0xff, count: 100_000))
    #expect((try object { $0.text("n", name) }["nHex"] as? String)?.count == 200_000)
  }

  @Test("values of every kind, commas only between")
  func kinds() throws {
    let document = try object { json in
      json.bool("yes", true)
      json.null("none")
      json.open("list", 0x5b)
      json.element("a")
      json.element("b")
      json.value(3)
      json.open(nil, 0x5b)
      json.close(0x5d)
      json.close(0x5d)
      json.open(key: "in\"ner")
      json.close()
      json.bool("no", false)
    }
    #expect(document["yes"] as? Bool == true && document["no"] as? Bool == false && document["none"] is NSNull)
    #expect((document["list"] as? [Any])?.count == 4 && document["in\"ner"] is [String: Any])
  }

  @Test("one owner object a descriptor; hostile names stay inside their strings")
  func owners() throws {
    var options = ListOptions()
    options.owners = RenderingTests.owners(Name([0x22, 0x7d, 0xff, 0x0a]), pid: 7, of: [9, 9])
    let bytes = try line(MakeSocket(.listen, inode: 9), options)
    #expect(!bytes.contains(0x0a))
    let found = try #require(try parsed(bytes)["owners"] as? [[String: Any]])
    #expect(found.count == 2 && found[1]["fd"] as? Int == 4 && found[0]["nameHex"] as? String == "227dff0a")
    #expect((try parsed(try line(MakeSocket(.listen), options))["owners"] as? [Any])?.isEmpty == true)
    #expect(try parsed(try line(MakeSocket(.listen, inode: 9)))["owners"] == nil)
  }

  @Test("a unix socket: path, abstract name, peer, pending connections")
  func unix() throws {
    var socket = UnixSocket(type: 1, state: .listen, inode: 100, cookie: 4)
    (socket.path, socket.receiveQueue, socket.sendQueue) = (Name([0, 0x61, 0xff]), 2, 5)
    socket.pending = [7, 0]
    socket.memory = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    var json = JSONWriter(descriptor: -1)
    SocketJSON(ListOptions()).write(socket, to: &json)
    let document = try parsed(json.taken())
    #expect(document["abstract"] as? Bool == true && document["pathHex"] as? String == "61ff" && document["state"] as? String == "LISTEN")
    #expect(document["pending"] as? [Int] == [7, 0] && document["peerInode"] == nil && document["stateCode"] as? Int == 10)
    #expect((document["skmeminfo"] as? [String: Any])?.count == 9)
  }

  @Test("the document says whether it is complete, and what is missing")
  func completeness() throws {
    for gaps in [[], [GoldenPageTests.gap]] {
      var now = try GoldenScene.evidence(GoldenScene.mixed).now
      now.gaps = gaps
      let evidence = Evidence(now: now)
      var json = JSONWriter(descriptor: -1)
      JSONDocument.write(
        evidence, sockets: now.inet.sockets, unix: [], cards: [], findings: Rules.run(evidence), options: ListOptions(), to: &json)
      let document = try parsed(json.taken())
      #expect(document["complete"] as? Bool == gaps.isEmpty && (document["gaps"] as? [Any])?.count == gaps.count)
      #expect((document["sockets"] as? [Any])?.count == GoldenScene.mixed.count && document["version"] as? Int == 1)
      let findings = try #require(document["findings"] as? [[String: Any]])
      #expect(findings.contains { $0["id"] as? String == "accept-queue-full" && $0["severity"] as? String == "critical" })
    }
  }
}
