internal import Catalog
internal import Netlink
internal import ProcFS
public import Snapshot
internal import SockDiag

enum AuditGapPhrase: String, PhraseTable {
  static var room: String { "gap.audit" }
  case unreadable = "{count} settings cannot be read ({error}), {name} first: they are not judged"
  case unreadableOne = "{name} cannot be read ({error}): it is not judged"
  case unreadableRemedy = "mount /proc of this namespace, or run it as root"
  case noSettings = "/proc/sys/net cannot be read ({error}): no setting of the network is judged"
  case softnet = "/proc/net/softnet_stat cannot be read ({error}): drops before the sockets are not judged"
  case bootFile = "{path} cannot be read ({error}): what it changes at the next boot is not said"
  case bootRemedy = "run it as root (sudo)"
  case fresh =
    "defaults are the documented ones: this kernel's own could not be read in a new network namespace ({error})"
  case freshRemedy = "run it as root, or where user namespaces are allowed"
  case host = "the host's settings could not be read ({error}): where this namespace differs from it is not said"
  case hostSame = "this is not the machine's first network namespace, and process 1 lives here too: the host's settings are out of reach"
  case hostRemedy = "run it on the host, as root: nsenter -t PID -n sockexplain sysctl-audit"
}

extension Collector {
  /// One reading of the audit: the listeners, datagram sockets and counters, then after a while everything.
  public mutating func audit(waiting milliseconds: Int) throws -> AuditReading {
    var before = try reading(protocols: [.tcp, .udp], states: [.init(.listen), .init(.close)], extensions: [.skmeminfo])
    before.sockstat = readSockstat(from: sources.files)
    readMore(into: &before.counters)
    sources.host.wait(milliseconds: milliseconds)
    let questions = Questions(protocols: [.tcp, .udp], states: .all, extensions: [.info, .skmeminfo])
    var reading = AuditReading(now: try snapshot(questions, filter: nil, depth: [.owners, .context]), before: before)
    readMore(into: &reading.now.counters)
    readInternals(into: &reading.now)
    reading.boot = readBootSettings(from: sources.files)
    readSettings(into: &reading)
    readElsewhere(into: &reading)
    for failure in reading.boot.failures { noteUnreadable(.bootFile, failure) }
    reading.now.gaps = gaps
    return reading
  }

  /// Counters beside those of every snapshot: of the receive path and of connection tracking.
  mutating func readMore(into counters: inout CounterSet) {
    do { counters.add(softnet: try readSoftnet(from: sources.files)) } catch { noteUnreadable(.softnet, error) }
    if let text = try? sources.files.read("/proc/net/stat/nf_conntrack") { counters.add(conntrack: text) }
  }

  mutating func readSettings(into reading: inout AuditReading) {
    let (values, failures) = ProcFS.readSettings(reading.boot.auditNames, from: sources.files)
    reading.now.sysctls = values
    reading.failures = failures
    let hidden = failures.filter { $0.value != absent && $0.value != CaptureError.missingCode }.sorted { $0.key < $1.key }
    // Settings of files are elsewhere: without /proc/sys/net nothing of the network was judged.
    if !values.names.contains(where: { $0.hasPrefix("net.") }) {
      let code = hidden.first?.value ?? absent
      if sources.isReplay { return }
      note(.of("settings-unreadable", AuditGapPhrase.noSettings.say(["error": errorText(code)]), AuditGapPhrase.unreadableRemedy.say()))
    } else if let first = hidden.first {
      let phrase: AuditGapPhrase = hidden.count == 1 ? .unreadableOne : .unreadable
      let values: KeyValuePairs<String, any CustomStringConvertible> =
        hidden.count == 1
        ? ["name": first.key, "error": errorText(first.value)]
        : ["count": hidden.count, "name": first.key, "error": errorText(first.value)]
      note(.of("settings-unreadable", phrase.say(values), AuditGapPhrase.unreadableRemedy.say()))
    }
  }

  /// What a new namespace of this kernel starts with, and what the first namespace has.
  mutating func readElsewhere(into reading: inout AuditReading) {
    let names = SysctlSet.auditNames
    let fresh = sources.host.settings(names, in: .fresh)
    if fresh.failure == 0 {
      reading.fresh = fresh.values
    } else {
      noteElsewhere("defaults-documented", .fresh, .freshRemedy, fresh.failure)
    }
    reading.freshFailure = fresh.failure
    let host = sources.host.settings(names, in: .initial)
    // tcp_mem is a setting of the machine: it stands in the table of the first namespace alone (ipv4_table, net/ipv4/sysctl_net_ipv4.c).
    let here = reading.now.sysctls
    reading.isChild = here["net.ipv4.tcp_mem"] == nil && here["net.ipv4.tcp_fin_timeout"] != nil
    guard reading.isChild else { return }
    if host.failure == 0, !host.isSame {
      reading.host = host.values
    } else if host.isSame {
      note(.of("host-settings-unreadable", AuditGapPhrase.hostSame.say(), AuditGapPhrase.hostRemedy.say()))
    } else {
      noteElsewhere("host-settings-unreadable", .host, .hostRemedy, host.failure)
    }
  }

  private mutating func noteElsewhere(_ id: String, _ what: AuditGapPhrase, _ remedy: AuditGapPhrase, _ code: Int32) {
    guard code != CaptureError.missingCode else { return }
    note(.of(id, what.say(["error": errorText(code)]), remedy.say()))
  }

  private mutating func noteUnreadable(_ what: AuditGapPhrase, _ failure: FileError) {
    guard failure.code != CaptureError.missingCode else { return }
    note(.of("file-unreadable", what.say(["path": failure.path, "error": errorText(failure.code)]), AuditGapPhrase.bootRemedy.say()))
  }
}

/// ENOENT.
private let absent: Int32 = 2
