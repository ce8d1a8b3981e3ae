internal import Catalog
public import Findings
internal import ProcFS
internal import Snapshot
public import SockDiag

/// The one JSON document of `--json`: what was seen, what was not, what it means.
public enum JSONDocument {
  /// Raised when a key changes its meaning or goes; new keys do not raise it.
  static let version: UInt64 = 1

  /// Writes the whole document.
  public static func write(
    _ evidence: Evidence, sockets: [InetSocket], unix: [UnixSocket], cards: [Card], findings: [Finding],
    options: ListOptions, summary: SocketSummary? = nil, to json: inout JSONWriter
  ) {
    let now = evidence.now
    begin(nil, now.moment, to: &json)
    json.text("kernel", now.kernel.release)
    json.bool("complete", now.isComplete)
    json.text("consistency", now.consistency.rawValue)
    self.gaps(now.gaps, to: &json)
    if let summary { write(summary, to: &json) }
    json.open("sockets", 0x5b)
    let writer = SocketJSON(options)
    for socket in sockets { writer.write(socket, to: &json) }
    for socket in unix { writer.write(socket, to: &json) }
    json.close(0x5d)
    if !cards.isEmpty { write(cards, to: &json) }
    json.open("findings", 0x5b)
    for finding in findings { write(finding, to: &json) }
    json.close(0x5d)
    end(&json)
  }

  /// Opens a document with the members that all have in common.
  static func begin(_ command: String?, _ moment: Moment, to json: inout JSONWriter) {
    json.open()
    json.number("version", version)
    json.text("tool", "sockexplain")
    if let command { json.text("command", command) }
    json.number("timeNanoseconds", UInt64(max(0, moment.realtimeNanoseconds)))
  }

  /// Closes a document and sends it on.
  static func end(_ json: inout JSONWriter) {
    json.close()
    json.endLine()
    json.flush()
  }

  static func gaps(_ gaps: [Gap], to json: inout JSONWriter) {
    json.open("gaps", 0x5b)
    for gap in gaps {
      json.open()
      json.text("id", gap.id)
      json.text("what", gap.what.description)
      json.text("remedy", gap.remedy.description)
      json.close()
    }
    json.close(0x5d)
  }

  static func write(_ cards: [Card], to json: inout JSONWriter) {
    json.open("cards", 0x5b)
    for card in cards {
      json.open()
      if let socket = card.socket { json.number("cookie", socket.cookie) }
      json.text("title", card.title.description)
      if let owner = card.owner { json.text("owner", owner.description) }
      json.open("lines", 0x5b)
      for line in card.lines {
        json.open()
        json.text("id", line.text.id)
        json.text("label", line.label.description)
        json.text("text", line.text.description)
        texts("details", line.details, to: &json)
        json.close()
      }
      json.close(0x5d)
      texts("advice", card.advice, to: &json)
      json.close()
    }
    json.close(0x5d)
  }

  static func texts(_ key: StaticString, _ sentences: [Sentence], to json: inout JSONWriter) {
    json.open(key, 0x5b)
    for sentence in sentences { json.element(sentence.description) }
    json.close(0x5d)
  }

  static func write(_ finding: Finding, to json: inout JSONWriter) {
    json.open()
    json.text("id", finding.id)
    json.text("severity", finding.severity.name)
    json.number("count", UInt64(finding.count))
    json.text("title", finding.title.description)
    texts("evidence", finding.evidence, to: &json)
    json.text("cause", finding.cause.description)
    json.text("advice", finding.advice.description)
    if let next = finding.next { json.text("next", next) }
    json.open("cookies", 0x5b)
    for socket in finding.sockets.prefix(20) { json.value(socket.cookie) }
    json.close(0x5d)
    json.close()
  }
}

extension JSONWriter {
  /// A number as an array's element.
  mutating func value(_ value: UInt64) {
    separate()
    out.decimal(value)
  }
}

extension SocketJSON {
  /// A record of a snapshot.
  func write(_ socket: InetSocket, to json: inout JSONWriter) {
    let bytes = socket.buffer.bytes
    let span = bytes.span
    unsafe write(span.bytes, at: socket.offset, count: socket.count, proto: socket.proto, to: &json)
  }

  /// A unix socket.
  public func write(_ socket: UnixSocket, to json: inout JSONWriter) {
    json.open()
    json.text("netid", socket.netid)
    json.text("state", socket.state.name)
    json.number("stateCode", UInt64(socket.state.rawValue))
    json.number("inode", UInt64(socket.inode))
    if socket.cookie != 0 { json.number("cookie", socket.cookie) }
    if let path = socket.path {
      json.bool("abstract", path.bytes.first == 0)
      json.text("path", path.bytes.first == 0 ? Name(Array(path.bytes.dropFirst())) : path)
    }
    if let peer = socket.peerInode { json.number("peerInode", UInt64(peer)) }
    if let queue = socket.receiveQueue { json.number("rqueue", UInt64(queue)) }
    if let queue = socket.sendQueue { json.number("wqueue", UInt64(queue)) }
    if let bits = socket.shutdown { json.number("shutdown", UInt64(bits)) }
    if let uid = socket.uid { json.number("uid", UInt64(uid)) }
    if !socket.pending.isEmpty {
      json.open("pending", 0x5b)
      for inode in socket.pending { json.value(UInt64(inode)) }
      json.close(0x5d)
    }
    if let memory = socket.memory {
      json.open("skmeminfo")
      for (field, value) in zip(Field.skmeminfo, memory) { json.number(label: Array(field.key.utf8), UInt64(value)) }
      json.close()
    }
    owners(socket.inode, to: &json)
    json.close()
  }
}
