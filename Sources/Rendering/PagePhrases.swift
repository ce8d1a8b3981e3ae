internal import Catalog

/// The fixed words of pages.
enum PagePhrase: String, PhraseTable {
  static var room: String { "page" }
  case place = "place"
  case next = "{state} when {event}"
  case glance = "{sockets} TCP sockets, {udp} UDP, in this network namespace; kernel {kernel}"
  case noFindings = "nothing stands out: {rules} rules looked at {sockets} sockets"
  case more = "and {count} more: {command}"
  case listeners = "listeners"
  case states = "by state"
  case processes = "by process"
  case owner = "{name} (pid {pid})"
  case owners = "{name} (pid {pid}, +{more})"
  case counted = "{name} ×{count}"
  case gaps = "not shown"
  case gone = "gone"
  case grouped = "{count} sockets match; grouped, with the {shown} that look worst as cards"
  case moreGroups = "and {count} more groups"
  case nothing = "no socket matches: {filter}"
}
