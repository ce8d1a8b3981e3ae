import Catalog
import Foundation
import Testing

/// The settings as they are on this machine and in a network namespace that nobody has touched.
struct LiveSettings {
  /// Value with fields separated by one blank, and whether the file's mode lets its owner write.
  struct File: Equatable {
    var value: String
    var isWritable: Bool
  }

  var host: [String: File] = [:]
  var child: [String: File] = [:]

  static let missing: String? = {
    if geteuid() != 0 { return "needs root to make a network namespace" }
    if !FileManager.default.fileExists(atPath: "/proc/sys/net/ipv4/tcp_mem") { return "runs in a child namespace" }
    return nil
  }()

  static let kernel = Release(
    ((try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? "").trimmingCharacters(in: .whitespacesAndNewlines))

  /// Reads every setting of the catalog twice.
  static func read() throws -> LiveSettings {
    let names = Knowledge.settings.map(\.term)
    return LiveSettings(host: try run("/bin/sh", [], names), child: try run("/usr/bin/unshare", ["-n", "/bin/sh"], names))
  }

  private static func run(_ tool: String, _ before: [String], _ names: [String]) throws -> [String: File] {
    let script = #"for p; do [ -f "$p" ] && echo "$(stat -c %a "$p")|$p|$(cat "$p" 2>/dev/null | tr '\t\n' '  ')"; done; true"#
    let process = Process()
    process.executableURL = URL(filePath: tool)
    process.arguments = before + ["-c", script, "sh"] + names.map { "/proc/sys/" + $0.replacingOccurrences(of: ".", with: "/") }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var files: [String: File] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, let mode = Int(parts[0], radix: 8) else { continue }
      let value = parts[2].split(separator: " ").joined(separator: " ")
      files[parts[1].dropFirst(10).replacingOccurrences(of: "/", with: ".")] = File(value: value, isWritable: mode & 0o200 != 0)
    }
    return files
  }

  /// What contradicts the facts of a setting on this kernel, in words.
  func contradictions(_ facts: SettingFacts, on kernel: Release) -> [String] {
    let (host, child) = (self.host[facts.name], self.child[facts.name])
    guard facts.exists(on: kernel) else {
      // A setting of the future may have been carried back; a removed one does not return.
      return facts.removed != nil && host != nil ? ["is there, though removed"] : []
    }
    guard let host else { return facts.needs == nil ? ["this machine lacks it"] : [] }
    var out: [String] = []
    if host.isWritable == facts.isDisplay { out.append(facts.isDisplay ? "can be written" : "cannot be written") }
    switch facts.scope(on: kernel) {
    case .namespace, .copied:
      guard let child else { return out + ["a child namespace lacks it"] }
      if child.isWritable == facts.isDisplay { out.append("a child may \(child.isWritable ? "" : "not ")write it") }
      if facts.scope(on: kernel) == .namespace, case .value(let text) = facts.documentedDefault(on: kernel), text != child.value {
        out.append("default \(child.value), not \(text)")
      }
      if facts.scope(on: kernel) == .copied, child.value != host.value { out.append("host \(host.value), child \(child.value)") }
    case .readOnlyInChild:
      guard let child else { return out + ["a child namespace lacks it"] }
      if child.isWritable { out.append("a child may write it") }
      if child.value != host.value { out.append("host \(host.value), child \(child.value)") }
    case .absentInChild:
      if child != nil { out.append("a child namespace has it") }
    case .machine:
      if child != host { out.append("a child namespace has another") }
    }
    return out
  }
}

@Suite struct SettingsTests {
  @Test("every sysctl entry has facts, and every change that has an effect its price")
  func complete() {
    #expect(Knowledge.settings.count == Knowledge.all.count { $0.topic == .sysctl })
    #expect(Knowledge.settings.count >= 140)
    for entry in Knowledge.settings {
      guard let facts = entry.setting else { continue }
      #expect(facts.name == entry.term)
      let acts = !facts.isDisplay && facts.inert == nil && facts.removed == nil
      #expect((facts.sideEffect != nil) == acts, "\(entry.term)")
      for text in [facts.sideEffect, facts.unseen, entry.misreading].compactMap(\.self) {
        #expect(text.count >= 4 && !text.hasSuffix(".") && !text.contains("  ") && !text.contains("\n"), "\(entry.term): \(text)")
      }
      #expect(facts.defaults.first?.since == nil && facts.scopes.first?.since == nil, "\(entry.term)")
      for steps in [facts.defaults.compactMap(\.since), facts.scopes.compactMap(\.since)] { #expect(steps == steps.sorted()) }
      if let since = facts.since, let removed = facts.removed { #expect(since < removed) }
    }
    for group in SettingFacts.Group.allCases { #expect(Knowledge.settings.contains { $0.setting?.group == group }) }
  }

  @Test("a setting is found by full name, path and last part")
  func lookUp() {
    for name in ["net.core.somaxconn", "net/core/somaxconn", "/proc/sys/net/core/somaxconn", "somaxconn"] {
      #expect(Knowledge.setting(name)?.term == "net.core.somaxconn")
    }
    #expect(Knowledge.setting("gc_thresh3") == nil, "two protocols have one")
    #expect(Knowledge.setting("tcp_nothing") == nil && Knowledge.setting("") == nil)
  }

  @Test("what a kernel has by itself depends on its release")
  func releases() throws {
    let somaxconn = try #require(Knowledge.setting("somaxconn")?.setting)
    #expect(somaxconn.documentedDefault(on: Release("4.19.0")) == .value("128"))
    #expect(somaxconn.documentedDefault(on: Release("5.4.1-generic")) == .value("4096"))
    let delay = try #require(Knowledge.setting("tcp_tw_reuse_delay")?.setting)
    #expect(delay.documentedDefault(on: "6.12") == nil && !delay.exists(on: "6.12") && delay.exists(on: "6.14"))
    let recycle = try #require(Knowledge.setting("tcp_tw_recycle")?.setting)
    #expect(recycle.exists(on: "4.11") && !recycle.exists(on: "4.12"))
    let scale = try #require(Knowledge.setting("tcp_adv_win_scale")?.setting)
    #expect(!scale.isInert(on: "6.5") && scale.isInert(on: "6.6") && scale.isInert(on: "7.0"))
    let memory = try #require(Knowledge.setting("net.core.rmem_max")?.setting)
    #expect(memory.scope(on: "6.1") == .absentInChild && memory.scope(on: "6.18") == .readOnlyInChild)
    #expect(Release("6.18.44-fc") == "6.18" && Release("6.2") < "6.12" && Release("odd").major == 0)
  }

  @Test(
    "a fresh namespace of this kernel is as documented",
    .enabled(if: LiveSettings.missing == nil, Comment(rawValue: LiveSettings.missing ?? "")))
  func drift() throws {
    let live = try LiveSettings.read()
    #expect(live.child.count > 100, "the namespace was not read")
    var checked = 0
    for entry in Knowledge.settings {
      guard let facts = entry.setting else { continue }
      if live.host[entry.term] != nil { checked += 1 }
      let found = live.contradictions(facts, on: LiveSettings.kernel)
      #expect(found.isEmpty, "\(entry.term): \(found.joined(separator: "; "))")
    }
    print("settings: \(checked) of \(Knowledge.settings.count) are in this kernel and were compared")
  }

  @Test("the comparison notices a wrong default, scope and removal")
  func noticed() throws {
    let somaxconn = try #require(Knowledge.setting("somaxconn")?.setting)
    let fine = LiveSettings.File(value: "4096", isWritable: true)
    func words(_ name: String, host: LiveSettings.File?, child: LiveSettings.File?) throws -> Int {
      let facts = try #require(Knowledge.setting(name)?.setting)
      return LiveSettings(host: [facts.name: host].compactMapValues(\.self), child: [facts.name: child].compactMapValues(\.self))
        .contradictions(facts, on: "6.18").count
    }
    #expect(somaxconn.exists(on: "6.18"))
    #expect(try words("somaxconn", host: fine, child: fine) == 0)
    #expect(try words("somaxconn", host: fine, child: LiveSettings.File(value: "128", isWritable: true)) == 1)
    #expect(try words("somaxconn", host: fine, child: nil) == 1)
    #expect(try words("somaxconn", host: nil, child: nil) == 1)
    #expect(try words("tcp_mem", host: fine, child: fine) == 1)
    #expect(try words("tcp_rmem", host: fine, child: LiveSettings.File(value: "1", isWritable: true)) == 1)
    #expect(try words("rmem_max", host: fine, child: fine) == 1)
    #expect(try words("tcp_tw_recycle", host: fine, child: nil) == 1)
    #expect(try words("fs.nr_open", host: fine, child: nil) == 1)
  }

  @Test("every setting of TCP and UDP that this kernel has is explained")
  func covers() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/sys/net/ipv4").filter {
      $0.hasPrefix("tcp_") || $0.hasPrefix("udp_")
    }
    let missing = files.filter { Knowledge.setting("net.ipv4." + $0) == nil }.sorted()
    print("net.ipv4.tcp_* and udp_*: covers \(files.count - missing.count) of \(files.count)")
    #expect(missing.isEmpty, "\(missing)")
    #expect(files.count > 60)
  }
}
