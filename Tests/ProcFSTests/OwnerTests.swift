import Catalog
import Foundation
import Testing

@testable import ProcFS

@Suite struct OwnerTests {
  @Test func everyOwnerIsFoundAndNotTheFirst() throws {
    let tree = try Tree()
    try tree.process(10, fds: [0: "/dev/null", 3: "socket:[501]", 4: "socket:[502]", 7: "socket:[501]"])
    try tree.process(11, fds: [3: "socket:[501]", 5: "pipe:[501]", 6: "anon_inode:[eventpoll]"])
    try tree.write("/proc/notapid/fd/3", "")
    var table = OwnerTable()
    let result = LiveFiles(prefix: tree.root).walkOwners(wanted: InodeSet([501]), into: &table)
    #expect(table[501] == [Owner(pid: 10, fd: 3), Owner(pid: 10, fd: 7), Owner(pid: 11, fd: 3)])
    #expect(table[502].isEmpty)
    #expect(result.processesSeen == 2)
    #expect(result.descriptorsRead == 7)
    #expect(result.failure == nil)
    #expect(!result.isInitVisible)
    #expect(table.processes[10]?.name == Name("server"))
    #expect(table.processes[10]?.startTicks == 1000)
    #expect(table.processes[10]?.unit == "server.service")
    #expect(table.processes[11]?.uid == geteuid())
  }

  @Test func nilMeansEverySocketAndOnlyProcessesWithAMatchAreRecorded() throws {
    let tree = try Tree()
    try tree.process(1, fds: [0: "/dev/null"])
    try tree.process(12, fds: [3: "socket:[7]", 4: "socket:[4294967295]"])
    var table = OwnerTable()
    let result = LiveFiles(prefix: tree.root).walkOwners(wanted: nil, into: &table)
    #expect(table.count == 2)
    #expect(table[4_294_967_295] == [Owner(pid: 12, fd: 4)])
    #expect(Array(table.processes.keys) == [12])
    #expect(result.isInitVisible)
    #expect(!result.mayHideProcesses)
  }

  @Test func anotherProcessUnderTheSamePidOwnsNothing() throws {
    let tree = try Tree()
    try tree.process(20, start: 1000, fds: [3: "socket:[601]"])
    try tree.process(21, start: 1000, fds: [3: "socket:[601]"])
    let files = LiveFiles(prefix: tree.root)
    files.beforeSecondLook = { pid in
      if pid == 20 { try? tree.write("/proc/20/stat", statLine(20, "server", "S", 1001)) }
    }
    var table = OwnerTable()
    let result = files.walkOwners(wanted: nil, into: &table)
    #expect(table[601] == [Owner(pid: 21, fd: 3)])
    #expect(table.processes[20] == nil)
    #expect(result.processesChanged == 1)
  }

  @Test func aProcessThatIsGoneAtTheSecondLookOwnsNothing() throws {
    let tree = try Tree()
    try tree.process(20, fds: [3: "socket:[601]"])
    let files = LiveFiles(prefix: tree.root)
    files.beforeSecondLook = { _ in try? FileManager.default.removeItem(atPath: tree.root + "/proc/20/stat") }
    var table = OwnerTable()
    let result = files.walkOwners(wanted: nil, into: &table)
    #expect(table.count == 0)
    #expect(result.processesChanged == 1)
  }

  @Test func aZombieLeadersThreadsAreAsked() throws {
    let tree = try Tree()
    try tree.process(30, name: "dead) Z", state: "Z", fds: [:], threads: [30, 31, 32])
    for tid in [31, 32] {
      try FileManager.default.createSymbolicLink(atPath: tree.root + "/proc/30/task/\(tid)/fd/9", withDestinationPath: "socket:[77]")
    }
    // The same with a leader that merely sleeps: its empty table is the truth.
    try tree.process(40, state: "S", fds: [:], threads: [40, 41])
    try FileManager.default.createSymbolicLink(atPath: tree.root + "/proc/40/task/41/fd/9", withDestinationPath: "socket:[77]")
    var table = OwnerTable()
    _ = LiveFiles(prefix: tree.root).walkOwners(wanted: InodeSet([77]), into: &table)
    #expect(table[77] == [Owner(pid: 30, fd: 9)])
    #expect(table.processes[30]?.name == Name("dead) Z"))
  }

  @Test func withoutProcTheResultSaysSo() {
    var table = OwnerTable()
    let result = LiveFiles(prefix: "/nonexistent").walkOwners(wanted: nil, into: &table)
    #expect(result.failure == FileError(path: "/proc", code: ENOENT))
  }

  @Test func ownSocketsAreFoundWithTheirDescriptors() throws {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let copy = dup(socket)
    defer {
      close(socket)
      close(copy)
    }
    var status = stat()
    let code = unsafe fstat(socket, &status)
    #expect(code == 0)
    let inode = try #require(UInt32(exactly: status.st_ino))
    var table = OwnerTable()
    let result = LiveFiles().walkOwners(wanted: InodeSet([inode]), into: &table)
    #expect(Set(table[inode]) == [Owner(pid: getpid(), fd: socket), Owner(pid: getpid(), fd: copy)])
    let record = try #require(table.processes[getpid()])
    #expect(record.uid == geteuid())
    let own = try #require(ProcessStat(try LiveFiles().read("/proc/self/stat")))
    #expect(record.startTicks == own.startTicks)
    #expect(record.name == own.name)
    #expect(result.ownUID == geteuid())
  }

  @Test(
    arguments: [
      ("socket:[1]", 1), ("socket:[4294967295]", 4_294_967_295), ("socket:[4294967296]", nil), ("socket:[]", nil), ("socket:[12", nil),
      ("socket:[1x]", nil), ("socket:[99999999999999999999]", nil), ("pipe:[1]", nil), ("socket:", nil), ("", nil),
    ] as [(String, UInt32?)])
  func socketLinks(_ text: String, _ inode: UInt32?) {
    let bytes = Array(text.utf8)
    #expect(socketInode(bytes, bytes.count) == inode)
  }

  @Test(arguments: [
    ("rw", HidePID.off), ("rw,hidepid=2", .invisible), ("rw,gid=4,hidepid=invisible", .invisible), ("rw,hidepid=1", .noAccess),
    ("rw,hidepid=ptraceable,subset=pid", .ptraceable), ("rw,hidepid=noaccess", .noAccess),
  ])
  func hidePIDIsReadFromTheMount(_ options: String, _ expected: HidePID) {
    let text =
      "1 1 0:1 / / rw - ext4 /dev/vda rw\n22 27 0:21 / /proc rw,relatime shared:5 master:1 - proc proc \(options)\n24 22 0:3 / /proc/sys rw - proc proc rw\n"
    #expect(hidePID(ofMountInfo: Array(text.utf8)) == expected)
    for length in 0..<text.utf8.count { _ = hidePID(ofMountInfo: Array(text.utf8.prefix(length))) }
  }
}

@Suite struct OwnerTableTests {
  @Test func growthKeepsEveryOwnerOfEveryInode() {
    var table = OwnerTable(expected: 1)
    for inode in UInt32(1)...5000 {
      table.add(inode: inode, owner: Owner(pid: 2, fd: Int32(inode)))
      table.add(inode: inode, owner: Owner(pid: 1, fd: Int32(inode)))
    }
    #expect(table.count == 10000)
    for inode in UInt32(1)...5000 { #expect(table[inode].map(\.pid) == [1, 2]) }
    #expect(table[5001].isEmpty)
    #expect(table[0].isEmpty)
    table.keep { $0.pid == 1 }
    #expect(table.count == 5000)
    #expect(table[17] == [Owner(pid: 1, fd: 17)])
  }

  @Test func inodeSetHoldsWhatWasPutInAndNothingElse() {
    var set = InodeSet()
    for inode in stride(from: UInt32(3), to: 30000, by: 3) { set.insert(inode) }
    set.insert(3)
    set.insert(0)
    set.insert(.max)
    #expect(set.count == 10000)
    #expect(!set.contains(0))
    #expect(set.contains(.max))
    for inode in UInt32(1)..<30000 { #expect(set.contains(inode) == (inode % 3 == 0)) }
  }
}

@Suite struct ProcessStatTests {
  @Test(arguments: ["a) S 1 (b", "", "x\ny", "((", "))", "server", ") Z 9 9 ("])
  func namesMayHoldAnything(_ name: String) throws {
    let stat = try #require(ProcessStat(Array(statLine(7, name, "S", 4711, threads: 3).utf8)))
    #expect(stat == ProcessStat(Array(statLine(8, name, "S", 4711, threads: 3).utf8)))
    #expect(stat.name == Name(name))
    #expect(stat.state == UInt8(ascii: "S"))
    #expect(stat.startTicks == 4711)
    #expect(stat.threadCount == 3)
    #expect(!stat.isKernelThread)
  }

  @Test func kernelThreadsAreKnownByTheirFlag() throws {
    let line = "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 4 0 0 18446744073709551615 0 0 0\n"
    #expect(try #require(ProcessStat(Array(line.utf8))).isKernelThread)
  }

  @Test func aCutOffLineIsRefusedNotMisread() throws {
    let line = Array(statLine(7, "a) S 1 (b", "S", 471_100).utf8)
    for length in 0..<line.count {
      if let stat = ProcessStat(Array(line.prefix(length))) { #expect(stat.startTicks == 471_100) }
    }
    #expect(ProcessStat(Array(line.prefix(60))) == nil)
  }
}
