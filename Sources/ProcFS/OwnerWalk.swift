internal import CShims

/// How /proc hides other users' processes (its mount option `hidepid`).
public enum HidePID: String, Sendable {
  /// 0: everything is visible.
  case off
  /// 1: directories are visible, their content is not.
  case noAccess = "noaccess"
  /// 2: other users' processes are invisible.
  case invisible
  /// 4: only processes that may be traced are visible.
  case ptraceable
}

/// What an owner walk saw, and what it was not allowed to see.
public struct OwnerWalkResult: Sendable, Equatable {
  /// Processes in /proc when the walk began.
  public var processesSeen = 0
  /// Processes whose descriptors this user may not read (EACCES or EPERM).
  public var processesDenied = 0
  /// Processes whose owners were dropped: gone, or another process under the same pid, between two looks.
  public var processesChanged = 0
  /// Links of descriptors that were read.
  public var descriptorsRead = 0
  /// The mount option of /proc.
  public var hidePID = HidePID.off
  /// Whether process 1 is visible: every /proc has one, so its absence means that processes are hidden.
  public var isInitVisible = true
  /// The walker's effective uid.
  public var ownUID: UInt32 = 0
  /// Why /proc could not be listed at all; nil when it could.
  public var failure: FileError?

  /// A result of nothing seen yet.
  public init() {}

  /// True when whole processes may be missing: their sockets would look as if nobody held them.
  public var mayHideProcesses: Bool { !isInitVisible || (ownUID != 0 && hidePID != .off) }
}

extension LiveFiles {
  /// Reads who holds which socket into a table: every descriptor of every process that is a wanted socket (all sockets when `wanted` is nil).
  ///
  /// Only a process's leader is walked: its threads share one descriptor table unless one was made without CLONE_FILES or called
  /// unshare(CLONE_FILES), which is rare, and walking every thread multiplies the cost by their number.
  public func walkOwners(wanted: InodeSet?, into table: inout OwnerTable) -> OwnerWalkResult {
    var walk = OwnerWalk(wanted: wanted)
    walk.result.ownUID = effectiveUID
    guard let proc = Descriptor.open(prefix + "/proc", directoryFlags) else {
      walk.result.failure = FileError(path: "/proc", code: lastError)
      return walk.result
    }
    let processes = walk.processIDs(proc)
    walk.result.processesSeen = processes.count
    walk.result.isInitVisible = proc.status("1") != nil
    if let mounts = try? read("/proc/self/mountinfo") { walk.result.hidePID = hidePID(ofMountInfo: mounts) }
    let isLarge = wanted.map { $0.count >= Self.worthSharing } ?? true
    guard isLarge, beforeSecondLook == nil, processes.count > 1, shim_processor_count() > 1 else {
      for pid in processes { walk.process(pid, of: proc, into: &table, beforeSecondLook) }
      return walk.result
    }
    let other = HalfOwnerWalk(processes, root: prefix + "/proc", wanted: wanted)
    let isRunning = other.start()
    walk.isOdd = false
    for pid in processes { walk.process(pid, of: proc, into: &table, nil) }
    if isRunning { other.join() } else { other.run() }
    // Both halves met every process; only the descriptors were shared out.
    walk.result.descriptorsRead += other.walk.result.descriptorsRead
    walk.result.processesChanged = max(walk.result.processesChanged, other.walk.result.processesChanged)
    table.add(other.table)
    return walk.result
  }

  // Below this many wanted sockets a thread costs more than it saves.
  static let worthSharing = 2000
}

/// The `hidepid` of the last file system mounted on /proc, from the text of /proc/self/mountinfo; kernels before 5.8 write it as a number.
func hidePID(ofMountInfo text: [UInt8]) -> HidePID {
  var found = HidePID.off
  for line in lines(text) {
    let words = text[line].split(separator: 32)
    guard words.count > 6, words[4].elementsEqual("/proc".utf8), let dash = words.firstIndex(where: { $0.elementsEqual("-".utf8) }),
      words.count > dash + 3, words[dash + 1].elementsEqual("proc".utf8)
    else { continue }
    found = .off
    for option in words[dash + 3].split(separator: UInt8(ascii: ",")) where option.starts(with: "hidepid=".utf8) {
      switch String(decoding: option.dropFirst(8), as: UTF8.self) {
      case "1", "noaccess": found = .noAccess
      case "2", "invisible": found = .invisible
      case "4", "ptraceable": found = .ptraceable
      default: found = .off
      }
    }
  }
  return found
}

/// One walk with its buffers, which every process reuses.
struct OwnerWalk {
  let wanted: InodeSet?
  var result = OwnerWalkResult()
  var names = [UInt8](repeating: 0, count: 65536)
  var target = [UInt8](repeating: 0, count: 32)
  var text = [UInt8](repeating: 0, count: 2048)
  /// Matches of the process at hand; they count once its start time is confirmed.
  var matches: [(inode: UInt32, fd: Int32)] = []
  var start: UInt64?
  /// Which half of the descriptors this walk reads (by bit 6 of their number), when another thread reads the other; nil for all.
  var isOdd: Bool?

  init(wanted: InodeSet?) { self.wanted = wanted }

  mutating func processIDs(_ proc: borrowing Descriptor) -> [Int32] {
    var found: [Int32] = []
    while let count = proc.entries(into: &names), count > 0 {
      forEachEntry(names, count) { start, end in
        if let pid = parseNumber(names, start..<end), let id = Int32(exactly: pid) { found.append(id) }
      }
    }
    return found
  }

  mutating func process(_ pid: Int32, of proc: borrowing Descriptor, into table: inout OwnerTable, _ beforeSecondLook: ((Int32) -> Void)?) {
    matches.removeAll(keepingCapacity: true)
    start = nil
    guard let directory = proc.open("\(pid)", directoryFlags) else {
      // hidepid=noaccess refuses the directory itself.
      if isDenied(lastError) { result.processesDenied += 1 }
      return
    }
    let seen = descriptors(directory, "fd")
    if seen == 0 || isDenied(-seen), !zombie(directory, isDenied: seen < 0), seen < 0 { result.processesDenied += 1 }
    guard !matches.isEmpty else { return }
    beforeSecondLook?(pid)
    guard let before = start, let after = stat(directory), after.startTicks == before else {
      result.processesChanged += 1
      return
    }
    for match in matches { table.add(inode: match.inode, owner: Owner(pid: pid, fd: match.fd)) }
    var record = ProcessRecord(pid: pid, startTicks: before, name: after.name, uid: directory.status(".")?.uid ?? 0)
    record.readCgroup(of: directory)
    table.processes[pid] = record
  }

  mutating func stat(_ directory: borrowing Descriptor) -> ProcessStat? {
    guard let file = directory.open("stat"), let count = file.readOnce(into: &text) else { return nil }
    return ProcessStat(text, count: count)
  }

  /// Explains a leader whose descriptors are none or refused; true when there is no more to say. A leader that exited before its threads has
  /// none, and without mm its files belong to root (task_dump_owner()): then the first thread that still has descriptors is walked.
  mutating func zombie(_ directory: borrowing Descriptor, isDenied: Bool) -> Bool {
    // nlink of `task` is 2 plus the threads (proc_task_getattr()): the cheap test that spares kernel threads the rest.
    if !isDenied, directory.status("task")?.links == 3 { return true }
    guard let leader = stat(directory) else { return false }
    if leader.isKernelThread { return true }
    guard leader.state == UInt8(ascii: "Z"), let tasks = directory.open("task", directoryFlags) else { return false }
    let threads = processIDs(tasks)
    // A zombie alone holds nothing any more.
    return threads.count <= 1 || threads.contains { descriptors(directory, "task/\($0)/fd") > 0 }
  }

  /// Reads the links of one descriptor directory into `matches`; how many there were, or minus errno when it may not be read.
  mutating func descriptors(_ process: borrowing Descriptor, _ path: String) -> Int32 {
    guard let directory = process.open(path, directoryFlags) else { return -lastError }
    var seen: Int32 = 0
    while let count = directory.entries(into: &names), count > 0 {
      var at = 0
      while at + 19 < count {
        let length = Int(names[at + 16]) | Int(names[at + 17]) << 8
        guard length > 19, at + length <= count else { break }
        let name = at + 19
        at += length
        guard let fd = digits(names, name) else { continue }
        seen += 1
        if let isOdd, (fd >> 6 & 1 != 0) != isOdd { continue }
        guard let size = directory.link(names, at: name, into: &target) else {
          // Root without CAP_SYS_PTRACE may list the directory and read none of it (proc_pid_readlink()): ask once, not for each.
          let code = lastError
          if isDenied(code) { return -code }
          continue
        }
        result.descriptorsRead += 1
        guard let inode = socketInode(target, size), wanted?.contains(inode) ?? true else { continue }
        // The start time is read at the first match: most processes have none, and the open directory pins the process, not its number.
        if start == nil { start = stat(process)?.startTicks }
        matches.append((inode, fd))
      }
    }
    return seen
  }

  @inline(__always)
  func digits(_ names: [UInt8], _ from: Int) -> Int32? {
    var value: Int32 = 0
    var at = from
    while at < names.count, names[at] != 0 {
      let digit = names[at] &- 48
      guard digit < 10, value < 214_748_364 else { return nil }
      value = value &* 10 &+ Int32(digit)
      at &+= 1
    }
    return at == from ? nil : value
  }
}

/// N of `socket:[N]`; nil when the link is something else.
@inline(__always)
func socketInode(_ target: [UInt8], _ count: Int) -> UInt32? {
  guard count > 9, count <= target.count, target[0] == 0x73, target[1] == 0x6f, target[2] == 0x63, target[6] == 0x3a, target[7] == 0x5b,
    target[count - 1] == 0x5d
  else { return nil }
  var value: UInt64 = 0
  for index in 8..<(count - 1) {
    let digit = target[index] &- 48
    guard digit < 10, value < 1 << 40 else { return nil }
    value = value &* 10 &+ UInt64(digit)
  }
  return UInt32(exactly: value)
}
