/// What is known of one counter beside its texts: where it stands, how it moves, and what `netstat -s` calls it.
public struct CounterFacts: Sendable, Equatable {
  /// How the number moves.
  public enum Kind: String, Sendable, CaseIterable {
    /// Only rises, from zero at the making of its scope; a difference over time means something.
    case total
    /// Rises and falls: the value now means something, and a difference is only a change.
    case gauge
    /// Never moves while the kernel runs: a property, not a count.
    case constant
  }

  /// Whose events are in the number.
  public enum Scope: String, Sendable, CaseIterable {
    /// Of this network namespace.
    case namespace = "this network namespace"
    /// Of the whole machine, in whichever namespace it is read.
    case machine = "whole machine"
    /// Of one processor, summed over all namespaces: a row for each.
    case processor = "per processor, whole machine"
  }

  /// The file that holds it.
  public enum File: String, Sendable, CaseIterable {
    case snmp = "/proc/net/snmp"
    case netstat = "/proc/net/netstat"
    case snmp6 = "/proc/net/snmp6"
    case sockstat = "/proc/net/sockstat"
    case sockstat6 = "/proc/net/sockstat6"
    case softnet = "/proc/net/softnet_stat"
  }

  /// The word before the colon in the kernel's file: `TcpExt`, `Udp`, `Icmp6`; `softnet` for softnet_stat, which names nothing.
  public let group: String
  /// The kernel's name within the group: `ListenOverflows`.
  public let name: String
  /// How it moves.
  public let kind: Kind
  /// Whose events it counts.
  public let scope: Scope
  /// The file it is read from.
  public let file: File
  /// What `netstat -s` (net-tools 2.10) prints after the number, or with `#` where the number stands inside; nil when it prints the bare name or
  /// nothing.
  public let phrase: String?
  /// Rises in normal life, so that its movement alone is no alarm.
  public let isBenign: Bool
  /// The kernel that brought it, such as `5.4`; nil when 5.10 had it already.
  public let since: String?

  /// The key in a `CounterSet`: `TcpExt.ListenOverflows`.
  public var key: String { group + "." + name }

  /// The facts of one counter.
  public init(
    _ group: String, _ name: String, kind: Kind, scope: Scope, file: File, phrase: String?, isBenign: Bool, since: String?
  ) {
    self.group = group
    self.name = name
    self.kind = kind
    self.scope = scope
    self.file = file
    self.phrase = phrase
    self.isBenign = isBenign
    self.since = since
  }

  /// The file in which a group stands; an unknown group is thought to be in netstat's.
  static func file(of group: String) -> File {
    switch group {
    case "Ip", "Icmp", "IcmpMsg", "Tcp", "Udp", "UdpLite": .snmp
    case "Ip6", "Icmp6", "Udp6", "UdpLite6": .snmp6
    case "sockets", "TCP", "UDP", "UDPLITE", "RAW", "FRAG": .sockstat
    case "TCP6", "UDP6", "UDPLITE6", "RAW6", "FRAG6": .sockstat6
    case "softnet": .softnet
    default: .netstat
    }
  }
}
