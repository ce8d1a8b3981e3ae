/// The settings that cards, rules and `drops` read. A snapshot reads these and no more; the audit reads every one the catalog knows.
/// Some exist only on older or newer kernels: absence is a fact too.
public enum CardSetting: String, CaseIterable, Sendable {
  case somaxconn = "net.core.somaxconn"
  case rmemMax = "net.core.rmem_max"
  case localPorts = "net.ipv4.ip_local_port_range"
  case reservedPorts = "net.ipv4.ip_local_reserved_ports"
  case abortOnOverflow = "net.ipv4.tcp_abort_on_overflow"
  case finTimeout = "net.ipv4.tcp_fin_timeout"
  case keepaliveInterval = "net.ipv4.tcp_keepalive_intvl"
  case keepaliveProbes = "net.ipv4.tcp_keepalive_probes"
  case keepaliveTime = "net.ipv4.tcp_keepalive_time"
  case maxOrphans = "net.ipv4.tcp_max_orphans"
  case maxSynBacklog = "net.ipv4.tcp_max_syn_backlog"
  case maxTimeWaits = "net.ipv4.tcp_max_tw_buckets"
  case orphanRetries = "net.ipv4.tcp_orphan_retries"
  case retries2 = "net.ipv4.tcp_retries2"
  case rfc1337 = "net.ipv4.tcp_rfc1337"
  case rtoMax = "net.ipv4.tcp_rto_max_ms"
  case synCookies = "net.ipv4.tcp_syncookies"
  case synLinearTimeouts = "net.ipv4.tcp_syn_linear_timeouts"
  case synRetries = "net.ipv4.tcp_syn_retries"
  case synAckRetries = "net.ipv4.tcp_synack_retries"
  case timestamps = "net.ipv4.tcp_timestamps"
  case timeWaitReuse = "net.ipv4.tcp_tw_reuse"

  /// Their dotted names.
  public static let names = allCases.map(\.rawValue)
}

extension SysctlSet {
  /// The text of a setting; nil when absent or unreadable.
  public subscript(setting: CardSetting) -> String? { self[setting.rawValue] }
  /// A setting's first number; nil when absent or not a number.
  public func number(_ setting: CardSetting) -> Int? { number(setting.rawValue) }
  /// All numbers of a setting; empty when absent.
  public func numbers(_ setting: CardSetting) -> [Int] { numbers(setting.rawValue) }
}
