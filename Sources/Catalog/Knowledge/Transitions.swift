/// One arrow of the TCP state diagram, as this kernel walks it.
public struct Transition: Sendable, Equatable {
  /// The state before.
  public let from: TCPState
  /// The state after; `.close` also where the socket vanishes.
  public let to: TCPState
  /// What happens, in words.
  public let event: String
  /// The kernel function that makes the step, and its file.
  public let source: KernelSource

  /// An arrow; the function was read in kernel 6.12.
  init(_ from: TCPState, _ to: TCPState, _ event: String, _ function: String, _ file: String) {
    self.from = from
    self.to = to
    self.event = event
    self.source = KernelSource("sk_state", function, file)
  }
}

/// The state diagram as data: cards, `explain` and the drawing read it.
public enum Transitions {
  /// What leads to a state, usual ways first.
  public static func leading(to state: TCPState) -> [Transition] { all.filter { $0.to == shown(state) } }

  /// What moves a socket out of a state, usual ways first.
  public static func leaving(from state: TCPState) -> [Transition] { all.filter { $0.from == shown(state) } }

  /// The place of a state in the diagram: request sockets stand at SYN-RECV, bound-inactive ones at UNCONN.
  static func shown(_ state: TCPState) -> TCPState {
    switch state {
    case .newSynRecv: .synRecv
    case .boundInactive: .close
    default: state
    }
  }

  /// Every arrow.
  public static let all: [Transition] = [
    Transition(.close, .listen, "the program calls listen()", "inet_csk_listen_start()", "net/ipv4/inet_connection_sock.c"),
    Transition(.close, .synSent, "the program calls connect(): a SYN goes out", "tcp_v4_connect()", "net/ipv4/tcp_ipv4.c"),
    Transition(.listen, .synRecv, "a SYN arrives and is admitted: SYN-ACK goes out", "tcp_conn_request()", "net/ipv4/tcp_input.c"),
    Transition(
      .listen, .close, "the program closes the listener: its queued connections are reset", "inet_csk_listen_stop()",
      "net/ipv4/inet_connection_sock.c"),
    Transition(
      .synRecv, .established, "the third packet of the handshake arrives and the accept queue has room", "tcp_check_req()",
      "net/ipv4/tcp_minisocks.c"),
    Transition(
      .synRecv, .close, "no answer to the last SYN-ACK: the request is dropped", "reqsk_timer_handler()",
      "net/ipv4/inet_connection_sock.c"),
    Transition(.synRecv, .close, "the client sends a reset", "tcp_check_req()", "net/ipv4/tcp_minisocks.c"),
    Transition(
      .synRecv, .finWait1, "the program closes a Fast Open connection before its handshake is done", "tcp_close_state()", "net/ipv4/tcp.c"),
    Transition(.synSent, .established, "SYN-ACK arrives", "tcp_finish_connect()", "net/ipv4/tcp_input.c"),
    Transition(
      .synSent, .synRecv, "a SYN arrives instead: both sides connect at once", "tcp_rcv_synsent_state_process()", "net/ipv4/tcp_input.c"),
    Transition(.synSent, .close, "a reset arrives: ECONNREFUSED", "tcp_reset()", "net/ipv4/tcp_input.c"),
    Transition(.synSent, .close, "no answer to the last SYN: ETIMEDOUT", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
    Transition(.established, .closeWait, "the peer's FIN arrives", "tcp_fin()", "net/ipv4/tcp_input.c"),
    Transition(
      .established, .finWait1, "the program calls close() or shutdown(SHUT_WR): a FIN is queued", "tcp_close_state()", "net/ipv4/tcp.c"),
    Transition(.established, .close, "a reset arrives: ECONNRESET", "tcp_reset()", "net/ipv4/tcp_input.c"),
    Transition(
      .established, .close, "close() with unread data, or with SO_LINGER 0: a reset goes out", "__tcp_close()", "net/ipv4/tcp.c"),
    Transition(
      .established, .close, "retransmissions, window probes or keepalive probes stay unanswered: ETIMEDOUT", "tcp_write_err()",
      "net/ipv4/tcp_timer.c"),
    Transition(
      .finWait1, .finWait2, "all we sent is acknowledged, the FIN included", "tcp_rcv_state_process()", "net/ipv4/tcp_input.c"),
    Transition(.finWait1, .closing, "the peer's FIN arrives before the acknowledgement of ours", "tcp_fin()", "net/ipv4/tcp_input.c"),
    Transition(
      .finWait1, .close, "an orphan is given up, or a reset arrives", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
    Transition(.finWait2, .timeWait, "the peer's FIN arrives on a socket with an owner", "tcp_fin()", "net/ipv4/tcp_input.c"),
    Transition(
      .finWait2, .timeWait, "the peer's FIN arrives on a mini-socket", "tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c"),
    Transition(
      .finWait2, .close, "tcp_fin_timeout ends for an orphan", "tw_timer_handler()", "net/ipv4/inet_timewait_sock.c"),
    Transition(
      .finWait2, .close, "data arrives for a closed reader: it is answered with a reset", "tcp_rcv_state_process()", "net/ipv4/tcp_input.c"),
    Transition(.closing, .timeWait, "our FIN is acknowledged", "tcp_rcv_state_process()", "net/ipv4/tcp_input.c"),
    Transition(.closing, .close, "an orphan is given up", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
    Transition(
      .closeWait, .lastAck, "the program calls close() or shutdown(SHUT_WR): a FIN is queued", "tcp_close_state()", "net/ipv4/tcp.c"),
    Transition(.closeWait, .close, "close() with unread data: a reset goes out", "__tcp_close()", "net/ipv4/tcp.c"),
    Transition(.closeWait, .close, "a reset arrives: EPIPE", "tcp_reset()", "net/ipv4/tcp_input.c"),
    Transition(.lastAck, .close, "our FIN is acknowledged", "tcp_rcv_state_process()", "net/ipv4/tcp_input.c"),
    Transition(.lastAck, .close, "an orphan is given up", "tcp_write_timeout()", "net/ipv4/tcp_timer.c"),
    Transition(.timeWait, .close, "60 s have passed", "tw_timer_handler()", "net/ipv4/inet_timewait_sock.c"),
    Transition(
      .timeWait, .close, "a reset arrives and tcp_rfc1337 is 0", "tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c"),
    Transition(
      .timeWait, .synRecv, "a new SYN with a later sequence number or timestamp reopens the 4-tuple", "tcp_timewait_state_process()",
      "net/ipv4/tcp_minisocks.c"),
    Transition(.timeWait, .synSent, "connect() takes the 4-tuple over (tcp_tw_reuse)", "tcp_twsk_unique()", "net/ipv4/tcp_ipv4.c"),
  ]
}
