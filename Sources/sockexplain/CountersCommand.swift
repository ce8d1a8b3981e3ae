import Catalog
import Collection
import Findings
import Netlink
import ProcFS
import Rendering
import Snapshot
import SockDiag

/// What the command says while it waits.
enum WaitPhrase: String, PhraseTable {
  static var room: String { "wait" }
  case progress = "{gone} of {whole} s; Ctrl-C ends it now and shows what there is"
}

extension Session {
  /// `counters [--for TIME] [PATTERN]`: every counter of /proc/net that answers, its total or what it did in between.
  mutating func counters(_ pattern: String) throws -> Int32 {
    var before: CounterReading?
    if let time = invocation.intervalMilliseconds {
      before = countersNow().reading
      collector.sources.host.wait(milliseconds: time)
      if invocation.replay == nil { endWatch() }
    }
    let (moment, now) = countersNow()
    let table = CounterTable(now: now, before: before)
    let showsAll = invocation.states == FilterStates.everything
    let selection = CounterSelection(table, pattern: pattern, showsAll: showsAll || invocation.form == .json)
    // Nothing could be read at all: the gap says why, and no name is wrong.
    if selection.isEmpty, !pattern.allSatisfy(\.isWhitespace), table.rows.contains(where: { $0.absence == nil }) {
      complain(CountersPage.nothing(pattern, near: CounterSearch.near(pattern, in: table.rows)))
      return 2
    }
    if invocation.form == .json {
      var json = JSONWriter()
      JSONDocument.write(selection, of: table, moment: moment, kernel: kernel, gaps: collector.gaps, to: &json)
      try checkOutput(json.failure)
    } else {
      let style = PageStyle(width: outputWidth() ?? 100, color: usesColor(invocation.color))
      let text = CountersPage.text(
        selection, of: table, pattern: pattern, isPlain: invocation.form == .plain, showsHeader: invocation.showsHeader, style: style)
      if !say(text) { return 2 }
    }
    tellCollectedGaps()
    return 0
  }

  /// A capture notes two moments a reading, before and after its lists of sockets; the counters come after the second.
  mutating func countersNow() -> (moment: Moment, reading: CounterReading) {
    let moment = collector.sources.host.moment()
    return (moment, collector.everyCounter())
  }

  var kernel: KernelVersion { KernelVersion(collector.sources.host.kernelRelease) }

  /// The gaps of what was read, without those that only a list of sockets has.
  func tellCollectedGaps() {
    for gap in collector.gaps { complain("\(gap.what); \(gap.remedy)") }
  }
}

/// Makes Ctrl-C end the wait between two readings, and shows on a terminal how far it is.
func watchWait(of host: any Host) {
  guard let host = host as? LiveHost else { return }
  noteInterrupts()
  let isShown = isErrorTerminal()
  var last = -1
  host.watch = { gone, whole in
    if wasInterrupted() { return false }
    // Whole seconds, and nothing for a wait that is over before it is read.
    if isShown, whole >= 2000, gone / 1000 != last {
      last = gone / 1000
      warn("\r\u{1b}[K" + WaitPhrase.progress.say(["gone": last, "whole": (whole + 999) / 1000]).description)
    }
    return true
  }
}

/// The wait is over: its line goes, and Ctrl-C kills again.
func endWatch() {
  forgetInterrupts()
  if isErrorTerminal() { warn("\r\u{1b}[K") }
}
