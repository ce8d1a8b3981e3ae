/// The settings of a list that exist and can be read, through the namespace of the reading process; the others are absent.
public func readSysctls(_ names: [String], from files: some FileSource) -> SysctlSet {
  var found = SysctlSet()
  for name in names {
    let path = "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 })
    guard let text = try? files.read(path) else { continue }
    found[name] = String(decoding: text.last == 10 ? text.dropLast() : text[...], as: UTF8.self)
  }
  return found
}

extension SysctlSet {
  /// Every setting that a card, a rule or the audit may ask for. Some exist only on older or newer kernels: absence is a fact too.
  public static let usedNames: [String] =
    core.map { "net.core." + $0 } + ipv4.map { "net.ipv4." + $0 } + [
      "net.ipv6.bindv6only", "net.unix.max_dgram_qlen", "net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_count",
      "net.netfilter.nf_conntrack_tcp_timeout_time_wait", "fs.nr_open", "fs.file-max",
    ]

  static let core = [
    "somaxconn", "rmem_max", "wmem_max", "rmem_default", "wmem_default", "netdev_max_backlog", "optmem_max", "default_qdisc", "txrehash",
  ]

  static let ipv4 = [
    "tcp_max_syn_backlog", "tcp_syncookies", "tcp_abort_on_overflow", "tcp_syn_retries", "tcp_synack_retries", "tcp_syn_linear_timeouts",
    "tcp_tw_reuse", "tcp_tw_reuse_delay", "tcp_tw_recycle", "tcp_max_tw_buckets", "tcp_fin_timeout", "tcp_max_orphans",
    "tcp_orphan_retries", "tcp_retries1", "tcp_retries2", "tcp_rto_max_ms", "tcp_rto_min_us", "tcp_keepalive_time",
    "tcp_keepalive_intvl", "tcp_keepalive_probes", "ip_local_port_range", "ip_local_reserved_ports", "ip_unprivileged_port_start",
    "ip_nonlocal_bind", "ip_autobind_reuse", "tcp_mem", "udp_mem", "tcp_rmem", "tcp_wmem", "udp_rmem_min", "udp_wmem_min",
    "tcp_timestamps", "tcp_sack", "tcp_dsack", "tcp_window_scaling", "tcp_slow_start_after_idle", "tcp_notsent_lowat", "tcp_fastopen",
    "tcp_ecn", "tcp_ecn_fallback", "tcp_mtu_probing", "tcp_base_mss", "tcp_min_snd_mss", "tcp_rfc1337", "tcp_congestion_control",
    "tcp_available_congestion_control", "tcp_moderate_rcvbuf", "tcp_adv_win_scale", "tcp_app_win", "tcp_low_latency", "tcp_fack",
    "tcp_recovery", "tcp_early_retrans", "tcp_frto", "tcp_thin_linear_timeouts", "tcp_limit_output_bytes", "tcp_pacing_ss_ratio",
    "tcp_challenge_ack_limit", "tcp_invalid_ratelimit", "tcp_shrink_window", "tcp_migrate_req", "tcp_ehash_entries",
    "tcp_child_ehash_entries", "tcp_backlog_ack_defer", "tcp_comp_sack_delay_ns", "tcp_workaround_signed_windows", "tcp_l3mdev_accept",
    "udp_l3mdev_accept",
  ]
}

/// The numbers of one setting, read in place: no table is made for a single question. Empty when it cannot be read; signs are kept.
public func sysctlNumbers(_ path: StaticString, from files: any FileSource) -> [Int] {
  guard let text = try? files.read(path.description) else { return [] }
  var out: [Int] = []
  var value: Int?
  var isNegative = false
  for byte in text {
    if byte >= 48, byte <= 57 {
      value = min(value ?? 0, 1 << 40) * 10 + Int(byte - 48)
      continue
    }
    if let number = value { out.append(isNegative ? -number : number) }
    value = nil
    isNegative = byte == 45
  }
  if let number = value { out.append(isNegative ? -number : number) }
  return out
}
