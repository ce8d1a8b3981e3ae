/// Counters of /proc/net/snmp, netstat, snmp6 and sockstat by their kernel names, as `Group.Name`: `TcpExt.ListenOverflows`, `TCP.orphan`.
public struct CounterSet: Sendable, Equatable {
  var values: [String: UInt64]
  /// Names whose value is -1, which means "no limit" (Tcp.MaxConn); they have no number.
  public internal(set) var unlimited: Set<String> = []

  /// Counters by `Group.Name`.
  public init(_ values: [String: UInt64] = [:]) { self.values = values }

  /// The value of `Group.Name` (`TcpExt.ListenDrops`, `Tcp.RetransSegs`, `Udp.RcvbufErrors`); nil when this kernel has no such counter.
  public subscript(name: String) -> UInt64? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// All names, sorted.
  public var names: [String] { values.keys.sorted() }
}

/// Settings of /proc/sys as read in this network namespace, by full dotted name (`net.ipv4.tcp_syn_retries`).
public struct SysctlSet: Sendable, Equatable {
  var values: [String: String]

  /// Settings by dotted name; values are the file's text without the trailing newline.
  public init(_ values: [String: String] = [:]) { self.values = values }

  /// The text of a setting; nil when absent or unreadable.
  public subscript(name: String) -> String? {
    get { values[name] }
    set { values[name] = newValue }
  }

  /// A setting's first number; nil when absent or not a number.
  public func number(_ name: String) -> Int? {
    values[name].flatMap { text in text.split(whereSeparator: { $0 == " " || $0 == "\t" }).first.flatMap { Int($0) } }
  }

  /// All numbers of a setting (`tcp_mem`, `ip_local_port_range`); empty when absent.
  public func numbers(_ name: String) -> [Int] {
    values[name]?.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) } ?? []
  }

  /// All names, sorted.
  public var names: [String] { values.keys.sorted() }
}
