internal import CBPF
internal import Glibc
internal import ProbeStream

/// Set by SIGINT, SIGTERM and SIGHUP.
nonisolated(unsafe) private var isSignalled = false

/// Standard output as a stream of records, and the ways its reader says that it is enough.
struct Output {
  /// The reader is gone: nothing is worth doing any more.
  private(set) var isBroken = false
  /// The reader closed our standard input, or a signal came.
  private(set) var isStopped = false
  var writer = ProbeWriter()
  /// Standard input is a pipe or socket, so its end is a word of the reader; a terminal or /dev/null says nothing.
  private let isControlled: Bool

  init() {
    var status = stat()
    isControlled = unsafe fstat(0, &status) == 0 && [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var action = sigaction()
      // No SA_RESTART: a write to a reader that stalls ends too.
      unsafe action.__sigaction_handler.sa_handler = { _ in unsafe isSignalled = true }
      unsafe sigaction(number, &action, nil)
    }
  }

  mutating func write(_ record: ProbeRecord) {
    writer.write(record)
    if writer.bytes.count > 1 << 16 { flush() }
  }

  /// Writes what is there; waits for a reader that stalls.
  mutating func flush() {
    var done = 0
    while done < writer.bytes.count, !isBroken {
      let count = unsafe writer.bytes.withUnsafeBytes { raw in
        unsafe raw.baseAddress.map { unsafe Glibc.write(1, $0 + done, raw.count - done) } ?? 0
      }
      if count > 0 {
        done += count
      } else if errno != EINTR {
        isBroken = true
      }
    }
    writer.bytes.removeAll(keepingCapacity: true)
  }

  /// Waits for something to do: a signal, the reader's end, readable descriptors, or the time.
  mutating func wait(for descriptors: [Int32], milliseconds: Int32) {
    var set = [pollfd(fd: 1, events: 0, revents: 0), pollfd(fd: isControlled ? 0 : -1, events: Int16(POLLIN), revents: 0)]
    set += descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let found = unsafe poll(&set, UInt(set.count), isStopped ? 0 : milliseconds)
    if unsafe isSignalled { isStopped = true }
    guard found > 0 else { return }
    if set[0].revents & Int16(POLLERR | POLLNVAL) != 0 { isBroken = true }
    if set[1].revents != 0 {
      var byte: UInt8 = 0
      // Words on standard input mean nothing; its end does.
      if unsafe read(0, &byte, 1) <= 0 { isStopped = true }
    }
  }
}
