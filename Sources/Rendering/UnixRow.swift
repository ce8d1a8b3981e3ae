internal import Catalog
public import SockDiag

extension ListWriter {
  /// Widens the columns, before the first row is written, for the unix sockets that will come; a few long paths must not shift all.
  public mutating func expect(_ sockets: [UnixSocket]) {
    if isSized { return }
    for socket in sockets.prefix(Self.sample) {
      let name = (socket.path?.bytes.count ?? 1) + 1
      widths.local = max(widths.local, min(48, name + ByteWriter.digits(UInt64(socket.inode))))
    }
  }

  /// Takes a unix socket. Its rows are written after the internet ones and use their columns: path and inode stand where address and port do.
  public mutating func take(_ socket: UnixSocket) {
    if !isSized { release() }
    countRow()
    out.mark()
    out.reserve(Self.rowRoom)
    if options.showsNetid {
      out.text(socket.netid)
      out.spaces(6 - out.rowCount)
    }
    let state = out.count
    out.text(socket.state.name)
    out.spaces(widths.state - (out.count - state) + 1)
    if options.showsQueues {
      number(UInt64(socket.receiveQueue ?? 0), widths.receive)
      out.byte(0x20)
      number(UInt64(socket.sendQueue ?? 0), widths.send)
      out.byte(0x20)
    }
    var shape = RowShape(local: out.rowCount, peer: 0, end: 0)
    pathCell(socket.path, inode: socket.inode, width: widths.local)
    out.byte(0x20)
    shape.peer = out.rowCount
    out.literal("* ")
    let peer = UInt64(socket.peerInode ?? 0)
    out.decimal(peer)
    shape.end = out.rowCount
    var pending = widths.peer - 2 - ByteWriter.digits(peer)
    if let owners = options.owners { processes(socket.inode, owners, &pending) }
    if options.explains, socket.state == .listen, let waiting = socket.receiveQueue, let limit = socket.sendQueue, waiting > limit {
      gap(&pending)
      noteUnixFull()
    }
    if isNarrow || out.rowCount > foldWidth { fold(shape) }
    out.byte(0x0a)
  }

  mutating func pathCell(_ path: Name?, inode: UInt32, width: Int) {
    let start = out.count
    switch path?.bytes.first {
    case nil: out.byte(0x2a)
    case 0:
      out.byte(0x40)
      out.text(escaped(Name(Array(path?.bytes.dropFirst() ?? []))))
    default: out.text(path.map(escaped) ?? "")
    }
    out.byte(0x20)
    out.decimal(UInt64(inode))
    out.spaces(width - (out.count - start))
  }
}
