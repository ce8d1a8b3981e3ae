import Testing
import Wire

@Suite struct WalkTests {
  func attributes(_ bytes: [UInt8]) throws(WireError) -> [Attribute] {
    let span = bytes.span
    var walk = AttributeWalk(at: 0, end: bytes.count)
    var found: [Attribute] = []
    while let next = try unsafe walk.next(in: span.bytes) { found.append(next) }
    return found
  }

  @Test func attributeLengthZeroIsAnErrorNotALoop() {
    #expect(throws: WireError.badLength(at: 0, length: 0)) { try attributes([0, 0, 1, 0, 9, 9, 9, 9]) }
  }

  @Test func nestedAndByteOrderBitsAreMasked() throws {
    #expect(try attributes([5, 0, 22, 0x80, 7, 0, 0, 0]) == [Attribute(type: 22, payload: 4, count: 1)])
  }

  @Test(arguments: 0..<12) func everyTruncationThrows(_ length: Int) {
    let whole: [UInt8] = [12, 0, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    if length == 0 { return }
    #expect(throws: WireError.self) { try attributes(Array(whole.prefix(length))) }
  }
}
