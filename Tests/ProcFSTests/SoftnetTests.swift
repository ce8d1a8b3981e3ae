import Testing

@testable import ProcFS

/// /proc/net/softnet_stat as kernels of fifteen years print it.
@Suite struct SoftnetTests {
  static let nine = "0000c4a1 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000007\n"
  static let eleven = """
    00b4dcaf 00000003 00000a1f 00000000 00000000 00000000 00000000 00000000 00000000 0000002a 00000009
    0000000f 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 00000000

    """
  /// 5.10 and 6.1, with processor 1 offline.
  static let thirteen = """
    0000beef 00000000 00000002 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000005 00000000
    ffffffff 00000004 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001 00000002

    """
  static let fifteen = """
    0090c112 00000000 00000005 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000007 00000000 00000004 00000003

    """

  @Test("each kernel's columns are read, and those it lacks are absent, not 0")
  func widths() throws {
    let oldest = try #require(parseSoftnet(Array(Self.nine.utf8)).rows.first)
    #expect(oldest["processed"] == 0xc4a1)
    #expect(oldest["time_squeeze"] == 1)
    #expect(oldest["received_rps"] == nil)

    let old = parseSoftnet(Array(Self.eleven.utf8))
    #expect(old.malformed == 0)
    #expect(old.rows.map { $0["dropped"] } == [3, 1])
    #expect(old.rows.map { $0["received_rps"] } == [42, 1])
    #expect(old.rows.map { $0["flow_limit_count"] } == [9, 0])
    #expect(old.rows.allSatisfy { $0["backlog_len"] == nil && $0["input_qlen"] == nil && !$0.isNumbered })
    #expect(old.rows.map(\.processor) == [0, 1])

    let middle = parseSoftnet(Array(Self.thirteen.utf8)).rows
    #expect(middle.map(\.processor) == [0, 2])
    #expect(middle.map { $0["backlog_len"] } == [5, 1])
    #expect(middle.allSatisfy { $0.isNumbered && $0["process_qlen"] == nil })

    let new = try #require(parseSoftnet(Array(Self.fifteen.utf8)).rows.first)
    #expect(SoftnetRow.names.map { new[$0] } == [0x90c112, 0, 5, 0, 0, 7, 4, 3])
  }

  @Test("a line with too few numbers, too large ones or other words gives no row")
  func broken() {
    for line in ["\n", "00000001 00000002\n", "1 2 x\n", "1 2 100000000\n", "1 2 3 -1\n", "0x1 2 3\n"] {
      let (rows, malformed) = parseSoftnet(Array(line.utf8))
      #expect(rows.isEmpty && malformed == 1, "\(line)")
    }
    let around = parseSoftnet(Array((Self.nine + "garbage here\n" + Self.nine).utf8))
    #expect(around.rows.count == 2 && around.malformed == 1)
    #expect(parseSoftnet([]).rows.isEmpty)
  }

  @Test("a text cut off anywhere gives no wrong number")
  func truncation() {
    let bytes = Array(Self.thirteen.utf8)
    let whole = parseSoftnet(bytes).rows
    for length in bytes.indices {
      let part = parseSoftnet(Array(bytes.prefix(length))).rows
      #expect(part == Array(whole.prefix(part.count)))
    }
  }

  @Test("the sums stand in the group softnet, wider than one processor's 32 bits")
  func sums() {
    var counters = CounterSet()
    counters.add(softnet: parseSoftnet(Array(Self.thirteen.utf8)).rows)
    #expect(counters["softnet.processed"] == 0xffff_ffff + 0xbeef)
    #expect(counters["softnet.dropped"] == 4)
    #expect(counters["softnet.time_squeeze"] == 3)
    #expect(counters["softnet.input_qlen"] == nil)
    #expect(counters.names.count == 6)
  }

  @Test("this kernel's lines are all understood, one for each processor that is online")
  func live() throws {
    let text = try LiveFiles().read("/proc/net/softnet_stat")
    let (rows, malformed) = parseSoftnet(text)
    #expect(malformed == 0)
    #expect(rows.count == text.count(where: { $0 == 10 }))
    #expect(Set(rows.map(\.processor)).count == rows.count)
    #expect(try readSoftnet(from: LiveFiles()).contains { $0["processed"] ?? 0 > 0 })
  }
}
