// Counters of the receiving queues beside those of memory, and the constants of the Tcp group.

extension Knowledge {
  static let receiveCounters: [Entry] = [
    counter(
      "TcpExt", "TCPRcvCoalesce", benign: true, unit: .times, summary: "segments joined to the one before them on arrival",
      meaning:
        "The head of the second packet is freed and its payload kept, so the same receive buffer holds more. It happens without need, unlike TCPRcvCollapsed.",
      source: KernelSource("LINUX_MIB_TCPRCVCOALESCE", "tcp_try_coalesce()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPBacklogCoalesce", benign: true, unit: .times,
      summary: "packets joined while they waited for a system call to release the socket",
      meaning: "Many of them say that programs are in the kernel, copying large amounts, while more arrives: a busy receiver.",
      misreading: "The backlog meant is the socket's, not that of listen().",
      source: KernelSource("LINUX_MIB_TCPBACKLOGCOALESCE", "tcp_add_backlog()", "net/ipv4/tcp_ipv4.c")),
    counter(
      "TcpExt", "TCPOFOMerge", unit: .packets, summary: "packets behind a gap that brought nothing, or made one already there superfluous",
      meaning: "Overlap: the peer repeated data that had arrived ahead of the gap. The superfluous packet is freed and reported by DSACK.",
      source: KernelSource("LINUX_MIB_TCPOFOMERGE", "tcp_data_queue_ofo()", "net/ipv4/tcp_input.c")),
    counter(
      "TcpExt", "TCPFromZeroWindowAdv", unit: .times, summary: "times a window of ours was opened again",
      meaning: "The program has read after a standstill. Rising in step with TCPToZeroWindowAdv means readers that are slow but alive.",
      misreading: "Not a recovery from loss: the peer was only kept waiting.",
      source: KernelSource("LINUX_MIB_TCPFROMZEROWINDOWADV", "tcp_select_window()", "net/ipv4/tcp_output.c"),
      settings: ["net.ipv4.tcp_rmem"]),
    counter(
      "TcpExt", "TWKilled", elsewhere: "TCP sockets finished time wait in slow timer", benign: true, unit: .connections,
      summary: "connections that entered TIME-WAIT or FIN-WAIT-2 with a timer of 4 s or less",
      meaning: "For TCP that takes a tcp_fin_timeout or TCP_LINGER2 of 4 s at most, and a short round trip. Zero on most machines.",
      misreading: "Nothing was killed. It is the part of entrances that TW leaves out.",
      source: KernelSource("LINUX_MIB_TIMEWAITKILLED", "__inet_twsk_schedule()", "net/ipv4/inet_timewait_sock.c"),
      settings: ["net.ipv4.tcp_fin_timeout", "TCP_LINGER2"]),
    counter(
      "Tcp", "RtoAlgorithm", kind: .constant, netstat: .nothing, benign: true, unit: .code,
      summary: "always 1, which in the standard means \"other\"",
      meaning: "Linux follows RFC 6298 with its own refinements; the list of RFC 1213 had no number for that.",
      source: KernelSource("TCP_MIB_RTOALGORITHM", "tcp_mib_init()", "include/net/tcp.h")),
    counter(
      "Tcp", "RtoMin", kind: .constant, netstat: .nothing, benign: true, unit: .milliseconds,
      summary: "the built-in lower bound of the retransmission timeout, 200",
      meaning: "Written when the namespace is made, and never again.",
      misreading: "It does not show what is in force: tcp_rto_min_us, a route's rto_min or a BPF program may have changed that.",
      source: KernelSource("TCP_MIB_RTOMIN", "tcp_mib_init()", "include/net/tcp.h"), settings: ["net.ipv4.tcp_rto_min_us"]),
    counter(
      "Tcp", "RtoMax", kind: .constant, netstat: .nothing, benign: true, unit: .milliseconds,
      summary: "the built-in upper bound of the retransmission timeout, 120000",
      meaning: "Two minutes: how far apart the last repeats to a silent peer are.",
      misreading: "tcp_rto_max_ms and TCP_RTO_MAX_MS, which lower the bound on new kernels, leave this number as it is.",
      source: KernelSource("TCP_MIB_RTOMAX", "tcp_mib_init()", "include/net/tcp.h"), settings: ["net.ipv4.tcp_rto_max_ms"]),
    counter(
      "Tcp", "MaxConn", kind: .constant, netstat: .nothing, benign: true, unit: .connections,
      summary: "always -1: there is no fixed number of connections",
      meaning: "Memory, descriptors and ports set the limits, not a table. The only counter that the kernel prints with a sign.",
      source: KernelSource("TCP_MIB_MAXCONN", "tcp_mib_init()", "include/net/tcp.h")),
  ]
}
