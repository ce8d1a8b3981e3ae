internal import Catalog
internal import ProcFS
internal import Snapshot

enum DescriptorsPhrase: String, PhraseTable {
  static var room: String { "finding.descriptors-exhausted" }
  case threshold = "a process has {percent} % of its descriptors open (RLIMIT_NOFILE); critical when none is left"
  case title = "{owner} has used {percent} % of its file descriptors"
  case open = "{open} open (/proc/PID/fd), soft limit {limit} (RLIMIT_NOFILE)"
  case cause =
    "at the limit accept(), socket() and open() fail with EMFILE; connections then stay in the accept queue until it is full and others are refused"
  case advice =
    "if the number only grows, find what is never closed (sockexplain -p state close-wait); if the load needs it, raise RLIMIT_NOFILE (LimitNOFILE= of the unit)"
}

/// A process that will soon be unable to open anything: alloc_fd() gives EMFILE.
enum DescriptorsExhausted: Rule {
  static let id = "descriptors-exhausted"
  /// Percent of the soft limit.
  static let fill = 95
  static var threshold: Sentence { DescriptorsPhrase.threshold.say(["percent": fill]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    typealias Phrase = DescriptorsPhrase
    return evidence.now.owners.processes.values.compactMap { process -> Finding? in
      guard let detail = process.detail, let open = detail.openDescriptors, let ceiling = detail.descriptorLimit, ceiling > 0 else {
        return nil
      }
      // Beyond any real limit, so that the product below cannot overflow.
      let limit = Int(min(ceiling, 1 << 40))
      guard open * 100 >= limit * fill else { return nil }
      return Finding(
        id: id, severity: open >= limit ? .critical : .warning, sockets: [], count: open,
        title: Phrase.title.say(["owner": Who.process(process.pid, evidence), "percent": Counted.percent(open, of: limit)]),
        evidence: [Phrase.open.say(["open": open, "limit": limit])], cause: Phrase.cause.say(), advice: Phrase.advice.say(),
        next: "sockexplain -tap")
    }.sorted { ($0.severity, $0.count) > ($1.severity, $1.count) }
  }
}
