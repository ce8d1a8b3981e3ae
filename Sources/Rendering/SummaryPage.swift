internal import Catalog
public import Findings

/// The words around the numbers of `-s`.
enum SummaryPhrase: String, PhraseTable {
  static var room: String { "summary" }
  case total = "Total: {total}"
  case tcp = "TCP:   {total} (estab {estab}, closed {closed}, orphaned {orphaned}, timewait {timewait})"
  case heading = "what they count, and where"
  case here = "this namespace"
  case machine = "whole machine"
  case mixed = "machine + namespace"
  case meaningTotal =
    "sockets of every family, unix and netlink too; without TIME-WAIT, half-open (SYN-RECV) and the kernel's own ones (sockets used)"
  case meaningTCP =
    "alloc {alloc} + timewait {timewait}. alloc: TCP sockets in memory, in any state but TIME-WAIT and SYN-RECV, of every namespace"
  case meaningEstab = "ESTABLISHED and CLOSE-WAIT, also those nobody has accepted yet (Tcp.CurrEstab)"
  case meaningClosed =
    "alloc {alloc} - inuse {inuse} + timewait {timewait}, ss's own sum: so all of TIME-WAIT, and sockets that are idle here (new, only bound, reset) or live in another namespace: {rest}"
  case meaningClosedShort = "alloc - inuse + timewait, ss's own sum, of which a part could not be read"
  case meaningOrphaned = "closed by their programs, still sending or waiting for the peer's FIN (limit tcp_max_orphans)"
  case meaningTimewait = "TIME-WAIT, and FIN-WAIT-2 that nobody owns any more; limit tcp_max_tw_buckets"
  case meaningRAW = "raw sockets"
  case meaningUDP = "UDP sockets with a local port; UDP-Lite and those without a port are not in it"
  case meaningTransportTCP =
    "inuse: listening or with a peer; no TIME-WAIT, no SYN-RECV. IPv6 holds every AF_INET6 socket, also with an IPv4 peer"
  case meaningINET = "the three above added up"
  case meaningFRAG = "no sockets: datagrams of which some fragments have arrived and others are waited for"
  case labelMemory = "mem"
  case meaningMemory = "TCP {tcp} pages, UDP {udp} pages in socket buffers (limits tcp_mem, udp_mem); ss -s does not print it"
  case transport = "Transport"
  case columnTotal = "Total"
  case columnIP = "IP"
  case columnIPv6 = "IPv6"
  case number = "{name} {count}"
}

/// The page of `-s`: the numbers as ss lays them out, then what each of them is.
public enum SummaryPage {
  /// The page; `isPlain` leaves the explanations away.
  public static func text(_ summary: SocketSummary, isPlain: Bool = false, style: PageStyle) -> String {
    var page = Page(style)
    numbers(summary, to: &page)
    if !isPlain { meanings(summary, to: &page) }
    return page.text
  }

  private static func show(_ number: (some BinaryInteger)?) -> String { number.map { String($0) } ?? "-" }

  private static func numbers(_ summary: SocketSummary, to page: inout Page) {
    page.raw(SummaryPhrase.total.say(["total": show(summary.sockets)]).description)
    page.put(
      SummaryPhrase.tcp.say([
        "total": show(summary.tcp), "estab": show(summary.established), "closed": show(summary.closed),
        "orphaned": show(summary.orphans), "timewait": show(summary.timeWait),
      ]).description, hang: 7)
    page.blank()
    row([SummaryPhrase.transport, .columnTotal, .columnIP, .columnIPv6].map(\.rawValue), to: &page)
    for transport in summary.transports {
      row([transport.name, show(transport.total), show(transport.ipv4), show(transport.ipv6)], to: &page)
    }
  }

  /// Ten columns each, as ss prints them (it puts a tab behind the name).
  private static func row(_ cells: [String], to page: inout Page) {
    var line = ""
    for cell in cells.dropLast() { line += cell + String(repeating: " ", count: max(1, 10 - displayWidth(cell))) }
    page.raw(line + (cells.last ?? ""))
  }

  private static func meanings(_ summary: SocketSummary, to page: inout Page) {
    page.blank()
    page.put(SummaryPhrase.heading.rawValue, ink: .bold)
    let alloc = show(summary.allocated), inuse = show(summary.inUse), waiting = show(summary.timeWait)
    tell("Total", show(summary.sockets), .here, SummaryPhrase.meaningTotal.say(), to: &page)
    tell("TCP", show(summary.tcp), .mixed, SummaryPhrase.meaningTCP.say(["alloc": alloc, "timewait": waiting]), to: &page)
    tell("estab", show(summary.established), .here, SummaryPhrase.meaningEstab.say(), to: &page)
    let closed =
      summary.elsewhere.map { rest in
        SummaryPhrase.meaningClosed.say(["alloc": alloc, "inuse": inuse, "timewait": waiting, "rest": rest])
      } ?? SummaryPhrase.meaningClosedShort.say()
    tell("closed", show(summary.closed), .mixed, closed, to: &page)
    tell("orphaned", show(summary.orphans), .machine, SummaryPhrase.meaningOrphaned.say(), to: &page)
    tell("timewait", waiting, .here, SummaryPhrase.meaningTimewait.say(), to: &page)
    let meanings: [SummaryPhrase] = [.meaningRAW, .meaningUDP, .meaningTransportTCP, .meaningINET, .meaningFRAG]
    for (transport, meaning) in zip(summary.transports, meanings) {
      tell(transport.name, show(transport.total), .here, meaning.say(), to: &page)
    }
    let memory = SummaryPhrase.meaningMemory.say(["tcp": show(summary.tcpPages), "udp": show(summary.udpPages)])
    page.put(label: SummaryPhrase.labelMemory.rawValue, place(.machine, memory), indent: 2, column: column, labelInk: .plain)
  }

  private static let column = 16

  private static func tell(_ name: String, _ count: String, _ scope: SummaryPhrase, _ meaning: Sentence, to page: inout Page) {
    let label = SummaryPhrase.number.say(["name": name, "count": count]).description
    page.put(label: label, place(scope, meaning), indent: 2, column: column, labelInk: .plain)
  }

  private static func place(_ scope: SummaryPhrase, _ meaning: Sentence) -> String { scope.rawValue + ": " + meaning.description }
}
