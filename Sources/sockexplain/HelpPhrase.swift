import Catalog

/// What help and manual say besides the options. Lines of help stay within 80 columns.
enum HelpPhrase: String, PhraseTable {
  static var room: String { "help" }

  case title = "sockexplain - what is this socket doing, and why?"
  case name = "show network sockets and explain them"
  case usageGlance = "this machine at a glance"
  case usageList = "list sockets, explained"
  case usageAudit = "settings, judged by what the sockets show"
  case usageExplain = "a field, state, errno, message, … explained"
  case usageCounters = "netstat -s by name, with meaning and rate"
  case usageDrops = "what was dropped, why, and whose it was"
  case usageTrace = "TCP connections as they happen, explained"
  case filterHeading = "Filter"
  case filterPort = "of either end; with -l the socket's own"
  case filterHost = "10.0.0.1:80, 10.0.0.0/8, [::1]:80, :80, /run/*"
  case filterCompare = "OP is = != < <= > >= or eq ne lt le gt ge"
  case filterState = "close-wait, connected, all, …; stands first"
  case filterDevice = "bound to the device; the socket's mark"
  case filterAutobound = "the kernel chose the port"
  case filterCombine = "not binds before and, and before or"
  case examplesHeading = "Examples"
  case exampleListener = "who listens there, is it healthy?"
  case exampleState = "who forgets to close connections?"
  case exampleEnds = "a few connections, explained"
  case exampleExpression = "TCP internals of HTTPS"
  case examplePlain = "the bare table, for pipes"
  case more = "'sockexplain --help' lists all options and the filter language."

  case manDescription =
    "sockexplain asks the kernel for its sockets (NETLINK_SOCK_DIAG), checks the numbers against each other, and says what they mean, which kernel field they came from, and what to do about them. Without options and filter it shows this machine at a glance."
  case manDefaults =
    "Options follow ss(8), with its letters. They may be bundled, abbreviated, and stand before or behind the filter. Addresses and ports are shown as numbers unless -r or --services asks for names."
  case manPrecedence =
    "Conditions beside each other must all hold. not binds tighter than and, and tighter than or. (ss reads 'a or b and c' as '(a or b) and c', against its own manual; write parentheses where both are used.)"
  case manAddresses =
    "An IPv4 address also finds the IPv6 sockets that carry it as ::ffff:a.b.c.d; inet: before it keeps them out, inet6: asks for IPv6 sockets. Host names are not looked up. Service names may stand for ports."
  case manStates =
    "state NAME adds states, exclude NAME removes them; both replace what -a and -l ask for. Names: {names}. What ss and netstat print (ESTAB, TIME_WAIT) is taken too."
  case manPaths =
    "A path is a glob in which * crosses /, case does not count, and @ begins an abstract name. dst looks at the name the peer is bound to."
  case manBare = "A word that is none of the language's is a port by its service name (sockexplain -l ssh), or an error."
  case manStatusHeading = "Exit status"
  case statusFine = "fine"
  case statusNothing = "nothing matched a narrowed query, or a finding as bad as --fail-on says"
  case statusUsage = "a usage or system error"
  case manStatusPrivilege = "A missing privilege is no error: the standard error says in one line what is not shown and how to see it."
  case manEnvironmentHeading = "Environment"
  case environmentColor = "when set to anything, no colour is used unless --color always asks for it"
  case environmentColumns = "the width to use instead of the terminal's"
  case manSeeHeading = "See also"
  case descriptionHeading = "Description"
  case optionsHeading = "Options"
  case nameHeading = "Name"
  case synopsisHeading = "Synopsis"
}
