import Catalog

/// What is wrong with a command line: the offending word first, the fix last.
enum UsagePhrase: String, PhraseTable {
  static var room: String { "usage" }

  case unknownOption = "{word}: no such option; did you mean {near}?"
  case unknownOptionAlone = "{word}: no such option; 'sockexplain --help' lists them"
  case ambiguousOption = "{word}: could be {candidates}; write more of it"
  case argumentMissing = "{word}: {placeholder} must follow, as in {example}"
  case argumentSurplus = "{word}: takes no value; write --{long} alone"
  case badChoice = "{option} {word}: must be one of {choices}"
  case nearChoice = "{option} {word}: no such value; did you mean {near}?"
  case badTime = "--for {word}: a time is a number with its unit, up to a day, as in 250ms, 10s, 1m"
  case emptyFile = "{option} '': a file name must follow; - is the standard input or output"
  case captureAndReplay = "--capture: what is replayed was captured before; leave --capture or --replay away"
  case twoReplays = "{option} {word}: only one file can be replayed at a time"
  case noTables = "-A {word}: nothing is left to list; add a table, as in -A 'all,!unix'"
  case familyWithoutTables = "{option}: none of the tables that were chosen has this family; add -t or -u"
  case laterOption = "{word}: comes later; this version lists and explains sockets ('sockexplain --help')"
  case laterTable = "{option} {word}: these sockets come later; there are {choices}"
  case laterCommand = "{word}: this command comes later; this version lists and explains sockets ('sockexplain --help')"
  case twoCommands = "--compare-netstat: is a command of its own; give one command at a time"
  case listsNothing = "{option}: this command lists no sockets; leave the option out"
  case formUnknown = "{option}: a comparison is shown as a table or with --json"
  case idleInComparison = "{option}: changes nothing in a comparison; leave the option out"
  case intervalInComparison = "--for: a comparison looks until its differences are settled, at most about a second; leave the option out"
  case intervalInSummary = "--for: -s reads its numbers once; 'sockexplain counters --for TIME' shows how they move"
  case summaryElsewhere = "-s: sums sockets up, alone or before a list; leave it out here"
  case summaryHasNoLine = "--ndjson: has a line for each socket and none for -s; write --json"
  case failOnNumbers = "--fail-on: counters have no findings; 'sockexplain --fail-on' and sysctl-audit judge them"
  case noDropsThere = "drops: watches tcp, udp, udplite and raw sockets; leave -x, -M and the like out"
  case eventsWithoutDrops =
    "-E (--events): goes with drops, as in sockexplain drops --events; ss's own -E, destroyed sockets as they go, comes later"
  case stacksWithoutDrops = "--stacks: goes with drops, as in sockexplain drops --stacks"
  case tracesTCP = "trace: follows TCP and MPTCP (-t, -M); leave the other tables out"
  case failOnTrace = "--fail-on: trace judges nothing; read its events with --json"
  case ownerWithoutTrace = "--owner: belongs to trace, as in sockexplain trace --owner nginx; a list shows processes with -p"
  case fixWithoutAudit = "--fix: belongs to sysctl-audit, as in sockexplain sysctl-audit --fix"
  case unknownSetting = "{word}: no setting that is known here; 'sockexplain sysctl-audit' lists them"
  case unknownSettingNear = "{word}: no setting that is known here; near it: {near}"
  case suspiciousWithoutComparison = "--fail-on suspicious: only --compare-netstat finds such sockets; write note, warning or critical"
  case severityWithComparison = "--fail-on: with --compare-netstat the word is suspicious"
  case termMissing = "explain: a term must follow, as in sockexplain explain rto"
}

/// Why a command line was not understood. The program prints it on one line and ends with status 2.
struct UsageError: Error, Equatable, CustomStringConvertible {
  let sentence: Sentence
  init(_ phrase: UsagePhrase, _ arguments: KeyValuePairs<String, any CustomStringConvertible> = [:]) { sentence = phrase.say(arguments) }
  var description: String { sentence.description }
}
