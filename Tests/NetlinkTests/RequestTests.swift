import Testing

@testable import Netlink

/// Requests against the structures of include/uapi/linux/{netlink,inet_diag,unix_diag}.h, byte by byte.
@Suite struct RequestTests {
  static let noCookie: [UInt8] = [UInt8](repeating: 255, count: 8)

  @Test func v1() {
    let bytes = DiagRequest.tcpBothFamilies(states: 0x1ffe, extensions: [.info, .skmeminfo], localPort: 8080).encoded(sequence: 0x0102_0304)
    #expect(
      bytes == [
        76, 0, 0, 0,  // nlmsg_len
        18, 0,  // nlmsg_type TCPDIAG_GETSOCK
        1, 3,  // nlmsg_flags NLM_F_REQUEST | NLM_F_DUMP
        4, 3, 2, 1,  // nlmsg_seq
        0, 0, 0, 0,  // nlmsg_pid
        2, 0, 0,  // idiag_family, idiag_src_len, idiag_dst_len
        0x42,  // idiag_ext: INFO is bit 1, SKMEMINFO bit 6
        0x1f, 0x90, 0, 0,  // idiag_sport 8080 in network order, idiag_dport
      ] + [UInt8](repeating: 0, count: 16) + [UInt8](repeating: 0, count: 16)  // idiag_src, idiag_dst
        + [0, 0, 0, 0] + [UInt8](repeating: 0, count: 8)  // idiag_if, idiag_cookie: unused by a dump
        + [
          0xfe, 0x1f, 0, 0,  // idiag_states
          0, 0, 0, 0,  // idiag_dbs
        ])
  }

  @Test func v2() {
    let bytes = DiagRequest.inet(family: 10, proto: 17, states: 0x482, extensions: .card, localPort: 53).encoded(sequence: 1)
    #expect(
      bytes == [
        72, 0, 0, 0,  // nlmsg_len
        20, 0,  // nlmsg_type SOCK_DIAG_BY_FAMILY
        1, 3,  // nlmsg_flags
        1, 0, 0, 0, 0, 0, 0, 0,  // nlmsg_seq, nlmsg_pid
        10, 17,  // sdiag_family, sdiag_protocol
        0x7f,  // idiag_ext
        0,  // pad
        0x82, 4, 0, 0,  // idiag_states
        0, 53, 0, 0,  // idiag_sport, idiag_dport
      ] + [UInt8](repeating: 0, count: 44))
  }

  @Test func protocolAbove255HasItsAttribute() {
    let bytes = DiagRequest.inet(family: 2, proto: 262, states: 2, extensions: []).encoded(sequence: 1)
    #expect(bytes.count == 80)
    #expect(bytes.prefix(4).elementsEqual([80, 0, 0, 0]))
    #expect(bytes[17] == 255)  // a kernel that ignores the attribute must not answer for 262 & 255, which is TCP
    #expect(bytes.suffix(8).elementsEqual([8, 0, 4, 0, 6, 1, 0, 0]))  // INET_DIAG_REQ_PROTOCOL, u32 262
    #expect(DiagRequest.inet(family: 2, proto: 255, states: 2, extensions: []).encoded(sequence: 1).count == 72)
  }

  @Test func exact() {
    let identity = DiagIdentity(
      local: [127, 0, 0, 1], localPort: 8080, peer: [10, 0, 0, 2], peerPort: 40001, interface: 3, cookie: 0x1122_3344_5566_7788)
    let request = DiagRequest.exact(family: 2, proto: 6, identity: identity, extensions: [.info])
    #expect(!request.isDump)
    #expect(
      request.encoded(sequence: 9) == [
        72, 0, 0, 0, 20, 0,  // nlmsg_len, nlmsg_type
        1, 0,  // nlmsg_flags: NLM_F_REQUEST alone
        9, 0, 0, 0, 0, 0, 0, 0,  // nlmsg_seq, nlmsg_pid
        2, 6, 2, 0,  // sdiag_family, sdiag_protocol, idiag_ext, pad
        255, 255, 255, 255,  // idiag_states
        0x1f, 0x90, 0x9c, 0x41,  // idiag_sport, idiag_dport
        127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  // idiag_src
        10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  // idiag_dst
        3, 0, 0, 0,  // idiag_if
        0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,  // idiag_cookie, low half first
      ])
    let any = DiagIdentity(local: [], localPort: 1, peer: [], peerPort: 2)
    #expect(
      DiagRequest.exact(family: 2, proto: 6, identity: any, extensions: []).encoded(sequence: 9).suffix(8).elementsEqual(Self.noCookie))
  }

  @Test func unix() {
    let bytes = DiagRequest.unix(states: 0x482, show: 0x7f).encoded(sequence: 7)
    #expect(
      bytes == [
        40, 0, 0, 0,  // nlmsg_len
        20, 0,  // nlmsg_type SOCK_DIAG_BY_FAMILY
        1, 3,  // nlmsg_flags NLM_F_REQUEST | NLM_F_DUMP
        7, 0, 0, 0,  // nlmsg_seq
        0, 0, 0, 0,  // nlmsg_pid
        1,  // sdiag_family AF_UNIX
        0,  // sdiag_protocol
        0, 0,  // pad
        0x82, 4, 0, 0,  // udiag_states
        0, 0, 0, 0,  // udiag_ino
        0x7f, 0, 0, 0,  // udiag_show
      ] + Self.noCookie)
  }

  /// net/ipv4/inet_diag.c, inet_diag_bc_audit(): every `yes` must arrive at an op or exactly at the end.
  @Test(arguments: [PortHalf.low(upTo: 46883), .high(above: 46883)]) func halvesCarryABytecode(_ half: PortHalf) {
    let bytes = DiagRequest.tcpBothFamilies(states: 2, extensions: [], half: half).encoded(sequence: 1)
    let code = half.bytecode
    #expect(bytes.count == 76 + 4 + code.count)
    #expect(bytes[76..<80].elementsEqual([UInt8(code.count + 4), 0, 1, 0]))  // INET_DIAG_REQ_BYTECODE
    #expect(bytes.suffix(code.count).elementsEqual(code))
    var at = 0
    while at < code.count { at += Int(code[at + 1]) }
    #expect(at == code.count)
  }

  @Test func equalRequestsEncodeEqual() {
    let first = DiagRequest.inet(family: 2, proto: 6, states: 2, extensions: [.info])
    #expect(first.encoded(sequence: 3) == DiagRequest.inet(family: 2, proto: 6, states: 2, extensions: [.info]).encoded(sequence: 3))
    #expect(first.encoded(sequence: 3) != first.encoded(sequence: 4))
  }
}
