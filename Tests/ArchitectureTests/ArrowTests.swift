import Foundation
import Testing

/// The arrows of Docs/Architecture.md: what each target may depend on. A new target or arrow is a decision, so it is written here first.
private let mayDependOn: [String: Set<String>] = [
  "CShims": [], "CMnl": [], "CBPF": [],
  "Wire": [],
  "Catalog": [],
  "Netlink": ["Wire", "CShims", "CMnl"],
  "SockDiag": ["Wire", "Netlink", "Catalog"],
  "ProcFS": ["Catalog", "CShims"],
  "ProbeStream": ["Wire"],
  "Snapshot": ["SockDiag", "ProcFS", "ProbeStream", "Catalog"],
  "Collection": ["Snapshot", "SockDiag", "ProcFS", "ProbeStream", "Netlink", "Wire", "Catalog", "CShims"],
  "Findings": ["Snapshot", "SockDiag", "ProcFS", "ProbeStream", "Catalog"],
  "Rendering": ["Findings", "Snapshot", "SockDiag", "ProcFS", "ProbeStream", "Catalog", "Wire", "CShims"],
  "sockexplain": [
    "Rendering", "Findings", "Collection", "Snapshot", "ProbeStream", "ProcFS", "SockDiag", "Netlink", "Catalog", "Wire", "CShims",
  ],
  "sockexplain-probe": ["CBPF", "CShims", "ProbeStream", "Catalog"],
  "bpf-embed": [],
]

private struct Package: Decodable {
  struct Target: Decodable {
    let name: String
    let type: String
    let path: String?
    let dependencies: [[String: [String?]?]]
    let settings: [Setting]

    /// A dependency is one key (byName, target, product) over an array that begins with the name.
    var arrows: Set<String> { Set(dependencies.flatMap { $0.values.compactMap { $0?.first ?? nil } }) }
  }
  struct Setting: Decodable { let kind: [String: AnyValue] }
  struct AnyValue: Decodable { init(from decoder: any Decoder) {} }
  let targets: [Target]
}

private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private func dumpPackage() throws -> Package {
  let scratch = FileManager.default.temporaryDirectory.appending(path: "arrows-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: scratch) }
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  // A scratch path of its own: the build that runs this test holds the lock of the package's.
  process.arguments = ["swift", "package", "--package-path", root.path, "--scratch-path", scratch.path, "dump-package"]
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return try JSONDecoder().decode(Package.self, from: data)
}

@Suite struct ArrowTests {
  @Test("targets depend only on what the architecture allows") func arrows() throws {
    let targets = try dumpPackage().targets
    let shipped = targets.filter { $0.path?.hasPrefix("Tests/") != true && !["test", "plugin"].contains($0.type) }
    #expect(shipped.contains { $0.name == "Wire" }, "the dump was understood")
    for target in shipped {
      let allowed = try #require(mayDependOn[target.name], "\(target.name) has no line in the table of arrows")
      #expect(target.arrows.subtracting(allowed).isEmpty, "\(target.name) depends on \(target.arrows.subtracting(allowed).sorted())")
    }
  }

  @Test("every Swift target is built in strict mode") func settings() throws {
    for target in try dumpPackage().targets where target.type != "system" && hasSwift(target) {
      let kinds = Set(target.settings.flatMap(\.kind.keys))
      #expect(kinds.isSuperset(of: ["swiftLanguageMode", "strictMemorySafety", "enableUpcomingFeature"]), "\(target.name)")
    }
  }

  @Test("shipped sources import neither Foundation nor a concurrency library") func imports() throws {
    let forbidden: Set = ["Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "_Concurrency"]
    let users: [String: Set<String>] = ["CMnl": ["Netlink"], "CBPF": ["sockexplain-probe"]]
    var files = 0
    for (target, file) in try swiftFiles(below: root.appending(path: "Sources")) {
      files += 1
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let at = words.firstIndex(of: "import"), at <= 2, at + 1 < words.count, !line.hasPrefix("/") else { continue }
        let module = String(words[at + 1])
        #expect(!forbidden.contains(module), "\(file.lastPathComponent) imports \(module)")
        if let only = users[module] { #expect(only.contains(target), "\(module) belongs to \(only), not to \(target)") }
      }
    }
    #expect(files > 10)
  }

  @Test("cards and rules ask for no setting that a snapshot does not read") func settingsOfCards() throws {
    let table = try String(contentsOf: root.appending(path: "Sources/ProcFS/CardSetting.swift"), encoding: .utf8)
    let read = Set(table.matches(of: /case \w+ = "([a-z0-9_.]+)"/).map { String($0.1) })
    let findings = root.appending(path: "Sources/Findings")
    for (room, file) in try swiftFiles(below: findings) where room != "Audit" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for asked in text.matches(of: /sysctls(?:\.numbers?\(|\[)"([a-z0-9_.]+)"/) {
        #expect(read.contains(String(asked.1)), "\(file.lastPathComponent) reads \(asked.1): CardSetting lacks it")
      }
    }
    #expect(read.count > 10)
  }
}

private func hasSwift(_ target: Package.Target) -> Bool {
  let place = target.path ?? (target.type == "test" ? "Tests/" : "Sources/") + target.name
  return (try? swiftFiles(below: root.appending(path: place)).isEmpty) == false
}

/// The Swift files below a directory, each with the name of the first directory under it.
private func swiftFiles(below directory: URL) throws -> [(target: String, file: URL)] {
  try FileManager.default.subpathsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".swift") }.map {
    (String($0.prefix { $0 != "/" }), directory.appending(path: $0))
  }
}
