// Prints the side-car's stream from standard input as text, a line a record: for people, and for the kernels under `make kernels`.
import Glibc
import ProbeStream

var decoder = ProbeDecoder()
var buffer = [UInt8](repeating: 0, count: 1 << 16)
do {
  while true {
    let count = unsafe read(0, &buffer, buffer.count)
    if count <= 0 { break }
    decoder.append(buffer[..<count])
    while let record = try decoder.next() {
      switch record {
      case .reason where !CommandLine.arguments.contains("--reasons"): break
      case .drop(let row): show("drop", row)
      case .event(let event): show("event", event)
      case .socket(let socket): show("socket", socket)
      case .totals(let totals): show("totals", totals)
      default: print(record)
      }
    }
  }
  try decoder.finish()
} catch {
  print("damaged: \(error)")
  exit(1)
}

/// The members that are not empty, by name.
func show(_ title: String, _ value: some Any) {
  var words: [String] = []
  for child in Mirror(reflecting: value).children {
    guard let label = child.label else { continue }
    switch child.value {
    case let address as ProbeAddress: words.append("\(label)=\(text(address))")
    case let number as any FixedWidthInteger where "\(number)" == "0": break
    case let name as String where name.isEmpty: break
    case let bytes as [UInt8]: words.append("\(label)=\(String(decoding: bytes, as: UTF8.self))")
    default: words.append("\(label)=\(child.value)")
    }
  }
  print(title, words.joined(separator: " "))
}

func text(_ address: ProbeAddress) -> String {
  if !address.isIPv6 { return [56, 48, 40, 32].map { String(address.high >> UInt64($0) & 255) }.joined(separator: ".") }
  return String(address.high, radix: 16) + ":" + String(address.low, radix: 16)
}
