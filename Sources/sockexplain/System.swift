import CShims
import Catalog
import Glibc
import SockDiag

// The C library as the command line needs it: getopt_long, service names, device names.

/// One step of getopt_long.
enum OptionStep: Equatable {
  /// An option of the table, and its argument.
  case option(Int, String?)
  /// A word that no option has; `word` as it was typed, or its letter.
  case unknown(word: String)
  /// An option that lacks its argument.
  case missing(Int)
  /// `--tcp=1`: an option that takes none.
  case surplus(Int)
}

/// The words behind the program's name. Swift's CommandLine reads /proc/self/cmdline: without /proc it has none, and everything asked would be lost.
func commandLine() -> [String] {
  var words: [String] = []
  while let word = unsafe shim_argument(Int32(words.count + 1)) { words.append(unsafe String(cString: word)) }
  return words
}

/// Runs glibc's getopt_long over `arguments` (without the program's name) with the tables made from `flags`.
///
/// - Returns: the steps, and the words that are no options. Not reentrant: getopt keeps its place in globals.
func scanOptions(_ arguments: [String], _ flags: [Flag]) -> (steps: [OptionStep], words: [String]) {
  // Values from 1000 name a row by its long word, so that a letter and an index never meet.
  let base: Int32 = 1000
  var shorts = ":"
  var names: [(text: String, row: Int)] = []
  for (row, flag) in flags.enumerated() {
    if let letter = flag.short { shorts += String(letter) + (flag.argument == .none ? "" : ":") }
    for name in [flag.long, flag.alias] { if let name { names.append((name, row)) } }
  }
  var owned: [UnsafeMutablePointer<CChar>?] = unsafe []
  func copy(_ text: String) -> UnsafeMutablePointer<CChar>? {
    let made = unsafe strdup(text)
    unsafe owned.append(made)
    return unsafe made
  }
  defer { unsafe owned.forEach { unsafe free($0) } }

  var table = unsafe names.map { name in
    unsafe option(
      name: copy(name.text), has_arg: flags[name.row].argument == .none ? 0 : 1, flag: nil, val: base + Int32(name.row))
  }
  unsafe table.append(option())
  var argv = unsafe (["sockexplain"] + arguments).map { unsafe copy($0) }
  unsafe argv.append(nil)
  let count = Int32(arguments.count + 1)

  var steps: [OptionStep] = []
  shim_quiet_getopt()
  // 0, not 1: glibc then forgets a scan that was left in the middle of a bundle.
  shim_set_optind(0)
  scan: while true {
    let code = unsafe argv.withUnsafeMutableBufferPointer { words in
      unsafe shim_getopt_long(count, words.baseAddress, shorts, table, nil)
    }
    func row(of value: Int32) -> Int? {
      if value >= base { return Int(value - base) }
      return flags.firstIndex { $0.short?.value == UInt32(bitPattern: value) }
    }
    switch code {
    case -1: break scan
    case 58:  // ':'
      if let row = row(of: shim_optopt()) { steps.append(.missing(row)) }
    case 63:  // '?'
      let typed = unsafe argv[Int(max(1, shim_optind() - 1))].map { unsafe String(cString: $0) } ?? ""
      let letter = shim_optopt()
      if letter >= base, let row = row(of: letter) {
        steps.append(.surplus(row))
      } else if letter != 0, let scalar = Unicode.Scalar(UInt32(bitPattern: letter) & 0xff) {
        steps.append(.unknown(word: scalar.isASCII ? "-\(scalar)" : typed))
      } else {
        steps.append(.unknown(word: typed))
      }
    default:
      if let row = row(of: code) { steps.append(.option(row, unsafe shim_optarg().map { unsafe String(cString: $0) })) }
    }
  }
  let first = Int(shim_optind())
  let words = unsafe argv[first..<argv.count].compactMap { word in unsafe word.map { unsafe String(cString: $0) } }
  return (steps, words)
}

/// The port of a service name, by /etc/services and whatever else nsswitch.conf names.
func servicePort(_ name: String, _ proto: String) -> UInt16? {
  guard let entry = unsafe getservbyname(name, proto) else { return nil }
  return UInt16(truncatingIfNeeded: unsafe entry.pointee.s_port).byteSwapped
}

/// The name of a network device of this namespace.
func interfaceName(_ index: UInt32) -> Name? {
  unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { buffer in
    guard let base = buffer.baseAddress, unsafe if_indextoname(index, base) != nil else { return nil }
    return unsafe Name(Array(UnsafeRawBufferPointer(start: base, count: strlen(base))))
  }
}

/// The name the resolver gives an address; nil when it has none.
func hostName(_ address: IPAddress) -> Name? {
  var storage = sockaddr_storage()
  let size = unsafe withUnsafeMutableBytes(of: &storage) { raw in
    unsafe raw.storeBytes(of: UInt16(address.isIPv6 ? AF_INET6 : AF_INET), as: UInt16.self)
    unsafe raw.storeBytes(of: address.high.bigEndian, toByteOffset: address.isIPv6 ? 8 : 4, as: UInt64.self)
    if address.isIPv6 { unsafe raw.storeBytes(of: address.low.bigEndian, toByteOffset: 16, as: UInt64.self) }
    return address.isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
  }
  return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1025) { host in
    let code = unsafe withUnsafePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        unsafe getnameinfo(raw, socklen_t(size), host.baseAddress, 1025, nil, 0, Int32(NI_NAMEREQD))
      }
    }
    guard code == 0, let base = host.baseAddress else { return nil }
    return unsafe Name(Array(UnsafeRawBufferPointer(start: base, count: strlen(base))))
  }
}

/// How many processors this process may use.
func processorCount() -> Int {
  Int(shim_processor_count())
}

/// The index of a network device of this namespace.
func interfaceIndex(_ name: String) -> UInt32? {
  let index = unsafe if_nametoindex(name)
  return index == 0 ? nil : index
}

/// Sleeps; a signal ends it early.
func pause(milliseconds: Int) { usleep(UInt32(clamping: milliseconds) &* 1000) }

/// CLOCK_MONOTONIC, for what this program itself waits for; what a capture must hold comes from `Host`.
func monotonicMilliseconds() -> Int {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}

/// Whether standard output is a pipe that nobody reads any more; otherwise only the next write would tell.
func isReaderGone() -> Bool {
  var output = pollfd(fd: 1, events: 0, revents: 0)
  return unsafe poll(&output, 1, 0) > 0 && output.revents & Int16(POLLERR) != 0
}

/// From now on Ctrl-C and SIGTERM are only noted, once; a second one kills.
func noteInterrupts() { shim_note_interrupt(1) }

/// Ctrl-C and SIGTERM kill again.
func forgetInterrupts() { shim_note_interrupt(0) }

/// Whether one of them came while it was only noted.
func wasInterrupted() -> Bool { shim_was_interrupted() != 0 }
