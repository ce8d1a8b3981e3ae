import Catalog
import Testing

@Suite struct FieldTests {
  @Test func bitFieldsAreExtracted() {
    let layout = Layout(.tcpInfo, at: 6, width: 1, bit: 4, bits: 4)
    #expect(layout.extract(0xa7) == 0xa)
  }
}
