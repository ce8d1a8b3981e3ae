extension LiveDiag {
  /// Whether the kernel keeps marks from this process: it sends INET_DIAG_MARK, and audits a condition on it, only with CAP_NET_ADMIN in the
  /// user namespace that owns the network namespace (inet_diag_bc_audit(), 6.12). Capability bits alone do not say for which namespace.
  public static func hidesMarks() -> Bool {
    // INET_DIAG_BC_MARK_COND (10) and struct inet_diag_markcond of zeros; no state is asked for, so nothing is listed.
    var message = RequestBuilder(type: 20, dump: true, sequence: 1)
    message.put(body: DiagRequest.v2(2, 6, [], 0) + DiagRequest.portOnly(0))
    message.putBytecode([10, 12, 16, 0] + [UInt8](repeating: 0, count: 8))
    guard let diag = try? LiveDiag(), (try? diag.socket.send(message.bytes)) != nil else { return false }
    var checker = ReplyChecker(sequence: 1, port: diag.socket.port, isDump: true)
    do {
      while case .more = try diag.socket.receive({ datagram in try checker.take(datagram) { _, _ in } }) {}
      return false
    } catch NetlinkError.refused(code: 1, message: _) {
      return true
    } catch {
      return false
    }
  }
}
