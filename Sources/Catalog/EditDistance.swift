/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other, or with `anywhere` into a part of the other.
@inlinable
public func editDistance<Letter: Equatable>(_ left: [Letter], _ right: [Letter], anywhere: Bool = false) -> Int {
  var beforeLast: [Int] = []
  var last = anywhere ? Array(repeating: 0, count: right.count + 1) : Array(0...right.count)
  for row in left.indices {
    var current = [row + 1]
    for column in right.indices {
      var cost = min(last[column] + (left[row] == right[column] ? 0 : 1), last[column + 1] + 1, current[column] + 1)
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    beforeLast = last
    last = current
  }
  return anywhere ? last.min() ?? 0 : last[right.count]
}
