import Glibc
import Netlink
import ProcFS
import Rendering

// The terminal and the standard streams: what rendering is told about them.

/// Writes one line to stderr, the program's name before it.
func complain(_ line: String) { warn("sockexplain: " + escaped(line) + "\n") }

/// Writes lines to stderr that are laid out and escaped already.
func warn(_ text: String) {
  var out = ByteWriter(descriptor: 2)
  out.text(text)
  out.flush()
}

/// Writes text to stdout; false, and a line on stderr, when it cannot be written. A reader that has gone is no failure.
func say(_ text: String) -> Bool {
  var out = ByteWriter(descriptor: 1)
  out.text(text)
  out.flush()
  do { try checkOutput(out.failure) } catch {
    complain("\(error)")
    return false
  }
  return true
}

/// Throws what a failed write to stdout was refused with; `| head -1` is no failure.
func checkOutput(_ failure: Int32) throws(NetlinkError) {
  if failure != 0, failure != EPIPE { throw .system(call: "write(stdout)", code: failure) }
}

/// A reader that has gone (`| head -1`) is seen by EPIPE: the program ends in order, with its own status.
func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

/// Puts a directory where standard descriptors are closed: else a netlink socket or a capture would become standard output, and what was to be
/// shown would be written into it, with status 0. Writing to a directory fails, as it should.
func holdStandardDescriptors() {
  for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 { _ = unsafe open("/", O_RDONLY) }
}

/// The value of an environment variable; nil when unset or empty.
func environment(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  let text = unsafe String(cString: value)
  return text.isEmpty ? nil : text
}

/// Columns to lay out for: COLUMNS where it is set, else the terminal's; nil in a pipe.
func outputWidth() -> Int? {
  if let text = environment("COLUMNS"), let columns = Int(text), columns > 0 { return columns }
  var size = winsize()
  guard isatty(1) == 1, unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
  return Int(size.ws_col)
}

/// Whether to colour: as asked, else on a terminal without NO_COLOR that is not dumb.
func usesColor(_ choice: ColorChoice) -> Bool {
  switch choice {
  case .always: true
  case .never: false
  case .auto: isatty(1) == 1 && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
  }
}

/// Whether both the page and the messages go to a terminal.
func isTerminal() -> Bool { isatty(1) == 1 && isatty(2) == 1 }

/// Whether messages go to a terminal.
func isErrorTerminal() -> Bool { isatty(2) == 1 }
