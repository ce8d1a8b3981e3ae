// The accept queue of a listener, as the header carries it.

extension InetSocket {
  /// Read from /proc/net, which has no cookie, no attribute and no limit of a listener.
  public var isFromProc: Bool { cookie == 0 }

  /// sk_max_ack_backlog of a listener (idiag_wqueue); nil where it is not known.
  public var acceptLimit: Int? { isFromProc ? nil : sendQueue }

  /// The same in digits, or `?`.
  public var acceptLimitText: String { acceptLimit.map(String.init) ?? "?" }

  /// sk_acceptq_is_full(): more than the limit wait. False where the limit is not known.
  public var isAcceptQueueFull: Bool { acceptLimit.map { receiveQueue > $0 } ?? false }
}
