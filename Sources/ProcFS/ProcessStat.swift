public import Catalog

/// What /proc/PID/stat and /proc/PID/task/TID/stat tell of a process or thread (do_task_stat() of fs/proc/array.c, 6.12).
public struct ProcessStat: Sendable, Equatable {
  /// Field 2 without its parentheses: the name, any bytes but NUL, parentheses, spaces and newlines included.
  public var name: Name
  /// Field 3: R, S, D, T, t, Z, X, I.
  public var state: UInt8
  /// Field 9 has PF_KTHREAD: a thread of the kernel, which has no descriptors.
  public var isKernelThread: Bool
  /// Field 20, num_threads: live threads and a zombie leader.
  public var threadCount: Int
  /// Field 22, starttime: clock ticks since boot.
  public var startTicks: UInt64

  /// Parses the text; nil when it is cut off or no stat line. The name ends at the *last* parenthesis: it may itself hold `) S 1 (`.
  public init?(_ text: [UInt8]) {
    self.init(text, count: text.count)
  }

  init?(_ text: [UInt8], count: Int) {
    guard let open = text[..<count].firstIndex(of: UInt8(ascii: "(")),
      let close = text[..<count].lastIndex(of: UInt8(ascii: ")")), open < close
    else { return nil }
    var fields = Fields(text, from: close + 1, to: count)
    guard let state = fields.next(), state.count == 1 else { return nil }
    // Fields 4 to 8, 9, 10 to 19, then 20, 21 and 22. Field 22 must be followed by something: a cut-off number is a wrong number.
    for _ in 4...8 where fields.next() == nil { return nil }
    guard let flags = fields.number() else { return nil }
    for _ in 10...19 where fields.next() == nil { return nil }
    guard let threads = fields.number(), fields.next() != nil, let start = fields.number(), fields.at < count else { return nil }
    name = Name(Array(text[(open + 1)..<close]))
    self.state = text[state.lowerBound]
    isKernelThread = flags & 0x20_0000 != 0
    threadCount = Int(clamping: threads)
    startTicks = start
  }
}
