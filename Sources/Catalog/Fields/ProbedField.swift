// What no inet_diag attribute carries and the side-car reads from the kernel's own structures, with iter/tcp. Names follow the C members.

/// One number that only eBPF tells of a TCP socket. The raw value is the JSON key.
public enum ProbedField: String, CaseIterable, Sendable {
  // icsk_accept_queue of a listener.
  case synQueue = "qlen"
  case synQueueYoung = "young"
  case fastOpenQueue = "tfo_qlen"
  case fastOpenLimit = "tfo_max_qlen"
  case deferAccept = "defer_accept"
  case floodWarned = "synflood_warned"
  // Options that a program sets.
  case noDelay = "nodelay"
  case cork = "cork"
  case keepalive = "keepalive"
  case keepaliveTime = "keepalive_time"
  case keepaliveInterval = "keepalive_intvl"
  case keepaliveProbes = "keepalive_probes"
  case userTimeout = "user_timeout"
  case synRetries = "syn_retries"
  case linger = "linger"
  case linger2 = "linger2"
  case notSentLowWater = "notsent_lowat"
  case receiveBufferLock = "rcvbuf_lock"
  case sendBufferLock = "sndbuf_lock"

  /// The knowledge.
  public var entry: Entry {
    switch self {
    case .synQueue: Self.synQueueEntry
    case .synQueueYoung: Self.youngEntry
    case .fastOpenQueue: Self.fastOpenQueueEntry
    case .fastOpenLimit: Self.fastOpenLimitEntry
    case .deferAccept: Self.deferAcceptEntry
    case .floodWarned: Self.floodWarnedEntry
    case .noDelay: Self.noDelayEntry
    case .cork: Self.corkEntry
    case .keepalive: Self.keepaliveEntry
    case .keepaliveTime: Self.keepaliveTimeEntry
    case .keepaliveInterval: Self.keepaliveIntervalEntry
    case .keepaliveProbes: Self.keepaliveProbesEntry
    case .userTimeout: Self.userTimeoutEntry
    case .synRetries: Self.synRetriesEntry
    case .linger: Self.lingerEntry
    case .linger2: Self.linger2Entry
    case .notSentLowWater: Self.notSentEntry
    case .receiveBufferLock: Self.receiveBufferEntry
    case .sendBufferLock: Self.sendBufferEntry
    }
  }

  /// ss and netstat have no source for any of them.
  static func field(
    _ term: String, _ aliases: [String], _ unit: Unit, _ summary: String, _ meaning: String, misreading: String? = nil,
    formula: String? = nil, source: KernelSource, settings: [String] = [], advice: String? = nil
  ) -> Entry {
    Entry(
      term, aliases: aliases, topic: .field, unit: unit, summary: summary, meaning: meaning, misreading: misreading, formula: formula,
      ss: "not shown: inet_diag does not carry it", netstat: "not shown", source: source, settings: settings, advice: advice)
  }

  // MARK: a listener's queues

  private static let synQueueEntry = field(
    "qlen", ["icsk_accept_queue.qlen", "SYN queue depth"], .connections, "half-open requests that wait at one listener",
    """
    The depth of the SYN queue as the kernel counts it, for each listener apart, where a count of SYN-RECV rows cannot tell which of several \
    SO_REUSEPORT listeners owns a row. Above the listen() backlog the queue is full and tcp_syncookies decides what happens to a further SYN.
    """,
    misreading: "sk_ack_backlog, which some tools print under this name, is the accept queue: handshakes that are done",
    source: KernelSource("qlen", "inet_csk_reqsk_queue_len()", "include/net/inet_connection_sock.h"),
    settings: ["net.ipv4.tcp_syncookies", "net.ipv4.tcp_max_syn_backlog", "net.core.somaxconn"])

  private static let youngEntry = field(
    "young", ["icsk_accept_queue.young"], .connections, "half-open requests whose SYN-ACK was sent only once so far",
    """
    Fresh arrivals of the SYN queue. Clients that answer leave within a round trip and are young all their time; a queue of mostly old requests \
    means that answers do not come. Once old ones fill half of the queue the kernel gives each fewer repetitions, down to 2.
    """,
    source: KernelSource("young", "reqsk_timer_handler()", "net/ipv4/inet_connection_sock.c"), settings: ["net.ipv4.tcp_synack_retries"])

  private static let fastOpenQueueEntry = field(
    "tfo_qlen", ["fastopenq.qlen"], .connections, "TCP Fast Open connections whose handshake is not finished",
    """
    They were opened by data in the SYN, so that the program may already be answering, while the client has not proven its address yet. At the \
    limit the listener falls back to ordinary handshakes (TCPFastOpenListenOverflow).
    """,
    source: KernelSource("fastopenq.qlen", "tcp_fastopen_queue_check()", "net/ipv4/tcp_fastopen.c"),
    settings: ["TCP_FASTOPEN", "net.ipv4.tcp_fastopen"])

  private static let fastOpenLimitEntry = field(
    "tfo_max_qlen", ["fastopenq.max_qlen"], .connections, "how many unfinished TCP Fast Open connections a listener allows",
    """
    The number given to setsockopt(TCP_FASTOPEN), cut to somaxconn, or the backlog where bits 0x402 of tcp_fastopen switch it on for every \
    listener. 0 means that data in a SYN is ignored here.
    """,
    source: KernelSource("fastopenq.max_qlen", "fastopen_queue_tune()", "include/linux/tcp.h"),
    settings: ["TCP_FASTOPEN", "net.ipv4.tcp_fastopen", "net.core.somaxconn"])

  private static let deferAcceptEntry = field(
    "TCP_DEFER_ACCEPT", ["defer_accept", "rskq_defer_accept"], .times, "the listener accepts a connection only once data has arrived",
    """
    Counted in SYN-ACK time-outs, to which the kernel rounds the seconds it was given. A client that finishes the handshake and says nothing \
    stays in SYN-RECV: no process sees it. At the last of these time-outs the SYN-ACK is sent once more, and the client's answer lets the \
    connection in without data.
    """,
    misreading: "many such rows look like a SYN flood; here the last ACK has come and was set aside",
    formula: "2^n - 1 seconds from the SYN on, while n time-outs of 1, 2, 4 s follow one another",
    source: KernelSource("rskq_defer_accept", "syn_ack_recalc()", "net/ipv4/inet_connection_sock.c"))

  private static let floodWarnedEntry = field(
    "synflood_warned", ["Possible SYN flooding on port"], .boolean, "the kernel has logged a possible SYN flood for this listener",
    """
    Set when the SYN queue of this listener was full for the first time, whatever the reason: a burst of honest clients does it as well. It is \
    never cleared while the socket lives, so it proves one moment, not an attack that goes on.
    """,
    source: KernelSource("synflood_warned", "tcp_syn_flood_action()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_syncookies"])

  // MARK: sending

  private static let noDelayEntry = field(
    "TCP_NODELAY", ["nodelay", "nonagle", "Nagle"], .boolean, "small writes leave at once: Nagle's algorithm is off",
    """
    Without it a write smaller than a segment is held while an earlier small one is unacknowledged. With a peer that delays its ACKs, a program \
    that writes a request in two pieces and then reads the answer loses 40 ms each time.
    """,
    source: KernelSource("TCP_NAGLE_OFF", "tcp_nagle_check()", "net/ipv4/tcp_output.c"), settings: ["TCP_NODELAY"],
    advice: "set it where messages are small and an answer is awaited, or write each message in one piece (writev, MSG_MORE)")

  private static let corkEntry = field(
    "TCP_CORK", ["cork", "MSG_MORE"], .boolean, "incomplete segments are held back until the program lets go",
    """
    For a header that shall travel with what follows it. What is not a whole segment waits until the option is cleared or for the length of the \
    persist timer, 200 ms or one RTO. It outdoes TCP_NODELAY while it is set; MSG_MORE does the same for one write.
    """,
    source: KernelSource("TCP_NAGLE_CORK", "__tcp_sock_set_cork()", "net/ipv4/tcp.c"))

  private static let notSentEntry = field(
    "TCP_NOTSENT_LOWAT", ["notsent_lowat", "unsent low-water mark"], .bytes, "above so many unsent bytes the socket is not writable",
    """
    Bounds what lies in the send queue without being on its way, so that a program decides late what to send next. It does not shrink the \
    buffer: acknowledged speed stays the same and the queue stays short.
    """,
    source: KernelSource("notsent_lowat", "tcp_notsent_lowat()", "include/net/tcp.h"), settings: ["net.ipv4.tcp_notsent_lowat"])
}
