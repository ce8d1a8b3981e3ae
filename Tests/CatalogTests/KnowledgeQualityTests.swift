import Catalog
import Foundation
import Testing

/// What every entry must have, and that no two say the same.
@Suite struct KnowledgeQuality {
  @Test("every entry has a summary, a meaning and a function with its version")
  func complete() {
    #expect(Knowledge.all.count > 250)
    for entry in Knowledge.all {
      let words = entry.meaning.split(separator: " ").count
      #expect(entry.summary.count >= 10 && !entry.summary.hasSuffix("."), "\(entry.term)")
      #expect(words >= 8, "\(entry.term) has \(words) words")
      #expect(!entry.source.member.isEmpty && !entry.source.function.isEmpty, "\(entry.term)")
      #expect(entry.source.file.hasSuffix(".c") || entry.source.file.hasSuffix(".h"), "\(entry.term)")
      #expect(entry.source.version.first?.isNumber == true, "\(entry.term)")
      #expect(!entry.meaning.contains("  ") && !entry.meaning.contains("\n"), "\(entry.term)")
    }
  }

  @Test("every topic has entries, and a term stands once in its topic")
  func topics() {
    for topic in Topic.allCases {
      // Two structures may have a member of the same name, such as the state.
      let terms = Knowledge.all.filter { $0.topic == topic }.map { topic == .field ? $0.source.member : $0.term.lowercased() }
      #expect(!terms.isEmpty)
      #expect(Set(terms).count == terms.count, "\(topic): \(terms.filter { t in terms.count(where: { $0 == t }) > 1 })")
    }
  }

  // 0.12 lies between the nearest honest pair (0.06 when this was written) and a text with a few words exchanged (above 0.3).
  @Test("no explanation repeats another's")
  func distinct() {
    let entries = Knowledge.all
    let shingles = entries.map { Self.fourGrams($0.meaning) }
    var worst = (0.0, "", "")
    for i in entries.indices {
      for j in 0..<i {
        let common = shingles[i].intersection(shingles[j]).count
        guard common > 0 else { continue }
        let likeness = Double(common) / Double(shingles[i].union(shingles[j]).count)
        if likeness > worst.0 { worst = (likeness, entries[i].term, entries[j].term) }
      }
    }
    #expect(worst.0 < 0.12, "\(worst)")
    #expect(Set(entries.map(\.summary)).count == entries.count)
  }

  @Test("the measure of likeness sees a copied text")
  func measure() {
    let one = Self.fourGrams("bytes that the program has written and the peer has not acknowledged yet")
    let two = Self.fourGrams("bytes that the program has written and the host has not acknowledged yet")
    #expect(Double(one.intersection(two).count) / Double(one.union(two).count) > 0.12)
  }

  static func fourGrams(_ text: String) -> Set<String> {
    let words = text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    guard words.count >= 4 else { return [words.joined(separator: " ")] }
    return Set((0...(words.count - 4)).map { words[$0..<($0 + 4)].joined(separator: " ") })
  }

  static let kernel = "/usr/src/k/linux-source-6.12/"

  @Test(
    "the functions named stand in the files named", .enabled(if: FileManager.default.fileExists(atPath: kernel), "needs kernel sources"))
  func sources() throws {
    var texts: [String: String] = [:]
    let arrows = Transitions.all.map(\.source)
    for source in Knowledge.all.map(\.source) + arrows where source.version == "6.12" {
      // The unpacked tree has the network parts only.
      guard source.file.hasPrefix("net/") || source.file.hasPrefix("include/") else { continue }
      if texts[source.file] == nil {
        texts[source.file] = try? String(decoding: Data(contentsOf: URL(filePath: Self.kernel + source.file)), as: UTF8.self)
      }
      let name = source.function.replacingOccurrences(of: "()", with: "")
      #expect(texts[source.file]?.contains(name) == true, "\(source)")
    }
  }

  @Test("every setting named is one of this kernel, or known to be absent on some")
  func settingsExist() {
    var named = Set(Knowledge.all.flatMap(\.settings))
    named.formUnion(Knowledge.all.filter { $0.topic == .sysctl }.map(\.term))
    for name in named where name.hasPrefix("net.") || name.hasPrefix("fs.") || name.hasPrefix("vm.") {
      let path = "/proc/sys/" + name.replacingOccurrences(of: ".", with: "/")
      let facts = Knowledge.setting(name)?.setting
      let isOptional = facts.map { $0.needs != nil || !$0.exists(on: LiveSettings.kernel) } ?? false
      #expect(isOptional || FileManager.default.fileExists(atPath: path), "\(name)")
    }
  }

  @Test("a setting that an entry names can be explained too")
  func settingsExplained() {
    let known = Set(Knowledge.all.filter { $0.topic == .sysctl }.map(\.term))
    let missing = Set(Knowledge.all.flatMap(\.settings)).filter { $0.hasPrefix("net.") || $0.hasPrefix("fs.") }.subtracting(known)
    #expect(missing.isEmpty, "\(missing.sorted())")
  }

  @Test("the text of every errno is the C library's")
  func strerrorTexts() {
    let numbers: [String: Int32] = [
      "ECONNREFUSED": ECONNREFUSED, "ETIMEDOUT": ETIMEDOUT, "ECONNRESET": ECONNRESET, "EPIPE": EPIPE, "EADDRINUSE": EADDRINUSE,
      "EADDRNOTAVAIL": EADDRNOTAVAIL, "EHOSTUNREACH": EHOSTUNREACH, "ENETUNREACH": ENETUNREACH, "EAGAIN": EAGAIN, "EMFILE": EMFILE,
      "ENFILE": ENFILE, "ENOBUFS": ENOBUFS, "ENOTCONN": ENOTCONN, "EINPROGRESS": EINPROGRESS, "EMSGSIZE": EMSGSIZE, "EACCES": EACCES,
      "ECONNABORTED": ECONNABORTED, "EPROTONOSUPPORT": EPROTONOSUPPORT, "EALREADY": EALREADY, "EISCONN": EISCONN, "EPERM": EPERM,
      "EAFNOSUPPORT": EAFNOSUPPORT,
    ]
    let entries = Knowledge.all.filter { $0.topic == .errno }
    #expect(Set(entries.map(\.term)) == Set(numbers.keys))
    for entry in entries {
      guard let number = numbers[entry.term] else { continue }
      let text = unsafe String(cString: strerror(number))
      #expect(entry.aliases.first == text)
    }
  }
}
