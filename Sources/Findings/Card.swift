public import Catalog
public import SockDiag

/// How a line is meant; colour and marks come from it, never the meaning alone.
public enum Emphasis: Sendable {
  case plain, good, warning, bad, advice
}

/// One line of a card: a label in the left column, a sentence, and lines of detail below it.
public struct CardLine: Sendable {
  /// `accept queue`, `timer`, …: at most 16 characters.
  public let label: Sentence
  /// What is said.
  public let text: Sentence
  /// Indented lines below: how it was computed, which kernel field says so.
  public let details: [Sentence]
  /// A queue's fill, 0 … 1 and above, drawn as a small bar; nil for none.
  public let fill: Double?
  /// How it is meant.
  public let emphasis: Emphasis

  /// A line of a card.
  public init(_ label: Sentence, _ text: Sentence, details: [Sentence] = [], fill: Double? = nil, emphasis: Emphasis = .plain) {
    self.label = label
    self.text = text
    self.details = details
    self.fill = fill
    self.emphasis = emphasis
  }
}

/// A socket's place in the TCP state diagram: the state it came from, as far as its side tells, and the usual way on.
public struct StatePlace: Sendable {
  /// The state before; nil where nothing is before.
  public let from: TCPState?
  /// The arrow that leads on.
  public let way: Transition
}

/// One socket, explained.
public struct Card: Sendable {
  /// The record it is about; nil for unix sockets and for "nothing listens there".
  public let socket: InetSocket?
  /// `tcp LISTEN 0.0.0.0:8080 (all IPv4 addresses)`.
  public let title: Sentence
  /// `server (pid 2774, fd 3, user app, unit app.service)`; nil when unknown or none.
  public let owner: Sentence?
  /// The lines, most important first.
  public let lines: [CardLine]
  /// What to do: printed with an arrow at the end.
  public let advice: [Sentence]
  /// Where it stands in the TCP state diagram; nil for other protocols.
  public internal(set) var place: StatePlace?

  /// A card.
  public init(socket: InetSocket?, title: Sentence, owner: Sentence?, lines: [CardLine], advice: [Sentence] = []) {
    self.socket = socket
    self.title = title
    self.owner = owner
    self.lines = lines
    self.advice = advice
  }
}
