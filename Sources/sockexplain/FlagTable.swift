/// The one table of options: getopt_long's tables, help, manual and completions are made from it.
enum FlagTable {
  static let families = ["inet", "inet6", "unix"]
  static let tables = [
    "all", "inet", "tcp", "udp", "udplite", "raw", "mptcp", "unix", "unix_stream", "unix_dgram", "unix_seqpacket", "u_str", "u_dgr",
    "u_seq",
  ]
  static let whens = ["auto", "always", "never"]
  static let severities = ["note", "warning", "critical"]
  static let limits = severities + ["warn", "suspicious"]
  static let shells = ["bash", "zsh", "fish"]
  /// What `ss -f` and `ss -A` know and this program does not yet.
  static let laterTables = [
    "link", "netlink", "vsock", "tipc", "xdp", "packet", "packet_raw", "packet_dgram", "p_raw", "p_dgr", "dccp", "sctp", "vsock_stream",
    "vsock_dgram", "v_str", "v_dgr",
  ]

  static let all: [Flag] =
    [
      Flag(.tcp, "t", "tcp", .tables, .tcp),
      Flag(.udp, "u", "udp", .tables),
      Flag(.raw, "w", "raw", .tables),
      Flag(.unix, "x", "unix", .tables, .unix),
      Flag(.mptcp, "M", "mptcp", .tables, .mptcp),
      Flag(.udplite, nil, "udplite", .tables),
      Flag(.ipv4, "4", "ipv4", .tables),
      Flag(.ipv6, "6", "ipv6", .tables, .ipv6),
      Flag(.family, "f", "family", .tables, .choice("FAMILY", families)),
      Flag(.query, "A", "query", .tables, .list("LIST", tables), alias: "socket", .query),

      Flag(.all, "a", "all", .states, .all),
      Flag(.listening, "l", "listening", .states, .listening),
      Flag(.bound, "B", "bound-inactive", .states, .bound),

      Flag(.processes, "p", "processes", .details, .processes),
      Flag(.timers, "o", "options", .details),
      Flag(.extended, "e", "extended", .details, .extended),
      Flag(.memory, "m", "memory", .details),
      Flag(.info, "i", "info", .details),
      Flag(.tos, nil, "tos", .details),

      Flag(.numeric, "n", "numeric", .names),
      Flag(.resolve, "r", "resolve", .names, .resolve),
      Flag(.services, nil, "services", .names),

      Flag(.cards, nil, "cards", .output, .cards),
      Flag(.table, nil, "table", .output),
      Flag(.plain, "q", "plain", .output),
      Flag(.noHeader, "H", "no-header", .output, .noHeader),
      Flag(.noQueues, "Q", "no-queues", .output),
      Flag(.oneline, "O", "oneline", .output),
      Flag(.json, nil, "json", .output, .json),
      Flag(.ndjson, nil, "ndjson", .output),
      Flag(.color, nil, "color", .output, .choice("WHEN", whens), alias: "colour", .color),

      Flag(.interval, nil, "for", .evidence, .text("TIME"), .interval),
      Flag(.capture, nil, "capture", .evidence, .file("FILE"), .capture),
      Flag(.replay, nil, "replay", .evidence, .file("FILE")),
      Flag(.diag, "D", "diag", .evidence, .file("FILE"), .diag),
      Flag(.failOn, nil, "fail-on", .evidence, .choice("SEVERITY", limits), .failOn),
      Flag(.compareNetstat, nil, "compare-netstat", .evidence, .compareNetstat),
      Flag(.fix, nil, "fix", .evidence, .fix),
      Flag(.events, "E", "events", .evidence, .events),
      Flag(.stacks, nil, "stacks", .evidence, .stacks),
      Flag(.owner, nil, "owner", .evidence, .text("PROCESS"), .owner),

      Flag(.summary, "s", "summary", .other),
      Flag(.listColumns, nil, "list-columns", .other),
      Flag(.completions, nil, "completions", .other, .choice("SHELL", shells)),
      Flag(.version, "V", "version", .other),
      Flag(.briefHelp, "h", nil, .other),
      Flag(.help, nil, "help", .other),
    ] + later

  /// Known, so that typing them says more than "no such option".
  private static let later: [Flag] = [
    Flag(.threads, "T", "threads", .later),
    Flag(.bpf, "b", "bpf", .later),
    Flag(.kill, "K", "kill", .later),
    Flag(.net, "N", "net", .later, .text("NAME")),
    Flag(.filterFile, "F", "filter", .later, .file("FILE")),
    Flag(.context, "Z", "context", .later),
    Flag(.contexts, "z", "contexts", .later),
    Flag(.packet, "0", "packet", .later),
    Flag(.dccp, "d", "dccp", .later),
    Flag(.sctp, "S", "sctp", .later),
    Flag(.tipc, nil, "tipc", .later),
    Flag(.vsock, nil, "vsock", .later),
    Flag(.xdp, nil, "xdp", .later),
    Flag(.cgroup, nil, "cgroup", .later),
    Flag(.inetSockopt, nil, "inet-sockopt", .later),
  ]

  /// The options that work, in the order of help.
  static var offered: [Flag] { all.filter { $0.group != .later } }
}

extension Flag {
  init(
    _ option: Option, _ short: Unicode.Scalar?, _ long: String?, _ group: OptionGroup, _ detail: OptionDetail
  ) {
    self.init(option, short, long, group, .none, detail)
  }
}
