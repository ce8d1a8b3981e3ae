public import Catalog

/// What one row alone proves. The legend prints the sentences of the notes that occurred.
public enum NotePhrase: String, PhraseTable {
  /// Prefix of the ids.
  public static var room: String { "list.note" }
  case acceptQueueFull =
    "Recv-Q (handshakes done, not accepted) is above Send-Q (the limit): further SYNs are dropped until the program accepts"
  case acceptQueueFilling = "the accept queue is at least 80 % of its limit"
  case notAccepted = "the handshake is done, no process has accept()ed it: it belongs to the listener on its local port"
  case notAcceptedClosed = "waits in the accept queue, and its peer has already closed"
  case closeWait = "the kernel waits for this program to close(); nothing times this out"
  case halfClosed = "this side has shut down sending, a process still holds it; unbounded"
  case finishing = "no process holds it: the kernel finishes the close and then forgets it"
  case waitsForFin =
    "closed here, the peer has not closed: a mini-socket, gone when its timer ends (tcp_fin_timeout, or the program's TCP_LINGER2)"
  case noAnswer = "the SYN was sent again that many times"
  case retransmitting = "that many timeouts in a row without an acknowledgement"
  case zeroWindow = "the peer does not read: its window is probed (for a moment also a write that TCP_CORK or MSG_MORE holds)"
  case keepaliveFailing = "that many keepalive probes in a row"
  case halfOpen = "the SYN-ACK is not acknowledged yet; with a number: sent again that often"
  case unread = "bytes wait for the program to read"
  case unacknowledged = "bytes not yet acknowledged by the peer, or not yet sent"
  case drops = "packets this socket has lost since it was opened (sk_drops)"

  /// The words in the NOTE column, before any number.
  var word: StaticString {
    switch self {
    case .acceptQueueFull: "FULL"
    case .acceptQueueFilling: "filling"
    case .notAccepted: "not accepted"
    case .notAcceptedClosed: "not accepted, peer closed"
    case .closeWait: "peer closed"
    case .halfClosed: "half-closed"
    case .finishing: "orphan"
    case .waitsForFin: "waits for FIN"
    case .noAnswer: "no answer, retry"
    case .retransmitting: "retransmitting"
    case .zeroWindow: "window 0"
    case .keepaliveFailing: "keepalive unanswered"
    case .halfOpen: "half-open"
    case .unread: "unread"
    case .unacknowledged: "in flight"
    case .drops: "drops"
    }
  }
}

/// The numbers of one row that notes are made of; no memory of its own.
@frozen public struct RowFacts {
  var state: UInt8
  var timer: UInt8
  var retransmits: UInt64
  var receiveQueue: UInt64
  var sendQueue: UInt64
  var inode: UInt64
  var isTCP: Bool
  var drops: UInt64

  /// The one note that matters most, and a number to print behind it (0: none). Order is by how much it tells.
  func note() -> (NotePhrase, UInt64)? {
    guard isTCP else { return drops > 0 ? (.drops, drops) : receiveQueue > 0 ? (.unread, 0) : nil }
    switch TCPState(rawValue: state) {
    case .listen:
      if receiveQueue > sendQueue { return (.acceptQueueFull, 0) }
      return receiveQueue &* 5 >= sendQueue &* 4 && receiveQueue > 0 ? (.acceptQueueFilling, 0) : nil
    case .synSent: return retransmits > 0 ? (.noAnswer, retransmits) : nil
    case .synRecv, .newSynRecv: return (.halfOpen, retransmits)
    case .timeWait, .close: return nil
    case .finWait2: return timer == TimerKind.timewait.rawValue ? (.waitsForFin, 0) : inode == 0 ? (.finishing, 0) : (.halfClosed, 0)
    case .closeWait where inode == 0: return (.notAcceptedClosed, 0)
    case .established where inode == 0: return (.notAccepted, 0)
    default: break
    }
    if timer == TimerKind.on.rawValue, retransmits > 0 { return (.retransmitting, retransmits) }
    if timer == TimerKind.persist.rawValue { return (.zeroWindow, 0) }
    if timer == TimerKind.keepalive.rawValue, retransmits > 0 { return (.keepaliveFailing, retransmits) }
    if state == TCPState.closeWait.rawValue { return (.closeWait, 0) }
    if inode == 0 { return (.finishing, 0) }
    if receiveQueue > 0 { return (.unread, 0) }
    return sendQueue > 0 ? (.unacknowledged, 0) : nil
  }
}
