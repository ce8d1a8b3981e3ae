/// A name that came from outside (process, path, cgroup, interface, user): bytes, not necessarily UTF-8, never trusted.
public struct Name: Hashable, Sendable, CustomStringConvertible {
  /// The bytes as the kernel sent them.
  public let bytes: [UInt8]

  /// A name of raw bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// A name of text.
  public init(_ text: String) { bytes = Array(text.utf8) }

  /// The text with every byte that is not valid UTF-8 written as `\xNN`. Control characters are left to the renderer.
  public var description: String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var out = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
      if let text = String(validating: rest.prefix(length), as: UTF8.self), rest.count >= length {
        out += text
        rest = rest.dropFirst(length)
      } else {
        out += "\\x" + (first < 16 ? "0" : "") + String(first, radix: 16)
        rest = rest.dropFirst()
      }
    }
    return out
  }

  /// Whether the bytes are valid UTF-8.
  public var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }
}
