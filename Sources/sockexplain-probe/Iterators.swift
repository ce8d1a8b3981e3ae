internal import CBPF
internal import Glibc
internal import ProbeStream

/// Reads every row of an iterator's pass; errno of a failed read.
private func forEachRow<Row>(_ pass: borrowing Descriptor, _: Row.Type, _ body: (Row) -> Void) -> Int32 {
  let size = MemoryLayout<Row>.size
  // Twice the kernel's own buffer of eight pages.
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  var rest: [UInt8] = []
  while true {
    let count = pass.read(into: &buffer)
    if count < 0 {
      // A processor that is wanted elsewhere ends a pass early (EAGAIN): it goes on from there.
      if count == -Int(EAGAIN) { continue }
      return Int32(-count)
    }
    if count == 0 { return 0 }
    rest += buffer[..<count]
    let whole = rest.count / size
    unsafe rest.withUnsafeBytes { raw in
      for index in 0..<whole { unsafe body(raw.loadUnaligned(fromByteOffset: index * size, as: Row.self)) }
    }
    rest.removeFirst(whole * size)
  }
}

/// TCP sockets of iter/tcp.
struct SocketRows {
  /// Seconds that /proc says net.ipv4.tcp_keepalive_time and tcp_fin_timeout are: the kernel's own numbers of them are jiffies.
  private let keepaliveSeconds = Self.setting("tcp_keepalive_time")
  private let finSeconds = Self.setting("tcp_fin_timeout")

  private static func setting(_ name: String) -> UInt64 {
    let text = readText("/proc/sys/net/ipv4/\(name)") ?? ""
    return text.split(separator: "\n").first.flatMap { UInt64($0) } ?? 0
  }

  func send(_ object: BPFObject, to output: inout Output) {
    guard let pass = object.iterate("tcp") else {
      output.write(.problem(ProbeProblem(kind: .readFailed, error: errno, detail: "iter/tcp")))
      return
    }
    var isTold = false
    let code = forEachRow(pass, probe_socket.self) { row in
      let rate = ticksPerSecond(row)
      if rate == nil, !isTold {
        isTold = true
        output.write(.problem(ProbeProblem(kind: .noClockRate)))
      }
      output.write(.socket(ProbedSocket(row, ticksPerSecond: rate)))
    }
    if code != 0 { output.write(.problem(ProbeProblem(kind: .readFailed, error: code, detail: "iter/tcp"))) }
  }

  /// CONFIG_HZ, which no interface tells.
  private func ticksPerSecond(_ row: probe_socket) -> UInt64? {
    if keepaliveSeconds > 0, row.sysctl_keepalive_time > 0 { return UInt64(row.sysctl_keepalive_time) / keepaliveSeconds }
    if finSeconds > 0, row.sysctl_fin_timeout > 0 { return UInt64(row.sysctl_fin_timeout) / finSeconds }
    return nil
  }
}

extension ProbedSocket {
  init(_ row: probe_socket, ticksPerSecond rate: UInt64?) {
    self.init()
    func milliseconds(_ jiffies: UInt64) -> UInt64? {
      guard let rate, rate > 0 else { return nil }
      return jiffies.multipliedReportingOverflow(by: 1000).partialValue / rate
    }
    cookie = row.cookie
    state = row.state
    family = row.family
    localPort = row.port
    userTimeoutMilliseconds = row.user_timeout_ms
    synRetries = row.syn_retries
    isKeepaliveOn = row.is_keepalive_on != 0
    keepaliveIdleMilliseconds = milliseconds(UInt64(row.keepalive_time))
    keepaliveIntervalMilliseconds = milliseconds(UInt64(row.keepalive_intvl))
    keepaliveProbes = row.keepalive_probes
    linger2Milliseconds = row.linger2 < 0 ? -1 : milliseconds(UInt64(row.linger2)).map { Int64($0) }
    // TCP_NAGLE_OFF and TCP_NAGLE_CORK of include/net/tcp.h.
    isNoDelay = row.nonagle & 1 != 0
    isCorked = row.nonagle & 2 != 0
    isLingerOn = row.is_linger_on != 0
    lingerMilliseconds = milliseconds(row.linger)
    notSentLowWater = row.notsent_lowat
    isSendBufferFixed = row.userlocks & 1 != 0
    isReceiveBufferFixed = row.userlocks & 2 != 0
    guard row.state == 10 else { return }
    var queues = ListenerQueues()
    queues.synQueue = row.syn_queue
    queues.young = row.young
    queues.acceptQueue = row.accept_queue
    queues.limit = row.limit
    queues.fastOpenQueue = row.tfo_queue
    queues.fastOpenLimit = row.tfo_limit
    queues.deferAcceptRetries = row.defer_accept
    queues.isFloodWarned = row.flood_warned != 0
    listener = queues
  }
}

/// Descriptors of iter/task_file.
final class OwnerRows {
  private struct Place: Hashable {
    var pid: UInt32
    var inode: UInt32
    var descriptor: UInt32
  }
  private var sent: Set<Place> = []
  /// Sockets that a pass found held, or that came and went between two passes.
  private var known: Set<UInt32> = []
  private var isWanted = true
  /// A pass takes at most a tenth of the time.
  private var notBefore: UInt64 = 0
  /// Rows that are remembered as sent; a trace of days must not fill the memory, so then all are sent again.
  private static let remembered = 1 << 18

  /// Notes a socket that an event named.
  func want(_ inode: UInt32) {
    if inode != 0, known.insert(inode).inserted { isWanted = true }
  }

  /// Sends what is new since the last pass, when something is.
  func send(_ object: BPFObject, to output: inout Output, isRepeated: Bool) {
    let begin = monotonicNanoseconds()
    guard isWanted, begin >= notBefore else { return }
    isWanted = false
    if sent.count > Self.remembered || known.count > Self.remembered {
      sent.removeAll()
      known.removeAll()
    }
    guard let pass = object.iterate("task_file") else {
      output.write(.problem(ProbeProblem(kind: .readFailed, error: errno, detail: "iter/task_file")))
      return
    }
    var process: ProbedProcess?
    var held: [ProbedDescriptor] = []
    func close() {
      if let process, !held.isEmpty {
        output.write(.process(process))
        output.write(.descriptors(held))
      }
      held.removeAll(keepingCapacity: true)
    }
    let code = forEachRow(pass, probe_owner.self) { row in
      if isRepeated {
        known.insert(row.inode)
        guard sent.insert(Place(pid: row.pid, inode: row.inode, descriptor: row.fd)).inserted else { return }
      }
      if process?.processID != row.pid || held.count == 4096 {
        close()
        process = ProbedProcess(processID: row.pid, uid: row.uid, startNanoseconds: row.start_ns, name: cString(row.comm))
      }
      held.append(ProbedDescriptor(inode: row.inode, descriptor: row.fd))
    }
    close()
    if code != 0 { output.write(.problem(ProbeProblem(kind: .readFailed, error: code, detail: "iter/task_file"))) }
    let end = monotonicNanoseconds()
    notBefore = end + (end - begin) * 10
    output.write(.batchEnd(BatchEnd(mode: .owners, monotonicNanoseconds: end)))
  }
}
