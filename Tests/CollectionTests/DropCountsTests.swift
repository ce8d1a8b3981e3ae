import Collection
import ProbeStream
import Testing

@Suite("the window of drops")
struct DropCountsTests {
  private func row(_ id: UInt32, _ count: UInt64) -> DropRecord { DropRecord(id: id, source: .kfree, reason: 3, count: count) }

  private func totals(_ drops: UInt64, lost: UInt64 = 0, at nanoseconds: UInt64) -> ProbeTotals {
    var totals = ProbeTotals()
    (totals.monotonicNanoseconds, totals.drops, totals.dropsLost, totals.events, totals.eventsLost) = (
      nanoseconds, drops, lost, drops, lost
    )
    return totals
  }

  @Test("begins with the first reading: what the side-car counted while it made itself ready is not in it")
  func earlier() {
    let earlier = DropCounts([row(0, 900), row(1, 5)], totals(907, lost: 2, at: 7))
    #expect(earlier.nanoseconds == 7)
    #expect([row(0, 1338), row(1, 5), row(2, 3)].compactMap(earlier.since) == [row(0, 438), row(2, 3)])
    let since = earlier.since(totals(1348, lost: 2, at: 9))
    #expect(since.drops == 441 && since.dropsLost == 0 && since.events == 441 && since.eventsLost == 2)
  }

  @Test("what was dropped between the first rows and their totals belongs to the window, in both")
  func between() {
    let earlier = DropCounts([row(0, 10)], totals(11, at: 7)), last = totals(30, at: 9)
    #expect(earlier.since(row(0, 30))?.count == 20 && earlier.since(last).drops == 20)
  }

  @Test("without earlier numbers it begins with the programs")
  func nothing() {
    #expect(DropCounts().since(row(0, 4)) == row(0, 4) && DropCounts().since(totals(4, at: 9)) == totals(4, at: 9))
  }
}
