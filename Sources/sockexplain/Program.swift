import Catalog
import Findings
import Netlink
import Rendering
import SockDiag

/// Understands the command line, runs the command, and turns every error into one line and a status.
func runProgram() -> Int32 {
  do {
    let invocation = try parseArguments(commandLine())
    return try run(invocation)
  } catch let error as UsageError {
    complain(error.description)
  } catch let error as FilterError {
    complain(error.description)
  } catch {
    complain("\(error)")
  }
  return 2
}

func run(_ invocation: Invocation) throws -> Int32 {
  if let status = answerInPlace(invocation) { return status }
  var session = try Session(invocation)
  switch invocation.command {
  case .glance: return try session.glance()
  case .compareNetstat: return try session.compareNetstat()
  case .sysctlAudit(let names): return try session.auditSysctls(names)
  case .counters(let pattern): return try session.counters(pattern)
  case .drops(let options): return try session.drops(options)
  case .trace(let options): return try session.trace(options)
  case .summary: return try session.summary()
  default: return try session.listAsAsked()
  }
}

extension Session {
  /// The sockets that were asked for, in the form that was asked for.
  mutating func listAsAsked() throws -> Int32 {
    switch invocation.form {
    case .ndjson: try listLines()
    case .json, .cards: try cards()
    case .table, .plain: try list()
    case nil: try isCardsByDefault ? cards() : list()
    }
  }
}

/// The commands that read no socket.
func answerInPlace(_ invocation: Invocation) -> Int32? {
  switch invocation.command {
  case .glance, .list, .compareNetstat, .sysctlAudit, .counters, .drops, .trace, .summary: return nil
  case .explain(let terms):
    let answer = ExplainCommand.run(terms: terms, width: outputWidth() ?? 100, color: usesColor(invocation.color))
    if !answer.errors.isEmpty { warn(answer.errors) }
    return say(answer.text) ? answer.status : 2
  case .listColumns: return say(Help.columns) ? 0 : 2
  case .completions(let shell): return say(Completions.script(for: shell)) ? 0 : 2
  case .version: return say(Version.line) ? 0 : 2
  case .help(let isBrief): return say(isBrief ? Help.brief : Help.full) ? 0 : 2
  }
}
