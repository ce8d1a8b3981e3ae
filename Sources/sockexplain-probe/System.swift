// Files, time and signals: what the other files need of the C library, without libbpf.
internal import CBPF
internal import Glibc

/// An open descriptor, closed when it goes out of scope.
struct Descriptor: ~Copyable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  /// Opens a fixed path for reading; nil and `errno`.
  init?(path: String) {
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { return nil }
    number = opened
  }

  deinit { _ = close(number) }

  /// One read(2): the bytes there were, 0 at the end, or minus errno.
  borrowing func read(into buffer: inout [UInt8]) -> Int {
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { raw in unsafe Glibc.read(number, raw.baseAddress, raw.count) }
      if count >= 0 { return count }
      if errno != EINTR { return -Int(errno) }
    }
  }

  /// Everything up to the end.
  borrowing func readAll() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(into: &buffer)
      if count <= 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// Inode of what is open.
  borrowing func inode() -> UInt32? {
    var status = stat()
    return unsafe fstat(number, &status) == 0 ? UInt32(truncatingIfNeeded: status.st_ino) : nil
  }
}

func readText(_ path: String) -> String? {
  guard let file = Descriptor(path: path) else { return nil }
  return String(decoding: file.readAll(), as: UTF8.self)
}

/// Inode of a namespace of this process: `net`, `pid`.
func ownNamespace(_ kind: String) -> UInt32? { Descriptor(path: "/proc/self/ns/\(kind)")?.inode() }

/// Enters the network namespace at a path; errno when that fails.
func enterNetworkNamespace(_ path: String) -> Int32 {
  guard let namespace = Descriptor(path: path) else { return errno }
  return shim_enter_network(namespace.number)
}

func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// uname -r.
func kernelRelease() -> String {
  (readText("/proc/sys/kernel/osrelease") ?? "").split(separator: "\n").first.map(String.init) ?? "unknown"
}

/// Whether a release is at least this version.
func isKernel(_ release: String, atLeast major: Int, _ minor: Int) -> Bool {
  let parts = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
  guard parts.count == 2 else { return false }
  return parts[0] > major || (parts[0] == major && parts[1] >= minor)
}

/// One line on stderr, for a person who runs the side-car by hand.
func complain(_ text: String) {
  let line = Array((text + "\n").utf8)
  _ = unsafe write(2, line, line.count)
}

/// Puts a directory where standard descriptors are closed: a map must not become anybody's standard output. False when there is no output.
func holdStandardDescriptors() -> Bool {
  let hasOutput = fcntl(1, F_GETFD) >= 0
  for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 { _ = unsafe open("/", O_RDONLY) }
  return hasOutput
}

/// Forgets the environment: this program may run with capabilities that its caller lacks.
func forgetEnvironment() {
  _ = clearenv()
  umask(0o077)
}

/// Bytes of a base64 literal.
func decodeBase64(_ text: StaticString) -> [UInt8] {
  var values = [UInt8](repeating: 0, count: 256)
  for (index, digit) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
    values[Int(digit)] = UInt8(index)
  }
  let digits = unsafe Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  var bytes: [UInt8] = []
  bytes.reserveCapacity(digits.count / 4 * 3)
  var group: UInt32 = 0
  var filled = 0
  for digit in digits where digit != UInt8(ascii: "=") {
    group = group << 6 | UInt32(values[Int(digit)])
    filled += 1
    guard filled % 4 == 0 else { continue }
    bytes.append(UInt8(truncatingIfNeeded: group >> 16))
    bytes.append(UInt8(truncatingIfNeeded: group >> 8))
    bytes.append(UInt8(truncatingIfNeeded: group))
  }
  if filled % 4 == 2 { bytes.append(UInt8(truncatingIfNeeded: group >> 4)) }
  if filled % 4 == 3 {
    bytes.append(UInt8(truncatingIfNeeded: group >> 10))
    bytes.append(UInt8(truncatingIfNeeded: group >> 2))
  }
  return bytes
}
