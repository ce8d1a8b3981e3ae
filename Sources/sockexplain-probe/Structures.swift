internal import CBPF
internal import ProbeStream

/// An address of 16 bytes as C has it.
typealias AddressBytes = (
  UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8
)

func address(_ bytes: AddressBytes, isIPv6: Bool) -> ProbeAddress {
  unsafe withUnsafeBytes(of: bytes) { raw in
    let high = unsafe UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self))
    let low = unsafe UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    // The rest of an IPv4 address is not ours to show.
    return ProbeAddress(high: isIPv6 ? high : high & 0xffff_ffff_0000_0000, low: low, isIPv6: isIPv6)
  }
}

/// The bytes of a C array up to its zero.
func cString<T>(_ array: T) -> [UInt8] {
  unsafe withUnsafeBytes(of: array) { raw in unsafe Array(raw.prefix { $0 != 0 }) }
}

/// `nft_do_chain [nf_tables]` as function and module; what is not a name (an address that no symbol covers) is nothing.
func splitSymbol(_ text: [UInt8]) -> (function: String, module: String) {
  guard let first = text.first, first != UInt8(ascii: "0") else { return ("", "") }
  let words = String(decoding: text, as: UTF8.self).split(separator: " ")
  let module = words.count > 1 ? words[1].filter { $0 != "[" && $0 != "]" } : ""
  return (words.first.map(String.init) ?? "", module)
}
