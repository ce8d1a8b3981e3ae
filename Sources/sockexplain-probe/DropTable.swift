internal import CBPF
internal import Glibc
internal import ProbeStream

/// The rows of the drop table as the kernel counts them.
final class DropTable {
  private let object: BPFObject
  private let symbols: SymbolTable?
  /// Rows that were sent: their number and count.
  private var sent: [RowKey: (id: UInt32, count: UInt64)] = [:]
  private var sentStacks: Set<UInt32> = []
  /// Names of drop locations, for single events.
  private var names: [UInt64: String] = [:]
  /// errno of a table that could not be read.
  private(set) var failure: Int32 = 0

  init(_ object: BPFObject, symbols: SymbolTable?) {
    self.object = object
    self.symbols = symbols
  }

  /// A key as memory.
  private struct RowKey: Hashable {
    var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

    init(_ key: probe_drop_key) {
      words = unsafe unsafeBitCast(key, to: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64).self)
    }

    static func == (left: RowKey, right: RowKey) -> Bool {
      left.words.0 == right.words.0 && left.words.1 == right.words.1 && left.words.2 == right.words.2 && left.words.3 == right.words.3
        && left.words.4 == right.words.4 && left.words.5 == right.words.5
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(words.0)
      hasher.combine(words.1)
      hasher.combine(words.2)
      hasher.combine(words.3)
      hasher.combine(words.4)
      hasher.combine(words.5)
    }
  }

  /// Sends every row that counted since the last time.
  func send(to output: inout Output, withStacks: Bool) {
    if withStacks { sendStacks(to: &output) }
    for map in ["drop_rows", "summary_rows"] {
      forEachEntry(map, probe_drop_key.self, probe_drop_value.self, limit: Int(PROBE_DROP_ROWS.rawValue)) { key, value in
        let name = RowKey(key)
        let known = sent[name]
        guard known?.count != value.count else { return }
        let id = known?.id ?? UInt32(sent.count)
        sent[name] = (id, value.count)
        output.write(.drop(row(id, key, value)))
      }
    }
  }

  private func row(_ id: UInt32, _ key: probe_drop_key, _ value: probe_drop_value) -> DropRecord {
    var record = DropRecord(id: id, source: .init(rawValue: key.source) ?? .kfree, reason: key.reason, count: value.count)
    let isIPv6 = value.packet_family == 10
    (record.function, record.module) = splitSymbol(symbol(key.location, value))
    if names[key.location] == nil { names[key.location] = record.function }
    record.namespace = key.netns
    record.ethernetProtocol = key.ethertype
    record.proto = key.proto
    record.direction = .init(rawValue: key.direction) ?? .received
    record.attribution = .init(rawValue: key.attribution) ?? .none
    record.socketState = key.state
    record.socketFamily = UInt8(truncatingIfNeeded: key.family)
    record.tcpFlags = key.tcp_flags
    record.cookie = key.flags & UInt8(PROBE_HAS_COOKIE.rawValue) != 0 ? key.identity.0 : 0
    record.local = address(value.local, isIPv6: isIPv6)
    record.localPort = key.port
    record.firstPeer = address(value.peer, isIPv6: isIPv6)
    record.firstPeerPort = value.peer_port
    record.interface = value.interface
    record.stack = key.stack
    record.firstNanoseconds = value.first_ns
    record.processID = value.pid
    record.processName = cString(value.comm)
    record.isSummary = key.flags & UInt8(PROBE_IS_SUMMARY.rawValue) != 0
    return record
  }

  private func symbol(_ location: UInt64, _ value: probe_drop_value) -> [UInt8] {
    let text = cString(value.symbol)
    return text.isEmpty && location != 0 ? symbols?.name(of: location) ?? [] : text
  }

  /// The function at a location that some row has; the table is read again for a new one.
  func function(at location: UInt64) -> String {
    if let name = names[location] { return name }
    forEachEntry("drop_rows", probe_drop_key.self, probe_drop_value.self, limit: Int(PROBE_DROP_ROWS.rawValue)) { key, value in
      if names[key.location] == nil { names[key.location] = splitSymbol(symbol(key.location, value)).function }
    }
    // Its row found the table full.
    return names[location] ?? ""
  }

  func sendStacks(to output: inout Output) {
    forEachEntry("stack_texts", UInt32.self, probe_stack_text.self, limit: Int(PROBE_STACKS.rawValue)) { id, text in
      guard sentStacks.insert(id).inserted else { return }
      output.write(.stack(ProbedStack(id: id, frames: frames(text))))
    }
  }

  /// The functions from the one that dropped outwards: what lies above them is the tracing itself.
  private func frames(_ text: probe_stack_text) -> [String] {
    let size = Int(PROBE_SYMBOL.rawValue)
    var found: [String] = unsafe withUnsafeBytes(of: text) { raw in
      stride(from: 0, to: raw.count, by: size).compactMap { start in
        let bytes = unsafe Array(raw[start..<(start + size)])
        let name = named(bytes)
        return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
      }
    }
    let dropping = ["kfree_skb", "sk_skb_reason_drop", "__kfree_skb_reason", "skb_release"]
    if let last = found.prefix(8).lastIndex(where: { name in dropping.contains { name.hasPrefix($0) } || name.hasPrefix("__traceiter") }) {
      found.removeFirst(last + 1)
    }
    return found
  }

  /// A frame is a name, or on kernels that cannot write one, an address.
  private func named(_ bytes: [UInt8]) -> [UInt8] {
    guard let symbols else { return bytes[0] == UInt8(ascii: "0") ? [] : Array(bytes.prefix { $0 != 0 }) }
    let location = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: UInt64.self) }
    return location == 0 ? [] : symbols.name(of: location)
  }

  /// All entries of a hash map, read in pieces.
  private func forEachEntry<Key, Value>(_ map: String, _: Key.Type, _: Value.Type, limit: Int, _ body: (Key, Value) -> Void) {
    let descriptor = object.descriptor(of: map)
    let room = UnsafeMutablePointer<Value>.allocate(capacity: limit)
    let keys = UnsafeMutablePointer<Key>.allocate(capacity: limit)
    defer {
      unsafe room.deallocate()
      unsafe keys.deallocate()
    }
    var token: UInt32 = 0
    var isFirst = true
    while true {
      var count = UInt32(limit)
      var next: UInt32 = 0
      let code = unsafe withUnsafeMutablePointer(to: &token) { token in
        unsafe bpf_map_lookup_batch(descriptor, isFirst ? nil : token, &next, keys, room, &count, nil)
      }
      // ENOENT: that was all of it.
      guard code == 0 || code == -ENOENT else {
        failure = -code
        return
      }
      for index in 0..<Int(count) { unsafe body(keys[index], room[index]) }
      if code != 0 { return }
      token = next
      isFirst = false
    }
  }
}

/// The counters of an object, over all processors.
func readCounters(_ object: BPFObject) -> probe_counters {
  var sum = probe_counters()
  let processors = Int(max(1, libbpf_num_possible_cpus()))
  var values = [probe_counters](repeating: probe_counters(), count: processors)
  var key: UInt32 = 0
  guard unsafe bpf_map_lookup_elem(object.descriptor(of: "counters"), &key, &values) == 0 else { return sum }
  for value in values {
    sum.drops += value.drops
    sum.summarized += value.summarized
    sum.lost += value.lost
    sum.unplaced += value.unplaced
    sum.events += value.events
    sum.events_lost += value.events_lost
  }
  return sum
}
