import Foundation
import Testing

extension Scenario {
  /// Runs the program as another user, or under a filter that refuses sock_diag: `prefix` stands before it.
  func sockexplain(behind prefix: [String], _ arguments: String..., at host: String = "server") throws -> Outcome {
    let program = Lab.products.appending(path: "sockexplain").path
    return try Lab.run([Lab.path(of: "nsenter") ?? "nsenter", "--net=" + self[host + "_ns"]] + prefix + [program] + arguments)
  }
}

private let asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

private func denied(_ code: Int32) -> [String] { [Lab.products.appending(path: "makesockets").path, "deny-netlink", String(code)] }

private let nobodyCanRun: Bool =
  Lab.canRun && Lab.path(of: "setpriv") != nil
  && (try? Lab.run(asNobody + [Lab.products.appending(path: "sockexplain").path, "--version"]))?.status == 0

extension Outcome {
  /// The lines of stderr that say what is not shown.
  var gaps: [Substring] { errors.split(separator: "\n") }

  var document: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
  }

  var gapIDs: [String] { (document["gaps"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String } }
}

/// Without privilege: one line for what is missing, the sockets themselves all there.
@Suite(.serialized, .enabled(if: nobodyCanRun, "needs setpriv, and a build directory that nobody may enter")) struct NobodyTests {
  @Test(arguments: [["-tanp"], ["-l", "8080"], [], ["--ndjson", "-tap"], ["-q", "-tap"]])
  func ownersAreOneGap(_ arguments: [String]) throws {
    try Scenario.with("full-listener") { lab in
      let program = Lab.products.appending(path: "sockexplain").path
      let outcome = try Lab.run([Lab.path(of: "nsenter") ?? "nsenter", "--net=" + lab["server_ns"]] + asNobody + [program] + arguments)
      #expect(outcome.status == 0)
      #expect(outcome.gaps.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("owners are not shown for 1 of the sockets") && outcome.errors.contains("run it as root"))
      #expect(outcome.output.contains("8080"))
    }
  }

  @Test func theDocumentIsIncomplete() throws {
    try Scenario.with("full-listener") { lab in
      let outcome = try lab.sockexplain(behind: asNobody, "--json", "-l", "8080")
      #expect(outcome.document["complete"] as? Bool == false)
      #expect(outcome.gapIDs == ["owners-denied", "mark-hidden"])
      let asRoot = try lab.sockexplain("--json", "-l", "8080")
      #expect(asRoot.document["complete"] as? Bool == true, "\(asRoot.errors)")
      #expect(asRoot.errors.isEmpty)
    }
  }

  @Test(arguments: [["-tane"], ["-tan", "fwmark", "=", "1"]]) func marksAreAGap(_ arguments: [String]) throws {
    try Scenario.with("established") { lab in
      let program = Lab.products.appending(path: "sockexplain").path
      let enter = [Lab.path(of: "nsenter") ?? "nsenter", "--net=" + lab["server_ns"]]
      let outcome = try Lab.run(enter + asNobody + [program] + arguments)
      #expect(outcome.gaps.count == 1 && outcome.errors.contains("fwmark"), "\(outcome.errors)")
      #expect(try Lab.run(enter + [program] + arguments).errors.isEmpty)
    }
  }

  @Test func aHiddenProcIsNamed() throws {
    try Scenario.with("established") { lab in
      let program = Lab.products.appending(path: "sockexplain").path
      let script = "mount -t proc -o hidepid=2 proc /proc && exec \(asNobody.joined(separator: " ")) \(program) -tlnp"
      let outcome = try lab.run("unshare", "-m", "sh", "-c", script)
      #expect(outcome.status == 0)
      #expect(outcome.gaps.count == 1 && outcome.errors.contains("hidepid=invisible"), "\(outcome.errors)")
      #expect(outcome.output.contains("LISTEN"))
    }
  }
}

/// Where netlink is refused the tables of /proc/net stand in, and it is said what they lack.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct DeniedTests {
  // EPERM (seccomp), EPROTONOSUPPORT (gVisor), EAFNOSUPPORT (no netlink at all).
  @Test(arguments: [1, 93, 97] as [Int32]) func theTableComesFromProc(_ code: Int32) throws {
    try Scenario.with("full-listener") { lab in
      let outcome = try lab.sockexplain(behind: denied(code), "-tan")
      #expect(outcome.status == 0)
      #expect(outcome.gaps.count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("sock_diag is not available") && outcome.errors.contains("/proc/net"))
      let rows = try lab.sockexplain("-tanH").lines
      let states = { (lines: [Substring]) in
        Set(lines.filter { $0.contains(":8080") }.map { $0.split(separator: " ") }.map { [$0[0], $0[1], $0[3], $0[4]] })
      }
      #expect(states(outcome.lines) == states(rows) && rows.count == 7)
    }
  }

  /// /proc/net/tcp does not carry a listener's limit: six waiting must not be called more than a limit of 0.
  @Test(arguments: [["-tln"], ["-l", "8080"], []]) func nothingIsConcludedFromAnUnknownLimit(_ arguments: [String]) throws {
    try Scenario.with("full-listener") { lab in
      let program = Lab.products.appending(path: "sockexplain").path
      let enter = [Lab.path(of: "nsenter") ?? "nsenter", "--net=" + lab["server_ns"]]
      let outcome = try Lab.run(enter + denied(1) + [program] + arguments)
      #expect(outcome.output.contains("8080"))
      #expect(!outcome.output.contains("FULL") && !outcome.output.contains("CRITICAL"), "\(outcome.output)")
      #expect(try Lab.run(enter + [program] + arguments).output.uppercased().contains("FULL"))
    }
  }

  @Test func cardsAndDocumentSaySo() throws {
    try Scenario.with("full-listener") { lab in
      let card = try lab.sockexplain(behind: denied(1), "-l", "8080")
      #expect(card.output.contains("6 waiting, limit ?") && card.output.contains("server (pid"))
      let json = try lab.sockexplain(behind: denied(1), "--json", "-l", "8080")
      #expect(json.gapIDs == ["netlink-absent"])
      #expect(json.document["consistency"] as? String == "procfs")
    }
  }

  @Test func unixSocketsComeFromProc() throws {
    try Scenario.with("unix") { lab in
      let outcome = try lab.sockexplain(behind: denied(1), "-xanq")
      #expect(outcome.gaps.count == 1)
      for key in ["stream", "datagram", "abstract"] { #expect(outcome.output.contains(lab[key]), "\(outcome.output)") }
      #expect(outcome.lines.count { $0.contains("LISTEN") } == 3)
    }
  }

  @Test func mptcpHasNoTable() throws {
    try Scenario.with("established") { lab in
      let outcome = try lab.sockexplain(behind: denied(1), "-Ma")
      #expect(outcome.errors.contains("MPTCP sockets are not shown"))
    }
  }
}

/// A /proc that is not there (a chroot, a container without it) takes evidence away, and never what was asked.
@Suite(.serialized, .enabled(if: Lab.canRun && Lab.path(of: "unshare") != nil, Lab.why)) struct NoProcTests {
  private func run(_ arguments: String...) throws -> Outcome {
    let program = Lab.products.appending(path: "sockexplain").path
    return try Lab.run(["unshare", "-mn", "sh", "-c", "mount -t tmpfs none /proc && exec \"$0\" \"$@\"", program] + arguments)
  }

  @Test func theCommandLineIsReadAllTheSame() throws {
    let version = try run("--version")
    #expect(version.status == 0 && version.output.hasPrefix("sockexplain "), "\(version.output)")
    #expect(try run("--no-such-option").status == 2)
    #expect(try run("--json").document["kernel"] as? String == Lab.run(["uname", "-r"]).output.trimmingCharacters(in: .newlines))
  }

  @Test func noCounterIsNotZero() throws {
    let counters = try run("counters")
    #expect(counters.output.hasPrefix("no counter could be read"), "\(counters.output)")
    #expect(counters.errors.contains("/proc/net/netstat cannot be read"))
  }

  @Test func nothingComparedIsNoVerdict() throws {
    let compared = try run("--compare-netstat", "--fail-on", "suspicious")
    #expect(compared.status == 2 && compared.output.contains("/proc/net/tcp cannot be read"), "\(compared.output)")
  }
}

/// An owner that cannot be is named in one line.
@Suite(.serialized, .enabled(if: Lab.canRun, Lab.why)) struct OwnerlessTests {
  @Test(arguments: [["-tlnp"], ["-l", "8080"]]) func anotherPidNamespace(_ arguments: [String]) throws {
    try Scenario.with("established") { lab in
      let program = Lab.products.appending(path: "sockexplain").path
      let outcome = try lab.run("unshare", "-pf", "--mount-proc", program, arguments[0], arguments.count > 1 ? arguments[1] : "-n")
      #expect(outcome.status == 0)
      #expect(outcome.gaps.count == 1 && outcome.errors.contains("another pid namespace"), "\(outcome.errors)")
    }
  }
}
