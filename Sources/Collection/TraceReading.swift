internal import Catalog
internal import Netlink
internal import Snapshot
internal import SockDiag

/// A connection that accept() has returned: it was in its listener's queue, and has a file now.
public struct Acceptance: Equatable, Sendable {
  /// The socket as inet_diag names it.
  public var cookie: UInt64
  /// Which of those it was that were asked for; nil in a replay.
  public var index: Int?
  /// Its file's inode.
  public var inode: UInt32
  /// CLOCK_MONOTONIC when that was seen, nanoseconds; it had happened before.
  public var monotonicNanoseconds: UInt64
}

extension Collector {
  /// Which of these connections accept() has returned by now: that is no event of the kernel, so each is asked for by its identity. A replay says what
  /// was found when the trace was made.
  ///
  /// - Parameter batch: CLOCK_MONOTONIC of the events they were known by; what a capture knows the question by.
  public mutating func acceptances(of waiting: [(cookie: UInt64, ends: Questions.FourTuple)], batch: UInt64) -> [Acceptance] {
    if let capture = sources.capture { return capture.acceptances[batch] ?? [] }
    guard !waiting.isEmpty, let source = sources.diag else { return [] }
    // The answers as such are worth no room in a capture.
    let diag = (source as? RecordingDiag)?.live ?? source
    let host = (sources.host as? RecordingHost)?.live ?? sources.host
    var found: [Acceptance] = []
    for (index, socket) in waiting.enumerated() {
      let ends = socket.ends
      let identity = DiagIdentity(
        local: ends.local.networkBytes, localPort: ends.localPort, peer: ends.peer.networkBytes, peerPort: ends.peerPort,
        cookie: socket.cookie == 0 ? nil : socket.cookie)
      let request = DiagRequest.exact(
        family: ends.local.isIPv6 ? 10 : 2, proto: InetProtocol.tcp.rawValue, identity: identity, extensions: [])
      // Refused when it is gone: its last events tell.
      guard let record = try? diag.collect(request, .tcp, nil).records().first, record.inode != 0 else { continue }
      // Before Linux 5.12 it is this question that gives the socket a cookie.
      found.append(
        Acceptance(
          cookie: record.cookie, index: index, inode: record.inode, monotonicNanoseconds: UInt64(max(0, host.moment().monotonicNanoseconds))
        ))
    }
    if !found.isEmpty { sources.writer?.put(found, batch: batch) }
    return found
  }
}

extension CaptureWriter {
  fileprivate func put(_ found: [Acceptance], batch: UInt64) {
    var payload = PayloadWriter()
    payload.put(batch)
    for one in found {
      payload.put(one.cookie)
      payload.put(one.inode)
      payload.put(one.monotonicNanoseconds)
    }
    put(CaptureType.accepted, payload.bytes)
  }
}
