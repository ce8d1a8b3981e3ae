public import Findings
public import Snapshot
internal import Catalog
internal import ProcFS
internal import SockDiag

/// netlink beside /proc/net as one JSON document.
public enum CompareJSON {
  /// Writes the document.
  ///
  /// - Parameters:
  ///   - moment: when the first reading began.
  ///   - showsEqual: whether sockets without a difference are among `sockets`.
  public static func write(
    _ comparison: NetstatComparison, names: CompareNames, moment: Moment, kernel: String, gaps: [Gap], showsEqual: Bool,
    to json: inout JSONWriter
  ) {
    JSONDocument.begin("compare-netstat", moment, to: &json)
    json.text("kernel", kernel)
    json.bool("complete", gaps.isEmpty)
    JSONDocument.gaps(gaps, to: &json)
    write(comparison.tally, looks: comparison.looks, to: &json)
    JSONDocument.texts(
      "spellings", comparison.spellings(differentPrograms: names.differentPrograms(comparison.sockets)), to: &json)
    json.open("sockets", 0x5b)
    for socket in comparison.sockets where showsEqual || socket.kind != nil { write(socket, names, to: &json) }
    json.close(0x5d)
    JSONDocument.end(&json)
  }

  private static func write(_ tally: CompareTally, looks: Int, to json: inout JSONWriter) {
    json.open("verdict")
    json.number("compared", UInt64(tally.compared))
    json.number("equal", UInt64(tally.equal))
    json.number("explained", UInt64(tally.explained))
    json.number("racing", UInt64(tally.racing))
    json.number("suspicious", UInt64(tally.suspicious))
    json.number("unavailable", UInt64(tally.unavailable))
    json.number("looks", UInt64(looks))
    json.close()
  }

  private static func write(_ socket: ComparedSocket, _ names: CompareNames, to json: inout JSONWriter) {
    json.open()
    json.text("netid", socket.netid)
    json.text("state", socket.state.name)
    json.number("stateCode", UInt64(socket.state.rawValue))
    json.text("table", socket.table.path)
    json.text("class", socket.kind?.rawValue ?? "equal")
    json.number("inode", UInt64(socket.inode))
    if let cookie = socket.inet?.cookie ?? socket.unix?.cookie, cookie != 0 { json.number("cookie", cookie) }
    row("ss", ToolRow.ss(socket, names), to: &json)
    row("netstat", ToolRow.netstat(socket, names), to: &json)
    json.open("differences", 0x5b)
    for difference in socket.differences { write(difference, to: &json) }
    json.close(0x5d)
    json.close()
  }

  private static func row(_ key: StaticString, _ row: ToolRow?, to json: inout JSONWriter) {
    guard let row else { return }
    json.open(key)
    for cell in row.cells { json.text(cell.key, cell.text) }
    json.close()
  }

  private static func write(_ difference: Difference, to json: inout JSONWriter) {
    json.open()
    json.text("field", difference.field.rawValue)
    if difference.field != .row {
      if let value = difference.netlink { json.text("netlink", value) }
      if let value = difference.proc { json.text("proc", value) }
    }
    json.text("class", difference.kind.rawValue)
    json.text("reasonId", difference.reason.id)
    json.text("reason", difference.reason.description)
    json.close()
  }
}
