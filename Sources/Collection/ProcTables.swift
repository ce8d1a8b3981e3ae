internal import Catalog
internal import ProcFS
internal import SockDiag

/// /proc/net read as records, for the day netlink is impossible.
enum ProcTables {
  static func records(_ questions: Questions, filter: Filter?, files: any FileSource, ticksPerSecond: Int) throws -> [InetSocket] {
    var out: [InetSocket] = []
    for file in ProcInetFile.allCases {
      let proto = InetProtocol(rawValue: file.protocolNumber)
      guard questions.protocols.contains(proto), let text = try? files.read(file.path) else { continue }
      for row in parseInetTable(text).rows where row.isIPv6 ? questions.wantsIPv6 : questions.wantsIPv4 {
        let record = try InetSocket(diagPayload(row, ticksPerSecond: ticksPerSecond), proto: proto)
        guard questions.states.has(record.state.rawValue), questions.localPort == 0 || record.localPort == questions.localPort else {
          continue
        }
        if let filter, !filter.matches(record) { continue }
        out.append(record)
      }
    }
    return out
  }
}
