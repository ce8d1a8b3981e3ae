public import Catalog
internal import ProcFS
internal import Snapshot
internal import SockDiag
internal import Wire

/// Writes sockets as JSON objects: every field the kernel sent, by its catalog key, with decoded names beside the codes.
public struct SocketJSON: Sendable {
  struct Token: Sendable {
    let end: Int
    let offset: Int
    let layout: Layout
    let label: [UInt8]
    let code: CodeName?
    let codeLabel: [UInt8]
  }

  let header: [Token]
  let parts: [(type: UInt16, key: String, tokens: [Token])]
  let options: ListOptions

  /// A writer; names are looked up in `options`.
  public init(_ options: ListOptions) {
    self.options = options
    header = Self.tokens(Field.header)
    var grouped: [(type: UInt16, key: String, tokens: [Token])] = []
    for field in Field.all where field.layout.part != .header {
      let type = field.layout.part.rawValue
      if grouped.last?.type == type {
        grouped[grouped.count - 1].tokens += Self.tokens([field])
      } else {
        grouped.append((type, Self.groupKey(field.layout.part), Self.tokens([field])))
      }
    }
    parts = grouped
  }

  // A part of several members is an object of its own; a part of one member stands on the socket.
  static func groupKey(_ part: Part) -> String {
    switch part {
    case .meminfo: "meminfo"
    case .tcpInfo: "tcpInfo"
    case .skmeminfo: "skmeminfo"
    case .shutdown: "shutdownBits"
    case .sockopt: "sockopt"
    default: ""
    }
  }

  static func tokens(_ fields: [Field]) -> [Token] {
    fields.map { field in
      Token(
        end: Int(field.layout.offset) + Int(field.layout.width), offset: Int(field.layout.offset), layout: field.layout,
        label: Array(field.key.utf8), code: CodeName(field), codeLabel: Array((field.key + "Code").utf8))
    }
  }

  /// One object; the caller opens and closes arrays and lines.
  public func write(_ span: RawSpan, at offset: Int, count: Int, proto: InetProtocol, to json: inout JSONWriter) {
    json.open()
    json.text("netid", proto.name)
    decoded(span, offset, to: &json)
    let isFromProc = span.integer(at: offset &+ Place.cookie, width: 8) == 0
    for token in header {
      // What /proc does not carry is absent, not 0.
      if isFromProc, isMissingInProc(token, span, offset) { continue }
      if let value = span.integer(at: offset &+ token.offset, width: Int(token.layout.width), network: token.layout.network) {
        Self.write(token, value, to: &json)
      }
    }
    owners(UInt32(truncatingIfNeeded: span.integer(at: offset &+ Place.inode, width: 4) ?? 0), to: &json)
    if !options.internals.isEmpty, let cookie = span.integer(at: offset &+ Place.cookie, width: 8) {
      internals(options.internals[cookie], to: &json)
    }
    attributes(span, from: offset &+ InetSocket.headerSize, to: offset &+ count, to: &json)
    json.close()
  }

  /// A number; of a code the name, then the number.
  static func write(_ token: Token, _ value: UInt64, to json: inout JSONWriter) {
    guard let code = token.code else { return json.number(label: token.label, value) }
    json.text(label: token.label, code.name(value))
    json.number(label: token.codeLabel, value)
  }

  func decoded(_ span: RawSpan, _ at: Int, to json: inout JSONWriter) {
    func byte(_ place: Int) -> UInt8 { UInt8(truncatingIfNeeded: span.integer(at: at &+ place, width: 1) ?? 0) }
    func address(_ place: Int) -> String {
      IPAddress(
        high: span.integer(at: at &+ place, width: 8, network: true) ?? 0,
        low: span.integer(at: at &+ place &+ 8, width: 8, network: true) ?? 0,
        isIPv6: byte(0) == 10
      ).description
    }
    json.text("localAddress", address(Place.source))
    json.text("peerAddress", address(Place.destination))
    let device = UInt32(truncatingIfNeeded: span.integer(at: at &+ Place.interface, width: 4) ?? 0)
    if device != 0, let name = options.interfaceName(device) { json.text("device", name) }
    let uid = UInt32(truncatingIfNeeded: span.integer(at: at &+ Place.uid, width: 4) ?? 0)
    if let name = options.users[uid] { json.text("user", name) }
  }

  func isMissingInProc(_ token: Token, _ span: RawSpan, _ at: Int) -> Bool {
    switch token.offset {
    case Place.cookie, Place.interface: true
    case Place.wqueue: span.integer(at: at &+ Place.state, width: 1) == UInt64(TCPState.listen.rawValue)
    default: false
    }
  }

  /// Who holds a socket; no member at all where owners were not looked for.
  func owners(_ inode: UInt32, to json: inout JSONWriter) {
    guard let table = options.owners else { return }
    json.open("owners", 0x5b)
    for owner in table[inode] {
      json.open()
      json.number("pid", UInt64(owner.pid))
      json.number("fd", UInt64(owner.fd))
      if let process = table.processes[owner.pid] {
        json.text("name", process.name)
        json.number("uid", UInt64(process.uid))
        if let user = process.userName ?? options.users[process.uid] { json.text("user", user) }
        if let cgroup = process.cgroup { json.text("cgroup", cgroup) }
        if let unit = process.unit { json.text("unit", unit) }
        if let container = process.container { json.text("container", container) }
      }
      json.close()
    }
    json.close(0x5d)
  }

  /// What the side-car read; no member where it read nothing.
  func internals(_ internals: SocketInternals?, to json: inout JSONWriter) {
    guard let internals else { return }
    json.open("internals")
    for field in ProbedField.allCases {
      guard let value = internals[field] else { continue }
      json.signed(label: Array(field.rawValue.utf8), value)
    }
    json.close()
  }

  func attributes(_ span: RawSpan, from start: Int, to end: Int, to json: inout JSONWriter) {
    var others: [Attribute] = []
    var walk = AttributeWalk(at: start, end: end)
    while let found = try? walk.next(in: span) {
      if found.type == 4 {
        let bytes = (try? span.bytes(at: found.payload, count: found.count)) ?? []
        json.text("congestionControl", Name(Array(bytes.prefix { $0 != 0 })))
      } else if let part = parts.first(where: { $0.type == found.type }) {
        if !part.key.isEmpty { json.open(key: part.key) }
        for token in part.tokens where token.end <= found.count {
          guard let loaded = span.integer(at: found.payload &+ token.offset, width: Int(token.layout.width), network: token.layout.network)
          else { continue }
          Self.write(token, token.layout.extract(loaded), to: &json)
        }
        if !part.key.isEmpty { json.close() }
      } else {
        others.append(found)
      }
    }
    guard !others.isEmpty else { return }
    json.open("attributes", 0x5b)
    for other in others {
      json.open()
      json.number("type", UInt64(other.type))
      json.number("length", UInt64(other.count))
      json.separate()
      json.name("hex")
      json.hexadecimal((try? span.bytes(at: other.payload, count: other.count)) ?? [])
      json.close()
    }
    json.close(0x5d)
  }
}
