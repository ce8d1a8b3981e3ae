public import Catalog

/// A process's place in the cgroup tree, and what service managers and container engines wrote into its path.
public struct CgroupPath: Sendable, Equatable {
  /// The path of cgroup v2 (`0::/…`), or the longest v1 path.
  public var path: Name
  /// The v1 controllers of `path`; empty for v2.
  public var controllers: String
  /// The systemd unit nearest to the process: the last component with a unit's ending.
  public var unit: String?
  /// First 12 hex digits of the container id.
  public var container: String?

  /// Reads the text of /proc/PID/cgroup (`hierarchy:controllers:path` a line); nil when no line is one.
  public init?(_ text: [UInt8]) {
    var best: (path: ArraySlice<UInt8>, controllers: ArraySlice<UInt8>)?
    for line in lines(text) {
      let parts = text[line].split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, parts[2].first == UInt8(ascii: "/") else { continue }
      // A unified hierarchy that only carries "/" beside v1 controllers (hybrid set-ups) knows nothing: the longest path wins then.
      let isUnified = parts[0].elementsEqual("0".utf8) && parts[1].isEmpty
      if isUnified, parts[2].count > 1 {
        best = (parts[2], [])
        break
      }
      if best == nil || parts[2].count > (best?.path.count ?? 0) { best = (parts[2], parts[1]) }
    }
    guard let best else { return nil }
    self.init(path: Name(Array(best.path)), controllers: String(decoding: best.controllers, as: UTF8.self))
  }

  /// A path already known: `/system.slice/app.service`.
  public init(path: Name, controllers: String = "") {
    self.path = path
    self.controllers = controllers
    // A removed group's path ends in " (deleted)"; systemd puts "_" before a unit whose name the kernel keeps for itself.
    let isRemoved = path.bytes.suffix(10).elementsEqual(" (deleted)".utf8)
    let parts = path.bytes.dropLast(isRemoved ? 10 : 0).split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    unit = parts.last { part in Self.endings.contains { part.hasSuffix($0) && part.utf8.count > $0.utf8.count } }
      .map { $0.hasPrefix("_") ? String($0.dropFirst()) : $0 }
    container = parts.reversed().lazy.compactMap(Self.containerID).first
  }

  static let endings = [".service", ".scope", ".socket", ".slice", ".mount", ".swap"]
  static let engines = ["docker-", "cri-containerd-", "crio-", "libpod-", "containerd-", "podman-"]

  /// The id in one component: 64 hex digits, bare (docker on cgroupfs, kubepods, podman) or as `ENGINE-<64 hex>.scope`.
  static func containerID(_ part: String) -> String? {
    var id = part[...]
    if id.hasSuffix(".scope") { id = id.dropLast(6) }
    // containerd with the systemd driver writes `slice:cri-containerd:<id>` when it mounts without systemd's naming.
    if let colon = id.lastIndex(of: ":") { id = id[id.index(after: colon)...] }
    for engine in engines where id.hasPrefix(engine) { id = id.dropFirst(engine.count) }
    guard id.utf8.count == 64, id.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 || $0 >= 97 && $0 <= 102 }) else { return nil }
    return String(id.prefix(12))
  }
}
