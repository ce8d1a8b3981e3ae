internal import Catalog

/// What a trace says of one event.
enum TracePhrase: String, PhraseTable {
  static var room: String { "trace" }

  case called = "{local} → {peer}"
  case wasCalled = "{local} ← {peer}"
  case known = "{ends}, {who}"
  case knownOld = "{ends}, {who}, open since before the trace"
  case someone = "a process not seen"
  case nobody = "no process"
  case processes = "{name} (pid {pid} and {others} more)"
  case oneOf = "one of {name} (pid {pid} and {others} more)"

  case connect = "{ends}: {who} connects"
  case crossedOpen = "SYN-RECV → ESTAB after {time}: connected; both sides called connect() at once, or a socket called itself"
  case established = "SYN-SENT → ESTAB after {time}: connected, RTT {rtt}"
  case establishedNoTime = "SYN-SENT → ESTAB: connected, RTT {rtt}"
  case handshake = "{ends}: handshake done, waits for accept() of {who}"
  case handshakeAgain = "{ends}: handshake done, SYN-ACK sent again {count}×, waits for accept() of {who}"
  case accepted = "accepted by {who}, at most {time} after the handshake"
  case acceptedBefore = "accepted by {who} meanwhile"

  case step = "{old} → {new} after {time}"
  case stepNoTime = "{old} → {new}"
  case line = "{step}: {what}"

  case closedFirst = "{who} closed first ({call})"
  case closedFirstData = "{who} closed first ({call}), {bytes} not acknowledged yet"
  case closedFirstStuck = "{who} closed first ({call}), {bytes} not acknowledged yet: the peer's window is 0, its program does not read"
  case close = "close() or exit"
  case shutdown = "shutdown(), it can still read"
  case subflow = "a subflow of MPTCP"
  case peerClosed = "the peer closed first; {who} has not closed yet"
  case peerClosedQueued = "the peer closed; nobody has accepted the connection yet"
  case closedToo = "{who} closed too ({call})"
  case finAcked = "the peer has our FIN, its own is awaited"
  case crossed = "both sides closed at once: the FINs crossed"
  case timeWait = "the peer's FIN is here; kept 60 s, for this side closed first"
  case timeWaitBoth = "our FIN is acknowledged; both sides keep 60 s, for both closed first"
  case mini = "no process reads any more; it awaits the peer's FIN for {time}"
  case miniSocket = "mini-socket"
  case unchosen = "*"
  case lastAck = "the peer has our FIN; it closed first, so TIME-WAIT is on its side"

  case refused = "RST in answer to the SYN: refused ({errno})"
  case unanswered = "no answer to any SYN: connect() fails ({errno})"
  case connectFailed = "connect() fails ({errno})"
  case connectDropped = "{who} gave up before any answer came"
  case resetReceived = "RST from the peer; {who} gets {errno}"
  case resetReceivedDead = "RST from the peer; no process is left to learn of it"
  case resetReceivedQueued = "RST from the peer before accept(); it keeps its place in the accept queue"
  case resetSent = "RST sent: {reason}"
  case resetSentErrno = "RST sent: {reason}; {who} gets {errno}"
  case resetSentUnread = "RST sent: {who} closed with {bytes} unread"
  case resetSentLinger = "RST sent: {who} closed with SO_LINGER 0"
  case listenerGone = "RST sent: its listener was closed before accept() took it"
  case listenerGoneUnread = "RST sent: its listener was closed before accept() took it, {bytes} unread"
  case gaveUp = "no ACK after {count} timeouts in a row: given up ({errno})"
  case gaveUpDead = "given up: the peer has not acknowledged {bytes}"
  case gaveUpFIN = "given up: the peer has not acknowledged our FIN"
  case gaveUpKeepalive = "no answer to any keepalive probe: RST sent, {who} gets {errno}"
  case destroyed = "{destroyer} destroyed it from outside; {who} gets ECONNABORTED"
  case gaveUpProbes = "no answer to any probe: given up ({errno})"
  case failed = "the connection ends with {errno}"
  case ended = "the socket is closed"

  case listen = "{who} listens on {local}"
  case listenEnd = "{who} stopped listening on {local}"
  case listenDestroyed = "{destroyer} destroyed the listener at {local} from outside; {who} gets ECONNABORTED"
  case listenEndQueuedOpen = "{who} stopped listening on {local}: RST to at least {count} in its accept queue"
  case listenEndQueued = "{who} stopped listening on {local}: RST to {count} in its accept queue"

  case loneReset = "RST to {peer} from {local}: {reason}"
  case strayReset = "RST from the peer in {state}"
  case keptReset = "RST sent in {state}: {reason}"
  case error = "{errno} is reported to {who}"

  case end = "end: {sent} sent, {received} received, RTT {rtt}, lived {time}"
  case endRetransmissions = "end: {sent} sent, {received} received, {count} sent again, RTT {rtt}, lived {time}"
  case endSeen = "end: {sent} sent, {received} received, RTT {rtt}; older than the trace"
  case noRTT = "unknown"

  case syn = "SYN sent again, {count} of {limit}: no answer for {time}"
  case synNoLimit = "SYN sent again ({count}): no answer for {time}"
  case synOld = "SYN sent again, {count} of {limit}"
  case synOldNoLimit = "SYN sent again ({count})"
  case synAck = "{local} ← {peer}: SYN-ACK sent again, {count} of {limit}; listener of {who}"
  case rto = "RTO: no ACK in time, {what} sent again ({count} in a row)"
  case tlp = "tail loss probe: {what} sent again"
  case fast = "fast retransmit: {what} sent again"
  case rack = "RACK timer: {what} sent again"
  case loss = "recovery after a timeout: {what} sent again"
  case window = "window closed over data in flight: {what} sent again as a probe"
  case mtu = "smaller path MTU: {what} sent again in smaller segments"
  case other = "retransmission: {what} sent again"
  case notSent = "{line}; it did not leave this host ({error})"
  case notSentBusy = "{line}; not sent: the copy before has not left this host"
  case segments = "{count} segments, {bytes}"
  case fin = "the FIN"
  case synWord = "the SYN"
}

/// What a line means; told the first time it occurs.
enum TraceLesson: String, PhraseTable {
  static var room: String { "trace.lesson" }
  case established = "the peer's kernel answered; whether its program has accepted the connection is not known here"
  case handshake = "ESTAB on this side comes before accept(): until then data is kept, unread, in the listener's queue"
  case closedFirst = "who closes first keeps the pair of addresses in TIME-WAIT for 60 s, and the other side does not"
  case halfClosed = "FIN-WAIT-2 of a process that still reads has no time limit; after close() it has (net.ipv4.tcp_fin_timeout)"
  case peerClosed = "CLOSE-WAIT has no timer: it lasts until the program closes, for ever if it forgets to"
  case timeWait =
    "the kernel's event says {old} → CLOSE, because the full socket ends here; ss and netstat show its mini-socket in TIME-WAIT. No setting changes the 60 s, tcp_fin_timeout neither"
  case mini =
    "the kernel's event says FIN-WAIT-2 → CLOSE, because the full socket ends here; ss and netstat show its mini-socket in FIN-WAIT-2 for net.ipv4.tcp_fin_timeout more. The peer's FIN turns it into TIME-WAIT, 60 s, without an event"
  case refused = "nobody listens there, or a firewall rejects with RST. A full accept queue is no cause: it is silent"
  case unanswered = "the SYN or its answer was dropped: a firewall, a wrong route, a host that is off, or a full accept queue"
  case unreachable = "no host answers ARP or neighbour discovery for the next hop, or a router said so (ICMP)"
  case destroyed = "SOCK_DESTROY, as ss -K sends it: the kernel closes the socket under its program"
  case busy = "it waits for the answer to ARP or neighbour discovery, or in a full queue of the device"
  case resetReceived =
    "the peer's program closed with data unread or with SO_LINGER 0, or its host or a box on the way knows the connection no more"
  case unread = "data that arrived and was never read is lost, and the peer must know: so the kernel sends RST in place of FIN"
  case linger = "an abortive close: what was not sent yet is thrown away, and neither side gets TIME-WAIT"
  case listenerGone = "the end of a listener, or of its process, resets all that wait in its accept queue: their clients get ECONNRESET"
  case syn = "each SYN waits longer than the one before; connect() fails after about {total}"
  case synOld = "SYN sent again, {count} of {limit}"
  case synOldNoLimit = "SYN sent again ({count})"
  case synAck = "the peer's last ACK is missing: lost, never sent (a flood), or refused because the accept queue is full"
  case rto = "the retransmission timer fired: the congestion window falls to one segment, and the timer doubles each time"
  case tlp = "after about two RTTs of silence the last segment goes out again, so that a lost tail costs no RTO"
  case fast = "the peer's ACKs showed a hole, so no timer had to fire; the congestion window shrinks"
  case rack = "a later segment was acknowledged, and the time that reordering gets is over"
  case loss = "what was in flight when the timer fired is sent again as ACKs come in"
  case mtu = "a router answered that a packet was too big for it (ICMP); nothing was lost to congestion, no timer fired"
  case window = "nothing new may be sent until the peer's program reads; the probe asks whether it did"
  case loneReset = "no process is involved: the kernel answers what fits no socket"
}

/// Why this side sent a reset, where the catalog has no entry of the kernel's reason.
enum TraceResetPhrase: String, PhraseTable {
  static var room: String { "trace.reset" }
  case known = "{summary}"
  case unnamed = "{name}"
  case untold = "this kernel does not say why (before Linux 6.12)"

  /// The kernel's name in words; a name that is not known stays as it is.
  static func words(_ name: String) -> Sentence {
    Knowledge.resetReason(name).map { known.say(["summary": $0.summary]) } ?? unnamed.say(["name": name])
  }
}
