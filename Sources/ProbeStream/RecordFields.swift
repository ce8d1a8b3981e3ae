// The fields of each record in the order they travel. A new field goes to the end of its record, and a changed one needs a new version.

extension ProbeRecord {
  /// The number of a record's kind in its header.
  var kind: UInt16 {
    switch self {
    case .hello: 1
    case .reason: 2
    case .program: 3
    case .problem: 4
    case .drop: 5
    case .event: 6
    case .socket: 7
    case .process: 8
    case .descriptors: 9
    case .stack: 10
    case .totals: 11
    case .batchEnd: 12
    case .end: 13
    case .unknown(let kind): kind
    }
  }

  /// An empty record of a kind, for a reader to fill.
  static func blank(_ kind: UInt16) -> ProbeRecord {
    switch kind {
    case 1:
      .hello(
        ProbeHello(
          modes: [], namespace: 0, callerUID: 0, attachedNanoseconds: 0, intervalMilliseconds: 0, capabilitiesKept: 0, kernel: ""))
    case 2: .reason(ReasonName(kind: .drop, value: 0, name: ""))
    case 3: .program(ProgramStatus(name: "", state: .attached))
    case 4: .problem(ProbeProblem(kind: .loadFailed))
    case 5: .drop(DropRecord(id: 0, source: .kfree, reason: 0, count: 0))
    case 6: .event(EventRecord(kind: .state, monotonicNanoseconds: 0))
    case 7: .socket(ProbedSocket())
    case 8: .process(ProbedProcess(processID: 0, uid: 0, startNanoseconds: 0, name: []))
    case 9: .descriptors([])
    case 10: .stack(ProbedStack(id: 0, frames: []))
    case 11: .totals(ProbeTotals())
    case 12: .batchEnd(BatchEnd(mode: [], monotonicNanoseconds: 0))
    case 13: .end(.done)
    default: .unknown(kind)
    }
  }

  mutating func fields(_ codec: inout some PayloadCodec) throws(ProbeStreamError) {
    switch self {
    case .hello(var value):
      try value.fields(&codec)
      self = .hello(value)
    case .reason(var value):
      try codec.code(&value.kind)
      try codec.number(&value.value)
      try codec.text(&value.name)
      self = .reason(value)
    case .program(var value):
      try codec.text(&value.name)
      try codec.code(&value.state)
      try codec.number(&value.error)
      try codec.texts(&value.details)
      self = .program(value)
    case .problem(var value):
      try codec.code(&value.kind)
      try codec.number(&value.error)
      try codec.text(&value.detail)
      self = .problem(value)
    case .drop(var value):
      try value.fields(&codec)
      self = .drop(value)
    case .event(var value):
      try value.fields(&codec)
      self = .event(value)
    case .socket(var value):
      try value.fields(&codec)
      self = .socket(value)
    case .process(var value):
      try codec.number(&value.processID)
      try codec.number(&value.uid)
      try codec.number(&value.startNanoseconds)
      try codec.text(&value.name)
      self = .process(value)
    case .descriptors(var values):
      let total = try codec.count(values.count, ofSize: 8)
      if values.count != total { values = [ProbedDescriptor](repeating: ProbedDescriptor(inode: 0, descriptor: 0), count: total) }
      for index in 0..<total {
        try codec.number(&values[index].inode)
        try codec.number(&values[index].descriptor)
      }
      self = .descriptors(values)
    case .stack(var value):
      try codec.number(&value.id)
      try codec.texts(&value.frames)
      self = .stack(value)
    case .totals(var value):
      try value.fields(&codec)
      self = .totals(value)
    case .batchEnd(var value):
      var modes = value.mode.rawValue
      try codec.number(&modes)
      value.mode = ProbeModes(rawValue: modes)
      try codec.number(&value.monotonicNanoseconds)
      self = .batchEnd(value)
    case .end(var value):
      try codec.code(&value)
      self = .end(value)
    case .unknown: break
    }
  }
}

extension ProbeHello {
  mutating func fields(_ codec: inout some PayloadCodec) throws(ProbeStreamError) {
    try codec.number(&version)
    // What follows may look different in a later version.
    guard version <= Self.currentVersion else { throw .version(version) }
    var bits = modes.rawValue
    try codec.number(&bits)
    modes = ProbeModes(rawValue: bits)
    try codec.number(&namespace)
    try codec.number(&callerUID)
    try codec.number(&attachedNanoseconds)
    try codec.number(&intervalMilliseconds)
    try codec.number(&capabilitiesKept)
    try codec.text(&kernel)
  }
}

extension ProbeTotals {
  mutating func fields(_ codec: inout some PayloadCodec) throws(ProbeStreamError) {
    try codec.number(&monotonicNanoseconds)
    try codec.number(&drops)
    try codec.number(&dropsSummarized)
    try codec.number(&dropsLost)
    try codec.number(&dropsUnplaced)
    try codec.number(&events)
    try codec.number(&eventsLost)
    try codec.number(&missed)
    try codec.number(&runs)
    try codec.number(&runNanoseconds)
  }
}

extension DropRecord {
  mutating func fields(_ codec: inout some PayloadCodec) throws(ProbeStreamError) {
    try codec.number(&id)
    try codec.code(&source)
    try codec.number(&reason)
    try codec.text(&function)
    try codec.text(&module)
    try codec.number(&namespace)
    try codec.number(&ethernetProtocol)
    try codec.number(&proto)
    try codec.code(&direction)
    try codec.code(&attribution)
    try codec.number(&socketState)
    try codec.number(&socketFamily)
    try codec.number(&tcpFlags)
    try codec.number(&cookie)
    try codec.address(&local)
    try codec.number(&localPort)
    try codec.address(&firstPeer)
    try codec.number(&firstPeerPort)
    try codec.number(&interface)
    try codec.number(&stack)
    try codec.number(&count)
    try codec.number(&firstNanoseconds)
    try codec.flag(&isSummary)
    // Captures of earlier versions end here.
    if codec.isAtEnd { return }
    try codec.number(&processID)
    try codec.text(&processName)
  }
}

extension EventRecord {
  mutating func fields(_ codec: inout some PayloadCodec) throws(ProbeStreamError) {
    try codec.code(&kind)
    try codec.number(&monotonicNanoseconds)
    try codec.number(&namespace)
    try codec.number(&cookie)
    try codec.number(&inode)
    try codec.optional(&uid)
    try codec.number(&proto)
    try codec.address(&local)
    try codec.number(&localPort)
    try codec.address(&peer)
    try codec.number(&peerPort)
    try codec.number(&oldState)
    try codec.number(&newState)
    try codec.number(&reason)
    try codec.number(&error)
    try codec.number(&processID)
    try codec.text(&processName)
    try codec.number(&shutdown)
    try codec.flag(&abortsOnClose)
    try codec.number(&unreadBytes)
    try codec.number(&unackedBytes)
    try codec.number(&sequence)
    try codec.number(&endSequence)
    try codec.number(&tcpFlags)
    try codec.number(&retransmits)
    try codec.code(&direction)
    try codec.text(&function)
    try codec.number(&stack)
    var hasConnection = connection != nil
    try codec.flag(&hasConnection)
    guard hasConnection else { return }
    var numbers = connection ?? ConnectionNumbers()
    try numbers.fields(&codec)
    connection = numbers
  }
}

extension ConnectionNumbers {
  mutating func fields(_ codec: inout some PayloadCodec) throws(ProbeStreamError) {
    try codec.number(&rttMicroseconds)
    try codec.number(&rttVarianceMicroseconds)
    try codec.number(&bytesAcked)
    try codec.number(&bytesReceived)
    try codec.number(&bytesSent)
    try codec.number(&bytesRetransmitted)
    try codec.number(&segmentsIn)
    try codec.number(&segmentsOut)
    try codec.number(&retransmissions)
    try codec.number(&congestionWindow)
    try codec.number(&peerWindow)
    try codec.number(&congestionState)
    try codec.number(&pendingTimer)
    try codec.number(&timeouts)
    try codec.number(&backoff)
    try codec.number(&probes)
    try codec.flag(&isTimerAtWork)
    try codec.flag(&isSubflow)
    try codec.number(&synRetries)
    try codec.number(&userTimeoutMilliseconds)
  }
}

extension ProbedSocket {
  mutating func fields(_ codec: inout some PayloadCodec) throws(ProbeStreamError) {
    try codec.number(&cookie)
    try codec.number(&state)
    try codec.number(&family)
    try codec.number(&localPort)
    try codec.number(&userTimeoutMilliseconds)
    try codec.number(&synRetries)
    try codec.flag(&isKeepaliveOn)
    try codec.optional(&keepaliveIdleMilliseconds)
    try codec.optional(&keepaliveIntervalMilliseconds)
    try codec.number(&keepaliveProbes)
    try codec.optional(&linger2Milliseconds)
    try codec.flag(&isNoDelay)
    try codec.flag(&isCorked)
    try codec.flag(&isLingerOn)
    try codec.optional(&lingerMilliseconds)
    try codec.number(&notSentLowWater)
    try codec.flag(&isReceiveBufferFixed)
    try codec.flag(&isSendBufferFixed)
    var isListener = listener != nil
    try codec.flag(&isListener)
    guard isListener else { return }
    var queues = listener ?? ListenerQueues()
    try codec.number(&queues.synQueue)
    try codec.number(&queues.young)
    try codec.number(&queues.acceptQueue)
    try codec.number(&queues.limit)
    try codec.number(&queues.fastOpenQueue)
    try codec.number(&queues.fastOpenLimit)
    try codec.number(&queues.deferAcceptRetries)
    try codec.flag(&queues.isFloodWarned)
    listener = queues
  }
}
