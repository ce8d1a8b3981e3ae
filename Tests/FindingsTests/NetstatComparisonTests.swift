import Catalog
import ProcFS
import SockDiag
import Snapshot
import TestSupport
import Testing

@testable import Findings

/// Netlink records beside rows of /proc/net, both made by hand.
@Suite struct NetstatComparisonTests {
  /// A line of /proc/net/tcp as the kernel writes it, from the fields of a record.
  static func line(
    _ socket: InetSocket, state: UInt8? = nil, timer: UInt8? = nil, ticks: Int? = nil, retransmits: Int = 0, probes: Int = 0,
    uid: UInt32? = nil,
    inode: UInt64? = nil, sendQueue: Int? = nil, receiveQueue: Int? = nil, pointer: UInt64 = 0xabc
  ) -> String {
    func hex(_ value: some BinaryInteger, _ width: Int) -> String {
      let text = String(UInt64(truncatingIfNeeded: value), radix: 16, uppercase: true)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    func address(_ address: IPAddress) -> String {
      let words =
        address.isIPv6
        ? [address.high >> 32, address.high & 0xffff_ffff, address.low >> 32, address.low & 0xffff_ffff] : [address.high >> 32]
      return words.map { hex(UInt32(truncatingIfNeeded: $0).byteSwapped, 8) }.joined()
    }
    let isMini = socket.isMiniSocket
    let tail = socket.proto != .tcp ? " 0" : isMini ? "" : " 100 0 0 10 0"
    return "   0: \(address(socket.localAddress)):\(hex(socket.localPort, 4)) \(address(socket.peerAddress)):\(hex(socket.peerPort, 4)) "
      + "\(hex(state ?? socket.state.rawValue, 2)) \(hex(sendQueue ?? (socket.state == .listen ? 0 : socket.sendQueue), 8)):"
      + "\(hex(receiveQueue ?? socket.receiveQueue, 8)) \(hex(timer ?? socket.timer.rawValue, 2)):"
      + "\(hex(ticks ?? socket.timerMilliseconds / 10, 8)) \(hex(retransmits, 8)) \(uid ?? socket.uid) \(probes) "
      + "\(inode ?? UInt64(socket.inode)) 1 \(hex(pointer, 16))\(tail)\n"
  }

  static func file(_ socket: InetSocket) -> ProcInetFile {
    socket.proto == .udp ? (socket.isIPv6 ? .udp6 : .udp) : socket.isIPv6 ? .tcp6 : .tcp
  }

  static func row(_ socket: InetSocket, _ line: String? = nil) throws -> TableRow {
    let table = parseInetTable(Array((line ?? Self.line(socket)).utf8))
    return TableRow(try #require(table.rows.first), in: file(socket))
  }

  /// A reading in which both sides have these sockets.
  static func both(_ sockets: [MakeSocket], milliseconds: Int64 = 20) throws -> TableReading {
    var reading = TableReading()
    reading.inet = try sockets.map { try $0.socket }
    reading.rows = try reading.inet.map { try row($0) }
    reading.nanoseconds = milliseconds * 1_000_000
    return reading
  }

  func compared(_ reading: TableReading) -> NetstatComparison { NetstatComparison(reading, ticksPerSecond: 100) }

  /// The fields that differ, with their classes.
  func found(_ comparison: NetstatComparison) -> [String] {
    comparison.sockets.flatMap { $0.differences.map { "\($0.field.rawValue) \($0.kind.rawValue) \($0.reason.id)" } }
  }

  static let established = MakeSocket(.established, "127.0.0.1", 4000, peer: "127.0.0.1", 80, inode: 7)
  static let listener = MakeSocket(.listen, "0.0.0.0", 80, inode: 5, receiveQueue: 3, sendQueue: 128)
  static let timeWait = MakeSocket(.timeWait, "127.0.0.1", 80, peer: "127.0.0.1", 4001, timer: .timewait, expires: 50_000)

  @Test func whatIsTheSameIsEqual() throws {
    let comparison = compared(try Self.both([Self.established]))
    #expect(comparison.tally == CompareTally(equal: 1) && !comparison.isOpen)
  }

  @Test func aListenersLimitIsExpected() throws {
    #expect(found(compared(try Self.both([Self.listener]))) == ["sendQ expected compare.listenLimit"])
  }

  @Test func aRunningTimerIsExpectedAndANewOneRacing() throws {
    #expect(found(compared(try Self.both([Self.timeWait]))) == ["timerTime expected compare.timerTime"])
    var later = try Self.both([Self.timeWait])
    later.rows = [try Self.row(later.inet[0], Self.line(later.inet[0], ticks: 6000))]
    #expect(found(compared(later)) == ["timerTime racing compare.timerMoved"])
    later.rows = [try Self.row(later.inet[0], Self.line(later.inet[0], ticks: 4900))]
    #expect(found(compared(later)) == ["timerTime racing compare.timerMoved"])
    later.nanoseconds = 1_000_000_000
    #expect(found(compared(later)) == ["timerTime expected compare.timerTime"])
  }

  @Test func countsAreHeldAgainstTheTimerTheyBelongTo() throws {
    func counts(_ timer: TimerKind, _ count: UInt8, _ retransmits: Int, _ probes: Int) throws -> [String] {
      var reading = try Self.both([
        MakeSocket(
          .established, "127.0.0.1", 1, peer: "127.0.0.1", 2, inode: 7, timer: timer, retransmits: count, expires: timer == .off ? 0 : 1000)
      ])
      reading.rows = [try Self.row(reading.inet[0], Self.line(reading.inet[0], retransmits: retransmits, probes: probes))]
      return found(compared(reading)).filter { !$0.hasPrefix("timerTime") }
    }
    #expect(try counts(.on, 3, 3, 0) == [])
    #expect(try counts(.on, 3, 4, 0) == ["timerCount racing compare.moved"])
    #expect(try counts(.keepalive, 2, 0, 2) == ["timerCount expected compare.countThird"])
    #expect(try counts(.persist, 0, 5, 0) == ["timerCount expected compare.countLeft"])
    #expect(try counts(.off, 0, 0, 1) == ["timerCount expected compare.countLeft"])
    #expect(try counts(.off, 0, 0, 0) == [])
  }

  @Test func timersThatProcHasNoNumberFor() throws {
    var reading = try Self.both([MakeSocket(.established, "127.0.0.1", 1, peer: "127.0.0.1", 2, inode: 7, timer: .delack, expires: 40)])
    reading.rows = [try Self.row(reading.inet[0], Self.line(reading.inet[0], timer: 0, ticks: 0))]
    #expect(found(compared(reading)) == ["timer expected compare.delack"])
    reading.rows = [try Self.row(reading.inet[0], Self.line(reading.inet[0], timer: 1, ticks: 20))]
    #expect(found(compared(reading)) == ["timer racing compare.timerMoved"])
  }

  @Test func aHalfOpenConnectionHasItsListenersUid() throws {
    let request = MakeSocket(.synRecv, "127.0.0.1", 80, peer: "127.0.0.1", 4002, timer: .on, retransmits: 1, expires: 900)
    var reading = try Self.both([request])
    reading.rows = [try Self.row(reading.inet[0], Self.line(reading.inet[0], retransmits: 2, uid: 1000))]
    #expect(
      found(compared(reading)) == [
        "timerTime expected compare.timerTime", "timerCount expected compare.requestCount", "uid expected compare.requestUID",
      ])
  }

  @Test func mappedAddressesJoinAcrossFamilies() throws {
    var reading = try Self.both([MakeSocket(.established, "::ffff:127.0.0.1", 82, peer: "::ffff:127.0.0.1", 5, inode: 9)])
    #expect(compared(reading).tally.equal == 1)
    let plain = try MakeSocket(.established, "127.0.0.1", 82, peer: "127.0.0.1", 5, inode: 9).socket
    reading.rows = [try Self.row(plain)]
    #expect(compared(reading).tally.equal == 1)
  }

  @Test func siblingsOfOneAddressAreToldApartByInode() throws {
    let siblings = (1...4).map {
      MakeSocket(.listen, "0.0.0.0", 80, cookie: UInt64($0), inode: UInt32($0), receiveQueue: UInt32($0), sendQueue: 9)
    }
    var reading = try Self.both(siblings)
    reading.rows.reverse()
    #expect(found(compared(reading)) == [String](repeating: "sendQ expected compare.listenLimit", count: 4))
    // One of them hidden: exactly that one.
    reading.rows.remove(at: 1)
    let comparison = compared(reading)
    #expect(comparison.openRecords.map(\.inode) == [3])
    let datagrams = try Self.both((1...3).map { MakeSocket(.close, "0.0.0.0", 53, proto: .udp, cookie: UInt64($0), inode: UInt32($0)) })
    #expect(compared(datagrams).tally == CompareTally(equal: 3))
  }

  @Test func aBoundSocketIsInNetlinkOnly() throws {
    var reading = TableReading()
    reading.inet = [try MakeSocket(.close, "127.0.0.1", 81, inode: 3).socket]
    #expect(found(compared(reading)) == ["row expected compare.bound"])
    // An unconnected datagram socket is not: that one is missing.
    reading.inet = [try MakeSocket(.close, "127.0.0.1", 81, proto: .udp, inode: 3).socket]
    #expect(compared(reading).isOpen)
  }

  @Test func whatStaysInOneOnlyIsSuspicious() throws {
    let whole = try Self.both([Self.established, Self.timeWait, Self.listener])
    for place in 0..<3 {
      var hiddenFromProc = whole, hiddenFromNetlink = whole
      hiddenFromProc.rows.remove(at: place)
      hiddenFromNetlink.inet.remove(at: place)
      for (reading, reason) in [(hiddenFromProc, "hiddenFromProc"), (hiddenFromNetlink, "hiddenFromNetlink")] {
        var comparison = compared(reading)
        #expect(comparison.isOpen)
        for _ in 0..<3 { comparison.look(reading) }
        #expect(comparison.isOpen)
        comparison.finish()
        #expect(comparison.tally.suspicious == 1 && comparison.tally.compared == 3)
        #expect(found(comparison).contains("row suspicious compare.\(reason)"))
        #expect(comparison.sockets.flatMap(\.differences).contains { $0.reason.description.contains("4 looks") })
      }
    }
  }

  @Test func whatComesOrGoesIsRacing() throws {
    let whole = try Self.both([Self.established, Self.timeWait])
    for place in 0..<2 {
      var lacksRow = whole, lacksRecord = whole, gone = whole
      lacksRow.rows.remove(at: place)
      lacksRecord.inet.remove(at: place)
      gone.rows.remove(at: place)
      gone.inet.remove(at: place)
      for first in [lacksRow, lacksRecord] {
        for (second, reason) in [(whole, "came"), (gone, "went")] {
          var comparison = compared(first)
          comparison.look(second)
          #expect(!comparison.isOpen && comparison.tally.racing == 1)
          #expect(found(comparison).contains("row racing compare.\(reason)"))
        }
      }
    }
  }

  @Test func aReusedAddressOrInodeIsAnotherSocket() throws {
    // netlink: the same ends and inode under another cookie.
    var first = try Self.both([Self.established])
    first.rows = []
    var second = first
    second.inet = [try MakeSocket(.established, "127.0.0.1", 4000, peer: "127.0.0.1", 80, cookie: 999, inode: 7).socket]
    var comparison = compared(first)
    comparison.look(second)
    #expect(found(comparison) == ["row racing compare.went"])
    // /proc: another mini-socket with the same ends, which its kernel address gives away.
    var rows = try Self.both([Self.timeWait])
    let socket = rows.inet[0]
    rows.inet = []
    var later = rows
    later.rows = [try Self.row(socket, Self.line(socket, pointer: 0xdef))]
    comparison = compared(rows)
    comparison.look(later)
    #expect(found(comparison) == ["row racing compare.went"])
  }

  @Test func aConnectionThatIsAcceptedInBetweenIsOne() throws {
    var reading = try Self.both([MakeSocket(.established, "127.0.0.1", 80, peer: "127.0.0.1", 4000, cookie: 5, inode: 0)])
    let accepted = try MakeSocket(.established, "127.0.0.1", 80, peer: "127.0.0.1", 4000, cookie: 5, inode: 12).socket
    reading.rows = [try Self.row(accepted)]
    var comparison = compared(reading)
    #expect(comparison.sockets.count == 1 && found(comparison) == ["inode suspicious compare.stable"] && comparison.isOpen)
    var later = reading
    later.inet = [accepted]
    comparison.look(later)
    #expect(found(comparison) == ["inode racing compare.moved"])
  }

  @Test func movingValuesAreRacing() throws {
    func reading(_ netlink: UInt32, _ proc: Int) throws -> TableReading {
      var reading = try Self.both([
        MakeSocket(.established, "127.0.0.1", 1, peer: "127.0.0.1", 2, cookie: 3, inode: 7, receiveQueue: netlink)
      ])
      reading.rows = [try Self.row(reading.inet[0], Self.line(reading.inet[0], receiveQueue: proc))]
      return reading
    }
    for later in [try reading(20, 20), try reading(11, 20), try reading(10, 21)] {
      var comparison = compared(try reading(10, 20))
      comparison.look(later)
      #expect(found(comparison) == ["recvQ racing compare.moved"])
    }
    var comparison = compared(try reading(10, 20))
    for _ in 0..<4 { comparison.look(try reading(10, 20)) }
    comparison.finish()
    // The queue of a busy listener may well show 0 to one and 1 to the other each time.
    #expect(found(comparison) == ["recvQ racing compare.restless"])
  }

  @Test func whatDoesNotMoveAndDiffersIsSuspicious() throws {
    func looked(_ change: (InetSocket) -> String) throws -> [String] {
      var reading = try Self.both([Self.established])
      reading.rows = [try Self.row(reading.inet[0], change(reading.inet[0]))]
      var comparison = compared(reading)
      for _ in 0..<3 { comparison.look(reading) }
      comparison.finish()
      return found(comparison)
    }
    #expect(try looked { Self.line($0, uid: 1000) } == ["uid suspicious compare.stable"])
    #expect(try looked { Self.line($0, state: 8) } == ["state suspicious compare.stable"])
    #expect(try looked { Self.line($0, inode: 8) } == ["inode suspicious compare.stable"])
    // The row of its inode names another port, and goes on to do so: a row altered to hide what listens where.
    for made in [Self.listener, Self.established] {
      var reading = try Self.both([made])
      let honest = reading
      let port = honest.inet[0].localPort == 80 ? (":0050 ", ":0051 ") : (":0FA0 ", ":0FA1 ")
      reading.rows = [try Self.row(reading.inet[0], Self.line(reading.inet[0]).replacing(port.0, with: port.1, maxReplacements: 1))]
      var comparison = compared(reading)
      for _ in 0..<3 { comparison.look(reading) }
      comparison.finish()
      #expect(found(comparison).contains("addresses suspicious compare.stable"))
      var bound = compared(reading)
      bound.look(honest)
      #expect(found(bound).contains("addresses racing compare.moved"))
    }
  }

  @Test func aSourceThatFallsSilentProvesNothing() throws {
    var first = try Self.both([Self.established])
    first.rows = []
    var later = first
    later.unreadable = [.inet(.tcp): 61]
    var comparison = compared(first)
    comparison.look(later)
    comparison.finish()
    #expect(found(comparison) == ["row unavailable compare.lost"])
  }

  @Test func aRefusedTableIsUnavailableAndNeverSuspicious() throws {
    var reading = try Self.both([Self.established, Self.timeWait])
    (reading.inet, reading.refused) = ([], [.inet(.tcp): "refused"])
    #expect(compared(reading).tally == CompareTally(unavailable: 2))
    reading = try Self.both([Self.established])
    (reading.rows, reading.unreadable) = ([], [.inet(.tcp): 13])
    #expect(compared(reading).tally == CompareTally(unavailable: 1))
  }

  @Test func severalOwnersAreExpected() throws {
    var comparison = compared(try Self.both([Self.established]))
    var owners = OwnerTable()
    for (pid, fd) in [(12, 3), (11, 3), (11, 4)] as [(Int32, Int32)] { owners.add(inode: 7, owner: Owner(pid: pid, fd: fd)) }
    comparison.addOwners(owners)
    #expect(found(comparison) == ["owner expected compare.owners"])
    #expect(comparison.sockets[0].differences[0].netlink == "11 12" && comparison.sockets[0].differences[0].proc == "11")
  }

  @Test func theScopeTakesASocketByEitherSide() throws {
    var reading = try Self.both([Self.established, Self.listener])
    reading.rows.removeFirst()
    let port = CompareScope(filter: Filter(localPort: 4000))
    #expect(NetstatComparison(reading, ticksPerSecond: 100) { port.wants($0) }.sockets.count == 1)
    let listening = CompareScope(states: FilterStates.listening)
    #expect(NetstatComparison(reading, ticksPerSecond: 100) { listening.wants($0) }.sockets.map(\.state) == [.listen])
  }

  // MARK: unix

  static func unix(_ inode: UInt32, _ path: [UInt8]? = nil, _ state: TCPState = .listen, type: UInt8 = 1) -> UnixSocket {
    var socket = UnixSocket(type: type, state: state, inode: inode, cookie: UInt64(inode) + 1000)
    socket.path = path.map { Name($0) }
    return socket
  }

  static func unixReading(_ sockets: [UnixSocket], _ lines: String...) -> TableReading {
    var reading = TableReading()
    reading.unix = sockets
    let head = "Num       RefCount Protocol Flags    Type St Inode Path\n"
    reading.unixRows = parseUnixTable(Array((head + lines.map { "0000000000000001: 00000002 00000000 \($0)\n" }.joined()).utf8)).rows
    return reading
  }

  @Test func unixSocketsJoinByInode() {
    let reading = Self.unixReading(
      [Self.unix(5, Array("/run/a".utf8)), Self.unix(6, [0] + Array("x".utf8) + [0], .close, type: 2), Self.unix(7, nil, .established)],
      "00000000 0001 03     7", "00010000 0001 01     5 /run/a", "00000000 0002 01     6 @x@")
    #expect(compared(reading).tally == CompareTally(equal: 3))
  }

  @Test func unixNamesWithBlanksAndBreaksAreExplained() {
    let reading = Self.unixReading(
      [Self.unix(5, Array("/run/a b".utf8)), Self.unix(6, Array("/run/a\nb".utf8)), Self.unix(7, Array("/run/other".utf8))],
      "00010000 0001 01     5 /run/a b", "00010000 0001 01     6 /run/a", "00010000 0001 01     7 /run/this")
    #expect(
      found(compared(reading)) == [
        "path expected compare.unixBlank", "path expected compare.unixNewline", "path suspicious compare.stable",
      ])
  }

  @Test func aRowForgedByANameIsExplained() {
    let forger = Array("\0x\n0000000000000001: 00000002 00000000 00010000 0001 01 4242 /forged".utf8)
    var reading = Self.unixReading([Self.unix(6, forger)], "00010000 0001 01     6 @x", "00010000 0001 01 4242 /forged")
    #expect(found(compared(reading)) == ["path expected compare.unixNewline", "row expected compare.unixForged"])
    reading.unix = [Self.unix(6, Array("\0x".utf8))]
    #expect(compared(reading).isOpen)
  }

  @Test func connectionsThatWaitHaveNoInode() {
    var comparison = compared(Self.unixReading([], "00000000 0001 02     0 /run/a", "00000000 0001 03     9"))
    #expect(found(comparison) == ["row expected compare.unixNoInode", "row suspicious compare.stable"])
    comparison.look(Self.unixReading([], "00000000 0001 03     9"))
    comparison.finish()
    #expect(found(comparison).last == "row suspicious compare.hiddenUnixFromNetlink")
  }
}
