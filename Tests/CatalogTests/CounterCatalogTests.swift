import Catalog
import Foundation
import Testing

/// The counters of this kernel by group, as /proc names them.
private func runningCounters(_ file: CounterFacts.File) throws -> [String: [String]] {
  var out: [String: [String]] = [:]
  for line in try String(contentsOfFile: file.rawValue, encoding: .utf8).split(separator: "\n") {
    let words = line.split(separator: " ")
    guard let group = words.first?.dropLast(), let first = words.dropFirst().first?.first, first.isLetter else { continue }
    out[String(group)] = words.dropFirst().map(String.init)
  }
  return out
}

/// The release of this kernel as two numbers, to be compared with a counter's `since`.
private let release: [Int] = {
  let text = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
  return text.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
}()

private func isOlder(_ release: [Int], than since: String) -> Bool {
  release.lexicographicallyPrecedes(since.split(separator: ".").compactMap { Int($0) })
}

/// The counters of TCP and of UDP over IPv4; the other groups are in CounterCoverage.
@Suite struct CounterCatalog {
  static let groups = ["TcpExt", "Tcp", "Udp", "UdpLite"]

  @Test("the catalog covers every counter of these groups", arguments: groups)
  func coverage(group: String) throws {
    let file = try #require(Knowledge.counters(group).first?.counter?.file)
    let names = try #require(try runningCounters(file)[group])
    let missing = names.filter { Knowledge.counter(group + "." + $0) == nil }
    print("\(group): covers \(names.count - missing.count) of \(names.count)")
    #expect(missing.isEmpty, "\(missing)")
  }

  @Test("every counter of these groups has the name that this kernel prints, unless it came later", arguments: groups)
  func names(group: String) throws {
    let entries = Knowledge.counters(group)
    let file = try #require(entries.first?.counter?.file)
    let names = try #require(try runningCounters(file)[group])
    for facts in entries.compactMap(\.counter) {
      if let since = facts.since, isOlder(release, than: since) { continue }
      #expect(names.contains(facts.name), "\(facts.key)")
    }
    #expect(isOlder([5, 10], than: "5.14") && !isOlder([6, 18], than: "6.2") && !isOlder([6, 17], than: "6.17"))
  }

  @Test("a counter is found by its key, by its group and by nothing else")
  func lookup() {
    #expect(Knowledge.counter("TcpExt.ListenOverflows")?.term == "ListenOverflows")
    #expect(Knowledge.counter("Udp.RcvbufErrors")?.term == "Udp RcvbufErrors")
    #expect(Knowledge.counter("TcpExt.Flurble") == nil && Knowledge.counter("ListenOverflows") == nil)
    #expect(Knowledge.counters("TcpExt").count >= 135)
    #expect(Knowledge.counters("Flurble").isEmpty)
    let keys = Knowledge.counters.compactMap(\.counter?.key)
    #expect(keys.count == Knowledge.counters.count && Set(keys).count == keys.count)
  }

  @Test("kinds and scopes are what the kernel does")
  func kinds() throws {
    #expect(Knowledge.counter("Tcp.CurrEstab")?.counter?.kind == .gauge)
    for name in ["RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn"] { #expect(Knowledge.counter("Tcp." + name)?.counter?.kind == .constant) }
    let facts = Knowledge.counters("TcpExt").compactMap(\.counter)
    #expect(facts.allSatisfy { $0.kind == .total && $0.scope == .namespace && $0.file == .netstat })
  }

  @Test(
    "what people take these for is said",
    arguments: [
      ("TcpExt.ListenDrops", "SYN queue"), ("Tcp.EstabResets", "received"), ("TcpExt.PruneCalled", "pruned"),
      ("TcpExt.TCPSynRetrans", "SYN-ACK"),
      ("Tcp.AttemptFails", "scanner"), ("TcpExt.TCPAbortOnData", "SO_LINGER"), ("TcpExt.TCPTimeWaitOverflow", "allocation"),
      ("TcpExt.TW", "begin"), ("TcpExt.TCPBacklogDrop", "listen()"), ("Udp.InErrors", "reads too slowly"), ("Tcp.RtoMin", "tcp_rto_min_us"),
    ])
  func misreadings(key: String, word: String) throws {
    let entry = try #require(Knowledge.counter(key))
    #expect(try #require(entry.misreading).contains(word))
    #expect(entry.counter?.isBenign == (key == "TcpExt.TW" || key == "Tcp.RtoMin"))
  }

  /// Seen on 6.18 and read in 6.12: tcp_close() in SYN-SENT goes by tcp_set_state() and not by tcp_done(); tcp_make_synack() counts each SYN-ACK;
  /// tcp_event_new_data_sent() counts a bare FIN.
  @Test(
    "texts about what is easily believed of a counter",
    arguments: [
      ("Tcp.AttemptFails", "closed while SYN-SENT are not counted"), ("Tcp.OutSegs", "A repeated SYN-ACK is made anew"),
      ("TcpExt.TCPOrigDataSent", "FIN that carries no data is one too"),
    ]) func texts(_ key: String, _ words: String) throws
  {
    #expect(try #require(Knowledge.counter(key)).meaning.contains(words))
  }

  @Test("a counter named in a counter's text exists")
  func crossReferences() {
    let names = Set(Knowledge.counters.compactMap(\.counter).flatMap { [$0.name, $0.group] })
    for entry in Knowledge.counters {
      let text = [entry.summary, entry.meaning, entry.misreading, entry.formula, entry.advice].compactMap(\.self).joined(separator: " ")
      for word in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "*" }).map(String.init) {
        let isName = ["TCP", "Tcp", "PAWS", "Listen", "Syncookies", "Ofo", "Prune"].contains { prefix in
          word.hasPrefix(prefix) && word.count > prefix.count + 2 && !word.contains("_") && !word.hasSuffix("*")
            && word.dropFirst(prefix.count).contains(where: \.isLowercase)
        }
        #expect(!isName || names.contains(word), "\(entry.term): \(word)")
      }
    }
  }

  static let canFakeProc =
    geteuid() == 0 && ["/usr/bin/unshare", "/bin/mount"].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    && netstat != nil
  static let netstat = ["/usr/bin/netstat", "/bin/netstat"].first { FileManager.default.isExecutableFile(atPath: $0) }

  /// What the installed netstat -s prints for each counter of a file of /proc, by its number; the file is made from the catalog.
  private func printed(_ groups: [String]) throws -> (values: [String: Int], lines: [Int: String]) {
    let proc = FileManager.default.temporaryDirectory.appending(path: "counters-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: proc.appending(path: "net"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: proc) }
    var values: [String: Int] = [:]
    for file in [CounterFacts.File.snmp, .netstat] {
      var text = ""
      for group in groups {
        let facts = Knowledge.counters(group).compactMap(\.counter).filter { $0.file == file }
        if facts.isEmpty { continue }
        for fact in facts { values[fact.key] = 70_001 + values.count }
        text += "\(group): \(facts.map(\.name).joined(separator: " "))\n"
        text += "\(group): \(facts.map { "\(values[$0.key] ?? 0)" }.joined(separator: " "))\n"
      }
      try text.write(to: proc.appending(path: "net/" + (file == .snmp ? "snmp" : "netstat")), atomically: true, encoding: .utf8)
    }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/unshare")
    process.arguments = ["-m", "sh", "-c", "mount --bind '\(proc.path)' /proc && exec '\(Self.netstat ?? "")' -s"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let out = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var lines: [Int: String] = [:]
    for line in out.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard let place = words.firstIndex(where: { (Int($0) ?? 0) > 70_000 }), let number = Int(words[place]) else { continue }
      let shown = (place == 0 ? Array(words.dropFirst()) : words.prefix(place) + ["#"] + words.suffix(from: place + 1)).joined(
        separator: " ")
      lines[number] = shown
    }
    return (values, lines)
  }

  @Test("netstat -s prints the phrase, the bare name or nothing, as the catalog says", .enabled(if: canFakeProc, "needs root and netstat"))
  func netstatPhrases() throws {
    let (values, lines) = try printed(Self.groups)
    #expect(lines.count > 150)
    for (key, value) in values {
      let entry = try #require(Knowledge.counter(key))
      let facts = try #require(entry.counter)
      let shown = lines[value]
      #expect((facts.phrase ?? (entry.netstat == "not printed" ? nil : facts.name + ": #")) == shown, "\(key)")
    }
  }
}
