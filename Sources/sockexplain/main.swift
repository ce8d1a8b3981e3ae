import Glibc

ignoreBrokenPipes()
exit(runProgram())
