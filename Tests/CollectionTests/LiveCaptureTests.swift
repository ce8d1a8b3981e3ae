import Catalog
import Glibc
import Netlink
import ProcFS
import Snapshot
import SockDiag
import Testing

@testable import Collection

@Suite struct LiveCaptureTests {
  /// A listener of this process on a port the kernel chose, with one client that waits.
  final class Listener {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    private(set) var port: UInt16 = 0

    init() {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          _ = unsafe bind(descriptor, generic, size)
          _ = listen(descriptor, 5)
          _ = unsafe getsockname(descriptor, generic, &size)
          _ = unsafe connect(client, generic, size)
        }
      }
      port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
      _ = close(client)
      _ = close(descriptor)
    }
  }

  @Test(.enabled(if: diagWorks)) func aCaptureIsWholeForAnyQuestion() throws {
    let listener = Listener()
    let scratch = Scratch()
    let sources = try Sources.capture(.live(), to: scratch.file("c.nl"), waiting: 1)
    var collector = Collector(sources)
    // Narrower than what was asked at the time of the capture, and with a port.
    var questions = Questions(protocols: [.tcp, .udp, .udplite], states: .all, extensions: [.info])
    questions.localPort = listener.port
    let first = try collector.snapshot(questions, filter: nil, depth: .card)
    sources.host.wait(milliseconds: 1_000_000)
    var second = try collector.snapshot(questions, filter: nil, depth: .card)
    collector.readDetails(of: second.owners.processes.keys.sorted(), into: &second)
    let socket = try #require(second.inet.sockets.first { $0.state == .listen && $0.localPort == listener.port })
    #expect((socket.receiveQueue, socket.sendQueue) == (1, 5))
    #expect(second.owners[socket.inode].contains(Owner(pid: getpid(), fd: listener.descriptor)))
    #expect(second.owners.processes[getpid()]?.detail?.threadCount ?? 0 > 0)
    #expect(second.consistency == .replayed)
    #expect(second.moment.monotonicNanoseconds > first.moment.monotonicNanoseconds)
    #expect(second.counters["Tcp.PassiveOpens"] != nil)
    #expect(second.sysctls["net.core.somaxconn"] != nil)
    #expect(!second.interfaces.isEmpty)
    // Where cgroup2 is mounted the listener's own group has a path, and groups without sockets are not in the file.
    if let group = LiveHost(files: LiveFiles()).cgroupPaths()[socket[.cgroupID] ?? 0] {
      #expect(sources.host.cgroupPaths()[socket[.cgroupID] ?? 0] == group)
    }
    #expect(try sources.diag?.unixSockets(states: .init(.listen)).allSatisfy { $0.state == .listen } == true)
    // Nothing that a page asks is missing from it.
    #expect(!collector.gaps.contains { $0.id == "not-captured" || $0.id == "capture-cut-off" }, "\(collector.gaps.map(\.what))")
  }
}
