internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum ProcessPhrase: String, PhraseTable {
  static var room: String { "card.process" }
  case label = "process"
  case line = "{name}: {parts}"
  case several = "{count} × {name}: {parts}"
  case more = "and others: {count}"
  case oneThread = "1 thread, {doing}"
  case threads = "{count} threads: {doing}"
  case group = "{count} {doing}"
  case running = "running"
  case sleeping = "sleeping in {place}"
  case sleepingSomewhere = "sleeping"
  case uninterruptible = "in uninterruptible sleep (D) in {place}"
  case uninterruptibleSomewhere = "in uninterruptible sleep (D)"
  case stopped = "stopped (T)"
  case traced = "held by a debugger (t)"
  case zombie = "ended, not yet reaped (Z)"
  case idle = "idle"
  case unknown = "in state {letter}"
  case descriptors = "{open} of {limit} descriptors"
  case descriptorsUnlimited = "{open} descriptors"
  case outOfDescriptors = "{open} of {limit} descriptors: none left, accept() and open() fail with EMFILE"
  case frozen = "its cgroup is frozen: no thread of it runs"
  case throttled = "CPU quota of its cgroup: {periods} periods throttled since it was made, {time} lost"
  case throttledNow = "CPU quota of its cgroup: throttled in {delta} periods of the last {interval}, {periods} since it was made"
}

enum ProcessLines {
  /// A line a process (alike ones together): what its threads do, how many descriptors are left. Empty without a second look at it.
  static func lines(_ processes: [ProcessRecord], _ evidence: Evidence, most: Int = 4) -> [CardLine] {
    var groups: [(key: String, members: [ProcessRecord])] = []
    for process in processes where process.detail != nil {
      let key = "\(process.name) \(doing(process)) \(Serving.of(process).isBlocked)"
      if let index = groups.firstIndex(where: { $0.key == key }) {
        groups[index].members.append(process)
      } else {
        groups.append((key, [process]))
      }
    }
    var lines = groups.prefix(most).map { line($0.members, evidence) }
    if groups.count > most {
      lines.append(
        CardLine(ProcessPhrase.label.say(), ProcessPhrase.more.say(["count": groups.dropFirst(most).reduce(0) { $0 + $1.members.count }])))
    }
    return lines
  }

  static func line(_ members: [ProcessRecord], _ evidence: Evidence) -> CardLine {
    // The one with the most descriptors open speaks for all.
    let process = members.max { ($0.detail?.openDescriptors ?? 0) < ($1.detail?.openDescriptors ?? 0) } ?? members[0]
    var parts = [doing(process)]
    if let descriptors = descriptors(process) { parts.append(descriptors.description) }
    let joined = parts.joined(separator: "; ")
    let text =
      members.count == 1
      ? ProcessPhrase.line.say(["name": process.name, "parts": joined])
      : ProcessPhrase.several.say(["count": members.count, "name": process.name, "parts": joined])
    var details: [Sentence] = []
    if process.detail?.cgroupFrozen == true { details.append(ProcessPhrase.frozen.say()) }
    if let throttled = throttled(process, evidence) { details.append(throttled) }
    return CardLine(ProcessPhrase.label.say(), text, details: details, emphasis: emphasis(process))
  }

  static func emphasis(_ process: ProcessRecord) -> Emphasis {
    switch Serving.of(process) {
    case .stopped, .traced, .zombie, .frozen, .outOfDescriptors: return .bad
    case .uninterruptible: return .warning
    default: break
    }
    guard let open = process.detail?.openDescriptors, let limit = process.detail?.descriptorLimit else { return .plain }
    return UInt64(open) * 10 >= limit * 9 ? .warning : .plain
  }

  static func descriptors(_ process: ProcessRecord) -> Sentence? {
    guard let open = process.detail?.openDescriptors else { return nil }
    guard let limit = process.detail?.descriptorLimit else { return ProcessPhrase.descriptorsUnlimited.say(["open": open]) }
    return (UInt64(open) >= limit ? ProcessPhrase.outOfDescriptors : .descriptors).say(["open": open, "limit": limit])
  }

  static func throttled(_ process: ProcessRecord, _ evidence: Evidence) -> Sentence? {
    guard let detail = process.detail, let periods = detail.throttledPeriods, periods > 0 else { return nil }
    if let before = evidence.before?.owners.processes[process.pid], before.startTicks == process.startTicks,
      let old = before.detail?.throttledPeriods, periods > old, let interval = evidence.intervalMilliseconds
    {
      return ProcessPhrase.throttledNow.say([
        "delta": periods - old, "interval": Durations.words(milliseconds: interval), "periods": periods,
      ])
    }
    let lost = Int((detail.throttledMicroseconds ?? 0) / 1000)
    return ProcessPhrase.throttled.say(["periods": periods, "time": Durations.words(milliseconds: lost)])
  }

  /// `1 thread, sleeping in pause()`; `12 threads: 11 sleeping in futex(), 1 sleeping in epoll_wait()`.
  static func doing(_ process: ProcessRecord) -> String {
    guard let detail = process.detail else { return "" }
    let threads =
      detail.threads.isEmpty ? [ThreadRecord(tid: process.pid, name: process.name, state: detail.state)] : detail.threads
    let texts = threads.map { state($0).description }
    if texts.count == 1, detail.threadCount <= 1 { return ProcessPhrase.oneThread.say(["doing": texts[0]]).description }
    var counts: [(text: String, count: Int)] = []
    for text in texts {
      if let index = counts.firstIndex(where: { $0.text == text }) {
        counts[index].count += 1
      } else {
        counts.append((text, 1))
      }
    }
    // The rare ones tell more than the pool that sleeps in futex().
    let ordered = counts.sorted { $0.count < $1.count }
    let groups = ordered.map { ProcessPhrase.group.say(["count": $0.count, "doing": $0.text]) }
    return ProcessPhrase.threads.say(["count": max(detail.threadCount, texts.count), "doing": Words.list(groups, most: 4)]).description
  }

  static func state(_ thread: ThreadRecord) -> Sentence {
    let place = ThreadWait.place(thread)
    switch thread.state {
    case UInt8(ascii: "R"): return ProcessPhrase.running.say()
    case UInt8(ascii: "S"): return place.map { ProcessPhrase.sleeping.say(["place": $0]) } ?? ProcessPhrase.sleepingSomewhere.say()
    case UInt8(ascii: "D"):
      return place.map { ProcessPhrase.uninterruptible.say(["place": $0]) } ?? ProcessPhrase.uninterruptibleSomewhere.say()
    case UInt8(ascii: "T"): return ProcessPhrase.stopped.say()
    case UInt8(ascii: "t"): return ProcessPhrase.traced.say()
    case UInt8(ascii: "Z"), UInt8(ascii: "X"): return ProcessPhrase.zombie.say()
    case UInt8(ascii: "I"): return ProcessPhrase.idle.say()
    default: return ProcessPhrase.unknown.say(["letter": Character(UnicodeScalar(thread.state))])
    }
  }
}
