import Catalog
import Testing

@testable import ProcFS

/// Read from a namespace on 6.18: listener with one waiting, dual-stack client, keepalive, TIME-WAIT, unread data, SYN-SENT, not accepted.
let tcpText = """
    sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
     0: 0100007F:1F90 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 1093195 2 000000002fc91efa 100 0 0 10 0                   
     1: 0100007F:E54A 0100007F:1F91 01 00000000:00000000 00:00000000 00000000     0        0 1093201 2 0000000038c95bfe 20 0 0 10 -1                   
     2: 0100007F:9EA6 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 1093196 1 0000000053cf5d6e 20 0 0 11 -1                   
     3: 0100007F:9EB6 0100007F:1F90 06 00000000:00000000 03:0000175B 00000000     0        0 0 3 000000008bf586eb                                      
     4: 0100007F:9EC2 0100007F:1F90 01 00000000:00000000 02:000AFC6B 00000000     0        0 1093202 3 00000000faa5afd4 20 0 0 10 -1                   
     5: 0100007F:1F90 0100007F:9EA6 01 00000000:0000000A 00:00000000 00000000     0        0 1093197 1 000000006cb42e8e 20 4 30 10 -1                  
     6: 00000000:B1F0 0900010A:0050 02 00000001:00000000 01:00000050 00000003     0        0 1093203 2 00000000f8284bea 100 0 0 10 -1                  
     7: 0100007F:1F90 0100007F:9EC2 01 00000000:00000000 00:00000000 00000000     0        0 0 1 0000000042fb3c68 20 0 0 10 -1                         
     8: 0100007F:1F90 0200007F:9EC3 03 00000000:00000000 01:00000064 00000002  1000        0 0 0 0000000042fb3c69                                      
     9: 0100007F:1F90 0300007F:9EC4 01 00000010:00000000 04:00000064 00000007  1000        4 77 2 0000000042fb3c70 20 4 30 10 -1                       

  """

let tcp6Text = """
    sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
     0: 00000000000000000000000000000000:1F91 00000000000000000000000000000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 1093200 2 00000000aa427168 100 0 0 10 0
     1: 0000000000000000FFFF00000100007F:1F91 0000000000000000FFFF00000100007F:E54A 01 00000000:00000000 00:00000000 00000000     0        0 0 1 00000000963d95cc 20 0 0 10 -1
     2: 000080FE00000000FF00A80A03020100:0016 B80D0120000000000000000001000000:C001 01 00000000:00000000 00:00000000 00000000 4294967294        0 5 1 00000000963d95cc 20 0 0 10 8

  """

let udpText = """
     sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  10678: 0100007F:14E9 00000000:0000 07 00000000:00000300 00:00000000 00000000   104        0 1093204 2 0000000071608291 12

  """

@Suite struct NetTableTests {
  func rows(_ text: String) -> [ProcInetRow] { parseInetTable(Array(text.utf8)).rows }

  @Test func everyColumnOfATCPRow() throws {
    let table = parseInetTable(Array(tcpText.utf8))
    #expect(table.malformed == 0)
    #expect(table.rows.count == 10)
    let row = table.rows[5]
    #expect(
      row
        == ProcInetRow(
          isIPv6: false, slot: 5, local: ProcAddress(high: 0x7f00_0001 << 32, low: 0), localPort: 8080,
          peer: ProcAddress(high: 0x7f00_0001 << 32, low: 0), peerPort: 0x9ea6, state: 1, sendQueue: 0, receiveQueue: 10, timer: 0,
          expiresTicks: 0, retransmits: 0, uid: 0, probes: 0, inode: 1_093_197, references: 1, pointer: 0x6cb4_2e8e, rtoTicks: 20,
          atoTicks: 4,
          quickAck: 30, congestionWindow: 10, slowStartThreshold: -1, drops: nil))
    #expect(table.rows[6].peer.high >> 32 == 0x0a01_0009)
    #expect(table.rows.map(\.isMiniSocket) == [false, false, false, true, false, false, false, false, true, false])
    #expect(table.rows[9].probes == 4)
    #expect(table.rows[9].retransmits == 7)
    #expect(table.rows[9].sendQueue == 16)
  }

  @Test func ipv6AddressesAreFourHostOrderWords() {
    let found = rows(tcp6Text)
    #expect(found.map(\.isIPv6) == [true, true, true])
    #expect(found[1].local == ProcAddress(high: 0, low: 0xffff_7f00_0001))
    #expect(found[2].local == ProcAddress(high: 0xfe80_0000_0000_0000, low: 0x0aa8_00ff_0001_0203))
    #expect(found[2].peer == ProcAddress(high: 0x2001_0db8_0000_0000, low: 1))
    #expect(found[2].uid == 4_294_967_294)
    #expect(found[2].slowStartThreshold == 8)
  }

  @Test func datagramRowsEndInDrops() {
    let row = rows(udpText)[0]
    #expect(row.drops == 12)
    #expect(row.rtoTicks == nil)
    #expect(row.receiveQueue == 0x300)
    #expect(!row.isMiniSocket)
    #expect(row.slot == 10678)
  }

  @Test(arguments: [tcpText, tcp6Text, udpText]) func cutOffTextsGiveRowsOfTheWholeOrNone(_ text: String) {
    let bytes = Array(text.utf8)
    let whole = Set(parseInetTable(bytes).rows)
    for length in bytes.indices {
      let part = parseInetTable(Array(bytes.prefix(length)))
      #expect(part.rows.allSatisfy(whole.contains))
    }
  }

  @Test(arguments: [
    "   0: 0100007F:1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 1 2 0 100 0 0 10 0",
    "   0: 0100007:1F90 00000000:0000 0A 0:0 00:0 0 0 0 1 2 0 100 0 0 10 0", "   0: 0100007F:1F900 00000000:0000 0A 0:0 00:0 0 0 0 1 2 0",
    "   0: 0100007F:1F90 00000000:0000 1FF 0:0 00:0 0 0 0 1 2 0", "   0: 0100007G:1F90 00000000:0000 0A 0:0 00:0 0 0 0 1 2 0",
    "   0: 0100007F:1F90 00000000:0000 0A 00 00:0 0 0 0 1 2 0", "   0  0100007F:1F90 00000000:0000 0A 0:0 00:0 0 0 0 1 2 0", ":",
    "   0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 0 0 99999999999999999999 2 0", "\u{0}\u{1}", "0: : :",
    "   0: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 0 0 1 2 0 100 0 x 10 0",
  ])
  func noRow(_ line: String) {
    let table = parseInetTable(Array((line + "\n").utf8))
    #expect(table.rows.isEmpty)
    #expect(table.malformed == 1)
  }

  @Test func unixRows() throws {
    let text = """
      Num       RefCount Protocol Flags    Type St Inode Path
      000000003dbf0377: 00000002 00000000 00010000 0001 01 1093207 @abs name
      000000003dbf0378: 00000003 00000000 00000000 0002 03    12
      000000003dbf0379: 00000003 00000000 00000000 0005 03    13  /run/two\nlines

      """
    let table = parseUnixTable(Array(text.utf8))
    #expect(table.malformed == 1)
    #expect(table.rows.map(\.inode) == [1_093_207, 12, 13])
    #expect(table.rows[0].path?.description == "@abs name")
    #expect(table.rows[0].isListening)
    #expect(table.rows[1].path == nil)
    #expect(!table.rows[1].isListening)
    #expect(table.rows[2].path?.description == " /run/two")
    #expect(table.rows[2].type == 5)
    let bytes = Array(text.utf8)
    for length in bytes.indices { #expect(parseUnixTable(Array(bytes.prefix(length))).rows.count <= 3) }
  }

  @Test(arguments: ProcInetFile.allCases) func theLiveTablesAreReadWhole(_ file: ProcInetFile) throws {
    guard let text = try? LiveFiles().read(file.path) else { return }
    let table = parseInetTable(text)
    #expect(table.malformed == 0)
    #expect(table.rows.count == text.count(where: { $0 == 10 }) - 1)
  }
}

@Suite struct DiagPayloadTests {
  func payload(_ index: Int, of text: String = tcpText) -> [UInt8] {
    diagPayload(parseInetTable(Array(text.utf8)).rows[index], ticksPerSecond: 100)
  }

  func number(_ bytes: [UInt8], _ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) } }

  @Test func listener() {
    let bytes = payload(0)
    #expect(bytes.count == 72)
    #expect(Array(bytes[0..<16]) == [2, 10, 0, 0, 0x1f, 0x90, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0])
    #expect(Array(bytes[40..<56]) == [UInt8](repeating: 0, count: 16), "no device, no cookie, no timer")
    #expect(number(bytes, 56) == 1)
    #expect(number(bytes, 60) == 0)
    #expect(number(bytes, 68) == 1_093_195)
  }

  @Test func aListenersLeftoverSendQueueIsNoLimit() {
    var row = parseInetTable(Array(tcpText.utf8)).rows[0]
    row.sendQueue = 1
    #expect(number(diagPayload(row), 60) == 0)
  }

  @Test func timersAndTheirCounts() {
    let synSent = payload(6)
    #expect(Array(synSent[1...3]) == [2, 1, 3])
    #expect(number(synSent, 52) == 800)
    let keepalive = payload(4)
    #expect(keepalive[2] == 2)
    #expect(number(keepalive, 52) == 7_199_790)
    let persist = payload(9)
    #expect(Array(persist[2...3]) == [4, 4], "probes, not the seven retransmissions")
    #expect(number(persist, 64) == 1000)
    let timeWait = payload(3)
    #expect(Array(timeWait[1...3]) == [6, 3, 0])
    #expect(number(timeWait, 52) == 59790)
  }

  @Test func aRequestSocketHasNoUser() {
    let bytes = payload(8)
    #expect(Array(bytes[1...3]) == [3, 1, 2])
    #expect(number(bytes, 64) == 0)
    #expect(number(bytes, 68) == 0)
  }

  @Test func ipv6AndDatagrams() {
    #expect(Array(payload(1, of: tcp6Text)[8..<24]) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1])
    #expect(Array(payload(2, of: tcp6Text)[4..<10]) == [0, 22, 0xc0, 0x01, 0xfe, 0x80])
    let udp = payload(0, of: udpText)
    #expect(udp[1] == 7)
    #expect(number(udp, 56) == 0x300)
    #expect(number(udp, 64) == 104)
  }

  @Test func hugeTimesAreCapped() {
    var row = parseInetTable(Array(tcpText.utf8)).rows[6]
    row.expiresTicks = .max
    row.retransmits = 70000
    #expect(number(diagPayload(row, ticksPerSecond: 0), 52) == .max)
    #expect(diagPayload(row)[3] == 255)
  }
}
