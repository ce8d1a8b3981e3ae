internal import Catalog
internal import Netlink
internal import ProcFS
internal import Snapshot

enum GapPhrase: String, PhraseTable {
  static var room: String { "gap" }
  case ownersDenied =
    "owners are not shown for {unowned} of the sockets: this user may not read the descriptors of {count} of {seen} processes"
  case ownersDeniedRemedy = "run it as root (sudo), or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"
  case ownersDeniedToRoot =
    "they have capabilities that this shell lacks, or belong to another user namespace: look from the host, or with CAP_SYS_PTRACE there"
  case hidepid = "processes may be hidden: /proc is mounted with hidepid={mode}"
  case hidepidRemedy = "run it as root, or join the group named by the gid= option of the /proc mount"
  case initHidden = "process 1 is not visible in /proc: whole processes, and so owners, may be missing"
  case procAbsent = "no owners: /proc cannot be listed ({error})"
  case procAbsentRemedy = "mount /proc in this mount namespace"
  case netlinkAbsent =
    "sock_diag is not available ({error}): the tables of /proc/net are shown instead, which lack a listener's limit (Send-Q reads 0), tcp_info, memory and drops of TCP, congestion control, devices, cookies, bound-inactive sockets, queues and peers of unix sockets, and count time in {tick} ms steps"
  case netlinkRemedy = "allow socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG) in the seccomp profile; gVisor has no sock_diag"
  case protocolAbsent = "{proto} sockets: the kernel refused the question ({error}); {instead}"
  case insteadProc =
    "the table of /proc/net is shown instead, which lacks a listener's limit (Send-Q reads 0), tcp_info, memory, devices and cookies"
  case insteadUnix = "/proc/net/unix is shown instead, which lacks peers, queues, users and memory"
  case insteadNothing = "they are not shown"
  case protocolRemedy = "load the module {module}, or run a kernel with it"
  case ownersUnknown = "{count} of the sockets shown have an inode but no process in this /proc holds it"
  case ownersUnknownRemedy =
    "such a socket is held by the kernel, an io_uring fixed file, a descriptor in flight (SCM_RIGHTS), or a process of another pid namespace: look from the host"
  case markHidden = "fwmark is neither shown nor found by a filter: the kernel sends it only with CAP_NET_ADMIN"
  case markRemedy = "run it as root (sudo), or with CAP_NET_ADMIN"
  case countersUnreadable = "{path} cannot be read ({error}): its counters are missing, and nothing is judged by them"
  case mptcpHasNoTable = "MPTCP sockets are not shown: /proc/net has no table of them"
  case tableUnreadable = "{path} cannot be read ({error}): its sockets are not shown"
  case compareRefused = "{table} sockets: netlink refused to list them ({error}); what /proc/net has of them stands alone (rows: {count})"
  case compareRefusedNone =
    "{table} sockets: netlink refused to list them ({error}), and /proc/net has none: one that it hides would not be seen"
  case compareAbsent = "nothing can be compared: sock_diag is not available ({error}); what /proc/net has stands alone (rows: {count})"
  case compareMPTCP = "compare TCP sockets (-t): each MPTCP connection has one for every path, and a listener is there too"
  case compareModule = "modprobe {module}, or run a kernel with it"
  case compareUnreadable = "{path} cannot be read ({error}): what netlink shows of it stands alone"
  case countersMalformed = "{path} has {count} lines that are not understood: the counters in them are missing"
  case countersMalformedRemedy = "send the file with a bug report: this kernel writes it in a form that was not foreseen"
  case countersRemedy = "mount /proc of this network namespace"
}

extension Gap {
  /// The ids of what an owner walk may note.
  static let ofOwners: Set<String> = ["owners-denied", "hidepid", "owner-unknown", "proc-absent"]

  static func of(_ id: String, _ what: Sentence, _ remedy: Sentence) -> Gap { Gap(id: id, what: what, remedy: remedy) }

  /// What an owner walk could not see.
  static func owners(_ result: OwnerWalkResult, unowned: Int) -> [Gap] {
    if let failure = result.failure {
      if failure.code == CaptureError.missingCode { return [] }  // a replay names it itself
      return [of("proc-absent", GapPhrase.procAbsent.say(["error": "errno \(failure.code)"]), GapPhrase.procAbsentRemedy.say())]
    }
    var gaps: [Gap] = []
    if result.processesDenied > 0, unowned > 0 {
      gaps.append(
        of(
          "owners-denied", GapPhrase.ownersDenied.say(["unowned": unowned, "count": result.processesDenied, "seen": result.processesSeen]),
          result.ownUID == 0 ? GapPhrase.ownersDeniedToRoot.say() : GapPhrase.ownersDeniedRemedy.say()))
    }
    if result.ownUID != 0, result.hidePID != .off {
      gaps.append(of("hidepid", GapPhrase.hidepid.say(["mode": result.hidePID.rawValue]), GapPhrase.hidepidRemedy.say()))
    } else if !result.isInitVisible {
      gaps.append(of("hidepid", GapPhrase.initHidden.say(), GapPhrase.hidepidRemedy.say()))
    }
    if gaps.isEmpty, unowned > 0 {
      gaps.append(of("owner-unknown", GapPhrase.ownersUnknown.say(["count": unowned]), GapPhrase.ownersUnknownRemedy.say()))
    }
    return gaps
  }
}
