import Catalog
@testable import Findings
import ProcFS
import TestSupport
import Testing

@Suite struct GiveUpTests {
  /// Read on 6.18: a closed sender in FIN-WAIT-1 whose peer answers every probe with window 0.
  @Test func anOrphansProbesEndThoughTheyAreAnswered() throws {
    let rules = GiveUp(standardSysctls)
    // 208 ms doubled 5 … 9 times, then the maximum of 120 s, at whose end the RTO no longer counts as alive.
    let outlook = try #require(rules.persistOrphan(unanswered: 0, backoff: 4, rto: 208, timer: 3008))
    #expect(outlook.remaining == 3008 + [5, 6, 7, 8, 9].reduce(0) { $0 + GiveUp.late(208 << $1) } + GiveUp.late(120_000))
    // Eight unanswered ones in a row are enough.
    #expect(rules.persistOrphan(unanswered: 7, backoff: 7, rto: 200, timer: 1000)?.remaining == 1000 + GiveUp.late(200 << 8))
    #expect(rules.persistOrphan(unanswered: 8, backoff: 8, rto: 200, timer: 1000)?.remaining == 1000)
    #expect(GiveUp(sysctls(["net.ipv4.tcp_orphan_retries": "30"])).persistOrphan(unanswered: 0, backoff: 4, rto: 208, timer: 1) == nil)
  }

  let standard = GiveUp(standardSysctls)

  @Test func synIsSentTenMoreTimesAndFailsAfter131Seconds() {
    // Five a second apart, then doubling: as captured on 6.18 with tcpdump.
    #expect(standard.synSchedule == [1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131].map { $0 * 1000 })
    let last = standard.synSent(retransmits: 10, timer: 30_000)
    #expect(last == Outlook(sent: 10, limit: 10, remaining: 30_000, total: 131_000))
    #expect(standard.synSent(retransmits: 6, timer: 3000).remaining == 3000 + GiveUp.late(131_000 - 11_000))
  }

  @Test func synOfKernelsWithoutLinearTimeoutsFailsAfter127Seconds() {
    let old = GiveUp(SysctlSet(["net.ipv4.tcp_syn_retries": "6"]))
    #expect(old.synSchedule.last == 127_000)
    #expect(old.synSent(retransmits: 0, timer: 1000).limit == 6)
    #expect(old.assumed.contains("net.ipv4.tcp_retries2"))
    #expect(!old.assumed.contains("net.ipv4.tcp_syn_retries"))
  }

  @Test func synTimeIsBoundedByTheModelOfItsRetries() {
    // 1 retry is modelled as 3 s: with 50 linear time-outs the kernel stops at 3 s, not after 51 retransmissions.
    #expect(
      GiveUp(sysctls(["net.ipv4.tcp_syn_retries": "1", "net.ipv4.tcp_syn_linear_timeouts": "50"])).synSchedule == [1000, 2000, 3000])
    #expect(GiveUp(sysctls(["net.ipv4.tcp_syn_retries": "0", "net.ipv4.tcp_syn_linear_timeouts": "0"])).synSchedule == [1000])
  }

  @Test func rtoMaximumShortensEverything() {
    let short = GiveUp(sysctls(["net.ipv4.tcp_rto_max_ms": "1000"]))
    #expect(short.synSchedule == (1...7).map { $0 * 1000 })
    #expect(short.unacknowledgedAtLeast == 1400 + 13 * 1000)
  }

  // What a whole life lasted on 6.18.44 (HZ 250), from real sockets in namespaces whose packets were dropped; moments are milliseconds
  // from the first packet, each with what was said at an earlier one.
  @Test(arguments: [
    ("syn", 648, 352, 133_880), ("synrecv", 556, 380, 64_150), ("finw1", 56, 370, 107_040), ("est5", 152, 610, 13_460),
    ("est6", 204, 580, 26_710), ("est8 rto_max 2 s", 260, 540, 13_420), ("orphan 12 rto_max 4 s", 80, 340, 39_580),
    ("keepalive 10/5/5", 9504, 350, 35_640), ("syn rto_max 8 s", 492, 450, 44_050),
  ])
  func predictionMeetsWhatWasSeen(life: String, timer: Int, at: Int, end: Int) {
    let predicted =
      switch life {
      case "syn": standard.synSent(retransmits: 0, timer: timer)
      case "syn rto_max 8 s": GiveUp(sysctls(["net.ipv4.tcp_rto_max_ms": "8000"])).synSent(retransmits: 0, timer: timer)
      case "synrecv": standard.synRecv(retransmits: 0, timer: timer)
      case "finw1": standard.unacknowledged(retransmits: 0, rto: 204, timer: timer, isOrphan: true)
      case "est5": GiveUp(sysctls(["net.ipv4.tcp_retries2": "5"])).unacknowledged(retransmits: 1, rto: 408, timer: timer)
      case "est6": GiveUp(sysctls(["net.ipv4.tcp_retries2": "6"])).unacknowledged(retransmits: 1, rto: 408, timer: timer)
      case "est8 rto_max 2 s":
        GiveUp(sysctls(["net.ipv4.tcp_retries2": "8", "net.ipv4.tcp_rto_max_ms": "2000"]))
          .unacknowledged(retransmits: 1, rto: 408, timer: timer)
      case "orphan 12 rto_max 4 s":
        GiveUp(sysctls(["net.ipv4.tcp_orphan_retries": "12", "net.ipv4.tcp_rto_max_ms": "4000"]))
          .unacknowledged(retransmits: 0, rto: 204, timer: timer, isOrphan: true)
      default:
        GiveUp(
          sysctls(["net.ipv4.tcp_keepalive_time": "10", "net.ipv4.tcp_keepalive_intvl": "5", "net.ipv4.tcp_keepalive_probes": "5"])
        ).keepalive(unanswered: 0, timer: timer)
      }
    #expect(abs(at + predicted.remaining - end) <= max(500, end / 100), "\(at + predicted.remaining)")
  }

  @Test func synAckIgnoresTheRTOMaximum() {
    // tcp_rto_max_ms 4000: still gone after 64 s, with 1, 2, 4 … 32 s between.
    #expect(GiveUp(sysctls(["net.ipv4.tcp_rto_max_ms": "4000"])).synAckSchedule.last == 63_000)
  }

  @Test func oldRequestsThatFillHalfTheQueueAreCut() {
    // listen(8), 8 requests: all young at their first firing; then all old. At their third, after 7 s, four went, until half was free.
    #expect(standard.synAckLimit(queued: 8, young: 8, backlog: 8) == 5)
    #expect(standard.synAckLimit(queued: 8, young: 0, backlog: 8) == 2)
    #expect(standard.synAckLimit(queued: 4, young: 0, backlog: 8) == 5)
    #expect(standard.synAckLimit(queued: 8, young: 2, backlog: 8) == 3)
    #expect(standard.synRecv(retransmits: 2, timer: 1800, limit: 2).remaining == 1800)
  }

  @Test func anAnsweredOrphanVanishesOnceProbesAreSlow() {
    // Seen: 16 s on the clock at +90.0 s (backoff 8, then 9, 10), gone at +338.1 s, with tcp_orphan_retries 0 and with 3.
    let end = standard.persistOrphan(unanswered: 0, backoff: 8, rto: 204, timer: 16_000)?.remaining ?? 0
    #expect(abs(90_000 + end - 338_100) < 4000, "\(end)")
    // The backoff stops at tcp_retries2: the probes never get slow.
    #expect(GiveUp(sysctls(["net.ipv4.tcp_retries2": "5"])).persistOrphan(unanswered: 0, backoff: 2, rto: 204, timer: 1000) == nil)
  }

  @Test func anUnansweredOrphanHasItsOwnLimit() {
    // tcp_orphan_retries 3: with one probe unanswered at +3.1 s, gone at +26.1 s.
    let three = GiveUp(sysctls(["net.ipv4.tcp_orphan_retries": "3"]))
    let end = three.persistOrphan(unanswered: 1, backoff: 4, rto: 204, timer: 2300)?.remaining ?? 0
    #expect(abs(3100 + end - 26_110) < 1500, "\(end)")
    #expect(three.persistOrphan(unanswered: 3, backoff: 6, rto: 204, timer: 5700)?.remaining == 5700)
  }

  @Test func retransmittingBeyondTheModelProvesALongerUserTimeout() {
    let five = GiveUp(sysctls(["net.ipv4.tcp_retries2": "5"]))
    #expect(!five.hasOutlived(retransmits: 6, rto: 204 << 6, timer: 3000))
    #expect(five.hasOutlived(retransmits: 7, rto: 204 << 7, timer: 3000))
  }

  @Test func probesTooCloseProveTheirInterval() {
    // As Go sets them: first after 15 s, then 15 s apart. At +16 s one probe is out and the next due in 14 s.
    #expect(standard.provenInterval(unanswered: 1, idle: 16_000, timer: 14_000) == 30_000)
    #expect(standard.provenInterval(unanswered: 6, idle: 100_000, timer: 5508) == 17_584)
    #expect(standard.provenInterval(unanswered: 1, idle: 7_210_000, timer: 65_000) == nil)
  }

  @Test func moreRetransmissionsThanAllowedProveAnOverride() {
    #expect(standard.synSent(retransmits: 11, timer: 0).isOverridden)
    #expect(!standard.synSent(retransmits: 10, timer: 0).isOverridden)
  }

  @Test func synAckIsDroppedAfter63Seconds() {
    #expect(standard.synAckSchedule == [1, 3, 7, 15, 31, 63].map { $0 * 1000 })
    #expect(standard.synRecv(retransmits: 5, timer: 20_000).remaining == 20_000)
    #expect(standard.synRecv(retransmits: 0, timer: 1000).remaining == 1000 + GiveUp.late(62_000))
  }

  @Test func establishedLastsAtLeast924Seconds() {
    #expect(standard.unacknowledgedAtLeast == 924_600)
    #expect(GiveUp(sysctls(["net.ipv4.tcp_retries2": "3"])).unacknowledgedAtLeast == 3000)
    let fresh = standard.unacknowledged(retransmits: 0, rto: 204, timer: 204)
    #expect(fresh.total == 924_600)
    // 204 ms until the first, 208.5 s until the RTO stands at 120 s, six of those.
    let gaps = (1...9).reduce(0) { $0 + GiveUp.late(204 << $1) } + 6 * GiveUp.late(120_000)
    #expect(fresh.remaining == 204 + gaps)
  }

  @Test func theMiddleOfTheRoadMeetsTheSameEnd() {
    // After 4 retransmissions the RTO is 204 << 4 and 204 * (2 + 4 + 8) ms have gone by since the first of them.
    let rto = 204 << 4
    let middle = standard.unacknowledged(retransmits: 4, rto: rto, timer: rto)
    let fresh = standard.unacknowledged(retransmits: 0, rto: 204, timer: 204)
    #expect(abs(middle.remaining - (fresh.remaining - 204 - GiveUp.late(204 * 14))) < 100)
    #expect(standard.unacknowledged(retransmits: 12, rto: 120_000, timer: 500, elapsed: 930_000).remaining == 500)
  }

  @Test func orphanEndsAfterTheTimeOfEightRetries() {
    #expect(standard.orphanAtLeast == 102_200)
    let fresh = standard.unacknowledged(retransmits: 0, rto: 204, timer: 204, isOrphan: true)
    #expect(fresh.remaining == 204 + (1...8).reduce(0) { $0 + GiveUp.late(204 << $1) })
    // At the maximal RTO tcp_orphan_retries 0 is no longer 8: the next firing ends it.
    #expect(standard.unacknowledged(retransmits: 10, rto: 120_000, timer: 7000, elapsed: 1000, isOrphan: true).remaining == 7000)
    #expect(GiveUp(sysctls(["net.ipv4.tcp_orphan_retries": "2"])).orphanAtLeast == 1400)
  }

  @Test func persistEndsOnlyAfterUnansweredProbes() {
    #expect(standard.probeDelay(rto: 204, backoff: 3) == 1632)
    #expect(standard.probeDelay(rto: 50, backoff: 0) == 200)
    #expect(standard.probeDelay(rto: 204, backoff: 15) == 120_000)
    #expect(standard.persist(unanswered: 15, backoff: 15, rto: 204, timer: 9000).remaining == 9000)
    #expect(standard.persist(unanswered: 13, backoff: 15, rto: 204, timer: 9000).remaining == 9000 + 2 * GiveUp.late(120_000))
  }

  @Test func keepaliveFindsADeadPeer() {
    #expect(standard.keepalive(unanswered: 0, timer: 7_200_000).remaining == 7_200_000 + GiveUp.late(9 * 75_000))
    let quick = GiveUp(
      sysctls(["net.ipv4.tcp_keepalive_time": "10", "net.ipv4.tcp_keepalive_intvl": "5", "net.ipv4.tcp_keepalive_probes": "5"]))
    #expect(quick.keepalive(unanswered: 3, timer: 2000) == Outlook(sent: 3, limit: 5, remaining: 12_200, total: 35_000))
    #expect(quick.keepalive(unanswered: 6, timer: 2000).isOverridden)
  }

  @Test(arguments: [(60, 60), (30, 30), (65, 10), (90, 60), (120, 120), (61, 2)])
  func finWait2LastsTwiceTheExcess(setting: Int, lasts: Int) {
    #expect(GiveUp(sysctls(["net.ipv4.tcp_fin_timeout": "\(setting)"])).finWait2() == lasts * 1000)
  }

  @Test func finWait2LastsAtLeastThreeAndAHalfRTO() {
    #expect(GiveUp(sysctls(["net.ipv4.tcp_fin_timeout": "1"])).finWait2(rto: 1000) == 3500)
    let long = GiveUp(sysctls(["net.ipv4.tcp_fin_timeout": "65"]))
    #expect(long.finWait2Remaining(isMiniSocket: false, timer: 3000) == 8000)
    #expect(long.finWait2Remaining(isMiniSocket: true, timer: 3000) == 3000)
  }

  @Test(arguments: [
    (0, "0 ms"), (-5, "0 ms"), (999, "999 ms"), (1000, "1 s"), (1550, "1.5 s"), (9999, "9.9 s"), (10_900, "10 s"), (119_999, "119 s"),
    (120_000, "2 min"), (131_000, "2 min 11 s"), (7_200_000, "2 h"), (7_875_000, "2 h 11 min"), (172_800_000, "2 d"),
    (273_600_000, "3 d 4 h"),
  ])
  func durationsAreCutToTwoUnits(milliseconds: Int, words: String) {
    #expect(Durations.words(milliseconds: milliseconds).description == words)
  }
}
