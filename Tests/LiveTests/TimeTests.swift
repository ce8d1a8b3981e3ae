import Foundation
import Testing

/// What a card says of the end is held against the end: the kernel's own timers, shortened by sysctls.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct TimeTests {
  /// Milliseconds in the program's words for a length of time: `640 ms`, `3.1 s`, `2 min 11 s`.
  static func milliseconds(_ words: some StringProtocol) -> Double? {
    let parts = words.split(separator: " ")
    let units = ["ms": 1.0, "s": 1000, "min": 60_000, "h": 3_600_000]
    var sum: Double?
    for (number, unit) in zip(parts, parts.dropFirst()) {
      guard let number = Double(number), let unit = units[String(unit)] else { continue }
      sum = (sum ?? 0) + number * unit
    }
    return sum
  }

  /// The length of time a card names after these words.
  static func said(_ page: String, after words: String) -> Double? {
    guard let start = page.range(of: words)?.upperBound else { return nil }
    return milliseconds(page[start...].prefix { !$0.isNewline && !",;(".contains($0) }.prefix(14))
  }

  /// How a socket is made short-lived, which words name its end, and how it is looked for.
  struct Life: Sendable, CustomTestStringConvertible {
    let scenario: [String]
    var sysctls: [String] = []
    let host: String
    let state: String
    let words: String
    var testDescription: String { (scenario + sysctls).joined(separator: " ") }
  }

  static let lives = [
    Life(scenario: ["syn-dropped", "syn_retries=1", "linear=1"], host: "client", state: "syn-sent", words: "connect() fails in "),
    Life(scenario: ["half-open", "synack_retries=2"], host: "server", state: "syn-recv", words: "forgotten in "),
    Life(scenario: ["fin-dropped", "orphan_retries=3"], host: "client", state: "fin-wait-1", words: "given up in "),
    Life(scenario: ["peer-fin-dropped", "fin_timeout=62"], host: "client", state: "fin-wait-2", words: "is awaited for "),
    Life(
      scenario: ["black-hole"], sysctls: ["net.ipv4.tcp_retries2=3"], host: "client", state: "established", words: "given up in "),
    Life(scenario: ["keepalive", "time=1", "intvl=1", "probes=3"], host: "client", state: "established", words: "reset in "),
  ]

  /// What only the side-car can know: each would end much later by the settings.
  static let optionLives = [
    Life(scenario: ["syn-dropped", "syncnt=1"], host: "client", state: "syn-sent", words: "connect() fails in "),
    Life(scenario: ["syn-dropped", "user_timeout=2500"], host: "client", state: "syn-sent", words: "connect() fails in "),
    Life(scenario: ["half-open", "syncnt=2"], host: "server", state: "syn-recv", words: "forgotten in "),
    Life(scenario: ["fin-dropped", "user_timeout=4000"], host: "client", state: "fin-wait-1", words: "given up in "),
    Life(scenario: ["peer-fin-dropped", "linger2=62"], host: "client", state: "fin-wait-2", words: "is awaited for "),
    Life(scenario: ["black-hole", "user_timeout=4000"], host: "client", state: "established", words: "given up in "),
    Life(scenario: ["persist", "user_timeout=4000"], host: "client", state: "established", words: "ends it in "),
    Life(
      scenario: ["keepalive", "time=1", "intvl=1", "probes=9", "user_timeout=3000"], host: "client", state: "established",
      words: "reset in "),
  ]

  @Test(.timeLimit(.minutes(1)), arguments: lives + optionLives)
  func predictedEndIsTheEnd(life: Life) throws {
    try Scenario.with(life.scenario) { lab in
      for setting in life.sysctls { _ = try lab.run("sysctl", "-qw", setting, at: life.host) }
      let port = lab["port"]
      var last = ""
      let predicted = try eventually {
        last = try lab.sockexplain("-ta", "state \(life.state) and ( sport = :\(port) or dport = :\(port) )", at: life.host).output
        return Self.said(last, after: life.words).map { Date.now.addingTimeInterval($0 / 1000) }
      } until: {
        $0 != nil
      }
      let end = try #require(predicted, "no end was named: \(last)")
      let left = try eventually {
        try lab.run("ss", "-taH", "state", life.state, at: life.host).output
      } until: {
        $0.isEmpty
      }
      #expect(left.isEmpty, "predicted to end at \(end)")
      // Wide, for a busy machine; a doubling missed would still be seen.
      #expect(abs(Date.now.timeIntervalSince(end)) < 3, "off by \(Date.now.timeIntervalSince(end)) s")
    }
  }
}
