import Glibc

holdStandardDescriptors()
ignoreBrokenPipes()
exit(runProgram())
