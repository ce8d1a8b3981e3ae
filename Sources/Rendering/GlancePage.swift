internal import Catalog
public import Findings
internal import ProcFS
internal import Snapshot
internal import SockDiag

/// This machine on one screen: findings first, then listeners, counts, gaps.
public enum GlancePage {
  static let findingLimit = 6
  /// Findings with their evidence and advice; the others are named with their command.
  static let toldLimit = 3
  static let processLimit = 5

  /// The page of some evidence and what the rules found in it.
  public static func text(_ evidence: Evidence, findings: [Finding], style: PageStyle) -> String {
    var page = Page(style)
    let now = evidence.now
    let udp = now.inet.sockets.count { $0.proto == .udp }
    page.put(
      PagePhrase.glance.say(["sockets": now.inet.sockets.count { $0.proto == .tcp }, "udp": udp, "kernel": now.kernel]).description,
      hang: 2,
      ink: .bold)
    page.blank()
    if findings.isEmpty {
      page.put(PagePhrase.noFindings.say(["rules": Rules.all.count, "sockets": now.inet.sockets.count]).description, ink: .green)
    }
    for (index, finding) in findings.prefix(findingLimit).enumerated() {
      FindingPage.write(finding, to: &page, depth: index < toldLimit ? .short : .named)
    }
    if findings.count > findingLimit {
      page.put(PagePhrase.more.say(["count": findings.count - findingLimit, "command": "sockexplain --json"]).description, indent: 2)
    }
    // One screen: the more is found, the fewer listeners at rest are of interest.
    listeners(now, limit: 12 - 2 * min(3, findings.count), to: &page)
    states(now, to: &page)
    processes(now, to: &page)
    gaps(now.gaps, to: &page)
    return page.text
  }

  static func listeners(_ now: Snapshot, limit: Int, to page: inout Page) {
    let all = now.inet.listeners.sorted { left, right in
      let leftFill = fill(left), rightFill = fill(right)
      return leftFill != rightFill ? leftFill > rightFill : left.localPort < right.localPort
    }
    guard !all.isEmpty else { return }
    page.blank()
    page.put(PagePhrase.listeners.rawValue, ink: .bold)
    let names = all.prefix(limit).map { endpoint($0.localAddress, $0.localPort, isDualStack: $0.isIPv6 && $0[.v6only] == 0) }
    let width = names.map(\.count).max() ?? 0
    for (listener, name) in zip(all, names) {
      let queue = "\(listener.receiveQueue)/\(listener.acceptLimitText)"
      let owner = owners(now, listener.inode)
      let mark = listener.isAcceptQueueFull ? " \(NotePhrase.acceptQueueFull.word)" : ""
      page.put(
        name + String(repeating: " ", count: width - name.count + 2) + bar(fill(listener)) + " " + queue
          + String(repeating: " ", count: max(1, 9 - queue.count)) + owner + mark, indent: 2, hang: 6)
    }
    if all.count > limit {
      page.put(PagePhrase.more.say(["count": all.count - limit, "command": "sockexplain -tln"]).description, indent: 2)
    }
  }

  static func fill(_ listener: InetSocket) -> Double {
    guard !listener.isFromProc else { return 0 }
    return listener.sendQueue > 0 ? Double(listener.receiveQueue) / Double(listener.sendQueue) : listener.receiveQueue > 0 ? 2 : 0
  }

  static func owners(_ now: Snapshot, _ inode: UInt32) -> String {
    let owners = now.owners[inode]
    guard let first = owners.first else { return "-" }
    guard owners.count > 1 else { return process(now, first.pid) }
    return PagePhrase.owners.say(["name": name(now, first.pid), "pid": first.pid, "more": owners.count - 1]).description
  }

  static func name(_ now: Snapshot, _ pid: Int32) -> String { now.owners.processes[pid]?.name.description ?? "?" }

  static func process(_ now: Snapshot, _ pid: Int32) -> String {
    PagePhrase.owner.say(["name": name(now, pid), "pid": pid]).description
  }

  static func states(_ now: Snapshot, to page: inout Page) {
    var counts: [(TCPState, Int)] = []
    for raw in UInt8(1)...13 {
      let count = now.inet.tcp(TCPState(rawValue: raw)).count
      if count > 0 { counts.append((TCPState(rawValue: raw), count)) }
    }
    guard !counts.isEmpty else { return }
    counts.sort { $0.1 > $1.1 }
    page.blank()
    page.put(
      label: PagePhrase.states.rawValue,
      counts.map { PagePhrase.counted.say(["name": $0.0.name, "count": $0.1]).description }.joined(separator: ", "), indent: 0, column: 12)
  }

  static func processes(_ now: Snapshot, to page: inout Page) {
    var counts: [Int32: Int] = [:]
    for socket in now.inet.sockets where socket.inode != 0 {
      for owner in now.owners[socket.inode] { counts[owner.pid, default: 0] += 1 }
    }
    guard !counts.isEmpty else { return }
    let top = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(processLimit)
    let words = top.map { PagePhrase.counted.say(["name": process(now, $0.key), "count": $0.value]).description }
    page.put(label: PagePhrase.processes.rawValue, words.joined(separator: ", "), indent: 0, column: 12)
  }

  static func gaps(_ gaps: [Gap], to page: inout Page) {
    guard !gaps.isEmpty else { return }
    page.blank()
    for gap in gaps { page.put(label: PagePhrase.gaps.rawValue, "\(gap.what); \(gap.remedy)", indent: 0, column: 12, ink: .yellow) }
  }
}

/// An address and port as the list writes them.
func endpoint(_ address: IPAddress, _ port: UInt16, isDualStack: Bool = false) -> String {
  let host = !address.isIPv6 ? address.description : isDualStack && address.isAny ? "*" : "[\(address)]"
  return host + ":" + (port == 0 ? "*" : String(port))
}

/// A finding as text.
public enum FindingPage {
  /// How much of a finding is told.
  enum Depth {
    /// Title and next command.
    case named
    /// With one line of evidence and the advice.
    case short
    /// All of it.
    case whole
  }

  /// Adds a finding.
  static func write(_ finding: Finding, to page: inout Page, depth: Depth) {
    let color: Page.Ink =
      switch finding.severity {
      case .critical: .red
      case .warning: .yellow
      case .note: .cyan
      }
    page.put(label: finding.severity.name.uppercased(), finding.title.description, indent: 0, column: 10, ink: .bold, labelInk: color)
    if depth != .named {
      for evidence in depth == .short ? finding.evidence.prefix(1) : finding.evidence[...] {
        page.put(evidence.description, indent: 10, ink: .plain)
      }
      if depth == .whole { page.put(finding.cause.description, indent: 10) }
      page.put("→ " + finding.advice.description, indent: 10, hang: 12, ink: .cyan)
    }
    if let next = finding.next { page.put("$ " + next, indent: 10, ink: .dim) }
  }

  /// Findings on their own page.
  public static func text(_ findings: [Finding], style: PageStyle) -> String {
    var page = Page(style)
    for finding in findings { write(finding, to: &page, depth: .whole) }
    return page.text
  }
}
