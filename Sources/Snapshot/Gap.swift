public import Catalog

/// Something that could not be seen, and how to see it. A gap makes `complete` false; it is never silent.
public struct Gap: Sendable, Equatable {
  /// Stable id for JSON: `owners-denied`, `sock-diag-denied`, `hidepid`, `owner-unknown`, `mark-hidden`, `netlink-absent`, …
  public let id: String
  /// What is not shown, with the kernel's own words where there are some.
  public let what: Sentence
  /// How to see it.
  public let remedy: Sentence
  /// A gap by its id.
  public init(id: String, what: Sentence, remedy: Sentence) {
    self.id = id
    self.what = what
    self.remedy = remedy
  }
}

/// How far one list of sockets can be trusted to be a picture of one moment.
public enum Consistency: String, Sendable {
  /// One dump of the shared hash: complete, each socket at most once.
  case oneDump = "one dump"
  /// Two dumps whose differences were settled by exact queries.
  case settled
  /// Rows of /proc/net, which may miss or repeat a row while sockets come and go.
  case procfs
  /// Replayed from a capture.
  case replayed
}
