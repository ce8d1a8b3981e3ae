internal import Catalog
internal import ProcFS
internal import ProbeStream
public import Snapshot
public import SockDiag

extension ProbeRequest {
  /// What only eBPF tells of every TCP socket, once.
  static let internals = ProbeRequest(.queues)
  static let owners = ProbeRequest(.owners)
}

extension ProbeSession {
  /// Reads a one-shot answer to its end; what hangs is given up after five seconds of silence.
  func readAll() {
    while next(milliseconds: 5000) != .nothing, !isEnded {}
  }
}

extension Collector {
  /// Starts the side-car with a question; nil, and a gap noted, when it cannot be started. The session's own gaps are the caller's to note at the end.
  public mutating func openProbe(_ request: ProbeRequest) -> ProbeSession? {
    guard let probe = sources.probe else {
      note(.probe(ProbeFailure.notCaptured))
      return nil
    }
    do {
      return ProbeSession(try probe.start(request), request: request)
    } catch {
      note(.probe(error))
      return nil
    }
  }

  /// Notes what a session could not see.
  public mutating func noteGaps(of session: ProbeSession) {
    for gap in session.gaps { note(gap) }
  }

  /// Adds what only eBPF tells of TCP sockets: depth of SYN queues, options. Silent where the side-car is not there or may not be used, because the
  /// page is whole without it and says "unless the program set …".
  ///
  /// - Parameter subjects: the sockets the page is about: the question is narrowed to their ports, and to listeners where they are nothing else.
  ///   All sockets when there is none.
  public mutating func readInternals(into snapshot: inout Snapshot, of subjects: [InetSocket] = []) {
    let request = sources.isReplay ? .internals : Self.internalsRequest(for: subjects, among: snapshot.inet.sockets.count)
    guard let reading = try? sources.probe?.start(request) else { return }
    let session = ProbeSession(reading, request: request)
    session.readAll()
    for (cookie, socket) in session.sockets { snapshot.internals[cookie] = SocketInternals(socket) }
  }
}

extension Collector {
  /// Ports that one question can name.
  static let portLimit = 16
  /// Above so many sockets an answer about all of them would cost more than the page it is for.
  static let socketLimit = 100_000

  static func internalsRequest(for subjects: [InetSocket], among all: Int) -> ProbeRequest {
    let ours = subjects.filter { $0.proto == .tcp }
    let ports = Set(ours.map(\.localPort))
    let isNarrow = !ports.isEmpty && ports.count <= portLimit
    return ProbeRequest(
      .queues, localPorts: isNarrow ? ports.sorted() : [],
      isListenersOnly: !ours.isEmpty && ours.allSatisfy { $0.state == .listen } || !isNarrow && all > socketLimit)
  }
}

/// The owner walk of the side-car, for hosts with very many descriptors.
extension ProbeSession {
  /// Fills the owner table with the wanted sockets; false when the answer is not whole, or not everybody's.
  func fill(_ table: inout OwnerTable, wanted: InodeSet?, ticksPerSecond: Int) -> Bool {
    readAll()
    guard end == .done, hello?.callerUID == 0, programs["iter/task_file"]?.state == .attached else { return false }
    for owner in owners {
      let process = owner.process
      let pid = Int32(truncatingIfNeeded: process.processID)
      var isWanted = false
      for descriptor in owner.descriptors where wanted?.contains(descriptor.inode) ?? true {
        table.add(inode: descriptor.inode, owner: Owner(pid: pid, fd: Int32(truncatingIfNeeded: descriptor.descriptor)))
        isWanted = true
      }
      guard isWanted, table.processes[pid] == nil else { continue }
      let ticks = process.startNanoseconds / UInt64(max(1, 1_000_000_000 / ticksPerSecond))
      table.processes[pid] = ProcessRecord(pid: pid, startTicks: ticks, name: Name(process.name), uid: process.uid)
    }
    return true
  }
}
