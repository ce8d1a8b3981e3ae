internal import CBPF
internal import Glibc
internal import ProbeStream

/// What runs after everything was loaded: it holds maps and links, and no right any more.
struct SideCar {
  let arguments: Arguments
  var output = Output()
  private var drops: BPFObject?
  private var trace: BPFObject?
  private var sockets: BPFObject?
  private var owners: BPFObject?
  private var table: DropTable?
  private var dropRing: EventRing?
  private var traceRing: EventRing?
  private let ownerRows = OwnerRows()
  private var eventsSent: UInt64 = 0
  /// CLOCK_MONOTONIC of the latest event that was sent.
  private var latestEvent: UInt64 = 0

  init(_ arguments: Arguments) { self.arguments = arguments }

  /// Loads, gives up all privileges, streams until there is no more to say. The exit status.
  mutating func run() -> Int32 {
    let release = kernelRelease()
    let caller = getuid()
    var hello = ProbeHello(
      modes: arguments.modes, namespace: 0, callerUID: caller, attachedNanoseconds: 0, intervalMilliseconds: arguments.intervalMilliseconds,
      capabilitiesKept: 0, kernel: release)
    func fail(_ problems: [ProbeRecord]) -> Int32 {
      hello.attachedNanoseconds = monotonicNanoseconds()
      output.write(.hello(hello))
      for problem in problems { output.write(problem) }
      output.write(.end(.failed))
      output.flush()
      return 1
    }
    if let word = arguments.unknown { return fail([.problem(ProbeProblem(kind: .usage, detail: word))]) }
    if let path = arguments.namespacePath {
      let code = enterNetworkNamespace(path)
      if code != 0 { return fail([.problem(ProbeProblem(kind: .namespace, error: code, detail: path))]) }
    }
    guard let namespace = ownNamespace("net") else { return fail([.problem(ProbeProblem(kind: .namespace, error: errno))]) }
    hello.namespace = namespace
    shim_set_printing(arguments.isDebugging ? 1 : 0)
    if let problem = ProbeProblem.lacking(EPERM) { return fail([.problem(problem)]) }
    let files = shim_raise_file_limit(Self.files)
    if files < Self.files { return fail([.problem(ProbeProblem(kind: .fileLimit, error: EMFILE, detail: "\(files)"))]) }
    // Reading all types takes 10 ms, and so does libbpf's own reading: iterators do without ours.
    let types = KernelTypes(isRead: !arguments.isOneShot)
    guard types.isThere else {
      let code = errno
      let isMounted = unsafe access("/sys/kernel", F_OK) == 0
      return fail([.problem(ProbeProblem(kind: .noBTF, error: code, detail: isMounted ? "" : "sysfs"))])
    }
    let names = reasonNames(types)
    var starter = Starter(
      types: types, release: release, namespace: namespace, processNamespace: ownNamespace("pid") ?? 0, callerUID: caller)
    start(&starter)
    // Why not is worth more than whether rights could be given up that were of no use: a user namespace has no nobody.
    if drops == nil, trace == nil, sockets == nil, owners == nil { return fail(starter.records) }
    hello.attachedNanoseconds = monotonicNanoseconds()
    hello.capabilitiesKept = Self.needed(release)
    let code = Privileges.drop(keep: hello.capabilitiesKept)
    if code != 0 { return fail([.problem(ProbeProblem(kind: .privileges, error: code))]) }
    output.write(.hello(hello))
    for record in names + starter.records { output.write(record) }
    return stream()
  }

  /// Programs, maps, links and what libbpf opens meanwhile, at most, with room to spare.
  private static let files: UInt32 = 64

  /// Before 5.19 every bpf(2) call wants CAP_BPF while kernel.unprivileged_bpf_disabled is set, reading a map included.
  private static func needed(_ release: String) -> UInt64 {
    isKernel(release, atLeast: 5, 19) ? 0 : shim_capabilities() & (1 << UInt64(Privileges.bpf))
  }

  private func reasonNames(_ types: borrowing KernelTypes) -> [ProbeRecord] {
    var names: [ReasonName] = []
    if arguments.modes.contains(.drops) {
      names += types.reasons("skb_drop_reason", prefix: "SKB_DROP_REASON_", kind: .drop)
      // A subsystem numbers its reasons itself, from here on. The core's (0) are those above, and the last only counts.
      let subsystems = types.reasons("skb_drop_reason_subsys", prefix: "SKB_DROP_REASON_", kind: .drop)
      names += subsystems.filter { $0.value > 0 && $0.name != "SUBSYS_NUM" }.map {
        ReasonName(kind: .drop, value: $0.value << 16, name: $0.name)
      }
    }
    if arguments.modes.contains(.trace) { names += types.reasons("sk_rst_reason", prefix: "SK_RST_REASON_", kind: .reset) }
    return names.map { .reason($0) }
  }

  private mutating func start(_ starter: inout Starter) {
    let modes = arguments.modes
    if modes.contains(.owners) || modes.contains(.trace) { owners = starter.start(.owners) { _ in } }
    if modes.contains(.queues) {
      let states: UInt32 = arguments.isListenersOnly ? 1 << 10 : .max
      let ports = arguments.ports.prefix(Int(PROBE_PORTS.rawValue))
      sockets = starter.start(.sockets) { object in
        object.set("wanted_states", states)
        object.set("ports", Array(ports))
        object.set("port_count", UInt32(ports.count))
      }
    }
    if modes.contains(.trace) {
      trace = starter.start(.trace) { _ in }
      traceRing = trace.flatMap { EventRing($0) }
    }
    if modes.contains(.drops) {
      let symbols = starter.canNameFunctions ? nil : SymbolTable()
      drops = starter.start(.drops) { object in
        object.set("wants_events", modes.contains(.events))
        object.set("wants_stacks", modes.contains(.stacks))
        if modes.contains(.events) { object.setSize("events", 1 << 22) }
        if !modes.contains(.stacks) {
          for map in ["stacks", "stack_texts"] { object.setSize(map, 1) }
        }
      }
      if let drops {
        table = DropTable(drops, symbols: symbols)
        if modes.contains(.events) { dropRing = EventRing(drops) }
        if let symbols, !symbols.isReadable { starter.records.append(.problem(ProbeProblem(kind: .noSymbols))) }
      }
    }
  }

  private mutating func stream() -> Int32 {
    if let sockets {
      SocketRows().send(sockets, to: &output)
      output.write(.batchEnd(BatchEnd(mode: .queues, monotonicNanoseconds: monotonicNanoseconds())))
    }
    if let owners { ownerRows.send(owners, to: &output, isRepeated: trace != nil) }
    let isWatching = drops != nil || trace != nil
    if isWatching { watch() }
    let isFailed = arguments.isOneShot ? sockets == nil && owners == nil : !isWatching
    output.write(.end(isFailed ? .failed : output.isStopped ? .stopped : .done))
    output.flush()
    return isFailed || output.isBroken ? 1 : 0
  }

  private mutating func watch() {
    let interval = UInt64(arguments.intervalMilliseconds) * 1_000_000
    var next = monotonicNanoseconds() + interval
    output.flush()
    while !output.isBroken, !output.isStopped {
      let now = monotonicNanoseconds()
      if now < next {
        let rings = [traceRing, dropRing].compactMap { $0?.descriptor }
        output.wait(for: rings, milliseconds: Int32((next - now + 999_999) / 1_000_000))
        sendEvents()
      } else {
        // When batches are always late, their reader's end must be seen all the same.
        output.wait(for: [], milliseconds: 0)
        next = max(next + interval, now)
        sendBatch()
      }
      output.flush()
    }
    guard !output.isBroken else { return }
    // Nothing counts any more, so the last numbers agree with each other.
    drops?.detach()
    trace?.detach()
    sendBatch()
  }

  private mutating func sendBatch() {
    // Before the events are read: later ones may be among them, but no earlier one may be missing.
    let moment = monotonicNanoseconds()
    while sendEvents(), latestEvent < moment { output.flush() }
    table?.send(to: &output, withStacks: arguments.modes.contains(.stacks))
    if let owners, trace != nil { ownerRows.send(owners, to: &output, isRepeated: true) }
    if let failure = table?.failure, failure != 0 {
      output.write(.problem(ProbeProblem(kind: .readFailed, error: failure, detail: "drop_rows")))
    }
    let totals = totals(at: moment)
    output.write(.totals(totals))
    let modes = arguments.modes.intersection([.drops, .trace])
    output.write(.batchEnd(BatchEnd(mode: modes, monotonicNanoseconds: totals.monotonicNanoseconds)))
  }

  /// Sends what the rings hold; true when there may be more.
  @discardableResult private mutating func sendEvents() -> Bool {
    let traced = traceRing?.take() ?? []
    let dropped = dropRing?.take() ?? []
    for event in traced {
      guard let record = EventRecord(event) else { continue }
      ownerRows.want(record.inode)
      send(record)
    }
    for event in dropped {
      guard var record = EventRecord(event) else { continue }
      record.function = table?.function(at: event.location) ?? ""
      if record.stack != 0 { table?.sendStacks(to: &output) }
      send(record)
    }
    return !output.isBroken && max(traced.count, dropped.count) == EventRing.atOnce
  }

  private mutating func send(_ record: EventRecord) {
    eventsSent += 1
    latestEvent = max(latestEvent, record.monotonicNanoseconds)
    output.write(.event(record))
  }

  private func totals(at moment: UInt64) -> ProbeTotals {
    var totals = ProbeTotals()
    totals.monotonicNanoseconds = moment
    totals.events = eventsSent
    for object in [drops, trace].compactMap({ $0 }) {
      let counters = readCounters(object)
      totals.drops += counters.drops
      totals.dropsSummarized += counters.summarized
      totals.dropsLost += counters.lost
      totals.dropsUnplaced += counters.unplaced
      totals.eventsLost += counters.events_lost
      let statistics = object.statistics()
      totals.runs += statistics.runs
      totals.runNanoseconds += statistics.nanoseconds
      totals.missed += statistics.missed
    }
    return totals
  }
}
