internal import Catalog
import Collection
import Glibc
import Netlink
import ProcFS
import Rendering
import SockDiag
import Wire

// The kernel spends most of a large dump's time filling replies, one processor per request: two requests that share no socket halve it.

/// The second walk, handed to its thread whole and read again after the join.
final class HalfWalk: @unchecked Sendable {
  let request: DiagRequest
  let filter: Filter
  var list: ListWriter
  var failure: (any Error)?
  var thread = pthread_t()

  init(_ request: DiagRequest, _ filter: Filter, _ list: consuming ListWriter) {
    self.request = request
    self.filter = filter
    self.list = list
  }

  func run() {
    do {
      try LiveDiag().ask(request, filter: filter) { span, offset, count in
        try list.take(span, at: offset, count: count, proto: .tcp)
        if list.isBroken { throw ReaderGone() }
      }
    } catch {
      failure = error
    }
  }

  func start() -> Bool {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    return unsafe pthread_create(&thread, nil, runHalfWalk, context) == 0
  }
}

func runHalfWalk(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context = unsafe context { unsafe Unmanaged<HalfWalk>.fromOpaque(context).takeUnretainedValue().run() }
  return nil
}

extension Session {
  /// Below this many sockets one walk is as fast.
  static let worthHalving = 20_000

  /// The list as two requests, where the table is large and a second processor is there.
  func halves(_ questions: Questions) -> (low: DiagRequest, high: DiagRequest, bound: DiagRequest?)? {
    guard !collector.sources.isReplay, !wantsUnix, questions.states.has(1), processorCount() > 1 else { return nil }
    guard countSockets(from: collector.sources.files) >= Self.worthHalving else { return nil }
    let ports = Self.ephemeralPorts(collector.sources)
    return questions.halves(at: ports.lowerBound + UInt16(ports.count / 2))
  }

  /// One table from two walks; rows stay whole, their order is that of arrival.
  mutating func listHalves(_ halves: (low: DiagRequest, high: DiagRequest, bound: DiagRequest?), _ options: ListOptions) throws -> Int {
    guard let diag = collector.sources.diag else { return 0 }
    let lock = OutputLock()
    var list = ListWriter(options: options, lock: lock)
    var other: HalfWalk?
    var isRunning = false
    var failure: (any Error)?
    do {
      for request in [halves.low, halves.bound].compactMap({ $0 }) {
        try diag.ask(request, filter: filter) { span, offset, count in
          try list.take(span, at: offset, count: count, proto: .tcp)
          if list.isBroken { throw ReaderGone() }
          if other == nil, list.isSized {
            let walk = HalfWalk(halves.high, filter, list.sibling(lock: lock))
            isRunning = walk.start()
            other = walk
          }
        }
      }
      list.release()
    } catch {
      failure = error
    }
    let walk = other ?? HalfWalk(halves.high, filter, list.sibling(lock: lock))
    if isRunning { pthread_join(walk.thread, nil) } else if failure == nil { walk.run() }
    if let error = failure ?? walk.failure {
      if error is ReaderGone {
        try checkOutput(list.failure)
        return list.rows
      }
      throw error
    }
    list.absorb(&walk.list)
    list.finish()
    try checkOutput(list.failure)
    return list.rows
  }
}
