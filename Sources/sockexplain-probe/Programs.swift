internal import CBPF
internal import Glibc
internal import ProbeStream

/// One eBPF object and the programs in it.
struct Plan {
  let object: StaticString
  /// Shown when it does not load.
  let name: String
  /// Programs, named as their tracepoint or iterator is.
  let programs: [String]
  let isIterator: Bool

  static let drops = Plan(
    object: DropsObject.base64, name: "drops", programs: ["kfree_skb", "udp_fail_queue_rcv_skb", "tcp_bad_csum", "tcp_send_reset"],
    isIterator: false)
  static let trace = Plan(
    object: TraceObject.base64, name: "trace",
    programs: [
      "inet_sock_set_state", "tcp_retransmit_skb", "tcp_retransmit_synack", "tcp_send_reset", "tcp_receive_reset", "tcp_destroy_sock",
      "inet_sk_error_report",
    ], isIterator: false)
  static let sockets = Plan(object: SocketsObject.base64, name: "sockets", programs: ["tcp"], isIterator: true)
  static let owners = Plan(object: OwnersObject.base64, name: "owners", programs: ["task_file"], isIterator: true)

  /// The name of a program in a record.
  func title(_ program: String) -> String { isIterator ? "iter/\(program)" : program }
}

/// Loads and attaches what there is, and notes what is not.
struct Starter: ~Copyable {
  let types: KernelTypes
  let release: String
  let namespace: UInt32
  let processNamespace: UInt32
  let callerUID: UInt32
  var records: [ProbeRecord] = []
  private var isRefused = false

  init(types: consuming KernelTypes, release: String, namespace: UInt32, processNamespace: UInt32, callerUID: UInt32) {
    self.types = types
    self.release = release
    self.namespace = namespace
    self.processNamespace = processNamespace
    self.callerUID = callerUID
  }

  /// bpf_get_socket_cookie() for tracing programs.
  var hasCookieHelper: Bool { isKernel(release, atLeast: 5, 12) }
  /// bpf_snprintf(), which names a function without an address leaving the kernel.
  var canNameFunctions: Bool { isKernel(release, atLeast: 5, 13) }

  /// The object of a plan with all programs attached that this kernel has; nil when none is.
  mutating func start(_ plan: Plan, _ configure: (BPFObject) -> Void) -> BPFObject? {
    var wanted: [String] = []
    for program in plan.programs {
      // libbpf finds an iterator's function itself, and says ESRCH when there is none.
      if plan.isIterator || types.hasTracepoint(program) {
        wanted.append(program)
      } else {
        records.append(.program(ProgramStatus(name: plan.title(program), state: .absent)))
      }
    }
    guard !wanted.isEmpty, !isRefused else { return nil }
    var (object, code) = load(plan, wanted, configure)
    if code == EPERM || code == ENOSYS {
      refuse(plan, wanted, code)
      return nil
    }
    if code != 0, wanted.count > 1 {
      // One program that this kernel's verifier refuses must not cost the others.
      let good = wanted.filter { load(plan, [$0], configure).code == 0 }
      for program in wanted where !good.contains(program) { note(plan, program, .refused, code) }
      wanted = good
      (object, code) = good.isEmpty ? (nil, code) : load(plan, good, configure)
    }
    if plan.isIterator, code == ESRCH || code == ENOENT {
      for program in wanted { note(plan, program, .absent, 0) }
      return nil
    }
    guard let object, code == 0 else {
      records.append(.problem(ProbeProblem(kind: .loadFailed, error: code, detail: plan.name)))
      return nil
    }
    for program in wanted {
      let code = object.attach(program)
      note(plan, program, code == 0 ? .attached : .refused, code, isLight: object.isLight)
    }
    return object
  }

  private func load(_ plan: Plan, _ programs: [String], _ configure: (BPFObject) -> Void) -> (object: BPFObject?, code: Int32) {
    if plan.isIterator, isKernel(release, atLeast: 5, 17), let object = open(plan, programs, configure), object.loadLight() == 0 {
      return (object, 0)
    }
    guard let object = open(plan, programs, configure) else { return (nil, errno) }
    let code = object.load()
    return (code == 0 ? object : nil, code)
  }

  private func open(_ plan: Plan, _ programs: [String], _ configure: (BPFObject) -> Void) -> BPFObject? {
    guard let object = BPFObject(plan.object) else { return nil }
    for program in plan.programs where !programs.contains(program) { object.setAutoload(program, false) }
    object.set("own_netns", namespace)
    object.set("own_pidns", processNamespace)
    object.set("caller_uid", callerUID)
    object.set("has_cookie_helper", hasCookieHelper)
    object.set("has_snprintf", canNameFunctions)
    object.set("knows_null", isKernel(release, atLeast: 6, 13))
    configure(object)
    return object
  }

  private mutating func note(
    _ plan: Plan, _ program: String, _ state: ProgramStatus.State, _ code: Int32, isLight: Bool = false
  ) {
    records.append(
      .program(
        ProgramStatus(
          name: plan.title(program), state: state, error: state == .attached ? 0 : code,
          details: state == .attached ? details(program) + (isLight ? ["light"] : []) : [])))
  }

  /// What this kernel's version of a tracepoint tells.
  private func details(_ program: String) -> [String] {
    var found: [String] = []
    let structure = "trace_event_raw_\(program)"
    if ["kfree_skb", "tcp_send_reset"].contains(program), types.hasMember(structure, "reason") { found.append("reason") }
    if program == "kfree_skb", types.hasMember(structure, "rx_sk") { found.append("rx_sk") }
    if program == "tcp_retransmit_skb", types.hasMember(structure, "err") { found.append("err") }
    if hasCookieHelper { found.append("cookie") }
    return found
  }

  /// The kernel wants no programs from us at all: once said is enough.
  private mutating func refuse(_ plan: Plan, _ programs: [String], _ code: Int32) {
    isRefused = true
    for program in programs { note(plan, program, .refused, code) }
    records.append(.problem(.refusal(code, release: release)))
  }
}

extension ProbeProblem {
  /// The capabilities that are missing, and what keeps them away; nil when all are here.
  static func lacking(_ code: Int32) -> ProbeProblem? {
    let missing = Privileges.missing
    guard !missing.isEmpty else { return nil }
    let obstacle = Privileges.obstacle
    return ProbeProblem(kind: .notPermitted, error: code, detail: missing.joined(separator: ",") + (obstacle.isEmpty ? "" : ";" + obstacle))
  }

  /// Why bpf(2) refuses, in the terms of what the caller can change.
  static func refusal(_ code: Int32, release: String) -> ProbeProblem {
    if code == ENOSYS { return ProbeProblem(kind: .noBPF, error: code) }
    if let problem = lacking(code) { return problem }
    // Maps were charged to RLIMIT_MEMLOCK until 5.11; the kernel says EPERM for that too.
    if !isKernel(release, atLeast: 5, 11), code == EPERM || code == ENOMEM { return ProbeProblem(kind: .memoryLimit, error: code) }
    let lockdown = readText("/sys/kernel/security/lockdown") ?? ""
    if lockdown.hasPrefix("none integrity [") { return ProbeProblem(kind: .notPermitted, error: code, detail: "lockdown") }
    return ProbeProblem(kind: .notPermitted, error: code)
  }
}
