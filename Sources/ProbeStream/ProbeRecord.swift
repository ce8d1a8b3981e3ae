/// What the side-car says, one record after the other. Docs in this file are the contract between `sockexplain-probe` and its readers.
public enum ProbeRecord: Equatable, Sendable {
  /// The first record of every stream.
  case hello(ProbeHello)
  /// A name from the running kernel's BTF; numbers of reasons move between kernels.
  case reason(ReasonName)
  /// Whether one program is attached, or why not.
  case program(ProgramStatus)
  /// Something that keeps the side-car from its work; what it could still do goes on.
  case problem(ProbeProblem)
  /// One row of the drop table. Counts are totals since the side-car attached: a later row with the same `id` replaces the earlier one.
  case drop(DropRecord)
  /// One event as it happened (`trace`, and drops with `events`).
  case event(EventRecord)
  /// One TCP socket as `iter/tcp` sees it: what inet_diag lacks.
  case socket(ProbedSocket)
  /// A process; the descriptors behind it are its own.
  case process(ProbedProcess)
  /// Sockets that the process before it holds.
  case descriptors([ProbedDescriptor])
  /// The functions behind a `stack` id, sent before its first use.
  case stack(ProbedStack)
  /// Totals, sent after every batch and once more before `end`.
  case totals(ProbeTotals)
  /// Everything up to this moment has been sent: the answer to a one-shot question is complete.
  case batchEnd(BatchEnd)
  /// The last record. A stream that ends without it was cut.
  case end(EndReason)
  /// Of a newer side-car: its kind. Passed over.
  case unknown(UInt16)
}

/// What the side-car can be asked for; several at once.
public struct ProbeModes: OptionSet, Hashable, Sendable {
  /// The bits, as they travel in `hello`.
  public let rawValue: UInt32
  /// Modes by their bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The drop table: skb:kfree_skb, udp:udp_fail_queue_rcv_skb, tcp:tcp_bad_csum.
  public static let drops = ProbeModes(rawValue: 1)
  /// Events of TCP: states, retransmissions, resets, errors.
  public static let trace = ProbeModes(rawValue: 2)
  /// TCP sockets once, from iter/tcp.
  public static let queues = ProbeModes(rawValue: 4)
  /// Who holds the sockets once, from iter/task_file.
  public static let owners = ProbeModes(rawValue: 8)
  /// Drops also as single events.
  public static let events = ProbeModes(rawValue: 16)
  /// Drops with kernel stacks.
  public static let stacks = ProbeModes(rawValue: 32)
}

/// Who speaks, of what.
public struct ProbeHello: Equatable, Sendable {
  /// Version of this format; a reader refuses a higher one.
  public var version: UInt16 = ProbeHello.currentVersion
  /// What was asked for.
  public var modes: ProbeModes
  /// Inode of the network namespace that is served (net->ns.inum).
  public var namespace: UInt32
  /// The caller's real uid: owners are his alone unless it is 0.
  public var callerUID: UInt32
  /// CLOCK_MONOTONIC when all programs were attached, nanoseconds: what happened before was not watched.
  public var attachedNanoseconds: UInt64
  /// Milliseconds between two batches; 0 when the stream is one batch.
  public var intervalMilliseconds: UInt32
  /// Capabilities kept after attaching (bits of capabilities(7)): none, or CAP_BPF on kernels before 5.19, which want it to read a map.
  public var capabilitiesKept: UInt64
  /// uname -r.
  public var kernel: String
  /// The version that this source speaks.
  public static let currentVersion: UInt16 = 1
  /// A greeting.
  public init(
    modes: ProbeModes, namespace: UInt32, callerUID: UInt32, attachedNanoseconds: UInt64, intervalMilliseconds: UInt32,
    capabilitiesKept: UInt64, kernel: String
  ) {
    self.modes = modes
    self.namespace = namespace
    self.callerUID = callerUID
    self.attachedNanoseconds = attachedNanoseconds
    self.intervalMilliseconds = intervalMilliseconds
    self.capabilitiesKept = capabilitiesKept
    self.kernel = kernel
  }
}

/// One value of an enumeration of the running kernel.
public struct ReasonName: Equatable, Sendable {
  /// Which enumeration.
  public enum Kind: UInt8, Sendable {
    /// enum skb_drop_reason, without SKB_DROP_REASON_: `TCP_LISTEN_OVERFLOW`.
    case drop = 0
    /// enum sk_rst_reason, without SK_RST_REASON_: `TCP_ABORT_ON_CLOSE`.
    case reset = 1
  }
  /// Which enumeration.
  public var kind: Kind
  /// Its value in this kernel.
  public var value: UInt32
  /// Its name.
  public var name: String
  /// A name.
  public init(kind: Kind, value: UInt32, name: String) {
    self.kind = kind
    self.value = value
    self.name = name
  }
}

/// Whether one eBPF program works.
public struct ProgramStatus: Equatable, Sendable {
  /// What became of it.
  public enum State: UInt8, Sendable {
    /// It runs.
    case attached = 0
    /// This kernel has no such tracepoint or iterator.
    case absent = 1
    /// The kernel refused to load or attach it: see `error`.
    case refused = 2
  }
  /// The tracepoint as the kernel names it (`kfree_skb`, `inet_sock_set_state`, …), `iter/tcp`, `iter/task_file`.
  public var name: String
  /// What became of it.
  public var state: State
  /// errno when refused, else 0.
  public var error: Int32
  /// What this kernel's version of it tells: `reason`, `rx_sk` of kfree_skb; `reason` of tcp_send_reset; `cookie` (bpf_get_socket_cookie).
  public var details: [String]
  /// A status.
  public init(name: String, state: State, error: Int32 = 0, details: [String] = []) {
    self.name = name
    self.state = state
    self.error = error
    self.details = details
  }
}

/// Why the side-car cannot do what was asked.
public struct ProbeProblem: Equatable, Sendable {
  /// The kinds, each with its own remedy.
  public enum Kind: UInt16, Sendable {
    /// bpf(2) is refused: CAP_BPF and CAP_PERFMON (or root) are missing. `error` is errno; `detail` the missing ones, and behind a semicolon what
    /// keeps them away (`root`: even root lacks them; `no_new_privs`, `nosuid`: those of the file do not count).
    case notPermitted = 1
    /// /sys/kernel/btf/vmlinux is absent: the kernel was built without CONFIG_DEBUG_INFO_BTF, or with `detail` "sysfs" /sys is not mounted.
    case noBTF = 2
    /// bpf(2) is not in this kernel, or seccomp hides it (ENOSYS).
    case noBPF = 3
    /// Before Linux 5.11 maps count as locked memory, and RLIMIT_MEMLOCK is too small.
    case memoryLimit = 4
    /// The programs do not load for another reason: `error` is errno, `detail` the object.
    case loadFailed = 5
    /// Symbol names of drop locations are not to be had: they stay empty.
    case noSymbols = 6
    /// The namespace could not be read or, for root, entered.
    case namespace = 7
    /// The command line of the side-car was not understood: `detail` is the word.
    case usage = 8
    /// The map of the drop table cannot be read any more. `error` is errno.
    case readFailed = 9
    /// Privileges could not be dropped, so the side-car ended. `error` is errno.
    case privileges = 10
    /// CONFIG_HZ could not be derived: times of `ProbedSocket` that the kernel keeps in jiffies are nil.
    case noClockRate = 11
    /// RLIMIT_NOFILE, which is `detail`, is too small for programs, maps and links.
    case fileLimit = 12
  }
  /// Which.
  public var kind: Kind
  /// errno, or 0.
  public var error: Int32
  /// The name of an object, word or path.
  public var detail: String
  /// A problem.
  public init(kind: Kind, error: Int32 = 0, detail: String = "") {
    self.kind = kind
    self.error = error
    self.detail = detail
  }
}

/// An address as the kernel has it.
@frozen public struct ProbeAddress: Hashable, Sendable {
  /// Bytes 0 … 7 as a big-endian number; IPv4 lies in the upper 32 bits.
  public let high: UInt64
  /// Bytes 8 … 15 as a big-endian number; 0 for IPv4.
  public let low: UInt64
  /// AF_INET6.
  public let isIPv6: Bool
  /// An address by its halves, as SockDiag's IPAddress takes them.
  public init(high: UInt64, low: UInt64, isIPv6: Bool) {
    self.high = high
    self.low = isIPv6 ? low : 0
    self.isIPv6 = isIPv6
  }
}

/// Numbers that say how far the stream can be trusted.
public struct ProbeTotals: Equatable, Sendable {
  /// CLOCK_MONOTONIC when they were read, nanoseconds.
  public var monotonicNanoseconds: UInt64 = 0
  /// Packets that the kernel dropped in this namespace while the program watched: the sum of all `DropRecord.count` of kfree_skb, plus `dropsLost`.
  public var drops: UInt64 = 0
  /// Drops that found the table full: they are in rows without socket, addresses and place (`DropRecord.isSummary`).
  public var dropsSummarized: UInt64 = 0
  /// Drops that found even those rows full: in no row.
  public var dropsLost: UInt64 = 0
  /// Drops of packets that belong to no namespace that could be told (no device, socket or route); not in any row.
  public var dropsUnplaced: UInt64 = 0
  /// Events that the kernel wrote into the ring buffer and that this stream holds.
  public var events: UInt64 = 0
  /// Events lost because the ring buffer was full (a reader that stalls).
  public var eventsLost: UInt64 = 0
  /// Events the kernel did not give to a program because one ran already on that processor (recursion_misses).
  public var missed: UInt64 = 0
  /// Runs of all programs; 0 unless kernel.bpf_stats_enabled = 1.
  public var runs: UInt64 = 0
  /// Time of those runs, nanoseconds.
  public var runNanoseconds: UInt64 = 0
  /// All zero.
  public init() {}
}

/// The end of one batch.
public struct BatchEnd: Equatable, Sendable {
  /// Which mode's rows it ends.
  public var mode: ProbeModes
  /// CLOCK_MONOTONIC, nanoseconds.
  public var monotonicNanoseconds: UInt64
  /// The end of a batch.
  public init(mode: ProbeModes, monotonicNanoseconds: UInt64) {
    self.mode = mode
    self.monotonicNanoseconds = monotonicNanoseconds
  }
}

/// Why the stream ends.
public enum EndReason: UInt8, Sendable {
  /// Everything asked for was sent.
  case done = 0
  /// The reader closed the side-car's standard input, or it got SIGINT or SIGTERM; what was gathered until then has been sent.
  case stopped = 1
  /// A `problem` before it says why.
  case failed = 2
}
