public import Catalog

/// Every counter of /proc/net at one moment, and what of it could not be read.
public struct CounterReading: Sendable, Equatable {
  /// Counters by `Group.Name`; those of softnet_stat are sums over `processors`.
  public var counters = CounterSet()
  /// Where each group was found.
  public var files: [String: CounterFacts.File] = [:]
  /// Files that could not be read, with errno.
  public var failures: [CounterFacts.File: Int32] = [:]
  /// Lines that could not be understood, by file.
  public var malformed: [CounterFacts.File: Int] = [:]
  /// softnet_stat by processor: a row for each that is online.
  public var processors: [SoftnetRow] = []
  /// CLOCK_MONOTONIC at the reading, nanoseconds.
  public var monotonicNanoseconds: Int64 = 0

  /// A reading that holds nothing yet.
  public init() {}

  /// Takes one file's text in.
  public mutating func add(_ text: [UInt8], of file: CounterFacts.File) {
    var found = CounterSet()
    var bad = 0
    switch file {
    case .snmp, .netstat: bad = found.add(pairs: text)
    case .snmp6: bad = found.add(snmp6: text)
    case .sockstat, .sockstat6: bad = found.add(sockstat: text)
    case .softnet:
      (processors, bad) = parseSoftnet(text)
      found.add(softnet: processors)
    }
    if bad > 0 { malformed[file] = bad }
    for (key, value) in found.values {
      counters[key] = value
      note(key, file)
    }
    for key in found.unlimited {
      counters.unlimited.insert(key)
      note(key, file)
    }
  }

  private mutating func note(_ key: String, _ file: CounterFacts.File) {
    files[String(key.prefix { $0 != "." })] = file
  }
}

/// Counters of this network namespace and, where a file tells no other, of the machine.
///
/// Every file of `wanted` is tried, and its failure kept; the moment is the caller's to set.
public func readCounters(_ wanted: [CounterFacts.File] = CounterFacts.File.allCases, from files: some FileSource) -> CounterReading {
  var reading = CounterReading()
  for file in wanted {
    do throws(FileError) {
      reading.add(try files.read(file.rawValue), of: file)
    } catch {
      reading.failures[file] = error.code
    }
  }
  return reading
}
