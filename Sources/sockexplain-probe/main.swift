internal import CShims
internal import Catalog
internal import Glibc

/// The words behind the program's name. Swift's CommandLine reads /proc/self/cmdline, which is not there without /proc.
func commandLine() -> [String] {
  var words: [String] = []
  while let word = unsafe shim_argument(Int32(words.count + 1)) { words.append(unsafe String(cString: word)) }
  return words
}

/// The whole program; variables of this file's top level would be global.
func runSideCar() -> Int32 {
  // May run with capabilities that its caller lacks: nothing of the environment is read.
  forgetEnvironment()
  guard holdStandardDescriptors() else { return 2 }
  let arguments = Arguments(commandLine(), isRoot: getuid() == 0 && geteuid() == 0)
  guard isatty(1) == 0 else {
    complain(ProbeUsagePhrase.terminal.say().description)
    return 2
  }
  var sideCar = SideCar(arguments)
  return sideCar.run()
}

exit(runSideCar())
