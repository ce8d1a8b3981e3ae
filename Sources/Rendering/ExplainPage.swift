public import Catalog
internal import Findings

/// The words around an entry on its page.
enum ExplainPhrase: String, PhraseTable {
  static var room: String { "explain" }
  case title = "{term}  ({topic})"
  case unit = "unit"
  case aliases = "also"
  case misreading = "beware"
  case belief = "believed"
  case formula = "formula"
  case defaultValue = "default"
  case defaultSince = "{value} since {release}"
  case defaultBefore = "{value} before {release}"
  case scope = "scope"
  case scopeSince = "{scope}; before {release}: {before}"
  case releases = "kernels"
  case since = "{release} and newer"
  case between = "{since} up to, not including, {removed}"
  case removed = "removed in {release}"
  case inert = "without effect since {release}"
  case needs = "only with {what}"
  case display = "shows a state, cannot be written"
  case sideEffect = "side effect"
  case unseen = "unseen"
  case usually = "usually"
  case at = "elsewhere"
  case victim = "whose"
  case counters = "counters"
  case capture = "tcpdump"
  case ss = "ss"
  case netstat = "netstat"
  case kernel = "kernel"
  case source = "{member}: {function} in {file}, read in {version}"
  case settings = "settings"
  case advice = "what to do"
  case diagram = "its place (ACK, FIN, SYN: packets; in: received, out: sent)"
  case leading = "what leads here"
  case leaving = "what moves it on"
  case arrow = "{event} [{function}]"
  case gone = "gone"
  case unknown = "sockexplain: no entry for \"{term}\""
  case unknownNear = "sockexplain: no entry for \"{term}\"; near it: {near}"
  case finding = "{id} (finding)"
  case firesWhen = "fires when {threshold}"
  case topics = "sockexplain explain TERM: a field, state, timer, counter, setting, error or message in any tool's spelling"
  case topicRow = "{count} {name}, for example {examples}"
  case more = "more"
  case moreRow = "{term}: {summary}"
}

/// What kinds of entries are called, one and several.
enum TopicPhrase: String, PhraseTable {
  static var room: String { "topic" }
  case field = "field of a socket"
  case state = "state"
  case timer = "timer"
  case counter = "counter"
  case sysctl = "setting"
  case dropReason = "drop reason"
  case resetReason = "reset reason"
  case errno = "error number"
  case message = "message of another tool"
  case concept = "column or concept"
  case fields = "fields"
  case states = "states"
  case timers = "timers"
  case counters = "counters"
  case sysctls = "settings"
  case dropReasons = "drop reasons"
  case resetReasons = "reset reasons"
  case errnos = "error numbers"
  case messages = "messages of other tools"
  case concepts = "columns and concepts"

  static func one(_ topic: Topic) -> String {
    switch topic {
    case .field: field.rawValue
    case .state: state.rawValue
    case .timer: timer.rawValue
    case .counter: counter.rawValue
    case .sysctl: sysctl.rawValue
    case .dropReason: dropReason.rawValue
    case .resetReason: resetReason.rawValue
    case .errno: errno.rawValue
    case .message: message.rawValue
    case .concept: concept.rawValue
    }
  }

  static func several(_ topic: Topic) -> String {
    switch topic {
    case .field: fields.rawValue
    case .state: states.rawValue
    case .timer: timers.rawValue
    case .counter: counters.rawValue
    case .sysctl: sysctls.rawValue
    case .dropReason: dropReasons.rawValue
    case .resetReason: resetReasons.rawValue
    case .errno: errnos.rawValue
    case .message: messages.rawValue
    case .concept: concepts.rawValue
    }
  }
}

/// One entry as a page: `explain TERM`.
public enum ExplainPage {
  static let column = 14

  /// The page of an entry, wrapped at `width` columns; lines without line ends.
  public static func lines(for entry: Entry, width: Int) -> [String] {
    var page = Page(PageStyle(width: width))
    write(entry, to: &page)
    return page.lines
  }

  /// Adds the page of an entry, in colour where the style says so.
  public static func write(_ entry: Entry, to page: inout Page) {
    page.put(
      ExplainPhrase.title.say(["term": entry.term, "topic": TopicPhrase.one(entry.topic)]).description, hang: 2, ink: .bold)
    writeBody(entry, to: &page)
  }

  /// The page without its title.
  static func writeBody(_ entry: Entry, to page: inout Page) {
    page.put(entry.summary, indent: 2)
    page.blank()
    page.put(entry.meaning, indent: 2)
    page.blank()
    row(.unit, entry.unit.rawValue, to: &page)
    row(misreadingLabel(entry.topic), entry.misreading, to: &page)
    row(.formula, entry.formula, to: &page)
    for (label, text) in facts(entry.setting) { row(label, text, to: &page) }
    for (label, text) in DropFacts.rows(entry.dropReason) { row(label, text, to: &page) }
    row(.ss, entry.ss, to: &page)
    row(.netstat, entry.netstat, to: &page)
    row(.kernel, source(entry.source), to: &page)
    row(.settings, entry.settings.isEmpty ? nil : entry.settings.joined(separator: ", "), to: &page)
    row(.aliases, entry.aliases.isEmpty ? nil : entry.aliases.joined(separator: ", "), to: &page)
    row(.advice, entry.advice, ink: .cyan, to: &page)
    if entry.topic == .state, let state = TCPState.explained(by: entry) { diagram(of: state, to: &page) }
  }

  /// The rows of a setting's facts, those without text left out.
  static func facts(_ setting: SettingFacts?) -> [(ExplainPhrase, String)] {
    guard let setting else { return [] }
    var rows: [(ExplainPhrase, String)] = [(.defaultValue, defaults(setting)), (.scope, scope(setting))]
    if let text = releases(setting) { rows.append((.releases, text)) }
    if let text = setting.sideEffect { rows.append((.sideEffect, text)) }
    if let text = setting.unseen { rows.append((.unseen, text)) }
    return rows
  }

  /// The newest default first, the older ones with the release that ended them.
  private static func defaults(_ setting: SettingFacts) -> String {
    let steps = setting.defaults
    var parts: [String] = []
    for (at, step) in steps.enumerated().reversed() {
      let value = step.value.description
      if at + 1 < steps.count, let end = steps[at + 1].since {
        parts.append(ExplainPhrase.defaultBefore.say(["value": value, "release": end]).description)
      } else if let since = step.since {
        parts.append(ExplainPhrase.defaultSince.say(["value": value, "release": since]).description)
      } else {
        parts.append(value)
      }
    }
    return parts.joined(separator: "; ")
  }

  private static func scope(_ setting: SettingFacts) -> String {
    guard let last = setting.scopes.last else { return "" }
    guard setting.scopes.count > 1, let release = last.since else { return last.value.rawValue }
    let before = setting.scopes[setting.scopes.count - 2].value.rawValue
    return ExplainPhrase.scopeSince.say(["scope": last.value.rawValue, "release": release, "before": before]).description
  }

  private static func releases(_ setting: SettingFacts) -> String? {
    var parts: [String] = []
    switch (setting.since, setting.removed) {
    case (let since?, let removed?): parts.append(ExplainPhrase.between.say(["since": since, "removed": removed]).description)
    case (let since?, nil): parts.append(ExplainPhrase.since.say(["release": since]).description)
    case (nil, let removed?): parts.append(ExplainPhrase.removed.say(["release": removed]).description)
    case (nil, nil): break
    }
    if let inert = setting.inert { parts.append(ExplainPhrase.inert.say(["release": inert]).description) }
    if let needs = setting.needs { parts.append(ExplainPhrase.needs.say(["what": needs]).description) }
    if setting.isDisplay { parts.append(ExplainPhrase.display.rawValue) }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  static func misreadingLabel(_ topic: Topic) -> ExplainPhrase { topic == .sysctl ? .belief : .misreading }

  static func source(_ source: KernelSource) -> String {
    ExplainPhrase.source.say([
      "member": source.member, "function": source.function, "file": source.file, "version": source.version,
    ]).description
  }

  private static func row(_ label: ExplainPhrase, _ text: String?, ink: Page.Ink = .plain, to page: inout Page) {
    guard let text else { return }
    page.put(label: label.rawValue, text, indent: 2, column: column, ink: ink)
  }

  /// The drawing, where it fits, and the arrows in and out.
  private static func diagram(of state: TCPState, to page: inout Page) {
    let drawing = StateDiagram(state).lines
    if drawing.allSatisfy({ displayWidth($0) <= page.style.width }) {
      page.blank()
      page.put(ExplainPhrase.diagram.rawValue, indent: 2, ink: .bold)
      for line in drawing { page.raw(line) }
    }
    page.blank()
    page.put(ExplainPhrase.leading.rawValue, indent: 2, ink: .bold)
    for way in Transitions.leading(to: state) { arrow(way.from, way, to: &page) }
    page.blank()
    page.put(ExplainPhrase.leaving.rawValue, indent: 2, ink: .bold)
    for way in Transitions.leaving(from: state) { arrow(way.to == .close && state != .close ? nil : way.to, way, to: &page) }
  }

  private static func arrow(_ state: TCPState?, _ way: Transition, to page: inout Page) {
    page.put(
      label: state?.name ?? ExplainPhrase.gone.rawValue,
      ExplainPhrase.arrow.say(["event": way.event, "function": way.source.function]).description, indent: 4, column: 17)
  }
}

extension TCPState {
  /// The state that an entry is about, found by its name.
  static func explained(by entry: Entry) -> TCPState? {
    switch entry.term {
    case "BOUND-INACTIVE": .boundInactive
    case "NEW-SYN-RECV": .newSynRecv
    default: (1...11).map { TCPState(rawValue: $0) }.first { $0.name == entry.term }
    }
  }
}

/// The command `explain TERM…`.
public enum ExplainCommand {
  /// Pages that are printed whole; further matches are only named.
  static let whole = 4

  /// What to print on stdout and stderr, and the exit status: 0, or 2 for a term that has no entry. Several words are one term.
  public static func run(terms: [String], width: Int, color: Bool = false) -> (text: String, errors: String, status: Int32) {
    let term = terms.joined(separator: " ")
    var page = Page(PageStyle(width: width, color: color))
    if term.allSatisfy(\.isWhitespace) {
      overview(to: &page)
      return (page.text, "", 0)
    }
    let rules = Rules.all.filter { $0.id == term.lowercased() }
    for rule in rules { explain(rule, to: &page) }
    let found = Knowledge.find(term)
    if found.isEmpty, rules.isEmpty { return ("", complaint(term), 2) }
    for entry in found.prefix(whole) {
      page.blank()
      ExplainPage.write(entry, to: &page)
    }
    if found.count > whole {
      page.blank()
      page.put(ExplainPhrase.more.rawValue, ink: .bold)
      for entry in found.dropFirst(whole) {
        page.put(ExplainPhrase.moreRow.say(["term": entry.term, "summary": entry.summary]).description, indent: 2, hang: 4)
      }
    }
    return (page.text, "", 0)
  }

  /// A finding's id, as the glance's JSON carries it: when it fires.
  private static func explain(_ rule: any Rule.Type, to page: inout Page) {
    page.put(ExplainPhrase.finding.say(["id": rule.id]).description, ink: .bold)
    page.put(ExplainPhrase.firesWhen.say(["threshold": rule.threshold]).description, indent: 2, hang: 2)
  }

  private static func complaint(_ term: String) -> String {
    let near = Knowledge.near(term)
    let sentence =
      near.isEmpty
      ? ExplainPhrase.unknown.say(["term": term]) : ExplainPhrase.unknownNear.say(["term": term, "near": near.joined(separator: ", ")])
    return escaped(sentence.description) + "\n"
  }

  private static func overview(to page: inout Page) {
    page.put(ExplainPhrase.topics.rawValue, hang: 2)
    page.blank()
    for topic in Topic.allCases {
      let entries = Knowledge.all.filter { $0.topic == topic }
      let examples = entries.prefix(4).map(\.term).joined(separator: topic == .message ? "; " : ", ")
      page.put(
        ExplainPhrase.topicRow.say(["count": entries.count, "name": TopicPhrase.several(topic), "examples": examples]).description,
        indent: 2, hang: 4)
    }
  }
}
