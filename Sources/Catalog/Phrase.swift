/// A family of sentences: one enumeration a file that speaks, its cases the ids, its raw values the English text.
///
///     enum ListenPhrase: String, PhraseTable {
///       static var room: String { "card.listen" }
///       case acceptQueue = "{waiting} waiting, limit {limit}"
///     }
///     ListenPhrase.acceptQueue.say(["waiting": 6, "limit": 5])
///
/// The id of that case is `card.listen.acceptQueue`: stable, unique, never translated. Docs/phrases.tsv lists all.
public protocol PhraseTable: CaseIterable, RawRepresentable, Sendable where RawValue == String {
  /// The first part of every id of the table.
  static var room: String { get }
}

extension PhraseTable {
  /// `room.caseName`.
  public var id: String { "\(Self.room).\(self)" }

  /// The sentence with its placeholders filled; every `{name}` of the text must be given.
  public func say(_ arguments: KeyValuePairs<String, any CustomStringConvertible> = [:]) -> Sentence {
    Sentence(id: id, template: rawValue, arguments: arguments.map { ($0.key, $0.value.description) })
  }
}

/// A filled phrase. What it holds may contain untrusted names; the renderers escape the whole text.
public struct Sentence: Sendable, Equatable, CustomStringConvertible {
  /// The phrase's stable id.
  public let id: String
  /// The text with placeholders.
  public let template: String
  /// Placeholder names and the texts for them, in the order given.
  public let arguments: [(name: String, value: String)]

  /// A sentence made of an id, its text and the values for the placeholders.
  public init(id: String, template: String, arguments: [(name: String, value: String)]) {
    self.id = id
    self.template = template
    self.arguments = arguments
  }

  /// The English text. An argument's own braces are not expanded; a placeholder without argument stays visible.
  public var description: String {
    var out = ""
    var rest = template[...]
    while let open = rest.firstIndex(of: "{") {
      out += rest[..<open]
      guard let close = rest[open...].firstIndex(of: "}") else { break }
      let name = rest[rest.index(after: open)..<close]
      out += arguments.first { $0.name == name }?.value ?? String(rest[open...close])
      rest = rest[rest.index(after: close)...]
    }
    return out + rest
  }

  /// Equal when id and arguments are.
  public static func == (left: Sentence, right: Sentence) -> Bool {
    left.id == right.id && left.description == right.description
  }
}
