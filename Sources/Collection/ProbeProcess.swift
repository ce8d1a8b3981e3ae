// Starts the side-car: beside System.swift the room's only file that calls the C library.
#if canImport(Glibc)
  internal import Glibc
#endif

/// The side-car that belongs to this program: the file beside it. Neither PATH nor the environment is asked, because whoever sets them is not trusted
/// to name a program that may hold capabilities.
public final class LiveProbe: ProbeSource {
  private let candidates: [String]
  private let directory: String

  /// The side-car beside the running program, or in ../libexec.
  public convenience init() { self.init(directory: Self.ownDirectory() ?? "") }

  /// The side-car in a directory; for tests.
  public init(directory: String) {
    self.directory = directory
    candidates = directory.isEmpty ? [] : [directory + "/sockexplain-probe", directory + "/../libexec/sockexplain-probe"]
  }

  private static func ownDirectory() -> String? {
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe bytes.withUnsafeMutableBytes { raw in
      unsafe raw.baseAddress.map { unsafe readlink("/proc/self/exe", $0.assumingMemoryBound(to: CChar.self), raw.count) } ?? -1
    }
    guard count > 0, count < bytes.count, let slash = bytes[..<count].lastIndex(of: UInt8(ascii: "/")) else { return nil }
    return String(validating: bytes[..<slash], as: UTF8.self)
  }

  /// Whether there is a file at all; it may still refuse to run.
  public var isInstalled: Bool { candidates.contains { unsafe access($0, F_OK) == 0 } }

  /// Starts it with an empty environment.
  public func start(_ request: ProbeRequest) throws(ProbeFailure) -> any ProbeReading {
    for path in candidates {
      var status = stat()
      // A directory that may not be searched hides whether the file is there.
      if unsafe stat(path, &status) != 0 {
        if errno == EACCES { throw .notAllowed(path: path) }
        continue
      }
      return try ProbeProcess(path, request.arguments)
    }
    throw .absent(directory: directory)
  }
}

/// One running side-car and the two pipes to it.
final class ProbeProcess: ProbeReading {
  private var child = pid_t(0)
  /// Its standard input: the end of it says that we have enough.
  private var control: Int32
  private let stream: Int32
  private var isEnded = false
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(_ path: String, _ arguments: [String]) throws(ProbeFailure) {
    var input: [Int32] = [-1, -1]
    var output: [Int32] = [-1, -1]
    guard unsafe pipe(&input) == 0 else { throw .system(call: "pipe", code: errno) }
    guard unsafe pipe(&output) == 0 else {
      let code = errno
      for end in input { close(end) }
      throw .system(call: "pipe", code: code)
    }
    for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Room for a burst while this program is busy; a smaller pipe is no error.
    _ = fcntl(output[0], 1031, 1 << 20)
    control = input[1]
    stream = output[0]
    let code = Self.spawn(path, arguments, &child, input[0], output[1])
    close(input[0])
    close(output[1])
    guard code == 0 else {
      close(control)
      close(stream)
      isEnded = true
      throw code == EACCES && Self.isForOthers(path) ? .notAllowed(path: path) : .system(call: "posix_spawn", code: code)
    }
  }

  /// Whether a file may be executed by others than this user: then a group opens it. Root may execute whatever anybody may.
  private static func isForOthers(_ path: String) -> Bool {
    var status = stat()
    return unsafe geteuid() != 0 && stat(path, &status) == 0 && status.st_mode & 0o111 != 0 && status.st_mode & 0o001 == 0
  }

  private static func spawn(_ path: String, _ arguments: [String], _ child: inout pid_t, _ input: Int32, _ output: Int32) -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    // What it has to say is in the stream.
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    defer { while let word = unsafe words.popLast() { unsafe free(word) } }
    var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
    return unsafe posix_spawn(&child, path, &actions, nil, &words, &environment)
  }

  func read(milliseconds: Int) -> ProbeChunk {
    guard !isEnded else { return .ended(status: nil) }
    var set = pollfd(fd: stream, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&set, 1, Int32(clamping: milliseconds)) > 0 else { return .nothing }
    let count = unsafe buffer.withUnsafeMutableBytes { raw in unsafe Glibc.read(stream, raw.baseAddress, raw.count) }
    if count > 0 { return .bytes(Array(buffer[..<count])) }
    if count < 0, errno == EINTR || errno == EAGAIN { return .nothing }
    return .ended(status: reap())
  }

  func stop() {
    if control >= 0 { close(control) }
    control = -1
  }

  /// Waits for a child that closed its stream: it has nothing else to do than to end.
  private func reap() -> Int32? {
    isEnded = true
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0 { if errno != EINTR { return nil } }
    return status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f)
  }

  deinit {
    stop()
    guard !isEnded else {
      if child > 0 { close(stream) }
      return
    }
    // Nobody reads any more: it would end by itself, at its next write.
    close(stream)
    kill(child, SIGKILL)
    _ = reap()
  }
}
