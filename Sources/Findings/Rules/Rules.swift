internal import Catalog
public import SockDiag
internal import Snapshot

/// The rules that run, and the order in which their findings are read.
public enum Rules {
  /// Every rule: causes before what follows from them. Findings of one severity are read in this order.
  public static var all: [any Rule.Type] {
    [
      AcceptQueueFull.self, ProcessHalted.self, DescriptorsExhausted.self, AcceptStalled.self, TimeWaitPorts.self, HalfOpenPileUp.self,
      PeerAcceptQueueFull.self, ConnectUnanswered.self, SendStuck.self, AcceptQueueBurst.self, AcceptQueueFilling.self,
      CloseWaitPileUp.self, ZeroWindow.self, ReceiveUnread.self, RetransmissionRate.self, KeepaliveFailing.self, TimeWaitBuckets.self,
      Orphans.self, FinWait2.self, UDPDrops.self, ListenerClipped.self,
    ]
  }

  /// Whether a finding about this socket could be more exact by what the side-car reads: the depth of a listener's SYN queue, and the options
  /// that decide when something that waits is given up.
  public static func needsInternals(_ socket: InetSocket) -> Bool {
    guard socket.proto == .tcp else { return false }
    if socket.state == .listen { return true }
    guard !socket.isMiniSocket else { return false }
    return socket.timerRetransmits > 0 || socket.timer == .persist || (socket.state == .finWait2 && socket.inode == 0)
  }

  /// All findings of the evidence: the most severe first, then in the order of the rules. Their counts do not compare: sockets of one,
  /// datagrams or descriptors of another.
  public static func run(_ evidence: Evidence) -> [Finding] {
    let found = all.flatMap { $0.findings(evidence) }
    return Severity.allCases.reversed().flatMap { severity in found.filter { $0.severity == severity } }
  }
}
