// The only file of this room with system calls. Buffers are arrays of the caller, so the loops above it stay bounds-checked.

import CShims
import Glibc

/// An open file descriptor, closed when it goes out of scope.
struct Descriptor: ~Copyable {
  let number: Int32

  deinit { _ = close(number) }

  /// open(2) of an absolute path; `errno` is the error.
  static func open(_ path: String, _ flags: Int32 = O_RDONLY) -> Descriptor? {
    let number = unsafe Glibc.open(path, flags | O_CLOEXEC)
    return number < 0 ? nil : Descriptor(number: number)
  }

  /// openat(2) relative to this directory.
  borrowing func open(_ name: String, _ flags: Int32 = O_RDONLY) -> Descriptor? {
    let found = unsafe openat(number, name, flags | O_CLOEXEC)
    return found < 0 ? nil : Descriptor(number: found)
  }

  /// Everything up to the end of the file, or nil and `errno`. /proc files have no size, so it reads until nothing comes.
  borrowing func readAll() -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16384)
    while true {
      let got = unsafe chunk.withUnsafeMutableBytes { unsafe read(number, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      if got < 0 { return nil }
      if got == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<got])
    }
  }

  /// One read(2) into a reused buffer; the bytes read, or nil and `errno`.
  borrowing func readOnce(into buffer: inout [UInt8]) -> Int? {
    let got = unsafe buffer.withUnsafeMutableBytes { unsafe read(number, $0.baseAddress, $0.count) }
    return got < 0 ? nil : got
  }

  /// getdents64(2): the bytes of directory entries that follow, 0 at the end, or nil and `errno`.
  borrowing func entries(into buffer: inout [UInt8]) -> Int? {
    let got = unsafe buffer.withUnsafeMutableBytes { raw -> Int in
      guard let base = raw.baseAddress else { return 0 }
      return unsafe shim_getdents64(number, base, raw.count)
    }
    return got < 0 ? nil : got
  }

  /// readlinkat(2) of the NUL-ended name that starts at `offset` of `names`; the target's bytes (cut to the buffer), or nil and `errno`.
  @inline(__always)
  borrowing func link(_ names: [UInt8], at offset: Int, into target: inout [UInt8]) -> Int? {
    let got = unsafe names.withUnsafeBytes { name -> Int in
      guard offset < name.count, let base = name.baseAddress else { return -1 }
      return unsafe target.withUnsafeMutableBytes { out -> Int in
        guard let into = out.baseAddress else { return -1 }
        return unsafe readlinkat(
          number, (base + offset).assumingMemoryBound(to: CChar.self), into.assumingMemoryBound(to: CChar.self), out.count)
      }
    }
    return got < 0 ? nil : got
  }

  /// fstatat(2) relative to this directory: owner and link count, or nil and `errno`.
  borrowing func status(_ name: String) -> (uid: UInt32, links: UInt64)? {
    var found = stat()
    guard unsafe fstatat(number, name, &found, 0) == 0 else { return nil }
    return (found.st_uid, UInt64(found.st_nlink))
  }
}

/// The real files, or a tree that looks like them.
public final class LiveFiles: FileSource {
  /// Put before every path: empty for the machine itself, a directory with `proc/…` and `sys/…` for tests.
  public let prefix: String
  /// Called in an owner walk between a process's descriptors and the second look at its start time (tests).
  var beforeSecondLook: ((Int32) -> Void)?

  /// A source that reads `prefix` + path.
  public init(prefix: String = "") { self.prefix = prefix }

  /// The whole content of a file.
  public func read(_ path: String) throws(FileError) -> [UInt8] {
    guard let file = Descriptor.open(prefix + path), let bytes = file.readAll() else { throw FileError(path: path, code: errno) }
    return bytes
  }

  /// The names in a directory, in the kernel's order.
  public func list(_ path: String) throws(FileError) -> [String] {
    guard let directory = Descriptor.open(prefix + path, O_RDONLY | O_DIRECTORY) else { throw FileError(path: path, code: errno) }
    var names: [String] = []
    var buffer = [UInt8](repeating: 0, count: 32768)
    while true {
      guard let count = directory.entries(into: &buffer) else { throw FileError(path: path, code: errno) }
      if count == 0 { return names }
      forEachEntry(buffer, count) { start, end in
        if let name = String(validating: buffer[start..<end], as: UTF8.self), name != ".", name != ".." { names.append(name) }
      }
    }
  }

  /// The number of names in a directory; no name is made a String, so a process with a million descriptors costs little.
  public func count(_ path: String) throws(FileError) -> Int {
    guard let directory = Descriptor.open(prefix + path, directoryFlags) else { throw FileError(path: path, code: errno) }
    var buffer = [UInt8](repeating: 0, count: 32768)
    var found = 0
    while true {
      guard let count = directory.entries(into: &buffer) else { throw FileError(path: path, code: errno) }
      if count == 0 { return max(0, found - 2) }
      forEachEntry(buffer, count) { _, _ in found += 1 }
    }
  }

  /// The target of a symbolic link.
  public func link(_ path: String) throws(FileError) -> [UInt8] {
    var target = [UInt8](repeating: 0, count: 4096)
    let count = unsafe target.withUnsafeMutableBytes { out -> Int in
      guard let into = out.baseAddress else { return -1 }
      return unsafe readlink(prefix + path, into.assumingMemoryBound(to: CChar.self), out.count)
    }
    guard count >= 0 else { throw FileError(path: path, code: errno) }
    return Array(target.prefix(count))
  }
}

/// Calls `body` with the byte range of each name in `count` bytes of struct linux_dirent64 (d_reclen at 16, d_name at 19).
@inline(__always)
func forEachEntry(_ buffer: [UInt8], _ count: Int, _ body: (_ start: Int, _ end: Int) -> Void) {
  var at = 0
  while at + 19 < count {
    let length = Int(buffer[at + 16]) | Int(buffer[at + 17]) << 8
    guard length > 19, at + length <= count else { return }
    var end = at + 19
    while end < at + length, buffer[end] != 0 { end += 1 }
    body(at + 19, end)
    at += length
  }
}

/// errno of the last failed call.
var lastError: Int32 { errno }
/// The error that means "you may not".
func isDenied(_ code: Int32) -> Bool { code == EACCES || code == EPERM }
/// The caller's own effective uid.
var effectiveUID: UInt32 { geteuid() }
let directoryFlags = O_RDONLY | O_DIRECTORY
/// Clock ticks a second of the times in /proc (CLK_TCK).
public var clockTicksPerSecond: Int { max(1, sysconf(Int32(_SC_CLK_TCK))) }

extension HalfOwnerWalk {
  static func launch(_ half: HalfOwnerWalk) -> pthread_t? {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passUnretained(half).toOpaque()
    return unsafe pthread_create(&thread, nil, runHalf, context) == 0 ? thread : nil
  }

  static func wait(_ thread: pthread_t) { pthread_join(thread, nil) }
}

private func runHalf(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context = unsafe context { unsafe Unmanaged<HalfOwnerWalk>.fromOpaque(context).takeUnretainedValue().run() }
  return nil
}
