public import Catalog

/// What the filter parser says of a word it cannot take: the word first, then what is expected, then the fix.
enum FilterPhrase: String, PhraseTable {
  static var room: String { "filter" }

  case badPort = "port {word}: a port is a number 0 … 65535"
  case unknownService = "port {word}: neither a number 0 … 65535 nor a service name of /etc/services"
  case ambiguousService = "port {word}: the name means different ports for TCP and UDP; write the number"
  case portRange = "{word}: a range of ports is written '( sport >= :{low} and sport <= :{high} )'"
  case portMissing = "{word}: a port must follow, as in {word} = :22"
  case portOrder = "{word} {relation} *: any port has no order; write a number"
  case numberIsNoAddress = "{side} {word}: an address is expected; for a port write {side} :{word}"
  case hostMissing = "{word}: an address or :port must follow, as in {word} 10.0.0.0/8"
  case hostRelation = "{word} {relation}: {word} takes = or != only; ports take the order, as in sport >= :1024"
  case badAddress = "{word}: not an IPv4 or IPv6 address; an IPv6 address with a port is written [::1]:80"
  case hostName = "{word}: names are not looked up in a filter; write the address ('getent hosts {word}' prints it)"
  case unclosedBracket = "{word}: the ] behind the IPv6 address is missing, as in [::1]:80"
  case badPrefix = "{word}: a prefix length is 0 … {limit} behind the /, as in {example}"
  case shortAddress = "{word}: an IPv4 address has four numbers; only with a prefix may it be shorter, as in 10.1/16"
  case wrongFamily = "{word}: an {family} address is expected here (-4, -6, -f or the prefix says so)"
  case laterFamily = "{word}: {family} sockets come later; addresses here are inet:, inet6: and unix:"
  case deviceMissing = "{word}: a device must follow, as in dev = eth0"
  case unknownDevice = "dev {word}: no such device in this network namespace ('ip link' lists them)"
  case deviceRelation = "{word} {relation}: dev and fwmark take = or != only"
  case markMissing = "{word}: a mark must follow, as in fwmark = 0x1/0xff"
  case badMark = "fwmark {word}: a mark is VALUE or VALUE/MASK, 32 bits each, as in 0x1/0xff"
  case cgroupLater = "{word}: selecting by cgroup comes later; -p shows each socket's cgroup and grep can select"
  case stateMissing = "{word}: a state must follow, as in {word} established"
  case unknownState = "state {word}: no such state; did you mean {near}?"
  case unknownStateAlone =
    "state {word}: no such state; there are established, syn-sent, syn-recv, fin-wait-1, fin-wait-2, time-wait, closed, close-wait, last-ack, listening, closing, bound-inactive, all, connected, synchronized, bucket, big"
  case stateNeedsWord = "{word}: a state follows the word state, as in state {word}"
  case stateInside = "{word}: states select before the expression does; write {word} first, outside of (, or and not"
  case unknownWord = "{word}: not a word of the filter language; did you mean {near}?"
  case unknownWordAlone =
    "{word}: not a word of the filter language; it knows state, exclude, src, dst, sport, dport, dev, fwmark, autobound, addresses and ports"
  case missingOperand = "{word}: a condition must stand on both sides"
  case nothingToNegate = "{word}: a condition must follow"
  case relationAlone = "{word}: a comparison follows one of sport, dport, src, dst, dev, fwmark"
  case missingClose = "(: the matching ) is missing"
  case extraClose = "): there is no ( before it"
  case emptyParentheses = "( ): a condition must stand inside"
  case tooDeep = "(: more than {limit} levels of parentheses"
  case emptyWord = "'': an empty word is no condition"
}

/// Why a filter was not understood: one sentence that begins with the offending word and ends with the fix.
public struct FilterError: Error, Equatable, CustomStringConvertible {
  /// What to print.
  public let sentence: Sentence
  init(_ phrase: FilterPhrase, _ arguments: KeyValuePairs<String, any CustomStringConvertible> = [:]) { sentence = phrase.say(arguments) }
  /// The English text.
  public var description: String { sentence.description }
}
