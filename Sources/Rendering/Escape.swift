public import Catalog

/// Makes untrusted text safe for a terminal: control, escape, bidirectional and line-separating characters become `\xNN` or `\u{NNNN}`.
public func escaped(_ text: String) -> String {
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
  var out = ""
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0..<0x20, 0x7f..<0xa0:
      out += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    case 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb, 0xe0000...0xe007f:
      out += "\\u{" + String(scalar.value, radix: 16) + "}"
    default:
      out.unicodeScalars.append(scalar)
    }
  }
  return out
}

/// A name from outside, escaped for a terminal.
public func escaped(_ name: Name) -> String { escaped(name.description) }
