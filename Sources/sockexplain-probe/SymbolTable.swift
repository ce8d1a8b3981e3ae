internal import Glibc

/// /proc/kallsyms, for kernels without bpf_snprintf() (before 5.13): opened while that is allowed, read at the first question.
final class SymbolTable {
  private let file: Descriptor
  private var symbols: [(address: UInt64, name: [UInt8])]?

  init?() {
    guard let file = Descriptor(path: "/proc/kallsyms") else { return nil }
    self.file = file
  }

  /// The function that an address lies in, with its module in brackets; empty when the kernel hides its addresses from this user.
  func name(of address: UInt64) -> [UInt8] {
    let table = symbols ?? parse()
    symbols = table
    var low = 0
    var high = table.count
    while low < high {
      let middle = (low + high) / 2
      if table[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? table[low - 1].name : []
  }

  /// Whether there is anything to find.
  var isReadable: Bool {
    let table = symbols ?? parse()
    symbols = table
    return !table.isEmpty
  }

  private func parse() -> [(address: UInt64, name: [UInt8])] {
    var found: [(address: UInt64, name: [UInt8])] = []
    for line in file.readAll().split(separator: UInt8(ascii: "\n")) {
      // address type name [module]
      let words = line.split(maxSplits: 2, whereSeparator: { $0 == 32 || $0 == 9 })
      guard words.count == 3, let kind = words[1].first, [0x54, 0x74, 0x57, 0x77].contains(kind),
        let address = UInt64(String(decoding: words[0], as: UTF8.self), radix: 16), address != 0
      else { continue }
      found.append((address, words[2].map { $0 == 9 ? 32 : $0 }))
    }
    return found.sorted { $0.address < $1.address }
  }
}
