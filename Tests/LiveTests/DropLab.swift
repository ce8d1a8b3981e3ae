import Foundation
import Testing

/// Why drop events can or cannot be seen here: the side-car must load.
enum DropLab {
  static let hasEvents: Bool = {
    guard Lab.canRun else { return false }
    let probe = Lab.products.appending(path: "sockexplain").path
    guard let outcome = try? Lab.run([probe, "drops", "--for", "1ms", "--json"]), let document = try? Document(outcome) else {
      return false
    }
    return document.root["eventsWatched"] as? Bool == true
  }()
  /// The running kernel's release against a number.
  static func isKernel(atLeast major: Int, _ minor: Int) -> Bool {
    let text = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
    let parts = text.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return parts.count == 2 && (parts[0], parts[1]) >= (major, minor)
  }

  static let why: Comment = "needs namespaces and a kernel that loads eBPF (root, BTF)"
}

/// A row of `drops --json`.
struct DropJSON {
  let root: [String: Any]
  var id: String { root["id"] as? String ?? "" }
  var count: Int { root.number("count") ?? 0 }
  var reason: String { root["reason"] as? String ?? "" }
  var functions: [String] { root["functions"] as? [String] ?? [] }
  var victim: [String: Any] { root["victim"] as? [String: Any] ?? [:] }
  var attribution: String { victim["attribution"] as? String ?? "" }
  var socket: [String: Any] { (victim["sockets"] as? [[String: Any]])?.first ?? [:] }
  var process: [String: Any] { (socket["processes"] as? [[String: Any]])?.first ?? [:] }
  var counters: [String: Int] { (root["counters"] as? [String: NSNumber] ?? [:]).mapValues(\.intValue) }
  var tcpdumpShows: Bool? { root["tcpdumpShows"] as? Bool }
}

/// A suite that reads `drops` beside a scenario.
protocol DropTesting {}

extension DropTesting {
  /// The rows of a window of a second; what happens goes on all the time.
  func drops(_ lab: Scenario, _ arguments: String..., key: String = "rows", at host: String = "server") throws -> [DropJSON] {
    let outcome = try Lab.run(
      [
        Lab.path(of: "nsenter") ?? "nsenter", "--net=" + lab[host + "_ns"], Lab.products.appending(path: "sockexplain").path, "drops",
        "--json",
        "--for", "1s",
      ] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let document = try Document(outcome)
    #expect(document.root["eventsWatched"] as? Bool == true)
    let totals = try #require(document.root["sideCar"] as? [String: Any])
    let rows = (document.root["rows"] as? [[String: Any]] ?? []) + (document.root["harmlessRows"] as? [[String: Any]] ?? [])
    let told = rows.filter { $0["basis"] as? String == "event" }.reduce(0) { $0 + ($1.number("count") ?? 0) }
    // Nothing is told twice and nothing is left out.
    if arguments.isEmpty { #expect(told + (totals.number("dropsLost") ?? 0) == totals.number("drops")) }
    return (document.root[key] as? [[String: Any]] ?? []).map(DropJSON.init)
  }

  /// The window of the events is a little longer than that of the counters.
  func agree(_ row: DropJSON, _ counter: String, times: Int = 1, sourceLocation: SourceLocation = #_sourceLocation) {
    let rise = row.counters[counter] ?? -1
    #expect(
      rise > 0 && rise <= row.count * times + times && rise * 5 >= row.count * times * 4, "\(counter) \(rise), count \(row.count)",
      sourceLocation: sourceLocation)
  }

  /// Everything that a row of the table "What happens to a dropped packet" says. `kind` nil: no victim can be told.
  func check(
    _ row: DropJSON, _ reason: String?, in function: String?, _ kind: String?, by attribution: String?, of pid: String?,
    counters: [String] = [], shows: Bool? = true, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    if let reason { #expect(row.reason == reason, sourceLocation: sourceLocation) }
    if let function { #expect(row.functions == [function], sourceLocation: sourceLocation) }
    #expect(
      row.victim["kind"] as? String == kind && (attribution == nil || row.attribution == attribution), "\(row.victim)",
      sourceLocation: sourceLocation)
    if let pid { #expect(row.process.number("pid") == Int(pid), "\(row.victim)", sourceLocation: sourceLocation) }
    for counter in counters { agree(row, counter, sourceLocation: sourceLocation) }
    #expect(row.tcpdumpShows == shows, sourceLocation: sourceLocation)
    #expect((row.root["advice"] as? String)?.isEmpty == false, sourceLocation: sourceLocation)
  }
}
