internal import Catalog
internal import SockDiag
internal import Snapshot

enum PathPhrase: String, PhraseTable {
  static var room: String { "card.path" }
  case rttLabel = "round trip"
  case rtt = "RTT {rtt} ms ± {deviation}, least {least} ms; RTO {rto}"
  case rttPlain = "RTT {rtt} ms ± {deviation}; RTO {rto}"
  case windowLabel = "window"
  case window = "in flight {flight} of cwnd {cwnd} segments × {mss} bytes ({bytes}); {phase}, {algorithm}"
  case windowPeer = "the peer's window is {bytes}"
  case slowStart = "slow start, no loss seen yet"
  case slowStartAgain = "slow start up to ssthresh {ssthresh}"
  case avoidance = "congestion avoidance (ssthresh {ssthresh})"
  case ownModel = "paced by its own model of the path"
  case disorder = "duplicate ACKs or SACKs seen (Disorder)"
  case cwr = "window reduced by ECN or local congestion (CWR)"
  case recovery = "repairing a loss (Recovery)"
  case loss = "repairing after a timeout (Loss)"
  case algorithmUnknown = "algorithm not told"
  case limitLabel = "limited by"
  case limit = "of {busy} with data to send: {peer} the peer's window, {buffer} the own send buffer, {rest} network and cwnd"
  case limitPath = "the network and cwnd, in all of the {busy} with data to send"
  case limitApp = "the program: the last rate sample was cut short because it had nothing to send (app-limited)"
  case limitRate = "delivery rate {rate}/s"
  case lossLabel = "losses"
  case lossNone = "no segment was ever retransmitted"
  case lossRatio = "retransmitted {segments} of {all} data segments, {bytes} of {allBytes} ({share})"
  case lossSegments = "segments retransmitted: {segments}"
  case lossNow = "now: {lost} held to be lost, {retransmitted} retransmitted and not yet acknowledged"
  case lossSpurious = "needless retransmissions: {count}, the peer had the data already (DSACK)"
  case lossReorder = "the path reorders: seen {count}, tolerance now {distance} segments"
  case lossArrival = "segments that arrived out of order: {count}"
  case optionsLabel = "negotiated"
  case options = "{list}"
  case mss = "MSS {mss} (path MTU {pmtu})"
  case mssAlone = "MSS {mss}"
  case sack = "SACK"
  case timestamps = "timestamps"
  case scales = "window scale {send}/{receive} (send/receive)"
  case ecn = "ECN"
  case ecnSeen = "ECN, in use"
  case fastOpen = "data in SYN"
  case noSack = "no SACK: after several losses in one window, one is repaired each round trip"
  case noTimestamps = "no timestamps: no PAWS, no RTT from retransmissions, no tcp_tw_reuse"
  case noScales = "no window scaling: at most 64 KiB in flight each way"
  case noScalesRate = "no window scaling: at most 64 KiB in flight each way, {rate}/s at this RTT"
}

/// What the path and the peer allow: round trip, windows, limits, losses, options.
enum PathLines {
  static func lines(_ socket: InetSocket) -> [CardLine] {
    [roundTrip(socket), window(socket), limits(socket), losses(socket), options(socket)].compactMap { $0 }
  }

  static func milliseconds(_ micros: UInt64) -> String {
    micros < 10_000 ? "\(micros / 1000)." + String(String(1000 + micros % 1000).dropFirst()) : Words.tenths(Int(micros), 1000)
  }

  static func roundTrip(_ socket: InetSocket) -> CardLine? {
    guard let rtt = socket[.rtt], rtt > 0, let rto = socket[.rto] else { return nil }
    let deviation = milliseconds(socket[.rttvar] ?? 0), wait = Durations.words(milliseconds: Int(rto / 1000))
    // min_rtt is all ones until there is a sample.
    guard let least = socket[.min_rtt], least > 0, least != UInt64(UInt32.max) else {
      return CardLine(
        PathPhrase.rttLabel.say(), PathPhrase.rttPlain.say(["rtt": milliseconds(rtt), "deviation": deviation, "rto": wait]))
    }
    let text = PathPhrase.rtt.say(["rtt": milliseconds(rtt), "deviation": deviation, "least": milliseconds(least), "rto": wait])
    return CardLine(PathPhrase.rttLabel.say(), text)
  }

  static func window(_ socket: InetSocket) -> CardLine? {
    guard let cwnd = socket[.snd_cwnd], let mss = socket[.snd_mss], let packets = socket[.unacked] else { return nil }
    // tcp_packets_in_flight()
    let gone = (socket[.sacked] ?? 0) + (socket[.lost] ?? 0)
    let flight = packets + (socket[.tcpi_retrans] ?? 0) - min(gone, packets + (socket[.tcpi_retrans] ?? 0))
    var details: [Sentence] = []
    if let peer = socket[.snd_wnd] { details.append(PathPhrase.windowPeer.say(["bytes": Counted.bytes(Int(peer))])) }
    return CardLine(
      PathPhrase.windowLabel.say(),
      PathPhrase.window.say([
        "flight": flight, "cwnd": cwnd, "mss": mss, "bytes": Counted.bytes(Int(cwnd * mss)), "phase": phase(socket, cwnd: cwnd),
        "algorithm": socket.congestionControl?.description ?? PathPhrase.algorithmUnknown.say().description,
      ]), details: details, emphasis: socket[.snd_wnd] == 0 ? .warning : .plain)
  }

  static func phase(_ socket: InetSocket, cwnd: UInt64) -> Sentence {
    switch socket[.ca_state] {
    case 1: return PathPhrase.disorder.say()
    case 2: return PathPhrase.cwr.say()
    case 3: return PathPhrase.recovery.say()
    case 4: return PathPhrase.loss.say()
    default: break
    }
    // BBR keeps no slow start threshold of its own; tcp_in_slow_start() says nothing about it.
    if socket.congestionControl?.description.hasPrefix("bbr") == true { return PathPhrase.ownModel.say() }
    let ssthresh = socket[.snd_ssthresh] ?? 0x7fff_ffff
    // TCP_INFINITE_SSTHRESH
    if ssthresh >= 0x7fff_ffff { return PathPhrase.slowStart.say() }
    return (cwnd < ssthresh ? PathPhrase.slowStartAgain : .avoidance).say(["ssthresh": ssthresh])
  }

  static func limits(_ socket: InetSocket) -> CardLine? {
    var details: [Sentence] = []
    if let rate = socket[.delivery_rate], rate > 0 {
      details.append(PathPhrase.limitRate.say(["rate": Counted.bytes(Int(clamping: rate))]))
    }
    let isApp = socket[.delivery_rate_app_limited] == 1 && socket.sendQueue == 0 && (socket[.bytes_sent] ?? 0) > 0
    if isApp {
      return CardLine(PathPhrase.limitLabel.say(), PathPhrase.limitApp.say(), details: shares(socket).map { [$0] + details } ?? details)
    }
    guard let shares = shares(socket) else { return nil }
    return CardLine(PathPhrase.limitLabel.say(), shares, details: details, emphasis: isHeld(socket) ? .warning : .plain)
  }

  /// busy_time includes the two limited times (tcp_get_info_chrono_stats()).
  static func shares(_ socket: InetSocket) -> Sentence? {
    guard let busy = socket[.busy_time], busy >= 1000 else { return nil }
    let peer = min(socket[.rwnd_limited] ?? 0, busy), buffer = min(socket[.sndbuf_limited] ?? 0, busy - peer)
    return (peer + buffer == 0 ? PathPhrase.limitPath : .limit).say([
      "busy": Durations.words(milliseconds: Int(busy / 1000)), "peer": Words.percent(peer, of: busy),
      "buffer": Words.percent(buffer, of: busy), "rest": Words.percent(busy - peer - buffer, of: busy),
    ])
  }

  static func isHeld(_ socket: InetSocket) -> Bool {
    guard let busy = socket[.busy_time], busy > 0 else { return false }
    return (socket[.rwnd_limited] ?? 0) * 2 > busy || (socket[.sndbuf_limited] ?? 0) * 2 > busy
  }

  static func losses(_ socket: InetSocket) -> CardLine? {
    guard let total = socket[.total_retrans] else { return nil }
    var details: [Sentence] = []
    let lost = socket[.lost] ?? 0, retransmitted = socket[.tcpi_retrans] ?? 0
    if lost + retransmitted > 0 { details.append(PathPhrase.lossNow.say(["lost": lost, "retransmitted": retransmitted])) }
    if let spurious = socket[.dsack_dups], spurious > 0 { details.append(PathPhrase.lossSpurious.say(["count": spurious])) }
    if let reordered = socket[.reord_seen], reordered > 0 {
      details.append(PathPhrase.lossReorder.say(["count": reordered, "distance": socket[.reordering] ?? 3]))
    }
    if let arrival = socket[.rcv_ooopack], arrival > 0 { details.append(PathPhrase.lossArrival.say(["count": arrival])) }
    guard total > 0 else {
      let said = socket[.data_segs_out].map { $0 > 0 } ?? false
      return said || !details.isEmpty ? CardLine(PathPhrase.lossLabel.say(), PathPhrase.lossNone.say(), details: details) : nil
    }
    guard let all = socket[.data_segs_out], let bytes = socket[.bytes_retrans], let allBytes = socket[.bytes_sent], allBytes > 0 else {
      return CardLine(PathPhrase.lossLabel.say(), PathPhrase.lossSegments.say(["segments": total]), details: details, emphasis: .warning)
    }
    let text = PathPhrase.lossRatio.say([
      "segments": total, "all": all, "bytes": Counted.bytes(Int(bytes)), "allBytes": Counted.bytes(Int(allBytes)),
      "share": Words.percent(bytes, of: allBytes),
    ])
    return CardLine(PathPhrase.lossLabel.say(), text, details: details, emphasis: bytes * 100 >= allBytes ? .warning : .plain)
  }

  static func options(_ socket: InetSocket) -> CardLine? {
    guard let options = socket[.options], let mss = socket[.snd_mss] else { return nil }
    var list = [socket[.pmtu].map { PathPhrase.mss.say(["mss": mss, "pmtu": $0]) } ?? PathPhrase.mssAlone.say(["mss": mss])]
    var details: [Sentence] = []
    if options & 2 != 0 { list.append(PathPhrase.sack.say()) } else { details.append(PathPhrase.noSack.say()) }
    if options & 1 != 0 { list.append(PathPhrase.timestamps.say()) } else { details.append(PathPhrase.noTimestamps.say()) }
    if options & 4 != 0 {
      list.append(PathPhrase.scales.say(["send": socket[.snd_wscale] ?? 0, "receive": socket[.rcv_wscale] ?? 0]))
    } else if let rtt = socket[.rtt], rtt > 0 {
      details.append(PathPhrase.noScalesRate.say(["rate": Counted.bytes(Int(65535 * 1_000_000 / rtt))]))
    } else {
      details.append(PathPhrase.noScales.say())
    }
    if options & 16 != 0 { list.append(PathPhrase.ecnSeen.say()) } else if options & 8 != 0 { list.append(PathPhrase.ecn.say()) }
    if options & 32 != 0 { list.append(PathPhrase.fastOpen.say()) }
    return CardLine(
      PathPhrase.optionsLabel.say(), PathPhrase.options.say(["list": Words.list(list, most: 9)]), details: details,
      emphasis: details.isEmpty ? .plain : .warning)
  }
}
