import Catalog
import ProcFS
import SockDiag
import Snapshot
import TestSupport

@testable import Findings

/// An audit's reading, written down in a test: sockets and settings now, counters before and now.
struct AuditScene {
  var reading: AuditReading

  init(_ sockets: [MakeSocket] = [], before: [MakeSocket] = [], _ changes: KeyValuePairs<String, String> = [:]) throws {
    let now = try Scene(sockets, atMilliseconds: 2000, sysctls: auditSettings(changes))
    let earlier = try Scene(before, atMilliseconds: 1000)
    reading = AuditReading(now: now.snapshot, before: earlier.snapshot)
    reading.fresh = auditSettings([:])
  }

  /// A counter at both readings.
  func counting(_ name: String, _ before: UInt64, _ now: UInt64) -> AuditScene {
    var copy = self
    copy.reading.before.counters[name] = before
    copy.reading.now.counters[name] = now
    return copy
  }

  func sockstat(_ name: String, _ value: UInt64) -> AuditScene {
    var copy = self
    copy.reading.now.sockstat[name] = value
    return copy
  }

  func with(_ change: (inout AuditReading) -> Void) -> AuditScene {
    var copy = self
    change(&copy.reading)
    return copy
  }

  var evidence: AuditEvidence { AuditEvidence(reading) }

  /// The worst judgement of a setting by one judge.
  func judge(_ judge: any Judge.Type, _ setting: String) -> Judgement? {
    judge.judge(evidence).filter { $0.setting == setting }.max { $0.level < $1.level }
  }

  func level(_ judge: any Judge.Type, _ setting: String) -> AuditLevel? { self.judge(judge, setting)?.level }
}

/// The settings of an untouched 6.18 with 8 GiB, and some changed.
func auditSettings(_ changes: KeyValuePairs<String, String>) -> SysctlSet {
  var set = sysctls([
    "net.ipv4.ip_local_reserved_ports": "", "net.ipv4.tcp_timestamps": "1", "net.ipv4.tcp_max_tw_buckets": "32768",
    "net.ipv4.tcp_max_orphans": "32768", "net.ipv4.tcp_abort_on_overflow": "0", "net.ipv4.tcp_mem": "90000\t120000\t180000",
    "net.ipv4.udp_mem": "180000\t240000\t360000", "net.ipv4.tcp_rmem": "4096\t131072\t33554432",
    "net.ipv4.tcp_wmem": "4096\t16384\t4194304", "net.ipv4.tcp_moderate_rcvbuf": "1", "net.core.rmem_default": "212992",
    "net.core.rmem_max": "4194304", "net.core.wmem_default": "212992", "net.core.wmem_max": "4194304",
    "net.core.netdev_max_backlog": "1000", "net.ipv4.tcp_sack": "1", "net.ipv4.tcp_window_scaling": "1",
    "net.ipv4.tcp_rto_min_us": "200000", "net.ipv4.ip_unprivileged_port_start": "1024",
  ])
  for (name, value) in changes { set[name] = value }
  return set
}

/// Everything a judgement says.
func words(_ judgement: Judgement?) -> String {
  guard let judgement else { return "" }
  return ([judgement.text] + judgement.evidence).map(\.description).joined(separator: "\n")
}
