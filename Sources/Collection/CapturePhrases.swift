internal import Catalog
internal import Snapshot

enum CapturePhrase: String, PhraseTable {
  static var room: String { "capture" }
  case system = "cannot {step} {path}: {error}"
  case notACapture = "{path} is neither a capture of this program nor a file of ss -D"
  case version = "the capture is of version {version}, newer than this program understands"
  case malformed = "the capture is damaged at byte {at} (record type 0x{type})"
  case missingGap = "not in the capture: {what}"
  case missingGapMore = "not in the capture: {what}, and {count} more"
  case missingRemedy = "capture again with this version, on the machine itself"
  case cutOff = "the capture is cut off after {bytes} bytes: what was recorded later is missing"
  case cutOffRemedy = "copy the whole file, or capture again"
  case ssOnly = "this is a file of ss -D: it has TCP sockets only, in the states and with the details that ss was asked for"
  case ssLacks = "it lacks owners, /proc, counters, settings, interface names and the time"
  case ssRemedy = "make a capture with --capture FILE, which holds them all"
  case ssForeign = "{count} messages of the file are no TCP sockets and were passed over"
  case dump = "{proto} sockets of family {family}"
  case both = "tcp sockets of both families"
  case unix = "unix sockets"
  case unixExact = "one unix socket by its inode"
  case exact = "one {proto} socket by its addresses"
  case owners = "who holds the sockets"
  case interfaces = "interface names"
  case cgroups = "paths of cgroups"
  case time = "the time"
  case settings = "settings of other network namespaces"
}

extension Gap {
  static func capture(
    _ id: String, _ what: CapturePhrase, _ remedy: CapturePhrase, _ values: KeyValuePairs<String, any CustomStringConvertible> = [:]
  ) -> Gap {
    Gap(id: id, what: what.say(values), remedy: remedy.say())
  }
}
