internal import Catalog

/// Codes that JSON writes twice: `"state": "LISTEN", "stateCode": 10`.
enum CodeName: Sendable {
  case family, state, timer, congestionState

  /// Which code a field holds; nil for a plain number.
  init?(_ field: Field) {
    switch field.key {
    case Field.family.key: self = .family
    case Field.state.key: self = .state
    case Field.timer.key: self = .timer
    case Field.ca_state.key: self = .congestionState
    default: return nil
    }
  }

  /// The name of a value; `unknown(77)` where there is none.
  func name(_ value: UInt64) -> String {
    let code = UInt8(truncatingIfNeeded: value)
    switch self {
    case .family: return code == 2 ? "inet" : code == 10 ? "inet6" : "unknown(\(value))"
    case .state: return TCPState(rawValue: code).name
    case .timer: return TimerKind(rawValue: code).name
    case .congestionState: return CongestionState(rawValue: code).name
    }
  }
}
