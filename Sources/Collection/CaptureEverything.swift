internal import Catalog
internal import Netlink
internal import ProcFS
public import Snapshot
internal import SockDiag
internal import Wire

extension Sources {
  /// These sources, with everything asked and answered written to a file that only its owner may read.
  ///
  /// - Throws: when the file cannot be created.
  public static func recording(_ live: Sources, to path: String) throws(CaptureError) -> Sources {
    let writer = try CaptureWriter(path: path)
    var sources = live
    sources.diag = live.diag.map { RecordingDiag($0, writer) }
    sources.files = RecordingFiles(live.files, writer)
    sources.host = RecordingHost(live.host, writer)
    sources.probe = live.probe.map { RecordingProbe($0, writer) }
    sources.writer = writer
    if let failure = live.diagFailure { writer.put(CaptureType.diagFailure, NetlinkError.recorded(failure)) }
    return sources
  }

  /// The sources a capture file holds, or a file that `ss -D` wrote.
  ///
  /// - Throws: when the file cannot be read, is of another kind, or is damaged. A file that is cut off opens, with a gap.
  public static func replay(path: String) throws(CaptureError) -> Sources {
    let bytes: [UInt8]
    do { bytes = try LiveFiles().read(path) } catch { throw .system(step: "read", path: path, code: error.code) }
    let capture = try Capture(bytes, path: path)
    return replay(capture, fileTime: modificationTime(path))
  }

  static func replay(_ capture: Capture, fileTime: Int64) -> Sources {
    let failure = capture.diagFailure
    var sources = Sources(
      diag: failure == nil ? ReplayDiag(capture) : nil, diagFailure: failure, files: ReplayFiles(capture),
      host: ReplayHost(capture, fileTime: fileTime))
    sources.isReplay = true
    sources.probe = capture.isBare ? nil : ReplayProbe(capture)
    sources.capture = capture
    return sources
  }

  /// What a replay could not answer so far, and what its file lacks; empty for live sources. Ask again when all questions were put.
  public var captureGaps: [Gap] { capture?.gaps ?? [] }

  /// Captures the whole machine into a file and gives the sources to explain it from, so that what is shown now and what a replay
  /// shows later are the same.
  ///
  /// - Parameter milliseconds: between the two readings.
  public static func capture(_ live: Sources, to path: String, waiting milliseconds: Int = 250) throws(CaptureError) -> Sources {
    let recording = try recording(live, to: path)
    recording.captureEverything(waiting: milliseconds)
    try recording.finishCapture()
    return try replay(path: path)
  }

  /// Marks a recording as complete and reports a failed write.
  public func finishCapture() throws(CaptureError) { try writer?.finish() }

  /// Asks everything any page may want to know, twice, so that a recording is whole whatever is shown from it.
  public func captureEverything(waiting milliseconds: Int = 250) {
    _ = captureReading()
    host.wait(milliseconds: milliseconds)
    let (sockets, owners, cgroups) = captureReading()
    // Only the groups that hold a socket: the whole tree would tell more than a page can use.
    _ = (host as? RecordingHost)?.cgroupPaths { cgroups.contains($0) }
    captureProcesses(owners, of: sockets)
    captureSettings()
    captureInternals()
    _ = readUsers(from: files)
    _ = try? files.read("/etc/services")
    _ = host.interfaceNames()
  }

  static let processLimit = 200

  /// Every dump, and the tables of /proc/net that hold the same sockets.
  static var everything: [(request: DiagRequest, tables: [PairedTable])] {
    let states = FilterStates.everything.rawValue
    var asked: [(request: DiagRequest, tables: [PairedTable])] = [
      (.tcpBothFamilies(states: states, extensions: .card), [.inet(.tcp), .inet(.tcp6)])
    ]
    let others: [(InetProtocol, [PairedTable])] = [
      (.udp, [.inet(.udp), .inet(.udp6)]), (.udplite, [.inet(.udplite), .inet(.udplite6)]), (.raw, [.inet(.raw), .inet(.raw6)]),
      (.mptcp, []),
    ]
    for (proto, tables) in others {
      for family in [UInt8(2), 10] {
        asked.append(
          (.inet(family: family, proto: proto.rawValue, states: TCPStateSet.all.rawValue, extensions: .card), family == 2 ? [] : tables))
      }
    }
    return asked + [(.unix(states: TCPStateSet.unix.rawValue, show: UnixSocket.Show.all), [.unix])]
  }

  /// Sockets, counters and owners once; the inodes of the sockets, listeners first, and their cgroups.
  private func captureReading() -> (inodes: [UInt32], owners: OwnerTable, cgroups: Set<UInt64>) {
    var cgroups: Set<UInt64> = []
    _ = host.moment()
    var listeners: [UInt32] = []
    var others: [UInt32] = []
    var isRefused = diag == nil
    for (request, tables) in Self.everything {
      do {
        // Errors are part of the record; a replay gives them again.
        let found = try diag?.askAgain(request, { [(UInt32, Bool)]() }) { found, span, message in
          if let id = Self.cgroup(span, message) { cgroups.insert(id) }
          let isUnix = span.integer(at: message.payload, width: 1) == 1
          let inode = span.integer(at: message.payload + (isUnix ? 4 : 68), width: 4) ?? 0
          found.append((UInt32(inode), !isUnix && span.integer(at: message.payload + 1, width: 1) == 10))
        }
        for (inode, isListener) in found ?? [] where inode != 0 {
          if isListener { listeners.append(inode) } else { others.append(inode) }
        }
      } catch {
        isRefused = true
      }
      // Right after its dump: --compare-netstat holds the two against each other, and where sock_diag refuses the table stands in.
      for table in tables {
        guard let text = try? files.read(table.path), isRefused else { continue }
        let inodes = table == .unix ? parseUnixTable(text).rows.map(\.inode) : parseInetTable(text).rows.map(\.inode)
        others += inodes.map { UInt32(truncatingIfNeeded: $0) }
      }
    }
    // How long the tables took.
    _ = host.moment()
    _ = readCounters(from: files)
    _ = try? files.read("/proc/net/stat/nf_conntrack")
    // Sockets of other network namespaces are nobody's business here.
    var owners = OwnerTable()
    let wanted = InodeSet(listeners + others)
    if let host = host as? RecordingHost {
      _ = host.walkOwners(wanted: wanted, into: &owners, isWhole: true)
    } else {
      _ = host.walkOwners(wanted: wanted, into: &owners)
    }
    _ = Collector(self).programs(of: owners.processes.keys.sorted())
    return (listeners + others, owners, cgroups)
  }

  /// INET_DIAG_CGROUP_ID of a reply about an internet socket.
  private static func cgroup(_ span: RawSpan, _ message: MessageHeader) -> UInt64? {
    guard span.integer(at: message.payload, width: 1) != 1, message.count >= InetSocket.headerSize else { return nil }
    var walk = AttributeWalk(at: message.payload + InetSocket.headerSize, end: message.payload + message.count)
    while let attribute = try? walk.next(in: span) {
      if attribute.type == Part.cgroupID.rawValue { return attribute.count >= 8 ? span.integer(at: attribute.payload, width: 8) : nil }
    }
    return nil
  }

  /// This namespace's settings, those of a new one and of the first one, and what sysctl.d holds.
  private func captureSettings() {
    let names = SysctlSet.auditNames
    _ = readSysctls(readBootSettings(from: files).auditNames, from: files)
    _ = host.settings(names, in: .fresh)
    _ = host.settings(names, in: .initial)
  }

  private func captureProcesses(_ table: OwnerTable, of inodes: [UInt32]) {
    var seen: Set<Int32> = []
    for inode in inodes {
      for owner in table[inode] where seen.count < Self.processLimit && seen.insert(owner.pid).inserted {
        _ = readProcessDetail(owner.pid, from: files)
      }
    }
  }
}
