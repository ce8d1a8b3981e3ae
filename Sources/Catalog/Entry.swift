/// What an entry is about; it decides where `explain` lists it and which checks apply.
public enum Topic: String, Sendable, CaseIterable {
  /// A number the kernel sends: a header member, a `tcp_info` member, an skmem value, an option bit.
  case field
  /// A TCP or UDP state.
  case state
  /// A kind of timer (`idiag_timer`).
  case timer
  /// A counter of /proc/net/snmp or /proc/net/netstat.
  case counter
  /// A setting under /proc/sys.
  case sysctl
  /// A reason for which the kernel drops a packet (`enum skb_drop_reason`).
  case dropReason
  /// A reason for which the kernel sends a TCP reset (`enum sk_rst_reason`).
  case resetReason
  /// An errno with the text a program prints for it.
  case errno
  /// A sentence another tool prints (`netstat -s`, dmesg).
  case message
  /// A word of this field that is none of the above: a column, a queue, a mechanism.
  case concept
}

/// The unit of a number, so that no number is shown without one.
public enum Unit: String, Sendable {
  case bytes, segments, packets, connections, times, microseconds, milliseconds, seconds
  case bytesPerSecond = "bytes/s"
  case pages
  case code, flags, identifier, port, address, text
  case shift = "power of two"
  case boolean = "0 or 1"
  case count
}

/// Where in the kernel a value is made, so that a reader can check the explanation.
public struct KernelSource: Sendable, Equatable {
  /// The C member or constant: `tcpi_rtt`, `TCP_CLOSE_WAIT`.
  public let member: String
  /// The function that fills or moves it: `tcp_get_info()`.
  public let function: String
  /// The file of that function: `net/ipv4/tcp.c`.
  public let file: String
  /// The kernel version in which this was read: `6.12`.
  public let version: String

  /// A reference to one member, function, file and version.
  public init(_ member: String, _ function: String, _ file: String, _ version: String = "6.12") {
    self.member = member
    self.function = function
    self.file = file
    self.version = version
  }
}

/// One piece of knowledge: what `explain TERM`, the legends, help and Docs/Fields.md are printed from.
///
/// Texts are plain sentences without trailing newline; a `nil` text means there is nothing to say, never "unknown".
public struct Entry: Sendable {
  /// The canonical term, as the field spells it: `rtt`, `CLOSE-WAIT`, `net.core.somaxconn`, `ListenOverflows`.
  public let term: String
  /// Other spellings a person may type; matched without regard to case.
  public let aliases: [String]
  /// What kind of thing it is.
  public let topic: Topic
  /// The unit of the number, or `.code`, `.flags`, `.text`.
  public let unit: Unit
  /// One line, no full stop needed: what it is.
  public let summary: String
  /// A paragraph: what it means and how to read it. No other entry says the same words.
  public let meaning: String
  /// What it is not: what people take it for, or wrongly believe that it does.
  public let misreading: String?
  /// How it is computed, if it is.
  public let formula: String?
  /// What ss prints for it, or that ss does not print it.
  public let ss: String?
  /// What netstat prints for it, or that it does not.
  public let netstat: String?
  /// Where the kernel makes it.
  public let source: KernelSource
  /// Related settings: full sysctl names, or socket options (`TCP_USER_TIMEOUT`, `SO_RCVBUF`).
  public let settings: [String]
  /// What to do when it is high, or when one meets it.
  public let advice: String?
  /// For a counter: its group, file, kind, scope and netstat's phrase; nil for every other topic.
  public let counter: CounterFacts?
  /// For a setting: scope, default, releases, group and side effect; nil for every other topic.
  public let setting: SettingFacts?
  /// For a drop reason: what it means where; nil for every other topic.
  public let dropReason: DropReasonFacts?

  /// An entry; the labels read in the order `explain` prints them.
  public init(
    _ term: String, aliases: [String] = [], topic: Topic, unit: Unit, summary: String, meaning: String, misreading: String? = nil,
    formula: String? = nil,
    ss: String? = nil, netstat: String? = nil, source: KernelSource, settings: [String] = [], advice: String? = nil,
    counter: CounterFacts? = nil, setting: SettingFacts? = nil, dropReason: DropReasonFacts? = nil
  ) {
    self.term = term
    self.aliases = aliases
    self.topic = topic
    self.unit = unit
    self.summary = summary
    self.meaning = meaning
    self.misreading = misreading
    self.formula = formula
    self.ss = ss
    self.netstat = netstat
    self.source = source
    self.settings = settings
    self.advice = advice
    self.counter = counter
    self.setting = setting
    self.dropReason = dropReason
  }
}
