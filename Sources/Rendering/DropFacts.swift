internal import Catalog

/// The words of a drop reason's facts on `explain`'s page and in Docs/DropReasons.md.
enum DropFactsPhrase: String, PhraseTable {
  static var room: String { "explain.drop" }
  case at = "{place}: {meaning} ({harm})"
  case usual = "{meaning} ({harm})"
  case functions = "in {functions}()"
  case states = "{state} socket"
  case listener = "the listener: somebody could not connect"
  case connection = "a connection, also a half-open one"
  case receiver = "the datagram or raw socket that should have received it"
  case sender = "the socket here that sent it"
  case port = "nobody: no socket has that port"
  case host = "the host or one of its devices"
  case exact = "{key}, one a packet"
  case loose = "{key} rises too"
  case shown = "shows the packet: its tap lies before the drop"
  case hidden = "does not show the packet: it is dropped before the tap"
  case receivedOnly = "shows the packet when it was received, not when it was to be sent"
  case loss = "loss"
  case refusal = "refused on purpose"
  case benign = "harmless"
  case sent = "sent from here"
  case received = "received"
  case flags = "with {flags}"
}

/// A drop reason's facts as labelled rows.
enum DropFacts {
  static func rows(_ facts: DropReasonFacts?) -> [(ExplainPhrase, String)] {
    guard let facts else { return [] }
    let usual = facts.usual
    var rows: [(ExplainPhrase, String)] = [
      (.usually, DropFactsPhrase.usual.say(["meaning": usual.meaning, "harm": harm(usual.harm)]).description)
    ]
    for each in facts.special {
      rows.append(
        (.at, DropFactsPhrase.at.say(["place": place(each), "meaning": each.meaning, "harm": harm(each.harm)]).description))
    }
    rows.append((.victim, victim(usual.victim)))
    var seen: Set<String> = []
    let counters = ([usual] + facts.special).flatMap(\.counters).filter { seen.insert($0.key).inserted }
    if !counters.isEmpty {
      rows.append(
        (
          .counters,
          counters.map { ($0.isExact ? DropFactsPhrase.exact : .loose).say(["key": $0.key]).description }.joined(separator: "; ")
        ))
    }
    rows.append((.capture, capture(usual.capture)))
    if let kernels = facts.kernels { rows.append((.releases, kernels)) }
    if let since = facts.since { rows.append((.releases, ExplainPhrase.since.say(["release": since]).description)) }
    return rows
  }

  static func place(_ circumstance: DropReasonFacts.Circumstance) -> String {
    var parts: [String] = []
    if !circumstance.functions.isEmpty {
      parts.append(DropFactsPhrase.functions.say(["functions": circumstance.functions.joined(separator: "(), ")]).description)
    }
    if !circumstance.states.isEmpty {
      parts.append(DropFactsPhrase.states.say(["state": circumstance.states.map(\.name).joined(separator: "/")]).description)
    }
    if let isSent = circumstance.isSent { parts.append((isSent ? DropFactsPhrase.sent : .received).rawValue) }
    if circumstance.flags != 0 { parts.append(DropFactsPhrase.flags.say(["flags": flags(circumstance.flags)]).description) }
    return parts.joined(separator: ", ")
  }

  /// `SYN`, `ACK`, `RST`, `FIN`, joined by `+`.
  static func flags(_ bits: UInt8) -> String {
    [(2, "SYN"), (4, "RST"), (1, "FIN"), (16, "ACK")].filter { bits & UInt8($0.0) != 0 }.map(\.1).joined(separator: "+")
  }

  static func harm(_ harm: DropReasonFacts.Harm) -> String {
    switch harm {
    case .loss: DropFactsPhrase.loss.rawValue
    case .refusal: DropFactsPhrase.refusal.rawValue
    case .benign: DropFactsPhrase.benign.rawValue
    }
  }

  static func victim(_ victim: DropReasonFacts.Victim) -> String {
    switch victim {
    case .listener: DropFactsPhrase.listener.rawValue
    case .connection: DropFactsPhrase.connection.rawValue
    case .receiver: DropFactsPhrase.receiver.rawValue
    case .sender: DropFactsPhrase.sender.rawValue
    case .port: DropFactsPhrase.port.rawValue
    case .host: DropFactsPhrase.host.rawValue
    }
  }

  static func capture(_ capture: DropReasonFacts.Capture) -> String {
    switch capture {
    case .shown: DropFactsPhrase.shown.rawValue
    case .hidden: DropFactsPhrase.hidden.rawValue
    case .receivedOnly: DropFactsPhrase.receivedOnly.rawValue
    }
  }
}
