internal import Catalog
internal import SockDiag
internal import Snapshot

enum AcceptJudgePhrase: String, PhraseTable {
  static var room: String { "audit.accept" }
  case noListener = "no listener here"
  case free = "{listeners}, none limited by it"
  case unknown = "the limits of the listeners are not known here: not judged"
  case askedFor = "{listeners} as large as it or asked for it exactly; none is half full"
  case clipped = "{listeners} probably cut to it at listen()"
  case clippedFull = "{listeners} probably cut to it; full: {full}"
  case which = "{listener} of {owner}: limit {limit}, {waiting} waiting"
  case highest = "the highest limit of a listener is {limit} (min(listen() backlog, somaxconn when it listened))"
  case exactly = "a program that asked for exactly {limit} looks the same: its argument to listen() is not kept"
  case older = "{listeners} with a higher limit listened before it was lowered; a restart cuts that limit"
  case elsewhere =
    "connections are refused at {listener}, whose limit {limit} is below this: raising it does not help; the program asked listen() for so few, or it was lower then"
  case then = "each listener must call listen() again: restart or reload it"
  case resetting = "clients get RST for the last ACK of their handshake, now: they believed their connection open"
  case resets =
    "a connection that the client believes open is reset when the accept queue is full; the SYN of the next client is dropped in silence all the same"
  case patient = "no accept queue refuses anything"
  case dropping = "a full accept queue drops the last ACK and the SYN in silence, so that clients retry: fine, the queue is the matter"
}

/// Accept queues: net.core.somaxconn and tcp_abort_on_overflow.
enum AcceptJudge: Judge {
  static let somaxconn = "net.core.somaxconn"
  static let abort = "net.ipv4.tcp_abort_on_overflow"
  /// The default since 5.4: a limit below it was seldom asked for on purpose.
  static let standard = 4096
  static let counters = ["TcpExt.ListenOverflows", "TcpExt.ListenDrops"]

  static func judge(_ audit: AuditEvidence) -> [Judgement] {
    [ceiling(audit), overflow(audit)].compactMap { $0 }
  }

  static func ceiling(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = AcceptJudgePhrase
    guard let ceiling = audit.number(somaxconn) else { return nil }
    let listeners = audit.now.inet.listeners
    guard !listeners.isEmpty else { return Judgement(somaxconn, .ok, Phrase.noListener.say(), evidence: audit.rises(counters)) }
    guard let highest = listeners.compactMap(\.acceptLimit).max() else { return Judgement(somaxconn, .ok, Phrase.unknown.say()) }
    let cut = listeners.filter { $0.acceptLimit == ceiling && ceiling > 0 }.sorted { $0.receiveQueue > $1.receiveQueue }
    let older = listeners.filter { ($0.acceptLimit ?? 0) > ceiling }
    var lines: [Sentence] = []
    if !older.isEmpty { lines.append(Phrase.older.say(["listeners": Counted.listeners(older.count)])) }
    guard let worst = cut.first else {
      lines.append(Phrase.highest.say(["limit": highest]))
      if let full = refusingElsewhere(listeners, audit) {
        return Judgement(somaxconn, .ok, full, evidence: lines + audit.rises(counters))
      }
      return Judgement(
        somaxconn, .ok, Phrase.free.say(["listeners": Counted.listeners(listeners.count)]), evidence: lines + audit.rises(counters))
    }
    lines = cut.prefix(3).map { which($0, audit) } + lines
    let full = cut.count { $0.isAcceptQueueFull }
    let isHalfFull = worst.receiveQueue * 2 >= ceiling
    guard ceiling < standard || isHalfFull else {
      return Judgement(
        somaxconn, .ok, Phrase.askedFor.say(["listeners": Counted.listeners(cut.count)]), evidence: lines + audit.rises(counters))
    }
    lines.append(Phrase.exactly.say(["limit": ceiling]))
    lines += audit.rises(counters)
    let isRefusing = full > 0 && audit.delta("TcpExt.ListenOverflows") > 0
    let text =
      full > 0
      ? Phrase.clippedFull.say(["listeners": Counted.listeners(cut.count), "full": full])
      : Phrase.clipped.say(["listeners": Counted.listeners(cut.count)])
    return Judgement(
      somaxconn, isRefusing ? .critical : isHalfFull ? .warn : .note, text, evidence: lines,
      fix: SettingFix(ceiling < standard ? standard : min(ceiling * 2, 65535), then: Phrase.then.say()))
  }

  static func which(_ listener: InetSocket, _ audit: AuditEvidence) -> Sentence {
    AcceptJudgePhrase.which.say([
      "listener": Who.local(listener), "owner": Who.holds(listener, audit.evidence), "limit": listener.acceptLimitText,
      "waiting": listener.receiveQueue,
    ])
  }

  /// Refusals now, at a listener that somaxconn does not limit.
  static func refusingElsewhere(_ listeners: [InetSocket], _ audit: AuditEvidence) -> Sentence? {
    guard audit.delta("TcpExt.ListenOverflows") > 0, let full = listeners.first(where: \.isAcceptQueueFull) else { return nil }
    return AcceptJudgePhrase.elsewhere.say(["listener": Who.local(full), "limit": full.acceptLimitText])
  }

  static func overflow(_ audit: AuditEvidence) -> Judgement? {
    typealias Phrase = AcceptJudgePhrase
    guard let value = audit.number(abort) else { return nil }
    let isNow = audit.delta("TcpExt.ListenOverflows") > 0
    let isFull = audit.now.inet.listeners.contains(where: \.isAcceptQueueFull)
    let lines = audit.rises(counters)
    guard value != 0 else {
      return Judgement(abort, .ok, (isNow || isFull ? Phrase.dropping : .patient).say(), evidence: lines)
    }
    // ListenOverflows rises for a refused SYN too, which gets no RST (tcp_check_req(), 6.12).
    let isResetting = isNow && audit.delta("TcpExt.EmbryonicRsts") > 0
    return Judgement(
      abort, isResetting ? .warn : .note, (isResetting ? Phrase.resetting : .resets).say(),
      evidence: lines + audit.rises(["TcpExt.EmbryonicRsts"]),
      fix: SettingFix(0))
  }
}
