internal import Catalog

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
      let distance = editDistance(lowered, other)
      if distance <= limit, distance < best?.distance ?? Int.max { best = (distance, candidate) }
    }
    return best?.word
  }
}
