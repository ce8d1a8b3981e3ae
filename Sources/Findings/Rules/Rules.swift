/// The rules that run, and the order in which their findings are read.
public enum Rules {
  /// Every rule, in the order their findings keep when severity and count are equal.
  public static var all: [any Rule.Type] {
    [
      ProcessHalted.self, DescriptorsExhausted.self, AcceptQueueFull.self, PeerAcceptQueueFull.self, ConnectUnanswered.self, SendStuck.self,
      HalfOpenPileUp.self, AcceptQueueBurst.self, AcceptQueueFilling.self, CloseWaitPileUp.self, ZeroWindow.self, ReceiveUnread.self,
      RetransmissionRate.self, KeepaliveFailing.self, TimeWaitPorts.self, TimeWaitBuckets.self, Orphans.self, FinWait2.self, UDPDrops.self,
      ListenerClipped.self,
    ]
  }

  /// All findings of the evidence: the most severe first, then those about the most sockets.
  public static func run(_ evidence: Evidence) -> [Finding] {
    let found = all.flatMap { $0.findings(evidence) }
    return found.enumerated().sorted { left, right in
      if left.element.severity != right.element.severity { return left.element.severity > right.element.severity }
      if left.element.count != right.element.count { return left.element.count > right.element.count }
      return left.offset < right.offset
    }.map(\.element)
  }
}
