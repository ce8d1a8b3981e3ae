import Catalog
import Collection
import Findings
import Glibc
import Netlink
import ProcFS
import Rendering
import Snapshot
import SockDiag

/// One run: the command line understood, the sources opened, the gaps told at the end.
struct Session {
  let invocation: Invocation
  let filter: Filter
  var collector: Collector

  /// Opens the sources and reads the filter.
  ///
  /// - Throws: `FilterError` for a filter that does not parse, an error of the capture file.
  init(_ invocation: Invocation) throws {
    self.invocation = invocation
    let sources = try Self.sources(invocation)
    collector = Collector(sources)
    if invocation.filterWords.isEmpty {
      filter = Filter()
    } else {
      let ports = Self.ephemeralPorts(sources)
      let context = invocation.filterContext(ephemeralPorts: ports, interfaceIndex: interfaceIndex, serviceNumber: servicePort)
      filter = try Filter.parse(invocation.filterWords, context: context)
    }
  }

  static func sources(_ invocation: Invocation) throws -> Sources {
    if let path = invocation.replay { return try Sources.replay(path: path) }
    let live = Sources.live(withDiag: !invocation.command.countsSockets || invocation.capture != nil)
    if case .counters = invocation.command, invocation.intervalMilliseconds != nil { watchWait(of: live.host) }
    guard let path = invocation.capture else { return live }
    // Its window is its own: what it asks is recorded as it goes.
    if invocation.command.isDrops || invocation.command.isTrace { return try Sources.recording(live, to: path) }
    return try Sources.capture(live, to: path, waiting: invocation.intervalMilliseconds ?? 250)
  }

  /// net.ipv4.ip_local_port_range of this namespace.
  static func ephemeralPorts(_ sources: Sources) -> ClosedRange<UInt16> {
    let range = sysctlNumbers("/proc/sys/net/ipv4/ip_local_port_range", from: sources.files)
    let low = UInt16(clamping: range.first ?? 32768), high = UInt16(clamping: range.last ?? 60999)
    return low...max(low, high)
  }

  /// Names are looked up only where a column shows them.
  func lookups(_ options: inout ListOptions) {
    if collector.sources.isReplay {
      let names = collector.sources.host.interfaceNames()
      options.interfaceName = { names[$0] }
    } else {
      options.interfaceName = interfaceName
    }
    if invocation.resolve, !collector.sources.isReplay { options.hostName = hostName }
    if invocation.services { options.services = readServices(from: collector.sources.files) }
    if invocation.details.contains(.extended) {
      options.users = readUsers(from: collector.sources.files)
      options.cgroups = collector.cgroupPaths()
    }
  }

  /// The tables to ask once the filter is known.
  var tables: SocketTables { invocation.tables(for: filter) }

  /// What the list asks the kernel for.
  func questions(states: TCPStateSet? = nil, extensions: DiagExtensions) -> Questions {
    var questions = Questions(
      protocols: tables.protocols, states: states ?? invocation.states(for: filter, of: .tcp), extensions: extensions)
    questions.wantsIPv4 = invocation.families.contains(.ipv4)
    questions.wantsIPv6 = invocation.families.contains(.ipv6)
    if let tuple = filter.exactTuple {
      questions.exact = .init(local: tuple.local, localPort: tuple.localPort, peer: tuple.peer, peerPort: tuple.peerPort)
    } else if let port = filter.localPortOnly {
      questions.localPort = port
    }
    return questions
  }

  /// Cards are the default where a port, an address or a device narrows the list, and nothing asks for a table.
  var isCardsByDefault: Bool { filter.isNarrow && invocation.showsHeader && !invocation.oneline }

  /// Whether any unix table is asked for.
  var wantsUnix: Bool { !tables.isDisjoint(with: .unix) }

  /// The columns of a list.
  func listOptions() -> ListOptions {
    var options = ListOptions()
    options.showsNetid = tables.rawValue.nonzeroBitCount > 1
    options.showsProcesses = invocation.details.contains(.processes)
    options.showsTimer = invocation.details.contains(.timers)
    options.showsExtended = invocation.details.contains(.extended)
    options.showsMemory = invocation.details.contains(.memory)
    options.showsInfo = invocation.details.contains(.info)
    options.showsTOS = invocation.details.contains(.tos)
    options.isOneLine = invocation.oneline
    options.showsHeader = invocation.showsHeader
    options.showsQueues = invocation.showsQueues
    options.explains = invocation.form != .plain && invocation.showsHeader
    options.width = outputWidth()
    lookups(&options)
    return options
  }

  /// Only the extensions that are shown: each costs the kernel time for every socket.
  func extensions(for options: ListOptions) -> DiagExtensions {
    var out: DiagExtensions = []
    if options.showsInfo { out.formUnion([.info, .congestion, .vegas]) }
    if options.showsMemory { out.formUnion(.skmeminfo) }
    if options.showsTOS { out.formUnion([.tos, .tclass]) }
    return out
  }

  /// One line a gap on stderr.
  mutating func tellGaps() {
    noteMarks()
    for gap in collector.gaps { complain("\(gap.what); \(gap.remedy)") }
  }

  /// Marks are missed where they would be shown (-e, the JSON document) or were asked for.
  mutating func noteMarks() {
    let isShown = invocation.details.contains(.extended) || invocation.form == .json
    if isShown || filter.usesMark, !tables.isDisjoint(with: .inet) { collector.noteHiddenMarks() }
  }

  /// The status that `--fail-on` asks for.
  func status(of findings: [Finding], otherwise: Int32 = 0) -> Int32 {
    guard case .severity(let limit) = invocation.failOn else { return otherwise }
    return findings.contains { $0.severity >= limit } ? 1 : otherwise
  }
}
