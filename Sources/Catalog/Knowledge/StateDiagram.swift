/// The TCP state diagram in plain ASCII, at most 78 columns wide, with one state marked.
public struct StateDiagram: Sendable {
  /// The state that is marked.
  public let state: TCPState

  /// A drawing that marks `state`; request sockets are marked at SYN-RECV, bound-inactive ones at UNCONN.
  public init(_ state: TCPState) { self.state = state }

  /// The drawing; the state stands as `>>CLOSE-WAIT<<`, the others as `( LISTEN )`.
  public var lines: [String] {
    let name = Transitions.shown(state).name
    let plain = "( \(name) )"
    return Self.template.map { line in
      guard let place = Self.position(of: plain, in: line) else { return line }
      let start = line.index(line.startIndex, offsetBy: place)
      let end = line.index(start, offsetBy: plain.count)
      return line.replacingCharacters(start..<end, with: ">>\(name)<<")
    }
  }

  /// Columns before the first occurrence of `needle`.
  private static func position(of needle: String, in line: String) -> Int? {
    let hay = Array(line.utf8)
    let pin = Array(needle.utf8)
    guard hay.count >= pin.count else { return nil }
    return (0...(hay.count - pin.count)).first { Array(hay[$0..<($0 + pin.count)]) == pin }
  }

  private static let template: [String] = [
    "                                  ( UNCONN )",
    "                        listen()   |      |   connect(), SYN out",
    "                    .--------------'      '--------------.",
    "                    v                                    v",
    "               ( LISTEN )                          ( SYN-SENT )",
    "                    | SYN in, SYN-ACK out                | SYN-ACK in",
    "                    v                                    |",
    "              ( SYN-RECV ) --- ACK in ----> ( ESTAB ) <--'",
    "                                             |     |",
    "                 close(), FIN out            |     |   FIN in, ACK out",
    "               .-----------------------------'     '---------.",
    "               v                                             v",
    "        ( FIN-WAIT-1 ) --- FIN in ----.               ( CLOSE-WAIT )",
    "               |         ACK out      |                      |",
    "               | ACK in               v                      | close(), FIN",
    "               |                 ( CLOSING )                 v",
    "               v                      |                 ( LAST-ACK )",
    "        ( FIN-WAIT-2 )                | ACK in               |",
    "               | FIN in, ACK out      |                      | ACK in",
    "               v                      |                      v",
    "        ( TIME-WAIT ) <---------------'                    gone",
    "               |",
    "               '--- 60 s ---> gone",
  ]
}

extension String {
  /// A copy with one range replaced: the standard library's own needs a mutable string.
  fileprivate func replacingCharacters(_ range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
