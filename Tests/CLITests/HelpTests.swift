import Catalog
import Foundation
import SockDiag
import Testing

@testable import sockexplain

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

@Suite struct FlagTableTests {
  @Test func namesAreUnique() {
    let shorts = FlagTable.all.compactMap(\.short)
    let longs = FlagTable.all.flatMap { [$0.long, $0.alias].compactMap { $0 } }
    #expect(Set(shorts).count == shorts.count)
    #expect(Set(longs).count == longs.count)
    #expect(FlagTable.all.allSatisfy { $0.short != nil || $0.long != nil })
  }

  @Test func everyOptionHasOneRow() {
    for option in Option.allCases { #expect(FlagTable.all.count { $0.option == option } == 1, "\(option)") }
  }

  @Test func aDetailStandsBesideItsOption() {
    for detail in OptionDetail.allCases {
      #expect(FlagTable.all.filter { $0.detail == detail }.map { "\($0.option)" } == ["\(detail)"])
    }
  }

  /// The letters of ss that mean the same here; ss's remaining ones are answered with "comes later".
  @Test func everyLetterOfSSIsKnown() {
    let known = Set(FlagTable.all.compactMap(\.short))
    for letter in "dhalBetuwxnro460spTbEf:mMiA:D:F:VzZN:KHQSO".unicodeScalars where letter != ":" {
      #expect(known.contains(letter), "\(letter)")
    }
  }
}

@Suite struct HelpTests {
  @Test func helpFitsAnEightyColumnTerminal() {
    for text in [Help.brief, Help.full] {
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) { #expect(line.count <= 80, "\(line)") }
      #expect(text.hasSuffix("\n"))
    }
    #expect(Help.brief.split(separator: "\n", omittingEmptySubsequences: false).count <= 25)
  }

  @Test func fullHelpHasEveryOption() {
    for flag in FlagTable.offered {
      #expect(Help.full.contains(flag.synopsis.trimmingCharacters(in: .whitespaces)), "\(flag.synopsis)")
      #expect(Help.full.contains(flag.option.rawValue))
    }
    for flag in FlagTable.all where flag.group == .later { #expect(!Help.full.contains("--\(flag.long ?? "?") ")) }
  }

  /// What help and manual show must be understood.
  @Test(arguments: Help.examples.map(\.0)) func examplesParse(_ line: String) throws {
    let words = line.split(separator: " ").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "'")) }.dropFirst().filter {
      !$0.hasPrefix("-")
    }
    _ = try Filter.parse(Array(words), context: FilterContext())
  }

  @Test func columnsNameUnitAndSummary() {
    let lines = Help.columns.split(separator: "\n")
    #expect(lines.count == Field.all.count + ProbedField.allCases.count)
    let line = lines.first { $0.hasPrefix("rtt ") }
    #expect(line?.contains(" microseconds ") == true)
    #expect(line?.contains(Field.rtt.entry.summary) == true)
  }
}

@Suite struct ManualTests {
  /// `SOCKEXPLAIN_UPDATE_DOCS=1 swift test --filter ManualTests` writes the file anew.
  @Test func theCommittedPageIsTheGeneratedOne() throws {
    let file = root.appending(path: "Docs/sockexplain.1")
    if ProcessInfo.processInfo.environment["SOCKEXPLAIN_UPDATE_DOCS"] == "1" {
      try Manual.page.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(
      try String(contentsOf: file, encoding: .utf8) == Manual.page, "SOCKEXPLAIN_UPDATE_DOCS=1 swift test --filter ManualTests writes it")
  }

  @Test func everyOptionIsDescribed() {
    for flag in FlagTable.offered {
      if let long = flag.long { #expect(Manual.page.contains("\\-\\-" + long.replacingOccurrences(of: "-", with: "\\-")), "\(long)") }
    }
  }

  @Test func noLineBeginsLikeAMacroByAccident() {
    let macros = [".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".br", ".BR"]
    for line in Manual.page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(macros.contains(String(line.prefix { $0 != " " })), "\(line)")
    }
  }
}

@Suite struct VersionTests {
  @Test func theVersionIsTheChangelogs() throws {
    let changes = try String(contentsOf: root.appending(path: "CHANGELOG.md"), encoding: .utf8)
    let newest = try #require(changes.split(separator: "\n").first { $0.hasPrefix("## ") })
    #expect(newest.contains(Version.number))
    #expect(Version.line.hasPrefix("sockexplain \(Version.number), kernel ") && Version.line.split(separator: " ").count == 4)
  }
}

@Suite struct CompletionTests {
  /// Runs a shell on a script read from standard input; nil when the shell is not installed.
  func run(_ shell: String, _ arguments: [String], _ script: String) throws -> (status: Int32, output: String)? {
    let paths = ["/bin/", "/usr/bin/", "/usr/local/bin/"].map { $0 + shell }
    guard let path = paths.first(where: FileManager.default.isExecutableFile(atPath:)) else { return nil }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    let input = Pipe(), output = Pipe()
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, output)
    try process.run()
    input.fileHandleForWriting.write(Data(script.utf8))
    try input.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  @Test(arguments: FlagTable.shells) func theShellAcceptsItsScript(_ shell: String) throws {
    guard let result = try run(shell, ["-n"], Completions.script(for: shell)) else { return }
    #expect(result.status == 0 && result.output.isEmpty, "\(result.output)")
  }

  @Test(arguments: [
    (["--proc"], "--processes"), (["-f", "in"], "inet inet6"), (["--color", "a"], "auto always"),
    (["state", "syn"], "syn-sent syn-recv synchronized"),
    (["sp"], "sport"), (["-t", "ex"], "explain exclude"), (["--colo"], "--color --colour"), (["dev", "l"], "lo"), (["--for", ""], ""),
  ]) func bashCompletes(_ words: [String], _ expected: String) throws {
    let quoted = (["sockexplain"] + words).map { "'\($0)'" }.joined(separator: " ")
    let script =
      Completions.script(for: "bash")
      + "COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count); COMPREPLY=(); _sockexplain; echo \"${COMPREPLY[*]}\"\n"
    let result = try #require(try run("bash", ["--norc"], script))
    #expect(result.output == expected + "\n")
  }

  @Test func everyOptionIsInEveryScript() {
    for flag in FlagTable.offered {
      if let long = flag.long {
        #expect(Completions.script(for: "bash").contains("--\(long)"))
        #expect(Completions.script(for: "zsh").contains("--\(long)"))
        #expect(Completions.script(for: "fish").contains(" -l \(long) "))
      }
    }
  }
}
