internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum UnixPhrase: String, PhraseTable {
  static var room: String { "card.unix" }
  case title = "{netid} {state} {path}"
  case unnamed = "unnamed, inode {inode}"
  case abstract = "{path} (abstract: no file, gone with its last descriptor)"
  case queueLabel = "accept queue"
  case queue = "{waiting} waiting, limit {limit}"
  case queueFull = "{waiting} waiting, limit {limit}   FULL: the next connect() blocks, or fails with EAGAIN when non-blocking"
  case queueMeaning = "Send-Q {limit} = sk_max_ack_backlog = min(listen() backlog, net.core.somaxconn {somaxconn})"
  case queueMeaningAlone = "Send-Q {limit} = sk_max_ack_backlog = min(listen() backlog, net.core.somaxconn at that time)"
  case pending = "waiting: {list}"
  case pendingUnknown = "a process not seen"
  case receiveLabel = "receive queue"
  case receiveStream = "{bytes} the program has not read"
  case receiveDatagram = "the next datagram has {bytes}; how many wait is not told"
  case sendLabel = "send queue"
  case send = "{bytes} of memory the peer has not read (Send-Q is memory here: sk_wmem_alloc)"
  case sendFull = "{bytes} of memory the peer has not read, limit {limit}   FULL: a write blocks"
  case queuesLabel = "queues"
  case queuesEmpty = "both empty"
  case peerLabel = "peer"
  case peer = "{owner}, inode {inode}{path}"
  case peerPath = ", {path}"
  case peerNone = "none: not connected"
  case peerGone = "closed: a read returns 0 (the end) once the queue is empty, a write fails with EPIPE"
  case peerAlive = "connected, its other end was not in the list"
  case adviceSlow = "{name} accepts more slowly than clients connect: more workers, or less work between two accept()s"
  case adviceReader = "{name} does not read from it: {doing}"
}

/// The card of a unix-domain socket.
enum UnixCard {
  static func card(_ socket: UnixSocket, _ evidence: Evidence) -> Card {
    let processes = Who.records(ofInode: socket.inode, evidence)
    var lines = socket.state == .listen ? [queue(socket, evidence)] : queues(socket)
    if socket.state != .listen { lines.append(peer(socket, evidence)) }
    let isWaiting = (socket.receiveQueue ?? 0) > 0
    if isWaiting || socket.state == .listen { lines += ProcessLines.lines(processes, evidence) }
    return Card(
      socket: nil,
      title: UnixPhrase.title.say(["netid": socket.netid, "state": socket.state.name, "path": path(socket)]),
      owner: OwnerWords.sentence(inode: socket.inode, uid: socket.uid, evidence), lines: lines, advice: advice(socket, processes))
  }

  static func path(_ socket: UnixSocket) -> Sentence {
    guard let path = socket.path, !path.bytes.isEmpty else { return UnixPhrase.unnamed.say(["inode": socket.inode]) }
    guard path.bytes[0] == 0 else { return WordsPhrase.name.say(["name": path]) }
    return UnixPhrase.abstract.say(["path": Name([UInt8(ascii: "@")] + path.bytes.dropFirst())])
  }

  /// unix_recvq_full() compares with `>`: limit+1 fit here too.
  static func isFull(_ socket: UnixSocket) -> Bool {
    guard socket.state == .listen, let waiting = socket.receiveQueue, let limit = socket.sendQueue else { return false }
    return waiting > limit
  }

  static func queue(_ socket: UnixSocket, _ evidence: Evidence) -> CardLine {
    let waiting = socket.receiveQueue ?? 0, limit = socket.sendQueue ?? 0
    var details = [
      evidence.now.sysctls.number(.somaxconn).map { UnixPhrase.queueMeaning.say(["limit": limit, "somaxconn": $0]) }
        ?? UnixPhrase.queueMeaningAlone.say(["limit": limit])
    ]
    if !socket.pending.isEmpty {
      // UNIX_DIAG_ICONS holds the inodes of the connecting ends.
      let names = socket.pending.map { inode in
        (evidence.now.owners[inode].first.map { Who.process($0.pid, evidence) } ?? UnixPhrase.pendingUnknown.say()).description
      }
      details.append(UnixPhrase.pending.say(["list": Words.ranking(names)]))
    }
    let fill = Double(waiting) / Double(max(1, limit))
    return CardLine(
      UnixPhrase.queueLabel.say(), (isFull(socket) ? UnixPhrase.queueFull : .queue).say(["waiting": waiting, "limit": limit]),
      details: details, fill: fill, emphasis: isFull(socket) ? .bad : fill >= 0.75 ? .warning : .plain)
  }

  static func queues(_ socket: UnixSocket) -> [CardLine] {
    let unread = socket.receiveQueue ?? 0, unsent = socket.sendQueue ?? 0
    if unread == 0, unsent == 0 { return [CardLine(UnixPhrase.queuesLabel.say(), UnixPhrase.queuesEmpty.say())] }
    var lines: [CardLine] = []
    if unread > 0 {
      // unix_inq_len(): all of a stream's bytes, but only the first datagram.
      let text = (socket.type == 2 ? UnixPhrase.receiveDatagram : .receiveStream).say(["bytes": Counted.bytes(Int(unread))])
      lines.append(CardLine(UnixPhrase.receiveLabel.say(), text))
    }
    if unsent > 0 {
      let limit = socket.memory.flatMap { $0.count > 3 && $0[3] > 0 ? $0[3] : nil }
      let isFull = limit.map { unsent >= $0 } ?? false
      let text = (isFull ? UnixPhrase.sendFull : .send).say([
        "bytes": Counted.bytes(Int(unsent)), "limit": Counted.bytes(Int(limit ?? 0)),
      ])
      lines.append(
        CardLine(
          UnixPhrase.sendLabel.say(), text, fill: limit.map { Double(unsent) / Double($0) }, emphasis: isFull ? .warning : .plain))
    }
    return lines
  }

  static func peer(_ socket: UnixSocket, _ evidence: Evidence) -> CardLine {
    let label = UnixPhrase.peerLabel.say()
    guard let inode = socket.peerInode, inode != 0 else {
      let isConnected = socket.state == .established
      // RCV_SHUTDOWN comes with the peer's close() (unix_release_sock()).
      let hasEnded = isConnected && (socket.shutdown ?? 0) & 1 != 0
      return CardLine(
        label, (hasEnded ? UnixPhrase.peerGone : isConnected ? .peerAlive : .peerNone).say(), emphasis: hasEnded ? .warning : .plain)
    }
    let other = evidence.now.unix.first { $0.inode == inode }
    let owner = evidence.now.owners[inode].first.map { Who.process($0.pid, evidence) } ?? UnixPhrase.pendingUnknown.say()
    let place = other.flatMap { $0.path == nil ? nil : UnixPhrase.peerPath.say(["path": path($0)]).description } ?? ""
    return CardLine(label, UnixPhrase.peer.say(["owner": owner, "inode": inode, "path": place]))
  }

  static func advice(_ socket: UnixSocket, _ processes: [ProcessRecord]) -> [Sentence] {
    guard let process = processes.first(where: { $0.detail != nil }) else { return [] }
    if isFull(socket) {
      let isBlocked = processes.allSatisfy { Serving.of($0).isBlocked }
      if isBlocked, let sentence = ListenAdvice.blocked(process, Serving.of(process)) { return [sentence] }
      return Serving.of(process) == .unknown ? [] : [UnixPhrase.adviceSlow.say(["name": process.name])]
    }
    if socket.state != .listen, (socket.receiveQueue ?? 0) > 0, Serving.of(process).isBlocked {
      return [UnixPhrase.adviceReader.say(["name": process.name, "doing": ProcessLines.doing(process)])]
    }
    return []
  }
}
