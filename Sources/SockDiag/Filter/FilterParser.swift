import Catalog

/// A recursive descent over the tokens: not binds tighter than and, and tighter than or. (ss's own grammar reads `a or b and c` as `(a or b) and c`
/// against its manual; here the manual holds.)
struct FilterParser {
  /// Levels of parentheses; each costs some stack.
  static let depthLimit = 64
  static let keywords = [
    "state", "exclude", "src", "dst", "sport", "dport", "dev", "fwmark", "cgroup", "autobound", "and", "or", "not",
  ]

  let context: FilterContext
  private let tokens: [FilterToken]
  private var place = 0
  private var depth = 0
  private(set) var states: TCPStateSet?
  /// The first state word that stands behind a condition: it may not share the expression with or.
  private var lateState: String?

  init(_ words: [String], _ context: FilterContext) throws(FilterError) {
    self.context = context
    tokens = try FilterLexer(words, unixFamily: context.family == .unix).tokens
  }

  mutating func parse() throws(FilterError) -> FilterExpression? {
    let expression = try disjunction()
    if place < tokens.count { throw FilterError(.extraClose) }
    return expression
  }

  private var next: FilterToken? { place < tokens.count ? tokens[place] : nil }

  private mutating func take() -> FilterToken? {
    guard place < tokens.count else { return nil }
    place += 1
    return tokens[place - 1]
  }

  private mutating func disjunction() throws(FilterError) -> FilterExpression? {
    guard let first = try conjunction() else {
      if let token = next, token.kind == .or { throw FilterError(.missingOperand, ["word": token.text]) }
      return nil
    }
    var parts = [first]
    while let token = next, token.kind == .or {
      place += 1
      let part = try conjunction()
      if depth == 0, let lateState { throw FilterError(.stateInside, ["word": lateState]) }
      guard let part else { throw FilterError(.missingOperand, ["word": token.text]) }
      parts.append(part)
    }
    return .disjunction(parts)
  }

  private mutating func conjunction() throws(FilterError) -> FilterExpression? {
    var parts: [FilterExpression] = []
    var pending: String?
    var sawState = false
    while let token = next, token.kind != .or, token.kind != .close {
      if token.kind == .and {
        guard pending == nil, sawState || !parts.isEmpty else { throw FilterError(.missingOperand, ["word": token.text]) }
        pending = token.text
        place += 1
      } else if token.kind == .word, ["state", "exclude", "excl"].contains(token.text) {
        try state(token.text, late: !parts.isEmpty)
        sawState = true
        pending = nil
      } else {
        parts.append(try negation())
        pending = nil
      }
    }
    if let pending { throw FilterError(.missingOperand, ["word": pending]) }
    return parts.isEmpty ? nil : .conjunction(parts)
  }

  private mutating func state(_ word: String, late: Bool) throws(FilterError) {
    // Behind a condition, or in the second part of an or, it could seem to belong to that part only.
    guard depth == 0 else { throw FilterError(.stateInside, ["word": word]) }
    if late || tokens[..<place].contains(where: { $0.kind == .or }) { lateState = lateState ?? word }
    place += 1
    guard let name = take() else { throw FilterError(.stateMissing, ["word": word]) }
    guard name.kind == .word, let set = FilterStates.named(name.text) else {
      guard let near = Nearest.word(to: name.text, in: FilterStates.names) else {
        throw FilterError(.unknownStateAlone, ["word": name.text])
      }
      throw FilterError(.unknownState, ["word": name.text, "near": near])
    }
    states = word == "state" ? (states ?? []).union(set) : (states ?? FilterStates.everything).subtracting(set)
  }

  private mutating func negation() throws(FilterError) -> FilterExpression {
    var negated = false
    while let token = next, token.kind == .not {
      place += 1
      negated.toggle()
      guard let follower = next, follower.kind != .close, follower.kind != .and, follower.kind != .or else {
        throw FilterError(.nothingToNegate, ["word": token.text])
      }
    }
    let part = try primary()
    return negated ? .negation(part) : part
  }

  private mutating func primary() throws(FilterError) -> FilterExpression {
    guard let token = take() else { throw FilterError(.missingClose) }
    switch token.kind {
    case .open: return try parentheses()
    case .word: break
    case .relation: throw FilterError(.relationAlone, ["word": token.text])
    default: throw FilterError(.missingOperand, ["word": token.text])
    }
    switch token.text {
    case "src": return try hostClause(token.text, .local)
    case "dst": return try hostClause(token.text, .peer)
    case "sport": return try portClause(token.text, .local)
    case "dport": return try portClause(token.text, .peer)
    case "dev": return try equality(token.text, .deviceMissing) { (parser, word) throws(FilterError) in .device(try parser.device(word)) }
    case "fwmark": return try equality(token.text, .markMissing) { (parser, word) throws(FilterError) in try parser.mark(word) }
    case "cgroup": throw FilterError(.cgroupLater, ["word": token.text])
    case "autobound":
      return .condition(.autobound(low: context.ephemeralPorts.lowerBound, high: context.ephemeralPorts.upperBound))
    case "state", "exclude", "excl": throw FilterError(.stateInside, ["word": token.text])
    default: return try bare(token.text)
    }
  }

  private mutating func parentheses() throws(FilterError) -> FilterExpression {
    guard depth < Self.depthLimit else { throw FilterError(.tooDeep, ["limit": Self.depthLimit]) }
    depth += 1
    let inner = try disjunction()
    depth -= 1
    guard let close = take(), close.kind == .close else { throw FilterError(.missingClose) }
    guard let inner else { throw FilterError(.emptyParentheses) }
    return inner
  }

  /// The comparison that follows a keyword; `=` when none is written.
  private mutating func relation() -> (Comparison, String) {
    guard let token = next, let comparison = token.comparison else { return (.equal, "=") }
    place += 1
    return (comparison, token.text)
  }

  private mutating func value(_ missing: FilterPhrase, _ keyword: String) throws(FilterError) -> String {
    guard let token = take(), token.kind == .word else { throw FilterError(missing, ["word": keyword]) }
    return token.text
  }

  private mutating func hostClause(_ keyword: String, _ side: Side) throws(FilterError) -> FilterExpression {
    let (comparison, spelled) = relation()
    guard comparison == .equal || comparison == .notEqual else {
      throw FilterError(.hostRelation, ["word": keyword, "relation": spelled])
    }
    let part = try host(try value(.hostMissing, keyword), side)
    return comparison == .equal ? part : .negation(part)
  }

  private mutating func portClause(_ keyword: String, _ side: Side) throws(FilterError) -> FilterExpression {
    let (comparison, spelled) = relation()
    let (family, number) = try port(try value(.portMissing, keyword))
    var parts: [FilterExpression] = []
    if let family {
      guard family != .unix else { throw FilterError(.laterFamily, ["word": keyword, "family": family.rawValue]) }
      parts.append(.condition(.host(side, HostCondition(family: family))))
    }
    if let number {
      parts.append(.condition(.port(side, comparison, number)))
    } else {
      guard comparison == .equal || comparison == .notEqual else {
        throw FilterError(.portOrder, ["word": keyword, "relation": spelled])
      }
      parts.append(comparison == .equal ? .condition(.anything) : .not(.condition(.anything)))
    }
    return .conjunction(parts)
  }

  private mutating func equality(
    _ keyword: String, _ missing: FilterPhrase, _ read: (FilterParser, String) throws(FilterError) -> FilterCondition
  ) throws(FilterError) -> FilterExpression {
    let (comparison, spelled) = relation()
    guard comparison == .equal || comparison == .notEqual else {
      throw FilterError(.deviceRelation, ["word": keyword, "relation": spelled])
    }
    let part = FilterExpression.condition(try read(self, try value(missing, keyword)))
    return comparison == .equal ? part : .negation(part)
  }

  /// A word without keyword: a port, an address, a path.
  private func bare(_ word: String) throws(FilterError) -> FilterExpression {
    let side: Side = context.bareNumberIsLocal ? .local : .either
    if Self.number(word) != nil || word.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) {
      return .condition(.host(side, HostCondition(port: try portNumber(word[...]))))
    }
    let looksLikeHost = word.contains { ".:/*[@%".contains($0) }
    if looksLikeHost { return try host(word, side) }
    if FilterStates.named(word) != nil { throw FilterError(.stateNeedsWord, ["word": word]) }
    if word.first == "-" || word.first?.isNumber == true { return .condition(.host(side, HostCondition(port: try portNumber(word[...])))) }
    if let port = try service(word) { return .condition(.host(side, HostCondition(port: port))) }
    guard let near = Nearest.word(to: word, in: Self.keywords) else { throw FilterError(.unknownWordAlone, ["word": word]) }
    throw FilterError(.unknownWord, ["word": word, "near": near])
  }
}
