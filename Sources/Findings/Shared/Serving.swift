internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

/// What keeps a process from serving its sockets, or that nothing visible does.
enum Serving: Equatable {
  /// State T: SIGSTOP, SIGTSTP.
  case stopped
  /// State t: a debugger holds it.
  case traced
  /// State Z: it has ended.
  case zombie
  /// Its cgroup is frozen.
  case frozen
  /// As many descriptors are open as RLIMIT_NOFILE allows.
  case outOfDescriptors(limit: UInt64)
  /// State D in every thread.
  case uninterruptible(String)
  /// Every thread sleeps in something that is neither accept() nor a wait for events.
  case elsewhere(String)
  /// The same, and it is a read or write of one peer.
  case onePeer(String)
  /// A thread waits in accept().
  case accepting(String)
  /// A thread waits for events: epoll, poll, select, io_uring.
  case events(String)
  /// A thread is on a processor, or ready to be.
  case running
  /// /proc did not say.
  case unknown

  /// Whether it explains on its own that nobody calls accept().
  var isBlocked: Bool {
    switch self {
    case .accepting, .events, .running, .unknown: false
    default: true
    }
  }

  /// Whether it lasts until somebody outside the process acts.
  var isCertain: Bool {
    switch self {
    case .stopped, .traced, .zombie, .frozen, .outOfDescriptors: true
    default: false
    }
  }

  /// Whether every process that holds a socket is stopped, traced, frozen or gone, so that nothing reads it.
  static func isHalted(_ socket: InetSocket, _ evidence: Evidence) -> Bool {
    let records = Who.records(of: socket, evidence)
    return !records.isEmpty
      && records.allSatisfy {
        let serving = of($0)
        if case .outOfDescriptors = serving { return false }
        return serving.isCertain
      }
  }
}

/// Where one thread waits, by system call, or by the kernel function where the call is not readable.
enum ThreadWait {
  static let accepts: Set<String> = ["accept", "accept4"]
  static let events: Set<String> = [
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "epoll_wait_old", "poll", "ppoll", "select", "_newselect", "pselect6", "io_uring_enter",
    "io_getevents", "io_pgetevents",
  ]
  static let onePeer: Set<String> = [
    "read", "readv", "recv", "recvfrom", "recvmsg", "recvmmsg", "write", "writev", "send", "sendto", "sendmsg", "sendmmsg", "sendfile",
    "splice",
  ]
  /// Kernel functions (wait channels) that tell the same when the system call is hidden or was restarted.
  static let acceptChannels: Set<String> = ["inet_csk_accept", "inet_csk_wait_for_connect"]
  static let eventChannels: Set<String> = [
    "ep_poll", "do_epoll_wait", "do_select", "do_sys_poll", "poll_schedule_timeout", "io_cqring_wait",
  ]

  enum Kind { case accept, events, onePeer, other, running, unknown }

  /// The channel without what the compiler appended: `poll_schedule_timeout.constprop.0`.
  static func channel(_ thread: ThreadRecord) -> String? {
    thread.waitChannel.map { String($0.prefix { $0 != "." }) }
  }

  static func kind(_ thread: ThreadRecord) -> Kind {
    if thread.state == UInt8(ascii: "R") || thread.systemCall == "running" { return .running }
    if let channel = channel(thread) {
      if acceptChannels.contains(channel) { return .accept }
      if eventChannels.contains(channel) { return .events }
    }
    guard let call = thread.systemCall, call != "restart_syscall" else { return thread.waitChannel == nil ? .unknown : .other }
    if accepts.contains(call) { return .accept }
    if events.contains(call) { return .events }
    return onePeer.contains(call) ? .onePeer : .other
  }

  /// `pause()`, or `the kernel's do_wait` where only that is readable; nil when neither is.
  static func place(_ thread: ThreadRecord) -> Sentence? {
    if let call = thread.systemCall, call != "running", call != "restart_syscall" {
      return call.hasPrefix("syscall ") ? ServingPhrase.number.say(["call": call]) : ServingPhrase.call.say(["call": call])
    }
    return thread.waitChannel.map { ServingPhrase.channel.say(["function": $0]) }
  }
}

enum ServingPhrase: String, PhraseTable {
  static var room: String { "card.serving" }
  case call = "{call}()"
  case number = "{call}"
  case channel = "the kernel's {function}()"
}

extension Serving {
  /// Judges a process by its second look; the worst obstacle first.
  static func of(_ process: ProcessRecord) -> Serving {
    guard let detail = process.detail else { return .unknown }
    switch detail.state {
    case UInt8(ascii: "T"): return .stopped
    case UInt8(ascii: "t"): return .traced
    case UInt8(ascii: "Z"), UInt8(ascii: "X"): return .zombie
    default: break
    }
    if detail.cgroupFrozen == true { return .frozen }
    if let open = detail.openDescriptors, let limit = detail.descriptorLimit, UInt64(open) >= limit {
      return .outOfDescriptors(limit: limit)
    }
    guard !detail.threads.isEmpty else { return .unknown }
    let kinds = detail.threads.map(ThreadWait.kind)
    func place(_ kind: ThreadWait.Kind) -> String? {
      zip(detail.threads, kinds).first { $0.1 == kind }.flatMap { ThreadWait.place($0.0)?.description }
    }
    if let place = place(.accept) { return .accepting(place) }
    if let place = place(.events) { return .events(place) }
    if kinds.contains(.running) { return .running }
    // A verdict over all threads needs all threads.
    guard !kinds.contains(.unknown), detail.threads.count >= detail.threadCount else { return .unknown }
    if detail.threads.allSatisfy({ $0.state == UInt8(ascii: "D") }) { return .uninterruptible(place(kinds[0]) ?? "") }
    if let place = place(.onePeer) { return .onePeer(place) }
    // The main thread's place says most: the others of a runtime sleep in futex().
    return .elsewhere(ThreadWait.place(detail.threads[0])?.description ?? "")
  }
}
