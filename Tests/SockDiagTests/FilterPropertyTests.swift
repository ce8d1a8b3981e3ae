import Catalog
import TestSupport
import Testing

@testable import SockDiag

/// A small reproducible generator (SplitMix64).
struct Generator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Random trees and sockets from a small world, so that conditions are met often.
struct World {
  var random: Generator
  let addresses = ["10.0.0.1", "10.0.0.2", "10.1.0.1", "0.0.0.0", "::", "::1", "fe80::1", "fe80::2", "::ffff:10.0.0.1", "2001:db8::1"]
  let ports: [UInt16] = [0, 1, 22, 80, 443, 32768, 60999, 65535]

  mutating func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &random)] }

  mutating func prefix() throws -> AddressPrefix {
    let address = try #require(IPAddress(pick(addresses)))
    let whole = address.isIPv6 ? 128 : 32
    return AddressPrefix(address, length: Bool.random(using: &random) ? whole : pick([0, 1, 8, 16, 31, whole - 1, whole / 2 + 1]))
  }

  mutating func condition() throws -> FilterCondition {
    let side = pick([Side.local, .peer, .either])
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return .anything
    case 1, 2, 3:
      var host = HostCondition()
      if Int.random(in: 0..<4, using: &random) > 0 { host.prefix = try prefix() }
      if Bool.random(using: &random) { host.port = pick(ports) }
      if Int.random(in: 0..<6, using: &random) == 0 { host.interface = pick([1, 2]) }
      if Int.random(in: 0..<4, using: &random) == 0 {
        host.family = host.prefix.map { $0.address.isIPv6 ? .inet6 : .inet } ?? pick([.inet, .inet6])
      }
      return host == HostCondition() ? .anything : .host(side, host)
    case 4, 5: return .port(side == .either ? .local : side, pick(Comparison.allCases), pick(ports))
    case 6: return .device(pick([0, 1, 2]))
    default:
      return pick([.autobound(low: 32768, high: 60999), .unixPath(side, pick(["/run/*", "@x", "a b(c)\\*"])), .mark(value: 1, mask: 3)])
    }
  }

  mutating func expression(_ depth: Int) throws -> FilterExpression {
    switch depth == 0 ? 0 : Int.random(in: 0..<5, using: &random) {
    case 0: return .condition(try condition())
    case 1: return .negation(try expression(depth - 1))
    case 2, 3: return .conjunction(try (0...Int.random(in: 1..<4, using: &random)).map { _ in try expression(depth - 1) })
    default: return .disjunction(try (0...Int.random(in: 1..<4, using: &random)).map { _ in try expression(depth - 1) })
    }
  }

  mutating func socket() throws -> InetSocket {
    let isIPv6 = Bool.random(using: &random)
    let family = addresses.filter { $0.contains(":") == isIPv6 }
    return try MakeSocket(.established, pick(family), pick(ports), peer: pick(family), pick(ports), interface: pick([0, 1, 2])).socket
  }
}

/// The meaning of a tree, written down as plainly as possible and without the program's masks and steps.
func plainly(_ expression: FilterExpression, _ socket: InetSocket) -> Bool {
  switch expression {
  case .all(let parts): return parts.filter { !plainly($0, socket) }.isEmpty
  case .any(let parts): return !parts.filter { plainly($0, socket) }.isEmpty
  case .not(let part): return !plainly(part, socket)
  case .condition(let condition):
    switch condition {
    case .anything: return true
    case .host(let side, let host): return ends(side, socket).contains { meets(host, $0.0, $0.1, socket) }
    case .port(let side, let comparison, let port):
      let value = ends(side, socket)[0].1
      switch comparison {
      case .equal: return value == port
      case .notEqual: return value != port
      case .less: return value < port
      case .lessOrEqual: return value <= port
      case .greater: return value > port
      case .greaterOrEqual: return value >= port
      }
    case .device(let index): return socket.interface == index
    case .autobound(let low, let high): return low <= socket.localPort && socket.localPort <= high
    case .unixPath, .mark: return false
    }
  }
}

func ends(_ side: Side, _ socket: InetSocket) -> [(IPAddress, UInt16)] {
  let local = (socket.localAddress, socket.localPort), peer = (socket.peerAddress, socket.peerPort)
  return side == .local ? [local] : side == .peer ? [peer] : [local, peer]
}

func meets(_ host: HostCondition, _ address: IPAddress, _ port: UInt16, _ socket: InetSocket) -> Bool {
  if let wanted = host.port, wanted != port { return false }
  if let interface = host.interface, interface != socket.interface { return false }
  if let family = host.family, socket.isIPv6 != (family == .inet6) { return false }
  guard let prefix = host.prefix else { return true }
  return (prefix.address.isIPv6 ? address : address.unmapped).hasPrefix(prefix.address, length: prefix.length)
}

@Suite struct FilterPropertyTests {
  @Test func printedFiltersParseBack() throws {
    var world = World(random: Generator(seed: 1))
    for _ in 0..<3000 {
      let expression = try world.expression(4)
      let text = expression.description
      let again = try Filter.parse([text], context: testContext())
      #expect(again.expression == expression, "\(text)")
    }
  }

  @Test func theProgramMeansWhatTheTreeSays() throws {
    var world = World(random: Generator(seed: 2))
    var matched = 0
    for _ in 0..<1500 {
      let expression = try world.expression(4)
      let filter = Filter(expression: expression)
      for _ in 0..<12 {
        let socket = try world.socket()
        let expected = plainly(expression, socket)
        if expected { matched += 1 }
        #expect(
          filter.matches(socket) == expected,
          "\(expression) on \(socket.localAddress) \(socket.localPort) \(socket.peerAddress) \(socket.peerPort)")
      }
    }
    // Both answers occur often, or the comparison proves little.
    #expect((3000...15000).contains(matched))
  }

  @Test func anExactTupleIsTheSocketItNames() throws {
    var world = World(random: Generator(seed: 3))
    for _ in 0..<300 {
      let socket = try world.socket()
      func end(_ address: IPAddress, _ port: UInt16) -> String { address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)" }
      let filter = try parsed("dst \(end(socket.peerAddress, socket.peerPort)) src \(end(socket.localAddress, socket.localPort))")
      let tuple = try #require(filter.exactTuple)
      #expect(tuple == (socket.localAddress, socket.localPort, socket.peerAddress, socket.peerPort))
      #expect(filter.matches(socket))
      let other = try world.socket()
      let isSame =
        other.localAddress == tuple.local && other.peerAddress == tuple.peer && other.localPort == tuple.localPort
        && other.peerPort == tuple.peerPort
      #expect(filter.matches(other) == isSame || other.localAddress.isV4Mapped || other.peerAddress.isV4Mapped)
    }
  }
}
