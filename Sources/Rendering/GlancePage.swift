internal import Catalog
public import Findings
internal import ProcFS
internal import Snapshot
internal import SockDiag

/// This machine on one screen: findings first, then listeners, counts, gaps.
public enum GlancePage {
  static let findingLimit = 6
  static let listenerLimit = 12
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
    for finding in findings.prefix(findingLimit) { FindingPage.write(finding, to: &page, isShort: true) }
    if findings.count > findingLimit {
      page.put(PagePhrase.more.say(["count": findings.count - findingLimit, "command": "sockexplain --json"]).description, indent: 2)
    }
    listeners(now, to: &page)
    states(now, to: &page)
    processes(now, to: &page)
    gaps(now.gaps, to: &page)
    return page.text
  }

  static func listeners(_ now: Snapshot, to page: inout Page) {
    let all = now.inet.listeners.sorted { left, right in
      let leftFill = fill(left), rightFill = fill(right)
      return leftFill != rightFill ? leftFill > rightFill : left.localPort < right.localPort
    }
    guard !all.isEmpty else { return }
    page.blank()
    page.put(PagePhrase.listeners.rawValue, ink: .bold)
    let names = all.prefix(listenerLimit).map { endpoint($0.localAddress, $0.localPort, isDualStack: $0.isIPv6 && $0[.v6only] == 0) }
    let width = names.map(\.count).max() ?? 0
    for (listener, name) in zip(all, names) {
      let queue = "\(listener.receiveQueue)/\(listener.acceptLimitText)"
      let owner = owners(now, listener.inode)
      let mark = listener.isAcceptQueueFull ? " FULL" : ""
      page.put(
        name + String(repeating: " ", count: width - name.count + 2) + bar(fill(listener)) + " " + queue
          + String(repeating: " ", count: max(1, 9 - queue.count)) + owner + mark, indent: 2, hang: 6)
    }
    if all.count > listenerLimit {
      page.put(PagePhrase.more.say(["count": all.count - listenerLimit, "command": "sockexplain -tln"]).description, indent: 2)
    }
  }

  static func fill(_ listener: InetSocket) -> Double {
    guard !listener.isFromProc else { return 0 }
    return listener.sendQueue > 0 ? Double(listener.receiveQueue) / Double(listener.sendQueue) : listener.receiveQueue > 0 ? 2 : 0
  }

  static func owners(_ now: Snapshot, _ inode: UInt32) -> String {
    let owners = now.owners[inode]
    guard let first = owners.first else { return "-" }
    let name = now.owners.processes[first.pid]?.name.description ?? "?"
    return "\(name) (pid \(first.pid)" + (owners.count > 1 ? ", +\(owners.count - 1)" : "") + ")"
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
      label: PagePhrase.states.rawValue, counts.map { "\($0.0.name) \($0.1)" }.joined(separator: ", "), indent: 0, column: 12)
  }

  static func processes(_ now: Snapshot, to page: inout Page) {
    var counts: [Int32: Int] = [:]
    for socket in now.inet.sockets where socket.inode != 0 {
      for owner in now.owners[socket.inode] { counts[owner.pid, default: 0] += 1 }
    }
    guard !counts.isEmpty else { return }
    let top = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(processLimit)
    let words = top.map { "\(now.owners.processes[$0.key]?.name.description ?? "?") (pid \($0.key)) \($0.value)" }
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
  /// Adds a finding; short: title, one line of evidence, advice and the next command.
  static func write(_ finding: Finding, to page: inout Page, isShort: Bool) {
    let color: Page.Ink =
      switch finding.severity {
      case .critical: .red
      case .warning: .yellow
      case .note: .cyan
      }
    page.put(label: finding.severity.name.uppercased(), finding.title.description, indent: 0, column: 10, ink: .bold, labelInk: color)
    for evidence in isShort ? finding.evidence.prefix(1) : finding.evidence[...] {
      page.put(evidence.description, indent: 10, ink: .plain)
    }
    if !isShort { page.put(finding.cause.description, indent: 10) }
    page.put("→ " + finding.advice.description, indent: 10, hang: 12, ink: .cyan)
    if let next = finding.next { page.put("$ " + next, indent: 10, ink: .dim) }
  }

  /// Findings on their own page.
  public static func text(_ findings: [Finding], style: PageStyle) -> String {
    var page = Page(style)
    for finding in findings { write(finding, to: &page, isShort: false) }
    return page.text
  }
}
