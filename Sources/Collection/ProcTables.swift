internal import Catalog
internal import ProcFS
internal import SockDiag

// Which files and rows of /proc/net answer a question, for the day netlink is impossible.

extension Questions {
  func wants(_ file: ProcInetFile) -> Bool {
    protocols.contains(InetProtocol(rawValue: file.protocolNumber)) && (file.isIPv6 ? wantsIPv6 : wantsIPv4)
  }

  func wants(_ record: InetSocket) -> Bool {
    states.has(record.state.rawValue) && (localPort == 0 || record.localPort == localPort)
  }
}

extension ProcInetFile {
  var isIPv6: Bool { rawValue.hasSuffix("6") }

  /// IPv6 may be switched off, and UDP-Lite is gone from newer kernels; the others are there wherever /proc/net is.
  var mayBeAbsent: Bool { isIPv6 || self == .udplite }
}
