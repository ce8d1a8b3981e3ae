import Catalog
import Findings
import SockDiag

/// The commands of the design that this version does not have.
let laterCommands = ["lab", "metrics"]

/// Understands a command line (without the program's name).
///
/// Options may stand anywhere, bundled and abbreviated as getopt_long allows; the other words are a command or a filter.
///
/// - Throws: `UsageError`, which names the offending word and the fix.
func parseArguments(_ arguments: [String]) throws(UsageError) -> Invocation {
  let flags = FlagTable.all
  let (steps, words) = scanOptions(arguments, flags)
  var parser = OptionParser()
  for step in steps {
    switch step {
    case .option(let row, let value): try parser.apply(flags[row], value ?? "")
    case .unknown(let word): throw parser.unknown(word)
    case .missing(let row): throw parser.missing(flags[row])
    case .surplus(let row):
      let long = flags[row].long ?? ""
      throw UsageError(.argumentSurplus, ["word": "--\(long)=", "long": long])
    }
  }
  return try parser.finish(words)
}

/// Gathers options one by one, then settles the defaults as ss does.
private struct OptionParser {
  var result = Invocation()
  var chosen: SocketTables = []
  var families: AddressFamilies = []
  var sawQuery = false
  var queryText = ""
  /// The option that chose the family, for the message.
  var familyOption = ""
  /// Something asks for a list, not for the glance.
  var wantsList = false
  var wantsSummary = false
  var wantsComparison = false
  /// The first option that chooses or lays out a list of sockets, for the commands that list none.
  var listOption: String?
  var sawAll = false
  /// The first option that lays out or narrows a list in a way that `drops` does not.
  var layoutOption: String?
  /// The first option that would change nothing in a comparison.
  var idleOption: String?
  var dropsOptions: DropsOptions = []
  /// `--owner`.
  var process: String?

  /// Its rows are those of the tools, and it looks until the differences are settled.
  static let idleInComparison: Set<Option> = [.plain, .noHeader, .noQueues, .oneline, .memory, .info, .tos, .resolve, .services]

  mutating func apply(_ flag: Flag, _ value: String) throws(UsageError) {
    let name = flag.short.map { "-\($0)" } ?? "--\(flag.long ?? "")"
    switch flag.group {
    case .tables, .states, .details:
      wantsList = true
      // With counters and drops it means all of them.
      if flag.option == .all { sawAll = true } else { noteList(name, isForDrops: flag.group == .tables) }
    case .later: throw UsageError(.laterOption, ["word": flag.both])
    default: break
    }
    if idleOption == nil, Self.idleInComparison.contains(flag.option) { idleOption = name }
    if case .file = flag.argument, value.isEmpty { throw UsageError(.emptyFile, ["option": name]) }
    switch flag.option {
    case .tcp: chosen.insert(.tcp)
    case .udp: chosen.insert(.udp)
    case .raw: chosen.insert(.raw)
    case .mptcp: chosen.insert(.mptcp)
    case .udplite: chosen.insert(.udplite)
    case .unix: chosen.formUnion(.unix)
    case .ipv4: addFamily(.ipv4, name)
    case .ipv6: addFamily(.ipv6, name)
    case .family: try family(value, name)
    case .query: try query(value, name)
    case .all: result.states = FilterStates.everything
    case .listening: result.states = FilterStates.listening
    case .bound: result.states = TCPStateSet(.boundInactive)
    case .processes: result.details.insert(.processes)
    case .timers: result.details.insert(.timers)
    case .extended: result.details.formUnion([.extended, .timers])
    case .memory: result.details.insert(.memory)
    case .info: result.details.insert(.info)
    case .tos: result.details.insert(.tos)
    default: try applyRest(flag, value, name)
    }
  }

  private mutating func applyRest(_ flag: Flag, _ value: String, _ name: String) throws(UsageError) {
    switch flag.option {
    case .resolve: (result.resolve, result.services) = (true, true)
    case .services: result.services = true
    case .cards: form(.cards, name)
    case .table: form(.table, name)
    case .plain: form(.plain)
    case .ndjson: form(.ndjson, name)
    // A JSON document of nothing in particular is that of the glance.
    case .json: result.form = .json
    case .noHeader:
      result.showsHeader = false
      if result.form == nil { result.form = .plain }
      wantsList = true
    case .noQueues:
      (result.showsQueues, wantsList) = (false, true)
      noteList(name)
    case .oneline:
      (result.oneline, wantsList) = (true, true)
      noteList(name)
    case .color: result.color = ColorChoice(rawValue: try choice(value, flag, name)) ?? .auto
    case .interval: result.intervalMilliseconds = try milliseconds(value)
    case .capture: result.capture = value
    case .replay, .diag:
      if result.replay != nil { throw UsageError(.twoReplays, ["option": name, "word": value]) }
      result.replay = value
    case .failOn:
      let word = try choice(value, flag, name)
      result.failOn = word == "suspicious" ? .suspicious : Severity(named: word).map(FailOn.severity)
    case .compareNetstat: wantsComparison = true
    case .fix: result.printsFix = true
    case .events: dropsOptions.insert(.events)
    case .stacks: dropsOptions.insert(.stacks)
    case .owner: process = value
    case .summary: wantsSummary = true
    case .listColumns: information(.listColumns)
    case .completions: information(.completions(try choice(value, flag, name)))
    case .version: information(.version)
    case .briefHelp: information(.help(isBrief: true))
    case .help: information(.help(isBrief: false))
    default: break
    }
  }

  private mutating func form(_ form: OutputForm, _ name: String? = nil) {
    result.form = form
    wantsList = true
    if let name { noteList(name) }
  }

  private mutating func noteList(_ name: String, isForDrops: Bool = false) {
    if listOption == nil { listOption = name }
    if layoutOption == nil, !isForDrops { layoutOption = name }
  }

  /// The first request for information wins over everything else on the line.
  private mutating func information(_ command: Command) {
    if result.command == .glance { result.command = command }
  }

  private mutating func addFamily(_ family: AddressFamilies, _ name: String) {
    families.insert(family)
    familyOption = name
  }

  private mutating func family(_ value: String, _ name: String) throws(UsageError) {
    if FlagTable.laterTables.contains(value) {
      throw UsageError(.laterTable, ["option": name, "word": value, "choices": FlagTable.families.joined(separator: ", ")])
    }
    switch try choice(value, FlagTable.families, name) {
    case "inet": addFamily(.ipv4, "-f inet")
    case "inet6": addFamily(.ipv6, "-f inet6")
    default: chosen.formUnion(.unix)
    }
  }

  private mutating func query(_ value: String, _ name: String) throws(UsageError) {
    // As in ss, the first -A forgets -t, -u and the like before it.
    if !sawQuery { chosen = [] }
    sawQuery = true
    queryText = value
    for item in value.split(separator: ",", omittingEmptySubsequences: false) {
      let isExcluded = item.hasPrefix("!")
      let word = String(isExcluded ? item.dropFirst() : item)
      if FlagTable.laterTables.contains(word) {
        // What is not listed is easily left out.
        if isExcluded { continue }
        throw UsageError(.laterTable, ["option": name, "word": word, "choices": FlagTable.tables.prefix(11).joined(separator: ", ")])
      }
      let tables = Self.tables(try choice(word, FlagTable.tables, name))
      if isExcluded { chosen.subtract(tables) } else { chosen.formUnion(tables) }
    }
  }

  private static func tables(_ word: String) -> SocketTables {
    switch word {
    case "all": SocketTables.inet.union(.unix)
    case "inet": .inet
    case "tcp": .tcp
    case "udp": .udp
    case "udplite": .udplite
    case "raw": .raw
    case "mptcp": .mptcp
    case "unix_stream", "u_str": .unixStream
    case "unix_dgram", "u_dgr": .unixDatagram
    case "unix_seqpacket", "u_seq": .unixSeqpacket
    default: .unix
    }
  }

  private func choice(_ value: String, _ flag: Flag, _ name: String) throws(UsageError) -> String {
    try choice(value, flag.argument.words, name)
  }

  private func choice(_ value: String, _ words: [String], _ name: String) throws(UsageError) -> String {
    if words.contains(value) { return value }
    guard let near = Nearest.word(to: value, in: words) else {
      throw UsageError(.badChoice, ["option": name, "word": value.isEmpty ? "''" : value, "choices": words.joined(separator: ", ")])
    }
    throw UsageError(.nearChoice, ["option": name, "word": value, "near": near])
  }

  /// `250ms`, `10s`, `1m`, `1h`, at most a day.
  private func milliseconds(_ value: String) throws(UsageError) -> Int {
    let digits = value.prefix { $0.isASCII && $0.isNumber }
    let factors = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
    guard let number = Int(digits), let factor = factors[String(value.dropFirst(digits.count))], number <= 86_400_000 / factor else {
      throw UsageError(.badTime, ["word": value.isEmpty ? "''" : value])
    }
    return number * factor
  }

  func missing(_ flag: Flag) -> UsageError {
    let name = flag.long.map { "--\($0)" } ?? ""
    let placeholder = flag.argument.placeholder ?? ""
    let sample = flag.option == .interval ? "10s" : flag.argument.words.first ?? placeholder
    return UsageError(.argumentMissing, ["word": name, "placeholder": placeholder, "example": "\(name) \(sample)"])
  }

  /// A word that getopt refused: an abbreviation of several options, or of none.
  func unknown(_ word: String) -> UsageError {
    guard word.hasPrefix("--") else { return UsageError(.unknownOptionAlone, ["word": word]) }
    let typed = String(word.dropFirst(2).prefix { $0 != "=" })
    let names = FlagTable.offered.flatMap { [$0.long, $0.alias].compactMap { $0 } }
    let candidates = names.filter { $0.hasPrefix(typed) }
    if candidates.count > 1 {
      return UsageError(.ambiguousOption, ["word": "--\(typed)", "candidates": candidates.map { "--\($0)" }.joined(separator: ", ")])
    }
    guard let near = candidates.first ?? Nearest.word(to: typed, in: names) else {
      return UsageError(.unknownOptionAlone, ["word": "--\(typed)"])
    }
    return UsageError(.unknownOption, ["word": "--\(typed)", "near": "--\(near)"])
  }

  mutating func finish(_ words: [String]) throws(UsageError) -> Invocation {
    guard result.command == .glance else { return result }
    if result.capture != nil, result.replay != nil { throw UsageError(.captureAndReplay) }
    try settleTables()
    try chooseCommand(words)
    try checkCommand()
    return result
  }

  private mutating func chooseCommand(_ words: [String]) throws(UsageError) {
    let first = words.first ?? ""
    let rest = Array(words.dropFirst())
    if laterCommands.contains(first) { throw UsageError(.laterCommand, ["word": first]) }
    switch first {
    case "explain":
      if rest.allSatisfy(\.isEmpty) { throw UsageError(.termMissing) }
      result.command = .explain(rest)
    case "sysctl-audit": result.command = .sysctlAudit(rest)
    case "counters": result.command = .counters(rest.joined(separator: " "))
    case "drops":
      result.command = .drops(dropsOptions)
      result.filterWords = rest
    case "trace":
      result.command = .trace(TraceOptions(isSummary: wantsSummary, process: process))
      result.filterWords = rest
    case "compare-netstat":
      result.command = .compareNetstat
      result.filterWords = rest
    default:
      result.filterWords = words
      if wantsComparison {
        result.command = .compareNetstat
      } else if wantsSummary {
        result.command = .summary
        result.listsAfterSummary = !words.isEmpty || listOption != nil || sawAll
      } else if !words.isEmpty || wantsList {
        result.command = .list
      }
    }
  }

  /// An option that the command would ignore is an error: what was asked for is not lost in silence.
  private func checkCommand() throws(UsageError) {
    switch result.command {
    case .sysctlAudit, .counters:
      if wantsComparison { throw UsageError(.twoCommands) }
      let isAllowed = result.command.isAudit ? nil : "-a"
      if let option = listOption ?? (sawAll ? "-a" : nil), option != isAllowed {
        throw UsageError(.listsNothing, ["option": option])
      }
      if wantsSummary { throw UsageError(.summaryElsewhere) }
    case .drops:
      if wantsComparison { throw UsageError(.twoCommands) }
      if wantsSummary { throw UsageError(.summaryElsewhere) }
      if let layoutOption { throw UsageError(.listsNothing, ["option": layoutOption]) }
      if !result.tables.isDisjoint(with: [.mptcp, .unixStream, .unixDatagram, .unixSeqpacket]) { throw UsageError(.noDropsThere) }
    case .compareNetstat:
      if result.form == .cards || result.form == .ndjson {
        throw UsageError(.formUnknown, ["option": "--\(result.form == .cards ? "cards" : "ndjson")"])
      }
      if wantsSummary { throw UsageError(.summaryElsewhere) }
      if let idleOption { throw UsageError(.idleInComparison, ["option": idleOption]) }
      if isIntervalIdle { throw UsageError(.intervalInComparison) }
    case .trace:
      if wantsComparison { throw UsageError(.twoCommands) }
      if let option = layoutOption ?? (sawAll ? "-a" : nil), option != "--ndjson" { throw UsageError(.listsNothing, ["option": option]) }
      if !result.tables.isSubset(of: [.tcp, .mptcp]), result.tablesWereChosen { throw UsageError(.tracesTCP) }
      if result.failOn != nil { throw UsageError(.failOnTrace) }
    case .summary:
      if result.form == .ndjson { throw UsageError(.summaryHasNoLine) }
      if isIntervalIdle, !result.listsAfterSummary { throw UsageError(.intervalInSummary) }
    default: break
    }
    if !dropsOptions.isEmpty, !result.command.isDrops {
      throw UsageError(dropsOptions.contains(.events) ? .eventsWithoutDrops : .stacksWithoutDrops)
    }
    if process != nil, !result.command.isTrace { throw UsageError(.ownerWithoutTrace) }
    if result.printsFix, !result.command.isAudit { throw UsageError(.fixWithoutAudit) }
    guard let failOn = result.failOn else { return }
    if result.command.isNumbers { throw UsageError(.failOnNumbers) }
    if failOn == .suspicious, result.command != .compareNetstat { throw UsageError(.suspiciousWithoutComparison) }
    if failOn != .suspicious, result.command == .compareNetstat { throw UsageError(.severityWithComparison) }
  }

  /// `--for` without a second reading to wait for: a capture makes one.
  private var isIntervalIdle: Bool { result.intervalMilliseconds != nil && result.capture == nil }

  /// ss's rule: a family without a table means the family's tables, a table without a family both families.
  private mutating func settleTables() throws(UsageError) {
    result.tablesWereChosen = sawQuery || !chosen.isEmpty
    if sawQuery, chosen.isEmpty { throw UsageError(.noTables, ["word": queryText]) }
    if !families.isEmpty, sawQuery, chosen.isDisjoint(with: .inet) { throw UsageError(.familyWithoutTables, ["option": familyOption]) }
    // -4 -x: unix sockets, and the usual ones of IPv4.
    if chosen.isEmpty || !families.isEmpty && chosen.isDisjoint(with: .inet) { chosen.formUnion(.usual) }
    result.tables = chosen
    result.families = families.isEmpty ? .both : families
  }
}
