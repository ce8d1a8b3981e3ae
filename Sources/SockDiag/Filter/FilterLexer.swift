/// One token of a filter.
struct FilterToken: Equatable {
  enum Kind: Equatable {
    case word, open, close, and, or, not
    case relation(Comparison)
  }
  let kind: Kind
  let text: String

  /// The comparison the token stands for, in symbols or in words.
  var comparison: Comparison? {
    if case .relation(let comparison) = kind { return comparison }
    guard kind == .word else { return nil }
    switch text {
    case "eq": return .equal
    case "ne", "neq": return .notEqual
    case "lt": return .less
    case "le", "leq": return .lessOrEqual
    case "gt": return .greater
    case "ge", "geq": return .greaterOrEqual
    default: return nil
    }
  }
}

/// Cuts words into tokens. Operators and parentheses may be glued to words; a backslash takes the next character as it is.
struct FilterLexer {
  private(set) var tokens: [FilterToken] = []
  /// With -x the word behind src or dst is a glob, whatever it begins with.
  let unixFamily: Bool

  init(_ words: [String], unixFamily: Bool) throws(FilterError) {
    self.unixFamily = unixFamily
    for word in words {
      if word.isEmpty { throw FilterError(.emptyWord) }
      scan(Array(word.unicodeScalars))
    }
  }

  private mutating func scan(_ text: [Unicode.Scalar]) {
    var place = 0
    while place < text.count {
      if text[place] == " " || text[place] == "\t" || text[place] == "\n" {
        place += 1
      } else if let (token, length) = Self.symbol(text, place) {
        tokens.append(token)
        place += length
      } else {
        let (word, end) = word(text, place)
        tokens.append(Self.keyword(word))
        place = end
      }
    }
  }

  private static func symbol(_ text: [Unicode.Scalar], _ place: Int) -> (FilterToken, Int)? {
    let next: Unicode.Scalar? = place + 1 < text.count ? text[place + 1] : nil
    func token(_ kind: FilterToken.Kind, _ length: Int) -> (FilterToken, Int) {
      var spelled = String.UnicodeScalarView()
      spelled.append(contentsOf: text[place..<place + length])
      return (FilterToken(kind: kind, text: String(spelled)), length)
    }
    switch (text[place], next) {
    case ("(", _): return token(.open, 1)
    case (")", _): return token(.close, 1)
    case ("!", "="): return token(.relation(.notEqual), 2)
    case ("!", _): return token(.not, 1)
    case ("=", "="): return token(.relation(.equal), 2)
    case ("=", _): return token(.relation(.equal), 1)
    case ("<", "="): return token(.relation(.lessOrEqual), 2)
    case ("<", _): return token(.relation(.less), 1)
    case (">", "="): return token(.relation(.greaterOrEqual), 2)
    case (">", _): return token(.relation(.greater), 1)
    case ("&", "&"): return token(.and, 2)
    case ("&", _): return token(.and, 1)
    case ("|", "|"): return token(.or, 2)
    case ("|", _): return token(.or, 1)
    default: return nil
    }
  }

  private func word(_ text: [Unicode.Scalar], _ start: Int) -> (String, Int) {
    let glob = isGlob(text, start)
    var out = String.UnicodeScalarView()
    var place = start
    var open = 0
    while place < text.count, text[place] != " ", text[place] != "\t", text[place] != "\n" {
      let character = text[place]
      if character == "\\", place + 1 < text.count {
        out.append(text[place + 1])
        place += 2
        continue
      }
      if glob {
        if character == "(" { open += 1 }
        if character == ")" {
          if open == 0 { break }
          open -= 1
        }
      } else if "()=<>&|".unicodeScalars.contains(character)
        || character == "!" && place + 1 < text.count && text[place + 1] == "="
      {
        break
      }
      out.append(character)
      place += 1
    }
    return (String(out), place)
  }

  /// Paths may hold operators and parentheses: only white space, or a parenthesis too many, ends them.
  private func isGlob(_ text: [Unicode.Scalar], _ start: Int) -> Bool {
    if text[start] == "/" || text[start] == "@" || text[start...].starts(with: "unix:".unicodeScalars) { return true }
    guard unixFamily else { return false }
    let side = tokens.last?.comparison == nil ? tokens.last : tokens.dropLast().last
    return side?.kind == .word && (side?.text == "src" || side?.text == "dst")
  }

  private static func keyword(_ word: String) -> FilterToken {
    switch word {
    case "and": FilterToken(kind: .and, text: word)
    case "or": FilterToken(kind: .or, text: word)
    case "not": FilterToken(kind: .not, text: word)
    default: FilterToken(kind: .word, text: word)
    }
  }
}
