extension LiveFiles {
  /// Completes a process that another source than /proc found: its cgroup. False when it is gone, or another one has its number by now.
  public func complete(_ process: inout ProcessRecord) -> Bool {
    guard let directory = Descriptor.open(prefix + "/proc/\(process.pid)", directoryFlags) else { return false }
    var walk = OwnerWalk(wanted: nil)
    guard let now = walk.stat(directory), now.startTicks == process.startTicks else { return false }
    process.readCgroup(of: directory)
    return true
  }
}

extension ProcessRecord {
  /// Reads the cgroup from a directory /proc/PID.
  mutating func readCgroup(of directory: borrowing Descriptor) {
    guard let file = directory.open("cgroup"), let bytes = file.readAll(), let found = CgroupPath(bytes) else { return }
    cgroup = found.path
    unit = found.unit
    container = found.container
  }
}
