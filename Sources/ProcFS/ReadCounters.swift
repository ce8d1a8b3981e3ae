extension CounterSet {
  /// Adds the line pairs of /proc/net/snmp and /proc/net/netstat: `TcpExt: NAME …` above `TcpExt: VALUE …`.
  ///
  /// A value of -1 (Tcp.MaxConn: "no fixed limit") is no count: its name goes to `unlimited`.
  /// - Returns: how many lines were not half of a pair of equal length.
  @discardableResult
  public mutating func add(pairs text: [UInt8]) -> Int {
    var malformed = 0
    var heads: Range<Int>?
    for line in lines(text) {
      guard let names = heads else {
        heads = line
        continue
      }
      heads = nil
      var keys = Fields(text, from: names.lowerBound, to: names.upperBound)
      var numbers = Fields(text, from: line.lowerBound, to: line.upperBound)
      guard let group = keys.word(), group.hasSuffix(":"), numbers.word() == group, line.upperBound < text.count else {
        // Perhaps the next line is this one's partner.
        malformed += 1
        heads = line
        continue
      }
      var pairs: [(String, UInt64)] = []
      var below: [String] = []
      var isWhole = true
      while let name = keys.word() {
        guard let place = numbers.next() else {
          isWhole = false
          break
        }
        if let value = parseNumber(text, place) {
          pairs.append((group.dropLast() + "." + name, value))
        } else if text[place.lowerBound] == UInt8(ascii: "-") {
          below.append(group.dropLast() + "." + name)
        } else {
          isWhole = false
        }
      }
      if isWhole, numbers.next() == nil {
        for (name, value) in pairs { self[name] = value }
        unlimited.formUnion(below)
      } else {
        malformed += 2
      }
    }
    return malformed + (heads == nil ? 0 : 1)
  }

  /// Adds /proc/net/snmp6, one `Ip6NAME VALUE` a line: `Udp6InErrors` becomes `Udp6.InErrors`; a group that is not known ends at its 6.
  /// - Returns: how many lines were none.
  @discardableResult
  public mutating func add(snmp6 text: [UInt8]) -> Int {
    var malformed = 0
    for line in lines(text) {
      var fields = Fields(text, from: line.lowerBound, to: line.upperBound)
      guard line.upperBound < text.count, let name = fields.word(), let value = fields.number(),
        let six = name.firstIndex(of: "6"), name.index(after: six) < name.endIndex
      else {
        malformed += 1
        continue
      }
      self[name[...six] + "." + name[name.index(after: six)...]] = value
    }
    return malformed
  }

  /// Adds /proc/net/sockstat or sockstat6: `TCP: inuse 3 orphan 0 …` becomes `TCP.inuse`, `TCP.orphan`.
  /// - Returns: how many lines were none.
  @discardableResult
  public mutating func add(sockstat text: [UInt8]) -> Int {
    var malformed = 0
    for line in lines(text) {
      var fields = Fields(text, from: line.lowerBound, to: line.upperBound)
      guard line.upperBound < text.count, let group = fields.word(), group.hasSuffix(":") else {
        malformed += 1
        continue
      }
      var pairs: [(String, UInt64)] = []
      var isWhole = true
      while let name = fields.word() {
        guard let value = fields.signed() else {
          isWhole = false
          break
        }
        // A per-CPU sum read between two updates can be below zero for a moment.
        pairs.append((group.dropLast() + "." + name, UInt64(clamping: value)))
      }
      if isWhole { for (name, value) in pairs { self[name] = value } } else { malformed += 1 }
    }
    return malformed
  }
}

/// The use of sockets and their memory: /proc/net/sockstat and sockstat6. `mem`, `TCP.orphan` and `TCP.alloc` are of the whole machine, the rest
/// of this namespace (sockstat_seq_show() of net/ipv4/proc.c, 6.12).
public func readSockstat(from files: some FileSource) -> CounterSet {
  var counters = CounterSet()
  for path in ["/proc/net/sockstat", "/proc/net/sockstat6"] {
    if let text = try? files.read(path) { counters.add(sockstat: text) }
  }
  return counters
}

/// At most how many sockets this namespace has: `used`, of every family and protocol, and `tw`, read in place without a table; 0 when unreadable.
/// One file, because a short list asks it before every start.
public func countSockets(from files: any FileSource) -> Int {
  func number(after label: StaticString, in text: [UInt8]) -> Int {
    let size = label.utf8CodeUnitCount
    var start = 0
    while start + size <= text.count {
      var matched = 0
      while matched < size, unsafe text[start + matched] == label.utf8Start[matched] { matched += 1 }
      if matched == size {
        var value = 0
        for byte in text[(start + size)...] {
          guard byte >= 48, byte <= 57 else { break }
          value = value * 10 + Int(byte - 48)
        }
        return value
      }
      start += 1
    }
    return 0
  }
  let text = (try? files.read("/proc/net/sockstat")) ?? []
  return number(after: "sockets: used ", in: text) + number(after: " tw ", in: text)
}
