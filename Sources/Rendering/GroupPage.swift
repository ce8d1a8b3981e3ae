internal import Catalog
public import Findings
internal import Snapshot
public import SockDiag

/// Which sockets deserve a card when there is not room for all.
public enum Ranking {
  /// The same sockets, those in trouble first; listeners before their connections; dump order otherwise.
  public static func worstFirst(_ sockets: [InetSocket], _ evidence: Evidence) -> [InetSocket] {
    let scored = sockets.enumerated().map { ($0.offset, score($0.element), $0.element) }
    return scored.sorted { left, right in left.1 != right.1 ? left.1 > right.1 : left.0 < right.0 }.map(\.2)
  }

  static func score(_ socket: InetSocket) -> Int {
    if socket.proto == .tcp, socket.state == .listen {
      return 1_000_000 + (socket.isAcceptQueueFull ? 100_000 : min(50_000, socket.receiveQueue))
    }
    let retransmits = min(15, socket.timerRetransmits) * 2000
    let stuck = socket.timer == .persist ? 20_000 : 0
    let drops = socket.proto == .tcp ? 0 : Int(min(10_000, socket[.sk_drops] ?? 0))
    let queued = min(5000, (socket.receiveQueue + socket.sendQueue) / 64)
    let state = socket.state == .timeWait ? 0 : socket.state == .closeWait ? 3000 : socket.state == .synSent ? 2000 : 1000
    return retransmits + stuck + drops + queued + state
  }
}

/// Many sockets in few lines: by state and peer.
public enum GroupPage {
  static let rows = 12

  /// Adds the counts; `cardCount` cards follow.
  public static func write(_ sockets: [InetSocket], cardCount: Int, to page: inout Page) {
    page.put(PagePhrase.grouped.say(["count": sockets.count, "shown": cardCount]).description, ink: .bold)
    var groups: [Group: Int] = [:]
    for socket in sockets { groups[Group(socket), default: 0] += 1 }
    let sorted = groups.sorted { ($0.value, $1.key.text) > ($1.value, $0.key.text) }
    for (group, count) in sorted.prefix(rows) {
      let number = String(count)
      page.put(String(repeating: " ", count: max(0, 8 - number.count)) + number + "  " + group.text, hang: 10)
    }
    if sorted.count > rows {
      page.put(PagePhrase.moreGroups.say(["count": sorted.count - rows]).description, indent: 10)
    }
  }

  struct Group: Hashable {
    let proto: InetProtocol
    let state: TCPState
    let peer: IPAddress
    let port: UInt16

    // A server's peers differ in port, a client's in nothing but its own port: keep the lower port of the two ends.
    init(_ socket: InetSocket) {
      proto = socket.proto
      state = socket.state
      peer = socket.peerAddress
      port = socket.peerPort < socket.localPort ? socket.peerPort : 0
    }

    var text: String {
      let name = state.name.count < 11 ? state.name + String(repeating: " ", count: 11 - state.name.count) : state.name
      return proto.name + " " + name + " " + endpoint(peer, port)
    }
  }
}

/// Nothing matched, said plainly.
public enum NothingPage {
  /// Adds the sentence, with how many sockets there are in all.
  public static func write(_ filter: String, _ evidence: Evidence, to page: inout Page) {
    page.put(PagePhrase.nothing.say(["filter": filter]).description, hang: 2)
  }
}
