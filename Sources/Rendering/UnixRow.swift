internal import Catalog
public import SockDiag

extension ListWriter {
  /// Takes a unix socket. Its rows are written after the internet ones and use their columns: path and inode stand where address and port do.
  public mutating func take(_ socket: UnixSocket) {
    if !isSized { release() }
    countRow()
    out.mark()
    out.reserve(1024)
    let start = out.count
    out.text(socket.netid)
    out.spaces(6 - (out.count - start))
    let state = out.count
    out.text(socket.state.name)
    out.spaces(widths.state - (out.count - state) + 1)
    number(UInt64(socket.receiveQueue ?? 0), widths.receive)
    out.byte(0x20)
    number(UInt64(socket.sendQueue ?? 0), widths.send)
    out.byte(0x20)
    pathCell(socket.path, inode: socket.inode, width: widths.local)
    out.byte(0x20)
    pathCell(nil, inode: socket.peerInode ?? 0, width: widths.peer)
    if let owners = options.owners {
      var pending = 0
      processes(socket.inode, owners, &pending)
    }
    out.reserve(256)
    if options.explains, socket.state == .listen, let waiting = socket.receiveQueue, let limit = socket.sendQueue, waiting > limit {
      noteUnixFull()
    }
    out.byte(0x0a)
  }

  mutating func pathCell(_ path: Name?, inode: UInt32, width: Int) {
    let start = out.count
    var shown = "*"
    if let path { shown = path.bytes.first == 0 ? "@" + escaped(Name(Array(path.bytes.dropFirst()))) : escaped(path) }
    out.text(shown + " ")
    out.reserve(512)
    out.decimal(UInt64(inode))
    out.spaces(width - (out.count - start))
  }
}
