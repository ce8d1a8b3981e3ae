public import Wire

/// What can be wrong with bytes that claim to come from the side-car.
public enum ProbeStreamError: Error, Equatable, Sendable {
  /// A record or one of its fields is cut off, or a length is impossible.
  case wire(WireError)
  /// A field at a byte offset holds a code that this program does not know.
  case unknownCode(at: Int, value: UInt64)
  /// The stream does not begin with `hello`.
  case noGreeting
  /// The side-car speaks a newer version: which.
  case version(UInt16)
}

extension ProbeStreamError: CustomStringConvertible {
  /// One line for a person; offsets are in bytes from the start of the buffer.
  public var description: String {
    switch self {
    case .wire(let error): error.description
    case .unknownCode(let at, let value): "unknown code \(value) at byte \(at)"
    case .noGreeting: "no greeting"
    case .version(let number): "version \(number), newer than this program's \(ProbeHello.currentVersion)"
    }
  }
}
