public import Wire

/// What can go wrong between a request and the end of its answer.
public enum NetlinkError: Error, Equatable, Sendable {
  /// A system call failed: which one, and errno.
  case system(call: String, code: Int32)
  /// The kernel answered with an error (NLMSG_ERROR or a negative NLMSG_DONE): errno, and its own sentence where it sent one (extended ack).
  case refused(code: Int32, message: String?)
  /// NLM_F_DUMP_INTR: the table changed while it was read.
  case interrupted
  /// A datagram did not fit the buffer (MSG_TRUNC): its true length in bytes.
  case datagramTruncated(length: Int)
  /// The socket's receive buffer overran (ENOBUFS): messages were lost.
  case overrun
  /// The kernel ended the answer without NLMSG_DONE.
  case unfinished
  /// A message that does not parse.
  case malformed(WireError)
  /// The same trouble on every try.
  case gaveUp(tries: Int, last: String)
  /// A replay was asked what nobody asked when the capture was made: the question in words.
  case notCaptured(question: String)
}
