import Foundation

/// A directory that looks like /proc and /sys to `LiveFiles(prefix:)`, removed when it goes out of scope.
final class Tree {
  let root: String

  init() throws {
    root = NSTemporaryDirectory() + "procfs-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: root + "/proc", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func write(_ path: String, _ text: String) throws {
    let url = URL(fileURLWithPath: root + path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// A process with descriptors and one thread, as /proc lays it out.
  func process(_ pid: Int, name: String = "server", state: String = "S", start: Int = 1000, fds: [Int: String], threads: [Int]? = nil)
    throws
  {
    let manager = FileManager.default
    try manager.createDirectory(atPath: root + "/proc/\(pid)/fd", withIntermediateDirectories: true)
    for (fd, target) in fds { try manager.createSymbolicLink(atPath: root + "/proc/\(pid)/fd/\(fd)", withDestinationPath: target) }
    for tid in threads ?? [pid] {
      try manager.createDirectory(atPath: root + "/proc/\(pid)/task/\(tid)/fd", withIntermediateDirectories: true)
    }
    try write("/proc/\(pid)/stat", statLine(pid, name, state, start))
    try write("/proc/\(pid)/cgroup", "0::/system.slice/\(name).service\n")
  }
}

func statLine(_ pid: Int, _ name: String, _ state: String, _ start: Int, threads: Int = 1) -> String {
  "\(pid) (\(name)) \(state) 1 1 1 0 -1 4194560 1 0 0 0 3 4 0 0 20 0 \(threads) 0 \(start) 2777088 239 18446744073709551615 1 1 0 0 0 0\n"
}
