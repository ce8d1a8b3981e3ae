public import Catalog
public import Findings
public import ProcFS
internal import Snapshot
internal import SockDiag

/// Names that the rows of ss and netstat need.
public struct CompareNames: Sendable {
  /// Who holds the sockets.
  public var owners = OwnerTable()
  /// The first word of a process's command line, by pid.
  public var programs: [Int32: Name] = [:]
  /// Interface names by index.
  public var interfaces: [UInt32: Name] = [:]
  /// CLK_TCK.
  public var ticksPerSecond = 100

  /// No names.
  public init() {}

  /// `PID/Program name` as netstat prints it: the first owner, its command line's first word without a path, 19 characters in all.
  func program(_ inode: UInt32) -> String {
    guard let owner = owners[inode].first else { return "-" }
    let line = programs[owner.pid]?.bytes ?? []
    let word = line.first == 0x2f ? line[((line.lastIndex(of: 0x2f) ?? -1) + 1)...] : line[...]
    // netstat writes a dot for what is no printable ASCII.
    let safe = String(decoding: word.map { (0x20...0x7e).contains($0) ? $0 : 0x2e }, as: UTF8.self)
    return String((String(owner.pid) + "/" + safe).prefix(19))
  }

  /// `users:(("server",pid=1,fd=3))` as ss prints it; nil when nobody holds it.
  func users(_ inode: UInt32) -> String? {
    let found = owners[inode]
    guard !found.isEmpty else { return nil }
    let parts = found.map { owner in
      "(\"\(owners.processes[owner.pid]?.name.description ?? "")\",pid=\(owner.pid),fd=\(owner.fd))"
    }
    return "users:(" + parts.joined(separator: ",") + ")"
  }

  /// How many sockets have an owner that ss and netstat call by different names.
  public func differentPrograms(_ sockets: [ComparedSocket]) -> Int {
    sockets.count { socket in
      guard socket.isInNetlink, socket.isInProc, let pid = owners[socket.inode].first?.pid, let name = owners.processes[pid]?.name
      else { return false }
      return program(socket.inode) != "\(pid)/\(name)"
    }
  }
}

/// A row in the cells of a tool, in its order of columns; the keys are JSON's.
struct ToolRow {
  var cells: [(key: StaticString, text: String)] = []

  mutating func add(_ key: StaticString, _ text: String?) {
    if let text { cells.append((key, text)) }
  }

  /// The cells with a blank between them; empty ones leave nothing.
  var line: String { cells.map(\.text).filter { !$0.isEmpty }.joined(separator: " ") }

  /// A row of `ss -tuwxanpoe`; nil when netlink does not show the socket.
  static func ss(_ socket: ComparedSocket, _ names: CompareNames) -> ToolRow? {
    if let inet = socket.inet { return ss(inet, names) }
    guard let unix = socket.unix else { return nil }
    var row = ToolRow()
    row.add("netid", unix.netid)
    row.add("state", unix.state.name)
    row.add("recvQ", String(unix.receiveQueue ?? 0))
    row.add("sendQ", String(unix.sendQueue ?? 0))
    row.add("local", (unix.path.map(path) ?? "*") + " " + String(unix.inode))
    row.add("peer", "* " + String(unix.peerInode ?? 0))
    row.add("process", names.users(unix.inode))
    return row
  }

  private static func ss(_ inet: InetSocket, _ names: CompareNames) -> ToolRow {
    var row = ToolRow()
    row.add("netid", inet.proto.name)
    row.add("state", inet.state.name)
    row.add("recvQ", String(inet.receiveQueue))
    row.add("sendQ", String(inet.sendQueue))
    let isDual = inet[.v6only] != 1
    let device = inet.interface == 0 ? "" : "%" + (names.interfaces[inet.interface]?.description ?? "if\(inet.interface)")
    row.add("local", host(inet.localAddress, isDual) + device + ":" + port(inet.localPort))
    row.add("peer", host(inet.peerAddress, isDual) + ":" + port(inet.peerPort))
    row.add("process", names.users(inet.inode))
    if inet.timer != .off {
      row.add("timer", "timer:(\(inet.timer.name),\(duration(inet.timerMilliseconds)),\(inet.timerRetransmits))")
    }
    if inet.uid != 0 { row.add("uid", "uid:\(inet.uid)") }
    row.add("ino", "ino:\(inet.inode)")
    return row
  }

  private static func host(_ address: IPAddress, _ isDual: Bool) -> String {
    address.isIPv6 ? isDual && address.isAny ? "*" : "[\(address)]" : address.description
  }

  private static func port(_ number: UInt16) -> String { number == 0 ? "*" : String(number) }

  private static func path(_ name: Name) -> String {
    name.bytes.first == 0 ? Name(name.bytes.map { $0 == 0 ? 0x40 : $0 }).description : name.description
  }

  /// As ss writes it, print_ms_timer(): 9.892 s is `9.892ms` there.
  static func duration(_ milliseconds: Int) -> String {
    let minutes = milliseconds / 60_000
    var seconds = milliseconds / 1000 % 60, rest = milliseconds % 1000
    var out = ""
    if minutes > 0 {
      rest = 0
      out += "\(minutes)min"
      if minutes > 9 { seconds = 0 }
    }
    if seconds > 0 {
      if seconds > 9 { rest = 0 }
      out += "\(seconds)" + (rest > 0 ? "." : "sec")
    }
    if rest > 0 { out += String("00\(rest)".suffix(3)) + "ms" }
    return out
  }

  /// A row of `netstat -tuwxanpoe -W`; nil when /proc/net does not show the socket.
  static func netstat(_ socket: ComparedSocket, _ names: CompareNames) -> ToolRow? {
    if let row = socket.row { return netstat(row, names) }
    guard let unix = socket.unixRow else { return nil }
    var row = ToolRow()
    row.add("proto", socket.table.netstatName)
    row.add("refCnt", String(unix.references))
    row.add("flags", unix.isListening ? "[ ACC ]" : "[ ]")
    row.add("type", unix.type == 1 ? "STREAM" : unix.type == 2 ? "DGRAM" : unix.type == 5 ? "SEQPACKET" : "UNKNOWN")
    row.add("state", NetstatWords.unix(unix.socketState, isListening: unix.isListening))
    row.add("inode", String(unix.inode))
    row.add("program", names.program(UInt32(truncatingIfNeeded: unix.inode)))
    // sscanf("%s"): the first word.
    row.add("path", unix.path.map { Name(Array($0.bytes.drop(while: isBlank).prefix { !isBlank($0) })).description })
    return row
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func netstat(_ table: TableRow, _ names: CompareNames) -> ToolRow {
    let proc = table.row, proto = InetProtocol(rawValue: table.file.protocolNumber)
    var row = ToolRow()
    row.add("proto", PairedTable.inet(table.file).netstatName)
    row.add("recvQ", String(proc.receiveQueue))
    row.add("sendQ", String(proc.sendQueue))
    row.add("local", "\(table.localAddress.unmapped):\(port(proc.localPort))")
    row.add("foreign", "\(table.peerAddress.unmapped):\(port(proc.peerPort))")
    row.add("state", NetstatWords.state(proc.state, proto: proto))
    row.add("user", String(proc.uid))
    row.add("inode", String(proc.inode))
    row.add("program", names.program(UInt32(truncatingIfNeeded: proc.inode)))
    row.add("timer", timer(proc, isTCP: proto == .tcp, names.ticksPerSecond))
    return row
  }

  private static func timer(_ proc: ProcInetRow, isTCP: Bool, _ ticksPerSecond: Int) -> String {
    let names = isTCP ? ["off", "on", "keepalive", "timewait", "probe"] : ["off", "on1", "on2"]
    let name = Int(proc.timer) < names.count ? names[Int(proc.timer)] : "unkn-\(proc.timer)"
    let hundredths =
      proc.timer == 0 ? 0 : Int(clamping: proc.expiresTicks.multipliedReportingOverflow(by: 100).partialValue) / max(1, ticksPerSecond)
    let rest = hundredths % 100
    // netstat passes over the retransmissions of datagram sockets.
    return "\(name) (\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)/\(isTCP ? proc.retransmits : 0)/\(proc.probes))"
  }
}
