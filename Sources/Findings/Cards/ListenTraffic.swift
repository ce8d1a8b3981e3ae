internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum ListenTrafficPhrase: String, PhraseTable {
  static var room: String { "card.listen.traffic" }
  case siblingsLabel = "SO_REUSEPORT"
  case siblings = "{count} listeners share this address: a hash of the connection picks one, a full one is not passed over"
  case sibling = "{owner}: {waiting} waiting, limit {limit}"
  case siblingFull = "{owner}: {waiting} waiting, limit {limit}, FULL"
  case thisOne = "this one, {owner}"
  case besideLabel = "same port"
  case beside = "{endpoint} ({reach}), {owner}"
  case besideSpecific = "{endpoint} ({reach}), {owner}: more specific, takes the connections it covers"
  case sharersLabel = "shared by"
  case sharers = "{count} processes accept() from this one queue"
  case load = "open connections each: {list}"
  case noLoad = "none of them holds a connection of this port"
  case none = "nobody known"
  case trafficLabel = "connections"
  case traffic = "{count} here: {states}; top peers {peers}"
}

/// Who else listens or accepts there, and what the port is carrying.
enum ListenTraffic {
  static func lines(_ view: ListenView) -> [CardLine] {
    [siblings(view), beside(view), sharers(view), traffic(view)].compactMap { $0 }
  }

  static func owner(_ listener: InetSocket, _ evidence: Evidence) -> Sentence {
    Who.records(of: listener, evidence).first.map { Who.process($0.pid, evidence) } ?? ListenTrafficPhrase.none.say()
  }

  static func siblings(_ view: ListenView) -> CardLine? {
    guard view.siblings.count > 1 else { return nil }
    // The fullest first: the hash may starve one while others idle.
    let ordered = view.siblings.sorted { ($1.receiveQueue, $0.cookie) < ($0.receiveQueue, $1.cookie) }
    var details = ordered.prefix(8).map { sibling in
      let name = owner(sibling, view.evidence)
      let isFull = sibling.isAcceptQueueFull
      return (isFull ? ListenTrafficPhrase.siblingFull : .sibling).say([
        "owner": sibling.cookie == view.socket.cookie ? ListenTrafficPhrase.thisOne.say(["owner": name]) : name,
        "waiting": sibling.receiveQueue, "limit": sibling.acceptLimitText,
      ])
    }
    if ordered.count > 8 { details.append(WordsPhrase.more.say(["count": ordered.count - 8])) }
    return CardLine(
      ListenTrafficPhrase.siblingsLabel.say(), ListenTrafficPhrase.siblings.say(["count": view.siblings.count]), details: details,
      emphasis: ordered.contains { $0.isAcceptQueueFull } ? .warning : .plain)
  }

  static func beside(_ view: ListenView) -> CardLine? {
    guard !view.beside.isEmpty else { return nil }
    let all = view.beside.map { other in
      let isSpecific = view.socket.localAddress.isAny && !other.localAddress.isAny
      return (isSpecific ? ListenTrafficPhrase.besideSpecific : .beside).say([
        "endpoint": Who.local(other), "reach": Reach.words(other, view.evidence), "owner": owner(other, view.evidence),
      ])
    }
    var details = Array(all.dropFirst().prefix(3))
    if all.count > 4 { details.append(WordsPhrase.more.say(["count": all.count - 4])) }
    return CardLine(ListenTrafficPhrase.besideLabel.say(), all[0], details: details)
  }

  /// Several processes on one inode: the load on each is the accepted connections of the port it holds.
  static func sharers(_ view: ListenView) -> CardLine? {
    guard view.processes.count > 1 else { return nil }
    var held: [Int32: Int] = [:]
    for child in view.children where child.inode != 0 {
      for pid in Set(view.evidence.now.owners[child.inode].map(\.pid)) { held[pid, default: 0] += 1 }
    }
    let loads = view.processes.map { ($0, held[$0.pid] ?? 0) }.sorted { ($1.1, $0.0.pid) < ($0.1, $1.0.pid) }
    let list = loads.map { WordsPhrase.times.say(["what": Who.process($0.0.pid, view.evidence), "count": $0.1]) }
    let details =
      held.isEmpty ? [ListenTrafficPhrase.noLoad.say()] : [ListenTrafficPhrase.load.say(["list": Words.list(list, most: 8)])]
    return CardLine(
      ListenTrafficPhrase.sharersLabel.say(), ListenTrafficPhrase.sharers.say(["count": view.processes.count]), details: details)
  }

  static func traffic(_ view: ListenView) -> CardLine? {
    guard !view.children.isEmpty else { return nil }
    let states = Words.ranking(view.children.lazy.map(\.state.name), most: 12)
    let peers = Words.ranking(view.children.lazy.map { $0.peerAddress.unmapped.description })
    return CardLine(
      ListenTrafficPhrase.trafficLabel.say(),
      ListenTrafficPhrase.traffic.say(["count": view.children.count, "states": states, "peers": peers]))
  }
}
