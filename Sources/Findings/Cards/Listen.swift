internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum ListenPhrase: String, PhraseTable {
  static var room: String { "card.listen" }
  case title = "{proto} LISTEN {endpoint} ({reach})"

  case queueLabel = "accept queue"
  case queue = "{waiting} waiting, limit {limit}"
  case queueAtLimit = "{waiting} waiting, limit {limit}: room for one more, the kernel admits limit+1"
  case queueFull = "{waiting} waiting, limit {limit}   FULL: the kernel admits limit+1, then refuses"
  case queueMeaning = "Recv-Q {waiting} = sk_ack_backlog: handshakes done, not yet accept()ed"
  case limitAsked =
    "Send-Q {limit} = sk_max_ack_backlog = min(listen() backlog, net.core.somaxconn {somaxconn}): the program asked for {limit}"
  case limitOldDefault =
    "Send-Q {limit} = sk_max_ack_backlog: the program asked for {limit}, or net.core.somaxconn (now {somaxconn}) was {limit} at its listen()"
  case limitClipped =
    "Send-Q {limit} = sk_max_ack_backlog = net.core.somaxconn: clipped by it, unless the program asked for exactly {limit}"
  case limitAbove = "Send-Q {limit} = sk_max_ack_backlog: net.core.somaxconn was lowered to {somaxconn} after its listen()"
  case limitUnknown = "Send-Q {limit} = sk_max_ack_backlog = min(listen() backlog, net.core.somaxconn at that time)"
  case limitNotInProc = "/proc/net/tcp does not carry the limit: whether the queue is full is not known"
  case netstat = "netstat shows Send-Q 0 here: /proc/net/tcp does not carry the limit"

  case synLabel = "SYN queue"
  case synCount = "{count} half-open"
  case synYoung = "{count} half-open, {young} of them young"
  case syn = "{queue}, limit {limit}"
  case synRefuses = "{queue}, limit {limit} (syncookies 0: overflow is refused)"
  case synCookies = "{queue}, limit {limit} (syncookies 1: overflow is answered with a cookie)"
  case synAlways = "{queue}, limit {limit} (syncookies 2: every SYN is answered with a cookie, none is stored)"
  case synShare = "{queue}, limit {share} (syncookies 0: overflow is refused)"
  case synBacklog =
    "new peers find room for {share}: then less than a quarter of net.ipv4.tcp_max_syn_backlog {backlog} is left, which counts with syncookies 0; peers known from before until {limit}"
  case synDepth = "icsk_accept_queue: qlen {count}, young {young} (SYN-ACK sent once so far)"
  case synFlood = "this queue was full before: the kernel has logged \"Possible SYN flooding\" for this listener"
  case synFastOpen = "TCP Fast Open: {count} pending, limit {limit}"
  case synFastOpenFull = "TCP Fast Open: {count} pending, limit {limit}, FULL: data in a SYN is ignored, its handshake goes on as usual"
  case synDeferOn =
    "TCP_DEFER_ACCEPT {time}: a finished handshake waits here for its first data, at most so long; then the next ACK lets it in"
  case synRetransmitted = "{count} of them had their SYN-ACK retransmitted: no answer from the peer, or TCP_DEFER_ACCEPT waits for its data"
  case synDeferred = "{count} of them finished the handshake and wait for data: TCP_DEFER_ACCEPT"
  case synRefusedACK =
    "{count} of them had their SYN-ACK retransmitted: while the accept queue is full, the peer's answering ACK is refused"
  case synShared = "counted for the {count} listeners of this address together: inet_diag does not say whose they are"

  case refusedLabel = "refused"
  case refusedNone = "none: ListenOverflows 0 and ListenDrops 0 in this namespace"
  case refused = "{count} {counter} in this namespace since boot"
  case refusedStill = "{count} {counter} in this namespace since boot, +{delta} in the last {interval}: still happening"
  case refusedQuiet = "{count} {counter} in this namespace since boot, none in the last {interval}"
  case refusedNotHere = "not here: sk_drops of this listener stayed at {count} in the last {interval}"
  case refusedOthers = "the counters do not name the listener; others with a full queue now: {count}"
  case refusedNever = "none of them here: sk_drops of this listener is 0"
  case refusedElse = "{count} ListenDrops, {beyond} beyond the overflows: SYN queue full, no memory or no route for the answer"
  case drops = "sk_drops {count} since this listener was opened: refused SYNs and ACKs, but also repeated SYNs and resets"
  case dropsStill = "sk_drops {count} since this listener was opened, +{delta} in the last {interval}"

  case waitingLabel = "waiting"
  case waiting = "{list}"
  case waitingUnread = "{bytes} nobody has read"
  case waitingClosed = "{count} already closed by their peers (CLOSE-WAIT)"
  case waitingOldest = "the oldest ≥ {age}"
  case waitingFIN = "Recv-Q of these adds up to {bytes}: each peer's FIN counts as one byte"
  case waitingAge = "age from tcpi_last_data_sent: nobody has sent on it, so it counts from the handshake"
  case waitingReset = "{count} more in the queue but in no list: reset by their peers (each still takes a place), or just come or gone"
  case waitingShared = "of {count} listeners on this address together: SO_REUSEPORT chose one for each, inet_diag does not say which"
}

/// The card of a TCP listener.
enum ListenCard {
  static func card(_ socket: InetSocket, _ evidence: Evidence) -> Card {
    let view = ListenView(socket, evidence)
    var lines = [queue(view), synQueue(view)]
    if let refused = refused(view) { lines.append(refused) }
    if let waiting = waiting(view) { lines.append(waiting) }
    lines += ListenTraffic.lines(view)
    if let options = OptionsLine.line(socket, evidence) { lines.append(options) }
    lines += ProcessLines.lines(view.processes, evidence)
    let title = ListenPhrase.title.say([
      "proto": socket.proto.name, "endpoint": Who.local(socket), "reach": Reach.words(socket, evidence),
    ])
    return Card(
      socket: socket, title: title, owner: OwnerWords.sentence(socket, evidence), lines: lines, advice: ListenAdvice.sentences(view))
  }

  static func queue(_ view: ListenView) -> CardLine {
    let limit = view.limit
    guard view.knowsLimit else {
      return CardLine(
        ListenPhrase.queueLabel.say(), ListenPhrase.queue.say(["waiting": view.waiting, "limit": view.socket.acceptLimitText]),
        details: [ListenPhrase.queueMeaning.say(["waiting": view.waiting]), ListenPhrase.limitNotInProc.say()])
    }
    var details = [ListenPhrase.queueMeaning.say(["waiting": view.waiting]), limitOrigin(view)]
    if limit > 0 { details.append(ListenPhrase.netstat.say()) }
    let phrase: ListenPhrase = view.isFull ? .queueFull : view.waiting == limit && limit > 0 ? .queueAtLimit : .queue
    let fill = Double(view.waiting) / Double(max(limit, 1))
    return CardLine(
      ListenPhrase.queueLabel.say(), phrase.say(["waiting": view.waiting, "limit": limit]), details: details, fill: fill,
      emphasis: view.isFull ? .bad : fill >= 0.75 ? .warning : .plain)
  }

  static func limitOrigin(_ view: ListenView) -> Sentence {
    let limit = view.limit
    guard let somaxconn = view.somaxconn else { return ListenPhrase.limitUnknown.say(["limit": limit]) }
    if limit == somaxconn { return ListenPhrase.limitClipped.say(["limit": limit]) }
    if limit > somaxconn { return ListenPhrase.limitAbove.say(["limit": limit, "somaxconn": somaxconn]) }
    // 128 and 4096 were the setting's defaults: such a limit may stem from an older value of it.
    let phrase: ListenPhrase = limit == 128 || limit == 4096 ? .limitOldDefault : .limitAsked
    return phrase.say(["limit": limit, "somaxconn": somaxconn])
  }

  static func synQueue(_ view: ListenView) -> CardLine {
    let count = view.synDepth
    let cookies = view.evidence.now.sysctls.number(.synCookies)
    let share = view.synShare
    let phrase: ListenPhrase =
      switch cookies {
      case 0: share == nil ? .synRefuses : .synShare
      case 1: .synCookies
      case 2: .synAlways
      default: .syn
      }
    var details = internals(view)
    let retransmitted = view.halfOpen.filter { $0.timerRetransmits > 0 }.count
    if retransmitted > 0 { details.append((view.isFull ? ListenPhrase.synRefusedACK : .synRetransmitted).say(["count": retransmitted])) }
    let deferred = view.halfOpen.count { OpeningCards.isDeferred($0, of: view.internals) }
    if deferred > 0 { details.append(ListenPhrase.synDeferred.say(["count": deferred])) }
    if let share, let backlog = view.evidence.now.sysctls.number(.maxSynBacklog) {
      details.append(ListenPhrase.synBacklog.say(["backlog": backlog, "share": share, "limit": view.socket.acceptLimitText]))
    }
    if count > 0, view.siblings.count > 1, view.internals?.synQueue == nil {
      details.append(ListenPhrase.synShared.say(["count": view.siblings.count]))
    }
    // The share is met when it is reached, the limit when it is exceeded.
    let room = share ?? max(view.limit, 1) * (view.internals?.synQueue == nil ? max(view.siblings.count, 1) : 1)
    let isFull = share.map { count >= $0 } ?? (count > room)
    let depth =
      view.internals?.synQueueYoung.map { ListenPhrase.synYoung.say(["count": count, "young": $0]) }
      ?? ListenPhrase.synCount.say(["count": count])
    return CardLine(
      ListenPhrase.synLabel.say(),
      phrase.say(["queue": depth, "limit": view.socket.acceptLimitText, "share": share ?? view.limit]), details: details,
      fill: Double(count) / Double(max(room, 1)), emphasis: isFull ? cookies == 0 ? .bad : .warning : .plain)
  }

  /// What only the side-car reads of a listener.
  static func internals(_ view: ListenView) -> [Sentence] {
    guard let internals = view.internals else { return [] }
    var details: [Sentence] = []
    if let count = internals.synQueue, let young = internals.synQueueYoung, count > 0 {
      details.append(ListenPhrase.synDepth.say(["count": count, "young": young]))
    }
    if internals.isFloodWarned { details.append(ListenPhrase.synFlood.say()) }
    if let count = internals.deferAcceptRetries {
      details.append(
        ListenPhrase.synDeferOn.say(["time": Durations.words(milliseconds: GiveUp.deferral(Int(count)))]))
    }
    if let fast = internals.fastOpen {
      let phrase: ListenPhrase = fast.queue >= fast.limit ? .synFastOpenFull : .synFastOpen
      details.append(phrase.say(["count": fast.queue, "limit": fast.limit]))
    }
    return details
  }

  static func refused(_ view: ListenView) -> CardLine? {
    let counters = view.evidence.now.counters
    let own = view.socket[.sk_drops].flatMap { $0 > 0 ? drops($0, view) : nil }
    guard let overflows = counters["TcpExt.ListenOverflows"], let drops = counters["TcpExt.ListenDrops"] else {
      return own.map { CardLine(ListenPhrase.refusedLabel.say(), $0) }
    }
    var details = own.map { [$0] } ?? []
    guard drops > 0 || overflows > 0 else {
      return CardLine(ListenPhrase.refusedLabel.say(), ListenPhrase.refusedNone.say(), details: details)
    }
    if view.socket[.sk_drops] == 0 {
      details = [ListenPhrase.refusedNever.say()]
    } else if view.fullElsewhere > 0, overflows > 0 {
      details.append(ListenPhrase.refusedOthers.say(["count": view.fullElsewhere]))
    }
    let isOverflow = (view.overflowsDelta ?? 0) > 0 || (overflows > 0 && (view.dropsDelta ?? 0) == 0)
    if isOverflow, drops > overflows { details.append(ListenPhrase.refusedElse.say(["count": drops, "beyond": drops - overflows])) }
    let counter = isOverflow ? "ListenOverflows" : "ListenDrops", count = isOverflow ? overflows : drops
    guard let delta = isOverflow ? view.overflowsDelta : view.dropsDelta, let interval = view.interval else {
      return CardLine(ListenPhrase.refusedLabel.say(), ListenPhrase.refused.say(["count": count, "counter": counter]), details: details)
    }
    if delta > 0, view.isRefusingElsewhere, let own = view.socket[.sk_drops], own > 0 {
      details = [ListenPhrase.refusedNotHere.say(["count": own, "interval": interval])]
    }
    let text =
      delta > 0
      ? ListenPhrase.refusedStill.say(["count": count, "counter": counter, "delta": delta, "interval": interval])
      : ListenPhrase.refusedQuiet.say(["count": count, "counter": counter, "interval": interval])
    return CardLine(
      ListenPhrase.refusedLabel.say(), text, details: details, emphasis: delta > 0 && !view.isRefusingElsewhere ? .bad : .plain)
  }

  static func drops(_ own: UInt64, _ view: ListenView) -> Sentence {
    if let old = view.evidence.previous(view.socket)?[.sk_drops], own > old, let interval = view.interval {
      return ListenPhrase.dropsStill.say(["count": own, "delta": own - old, "interval": interval])
    }
    return ListenPhrase.drops.say(["count": own])
  }

  static func waiting(_ view: ListenView) -> CardLine? {
    let queued = view.queued
    let unseen = view.waitingTogether - queued.count
    guard !queued.isEmpty || unseen > 0 else { return nil }
    var parts = [Counted.connections(queued.count)]
    var details: [Sentence] = []
    let closed = queued.filter { $0.state == .closeWait }.count
    let total = queued.reduce(0) { $0 + $1.receiveQueue }
    let unread = queued.reduce(0) { $0 + ReceiveQueue.payload($1) }
    if unread > 0 { parts.append(ListenPhrase.waitingUnread.say(["bytes": Counted.bytes(unread)])) }
    if closed > 0 { parts.append(ListenPhrase.waitingClosed.say(["count": closed])) }
    if total != unread { details.append(ListenPhrase.waitingFIN.say(["bytes": total])) }
    if let oldest = view.oldestMilliseconds {
      parts.append(ListenPhrase.waitingOldest.say(["age": Durations.words(milliseconds: oldest)]))
      details.append(ListenPhrase.waitingAge.say())
    }
    if unseen > 0 { details.append(ListenPhrase.waitingReset.say(["count": unseen])) }
    if view.siblings.count > 1 { details.append(ListenPhrase.waitingShared.say(["count": view.siblings.count])) }
    return CardLine(
      ListenPhrase.waitingLabel.say(), ListenPhrase.waiting.say(["list": Words.list(parts, most: parts.count)]), details: details,
      emphasis: view.isFull || (view.oldestMilliseconds ?? 0) >= 1000 ? .warning : .plain)
  }
}
