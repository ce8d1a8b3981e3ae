import Catalog
import Collection
import Netlink
import Rendering
import Wire

func run() -> Int32 {
  var options = ListOptions()
  options.explains = CommandLine.arguments.contains("-N")
  options.showsHeader = !CommandLine.arguments.contains("-H")
  let questions = Questions(protocols: [.tcp], states: CommandLine.arguments.contains("-l") ? .init(.listen) : .all)
  do {
    let diag = try LiveDiag()
    var list = ListWriter(options: options)
    for (request, proto) in questions.requests {
      try diag.ask(request) { span, message in
        try list.take(span, at: message.payload, count: message.count, proto: proto)
      }
    }
    list.finish()
  } catch {
    print(error)
    return 2
  }
  return 0
}
_ = run()
