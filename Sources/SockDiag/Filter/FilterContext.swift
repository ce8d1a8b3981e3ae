/// What the parser must know of its surroundings; injected, so that parsing is pure.
public struct FilterContext {
  /// With -l: a bare number or address is the local end, since a listener has no peer.
  public var bareNumberIsLocal: Bool
  /// The family of -4, -6, -f or -x; host conditions without a prefix of their own belong to it.
  public var family: FilterFamily?
  /// The protocols asked for, in /etc/services' spelling; a service name must mean the same port in all of them.
  public var protocols: [String]
  /// net.ipv4.ip_local_port_range, for `autobound`.
  public var ephemeralPorts: ClosedRange<UInt16>
  /// The index of a network device, by name.
  public var interfaceIndex: (String) -> UInt32?
  /// A port by service name and protocol.
  public var serviceNumber: (String, String) -> UInt16?

  /// A context; by default no device and no service name is known.
  public init(
    bareNumberIsLocal: Bool = false, family: FilterFamily? = nil, protocols: [String] = ["tcp", "udp"],
    ephemeralPorts: ClosedRange<UInt16> = 32768...60999, interfaceIndex: @escaping (String) -> UInt32? = { _ in nil },
    serviceNumber: @escaping (String, String) -> UInt16? = { _, _ in nil }
  ) {
    self.bareNumberIsLocal = bareNumberIsLocal
    self.family = family
    self.protocols = protocols
    self.ephemeralPorts = ephemeralPorts
    self.interfaceIndex = interfaceIndex
    self.serviceNumber = serviceNumber
  }
}
