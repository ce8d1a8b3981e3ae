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

  /// Notes that marks are hidden, if they are: worth a question only where a mark would have been shown or asked for.
  public mutating func noteHiddenMarks() {
    guard !sources.isReplay, sources.diag != nil, LiveDiag.hidesMarks() else { return }
    note(.of("mark-hidden", GapPhrase.markHidden.say(), GapPhrase.markRemedy.say()))
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
    let twins = try mptcpListeners(questions, diag)
    for (request, proto) in questions.requests {
      do {
        var part = try diag.collect(request, proto, filter)
        if !request.isDump {
          part = try part.only { questions.states.has($0.state.rawValue) }
          // A socket bound to a device is not found by its addresses alone.
          if part.places.isEmpty { part = try self.held(questions.dump(of: proto), filter: filter) }
        } else if mustSettle(proto) {
          part = try settle(part, again: request, proto, filter, diag)
        }
        if proto == .tcp, !twins.isEmpty { part = try part.only { $0.state != .listen || !twins.contains($0.inode) } }
        held.append(part)
      } catch let error as NetlinkError where error.code != nil {
        if !request.isDump {
          held.append(try self.held(questions.dump(of: proto), filter: filter))
          continue
        }
        for record in try refused(error, request, proto, questions, filter) { try held.keep(record) }
      }
    }
    return held
  }

  /// Inodes of the MPTCP listeners, when TCP sockets are listed beside them: the kernel reports each in both tables.
  func mptcpListeners(_ questions: Questions, _ diag: any DiagSource) throws -> Set<UInt32> {
    guard questions.protocols.contains(.mptcp), questions.protocols.contains(.tcp), questions.states.has(TCPState.listen.rawValue),
      questions.exact == nil
    else { return [] }
    var inodes: Set<UInt32> = []
    var listening = questions
    listening.protocols = [.mptcp]
    listening.states = .init(.listen)
    for (request, proto) in listening.requests {
      // Refused: then the table itself is refused too, and that is noted.
      guard let part = try? diag.collect(request, proto, nil) else { continue }
      for record in try part.records() { inodes.insert(record.inode) }
    }
    return inodes
  }

  var settled = false

  /// Whether one dump is not enough: a network namespace with a hash table of its own may have few buckets, and a dump that pauses inside a long
  /// one goes on by position, so that it may repeat or miss a socket when another comes or goes (inet_diag_dump_icsk()).
  public func mustSettle(_ proto: InetProtocol) -> Bool {
    guard proto == .tcp, sources.diag != nil, !sources.isReplay else { return false }
    let sockets = countSockets(from: sources.files)
    // So few fit one datagram: nothing pauses.
    guard sockets > 128 else { return false }
    let entries = sysctlNumbers("/proc/sys/net/ipv4/tcp_ehash_entries", from: sources.files).first ?? 0
    // Negative: shared with the initial namespace, whose table is sized by memory.
    return entries > 0 && sockets > entries
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
  public mutating func refused(
    _ error: NetlinkError, _ request: DiagRequest, _ proto: InetProtocol, _ questions: Questions, _ filter: Filter?
  ) throws -> [InetSocket] {
    // The capture names the question itself.
    if case .notCaptured = error { return [] }
    var rest = questions
    rest.protocols = [proto]
    // The other family is refused by itself.
    if case .inet(let family, _, _, _, _) = request {
      rest.wantsIPv4 = family == 2
      rest.wantsIPv6 = family == 10
    }
    let rows = proto == .mptcp ? nil : try procSockets(rest, filter: filter)
    noteRefused(proto.name, error, instead: rows == nil ? .insteadNothing : .insteadProc, module: Self.module(of: proto))
    return rows ?? []
  }

  mutating func noteRefused(_ proto: String, _ error: NetlinkError, instead: GapPhrase, module: String) {
    // EPERM and EACCES come from a security policy; anything else from a module that is not there.
    let isForbidden = error.code == 1 || error.code == 13
    note(
      .of(
        "protocol-refused", GapPhrase.protocolAbsent.say(["proto": proto, "error": error, "instead": instead.say()]),
        isForbidden ? GapPhrase.netlinkRemedy.say() : GapPhrase.protocolRemedy.say(["module": module])))
  }

  /// A table of /proc/net that should be there; a gap where it is not.
  mutating func readTable(_ path: String) -> [UInt8]? {
    do {
      return try sources.files.read(path)
    } catch {
      if error.code != CaptureError.missingCode {
        note(
          .of(
            "table-unreadable", GapPhrase.tableUnreadable.say(["path": path, "error": "errno \(error.code)"]),
            GapPhrase.countersRemedy.say()))
      }
      return nil
    }
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
    if sources.diag == nil { noteAbsent() }
    if questions.protocols.contains(.mptcp) {
      note(.of("protocol-refused", GapPhrase.mptcpHasNoTable.say(), GapPhrase.netlinkRemedy.say()))
    }
    var out: [InetSocket] = []
    for file in ProcInetFile.allCases where questions.wants(file) {
      guard let text = file.mayBeAbsent ? try? sources.files.read(file.path) : readTable(file.path) else { continue }
      for row in parseInetTable(text).rows {
        let record = try InetSocket(
          diagPayload(row, ticksPerSecond: sources.host.ticksPerSecond), proto: InetProtocol(rawValue: file.protocolNumber))
        if questions.wants(record), filter?.matches(record) ?? true { out.append(record) }
      }
    }
    return out
  }

  /// No sock_diag at all: what is read instead, and what that lacks, in one line.
  mutating func noteAbsent() {
    let failure = sources.diagFailure ?? .unfinished
    note(
      .of(
        "netlink-absent",
        GapPhrase.netlinkAbsent.say(["error": failure, "tick": 1000 / max(1, sources.host.ticksPerSecond)]),
        GapPhrase.netlinkRemedy.say()))
  }

  /// Who holds these sockets; sockets with an inode and no owner become a gap.
  public mutating func owners(of inodes: InodeSet) -> OwnerTable {
    var table = OwnerTable(expected: inodes.count)
    guard inodes.count > 0 else { return table }
    let result = sources.host.walkOwners(wanted: inodes, into: &table)
    var owned = InodeSet(expected: table.count)
    for row in table.all { owned.insert(row.inode) }
    // A second reading walks again: its own numbers count.
    noted.removeAll { Gap.ofOwners.contains($0.id) }
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

  /// The replies whose records pass a test.
  func only(_ isWanted: (InetSocket) -> Bool) throws -> HeldReplies {
    var out = HeldReplies()
    for record in try records() where isWanted(record) { try out.keep(record) }
    return out
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
