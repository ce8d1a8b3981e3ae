public import Catalog
public import ProcFS
public import Snapshot
public import SockDiag

/// What becomes of a difference between netlink and /proc/net.
public enum DifferenceClass: String, Comparable, CaseIterable, Sendable {
  /// The two are meant to differ here.
  case expected
  /// One of the two could not be asked.
  case unavailable
  /// The socket changed between the two readings.
  case racing
  /// It stays, and nothing that is known explains it.
  case suspicious

  /// By how much it matters.
  public static func < (left: DifferenceClass, right: DifferenceClass) -> Bool {
    let order = allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}

/// What of a socket is compared; the raw value is JSON's word for it.
public enum ComparedField: String, Sendable {
  /// The socket itself: one of the two does not have it.
  case row
  /// idiag_state beside column `st`; of a unix socket udiag_state beside `Flags` and `St`.
  case state
  /// idiag_rqueue beside `rx_queue`.
  case receiveQueue = "recvQ"
  /// idiag_wqueue beside `tx_queue`.
  case sendQueue = "sendQ"
  /// idiag_timer beside `tr`.
  case timer
  /// idiag_expires beside `tm->when`.
  case timerTime
  /// idiag_retrans beside `retrnsmt` and `timeout`.
  case timerCount
  /// idiag_uid beside `uid`.
  case uid
  /// idiag_inode beside `inode`.
  case inode
  /// Both ends.
  case addresses
  /// udiag_type beside `Type`.
  case type
  /// UNIX_DIAG_NAME beside `Path`.
  case path
  /// Who holds it, as ss -p and netstat -p say.
  case owner

  /// The name ss and netstat give it on a page.
  public var name: String {
    switch self {
    case .row: "row"
    case .state: "State"
    case .receiveQueue: "Recv-Q"
    case .sendQueue: "Send-Q"
    case .timer, .timerTime, .timerCount: "timer"
    case .uid: "uid"
    case .inode: "inode"
    case .addresses: "address"
    case .type: "type"
    case .path: "path"
    case .owner: "owner"
    }
  }
}

/// One difference, with its class and the reason for it.
public struct Difference: Sendable {
  /// What differs.
  public var field: ComparedField
  /// netlink's value; nil when it has none.
  public var netlink: String?
  /// /proc's value; nil when it has none.
  public var proc: String?
  /// What becomes of it.
  public var kind: DifferenceClass
  /// Why.
  public var reason: Sentence
  /// Nobody knows a reason yet: another look decides.
  var isOpen = false

  init(_ field: ComparedField, _ netlink: String?, _ proc: String?, _ kind: DifferenceClass, _ reason: Sentence) {
    self.field = field
    self.netlink = netlink
    self.proc = proc
    self.kind = kind
    self.reason = reason
  }

  /// A difference without a known reason.
  static func open(_ field: ComparedField, _ netlink: String?, _ proc: String?) -> Difference {
    var made = Difference(field, netlink, proc, .suspicious, ComparePhrase.stable.say())
    made.isOpen = true
    return made
  }
}

/// A socket as both sources show it, or one of them.
public struct ComparedSocket: Sendable {
  /// By netlink.
  public var inet: InetSocket?
  /// By /proc/net.
  public var row: TableRow?
  /// A unix socket by netlink.
  public var unix: UnixSocket?
  /// A unix socket by /proc/net/unix.
  public var unixRow: ProcUnixRow?
  /// What differs; empty when nothing does.
  public internal(set) var differences: [Difference] = []

  /// The worst class among its differences; nil when it is equal on both sides.
  public var kind: DifferenceClass? { differences.map(\.kind).max() }
  /// Another look has to decide.
  public var isOpen: Bool { differences.contains(where: \.isOpen) }
  /// It was on one side, and at the next look on neither: nobody holds it any more.
  public var isGone: Bool { differences.contains { $0.reason.id == ComparePhrase.went.id } }
  /// Whether netlink shows it.
  public var isInNetlink: Bool { inet != nil || unix != nil }
  /// Whether /proc/net shows it.
  public var isInProc: Bool { row != nil || unixRow != nil }

  /// The table that should hold it.
  public var table: PairedTable {
    if let row { return .inet(row.file) }
    guard let inet else { return .unix }
    return .inet(ProcInetFile.holding(inet.proto, isIPv6: inet.isIPv6))
  }

  /// The Netid ss prints.
  public var netid: String {
    if let inet { return inet.proto.name }
    if let row { return InetProtocol(rawValue: row.file.protocolNumber).name }
    return unix?.netid ?? unixRow.map { UnixSocket(type: UInt8(truncatingIfNeeded: $0.type), state: .close, inode: 0, cookie: 0).netid }
      ?? ""
  }

  /// netlink's state, or /proc's.
  public var state: TCPState {
    inet?.state ?? row.map { TCPState(rawValue: $0.row.state) } ?? unix?.state ?? unixRow?.tcpState ?? .close
  }

  /// netlink's inode, or /proc's; 0 for none.
  public var inode: UInt32 {
    inet?.inode ?? unix?.inode ?? UInt32(truncatingIfNeeded: row?.row.inode ?? unixRow?.inode ?? 0)
  }
}

extension ProcInetFile {
  /// The table of a protocol and family.
  static func holding(_ proto: InetProtocol, isIPv6: Bool) -> ProcInetFile {
    switch proto {
    case .udp: isIPv6 ? .udp6 : .udp
    case .udplite: isIPv6 ? .udplite6 : .udplite
    case .raw: isIPv6 ? .raw6 : .raw
    default: isIPv6 ? .tcp6 : .tcp
    }
  }
}

extension ProcUnixRow {
  /// The state in netlink's numbers: unix_seq_show() prints SS_CONNECTED or SS_CONNECTING for an established socket, with or without a file.
  public var tcpState: TCPState {
    isListening ? .listen : socketState == 2 || socketState == 3 ? .established : .close
  }
}
