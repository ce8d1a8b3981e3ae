// The room's only file that calls C: libmnl and recv(2).
internal import CMnl
internal import CShims
internal import Wire

#if canImport(Glibc)
  internal import Glibc
#endif

/// Lays out one request message with libmnl.
struct RequestBuilder {
  var bytes: [UInt8]

  init(type: UInt16, dump: Bool, sequence: UInt32) {
    bytes = [UInt8](repeating: 0, count: 256)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      let header = unsafe mnl_nlmsg_put_header(buffer.baseAddress)
      unsafe header?.pointee.nlmsg_type = type
      unsafe header?.pointee.nlmsg_flags = UInt16(0x1 | (dump ? 0x300 : 0))
      unsafe header?.pointee.nlmsg_seq = sequence
    }
    bytes.removeLast(bytes.count - 16)
  }

  mutating func put(body: [UInt8]) {
    unsafe edit { header in
      let place = unsafe mnl_nlmsg_put_extra_header(header, body.count)
      unsafe body.withUnsafeBytes { source in
        if let from = source.baseAddress { unsafe place?.copyMemory(from: from, byteCount: body.count) }
      }
    }
  }

  /// INET_DIAG_REQ_PROTOCOL, needed for protocols that do not fit the byte.
  mutating func putProtocol(_ proto: UInt16) {
    guard proto > 255 else { return }
    unsafe edit { header in unsafe mnl_attr_put_u32(header, 4, UInt32(proto)) }
  }

  /// INET_DIAG_REQ_BYTECODE.
  mutating func putBytecode(_ code: [UInt8]) {
    unsafe edit { header in
      unsafe code.withUnsafeBytes { source in unsafe mnl_attr_put(header, 1, source.count, source.baseAddress) }
    }
  }

  mutating func edit(_ body: (UnsafeMutablePointer<nlmsghdr>) -> Void) {
    var room = bytes + [UInt8](repeating: 0, count: 256)
    let length = unsafe room.withUnsafeMutableBytes { buffer -> Int in
      guard let header = unsafe buffer.baseAddress?.assumingMemoryBound(to: nlmsghdr.self) else { return 0 }
      unsafe body(header)
      return Int(unsafe header.pointee.nlmsg_len)
    }
    bytes = Array(room.prefix(length))
  }
}

/// Owns one bound netlink socket and its receive buffer.
@safe struct MnlSocket: ~Copyable {
  let handle: OpaquePointer
  private let buffer: UnsafeMutableRawBufferPointer
  /// From getsockname(), which need not be the process id.
  let port: UInt32

  init() throws(NetlinkError) {
    guard let handle = unsafe mnl_socket_open2(NETLINK_SOCK_DIAG, Int32(SOCK_CLOEXEC.rawValue)) else {
      throw .system(call: "socket(AF_NETLINK, NETLINK_SOCK_DIAG)", code: errno)
    }
    if unsafe mnl_socket_bind(handle, 0, 0) < 0 {
      let code = errno
      unsafe mnl_socket_close(handle)
      throw .system(call: "bind(AF_NETLINK)", code: code)
    }
    var on: Int32 = 1
    // Extended acks are the kernel's own sentence about a refusal; kernels before 4.12 lack them and that is no error.
    _ = unsafe mnl_socket_setsockopt(handle, NETLINK_EXT_ACK, &on, 4)
    _ = unsafe mnl_socket_setsockopt(handle, NETLINK_CAP_ACK, &on, 4)
    unsafe self.handle = unsafe handle
    port = unsafe mnl_socket_get_portid(handle)
    // 32 KiB is what the kernel fills at most for a dump; a larger buffer gains nothing.
    unsafe buffer = .allocate(byteCount: 32768, alignment: 16)
  }

  deinit {
    unsafe mnl_socket_close(handle)
    unsafe buffer.deallocate()
  }

  func send(_ bytes: [UInt8]) throws(NetlinkError) {
    let sent = unsafe bytes.withUnsafeBytes { raw in unsafe mnl_socket_sendto(handle, raw.baseAddress, raw.count) }
    if sent < 0 { throw .system(call: "sendto(sock_diag)", code: errno) }
  }

  /// Receives one datagram and lends it.
  func receive<Result>(_ body: (RawSpan) throws -> Result) throws -> Result {
    var count = unsafe mnl_socket_recvfrom(handle, buffer.baseAddress, buffer.count)
    while count < 0, errno == EINTR { count = unsafe mnl_socket_recvfrom(handle, buffer.baseAddress, buffer.count) }
    if count < 0 {
      switch errno {
      case ENOBUFS: throw NetlinkError.overrun
      case ENOSPC: throw NetlinkError.datagramTruncated(length: 32768)
      default: throw NetlinkError.system(call: "recvmsg(sock_diag)", code: errno)
      }
    }
    if count == 0 { throw NetlinkError.unfinished }
    let filled = unsafe UnsafeRawBufferPointer(start: buffer.baseAddress, count: count)
    return try unsafe body(RawSpan(_unsafeBytes: filled))
  }
}

/// The C library's sentence for an errno.
func errorText(_ code: Int32) -> String {
  unsafe String(cString: shim_error_text(code))
}
