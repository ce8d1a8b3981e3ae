import Wire

/// One test with the place to go on at after yes and after no: the tree laid flat, so that asking a socket needs no recursion and no memory.
struct FilterStep: Sendable {
  enum Test: UInt8, Sendable {
    case yes, no, local, peer, either, device, mark
  }
  static let accept: Int32 = -1
  static let reject: Int32 = -2

  var test: Test
  /// idiag_family the socket must have; 0 is any.
  var family: UInt8 = 0
  /// 0 no address, 4 an IPv4 address in the low 32 bits of `low`, 6 an IPv6 address.
  var address: UInt8 = 0
  var high: UInt64 = 0
  var low: UInt64 = 0
  var highMask: UInt64 = 0
  var lowMask: UInt64 = 0
  var firstPort: UInt16 = 0
  var lastPort: UInt16 = .max
  /// idiag_if; 0 is any.
  var interface: UInt32 = 0
  var yes: Int32
  var no: Int32
}

/// The steps of a filter.
struct FilterProgram: Sendable {
  private(set) var steps: [FilterStep] = []
  private(set) var entry = FilterStep.accept

  init(_ expression: FilterExpression?) {
    if let expression { entry = lay(expression, yes: FilterStep.accept, no: FilterStep.reject) }
  }

  /// Lays the last part first, so that each part knows where to go on.
  private mutating func lay(_ expression: FilterExpression, yes: Int32, no: Int32) -> Int32 {
    switch expression {
    case .condition(let condition):
      steps.append(Self.step(condition, yes: yes, no: no))
      return Int32(steps.count - 1)
    case .all(let parts):
      var next = yes
      for part in parts.reversed() { next = lay(part, yes: next, no: no) }
      return next
    case .any(let parts):
      var next = no
      for part in parts.reversed() { next = lay(part, yes: yes, no: next) }
      return next
    case .not(let part): return lay(part, yes: no, no: yes)
    }
  }

  private static func step(_ condition: FilterCondition, yes: Int32, no: Int32) -> FilterStep {
    var step = FilterStep(test: .yes, yes: yes, no: no)
    switch condition {
    case .anything: break
    case .host(let side, let host): set(&step, side, host)
    case .port(let side, let comparison, let port): set(&step, side, comparison, port)
    case .unixPath: step.test = .no
    case .device(let index):
      step.test = .device
      step.interface = index
    case .mark(let value, let mask):
      step.test = .mark
      step.low = UInt64(value)
      step.lowMask = UInt64(mask)
    case .autobound(let low, let high):
      step.test = .local
      step.firstPort = low
      step.lastPort = high
    }
    return step
  }

  private static func test(_ side: Side) -> FilterStep.Test {
    switch side {
    case .local: .local
    case .peer: .peer
    case .either: .either
    }
  }

  private static func set(_ step: inout FilterStep, _ side: Side, _ host: HostCondition) {
    step.test = test(side)
    step.family = host.family == .inet ? 2 : host.family == .inet6 ? 10 : 0
    step.interface = host.interface ?? 0
    if let port = host.port { (step.firstPort, step.lastPort) = (port, port) }
    guard let prefix = host.prefix else { return }
    if prefix.address.isIPv6 {
      step.address = 6
      step.highMask = AddressPrefix.mask(min(prefix.length, 64))
      step.lowMask = AddressPrefix.mask(max(0, prefix.length - 64))
      step.high = prefix.address.high
      step.low = prefix.address.low
    } else {
      step.address = 4
      step.lowMask = AddressPrefix.mask(prefix.length) >> 32
      step.low = prefix.address.high >> 32
    }
  }

  private static func set(_ step: inout FilterStep, _ side: Side, _ comparison: Comparison, _ port: UInt16) {
    step.test = test(side)
    switch comparison {
    case .equal: (step.firstPort, step.lastPort) = (port, port)
    case .notEqual:
      (step.firstPort, step.lastPort) = (port, port)
      swap(&step.yes, &step.no)
    case .lessOrEqual: step.lastPort = port
    case .greaterOrEqual: step.firstPort = port
    case .less:
      step.firstPort = port
      swap(&step.yes, &step.no)
    case .greater:
      step.lastPort = port
      swap(&step.yes, &step.no)
    }
  }

  /// Asks one struct inet_diag_msg at `offset`; `count` bytes of it and its attributes belong to the socket.
  func accepts(_ span: RawSpan, _ offset: Int, _ count: Int) -> Bool {
    var next = entry
    while next >= 0 {
      let step = steps[Int(next)]
      let holds: Bool
      switch step.test {
      case .yes: holds = true
      case .no: holds = false
      case .local: holds = Self.end(step, span, offset, address: 8, port: 4)
      case .peer: holds = Self.end(step, span, offset, address: 24, port: 6)
      case .either:
        holds = Self.end(step, span, offset, address: 8, port: 4) || Self.end(step, span, offset, address: 24, port: 6)
      case .device: holds = span.integer(at: offset &+ 40, width: 4) == UInt64(step.interface)
      case .mark: holds = Self.mark(span, offset, count).map { $0 & step.lowMask == step.low } ?? false
      }
      next = holds ? step.yes : step.no
    }
    return next == FilterStep.accept
  }

  @inline(__always)
  private static func end(_ step: FilterStep, _ span: RawSpan, _ offset: Int, address: Int, port: Int) -> Bool {
    guard let value = span.integer(at: offset &+ port, width: 2, network: true), value >= UInt64(step.firstPort),
      value <= UInt64(step.lastPort)
    else { return false }
    if step.family != 0, span.integer(at: offset, width: 1) != UInt64(step.family) { return false }
    if step.interface != 0, span.integer(at: offset &+ 40, width: 4) != UInt64(step.interface) { return false }
    if step.address == 0 { return true }
    let isIPv6 = span.integer(at: offset, width: 1) == 10
    guard let high = span.integer(at: offset &+ address, width: 8, network: true),
      let low = span.integer(at: offset &+ address &+ 8, width: 8, network: true)
    else { return false }
    if step.address == 6 { return isIPv6 && high & step.highMask == step.high && low & step.lowMask == step.low }
    // An IPv4 condition also finds ::ffff:a.b.c.d.
    if isIPv6 { return high == 0 && low >> 32 == 0xffff && low & 0xffff_ffff & step.lowMask == step.low }
    return high >> 32 & step.lowMask == step.low
  }

  private static func mark(_ span: RawSpan, _ offset: Int, _ count: Int) -> UInt64? {
    var walk = AttributeWalk(at: offset + InetSocket.headerSize, end: offset + count)
    while let found = try? walk.next(in: span) {
      if found.type == 15, found.count >= 4 { return span.integer(at: found.payload, width: 4) }
    }
    return nil
  }
}
