import Catalog
import ProcFS
@testable import Rendering
import SockDiag
import TestSupport
import Testing

/// The list of some sockets, as text.
func listed(_ sockets: [MakeSocket], unix: [UnixSocket] = [], _ change: (inout ListOptions) -> Void = { _ in }) throws -> String {
  var options = ListOptions()
  change(&options)
  var writer = ListWriter(options: options, descriptor: -1)
  for socket in sockets { try writer.take(socket.socket) }
  for socket in unix { writer.take(socket) }
  writer.finish()
  return String(decoding: writer.taken(), as: UTF8.self)
}

/// The rows without heading and legend.
func rows(_ sockets: [MakeSocket], unix: [UnixSocket] = [], _ change: (inout ListOptions) -> Void = { _ in }) throws -> [String] {
  let text = try listed(sockets, unix: unix) {
    $0.showsHeader = false
    change(&$0)
  }
  return text.split(separator: "\n\n", omittingEmptySubsequences: false)[0].split(separator: "\n").map(String.init)
}

/// An owner table of one process.
func owners(_ name: Name, pid: Int32, of inodes: [UInt32]) -> OwnerTable {
  var table = OwnerTable()
  for (index, inode) in inodes.enumerated() { table.add(inode: inode, owner: Owner(pid: pid, fd: Int32(index + 3))) }
  table.processes[pid] = ProcessRecord(pid: pid, startTicks: 1, name: name, uid: 0)
  return table
}

@Suite struct ListWriterTests {
  @Test("the loop's constants are the catalog's layouts")
  func places() {
    let pinned: [(Int, Field)] = [
      (Place.state, .state), (Place.timer, .timer), (Place.retrans, .retrans), (Place.localPort, .sport), (Place.peerPort, .dport),
      (Place.interface, .interface), (Place.cookie, .cookie), (Place.expires, .expires), (Place.rqueue, .rqueue), (Place.wqueue, .wqueue),
      (Place.uid, .uid), (Place.inode, .inode),
    ]
    for (place, field) in pinned { #expect(place == Int(field.layout.offset) && field.layout.part == .header, "\(field.key)") }
    #expect(Field.family.layout.offset == 0 && Set(pinned.map(\.1)).count == Field.header.count - 1)
    // The two addresses fill what the fields leave free: 16 bytes each, between the ports and the device.
    #expect(Place.source == Place.peerPort + 2 && Place.destination == Place.source + 16 && Place.interface == Place.destination + 16)
  }

  @Test("a plain row says state, queues and both ends")
  func plain() throws {
    let made = MakeSocket(.established, "10.0.0.1", 40000, peer: "10.0.0.2", 443, inode: 5, receiveQueue: 12, sendQueue: 3456)
    let row = try #require(try rows([made]) { $0.explains = false }.first)
    #expect(row.split(separator: " ") == ["ESTAB", "12", "3456", "10.0.0.1:40000", "10.0.0.2:443"])
    #expect(!row.hasSuffix(" "))
  }

  @Test(
    "addresses as ss writes them",
    arguments: [
      ("0.0.0.0", 80, nil, "0.0.0.0:80"), ("::", 80, 0, "*:80"), ("::", 80, 1, "[::]:80"), ("::1", 0, nil, "[::1]:*"),
      ("::ffff:10.0.0.1", 8080, nil, "[::ffff:10.0.0.1]:8080"),
    ] as [(String, UInt16, UInt64?, String)])
  func endpoints(address: String, port: UInt16, v6only: UInt64?, text: String) throws {
    var made = MakeSocket(.listen, address, port)
    if let v6only { made = made.with([.v6only: v6only]) }
    #expect(try rows([made])[0].split(separator: " ")[3] == text)
  }

  @Test("devices by name, by number where it has none; services and raw protocols by name where asked")
  func names() throws {
    let bound = MakeSocket(.listen, "127.0.0.1", 443, interface: 3)
    #expect(try rows([bound])[0].contains("127.0.0.1%if3:443"))
    let shown = try rows([bound]) {
      $0.interfaceName = { $0 == 3 ? Name("e\u{1b}0") : nil }
      $0.services = [6 << 16 | 443: Name("https")]
    }
    #expect(shown[0].contains("127.0.0.1%e\\x1b0:https"))
    let icmp = MakeSocket(.close, "0.0.0.0", 1, proto: .raw)
    #expect(try rows([icmp])[0].contains("0.0.0.0:1 "))
    #expect(try rows([icmp]) { $0.services = [6 << 16 | 443: Name("https")] }[0].contains("0.0.0.0:icmp"))
    #expect(try rows([MakeSocket(.close, "0.0.0.0", 99, proto: .raw)])[0].contains("0.0.0.0:99"))
  }

  @Test("columns stand below their titles, whatever the sample holds", arguments: [1, 511, 512, 700])
  func columns(count: Int) throws {
    let sockets = (0..<count).map { (index: Int) -> MakeSocket in
      let is4 = index % 3 == 0
      let state: TCPState = index % 2 == 0 ? .established : .finWait1
      let unread: UInt32 = index % 7 == 0 ? 0 : 1_234_567
      return MakeSocket(
        state, is4 ? "10.0.0.1" : "2001:db8::1", UInt16(1000 + index), peer: is4 ? "192.168.100.200" : "2001:db8:1:2:3:4:5:6", 443,
        inode: 7, receiveQueue: unread)
    }
    let lines = try listed(sockets) { $0.explains = false }.split(separator: "\n")
    #expect(lines.count == count + 1)
    let local = try #require(lines[0].firstRange(of: "Local Address:Port")?.lowerBound.utf16Offset(in: lines[0]))
    let peer = try #require(lines[0].firstRange(of: "Peer Address:Port")?.lowerBound.utf16Offset(in: lines[0]))
    for line in lines.dropFirst() {
      let bytes = Array(line.utf8)
      #expect(bytes[local - 1] == 0x20 && bytes[local] != 0x20 && bytes[peer - 1] == 0x20 && bytes[peer] != 0x20)
    }
  }

  @Test("what comes behind the sample may be wider, but never runs together")
  func wideLater() throws {
    let narrow = (0..<600).map { MakeSocket(.established, "1.1.1.1", UInt16($0 + 1), peer: "1.1.1.2", 1, inode: 1) }
    let wide = MakeSocket(
      .finWait2, "2001:db8:1:2:3:4:5:6", 65535, peer: "2001:db8:1:2:3:4:5:7", 65535, inode: 1, receiveQueue: .max, sendQueue: .max)
    let row = try #require(try rows(narrow + [wide]) { $0.explains = false }.last)
    #expect(
      row.split(separator: " ") == [
        "FIN-WAIT-2", "4294967295", "4294967295", "[2001:db8:1:2:3:4:5:6]:65535", "[2001:db8:1:2:3:4:5:7]:65535",
      ])
  }

  @Test("no extras, no trailing spaces; -H no heading; netid in front when asked")
  func shape() throws {
    let text = try listed([MakeSocket(.close, "0.0.0.0", 53, proto: .udp), MakeSocket(.listen, "0.0.0.0", 53)]) {
      $0.explains = false
      $0.showsNetid = true
    }
    let lines = text.split(separator: "\n")
    #expect(lines.map { $0.prefix(6) } == ["Netid ", "udp   ", "tcp   "])
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
    #expect(try listed([]) { $0.showsHeader = false }.isEmpty)
    #expect(try rows([MakeSocket(.listen)]) { $0.showsState = false }[0].hasPrefix("     0"))
  }

  @Test("owners: all of them, their names escaped")
  func processes() throws {
    let made = MakeSocket(.listen, "0.0.0.0", 80, inode: 9)
    var table = owners(Name("a\"\u{1b}[2J"), pid: 12, of: [9, 9])
    table.add(inode: 9, owner: Owner(pid: 11, fd: 3))
    let row = try rows([made]) {
      $0.showsProcesses = true
      $0.owners = table
    }[0]
    #expect(row.hasSuffix("users:((\"\",pid=11,fd=3),(\"a\"\\x1b[2J\",pid=12,fd=3),(\"a\"\\x1b[2J\",pid=12,fd=4))"))
    // Thousands of sharers: longer than the output buffer.
    var many = OwnerTable()
    for pid in Int32(1)...4000 { many.add(inode: 9, owner: Owner(pid: pid, fd: 3)) }
    let long = try rows([made, made]) {
      $0.showsProcesses = true
      $0.owners = many
    }
    #expect(long.count == 2 && long[0] == long[1] && long[0].hasSuffix("pid=4000,fd=3))") && long[0].contains("pid=2000,fd=3)"))
  }

  @Test(
    "timers in ss's words",
    arguments: [
      (.on, 200, 0, "timer:(on,200ms,0)"), (.on, 1500, 2, "timer:(on,1sec500ms,2)"),
      (.keepalive, 7_199_000, 0, "timer:(keepalive,119min,0)"),
      (.timewait, 60_000, 0, "timer:(timewait,1min,0)"), (.persist, 0, 7, "timer:(persist,0ms,7)"),
      (TimerKind(rawValue: 77), 1000, 1, "timer:(unknown(77),1sec,1)"),
    ] as [(TimerKind, UInt32, UInt8, String)])
  func timers(kind: TimerKind, expires: UInt32, retransmits: UInt8, text: String) throws {
    let made = MakeSocket(.established, inode: 1, timer: kind, retransmits: retransmits, expires: expires)
    #expect(try rows([made]) { $0.showsTimer = true }[0].contains(" \(text)"))
    #expect(!(try rows([MakeSocket(.established, inode: 1)]) { $0.showsTimer = true }[0].contains("timer")))
  }

  @Test("-e, -m and --tos print each attribute")
  func attributes() throws {
    let made = MakeSocket(.established, cookie: 0xbeef, inode: 5, uid: 33)
      .with(.skmeminfo, size: 36)
      .with([
        .tos: 0x10, .tclass: 0x20, .classID: 0x10001, .mark: 0x2a, .cgroupID: 77, .v6only: 1, .sk_rmem_alloc: 11, .sk_drops: 4,
      ])
    let row = try rows([made]) {
      $0.showsExtended = true
      $0.showsTOS = true
      $0.users = [33: Name("www\u{7}")]
      $0.explains = false
    }[0]
    for piece in [
      "uid:33(www\\x07)", " ino:5", " sk:beef", " cgroup:77", " v6only:1", " fwmark:0x2a", "tos:0x10", "tclass:0x20", "class_id:0x10001",
    ] {
      #expect(row.contains(piece), "\(piece) in \(row)")
    }
    let path = try rows([made]) {
      $0.showsExtended = true
      $0.cgroups = [77: Name("/a\u{1b}")]
    }
    #expect(path[0].contains("cgroup:/a\\x1b "))
    let memory = try rows([made]) { $0.showsMemory = true }
    #expect(memory.count == 2 && memory[1] == "\t skmem:(r11,rb0,t0,tb0,f0,w0,o0,bl0,d4)")
    #expect(try rows([made]) { ($0.showsMemory, $0.isOneLine) = (true, true) }.count == 1)
  }

  @Test("a listener's tcp_info is not printed: it repeats the queues under other names")
  func listenerInfo() throws {
    let info = [.unacked: 3, .sacked: 5, .rto: 1_000_000] as KeyValuePairs<Field, UInt64>
    let listener = MakeSocket(.listen, "0.0.0.0", 80, inode: 1).with(.tcpInfo, size: 280).with(info)
    let connection = MakeSocket(.established, "1.1.1.1", 80, inode: 1).with(.tcpInfo, size: 280).with(info)
    #expect(!(try listed([listener]) { $0.showsInfo = true }.contains("unacked")))
    #expect(try listed([connection]) { $0.showsInfo = true }.contains("\n\t rto:1000ms unacked:3 sacked:5"))
  }

  @Test("a cut-off record is an error, not a row")
  func truncated() throws {
    var writer = ListWriter(options: ListOptions(), descriptor: -1)
    let payload = Array(MakeSocket(.listen).payload.prefix(71))
    let span = payload.span
    #expect(throws: (any Error).self) { unsafe try writer.take(span.bytes, at: 0, count: 71, proto: .tcp) }
    #expect(throws: (any Error).self) { unsafe try writer.take(span.bytes, at: 4, count: 72, proto: .tcp) }
    #expect(writer.rows == 0)
  }

  @Test("unix rows: kinds, abstract names, escaping, peers, a full backlog")
  func unix() throws {
    var listener = UnixSocket(type: 1, state: .listen, inode: 100, cookie: 1)
    (listener.path, listener.receiveQueue, listener.sendQueue) = (Name("/run/a\u{1b}[2J"), 6, 5)
    var abstract = UnixSocket(type: 5, state: .established, inode: 101, cookie: 2)
    (abstract.path, abstract.peerInode) = (Name([0, 0x78, 0xff]), 102)
    let datagram = UnixSocket(type: 2, state: .close, inode: 102, cookie: 3)
    let text = try rows([], unix: [listener, abstract, datagram]) {
      $0.showsNetid = true
      $0.showsProcesses = true
      $0.owners = owners(Name("app"), pid: 7, of: [102])
    }
    #expect(text[0].hasPrefix("u_str LISTEN") && text[0].contains("/run/a\\x1b[2J 100") && text[0].hasSuffix(" FULL"))
    #expect(text[1].hasPrefix("u_seq ESTAB") && text[1].contains("@x\\xff 101") && text[1].contains("* 102"))
    #expect(text[2].hasPrefix("u_dgr UNCONN") && text[2].hasSuffix("users:((\"app\",pid=7,fd=3))"))
    #expect(try listed([], unix: [listener]).contains("\nFULL  "))
  }

  @Test("a sibling writes rows of the same shape, and its notes reach the legend")
  func siblings() throws {
    var first = ListWriter(options: ListOptions(), descriptor: -1)
    try first.take(MakeSocket(.established, inode: 1).socket)
    first.release()
    var second = first.sibling(lock: OutputLock())
    #expect(first.isSized && second.isSized)
    second.seenNotes = 1 << UInt32(NotePhrase.closeWait.index)
    first.absorb(&second)
    first.finish()
    #expect(String(decoding: first.taken(), as: UTF8.self).contains(NotePhrase.closeWait.rawValue.prefix(30)))
  }
}
