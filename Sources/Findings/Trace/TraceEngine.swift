internal import Catalog
public import ProbeStream
public import SockDiag

/// Makes stories of events. Events are taken as they come and told a moment later, when what belongs together (a state, the reset that caused it, the
/// errno that follows) is there and the processes are known.
public struct TraceEngine {
  /// What connections are told by.
  enum Key: Hashable {
    case cookie(UInt64)
    /// Before Linux 5.12 a socket has no cookie until somebody asks for it.
    case ends(TraceEnds)
    /// The same while connect() has not chosen its port: the inode of its file.
    case file(UInt32)
  }
  /// Events that one call of the kernel makes lie closer together than this, nanoseconds.
  static let together: UInt64 = 50_000_000
  /// Retransmissions of one connection that a line takes together, nanoseconds.
  static let burst: UInt64 = 50_000_000
  /// Ended stories that are kept for the summary.
  static let keptStories = 10_000

  let rules: GiveUp
  let filter: TraceFilter
  let keepsStories: Bool
  var stories: [Key: TraceStory] = [:]
  var owners: [UInt32: [TraceProcess]] = [:]
  /// Inodes of listeners, by local end, for connections that nobody has accepted yet.
  var listeners: [ListenerPlace: UInt32] = [:]
  var buffer: [EventRecord] = []
  /// Reports of ECONNABORTED in the buffer.
  private var aborts = 0
  /// Events of the buffer that another one has told.
  var isTold: Set<Int> = []
  var lines: [TraceLine] = []
  var lastNumber = 0
  /// Until when events are known, CLOCK_MONOTONIC nanoseconds; nil for all.
  var known: UInt64?
  /// What accept() returned, of cookies that no story is known to have.
  var acceptances: [UInt64: (inode: UInt32, nanoseconds: UInt64)] = [:]
  /// SYN-ACKs sent again to a peer, until its handshake is done.
  var synAcks: [TraceEnds: Int] = [:]

  /// Names of enum sk_rst_reason in the running kernel.
  public var resetReasons: [UInt32: String] = [:]
  /// Whether this kernel's tcp_send_reset gives a reason (6.12 does, 6.1 does not). Those that do not leave out resets that belong to no socket.
  public var tellsReasons = false
  /// CLOCK_MONOTONIC when all programs were attached, nanoseconds. One comes after the other, so what is older lacks events: a refused connect()
  /// without its reset looks as if the program had given up.
  public var began: UInt64 = 0
  /// What was counted over everything that was shown.
  public private(set) var totals = TraceTotals()
  /// Stories that are over, the first 10,000 of them, where they are kept.
  public private(set) var finished: [TraceStory] = []
  /// Stories that are over and were not kept.
  public private(set) var forgotten = 0

  /// A trace of nothing yet.
  ///
  /// - Parameters:
  ///   - rules: limits of retransmissions, from the settings of the namespace.
  ///   - keepsStories: keep ended stories for a summary.
  public init(rules: GiveUp, filter: TraceFilter = TraceFilter(), keepsStories: Bool = false) {
    self.rules = rules
    self.filter = filter
    self.keepsStories = keepsStories
  }

  /// Where a listener listens.
  struct ListenerPlace: Hashable {
    /// nil: any address.
    var address: IPAddress?
    var port: UInt16
  }

  /// Names the listeners that are there already.
  public mutating func know(listeners sockets: [InetSocket]) {
    for socket in sockets where socket.state == .listen && socket.inode != 0 {
      listeners[Self.place(socket.localAddress, socket.localPort)] = socket.inode
    }
  }

  static func place(_ address: IPAddress, _ port: UInt16) -> ListenerPlace {
    ListenerPlace(address: address.isAny ? nil : address.unmapped, port: port)
  }

  /// Says that a process holds a socket.
  public mutating func know(owner: TraceProcess, of inode: UInt32) {
    guard inode != 0 else { return }
    // The latest name counts: exec() and prctl() change it.
    if let index = owners[inode]?.firstIndex(where: { $0.pid == owner.pid }) {
      owners[inode]?[index] = owner
    } else {
      owners[inode, default: []].append(owner)
    }
  }

  /// Takes an event.
  public mutating func take(_ event: EventRecord) {
    guard event.kind != .drop, event.monotonicNanoseconds >= began else { return }
    totals.events += 1
    buffer.append(event)
    if Self.isAbort(event) { aborts += 1 }
  }

  /// Tells what happened up to a moment; what is newer waits for what may belong to it.
  ///
  /// - Parameter moment: CLOCK_MONOTONIC, nanoseconds; nil tells everything.
  public mutating func settle(until moment: UInt64?) -> [TraceLine] {
    var count = buffer.count
    known = moment
    if let moment {
      let limit = moment > Self.together ? moment - Self.together : 0
      count = buffer.firstIndex { $0.monotonicNanoseconds > limit } ?? buffer.count
    }
    for index in 0..<count where !isTold.contains(index) { tell(index) }
    if aborts > 0 { aborts -= buffer[..<count].count(where: Self.isAbort) }
    buffer.removeFirst(count)
    isTold = Set(isTold.compactMap { $0 >= count ? $0 - count : nil })
    defer { lines.removeAll() }
    return lines
  }

  /// Stories that go on, in order of appearance.
  public var going: [TraceStory] {
    stories.values.filter { $0.number != nil && $0.ended == nil }.map(named).sorted { ($0.number ?? 0) < ($1.number ?? 0) }
  }

  /// A story whose owners are those of its listener, where nobody else was seen with it: nobody can tell the listener later.
  func named(_ story: TraceStory) -> TraceStory {
    guard story.owners.isEmpty else { return story }
    var story = story
    story.owners = owners(of: story)
    story.areCandidates = story.owners.count > 1
    return story
  }

  /// Stories that have ended while their program still holds the descriptor.
  public var stopped: [TraceStory] { stories.values.filter { $0.number != nil && $0.ended != nil && $0.side != .listener } }

  // MARK: one event

  mutating func tell(_ index: Int) {
    let event = buffer[index]
    switch event.kind {
    case .retransmitSynAck: return synAck(event)
    case .sendReset where event.isLoneReset: return loneReset(event)
    default: break
    }
    if event.isBirth, !hasIdentity(index) { return }
    let key = key(of: event)
    guard var story = stories.removeValue(forKey: key) ?? begin(event) else { return }
    refresh(&story, event, from: index)
    switch event.kind {
    case .state: change(&story, event, index)
    case .retransmit: retransmission(&story, event, index)
    case .sendReset: sentReset(&story, event, index)
    case .receiveReset: receivedReset(&story, event, index)
    case .error: error(&story, event)
    case .destroy: break
    case .drop, .retransmitSynAck: break
    }
    if event.kind == .destroy { finish(story) } else { stories[key] = story }
  }

  /// A story for a socket that is new here; nil where the event says nothing worth one.
  func begin(_ event: EventRecord) -> TraceStory? {
    let old = TCPState(rawValue: event.oldState), new = TCPState(rawValue: event.newState)
    switch (event.kind, old, new) {
    case (.destroy, _, _): return nil
    case (.state, .close, .synSent): return TraceStory(event, side: .called, opened: event.monotonicNanoseconds)
    case (.state, .close, .listen): return TraceStory(event, side: .listener, opened: event.monotonicNanoseconds)
    case (.state, .listen, .synRecv): return TraceStory(event, side: .wasCalled, opened: event.monotonicNanoseconds)
    case (.state, .listen, _): return TraceStory(event, side: .listener, opened: nil)
    // Its birth, in the same call, was no event of its own.
    case (.state, .synRecv, _): return TraceStory(event, side: .wasCalled, opened: event.monotonicNanoseconds)
    // Nothing of it was seen before it was over.
    case (.error, .close, _), (.sendReset, .close, _), (.receiveReset, .close, _): return nil
    // Handshake done and no file: it waits for accept().
    case (_, .established, _) where event.inode == 0, (_, .closeWait, _) where event.inode == 0:
      return TraceStory(event, side: .wasCalled, opened: nil)
    default:
      var story = TraceStory(event, side: .unknown, opened: nil)
      // A listener at its own port tells which way it was opened.
      story.isInbound = listeners.keys.contains { $0.port == event.localPort }
      return story
    }
  }

  /// What every event tells of its socket.
  mutating func refresh(_ story: inout TraceStory, _ event: EventRecord, from index: Int) {
    // connect() chooses the port, and a child gets its peer, after the first event: a later one has them.
    if story.ends.localPort == 0 || (story.ends.peerPort == 0 && story.side != .listener) {
      let whole = buffer[index...].first {
        ($0.cookie == event.cookie && $0.cookie != 0 || $0.inode == event.inode && $0.inode != 0) && $0.localPort != 0
          && ($0.peerPort != 0 || story.side == .listener)
      }
      story.ends = TraceEnds(whole ?? event)
    }
    if story.cookie == 0, event.cookie != 0 {
      story.cookie = event.cookie
      acceptLate(&story)
    }
    if event.connection?.isSubflow ?? false { story.ends.proto = 262 }
    // tcp_disconnect() has cleared them when the socket goes.
    if let numbers = event.connection, story.ended == nil { story.numbers = numbers }
    if let uid = event.uid { story.uid = uid }
    if event.inode != 0 { story.inode = event.inode }
    if event.processID != 0 {
      let process = TraceProcess(pid: event.processID, name: Name(event.processName))
      if isDestroying(story, event, index) {
        story.destroyer = process
      } else {
        story.owners.removeAll { $0.pid == process.pid }
        story.owners.insert(process, at: 0)
      }
    }
    update(owners: &story)
    if event.inode != 0, !story.isAccepted, story.side == .wasCalled {
      story.isAccepted = true
      accepted(&story, at: event.monotonicNanoseconds, time: nil)
    } else if event.inode != 0 || event.processID != 0 {
      story.isAccepted = true
    }
  }

  /// Whether a process destroys the socket from outside: tcp_abort() reports ECONNABORTED beside all it does, and nothing else does that for a task.
  private func isDestroying(_ story: TraceStory, _ event: EventRecord, _ index: Int) -> Bool {
    if story.destroyer?.pid == event.processID { return true }
    // Rare, and many events may lie so close together.
    guard aborts > 0 else { return false }
    return buffer[index...].prefix { $0.monotonicNanoseconds <= event.monotonicNanoseconds + Self.together }.contains {
      Self.isAbort($0) && $0.processID == event.processID && $0.cookie == event.cookie
        && (event.cookie != 0 || TraceEnds($0) == story.ends)
    }
  }

  private static func isAbort(_ event: EventRecord) -> Bool { event.kind == .error && event.error == 103 }

  func update(owners story: inout TraceStory) {
    for owner in owners[story.inode] ?? [] where story.inode != 0 && !story.owners.contains(where: { $0.pid == owner.pid }) {
      story.owners.append(owner)
    }
  }

  /// Whose it is: of a connection in an accept queue, the listener's.
  func owners(of story: TraceStory) -> [TraceProcess] {
    if !story.owners.isEmpty || story.side != .wasCalled { return story.owners }
    return owners(ofListenerAt: story.ends)
  }

  /// Who did what an event tells: the process at work on the socket, not all that hold it.
  func actor(_ event: EventRecord, _ story: TraceStory) -> [TraceProcess] {
    event.processID == 0 || story.destroyer != nil ? owners(of: story) : Array(story.owners.prefix(1))
  }

  func owners(ofListenerAt ends: TraceEnds) -> [TraceProcess] {
    listener(at: ends).flatMap { owners[$0] } ?? []
  }

  // MARK: lines

  /// Adds a line, when the filter wants it; the first one of a connection that did not begin here says whose it is.
  mutating func add(_ line: TraceLine, of story: inout TraceStory, names: Bool = false) -> Bool {
    let states = [line.oldState, line.newState].compactMap { $0 } + (line.newState == nil ? [story.state] : [])
    let owners = owners(of: story)
    guard filter.wants(story, states, owners) else { return false }
    if story.number == nil {
      lastNumber += 1
      story.number = lastNumber
    }
    var line = line
    line.number = story.number
    line.cookie = story.cookie
    line.ends = story.ends
    line.owners = owners
    if !story.isIntroduced, !names {
      var known = line
      known.kind = .known
      (known.oldState, known.newState, known.inState, known.lesson, known.timer, known.end) = (nil, nil, nil, nil, nil, nil)
      (known.error, known.reason) = (0, "")
      let phrase: TracePhrase = story.opened == nil ? .knownOld : .known
      known.text = phrase.say(["ends": Self.words(story), "who": Self.who(owners, story)])
      lines.append(known)
    }
    // connect() had not chosen its port yet: the next line says it.
    story.isIntroduced = story.ends.localPort != 0
    lines.append(line)
    return true
  }

  func line(
    _ kind: TraceKind, _ event: EventRecord, _ text: Sentence, _ lesson: Sentence? = nil, from old: TCPState? = nil,
    to new: TCPState? = nil,
    after spent: UInt64? = nil
  ) -> TraceLine {
    TraceLine(
      kind: kind, nanoseconds: event.monotonicNanoseconds, number: nil, ends: TraceEnds(event), cookie: event.cookie, owners: [],
      oldState: old, newState: new, inState: spent, text: text, lesson: lesson, timer: nil)
  }

  mutating func count(_ body: (inout TraceTotals) -> Void) { body(&totals) }

  mutating func accepted(_ story: inout TraceStory, at nanoseconds: UInt64, time: UInt64?) {
    guard story.isIntroduced else { return }
    let who = Self.who(owners(of: story), story)
    let text = (time == nil ? TracePhrase.acceptedBefore : .accepted).say(["who": who, "time": TraceWords.time(time ?? 0)])
    let line = TraceLine(
      kind: .accepted, nanoseconds: nanoseconds, number: nil, ends: story.ends, cookie: story.cookie, owners: [], oldState: nil,
      newState: nil,
      inState: nil, text: text, lesson: nil, timer: nil)
    _ = add(line, of: &story)
  }

  /// The socket is gone.
  mutating func finish(_ story: TraceStory) {
    if story.side == .listener { listeners = listeners.filter { $0.value != story.inode } }
    owners[story.inode] = nil
    guard keepsStories, story.number != nil, story.side != .listener else { return }
    if finished.count < Self.keptStories { finished.append(story) } else { forgotten += 1 }
  }

  static func words(_ story: TraceStory) -> Sentence { words(story.ends, isCalled: story.isInbound) }

  static func words(_ ends: TraceEnds, isCalled: Bool) -> Sentence {
    (isCalled ? TracePhrase.wasCalled : .called).say([
      "local": endpoint(ends.local, ends.localPort), "peer": Who.endpoint(ends.peer, ends.peerPort),
    ])
  }

  /// connect() chooses its port after its first event.
  private static func endpoint(_ address: IPAddress, _ port: UInt16) -> Sentence {
    guard port == 0 else { return Who.endpoint(address, port) }
    return (address.isIPv6 ? WhoPhrase.endpoint6 : .endpoint4).say(["address": address, "port": TracePhrase.unchosen.rawValue])
  }

  static func who(_ owners: [TraceProcess], _ story: TraceStory? = nil) -> Sentence {
    guard let first = owners.first else {
      // Without a file after the program's close(): there is none to be seen.
      let isOrphan = story.map { $0.inode == 0 && [.finWait1, .finWait2, .closing, .lastAck, .timeWait].contains($0.state) } ?? false
      return (isOrphan ? TracePhrase.nobody : .someone).say()
    }
    // All that hold the listener may accept: which one did is known once it is seen with the file.
    let isGuess = story.map { $0.isAccepted && $0.side == .wasCalled && ($0.owners.isEmpty || $0.areCandidates) } ?? false
    guard owners.count > 1 else { return WhoPhrase.process.say(["name": first.name, "pid": first.pid]) }
    return (isGuess ? TracePhrase.oneOf : .processes).say(["name": first.name, "pid": first.pid, "others": owners.count - 1])
  }
}
