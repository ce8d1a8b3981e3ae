internal import Catalog
public import Findings
internal import ProcFS
public import Snapshot
internal import SockDiag

/// The words of a comparison's page.
enum ComparePagePhrase: String, PhraseTable {
  static var room: String { "compare.page" }
  case title = "netlink, which ss asks, beside /proc/net, which netstat reads; kernel {kernel}"
  case subject = "{netid} {state}"
  case many = "{subject}, {count} alike"
  case more = "and {count} more of the same kind"
  case values = "{kind}: {netlink} ≠ {proc}; {reason}"
  case plain = "{kind}: {reason}"
  case again = "{kind}, as above"
  case valuesAgain = "{kind}: {netlink} ≠ {proc}, as above"
  case noRow = "no row"
  case equal = "equal on both sides: {count}"
  case words = "same values, other words"
  case notCompared = "not compared"
  case verdict = "sockets compared: {compared} ({equal} equal, {explained} explained, {racing} racing, {suspicious} suspicious)"
  case verdictLacking =
    "sockets compared: {compared} ({equal} equal, {explained} explained, {racing} racing, {suspicious} suspicious); {unavailable} could not be compared"
  case verdictNothing = "sockets compared: 0; what was asked for matches none on either side"
  case suspiciousAdvice =
    "a hidden socket is rare and serious: repeat this, look at /proc/self/mounts, /proc/modules and what bpftool prog lists, and compare with a capture of the network taken outside this machine"
}

/// netlink beside /proc/net as text.
public struct ComparePage {
  let comparison: NetstatComparison
  let names: CompareNames
  var page: Page
  /// Reasons that were told in full.
  var told: Set<String> = []
  static let column = 11
  /// Rows shown of sockets that differ alike.
  static let shown = 3

  /// A page about a comparison.
  public init(_ comparison: NetstatComparison, names: CompareNames, style: PageStyle) {
    self.comparison = comparison
    self.names = names
    page = Page(style)
  }

  /// The whole page.
  ///
  /// - Parameters:
  ///   - kernel: uname -r.
  ///   - gaps: tables that one side would not show.
  ///   - showsEqual: whether equal sockets are listed.
  ///   - isNarrowed: whether a filter chose the sockets.
  public mutating func text(kernel: String, gaps: [Gap], showsEqual: Bool, isNarrowed: Bool = false) -> String {
    page.put(ComparePagePhrase.title.say(["kernel": kernel]).description, hang: 2, ink: .bold)
    // Why a table could not be compared is told once, below.
    for group in Self.groups(comparison.sockets) where showsEqual || group.sockets[0].kind != .unavailable { write(group) }
    if showsEqual { equal() }
    words()
    if !gaps.isEmpty {
      page.blank()
      page.put(ComparePagePhrase.notCompared.rawValue, ink: .bold)
    }
    for gap in gaps {
      page.put("\(gap.what); \(gap.remedy)", indent: 2, hang: 4, ink: .yellow)
    }
    verdict(isNarrowed: isNarrowed)
    return page.text
  }

  private mutating func verdict(isNarrowed: Bool) {
    let tally = comparison.tally
    page.blank()
    let phrase: ComparePagePhrase =
      isNarrowed && comparison.sockets.isEmpty ? .verdictNothing : tally.unavailable > 0 ? .verdictLacking : .verdict
    let sentence = phrase.say([
      "compared": tally.compared, "equal": tally.equal, "explained": tally.explained, "racing": tally.racing,
      "suspicious": tally.suspicious, "unavailable": tally.unavailable,
    ])
    page.put(sentence.description, hang: 2, ink: tally.suspicious > 0 ? .red : .bold)
    if tally.suspicious > 0 { page.put("→ " + ComparePagePhrase.suspiciousAdvice.rawValue, hang: 2, ink: .cyan) }
  }

  private mutating func words() {
    let spellings = comparison.spellings(differentPrograms: names.differentPrograms(comparison.sockets))
    guard !spellings.isEmpty else { return }
    page.blank()
    page.put(ComparePagePhrase.words.rawValue, ink: .bold)
    for sentence in spellings { page.put(sentence.description, indent: 2, hang: 4) }
  }

  private mutating func equal() {
    let sockets = comparison.sockets.filter { $0.kind == nil }
    guard !sockets.isEmpty else { return }
    page.blank()
    page.put(ComparePagePhrase.equal.say(["count": sockets.count]).description, ink: .bold)
    for socket in sockets { rows(socket) }
  }

  private mutating func rows(_ socket: ComparedSocket) {
    let missing = ComparePagePhrase.noRow.rawValue
    for (label, row) in [("ss", ToolRow.ss(socket, names)), ("netstat", ToolRow.netstat(socket, names))] {
      page.put(label: label, row?.line ?? missing, indent: 2, column: Self.column, ink: row == nil ? .yellow : .plain, labelInk: .dim)
    }
  }

  private mutating func write(_ group: Group) {
    guard let first = group.sockets.first else { return }
    page.blank()
    let subject = ComparePagePhrase.subject.say(["netid": first.netid, "state": first.state.name])
    let title = group.sockets.count == 1 ? subject : ComparePagePhrase.many.say(["subject": subject, "count": group.sockets.count])
    page.put(title.description, ink: .bold)
    // Each suspicious socket is evidence; of the others some stand for all.
    let limit = first.kind == .suspicious ? 20 : group.sockets.count == Self.shown + 1 ? Self.shown + 1 : Self.shown
    for socket in group.sockets.prefix(limit) { rows(socket) }
    if group.sockets.count > limit {
      page.put(ComparePagePhrase.more.say(["count": group.sockets.count - limit]).description, indent: Self.column, ink: .dim)
    }
    for difference in first.differences { write(difference, isAlone: group.sockets.count == 1) }
  }

  private mutating func write(_ difference: Difference, isAlone: Bool) {
    let color: Page.Ink =
      switch difference.kind {
      case .expected: .green
      case .racing, .unavailable: .yellow
      case .suspicious: .red
      }
    let kind = difference.kind.rawValue
    let isNew = told.insert(difference.reason.description).inserted
    let text: Sentence
    if isAlone, difference.showsValues, let netlink = difference.netlink, let proc = difference.proc {
      text =
        isNew
        ? ComparePagePhrase.values.say(["kind": kind, "netlink": netlink, "proc": proc, "reason": difference.reason])
        : ComparePagePhrase.valuesAgain.say(["kind": kind, "netlink": netlink, "proc": proc])
    } else {
      text = isNew ? ComparePagePhrase.plain.say(["kind": kind, "reason": difference.reason]) : ComparePagePhrase.again.say(["kind": kind])
    }
    page.put(label: difference.field.name, text.description, indent: 2, column: Self.column, ink: color)
  }

  /// Sockets of one kind and state whose differences are the same ones for the same reasons.
  struct Group {
    var sockets: [ComparedSocket]
  }

  /// The groups, the worst class first, then in the order of the sockets.
  static func groups(_ sockets: [ComparedSocket]) -> [Group] {
    struct Signature: Hashable {
      let netid: String
      let state: UInt8
      let isInNetlink: Bool
      let differences: [String]
    }
    var places: [Signature: Int] = [:]
    var groups: [Group] = []
    for socket in sockets where socket.kind != nil {
      let signature = Signature(
        netid: socket.netid, state: socket.state.rawValue, isInNetlink: socket.isInNetlink,
        differences: socket.differences.map { $0.field.rawValue + " " + $0.kind.rawValue + " " + $0.reason.id })
      if let place = places[signature] {
        groups[place].sockets.append(socket)
      } else {
        places[signature] = groups.count
        groups.append(Group(sockets: [socket]))
      }
    }
    let ranked = groups.enumerated().sorted { left, right in
      let kinds = (left.element.sockets[0].kind ?? .expected, right.element.sockets[0].kind ?? .expected)
      return kinds.0 != kinds.1 ? kinds.0 > kinds.1 : left.offset < right.offset
    }
    return ranked.map(\.element)
  }
}

extension Difference {
  /// The rows show times and owners already, in the tools' own units.
  fileprivate var showsValues: Bool { field != .row && field != .timerTime && field != .owner && field != .path }
}
