public import Catalog

/// ss's names for sets of states.
public enum FilterStates {
  /// Every state, bound-inactive included: `-a` and `state all` of ss 6.8 and newer.
  public static let everything = TCPStateSet.all.union(.init(.boundInactive))
  /// What ss lists without -a, -l and state words. It keeps bound-inactive sockets out.
  public static let usual = TCPStateSet.connected
  /// What `-l` asks for: LISTEN, and UNCONN for the protocols without LISTEN.
  public static let listening: TCPStateSet = [.init(.listen), .init(.close)]

  static let synRecv: TCPStateSet = [.init(.synRecv), .init(.newSynRecv)]

  /// The names in ss's spelling, in the order of ss's manual.
  public static let names = [
    "established", "syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2", "time-wait", "closed", "close-wait", "last-ack", "listening",
    "closing", "bound-inactive", "all", "connected", "synchronized", "bucket", "big",
  ]

  /// The states a word means: ss's names, and the spellings ss and netstat print (`ESTAB`, `TIME_WAIT`, `FIN_WAIT1`); nil when it is none.
  public static func named(_ word: String) -> TCPStateSet? {
    switch word.lowercased().replacing(underscores: "-") {
    case "established", "estab": .init(.established)
    case "syn-sent": .init(.synSent)
    case "syn-recv", "syn-rcv": synRecv
    case "fin-wait-1", "fin-wait1": .init(.finWait1)
    case "fin-wait-2", "fin-wait2": .init(.finWait2)
    case "time-wait": .init(.timeWait)
    case "closed", "close", "unconnected", "unconn": .init(.close)
    case "close-wait": .init(.closeWait)
    case "last-ack": .init(.lastAck)
    case "listening", "listen": .init(.listen)
    case "closing": .init(.closing)
    case "bound-inactive", "bound": .init(.boundInactive)
    case "all": everything
    case "connected": everything.subtracting(listening)
    case "synchronized": everything.subtracting(listening).subtracting(.init(.synSent))
    case "bucket": .bucket
    case "big": everything.subtracting(.bucket)
    default: nil
    }
  }
}

extension String {
  func replacing(underscores replacement: Character) -> String { String(map { $0 == "_" ? replacement : $0 }) }
}
