internal import Catalog
internal import ProcFS
internal import Snapshot
internal import SockDiag

/// What is needed to hold a time in ticks against one in milliseconds.
struct TickClock: Sendable {
  /// One tick of /proc.
  let milliseconds: Int
  /// At most so much time lies between the two readings.
  let elapsed: Int

  /// Whether both times can be of one timer that went on: /proc's is not later than netlink's, and not earlier than the time that went by.
  /// Both sides round, and jiffies are up to 10 ms wide.
  func isOneTimer(netlink: Int, proc ticks: UInt64) -> Bool {
    let proc = Int(clamping: ticks).multipliedReportingOverflow(by: milliseconds).partialValue
    let slack = 2 * milliseconds + 20
    return proc <= netlink + slack && proc >= min(netlink - elapsed, netlink) - slack
  }
}

extension NetstatComparison {
  /// The differences of an internet socket that both sides show.
  static func fields(_ socket: InetSocket, _ row: TableRow, _ clock: TickClock) -> [Difference] {
    var out: [Difference] = []
    let proc = row.row
    let isRequest = socket.isMiniSocket && (socket.state == .synRecv || socket.state == .newSynRecv)
    func number(_ field: ComparedField, _ left: UInt64, _ right: UInt64) {
      if left != right { out.append(.open(field, String(left), String(right))) }
    }
    if socket.state.rawValue != proc.state { out.append(.open(.state, socket.state.name, TCPState(rawValue: proc.state).name)) }
    number(.receiveQueue, UInt64(socket.receiveQueue), UInt64(proc.receiveQueue))
    if socket.proto == .tcp, socket.state == .listen, proc.state == socket.state.rawValue {
      if socket.sendQueue != Int(proc.sendQueue) {
        out.append(Difference(.sendQueue, String(socket.sendQueue), String(proc.sendQueue), .expected, ComparePhrase.listenLimit.say()))
      }
    } else {
      number(.sendQueue, UInt64(socket.sendQueue), UInt64(proc.sendQueue))
    }
    if socket.proto == .tcp { out += timer(socket, proc, isRequest: isRequest, clock) }
    if isRequest, socket.uid == 0 {
      if proc.uid != 0 { out.append(Difference(.uid, "0", String(proc.uid), .expected, ComparePhrase.requestUID.say())) }
    } else {
      number(.uid, UInt64(socket.uid), UInt64(proc.uid))
    }
    number(.inode, UInt64(socket.inode), proc.inode & 0xffff_ffff)
    out += ends(socket, row)
    return out
  }

  private static func ends(_ socket: InetSocket, _ row: TableRow) -> [Difference] {
    let record = SocketKey(socket).ends, other = SocketKey(row).ends
    if record != other { return [.open(.addresses, words(socket), words(row))] }
    guard socket.proto == .raw, socket.peerPort != row.row.peerPort else { return [] }
    return [Difference(.addresses, String(socket.peerPort), String(row.row.peerPort), .expected, ComparePhrase.rawPeerPort.say())]
  }

  private static func words(_ socket: InetSocket) -> String {
    words(socket.localAddress, socket.localPort, socket.peerAddress, socket.peerPort)
  }

  private static func words(_ row: TableRow) -> String {
    words(row.localAddress, row.row.localPort, row.peerAddress, row.row.peerPort)
  }

  private static func words(_ local: IPAddress, _ localPort: UInt16, _ peer: IPAddress, _ peerPort: UInt16) -> String {
    WordsPhrase.connection.say(["local": Who.endpoint(local, localPort), "peer": Who.endpoint(peer, peerPort)]).description
  }

  private static func timer(_ socket: InetSocket, _ proc: ProcInetRow, isRequest: Bool, _ clock: TickClock) -> [Difference] {
    let kind = socket.timer.rawValue
    var out: [Difference] = []
    guard kind == proc.timer else {
      let other = TimerKind(rawValue: proc.timer)
      let reason: (DifferenceClass, ComparePhrase) =
        socket.timer == .delack && other == .off ? (.expected, .delack) : (.racing, .timerMoved)
      return [Difference(.timer, socket.timer.name, other.name, reason.0, reason.1.say())]
    }
    if kind != 0 {
      let milliseconds = String(socket.timerMilliseconds), ticks = String(proc.expiresTicks)
      if clock.isOneTimer(netlink: socket.timerMilliseconds, proc: proc.expiresTicks) {
        out.append(
          Difference(.timerTime, milliseconds, ticks, .expected, ComparePhrase.timerTime.say(["tick": clock.milliseconds])))
      } else {
        out.append(Difference(.timerTime, milliseconds, ticks, .racing, ComparePhrase.timerMoved.say()))
      }
    }
    return out + counts(socket, proc, isRequest: isRequest)
  }

  /// Column `retrnsmt` and column `timeout`, of which netlink sends the one that belongs to the timer (inet_sk_diag_fill()).
  private static func counts(_ socket: InetSocket, _ proc: ProcInetRow, isRequest: Bool) -> [Difference] {
    let count = UInt64(socket.timerRetransmits), both = "\(proc.retransmits)/\(proc.probes)"
    func differ(_ kind: DifferenceClass, _ phrase: ComparePhrase) -> [Difference] {
      [Difference(.timerCount, String(count), both, kind, phrase.say())]
    }
    if isRequest { return count == UInt64(proc.retransmits) ? [] : differ(.expected, .requestCount) }
    switch socket.timer {
    case .on:
      if count != UInt64(proc.retransmits) & 255 { return differ(.racing, .moved) }
      return proc.probes == 0 ? [] : differ(.expected, .countLeft)
    case .keepalive, .persist:
      if count != UInt64(proc.probes) & 255 { return differ(.racing, .moved) }
      if proc.retransmits != 0 { return differ(.expected, .countLeft) }
      return proc.probes == 0 ? [] : differ(.expected, .countThird)
    default:
      return proc.retransmits == 0 && proc.probes == 0 ? [] : differ(.expected, .countLeft)
    }
  }

  /// The differences of a unix socket that both sides show.
  static func fields(_ socket: UnixSocket, _ row: ProcUnixRow) -> [Difference] {
    var out: [Difference] = []
    if UInt16(socket.type) != row.type { out.append(.open(.type, socket.netid, String(row.type))) }
    if socket.state != row.tcpState { out.append(.open(.state, socket.state.name, row.tcpState.name)) }
    let name = UnixName(socket.path)
    let texts = (name.whole?.description, row.path?.description)
    if name.inProc != row.path {
      out.append(.open(.path, texts.0, texts.1))
    } else if name.whole != name.inProc {
      out.append(Difference(.path, texts.0, texts.1, .expected, ComparePhrase.unixNewline.say()))
    } else if name.hasBlank {
      out.append(Difference(.path, texts.0, texts.1, .expected, ComparePhrase.unixBlank.say()))
    }
    return out
  }
}

/// The name of a unix socket as netlink has it and as /proc/net/unix shows it (unix_seq_show()).
struct UnixName {
  /// Each NUL of an abstract name as `@`.
  let whole: Name?

  init(_ name: Name?) {
    guard let name, !name.bytes.isEmpty else {
      whole = nil
      return
    }
    whole = name.bytes.first == 0 ? Name(name.bytes.map { $0 == 0 ? UInt8(ascii: "@") : $0 }) : name
  }

  /// What its row has: all before a line break.
  var inProc: Name? {
    guard let bytes = whole?.bytes, let end = bytes.firstIndex(of: 10) else { return whole }
    return end == 0 ? nil : Name(Array(bytes[..<end]))
  }

  /// A byte that ends a word for sscanf().
  var hasBlank: Bool { whole?.bytes.contains { $0 == 32 || (9...13).contains($0) } ?? false }
}
