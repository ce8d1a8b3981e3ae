// The room's only file that calls the C library, beside ProbeProcess.swift.
public import Catalog
internal import CShims
public import ProcFS
public import Snapshot

#if canImport(Glibc)
  internal import Glibc
#endif

/// The running machine.
public final class LiveHost: Host {
  let files: LiveFiles

  /// The machine whose /proc `files` reads.
  public init(files: LiveFiles) { self.files = files }

  static func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// CLOCK_REALTIME and CLOCK_MONOTONIC.
  public func moment() -> Moment {
    Moment(realtimeNanoseconds: Self.nanoseconds(CLOCK_REALTIME), monotonicNanoseconds: Self.nanoseconds(CLOCK_MONOTONIC))
  }

  /// uname -r; by the system call, as /proc may not be there.
  public var kernelRelease: String {
    var names = utsname()
    guard unsafe uname(&names) == 0 else { return "" }
    return unsafe withUnsafeBytes(of: &names.release) { unsafe String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) }
  }

  /// sysconf(_SC_CLK_TCK).
  public var ticksPerSecond: Int { sysconf(Int32(_SC_CLK_TCK)) }

  /// geteuid().
  public var effectiveUID: UInt32 { geteuid() }

  /// if_nameindex().
  public func interfaceNames() -> [UInt32: Name] {
    var names: [UInt32: Name] = [:]
    guard let list = unsafe if_nameindex() else { return names }
    var item = unsafe list
    while unsafe item.pointee.if_index != 0, let text = unsafe item.pointee.if_name {
      unsafe names[item.pointee.if_index] = Name(Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
      unsafe item += 1
    }
    unsafe if_freenameindex(list)
    return names
  }

  /// The directories of the cgroup2 mount.
  public func cgroupPaths() -> [UInt64: Name] {
    guard let mounts = try? files.read("/proc/self/mounts") else { return [:] }
    for line in mounts.split(separator: 10) {
      let words = line.split(separator: 32)
      if words.count > 2, words[2].elementsEqual("cgroup2".utf8) {
        return cgroupDirectories(below: String(decoding: words[1], as: UTF8.self))
      }
    }
    return [:]
  }

  /// Watches a wait, about five times a second: told the milliseconds gone and the whole; false ends the wait.
  public var watch: ((Int, Int) -> Bool)?

  /// Sleeps; a signal does not shorten it, but the watch does.
  public func wait(milliseconds: Int) {
    guard let watch else { return Self.sleep(milliseconds: milliseconds) }
    let start = Self.nanoseconds(CLOCK_MONOTONIC)
    while true {
      let gone = Int((Self.nanoseconds(CLOCK_MONOTONIC) - start) / 1_000_000)
      guard gone < milliseconds, watch(gone, milliseconds) else { return }
      // Cut short by a signal, so that Ctrl-C is answered at once.
      var slice = timespec(tv_sec: 0, tv_nsec: min(200, milliseconds - gone) * 1_000_000)
      _ = unsafe nanosleep(&slice, nil)
    }
  }

  private static func sleep(milliseconds: Int) {
    var left = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    var rest = left
    while unsafe nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
  }

  /// Reads /proc/sys in a child process that has left for the other namespace: there the files show that namespace's settings.
  public func settings(_ names: [String], in place: NamespacePlace) -> NamespaceSettings {
    var found = NamespaceSettings()
    var descriptor: Int32 = -1
    if place == .initial {
      descriptor = unsafe open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        found.failure = errno
        return found
      }
      found.isSame = isOwnNamespace(descriptor)
    }
    defer { if descriptor >= 0 { _ = close(descriptor) } }
    if !found.isSame { readInNamespace(names, descriptor, into: &found) }
    return found
  }

  /// The walk of /proc/PID/fd.
  public func walkOwners(wanted: InodeSet?, into table: inout OwnerTable) -> OwnerWalkResult {
    // The side-car shows root every descriptor, others only their own: for them /proc knows more.
    if let wanted, wanted.count >= worthTheSideCar, geteuid() == 0, let result = askProbe(wanted, into: &table) { return result }
    return files.walkOwners(wanted: wanted, into: &table)
  }

  /// From so many sockets on the side-car is faster than /proc, its start and the loading of its program included: 5 ms where the kernel finds the
  /// members that the program reads (Linux 5.17), else 25.
  private var worthTheSideCar: Int { Release(kernelRelease) < "5.17" ? 20_000 : 1_000 }

  private func askProbe(_ wanted: InodeSet, into table: inout OwnerTable) -> OwnerWalkResult? {
    guard let reading = try? LiveProbe().start(.owners) else { return nil }
    var found = OwnerTable(expected: wanted.count)
    guard ProbeSession(reading, request: .owners).fill(&found, wanted: wanted, ticksPerSecond: ticksPerSecond) else { return nil }
    var result = OwnerWalkResult()
    result.processesSeen = found.processes.count
    result.descriptorsRead = found.count
    var gone: Set<Int32> = []
    for (pid, known) in found.processes {
      var process = known
      if files.complete(&process) { found.processes[pid] = process } else { gone.insert(pid) }
    }
    result.processesChanged = gone.count
    if !gone.isEmpty { found.keep { !gone.contains($0.pid) } }
    table = found
    return result
  }
}

/// Whether a descriptor of a namespace is the calling process's own network namespace.
private func isOwnNamespace(_ descriptor: Int32) -> Bool {
  var other = stat()
  var own = stat()
  guard unsafe fstat(descriptor, &other) == 0, unsafe stat("/proc/self/ns/net", &own) == 0 else { return false }
  return other.st_dev == own.st_dev && other.st_ino == own.st_ino
}

/// The answers of `shim_read_in_namespace`: i32 errno of the change, then i32 errno, u32 size and the bytes of each file.
private func readInNamespace(_ names: [String], _ descriptor: Int32, into found: inout NamespaceSettings) {
  let paths = names.flatMap { Array(settingFile($0).utf8) + [0] }.map { CChar(bitPattern: $0) }
  var pid: pid_t = 0
  let pipe = unsafe shim_read_in_namespace(descriptor, paths, paths.count, &pid)
  guard pipe >= 0 else {
    found.failure = errno
    return
  }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(pipe, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    if count <= 0 { break }
    bytes += chunk[..<count]
  }
  _ = close(pipe)
  shim_wait(pid)
  parse(bytes, names, into: &found)
}

private func parse(_ bytes: [UInt8], _ names: [String], into found: inout NamespaceSettings) {
  var payload = PayloadReader(bytes, from: 0, count: bytes.count)
  do {
    found.failure = try payload.take()
    guard found.failure == 0 else { return }
    for name in names {
      let failure: Int32 = try payload.take()
      let size = Int(try payload.take(UInt32.self))
      guard payload.at + size <= payload.end else { return }
      if failure == 0 { found.values[name] = settingText(Array(bytes[payload.at..<(payload.at + size)])) }
      payload.at += size
    }
  } catch {
    if found.values.names.isEmpty { found.failure = EIO }
  }
}

/// A file that is written once and that only its owner may read.
final class OutputFile {
  private let descriptor: Int32

  /// Creates or empties the file at a path, mode 0600; nil and `lastError()` when that fails, also when the file is another user's.
  init?(privateAt path: String) {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    // A pipe or a device (/dev/stdout) keeps its mode; a file that was there before gets the narrow one before it gets content.
    guard status.st_mode & S_IFMT != S_IFREG || (fchmod(descriptor, 0o600) == 0 && ftruncate(descriptor, 0) == 0) else { return nil }
  }

  /// All bytes, or false and `lastError()`.
  func write(_ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { raw in
        unsafe raw.baseAddress.map { unsafe Glibc.write(descriptor, $0 + done, raw.count - done) } ?? 0
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return false }
      done += count
    }
    return true
  }

  deinit { if descriptor >= 0 { _ = close(descriptor) } }
}

/// When a file was last written, nanoseconds since 1970; 0 when that cannot be told.
func modificationTime(_ path: String) -> Int64 {
  var status = stat()
  guard unsafe stat(path, &status) == 0 else { return 0 }
  return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
}

/// errno of the last failed call.
func lastError() -> Int32 { errno }

/// The C library's sentence for an errno.
func errorText(_ code: Int32) -> String { unsafe String(cString: shim_error_text(code)) }

/// The cgroup v2 paths below a mount point by their id, which is the inode number of the directory.
func cgroupDirectories(below root: String) -> [UInt64: Name] {
  var out: [UInt64: Name] = [:]
  var rest = [""]
  while let path = rest.popLast() {
    var info = stat()
    guard unsafe lstat(root + path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else { continue }
    out[UInt64(info.st_ino)] = Name(path.isEmpty ? "/" : path)
    guard let directory = unsafe opendir(root + path) else { continue }
    while let entry = unsafe readdir(directory) {
      guard unsafe entry.pointee.d_type == UInt8(DT_DIR) else { continue }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { rest.append(path + "/" + name) }
    }
    unsafe closedir(directory)
  }
  return out
}
