public import Catalog
public import Netlink
public import ProcFS
public import Snapshot
public import SockDiag
internal import Wire

/// How much of /proc a snapshot reads beside the sockets.
public struct Depth: OptionSet, Sendable {
  /// The bits.
  public let rawValue: UInt8
  /// A depth by its bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Who holds the sockets.
  public static let owners = Depth(rawValue: 1)
  /// Counters, sockstat, settings, users, interfaces.
  public static let context = Depth(rawValue: 2)
  /// What the owning processes do.
  public static let processes = Depth(rawValue: 4)
  /// Everything a card may speak of.
  public static let card: Depth = [.owners, .context, .processes]
}

/// Asks in the right order and joins nothing: questions in, a `Snapshot` out.
public struct Collector {
  /// Where everything is read from.
  public var sources: Sources
  var noted: [Gap] = []
  /// What could not be seen so far; of a replay also what its file lacks.
  public var gaps: [Gap] { noted + sources.captureGaps }

  /// A collector over some sources.
  public init(_ sources: Sources) { self.sources = sources }

  /// Notes a gap once.
  public mutating func note(_ gap: Gap) {
    if !noted.contains(where: { $0.id == gap.id && $0.what == gap.what }) { noted.append(gap) }
  }

  /// The sockets that answer some questions and pass a filter, as records.
  ///
  /// - Throws: `NetlinkError` when netlink fails in a way that /proc cannot replace.
  public mutating func sockets(_ questions: Questions, filter: Filter?) throws -> (records: [InetSocket], consistency: Consistency) {
    let held = try held(questions, filter: filter)
    let consistency: Consistency = sources.isReplay ? .replayed : sources.diag == nil ? .procfs : settled ? .settled : .oneDump
    return (try held.records(), consistency)
  }

  /// The same as flat bytes, for a list that only needs them once more.
  public mutating func held(_ questions: Questions, filter: Filter?) throws -> HeldReplies {
    var held = HeldReplies()
    guard let diag = sources.diag else {
      for record in try procSockets(questions, filter: filter) { try held.keep(record) }
      return held
    }
    for (request, proto) in questions.requests {
      do {
        var part = try diag.collect(request, proto, filter)
        if request.isDump, mustSettle(proto) { part = try settle(part, again: request, proto, filter, diag) }
        held.append(part)
      } catch let error as NetlinkError where error.code != nil {
        if case .refused(code: 2, message: _) = error, !request.isDump { continue }
        for record in try refused(error, proto, questions, filter) { try held.keep(record) }
      }
    }
    return held
  }

  var settled = false

  /// Whether one dump is not enough: a network namespace with a hash table of its own may have few buckets, and a dump that pauses inside a long
  /// one goes on by position, so that it may repeat or miss a socket when another comes or goes (inet_diag_dump_icsk()).
  public func mustSettle(_ proto: InetProtocol) -> Bool {
    guard proto == .tcp, sources.diag != nil, !sources.isReplay else { return false }
    guard let text = try? sources.files.read("/proc/sys/net/ipv4/tcp_ehash_entries"),
      let entries = Int(String(decoding: text, as: UTF8.self).filter { $0.isNumber || $0 == "-" })
    else { return false }
    // Negative: shared with the initial namespace, whose table is sized by memory.
    return entries > 0 && countTCPSockets(from: sources.files) > entries
  }

  /// Dumps a second time; a socket in both dumps is certain, one in a single dump is asked for by its identity.
  mutating func settle(_ first: HeldReplies, again request: DiagRequest, _ proto: InetProtocol, _ filter: Filter?, _ diag: any DiagSource)
    throws -> HeldReplies
  {
    settled = true
    let second = try diag.collect(request, proto, filter)
    var seen: Set<UInt64> = []
    var out = HeldReplies()
    for record in try second.records() where seen.insert(record.cookie).inserted { try out.keep(record) }
    for record in try first.records() where seen.insert(record.cookie).inserted {
      if try stillExists(record, diag) { try out.keep(record) }
    }
    return out
  }

  func stillExists(_ record: InetSocket, _ diag: any DiagSource) throws -> Bool {
    let identity = DiagIdentity(
      local: record.localAddress.networkBytes, localPort: record.localPort, peer: record.peerAddress.networkBytes,
      peerPort: record.peerPort,
      interface: record.interface, cookie: record.cookie)
    var found = false
    do {
      try diag.ask(.exact(family: record.isIPv6 ? 10 : 2, proto: record.proto.rawValue, identity: identity, extensions: [])) { _, _ in
        found = true
      }
    } catch NetlinkError.refused {}
    return found
  }

  /// One protocol was refused: its /proc table where there is one, and a gap in either case.
  public mutating func refused(_ error: NetlinkError, _ proto: InetProtocol, _ questions: Questions, _ filter: Filter?) throws
    -> [InetSocket]
  {
    // The capture names the question itself.
    if case .notCaptured = error { return [] }
    var rest = questions
    rest.protocols = [proto]
    let rows = proto == .mptcp ? nil : try? procSockets(rest, filter: filter)
    let instead = rows == nil ? GapPhrase.insteadNothing.say() : GapPhrase.insteadProc.say()
    note(
      Gap(
        id: "protocol-refused", what: GapPhrase.protocolAbsent.say(["proto": proto.name, "error": error, "instead": instead]),
        remedy: GapPhrase.protocolRemedy.say(["module": Self.module(of: proto)])))
    return rows ?? []
  }

  static func module(of proto: InetProtocol) -> String {
    switch proto {
    case .tcp: "tcp_diag"
    case .raw: "raw_diag"
    case .mptcp: "mptcp_diag"
    default: "udp_diag"
    }
  }

  /// The rows of /proc/net as records, and the gap that says what they lack.
  mutating func procSockets(_ questions: Questions, filter: Filter?) throws -> [InetSocket] {
    if let failure = sources.diagFailure {
      note(
        Gap(
          id: "netlink-absent", what: GapPhrase.netlinkAbsent.say(["error": failure]),
          remedy: GapPhrase.netlinkRemedy.say()))
      note(
        Gap(
          id: "procfs-lacks", what: GapPhrase.netlinkLacks.say(["tick": 1000 / max(1, sources.host.ticksPerSecond)]),
          remedy: GapPhrase.netlinkRemedy.say()))
    }
    return try ProcTables.records(questions, filter: filter, files: sources.files, ticksPerSecond: sources.host.ticksPerSecond)
  }

  /// Who holds these sockets; sockets with an inode and no owner become a gap.
  public mutating func owners(of inodes: InodeSet) -> OwnerTable {
    var table = OwnerTable(expected: inodes.count)
    guard inodes.count > 0 else { return table }
    let result = sources.host.walkOwners(wanted: inodes, into: &table)
    var owned = InodeSet(expected: table.count)
    for row in table.all { owned.insert(row.inode) }
    for gap in Gap.owners(result, unowned: inodes.count - owned.count) { note(gap) }
    return table
  }
}

extension HeldReplies {
  /// Keeps a record that is owned elsewhere.
  public mutating func keep(_ record: InetSocket) throws {
    let bytes = record.buffer.bytes
    let span = bytes.span
    unsafe try keep(span.bytes, at: record.offset, count: record.count, proto: record.proto)
  }

  /// Keeps everything another list holds.
  mutating func append(_ other: HeldReplies) {
    if places.isEmpty {
      self = other
      return
    }
    let start = bytes.count
    bytes += other.bytes
    places += other.places.map { (start + $0.offset, $0.count, $0.proto) }
  }
}

extension DiagSource {
  /// One whole answer, asked again when it was not whole.
  func collect(_ request: DiagRequest, _ proto: InetProtocol, _ filter: Filter?) throws -> HeldReplies {
    try askAgain(request, HeldReplies.init) { part, span, message in
      if let filter, !filter.matches(in: span, header: message.payload, count: message.count) { return }
      try part.keep(span, at: message.payload, count: message.count, proto: proto)
    }
  }
}
