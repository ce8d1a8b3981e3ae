/// Finds the word somebody meant.
public enum Nearest {
  /// The candidate that differs least, when it differs by no more than a third of the word (at least one edit); nil otherwise.
  ///
  /// An edit is one character inserted, dropped, replaced, or swapped with its neighbour. Letter case does not count.
  public static func word(to typed: String, in candidates: some Sequence<String>) -> String? {
    let lowered = Array(typed.lowercased().unicodeScalars.prefix(64))
    let limit = max(1, (lowered.count + 1) / 3)
    var best: (distance: Int, word: String)?
    for candidate in candidates {
      let other = Array(candidate.lowercased().unicodeScalars)
      guard abs(other.count - lowered.count) <= limit else { continue }
      let distance = edits(lowered, other)
      if distance <= limit, distance < best?.distance ?? Int.max { best = (distance, candidate) }
    }
    return best?.word
  }

  static func edits(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        var cost = min(last[column] + (left[row] == right[column] ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[right.count]
  }
}
