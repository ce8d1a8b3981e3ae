/// One processor's line of /proc/net/softnet_stat: what its share of the receive path did, in all namespaces, since boot.
///
/// The counts are 32 bits wide and start again after 4294967295.
public struct SoftnetRow: Sendable, Equatable {
  /// The columns that mean something, in the file's order, by the member of `struct softnet_data` or the variable of softnet_seq_show()
  /// (net/core/net-procfs.c, 6.12). The six between `time_squeeze` and `received_rps` are left over and always 0.
  static let columns: [(name: String, column: Int)] = [
    ("processed", 0), ("dropped", 1), ("time_squeeze", 2), ("received_rps", 9), ("flow_limit_count", 10), ("backlog_len", 11),
    ("input_qlen", 13), ("process_qlen", 14),
  ]
  /// Where newer kernels say whose line it is: lines of processors that are offline are left out.
  static let indexColumn = 12

  /// The names of all values, in the file's order.
  public static var names: [String] { columns.map(\.name) }

  /// The processor's number; where the kernel does not print it, the line's place, which is too low behind a processor that is offline.
  public let processor: UInt32
  /// Whether the kernel printed the processor's number.
  public let isNumbered: Bool
  private let values: [String: UInt32]

  /// A row made of values by name.
  public init(processor: UInt32, isNumbered: Bool = true, values: [String: UInt32]) {
    self.processor = processor
    self.isNumbered = isNumbered
    self.values = values
  }

  /// A value by its name (`dropped`, `time_squeeze`); nil when this kernel does not print that column.
  public subscript(name: String) -> UInt32? { values[name] }
}

/// The rows of a text of softnet_stat, and how many lines were none.
///
/// Old kernels print 9 or 11 columns, 5.10 and 6.1 13, 6.12 15; a line has at least the three that every kernel prints.
public func parseSoftnet(_ text: [UInt8]) -> (rows: [SoftnetRow], malformed: Int) {
  var rows: [SoftnetRow] = []
  var malformed = 0
  for (place, line) in lines(text).enumerated() {
    var fields = Fields(text, from: line.lowerBound, to: line.upperBound)
    var numbers: [UInt32] = []
    var isWhole = line.upperBound < text.count
    while let word = fields.next() {
      guard let number = parseNumber(text, word, 16).flatMap({ UInt32(exactly: $0) }) else {
        isWhole = false
        break
      }
      numbers.append(number)
    }
    guard isWhole, numbers.count >= 3 else {
      malformed += 1
      continue
    }
    var values: [String: UInt32] = [:]
    for (name, column) in SoftnetRow.columns where column < numbers.count { values[name] = numbers[column] }
    let isNumbered = numbers.count > SoftnetRow.indexColumn
    rows.append(
      SoftnetRow(
        processor: isNumbered ? numbers[SoftnetRow.indexColumn] : UInt32(truncatingIfNeeded: place), isNumbered: isNumbered, values: values)
    )
  }
  return (rows, malformed)
}

/// The row of each processor that is online; throws what the file threw.
public func readSoftnet(from files: some FileSource) throws(FileError) -> [SoftnetRow] {
  parseSoftnet(try files.read("/proc/net/softnet_stat")).rows
}

extension CounterSet {
  /// Adds the sums over all processors as group `softnet`: `softnet.dropped`.
  ///
  /// Each processor's count wraps at 32 bits, so what a sum rose by is `(after &- before) & 0xffff_ffff`, right below 2^32 events.
  public mutating func add(softnet rows: [SoftnetRow]) {
    for name in SoftnetRow.names {
      let parts = rows.compactMap { $0[name] }
      if !parts.isEmpty { self["softnet." + name] = parts.reduce(0) { $0 + UInt64($1) } }
    }
  }
}
