internal import Catalog

/// What `drops` says of causes that no single reason of the kernel names.
enum DropsPhrase: String, PhraseTable {
  static var room: String { "drops" }
  case text = "{text}"
  case unknownReason = "the kernel names the reason {reason}, which this version does not explain"
  case noReason = "this kernel gives no reason; the function is all there is to go by"
  case guessed = "the kernel gives no reason here: this one is concluded from the function and the counters"
  case queue = "the queue now: {waiting} waiting, limit {limit}"
  case sentTo = "it was for {peer}"
  case firstSentTo = "the first was for {peer}"
  case cameFrom = "it came from {peer}"
  case firstCameFrom = "the first came from {peer}"
  case housekeeping = "neighbour discovery or group membership to a multicast address, which nobody here needs"
  case ignoredGroup = "a broadcast or multicast datagram that no socket here wants"
  case unjoined = "multicast to a group that nobody here has joined"
  case misleading = "the reason's name misleads: the listener is there, only its accept queue was full"
  case misleadingChecksum = "the reason's name misleads: InCsumErrors rose, and NoPorts did not"
  case abortOnOverflow =
    "the last packet of a handshake met a full accept queue and, tcp_abort_on_overflow being 1, was answered with a reset"
  case deferAccept = "a bare ACK that TCP_DEFER_ACCEPT ignores: the listener waits for data"
  case scanAdvice = "So many ports look like a scan: capture some to see who sends them, or watch with --events."
  case lostTimeWait =
    "the end of connections whose TIME-WAIT socket was destroyed early (TCPTimeWaitOverflow +{count}): answered with a reset"
  case lostTimeWaitAdvice = "Raise net.ipv4.tcp_max_tw_buckets."
  case badCookie = "an ACK that is no valid SYN cookie (SyncookiesFailed +{count}): too late, forged, or of a connection long gone"
  case badCookieAdvice =
    "After a restart of the program, or of a connection that ended, it is harmless; with cookies on it may be the end of a SYN flood."

  // A handshake that a listener refuses.
  case syn = "1 SYN"
  case syns = "{count} SYNs"
  case it = "it"
  case these = "these"
  case synRefused =
    "{syns} refused: accept queue of :{port} ({owner}) full; the kernel consumes {these} without a drop event, so tcpdrop and friends show nothing"
  case synRefusedSomewhere =
    "{syns} refused: a full accept queue, no listener's own any more; the kernel consumes {these} without a drop event, so tcpdrop and friends show nothing"
  case handshakeRefused =
    "{times} a SYN or the last ACK of a handshake met the full accept queue of :{port} ({owner}); which of the two, only drop events tell"
  case handshakeRefusedSomewhere =
    "{times} a SYN or the last ACK of a handshake met a full accept queue; which of the two, only drop events tell"
  case once = "once"
  case times = "{count} times"
  case acceptAdvice = "Make the program accept() faster; a larger backlog (and somaxconn) helps only against bursts."
  case synQueueFull =
    "{syns} refused: SYN queue of :{port} ({owner}) full while tcp_syncookies is 0; the kernel consumes {these} without a drop event"
  case synQueueFullSomewhere =
    "{syns} refused: a SYN queue is full while tcp_syncookies is 0; the kernel consumes {these} without a drop event"
  case synQueueAdvice = "Set net.ipv4.tcp_syncookies to 1: then a full SYN queue costs nobody a connection."
  case synBacklog =
    "{syns} refused at :{port} ({owner}): tcp_syncookies is 0 and less than a quarter of tcp_max_syn_backlog ({backlog}) is left for peers not proven; no drop event either"
  case synBacklogSomewhere =
    "{syns} refused: tcp_syncookies is 0 and less than a quarter of tcp_max_syn_backlog ({backlog}) is left for peers not proven; no drop event either"
  case synBacklogAdvice = "Set net.ipv4.tcp_syncookies to 1, or raise net.ipv4.tcp_max_syn_backlog."
  case listenOther =
    "{times} a listener gave up a SYN or a handshake for another reason: no memory, no route back, an ICMP error about the client, or a security module"
  case halfOpen = "half-open now: {count}, limit {limit}"
  case cookies = "{syns} met the full SYN queue of :{port} ({owner}) and got a cookie for an answer: nothing stored, nothing dropped"
  case cookiesSomewhere = "{syns} met a full SYN queue and got a cookie for an answer: nothing stored, nothing dropped"
  case cookiesAdvice =
    "A SYN flood, or clients whose ACK does not come back; if they are honest, raise the listen() backlog and net.core.somaxconn."

  // No packet is dropped, and yet it belongs here.
  case connection = "1 connection"
  case connections = "{count} connections"
  case timeWaitOverflow =
    "{connections} ended without TIME-WAIT: tcp_max_tw_buckets is {limit}; a late packet of them, such as a repeated FIN, gets a reset"
  case timeWaitAdvice = "Raise net.ipv4.tcp_max_tw_buckets; a TIME-WAIT socket takes about 250 bytes."
  case abortOnClose =
    "{connections} closed with data unread: the peer gets a reset instead of a FIN, and may lose what we sent last"
  case abortOnCloseAdvice = "Read until the end before close(), or shutdown() for writing and read on."
  case abortUnnamed =
    "which ones cannot be told: they came and went within the window, and only the side-car (tcp_send_reset) names such"
  case reset = "1 reset sent"
  case resets = "{count} resets sent"
  case resetsSent = "{resets}: closed ports, refused or aborted connections; which ones, only drop events tell"

  // From counters and sk_drops alone.
  case counter = "{summary}"
  case candidates = "sk_drops rose meanwhile at {list}"
  case candidate = "{socket} (+{count})"
  case socketDrops =
    "the socket's sk_drops rose and no counter tells why: a socket filter, IPsec policy, a full buffer of a raw socket, or a late duplicate"
  case connectionDrops =
    "the connection's sk_drops rose and no counter tells why: segments beyond the receive window, late duplicates, or a socket filter"
  case listenerDrops =
    "the listener's sk_drops rose without ListenDrops: repeated SYNs, a client's reset, bare ACKs of TCP_DEFER_ACCEPT, a filter; by itself no loss"
}
