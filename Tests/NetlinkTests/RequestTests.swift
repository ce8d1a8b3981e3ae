import Testing

@testable import Netlink

@Suite struct RequestTests {
  @Test func unixRequestIsTheUAPIStructure() {
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
        255, 255, 255, 255, 255, 255, 255, 255,  // udiag_cookie
      ])
  }
}
