// The counters of /proc/net/netstat and /proc/net/snmp about openings and refusals; the rest is in the files beside this one.

extension Knowledge {
  /// Every counter entry; a file of entries adds its list here.
  public static let counters: [Entry] =
    Array(
      [
        openingCounters, fastOpenCounters, abortCounters, lossCounters, recoveryCounters, sackCounters, ackCounters, memoryCounters,
        receiveCounters, pathCounters, datagramCounters, datagramLiteCounters,
      ].joined())
    + networkCounters

  private static let countersByKey: [String: Entry] = {
    var out: [String: Entry] = [:]
    for entry in counters { if let key = entry.counter?.key { out[key] = entry } }
    return out
  }()

  /// The entry of one counter by its key in a `CounterSet` (`TcpExt.ListenOverflows`), in the kernel's exact spelling; nil when the catalog
  /// does not know it.
  public static func counter(_ key: String) -> Entry? { countersByKey[key] ?? icmpTypeCounter(key) }

  /// The entries of one group (`TcpExt`), in the catalog's order.
  public static func counters(_ group: String) -> [Entry] { counters.filter { $0.counter?.group == group } }

  /// How `netstat -s` shows a counter.
  enum NetstatShows {
    /// By its bare name, as it does for what its table does not know in a group that it prints.
    case name
    /// With a phrase.
    case phrase(String)
    /// Not at all.
    case nothing

    /// The option with which netstat prints a group: IPv6's it prints only when asked for IPv6.
    static func option(of group: String) -> String { CounterFacts.file(of: group) == .snmp6 ? "-6 -s" : "-s" }
  }

  /// A counter entry: term, aliases, file and what netstat -s prints follow from group, name and phrase.
  ///
  /// `ambiguous`: another group has a counter of this name, so the term carries the group. `benign`: rises in normal life. `elsewhere`: words that
  /// stand in netstat's table, and that older versions print, where 2.10's look-up misses them.
  static func counter(
    _ group: String, _ name: String, ambiguous: Bool = false, kind: CounterFacts.Kind = .total, scope: CounterFacts.Scope = .namespace,
    netstat: NetstatShows = .name, elsewhere: String? = nil, benign: Bool = false, since: String? = nil, unit: Unit, summary: String,
    meaning: String,
    misreading: String? = nil, formula: String? = nil, source: KernelSource, settings: [String] = [], advice: String? = nil
  ) -> Entry {
    let shown: (phrase: String?, text: String)
    let option = NetstatShows.option(of: group)
    switch netstat {
    case .name:
      shown = (nil, "\(option): \(name), by that name" + (elsewhere.map { "; older versions: \"\($0)\"" } ?? ""))
    case .phrase(let phrase): shown = (phrase, "\(option): \"\(phrase)\"")
    case .nothing: shown = (nil, "not printed")
    }
    return Entry(
      ambiguous ? "\(group) \(name)" : name,
      aliases: ["\(group)\(name)"] + (ambiguous ? [name] : []) + [shown.phrase, elsewhere].compactMap(\.self),
      topic: .counter, unit: unit, summary: summary, meaning: meaning, misreading: misreading, formula: formula, netstat: shown.text,
      source: source, settings: settings, advice: advice,
      counter: CounterFacts(
        group, name, kind: kind, scope: scope, file: CounterFacts.file(of: group), phrase: shown.phrase, isBenign: benign, since: since))
  }

  private static let openingCounters: [Entry] = [
    counter(
      "TcpExt", "ListenOverflows", netstat: .phrase("times the listen queue of a socket overflowed"), unit: .times,
      summary: "a SYN or the last packet of a handshake met a full accept queue",
      meaning: """
        The program did not call accept() fast enough. A SYN that is refused gets no answer at all, so clients see a timeout and never a refusal; \
        a refused third ACK leaves the client believing that it is connected. One lost client can add several, since it tries again. Every step here is also a step of \
        ListenDrops. No packet-drop tracer shows the SYN case, because the SYN is consumed and not dropped.
        """,
      misreading:
        "It does not say which socket, and it counts attempts and not clients. An old large number is history: what matters is whether it moves while you look.",
      source: KernelSource("LINUX_MIB_LISTENOVERFLOWS", "tcp_conn_request()", "net/ipv4/tcp_input.c"),
      settings: ["net.core.somaxconn", "net.ipv4.tcp_abort_on_overflow"],
      advice:
        "Find the LISTEN socket whose Recv-Q exceeds its Send-Q and see what its process does; a larger backlog helps against bursts only."),
    counter(
      "TcpExt", "ListenDrops", netstat: .phrase("SYNs to LISTEN sockets dropped"), unit: .times,
      summary: "a listener threw away a connection attempt, for whatever reason",
      meaning: """
        The total of which ListenOverflows is one part. The rest: SYN queue full with syncookies off, the reserve of tcp_max_syn_backlog, no memory, \
        no route back, an ICMP error for a half-open request. Not in it: what a socket filter, MD5 or IPsec rejects at the listener. \
        Equal steps of both counters mean the accept queue; ListenDrops alone means one of the other reasons.
        """,
      misreading:
        "Not \"the SYN queue is full\", which is only one of its reasons and has a counter of its own. And not only SYNs: a third packet that met a full accept queue is in it too.",
      source: KernelSource("LINUX_MIB_LISTENDROPS", "tcp_listendrop()", "include/net/tcp.h"),
      settings: ["net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog"],
      advice:
        "Do not raise tcp_max_syn_backlog for it. Subtract ListenOverflows and TCPReqQFullDrop over the same time; what is left is rare and worth a drop trace."
    ),
    counter(
      "TcpExt", "TCPReqQFullDoCookies", unit: .times,
      summary: "a SYN found the SYN queue full, and a cookie was to be sent instead of storing it",
      meaning: """
        With tcp_syncookies at 1 this proves that a queue of half-open requests reached its limit, which is the listener's backlog. With 2 it \
        counts every SYN and proves nothing. The client still connects, but if it does not use timestamps its window scale, SACK and ECN are lost.
        """,
      misreading: "Not a refusal: a client that returns its cookie gets through.",
      source: KernelSource("LINUX_MIB_TCPREQQFULLDOCOOKIES", "tcp_syn_flood_action()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_syncookies", "net.core.somaxconn"],
      advice: "A small backlog and a burst of honest clients look the same as a flood: compare SyncookiesRecv, honest clients come back."),
    counter(
      "TcpExt", "TCPReqQFullDrop", unit: .times, summary: "a SYN found the SYN queue full with syncookies off and was dropped",
      meaning: """
        It can only move while tcp_syncookies is 0 (or the kernel was built without them). Each step is a step of ListenDrops and never one of \
        ListenOverflows, even when the accept queue is full as well, for the SYN queue is looked at first.
        """,
      source: KernelSource("LINUX_MIB_TCPREQQFULLDROP", "tcp_syn_flood_action()", "net/ipv4/tcp_input.c"),
      settings: ["net.ipv4.tcp_syncookies"], advice: "Set tcp_syncookies back to 1."),
    counter(
      "TcpExt", "SyncookiesSent", netstat: .phrase("SYN cookies sent"), unit: .packets,
      summary: "SYN-ACKs whose sequence number carries the whole request",
      meaning: """
        The server keeps nothing; if the third packet returns the cookie, the connection is rebuilt from it. This counts answers, not connections: a forged SYN costs one cookie \
        and nothing more. Nothing is sent when the accept queue is full too.
        """,
      misreading: "No proof of an attack: a small backlog and a burst do the same.",
      source: KernelSource("LINUX_MIB_SYNCOOKIESSENT", "cookie_init_sequence()", "include/net/tcp.h"),
      settings: ["net.ipv4.tcp_syncookies"],
      advice: "Sent far above received: forged sources. Both alike: real clients and too small a backlog."),
    counter(
      "TcpExt", "SyncookiesRecv", netstat: .phrase("SYN cookies received"), unit: .packets,
      summary: "third packets that brought back a valid cookie",
      meaning: """
        Each is a client that was saved by the mechanism. It is counted before the accept queue is looked at: a full queue \
        discards the packet after all, and ListenOverflows rises with it.
        """,
      source: KernelSource("LINUX_MIB_SYNCOOKIESRECV", "cookie_tcp_check()", "net/ipv4/syncookies.c"), settings: ["net.ipv4.tcp_syncookies"]
    ),
    counter(
      "TcpExt", "SyncookiesFailed", netstat: .phrase("invalid SYN cookies received"), unit: .packets,
      summary: "an ACK for no known connection was tried as a cookie and was none",
      meaning: """
        Checked only while the listener's SYN queue overflowed in the last two minutes or so. Late ACKs of connections that are long gone, port scans and cookies older than their \
        validity end here; they are answered with a reset.
        """,
      misreading:
        "Most never were cookies, and an attack is not implied: each stray acknowledgement that reaches a listener soon after an overflow is tested.",
      source: KernelSource("LINUX_MIB_SYNCOOKIESFAILED", "cookie_tcp_check()", "net/ipv4/syncookies.c"),
      settings: ["net.ipv4.tcp_syncookies"]),
    counter(
      "TcpExt", "TCPDeferAcceptDrop", benign: true, unit: .packets,
      summary: "the bare third ACK of a handshake was put aside because the listener wants data first",
      meaning: """
        Intended, and one for nearly every connection, where a server sets TCP_DEFER_ACCEPT: the request stays half-open until bytes come. \
        It also raises the listener's own drop count, which then looks alarming.
        """,
      misreading: "Not a loss: the client is told nothing and sends its data soon.",
      source: KernelSource("LINUX_MIB_TCPDEFERACCEPTDROP", "tcp_check_req()", "net/ipv4/tcp_minisocks.c"), settings: ["TCP_DEFER_ACCEPT"]),
    counter(
      "TcpExt", "EmbryonicRsts", netstat: .phrase("resets received for embryonic SYN_RECV sockets"), unit: .times,
      summary: "a half-open request was removed by a reset or a bad SYN, or by our own reset on overflow",
      meaning: """
        Port scanners that answer SYN-ACK with a reset, and health checks that never finish the handshake, account for most. With \
        tcp_abort_on_overflow at 1 the resets that we send ourselves are counted too, though nothing was received.
        """,
      misreading: "Not only resets received: a stray SYN in the middle of a handshake is answered by our own reset and counts equally.",
      source: KernelSource("LINUX_MIB_EMBRYONICRSTS", "tcp_check_req()", "net/ipv4/tcp_minisocks.c"),
      settings: ["net.ipv4.tcp_abort_on_overflow"]),
    counter(
      "Tcp", "ActiveOpens", netstat: .phrase("active connection openings"), benign: true, unit: .connections,
      summary: "connect() calls that put a SYN on the wire",
      meaning: """
        One an attempt, successful or not; repeated SYNs are not in it. AttemptFails beside it is a rough share of failures only: it also holds \
        those of incoming handshakes, and lacks connects that a program gave up by itself.
        """,
      misreading: "Not connections made: a refused or unanswered connect() is in it.",
      source: KernelSource("TCP_MIB_ACTIVEOPENS", "tcp_connect()", "net/ipv4/tcp_output.c")),
    counter(
      "Tcp", "PassiveOpens", netstat: .phrase("passive connection openings"), benign: true, unit: .connections,
      summary: "incoming handshakes that were completed",
      meaning: """
        The standard says "LISTEN to SYN-RECEIVED", Linux counts later: when the third packet turns the request into a socket. SYNs of a flood and \
        connections refused for a full queue are therefore not in it, but those that wait for accept() are. Its rate is the rate at which the program must accept.
        """,
      misreading: "Not connections that a program has accepted: what piles up in a queue counts at once.",
      source: KernelSource("TCP_MIB_PASSIVEOPENS", "tcp_create_openreq_child()", "net/ipv4/tcp_minisocks.c")),
    counter(
      "Tcp", "AttemptFails", netstat: .phrase("failed connection attempts"), unit: .connections,
      summary: "openings that ended before they were established, in either direction",
      meaning: """
        Outgoing: refused, or given up by the kernel after its last SYN. Incoming: the client's reset or a second, different SYN hit a half-open request. SYNs dropped by a full listener, \
        requests whose SYN-ACK was never answered, and connects that the program itself closed while SYN-SENT are not counted here.
        """,
      misreading:
        "Not only connects of this host, a server that connects nowhere can have millions from scanners; and not all of them: a program with a connect timeout of its own closes the socket first, and nothing is counted.",
      source: KernelSource("TCP_MIB_ATTEMPTFAILS", "tcp_done()", "net/ipv4/tcp.c"),
      advice: "On a client look for ECONNREFUSED and ETIMEDOUT in the logs; on a server suspect scanners and half-open health checks."),
    counter(
      "Tcp", "CurrEstab", kind: .gauge, netstat: .phrase("connections established"), benign: true, unit: .connections,
      summary: "connections in ESTAB or CLOSE-WAIT now",
      meaning: """
        The one number of its group that also falls. It includes connections that wait in accept queues, and those whose peer has closed; \
        a value that climbs while traffic does not is often CLOSE-WAIT.
        """,
      source: KernelSource("TCP_MIB_CURRESTAB", "tcp_set_state()", "net/ipv4/tcp.c")),
  ]
}
