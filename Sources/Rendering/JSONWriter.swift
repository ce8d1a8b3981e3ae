public import Catalog

/// Writes JSON as a stream; it can only be wrong in nesting, never in quoting.
public struct JSONWriter: ~Copyable {
  var out: ByteWriter
  var needsComma = false

  /// JSON to a descriptor (-1: memory).
  public init(descriptor: Int32 = 1) { out = ByteWriter(descriptor: descriptor) }

  /// True when the reader has gone.
  public var isBroken: Bool { out.failure != 0 }
  /// errno of the failed write.
  public var failure: Int32 { out.failure }

  mutating func separate() {
    out.reserve(64)
    if needsComma { out.byte(0x2c) }
    needsComma = true
  }

  /// Opens an object or array; `key` when inside an object.
  public mutating func open(_ key: StaticString? = nil, _ bracket: UInt8 = 0x7b) {
    separate()
    if let key { name(key) }
    out.byte(bracket)
    needsComma = false
  }

  /// Closes what was opened.
  public mutating func close(_ bracket: UInt8 = 0x7d) {
    out.reserve(8)
    out.byte(bracket)
    needsComma = true
  }

  mutating func name(_ key: StaticString) {
    out.byte(0x22)
    out.literal(key)
    out.byte(0x22)
    out.byte(0x3a)
  }

  /// A key whose text is only known at run time.
  public mutating func open(key: String, _ bracket: UInt8 = 0x7b) {
    separate()
    string(Array(key.utf8))
    out.byte(0x3a)
    out.byte(bracket)
    needsComma = false
  }

  /// A number.
  public mutating func number(_ key: StaticString, _ value: UInt64) {
    separate()
    name(key)
    out.decimal(value)
  }

  /// A number under a key made of bytes (already safe for JSON: catalog keys are ASCII words).
  mutating func number(label: [UInt8], _ value: UInt64) {
    out.reserve(128)
    if needsComma { out.byte(0x2c) }
    needsComma = true
    out.byte(0x22)
    out.label(label)
    out.byte(0x22)
    out.byte(0x3a)
    out.decimal(value)
  }

  /// The same of a number that may be below zero.
  mutating func signed(label: [UInt8], _ value: Int64) {
    if value >= 0 { return number(label: label, UInt64(value)) }
    separate()
    out.byte(0x22)
    out.label(label)
    out.byte(0x22)
    out.byte(0x3a)
    out.byte(0x2d)
    out.decimal(value.magnitude)
  }

  /// A text that needs no escapes, under a key made of bytes.
  mutating func text(label: [UInt8], _ value: String) {
    out.reserve(128)
    if needsComma { out.byte(0x2c) }
    needsComma = true
    out.byte(0x22)
    out.label(label)
    out.byte(0x22)
    out.byte(0x3a)
    string(Array(value.utf8))
  }

  /// true or false.
  public mutating func bool(_ key: StaticString, _ value: Bool) {
    separate()
    name(key)
    if value { out.literal("true") } else { out.literal("false") }
  }

  /// null.
  public mutating func null(_ key: StaticString) {
    separate()
    name(key)
    out.literal("null")
  }

  /// A text.
  public mutating func text(_ key: StaticString, _ value: String) {
    separate()
    name(key)
    string(Array(value.utf8))
  }

  /// A text as an array's element.
  public mutating func element(_ value: String) {
    separate()
    string(Array(value.utf8))
  }

  /// A name from outside: the text, with invalid bytes replaced, and the exact bytes in hexadecimal where they are not UTF-8.
  public mutating func text(_ key: StaticString, _ value: Name) {
    separate()
    name(key)
    string(Array(String(decoding: value.bytes, as: UTF8.self).utf8))
    if !value.isUTF8 {
      out.reserve(64)
      out.byte(0x2c)
      out.byte(0x22)
      out.literal(key)
      out.literal("Hex\":")
      hexadecimal(value.bytes)
    }
  }

  mutating func hexadecimal(_ bytes: [UInt8]) {
    out.reserve(4)
    out.byte(0x22)
    for byte in bytes {
      out.reserve(4)
      if byte < 16 { out.byte(0x30) }
      out.hexadecimal(UInt64(byte))
    }
    out.reserve(4)
    out.byte(0x22)
  }

  /// Quotes and escapes UTF-8; C1 controls too, so that a terminal that prints JSON stays safe.
  mutating func string(_ bytes: [UInt8]) {
    out.reserve(8)
    out.byte(0x22)
    var index = 0
    while index < bytes.count {
      out.reserve(16)
      let byte = bytes[index]
      switch byte {
      case 0x22, 0x5c:
        out.byte(0x5c)
        out.byte(byte)
      case 0x0a: out.literal("\\n")
      case 0x09: out.literal("\\t")
      case 0..<0x20, 0x7f: unicode(UInt64(byte))
      case 0xc2 where index + 1 < bytes.count && bytes[index + 1] < 0xa0:
        unicode(UInt64(bytes[index + 1]))
        index += 1
      default: out.byte(byte)
      }
      index += 1
    }
    out.reserve(8)
    out.byte(0x22)
  }

  mutating func unicode(_ value: UInt64) {
    out.literal(value < 16 ? "\\u000" : "\\u00")
    out.hexadecimal(value)
  }

  /// Ends a line (NDJSON) or the document.
  public mutating func endLine() {
    out.reserve(4)
    out.byte(0x0a)
    needsComma = false
  }

  /// Writes what is collected.
  public mutating func flush() { out.flush() }

  /// What a memory document holds.
  public mutating func taken() -> [UInt8] { out.taken() }
}
