public import ProcFS

/// How long an attempt goes on: what was tried, what is left, when the kernel stops.
public struct Outlook: Sendable, Equatable {
  /// Retransmissions or probes so far, as `idiag_retrans` counts them.
  public let sent: Int
  /// How many there will have been when the kernel gives up; nil where a modelled time decides, not a count.
  public let limit: Int?
  /// Milliseconds from now until the kernel gives up.
  public let remaining: Int
  /// Milliseconds from the first attempt until it gives up; for an established connection, from the first retransmission, at least.
  public let total: Int
  /// The count is beyond what the settings allow: a socket option (TCP_SYNCNT, TCP_KEEPCNT, TCP_USER_TIMEOUT) must be set.
  public var isOverridden: Bool { limit.map { sent > $0 } ?? false }
}

/// When the kernel gives up, from the live settings of a network namespace. Times are milliseconds. The same arithmetic as
/// net/ipv4/tcp_timer.c of 6.12, with `tcp_rto_max_ms` (6.15) where TCP_RTO_MAX stood. A program may have set TCP_USER_TIMEOUT,
/// TCP_SYNCNT, TCP_KEEP* or TCP_LINGER2: inet_diag does not show them, the side-car does (`init(_:_:)` of a socket).
public struct GiveUp: Sendable, Equatable {
  /// net.ipv4.tcp_syn_retries.
  public internal(set) var synRetries: Int
  /// net.ipv4.tcp_syn_linear_timeouts; 0 before 6.5, which had none.
  public let synLinearTimeouts: Int
  /// net.ipv4.tcp_synack_retries, or TCP_SYNCNT of the listener.
  public internal(set) var synAckRetries: Int
  /// net.ipv4.tcp_retries2.
  public let retries2: Int
  /// net.ipv4.tcp_orphan_retries as it is set; 0 acts as 8 while the RTO is below its maximum.
  public let orphanRetries: Int
  /// net.ipv4.tcp_keepalive_time, in milliseconds.
  public internal(set) var keepaliveTime: Int
  /// net.ipv4.tcp_keepalive_intvl, in milliseconds.
  public internal(set) var keepaliveInterval: Int
  /// net.ipv4.tcp_keepalive_probes.
  public internal(set) var keepaliveProbes: Int
  /// net.ipv4.tcp_fin_timeout, in milliseconds.
  public internal(set) var finTimeout: Int
  /// net.ipv4.tcp_rto_max_ms (6.15), else TCP_RTO_MAX, 120 s.
  public let rtoMax: Int
  /// TCP_USER_TIMEOUT, in milliseconds; nil when the program did not set it, or that is not known.
  public internal(set) var userTimeout: Int?
  /// What the program set, where the side-car could read it; nil when it could not.
  var options: [GiveUpOption: Int]?
  /// Settings that were not readable, so that the kernel's default had to be taken.
  public let assumed: [String]

  /// TCP_TIMEOUT_INIT: the first RTO of a SYN or SYN-ACK (include/net/tcp.h).
  public static let initialRTO = 1000
  /// TCP_RTO_MAX where no setting replaces it.
  static let standardRTOMax = 120_000
  /// TCP_RTO_MIN: the base of the modelled time-outs, whatever `tcp_rto_min_us` says (tcp_model_timeout()).
  public static let rtoMin = 200
  /// TCP_TIMEWAIT_LEN: TIME-WAIT lasts this long; no setting changes it (tcp_time_wait(), net/ipv4/tcp_minisocks.c).
  public static let timeWait = 60_000

  /// Reads the settings; what is absent becomes the kernel's default and is named in `assumed`.
  public init(_ sysctls: SysctlSet) {
    var missing: [String] = []
    func number(_ setting: CardSetting, _ standard: Int) -> Int {
      if let value = sysctls.number(setting) { return max(0, value) }
      missing.append(setting.rawValue)
      return standard
    }
    synRetries = number(.synRetries, 6)
    // Absent beside a tcp_syn_retries that is there means an older kernel, which has no linear time-outs.
    let isOld = sysctls.number(.synRetries) != nil
    synLinearTimeouts = max(0, sysctls.number(.synLinearTimeouts) ?? (isOld ? 0 : 4))
    synAckRetries = number(.synAckRetries, 5)
    retries2 = number(.retries2, 15)
    orphanRetries = number(.orphanRetries, 0)
    keepaliveTime = number(.keepaliveTime, 7200) * 1000
    keepaliveInterval = number(.keepaliveInterval, 75) * 1000
    keepaliveProbes = number(.keepaliveProbes, 9)
    finTimeout = number(.finTimeout, 60) * 1000
    rtoMax = max(Self.initialRTO, sysctls.number(.rtoMax) ?? Self.standardRTOMax)
    assumed = missing
  }

  /// tcp_model_timeout(): how long `boundary` retransmissions take when they start at `base` and double up to the maximum.
  public func model(retries boundary: Int, base: Int = GiveUp.rtoMin) -> Int {
    var threshold = 0
    while base << (threshold + 1) <= rtoMax { threshold += 1 }
    if boundary <= threshold { return ((2 << boundary) - 1) * base }
    return ((2 << threshold) - 1) * base + (boundary - threshold) * rtoMax
  }

  /// A timer never fires early: the timer wheel rounds its moment up to a grain of 1/64 to 1/8 of the distance (calc_index(),
  /// kernel/time/timer.c), whatever CONFIG_HZ. 2 % is what whole lives of 4 to 131 s took longer than their sums on 6.18.
  static func late(_ delay: Int) -> Int { delay + delay / 50 }

  // MARK: handshakes

  /// The moments the SYN timer fires, after 0, 1, 2 … retransmissions, counted from the first SYN; the last one is ETIMEDOUT.
  /// tcp_retransmit_timer() doubles only from retransmission `tcp_syn_linear_timeouts` + 1 on; tcp_write_timeout() stops at
  /// `tcp_syn_retries` + `tcp_syn_linear_timeouts`, or earlier once the time of `tcp_syn_retries` doublings has passed.
  public var synSchedule: [Int] {
    let budget = userTimeout ?? model(retries: synRetries, base: Self.initialRTO)
    var rto = Self.initialRTO
    var fires = [rto]
    while fires.count - 1 < synRetries + synLinearTimeouts, fires.count == 1 || (fires.last ?? 0) < budget {
      if fires.count > synLinearTimeouts { rto = min(rto * 2, rtoMax) }
      // tcp_clamp_rto_to_user_timeout().
      let left = userTimeout.map { max(1, $0 - (fires.last ?? 0)) }
      fires.append((fires.last ?? 0) + min(rto, left ?? rto))
    }
    return fires
  }

  /// The moments a request socket's timer fires, counted from the first SYN-ACK; at the last one the request is dropped in silence.
  /// reqsk_timer_handler() and syn_ack_recalc(), net/ipv4/inet_connection_sock.c. While old requests fill more than half of the
  /// listener's queue it stops after as few as 2 (`synAckLimit`). tcp_rto_max_ms does not shorten it (64 s beside 4000, seen on 6.18).
  public var synAckSchedule: [Int] { (0...synAckRetries).reduce(into: []) { fires, n in fires.append((fires.last ?? 0) + doubled(n)) } }

  func doubled(_ times: Int) -> Int { min(Self.initialRTO << min(times, 20), Self.standardRTOMax) }

  /// How many SYN-ACK retransmissions a request gets beside others: old ones that fill more than half of their listener's queue
  /// leave fewer to all (reqsk_timer_handler()), never fewer than 2 by this.
  ///
  /// - Parameters:
  ///   - queued: half-open requests of the listener, and `young`: those whose timer has not fired yet.
  ///   - backlog: the listener's `sk_max_ack_backlog`.
  public func synAckLimit(queued: Int, young: Int, backlog: Int) -> Int {
    guard queued * 2 > max(8, backlog) else { return synAckRetries }
    var limit = synAckRetries
    var young = young * 2
    while limit > 2, queued >= young {
      limit -= 1
      young *= 2
    }
    return limit
  }

  /// TCP_DEFER_ACCEPT, which the kernel keeps as SYN-ACK time-outs, as the milliseconds from the SYN to the last of them: retrans_to_secs(), net/ipv4/tcp.c.
  static func deferral(_ timeouts: Int) -> Int {
    (0..<timeouts).reduce(0) { $0 + min(initialRTO << min($1, 20), standardRTOMax) }
  }

  func outlook(_ fires: [Int], sent: Int, timer: Int) -> Outlook {
    let limit = fires.count - 1
    let total = fires.last ?? 0
    return Outlook(sent: sent, limit: limit, remaining: timer + Self.late(total - fires[min(max(sent, 0), limit)]), total: total)
  }

  /// SYN-SENT with its retransmissions (`idiag_retrans`) and the milliseconds its timer has left.
  public func synSent(retransmits: Int, timer: Int) -> Outlook { outlook(synSchedule, sent: retransmits, timer: timer) }

  /// SYN-RECV, a request socket: its SYN-ACK retransmissions, the milliseconds its timer has left, and the retransmissions it gets,
  /// where that is fewer than `tcp_synack_retries`.
  public func synRecv(retransmits: Int, timer: Int, limit: Int? = nil) -> Outlook {
    outlook(Array(synAckSchedule.prefix((limit ?? synAckRetries) + 1)), sent: retransmits, timer: timer)
  }

  // MARK: unacknowledged data

  /// A connection that waits for an acknowledgement. tcp_write_timeout() asks retransmits_timed_out(): has the modelled time of
  /// `tcp_retries2` passed since the first retransmission? It asks only when the timer fires, so the end lies at the first firing after it.
  ///
  /// - Parameters:
  ///   - retransmits: `tcpi_retransmits` (icsk_retransmits).
  ///   - rto: `tcpi_rto` in milliseconds; the doublings are already in it.
  ///   - timer: milliseconds until the retransmission timer fires.
  ///   - elapsed: milliseconds since the first retransmission where they are known; otherwise they are worked out from `rto`.
  ///   - isOrphan: no process holds it: `tcp_orphan_retries` rules instead.
  public func unacknowledged(retransmits: Int, rto: Int, timer: Int, elapsed: Int? = nil, isOrphan: Bool = false) -> Outlook {
    var count = max(0, retransmits)
    var rto = max(1, rto)
    var since = (elapsed ?? self.elapsed(retransmits: count, rto: rto, timer: timer)) + timer
    var remaining = timer
    while count == 0 || since < budget(rto: rto, isOrphan: isOrphan) {
      rto = min(rto * 2, max(rtoMax, rto))
      let delay = userTimeout.map { min(rto, max(1, $0 - (count == 0 ? 0 : since))) } ?? rto
      remaining += Self.late(delay)
      since = count == 0 ? Self.late(delay) : since + Self.late(delay)
      count += 1
    }
    return Outlook(
      sent: retransmits, limit: nil, remaining: remaining, total: budget(rto: isOrphan ? Self.rtoMin : rto, isOrphan: isOrphan))
  }

  /// tcp_orphan_retries(): 0 means 8, but nothing at all once the RTO has reached its maximum.
  func budget(rto: Int, isOrphan: Bool) -> Int {
    if let userTimeout { return userTimeout }
    guard isOrphan else { return model(retries: retries2) }
    return model(retries: orphanRetries == 0 && rto < rtoMax ? 8 : orphanRetries)
  }

  /// Time since the first retransmission: the RTO of each step is half of the next one's. Where the RTO stands at its maximum its start is
  /// not known, and the usual one, a little above TCP_RTO_MIN, is taken.
  func elapsed(retransmits: Int, rto: Int, timer: Int) -> Int {
    guard retransmits > 0 else { return 0 }
    let waited = max(0, rto - timer)
    let steps = (1..<max(1, retransmits)).reduce(0) { sum, step in
      if rto < rtoMax { return sum + (rto >> min(retransmits - step, 62)) }
      return sum + (step > 20 ? rtoMax : min((Self.rtoMin + 1) << step, rtoMax))
    }
    return waited + Self.late(steps)
  }

  /// Whether a connection has been retransmitting for longer than `tcp_retries2` allows, so that the program must have set a longer
  /// TCP_USER_TIMEOUT (or the setting was lowered since): the firing before the next one should have ended it.
  public func hasOutlived(retransmits: Int, rto: Int, timer: Int) -> Bool {
    guard retransmits > 1 else { return false }
    let before = elapsed(retransmits: retransmits, rto: rto, timer: rto)
    let allowed = model(retries: retries2)
    return before > allowed + allowed / 8
  }

  /// The least an established connection with unacknowledged data lasts after its first retransmission: 924.6 s with `tcp_retries2` 15.
  public var unacknowledgedAtLeast: Int { model(retries: retries2) }
  /// The same for a connection without a process: 102.2 s with `tcp_orphan_retries` 0, which acts as 8.
  public var orphanAtLeast: Int { model(retries: orphanRetries == 0 ? 8 : orphanRetries) }

  // MARK: probes

  /// A zero window whose probes go unanswered: tcp_probe_timer() gives up when `tcp_retries2` probes in a row had no answer. A peer that
  /// answers each probe, still with window 0, keeps `unanswered` at 0 and the connection for ever.
  ///
  /// - Parameters:
  ///   - unanswered: `tcpi_probes` (icsk_probes_out).
  ///   - backoff: `tcpi_backoff`.
  ///   - rto: `tcpi_rto` in milliseconds; here the doublings are *not* in it (tcp_probe0_when()).
  ///   - timer: milliseconds until the next probe.
  public func persist(unanswered: Int, backoff: Int, rto: Int, timer: Int) -> Outlook {
    let fromNow = max(0, retries2 - unanswered)
    let later = (0..<fromNow).reduce(0) { $0 + Self.late(probeDelay(rto: rto, backoff: min(backoff + $1 + 1, max(retries2, backoff)))) }
    let total = (0...retries2).reduce(0) { $0 + probeDelay(rto: rto, backoff: $1) }
    let byTime = persistTimeout(backoff: backoff, rto: rto, timer: timer)
    if let userTimeout, let byTime, byTime < timer + later {
      return Outlook(sent: unanswered, limit: nil, remaining: byTime, total: userTimeout)
    }
    return Outlook(sent: unanswered, limit: retries2, remaining: timer + later, total: total)
  }

  /// Milliseconds until TCP_USER_TIMEOUT ends a zero window, answered or not; nil when it is not set. tcp_probe_timer() starts the time with
  /// its first firing (icsk_probes_tstamp), and tcp_clamp_probe0_to_user_timeout() makes it fire when the time is over.
  public func persistTimeout(backoff: Int, rto: Int, timer: Int) -> Int? {
    guard let userTimeout else { return nil }
    guard backoff > 0 else { return timer + Self.late(userTimeout) }
    let passed = (1..<backoff).reduce(0) { $0 + Self.late(probeDelay(rto: rto, backoff: $1)) }
    let waited = max(0, probeDelay(rto: rto, backoff: backoff) - timer)
    return max(timer, userTimeout - passed - waited)
  }

  /// The same without a process. tcp_probe_timer() ends it at the first firing whose RTO, doubled, has reached the maximum, answered or not,
  /// or when `tcp_orphan_retries` probes in a row had no answer. Nil where no end follows: more orphan retries than doublings are set.
  public func persistOrphan(unanswered: Int, backoff: Int, rto: Int, timer: Int) -> Outlook? {
    let byTime = persistTimeout(backoff: backoff, rto: rto, timer: timer).map {
      Outlook(sent: unanswered, limit: nil, remaining: $0, total: $0)
    }
    let byCount = persistOrphanRetries(unanswered: unanswered, backoff: backoff, rto: rto, timer: timer)
    guard let byTime, let byCount else { return byTime ?? byCount }
    return byTime.remaining < byCount.remaining ? byTime : byCount
  }

  private func persistOrphanRetries(unanswered: Int, backoff: Int, rto: Int, timer: Int) -> Outlook? {
    var sent = unanswered, backoff = backoff, remaining = timer
    for _ in 0..<64 {
      let isAlive = rto << min(backoff, 20) < rtoMax
      let limit = orphanRetries == 0 && isAlive ? 8 : orphanRetries
      if (!isAlive && backoff >= limit) || sent >= limit {
        return Outlook(sent: unanswered, limit: nil, remaining: remaining, total: remaining)
      }
      // A peer that answered so far is taken to go on doing so.
      sent += unanswered > 0 ? 1 : 0
      backoff = min(backoff + 1, max(retries2, backoff))
      remaining += Self.late(probeDelay(rto: rto, backoff: backoff))
    }
    return nil
  }

  /// tcp_probe0_when(): max(rto, 200 ms) doubled `backoff` times, up to the maximum.
  public func probeDelay(rto: Int, backoff: Int) -> Int {
    min(max(rto, Self.rtoMin) << min(max(backoff, 0), 10), rtoMax)
  }

  /// Keepalive: the first probe after `tcp_keepalive_time` of silence, then one each `tcp_keepalive_intvl`; when `tcp_keepalive_probes`
  /// have had no answer the connection is reset (tcp_keepalive_timer()).
  ///
  /// - Parameters:
  ///   - unanswered: `idiag_retrans` beside a keepalive timer (icsk_probes_out).
  ///   - timer: milliseconds until the timer fires.
  public func keepalive(unanswered: Int, timer: Int) -> Outlook {
    Outlook(
      sent: unanswered, limit: keepaliveProbes, remaining: timer + Self.late(max(0, keepaliveProbes - unanswered) * keepaliveInterval),
      total: keepaliveTime + keepaliveProbes * keepaliveInterval)
  }

  /// The longest that the probes of a connection can be apart, where that is less than `tcp_keepalive_intvl` and so proves TCP_KEEPINTVL:
  /// they all fit between the peer's last sign and the next one.
  public func provenInterval(unanswered: Int, idle: Int, timer: Int) -> Int? {
    guard unanswered > 0 else { return nil }
    let longest = (idle + timer) / unanswered
    return longest < keepaliveInterval ? longest : nil
  }

  // MARK: closing

  /// tcp_fin_time(): how long FIN-WAIT-2 without a process is to last: `tcp_fin_timeout`, but at least 3.5 RTO.
  func finTime(rto: Int) -> Int { max(finTimeout, rto * 7 / 2) }

  /// FIN-WAIT-2 without a process, from its start. Up to 60 s the socket becomes a mini-socket at once and that lasts the whole time. Above it a
  /// keepalive timer runs for the excess over 60 s and then a mini-socket for the excess again: 65 s lasts 10 s
  /// (tcp_rcv_state_process(), tcp_keepalive_timer()). FIN-WAIT-2 of a process that only shut down its sending side has no limit.
  public func finWait2(rto: Int = GiveUp.rtoMin) -> Int {
    let time = finTime(rto: rto)
    let excess = time - Self.timeWait
    return excess > 0 ? excess + max(excess, rto * 7 / 2) : time
  }

  /// What is left of it: a mini-socket (timer `timewait`) ends when its timer fires; a full socket (timer `keepalive`) becomes one first.
  public func finWait2Remaining(isMiniSocket: Bool, timer: Int, rto: Int = GiveUp.rtoMin) -> Int {
    let excess = finTime(rto: rto) - Self.timeWait
    return isMiniSocket || excess <= 0 ? timer : timer + max(excess, rto * 7 / 2)
  }
}
