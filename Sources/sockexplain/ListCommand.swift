import Catalog
import Collection
import Findings
import Glibc
import Netlink
import ProcFS
import Rendering
import Snapshot
import SockDiag
import Wire

/// Thrown to leave a dump when the reader of the output has gone: `| head -1`.
struct ReaderGone: Error {}

extension Session {
  /// A table, one line a socket. It streams unless owners must be joined.
  mutating func list() throws -> Int32 {
    var options = listOptions()
    let questions = questions(extensions: extensions(for: options))
    let rows: Int
    if options.showsProcesses || collector.sources.diag == nil || collector.mustSettle(.tcp) {
      rows = try listHeld(questions, &options)
    } else {
      rows = try listStreamed(questions, options)
    }
    tellGaps()
    return rows == 0 && filter.isNarrow ? 1 : 0
  }

  mutating func listStreamed(_ questions: Questions, _ options: ListOptions) throws -> Int {
    if let halves = halves(questions) { return try listHalves(halves, options) }
    var list = ListWriter(options: options)
    do {
      try streamed(questions) { span, offset, count, proto in
        try list.take(span, at: offset, count: count, proto: proto)
        if list.isBroken { throw ReaderGone() }
      }
      if wantsUnix { try listUnix(&list) }
      list.finish()
    } catch is ReaderGone {}
    try checkOutput(list.failure)
    return list.rows
  }

  /// Lends every payload that answers the questions, as it arrives; what netlink refuses comes from /proc.
  mutating func streamed(_ questions: Questions, _ body: (RawSpan, Int, Int, InetProtocol) throws -> Void) throws {
    guard let diag = collector.sources.diag else { return }
    // One socket, and listeners that are in two tables: an answer decides what is asked or shown next.
    if questions.exact != nil || questions.protocols.contains(.mptcp) && questions.protocols.contains(.tcp) {
      return try collector.held(questions, filter: filter).forEach(body)
    }
    for (request, proto) in questions.requests {
      do {
        try diag.ask(request, filter: filter) { span, offset, count in try body(span, offset, count, proto) }
      } catch let error as NetlinkError where error.code != nil {
        var instead = HeldReplies()
        for record in try collector.refused(error, request, proto, questions, filter) { try instead.keep(record) }
        try instead.forEach(body)
      }
    }
  }

  /// With owners: the sockets first, then /proc once for those that matched, then the rows.
  mutating func listHeld(_ questions: Questions, _ options: inout ListOptions) throws -> Int {
    let held = try collector.held(questions, filter: filter)
    let unix = wantsUnix ? try unixSockets() : []
    if options.showsProcesses { options.owners = collector.owners(of: inodes(held, unix)) }
    var list = ListWriter(options: options)
    list.expect(unix)
    do {
      try held.forEach { span, offset, count, proto in
        try list.take(span, at: offset, count: count, proto: proto)
        if list.isBroken { throw ReaderGone() }
      }
      for socket in unix { list.take(socket) }
      list.finish()
    } catch is ReaderGone {}
    try checkOutput(list.failure)
    return list.rows
  }

  func inodes(_ held: HeldReplies, _ unix: [UnixSocket]) -> InodeSet {
    var wanted = held.inodes
    for socket in unix { wanted.insert(socket.inode) }
    return wanted
  }

  mutating func listUnix(_ list: inout ListWriter) throws {
    let sockets = try unixSockets()
    list.expect(sockets)
    for socket in sockets { list.take(socket) }
  }

  /// The unix sockets of the tables asked for that pass the filter; in every state for cards, unless one was asked for.
  mutating func unixSockets(forCards: Bool = false) throws -> [UnixSocket] {
    let isEverything = forCards && invocation.states == nil && filter.states == nil
    let all = try collector.unixSockets()
    let names = filter.usesPeerPath ? Dictionary(all.map { ($0.inode, $0.path) }, uniquingKeysWith: { first, _ in first }) : [:]
    return all.filter { socket in
      let table: SocketTables = socket.type == 1 ? .unixStream : socket.type == 5 ? .unixSeqpacket : .unixDatagram
      return tables.contains(table) && (isEverything || invocation.states(for: filter, of: table).has(socket.state.rawValue))
        && filter.matches(socket, peer: socket.peerInode.flatMap { names[$0] ?? nil })
    }
  }

  /// A line of JSON a socket, as the dump arrives.
  mutating func listLines() throws -> Int32 {
    var options = listOptions()
    options.users = readUsers(from: collector.sources.files)
    var questions = questions(extensions: .card)
    questions.extensions.remove(.meminfo)
    let held = options.showsProcesses || collector.sources.diag == nil ? try collector.held(questions, filter: filter) : nil
    let unix = wantsUnix ? try unixSockets() : []
    if options.showsProcesses, let held { options.owners = collector.owners(of: inodes(held, unix)) }
    let writer = SocketJSON(options)
    var json = JSONWriter()
    var rows = 0
    func line(_ span: RawSpan, _ offset: Int, _ count: Int, _ proto: InetProtocol) throws {
      writer.write(span, at: offset, count: count, proto: proto, to: &json)
      json.endLine()
      rows += 1
      if json.isBroken { throw ReaderGone() }
    }
    do {
      if let held { try held.forEach(line) } else { try streamed(questions, line) }
      for socket in unix {
        writer.write(socket, to: &json)
        json.endLine()
        rows += 1
      }
      json.flush()
    } catch is ReaderGone {}
    try checkOutput(json.failure)
    tellGaps()
    return rows == 0 && filter.isNarrow ? 1 : 0
  }
}
