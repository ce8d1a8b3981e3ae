internal import Catalog
internal import ProcFS
internal import Snapshot

enum DescriptorsPhrase: String, PhraseTable {
  static var room: String { "finding.descriptors-exhausted" }
  case threshold = "a process has {percent} % of its descriptors open (RLIMIT_NOFILE); critical when none is left"
  case title = "{owner} has used {percent} % of its file descriptors"
  case none = "{owner} is out of file descriptors: accept(), socket() and open() fail"
  case more = "and {count} more processes"
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
  /// Processes that are named.
  static let most = 3
  static var threshold: Sentence { DescriptorsPhrase.threshold.say(["percent": fill]) }

  static func findings(_ evidence: Evidence) -> [Finding] {
    typealias Phrase = DescriptorsPhrase
    let all = evidence.now.owners.processes.values.compactMap { process -> (open: Int, limit: Int, pid: Int32)? in
      guard let detail = process.detail, let open = detail.openDescriptors, let ceiling = detail.descriptorLimit, ceiling > 0 else {
        return nil
      }
      // Beyond any real limit, so that the product below cannot overflow.
      let limit = Int(min(ceiling, 1 << 40))
      return open * 100 >= limit * fill ? (open, limit, process.pid) : nil
    }.sorted { ($0.open >= $0.limit ? 1 : 0, $0.open, $1.pid) > ($1.open >= $1.limit ? 1 : 0, $1.open, $0.pid) }
    return all.prefix(most).enumerated().map { index, process in
      let isOut = process.open >= process.limit
      var lines = [Phrase.open.say(["open": process.open, "limit": process.limit])]
      if index + 1 == most, all.count > most { lines.append(Phrase.more.say(["count": all.count - most])) }
      return Finding(
        id: id, severity: isOut ? .critical : .warning, sockets: [], count: process.open,
        title: (isOut ? Phrase.none : .title).say([
          "owner": Who.process(process.pid, evidence), "percent": Counted.percent(process.open, of: process.limit),
        ]), evidence: lines, cause: Phrase.cause.say(), advice: Phrase.advice.say(), next: "sockexplain -tap")
    }
  }
}
