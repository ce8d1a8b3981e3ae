import Catalog

/// Every option, with the line that help, manual and completions say about it. The names to type are in `flagTable`.
enum Option: String, PhraseTable {
  static var room: String { "option" }

  case tcp = "TCP sockets"
  case udp = "UDP sockets"
  case raw = "raw sockets"
  case unix = "unix domain sockets"
  case mptcp = "MPTCP sockets"
  case udplite = "UDP-Lite sockets"
  case ipv4 = "IPv4 sockets only"
  case ipv6 = "IPv6 sockets only"
  case family = "sockets of a family: inet, inet6 or unix"
  case query = "tables by name, with commas; !NAME leaves one out"

  case all = "all states: listening and closed ones too"
  case listening = "listening sockets only"
  case bound = "TCP sockets that are bound and do nothing"

  case processes = "the processes that hold each socket"
  case timers = "the pending timer"
  case extended = "uid, inode, cookie, options and the timer"
  case memory = "socket memory (skmem)"
  case info = "TCP internals (tcp_info)"
  case tos = "type of service, traffic class, class id"

  case numeric = "numbers, no names: the default, taken for ss's sake"
  case resolve = "names instead of addresses and ports"
  case services = "service names instead of port numbers"

  case cards = "a paragraph a socket, explained"
  case table = "a line a socket, with notes and a legend"
  case plain = "nothing but the table: no notes, no legend"
  case noHeader = "no header line, and plain"
  case noQueues = "without the columns Recv-Q and Send-Q"
  case oneline = "all of a socket on one line"
  case json = "one JSON document, raw and decoded"
  case ndjson = "a JSON object a line, a line a socket"
  case color = "colour: auto, always or never"

  case interval = "time between two readings: 250ms, 10s, 1m"
  case capture = "keep what was read, for --replay and bug reports"
  case replay = "explain what --capture kept; no socket is asked"
  case diag = "the same for a file that ss -D wrote"
  case failOn = "exit 1 at a note, warning, critical; suspicious"
  case compareNetstat = "netlink beside /proc/net, differences explained"
  case fix = "sysctl-audit prints the commands that mend"
  case events = "drops prints each packet as it is dropped"
  case stacks = "drops shows the kernel's way to each drop"
  case owner = "trace only sockets of a process: name or pid"

  case summary = "sockets counted, as ss -s, with meanings"
  case listColumns = "every field, with its unit and meaning"
  case completions = "completion script of a shell: bash, zsh, fish"
  case version = "the version, and the kernel's"
  case briefHelp = "the options people use most"
  case help = "all options"

  case threads = "ss has it: threads"
  case bpf = "ss has it: classic BPF filters"
  case kill = "ss has it: closing sockets"
  case net = "ss has it: another network namespace"
  case filterFile = "ss has it: a filter read from a file"
  case context = "ss has it: SELinux contexts of processes"
  case contexts = "ss has it: SELinux contexts of sockets"
  case packet = "ss has it: packet sockets"
  case dccp = "ss has it: DCCP sockets"
  case sctp = "ss has it: SCTP sockets"
  case tipc = "ss has it: TIPC sockets"
  case vsock = "ss has it: vsock sockets"
  case xdp = "ss has it: XDP sockets"
  case cgroup = "ss has it: cgroups"
  case inetSockopt = "ss has it: socket options"
}

/// What the manual says beyond the one line. The case names are those of `Option`.
enum OptionDetail: String, PhraseTable {
  static var room: String { "option.detail" }

  case tcp = "Without any choice of tables, TCP and UDP sockets are listed; ss lists every family then."
  case unix =
    "A src or dst that begins with / or @ asks for them too. Datagram sockets that are not connected are listed without -a: by nature few are."
  case mptcp = "A listener that the kernel reports both as TCP and as MPTCP is shown once."
  case ipv6 = "Includes IPv6 sockets that talk to IPv4 peers; their addresses begin with ::ffff:."
  case query =
    "Names: all, inet, tcp, udp, udplite, raw, mptcp, unix, unix_stream (u_str), unix_dgram (u_dgr), unix_seqpacket (u_seq). Example: -A 'all,!unix'."
  case all =
    "Without it, and without -l, -B and state words, LISTEN, UNCONN, TIME-WAIT and SYN-RECV are left out, as in ss. The last of -a, -l and -B counts. TCP sockets that are merely bound are shown as well, where ss has them with -B only."
  case listening = "With it a bare number or address in the filter is the socket's own: sockexplain -l 8080."
  case bound =
    "They own a port and neither listen nor connect. Only kernels from 6.8 on report them, and /proc/net/tcp does not have them at all."
  case processes = "Processes of other users are visible to root only; what could not be seen is said on the standard error."
  case extended = "The cookie names a socket uniquely while it lives. The mark is sent to CAP_NET_ADMIN only."
  case resolve =
    "Addresses are looked up in the DNS, which may take time and tells the DNS server what you look at. --services stays local."
  case cards =
    "The default when an address, port, path or device narrows the list. More than 20 sockets are grouped, and the five worst become cards."
  case noHeader = "For pipes, as -q: neither notes nor legend are printed."
  case json =
    "The document has a version number, raw and decoded values side by side, and complete: false with the reasons when something was not visible."
  case color = "auto colours a terminal unless NO_COLOR is set. Colour never carries meaning of its own."
  case interval =
    "Counters since boot cannot say whether something still happens; a second reading can. The default is 250ms where a question needs it."
  case capture =
    "Netlink replies, /proc texts, owners and settings, with the time and the kernel's version. It holds addresses, process names and user names."
  case failOn =
    "warn is taken for warning. sysctl-audit judges settings by the same words, drops its rows: what a rule or a closed port refused is a note, a loss a warning, a client that a listener turned away critical. With --compare-netstat the word is suspicious: a socket that only one of the two sources shows."
  case compareNetstat =
    "ss asks netlink and netstat reads /proc/net; both are read here at one moment and joined. With -a the sockets that are equal are shown as well."
  case fix = "They are printed and never run; what else they change is said with each."
  case events =
    "A line a packet with time, reason, addresses and function, before the summary. ss -E, which shows destroyed sockets, is another thing and comes later."
  case stacks = "The functions that led there, innermost first; for each cause the most frequent ways."
  case owner = "The process is the one that holds the socket, of a connection that waits for accept() the listener's."
  case diag = "ss writes such a file with -D; here the option reads it. It holds TCP sockets and nothing around them."
}

/// The headings under which help lists options.
enum OptionGroup: String, PhraseTable {
  static var room: String { "option.group" }

  case tables = "Which sockets"
  case states = "In which states"
  case details = "What to show of each"
  case names = "Names and numbers"
  case output = "How to show it"
  case evidence = "Evidence"
  case other = "About the program"
  case later = "Not yet"
}

/// Whether an option takes an argument, and how help and completions present it.
enum OptionArgument: Equatable {
  case none
  /// One of these words.
  case choice(String, [String])
  /// Words of this list, with commas.
  case list(String, [String])
  /// A path.
  case file(String)
  /// Anything else.
  case text(String)

  /// `FILE`, `WHEN`; nil for none.
  var placeholder: String? {
    switch self {
    case .none: nil
    case .choice(let name, _), .list(let name, _), .file(let name), .text(let name): name
    }
  }

  /// The words that are possible, where they can be listed.
  var words: [String] {
    switch self {
    case .choice(_, let words), .list(_, let words): words
    default: []
    }
  }
}

/// One row of the option table.
struct Flag {
  let option: Option
  /// The letter, or nil.
  let short: Unicode.Scalar?
  /// The word, or nil.
  let long: String?
  /// A second word that ss knows.
  let alias: String?
  let argument: OptionArgument
  let group: OptionGroup
  let detail: OptionDetail?

  init(
    _ option: Option, _ short: Unicode.Scalar?, _ long: String?, _ group: OptionGroup, _ argument: OptionArgument = .none,
    alias: String? = nil, _ detail: OptionDetail? = nil
  ) {
    self.option = option
    self.short = short
    self.long = long
    self.alias = alias
    self.argument = argument
    self.group = group
    self.detail = detail
  }

  /// `-K (--kill)`: named both ways, because getopt does not tell which was typed.
  var both: String {
    let word = long.map { "--\($0)" } ?? ""
    return short.map { word.isEmpty ? "-\($0)" : "-\($0) (\(word))" } ?? word
  }

  /// `-f, --family FAMILY`
  var synopsis: String {
    let names = [short.map { "-\($0)" }, long.map { "--\($0)" }].compactMap { $0 }.joined(separator: ", ")
    let indent = short == nil ? "    " : ""
    return indent + names + (argument.placeholder.map { " \($0)" } ?? "")
  }
}
