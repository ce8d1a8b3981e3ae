import Collection
import ProcFS

/// The program's version: the one place that says it. CHANGELOG.md has its entry.
enum Version {
  static let number = "0.1.0"

  /// What --version prints: the kernel's belongs to it, because answers depend on both.
  static var line: String { "sockexplain \(number), kernel \(LiveHost(files: LiveFiles()).kernelRelease)\n" }
}
