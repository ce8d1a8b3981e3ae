/// The most threads a detail holds; `threadCount` says how many there are.
let threadLimit = 64

/// The second look at a process: its state, what each thread waits for, its descriptors against their limit, and its cgroup's brakes.
///
/// What this user may not read stays nil. wchan and syscall ask for the right to trace the thread (proc_pid_wchan(), proc_pid_syscall() of
/// fs/proc/base.c, 6.12); wchan then reads "0" as it does for a thread that runs. Nil as a whole when the process is gone.
public func readProcessDetail(_ pid: Int32, from files: some FileSource) -> ProcessDetail? {
  guard let text = try? files.read("/proc/\(pid)/stat"), let stat = ProcessStat(text) else { return nil }
  var threads: [ThreadRecord] = []
  for tid in ((try? files.list("/proc/\(pid)/task")) ?? []).compactMap(Int32.init).sorted().prefix(threadLimit) {
    if let thread = readThread(pid, tid, from: files) { threads.append(thread) }
  }
  var detail = ProcessDetail(state: stat.state, threads: threads, threadCount: max(stat.threadCount, threads.count))
  detail.openDescriptors = try? files.count("/proc/\(pid)/fd")
  if stat.state == UInt8(ascii: "Z") {
    // A leader that exited before its threads has let go of the table they still share.
    detail.openDescriptors = threads.compactMap { try? files.count("/proc/\(pid)/task/\($0.tid)/fd") }.max()
  }
  if let limits = try? files.read("/proc/\(pid)/limits") { detail.descriptorLimit = descriptorLimit(limits) }
  if let text = try? files.read("/proc/\(pid)/cgroup") {
    detail.cgroupFrozen = isFrozen(text, files)
    if let throttled = throttling(text, files) {
      detail.throttledPeriods = throttled.periods
      detail.throttledMicroseconds = throttled.microseconds
    }
  }
  return detail
}

func readThread(_ pid: Int32, _ tid: Int32, from files: some FileSource) -> ThreadRecord? {
  let base = "/proc/\(pid)/task/\(tid)/"
  guard let text = try? files.read(base + "stat"), let stat = ProcessStat(text) else { return nil }
  var thread = ThreadRecord(tid: tid, name: stat.name, state: stat.state)
  if let channel = try? files.read(base + "wchan") {
    let name = String(decoding: channel.prefix { $0 != 10 && $0 != 0 }, as: UTF8.self)
    if !name.isEmpty, name != "0" { thread.waitChannel = name }
  }
  if let call = try? files.read(base + "syscall"), let parsed = parseSystemCall(call) {
    thread.systemCall = parsed.name
    thread.systemCallDescriptor = parsed.descriptor
  }
  return thread
}

/// The name and, where the first argument is one, the descriptor in a text of /proc/PID/syscall: `running`, `-1 SP PC` (asleep, but in no
/// call: a page fault or a stop on the way out) or `NUMBER ARG0 … ARG5 SP PC`. Nil when it is none of these.
func parseSystemCall(_ text: [UInt8], machine: SystemCall.Machine = .current) -> (name: String, descriptor: Int32?)? {
  var fields = Fields(text)
  guard let first = fields.next() else { return nil }
  if text[first].elementsEqual("running".utf8) { return ("running", nil) }
  if text[first].elementsEqual("-1".utf8) { return ("none", nil) }
  guard let number = parseNumber(text, first).flatMap({ Int(exactly: $0) }) else { return nil }
  var arguments: [UInt64] = []
  while let word = fields.next() {
    guard text[word].starts(with: "0x".utf8), let value = parseNumber(text, (word.lowerBound + 2)..<word.upperBound, 16) else { return nil }
    arguments.append(value)
  }
  guard arguments.count == 8 else { return nil }
  // A stack below 4 GiB betrays a 32-bit program on a 64-bit kernel: its numbers are from another table.
  guard arguments[6] > 0xffff_ffff, let call = SystemCall.find(number, on: machine) else { return ("syscall \(number)", nil) }
  let descriptor = call.takesDescriptor ? Int32(truncatingIfNeeded: arguments[0]) : nil
  return (call.name.description, descriptor.flatMap { $0 >= 0 ? $0 : nil })
}

/// The soft limit of "Max open files" in /proc/PID/limits; nil when unlimited or absent.
func descriptorLimit(_ text: [UInt8]) -> UInt64? {
  let label = Array("Max open files".utf8)
  for line in lines(text) where text[line].starts(with: label) {
    var fields = Fields(text, from: line.lowerBound + label.count, to: line.upperBound)
    return fields.number()
  }
  return nil
}

/// A place in a cgroup tree where a controller of the process may be found.
struct Group {
  let mount: String
  let path: String
  let isUnified: Bool
}

/// Where the process sits: in the v2 tree (mounted alone, or below `unified` beside v1), and in a v1 controller's own tree.
func groups(_ cgroup: [UInt8], _ controller: String, v1Mounts: [String]) -> [Group] {
  var found: [Group] = []
  for line in lines(cgroup) {
    let parts = cgroup[line].split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let path = String(validating: parts[2], as: UTF8.self) else { continue }
    // Outside this cgroup namespace the path begins with /.. and leads nowhere in our mounts.
    guard path.hasPrefix("/"), !path.split(separator: "/").contains("..") else { continue }
    let controllers = String(decoding: parts[1], as: UTF8.self).split(separator: ",")
    if parts[0].elementsEqual("0".utf8), controllers.isEmpty {
      for root in ["", "/unified"] { found.append(Group(mount: "/sys/fs/cgroup" + root, path: path, isUnified: true)) }
    } else if controllers.contains(where: { $0 == controller }) {
      for mount in v1Mounts { found.append(Group(mount: "/sys/fs/cgroup/" + mount, path: path, isUnified: false)) }
    }
  }
  return found
}

/// `/a/b` → `/a/b`, `/a`, ``.
func ancestors(_ path: String) -> [String] {
  let parts = path.split(separator: "/")
  return (0...parts.count).reversed().map { count in parts.prefix(count).map { "/" + $0 }.joined() }
}

/// Both files tell the state that counts, a frozen ancestor's included, so only the process's own group is asked; either can stop it.
func isFrozen(_ cgroup: [UInt8], _ files: some FileSource) -> Bool? {
  var found: Bool?
  for group in groups(cgroup, "freezer", v1Mounts: ["freezer"]) {
    let path = group.mount + group.path
    if group.isUnified {
      if let text = try? files.read(path + "/cgroup.events"), let frozen = flatKeys(text)["frozen"] { found = frozen == 1 || found == true }
    } else if let text = try? files.read(path + "/freezer.state") {
      found = !text.starts(with: "THAWED".utf8) || found == true
    }
  }
  return found
}

/// nr_throttled and the throttled time of the group that was braked most: a quota may sit on the process's group or on any ancestor
/// (a pod, a slice), and only the group with the quota counts it.
func throttling(_ cgroup: [UInt8], _ files: some FileSource) -> (periods: UInt64, microseconds: UInt64)? {
  var worst: (periods: UInt64, microseconds: UInt64)?
  let directories = groups(cgroup, "cpu", v1Mounts: ["cpu", "cpu,cpuacct"]).flatMap { group in
    ancestors(group.path).map { group.mount + $0 }
  }
  for directory in directories {
    guard let text = try? files.read(directory + "/cpu.stat") else { continue }
    let values = flatKeys(text)
    // v1 has throttled_time in nanoseconds instead.
    guard let periods = values["nr_throttled"], let time = values["throttled_usec"] ?? values["throttled_time"].map({ $0 / 1000 }) else {
      continue
    }
    if worst == nil || periods > (worst?.periods ?? 0) { worst = (periods, time) }
  }
  return worst
}

/// The `key number` lines of a cgroup file.
func flatKeys(_ text: [UInt8]) -> [String: UInt64] {
  var found: [String: UInt64] = [:]
  for line in lines(text) {
    var fields = Fields(text, from: line.lowerBound, to: line.upperBound)
    if let key = fields.word(), let value = fields.number() { found[key] = value }
  }
  return found
}
