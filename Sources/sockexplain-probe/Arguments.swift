internal import Catalog
internal import ProbeStream

enum ProbeUsagePhrase: String, PhraseTable {
  static var room: String { "probe.usage" }
  case terminal =
    "sockexplain-probe is the part of sockexplain that loads eBPF; it writes records for that program, not text. Run sockexplain instead."
  case word = "sockexplain-probe: {word} is not understood"
}

/// What the side-car was asked for. Its words come from whoever may run it, so nothing in them names a file or an object, except root's namespace.
struct Arguments {
  var modes: ProbeModes = []
  var intervalMilliseconds: UInt32 = 200
  var isListenersOnly = false
  var ports: [UInt16] = []
  /// Only root may name one.
  var namespacePath: String?
  /// libbpf's own words on stderr; only root, as a verifier's log may hold addresses.
  var isDebugging = false
  /// A word that was not understood.
  var unknown: String?

  static let modeWords: [String: ProbeModes] = [
    "--drops": .drops, "--trace": .trace, "--queues": .queues, "--owners": .owners, "--events": .events, "--stacks": .stacks,
  ]

  init(_ words: [String], isRoot: Bool) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if let mode = Self.modeWords[word] {
        modes.insert(mode)
      } else if word == "--listeners" {
        isListenersOnly = true
      } else if word == "--interval", let value = rest.popFirst(), let number = UInt32(value), (10...60000).contains(number) {
        intervalMilliseconds = number
      } else if word == "--port", let value = rest.popFirst(), let number = UInt16(value) {
        ports.append(number)
      } else if word == "--netns", isRoot, let path = rest.popFirst() {
        namespacePath = path
      } else if word == "--debug", isRoot {
        isDebugging = true
      } else {
        unknown = unknown ?? word
      }
    }
    if modes.intersection([.drops, .trace, .queues, .owners]).isEmpty { unknown = unknown ?? "" }
  }

  /// True when there is nothing to wait for: tables are read once.
  var isOneShot: Bool { modes.intersection([.drops, .trace]).isEmpty }
}
