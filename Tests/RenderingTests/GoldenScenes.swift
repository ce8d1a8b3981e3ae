import Catalog
import Findings
import ProcFS
@testable import Rendering
import SockDiag
import Snapshot
import TestSupport

/// The sockets of the golden pages: fixed in every number, so that only a changed program changes a page.
enum GoldenScene {
  /// Listen(5), nobody accepts: six wait, all closed by their peers.
  static func fullListener(drops: UInt64 = 4) -> [MakeSocket] {
    let listener = MakeSocket(
      .listen, "0.0.0.0", 8080, cookie: 1, inode: 77, receiveQueue: 6, sendQueue: 5, uid: 1000
    ).with(.skmeminfo, size: 36).with([.sk_drops: drops, .sk_rcvbuf: 131_072])
    let waiting = (0..<6).map { (index: Int) -> MakeSocket in
      let made = MakeSocket(
        .closeWait, "127.0.0.1", 8080, peer: "127.0.0.1", UInt16(40000 + index), cookie: UInt64(10 + index), receiveQueue: 11)
      return made.with([.last_data_sent: UInt64(40_000 - index), .last_data_recv: 39_900])
    }
    return [listener] + waiting
  }

  /// A connection under way: some data in flight, some lost and repaired.
  static let established = MakeSocket(
    .established, "10.0.0.1", 40000, peer: "10.0.0.2", 443, cookie: 30, inode: 78, timer: .on, retransmits: 0, expires: 187,
    receiveQueue: 0, sendQueue: 28960, uid: 1000
  ).with(.tcpInfo, size: 280).with([
    .options: 7, .snd_wscale: 7, .rcv_wscale: 10, .rto: 204_000, .rtt: 20_417, .rttvar: 5500, .min_rtt: 18_000, .snd_mss: 1448,
    .rcv_mss: 1448,
    .advmss: 1448, .pmtu: 1500, .snd_cwnd: 10, .snd_ssthresh: 7, .unacked: 10, .snd_wnd: 65536, .rcv_space: 14480, .bytes_sent: 2_000_000,
    .bytes_acked: 1_971_041, .bytes_received: 5120, .segs_out: 1500, .segs_in: 900, .data_segs_out: 1400, .data_segs_in: 12,
    .total_retrans: 3, .bytes_retrans: 4344, .notsent_bytes: 14480, .busy_time: 3_000_000, .rwnd_limited: 1_200_000,
    .delivery_rate: 620_000, .pacing_rate: 850_000, .last_data_recv: 12_000, .last_data_sent: 17, .last_ack_recv: 16,
  ])

  static let timeWait = MakeSocket(
    .timeWait, "10.0.0.1", 40002, peer: "10.0.0.2", 443, cookie: 31, timer: .timewait, expires: 42_000)

  static let resolver = MakeSocket(.close, "127.0.0.53", 53, proto: .udp, cookie: 32, inode: 79, receiveQueue: 2304)
    .with(.skmeminfo, size: 36).with([.sk_rmem_alloc: 2304, .sk_rcvbuf: 212_992, .sk_drops: 70])

  /// One of each kind of row.
  static let mixed: [MakeSocket] =
    [
      MakeSocket(.listen, "::", 22, cookie: 2, inode: 80, sendQueue: 128).with([.v6only: 0]),
      MakeSocket(.listen, "::1", 631, cookie: 3, inode: 81, sendQueue: 4096).with([.v6only: 1]),
    ] + fullListener().prefix(3) + [
      established, timeWait, resolver,
      MakeSocket(
        .synSent, "10.0.0.1", 40004, peer: "203.0.113.7", 25, cookie: 33, inode: 82, timer: .on, retransmits: 3, expires: 700, sendQueue: 1),
      MakeSocket(.synRecv, "10.0.0.1", 22, peer: "198.51.100.9", 51000, cookie: 34, timer: .on, retransmits: 1, expires: 1900),
      MakeSocket(
        .finWait1, "2001:db8::1", 443, peer: "2001:db8:1:2:3:4:5:6", 50123, cookie: 35, timer: .on, retransmits: 5, expires: 6400,
        sendQueue: 1),
      MakeSocket(
        .established, "2001:db8::1", 443, peer: "2001:db8:1:2:3:4:5:6", 50124, cookie: 36, inode: 83, timer: .persist, retransmits: 4,
        expires: 9000, sendQueue: 70_000
      ).with(.tcpInfo, size: 280).with([
        .options: 6, .snd_wscale: 7, .rcv_wscale: 7, .rto: 210_000, .rtt: 300, .rttvar: 100, .snd_mss: 1428,
      ]),
      MakeSocket(.closeWait, "10.0.0.1", 40010, peer: "10.0.0.3", 6379, cookie: 37, inode: 84, receiveQueue: 1),
    ]

  static var owners: OwnerTable {
    var table = OwnerTable()
    for (inode, pid, name) in [
      (77, 2774, "server"), (78, 300, "curl"), (79, 200, "systemd-resolve"), (80, 1, "sshd"), (82, 301, "postfix"),
      (83, 400, "a\"\u{1b}[2J"),
      (84, 500, "worker"),
    ] as [(UInt32, Int32, String)] {
      table.add(inode: inode, owner: Owner(pid: pid, fd: 3))
      var process = ProcessRecord(pid: pid, startTicks: 1, name: Name(name), uid: 1000)
      process.userName = Name("app")
      if pid == 2774 { (process.cgroup, process.unit) = (Name("/system.slice/app.service"), "app.service") }
      table.processes[pid] = process
    }
    table.add(inode: 80, owner: Owner(pid: 2774, fd: 9))
    return table
  }

  /// Two readings of all of it, 250 ms apart, the server asleep in pause(); two connections refused between them.
  static func evidence(_ sockets: [MakeSocket], refused: UInt64 = 2) throws -> Evidence {
    func scene(_ sockets: [MakeSocket], _ count: UInt64) throws -> CardScene {
      var scene = CardScene(try sockets.map { try $0.socket }, at: 1_000_000)
      scene.snapshot.owners = owners
      scene.snapshot.users = [1000: Name("app"), 0: Name("root")]
      scene.snapshot.owners.processes[2774]?.detail = .sleeping(in: "pause")
      return scene.counting(["TcpExt.ListenOverflows": count, "TcpExt.ListenDrops": count])
    }
    let earlier = sockets.map { (made: MakeSocket) -> MakeSocket in
      (try? made.socket)?.localPort == 8080 && (try? made.socket)?.state == .listen ? made.with([.sk_drops: 4 - refused]) : made
    }
    return try scene(sockets, 4).after(scene(earlier, 4 - refused)).evidence
  }
}
