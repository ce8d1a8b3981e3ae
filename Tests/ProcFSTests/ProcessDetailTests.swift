import Catalog
import Foundation
import Testing

@testable import ProcFS

@Suite struct ProcessDetailTests {
  let limits = """
    Limit                     Soft Limit           Hard Limit           Units     
    Max processes             96365                96365                processes 
    Max open files            1024                 524288               files     

    """

  func tree(_ cgroup: String) throws -> Tree {
    let tree = try Tree()
    try tree.process(7, name: "a) S 1 (b", state: "T", fds: [0: "/dev/null", 3: "socket:[9]"], threads: [7, 8])
    try tree.write("/proc/7/task/7/stat", statLine(7, "main", "T", 5))
    try tree.write("/proc/7/task/7/wchan", "do_signal_stop")
    try tree.write("/proc/7/task/7/syscall", "34 0x0 0x0 0x0 0x0 0x0 0x0 0x7ffe8e64a158 0x7f13b363b2ad\n")
    try tree.write("/proc/7/task/8/stat", statLine(8, "worker", "R", 5))
    try tree.write("/proc/7/task/8/wchan", "0")
    try tree.write("/proc/7/limits", limits)
    try tree.write("/proc/7/cgroup", cgroup)
    return tree
  }

  @Test func whatACardNeeds() throws {
    let tree = try tree("0::/a.slice/b.service\n")
    try tree.write("/sys/fs/cgroup/a.slice/b.service/cgroup.events", "populated 1\nfrozen 1\n")
    try tree.write("/sys/fs/cgroup/a.slice/b.service/cpu.stat", "usage_usec 5\nnr_periods 10\nnr_throttled 0\nthrottled_usec 0\n")
    try tree.write("/sys/fs/cgroup/a.slice/cpu.stat", "usage_usec 5\nnr_periods 10\nnr_throttled 4\nthrottled_usec 700\n")
    let detail = try #require(readProcessDetail(7, from: LiveFiles(prefix: tree.root)))
    #expect(detail.state == UInt8(ascii: "T"))
    #expect(detail.threads.map(\.tid) == [7, 8])
    #expect(detail.threads[0].waitChannel == "do_signal_stop")
    #expect(detail.threads[1] == ThreadRecord(tid: 8, name: Name("worker"), state: UInt8(ascii: "R")))
    #expect(detail.openDescriptors == 2)
    #expect(detail.descriptorLimit == 1024)
    #expect(detail.cgroupFrozen == true)
    #expect(detail.throttledPeriods == 4)
    #expect(detail.throttledMicroseconds == 700)
  }

  @Test func aZombieLeadersDescriptorsAreItsThreads() throws {
    let tree = try Tree()
    try tree.process(7, state: "Z", fds: [:], threads: [7, 8])
    try tree.write("/proc/7/task/7/stat", statLine(7, "main", "Z", 5))
    try tree.write("/proc/7/task/8/stat", statLine(8, "worker", "S", 5))
    for fd in 3...5 {
      try FileManager.default.createSymbolicLink(atPath: tree.root + "/proc/7/task/8/fd/\(fd)", withDestinationPath: "socket:[77]")
    }
    let detail = try #require(readProcessDetail(7, from: LiveFiles(prefix: tree.root)))
    #expect(detail.state == UInt8(ascii: "Z"))
    #expect(detail.openDescriptors == 3)
  }

  @Test func theOldHierarchyToo() throws {
    let tree = try tree("3:freezer:/x\n2:cpu,cpuacct:/y\n0::/\n")
    try tree.write("/sys/fs/cgroup/freezer/x/freezer.state", "FREEZING\n")
    try tree.write("/sys/fs/cgroup/cpu,cpuacct/y/cpu.stat", "nr_periods 1\nnr_throttled 2\nthrottled_time 3000000\n")
    let detail = try #require(readProcessDetail(7, from: LiveFiles(prefix: tree.root)))
    #expect(detail.cgroupFrozen == true)
    #expect(detail.throttledPeriods == 2)
    #expect(detail.throttledMicroseconds == 3000)
  }

  @Test func whatIsUnreadableIsNilAndNotZero() throws {
    let tree = try tree("0::/../outside\n")
    try FileManager.default.removeItem(atPath: tree.root + "/proc/7/fd")
    try tree.write("/proc/7/limits", "Max open files            unlimited            unlimited            files\n")
    let detail = try #require(readProcessDetail(7, from: LiveFiles(prefix: tree.root)))
    #expect(detail.openDescriptors == nil)
    #expect(detail.descriptorLimit == nil)
    #expect(detail.cgroupFrozen == nil)
    #expect(detail.throttledPeriods == nil)
    #expect(readProcessDetail(8, from: LiveFiles(prefix: tree.root)) == nil)
  }

  @Test(
    arguments: [
      ("running\n", SystemCall.Machine.x86, "running", nil), ("-1 0x7ffe8e64a158 0x7f13b363b2ad\n", .x86, "none", nil),
      ("0 0x3 0x1 0x1 0x0 0x0 0x0 0x7ffe8e64a158 0x7f13b363b2ad\n", .x86, "read", 3),
      ("63 0x0 0x1 0x1 0x0 0x0 0x0 0xffffe8e64a158 0xffff13b363b2ad\n", .arm, "read", 0),
      ("288 0x5 0x0 0x0 0x800 0x0 0x0 0x7ffe8e64a158 0x7f13b363b2ad\n", .x86, "accept4", 5),
      ("242 0x5 0x0 0x0 0x800 0x0 0x0 0xffffe8e64a158 0x7f13b363b2ad\n", .arm, "accept4", 5),
      ("34 0x5 0x0 0x0 0x0 0x0 0x0 0x7ffe8e64a158 0x7f13b363b2ad\n", .x86, "pause", nil),
      ("202 0x5 0x0 0x0 0x0 0x0 0x0 0x7ffe8e64a158 0x7f13b363b2ad\n", .x86, "futex", nil),
      ("999 0x5 0x0 0x0 0x0 0x0 0x0 0x7ffe8e64a158 0x7f13b363b2ad\n", .x86, "syscall 999", nil),
      ("0 0x5 0x0 0x0 0x0 0x0 0x0 0x7ffe8e64a158 0x7f13b363b2ad\n", .other, "syscall 0", nil),
      ("0 0xffffff9c 0x0 0x0 0x0 0x0 0x0 0x7ffe8e64a158 0x7f13b363b2ad\n", .x86, "read", nil),
      // A 32-bit program: 3 is its read, and would be close here.
      ("3 0x5 0x0 0x0 0x0 0x0 0x0 0xffe8a158 0xf7f3b2ad\n", .x86, "syscall 3", nil),
    ] as [(String, SystemCall.Machine, String, Int32?)])
  func systemCalls(_ text: String, _ machine: SystemCall.Machine, _ name: String, _ descriptor: Int32?) throws {
    let found = try #require(parseSystemCall(Array(text.utf8), machine: machine))
    #expect(found.name == name)
    #expect(found.descriptor == descriptor)
    for length in 0..<text.utf8.count { _ = parseSystemCall(Array(text.utf8.prefix(length)), machine: machine) }
  }

  @Test(arguments: ["", "\n", "x", "0 3 0x1", "0 0x3", "99999999999999999999 0x1"]) func noSystemCall(_ text: String) {
    #expect(parseSystemCall(Array(text.utf8)) == nil)
  }

  @Test func systemCallNumbersAreDistinct() {
    #expect(Set(SystemCall.all.map(\.x86)).count == SystemCall.all.count)
    let arm = SystemCall.all.compactMap(\.arm)
    #expect(Set(arm).count == arm.count)
  }

  @Test func asleepInReadOfADescriptor() throws {
    let child = Process()
    let input = Pipe()
    child.executableURL = URL(fileURLWithPath: "/bin/cat")
    child.standardInput = input
    child.standardOutput = FileHandle.nullDevice
    try child.run()
    defer {
      try? input.fileHandleForWriting.close()
      child.waitUntilExit()
    }
    // cat sleeps in read(0) once it has started; a kernel that refuses to say so leaves nil.
    var thread: ThreadRecord?
    for _ in 0..<5000 {
      thread = readProcessDetail(child.processIdentifier, from: LiveFiles())?.threads.first
      if thread?.systemCallDescriptor == 0 { break }
      if thread != nil, thread?.systemCall == nil { return }
      usleep(1000)
    }
    #expect(thread?.systemCall == "read")
    #expect(thread?.systemCallDescriptor == 0)
    let detail = try #require(readProcessDetail(child.processIdentifier, from: LiveFiles()))
    #expect(detail.threadCount == 1)
    #expect((detail.openDescriptors ?? 0) >= 3)
  }
}
