public import ProbeStream

/// A question to the side-car.
public struct ProbeRequest: Hashable, Sendable {
  /// What to send: `.drops` and `.trace` go on until they are stopped, `.queues` and `.owners` alone are one batch.
  public var modes: ProbeModes
  /// Milliseconds between two batches.
  public var intervalMilliseconds: Int
  /// Local ports that `.queues` is narrowed to, at most 16; empty for all.
  public var localPorts: [UInt16]
  /// `.queues` of listeners only.
  public var isListenersOnly: Bool
  /// A question.
  public init(_ modes: ProbeModes, intervalMilliseconds: Int = 200, localPorts: [UInt16] = [], isListenersOnly: Bool = false) {
    self.modes = modes
    self.intervalMilliseconds = intervalMilliseconds
    self.localPorts = localPorts
    self.isListenersOnly = isListenersOnly
  }

  /// The words of the side-car's command line.
  var arguments: [String] {
    let words: [(ProbeModes, String)] = [
      (.drops, "--drops"), (.trace, "--trace"), (.queues, "--queues"), (.owners, "--owners"), (.events, "--events"), (.stacks, "--stacks"),
    ]
    var out = words.filter { modes.contains($0.0) }.map(\.1)
    out += ["--interval", "\(intervalMilliseconds)"]
    // More ports than it takes: then all.
    if localPorts.count <= 16 { for port in localPorts { out += ["--port", "\(port)"] } }
    if isListenersOnly { out.append("--listeners") }
    return out
  }
}

/// Why the side-car could not be started.
public enum ProbeFailure: Error, Equatable, Sendable {
  /// No file `sockexplain-probe` beside this program, nor in ../libexec.
  case absent(directory: String)
  /// It is there and may not be executed by this user: its path.
  case notAllowed(path: String)
  /// A system call failed: which, errno.
  case system(call: String, code: Int32)
  /// A replay whose capture has no answer to this question.
  case notCaptured
}

/// What came of one look at the side-car's stream.
public enum ProbeChunk: Equatable, Sendable {
  /// Bytes of it.
  case bytes([UInt8])
  /// The time is over, or a signal came.
  case nothing
  /// The stream is over. `status` is the exit status, minus the number of the signal that killed it, or nil when it is not known.
  case ended(status: Int32?)
}

/// A running side-car, or the record of one.
public protocol ProbeReading: AnyObject {
  /// The next bytes, waiting at most so long.
  func read(milliseconds: Int) -> ProbeChunk
  /// Asks for what is left and the end.
  func stop()
}

/// Starts side-cars.
public protocol ProbeSource: AnyObject {
  /// One that answers a question.
  ///
  /// - Throws: when there is none, or it cannot be started.
  func start(_ request: ProbeRequest) throws(ProbeFailure) -> any ProbeReading
}
