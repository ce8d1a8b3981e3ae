internal import Snapshot

extension Collector {
  /// Starts the side-car with a question; nil, and a gap noted, when it cannot be started. The session's own gaps are the caller's to note at the end.
  public mutating func openProbe(_ request: ProbeRequest) -> ProbeSession? {
    guard let probe = sources.probe else {
      note(.probe(ProbeFailure.notCaptured))
      return nil
    }
    do {
      return ProbeSession(try probe.start(request), request: request)
    } catch {
      note(.probe(error))
      return nil
    }
  }

  /// Notes what a session could not see.
  public mutating func noteGaps(of session: ProbeSession) {
    for gap in session.gaps { note(gap) }
  }
}
