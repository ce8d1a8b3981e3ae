import Testing
import Wire

@testable import ProbeStream

/// One record of each kind, no field empty.
private let samples: [ProbeRecord] = {
  var drop = DropRecord(id: 7, source: .udpQueue, reason: 12, count: 1 << 40)
  drop.function = "nft_do_chain"
  drop.module = "nf_tables"
  drop.namespace = 0xf000_0098
  drop.ethernetProtocol = 0x86dd
  drop.proto = 17
  drop.direction = .sent
  drop.attribution = .sender
  drop.socketState = 7
  drop.socketFamily = 10
  drop.tcpFlags = 18
  drop.cookie = .max
  drop.processID = 4711
  drop.processName = Array("curl".utf8)
  drop.local = ProbeAddress(high: 0xfd00_0000_0000_0000, low: 1, isIPv6: true)
  drop.localPort = 53
  drop.firstPeer = ProbeAddress(high: 0xfd00_0000_0000_0000, low: 2, isIPv6: true)
  drop.firstPeerPort = 40000
  drop.interface = 3
  drop.stack = 9
  drop.firstNanoseconds = 5
  drop.isSummary = true
  var event = EventRecord(kind: .retransmit, monotonicNanoseconds: 99)
  event.namespace = 4
  event.cookie = 5
  event.inode = 6
  event.uid = 1000
  event.proto = 262
  event.local = ProbeAddress(high: 0x7f00_0001_0000_0000, low: 0, isIPv6: false)
  event.localPort = 80
  event.peer = event.local
  event.peerPort = 81
  event.oldState = 1
  event.newState = 8
  event.reason = 11
  event.error = -11
  event.processID = 4242
  event.processName = [0x1b, 0xff]
  event.shutdown = 2
  event.abortsOnClose = true
  event.unreadBytes = 1
  event.unackedBytes = 2
  event.sequence = .max
  event.endSequence = 3
  event.tcpFlags = 16
  event.retransmits = 2
  event.direction = .sent
  event.function = "tcp_v4_rcv"
  event.stack = 1
  var numbers = ConnectionNumbers()
  numbers.rttMicroseconds = 200
  numbers.bytesAcked = 1 << 50
  numbers.probes = 3
  event.connection = numbers
  var socket = ProbedSocket()
  socket.cookie = 1
  socket.state = 10
  socket.keepaliveIdleMilliseconds = 15000
  socket.linger2Milliseconds = -1
  socket.isNoDelay = true
  var queues = ListenerQueues()
  queues.synQueue = 17
  queues.young = 5
  queues.isFloodWarned = true
  socket.listener = queues
  var totals = ProbeTotals()
  totals.drops = 10
  totals.eventsLost = 3
  totals.runNanoseconds = 12
  return [
    .hello(
      ProbeHello(
        modes: [.drops, .stacks], namespace: 1, callerUID: 1000, attachedNanoseconds: 77, intervalMilliseconds: 200,
        capabilitiesKept: 1 << 39, kernel: "6.18.1")),
    .reason(ReasonName(kind: .reset, value: 11, name: "TCP_ABORT_ON_CLOSE")),
    .program(ProgramStatus(name: "kfree_skb", state: .refused, error: 13, details: ["reason", "rx_sk"])),
    .problem(ProbeProblem(kind: .notPermitted, error: 1, detail: "cap_bpf")),
    .drop(drop), .event(event), .event(EventRecord(kind: .destroy, monotonicNanoseconds: 1)), .socket(socket), .socket(ProbedSocket()),
    .process(ProbedProcess(processID: 1, uid: 2, startNanoseconds: 3, name: Array("server".utf8))),
    .descriptors([ProbedDescriptor(inode: 1, descriptor: 2), ProbedDescriptor(inode: 3, descriptor: 4)]),
    .stack(ProbedStack(id: 1, frames: ["tcp_v4_rcv", "nft_do_chain [nf_tables]"])), .totals(totals),
    .batchEnd(BatchEnd(mode: .drops, monotonicNanoseconds: 8)), .end(.stopped),
  ]
}()

private func encoded(_ records: [ProbeRecord]) -> [UInt8] {
  var writer = ProbeWriter()
  for record in records { writer.write(record) }
  return writer.bytes
}

private func decoded(_ bytes: [UInt8]) throws -> [ProbeRecord] {
  var decoder = ProbeDecoder()
  decoder.append(bytes)
  var found: [ProbeRecord] = []
  while let record = try decoder.next() { found.append(record) }
  try decoder.finish()
  return found
}

@Suite struct StreamTests {
  @Test("every record comes back as it was sent")
  func roundTrip() throws { #expect(try decoded(encoded(samples)) == samples) }

  @Test("records come out whole whatever the pieces", arguments: [1, 2, 3, 7, 64, 1000])
  func pieces(size: Int) throws {
    let bytes = encoded(samples)
    var decoder = ProbeDecoder()
    var found: [ProbeRecord] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      decoder.append(bytes[start..<min(bytes.count, start + size)])
      while let record = try decoder.next() { found.append(record) }
    }
    try decoder.finish()
    #expect(found == samples)
  }

  @Test("a stream cut anywhere inside a record is an error, between two it is a shorter stream")
  func cut() throws {
    let bytes = encoded(samples)
    var ends: Set<Int> = [0]
    for count in 1...samples.count { ends.insert(encoded(Array(samples.prefix(count))).count) }
    for length in 0..<bytes.count {
      if ends.contains(length) {
        #expect(try decoded(Array(bytes[..<length])).count < samples.count)
      } else {
        #expect(throws: ProbeStreamError.self) { try decoded(Array(bytes[..<length])) }
      }
    }
  }

  @Test("a payload shorter than its fields is an error at every length")
  func shortPayload() throws {
    for sample in samples.dropFirst() {
      let whole = encoded([sample])
      var former = -1
      // What was added to a record later is missing from earlier captures.
      if case .drop(let row) = sample { former = whole.count - 4 - 2 - row.processName.count }
      for length in 8..<whole.count {
        var bytes = encoded([samples[0]]) + whole[..<length]
        let at = encoded([samples[0]]).count
        unsafe withUnsafeBytes(of: UInt32(length)) { for index in 0..<4 { unsafe bytes[at + index] = $0[index] } }
        if length == former {
          guard case .drop(let row) = try decoded(bytes).last else { continue }
          #expect(row.isSummary && row.processID == 0 && row.processName.isEmpty)
          continue
        }
        // Fields at the end may be missing only where a flag says so.
        #expect(throws: ProbeStreamError.self, "\(sample) cut to \(length)") { try decoded(bytes) }
      }
    }
  }

  @Test("bytes that are no stream are refused, never trapped on")
  func noise() {
    var generator = SystemRandomNumberGenerator()
    let whole = encoded(samples)
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255)
      }
      _ = try? decoded(bytes)
    }
    #expect(throws: ProbeStreamError.noGreeting) { try decoded(encoded([samples[1]])) }
  }

  @Test("a newer side-car: another version is refused, a new kind of record is passed over, a longer record is read")
  func newer() throws {
    var hello = encoded([samples[0]])
    hello[8] = 2
    #expect(throws: ProbeStreamError.version(2)) { try decoded(hello) }
    #expect(try decoded(encoded([samples[0], .unknown(999), samples[1]])) == [samples[0], .unknown(999), samples[1]])
    var longer = encoded([samples[0]]) + encoded([samples[1]])
    longer += [1, 2, 3]
    let at = encoded([samples[0]]).count
    longer[at] += 3
    #expect(try decoded(longer) == [samples[0], samples[1]])
  }

  @Test("a length that cannot be is an error, not a wait", arguments: [0, 7, 1 << 21] as [UInt32])
  func length(_ length: UInt32) {
    let bytes = unsafe withUnsafeBytes(of: length) { unsafe Array($0) } + [1, 0, 0, 0]
    #expect(throws: ProbeStreamError.wire(.badLength(at: 0, length: Int(length)))) { try decoded(bytes) }
  }

  @Test("a count of more than there is does not reserve memory")
  func count() {
    var bytes = encoded([samples[0]]) + encoded([.descriptors([])])
    bytes[bytes.count - 1] = 0x7f
    #expect(throws: ProbeStreamError.self) { try decoded(bytes) }
  }
}
