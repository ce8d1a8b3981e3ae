internal import Catalog
internal import ProbeStream
internal import SockDiag

/// Which socket an event is of. Its cookie says so; before Linux 5.12 it has none until somebody dumps it, which may be in the middle of its life.
extension TraceEngine {
  /// What the story of an event is kept by. One that began without a cookie stays with its addresses.
  mutating func key(of event: EventRecord) -> Key {
    if event.cookie != 0, stories[.cookie(event.cookie)] != nil { return .cookie(event.cookie) }
    let ends = TraceEnds(event)
    let isWhole = event.localPort != 0 && (event.peerPort != 0 || event.isOfListener)
    if isWhole {
      if stories[.ends(ends)] != nil { return .ends(ends) }
      if event.inode != 0, let story = stories.removeValue(forKey: .file(event.inode)) {
        stories[.ends(ends)] = story
        return .ends(ends)
      }
    }
    if event.cookie != 0 { return .cookie(event.cookie) }
    return isWhole || event.inode == 0 ? .ends(ends) : .file(event.inode)
  }

  /// Whether the birth of a child can be told by its cookie. inet_csk_clone_lock() tells of it before it gives the child its addresses, and up to 6.12
  /// its cookie as well: the one in the event is then nobody's.
  func hasIdentity(_ index: Int) -> Bool {
    let cookie = buffer[index].cookie
    return cookie != 0 && buffer[(index + 1)...].prefix(64).contains { $0.cookie == cookie }
  }

  /// Whether two events are of one socket.
  static func isSame(_ one: EventRecord, _ other: EventRecord) -> Bool {
    one.cookie != 0 && other.cookie != 0 ? one.cookie == other.cookie : TraceEnds(one) == TraceEnds(other)
  }

  /// The inode of the listener that takes connections to a local end; nil where none is known.
  func listener(at ends: TraceEnds) -> UInt32? {
    listeners[Self.place(ends.local, ends.localPort)] ?? listeners[ListenerPlace(address: nil, port: ends.localPort)]
  }

  /// Says that a connection has a file now, so accept() has returned it.
  ///
  /// - Parameters:
  ///   - queued: one of `queued(limit:)`; nil where the cookie alone is known.
  ///   - cookie: of that socket as it was found now.
  public mutating func noteAccepted(_ queued: TraceStory?, cookie: UInt64, inode: UInt32, at nanoseconds: UInt64) {
    guard inode != 0 else { return }
    let key: Key = stories[.cookie(cookie)] == nil ? queued.map { .ends($0.ends) } ?? .cookie(cookie) : .cookie(cookie)
    guard var story = stories[key] else {
      // A replay: its next event tells whose cookie this is.
      if stories.keys.contains(where: \.isNameless) { acceptances[cookie] = (inode, nanoseconds) }
      return
    }
    story.cookie = cookie
    accept(&story, inode, at: nanoseconds)
    stories[key] = story
  }

  /// What was said of a cookie before the story was known to have it.
  mutating func acceptLate(_ story: inout TraceStory) {
    guard let known = acceptances.removeValue(forKey: story.cookie) else { return }
    accept(&story, known.inode, at: known.nanoseconds)
  }

  private mutating func accept(_ story: inout TraceStory, _ inode: UInt32, at nanoseconds: UInt64) {
    guard !story.isAccepted else { return }
    (story.inode, story.isAccepted) = (inode, true)
    update(owners: &story)
    accepted(&story, at: nanoseconds, time: story.since.map { nanoseconds &- $0 })
  }

  /// Connections of listeners that nobody has accepted as far as is known, newest first.
  public func queued(limit: Int) -> [TraceStory] {
    let waiting = stories.values.filter { !$0.isAccepted && $0.side == .wasCalled && $0.ended == nil && $0.isIntroduced }
    return Array(waiting.sorted { ($0.opened ?? 0) > ($1.opened ?? 0) }.prefix(limit))
  }
}

extension TraceEngine.Key {
  /// Kept by addresses or a file.
  var isNameless: Bool { if case .cookie = self { false } else { true } }
}

extension EventRecord {
  /// A reset of no full socket: of none, of a request, a listener or TIME-WAIT.
  var isLoneReset: Bool {
    let state = TCPState(rawValue: oldState)
    return state == .listen || state == .timeWait || cookie == 0 && (oldState == 0 || state == .newSynRecv)
  }

  var isOfListener: Bool { oldState == TCPState.listen.rawValue || kind == .state && newState == TCPState.listen.rawValue }

  /// A listener's socket was copied for a connection, and still has the listener's addresses.
  var isBirth: Bool { kind == .state && oldState == TCPState.listen.rawValue && newState == TCPState.synRecv.rawValue }
}
