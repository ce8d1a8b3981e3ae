import Catalog
import Findings
import SockDiag

/// The tables of sockets that can be asked for.
struct SocketTables: OptionSet, Hashable {
  let rawValue: UInt16
  static let tcp = SocketTables(rawValue: 1)
  static let udp = SocketTables(rawValue: 2)
  static let raw = SocketTables(rawValue: 4)
  static let udplite = SocketTables(rawValue: 8)
  static let mptcp = SocketTables(rawValue: 16)
  static let unixStream = SocketTables(rawValue: 32)
  static let unixDatagram = SocketTables(rawValue: 64)
  static let unixSeqpacket = SocketTables(rawValue: 128)

  static let inet: SocketTables = [.tcp, .udp, .raw, .udplite, .mptcp]
  static let unix: SocketTables = [.unixStream, .unixDatagram, .unixSeqpacket]
  /// What is listed when nothing chooses. ss lists every family then.
  static let usual: SocketTables = [.tcp, .udp]

  /// The protocols among the tables, in the order they are listed.
  var protocols: [InetProtocol] {
    let pairs: [(SocketTables, InetProtocol)] = [(.tcp, .tcp), (.mptcp, .mptcp), (.udp, .udp), (.udplite, .udplite), (.raw, .raw)]
    return pairs.filter { contains($0.0) }.map(\.1)
  }
}

/// The IP families of a list.
struct AddressFamilies: OptionSet, Hashable {
  let rawValue: UInt8
  static let ipv4 = AddressFamilies(rawValue: 1)
  static let ipv6 = AddressFamilies(rawValue: 2)
  static let both: AddressFamilies = [.ipv4, .ipv6]
}

/// What is shown of each socket beyond the base columns.
struct Details: OptionSet, Hashable {
  let rawValue: UInt8
  static let processes = Details(rawValue: 1)
  static let timers = Details(rawValue: 2)
  static let extended = Details(rawValue: 4)
  static let memory = Details(rawValue: 8)
  static let info = Details(rawValue: 16)
  static let tos = Details(rawValue: 32)
}

/// How the answer is laid out; nil lets the command choose (cards for a narrow list, else the table).
enum OutputForm: String, Hashable {
  case cards, table, plain, json, ndjson
}

/// How deep `drops` looks.
struct DropsOptions: OptionSet, Hashable {
  let rawValue: UInt8
  /// A line a packet.
  static let events = DropsOptions(rawValue: 1)
  /// With the functions that led to the drop.
  static let stacks = DropsOptions(rawValue: 2)
}

/// What `trace` is asked for.
struct TraceOptions: Hashable {
  /// A paragraph a connection at the end, no lines as they come.
  var isSummary = false
  /// The process, by name or pid.
  var process: String?
}

/// What makes the exit status 1.
enum FailOn: Hashable {
  /// A finding, or a judgement of the audit, at least as bad.
  case severity(Severity)
  /// A socket that only one of netlink and /proc/net shows.
  case suspicious
}

/// When to colour.
enum ColorChoice: String, Hashable {
  case auto, always, never
}

/// What to do.
enum Command: Hashable {
  /// This machine on one screen.
  case glance
  /// List or explain sockets.
  case list
  /// netlink beside /proc/net.
  case compareNetstat
  /// The settings behind what the sockets show: all, or those named.
  case sysctlAudit([String])
  /// The counters whose name, phrase or meaning contains the pattern; all when it is empty.
  case counters(String)
  /// Dropped packets of a window.
  case drops(DropsOptions)
  /// TCP connections as they happen.
  case trace(TraceOptions)
  /// The sockets by protocol, as `ss -s` counts them.
  case summary
  /// The knowledge base, in place.
  case explain([String])
  case listColumns
  case completions(String)
  case version
  case help(isBrief: Bool)
}

extension Command {
  var isTrace: Bool { if case .trace = self { true } else { false } }
  var isAudit: Bool { if case .sysctlAudit = self { true } else { false } }
  /// Shows how many sockets there are, so none is opened for it.
  var countsSockets: Bool { self == .summary || isNumbers }
  /// Numbers without findings, which nothing can fail on.
  var isNumbers: Bool { if case .counters = self { true } else { false } }
  var isDrops: Bool { if case .drops = self { true } else { false } }
}

/// A command line, understood: a pure value, made by `parseArguments`.
struct Invocation: Hashable {
  var command = Command.glance
  /// The tables that were asked for, or the usual ones.
  var tables = SocketTables.usual
  /// Whether the tables were chosen by an option; a filter may add unix sockets if not (see `tables(for:)`).
  var tablesWereChosen = false
  var families = AddressFamilies.both
  /// What -a, -l or -B ask for; nil without them.
  var states: TCPStateSet?
  var isListening: Bool { states == FilterStates.listening }
  var details: Details = []
  var resolve = false
  var services = false
  var form: OutputForm?
  var showsHeader = true
  var showsQueues = true
  var oneline = false
  var color = ColorChoice.auto
  /// Between the two readings; nil is the command's own default.
  var intervalMilliseconds: Int?
  var capture: String?
  var replay: String?
  var failOn: FailOn?
  /// -s stands beside options or a filter that ask for a list: it follows the summary.
  var listsAfterSummary = false
  /// sysctl-audit prints the commands that would change a setting.
  var printsFix = false
  /// The words of the filter, for `Filter.parse`.
  var filterWords: [String] = []
}

extension Invocation {
  /// The surroundings in which the filter's words are read.
  func filterContext(
    ephemeralPorts: ClosedRange<UInt16>, interfaceIndex: @escaping (String) -> UInt32?,
    serviceNumber: @escaping (String, String) -> UInt16?
  ) -> FilterContext {
    let family: FilterFamily? =
      tablesWereChosen && tables.isDisjoint(with: .inet) ? .unix : families == .ipv4 ? .inet : families == .ipv6 ? .inet6 : nil
    let names = [(SocketTables.tcp, "tcp"), (.mptcp, "tcp"), (.udp, "udp"), (.udplite, "udplite")].filter { tables.contains($0.0) }.map(\.1)
    return FilterContext(
      bareNumberIsLocal: isListening, family: family, protocols: names.isEmpty ? ["tcp", "udp"] : names, ephemeralPorts: ephemeralPorts,
      interfaceIndex: interfaceIndex, serviceNumber: serviceNumber)
  }

  /// The tables to ask once the filter is known: a path adds unix sockets, and if it stands alone it means them only.
  func tables(for filter: Filter) -> SocketTables {
    guard !tablesWereChosen, filter.namesUnix else { return tables }
    return filter.namesInet ? tables.union(.unix) : .unix
  }

  /// The states to ask a table for: the filter's words, then -a, -l, -B, then what ss shows without them.
  func states(for filter: Filter, of table: SocketTables) -> TCPStateSet {
    if let asked = filter.states ?? states { return asked }
    return table == .unixDatagram ? FilterStates.usual.union(.init(.close)) : FilterStates.usual
  }
}
