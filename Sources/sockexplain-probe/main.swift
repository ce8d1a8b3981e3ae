internal import Catalog
internal import Glibc

/// The whole program; variables of this file's top level would be global.
func runSideCar() -> Int32 {
  // May run with capabilities that its caller lacks: nothing of the environment is read.
  forgetEnvironment()
  let arguments = Arguments(Array(CommandLine.arguments.dropFirst()), isRoot: getuid() == 0 && geteuid() == 0)
  guard isatty(1) == 0 else {
    complain(ProbeUsagePhrase.terminal.say().description)
    return 2
  }
  var sideCar = SideCar(arguments)
  return sideCar.run()
}

exit(runSideCar())
