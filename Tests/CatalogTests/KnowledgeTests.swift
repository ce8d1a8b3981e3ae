import Catalog
import Testing

@Suite struct KnowledgeLookup {
  @Test(
    "a state answers to every spelling in use",
    arguments: ["CLOSE-WAIT", "close-wait", "CLOSE_WAIT", "TCP_CLOSE_WAIT", "closewait", "  Close-Wait "])
  func stateSpellings(spelling: String) {
    #expect(Knowledge.find(spelling).first?.term == "CLOSE-WAIT")
  }

  @Test(
    "netstat's and the kernel's names of states",
    arguments: [("FIN_WAIT2", "FIN-WAIT-2"), ("ESTABLISHED", "ESTAB"), ("SYN_RECV", "SYN-RECV")])
  func otherNames(asked: String, term: String) {
    #expect(Knowledge.find(asked).first?.term == term)
  }

  @Test(
    "the words a person has at hand lead to the entry",
    arguments: [
      ("rto", "rto"), ("tcpi_rto", "rto"), ("rto:204", "rto"), ("Send-Q", "Send-Q"), ("send-q", "Send-Q"), ("timer", "timer"),
      ("timer:(on,204ms,0)", "timer"), ("ECONNREFUSED", "ECONNREFUSED"), ("Connection refused", "ECONNREFUSED"),
      ("Cannot assign requested address", "EADDRNOTAVAIL"), ("connect: Cannot assign requested address", "EADDRNOTAVAIL"),
      ("OSError: [Errno 99] Cannot assign requested address", "EADDRNOTAVAIL"),
      ("times the listen queue of a socket overflowed", "ListenOverflows"),
      ("    27 times the listen queue of a socket overflowed", "ListenOverflows"),
      ("3 packets pruned from receive queue because of socket buffer overrun", "PruneCalled"),
      ("3 packets pruned from receive queue", "RcvPruned"), ("TCP ran low on memory 7 times", "TCPMemoryPressures"),
      ("Detected reordering 3 times using SACK", "TCPSACKReorder"), ("12 other TCP timeouts", "TCPTimeouts"),
      ("12 SYN cookies sent", "SyncookiesSent"), ("TcpExtListenDrops", "ListenDrops"), ("listendrops", "ListenDrops"),
      ("tcp_mem", "net.ipv4.tcp_mem"), ("/proc/sys/net/core/somaxconn", "net.core.somaxconn"), ("somaxconn", "net.core.somaxconn"),
      ("TCP: request_sock_TCP: Possible SYN flooding on port 0.0.0.0:8080. Sending cookies.", "Possible SYN flooding on port"),
      ("UdpRcvbufErrors", "Udp RcvbufErrors"), ("listen backlog", "accept queue"),
    ])
  func everydayTerms(asked: String, term: String) {
    #expect(Knowledge.find(asked).first?.term == term)
  }

  @Test("a word of several topics gives all of them")
  func severalMeanings() {
    #expect(Knowledge.find("keepalive").count >= 1)
    #expect(Knowledge.find("SYN cookies sent").map(\.term) == ["SyncookiesSent"])
    #expect(Set(Knowledge.find("resets sent").map(\.topic)) == [.counter])
    #expect(Set(Knowledge.find("InCsumErrors").map(\.term)).isSuperset(of: ["Tcp InCsumErrors", "Udp InCsumErrors", "Icmp6 InCsumErrors"]))
  }

  @Test("every term and alias finds its own entry")
  func everyTermIsFound() {
    for entry in Knowledge.all {
      for spelling in [entry.term, entry.term.uppercased()] + entry.aliases {
        #expect(Knowledge.find(spelling).contains { $0.term == entry.term && $0.topic == entry.topic }, "\(spelling)")
      }
    }
  }

  @Test func unknownTermsFindNothingAndSuggest() {
    #expect(Knowledge.find("flurble").isEmpty)
    #expect(Knowledge.find("").isEmpty)
    #expect(Knowledge.find("  12 ").isEmpty)
    #expect(Knowledge.near("CLOSE-WIAT").first == "CLOSE-WAIT")
    #expect(Knowledge.near("keepalvie").contains("keepalive"))
    #expect(!Knowledge.near("cwdn").isEmpty && Knowledge.near("lsiten").first == "LISTEN")
    #expect(Knowledge.near("e").count <= 5)
  }
}

@Suite struct StateDiagrams {
  static let states = (1...12).map { TCPState(rawValue: $0) }

  @Test("every state is marked once, in a drawing that fits a terminal", arguments: states)
  func marks(state: TCPState) {
    let lines = StateDiagram(state).lines
    #expect(lines.count <= 24)
    #expect(lines.allSatisfy { $0.utf8.count <= 78 && $0.utf8.count == $0.count })
    let marked = lines.filter { $0.contains(">>\(state.name)<<") }
    #expect(marked.count == 1)
    #expect(lines.filter { $0.contains(">>") }.count == 1)
    #expect(lines.joined().components(of: "( ") == 10)
  }

  @Test("the arrows lead in and out of every state", arguments: states)
  func arrows(state: TCPState) {
    #expect(!Transitions.leading(to: state).isEmpty)
    #expect(!Transitions.leaving(from: state).isEmpty)
  }

  @Test func everyArrowNamesItsFunction() {
    for arrow in Transitions.all {
      #expect(arrow.source.function.hasSuffix("()") && arrow.source.version == "6.12")
      #expect(!arrow.event.isEmpty)
    }
  }

  @Test("every state the catalog can name has an entry", arguments: states)
  func entries(state: TCPState) {
    #expect(Knowledge.find(state.name).first?.topic == .state)
  }
}

extension String {
  fileprivate func components(of needle: String) -> Int {
    var count = 0
    var rest = self[...]
    while let found = rest.firstRange(of: needle) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}
