internal import CBPF
internal import ProbeStream

/// The ring buffer of one object.
@safe final class EventRing {
  private let ring: OpaquePointer
  private let box: Box

  /// Events of one reading, as the kernel wrote them.
  private final class Box {
    var events: [probe_event] = []
  }

  /// Maps the buffer; nil when that fails.
  init?(_ object: BPFObject) {
    let box = Box()
    let context = unsafe Unmanaged.passUnretained(box).toOpaque()
    let sample: ring_buffer_sample_fn = { context, data, size in
      guard let context = unsafe context, let data = unsafe data, size >= MemoryLayout<probe_event>.size else { return 0 }
      let box = unsafe Unmanaged<Box>.fromOpaque(context).takeUnretainedValue()
      unsafe box.events.append(data.loadUnaligned(as: probe_event.self))
      // Ends this reading behind this event: libbpf's has no end of its own while the kernel writes as fast as we read.
      return box.events.count < EventRing.atOnce ? 0 : -1
    }
    guard let ring = unsafe ring_buffer__new(object.descriptor(of: "events"), sample, context, nil) else { return nil }
    unsafe self.ring = unsafe ring
    self.box = box
  }

  deinit { unsafe ring_buffer__free(ring) }

  /// Readable when there are events.
  var descriptor: Int32 { unsafe ring_buffer__epoll_fd(ring) }

  /// Events of one reading at most.
  static let atOnce = 4096

  /// What is there now, the first `atOnce` of it.
  func take() -> [probe_event] {
    box.events.removeAll(keepingCapacity: true)
    _ = unsafe ring_buffer__consume(ring)
    return box.events
  }
}

extension EventRecord {
  /// The kernel's event as a record; a drop's function is looked up by the caller. Nil for a kind that this side-car does not know.
  init?(_ event: probe_event) {
    guard let kind = Kind(rawValue: event.kind) else { return nil }
    self.init(kind: kind, monotonicNanoseconds: event.ns)
    let isIPv6 = event.family == 10
    namespace = event.netns
    cookie = event.cookie
    inode = event.inode
    uid = event.flags & UInt8(PROBE_HAS_UID.rawValue) != 0 ? event.uid : nil
    proto = event.proto
    local = address(event.local, isIPv6: isIPv6)
    localPort = event.local_port
    peer = address(event.peer, isIPv6: isIPv6)
    peerPort = event.peer_port
    oldState = event.old_state
    newState = event.new_state
    reason = event.reason
    error = event.error
    processID = event.pid
    processName = event.pid == 0 ? [] : cString(event.comm)
    shutdown = event.shutdown
    abortsOnClose = event.flags & UInt8(PROBE_ABORTS_ON_CLOSE.rawValue) != 0
    unreadBytes = event.unread
    unackedBytes = event.unacked
    sequence = event.seq
    endSequence = event.end_seq
    tcpFlags = event.tcp_flags
    retransmits = event.retransmits
    direction = .init(rawValue: event.direction) ?? .received
    stack = event.stack
    if event.flags & UInt8(PROBE_HAS_CONNECTION.rawValue) != 0 { connection = ConnectionNumbers(event) }
  }
}

extension ConnectionNumbers {
  init(_ event: probe_event) {
    self.init()
    rttMicroseconds = event.rtt_us
    rttVarianceMicroseconds = event.rttvar_us
    bytesAcked = event.bytes_acked
    bytesReceived = event.bytes_received
    bytesSent = event.bytes_sent
    bytesRetransmitted = event.bytes_retrans
    segmentsIn = event.segs_in
    segmentsOut = event.segs_out
    retransmissions = event.total_retrans
    congestionWindow = event.snd_cwnd
    peerWindow = event.snd_wnd
    congestionState = event.ca_state
    pendingTimer = event.pending
    timeouts = event.timeouts
    backoff = event.backoff
    probes = event.probes
    isTimerAtWork = event.flags & UInt8(PROBE_TIMER_FIRED.rawValue) != 0
    isSubflow = event.flags & UInt8(PROBE_IS_SUBFLOW.rawValue) != 0
    synRetries = event.syn_retries
    userTimeoutMilliseconds = event.user_timeout_ms
  }
}
