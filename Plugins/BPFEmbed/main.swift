// bpf-embed CLANG OBJCOPY SOURCE INCLUDE OUTPUT NAME: compiles an eBPF source, drops what is only for debuggers (BTF stays), and writes the object
// as Swift: `enum NAME { static let base64: StaticString }`. A literal of text compiles at once, one of a hundred thousand numbers does not.
import Glibc

func fail(_ message: String) -> Never {
  let line = Array("bpf-embed: \(message)\n".utf8)
  _ = unsafe write(2, line, line.count)
  exit(1)
}

func run(_ arguments: [String]) {
  var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
  var child = pid_t(0)
  let code = unsafe posix_spawn(&child, arguments[0], nil, nil, &words, environ)
  guard code == 0 else { fail("cannot run \(arguments[0]): errno \(code)") }
  var status: Int32 = 0
  while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
  guard status == 0 else { exit(1) }
}

func read(_ path: String) -> [UInt8] {
  guard let file = unsafe fopen(path, "rb") else { fail("cannot read \(path)") }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = unsafe fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes += buffer[..<count]
  }
}

func base64(_ bytes: [UInt8]) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let there = min(3, bytes.count - start)
    let group = (0..<3).reduce(0) { $0 << 8 | ($1 < there ? Int(bytes[start + $1]) : 0) }
    for index in 0..<4 { text.append(index <= there ? digits[group >> (18 - 6 * index) & 63] : UInt8(ascii: "=")) }
  }
  return String(decoding: text, as: UTF8.self)
}

let arguments = CommandLine.arguments
guard arguments.count == 7 else { fail("usage: bpf-embed CLANG OBJCOPY SOURCE INCLUDE OUTPUT NAME") }
let object = arguments[5] + ".o"
// v2: kernels of the 5.10 series refuse code for v3.
run([
  arguments[1], "-target", "bpf", "-mcpu=v2", "-O2", "-g", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-I", arguments[4], "-c",
  arguments[3], "-o", object,
])
run([arguments[2], "--strip-debug", object])
let text = "enum \(arguments[6]) {\n  static let base64: StaticString =\n    \"\(base64(read(object)))\"\n}\n"
_ = unsafe unlink(object)
guard let file = unsafe fopen(arguments[5], "wb") else { fail("cannot write \(arguments[5])") }
guard unsafe fputs(text, file) >= 0, unsafe fclose(file) == 0 else { fail("cannot write \(arguments[5])") }
