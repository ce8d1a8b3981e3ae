internal import Catalog
internal import ProcFS
internal import SockDiag
internal import Snapshot

enum OwnerPhrase: String, PhraseTable {
  static var room: String { "card.owner" }
  case process = "{name} ({parts})"
  case unnamed = "process {pid}"
  case pid = "pid {pid}"
  case fd = "fd {fd}"
  case fds = "fds {fds}"
  case user = "user {user}"
  case uid = "uid {uid}"
  case unit = "unit {unit}"
  case container = "container {container}"
  case shared = "{count} processes: {list}"
  case notAccepted = "no process yet: it waits in the accept queue of {listener}"
  case notAcceptedAlone = "no process yet: it was never accept()ed"
  case request = "no process yet: a request of the listener on port {port}"
  case orphan = "no process any more: the kernel finishes what was closed"
  case mini = "no process any more: the kernel keeps only a small record of it"
  case hidden = "not known: uid {uid}'s, of another process than those this user may read"
  case unseen =
    "none found (inode {inode}): the kernel itself, an io_uring fixed file, a descriptor in flight, another pid namespace, or no permission"
}

enum OwnerWords {
  /// Who holds a TCP or UDP socket, or why nobody does; nil when owners were not looked for.
  static func sentence(_ socket: InetSocket, _ evidence: Evidence) -> Sentence? {
    if socket.inode != 0 { return sentence(inode: socket.inode, uid: socket.uid, evidence) }
    guard socket.proto == .tcp || socket.proto == .mptcp else { return nil }
    if socket.isNotYetAccepted {
      guard let listener = evidence.now.inet.listeners(for: socket).first else { return OwnerPhrase.notAcceptedAlone.say() }
      return OwnerPhrase.notAccepted.say(["listener": listenerName(listener, evidence)])
    }
    switch socket.state {
    case .synRecv, .newSynRecv: return OwnerPhrase.request.say(["port": socket.localPort])
    case .timeWait: return OwnerPhrase.mini.say()
    case .finWait2 where socket.isMiniSocket: return OwnerPhrase.mini.say()
    default: return socket.isOrphan ? OwnerPhrase.orphan.say() : nil
    }
  }

  /// Who holds an inode that is not 0.
  static func sentence(inode: UInt32, uid: UInt32?, _ evidence: Evidence) -> Sentence? {
    let owners = evidence.now.owners[inode]
    if owners.isEmpty {
      let denied = evidence.now.gaps.contains { $0.id == "owners-denied" || $0.id == "hidepid" }
      if denied, let uid { return OwnerPhrase.hidden.say(["uid": uid]) }
      return evidence.now.owners.count == 0 && !denied ? nil : OwnerPhrase.unseen.say(["inode": inode])
    }
    var descriptors: [(pid: Int32, fds: [Int32])] = []
    for owner in owners {
      if descriptors.last?.pid == owner.pid {
        descriptors[descriptors.count - 1].fds.append(owner.fd)
      } else {
        descriptors.append((owner.pid, [owner.fd]))
      }
    }
    let all = descriptors.map { process($0.pid, $0.fds, evidence) }
    if all.count == 1 { return all[0] }
    return OwnerPhrase.shared.say(["count": all.count, "list": Words.list(all, most: 3)])
  }

  static func process(_ pid: Int32, _ fds: [Int32], _ evidence: Evidence) -> Sentence {
    let record = evidence.now.owners.processes[pid]
    var parts = [OwnerPhrase.pid.say(["pid": pid])]
    parts.append(
      fds.count == 1
        ? OwnerPhrase.fd.say(["fd": fds[0]])
        : OwnerPhrase.fds.say(["fds": fds.map(String.init).joined(separator: ", ")]))
    if let record {
      let user = record.userName ?? evidence.now.users[record.uid]
      parts.append(user.map { OwnerPhrase.user.say(["user": $0]) } ?? OwnerPhrase.uid.say(["uid": record.uid]))
      if let unit = record.unit { parts.append(OwnerPhrase.unit.say(["unit": unit])) }
      if let container = record.container { parts.append(OwnerPhrase.container.say(["container": container])) }
    }
    let name = record?.name.description ?? OwnerPhrase.unnamed.say(["pid": pid]).description
    return OwnerPhrase.process.say(["name": name, "parts": Words.list(parts, most: parts.count)])
  }

  /// `server (pid 7)` or, where nobody is known, the address: short enough for the middle of a sentence.
  static func listenerName(_ listener: InetSocket, _ evidence: Evidence) -> Sentence {
    guard let process = Who.records(of: listener, evidence).first else { return Who.local(listener) }
    return Who.process(process.pid, evidence)
  }
}
