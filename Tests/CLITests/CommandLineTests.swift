import Catalog
import Findings
import Foundation
import SockDiag
import Testing

@testable import sockexplain

/// getopt_long keeps its place in globals, so everything that parses runs one after the other.
@Suite(.serialized) struct CommandLineTests {
  func parse(_ line: String) throws -> Invocation { try parseArguments(line.split(separator: " ").map(String.init)) }

  func error(_ arguments: [String]) -> String {
    let error = #expect(throws: UsageError.self) { try parseArguments(arguments) }
    return error?.description ?? "no error"
  }

  @Test func nothingIsTheGlance() throws {
    #expect(try parse("") == Invocation())
    #expect(try parse("--json").command == .glance)
    #expect(try parse("--for 10s --color never --replay x -n").command == .glance)
  }

  @Test(arguments: [
    "-t", "-l", "-a", "8080", "-p", "-H", "-q", "-O", "--ndjson", "--cards", "--table", "-4", "-A tcp", "state all", "-Q", "-B", "--tos",
  ])
  func theseAskForAList(_ line: String) throws {
    #expect(try parse(line).command == .list)
  }

  @Test(arguments: [
    "-tlnp", "-t -l -n -p", "--tcp --listening --numeric --processes", "--tc --liste --nume --proc", "-tl --processes", "-ntpl",
  ])
  func bundlesAndAbbreviationsMeanTheSame(_ line: String) throws {
    var expected = Invocation()
    expected.command = .list
    (expected.tables, expected.tablesWereChosen) = (.tcp, true)
    expected.states = FilterStates.listening
    expected.details = .processes
    #expect(try parse(line) == expected)
  }

  @Test(arguments: [
    ("-l 8080", ["8080"]), ("8080 -l", ["8080"]), ("sport = :22 -t dport = :80 -n", ["sport", "=", ":22", "dport", "=", ":80"]),
    ("-t -- -l", ["-l"]), ("-f inet src 10.0.0.1", ["src", "10.0.0.1"]), ("! -t ( sport = :22 )", ["!", "(", "sport", "=", ":22", ")"]),
  ]) func otherWordsAreTheFilter(_ line: String, _ words: [String]) throws {
    #expect(try parse(line).filterWords == words)
  }

  @Test(
    arguments: [
      ("8080", SocketTables.usual, AddressFamilies.both), ("-t", .tcp, .both), ("-tu", [.tcp, .udp], .both), ("-w", .raw, .both),
      ("-M", .mptcp, .both),
      ("--udplite", .udplite, .both), ("-x", .unix, .both), ("-tx", SocketTables.tcp.union(.unix), .both), ("-4", .usual, .ipv4),
      ("-6", .usual, .ipv6),
      ("-46", .usual, .both), ("-t4", .tcp, .ipv4), ("-4 -x", SocketTables.usual.union(.unix), .ipv4), ("-f inet", .usual, .ipv4),
      ("-f inet6 -u", .udp, .ipv6), ("-f unix", .unix, .both), ("--family=inet6", .usual, .ipv6), ("-A tcp,udp", [.tcp, .udp], .both),
      ("-A all", SocketTables.inet.union(.unix), .both), ("-A all,!tcp", SocketTables.inet.union(.unix).subtracting(.tcp), .both),
      ("-A inet -4", .inet, .ipv4), ("-A u_str,unix_dgram", [.unixStream, .unixDatagram], .both), ("--socket u_seq", .unixSeqpacket, .both),
      ("-u -A tcp", .tcp, .both), ("-A tcp -A udp", [.tcp, .udp], .both), ("-A tcp -u", [.tcp, .udp], .both),
      ("-A all,!netlink", SocketTables.inet.union(.unix), .both),
    ] as [(String, SocketTables, AddressFamilies)]) func tables(_ line: String, _ tables: SocketTables, _ families: AddressFamilies) throws
  {
    let invocation = try parse(line)
    #expect(invocation.tables == tables)
    #expect(invocation.families == families)
  }

  @Test(
    arguments: [
      ("8080", nil), ("-a", FilterStates.everything), ("-l", FilterStates.listening), ("-B", TCPStateSet(.boundInactive)),
      ("-al", FilterStates.listening), ("-la", FilterStates.everything),
    ] as [(String, TCPStateSet?)]) func states(_ line: String, _ states: TCPStateSet?) throws
  {
    let invocation = try parse(line)
    #expect(invocation.states == states)
    #expect(invocation.states(for: Filter(), of: .tcp) == states ?? .connected)
    #expect(invocation.states(for: Filter(states: .bucket), of: .tcp) == .bucket)
  }

  @Test func unixDatagramSocketsAreUnconnectedByNature() throws {
    #expect(try parse("-x").states(for: Filter(), of: .unixDatagram).has(TCPState.close.rawValue))
    #expect(try !parse("-x").states(for: Filter(), of: .unixStream).has(TCPState.close.rawValue))
  }

  @Test func details() throws {
    #expect(try parse("-p").details == .processes)
    #expect(try parse("-o").details == .timers)
    #expect(try parse("-e").details == [.extended, .timers])
    #expect(try parse("-mi --tos").details == [.memory, .info, .tos])
  }

  @Test func output() throws {
    #expect(try parse("-q").form == .plain)
    #expect(try parse("-H").form == .plain)
    #expect(try !parse("-H").showsHeader)
    #expect(try parse("-H --json").form == .json)
    #expect(try parse("--cards --table").form == .table)
    #expect(try parse("--ndjson").form == .ndjson)
    #expect(try !parse("-Q").showsQueues)
    #expect(try parse("-O").oneline)
    #expect(try parse("-r").resolve && parse("-r").services && !parse("--services").resolve && parse("--services").services)
    #expect(try parse("--color=always").color == .always)
    #expect(try parse("--colour never").color == .never)
    #expect(try parse("--fail-on warning").failOn == .severity(.warning))
    #expect(try parse("--fail-on warn").failOn == .severity(.warning))
    #expect(try parse("drops --fail-on note").failOn == .severity(.note))
  }

  @Test(arguments: [("250ms", 250), ("10s", 10_000), ("1m", 60_000), ("24h", 86_400_000), ("0s", 0)]) func interval(
    _ text: String, _ expected: Int
  ) throws {
    #expect(try parse("--for \(text)").intervalMilliseconds == expected)
  }

  @Test(arguments: ["10", "ms", "-1s", "1.5s", "25h", "9223372036854775807h", "10 s", "10S", "", "٣s"]) func badInterval(_ text: String) {
    #expect(error(["--for", text]).hasPrefix("--for \(text.isEmpty ? "''" : text): a time is"))
  }

  @Test func files() throws {
    #expect(try parse("--capture a").capture == "a")
    #expect(try parse("--replay a").replay == "a")
    #expect(try parse("-D -").replay == "-")
    #expect(error(["--capture", "a", "--replay", "b"]).hasPrefix("--capture: "))
    #expect(error(["-D", "a", "--replay", "b"]).hasPrefix("--replay b: only one"))
    #expect(error(["--capture="]).hasPrefix("--capture '': a file name"))
  }

  @Test func commands() throws {
    #expect(try parse("explain rto").command == .explain(["rto"]))
    #expect(try parseArguments(["explain", "Cannot assign requested address"]).command == .explain(["Cannot assign requested address"]))
    #expect(try parse("explain CLOSE-WAIT Send-Q").command == .explain(["CLOSE-WAIT", "Send-Q"]))
    #expect(error(["explain"]).hasPrefix("explain: a term must follow"))
    #expect(error(["explain", ""]).hasPrefix("explain: a term must follow"))
    for word in laterCommands { #expect(error([word, "x"]).hasPrefix("\(word): this command comes later")) }
    let readme = try String(contentsOf: URL(filePath: #filePath).appending(path: "../../../README.md").standardized, encoding: .utf8)
    let status = try #require(readme.range(of: "## Status\n\n(.*?)\\. ", options: .regularExpression).map { readme[$0] })
    for word in laterCommands { #expect(status.contains("`\(word)`"), "README's status does not name \(word)") }
    #expect(try parse("trace").command == .trace(TraceOptions()))
    #expect(try parse("trace -s --owner nginx dport = :443").command == .trace(TraceOptions(isSummary: true, process: "nginx")))
    #expect(try parse("trace -4 --ndjson --for 3s").form == .ndjson)
    #expect(error(["trace", "-u"]).hasPrefix("trace: follows TCP"))
    #expect(error(["trace", "-l"]).hasPrefix("-l: this command lists no sockets"))
    #expect(error(["trace", "-a"]).hasPrefix("-a: this command lists no sockets"))
    #expect(error(["trace", "--fail-on", "note"]).hasPrefix("--fail-on: trace judges nothing"))
    #expect(error(["--owner", "nginx"]).hasPrefix("--owner: belongs to trace"))
    // Only the first word is a command.
    #expect(try parse("sport drops").filterWords == ["sport", "drops"])
  }

  @Test func crossChecks() throws {
    #expect(try parse("--compare-netstat").command == .compareNetstat)
    let narrowed = try parse("--compare-netstat -ta sport :80 --fail-on suspicious --json")
    #expect(narrowed.command == .compareNetstat && narrowed.filterWords == ["sport", ":80"] && narrowed.failOn == .suspicious)
    #expect(narrowed.tables == .tcp && narrowed.form == .json)
    // As netstat and ss are typed; and a time where a capture or a list after -s makes use of it.
    for line in ["--compare-netstat -tunap", "--compare-netstat -anpoe", "--compare-netstat --capture x --for 1s"] {
      #expect(try parse(line).command == .compareNetstat, "\(line)")
    }
    #expect(try parse("-s -t --for 1s").listsAfterSummary)
    #expect(try parse("sysctl-audit").command == .sysctlAudit([]))
    #expect(try parse("sysctl-audit tcp_fin_timeout --fail-on warn").command == .sysctlAudit(["tcp_fin_timeout"]))
    #expect(try parse("sysctl-audit --fix").printsFix)
    #expect(try parse("counters").command == .counters(""))
    #expect(try parse("counters --for 5s listen queue").command == .counters("listen queue"))
    #expect(try parse("counters -a").states == FilterStates.everything)
    #expect(try parse("-s").command == .summary && !parse("-s").listsAfterSummary)
    #expect(try parse("-s -q").command == .summary && !parse("-s -q --color=never").listsAfterSummary)
    for line in ["-s -t", "-s -a", "-sp", "-s sport :22", "-s --json -4"] {
      #expect(try parse(line).command == .summary && parse(line).listsAfterSummary, "\(line)")
    }
  }

  @Test(arguments: [
    (["sysctl-audit", "-t"], "-t: this command lists no sockets"), (["counters", "--ndjson"], "--ndjson: this command lists no sockets"),
    (["counters", "-at"], "-t: this command lists no sockets"), (["sysctl-audit", "-a"], "-a: this command lists no sockets"),
    (["counters", "-s"], "-s: sums sockets up"), (["-s", "--ndjson"], "--ndjson: has a line"),
    (["counters", "--fail-on", "note"], "--fail-on: counters have no findings"),
    (["counters", "--compare-netstat"], "--compare-netstat: is a command of its own"),
    (["--compare-netstat", "--cards"], "--cards: a comparison is shown"), (["--fix"], "--fix: belongs to sysctl-audit"),
    (["--fail-on", "suspicious"], "--fail-on suspicious: only --compare-netstat"),
    (["--compare-netstat", "--fail-on", "note"], "--fail-on: with --compare-netstat"),
    (["--compare-netstat", "--for", "5s"], "--for: a comparison looks until"), (["-s", "--for", "5s"], "--for: -s reads its numbers once"),
    (["--compare-netstat", "-tq"], "-q: changes nothing in a comparison"),
    (["--compare-netstat", "-H"], "-H: changes nothing in a comparison"),
    (["--compare-netstat", "-ti"], "-i: changes nothing in a comparison"),
    (["-r", "--compare-netstat"], "-r: changes nothing in a comparison"),
  ]) func crossCheckMistakes(words: [String], message: String) {
    #expect(error(words).hasPrefix(message))
  }

  @Test func information() throws {
    #expect(try parse("-h").command == .help(isBrief: true))
    #expect(try parse("--help").command == .help(isBrief: false))
    #expect(try parse("-V").command == .version)
    #expect(try parse("--list-columns").command == .listColumns)
    #expect(try parse("--completions fish").command == .completions("fish"))
    // Help is given whatever else is asked.
    #expect(try parse("drops --help -tan").command == .help(isBrief: false))
  }

  @Test(arguments: [
    (["--procesess"], "--procesess: no such option; did you mean --processes?"), (["-%"], "-%: no such option; 'sockexplain --help'"),
    (["-tY"], "-Y: no such option"), (["--zzzzzz"], "--zzzzzz: no such option; 'sockexplain --help'"),
    (["--no"], "--no: could be --no-header, --no-queues"),
    (["--tcp=1"], "--tcp=: takes no value; write --tcp alone"), (["-f"], "--family: FAMILY must follow, as in --family inet"),
    (["--for"], "--for: TIME must follow, as in --for 10s"),
    (["--capture"], "--capture: FILE must follow"), (["-f", "ient"], "-f ient: no such value; did you mean inet?"),
    (["-f", "appletalk"], "-f appletalk: must be one of inet, inet6, unix"),
    (["-f", "link"], "-f link: these sockets come later"), (["-A", "tpc"], "-A tpc: no such value; did you mean tcp?"),
    (["-A", "vsock"], "-A vsock: these sockets come later"),
    (["-A", "tcp,"], "-A '': must be one of"), (["-A", "!tcp"], "-A !tcp: nothing is left to list"),
    (["-A", "unix", "-4"], "-4: none of the tables"),
    (["--color", "sometimes"], "--color sometimes: must be one of auto, always, never"),
    (["--fail-on", "warnings"], "--fail-on warnings: no such value; did you mean warning?"),
    (["--completions", "tcsh"], "--completions tcsh: "), (["-K"], "-K (--kill): comes later"),
    (["--events"], "-E (--events): goes with drops"),
    (["--stacks"], "--stacks: goes with drops"), (["drops", "-l"], "-l: "), (["drops", "-x"], "drops: "),
    (["drops", "--fail-on", "suspicious"], "--fail-on suspicious: only --compare-netstat"),
    (["-0"], "-0 (--packet): comes later"), (["-\u{7f}"], "-\u{7f}: no such option"), (["-é"], "-é: no such option"), (["--=x"], "--: "),
  ]) func usageErrors(_ arguments: [String], _ expected: String) {
    let text = error(arguments)
    #expect(text.hasPrefix(expected), "\(text)")
    #expect(!text.contains("\n"))
  }

  /// A scan that ended inside a bundle must not leave its place behind.
  @Test func scansAreIndependent() throws {
    _ = error(["-tYlll"])
    #expect(try parse("-u").tables == .udp)
    #expect(try parse("8080 9090").filterWords == ["8080", "9090"])
  }

  @Test func filterContext() throws {
    func context(_ line: String) throws -> FilterContext {
      try parse(line).filterContext(ephemeralPorts: 1...2, interfaceIndex: { _ in nil }, serviceNumber: { _, _ in nil })
    }
    #expect(try context("-l").bareNumberIsLocal)
    #expect(try !context("-a").bareNumberIsLocal)
    #expect(try context("-4").family == .inet)
    #expect(try context("-6 -t").family == .inet6)
    #expect(try context("-x").family == .unix)
    #expect(try context("-xt").family == nil)
    #expect(try context("-u").protocols == ["udp"])
    #expect(try context("-w").protocols == ["tcp", "udp"])
  }

  @Test func aPathAddsUnixSockets() throws {
    func tables(_ line: String) throws -> SocketTables {
      let invocation = try parse(line)
      let context = invocation.filterContext(ephemeralPorts: 1...2, interfaceIndex: { _ in nil }, serviceNumber: { _, _ in nil })
      return invocation.tables(for: try Filter.parse(invocation.filterWords, context: context))
    }
    #expect(try tables("src /run/*") == .unix)
    #expect(try tables("src /run/* or sport 22") == SocketTables.usual.union(.unix))
    #expect(try tables("sport 22") == .usual)
    #expect(try tables("-t src /run/*") == .tcp)
  }

  @Test func servicesAndDevicesOfThisMachine() {
    #expect(interfaceIndex("lo") == 1)
    #expect(interfaceIndex("no-such-device") == nil)
    #expect(servicePort("no-such-service", "tcp") == nil)
  }
}
