internal import Catalog

/// Why netlink and /proc/net differ.
enum ComparePhrase: String, PhraseTable {
  static var room: String { "compare" }
  case listenLimit =
    "netlink sends a listener's limit, sk_max_ack_backlog; /proc prints write_seq - snd_una in every state, which is 0 here unless an earlier connect() of the same socket failed"
  case bound =
    "bound, neither listening nor connected: it is in neither hash table that /proc/net/tcp walks; netlink finds it among the bound ports"
  case requestUID = "a half-open connection belongs to nobody yet: netlink says 0, /proc its listener's uid"
  case requestCount =
    "netlink sends num_retrans, the SYN-ACKs sent again; /proc prints num_timeout. They part when the client repeats its SYN, and under TCP_DEFER_ACCEPT"
  case timerTime = "one timer, read twice: netlink counts in ms, /proc in ticks of {tick} ms, and time went by between the two"
  case countThird =
    "ss prints the one count that belongs to the timer, here probes without answer; netstat prints retransmits / probes whatever timer runs"
  case countLeft =
    "/proc prints icsk_retransmits and icsk_probes_out whatever timer runs; netlink sends no count but the pending timer's own"
  case delack = "netlink reports a delayed ACK as timer 5, on kernels that know it; /proc has no number for it"
  case rawPeerPort = "/proc prints port 0 for every peer of a raw socket"
  case unixNoInode =
    "no inode: a connection that waits in its listener's queue, or a closed end that its peer still refers to. sock_diag leaves such sockets out; those that wait are in the listener's Recv-Q"
  case unixBlank = "the name has a blank: /proc has all of it, netstat prints the part before"
  case unixNewline = "the name has a line break: /proc prints it as it is, so the row ends there and the rest stands on lines of its own"
  case unixForged = "not a row: it is the rest of a socket's name that has a line break in it. netstat prints it like any other socket"
  case owners = "{count} processes hold it: ss lists all, netstat keeps the first it meets in /proc, the lowest pid"
  case came = "{present} had it first; at the next look both have it"
  case went = "{present} had it, {absent} did not; at the next look it is gone"
  case moved = "the value moved between one reading and the next"
  case timerMoved = "the timer was set anew, stopped or replaced between the two readings"
  case restless =
    "differs in each of {looks} looks, as a queue in constant use may. On an idle socket it would be odd: look again"
  case stable = "both keep to their own value in {looks} looks, and no cause is known"
  case hiddenFromProc =
    "alive in each of {looks} looks at netlink, and {path} never has its row. A kernel module that filters /proc, or a mount over it, hides sockets so; the kernel itself does not"
  case hiddenFromNetlink =
    "{path} keeps its row in {looks} looks; netlink does not list it and an exact query does not find it. Something filters netlink's answers"
  case hiddenUnixFromProc = "in each of {looks} netlink dumps, and {path} never has its row. The kernel itself hides none"
  case hiddenUnixFromNetlink =
    "{path} keeps its row in {looks} looks, and netlink neither lists it nor finds it by its inode. Something filters netlink's answers"
  case lost = "open: one of the two did not answer when it was asked again"
  case refused = "not to be compared: netlink refused to list them ({error})"
  case unreadable = "not to be compared: {path} cannot be read"
  case netlink = "netlink"
  case proc = "/proc"
}
