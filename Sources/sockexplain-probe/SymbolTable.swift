internal import CBPF
internal import Glibc

/// /proc/kallsyms, for kernels without bpf_snprintf() (before 5.13): opened while that is allowed, read at the first question.
@safe final class SymbolTable {
  private let file: Descriptor
  private var text: [UInt8] = []
  private var functions: UnsafeMutablePointer<shim_function>?
  private var count = -1

  init?() {
    guard let file = Descriptor(path: "/proc/kallsyms") else { return nil }
    self.file = file
  }

  deinit { unsafe free(functions) }

  /// The function that an address lies in, with its module in brackets; empty when the kernel hides its addresses from this user.
  func name(of address: UInt64) -> [UInt8] {
    read()
    guard let functions = unsafe functions else { return [] }
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if unsafe functions[middle].address <= address { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return [] }
    let found = unsafe functions[low - 1]
    return text[Int(found.start)..<Int(found.start + found.length)].map { $0 == 9 ? 32 : $0 }
  }

  /// Whether there is anything to find.
  var isReadable: Bool {
    read()
    return count > 0
  }

  private func read() {
    guard count < 0 else { return }
    text = file.readAll()
    count = unsafe text.withUnsafeBufferPointer { Int(unsafe shim_functions($0.baseAddress, UInt32($0.count), &functions)) }
  }
}
