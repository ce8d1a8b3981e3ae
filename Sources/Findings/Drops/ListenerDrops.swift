internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

/// Handshakes that listeners refuse. tcp_conn_request() consumes the SYN, so that only counters, sk_drops and the queues tell of it.
extension DropBuilder {
  /// One kind of refusal: how many, and at which listeners it can have been.
  struct Refusal {
    let id: String
    let count: UInt64
    /// Counters to show beside it.
    let keys: [String]
    let said: DropsPhrase
    let saidSomewhere: DropsPhrase
    let advice: DropsPhrase
    /// Listeners of whom the state of their queues says that they refuse so; the others come behind them.
    let isLikely: (InetSocket) -> Bool
    var showsSynQueue = false
  }

  mutating func addListeners() {
    let overflows = ledger.left("TcpExt.ListenOverflows")
    let queueFull = ledger.left("TcpExt.TCPReqQFullDrop")
    // Every overflow and every full SYN queue is a ListenDrop as well; what remains has another cause.
    let drops = ledger.left("TcpExt.ListenDrops")
    let others = drops > overflows + queueFull ? drops - overflows - queueFull : 0
    let halfOpen = halfOpen()
    let full = Set((readings.now.inet.listeners + (readings.before?.inet.listeners ?? [])).filter(\.isAcceptQueueFull).map(\.cookie))
    add(
      Refusal(
        id: isWatched ? "accept-queue-full-syn" : "accept-queue-full", count: overflows,
        keys: ["TcpExt.ListenOverflows", "TcpExt.ListenDrops"], said: isWatched ? .synRefused : .handshakeRefused,
        saidSomewhere: isWatched ? .synRefusedSomewhere : .handshakeRefusedSomewhere, advice: .acceptAdvice,
        isLikely: { full.contains($0.cookie) }), halfOpen)
    add(
      Refusal(
        id: "syn-queue-full", count: queueFull, keys: ["TcpExt.TCPReqQFullDrop", "TcpExt.ListenDrops"], said: .synQueueFull,
        saidSomewhere: .synQueueFullSomewhere, advice: .synQueueAdvice,
        isLikely: { (halfOpen[$0.cookie] ?? 0) > ($0.acceptLimit ?? .max) }, showsSynQueue: true), halfOpen)
    let isBacklog = readings.now.sysctls.number("net.ipv4.tcp_syncookies") == 0
    add(
      Refusal(
        id: isBacklog ? "max-syn-backlog" : "listen-drop", count: others, keys: ["TcpExt.ListenDrops"],
        said: isBacklog ? .synBacklog : .listenOther, saidSomewhere: isBacklog ? .synBacklogSomewhere : .listenOther,
        advice: .synBacklogAdvice, isLikely: { (halfOpen[$0.cookie] ?? 0) > 0 }, showsSynQueue: isBacklog), halfOpen)
    addCookies(halfOpen)
  }

  /// Requests by the cookie of the listener they belong to; of SO_REUSEPORT siblings each gets an equal share at most, so all count for the first.
  private func halfOpen() -> [UInt64: Int] {
    var out: [UInt64: Int] = [:]
    for request in readings.now.inet.tcp(.synRecv) where request.isMiniSocket {
      if let listener = readings.now.inet.listeners(for: request).first { out[listener.cookie, default: 0] += 1 }
    }
    return out
  }

  /// Gives a refusal to the listeners whose sk_drops rose by more than the rows before explain, those in the fitting state first.
  private mutating func add(_ refusal: Refusal, _ halfOpen: [UInt64: Int]) {
    var left = refusal.count
    guard left > 0 else { return }
    let candidates = readings.now.inet.listeners.map { (socket: $0, drops: ledger.socketLeft($0), isLikely: refusal.isLikely($0)) }
      .filter { $0.drops > 0 }
      .sorted { ($0.isLikely ? 1 : 0, $0.drops, $1.socket.cookie) > ($1.isLikely ? 1 : 0, $1.drops, $0.socket.cookie) }
    var shares: [Spot: (sockets: [InetSocket], count: UInt64, drops: UInt64, isLikely: Bool)] = [:]
    for candidate in candidates where left > 0 {
      let share = min(left, candidate.drops)
      left -= share
      // Without events a third ACK, which counts twice, hides among them: nothing of this listener is left to explain.
      ledger.spend(candidate.socket, isWatched ? share : candidate.drops)
      var spot = shares[Spot(candidate.socket)] ?? ([], 0, 0, false)
      spot.sockets.append(candidate.socket)
      spot.count += share
      spot.drops += ledger.socketRise(candidate.socket)
      spot.isLikely = spot.isLikely || candidate.isLikely
      shares[Spot(candidate.socket)] = spot
    }
    // Sockets are read a moment before the counters: a small rest is that moment's.
    if left <= 1 + refusal.count / 20, let most = shares.max(by: { $0.value.count < $1.value.count })?.key {
      shares[most]?.count += left
      left = 0
    }
    for share in shares.values {
      let listener = share.sockets[0]
      let isSure = share.isLikely || shares.count == 1
      let victim = victim(
        of: share.sockets, first: listener, kind: .listener, attribution: isSure ? .socketDrops : .inferred)
      add(row(refusal, share.count, listener, victim, drops: share.drops, halfOpen))
    }
    if left > 0 { add(row(refusal, left, nil, nil, drops: nil, halfOpen)) }
    for key in ["TcpExt.ListenOverflows", "TcpExt.TCPReqQFullDrop", "TcpExt.ListenDrops"] where refusal.keys.contains(key) {
      ledger.spend(key, refusal.count)
    }
  }

  private func row(
    _ refusal: Refusal, _ count: UInt64, _ listener: InetSocket?, _ victim: DropVictim?, drops: UInt64?, _ halfOpen: [UInt64: Int]
  ) -> DropRow {
    let said = listener == nil ? refusal.saidSomewhere : refusal.said
    var details: [Sentence] = []
    if let listener {
      details.append(
        refusal.showsSynQueue
          ? DropsPhrase.halfOpen.say(["count": halfOpen[listener.cookie] ?? 0, "limit": listener.acceptLimitText])
          : queue(listener))
    }
    return DropRow(
      id: refusal.id, count: count, basis: .counter, isDrop: true, harm: .loss, reason: nil, functions: [], victim: victim,
      meaning: say(said, count, listener), counters: rises(refusal.keys), socketDrops: drops, details: details, capture: .shown,
      advice: refusal.said == .listenOther ? nil : refusal.advice.say(), stacks: [])
  }

  private func say(_ phrase: DropsPhrase, _ count: UInt64, _ listener: InetSocket?) -> Sentence {
    phrase.say([
      "syns": Self.number(count, .syn, .syns), "these": (count == 1 ? DropsPhrase.it : .these).say(),
      "times": Self.number(count, .once, .times), "port": listener?.localPort ?? 0,
      "owner": listener.map(name) ?? DropsPhrase.text.say(["text": ""]),
      "backlog": readings.now.sysctls["net.ipv4.tcp_max_syn_backlog"] ?? "?",
    ])
  }

  /// The program's name alone: the victim's line has the rest.
  private func name(_ listener: InetSocket) -> Sentence {
    guard let record = Who.records(of: listener, readings).first else { return Who.holds(listener, readings) }
    return DropsPhrase.text.say(["text": record.name])
  }

  static func number(_ count: UInt64, _ one: DropsPhrase, _ many: DropsPhrase) -> Sentence {
    count == 1 ? one.say() : many.say(["count": count])
  }

  /// SYN cookies are sent where a SYN queue overflows, and with tcp_syncookies 2 always: then they prove nothing.
  private mutating func addCookies(_ halfOpen: [UInt64: Int]) {
    // The first rises for a SYN that is refused after all, its listener's accept queue being full too.
    let wanted = ledger.rise("TcpExt.TCPReqQFullDoCookies") ?? 0
    let sent = min(wanted, ledger.rise("TcpExt.SyncookiesSent") ?? wanted)
    guard sent > 0, readings.now.sysctls.number("net.ipv4.tcp_syncookies") ?? 1 != 2 else { return }
    let fullest = readings.now.inet.listeners.filter { (halfOpen[$0.cookie] ?? 0) > ($0.acceptLimit ?? .max) }
    let listener = fullest.count == 1 ? fullest[0] : nil
    add(
      DropRow(
        id: "syn-cookies-sent", count: sent, basis: .counter, isDrop: false, harm: .benign, reason: nil, functions: [],
        victim: listener.map { victim(of: [$0], first: $0, kind: .listener, attribution: .inferred) },
        meaning: say(listener == nil ? .cookiesSomewhere : .cookies, sent, listener),
        counters: rises(["TcpExt.TCPReqQFullDoCookies", "TcpExt.SyncookiesSent", "TcpExt.SyncookiesRecv", "TcpExt.SyncookiesFailed"]),
        socketDrops: nil,
        details: listener.map { [DropsPhrase.halfOpen.say(["count": halfOpen[$0.cookie] ?? 0, "limit": $0.acceptLimitText])] } ?? [],
        capture: nil, advice: DropsPhrase.cookiesAdvice.say(), stacks: []))
  }
}
