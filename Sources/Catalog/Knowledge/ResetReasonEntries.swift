// Why this host sent a TCP reset: enum sk_rst_reason, which tcp:tcp_send_reset carries (6.12 does, 6.1 does not).

extension Knowledge {
  /// Every reset reason's entry.
  public static let resetReasons: [Entry] = passiveResetReasons + activeResetReasons + multipathResetReasons

  private static let resetReasonsByName: [String: Entry] = {
    var out: [String: Entry] = [:]
    for entry in resetReasons { out[entry.term] = entry }
    return out
  }()

  /// The entry of one reason by the kernel's name without SK_RST_REASON_ (`TCP_ABORT_ON_CLOSE`), in its exact spelling; nil when the catalog does
  /// not know it. Its summary is one clause that says why the reset was sent.
  public static func resetReason(_ name: String) -> Entry? { resetReasonsByName[name] }

  private static func reset(
    _ name: String, _ summary: String, _ meaning: String, misreading: String? = nil, source: (function: String, file: String),
    settings: [String] = [], advice: String? = nil
  ) -> Entry {
    Entry(
      name, aliases: ["SK_RST_REASON_" + name, "RST " + name], topic: .resetReason, unit: .segments, summary: summary, meaning: meaning,
      misreading: misreading, source: KernelSource("SK_RST_REASON_" + name, source.function, source.file), settings: settings,
      advice: advice)
  }

  // Answers to a segment that came in.
  private static let passiveResetReasons: [Entry] = [
    reset(
      "NOT_SPECIFIED", "the place that sent the reset gives no cause",
      """
      Drop reasons without a counterpart among the reset reasons end here. Look at the state of the connection just before, and at \
      which side's counter rose.
      """,
      source: ("sk_rst_convert_drop_reason()", "include/net/rstreason.h")),
    reset(
      "NO_SOCKET", "no connection and no listener has these addresses and ports",
      """
      The everyday reset: "connection refused" for a SYN to a closed port, or the answer to a straggler of a connection that no longer exists here, for instance after the \
      program was killed or a balancer switched hosts.
      """,
      source: ("tcp_v4_rcv()", "net/ipv4/tcp_ipv4.c"),
      advice: "For SYNs: start the service or correct the port. For others: see who still holds the old connection."),
    reset(
      "TCP_INVALID_ACK_SEQUENCE", "the answer to our SYN acknowledged a number that we did not send",
      """
      connect() hit a server that still has an old connection with the same ports. The reset clears it there, and our next SYN is accepted: a connect that takes a second \
      longer than it should.
      """,
      source: ("tcp_rcv_synsent_state_process()", "net/ipv4/tcp_input.c")),
    reset(
      "TCP_RFC7323_PAWS", "the answer to our SYN echoed a timestamp that we did not send",
      """
      While connecting, the echoed timestamp must lie between the SYN's and now. Anything else is an old duplicate or a middlebox that rewrites \
      timestamps; PAWSActive counts them.
      """,
      source: ("tcp_rcv_synsent_state_process()", "net/ipv4/tcp_input.c"), settings: ["net.ipv4.tcp_timestamps"]),
    reset(
      "TCP_TOO_OLD_ACK", "the ACK that should open the connection is implausibly old",
      """
      For a connection in SYN-RECV the acknowledgment lies before everything that this side could have sent: a leftover of a former connection with the same \
      ports.
      """,
      source: ("tcp_ack()", "net/ipv4/tcp_input.c")),
    reset(
      "TCP_ACK_UNSENT_DATA", "the ACK that should open the connection acknowledges what was never sent",
      """
      The other end counts from another initial number than our SYN-ACK had: two machines answering for one address, or a stale state in a middlebox \
      that invents sequence numbers.
      """,
      source: ("tcp_ack()", "net/ipv4/tcp_input.c")),
    reset(
      "TCP_FLAGS", "an ACK reached a listener that knows of no such handshake",
      """
      The client thinks that it is connected, this side does not: the server restarted, the half-open request timed out, its TIME-WAIT entry was destroyed early, or a \
      SYN cookie was too old.
      """,
      source: ("tcp_rcv_state_process()", "net/ipv4/tcp_input.c"),
      advice: "Compare SyncookiesFailed and TCPTimeWaitOverflow over the same time."),
    reset(
      "TCP_OLD_ACK", "the ACK for a connection in SYN-RECV brought nothing new",
      """
      Only simultaneous opens and Fast Open have a full socket in that state. One reset ends the attempt.
      """,
      source: ("tcp_rcv_state_process()", "net/ipv4/tcp_input.c")),
    reset(
      "TCP_ABORT_ON_DATA", "data came after the program had closed the connection",
      """
      Nobody is left who could read it, so the sender must learn that it was not delivered: its next write fails with ECONNRESET or EPIPE. A closing \
      side that first shuts down sending and then reads to the end avoids it.
      """,
      source: ("tcp_rcv_state_process()", "net/ipv4/tcp_input.c"), advice: "shutdown(SHUT_WR), read until 0, then close()."),
    reset(
      "TCP_TIMEWAIT_SOCKET", "data or a SYN came for FIN-WAIT-2 whose program is gone",
      """
      The mini-socket that waits for the peer's FIN got something else: new data, which nobody can read, or a SYN. It is removed with the reset. netstat calls this state FIN_WAIT2, the kernel keeps it \
      among its TIME-WAIT sockets.
      """,
      misreading: "TIME-WAIT proper answers stray segments with an ACK, never with this reset.",
      source: ("tcp_timewait_state_process()", "net/ipv4/tcp_minisocks.c"), settings: ["net.ipv4.tcp_fin_timeout"]),
    reset(
      "INVALID_SYN", "a half-open connection was broken off",
      """
      A SYN or another unfit segment came for a request in the SYN queue. With tcp_abort_on_overflow 1 it is also what a client gets whose last handshake packet met a full accept \
      queue: then ListenOverflows rises with it.
      """,
      misreading: "The name says bad SYN; on a server with tcp_abort_on_overflow it usually means: not accepted in time.",
      source: ("tcp_check_req()", "net/ipv4/tcp_minisocks.c"), settings: ["net.ipv4.tcp_abort_on_overflow"]),
  ]

  // Sent by this host's own decision.
  private static let activeResetReasons: [Entry] = [
    reset(
      "TCP_ABORT_ON_CLOSE", "the program closed with unread data in the socket",
      """
      close(), or the death of the process, while bytes waited in the receive queue. A FIN would tell the peer that all was read, so the kernel sends a reset. The peer may lose \
      even data that it had received and not read yet.
      """,
      source: ("__tcp_close()", "net/ipv4/tcp.c"),
      advice: "Read to the end before closing, or shutdown() first; TCPAbortOnClose counts these."),
    reset(
      "TCP_ABORT_ON_LINGER", "TCP_LINGER2 was negative, which forbids FIN-WAIT-2 without a program",
      """
      The program is gone, the peer has acknowledged the FIN and not sent its own; instead of waiting a minute for it the connection is cut.
      """,
      source: ("__tcp_close()", "net/ipv4/tcp.c"), settings: ["TCP_LINGER2"]),
    reset(
      "TCP_ABORT_ON_MEMORY", "too many orphans, or TCP's memory limit was reached",
      """
      A closed socket still had something to send or to wait for, and the machine has more such orphans than tcp_max_orphans allows (some count twice or four times), \
      or tcp_mem is used up. The data not yet delivered is lost.
      """,
      source: ("tcp_out_of_resources()", "net/ipv4/tcp_timer.c"), settings: ["net.ipv4.tcp_max_orphans", "net.ipv4.tcp_mem"],
      advice: "Look at orphan and mem in /proc/net/sockstat."),
    reset(
      "TCP_STATE", "the connection was torn down here in the middle of its life",
      """
      SO_LINGER with 0 seconds and connect() to AF_UNSPEC are a program's deliberate abort. A listener that closes sends it to every connection that nobody accepted. The others: \
      ss -K (SOCK_DESTROY), and FIN-WAIT-2 that ran out of time under a keepalive timer.
      """,
      source: ("tcp_disconnect()", "net/ipv4/tcp.c"), settings: ["SO_LINGER"]),
    reset(
      "TCP_KEEPALIVE_TIMEOUT", "the peer answered none of the keepalive probes",
      """
      Idle, then a series of probes without an answer: the host is down, cut off, or a firewall has forgotten the flow. The program reads ETIMEDOUT. The reset \
      itself seldom arrives anywhere.
      """,
      source: ("tcp_keepalive_timer()", "net/ipv4/tcp_timer.c"),
      settings: ["net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "TCP_USER_TIMEOUT"],
      advice: "If a firewall drops idle flows, probe more often than its timeout."),
    reset(
      "TCP_DISCONNECT_WITH_DATA", "a closing connection was cut with data still to be sent",
      """
      In CLOSING or LAST-ACK there was unsent data as the socket was disconnected; the peer must not take the stream for complete.
      """,
      source: ("tcp_disconnect()", "net/ipv4/tcp.c")),
    reset(
      "ERROR", "the multipath layer gave a reason that does not exist",
      """
      A reset of an MPTCP subflow whose reason number is none of RFC 8684's. It should not happen, and a kernel developer would like to \
      hear of it.
      """,
      source: ("sk_rst_convert_mptcp_reason()", "net/mptcp/protocol.h")),
  ]

  // Of one subflow of a multipath connection; the others may live on. The reason travels in the option of the reset itself.
  private static let multipathResetReasons: [Entry] = [
    reset(
      "MPTCP_RST_EUNSPEC", "MPTCP: this subflow is given up, without a reason",
      "The default of RFC 8684: the path is not available any more. The connection goes on over its other paths, if it has some.",
      source: ("sk_rst_convert_mptcp_reason()", "net/mptcp/protocol.h")),
    reset(
      "MPTCP_RST_EMPTCP", "MPTCP: the handshake of a subflow is inconsistent",
      "A join with an unknown token, a wrong HMAC, or data without the mapping that belongs to it: the two ends do not agree which connection the path belongs to.",
      source: ("subflow_check_req()", "net/mptcp/subflow.c"),
      advice: "After a restart of one end normal; otherwise look for a balancer that sends subflows to different hosts."),
    reset(
      "MPTCP_RST_ERESOURCE", "MPTCP: no resources for another subflow",
      "The sender lacks memory or similar for this path. Linux itself does not choose it; it passes on what a peer's stack would mean by it.",
      source: ("sk_rst_convert_mptcp_reason()", "net/mptcp/protocol.h")),
    reset(
      "MPTCP_RST_EPROHIBIT", "MPTCP: policy does not allow another subflow",
      "The limit of subflows is reached, the port was not announced, or the connection no longer takes joins. ip mptcp limits shows how many are accepted.",
      source: ("subflow_check_req()", "net/mptcp/subflow.c"), advice: "Raise subflows and add_addr_accepted with ip mptcp limits set."),
    reset(
      "MPTCP_RST_EWQ2BIG", "MPTCP: too much is queued on this subflow",
      "Data already acknowledged over other paths still waits to be sent on this one; starting afresh is cheaper than sending it all once more.",
      source: ("sk_rst_convert_mptcp_reason()", "net/mptcp/protocol.h")),
    reset(
      "MPTCP_RST_EBADPERF", "MPTCP: this subflow is too slow to be useful",
      "Compared with its sisters the path delivers so badly that it holds up the rest of the connection.",
      source: ("sk_rst_convert_mptcp_reason()", "net/mptcp/protocol.h")),
    reset(
      "MPTCP_RST_EMIDDLEBOX", "MPTCP: a middlebox damages the signalling on this subflow",
      "The checksum over MPTCP's data mapping fails: something on the path rewrites payload or options, such as an FTP-aware translator.",
      source: ("validate_data_csum()", "net/mptcp/subflow.c"), advice: "Find the middlebox, or keep MPTCP off that path."),
  ]
}
