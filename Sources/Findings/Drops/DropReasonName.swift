public import Catalog

/// Drop reasons by name. The kernel's own names come with the side-car's stream, those of subsystems (Wi-Fi, Open vSwitch) as the name of their range.
public enum DropReasonName {
  /// `SOCKET_RCVBUFF`; of a subsystem `SUBSYS_OPENVSWITCH(3)`, whose number only that subsystem explains; else `unknown(77)`.
  ///
  /// - Parameter kernel: tells the ranges where the stream has no names of them (a capture of an earlier version).
  public static func text(_ code: UInt32, _ names: [UInt32: String], on kernel: Release) -> String {
    if let name = names[code] { return name }
    let number = code & 0xffff
    if code > 0xffff, let range = names[code & 0xffff_0000] ?? Knowledge.dropSubsystem(code, on: kernel)?.entry.term {
      return "\(range)(\(number))"
    }
    return "unknown(\(code))"
  }

  /// What the catalog knows of a name; of a subsystem's reason, what it knows of the subsystem.
  static func facts(_ name: String) -> DropReasonFacts? {
    Knowledge.dropReason(String(name.prefix { $0 != "(" }))?.dropReason
  }

  /// The id of a row: `socket_rcvbuff`, `subsys_openvswitch_3`.
  static func id(_ name: String) -> String {
    name.lowercased().split { $0 == "(" || $0 == ")" }.joined(separator: "_")
  }
}
