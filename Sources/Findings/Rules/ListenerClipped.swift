internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum ListenerClippedPhrase: String, PhraseTable {
  static var room: String { "finding.listener-clipped" }
  case threshold =
    "a listener's limit equals net.core.somaxconn, and that is below {standard} (the default since 5.4) or the queue is half full"
  case title = "{listeners} at the ceiling of net.core.somaxconn"
  case limit = "{listener}: limit {limit} = net.core.somaxconn {somaxconn}, {waiting} waiting"
  case more = "and {count} more"
  case cause =
    "listen() takes the smaller of the program's backlog and net.core.somaxconn; a limit equal to the ceiling was probably cut to it, or the program asked for exactly that"
  case advice = "raise net.core.somaxconn in this network namespace, then restart the program: the limit is taken at listen(), not later"
}

/// __sys_listen() clips the backlog: net/socket.c, 6.12.
enum ListenerClipped: Rule {
  static let id = "listener-clipped"
  /// SOMAXCONN since 5.4. A limit of this size at this ceiling is what Go and others ask for on purpose.
  static let standard = 4096
  /// Percent of the limit from which a large clipped queue matters.
  static let fill = 50
  static var threshold: Sentence { ListenerClippedPhrase.threshold.say(["standard": standard]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    typealias Phrase = ListenerClippedPhrase
    guard let ceiling = evidence.now.sysctls.number(.somaxconn), ceiling > 0 else { return [] }
    let clipped = evidence.now.inet.listeners.filter {
      $0.sendQueue == ceiling && (ceiling < standard || $0.receiveQueue * 100 >= ceiling * fill)
    }.sorted { $0.receiveQueue > $1.receiveQueue }
    guard let worst = clipped.first else { return [] }
    var lines = clipped.prefix(3).map {
      Phrase.limit.say(["listener": Who.local($0), "limit": $0.sendQueue, "somaxconn": ceiling, "waiting": $0.receiveQueue])
    }
    if clipped.count > lines.count { lines.append(Phrase.more.say(["count": clipped.count - lines.count])) }
    return [
      Finding(
        id: id, severity: worst.receiveQueue * 100 >= ceiling * fill ? .warning : .note, sockets: Array(clipped.prefix(Pile.kept)),
        count: clipped.count, title: Phrase.title.say(["listeners": Counted.listeners(clipped.count)]), evidence: lines,
        cause: Phrase.cause.say(), advice: Phrase.advice.say(), next: Next.listener(worst.localPort))
    ]
  }
}
