internal import Catalog
public import ProcFS
public import Snapshot

extension Collector {
  /// Every counter of /proc/net, now.
  public mutating func everyCounter() -> CounterReading {
    let moment = sources.host.moment()
    var reading = counters(CounterFacts.File.allCases)
    reading.monotonicNanoseconds = moment.monotonicNanoseconds
    return reading
  }

  /// The counters that rules compare: of the protocols of this network namespace, without the use of sockets and of the receive path.
  public mutating func readCounters(into snapshot: inout Snapshot) {
    snapshot.counters = counters([.snmp, .netstat, .snmp6]).counters
  }

  /// Counters of some files. What cannot be read becomes a gap, except the files that exist only with IPv6.
  private mutating func counters(_ files: [CounterFacts.File]) -> CounterReading {
    let reading = ProcFS.readCounters(files, from: sources.files)
    for file in files {
      // A replay names what its file lacks by itself.
      if let code = reading.failures[file], code != CaptureError.missingCode, !(file.needsIPv6 && code == Self.noSuchFile) {
        noteCounters("counters-unreadable", .countersUnreadable, ["path": file.rawValue, "error": "errno \(code)"])
      }
      if let count = reading.malformed[file] {
        noteCounters("counters-malformed", .countersMalformed, ["path": file.rawValue, "count": count])
      }
    }
    return reading
  }

  static let noSuchFile: Int32 = 2

  private mutating func noteCounters(_ id: String, _ phrase: GapPhrase, _ values: KeyValuePairs<String, any CustomStringConvertible>) {
    note(.of(id, phrase.say(values), (phrase == .countersMalformed ? GapPhrase.countersMalformedRemedy : .countersRemedy).say()))
  }
}

extension CounterFacts.File {
  /// A kernel whose IPv6 is off has no such file, and hides nothing.
  var needsIPv6: Bool { self == .snmp6 || self == .sockstat6 }
}
