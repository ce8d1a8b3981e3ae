import Catalog
import Findings
import ProcFS
@testable import Rendering
import SockDiag
import Snapshot
import TestSupport
import Testing

/// The page and the document of a comparison, against recorded ones.
@Suite struct ComparePageTests {
  static let proc = """
      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
       0: 00000000:1F90 00000000:0000 0A 00000000:00000006 00:00000000 00000000  1000        0 500 1 00000000000000a1 100 0 0 10 0
       1: 0100000A:1F90 0200000A:C001 03 00000000:00000000 01:00000050 00000002  1000        0 0 0 00000000000000a2
       2: 0100000A:1F90 0200000A:C002 06 00000000:00000000 03:00000F00 00000000     0        0 0 3 00000000000000a3
       3: 0100000A:1F90 0200000A:C003 06 00000000:00000000 03:00000F00 00000000     0        0 0 3 00000000000000a4
       4: 0100000A:1F90 0200000A:C004 06 00000000:00000000 03:00000F00 00000000     0        0 0 3 00000000000000a5
       5: 0100000A:1F90 0200000A:C005 06 00000000:00000000 03:00000F00 00000000     0        0 0 3 00000000000000a6
       6: 0100000A:1F90 0200000A:C006 06 00000000:00000000 03:00000F00 00000000     0        0 0 3 00000000000000a7
       7: 0100000A:1F90 0200000A:C007 01 00000000:00000000 02:0000012C 00000000  1000        2 501 2 00000000000000a8 20 4 0 10 -1
       8: 0100000A:1F90 0200000A:C008 01 00000000:00000000 00:00000000 00000000  1000        0 502 2 00000000000000a9 20 4 0 10 -1

    """

  static func reading() throws -> TableReading {
    var sockets: [MakeSocket] = [
      MakeSocket(.listen, "0.0.0.0", 8080, cookie: 1, inode: 500, receiveQueue: 6, sendQueue: 5, uid: 1000),
      MakeSocket(.synRecv, "10.0.0.1", 8080, peer: "10.0.0.2", 0xc001, cookie: 2, timer: .on, retransmits: 1, expires: 810),
      MakeSocket(
        .established, "10.0.0.1", 8080, peer: "10.0.0.2", 0xc007, cookie: 8, inode: 501, timer: .keepalive, retransmits: 2, expires: 3010,
        uid: 1000),
      MakeSocket(.established, "10.0.0.1", 8080, peer: "10.0.0.2", 0xc008, cookie: 9, inode: 502, uid: 1000),
      // No row in /proc.
      MakeSocket(.listen, "0.0.0.0", 31337, cookie: 10, inode: 666, sendQueue: 10),
    ]
    for port in UInt16(2)...6 {
      sockets.append(
        MakeSocket(
          .timeWait, "10.0.0.1", 8080, peer: "10.0.0.2", 0xc000 + port, cookie: UInt64(port) + 20, timer: .timewait, expires: 38_410))
    }
    var reading = TableReading()
    reading.inet = try sockets.map { try $0.socket }
    reading.rows = parseInetTable(Array(proc.utf8)).rows.map { TableRow($0, in: .tcp) }
    reading.nanoseconds = 20_000_000
    return reading
  }

  static func comparison() throws -> (NetstatComparison, CompareNames) {
    var comparison = NetstatComparison(try reading(), ticksPerSecond: 100)
    for _ in 0..<5 { comparison.look(try reading()) }
    comparison.finish()
    var names = CompareNames()
    for (inode, pid, fd) in [(500, 2774, 3), (501, 2774, 4), (502, 2774, 5), (502, 2775, 5), (666, 4242, 3)] as [(UInt32, Int32, Int32)] {
      names.owners.add(inode: inode, owner: Owner(pid: pid, fd: fd))
      names.owners.processes[pid] = ProcessRecord(pid: pid, startTicks: 1, name: Name(pid == 4242 ? "x\u{1b}[2J" : "server"), uid: 1000)
      names.programs[pid] = Name(pid == 4242 ? "kworker\u{1b}" : "/usr/local/sbin/server-with-a-long-name")
    }
    comparison.addOwners(names.owners)
    return (comparison, names)
  }

  static let gap = Gap(
    id: "protocol-refused", what: Sentence(id: "test.what", template: "raw sockets: netlink refused to list them", arguments: []),
    remedy: Sentence(id: "test.remedy", template: "modprobe raw_diag", arguments: []))

  func page(width: Int, showsEqual: Bool = false) throws -> String {
    let (comparison, names) = try Self.comparison()
    var page = ComparePage(comparison, names: names, style: PageStyle(width: width))
    return page.text(kernel: "6.18.0", gaps: [Self.gap], showsEqual: showsEqual)
  }

  @Test func text() throws { try compare(page(width: 80), with: "Tests/Golden/compare.txt") }

  @Test func noLineIsWiderThanThePage() throws {
    for width in [50, 80, 120] {
      let text = try page(width: width, showsEqual: true)
      // An address that fits no line keeps one of its own.
      for line in text.split(separator: "\n") { #expect(line.count <= width || !line.drop { $0 == " " }.contains(" "), "\(line)") }
      #expect(!text.contains("\u{1b}"))
    }
  }

  @Test func document() throws {
    let (comparison, names) = try Self.comparison()
    var json = JSONWriter(descriptor: -1)
    CompareJSON.write(
      comparison, names: names, moment: Moment(realtimeNanoseconds: 1_700_000_000_000_000_000, monotonicNanoseconds: 1), kernel: "6.18.0",
      gaps: [Self.gap], showsEqual: true, to: &json)
    try compare(try indented(json.taken()), with: "Tests/Golden/compare.json")
  }

  @Test(arguments: [
    (9892, "9.892ms"), (59_870, "59sec"), (200, "200ms"), (119 * 60_000 + 5000, "119min"), (65_000, "1min5sec"), (3000, "3sec"),
    (1005, "1.005ms"),
  ])
  func timesAreThoseOfSs(_ milliseconds: Int, _ text: String) { #expect(ToolRow.duration(milliseconds) == text) }
}
