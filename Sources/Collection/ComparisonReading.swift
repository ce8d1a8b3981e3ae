public import Catalog
internal import Netlink
internal import ProcFS
public import Snapshot
public import SockDiag

extension Collector {
  /// Netlink's tables and /proc/net's, each file right after the dump it belongs to.
  ///
  /// - Parameter tables: which to read; both families of TCP are one dump, of the other protocols one each.
  public mutating func tableReading(of tables: Set<PairedTable>) throws -> TableReading {
    var reading = TableReading()
    let start = sources.host.moment()
    for pair in Sources.inetFamilies {
      let files = [pair.v4, pair.v6].filter { tables.contains(.inet($0)) }
      guard !files.isEmpty else { continue }
      try dump(files, into: &reading)
      for file in files { read(file, into: &reading) }
    }
    if tables.contains(.unix) { try readUnix(into: &reading) }
    reading.nanoseconds = sources.host.moment().monotonicNanoseconds - start.monotonicNanoseconds
    return reading
  }

  private func dump(_ files: [ProcInetFile], into reading: inout TableReading) throws {
    guard let diag = sources.diag else {
      for file in files { reading.refused[.inet(file)] = (sources.diagFailure ?? .unfinished).description }
      return
    }
    let proto = InetProtocol(rawValue: files[0].protocolNumber)
    for request in Sources.everyState(of: files) {
      do {
        reading.inet += try diag.collect(request, proto, nil).records().filter { record in
          files.contains { $0.isIPv6 == record.isIPv6 }
        }
      } catch let error as NetlinkError where error.code != nil {
        for file in files where request.asks(file) { reading.refuse(.inet(file), error) }
      }
    }
  }

  private func read(_ file: ProcInetFile, into reading: inout TableReading) {
    do {
      reading.rows += parseInetTable(try sources.files.read(file.path)).rows.map { TableRow($0, in: file) }
    } catch {
      reading.unreadable[.inet(file)] = error.code
    }
  }

  private func readUnix(into reading: inout TableReading) throws {
    if let diag = sources.diag {
      do {
        reading.unix = try diag.unixSockets()
      } catch let error as NetlinkError where error.code != nil {
        reading.refuse(.unix, error)
      }
    } else {
      reading.refused[.unix] = (sources.diagFailure ?? .unfinished).description
    }
    do {
      reading.unixRows = parseUnixTable(try sources.files.read(PairedTable.unix.path)).rows
    } catch {
      reading.unreadable[.unix] = error.code
    }
  }

  /// Another look at both sources, after a pause, with an exact query for each socket in doubt that the dump does not show: a dump of a small
  /// hash table may pass over a socket while others come and go, and so may a read of /proc.
  ///
  /// - Parameters:
  ///   - records: sockets that only netlink has shown.
  ///   - rows: sockets that only /proc has shown.
  ///   - unixInodes: unix sockets that only one side has shown.
  ///   - milliseconds: the pause; a replay turns to its next reading instead.
  public mutating func lookAgain(
    at tables: Set<PairedTable>, records: [InetSocket], rows: [TableRow], unixInodes: [UInt32] = [], after milliseconds: Int
  ) throws -> TableReading {
    sources.host.wait(milliseconds: milliseconds)
    var reading = try tableReading(of: tables)
    guard let diag = sources.diag, !records.isEmpty || !rows.isEmpty || !unixInodes.isEmpty else { return reading }
    let listed = Set(reading.unix.map(\.inode))
    for inode in unixInodes where !listed.contains(inode) { reading.unix += try diag.unixSockets(inode: inode) }
    let shown = Set(reading.inet.map(\.cookie))
    for record in records where !shown.contains(record.cookie) {
      reading.inet += try exact(DiagIdentity(of: record), isIPv6: record.isIPv6, record.proto, diag)
    }
    var seen = Set(reading.inet.map { $0.cookie })
    let known = Set(reading.inet.map(SocketKey.init)), left = Set(reading.rows.map(SocketKey.init))
    for row in rows where left.contains(SocketKey(row)) && !known.contains(SocketKey(row)) {
      for record in try named(by: row, diag) where seen.insert(record.cookie).inserted { reading.inet.append(record) }
    }
    return reading
  }

  /// What the kernel finds by a row's addresses, and what it lists on the row's port: an exact query may answer with a sibling of
  /// SO_REUSEPORT, and knows nothing of a device.
  private func named(by row: TableRow, _ diag: any DiagSource) throws -> [InetSocket] {
    let proto = InetProtocol(rawValue: row.file.protocolNumber)
    guard proto == .tcp else { return try onPort(row, proto, diag) }
    let identity = DiagIdentity(
      local: row.localAddress.networkBytes, localPort: row.row.localPort, peer: row.peerAddress.networkBytes, peerPort: row.row.peerPort)
    let found = try exact(identity, isIPv6: row.row.isIPv6, proto, diag)
    // A listener, or nothing found: the whole port, which costs a walk.
    return row.row.peerPort == 0 ? found + (try onPort(row, proto, diag)) : found
  }

  private func onPort(_ row: TableRow, _ proto: InetProtocol, _ diag: any DiagSource) throws -> [InetSocket] {
    let request = DiagRequest.inet(
      family: row.row.isIPv6 ? 10 : 2, proto: proto.rawValue, states: FilterStates.everything.rawValue, extensions: [],
      localPort: row.row.localPort)
    do {
      return try diag.collect(request, proto, nil).records()
    } catch let error as NetlinkError where error.code != nil {
      return []
    }
  }

  private func exact(_ identity: DiagIdentity, isIPv6: Bool, _ proto: InetProtocol, _ diag: any DiagSource) throws -> [InetSocket] {
    do {
      return try diag.collect(
        .exact(family: isIPv6 ? 10 : 2, proto: proto.rawValue, identity: identity, extensions: []), proto, nil
      ).records()
    } catch let error as NetlinkError where error.code != nil {
      return []
    }
  }
}

extension DiagIdentity {
  /// The identity of a record, cookie and device included.
  init(of record: InetSocket) {
    self.init(
      local: record.localAddress.networkBytes, localPort: record.localPort, peer: record.peerAddress.networkBytes,
      peerPort: record.peerPort, interface: record.interface, cookie: record.cookie)
  }
}

extension Sources {
  /// The files of one protocol, IPv4 and IPv6.
  static let inetFamilies: [(v4: ProcInetFile, v6: ProcInetFile)] = [
    (.tcp, .tcp6), (.udp, .udp6), (.udplite, .udplite6), (.raw, .raw6),
  ]

  /// What shows every socket that these files, of one protocol, may hold.
  static func everyState(of files: [ProcInetFile]) -> [DiagRequest] {
    guard let first = files.first else { return [] }
    let states = FilterStates.everything.rawValue
    // TCP of both families is one walk.
    if first.protocolNumber == InetProtocol.tcp.rawValue { return [.tcpBothFamilies(states: states, extensions: [])] }
    return files.map { file in
      .inet(family: file.isIPv6 ? 10 : 2, proto: file.protocolNumber, states: TCPStateSet.all.rawValue, extensions: [])
    }
  }
}

extension DiagRequest {
  /// Whether the answer holds the sockets of a file.
  func asks(_ file: ProcInetFile) -> Bool {
    guard case .inet(let family, _, _, _, _) = self else { return true }
    return (family == 10) == file.isIPv6
  }
}

extension Collector {
  /// The first word of each process's command line, which netstat calls a program; processes that are gone or unreadable are left out.
  public func programs(of pids: some Sequence<Int32>) -> [Int32: Name] {
    var out: [Int32: Name] = [:]
    for pid in pids {
      guard let line = try? sources.files.read("/proc/\(pid)/cmdline") else { continue }
      out[pid] = Name(Array(line.prefix { $0 != 0 }))
    }
    return out
  }

  /// What of the tables could not be compared, and how to change that; nothing for a table that neither side has.
  ///
  /// - Parameter wantsMPTCP: whether MPTCP sockets were asked for, which have no table in /proc/net.
  public func comparisonGaps(_ reading: TableReading, wantsMPTCP: Bool = false) -> [Gap] {
    var gaps: [Gap] = []
    if wantsMPTCP { gaps.append(.of("protocol-refused", GapPhrase.mptcpHasNoTable.say(), GapPhrase.compareMPTCP.say())) }
    var named: Set<String> = []
    if sources.diag == nil {
      let error = sources.diagFailure ?? .unfinished
      let rows = reading.rows.count + reading.unixRows.count
      gaps.append(.of("netlink-absent", GapPhrase.compareAbsent.say(["error": error, "count": rows]), GapPhrase.netlinkRemedy.say()))
    }
    for table in PairedTable.all where !reading.isAbsent(table) {
      if sources.diag != nil, let error = reading.refused[table], !reading.uncaptured.contains(table),
        named.insert("netlink " + table.pairName).inserted
      {
        let rows = reading.rowCount(of: table)
        let phrase: GapPhrase = rows > 0 ? .compareRefused : .compareRefusedNone
        gaps.append(
          .of(
            "protocol-refused", phrase.say(["table": table.pairName, "error": error, "count": rows]),
            GapPhrase.compareModule.say(["module": table.module])))
      }
      if let code = reading.unreadable[table], code != CaptureError.missingCode {
        gaps.append(
          .of(
            "table-unreadable", GapPhrase.compareUnreadable.say(["path": table.path, "error": errorText(code)]),
            GapPhrase.countersRemedy.say()))
      }
    }
    return gaps
  }
}

extension TableReading {
  mutating func refuse(_ table: PairedTable, _ error: NetlinkError) {
    refused[table] = error.description
    if case .notCaptured = error { uncaptured.insert(table) }
  }

  /// Neither side has the table, or IPv6 is off: its file is not there and netlink shows no socket that should be in it.
  func isAbsent(_ table: PairedTable) -> Bool {
    guard unreadable[table] == 2, case .inet(let file) = table else { return false }
    // These no kernel lacks: /proc itself is not there.
    if [.tcp, .udp, .raw].contains(file) { return false }
    if refused[table] != nil { return true }
    return !inet.contains { $0.proto.rawValue == file.protocolNumber && $0.isIPv6 == file.isIPv6 }
  }

  /// Rows of a table and of its other family.
  func rowCount(of table: PairedTable) -> Int {
    guard case .inet(let file) = table else { return unixRows.count }
    return rows.count { $0.file.protocolNumber == file.protocolNumber }
  }
}

extension PairedTable {
  /// The table's name without its family.
  var pairName: String {
    guard case .inet(let file) = self else { return "unix" }
    return InetProtocol(rawValue: file.protocolNumber).name
  }

  /// The kernel module that answers for it.
  var module: String {
    guard case .inet(let file) = self else { return "unix_diag" }
    return Collector.module(of: InetProtocol(rawValue: file.protocolNumber))
  }
}
