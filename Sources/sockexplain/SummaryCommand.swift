import Catalog
import Collection
import Findings
import Netlink
import Rendering
import Snapshot

extension Session {
  /// `-s`: the numbers of `ss -s` and what they are; then the list, where something asks for one.
  mutating func summary() throws -> Int32 {
    let (moment, reading) = countersNow()
    let summary = SocketSummary(reading)
    if invocation.listsAfterSummary { collector.sources.openDiag() }
    if invocation.form == .json {
      // One document: the summary is a member of the list's.
      if invocation.listsAfterSummary { return try cards(summary: summary) }
      var json = JSONWriter()
      JSONDocument.write(summary, moment: moment, kernel: kernel, gaps: collector.gaps, to: &json)
      try checkOutput(json.failure)
    } else {
      let style = PageStyle(width: outputWidth() ?? 100, color: usesColor(invocation.color))
      let text = SummaryPage.text(summary, isPlain: invocation.form == .plain, style: style)
      if !say(invocation.listsAfterSummary ? text + "\n" : text) { return 2 }
      if invocation.listsAfterSummary { return try listAsAsked() }
    }
    tellCollectedGaps()
    return 0
  }
}
