import Catalog
import SockDiag
import TestSupport
import Testing

@testable import Findings

@Suite struct AuditMemoryTests {
  @Test("orphans count double and fourfold")
  func orphans() throws {
    let scene = try AuditScene([], [CloseJudge.limit: "100"])
    #expect(scene.sockstat("TCP.orphan", 25).level(CloseJudge.self, CloseJudge.limit) == .ok)
    #expect(words(scene.sockstat("TCP.orphan", 26).judge(CloseJudge.self, CloseJudge.limit)).contains("4-fold"))
    #expect(words(scene.sockstat("TCP.orphan", 51).judge(CloseJudge.self, CloseJudge.limit)).contains("2-fold"))
    #expect(scene.sockstat("TCP.orphan", 51).level(CloseJudge.self, CloseJudge.limit) == .warn)
    #expect(scene.sockstat("TCP.orphan", 101).level(CloseJudge.self, CloseJudge.limit) == .critical)
    let aborting = scene.sockstat("TCP.orphan", 0).counting("TcpExt.TCPAbortOnMemory", 1, 2)
    #expect(aborting.level(CloseJudge.self, CloseJudge.limit) == .warn)
  }

  @Test("orphans that resend to silent peers")
  func silent() throws {
    func closed(_ count: Int, _ retransmits: UInt8) -> [MakeSocket] {
      (0..<count).map {
        MakeSocket(
          .finWait1, "10.0.0.1", 80, peer: "10.0.0.2", UInt16(2000 + $0), cookie: UInt64(70 + $0), timer: .on, retransmits: retransmits)
      }
    }
    #expect(try AuditScene(closed(100, 2)).level(CloseJudge.self, CloseJudge.retries) == .warn)
    #expect(try AuditScene(closed(99, 2)).level(CloseJudge.self, CloseJudge.retries) == .ok)
    #expect(try AuditScene(closed(100, 1)).level(CloseJudge.self, CloseJudge.retries) == .ok)
    #expect(try words(AuditScene().judge(CloseJudge.self, CloseJudge.retries)).contains("102 s"))
  }

  @Test("tcp_mem: pages against the three values")
  func tcpMem() throws {
    let scene = try AuditScene([], [TCPMemoryJudge.memory: "2000 3000 4000"])
    for (used, level) in [(2000, AuditLevel.ok), (2001, .note), (3001, .warn), (4001, .critical)] as [(UInt64, AuditLevel)] {
      #expect(scene.sockstat("TCP.mem", used).level(TCPMemoryJudge.self, TCPMemoryJudge.memory) == level, "\(used)")
    }
    let pressed = scene.sockstat("TCP.mem", 5)
    #expect(pressed.counting("TcpExt.TCPMemoryPressures", 1, 2).level(TCPMemoryJudge.self, TCPMemoryJudge.memory) == .warn)
    #expect(pressed.counting("TcpExt.TCPMemoryPressures", 2, 2).level(TCPMemoryJudge.self, TCPMemoryJudge.memory) == .ok)
    let swapped = try AuditScene([], [TCPMemoryJudge.memory: "3000 2000 4000"]).sockstat("TCP.mem", 0)
    #expect(swapped.level(TCPMemoryJudge.self, TCPMemoryJudge.memory) == .warn)
    let tiny = try AuditScene([], [TCPMemoryJudge.memory: "10 20 30"]).sockstat("TCP.mem", 0)
    #expect(tiny.level(TCPMemoryJudge.self, TCPMemoryJudge.memory) == .warn)
    #expect(try AuditScene().judge(TCPMemoryJudge.self, TCPMemoryJudge.memory) == nil, "no sockstat, no judgement")
  }

  @Test("udp_mem: the first value is what matters")
  func udpMem() throws {
    let scene = try AuditScene([], [UDPJudge.memory: "100 200 300"])
    #expect(scene.sockstat("UDP.mem", 100).level(UDPJudge.self, UDPJudge.memory) == .ok)
    #expect(scene.sockstat("UDP.mem", 101).level(UDPJudge.self, UDPJudge.memory) == .warn)
    #expect(scene.sockstat("UDP.mem", 0).counting("Udp.MemErrors", 0, 1).level(UDPJudge.self, UDPJudge.memory) == .critical)
  }

  func datagrams(_ drops: UInt64, buffer: UInt64) -> MakeSocket {
    MakeSocket(.close, "0.0.0.0", 514, proto: .udp, cookie: 77, inode: 12).with([.sk_rcvbuf: buffer, .sk_drops: drops])
  }

  @Test("UDP losses are rmem_default's where the buffer has its size, rmem_max's where it was cut, else the program's")
  func udpBuffers() throws {
    func scene(_ buffer: UInt64, _ before: UInt64, _ now: UInt64) throws -> AuditScene {
      try AuditScene([datagrams(now, buffer: buffer)], before: [datagrams(before, buffer: buffer)])
        .counting("Udp.RcvbufErrors", before, now)
    }
    let usual = try scene(212_992, 3, 8)
    #expect(usual.level(UDPJudge.self, UDPJudge.rmemDefault) == .warn)
    #expect(words(usual.judge(UDPJudge.self, UDPJudge.rmemDefault)).contains("+5 drops in the last 1 s"))
    #expect(usual.level(UDPJudge.self, UDPJudge.rmemMax) == .ok)
    let past = try scene(212_992, 8, 8)
    #expect(past.level(UDPJudge.self, UDPJudge.rmemDefault) == .ok)
    let cut = try scene(8_388_608, 3, 8)
    #expect(cut.level(UDPJudge.self, UDPJudge.rmemDefault) == .ok && cut.level(UDPJudge.self, UDPJudge.rmemMax) == .warn)
    #expect(try scene(8_388_608, 8, 8).level(UDPJudge.self, UDPJudge.rmemMax) == .ok)
    let own = try scene(65_536, 3, 8)
    #expect(own.level(UDPJudge.self, UDPJudge.rmemDefault) == .ok && own.level(UDPJudge.self, UDPJudge.rmemMax) == .ok)
    #expect(words(own.judge(UDPJudge.self, UDPJudge.rmemDefault)).contains("sizes that the programs chose"))
  }

  @Test("received data that is thrown away, and ceilings in the wrong order")
  func receive() throws {
    #expect(try AuditScene().counting("TcpExt.RcvPruned", 4, 4).level(BufferJudge.self, BufferJudge.receive) == .ok)
    #expect(try AuditScene().counting("TcpExt.RcvPruned", 4, 5).level(BufferJudge.self, BufferJudge.receive) == .warn)
    #expect(try AuditScene([], [BufferJudge.receive: "4096 65536 32768"]).level(BufferJudge.self, BufferJudge.receive) == .warn)
    #expect(try AuditScene([], [BufferJudge.receive: "4096 65536 262144"]).level(BufferJudge.self, BufferJudge.receive) == .note)
    #expect(try AuditScene([], [BufferJudge.moderate: "0"]).level(BufferJudge.self, BufferJudge.moderate) == .note)
  }

  @Test("a send buffer holds back where it stood at its ceiling")
  func send() throws {
    func connection(_ limited: UInt64, _ size: UInt64) -> MakeSocket {
      MakeSocket(.established, "10.0.0.1", 80, peer: "10.0.0.2", 4000, inode: 5)
        .with([.busy_time: 1_000_000, .sndbuf_limited: limited, .sk_sndbuf: size])
    }
    #expect(try AuditScene([connection(100_000, 4_194_304)]).level(BufferJudge.self, BufferJudge.send) == .warn)
    #expect(try AuditScene([connection(99_999, 4_194_304)]).level(BufferJudge.self, BufferJudge.send) == .ok)
    #expect(try words(AuditScene([connection(500_000, 87_040)]).judge(BufferJudge.self, BufferJudge.send)).contains("set by the program"))
    #expect(try AuditScene([connection(500_000, 87_040)]).level(BufferJudge.self, BufferJudge.send) == .ok)
    // What happens weighs more than a number that is only small.
    let small = try AuditScene([connection(500_000, 8192)], [BufferJudge.send: "4096 4096 8192"]).judge(BufferJudge.self, BufferJudge.send)
    #expect(small?.level == .warn && words(small).contains("1 of 1 busy connections") && small?.fix?.value == "4096 4096 4194304")
    #expect(try AuditScene([connection(0, 8192)], [BufferJudge.send: "4096 4096 8192"]).level(BufferJudge.self, BufferJudge.send) == .note)
    let pruning = try AuditScene([], [BufferJudge.receive: "4096 65536 262144"]).counting("TcpExt.RcvPruned", 4, 5)
    #expect(pruning.level(BufferJudge.self, BufferJudge.receive) == .warn)
  }
}
