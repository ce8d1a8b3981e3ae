/// What can be wrong with bytes that claim to be a netlink message or attribute.
public enum WireError: Error, Equatable, Sendable {
  /// A load at `at` needed `needed` bytes, the buffer holds `available`.
  case truncated(at: Int, needed: Int, available: Int)
  /// The length field at `at` is smaller than its own header or points past the end.
  case badLength(at: Int, length: Int)
}

extension WireError: CustomStringConvertible {
  /// One line for a person; offsets are in bytes from the start of the buffer.
  public var description: String {
    switch self {
    case .truncated(let at, let needed, let available):
      "truncated at byte \(at): \(needed) bytes needed, \(available) there"
    case .badLength(let at, let length):
      "impossible length \(length) at byte \(at)"
    }
  }
}
