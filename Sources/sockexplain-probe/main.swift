internal import Catalog
internal import Glibc

// May run with capabilities that its caller lacks: nothing of the environment is read.
forgetEnvironment()
let arguments = Arguments(Array(CommandLine.arguments.dropFirst()), isRoot: getuid() == 0 && geteuid() == 0)
guard isatty(1) == 0 else {
  complain(ProbeUsagePhrase.terminal.say().description)
  exit(2)
}
var sideCar = SideCar(arguments)
exit(sideCar.run())
