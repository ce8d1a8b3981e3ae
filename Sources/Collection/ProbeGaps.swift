internal import Catalog
internal import ProbeStream
internal import Snapshot

enum ProbePhrase: String, PhraseTable {
  static var room: String { "gap.probe" }
  case absent = "the kernel's own events are not seen: sockexplain-probe is not in {directory}"
  case nowhere = "the kernel's own events are not seen: without /proc this program cannot tell where sockexplain-probe is"
  case nowhereRemedy = "mount /proc (mount -t proc proc /proc)"
  case absentRemedy = "install it: make install, as root"
  case notAllowed = "the kernel's own events are not seen: this user may not run {path}"
  case notAllowedRemedy = "run it as root (sudo), or join its group: usermod -aG sockexplain USER, and log in again"
  case notStarted = "the kernel's own events are not seen: sockexplain-probe could not be started ({call}: {error})"
  case notStartedRemedy = "look whether the machine is short of processes or descriptors"
  case notExecutable = "the kernel's own events are not seen: sockexplain-probe may not be executed ({error})"
  case notExecutableRemedy = "look at its mode, and whether its file system is mounted noexec; make install, as root, sets the mode"
  case notGranted =
    "the kernel's own events are not seen: sockexplain-probe has CAP_BPF and CAP_PERFMON, which are forbidden here (capability bounding set)"
  case grantRemedy = "look from the host, as root, or start the container with --cap-add BPF --cap-add PERFMON"
  case notOfHere = "the kernel's own events are not seen: sockexplain-probe is no program that this machine can run ({error})"
  case notCaptured = "the kernel's own events are not in the capture"
  case notCapturedRemedy = "capture with this very command, on the machine itself, as root"
  case missing = "the kernel's own events are not seen: loading eBPF needs {names}"
  case missingRemedy = "run it as root (sudo), or install it with its capabilities: make install, as root"
  case missingAsRoot = "the kernel's own events are not seen: loading eBPF needs {names}, which root lacks here"
  case missingNoNew =
    "the kernel's own events are not seen: loading eBPF needs {names}, and no process started from here may gain any (no_new_privs)"
  case missingNoNewRemedy =
    "start it outside of that: systemd's NoNewPrivileges=, a container's no-new-privileges; sudo does not help inside"
  case missingNoSuid =
    "the kernel's own events are not seen: loading eBPF needs {names}, and the file system of sockexplain-probe is mounted nosuid"
  case missingNoSuidRemedy = "run it as root (sudo), or install it elsewhere: nosuid voids the capabilities of files"
  case lockdown = "the kernel's own events are not seen: kernel lockdown (confidentiality) forbids eBPF to read kernel memory"
  case lockdownRemedy = "boot with lockdown=integrity"
  case refused = "the kernel's own events are not seen: the kernel refuses to load eBPF ({error})"
  case refusedRemedy =
    "look from the host, as root: in a container a seccomp profile or a user namespace forbids it whatever capabilities are shown"
  case noBTF = "the kernel's own events are not seen: this kernel has no BTF (/sys/kernel/btf/vmlinux: {error})"
  case noBTFRemedy = "run a kernel built with CONFIG_DEBUG_INFO_BTF=y"
  case noSys = "the kernel's own events are not seen: /sys is not mounted here, where the kernel describes its types (BTF)"
  case noSysRemedy = "mount it: mount -t sysfs sysfs /sys"
  case fileLimit = "the kernel's own events are not seen: sockexplain-probe may open {count} files only, too few for eBPF programs"
  case fileLimitRemedy = "raise the limit (ulimit -Hn, LimitNOFILE=) to 64 or more"
  case ownOwners = "processes are told only where they are this user's: side-car and kernel keep those of others from uid {uid}"
  case ownOwnersRemedy = "run it as root (sudo)"
  case noBPF = "the kernel's own events are not seen: bpf() is not available here"
  case noBPFRemedy = "run a kernel built with CONFIG_BPF_SYSCALL=y, and allow bpf() in the seccomp profile"
  case memoryLimit = "the kernel's own events are not seen: eBPF maps count as locked memory before Linux 5.11, and the limit is too low"
  case memoryLimitRemedy = "raise it (ulimit -l unlimited), or run it as root"
  case loadFailed = "the eBPF programs for {what} do not load into this kernel ({error})"
  case loadFailedRemedy = "please report it with the output of: sudo sockexplain-probe --{what} --debug </dev/null | cat"
  case noSymbols = "functions are not named: this kernel hides its symbols from this user"
  case noSymbolsRemedy = "run it as root, or on Linux 5.13 or later, where eBPF writes the names itself"
  case namespace = "the kernel's own events are not seen: the network namespace cannot be told ({error})"
  case namespaceRemedy = "mount /proc in this mount namespace"
  case usage = "sockexplain-probe does not understand {word}: it is of another version than this program"
  case usageRemedy = "install both together: make install, as root"
  case readFailed = "{what} cannot be read from the kernel ({error}): its rows are missing"
  case readFailedRemedy = "try again; if it stays, please report it"
  case privileges = "the kernel's own events are not seen: sockexplain-probe could not give up its privileges ({error}), so it stopped"
  case privilegesRemedy = "run it without a wrapper that changes capabilities or securebits"
  case noClockRate = "times that programs set on their sockets are not told: the kernel's clock rate could not be derived"
  case noClockRateRemedy = "set net.ipv4.tcp_keepalive_time to other than 0"
  case programAbsent = "this kernel has no {program}: {what}"
  case programAbsentRemedy = "run a newer kernel"
  case programRefused = "{program} does not load into this kernel ({error}): {what}"
  case lacksDrops = "dropped packets are not seen"
  case lacksUDP = "which socket refused a datagram is not told exactly"
  case lacksChecksum = "segments with a wrong checksum are told by counters alone"
  case lacksStates = "opens, closes and changes of state are not seen"
  case lacksRetransmits = "retransmissions are not seen"
  case lacksSynAcks = "repeated SYN-ACKs are not seen"
  case lacksResetsSent = "resets sent from here are not seen"
  case lacksResetsReceived = "resets received are not seen"
  case lacksDestroy = "the end of a socket is not seen"
  case lacksErrors = "errors that sockets get are not seen"
  case lacksQueues = "depths of SYN queues and options of sockets are not seen"
  case lacksOwners = "owners come from /proc alone"
  case lacksIt = "what it tells is not seen"
  case tooSlow = "the kernel's own events are not seen: sockexplain-probe was not ready after {seconds} s"
  case tooSlowRemedy = "try again when the machine is less busy"
  case damaged = "the stream of sockexplain-probe is damaged ({error}): what came after is missing"
  case damagedRemedy = "install both programs together: make install, as root"
  case killed = "sockexplain-probe was killed by signal {signal}: what happened since then was not seen"
  case exited = "sockexplain-probe ended early (exit status {status}): what happened since then was not seen"
  case cutOff = "sockexplain-probe ended early: what happened since then was not seen"
  case endedRemedy = "start again; if it stays, please report it"
  case eventsLost = "{count} events were lost: this program did not read them fast enough"
  case eventsLostRemedy = "narrow the filter, or write to a file instead of a terminal"
  case dropsLost = "{count} dropped packets were counted in no row: the table was full, or the processor was busy with another one"
  case dropsLostRemedy = "watch for a shorter time (--for)"
}

extension Gap {
  private static func of(
    _ id: String, _ what: ProbePhrase, _ remedy: ProbePhrase, _ values: KeyValuePairs<String, any CustomStringConvertible> = [:]
  ) -> Gap {
    Gap(id: id, what: what.say(values), remedy: remedy.say())
  }

  /// The side-car could not be started.
  static func probe(_ failure: ProbeFailure) -> Gap {
    switch failure {
    case .absent(""): of("probe-absent", .nowhere, .nowhereRemedy)
    case .absent(let directory): of("probe-absent", .absent, .absentRemedy, ["directory": directory])
    case .notAllowed(let path): of("probe-not-allowed", .notAllowed, .notAllowedRemedy, ["path": path])
    case .system("posix_spawn", let code): notExecuted(code)
    case .system(let call, let code): of("probe-failed", .notStarted, .notStartedRemedy, ["call": call, "error": errorText(code)])
    case .notCaptured: of("probe-not-captured", .notCaptured, .notCapturedRemedy)
    }
  }

  /// Why execve() refused, as errno; `notAllowed` is told before.
  private static func notExecuted(_ code: Int32) -> Gap {
    let error = errorText(code)
    switch code {
    // A file that must get capabilities which the bounding set lacks is not executed at all.
    case 1: return of("probe-not-allowed", .notGranted, .grantRemedy)
    case 13: return of("probe-not-allowed", .notExecutable, .notExecutableRemedy, ["error": error])
    // ENOENT is the file's own loader; ENOEXEC, EINVAL, ELIBBAD.
    case 2, 8, 22, 80: return of("probe-failed", .notOfHere, .usageRemedy, ["error": error])
    default: return of("probe-failed", .notStarted, .notStartedRemedy, ["call": "posix_spawn", "error": error])
    }
  }

  /// Capabilities are missing: `list` names them and, behind a semicolon, what keeps them away.
  private static func missing(_ list: String) -> Gap {
    let parts = list.split(separator: ";", maxSplits: 1)
    let values: KeyValuePairs<String, any CustomStringConvertible> = ["names": names(parts.first.map(String.init) ?? "")]
    switch parts.count > 1 ? parts[1] : "" {
    case "root": return of("probe-denied", .missingAsRoot, .grantRemedy, values)
    case "no_new_privs": return of("probe-denied", .missingNoNew, .missingNoNewRemedy, values)
    case "nosuid": return of("probe-denied", .missingNoSuid, .missingNoSuidRemedy, values)
    default: return of("probe-denied", .missing, .missingRemedy, values)
    }
  }

  /// Owners of other users are kept from the caller.
  static func probeOwners(of uid: UInt32) -> Gap { of("probe-owners-own", .ownOwners, .ownOwnersRemedy, ["uid": uid]) }

  /// The side-car says that it cannot.
  static func probe(_ problem: ProbeProblem, kernel: String) -> Gap {
    let error = errorText(problem.error)
    switch problem.kind {
    case .notPermitted where problem.detail == "lockdown": return of("probe-denied", .lockdown, .lockdownRemedy)
    case .notPermitted where problem.detail.isEmpty: return of("probe-denied", .refused, .refusedRemedy, ["error": error])
    case .notPermitted: return missing(problem.detail)
    case .noBTF where problem.detail == "sysfs": return of("probe-no-btf", .noSys, .noSysRemedy)
    case .fileLimit: return of("probe-file-limit", .fileLimit, .fileLimitRemedy, ["count": problem.detail])
    case .noBTF: return of("probe-no-btf", .noBTF, .noBTFRemedy, ["error": error])
    case .noBPF: return of("probe-no-bpf", .noBPF, .noBPFRemedy)
    case .memoryLimit: return of("probe-memory-limit", .memoryLimit, .memoryLimitRemedy)
    case .loadFailed:
      return Gap(
        id: "probe-load-failed", what: ProbePhrase.loadFailed.say(["what": problem.detail, "error": error]),
        remedy: ProbePhrase.loadFailedRemedy.say(["what": problem.detail]))
    case .noSymbols: return of("probe-no-symbols", .noSymbols, .noSymbolsRemedy)
    case .namespace: return of("probe-namespace", .namespace, .namespaceRemedy, ["error": error])
    case .usage: return of("probe-version", .usage, .usageRemedy, ["word": problem.detail])
    case .readFailed: return of("probe-read-failed", .readFailed, .readFailedRemedy, ["what": problem.detail, "error": error])
    case .privileges: return of("probe-privileges", .privileges, .privilegesRemedy, ["error": error])
    case .noClockRate: return of("probe-no-clock-rate", .noClockRate, .noClockRateRemedy)
    }
  }

  /// `cap_bpf,cap_perfmon` as people write it.
  private static func names(_ list: String) -> String { list.split(separator: ",").map { $0.uppercased() }.joined(separator: ", ") }

  private static let lacks: [String: ProbePhrase] = [
    "kfree_skb": .lacksDrops, "udp_fail_queue_rcv_skb": .lacksUDP, "tcp_bad_csum": .lacksChecksum, "inet_sock_set_state": .lacksStates,
    "tcp_retransmit_skb": .lacksRetransmits, "tcp_retransmit_synack": .lacksSynAcks, "tcp_send_reset": .lacksResetsSent,
    "tcp_receive_reset": .lacksResetsReceived, "tcp_destroy_sock": .lacksDestroy, "inet_sk_error_report": .lacksErrors,
    "iter/tcp": .lacksQueues, "iter/task_file": .lacksOwners,
  ]

  /// Its programs were not attached in time.
  static func probeTooSlow(milliseconds: Int) -> Gap { of("probe-too-slow", .tooSlow, .tooSlowRemedy, ["seconds": milliseconds / 1000]) }

  /// One program is not there.
  static func probe(_ program: ProgramStatus) -> Gap {
    let what = (lacks[program.name] ?? .lacksIt).rawValue
    if program.state == .absent {
      return of("probe-program-absent", .programAbsent, .programAbsentRemedy, ["program": program.name, "what": what])
    }
    return of(
      "probe-program-refused", .programRefused, .readFailedRemedy,
      ["program": program.name, "error": errorText(program.error), "what": what])
  }

  static func probeDamaged(_ error: ProbeStreamError) -> Gap {
    of("probe-damaged", .damaged, .damagedRemedy, ["error": error.description])
  }

  static func probeCutOff(status: Int32?) -> Gap {
    guard let status else { return of("probe-ended", .cutOff, .endedRemedy) }
    return status < 0
      ? of("probe-ended", .killed, .endedRemedy, ["signal": -status]) : of("probe-ended", .exited, .endedRemedy, ["status": status])
  }

  static func probeLost(events: UInt64) -> Gap { of("probe-events-lost", .eventsLost, .eventsLostRemedy, ["count": events]) }
  static func probeLost(drops: UInt64) -> Gap { of("probe-drops-lost", .dropsLost, .dropsLostRemedy, ["count": drops]) }
}
