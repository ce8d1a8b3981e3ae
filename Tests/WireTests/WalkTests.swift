import Testing
import Wire

@Suite struct WalkTests {
  @Test func attributeLengthZeroIsAnErrorNotALoop() {
    let bytes: [UInt8] = [0, 0, 1, 0, 9, 9, 9, 9]
    var walk = AttributeWalk(at: 0, end: bytes.count)
    #expect(throws: WireError.badLength(at: 0, length: 0)) { try walk.next(in: bytes.span.bytes) }
  }
}
